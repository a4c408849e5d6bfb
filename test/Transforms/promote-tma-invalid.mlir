// One test for every diagnostic.
// RUN: gq-opt %s --gq-promote-tma --split-input-file --verify-diagnostics

gqgpu.kernel @k(%a: memref<?x500xf8E4M3FN>, %i: index) {
  %at = gqgpu.load %a[%i, %i] : memref<?x500xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %i] : memref<?x500xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{operand a has a row pitch of 500 bytes, tma needs a multiple of 16}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %i: index) {
  %at = gqgpu.load %a[%i, %i] : memref<?x512xf8E4M3FN> -> tensor<64x64xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %i] : memref<?x512xf8E4M3FN> -> tensor<64x64xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{operand a has tile rows of 64 bytes, the tensor core's layout needs 128}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x64xf8E4M3FN>, tensor<64x64xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %i: index) {
  %at = gqgpu.load %a[%i, %i] : memref<?x512xf8E4M3FN> -> tensor<320x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %i] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<320x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<320x64xf32>
  // expected-error@+1 {{operand a has 320 tile rows, tma takes at most 256}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<320x64xf32>)
      : tensor<320x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<320x1xf32>, tensor<1x1xf32> -> tensor<320x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %i: index) {
  %at = tensor.empty() : tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %i] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{expects operand a to be loaded}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x500xf8E4M3FN>, %i: index) {
  %at = tensor.empty() : tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %i] : memref<?x500xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{operand b has a row pitch of 500 bytes, tma needs a multiple of 16}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}
