// Two kernels read a and its scales, which warps copy. The second one quantises its results by blocks of a
// cluster; how operands stay in L2 follows from its config, as in other products, not from who has read them.
// RUN: gq-run %s --check --backend=simulate | FileCheck %s
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels -o /dev/null --remarks-filter=gq-promote-tma 2>&1 | FileCheck %s --check-prefix=REMARK --implicit-check-not='evict first' --implicit-check-not='evict last'
// CHECK: check0 passed
// CHECK: check1 passed: {{[0-9]}} of
// CHECK: check2 passed: relative error 0
// REMARK-COUNT-2: operand a goes by tma, swizzle 128, evict normal

func.func @both(%a: tensor<500x256xi8>, %b: tensor<256x256xi8>, %c: tensor<256x256xi8>, %as: tensor<1x2xf32>, %bs: tensor<1x1xf32>, %cs: tensor<1x1xf32>) -> (tensor<500x256xbf16>, tensor<500x256xi8>, tensor<2x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<500x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<500x256xf32>) -> tensor<500x256xf32>
  %zeros = arith.constant 0.0 : bf16
  %eh = tensor.empty() : tensor<500x256xbf16>
  %fh = linalg.fill ins(%zeros : bf16) outs(%eh : tensor<500x256xbf16>) -> tensor<500x256xbf16>
  %x = gq.scaled_matmul %a, %b scales(%as block [256, 256], %bs block [256, 256]) outs(%fh : tensor<500x256xbf16>) {transposed_a_scales}
      : tensor<500x256xi8>, tensor<256x256xi8>, tensor<1x2xf32>, tensor<1x1xf32> -> tensor<500x256xbf16>
  %d = gq.scaled_matmul %a, %c scales(%as block [256, 256], %cs block [256, 256]) outs(%f : tensor<500x256xf32>)
      {transposed_a_scales, config = #gq.matmul_config<tile = [128, 128, 128], store = direct, cluster = b, quantize = true>}
      : tensor<500x256xi8>, tensor<256x256xi8>, tensor<1x2xf32>, tensor<1x1xf32> -> tensor<500x256xf32>
  %qe = tensor.empty() : tensor<500x256xi8>
  %se = tensor.empty() : tensor<2x2xf32>
  %q:2 = gq.quantize %d block [256, 128] outs(%qe, %se : tensor<500x256xi8>, tensor<2x2xf32>) : tensor<500x256xf32> -> tensor<500x256xi8>, tensor<2x2xf32>
  return %x, %q#0, %q#1 : tensor<500x256xbf16>, tensor<500x256xi8>, tensor<2x2xf32>
}
