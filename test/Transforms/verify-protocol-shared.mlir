// One test for every diagnostic of shared memory, and what is no fault.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

#layout = #gqgpu.blocked<[8, 32], chunk = 4>
!f = !gqgpu.fragment<8x128xf32, #layout>
!b = !gqgpu.fragment<8x128xf32, #layout, block = [8, 128]>
!p = !gqgpu.partial<!b, lanes = 1>
!w = !gqgpu.tile<1x1xf32>
!t = !gqgpu.tile<8x128xf32>

// What each of the others breaks; a tile loop of one tile for each thread block
// needs no barrier for the next.
gqgpu.kernel @right(%x: memref<?x128xf32>, %s: memref<?x1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %words = gqgpu.shared_alloc : !w
  %place = gqgpu.shared_alloc : !t
  gqgpu.tile_loop (%i) to (%n) step [8] {
    %v = gqgpu.load_fragment %x[%i, %c0] map affine_map<(r, c) -> (r, c)> : memref<?x128xf32> -> !f
    %k = gqgpu.park %v in %place : !f, !t -> !gqgpu.parked<!f>
    gqgpu.clear %words : !w
    gqgpu.barrier block
    %p = gqgpu.thread_absmax %v : !f -> !p
    gqgpu.atomic_max block %p into %words : !p, !w
    gqgpu.atomic_max block %p into %words : !p, !w
    gqgpu.barrier block
    %a = gqgpu.read_blocks %words : !w -> !b
    %c = gqgpu.read_blocks %words : !w -> !b
    %u = gqgpu.unpark %k : !gqgpu.parked<!f> -> !f
    gqgpu.store_fragment %a, %s[%i, %c0] : !b, memref<?x1xf32>
  }
  gqgpu.return
}

// Persistent: words are cleared while others read them.
gqgpu.kernel @next_tile(%z: f32, %n: index) {
  %v = gqgpu.splat %z : f32 -> !f
  %p = gqgpu.thread_absmax %v : !f -> !p
  %words = gqgpu.shared_alloc : !w
  gqgpu.tile_loop (%i) to (%n) step [8] persistent {
    // expected-error@+1 {{writes over what other threads may still read; expects a barrier block in between}}
    gqgpu.clear %words : !w
    gqgpu.barrier block
    gqgpu.atomic_max block %p into %words : !p, !w
    gqgpu.barrier block
    // expected-note@+1 {{read here}}
    %a = gqgpu.read_blocks %words : !w -> !b
  }
  gqgpu.return
}

gqgpu.kernel @cleared_and_reduced(%z: f32) {
  %v = gqgpu.splat %z : f32 -> !f
  %p = gqgpu.thread_absmax %v : !f -> !p
  %words = gqgpu.shared_alloc : !w
  // expected-note@+1 {{written here}}
  gqgpu.clear %words : !w
  // expected-error@+1 {{writes where other threads write; expects a barrier block in between}}
  gqgpu.atomic_max block %p into %words : !p, !w
  gqgpu.barrier block
  %a = gqgpu.read_blocks %words : !w -> !b
  gqgpu.return
}

gqgpu.kernel @reduced_and_read(%z: f32) {
  %v = gqgpu.splat %z : f32 -> !f
  %p = gqgpu.thread_absmax %v : !f -> !p
  %words = gqgpu.shared_alloc : !w
  gqgpu.clear %words : !w
  gqgpu.barrier block
  // expected-note@+1 {{written here}}
  gqgpu.atomic_max block %p into %words : !p, !w
  gqgpu.barrier warp
  // expected-error@+1 {{reads what other threads have written; expects a barrier block in between, found one of the warp}}
  %a = gqgpu.read_blocks %words : !w -> !b
  gqgpu.return
}

gqgpu.kernel @not_cleared(%z: f32) {
  %v = gqgpu.splat %z : f32 -> !f
  %p = gqgpu.thread_absmax %v : !f -> !p
  %words = gqgpu.shared_alloc : !w
  // expected-error@+1 {{reduces into words that nobody has cleared}}
  gqgpu.atomic_max block %p into %words : !p, !w
  gqgpu.barrier block
  %a = gqgpu.read_blocks %words : !w -> !b
  gqgpu.return
}

gqgpu.kernel @cleared_once(%z: f32, %n: index) {
  %v = gqgpu.splat %z : f32 -> !f
  %p = gqgpu.thread_absmax %v : !f -> !p
  %words = gqgpu.shared_alloc : !w
  gqgpu.clear %words : !w
  gqgpu.tile_loop (%i) to (%n) step [8] persistent {
    gqgpu.barrier block
    // expected-error@+1 {{reduces into words that hold maxima of before; expects them to be cleared after they were read}}
    gqgpu.atomic_max block %p into %words : !p, !w
    gqgpu.barrier block
    // expected-note@+1 {{read here}}
    %a = gqgpu.read_blocks %words : !w -> !b
  }
  gqgpu.return
}

gqgpu.kernel @nothing_reduced() {
  %words = gqgpu.shared_alloc : !w
  // expected-note@+1 {{cleared here}}
  gqgpu.clear %words : !w
  gqgpu.barrier block
  // expected-error@+1 {{reads words into which nothing was reduced since they were cleared}}
  %a = gqgpu.read_blocks %words : !w -> !b
  gqgpu.return
}

gqgpu.kernel @nothing_written() {
  %words = gqgpu.shared_alloc : !w
  // expected-error@+1 {{reads shared memory that nobody has written}}
  %a = gqgpu.read_blocks %words : !w -> !b
  gqgpu.return
}

gqgpu.kernel @nobody_reads(%z: f32) {
  %v = gqgpu.splat %z : f32 -> !f
  %p = gqgpu.thread_absmax %v : !f -> !p
  %words = gqgpu.shared_alloc : !w
  gqgpu.clear %words : !w
  gqgpu.barrier block
  // expected-error@+1 {{reduces into words that nobody reads}}
  gqgpu.atomic_max block %p into %words : !p, !w
  gqgpu.return
}

gqgpu.kernel @something_else(%z: f32) {
  %v = gqgpu.splat %z : f32 -> !f
  %a = gqgpu.splat %z : f32 -> !b
  %p = gqgpu.thread_absmax %v : !f -> !p
  %words = gqgpu.shared_alloc : !w
  // expected-note@+1 {{written here}}
  gqgpu.stage %a into %words : !b, !w
  gqgpu.barrier block
  // expected-error@+1 {{reduces into words that hold something else}}
  gqgpu.atomic_max block %p into %words : !p, !w
  gqgpu.barrier block
  %m = gqgpu.read_blocks %words : !w -> !b
  gqgpu.return
}

// What a condition decides is not followed past it, and seen inside.
gqgpu.kernel @conditions(%z: f32, %c: i1) {
  %v = gqgpu.splat %z : f32 -> !f
  %p = gqgpu.thread_absmax %v : !f -> !p
  %words = gqgpu.shared_alloc : !w
  scf.if %c {
    gqgpu.clear %words : !w
    gqgpu.barrier block
  }
  // expected-note@+1 {{written here}}
  gqgpu.atomic_max block %p into %words : !p, !w
  scf.if %c {
    // expected-error@+1 {{reads what other threads have written; expects a barrier block in between}}
    %a = gqgpu.read_blocks %words : !w -> !b
  } else {
    gqgpu.barrier block
    %a = gqgpu.read_blocks %words : !w -> !b
  }
  gqgpu.return
}

// -----

#layout = #gqgpu.blocked<[8, 32], chunk = 4>
!f = !gqgpu.fragment<8x128xf32, #layout>
!t = !gqgpu.tile<8x128xf32>
!parked = !gqgpu.parked<!f>

gqgpu.kernel @read_twice(%z: f32) {
  %v = gqgpu.splat %z : f32 -> !f
  %place = gqgpu.shared_alloc : !t
  %k = gqgpu.park %v in %place : !f, !t -> !parked
  // expected-note@+1 {{read here before}}
  %a = gqgpu.unpark %k : !parked -> !f
  // expected-error@+1 {{reads a second time what is read once}}
  %b = gqgpu.unpark %k : !parked -> !f
  gqgpu.return
}

gqgpu.kernel @never_read(%z: f32) {
  %v = gqgpu.splat %z : f32 -> !f
  %place = gqgpu.shared_alloc : !t
  // expected-error@+1 {{writes shared memory that nobody reads}}
  %k = gqgpu.park %v in %place : !f, !t -> !parked
  gqgpu.return
}

gqgpu.kernel @one_place(%z: f32) {
  %v = gqgpu.splat %z : f32 -> !f
  %place = gqgpu.shared_alloc : !t
  // expected-note@+1 {{written here}}
  %k = gqgpu.park %v in %place : !f, !t -> !parked
  // expected-error@+2 {{writes over what nobody has read}}
  // expected-note@+1 {{written over here}}
  %l = gqgpu.park %v in %place : !f, !t -> !parked
  // expected-error@+1 {{reads what is no longer there}}
  %a = gqgpu.unpark %k : !parked -> !f
  %b = gqgpu.unpark %l : !parked -> !f
  gqgpu.return
}

// One place after another is no fault.
gqgpu.kernel @in_turns(%z: f32, %n: index) {
  %v = gqgpu.splat %z : f32 -> !f
  %place = gqgpu.shared_alloc : !t
  gqgpu.tile_loop (%i) to (%n) step [8] persistent {
    %k = gqgpu.park %v in %place : !f, !t -> !parked
    %a = gqgpu.unpark %k : !parked -> !f
    %l = gqgpu.park %a in %place : !f, !t -> !parked
    %b = gqgpu.unpark %l : !parked -> !f
  }
  gqgpu.return
}

// -----

!acc = !gqgpu.fragment<64x64xbf16, #gqgpu.mma>
!t = !gqgpu.tile<4x16x64xbf16, swizzle = 128>

gqgpu.kernel @no_fence(%d: memref<?x?xbf16>, %h: bf16, %i: index) {
  %t = gqgpu.shared_alloc : !t
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %h : bf16 -> !acc
      // expected-note@+1 {{written here}}
      gqgpu.stage %v into %t : !acc, !t
      gqgpu.barrier warp
      gqgpu.proxy_fence
      // expected-error@+1 {{starts a copy of what was written without a proxy_fence before the barrier}}
      gqgpu.tma_store %t, %d[%i, %i] : !t, memref<?x?xbf16>
      gqgpu.tma_store_wait
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

gqgpu.kernel @no_barrier(%d: memref<?x?xbf16>, %h: bf16, %i: index) {
  %t = gqgpu.shared_alloc : !t
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %h : bf16 -> !acc
      // expected-note@+1 {{written here}}
      gqgpu.stage %v into %t : !acc, !t
      gqgpu.proxy_fence
      // expected-error@+1 {{reads what other threads have written; expects a barrier warp in between}}
      gqgpu.tma_store %t, %d[%i, %i] : !t, memref<?x?xbf16>
      gqgpu.tma_store_wait
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

gqgpu.kernel @no_wait(%d: memref<?x?xbf16>, %h: bf16, %n: index) {
  %t = gqgpu.shared_alloc : !t
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %h : bf16 -> !acc
      gqgpu.tile_loop (%i) to (%n) step [64] persistent {
        // expected-error@+1 {{writes what a tma_store may still read; expects a tma_store_wait before}}
        gqgpu.stage %v into %t : !acc, !t
        gqgpu.proxy_fence
        gqgpu.barrier warp
        // expected-note@+1 {{stored from here}}
        gqgpu.tma_store %t, %d[%i, %i] : !t, memref<?x?xbf16>
      }
      gqgpu.tma_store_wait
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

gqgpu.kernel @no_barrier_after_the_wait(%d: memref<?x?xbf16>, %h: bf16, %n: index) {
  %t = gqgpu.shared_alloc : !t
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %h : bf16 -> !acc
      gqgpu.tile_loop (%i) to (%n) step [64] persistent {
        gqgpu.tma_store_wait read
        // expected-error@+1 {{writes what a tma_store of another lane may still read; expects a barrier after the tma_store_wait}}
        gqgpu.stage %v into %t : !acc, !t
        gqgpu.proxy_fence
        gqgpu.barrier warp
        // expected-note@+1 {{stored from here}}
        gqgpu.tma_store %t, %d[%i, %i] : !t, memref<?x?xbf16>
      }
      gqgpu.tma_store_wait
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

gqgpu.kernel @role_ends(%d: memref<?x?xbf16>, %h: bf16, %i: index) {
  %t = gqgpu.shared_alloc : !t
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %h : bf16 -> !acc
      gqgpu.stage %v into %t : !acc, !t
      gqgpu.proxy_fence
      gqgpu.barrier warp
      // expected-error@+1 {{starts a copy that nobody waits for; expects a tma_store_wait before the role or kernel ends}}
      gqgpu.tma_store %t, %d[%i, %i] : !t, memref<?x?xbf16>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

gqgpu.kernel @other_warps(%d: memref<?x?xbf16>, %h: bf16, %i: index) {
  %t = gqgpu.shared_alloc : !t
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      %v = gqgpu.splat %h : bf16 -> !acc
      // expected-error@+1 {{expects a buffer of one part for each of 8 warps of role "math", got '!gqgpu.tile<4x16x64xbf16, swizzle = 128>'}}
      gqgpu.stage %v into %t : !acc, !t
      gqgpu.proxy_fence
      gqgpu.barrier warp
      // expected-error@+1 {{expects a buffer of one part for each of 8 warps of role "math", got}}
      gqgpu.tma_store %t, %d[%i, %i] : !t, memref<?x?xbf16>
      gqgpu.tma_store_wait
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// Each role has a buffer of its own, from its first warp on.
gqgpu.kernel @buffer_of_two_roles(%d: memref<?x?xbf16>, %h: bf16, %i: index) {
  %t = gqgpu.shared_alloc : !t
  %u = gqgpu.shared_alloc : !t
  gqgpu.warp_specialize {
    gqgpu.role "upper" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %h : bf16 -> !acc
      // expected-note@+1 {{used here}}
      gqgpu.stage %v into %t : !acc, !t
      gqgpu.proxy_fence
      gqgpu.barrier warp
      gqgpu.tma_store %t, %d[%i, %i] : !t, memref<?x?xbf16>
      gqgpu.tma_store_wait
    }
    gqgpu.role "lower" kind math warps 4 registers 248 (%g) {
      %v = gqgpu.splat %h : bf16 -> !acc
      // expected-error@+1 {{expects a buffer of role "lower" alone, role "upper" uses it at the same time}}
      gqgpu.stage %v into %t : !acc, !t
      gqgpu.proxy_fence
      gqgpu.barrier warp
      // expected-error@+1 {{expects a buffer of role "lower" alone, role "upper" uses it at the same time}}
      gqgpu.tma_store %t, %d[%i, %i] : !t, memref<?x?xbf16>
      gqgpu.tma_store_wait
      gqgpu.stage %v into %u : !acc, !t
      gqgpu.proxy_fence
      gqgpu.barrier warp
      gqgpu.tma_store %u, %d[%i, %i] : !t, memref<?x?xbf16>
      gqgpu.tma_store_wait
    }
  }
  gqgpu.return
}

gqgpu.kernel @no_roles(%d: memref<?x?xbf16>, %h: bf16, %i: index) {
  %v = gqgpu.splat %h : bf16 -> !acc
  %t = gqgpu.shared_alloc : !t
  // expected-error@+1 {{expects to be in a math role, whose warps have a part of the buffer each}}
  gqgpu.stage %v into %t : !acc, !t
  gqgpu.proxy_fence
  gqgpu.barrier warp
  // expected-error@+1 {{expects to be in a math role, whose warps have a part of the buffer each}}
  gqgpu.tma_store %t, %d[%i, %i] : !t, memref<?x?xbf16>
  gqgpu.tma_store_wait
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @other_threads(%z: f32) attributes {threads = 128} {
  // expected-error@+1 {{has a layout of 256 threads in 1 thread blocks, the kernel has 128 in 1}}
  %f = gqgpu.splat %z : f32 -> !f
  gqgpu.return
}

gqgpu.kernel @other_cluster(%z: f32) attributes {threads = 256, cluster = 2} {
  // expected-error@+1 {{has a layout of 256 threads in 1 thread blocks, the kernel has 256 in 2}}
  %f = gqgpu.splat %z : f32 -> !f
  gqgpu.return
}

gqgpu.kernel @in_a_role(%z: f32) attributes {threads = 256} {
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      // expected-error@+1 {{has a layout of 256 threads in 1 thread blocks, role "math" has 128 in 1}}
      %f = gqgpu.splat %z : f32 -> !f
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
