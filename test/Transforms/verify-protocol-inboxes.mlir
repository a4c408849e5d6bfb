// What thread blocks of a cluster push to one another: whom an inbox counts, that it is there before
// anybody writes to it, and that each step comes once, after those that it needs.
// RUN: gq-opt %s --split-input-file --gq-verify-protocol --verify-diagnostics

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @right(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

// Who needs no inbox does not wait.
!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @come_and_wait(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.arrive_cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.await_cluster
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @read_too_early(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        // expected-error@+1 {{expects a gqgpu.await_pushes before it: what others push may still be under way}}
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.await_pushes %x : !inbox
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

// Of a tile loop that goes on.
!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @written_too_early(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        // expected-error@+1 {{expects a gqgpu.await_offers before it: another thread block may not have read what it writes over}}
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @waits_too_late(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        // expected-error@+1 {{expects a gqgpu.push before it: other thread blocks wait for it}}
        gqgpu.await_pushes %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @nobody_offers(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        // expected-error@+1 {{expects a gqgpu.offer before it: other thread blocks wait for it}}
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

// What comes may find that the thread block has ended.
!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @ends_too_early(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        // expected-error@+1 {{expects a gqgpu.await_pushes with it: what others push may still be under way}}
        gqgpu.push %part to %x tile 0 : !part, !inbox
        %s = gqgpu.splat %z : f32 -> !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @nobody_reads(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        // expected-error@+1 {{expects a gqgpu.sum_pushed with it: what comes is for nobody}}
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.splat %z : f32 -> !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @offers_before_it_reads(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        // expected-note@+1 {{the first time}}
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        // expected-error@+1 {{comes a second time}}
        gqgpu.offer %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @pushes_behind_the_wait(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        // expected-note@+1 {{the other}}
        gqgpu.await_pushes %x : !inbox
        // expected-error@+1 {{comes after a gqgpu.await_pushes, expects to be before it}}
        gqgpu.push %part to %x tile 0 : !part, !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @waits_twice(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        // expected-note@+1 {{the first time}}
        gqgpu.await_offers %x : !inbox
        // expected-error@+1 {{comes a second time}}
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @pushed_twice(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  // expected-error@+1 {{has tile 0, which is written 2 times and read 1 times, expects once each}}
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>, <64x32xf32>>
gqgpu.kernel @tile_of_nobody(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  // expected-error@+1 {{has tile 1, which is written 0 times and read 0 times, expects once each}}
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @elsewhere(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
      // expected-error@+1 {{expects all steps with an inbox one after another, got one elsewhere}}
      gqgpu.offer %x : !inbox
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @no_role() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  // expected-error@+1 {{names role "maths", which the kernel does not have}}
  %x = gqgpu.inbox_create of "maths" arrivals 4 : !gqgpu.inbox<<64x32xf32>>
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
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 248 (%group) {
    }
  }
  gqgpu.return
}

// -----

// A barrier of the thread block alone, and one that comes before.
gqgpu.kernel @not_there_yet() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  gqgpu.barrier cluster
  // expected-error@+1 {{expects a gqgpu.arrive_cluster between it and the roles: other thread blocks may write to it before it is there}}
  %x = gqgpu.inbox_create of "math" arrivals 4 : !gqgpu.inbox<<64x32xf32>>
  gqgpu.barrier block
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
    }
  }
  gqgpu.return
}

// -----

// What some thread blocks may go through more often, or not at all.
!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @loop(%z: f32, %n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %c1 = arith.constant 1 : index
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      %part = gqgpu.splat %z : f32 -> !part
      %zeros = gqgpu.splat %z : f32 -> !own
      // expected-note@+1 {{the scf.for}}
      scf.for %i = %group to %n step %c1 {
        // expected-error@+1 {{expects to be in the role or in a tile loop there: thread blocks may go through the scf.for more or less often}}
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
      }
    }
  }
  gqgpu.return
}

// -----

// As one op they wait for one another as well.
gqgpu.kernel @condition(%c: i1) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %t = tensor.empty() : tensor<64x64xf32>
  %f = tensor.empty() : tensor<64x32xf32>
  // expected-note@+1 {{the scf.if}}
  scf.if %c {
    // expected-error@+1 {{expects to be in the role or in a tile loop there: thread blocks may go through the scf.if more or less often}}
    %s = gqgpu.sum_over_peers %t from %f : tensor<64x64xf32>, tensor<64x32xf32>
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @nobody_waits(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  // expected-note@+1 {{they come here}}
  gqgpu.arrive_cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        // expected-error@+1 {{expects a gqgpu.await_cluster before it, in role "math": the inboxes of other thread blocks may not be there}}
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
    }
  }
  gqgpu.return
}

// -----

!part = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!own = !gqgpu.fragment<64x32xf32, #gqgpu.mma>
!inbox = !gqgpu.inbox<<64x32xf32>>
gqgpu.kernel @waits_behind(%z: f32, %d: memref<?x128xf32>, %n: index)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 128 : i64} {
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  // expected-note@+1 {{they come here}}
  gqgpu.arrive_cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 32] persistent {
        %part = gqgpu.splat %z : f32 -> !part
        %zeros = gqgpu.splat %z : f32 -> !own
        // expected-error@+1 {{expects a gqgpu.await_cluster before it, in role "math": the inboxes of other thread blocks may not be there}}
        gqgpu.offer %x : !inbox
        gqgpu.await_offers %x : !inbox
        gqgpu.push %part to %x tile 0 : !part, !inbox
        gqgpu.await_pushes %x : !inbox
        %s = gqgpu.sum_pushed %x tile 0, %part from %zeros : !inbox, !part, !own
        gqgpu.store_fragment %s, %d[%i, %j] : !own, memref<?x128xf32>
      }
      gqgpu.await_cluster
    }
  }
  gqgpu.return
}
