// What a script calls of interest stays, ops of gq among it, and the rest goes.
// RUN: gq-reduce %s -reduction-tree='traversal-mode=0 test=%S/Inputs/quantizes.sh' | FileCheck %s
// RUN: gq-reduce --version | FileCheck %s --check-prefix=VERSION

// VERSION: gridquant {{[0-9.]+}}

// CHECK-NOT: func.func @others
// CHECK: func.func @quantize
// CHECK: gq.quantize
// CHECK-NOT: func.func @others
func.func @others1(%x: tensor<16x256xf32>) -> tensor<16x256xf32> {
  %y = arith.addf %x, %x : tensor<16x256xf32>
  return %y : tensor<16x256xf32>
}
func.func @quantize(%x: tensor<16x256xbf16>) -> (tensor<16x256xf8E4M3FN>, tensor<16x2xf32>) {
  %eq = tensor.empty() : tensor<16x256xf8E4M3FN>
  %es = tensor.empty() : tensor<16x2xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<16x256xf8E4M3FN>, tensor<16x2xf32>)
             : tensor<16x256xbf16> -> tensor<16x256xf8E4M3FN>, tensor<16x2xf32>
  return %q, %s : tensor<16x256xf8E4M3FN>, tensor<16x2xf32>
}
func.func @others2(%x: tensor<16x256xf32>) -> tensor<16x256xf32> {
  %y = arith.mulf %x, %x : tensor<16x256xf32>
  return %y : tensor<16x256xf32>
}
