// Arguments of kernels are pitched where those of the function are, also behind a cast; others are not.
// RUN: gq-opt %s --gq-lower-to-tiles --gq-outline-kernels | FileCheck %s

// CHECK: gqgpu.kernel @f_dequantize(%arg0: memref<?x256xf8E4M3FN> {gq.pitched}, %arg1: memref<?x2xf32>, %arg2: memref<?x256xbf16>)
// CHECK-LABEL: func.func @f(
// CHECK-SAME: tensor<?x?xf8E4M3FN> {gq.pitched}
// CHECK: %[[C:.*]] = tensor.cast %arg0
// CHECK: gqgpu.launch @f_kernels::@f_dequantize ins(%[[C]], %arg1 :
func.func @f(%q: tensor<?x?xf8E4M3FN> {gq.pitched}, %s: tensor<?x2xf32>) -> tensor<?x256xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x?xf8E4M3FN>
  %c = tensor.cast %q : tensor<?x?xf8E4M3FN> to tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x256xbf16>
  %y = gq.dequantize %c scales(%s block [1, 128]) outs(%e : tensor<?x256xbf16>)
         : tensor<?x256xf8E4M3FN>, tensor<?x2xf32> -> tensor<?x256xbf16>
  return %y : tensor<?x256xbf16>
}
