// One test for every diagnostic.
// RUN: gq-opt %s --gq-promote-tma --split-input-file --verify-diagnostics

gqgpu.kernel @k(%a: memref<?x500xf8E4M3FN>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] {path = #gqgpu.path<tma>} : memref<?x500xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x500xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{has path tma, operand a has a row pitch of 500 bytes, tma needs a multiple of 16}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x48xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x48xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{operand a has tile rows of 48 bytes, the tensor core's layout needs a multiple of 128, or of 32 if they are shorter}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x48xf8E4M3FN>, tensor<64x48xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<268x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<268x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<268x64xf32>
  // expected-error@+1 {{operand a has 268 tile rows, which boxes of tma of at most 256 cannot divide}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<268x64xf32>)
      : tensor<268x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<268x1xf32>, tensor<1x1xf32> -> tensor<268x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x500xf8E4M3FN>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = tensor.empty() : tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] {path = #gqgpu.path<tma>} : memref<?x500xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{has path tma, operand b has a row pitch of 500 bytes, tma needs a multiple of 16}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

// What a person wrote and the hardware cannot do.
gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{is copied by warps: expects evict normal and no l2_promotion}}
  %at = gqgpu.load %a[%i, %c0] {path = #gqgpu.path<copy>, evict = #gqgpu.evict<first>} : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] {path = #gqgpu.path<copy>} : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{has rows of b that the copy engine permutes, and operand b with path copy; expects store = staged}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, store = direct>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{has a swizzle of 64 bytes, operand a goes to the tensor core: expects 128}}
  %at = gqgpu.load %a[%i, %c0] {swizzle = 64 : i64} : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  // expected-error@+1 {{has a swizzle of 0 bytes, operand b goes to the tensor core: expects 128}}
  %bt = gqgpu.load %a[%i, %c0] {swizzle = 0 : i64} : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  // expected-error@+1 {{has path tma, operand a_scales is copied by a warp: expects copy}}
  %s = gqgpu.load %sa[%i, %i] {path = #gqgpu.path<tma>} : memref<?x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  // expected-error@+1 {{has a swizzle of 32 bytes, operand b_scales is copied by a warp: expects 0}}
  %t = gqgpu.load %sa[%i, %i] {swizzle = 32 : i64} : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  // expected-error@+1 {{has evict last, operand b_scales is copied by a warp: expects normal}}
  %t = gqgpu.load %sa[%i, %i] {evict = #gqgpu.evict<last>} : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x50xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  // expected-error@+1 {{has path tma, operand dest has a row pitch of 200 bytes, tma needs a multiple of 16}}
  gqgpu.store %p, %d[%i, %c0] {path = #gqgpu.path<tma>} : tensor<64x64xf32>, memref<?x50xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?x512xf32>, %q: memref<?x512xf32>, %i: index) {
  // expected-error@+1 {{has path tma, threads read it themselves: expects copy}}
  %t = gqgpu.load %x[%i, %i] {path = #gqgpu.path<tma>} : memref<?x512xf32> -> tensor<16x512xf32>
  gqgpu.store %t, %q[%i, %i] : tensor<16x512xf32>, memref<?x512xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?x512xf32>, %q: memref<?x512xf32>, %i: index) {
  // expected-error@+1 {{has a swizzle of 128 bytes, threads read it themselves: expects 0}}
  %t = gqgpu.load %x[%i, %i] {swizzle = 128 : i64} : memref<?x512xf32> -> tensor<16x512xf32>
  gqgpu.store %t, %q[%i, %i] : tensor<16x512xf32>, memref<?x512xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?x512xf32>, %q: memref<?x512xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xf32> -> tensor<16x512xf32>
  // expected-error@+1 {{has path tma, which takes results of a product of rank 2 in f32, bf16 or f16, got 'memref<?x512xf32>' in a kernel without one}}
  gqgpu.store %t, %q[%i, %i] {path = #gqgpu.path<tma>} : tensor<16x512xf32>, memref<?x512xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<16x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x16xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x16xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<16x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x16xf32>
  %te = tensor.empty() : tensor<16x64xf32>
  %u = linalg.transpose ins(%p : tensor<64x16xf32>) outs(%te : tensor<16x64xf32>) permutation = [1, 0]
  // expected-error@+1 {{has path tma, which writes rows of a product, got its transpose}}
  gqgpu.store %u, %d[%i, %c0] {path = #gqgpu.path<tma>} : tensor<16x64xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<24x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x24xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x24xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<24x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x24xf32>
  // expected-error@+1 {{has path tma, which takes a multiple of 16 columns, got 'tensor<64x24xf32>'}}
  gqgpu.store %p, %d[%i, %c0] {path = #gqgpu.path<tma>} : tensor<64x24xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<48x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x48xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x48xf32>) {config = #gq.matmul_config<tile = [64, 48, 128], math_groups = 1, parts = 2>}
      : tensor<64x128xf8E4M3FN>, tensor<48x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x48xf32>
  // expected-error@+1 {{has path tma, which takes a multiple of 16 columns, got 'tensor<64x48xf32>' of 2 products side by side}}
  gqgpu.store %p, %d[%i, %c0] {path = #gqgpu.path<tma>} : tensor<64x48xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %i: index) {
  %c0 = arith.constant 0 : index
  %c24 = arith.constant 24 : index
  %k = arith.muli %i, %c24 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %k] {path = #gqgpu.path<tma>} : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{has path tma, operand b has tiles that start at multiples of 24 bytes in a row, as far as is known; tma needs multiples of 16}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  // expected-error@+1 {{has path tma, and tiles that start at multiples of 4 bytes in a row of operand dest, as far as is known; tma needs multiples of 16}}
  gqgpu.store %p, %d[%i, %i] {path = #gqgpu.path<tma>} : tensor<64x64xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x5xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<16x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x5xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sa[%i, %i] : memref<?x5xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x16xf32>
  // expected-error@+1 {{has scales = tma, operand a_scales has a row pitch of 20 bytes, tma needs a multiple of 16}}
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, scales = tma>}
      : tensor<64x128xf8E4M3FN>, tensor<16x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x16xf32>
  gqgpu.store %p, %d[%i, %i] : tensor<64x16xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%s: memref<4x262xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %a = tensor.empty() : tensor<64x128xf8E4M3FN>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %st = gqgpu.load %s[%c0, %c0] : memref<4x262xf32> -> tensor<1x64xf32>
  // expected-error@+1 {{has scales = tma, operand a_scales has a row pitch of 1048 bytes, tma needs a multiple of 16}}
  %p = gq.scaled_matmul %a, %a scales(%st block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      {transposed_a_scales, config = #gq.matmul_config<tile = [64, 64, 128], scales = tma>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<1x64xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%s: memref<4x264xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %a = tensor.empty() : tensor<66x128xf8E4M3FN>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<66x66xf32>
  %st = gqgpu.load %s[%c0, %c0] : memref<4x264xf32> -> tensor<1x66xf32>
  // expected-error@+1 {{has scales = tma, operand a_scales has tile rows of 264 bytes, tma needs a multiple of 16}}
  %p = gq.scaled_matmul %a, %a scales(%st block [1, 128], %t block [128, 128]) outs(%e : tensor<66x66xf32>)
      {transposed_a_scales, config = #gq.matmul_config<tile = [66, 66, 128], scales = tma>}
      : tensor<66x128xf8E4M3FN>, tensor<66x128xf8E4M3FN>, tensor<1x66xf32>, tensor<1x1xf32> -> tensor<66x66xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%s: memref<4x264xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %a = tensor.empty() : tensor<64x128xf8E4M3FN>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %st = gqgpu.load %s[%c0, %i] : memref<4x264xf32> -> tensor<1x64xf32>
  // expected-error@+1 {{has scales = tma, operand a_scales has tiles that start at multiples of 4 bytes in a row, as far as is known; tma needs multiples of 16}}
  %p = gq.scaled_matmul %a, %a scales(%st block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      {transposed_a_scales, config = #gq.matmul_config<tile = [64, 64, 128], scales = tma>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<1x64xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%s: memref<4x640xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %a = tensor.empty() : tensor<320x128xf8E4M3FN>
  %b = tensor.empty() : tensor<64x128xf8E4M3FN>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<320x64xf32>
  %st = gqgpu.load %s[%c0, %c0] : memref<4x640xf32> -> tensor<1x320xf32>
  // expected-error@+1 {{has scales = tma, operand a_scales has tile rows of 320 elements, tma takes at most 256}}
  %p = gq.scaled_matmul %a, %b scales(%st block [1, 128], %t block [128, 128]) outs(%e : tensor<320x64xf32>)
      {transposed_a_scales, config = #gq.matmul_config<tile = [320, 64, 128], scales = tma>}
      : tensor<320x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<1x320xf32>, tensor<1x1xf32> -> tensor<320x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = gqgpu.load %sa[%i, %i] : memref<?x4xf32> -> tensor<64x1xf32>
  // expected-error@+1 {{has an l2_promotion of 128 bytes, operand b_scales is copied by a warp: expects none}}
  %t = gqgpu.load %sa[%i, %i] {l2_promotion = 128 : i64} : memref<?x4xf32> -> tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

// A tile that a person has changed in the config alone.
gqgpu.kernel @other_tile(%s: memref<64x128xf8E4M3FN>, %d: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %a = gqgpu.load %s[%c0, %c0] : memref<64x128xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %e = tensor.empty() : tensor<64x64xf32>
  // expected-error@+1 {{has a config with tile = [128, 64, 128], expects [64, 64, 128], which is what it multiplies}}
  %p = gq.scaled_matmul %a, %a outs(%e : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128]>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%c0, %c0] : tensor<64x64xf32>, memref<64x64xf32>
  gqgpu.return
}
