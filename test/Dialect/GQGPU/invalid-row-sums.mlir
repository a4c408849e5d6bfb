// RUN: gq-opt %s --split-input-file --verify-diagnostics

func.func @start() {
  // expected-error@+1 {{expects the result to be a column of i32, one for each row, got 'tensor<128x2xi32>'}}
  %z = gqgpu.zero_sums rows : tensor<128x2xi32>
  return
}

// -----

func.func @codes(%x: tensor<128x128xi32>, %s: tensor<128x1xi32>) {
  // expected-error@+1 {{expects operand x of i8 of rank 2, got 'tensor<128x128xi32>'}}
  %z = gqgpu.add_row_sums rows %x into %s : tensor<128x128xi32>, tensor<128x1xi32>
  return
}

// -----

func.func @no_column(%x: tensor<128x128xi8>, %s: tensor<128x1xf32>) {
  // expected-error@+1 {{expects operand sums to be a column of i32, one for each row, got 'tensor<128x1xf32>'}}
  %z = gqgpu.add_row_sums rows %x into %s : tensor<128x128xi8>, tensor<128x1xf32>
  return
}

// -----

func.func @fewer(%x: tensor<128x128xi8>, %s: tensor<64x1xi32>) {
  // expected-error@+1 {{expects a sum for each of the 128 rows of operand x, got 64}}
  %z = gqgpu.add_row_sums rows %x into %s : tensor<128x128xi8>, tensor<64x1xi32>
  return
}

// -----

!ring = !gqgpu.ring<4, <128x128xi8, swizzle = 128>>
func.func @no_tile(%r: !ring, %slot: !gqgpu.slot, %s: !gqgpu.row_sums, %i: index) {
  // expected-error@+1 {{expects a tile between 0 and 0 of the ring, got 1}}
  %z = gqgpu.sum_slot_rows %r[%slot] tile 1 rows %i k [0, 128] into %s : !ring
  return
}

// -----

!ring = !gqgpu.ring<4, <128x128xi8>>
func.func @no_swizzle(%r: !ring, %slot: !gqgpu.slot, %s: !gqgpu.row_sums, %i: index) {
  // expected-error@+1 {{expects a tile of rank 2 of i8 with swizzle 128, got '!gqgpu.tile<128x128xi8>'}}
  %z = gqgpu.sum_slot_rows %r[%slot] tile 0 rows %i k [0, 128] into %s : !ring
  return
}

// -----

!ring = !gqgpu.ring<4, <128x128xi8, swizzle = 128>>
func.func @columns(%r: !ring, %slot: !gqgpu.slot, %s: !gqgpu.row_sums, %i: index) {
  // expected-error@+1 {{expects k to be a range of multiples of 32 within 128}}
  %z = gqgpu.sum_slot_rows %r[%slot] tile 0 rows %i k [0, 144] into %s : !ring
  return
}

// -----

!ring = !gqgpu.ring<4, <128x128xi8, swizzle = 128>>
func.func @first(%r: !ring, %slot: !gqgpu.slot, %s: !gqgpu.row_sums) {
  %c8 = arith.constant 8 : index
  // expected-error@+1 {{expects rows from a multiple of 16 on, got 8}}
  %z = gqgpu.sum_slot_rows %r[%slot] tile 0 rows %c8 k [0, 128] into %s : !ring
  return
}

// -----

!ring = !gqgpu.ring<4, <128x128xi8, swizzle = 128>>
gqgpu.kernel @fills() {
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 16384 : !ring
  gqgpu.warp_specialize {
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      %s = gqgpu.zero_sums rows : !gqgpu.row_sums
      // expected-error@+1 {{expects to be in a role of kind math, got role "fill" of kind fill}}
      %z = gqgpu.sum_slot_rows %r[%slot] tile 0 rows %c0 k [0, 128] into %s : !ring
    }
  }
  gqgpu.return
}

// -----

func.func @mixed(%s: !gqgpu.row_sums) {
  // expected-error@+1 {{expects a tile of a column of sums, or a fragment of !gqgpu.row_sums, got 'tensor<64x64xi32>' of '!gqgpu.row_sums'}}
  %z = gqgpu.spread_sums rows %s : !gqgpu.row_sums -> tensor<64x64xi32>
  return
}

// -----

func.func @floats(%s: tensor<64x1xi32>) {
  // expected-error@+1 {{expects a result of i32 of rank 2, got 'tensor<64x64xf32>'}}
  %z = gqgpu.spread_sums rows %s : tensor<64x1xi32> -> tensor<64x64xf32>
  return
}

// -----

func.func @layout(%s: !gqgpu.row_sums) {
  // expected-error@+1 {{expects a result of i32 for each element of an accumulator, got}}
  %z = gqgpu.spread_sums rows %s : !gqgpu.row_sums -> !gqgpu.fragment<64x1xi32, #gqgpu.mma>
  return
}

// -----

func.func @columns_of_threads(%s: !gqgpu.row_sums) {
  // expected-error@+1 {{expects sums of columns to go through a slot; run gq-warp-specialize first}}
  %z = gqgpu.spread_sums cols %s : !gqgpu.row_sums -> !gqgpu.fragment<64x64xi32, #gqgpu.mma>
  return
}

// -----

func.func @extent(%s: tensor<64x1xi32>) {
  // expected-error@+1 {{expects a sum for each of the 32 columns of the result, got 64}}
  %z = gqgpu.spread_sums cols %s : tensor<64x1xi32> -> tensor<64x32xi32>
  return
}

// -----

!sums = !gqgpu.ring<2, <256x1xf32>>
func.func @slot_of_floats(%s: tensor<256x1xi32>, %r: !sums, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile of Nx1xi32, one for each row, got '!gqgpu.tile<256x1xf32>'}}
  gqgpu.put_sums %s to %r[%slot] tile 0 : tensor<256x1xi32>, !sums
  return
}

// -----

!sums = !gqgpu.ring<2, <256x1xi32>>
func.func @permuted(%s: !gqgpu.row_sums, %r: !sums, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects rows permuted in groups of 16 or 32, or in order, got 8}}
  gqgpu.put_sums %s rows %i to %r[%slot] tile 0 permuted 8 : !gqgpu.row_sums, !sums
  return
}

// -----

!sums = !gqgpu.ring<2, <256x1xi32>>
func.func @no_first(%s: !gqgpu.row_sums, %r: !sums, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects the first of its rows, got none}}
  gqgpu.put_sums %s to %r[%slot] tile 0 : !gqgpu.row_sums, !sums
  return
}

// -----

!sums = !gqgpu.ring<2, <256x1xi32>>
func.func @first_of_all(%s: tensor<256x1xi32>, %r: !sums, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects no first row of a whole tile}}
  gqgpu.put_sums %s rows %i to %r[%slot] tile 0 : tensor<256x1xi32>, !sums
  return
}

// -----

!sums = !gqgpu.ring<2, <256x1xi32>>
func.func @fewer_put(%s: tensor<128x1xi32>, %r: !sums, %slot: !gqgpu.slot) {
  // expected-error@+1 {{expects a sum for each of the 256 rows of the tile in its slot, got 128}}
  gqgpu.put_sums %s to %r[%slot] tile 0 : tensor<128x1xi32>, !sums
  return
}

// -----

!sums = !gqgpu.ring<2, <64x1xi32>>
func.func @more_read(%r: !sums, %slot: !gqgpu.slot) {
  %c32 = arith.constant 32 : index
  // expected-error@+1 {{reads sums 32 to 95 of a tile of 64}}
  %z = gqgpu.read_sums %r[%slot] tile 0 cols %c32 : !sums -> !gqgpu.fragment<64x64xi32, #gqgpu.mma>
  return
}

// -----

!sums = !gqgpu.ring<2, <64x1xi32>>
func.func @first_of_tile(%r: !sums, %slot: !gqgpu.slot, %i: index) {
  // expected-error@+1 {{expects no first column of a whole tile}}
  %z = gqgpu.read_sums %r[%slot] tile 0 cols %i : !sums -> tensor<64x64xi32>
  return
}
