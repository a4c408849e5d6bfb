// One test for every diagnostic: rows that are permuted in shared memory, and
// columns in registers.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{expects rows permuted in groups of 16 or 32 that divide the rows of a tile of rank 2 without bands, got 8}}
!t = !gqgpu.tile<64x128xf8E4M3FN, swizzle = 128, permuted = 8>

// -----

// expected-error@+1 {{expects rows permuted in groups of 16 or 32 that divide the rows of a tile of rank 2 without bands, got 32}}
!t = !gqgpu.tile<48x128xf8E4M3FN, permuted = 32>

// -----

// expected-error@+1 {{expects rows permuted in groups of 16 or 32 that divide the rows of a tile of rank 2 without bands, got 16}}
!t = !gqgpu.tile<64x128xf8E4M3FN, band = 8, permuted = 16>

// -----

// expected-error@+1 {{expects rows permuted in groups of 16 or 32 that divide the rows of a tile of rank 2 without bands, got 16}}
!t = !gqgpu.tile<64xf8E4M3FN, permuted = 16>

// -----

// expected-error@+1 {{expects columns permuted in groups of 16 or 32, got 64}}
#l = #gqgpu.mma<permuted = 64>

// -----

// expected-error@+1 {{expects a multiple of 32 columns (or 1) in the mma layout, got 48}}
!f = !gqgpu.fragment<64x48xf32, #gqgpu.mma<permuted = 32>>

// -----

// expected-error@+1 {{expects a block of 1xB in the mma layout, with B a multiple of 32 that divides the 96 columns, got 1x16}}
!f = !gqgpu.fragment<1x96xf32, #gqgpu.mma<permuted = 32>, block = [1, 16]>

// -----

// Of one row or of all.
// expected-error@+1 {{expects a block of 1xB in the mma layout, or of 64xB, with B a multiple of 32 that divides the 96 columns, got 32x32}}
!f = !gqgpu.fragment<64x96xf32, #gqgpu.mma<permuted = 32>, block = [32, 32]>

// -----

// expected-error@+1 {{expects a block of 1xB in the mma layout, or of 64xB, with B a multiple of 32 that divides the 96 columns, got 64x64}}
!f = !gqgpu.fragment<64x96xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>

// -----

// expected-error@+1 {{expects a block of 1xB in the mma layout, or of 64xB, with B a multiple of 32 that divides the 96 columns, got 64x0}}
!f = !gqgpu.fragment<64x96xf32, #gqgpu.mma<permuted = 32>, block = [64, 0]>

// -----

// expected-error@+1 {{expects rows of b that are permuted in groups of 16 or 32 which divide the 48 columns, got 32}}
#w = #gqgpu.wgmma<m = 64, n = 48, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32, permuted = 32>

// -----

// expected-error@+1 {{expects rows of b that are permuted in groups of 16 or 32 which divide the 48 columns, got 4}}
#w = #gqgpu.wgmma<m = 64, n = 48, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32, permuted = 4>

// -----

// expected-error@+1 {{expects rows permuted in groups of 16 or 32 that divide those of a box of 2 extents, got 32}}
#a = #gqgpu.tensor_map<0 as u8 box [128, 48] permuted 32>

// -----

// expected-error@+1 {{expects rows permuted in groups of 16 or 32 that divide those of a box of 2 extents, got 16}}
#a = #gqgpu.tensor_map<0 as u8 box [128] permuted 16>

// -----

gqgpu.kernel @load(%b: memref<48x128xf8E4M3FN>, %i: index) {
  // expected-error@+1 {{permutes rows in groups of 32: expects an operand source with a static multiple of them, got 'memref<48x128xf8E4M3FN>'}}
  %t = gqgpu.load %b[%i, %i] {permuted = 32 : i64} : memref<48x128xf8E4M3FN> -> tensor<32x128xf8E4M3FN>
  gqgpu.return
}

// -----

gqgpu.kernel @load(%b: memref<?x128xf8E4M3FN>, %i: index) {
  // expected-error@+1 {{permutes rows in groups of 16: expects an operand source with a static multiple of them, got 'memref<?x128xf8E4M3FN>'}}
  %t = gqgpu.load %b[%i, %i] {permuted = 16 : i64} : memref<?x128xf8E4M3FN> -> tensor<32x128xf8E4M3FN>
  gqgpu.return
}

// -----

gqgpu.kernel @load(%b: memref<64x128xf8E4M3FN>) {
  %c24 = arith.constant 24 : index
  // expected-error@+1 {{permutes rows in groups of 16: expects a tile that starts at one, got row 24}}
  %t = gqgpu.load %b[%c24, %c24] {permuted = 16 : i64} : memref<64x128xf8E4M3FN> -> tensor<32x128xf8E4M3FN>
  gqgpu.return
}

// -----

gqgpu.kernel @load(%b: memref<64x128xf8E4M3FN>, %i: index) {
  // expected-error@+1 {{expects rows permuted in groups of 16 or 32 that divide the rows of a tile of rank 2 without bands, got 32}}
  %t = gqgpu.load %b[%i, %i] {permuted = 32 : i64} : memref<64x128xf8E4M3FN> -> tensor<48x128xf8E4M3FN>
  gqgpu.return
}

// -----

gqgpu.kernel @load(%b: memref<64x128xf8E4M3FN>, %i: index) {
  // expected-error@+1 {{has path copy; rows are permuted by the copy engine: expects tma}}
  %t = gqgpu.load %b[%i, %i] {permuted = 32 : i64, path = #gqgpu.path<copy>} : memref<64x128xf8E4M3FN> -> tensor<32x128xf8E4M3FN>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @fill(%b: memref<?x128xf8E4M3FN>, %c: memref<64x128xf8E4M3FN>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{permutes rows in groups of 32: expects an operand source with a static multiple of them, got 'memref<?x128xf8E4M3FN>'}}
  gqgpu.tma_load %b[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, permuted = 32>>
gqgpu.kernel @fill(%b: memref<64x128xf8E4M3FN>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile whose rows are not permuted, got '!gqgpu.tile<64x128xf8E4M3FN, permuted = 32>'}}
  gqgpu.copy_load %b[%i, %i] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
  gqgpu.return
}

// -----

gqgpu.kernel @alloc() {
  // expected-error@+1 {{expects a tile whose rows are not permuted, which only rings have, got '!gqgpu.tile<64x1xf32, permuted = 16>'}}
  %w = gqgpu.shared_alloc : !gqgpu.tile<64x1xf32, permuted = 16>
  gqgpu.return
}

// -----

// Rows of b that are permuted, and a result that is not: columns would be others.
#plain = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @product(%i: index) {
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects tile b with rows that are not permuted as its product, got '!gqgpu.tile<64x128xf8E4M3FN, swizzle = 128, permuted = 32>'}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #plain row %i k [0, 128] : !ring -> <64x64xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

#permuted = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32, permuted = 32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @product(%i: index) {
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects tile b with rows permuted in groups of 32 as its product, got '!gqgpu.tile<64x128xf8E4M3FN, swizzle = 128>'}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #permuted row %i k [0, 128] : !ring -> <64x64xf32, #gqgpu.mma<permuted = 32>>
  gqgpu.return
}

// -----

#permuted = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32, permuted = 32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @product(%i: index) {
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects tile a with rows that are not permuted as its product, got '!gqgpu.tile<64x128xf8E4M3FN, swizzle = 128, permuted = 32>'}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #permuted row %i k [0, 128] : !ring -> <64x64xf32, #gqgpu.mma<permuted = 32>>
  gqgpu.return
}

// -----

#permuted = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32, permuted = 32>
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @product(%i: index) {
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a result of the product's type '!gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>>', got '!gqgpu.fragment<64x64xf32, #gqgpu.mma>'}}
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #permuted row %i k [0, 128] : !ring -> <64x64xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

// Scales that stand beside other columns.
gqgpu.kernel @promote(%x: f32) {
  %p = gqgpu.splat %x : f32 -> <64x64xf32, #gqgpu.mma<permuted = 32>>
  %r = gqgpu.splat %x : f32 -> <64x1xf32, #gqgpu.mma<permuted = 32>>
  %c = gqgpu.splat %x : f32 -> <1x64xf32, #gqgpu.mma>
  // expected-error@+1 {{expects f32 column scales of 1x64 or 1x1 in the accumulator's layout, got '!gqgpu.fragment<1x64xf32, #gqgpu.mma>'}}
  %s = gqgpu.promote %p, %r, %c into %p : <64x1xf32, #gqgpu.mma<permuted = 32>>, <1x64xf32, #gqgpu.mma>, <64x64xf32, #gqgpu.mma<permuted = 32>>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x64xbf16, #gqgpu.mma<permuted = 32>>
gqgpu.kernel @store(%d: memref<64x64xbf16>, %i: index, %x: bf16) {
  %f = gqgpu.splat %x : bf16 -> !f
  // expected-error@+1 {{cannot go by tma: expects operand value in a layout of matrices, as that of a product, got '!gqgpu.fragment<64x64xbf16, #gqgpu.mma<permuted = 32>>'}}
  gqgpu.store_fragment %f, %d[%i, %i] {path = #gqgpu.path<tma>} : !f, memref<64x64xbf16>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x64xbf16, #gqgpu.mma>
gqgpu.kernel @deferred(%d: memref<64x64xbf16>, %i: index, %x: bf16) {
  %f = gqgpu.splat %x : bf16 -> !f
  // expected-error@+1 {{is deferred and has path tma, through shared memory; expects copy}}
  gqgpu.store_fragment %f, %d[%i, %i] {path = #gqgpu.path<tma>, deferred} : !f, memref<64x64xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @deferred(%d: memref<64x64xbf16>, %i: index) {
  %t = tensor.empty() : tensor<64x64xbf16>
  // expected-error@+1 {{is deferred and has path tma, through shared memory; expects copy}}
  gqgpu.store %t, %d[%i, %i] {path = #gqgpu.path<tma>, deferred} : tensor<64x64xbf16>, memref<64x64xbf16>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf32, permuted = 16>>
gqgpu.kernel @scales(%i: index) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile whose rows are not permuted, or cols from 0 in blocks of 1 that are not transposed, got '!gqgpu.tile<64x4xf32, permuted = 16>'}}
  %s = gqgpu.read_scales %r[%slot] tile 0 rows %c0 block 1 : !ring -> <64x1xf32, #gqgpu.mma<permuted = 16>>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf32, permuted = 16>>
gqgpu.kernel @scales(%i: index) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile whose rows are not permuted, or cols from 0 in blocks of 1 that are not transposed, got '!gqgpu.tile<64x4xf32, permuted = 16>'}}
  %s = gqgpu.read_scales %r[%slot] tile 0 cols %i block 1 : !ring -> <1x64xf32, #gqgpu.mma<permuted = 16>>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf32, permuted = 16>>
gqgpu.kernel @scales(%i: index) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile whose rows are not permuted, or cols from 0 in blocks of 1 that are not transposed, got '!gqgpu.tile<64x4xf32, permuted = 16>'}}
  %s = gqgpu.read_scales %r[%slot] tile 0 cols %c0 block 16 : !ring -> <1x64xf32, #gqgpu.mma<permuted = 16>, block = [1, 16]>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf32, permuted = 16>>
gqgpu.kernel @scales(%i: index) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile whose rows are not permuted, or cols from 0 in blocks of 1 that are not transposed, got '!gqgpu.tile<64x4xf32, permuted = 16>'}}
  %s = gqgpu.read_scales %r[%slot] tile 0 cols %c0 block 1 {transposed} : !ring -> <1x64xf32, #gqgpu.mma<permuted = 16>>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf32, permuted = 16>>
gqgpu.kernel @scales(%i: index) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  // expected-error@+1 {{reads rows that are permuted in groups of 16, expects a result in the layout #gqgpu.mma<permuted = 16>, got '!gqgpu.fragment<1x64xf32, #gqgpu.mma>'}}
  %s = gqgpu.read_scales %r[%slot] tile 0 cols %c0 block 1 : !ring -> <1x64xf32, #gqgpu.mma>
  gqgpu.return
}
