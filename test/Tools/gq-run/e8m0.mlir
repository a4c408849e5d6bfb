// E8M0 scales as arguments: generated as powers of two between 2^-10 and 2^-3, and
// through a file.
//
// RUN: gq-run %s --backend=reference --entry=dequantize --output=%t.y.npy --output=%t.s.npy --print | tee %t.made | FileCheck %s
// RUN: gq-run %s --backend=reference --entry=scales --input=%t.s.npy --print | grep value0 | sed 's/.*FNU>//' > %t.read
// RUN: grep value1 %t.made | sed 's/.*FNU>//' | diff - %t.read

// CHECK: arg1       tensor<2x2xf8E8M0FNU>
// CHECK: value1     tensor<2x2xf8E8M0FNU> {{\[\[}}{{(0.0009765625|0.001953125|0.00390625|0.0078125|0.015625|0.03125|0.0625|0.125|[], [])+$}}
func.func @dequantize(%q: tensor<2x8xi8>, %s: tensor<2x2xf8E8M0FNU>) -> (tensor<2x8xbf16>, tensor<2x2xf8E8M0FNU>) {
  %e = tensor.empty() : tensor<2x8xbf16>
  %y = gq.dequantize %q scales(%s block [1, 4]) outs(%e : tensor<2x8xbf16>)
         : tensor<2x8xi8>, tensor<2x2xf8E8M0FNU> -> tensor<2x8xbf16>
  return %y, %s : tensor<2x8xbf16>, tensor<2x2xf8E8M0FNU>
}
func.func @scales(%s: tensor<?x?xf8E8M0FNU>) -> tensor<?x?xf8E8M0FNU> {
  return %s : tensor<?x?xf8E8M0FNU>
}
