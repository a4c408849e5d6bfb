// One test for every diagnostic: scales and promotion.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile between 0 and 4 of the ring, got 8}}
  %x = gqgpu.read_scales %r[%slot] tile 8 rows %i block 1 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile of rank 2 of f32, bf16 or f8E8M0FNU without swizzle, got '!gqgpu.tile<64x128xf8E4M3FN, swizzle = 128>'}}
  %x = gqgpu.read_scales %r[%slot] tile 0 rows %i block 1 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a positive block, got -1}}
  %x = gqgpu.read_scales %r[%slot] tile 2 rows %i block -1 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a result of Rx1xf32 without a block, got '!gqgpu.fragment<1x8xf32, #gqgpu.mma>'}}
  %x = gqgpu.read_scales %r[%slot] tile 2 rows %i block 1 : !ring -> !gqgpu.fragment<1x8xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a result of 1xNxf32 without a block or with one of [1, B] where B divides 1, got '!gqgpu.fragment<64x1xf32, #gqgpu.mma>'}}
  %x = gqgpu.read_scales %r[%slot] tile 2 cols %i block 1 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a result of 1xNxf32 without a block or with one of [1, B] where B divides 16, got '!gqgpu.fragment<1x64xf32, #gqgpu.mma, block = [1, 32]>'}}
  %x = gqgpu.read_scales %r[%slot] tile 2 cols %i block 16 : !ring -> !gqgpu.fragment<1x64xf32, #gqgpu.mma, block = [1, 32]>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32) {
  %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
  %rs = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  %cs = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects f32 row scales of 8x1 or 1x1 in the accumulator's layout, got '!gqgpu.fragment<64x1xf32, #gqgpu.mma>'}}
  %d = gqgpu.promote %p, %rs, %cs into %p : !gqgpu.fragment<64x1xf32, #gqgpu.mma>, !gqgpu.fragment<1x1xf32, #gqgpu.mma>, !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32) {
  %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  %rs = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x8xf32, #gqgpu.mma>
  %cs = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects f32 row scales of 64x1 or 1x1 in the accumulator's layout, got '!gqgpu.fragment<1x8xf32, #gqgpu.mma>'}}
  %d = gqgpu.promote %p, %rs, %cs into %p : !gqgpu.fragment<1x8xf32, #gqgpu.mma>, !gqgpu.fragment<1x1xf32, #gqgpu.mma>, !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32) {
  %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  %rs = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  %cs = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects f32 column scales of 1x128 or 1x1 in the accumulator's layout, got '!gqgpu.fragment<64x1xf32, #gqgpu.mma>'}}
  %d = gqgpu.promote %p, %rs, %cs into %p : !gqgpu.fragment<64x1xf32, #gqgpu.mma>, !gqgpu.fragment<64x1xf32, #gqgpu.mma>, !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32) {
  %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  %rs = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  %cs = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x64xf32, #gqgpu.mma, block = [1, 8]>
  // expected-error@+1 {{expects f32 column scales of 1x128 or 1x1 in the accumulator's layout, got '!gqgpu.fragment<1x64xf32, #gqgpu.mma, block = [1, 8]>'}}
  %d = gqgpu.promote %p, %rs, %cs into %p : !gqgpu.fragment<64x1xf32, #gqgpu.mma>, !gqgpu.fragment<1x64xf32, #gqgpu.mma, block = [1, 8]>, !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32) {
  %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  %rs = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  %cs = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x32xf32, #gqgpu.mma>
  // expected-error@+1 {{expects f32 column scales of 1x128 or 1x1 in the accumulator's layout, got '!gqgpu.fragment<1x32xf32, #gqgpu.mma>'}}
  %d = gqgpu.promote %p, %rs, %cs into %p : !gqgpu.fragment<64x1xf32, #gqgpu.mma>, !gqgpu.fragment<1x32xf32, #gqgpu.mma>, !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32) {
  %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects an accumulator of f32 that has each element in one thread, got '!gqgpu.fragment<64x1xf32, #gqgpu.mma>'}}
  %d = gqgpu.promote %p, %p, %p into %p : !gqgpu.fragment<64x1xf32, #gqgpu.mma>, !gqgpu.fragment<64x1xf32, #gqgpu.mma>, !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %h: bf16) {
  %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  %s = gqgpu.splat %h : bf16 -> !gqgpu.fragment<64x128xbf16, #gqgpu.mma>
  %one = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects a sum of f32, f16 or i32, got '!gqgpu.fragment<64x128xbf16, #gqgpu.mma>'}}
  %d = gqgpu.promote %s, %one, %one into %p : <1x1xf32, #gqgpu.mma>, <1x1xf32, #gqgpu.mma>, <64x128xf32, #gqgpu.mma> from <64x128xbf16, #gqgpu.mma>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %i: i32) {
  %p = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  %s = gqgpu.splat %i : i32 -> !gqgpu.fragment<64x64xi32, #gqgpu.mma>
  %one = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects a sum of the accumulator's shape and layout, got '!gqgpu.fragment<64x64xi32, #gqgpu.mma>'}}
  %d = gqgpu.promote %s, %one, %one into %p : <1x1xf32, #gqgpu.mma>, <1x1xf32, #gqgpu.mma>, <64x128xf32, #gqgpu.mma> from <64x64xi32, #gqgpu.mma>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %i: i32) {
  %p = gqgpu.splat %i : i32 -> !gqgpu.fragment<64x128xi32, #gqgpu.mma>
  %one = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects an accumulator of f32 that has each element in one thread, got '!gqgpu.fragment<64x128xi32, #gqgpu.mma>'}}
  %d = gqgpu.promote %p, %one, %one into %p : <1x1xf32, #gqgpu.mma>, <1x1xf32, #gqgpu.mma>, <64x128xi32, #gqgpu.mma>
  gqgpu.return
}

// -----

// A chunk of the blocked layout does not know the other threads' columns.
!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32) {
  %p = gqgpu.splat %z : f32 -> !b
  // expected-error@+1 {{expects f32 row scales of 8x1 or 1x1 in the accumulator's layout, got '!gqgpu.fragment<8x128xf32,}}
  %d = gqgpu.promote %p, %p, %p into %p : !b, !b, !b
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x32xf32, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile of rank 2 of f32, bf16 or f8E8M0FNU without swizzle, got '!gqgpu.tile<64x32xf32, swizzle = 128>'}}
  %x = gqgpu.read_scales %r[%slot] tile 0 rows %i block 1 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64xf32>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile of rank 2 of f32, bf16 or f8E8M0FNU without swizzle, got '!gqgpu.tile<64xf32>'}}
  %x = gqgpu.read_scales %r[%slot] tile 0 rows %i block 1 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf8E8M0FNU>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a column between 0 and 3 of its tile, got 4}}
  %x = gqgpu.read_scales %r[%slot] tile 0 rows %i block 1 column 4 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf8E8M0FNU>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a column between 0 and 3 of its tile, got -1}}
  %x = gqgpu.read_scales %r[%slot] tile 0 rows %i block 1 column -1 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <4x64xf8E8M0FNU>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a column between 0 and 3 of its tile, got 4}}
  %x = gqgpu.read_scales %r[%slot] tile 0 rows %i block 1 column 4 {transposed} : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf8E8M0FNU>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a result of Rx1xf32 without a block, got '!gqgpu.fragment<64x1xf8E8M0FNU, #gqgpu.mma>'}}
  %x = gqgpu.read_scales %r[%slot] tile 0 rows %i block 1 : !ring -> !gqgpu.fragment<64x1xf8E8M0FNU, #gqgpu.mma>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 16], chunk = 8>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 16], chunk = 8>, block = [1, 128]>
!q = !gqgpu.fragment<8x64xi8, #gqgpu.blocked<[8, 16], chunk = 4>>
gqgpu.kernel @k(%z: f32) {
  %f = gqgpu.splat %z : f32 -> !f
  %s = gqgpu.splat %z : f32 -> !s
  // expected-error@+1 {{expects packed to be i4 or f4E2M1FN, got 'i8'}}
  %q = gqgpu.scaled_cast %f, %s {packed = i8} : !f, !s -> !q
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 16], chunk = 8>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 16], chunk = 8>, block = [1, 128]>
!q = !gqgpu.fragment<8x64xi8, #gqgpu.blocked<[8, 8], chunk = 8>>
gqgpu.kernel @k(%z: f32) {
  %f = gqgpu.splat %z : f32 -> !f
  %s = gqgpu.splat %z : f32 -> !s
  // expected-error@+1 {{expects a result of i8 in a blocked layout, of half the operand's columns in chunks of half the length, with packed, got}}
  %q = gqgpu.scaled_cast %f, %s {packed = i4} : !f, !s -> !q
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 16], chunk = 8>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 16], chunk = 8>, block = [1, 128]>
!q = !gqgpu.fragment<8x64xi8, #gqgpu.blocked<[8, 16], chunk = 4>>
gqgpu.kernel @k(%z: f32) {
  %f = gqgpu.splat %z : f32 -> !f
  %s = gqgpu.splat %z : f32 -> !s
  // expected-error@+1 {{expects a result of the operand's shape and layout and element type f8E4M3FN, f8E5M2 or i8, got}}
  %q = gqgpu.scaled_cast %f, %s : !f, !s -> !q
  gqgpu.return
}
