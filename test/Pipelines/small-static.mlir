// Tensors smaller than a tile, with static sizes: the kernels work on whole tiles.
// RUN: gq-opt %s --gq-select-config --gq-tile --canonicalize --cse --gq-outline-kernels --canonicalize --cse | FileCheck %s
// RUN: gq-opt %s --gq-lower-to-nvvm | FileCheck %s --check-prefix=LLVM

// One step of K is no loop; gq-pipeline-stages makes it one again.
// CHECK:     gqgpu.kernel @matmul_matmul
// CHECK-NOT: scf.for
// CHECK-DAG: gqgpu.load {{.*}} : memref<7x80xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
// CHECK-DAG: gqgpu.load {{.*}} : memref<96x80xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
// CHECK-DAG: gqgpu.load {{.*}} : memref<7x1xf32> -> tensor<64x1xf32>
// CHECK:     gqgpu.store {{.*}} : tensor<64x64xf32>, memref<7x96xf32>
// LLVM:      llvm.func @matmul_matmul(
// LLVM:      wgmma.mma_async.sync.aligned.m64n64k32.f32.e4m3.e4m3
func.func @matmul(%a: tensor<7x80xf8E4M3FN>, %sa: tensor<7x1xf32>, %b: tensor<96x80xf8E4M3FN>,
    %sb: tensor<1x1xf32>) -> tensor<7x96xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<7x96xf32>
  %c = linalg.fill ins(%zero : f32) outs(%e : tensor<7x96xf32>) -> tensor<7x96xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%c : tensor<7x96xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1>}
         : tensor<7x80xf8E4M3FN>, tensor<96x80xf8E4M3FN>, tensor<7x1xf32>, tensor<1x1xf32>
         -> tensor<7x96xf32>
  return %d : tensor<7x96xf32>
}

// CHECK:     gqgpu.kernel @quantize_quantize
// CHECK:     gqgpu.load {{.*}} : memref<7x130xbf16> -> tensor<16x256xbf16>
// CHECK:     gq.quantize {{.*}} tensor<16x256xbf16> -> tensor<16x256xf8E4M3FN>, tensor<16x2xf32>
// LLVM:      llvm.func @quantize_quantize(
func.func @quantize(%x: tensor<7x130xbf16>) -> (tensor<7x130xf8E4M3FN>, tensor<7x2xf32>) {
  %qe = tensor.empty() : tensor<7x130xf8E4M3FN>
  %se = tensor.empty() : tensor<7x2xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%qe, %se : tensor<7x130xf8E4M3FN>, tensor<7x2xf32>)
             : tensor<7x130xbf16> -> tensor<7x130xf8E4M3FN>, tensor<7x2xf32>
  return %q, %s : tensor<7x130xf8E4M3FN>, tensor<7x2xf32>
}

// Nobody wants the scales: they are computed and not stored.
// CHECK:     gqgpu.kernel @codes_only_quantize(%{{[^,]*}}: memref<256x512xbf16>, %{{[^,]*}}: memref<256x512xf8E4M3FN>)
// CHECK:     gq.quantize {{.*}} -> tensor<{{.*}}xf8E4M3FN>, tensor<{{.*}}xf32>
// CHECK:     gqgpu.store {{.*}} memref<256x512xf8E4M3FN>
// CHECK-NOT: gqgpu.store
// LLVM:      llvm.func @codes_only_quantize(
func.func @codes_only(%x: tensor<256x512xbf16>) -> tensor<256x512xf8E4M3FN> {
  %qe = tensor.empty() : tensor<256x512xf8E4M3FN>
  %se = tensor.empty() : tensor<256x4xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%qe, %se : tensor<256x512xf8E4M3FN>, tensor<256x4xf32>)
             : tensor<256x512xbf16> -> tensor<256x512xf8E4M3FN>, tensor<256x4xf32>
  return %q : tensor<256x512xf8E4M3FN>
}
