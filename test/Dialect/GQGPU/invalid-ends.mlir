// Ends of what is stored, and numbers from memory.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

gqgpu.kernel @store_count(%d: memref<?x256xf32>, %i: index) {
  %t = tensor.empty() : tensor<64x128xf32>
  // expected-error@+1 {{'gqgpu.store' op expects one index for each dimension that ends, got 1 for 2}}
  gqgpu.store %t, %d[%i, %i] ends [0, 1](%i) : tensor<64x128xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_past(%d: memref<?x256xf32>, %i: index) {
  %t = tensor.empty() : tensor<64x128xf32>
  // expected-error@+1 {{'gqgpu.store' op expects ends of dimensions from 0 to 1, in order, got 2}}
  gqgpu.store %t, %d[%i, %i] ends [2](%i) : tensor<64x128xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_negative(%d: memref<?x256xf32>, %i: index) {
  %t = tensor.empty() : tensor<64x128xf32>
  // expected-error@+1 {{'gqgpu.store' op expects ends of dimensions from 0 to 1, in order, got -1}}
  gqgpu.store %t, %d[%i, %i] ends [-1](%i) : tensor<64x128xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_order(%d: memref<?x256xf32>, %i: index) {
  %t = tensor.empty() : tensor<64x128xf32>
  // expected-error@+1 {{'gqgpu.store' op expects ends of dimensions from 0 to 1, in order, got 0 after 1}}
  gqgpu.store %t, %d[%i, %i] ends [1, 0](%i, %i) : tensor<64x128xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_tma(%d: memref<?x256xf32>, %i: index) {
  %t = tensor.empty() : tensor<64x128xf32>
  // expected-error@+1 {{'gqgpu.store' op has path tma, which writes to the end of operand dest; with ends expects copy}}
  gqgpu.store %t, %d[%i, %i] ends [0](%i) {path = #gqgpu.path<tma>} : tensor<64x128xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_fragment_count(%d: memref<?x256xf32>, %i: index) {
  %z = arith.constant 0.0 : f32
  %t = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  // expected-error@+1 {{'gqgpu.store_fragment' op expects one index for each dimension that ends, got 1 for 2}}
  gqgpu.store_fragment %t, %d[%i, %i] ends [0, 1](%i) : !gqgpu.fragment<64x128xf32, #gqgpu.mma>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_fragment_past(%d: memref<?x256xf32>, %i: index) {
  %z = arith.constant 0.0 : f32
  %t = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  // expected-error@+1 {{'gqgpu.store_fragment' op expects ends of dimensions from 0 to 1, in order, got 2}}
  gqgpu.store_fragment %t, %d[%i, %i] ends [2](%i) : !gqgpu.fragment<64x128xf32, #gqgpu.mma>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_fragment_negative(%d: memref<?x256xf32>, %i: index) {
  %z = arith.constant 0.0 : f32
  %t = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  // expected-error@+1 {{'gqgpu.store_fragment' op expects ends of dimensions from 0 to 1, in order, got -1}}
  gqgpu.store_fragment %t, %d[%i, %i] ends [-1](%i) : !gqgpu.fragment<64x128xf32, #gqgpu.mma>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_fragment_order(%d: memref<?x256xf32>, %i: index) {
  %z = arith.constant 0.0 : f32
  %t = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  // expected-error@+1 {{'gqgpu.store_fragment' op expects ends of dimensions from 0 to 1, in order, got 0 after 1}}
  gqgpu.store_fragment %t, %d[%i, %i] ends [1, 0](%i, %i) : !gqgpu.fragment<64x128xf32, #gqgpu.mma>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_fragment_tma(%d: memref<?x256xf32>, %i: index) {
  %z = arith.constant 0.0 : f32
  %t = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  // expected-error@+1 {{'gqgpu.store_fragment' op has path tma, which writes to the end of operand dest; with ends expects copy}}
  gqgpu.store_fragment %t, %d[%i, %i] ends [0](%i) {path = #gqgpu.path<tma>} : !gqgpu.fragment<64x128xf32, #gqgpu.mma>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_shared_count(%d: memref<?x256xf32>, %i: index) {
  %t = gqgpu.shared_alloc : !gqgpu.tile<64x16xf32>
  // expected-error@+1 {{'gqgpu.store_shared' op expects one index for each dimension that ends, got 1 for 2}}
  gqgpu.store_shared %t, %d[%i, %i] ends [0, 1](%i) : !gqgpu.tile<64x16xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_shared_past(%d: memref<?x256xf32>, %i: index) {
  %t = gqgpu.shared_alloc : !gqgpu.tile<64x16xf32>
  // expected-error@+1 {{'gqgpu.store_shared' op expects ends of dimensions from 0 to 1, in order, got 2}}
  gqgpu.store_shared %t, %d[%i, %i] ends [2](%i) : !gqgpu.tile<64x16xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_shared_negative(%d: memref<?x256xf32>, %i: index) {
  %t = gqgpu.shared_alloc : !gqgpu.tile<64x16xf32>
  // expected-error@+1 {{'gqgpu.store_shared' op expects ends of dimensions from 0 to 1, in order, got -1}}
  gqgpu.store_shared %t, %d[%i, %i] ends [-1](%i) : !gqgpu.tile<64x16xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @store_shared_order(%d: memref<?x256xf32>, %i: index) {
  %t = gqgpu.shared_alloc : !gqgpu.tile<64x16xf32>
  // expected-error@+1 {{'gqgpu.store_shared' op expects ends of dimensions from 0 to 1, in order, got 0 after 1}}
  gqgpu.store_shared %t, %d[%i, %i] ends [1, 0](%i, %i) : !gqgpu.tile<64x16xf32>, memref<?x256xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @scalar_indices(%g: memref<4x4xi32>, %i: index) {
  // expected-error@+1 {{'gqgpu.load_scalar' op expects 2 indices for operand source of rank 2, got 1}}
  %n = gqgpu.load_scalar %g[%i] : memref<4x4xi32>
  gqgpu.return
}

// -----

gqgpu.kernel @scalar_type(%g: memref<4xi16>, %i: index) {
  // expected-error@+1 {{'gqgpu.load_scalar' op result #0 must be 32-bit signless integer or 64-bit signless integer, but got 'i16'}}
  %n = gqgpu.load_scalar %g[%i] : memref<4xi16>
  gqgpu.return
}
