// One test for every diagnostic: kernels, launches.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{expects a kernel without results, got 1}}
gqgpu.kernel @k() -> f32 {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects argument 1 to be a memref, an index or a scalar, got 'tensor<4xf32>'}}
gqgpu.kernel @k(%n: index, %x: tensor<4xf32>) {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects argument 0 to be row-major without gaps, got 'memref<4x4xf32, strided<[8, 1]>>'}}
gqgpu.kernel @k(%x: memref<4x4xf32, strided<[8, 1]>>) {
  gqgpu.return
}

// -----

func.func @f() {
  // expected-error@+1 {{expects parent op 'gqgpu.kernel'}}
  gqgpu.return
}

// -----

// expected-error@+1 {{expects a body of one block, got 0}}
gqgpu.kernel private @k()

// -----

// expected-error@+1 {{expects a body of one block, got 2}}
gqgpu.kernel @k() {
  cf.br ^next
^next:
  gqgpu.return
}

// -----

gpu.module @m { gqgpu.kernel @k(%x: memref<4xf32>) { gqgpu.return } }
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{refers to unknown kernel @m::@other}}
  %r = gqgpu.launch @m::@other outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

gpu.module @m { gqgpu.kernel @k(%x: memref<4xf32>) { gqgpu.return } }
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{expects 1 operands for kernel @m::@k, got 2}}
  %r = gqgpu.launch @m::@k ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

gpu.module @m { gqgpu.kernel @k(%x: memref<8xf32>) { gqgpu.return } }
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{expects operand 0 to match 'memref<8xf32>' of kernel @m::@k, got 'tensor<4xf32>'}}
  %r = gqgpu.launch @m::@k outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

gpu.module @m { gqgpu.kernel @k(%x: memref<4xf16>) { gqgpu.return } }
func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{expects operand 0 to match 'memref<4xf16>' of kernel @m::@k, got 'tensor<4xf32>'}}
  %r = gqgpu.launch @m::@k outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

gpu.module @m { gqgpu.kernel @k(%n: index, %x: memref<4xf32>) { gqgpu.return } }
func.func @f(%n: f32, %x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{expects operand 0 to match 'index' of kernel @m::@k, got 'f32'}}
  %r = gqgpu.launch @m::@k ins(%n : f32) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

gpu.module @m { gqgpu.kernel @k(%x: memref<4xf32>) { gqgpu.return } }
func.func @f(%x: tensor<4xf32>) -> tensor<8xf32> {
  // expected-error@+1 {{expects one result per outs operand, of its type}}
  %r = gqgpu.launch @m::@k outs(%x : tensor<4xf32>) -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// -----

// expected-error@+1 {{expects a positive number of threads, got 0}}
gqgpu.kernel @k() attributes {threads = 0} { gqgpu.return }

// -----

// expected-error@+1 {{expects a positive number of thread blocks, got -1}}
gqgpu.kernel @k() attributes {threads = 128, cluster = -1} { gqgpu.return }

// -----

// expected-error@+1 {{expects sizes of argument 1 of at most 2147483647, got 4294967424}}
gqgpu.kernel @k(%x: memref<4xf32>, %y: memref<?x4294967424xf32>) {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects a grid of dimensions of its operands, got #gqgpu.size<1[0]>}}
gqgpu.kernel @k(%x: memref<4xf32>) attributes {grid = #gqgpu.grid<[1[0]] -> (s0)>} {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects a grid of dimensions of its operands, got #gqgpu.size<0[1]>}}
gqgpu.kernel @k(%x: memref<4xf32>) attributes {grid = #gqgpu.grid<[0[1]] -> (s0)>} {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects cluster_tiles from 1 to 2147483647, got 0}}
gqgpu.kernel @k() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 0>} {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects cluster_tiles from 1 to 2147483647, got 2147483648}}
gqgpu.kernel @k() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2147483648>} {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects one of cluster_tiles for each of 2 thread blocks of a cluster, got 4}}
gqgpu.kernel @k() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 2>} {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects one of cluster_tiles for each of 1 thread blocks of a cluster, got 2}}
gqgpu.kernel @k() attributes {cluster_tiles = array<i64: 2, 1>} {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects an occupancy from 1 to 32, got 0}}
gqgpu.kernel @k() attributes {occupancy = 0 : i64} {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects an occupancy from 1 to 32, got 33}}
gqgpu.kernel @k() attributes {occupancy = 33 : i64} {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects a pause of two positive numbers (slots, nanoseconds), got array<i64: 4>}}
gqgpu.kernel @k() attributes {pause = array<i64: 4>} {
  gqgpu.return
}

// -----

// expected-error@+1 {{expects a pause of two positive numbers (slots, nanoseconds), got array<i64: 4, 0>}}
gqgpu.kernel @k() attributes {pause = array<i64: 4, 0>} {
  gqgpu.return
}
