// One test for every diagnostic: loads, stores and masks of tiles.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

gqgpu.kernel @k(%x: memref<4x4xf32>, %i: index) {
  // expected-error@+1 {{expects 2 indices for operand source of rank 2, got 1}}
  %t = gqgpu.load %x[%i] : memref<4x4xf32> -> tensor<2x2xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<4x4xindex>, %i: index) {
  // expected-error@+1 {{expects a result of integers or floats, got 'tensor<2x2xindex>'}}
  %t = gqgpu.load %x[%i, %i] : memref<4x4xindex> -> tensor<2x2xindex>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<4x4xindex>, %i: index) {
  %t = tensor.empty() : tensor<2x2xindex>
  // expected-error@+1 {{expects operand value of integers or floats, got 'tensor<2x2xindex>'}}
  gqgpu.store %t, %x[%i, %i] : tensor<2x2xindex>, memref<4x4xindex>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<4x4xf32>, %i: index) {
  // expected-error@+1 {{expects a result of rank 2 as operand source, got rank 1}}
  %t = gqgpu.load %x[%i, %i] : memref<4x4xf32> -> tensor<2xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<4x4xf32>, %i: index) {
  // expected-error@+1 {{expects a result of element type 'f32' as operand source, got 'f16'}}
  %t = gqgpu.load %x[%i, %i] : memref<4x4xf32> -> tensor<2x2xf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<4x4xf32>, %i: index) {
  // expected-error@+1 {{must be statically shaped tensor}}
  %t = gqgpu.load %x[%i, %i] : memref<4x4xf32> -> tensor<?x2xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<4x4xf32>, %i: index) {
  %t = tensor.empty() : tensor<2x2xf32>
  // expected-error@+1 {{expects 2 indices for operand dest of rank 2, got 1}}
  gqgpu.store %t, %x[%i] : tensor<2x2xf32>, memref<4x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<4x4xf32>, %i: index) {
  %t = tensor.empty() : tensor<2xf32>
  // expected-error@+1 {{expects operand value of rank 2 as operand dest, got rank 1}}
  gqgpu.store %t, %x[%i, %i] : tensor<2xf32>, memref<4x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<4x4xf32>, %i: index) {
  %t = tensor.empty() : tensor<2x2xf16>
  // expected-error@+1 {{expects operand value of element type 'f32' as operand dest, got 'f16'}}
  gqgpu.store %t, %x[%i, %i] : tensor<2x2xf16>, memref<4x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%i: index) {
  %t = tensor.empty() : tensor<2xf32>
  // expected-error@+1 {{expects an operand of rank 2, got rank 1}}
  %m = gqgpu.mask %t to (%i, %i) : tensor<2xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%i: index) {
  %t = tensor.empty() : tensor<2x2xf32>
  // expected-error@+1 {{expects 2 sizes, got 1}}
  %m = gqgpu.mask %t to (%i) : tensor<2x2xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<4x4xf32>, %i: index) {
  // expected-error@+1 {{expects an l2_promotion of 64, 128 or 256 bytes, got 32}}
  %t = gqgpu.load %x[%i, %i] {l2_promotion = 32 : i64} : memref<4x4xf32> -> tensor<2x2xf32>
  gqgpu.return
}
