// RUN: gq-opt %s --split-input-file --verify-diagnostics

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
func.func @tile_and_fragment(%t: tensor<64x64xf32>, %f: !own, %i: index) {
  // expected-error@+1 {{expects both operands to be tiles or fragments, got 'tensor<64x64xf32>' and}}
  %s = gqgpu.sum_over_peers %t[%i] from %f : tensor<64x64xf32>, !own
  return
}

// -----

func.func @element(%t: tensor<64x64xbf16>, %f: tensor<64x32xf32>, %i: index) {
  // expected-error@+1 {{expects f32 operands, got 'tensor<64x64xbf16>' and 'tensor<64x32xf32>'}}
  %s = gqgpu.sum_over_peers %t[%i] from %f : tensor<64x64xbf16>, tensor<64x32xf32>
  return
}

// -----

func.func @rows(%t: tensor<64x64xf32>, %f: tensor<32x32xf32>, %i: index) {
  // expected-error@+1 {{expects operands of rank 2 with as many rows, got 'tensor<64x64xf32>' and 'tensor<32x32xf32>'}}
  %s = gqgpu.sum_over_peers %t[%i] from %f : tensor<64x64xf32>, tensor<32x32xf32>
  return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
func.func @layout(%t: !part, %f: !own, %i: index) {
  // expected-error@+1 {{expects operands of one layout, with each element in one thread, got}}
  %s = gqgpu.sum_over_peers %t[%i] from %f : !part, !own
  return
}

// -----

gqgpu.kernel @one_thread_block(%n: index) {
  %t = tensor.empty() : tensor<64x64xf32>
  %f = tensor.empty() : tensor<64x32xf32>
  // expected-error@+1 {{expects a kernel with cluster_tiles for several thread blocks, got none}}
  %s = gqgpu.sum_over_peers %t[%n] from %f : tensor<64x64xf32>, tensor<64x32xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @columns(%n: index) attributes {cluster = 4 : i64, cluster_tiles = array<i64: 1, 4>} {
  %t = tensor.empty() : tensor<64x64xf32>
  %f = tensor.empty() : tensor<64x32xf32>
  // expected-error@+1 {{expects 128 columns of a part, the 32 of operand init for each of 4 thread blocks, got 64}}
  %s = gqgpu.sum_over_peers %t[%n] from %f : tensor<64x64xf32>, tensor<64x32xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @column() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %t = tensor.empty() : tensor<64x64xf32>
  %f = tensor.empty() : tensor<64x32xf32>
  %c16 = arith.constant 16 : index
  // expected-error@+1 {{expects a column that is a multiple of 32 below 64, got 16}}
  %s = gqgpu.sum_over_peers %t[%c16] from %f : tensor<64x64xf32>, tensor<64x32xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @in_a_role_that_fills(%n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  gqgpu.warp_specialize {
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %t = tensor.empty() : tensor<64x64xf32>
      %f = tensor.empty() : tensor<64x32xf32>
      // expected-error@+1 {{expects to be in a role of kind math, got role "tma" of kind tma}}
      %s = gqgpu.sum_over_peers %t[%n] from %f : tensor<64x64xf32>, tensor<64x32xf32>
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @meeting_of_one() {
  // expected-error@+1 {{expects a kernel with cluster_tiles for several thread blocks, got none}}
  %m = gqgpu.meeting_create of "math" arrivals 8 : !gqgpu.meeting
  gqgpu.return
}

// -----

gqgpu.kernel @arrivals() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  // expected-error@+1 {{expects from 1 to 524287 arrivals of each thread block, got 0}}
  %m = gqgpu.meeting_create of "math" arrivals 0 : !gqgpu.meeting
  gqgpu.return
}

// -----

gqgpu.kernel @many_arrivals() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  // expected-error@+1 {{expects from 1 to 524287 arrivals of each thread block, got 524288}}
  %m = gqgpu.meeting_create of "math" arrivals 524288 : !gqgpu.meeting
  gqgpu.return
}

// -----

gqgpu.kernel @created_in_a_role() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      // expected-error@+1 {{needs all threads of the thread block}}
      %m = gqgpu.meeting_create of "math" arrivals 4 : !gqgpu.meeting
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @outside() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %m = gqgpu.meeting_create of "math" arrivals 4 : !gqgpu.meeting
  // expected-error@+1 {{is outside of roles, where a gqgpu.barrier cluster is for all threads}}
  gqgpu.meet %m : !gqgpu.meeting
  gqgpu.return
}

// -----

gqgpu.kernel @kind() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %m = gqgpu.meeting_create of "tma" arrivals 1 : !gqgpu.meeting
  gqgpu.warp_specialize {
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind math, got role "tma" of kind tma}}
      gqgpu.meet %m : !gqgpu.meeting
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @name() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %m = gqgpu.meeting_create of "upper" arrivals 4 : !gqgpu.meeting
  gqgpu.warp_specialize {
    gqgpu.role "lower" kind math groups 1 warps 4 registers 232 (%group) {
      // expected-error@+1 {{expects a meeting of role lower, got one of upper}}
      gqgpu.meet %m : !gqgpu.meeting
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xbf16, #gqgpu.mma>
func.func @share_bf16(%f: !part, %b: !gqgpu.tile<64x64xf32>) {
  // expected-error@+1 {{expects an f32 operand with each element in one thread and without a block, got}}
  gqgpu.share %f into %b : !part, !gqgpu.tile<64x64xf32>
  return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @share_outside(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %b = gqgpu.shared_alloc : !gqgpu.tile<64x64xf32>
  %f = gqgpu.splat %z : f32 -> !part
  // expected-error@+1 {{expects to be in a math role, whose threads are the same in all thread blocks}}
  gqgpu.share %f into %b : !part, !gqgpu.tile<64x64xf32>
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @groups(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %b = gqgpu.shared_alloc : !gqgpu.tile<64x64xf32>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %f = gqgpu.splat %z : f32 -> !part
      // expected-error@+1 {{expects a buffer of 128x64xf32, the elements of 2 groups, got '!gqgpu.tile<64x64xf32>'}}
      gqgpu.share %f into %b : !part, !gqgpu.tile<64x64xf32>
    }
  }
  gqgpu.return
}

// -----

!row = !gqgpu.fragment<1x1xf32, #gqgpu.mma>
func.func @vectors(%f: !row, %b: !gqgpu.tile<1x1xf32>) {
  // expected-error@+1 {{expects threads to hold a multiple of 4 values, got 1 of}}
  gqgpu.share %f into %b : !row, !gqgpu.tile<1x1xf32>
  return
}

// -----

!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
func.func @rank(%f: !own, %b: !gqgpu.tile<2x32x32xf32>, %i: index) {
  // expected-error@+1 {{expects a buffer of rank 2, got '!gqgpu.tile<2x32x32xf32>'}}
  %s = gqgpu.sum_shared %b[%i] from %f : !gqgpu.tile<2x32x32xf32>, !own
  return
}

// -----

!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
gqgpu.kernel @sum_of_columns(%z: f32, %i: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %b = gqgpu.shared_alloc : !gqgpu.tile<64x128xf32>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %f = gqgpu.splat %z : f32 -> !own
      // expected-error@+1 {{expects 64 columns of a part, the 32 of operand init for each of 2 thread blocks, got 128}}
      %s = gqgpu.sum_shared %b[%i] from %f : !gqgpu.tile<64x128xf32>, !own
    }
  }
  gqgpu.return
}

// -----

!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
gqgpu.kernel @sum_at_column(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %b = gqgpu.shared_alloc : !gqgpu.tile<64x64xf32>
  %c64 = arith.constant 64 : index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %f = gqgpu.splat %z : f32 -> !own
      // expected-error@+1 {{expects a column that is a multiple of 32 below 64, got 64}}
      %s = gqgpu.sum_shared %b[%c64] from %f : !gqgpu.tile<64x64xf32>, !own
    }
  }
  gqgpu.return
}
