// One test for every diagnostic about results that are stored directly.
// RUN: gq-opt %s --gq-promote-tma --split-input-file --verify-diagnostics

gqgpu.kernel @rows(%a: memref<?x512xf8E4M3FN>, %b: memref<72x512xf8E4M3FN>, %d: memref<?x72xbf16>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  // expected-error@+1 {{permutes rows in groups of 32: expects an operand source with a static multiple of them, got 'memref<72x512xf8E4M3FN>'}}
  %bt = gqgpu.load %b[%c0, %c0] : memref<72x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xbf16>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xbf16>)
      {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, store = direct>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xbf16>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xbf16>, memref<?x72xbf16>
  gqgpu.return
}

// -----

// A batch whose matrices do not end at a group.
gqgpu.kernel @start(%a: memref<?x512xf8E4M3FN>, %b: memref<96x512xf8E4M3FN>, %d: memref<?x96xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %c24 = arith.constant 24 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %row = arith.muli %i, %c24 : index
  // expected-error@+1 {{permutes rows in groups of 16, and has tiles that start at multiples of 24 rows, as far as is known}}
  %bt = gqgpu.load %b[%row, %c0] : memref<96x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, store = direct>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xf32>, memref<?x96xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @elements(%a: memref<?x512xf8E4M3FN>, %b: memref<64x512xf8E4M3FN>, %d: memref<?x64xi1>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %b[%c0, %c0] : memref<64x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{stores directly, expects elements of 1, 2 or 4 bytes, got 1 bits}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, store = direct>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  %q = tensor.empty() : tensor<64x64xi1>
  gqgpu.store %q, %d[%i, %c0] : tensor<64x64xi1>, memref<?x64xi1>
  gqgpu.return
}

// -----

gqgpu.kernel @path(%a: memref<?x512xf8E4M3FN>, %b: memref<64x512xf8E4M3FN>, %d: memref<?x64xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %b[%c0, %c0] : memref<64x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, store = direct>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  // expected-error@+1 {{has path tma, which writes whole rows of a warp; with the rows of b permuted expects copy}}
  gqgpu.store %p, %d[%i, %c0] {path = #gqgpu.path<tma>} : tensor<64x64xf32>, memref<?x64xf32>
  gqgpu.return
}

// -----

// Only b becomes columns.
gqgpu.kernel @of_a(%a: memref<64x512xf8E4M3FN>, %b: memref<64x512xf8E4M3FN>, %d: memref<?x64xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{permutes rows, operand a is multiplied row by row: expects them in order}}
  %at = gqgpu.load %a[%c0, %c0] {permuted = 32 : i64} : memref<64x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %b[%c0, %c0] : memref<64x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @of_scales(%b: memref<64x512xf8E4M3FN>, %sa: memref<64x4xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %b[%c0, %c0] : memref<64x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %b[%c0, %c0] : memref<64x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  // expected-error@+1 {{permutes rows, operand a_scales is copied by a warp: expects them in order}}
  %s = gqgpu.load %sa[%c0, %c0] {permuted = 32 : i64} : memref<64x4xf32> -> tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}
