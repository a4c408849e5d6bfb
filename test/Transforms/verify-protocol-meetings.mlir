// Where the thread blocks of a cluster meet: whom a meeting counts, that it is there before
// anybody comes, and that one stands between writing a part, reading it and writing again.
// RUN: gq-opt %s --split-input-file --gq-verify-protocol --verify-diagnostics

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!shared = !gqgpu.tile<64x64xf32>
gqgpu.kernel @right(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %b = gqgpu.shared_alloc : !shared
  %m = gqgpu.meeting_create of "math" arrivals 4 : !gqgpu.meeting
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.share %part into %b : !part, !shared
        gqgpu.meet %m : !gqgpu.meeting
        %s = gqgpu.sum_shared %b[%c0] from %zeros : !shared, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
        gqgpu.meet %m : !gqgpu.meeting
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!shared = !gqgpu.tile<64x64xf32>
gqgpu.kernel @read_too_early(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %b = gqgpu.shared_alloc : !shared
  %m = gqgpu.meeting_create of "math" arrivals 4 : !gqgpu.meeting
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        // expected-note@+1 {{written here}}
        gqgpu.share %part into %b : !part, !shared
        // expected-error@+1 {{reads what other threads have written; expects a barrier cluster in between}}
        %s = gqgpu.sum_shared %b[%c0] from %zeros : !shared, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
        gqgpu.meet %m : !gqgpu.meeting
      }
    }
  }
  gqgpu.return
}

// -----

// Of a tile loop that goes on.
!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!shared = !gqgpu.tile<64x64xf32>
gqgpu.kernel @written_too_early(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %b = gqgpu.shared_alloc : !shared
  %m = gqgpu.meeting_create of "math" arrivals 4 : !gqgpu.meeting
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        // expected-error@+1 {{writes over what other threads may still read; expects a barrier cluster in between}}
        gqgpu.share %part into %b : !part, !shared
        gqgpu.meet %m : !gqgpu.meeting
        // expected-note@+2 {{read here}}
        // expected-error@+1 {{expects a gqgpu.meet behind it: other thread blocks may end, or write over what it reads}}
        %s = gqgpu.sum_shared %b[%c0] from %zeros : !shared, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @no_role() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  // expected-error@+1 {{names role "maths", which the kernel does not have}}
  %m = gqgpu.meeting_create of "maths" arrivals 4 : !gqgpu.meeting
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @arrivals() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 256 : i64} {
  // expected-error@+1 {{expects 8 arrivals, one for each warp of role "math", got 4}}
  %m = gqgpu.meeting_create of "math" arrivals 4 : !gqgpu.meeting
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 248 (%group) {
      gqgpu.meet %m : !gqgpu.meeting
    }
  }
  gqgpu.return
}

// -----

// A barrier of the thread block alone, and one that comes before.
gqgpu.kernel @not_there_yet() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  gqgpu.barrier cluster
  // expected-error@+1 {{expects a gqgpu.barrier cluster between it and the roles: other thread blocks may come before it is there}}
  %m = gqgpu.meeting_create of "math" arrivals 4 : !gqgpu.meeting
  gqgpu.barrier block
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.meet %m : !gqgpu.meeting
    }
  }
  gqgpu.return
}

// -----

// What some thread blocks may go through more often, or not at all.
gqgpu.kernel @loop(%n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %c1 = arith.constant 1 : index
  %m = gqgpu.meeting_create of "math" arrivals 4 : !gqgpu.meeting
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      // expected-note@+1 {{the scf.for}}
      scf.for %i = %group to %n step %c1 {
        // expected-error@+1 {{expects to be in the role or in a tile loop there: thread blocks may go through the scf.for more or less often}}
        gqgpu.meet %m : !gqgpu.meeting
      }
    }
  }
  gqgpu.return
}

// -----

// As one op they wait for one another as well.
gqgpu.kernel @condition(%c: i1, %n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %t = tensor.empty() : tensor<64x64xf32>
  %f = tensor.empty() : tensor<64x32xf32>
  // expected-note@+1 {{the scf.if}}
  scf.if %c {
    // expected-error@+1 {{expects to be in the role or in a tile loop there: thread blocks may go through the scf.if more or less often}}
    %s = gqgpu.sum_over_peers %t[%n] from %f : tensor<64x64xf32>, tensor<64x32xf32>
  }
  gqgpu.return
}
