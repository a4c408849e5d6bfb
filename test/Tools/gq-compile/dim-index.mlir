// A dimension that does not exist is refused where it is asked for, in words of the
// program.
// RUN: not gq-compile %s --emit=ptx -o - 2>&1 | FileCheck %s
// RUN: not gq-compile %s -o %t.gqb 2>&1 | FileCheck %s

// CHECK: dim-index.mlir:[[# @LINE + 4]]:{{[0-9]+}}: error: 'tensor.dim' op expects an index below the rank 2, got 2
func.func @gemm(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<128x256xf8E4M3FN>, %sb: tensor<1x2xf32>) -> tensor<?x128xf32> {
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c2 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x128xf32>)
         : tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xf32>
  return %d : tensor<?x128xf32>
}
