// One test for every diagnostic of block_reduce and of its steps, and of what
// a mask fills in.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
gqgpu.kernel @kind(%x: memref<8x128xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xf32> -> !f
  // expected-error@+1 {{expects a kind that reduces 'f32', got addi}}
  %s = gqgpu.block_reduce addi %v : !f -> !b
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @word(%v: memref<8x128xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %x = gqgpu.load_fragment %v[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xf32> -> !f
  // expected-error@+1 {{expects a kind of reduction, as addf or maximumf, got 'plus'}}
  %s = gqgpu.block_reduce plus %x : !f -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf8E4M3FN, #gqgpu.blocked<[8, 32], chunk = 4>>
!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
gqgpu.kernel @operand(%x: memref<8x128xf8E4M3FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xf8E4M3FN> -> !f
  // expected-error@+1 {{expects an operand of f32, bf16, f16 or i32 without a block, got}}
  %s = gqgpu.block_reduce addf %v : !f -> !b
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xbf16, #gqgpu.blocked<[8, 32], chunk = 4>>
!b = !gqgpu.fragment<8x128xbf16, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
gqgpu.kernel @result(%x: memref<8x128xbf16>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xbf16> -> !f
  // expected-error@+1 {{expects a result of 'f32' and of the operand's shape and layout with a block, got}}
  %s = gqgpu.block_reduce addf %v : !f -> !b
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 32], chunk = 4, cluster = 2>>
!b = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 32], chunk = 4, cluster = 2>, block = [1, 128]>
gqgpu.kernel @cluster(%x: memref<16x128xf32>) attributes {threads = 256, cluster = 2} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<16x128xf32> -> !f
  // expected-error@+1 {{expects a layout of 1 thread block, got a cluster of 2}}
  %s = gqgpu.block_reduce addf %v : !f -> !b
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
gqgpu.kernel @threads(%x: memref<8x128xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xf32> -> !f
  // expected-error@+1 {{expects a result over 1 lane, got 32}}
  %s = gqgpu.thread_reduce addf %v : !f -> !gqgpu.partial<!b, lanes = 32>
  gqgpu.return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
func.func @fewer(%p: !gqgpu.partial<!b, lanes = 8>) {
  // expected-error@+1 {{expects a result over more lanes than the operand's 8, got 4}}
  %s = gqgpu.lane_reduce addf %p : <!b, lanes = 8> -> <!b, lanes = 4>
  return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
!c = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>
func.func @other(%p: !gqgpu.partial<!b, lanes = 1>) {
  // expected-error@+1 {{expects a result of the operand's fragment, got}}
  %s = gqgpu.lane_reduce addf %p : <!b, lanes = 1> -> <!c, lanes = 2>
  return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
func.func @lane_kind(%p: !gqgpu.partial<!b, lanes = 1>) {
  // expected-error@+1 {{expects a kind that reduces 'f32', got maxs}}
  %s = gqgpu.lane_reduce maxs %p : <!b, lanes = 1> -> <!b, lanes = 2>
  return
}

// -----

!f = !gqgpu.fragment<2x512xf32, #gqgpu.blocked<[2, 128], chunk = 4>>
!b = !gqgpu.fragment<2x512xf32, #gqgpu.blocked<[2, 128], chunk = 4>, block = [1, 512]>
gqgpu.kernel @words(%x: memref<2x512xf32>) attributes {threads = 256} {
  %w = gqgpu.shared_alloc : !gqgpu.tile<2x4xf32>
  %c0 = arith.constant 0 : index
  %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<2x512xf32> -> !f
  %p = gqgpu.thread_reduce addf %v : !f -> !gqgpu.partial<!b, lanes = 1>
  %q = gqgpu.lane_reduce addf %p : <!b, lanes = 1> -> <!b, lanes = 32>
  // expected-error@+1 {{expects words of 1x8x'f32', one of each group of lanes for each block of a thread, got}}
  gqgpu.write_partials %q into %w : <!b, lanes = 32>, <2x4xf32>
  gqgpu.return
}

// -----

!b = !gqgpu.fragment<2x512xf32, #gqgpu.blocked<[2, 128], chunk = 4>, block = [1, 512]>
gqgpu.kernel @read(%s: memref<2x1xf32>) attributes {threads = 256} {
  %w = gqgpu.shared_alloc : !gqgpu.tile<1x8xf32>
  // expected-error@+1 {{expects 1 to 32 lanes, got 64}}
  %v = gqgpu.read_partials addf %w lanes 64 : <1x8xf32> -> !b
  gqgpu.return
}

// -----

!b = !gqgpu.fragment<2x512xf32, #gqgpu.blocked<[2, 128], chunk = 4>, block = [1, 512]>
gqgpu.kernel @uneven(%s: memref<2x1xf32>) attributes {threads = 256} {
  %w = gqgpu.shared_alloc : !gqgpu.tile<1x8xf32>
  // expected-error@+1 {{expects blocks that groups of 24 lanes of one thread block share evenly, got}}
  %v = gqgpu.read_partials addf %w lanes 24 : <1x8xf32> -> !b
  gqgpu.return
}

// -----

!b = !gqgpu.fragment<2x512xf32, #gqgpu.blocked<[2, 128], chunk = 4>>
gqgpu.kernel @no_block(%s: memref<2x1xf32>) attributes {threads = 256} {
  %w = gqgpu.shared_alloc : !gqgpu.tile<1x8xf32>
  // expected-error@+1 {{expects a result of f32 or i32 with a block, each element in one thread, got}}
  %v = gqgpu.read_partials addf %w lanes 32 : <1x8xf32> -> !b
  gqgpu.return
}

// -----

func.func @filling(%x: tensor<8x128xf32>, %m: index) -> tensor<8x128xf32> {
  // expected-error@+1 {{expects filling of type 'f32', as operand value, got 1 : i32}}
  %0 = gqgpu.mask %x to (%m, %m) filling 1 : i32 : tensor<8x128xf32>
  return %0 : tensor<8x128xf32>
}

// -----

!b = !gqgpu.fragment<8x128xi32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
func.func @maxima(%p: !gqgpu.partial<!b, lanes = 1>) {
  // expected-error@+1 {{expects maxima of f32, got}}
  %s = gqgpu.partial_max %p floor 0.0 : !gqgpu.partial<!b, lanes = 1> -> !gqgpu.partial<!b, lanes = 1>
  return
}
