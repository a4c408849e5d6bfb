// gemm.mlir as gq-warp-specialize leaves it, written by hand: roles, rings, and tiles that
// are still tensors.
!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>
#map = affine_map<(d0) -> (d0 floordiv 128)>
#map1 = affine_map<(d0) -> (d0 mod 128)>
#map2 = affine_map<(d0, d1) -> (d0, d1)>
module attributes {gpu.container_module} {
  gpu.module @gemm_kernels {
    gqgpu.kernel @gemm_matmul(%arg0: memref<200x384xf8E4M3FN>, %arg1: memref<160x384xf8E4M3FN>, %arg2: memref<200x3xf32>, %arg3: memref<2x3xf32>, %arg4: memref<200x160xbf16>) attributes {cluster = 1 : i64, threads = 384 : i64} {
      %cst = arith.constant 0.000000e+00 : f32
      %c0 = arith.constant 0 : index
      %c384 = arith.constant 384 : index
      %c128 = arith.constant 128 : index
      %c200 = arith.constant 200 : index
      %c160 = arith.constant 160 : index
      %0 = gqgpu.ring_create bytes 24576 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
      %1 = gqgpu.cursor : !gqgpu.cursor
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%arg5) {
          %2 = gqgpu.tile_loop (%arg6, %arg7) to (%c200, %c160) step [128, 64] persistent iter_args(%arg8 = %1) -> (!gqgpu.cursor) {
            %3 = tensor.empty() : tensor<128x64xf32>
            %4 = linalg.fill ins(%cst : f32) outs(%3 : tensor<128x64xf32>) -> tensor<128x64xf32>
            %5:2 = scf.for %arg9 = %c0 to %c384 step %c128 iter_args(%arg10 = %4, %arg11 = %arg8) -> (tensor<128x64xf32>, !gqgpu.cursor) {
              %8 = affine.apply #map1(%arg7)
              %9 = gqgpu.wait %0[%arg11] : !ring -> !gqgpu.slot
              %10 = gqgpu.slot_read %0[%9] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
              %11 = gqgpu.slot_read %0[%9] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
              %12 = gqgpu.slot_read %0[%9] tile 2 : !ring -> tensor<128x1xf32>
              %13 = gqgpu.slot_read %0[%9] tile 3 : !ring -> tensor<1x1xf32>
              %14 = gq.scaled_matmul %10, %11 scales(%12 block [1, 128], %13 block [128, 128]) origin(%c0, %8, %c0) outs(%arg10 : tensor<128x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], stages = 2>} : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
              gqgpu.release %0[%9] : !ring
              %15 = gqgpu.advance %0[%arg11] : !ring, !gqgpu.cursor
              scf.yield %14, %15 : tensor<128x64xf32>, !gqgpu.cursor
            }
            %6 = tensor.empty() : tensor<128x64xbf16>
            %7 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%5#0 : tensor<128x64xf32>) outs(%6 : tensor<128x64xbf16>) {
            ^bb0(%in: f32, %out: bf16):
              %8 = arith.truncf %in : f32 to bf16
              linalg.yield %8 : bf16
            } -> tensor<128x64xbf16>
            gqgpu.store %7, %arg4[%arg6, %arg7] {path = #gqgpu.path<tma>} : tensor<128x64xbf16>, memref<200x160xbf16>
            gqgpu.yield %5#1 : !gqgpu.cursor
          }
        }
        gqgpu.role "fill" kind fill warps 2 registers 40 {
          %2 = gqgpu.tile_loop (%arg5, %arg6) to (%c200, %c160) step [128, 64] persistent iter_args(%arg7 = %1) -> (!gqgpu.cursor) {
            %3 = scf.for %arg8 = %c0 to %c384 step %c128 iter_args(%arg9 = %arg7) -> (!gqgpu.cursor) {
              %4 = affine.apply #map(%arg8)
              %5 = affine.apply #map(%arg6)
              %6 = gqgpu.acquire %0[%arg9] : !ring -> !gqgpu.slot
              gqgpu.tma_load %arg0[%arg5, %arg8] -> %0[%6] tile 0 {evict = #gqgpu.evict<normal>} : memref<200x384xf8E4M3FN>, !ring
              gqgpu.tma_load %arg1[%arg6, %arg8] -> %0[%6] tile 1 {evict = #gqgpu.evict<normal>} : memref<160x384xf8E4M3FN>, !ring
              gqgpu.copy_load %arg2[%arg5, %4] -> %0[%6] tile 2 : memref<200x3xf32>, !ring
              gqgpu.copy_load %arg3[%5, %4] -> %0[%6] tile 3 : memref<2x3xf32>, !ring
              gqgpu.commit %0[%6] : !ring
              %7 = gqgpu.advance %0[%arg9] : !ring, !gqgpu.cursor
              scf.yield %7 : !gqgpu.cursor
            }
            gqgpu.yield %3 : !gqgpu.cursor
          }
        }
      }
      gqgpu.return
    }
  }
  func.func @gemm(%arg0: tensor<200x384xf8E4M3FN>, %arg1: tensor<200x3xf32>, %arg2: tensor<160x384xf8E4M3FN>, %arg3: tensor<2x3xf32>) -> tensor<200x160xbf16> {
    %0 = tensor.empty() : tensor<200x160xbf16>
    %1 = gqgpu.launch @gemm_kernels::@gemm_matmul ins(%arg0, %arg2, %arg1, %arg3 : tensor<200x384xf8E4M3FN>, tensor<160x384xf8E4M3FN>, tensor<200x3xf32>, tensor<2x3xf32>) outs(%0 : tensor<200x160xbf16>) -> tensor<200x160xbf16>
    return %1 : tensor<200x160xbf16>
  }
}
