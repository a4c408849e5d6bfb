// Tiles that thread blocks share: who owns one adds the parts of the others and stores it, who
// does not stores its part and says so. Faults of a whole kernel: test/Simulator/faults-cut.test.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics --mlir-print-op-on-diagnostic=false

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!parts = memref<8x4096xf32>
!flags = memref<1x32xi32>

// Branches on the owner either way, one in another.
gqgpu.kernel @right(%z: f32, %d: memref<64x64xf32>, %parts: !parts, %flags: !flags, %any: i1) attributes {threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %sum = gqgpu.splat %z : f32 -> !acc
        %next = arith.addi %range, %c1 : index
        scf.if %owns {
          %all = scf.for %r = %next to %end step %c1 iter_args(%some = %sum) -> !acc {
            gqgpu.await_part %r by %flags[%c0] : !flags
            %more = gqgpu.add_part %some, %parts[%r, %c0] : !acc, !parts
            scf.yield %more : !acc
          }
          scf.if %any {
            gqgpu.store_fragment %all, %d[%i, %j] : !acc, memref<64x64xf32>
          }
        }
      }
    }
  }
  gqgpu.return
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @parts_left_out(%z: f32, %d: memref<64x64xf32>) attributes {threads = 128 : i64} {
  %c64 = arith.constant 64 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %sum = gqgpu.splat %z : f32 -> !acc
        scf.if %owns {
          // expected-error@+1 {{stores tiles that are cut, expects the parts of other thread blocks to be added before}}
          gqgpu.store_fragment %sum, %d[%i, %j] : !acc, memref<64x64xf32>
        }
      }
    }
  }
  gqgpu.return
}

// -----

// The other region is not the owner's.
gqgpu.kernel @else(%t: index, %d: memref<64x64xf32>, %parts: memref<8x4096xf32>, %flags: memref<1x32xi32>) {
  // expected-note@+1 {{the loop that cuts its tiles}}
  gqgpu.tile_loop (%i, %j) to (%t, %t) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
    %e = tensor.empty() : tensor<64x64xf32>
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<8x4096xf32>, memref<1x32xi32>, tensor<64x64xf32>
    scf.if %owns {
    } else {
      // expected-error@+1 {{stores elements, expects to be where the thread block owns the tile}}
      gqgpu.store %s, %d[%i, %j] : tensor<64x64xf32>, memref<64x64xf32>
    }
  }
  gqgpu.return
}

// -----

// A condition of its own.
!flags = memref<1x32xi32>
gqgpu.kernel @another_condition(%flags: !flags, %any: i1) attributes {threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%group) {
      // expected-note@+1 {{the loop that cuts its tiles}}
      gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        scf.if %any {
          // expected-error@+1 {{waits for a part, expects to be where the thread block owns the tile}}
          gqgpu.await_part %range by %flags[%c0] : !flags
        }
      }
    }
  }
  gqgpu.return
}
