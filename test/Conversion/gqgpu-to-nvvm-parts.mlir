// Tiles that thread blocks share: a part in vectors of four, those of a group's threads side by
// side; a flag of each warp, set by its first lane behind what all lanes have stored, and read by
// all lanes of the other before they load.
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --gq-serialize | FileCheck %s --check-prefix=SERIALIZED
// SERIALIZED: gpu.binary

!acc = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    // CHECK-LABEL: llvm.func @cut
    // CHECK-SAME: grid = <[] -> (32, 8), persistent>
    // CHECK-DAG: %[[THREAD:.*]] = nvvm.read.ptx.sreg.tid.x
    // CHECK-DAG: %[[WARP:.*]] = nvvm.shfl.sync
    // CHECK-DAG: %[[IN_GROUP:.*]] = llvm.and %[[THREAD]], %{{.*}} : i32
    // CHECK: st.global.v4.b32 [$0], {$1, $2, $3, $4};
    // CHECK: st.global.v4.b32 [$0+2048], {$1, $2, $3, $4};
    // CHECK-NOT: st.global.v4
    // CHECK: nvvm.bar.warp.sync
    // CHECK: "@$2 st.release.gpu.global.b32 [$0], $1;"
    // CHECK: ld.acquire.gpu.global.b32 W, [$0]; setp.ne.b32 P, W, 0; @P bra DONE; bra WAIT;
    // CHECK-NEXT: nvvm.bar.warp.sync
    // CHECK: ld.global.v4.f32 {{.*}}[$4];
    // CHECK-COUNT-4: llvm.fadd
    // CHECK: ld.global.v4.f32 {{.*}}[$4+2048];
    // CHECK-COUNT-4: llvm.fadd
    // CHECK-NOT: llvm.fadd
    gqgpu.kernel @cut(%d: memref<256x32xf32>, %parts: memref<8x2048xf32>, %flags: memref<1x64xi32>)
        attributes {threads = 256 : i64} {
      %c1 = arith.constant 1 : index
      %c4 = arith.constant 4 : index
      %c8 = arith.constant 8 : index
      %c32 = arith.constant 32 : index
      %c256 = arith.constant 256 : index
      %c1024 = arith.constant 1024 : index
      %yes = arith.constant true
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 2 warps 4 registers 248 (%group) {
          %at = arith.muli %group, %c1024 : index
          %flag = arith.muli %group, %c4 : index
          gqgpu.tile_loop (%i, %j) to (%c256, %c32) step [128, 16] persistent cut (%first, %last, %range, %end, %owns) of 8 among 8 {
            %sum = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x32xf32> -> !acc
            %other = arith.xori %owns, %yes : i1
            %before = arith.muli %range, %c8 : index
            %own = arith.addi %before, %flag : index
            scf.if %other {
              gqgpu.store_part %sum into %parts[%range, %at] : !acc, memref<8x2048xf32>
              gqgpu.publish_part %flags[%own] : memref<1x64xi32>
            }
            %next = arith.addi %range, %c1 : index
            %all = scf.for %r = %next to %end step %c1 iter_args(%some = %sum) -> (!acc) {
              %its = arith.addi %own, %c8 : index
              gqgpu.await_part %r by %flags[%its] : memref<1x64xi32>
              %more = gqgpu.add_part %some, %parts[%r, %at] : !acc, memref<8x2048xf32>
              scf.yield %more : !acc
            }
            scf.if %owns {
              gqgpu.store_fragment %all, %d[%i, %j] : !acc, memref<256x32xf32>
            }
          }
        }
      }
      gqgpu.return
    }
  }
}
