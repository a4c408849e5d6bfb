// Maxima that thread blocks of a cluster push to one another: each step comes once, after those that
// it needs, and all thread blocks come as often.
// RUN: gq-opt %s --split-input-file --gq-verify-protocol --verify-diagnostics

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
!inbox = !gqgpu.inbox<<4x1xf32>>
gqgpu.kernel @right(%z: f32, %d: memref<?x2xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %v = gqgpu.splat %z : f32 -> !blocks
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push_maxima %v to %x tile 0 : !blocks, !inbox
        gqgpu.await_pushes %x : !inbox
        %m = gqgpu.max_pushed %x tile 0, %v : !inbox, !blocks
        %b = gqgpu.spread_blocks %m : !blocks -> !spread
        gqgpu.store_fragment %b, %d[%i, %j] : !spread, memref<?x2xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
!inbox = !gqgpu.inbox<<4x1xf32>>
gqgpu.kernel @read_too_early(%z: f32, %d: memref<?x2xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %v = gqgpu.splat %z : f32 -> !blocks
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push_maxima %v to %x tile 0 : !blocks, !inbox
        // expected-error@+1 {{expects a gqgpu.await_pushes before it: what others push may still be under way}}
        %m = gqgpu.max_pushed %x tile 0, %v : !inbox, !blocks
        gqgpu.await_pushes %x : !inbox
        %b = gqgpu.spread_blocks %m : !blocks -> !spread
        gqgpu.store_fragment %b, %d[%i, %j] : !spread, memref<?x2xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
!inbox = !gqgpu.inbox<<4x1xf32>>
gqgpu.kernel @written_too_early(%z: f32, %d: memref<?x2xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %v = gqgpu.splat %z : f32 -> !blocks
        gqgpu.offer %x : !inbox
        // expected-error@+1 {{expects a gqgpu.await_offers before it: another thread block may not have read what it writes over}}
        gqgpu.push_maxima %v to %x tile 0 : !blocks, !inbox
        gqgpu.await_pushes %x : !inbox
        %m = gqgpu.max_pushed %x tile 0, %v : !inbox, !blocks
        %b = gqgpu.spread_blocks %m : !blocks -> !spread
        gqgpu.store_fragment %b, %d[%i, %j] : !spread, memref<?x2xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
!inbox = !gqgpu.inbox<<4x1xf32>>
gqgpu.kernel @never_pushed(%z: f32, %d: memref<?x2xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %v = gqgpu.splat %z : f32 -> !blocks
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        // expected-error@+1 {{expects a gqgpu.push_maxima before it: other thread blocks wait for it}}
        gqgpu.await_pushes %x : !inbox
        %m = gqgpu.max_pushed %x tile 0, %v : !inbox, !blocks
        %b = gqgpu.spread_blocks %m : !blocks -> !spread
        gqgpu.store_fragment %b, %d[%i, %j] : !spread, memref<?x2xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
!inbox = !gqgpu.inbox<<4x1xf32>>
gqgpu.kernel @never_read(%z: f32, %d: memref<?x2xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %v = gqgpu.splat %z : f32 -> !blocks
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push_maxima %v to %x tile 0 : !blocks, !inbox
        // expected-error@+1 {{expects a gqgpu.max_pushed with it: what comes is for nobody}}
        gqgpu.await_pushes %x : !inbox
        %m = gqgpu.splat %z : f32 -> !blocks
        %b = gqgpu.spread_blocks %m : !blocks -> !spread
        gqgpu.store_fragment %b, %d[%i, %j] : !spread, memref<?x2xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
!inbox = !gqgpu.inbox<<4x1xf32>>
gqgpu.kernel @pushed_twice(%z: f32, %d: memref<?x2xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
  // expected-error@+1 {{has tile 0, which is written 2 times and read 1 times, expects once each}}
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %v = gqgpu.splat %z : f32 -> !blocks
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push_maxima %v to %x tile 0 : !blocks, !inbox
        gqgpu.push_maxima %v to %x tile 0 : !blocks, !inbox
        gqgpu.await_pushes %x : !inbox
        %m = gqgpu.max_pushed %x tile 0, %v : !inbox, !blocks
        %b = gqgpu.spread_blocks %m : !blocks -> !spread
        gqgpu.store_fragment %b, %d[%i, %j] : !spread, memref<?x2xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
!inbox = !gqgpu.inbox<<4x1xf32>>
gqgpu.kernel @pushed_late(%z: f32, %d: memref<?x2xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %v = gqgpu.splat %z : f32 -> !blocks
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        // expected-error@+1 {{expects a gqgpu.push_maxima before it: other thread blocks wait for it}}
        gqgpu.await_pushes %x : !inbox
        gqgpu.push_maxima %v to %x tile 0 : !blocks, !inbox
        %m = gqgpu.max_pushed %x tile 0, %v : !inbox, !blocks
        %b = gqgpu.spread_blocks %m : !blocks -> !spread
        gqgpu.store_fragment %b, %d[%i, %j] : !spread, memref<?x2xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!blocks = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!spread = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
gqgpu.kernel @under_a_condition(%z: f32, %d: memref<?x2xf32>, %n: index, %some: i1)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>, threads = 128 : i64} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %v = gqgpu.splat %z : f32 -> !blocks
        // expected-note@+1 {{the scf.if}}
        scf.if %some {
          // expected-error@+1 {{expects to be in the role or in a tile loop there: thread blocks may go through the scf.if more or less often}}
          %m = gqgpu.max_over_peers %v : !blocks
          %b = gqgpu.spread_blocks %m : !blocks -> !spread
          gqgpu.store_fragment %b, %d[%i, %j] : !spread, memref<?x2xf32>
        }
      }
    }
  }
  gqgpu.return
}
