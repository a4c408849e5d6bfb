// The norm of all errors says nothing where few elements make it up: one column, a massive element.
// Those are within their own bounds. What overflows in f16 for one order of the additions may not for
// another.
// RUN: gq-run %s --entry=column --m=70 --backend=simulate --check | FileCheck %s
// RUN: gq-run %s --entry=column --m=1 --backend=simulate --check | FileCheck %s
// RUN: gq-run %s --entry=overflow --generate=codes --backend=reference --check | FileCheck %s
// RUN: gq-run %s --entry=overflow --generate=codes --backend=simulate --check | FileCheck %s
// CHECK: check0     passed
func.func @column(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<1x256xf8E4M3FN>, %sb: tensor<1x2xf32>) -> tensor<?x1xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty(%m) : tensor<?x1xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x1xbf16>) -> tensor<?x1xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x1xbf16>)
      : tensor<?x256xf8E4M3FN>, tensor<1x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x1xbf16>
  return %d : tensor<?x1xbf16>
}
func.func @overflow(%a: tensor<64x512xf8E5M2>, %b: tensor<64x512xf8E5M2>, %sa: tensor<64x4xf32>, %sb: tensor<1x4xf32>) -> tensor<64x64xf16> {
  %zero = arith.constant 0.0 : f16
  %e = tensor.empty() : tensor<64x64xf16>
  %i = linalg.fill ins(%zero : f16) outs(%e : tensor<64x64xf16>) -> tensor<64x64xf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<64x64xf16>)
      : tensor<64x512xf8E5M2>, tensor<64x512xf8E5M2>, tensor<64x4xf32>, tensor<1x4xf32> -> tensor<64x64xf16>
  return %d : tensor<64x64xf16>
}
