// RUN: gq-opt %s --split-input-file --verify-diagnostics

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
func.func @tile_and_fragment(%t: tensor<64x64xf32>, %f: !own) {
  // expected-error@+1 {{expects both operands to be tiles or fragments, got 'tensor<64x64xf32>' and}}
  %s = gqgpu.sum_over_peers %t from %f : tensor<64x64xf32>, !own
  return
}

// -----

func.func @element(%t: tensor<64x64xbf16>, %f: tensor<64x32xf32>) {
  // expected-error@+1 {{expects operands of f32, or both of i32, got 'tensor<64x64xbf16>' and 'tensor<64x32xf32>'}}
  %s = gqgpu.sum_over_peers %t from %f : tensor<64x64xbf16>, tensor<64x32xf32>
  return
}

// -----

func.func @elements(%t: tensor<64x64xi32>, %f: tensor<64x32xf32>) {
  // expected-error@+1 {{expects operands of f32, or both of i32, got 'tensor<64x64xi32>' and 'tensor<64x32xf32>'}}
  %s = gqgpu.sum_over_peers %t from %f : tensor<64x64xi32>, tensor<64x32xf32>
  return
}

// -----

func.func @rows(%t: tensor<64x64xf32>, %f: tensor<32x32xf32>) {
  // expected-error@+1 {{expects operands of rank 2 with as many rows, got 'tensor<64x64xf32>' and 'tensor<32x32xf32>'}}
  %s = gqgpu.sum_over_peers %t from %f : tensor<64x64xf32>, tensor<32x32xf32>
  return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
func.func @layout(%t: !part, %f: !own) {
  // expected-error@+1 {{expects operands of one layout, with each element in one thread, got}}
  %s = gqgpu.sum_over_peers %t from %f : !part, !own
  return
}

// -----

gqgpu.kernel @one_thread_block() {
  %t = tensor.empty() : tensor<64x64xf32>
  %f = tensor.empty() : tensor<64x32xf32>
  // expected-error@+1 {{expects a kernel with cluster_tiles for several thread blocks, got none}}
  %s = gqgpu.sum_over_peers %t from %f : tensor<64x64xf32>, tensor<64x32xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @columns() attributes {cluster = 4 : i64, cluster_tiles = array<i64: 1, 4>} {
  %t = tensor.empty() : tensor<64x64xf32>
  %f = tensor.empty() : tensor<64x32xf32>
  // expected-error@+1 {{expects 128 columns of a part, the 32 of operand init for each of 4 thread blocks, got 64}}
  %s = gqgpu.sum_over_peers %t from %f : tensor<64x64xf32>, tensor<64x32xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @in_a_role_that_fills() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  gqgpu.warp_specialize {
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %t = tensor.empty() : tensor<64x64xf32>
      %f = tensor.empty() : tensor<64x32xf32>
      // expected-error@+1 {{expects to be in a role of kind math, got role "tma" of kind tma}}
      %s = gqgpu.sum_over_peers %t from %f : tensor<64x64xf32>, tensor<64x32xf32>
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @inbox_of_one() {
  // expected-error@+1 {{expects a kernel with cluster_tiles for several thread blocks, got none}}
  %x = gqgpu.inbox_create of "math" arrivals 8 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @arrivals() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  // expected-error@+1 {{expects from 1 to 524287 arrivals of each thread block, got 0}}
  %x = gqgpu.inbox_create of "math" arrivals 0 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @many_arrivals() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  // expected-error@+1 {{expects from 1 to 524287 arrivals of each thread block, got 524288}}
  %x = gqgpu.inbox_create of "math" arrivals 524288 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @uneven_arrivals() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  // expected-error@+1 {{expects bytes that are a multiple of the 3 arrivals, each of which expects as many, got 8192}}
  %x = gqgpu.inbox_create of "math" arrivals 3 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.return
}

// -----

// expected-error@+1 {{expects tiles of rank 2 and f32 or i32, in order, in an inbox, got '!gqgpu.tile<64x32xbf16>'}}
func.func private @inbox_bf16(!gqgpu.inbox<<64x32xbf16>>)

// -----

// expected-error@+1 {{expects tiles of rank 2 and f32 or i32, in order, in an inbox, got}}
func.func private @inbox_rank(!gqgpu.inbox<<2x64x32xf32>>)

// -----

// expected-error@+1 {{expects tiles of rank 2 and f32 or i32, in order, in an inbox, got}}
func.func private @inbox_swizzled(!gqgpu.inbox<<64x32xf32, swizzle = 128>>)

// -----

// expected-error@+1 {{expects an inbox of at most 1048575 bytes, got more}}
func.func private @inbox_large(!gqgpu.inbox<<512x512xf32>>)

// -----

gqgpu.kernel @created_in_a_role() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      // expected-error@+1 {{needs all threads of the thread block}}
      %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<64x32xf32>>
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @arrives_of_one() {
  // expected-error@+1 {{expects a kernel with cluster_tiles for several thread blocks, got none}}
  gqgpu.arrive_cluster
  gqgpu.return
}

// -----

gqgpu.kernel @two_barriers() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  // expected-note@+1 {{another one}}
  gqgpu.barrier cluster
  // expected-error@+1 {{expects to be the only barrier of the cluster in a kernel}}
  gqgpu.arrive_cluster
  gqgpu.return
}

// -----

gqgpu.kernel @arrives_in_a_role() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      // expected-error@+1 {{needs all threads of the thread block}}
      gqgpu.arrive_cluster
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @waits_outside() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  // expected-error@+1 {{expects to be in a math role and in nothing there}}
  gqgpu.await_cluster
  gqgpu.return
}

// -----

gqgpu.kernel @waits_in_a_loop(%n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i) to (%n) step [64] {
        // expected-error@+1 {{expects to be in a math role and in nothing there}}
        gqgpu.await_cluster
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @waits_of_one() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      // expected-error@+1 {{expects a kernel with cluster_tiles for several thread blocks, got none}}
      gqgpu.await_cluster
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @waits_where_it_fills() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  gqgpu.warp_specialize {
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind math, got role "tma" of kind tma}}
      gqgpu.await_cluster
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @outside() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<64x32xf32>>
  // expected-error@+1 {{is outside of roles, expects to be in a math role, whose threads are the same in all thread blocks}}
  gqgpu.offer %x : !gqgpu.inbox<<64x32xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @offer_of_one() {
  %c0 = arith.constant 0 : index
  %x = builtin.unrealized_conversion_cast %c0 : index to !gqgpu.inbox<<64x32xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      // expected-error@+1 {{expects a kernel with cluster_tiles for several thread blocks, got none}}
      gqgpu.offer %x : !gqgpu.inbox<<64x32xf32>>
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @kind() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %x = gqgpu.inbox_create of "tma" arrivals 1 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind math, got role "tma" of kind tma}}
      gqgpu.await_offers %x : !gqgpu.inbox<<64x32xf32>>
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @name() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %x = gqgpu.inbox_create of "upper" arrivals 4 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "lower" kind math groups 1 warps 4 registers 232 (%group) {
      // expected-error@+1 {{expects an inbox of role lower, got one of upper}}
      gqgpu.await_pushes %x : !gqgpu.inbox<<64x32xf32>>
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xbf16, #gqgpu.mma>
func.func @push_bf16(%p: !part, %x: !gqgpu.inbox<<64x32xf32>>) {
  // expected-error@+1 {{expects an f32 or i32 part with each element in one thread and without a block, got}}
  gqgpu.push %p to %x tile 0 : !part, !gqgpu.inbox<<64x32xf32>>
  return
}

// -----

!part = !gqgpu.fragment<64x64xi32, #gqgpu.mma>
func.func @push_i32_to_f32(%p: !part, %x: !gqgpu.inbox<<64x32xf32>>) {
  // expected-error@+1 {{expects a tile of element type 'i32', as the part, got '!gqgpu.tile<64x32xf32>'}}
  gqgpu.push %p to %x tile 0 : !part, !gqgpu.inbox<<64x32xf32>>
  return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
func.func @push_to_no_tile(%p: !part, %x: !gqgpu.inbox<<64x32xf32>>) {
  // expected-error@+1 {{names tile 1 of an inbox of 1 tiles}}
  gqgpu.push %p to %x tile 1 : !part, !gqgpu.inbox<<64x32xf32>>
  return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @groups(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %p = gqgpu.splat %z : f32 -> !part
      // expected-error@+1 {{expects a tile of 128x32, rows of 2 groups and columns of 1 thread block, got '!gqgpu.tile<64x32xf32>'}}
      gqgpu.push %p to %x tile 0 : !part, !gqgpu.inbox<<64x32xf32>>
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @peers(%z: f32) attributes {cluster = 4 : i64, cluster_tiles = array<i64: 1, 4>} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %p = gqgpu.splat %z : f32 -> !part
      // expected-error@+1 {{expects a tile of 64x48, rows of 1 group and columns of 3 thread blocks, got '!gqgpu.tile<64x32xf32>'}}
      gqgpu.push %p to %x tile 0 : !part, !gqgpu.inbox<<64x32xf32>>
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x8xf32, #gqgpu.mma>
gqgpu.kernel @vectors(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<64x4xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %p = gqgpu.splat %z : f32 -> !part
      // expected-error@+1 {{expects a part of which threads hold a multiple of 4 values for each of 2 thread blocks, got 4 of}}
      gqgpu.push %p to %x tile 0 : !part, !gqgpu.inbox<<64x4xf32>>
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
gqgpu.kernel @sum_of_columns(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %p = gqgpu.splat %z : f32 -> !part
      %i = gqgpu.splat %z : f32 -> !own
      // expected-error@+1 {{expects 32 columns of a part, the 16 of operand init for each of 2 thread blocks, got 64}}
      %s = gqgpu.sum_pushed %x tile 0, %p from %i : !gqgpu.inbox<<64x32xf32>>, !part, !own
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma<permuted = 32>>
gqgpu.kernel @sum_layout(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %p = gqgpu.splat %z : f32 -> !part
      %i = gqgpu.splat %z : f32 -> !own
      // expected-error@+1 {{expects an operand init with the element type, the rows and the layout of the part, got}}
      %s = gqgpu.sum_pushed %x tile 0, %p from %i : !gqgpu.inbox<<64x32xf32>>, !part, !own
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
gqgpu.kernel @first_tile(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1, 1>} {
  %x = gqgpu.inbox_create of "math" arrivals 4 to_first : !gqgpu.inbox<<64x8xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %p = gqgpu.splat %z : f32 -> !part
      %i = gqgpu.splat %z : f32 -> !own
      // expected-error@+1 {{expects a tile of 64x16, rows of 1 group and columns of 1 thread block, got '!gqgpu.tile<64x8xf32>'}}
      gqgpu.push %p to %x tile 0 : !part, !gqgpu.inbox<<64x8xf32>>
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x8xf32, #gqgpu.mma>
gqgpu.kernel @first_init(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1, 1>} {
  %x = gqgpu.inbox_create of "math" arrivals 4 to_first : !gqgpu.inbox<<64x16xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %p = gqgpu.splat %z : f32 -> !part
      %i = gqgpu.splat %z : f32 -> !own
      // expected-error@+1 {{expects an operand init with the columns of the part, all of which thread block 0 has, got}}
      %s = gqgpu.sum_pushed %x tile 0, %p from %i : !gqgpu.inbox<<64x16xf32>>, !part, !own
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
gqgpu.kernel @not_to_first(%z: f32) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1, 1>} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<64x8xf32>>
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %p = gqgpu.splat %z : f32 -> !part
      %i = gqgpu.splat %z : f32 -> !own
      // expected-error@+1 {{expects an inbox to_first, whose thread block 0 has all columns, got one of all}}
      %s = gqgpu.sum_pushed %x tile 0, %p from %i : !gqgpu.inbox<<64x8xf32>>, !part, !own
    }
  }
  gqgpu.return
}
