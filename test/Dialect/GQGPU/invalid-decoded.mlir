// One test for every diagnostic: loads of codes that are decoded on the way.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{expects codes of i4 or f4E2M1FN, got 'i8'}}
  %0 = gqgpu.load %w[%i, %i] decoded i8 scales(%s[%i, %i] block [1, 32]) : memref<64x32xi8>, memref<64x2xf8E8M0FNU> -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi16>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{expects operand source of element type i8, bytes of two codes, got 'i16'}}
  %0 = gqgpu.load %w[%i, %i] decoded f4E2M1FN scales(%s[%i, %i] block [1, 32]) : memref<64x32xi16>, memref<64x2xf8E8M0FNU> -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xi8>, %i: index) {
  // expected-error@+1 {{expects operand scales of element type f32, bf16, f16 or f8E8M0FNU, got 'i8'}}
  %0 = gqgpu.load %w[%i, %i] decoded f4E2M1FN scales(%s[%i, %i] block [1, 32]) : memref<64x32xi8>, memref<64x2xi8> -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{decodes to bf16, got a tile of 'f16'}}
  %0 = gqgpu.load %w[%i, %i] decoded f4E2M1FN scales(%s[%i, %i] block [1, 32]) : memref<64x32xi8>, memref<64x2xf8E8M0FNU> -> tensor<64x64xf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{expects 2 indices for operand scales of rank 2, got 1}}
  %0 = gqgpu.load %w[%i, %i] decoded i4 scales(%s[%i] block [1, 32]) : memref<64x32xi8>, memref<64x2xf8E8M0FNU> -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64xf32>, %i: index) {
  // expected-error@+1 {{expects a tile, operand scales and a block of rank 2, got 2, 1 and 2}}
  %0 = gqgpu.load %w[%i, %i] decoded i4 scales(%s[%i] block [1, 32]) : memref<64x32xi8>, memref<64xf32> -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{expects blocks of at least 1 row and of a multiple of 8 columns, got 0x32}}
  %0 = gqgpu.load %w[%i, %i] decoded f4E2M1FN scales(%s[%i, %i] block [0, 32]) : memref<64x32xi8>, memref<64x2xf8E8M0FNU> -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{expects blocks of at least 1 row and of a multiple of 8 columns, got 1x12}}
  %0 = gqgpu.load %w[%i, %i] decoded f4E2M1FN scales(%s[%i, %i] block [1, 12]) : memref<64x32xi8>, memref<64x2xf8E8M0FNU> -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{expects a tile of whole blocks along dimension 1, or in one, got 64 elements and blocks of 48}}
  %0 = gqgpu.load %w[%i, %i] decoded f4E2M1FN scales(%s[%i, %i] block [1, 48]) : memref<64x32xi8>, memref<64x2xf8E8M0FNU> -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{expects a tile of whole blocks along dimension 0, or in one, got 64 elements and blocks of 48}}
  %0 = gqgpu.load %w[%i, %i] decoded f4E2M1FN scales(%s[%i, %i] block [48, 32]) : memref<64x32xi8>, memref<64x2xf8E8M0FNU> -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{is decoded by the threads that copy it: expects path copy and rows in order}}
  %0 = gqgpu.load %w[%i, %i] decoded f4E2M1FN scales(%s[%i, %i] block [1, 32]) {path = #gqgpu.path<tma>} : memref<64x32xi8>, memref<64x2xf8E8M0FNU> -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{expects operand scales beside packed, block and scale_indices, got none}}
  %0 = "gqgpu.load"(%w, %i, %i) <{operandSegmentSizes = array<i32: 1, 2, 0, 0>, packed = i4}> : (memref<64x32xi8>, index, index) -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf8E8M0FNU>, %i: index) {
  // expected-error@+1 {{expects packed and block beside operand scales}}
  %0 = "gqgpu.load"(%w, %i, %i, %s, %i, %i) <{operandSegmentSizes = array<i32: 1, 2, 1, 2>, packed = i4}> : (memref<64x32xi8>, index, index, memref<64x2xf8E8M0FNU>, index, index) -> tensor<64x64xbf16>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x64xbf16>>
gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf32>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{decodes an operand of a product, expects a tile with a swizzle, got '!gqgpu.tile<64x64xbf16>'}}
  gqgpu.copy_load %w[%i, %i] decoded i4 scales(%s[%i, %i] block [1, 32]) -> %r[%slot] tile 0 : memref<64x32xi8>, !ring, memref<64x2xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x64xbf16, swizzle = 128>>
gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf32>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects blocks of at least 1 row and of a multiple of 8 columns, got 1x4}}
  gqgpu.copy_load %w[%i, %i] decoded i4 scales(%s[%i, %i] block [1, 4]) -> %r[%slot] tile 0 : memref<64x32xi8>, !ring, memref<64x2xf32>
  gqgpu.return
}
