// A product of columns of wider tensors, through a quantisation and through tensor maps: all passes leave what
// computes the same.
// RUN: gq-run %s --m=70 --stages | FileCheck %s
// CHECK: after gq-outline-kernels: simulated  2 launches
// CHECK-NEXT: passed
// CHECK: after gq-expand-math: simulated  2 launches
// CHECK-NEXT: passed
func.func @linear(%x: tensor<?x256xbf16> {gq.pitched}, %w: tensor<128x256xf8E4M3FN> {gq.pitched},
                  %s: tensor<1x2xf32>, %bias: tensor<?x128xbf16> {gq.pitched}) -> tensor<?x128xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q:2 = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
      : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %y = gq.scaled_matmul %q#0, %w scales(%q#1 block [1, 128], %s block [128, 128]) outs(%e : tensor<?x128xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xf32>
  %wide = arith.extf %bias : tensor<?x128xbf16> to tensor<?x128xf32>
  %sum = arith.addf %y, %wide : tensor<?x128xf32>
  %r = arith.truncf %sum : tensor<?x128xf32> to tensor<?x128xbf16>
  return %r : tensor<?x128xbf16>
}
