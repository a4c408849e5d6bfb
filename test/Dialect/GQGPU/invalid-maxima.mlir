// RUN: gq-opt %s --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @no_tile(%x: tensor<128x256xf32>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile between 0 and 0 of the ring, got 1}}
  gqgpu.put_maxima %x to %r[%slot] tile 1 : tensor<128x256xf32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <8xf32>>
func.func @rank(%x: tensor<128x256xf32>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of f32 with a word for each 16 of a multiple of 64 rows, got '!gqgpu.tile<8xf32>'}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : tensor<128x256xf32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x6xf32>>
func.func @not_whole_products(%x: tensor<128x256xf32>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of f32 with a word for each 16 of a multiple of 64 rows, got '!gqgpu.tile<2x6xf32>'}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : tensor<128x256xf32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xi32>>
func.func @words_of_integers(%x: tensor<128x256xf32>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of f32 with a word for each 16 of a multiple of 64 rows, got '!gqgpu.tile<2x8xi32>'}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : tensor<128x256xf32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x32xf32, swizzle = 128>>
func.func @swizzled(%x: tensor<128x256xf32>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of f32 with a word for each 16 of a multiple of 64 rows, got '!gqgpu.tile<2x32xf32, swizzle = 128>'}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : tensor<128x256xf32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <32x8xf32, permuted = 32>>
func.func @permuted(%x: tensor<128x256xf32>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of f32 with a word for each 16 of a multiple of 64 rows, got '!gqgpu.tile<32x8xf32, permuted = 32>'}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : tensor<128x256xf32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @place_of_a_tile(%x: tensor<128x256xf32>, %r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects no place of a whole tile, got 2 indices}}
  gqgpu.put_maxima %x at (%i, %i) to %r[%slot] tile 0 : tensor<128x256xf32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @no_place(%x: !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects the row and the column of its product, got 0 indices}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @half_a_place(%x: !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, %r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects the row and the column of its product, got 1 indices}}
  gqgpu.put_maxima %x at (%i) to %r[%slot] tile 0 : !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @row_between(%x: !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, %r: !ring, %slot: !gqgpu.slot, %i: index) {
  %row = arith.constant 32 : index
  // expected-error@+1 {{expects a row that is a multiple of 64 below 128, got 32}}
  gqgpu.put_maxima %x at (%row, %i) to %r[%slot] tile 0 : !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @row_behind(%x: !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, %r: !ring, %slot: !gqgpu.slot, %i: index) {
  %row = arith.constant 128 : index
  // expected-error@+1 {{expects a row that is a multiple of 64 below 128, got 128}}
  gqgpu.put_maxima %x at (%row, %i) to %r[%slot] tile 0 : !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @row_before(%x: !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, %r: !ring, %slot: !gqgpu.slot, %i: index) {
  %row = arith.constant -64 : index
  // expected-error@+1 {{expects a row that is a multiple of 64 below 128, got -64}}
  gqgpu.put_maxima %x at (%row, %i) to %r[%slot] tile 0 : !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @rank_of_x(%x: tensor<128xf32>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of f32, bf16 or f16 of rank 2, got 'tensor<128xf32>'}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : tensor<128xf32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @integers(%x: tensor<128x256xi32>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of f32, bf16 or f16 of rank 2, got 'tensor<128x256xi32>'}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : tensor<128x256xi32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @codes(%x: tensor<128x256xf8E4M3FN>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of f32, bf16 or f16 of rank 2, got 'tensor<128x256xf8E4M3FN>'}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : tensor<128x256xf8E4M3FN>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @rows_of_x(%x: tensor<64x256xf32>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of 128 rows and a multiple of 2 columns, as its slot has words for, got 'tensor<64x256xf32>'}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : tensor<64x256xf32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @columns_of_x(%x: tensor<128x255xf32>, %r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of 128 rows and a multiple of 2 columns, as its slot has words for, got 'tensor<128x255xf32>'}}
  gqgpu.put_maxima %x to %r[%slot] tile 0 : tensor<128x255xf32>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @layout(%x: !gqgpu.partial<<64x128xf32, #gqgpu.blocked<[64, 2], chunk = 4>, block = [1, 128]>, lanes = 1>, %r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects partial maxima over 1 lane of the rows of an accumulator, got }}
  gqgpu.put_maxima %x at (%i, %i) to %r[%slot] tile 0 : !gqgpu.partial<<64x128xf32, #gqgpu.blocked<[64, 2], chunk = 4>, block = [1, 128]>, lanes = 1>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @lanes(%x: !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 4>, %r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects partial maxima over 1 lane of the rows of an accumulator, got }}
  gqgpu.put_maxima %x at (%i, %i) to %r[%slot] tile 0 : !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 4>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @blocks_of_rows(%x: !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 128]>, lanes = 1>, %r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects partial maxima over 1 lane of the rows of an accumulator, got }}
  gqgpu.put_maxima %x at (%i, %i) to %r[%slot] tile 0 : !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 128]>, lanes = 1>, !ring
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @rank_of_block(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a block of a multiple of 64 rows that divides the 128 of its slot, got 128}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128] floor 0.0 : !ring -> tensor<1x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @no_rows(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a block of a multiple of 64 rows that divides the 128 of its slot, got 0x128}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [0, 128] floor 0.0 : !ring -> tensor<1x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @few_rows(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a block of a multiple of 64 rows that divides the 128 of its slot, got 32x128}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [32, 128] floor 0.0 : !ring -> tensor<1x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @many_rows(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a block of a multiple of 64 rows that divides the 128 of its slot, got 256x128}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [256, 128] floor 0.0 : !ring -> tensor<1x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @no_columns(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a block of a multiple of 64 rows that divides the 128 of its slot, got 128x0}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 0] floor 0.0 : !ring -> tensor<1x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x12xf32>>
func.func @divides(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a block of a multiple of 64 rows that divides the 192 of its slot, got 128x128}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 : !ring -> tensor<1x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @negative(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a floor that is finite and not negative, got }}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor -1.0 : !ring -> tensor<1x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @negative(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a floor that is finite and not negative, got }}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0x7F800000 : !ring -> tensor<1x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @no_number(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a floor that is finite and not negative, got }}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0x7FC00000 : !ring -> tensor<1x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @place_of_all(%r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects no place of a whole tile, got 2 indices}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 at (%i, %i) : !ring -> tensor<1x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @read_no_place(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects the row and the column of its product, got 0 indices}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 : !ring -> !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @read_row(%r: !ring, %slot: !gqgpu.slot, %i: index) {
  %row = arith.constant 16 : index
  // expected-error@+1 {{expects a row that is a multiple of 64 below 128, got 16}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 at (%row, %i) : !ring -> !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @result_rank(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a result of f32 for each 128 of 128 rows and each of the blocks that 2 words in a column are of, got 'tensor<2xf32>'}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 : !ring -> tensor<2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @result_of_bf16(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a result of f32 for each 128 of 128 rows and each of the blocks that 2 words in a column are of, got 'tensor<1x2xbf16>'}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 : !ring -> tensor<1x2xbf16>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @result_rows(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a result of f32 for each 128 of 128 rows and each of the blocks that 2 words in a column are of, got 'tensor<2x2xf32>'}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 : !ring -> tensor<2x2xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @result_columns(%r: !ring, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a result of f32 for each 128 of 128 rows and each of the blocks that 2 words in a column are of, got 'tensor<1x3xf32>'}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 : !ring -> tensor<1x3xf32>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @result_layout(%r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects a result of f32 for blocks of columns of an accumulator, got }}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 at (%i, %i) : !ring -> !gqgpu.fragment<1x128xf32, #gqgpu.blocked<[1, 128], chunk = 1>, block = [1, 128]>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @elements(%r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects a result of f32 for blocks of columns of an accumulator, got }}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 at (%i, %i) : !ring -> !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @result_of_rows(%r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects a result of f32 for blocks of columns of an accumulator, got }}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 at (%i, %i) : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 128]>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @result_of_integers(%r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects a result of f32 for blocks of columns of an accumulator, got }}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 at (%i, %i) : !ring -> !gqgpu.fragment<1x128xi32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @parts(%r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects a result whose blocks of 128 columns lie in those of 64}}
  %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 64] floor 0.0 at (%i, %i) : !ring -> !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
  return
}

// -----

func.func @elements_spread(%x: !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>>) {
  // expected-error@+1 {{expects values of blocks of a row, and a result of blocks of as many columns and of all of its rows, got }}
  %b = gqgpu.spread_blocks %x : !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>> -> !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 128]>
  return
}

// -----

func.func @rows_spread(%x: !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>) {
  // expected-error@+1 {{expects values of blocks of a row, and a result of blocks of as many columns and of all of its rows, got }}
  %b = gqgpu.spread_blocks %x : !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]> -> !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 128]>
  return
}

// -----

func.func @into_elements(%x: !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>) {
  // expected-error@+1 {{expects values of blocks of a row, and a result of blocks of as many columns and of all of its rows, got }}
  %b = gqgpu.spread_blocks %x : !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]> -> !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>>
  return
}

// -----

func.func @into_rows(%x: !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>) {
  // expected-error@+1 {{expects values of blocks of a row, and a result of blocks of as many columns and of all of its rows, got }}
  %b = gqgpu.spread_blocks %x : !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]> -> !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
  return
}

// -----

func.func @other_blocks(%x: !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>) {
  // expected-error@+1 {{expects values of blocks of a row, and a result of blocks of as many columns and of all of its rows, got }}
  %b = gqgpu.spread_blocks %x : !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]> -> !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
  return
}

// -----

func.func @more_columns(%x: !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>) {
  // expected-error@+1 {{expects values of blocks of a row, and a result of blocks of as many columns and of all of its rows, got }}
  %b = gqgpu.spread_blocks %x : !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]> -> !gqgpu.fragment<64x256xf32, #gqgpu.mma<permuted = 32>, block = [64, 128]>
  return
}

// -----

func.func @other_layout(%x: !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>) {
  // expected-error@+1 {{expects values of blocks of a row, and a result of blocks of as many columns and of all of its rows, got }}
  %b = gqgpu.spread_blocks %x : !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]> -> !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 16>, block = [64, 128]>
  return
}

// -----

func.func @other_type(%x: !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>) {
  // expected-error@+1 {{expects values of blocks of a row, and a result of blocks of as many columns and of all of its rows, got }}
  %b = gqgpu.spread_blocks %x : !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]> -> !gqgpu.fragment<64x128xbf16, #gqgpu.mma<permuted = 32>, block = [64, 128]>
  return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
func.func @integer_maxima(%x: !gqgpu.partial<<64x128xi32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, %r: !ring, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects partial maxima over 1 lane of the rows of an accumulator, got }}
  gqgpu.put_maxima %x at (%i, %i) to %r[%slot] tile 0 : !gqgpu.partial<<64x128xi32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, !ring
  return
}

// -----

// A role that does not multiply.
!ring = !gqgpu.ring<2, <2x8xf32>>
gqgpu.kernel @fills(%x: memref<128x256xf32>) {
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  %t = gqgpu.load %x[%c0, %c0] : memref<128x256xf32> -> tensor<128x256xf32>
  %r = gqgpu.ring_create : !ring
  gqgpu.warp_specialize {
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      // expected-error@+1 {{expects to be in a role of kind math, got role "fill" of kind fill}}
      gqgpu.put_maxima %t to %r[%slot] tile 0 : tensor<128x256xf32>, !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <2x8xf32>>
gqgpu.kernel @fills() {
  %c = gqgpu.cursor : !gqgpu.cursor
  %r = gqgpu.ring_create : !ring
  gqgpu.warp_specialize {
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      // expected-error@+1 {{expects to be in a role of kind math, got role "fill" of kind fill}}
      %m = gqgpu.read_maxima %r[%slot] tile 0 block [128, 128] floor 0.0 : !ring -> tensor<1x2xf32>
    }
  }
  gqgpu.return
}
