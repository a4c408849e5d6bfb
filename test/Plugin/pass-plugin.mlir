// Our passes in a stock mlir-opt: alone, and the whole pipeline.
// REQUIRES: mlir-opt, plugin
// DEFINE: %{gq} = %mlir_opt --load-dialect-plugin=%gq_plugin --load-pass-plugin=%gq_plugin
// RUN: %{gq} %s --pass-pipeline='builtin.module(gq-select-config)' | FileCheck %s --check-prefix=CONFIG
// RUN: %{gq} %s --pass-pipeline='builtin.module(gq-lower-to-nvvm)' | FileCheck %s --check-prefix=NVVM
// RUN: %{gq} %S/../Conversion/LinalgToGQ/zero-points.mlir --pass-pipeline='builtin.module(func.func(convert-linalg-to-gq))' | FileCheck %s --check-prefix=RAISED

// RAISED-COUNT-3: gq.scaled_matmul
// CONFIG: gq.quantize {{.*}}config = #gq.quantize_config<tile = [8, 512], candidate = 0>
// NVVM: llvm.func @quantize_quantize(
// NVVM: nvvm.convert.f32x2.to.f8x2 {{.*}}(f8E4M3FN)
// NVVM: gqgpu.launch @quantize_kernels::@quantize_quantize
func.func @quantize(%x: tensor<64x512xbf16>) -> (tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {
  %qe = tensor.empty() : tensor<64x512xf8E4M3FN>
  %se = tensor.empty() : tensor<64x4xf32>
  %q, %s = gq.quantize %x block [1, 128]
             outs(%qe, %se : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>)
             : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return %q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
}
