// One test for every diagnostic: operands with gaps between rows.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

gqgpu.kernel @k(%w: memref<8x8xf32> {gq.pitched}) {
  gqgpu.return
}
func.func @f() -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x8xf32>
  // expected-error@+1 {{writes operand 0, which kernel @k has as gq.pitched}}
  %r = gqgpu.launch @k outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

gqgpu.kernel @k(%x: memref<8x8xf32> {gq.pitched}, %d: memref<8x8xf32>) {
  gqgpu.return
}
func.func @f(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x8xf32>
  // expected-error@+1 {{expects operand 0 to be an argument of a function that is gq.pitched, as kernel @k says}}
  %r = gqgpu.launch @k ins(%x : tensor<8x8xf32>) outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

gqgpu.kernel @k(%x: memref<8x8xf32>, %d: memref<8x8xf32>) {
  gqgpu.return
}
func.func @f(%x: tensor<?x8xf32> {gq.pitched}) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x8xf32>
  %c = tensor.cast %x : tensor<?x8xf32> to tensor<8x8xf32>
  // expected-error@+1 {{has operand 0, argument 0 of the function, which is gq.pitched, kernel @k expects rows without gaps}}
  %r = gqgpu.launch @k ins(%c : tensor<8x8xf32>) outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

gqgpu.kernel @k(%x: memref<64x64xf32> {gq.pitched}) attributes {threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %t = tensor.splat %zero : tensor<64x64xf32>
  // expected-error@+1 {{writes argument 0 of the kernel, which is gq.pitched; kernels only read such an argument}}
  gqgpu.store %t, %x[%c0, %c0] : tensor<64x64xf32>, memref<64x64xf32>
  gqgpu.return
}
