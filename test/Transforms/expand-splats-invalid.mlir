// RUN: gq-opt %s --gq-expand --verify-diagnostics

// The compiler has all elements of what becomes data.
func.func @decoded(%q: tensor<1073741824x128xi8>, %x: tensor<1073741824x128xf32>) -> tensor<1073741824x128xf32> {
  %s = arith.constant dense<0.5> : tensor<1073741824x1xf32>
  // expected-error@+1 {{'gq.dequantize' op reads a constant of 'tensor<1073741824x1xf32>' in operand 1, 4294967296 bytes, expects at most 1073741824}}
  %d = gq.dequantize %q scales(%s block [1, 128]) outs(%x : tensor<1073741824x128xf32>)
      : tensor<1073741824x128xi8>, tensor<1073741824x1xf32> -> tensor<1073741824x128xf32>
  return %d : tensor<1073741824x128xf32>
}
