// Tiles that thread blocks share, as text.
// RUN: gq-opt %s | gq-opt | FileCheck %s

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

// CHECK-LABEL: gqgpu.kernel @tiles
// CHECK: gqgpu.tile_loop (%{{.*}}, %{{.*}}) to (%{{.*}}, %{{.*}}) step [128, 64] raster 2 persistent cut (%{{.*}}, %{{.*}}, %[[R:.*]], %[[E:.*]], %[[O:.*]]) of 4 among 8 iter_args(%{{.*}} = %{{.*}}) -> (!gqgpu.cursor) {
// CHECK: gqgpu.combine_parts %[[R]] to %[[E]] if %[[O]] through %{{.*}}, %{{.*}}(%{{.*}}) : memref<8x8192xf32>, memref<1x64xi32>, tensor<128x64xf32>
// CHECK: gqgpu.yield
gqgpu.kernel @tiles(%n: index, %parts: memref<8x8192xf32>, %flags: memref<1x64xi32>) {
  %start = gqgpu.cursor : !gqgpu.cursor
  %done = gqgpu.tile_loop (%i, %j) to (%n, %n) step [128, 64] raster 2 persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 iter_args(%c = %start) -> (!gqgpu.cursor) {
    %e = tensor.empty() : tensor<128x64xf32>
    %s = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%e) : memref<8x8192xf32>, memref<1x64xi32>, tensor<128x64xf32>
    gqgpu.yield %c : !gqgpu.cursor
  }
  gqgpu.return
}

// CHECK-LABEL: gqgpu.kernel @fragments
// CHECK: %{{.*}}:2 = gqgpu.combine_parts %{{.*}} to %{{.*}} if %{{.*}} through %{{.*}}, %{{.*}}(%{{.*}}, %{{.*}}) : memref<8x16384xf32>, memref<1x64xi32>, !gqgpu.fragment<64x64xf32, #gqgpu.mma>, !gqgpu.fragment<64x64xf32, #gqgpu.mma>
// CHECK: gqgpu.store_part %{{.*}} into %{{.*}}[%{{.*}}, %{{.*}}] : <64x64xf32, #gqgpu.mma>, memref<8x16384xf32>
// CHECK: gqgpu.publish_part %{{.*}}[%{{.*}}] : memref<1x64xi32>
// CHECK: gqgpu.await_part %{{.*}} by %{{.*}}[%{{.*}}] : memref<1x64xi32>
// CHECK: gqgpu.add_part %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : <64x64xf32, #gqgpu.mma>, memref<8x16384xf32>
gqgpu.kernel @fragments(%z: f32, %n: index, %parts: memref<8x16384xf32>, %flags: memref<1x64xi32>) attributes {threads = 384 : i64} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [256, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %a = gqgpu.splat %z : f32 -> !acc
        %s:2 = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%a, %a) : memref<8x16384xf32>, memref<1x64xi32>, !acc, !acc
        gqgpu.store_part %a into %parts[%range, %n] : !acc, memref<8x16384xf32>
        gqgpu.publish_part %flags[%n] : memref<1x64xi32>
        gqgpu.await_part %range by %flags[%n] : memref<1x64xi32>
        %more = gqgpu.add_part %a, %parts[%range, %n] : !acc, memref<8x16384xf32>
      }
    }
  }
  gqgpu.return
}
