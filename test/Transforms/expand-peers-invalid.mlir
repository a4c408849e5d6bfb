// RUN: gq-opt %s --gq-expand-peers --split-input-file --verify-diagnostics

gqgpu.kernel @tiles(%n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %t = tensor.empty() : tensor<64x64xf32>
  %f = tensor.empty() : tensor<64x32xf32>
  // expected-error@+1 {{is on tiles; run gq-distribute first}}
  %s = gqgpu.sum_over_peers %t from %f : tensor<64x64xf32>, tensor<64x32xf32>
  gqgpu.return
}

// -----

// The second sum needs the first.
!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
gqgpu.kernel @one_after_another(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 256 : i64} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        // expected-note@+1 {{the other one}}
        %first = gqgpu.sum_over_peers %part from %zeros : !part, !own
        // expected-error@+1 {{is apart from another one of its role; expects all sums of a tile one after another}}
        %second = gqgpu.sum_over_peers %part from %first : !part, !own
        gqgpu.store_fragment %second, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
gqgpu.kernel @apart(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 256 : i64} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        // expected-note@+1 {{the other one}}
        %first = gqgpu.sum_over_peers %part from %zeros : !part, !own
        gqgpu.store_fragment %first, %d[%i, %j] : !own, memref<?x128xf32>
        // expected-error@+1 {{is apart from another one of its role; expects all sums of a tile one after another}}
        %second = gqgpu.sum_over_peers %part from %zeros : !part, !own
        gqgpu.store_fragment %second, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
gqgpu.kernel @outside(%z: f32, %n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %part = gqgpu.splat %z : f32 -> !part
  %zeros = gqgpu.splat %z : f32 -> !own
  // expected-error@+1 {{is outside of roles, expects to be in a math role; run gq-warp-specialize first}}
  %sum = gqgpu.sum_over_peers %part from %zeros : !part, !own
  gqgpu.return
}

// -----

// Something is done with the first maxima before the second are found.
!block = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
gqgpu.kernel @maxima_apart(%z: f32, %d: memref<?x2xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [1, 2] {
        %v = gqgpu.splat %z : f32 -> !block
        // expected-note@+1 {{the other one}}
        %first = gqgpu.max_over_peers %v : !block
        %first_of_all = gqgpu.spread_blocks %first : !block -> !spread
        gqgpu.store_fragment %first_of_all, %d[%i, %j] : !spread, memref<?x2xf32>
        // expected-error@+1 {{is apart from another one of its role; expects all maxima of a tile one after another}}
        %second = gqgpu.max_over_peers %v : !block
        %second_of_all = gqgpu.spread_blocks %second : !block -> !spread
        gqgpu.store_fragment %second_of_all, %d[%i, %j] : !spread, memref<?x2xf32>
      }
    }
  }
  gqgpu.return
}
