// One test for every diagnostic: products.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile between 0 and 4 of the ring, got 7}}
  %p = gqgpu.mma_async %r[%slot] tiles (7, 1) by #wgmma row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile between 0 and 4 of the ring, got 5}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 5) by #wgmma row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects tile a of element type 'f8E4M3FN' as its product, got 'f32'}}
  %p = gqgpu.mma_async %r[%slot] tiles (2, 1) by #wgmma row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects tile b of element type 'f8E5M2' as its product, got 'f32'}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 2) by #wgmma row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects tile a of rank 2 and swizzle 128, got '!gqgpu.tile<64x128xf8E4M3FN>'}}
  %p = gqgpu.mma_async %r[%slot] tiles (3, 1) by #wgmma row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects k to be a range of multiples of 32 within 128}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #wgmma row %i k [0] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects k to be a range of multiples of 32 within 128}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #wgmma row %i k [0, 160] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects k to be a range of multiples of 32 within 128}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #wgmma row %i k [64, 64] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects k to be a range of multiples of 32 within 128}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #wgmma row %i k [16, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a result of the product's type '!gqgpu.fragment<64x128xf32, #gqgpu.mma>', got '!gqgpu.fragment<64x64xf32, #gqgpu.mma>'}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #wgmma row %i k [0, 128] : !ring -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects tile a of at least 64 rows, got 32}}
  %p = gqgpu.mma_async %r[%slot] tiles (4, 1) by #wgmma row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a product of as many columns as tile b has rows, 128, got 64 and no operand column}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #wgmma row %i k [0, 128] : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}


// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %z = arith.constant 0.0 : f32
  %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
  // expected-error@+1 {{expects operand reuse of the result's type, got '!gqgpu.fragment<64x64xf32, #gqgpu.mma>'}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #wgmma row %i k [0, 128] reuse %f : !gqgpu.fragment<64x64xf32, #gqgpu.mma> : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x128xf8E4M3FN>, <32x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k(%i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects operand reuse beside accumulate, got none}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #wgmma row %i k [0, 128] {accumulate} : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

// expected-error@+1 {{expects operands and a result that wgmma has, got 'f8E4M3FN' and 'bf16' into 'f32'}}
func.func private @f() attributes {x = #gqgpu.wgmma<m = 64, n = 8, k = 32, a = f8E4M3FN, b = bf16, acc = f32>}

// -----

// expected-error@+1 {{expects operands and a result that wgmma has, got 'i8' and 'i8' into 'f32'}}
func.func private @f() attributes {x = #gqgpu.wgmma<m = 64, n = 8, k = 32, a = i8, b = i8, acc = f32>}

// -----

// expected-error@+1 {{expects 64 rows in a wgmma, got 128}}
func.func private @f() attributes {x = #gqgpu.wgmma<m = 128, n = 8, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>}

// -----

// expected-error@+1 {{expects a multiple of 8 columns, at most 256, in a wgmma, got 264}}
func.func private @f() attributes {x = #gqgpu.wgmma<m = 64, n = 264, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>}

// -----

// expected-error@+1 {{expects a multiple of 8 columns, at most 256, in a wgmma, got 12}}
func.func private @f() attributes {x = #gqgpu.wgmma<m = 64, n = 12, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>}

// -----

// expected-error@+1 {{expects a multiple of 16 columns in a wgmma of integers, got 40}}
func.func private @f() attributes {x = #gqgpu.wgmma<m = 64, n = 40, k = 32, a = i8, b = i8, acc = i32>}

// -----

// expected-error@+1 {{expects 16 elements of 'bf16' along K in a wgmma, got 32}}
func.func private @f() attributes {x = #gqgpu.wgmma<m = 64, n = 40, k = 32, a = bf16, b = bf16, acc = f32>}
