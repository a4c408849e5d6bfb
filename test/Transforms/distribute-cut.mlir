// All fragments of a group go into one combine_parts, and what the owner of a tile does stays in
// its branch.
// RUN: gq-opt %s --gq-distribute --split-input-file --verify-diagnostics | gq-opt --split-input-file | FileCheck %s

// CHECK-LABEL: gqgpu.kernel @two_slabs
// CHECK: cut (%{{.*}}, %{{.*}}, %[[RANGE:.*]], %[[END:.*]], %[[OWNS:.*]]) of 4 among 8
// CHECK: %[[SUM:.*]]:2 = scf.for
// CHECK: %[[ALL:.*]]:2 = gqgpu.combine_parts %[[RANGE]] to %[[END]] if %[[OWNS]] through %{{.*}}, %{{.*}}(%[[SUM]]#0, %[[SUM]]#1) : memref<8x16384xf32>, memref<1x64xi32>, !gqgpu.fragment<64x64xf32, #gqgpu.mma>, !gqgpu.fragment<64x64xf32, #gqgpu.mma>
// CHECK-NEXT: scf.if %[[OWNS]] {
// CHECK: gqgpu.load_fragment
// CHECK: %[[Y0:.*]] = gqgpu.elementwise(%[[ALL]]#0,
// CHECK: %[[Y1:.*]] = gqgpu.elementwise(%[[ALL]]#1,
// CHECK: gqgpu.store_fragment %[[Y0]]
// CHECK: gqgpu.store_fragment %[[Y1]]
!ring = !gqgpu.ring<2, <256x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <256x1xf32>, <1x1xf32>>
!t = tensor<256x64xf32>
gqgpu.kernel @two_slabs(%d: memref<?x64xf32>, %bias: memref<64xf32>, %parts: memref<8x16384xf32>, %flags: memref<1x64xi32>, %m: index)
    attributes {threads = 384 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%m, %c64) step [256, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %e = tensor.empty() : !t
        %init = linalg.fill ins(%zero : f32) outs(%e : !t) -> !t
        %sum = scf.for %k = %first to %last step %c1 iter_args(%acc = %init) -> !t {
          %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
          %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<256x128xf8E4M3FN>
          %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
          %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<256x1xf32>
          %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
          %more = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%acc : !t) {config = #gq.matmul_config<tile = [256, 64, 128], schedule = streamk>}
              : tensor<256x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<256x1xf32>, tensor<1x1xf32> -> !t
          scf.yield %more : !t
        }
        %all = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%sum) : memref<8x16384xf32>, memref<1x64xi32>, !t
        scf.if %owns {
          %b = gqgpu.load %bias[%j] : memref<64xf32> -> tensor<64xf32>
          %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
              ins(%all, %b : !t, tensor<64xf32>) outs(%e : !t) {
            ^bb0(%x: f32, %v: f32, %o: f32):
              %w = arith.addf %x, %v : f32
              linalg.yield %w : f32
          } -> !t
          gqgpu.store %y, %d[%i, %j] : !t, memref<?x64xf32>
        }
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
!t = tensor<64x64xf32>
gqgpu.kernel @not_computed(%d: memref<?x64xf32>, %parts: memref<8x4096xf32>, %flags: memref<1x64xi32>, %m: index)
    attributes {threads = 256 : i64} {
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%m, %m) step [64, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %e = tensor.empty() : !t
        %init = linalg.fill ins(%zero : f32) outs(%e : !t) -> !t
        %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
        %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
        %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
        %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<64x1xf32>
        %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
        %sum = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : !t) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
            : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> !t
        %loaded = gqgpu.load %d[%i, %j] : memref<?x64xf32> -> !t
        // expected-error@+1 {{adds up a tile that is not computed}}
        %all = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%loaded) : memref<8x4096xf32>, memref<1x64xi32>, !t
      }
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
