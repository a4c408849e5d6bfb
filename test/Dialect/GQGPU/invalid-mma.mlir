// One test for every diagnostic: products.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile between 0 and 4 of the ring, got 7}}
  %p = gqgpu.mma_async %r[%slot] tiles (7, 1) row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile between 0 and 4 of the ring, got 5}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 5) row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects tile a of element type f8E4M3FN or f8E5M2, got 'f32'}}
  %p = gqgpu.mma_async %r[%slot] tiles (2, 1) row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects tile b of element type f8E4M3FN or f8E5M2, got 'f32'}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 2) row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects tile a of rank 2 and swizzle 128, got '!gqgpu.tile<64x128xf8E4M3FN>'}}
  %p = gqgpu.mma_async %r[%slot] tiles (3, 1) row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects k to be a range of multiples of 32 within 128}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) row %i k [0] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects k to be a range of multiples of 32 within 128}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) row %i k [0, 160] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects k to be a range of multiples of 32 within 128}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) row %i k [64, 64] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects k to be a range of multiples of 32 within 128}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) row %i k [16, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a result of 64x128xf32 in the mma layout, got '!gqgpu.fragment<64x64xf32, #gqgpu.mma>'}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) row %i k [0, 128] : !ring -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects at most 256 columns, got 264}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 4) row %i k [0, 128] : !ring -> !gqgpu.fragment<64x264xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <264x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %z = arith.constant 0.0 : f32
  %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
  // expected-error@+1 {{expects operand reuse of the result's type, got '!gqgpu.fragment<64x64xf32, #gqgpu.mma>'}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) row %i k [0, 128] reuse %f : !gqgpu.fragment<64x64xf32, #gqgpu.mma> : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}
