// Maxima over a cluster.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

!rows = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
func.func @of_rows(%v: !rows) {
  // expected-error@+1 {{expects values of f32 for blocks of columns of an accumulator, got}}
  %m = gqgpu.max_over_peers %v : !rows
  return
}

// -----

!elements = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>>
func.func @of_elements(%v: !elements) {
  // expected-error@+1 {{expects values of f32 for blocks of columns of an accumulator, got}}
  %m = gqgpu.max_over_peers %v : !elements
  return
}

// -----

func.func @rank(%v: tensor<2xf32>) {
  // expected-error@+1 {{expects values of rank 2 and f32, got 'tensor<2xf32>'}}
  %m = gqgpu.max_over_peers %v : tensor<2xf32>
  return
}

// -----

func.func @element(%v: tensor<1x2xbf16>) {
  // expected-error@+1 {{expects values of rank 2 and f32, got 'tensor<1x2xbf16>'}}
  %m = gqgpu.max_over_peers %v : tensor<1x2xbf16>
  return
}

// -----

gqgpu.kernel @of_one() {
  %v = tensor.empty() : tensor<1x2xf32>
  // expected-error@+1 {{expects a kernel with cluster_tiles for several thread blocks, got none}}
  %m = gqgpu.max_over_peers %v : tensor<1x2xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @in_a_role_that_fills() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>} {
  gqgpu.warp_specialize {
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %v = tensor.empty() : tensor<1x2xf32>
      // expected-error@+1 {{expects to be in a role of kind math, got role "tma" of kind tma}}
      %m = gqgpu.max_over_peers %v : tensor<1x2xf32>
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
func.func @no_tile(%v: !blocks, %x: !gqgpu.inbox<<4x1xf32>>) {
  // expected-error@+1 {{names tile 1 of an inbox of 1 tiles}}
  gqgpu.push_maxima %v to %x tile 1 : !blocks, !gqgpu.inbox<<4x1xf32>>
  return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>>
func.func @a_part(%v: !part, %x: !gqgpu.inbox<<4x1xf32>>) {
  // expected-error@+1 {{expects values of f32 for blocks of columns of an accumulator, got}}
  %m = gqgpu.max_pushed %x tile 0, %v : !gqgpu.inbox<<4x1xf32>>, !part
  return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
gqgpu.kernel @outside(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>} {
  %v = gqgpu.splat %z : f32 -> !blocks
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<4x1xf32>>
  // expected-error@+1 {{is outside of roles, expects to be in a math role, whose threads are the same in all thread blocks}}
  gqgpu.push_maxima %v to %x tile 0 : !blocks, !gqgpu.inbox<<4x1xf32>>
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
gqgpu.kernel @to_first(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>} {
  %v = gqgpu.splat %z : f32 -> !blocks
  %x = gqgpu.inbox_create of "math" arrivals 4 to_first : !gqgpu.inbox<<4x1xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      // expected-error@+1 {{expects an inbox in all thread blocks, got one to_first}}
      gqgpu.push_maxima %v to %x tile 0 : !blocks, !gqgpu.inbox<<4x1xf32>>
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
gqgpu.kernel @warps(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>} {
  %v = gqgpu.splat %z : f32 -> !blocks
  %x = gqgpu.inbox_create of "math" arrivals 8 : !gqgpu.inbox<<4x2xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      // expected-error@+1 {{expects a tile of 8x1 f32, for each warp the 1 value of 1 thread block, got '!gqgpu.tile<4x2xf32>'}}
      gqgpu.push_maxima %v to %x tile 0 : !blocks, !gqgpu.inbox<<4x2xf32>>
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 32]>
gqgpu.kernel @values(%z: f32) attributes {cluster = 4 : i64, cluster_tiles = array<i64: 4, 1>} {
  %v = gqgpu.splat %z : f32 -> !blocks
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<4x2xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      // expected-error@+1 {{expects a tile of 4x6 f32, for each warp the 2 values of 3 thread blocks, got '!gqgpu.tile<4x2xf32>'}}
      %m = gqgpu.max_pushed %x tile 0, %v : !gqgpu.inbox<<4x2xf32>>, !blocks
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
gqgpu.kernel @integers(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>} {
  %v = gqgpu.splat %z : f32 -> !blocks
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<4x1xi32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      // expected-error@+1 {{expects a tile of 4x1 f32, for each warp the 1 value of 1 thread block, got '!gqgpu.tile<4x1xi32>'}}
      %m = gqgpu.max_pushed %x tile 0, %v : !gqgpu.inbox<<4x1xi32>>, !blocks
    }
  }
  gqgpu.return
}
