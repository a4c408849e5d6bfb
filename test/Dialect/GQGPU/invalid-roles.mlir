// One test for every diagnostic: roles and yields.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects the body to yield, and the loop to return, the types of the loop-carried values}}
  gqgpu.tile_loop (%i) to (%n) step [1] {
    gqgpu.yield %i : index
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    // expected-error@+1 {{expects at least one group, got -1}}
    gqgpu.role "math" kind math groups -1 warps 4 registers 232 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    // expected-error@+1 {{expects at least one group, got 0}}
    gqgpu.role "math" kind math groups 0 warps 4 registers 232 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

// Nothing is multiplied before it is checked.
gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    // expected-error@+1 {{has 9223372036854775807 groups of 4 warps; expects fewer than 2147483648 warps in all roles}}
    gqgpu.role "math" kind math groups 9223372036854775807 warps 4 registers 232 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-error@+1 {{has 1 groups of 9223372036854775807 warps; expects fewer than 2147483648 warps in all roles}}
    gqgpu.role "copy" kind copy warps 9223372036854775807 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    // expected-error@+1 {{expects 4 warps in each group of a math role, got 2}}
    gqgpu.role "math" kind math groups 2 warps 2 registers 232 (%g) {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-error@+1 {{expects 1 warp in a tma role, got 2}}
    gqgpu.role "tma" kind tma warps 2 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-error@+1 {{expects at least one warp, got 0}}
    gqgpu.role "copy" kind copy warps 0 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-error@+1 {{expects one group of a role of kind copy, got 2}}
    gqgpu.role "copy" kind copy groups 2 warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-error@+1 {{expects a name that is not empty}}
    gqgpu.role "" kind copy warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-error@+1 {{expects a name of its own, "math" is taken}}
    gqgpu.role "math" kind copy warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "tma" kind tma warps 1 registers 40 {
    }
    // expected-error@+1 {{starts at warp 1; expects a math role to start at a multiple of 4}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-note@+1 {{the other role}}
    gqgpu.role "tma" kind tma warps 1 registers 40 {
    }
    // expected-error@+1 {{has 32 registers and shares a group of 4 warps with role "tma", which has 40; expects the same number}}
    gqgpu.role "copy" kind copy warps 1 registers 32 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-error@+1 {{expects no arguments of a role of kind fill, got 1}}
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    ^bb0(%g: index):
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    // expected-error@+1 {{expects a math role to take the group as an index}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    // expected-error@+1 {{expects a math role to take the group as an index}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 {
    ^bb0(%g: i32):
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects at least one role}}
  gqgpu.warp_specialize {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
    // expected-error@+1 {{expects only gqgpu.role in a warp_specialize}}
    %c = gqgpu.cursor : !gqgpu.cursor
  }
  gqgpu.return
}

// -----

// expected-error@+1 {{expects at most one gqgpu.warp_specialize, got 2}}
gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
  }
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects parent op 'gqgpu.warp_specialize'}}
  gqgpu.role "fill" kind fill warps 1 registers 40 {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  gqgpu.tile_loop (%i) to (%n) step [1] {
    // expected-error@+1 {{expects parent op 'gqgpu.kernel'}}
    gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
    }
  }
  }
  gqgpu.return
}

// -----

// Roles do what their kind says, and nothing else.
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      // expected-error@+1 {{expects to be in a role of kind fill or tma or copy, got role "math" of kind math}}
      %t = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      // expected-error@+1 {{expects to be in a role of kind fill or tma or copy, got role "math" of kind math}}
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.warp_specialize {
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind fill or tma, got role "copy" of kind copy}}
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.warp_specialize {
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind fill or copy, got role "tma" of kind tma}}
      gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 1 : memref<64x1xf32>, !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.warp_specialize {
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind math, got role "fill" of kind fill}}
      %t = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.warp_specialize {
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind math, got role "fill" of kind fill}}
      gqgpu.release %r[%full] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.warp_specialize {
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind math, got role "fill" of kind fill}}
      %t = gqgpu.slot_read %r[%full] tile 1 : !ring -> tensor<64x1xf32>
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.warp_specialize {
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind math, got role "fill" of kind fill}}
      %t = gqgpu.read_scales %r[%full] tile 1 rows %c0 block 1 : !ring -> <64x1xf32, #gqgpu.mma>
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.warp_specialize {
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind math, got role "fill" of kind fill}}
      %t = gqgpu.mma_async %r[%full] tiles(0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %c0 k [0, 128] : !ring -> <64x64xf32, #gqgpu.mma>
    }
  }
  gqgpu.return
}

// -----

// A barrier of all threads that one role alone comes to.
#lay = #gqgpu.blocked<[8, 48], chunk = 4>
!f = !gqgpu.fragment<8x192xf32, #lay>
!b = !gqgpu.fragment<8x192xf32, #lay, block = [1, 192]>
gqgpu.kernel @k(%z: f32) {
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      %v = gqgpu.splat %z : f32 -> !f
      // expected-error@+1 {{needs all threads of the thread block, but only those of role "math" run it}}
      %a = gqgpu.block_absmax %v {amax_floor = 0.0 : f32} : !f -> !b
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      // expected-error@+1 {{needs all threads of the thread block, but only those of role "fill" run it}}
      %r = gqgpu.ring_create : !gqgpu.ring<2, <64x1xf32>>
    }
  }
  gqgpu.return
}

// -----

func.func @f() {
  // expected-error@+1 {{expects parent op to be one of 'gqgpu.tile_loop, gqgpu.elementwise, gqgpu.warp_specialize, gqgpu.role'}}
  gqgpu.yield
}

// -----

gqgpu.kernel @k(%n: index) {
  gqgpu.warp_specialize {
    // expected-error@+1 {{region branch point has 1 operands, but region successor needs 0 inputs}}
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      // expected-note@+1 {{region branch point}}
      gqgpu.yield %n : index
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{region branch point has 1 operands, but region successor needs 0 inputs}}
  gqgpu.warp_specialize {
    gqgpu.role "copy" kind copy warps 1 registers 40 {
    }
    // expected-note@+1 {{region branch point}}
    gqgpu.yield %n : index
  }
  gqgpu.return
}
