// One test for every diagnostic of shared memory: places, staging, parking, and who
// takes part.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// Groups of warps cannot wait for all threads, nor reduce over them.
!f = !gqgpu.fragment<8x192xf32, #gqgpu.blocked<[8, 48], chunk = 4>>
!b = !gqgpu.fragment<8x192xf32, #gqgpu.blocked<[8, 48], chunk = 4>, block = [1, 192]>
gqgpu.kernel @absmax_in_a_role(%z: f32) attributes {threads = 384} {
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      %f = gqgpu.splat %z : f32 -> !f
      // expected-error@+1 {{needs all threads of the thread block, but only those of role "math" run it}}
      %a = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !b
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @barrier_in_a_role() attributes {threads = 384} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      gqgpu.barrier warp
    }
    // expected-note@+1 {{the role}}
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      // expected-error@+1 {{needs all threads of the thread block, but only those of role "fill" run it}}
      gqgpu.barrier block
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @clear_in_a_role() attributes {threads = 384} {
  %t = gqgpu.shared_alloc : !gqgpu.tile<1x4xf32>
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      // expected-error@+1 {{needs all threads of the thread block, but only those of role "math" run it}}
      gqgpu.clear %t : !gqgpu.tile<1x4xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

// expected-error@+1 {{expects bands of 4, 8 or 16 rows in a tile of rank 2 and one-byte elements, got 3}}
func.func private @bands(!gqgpu.tile<8x8xi8, band = 3>)

// -----

// expected-error@+1 {{expects bands of 4, 8 or 16 rows in a tile of rank 2 and one-byte elements, got 4}}
func.func private @bands_of_words(!gqgpu.tile<8x8xf32, band = 4>)

// -----

// expected-error@+1 {{expects tiles without bands in a ring, got '!gqgpu.tile<8x8xi8, band = 4>'}}
func.func private @bands_in_a_ring(!gqgpu.ring<2, <8x8xi8, band = 4>>)

// -----

func.func @clear_bytes(%t: !gqgpu.tile<1x4xi8>) {
  // expected-error@+1 {{expects a buffer of 4-byte elements, got '!gqgpu.tile<1x4xi8>'}}
  gqgpu.clear %t : !gqgpu.tile<1x4xi8>
  return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!g = !gqgpu.fragment<8x128xf16, #gqgpu.blocked<[8, 32], chunk = 4>>
func.func @park_result(%f: !f, %t: !gqgpu.tile<8x128xf32>) {
  // expected-error@+1 {{expects a result of the operand's type}}
  %p = gqgpu.park %f in %t : !f, !gqgpu.tile<8x128xf32> -> !gqgpu.parked<!g>
  return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 8]>
func.func @park_blocks(%f: !b, %t: !gqgpu.tile<8x128xf32>) {
  // expected-error@+1 {{expects an operand of 2- or 4-byte elements, each in one thread and without a block, got}}
  %p = gqgpu.park %f in %t : !b, !gqgpu.tile<8x128xf32> -> !gqgpu.parked<!b>
  return
}

// -----

!m = !gqgpu.fragment<64x1xf32, #gqgpu.mma>
func.func @park_scales(%f: !m, %t: !gqgpu.tile<64x1xf32>) {
  // expected-error@+1 {{expects an operand of 2- or 4-byte elements, each in one thread and without a block, got '!gqgpu.fragment<64x1xf32, #gqgpu.mma>'}}
  %p = gqgpu.park %f in %t : !m, !gqgpu.tile<64x1xf32> -> !gqgpu.parked<!m>
  return
}

// -----

!f = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 32], chunk = 4, cluster = 2>>
func.func @park_place(%f: !f, %t: !gqgpu.tile<16x128xf32>) {
  // expected-error@+1 {{expects a buffer of 8x128x'f32', the elements of one thread block, got '!gqgpu.tile<16x128xf32>'}}
  %p = gqgpu.park %f in %t : !f, !gqgpu.tile<16x128xf32> -> !gqgpu.parked<!f>
  return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!g = !gqgpu.fragment<8x128xf16, #gqgpu.blocked<[8, 32], chunk = 4>>
func.func @unpark_result(%p: !gqgpu.parked<!f>) {
  // expected-error@+1 {{expects a result of type}}
  %g = gqgpu.unpark %p : !gqgpu.parked<!f> -> !g
  return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 8]>
func.func @stage_element_type(%f: !b, %t: !gqgpu.tile<8x16xf16>) {
  // expected-error@+1 {{expects a buffer of element type 'f32' as operand value, got 'f16'}}
  gqgpu.stage %f into %t : !b, !gqgpu.tile<8x16xf16>
  return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 8]>
func.func @stage_grid(%f: !b, %t: !gqgpu.tile<8x16xf32>) {
  // expected-error@+1 {{expects a buffer of 16x8, one element for each block, got '!gqgpu.tile<8x16xf32>'}}
  gqgpu.stage %f into %t {transposed} : !b, !gqgpu.tile<8x16xf32>
  return
}

// -----

!b = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 32], chunk = 4, cluster = 2>, block = [1, 8]>
func.func @stage_cluster(%f: !b, %t: !gqgpu.tile<16x16xf32>) {
  // expected-error@+1 {{expects a layout of 1 thread block, got a cluster of 2}}
  gqgpu.stage %f into %t : !b, !gqgpu.tile<16x16xf32>
  return
}

// -----

!q = !gqgpu.fragment<8x128xi8, #gqgpu.blocked<[8, 32], chunk = 4>>
func.func @stage_transposed_codes(%f: !q, %t: !gqgpu.tile<8x128xi8, band = 8>) {
  // expected-error@+1 {{expects a fragment with a block when transposed, got}}
  gqgpu.stage %f into %t {transposed} : !q, !gqgpu.tile<8x128xi8, band = 8>
  return
}

// -----

!q = !gqgpu.fragment<8x128xi8, #gqgpu.blocked<[8, 32], chunk = 4>>
func.func @stage_codes(%f: !q, %t: !gqgpu.tile<8x128xi8>) {
  // expected-error@+1 {{expects one-byte codes, and a buffer of 8x128 with bands, got}}
  gqgpu.stage %f into %t : !q, !gqgpu.tile<8x128xi8>
  return
}

// -----

!q = !gqgpu.fragment<8x128xi8, #gqgpu.blocked<[8, 32], chunk = 4>>
func.func @stage_column(%f: !q, %t: !gqgpu.tile<8x128xi8, band = 8>) {
  // expected-error@+1 {{expects column 0 of what is no product, got 8}}
  gqgpu.stage %f into %t column 8 : !q, !gqgpu.tile<8x128xi8, band = 8>
  return
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
func.func @stage_product(%f: !acc, %t: !gqgpu.tile<4x16x32xf32>) {
  // expected-error@+1 {{expects a swizzled buffer of warps x 16 x columns of 2- or 4-byte floats, got '!gqgpu.tile<4x16x32xf32>'}}
  gqgpu.stage %f into %t : !acc, !gqgpu.tile<4x16x32xf32>
  return
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!t = !gqgpu.tile<4x16x32xf32, swizzle = 128>
func.func @stage_columns(%f: !acc, %t: !t) {
  // expected-error@+1 {{expects columns from a multiple of 8 within the fragment's 64, got 40 to 72}}
  gqgpu.stage %f into %t column 40 : !acc, !t
  return
}

// -----

func.func @store_rank(%t: !gqgpu.tile<8x16xf32>, %d: memref<?xf32>, %i: index) {
  // expected-error@+1 {{expects operand dest of rank 2, got rank 1}}
  gqgpu.store_shared %t, %d[%i] : !gqgpu.tile<8x16xf32>, memref<?xf32>
  return
}

// -----

func.func @store_indices(%t: !gqgpu.tile<8x16xf32>, %d: memref<?x?xf32>, %i: index) {
  // expected-error@+1 {{expects 2 indices for operand dest of rank 2, got 1}}
  gqgpu.store_shared %t, %d[%i] : !gqgpu.tile<8x16xf32>, memref<?x?xf32>
  return
}

// -----

func.func @store_element_type(%t: !gqgpu.tile<8x16xf32>, %d: memref<?x?xi32>, %i: index) {
  // expected-error@+1 {{expects a buffer of element type 'i32' as operand dest, got 'f32'}}
  gqgpu.store_shared %t, %d[%i, %i] : !gqgpu.tile<8x16xf32>, memref<?x?xi32>
  return
}

// -----

func.func @store_swizzled(%t: !gqgpu.tile<8x32xf32, swizzle = 128>, %d: memref<?x?xf32>, %i: index) {
  // expected-error@+1 {{expects a buffer of rank 2 without swizzle, got}}
  gqgpu.store_shared %t, %d[%i, %i] : !gqgpu.tile<8x32xf32, swizzle = 128>, memref<?x?xf32>
  return
}

// -----

func.func @store_bands(%t: !gqgpu.tile<8x16xi8, band = 8>, %d: memref<?x?xi8>, %i: index) {
  // expected-error@+1 {{expects transposed for a buffer with bands, got}}
  gqgpu.store_shared %t, %d[%i, %i] : !gqgpu.tile<8x16xi8, band = 8>, memref<?x?xi8>
  return
}

// -----

func.func @store_transposed(%t: !gqgpu.tile<8x16xi8>, %d: memref<?x?xi8>, %i: index) {
  // expected-error@+1 {{expects a buffer with bands when transposed, got}}
  gqgpu.store_shared %t, %d[%i, %i] {transposed} : !gqgpu.tile<8x16xi8>, memref<?x?xi8>
  return
}

// -----

func.func @store_shared_aligned(%t: !gqgpu.tile<8x16xi8, band = 8>, %d: memref<?x?xi8>) {
  %c4 = arith.constant 4 : index
  // expected-error@+1 {{expects a last index that is a multiple of 8 as aligned says, got 4}}
  gqgpu.store_shared %t, %d[%c4, %c4] {aligned = 8 : i64, transposed} : !gqgpu.tile<8x16xi8, band = 8>, memref<?x?xi8>
  return
}

// -----

func.func @tma_store(%t: !gqgpu.tile<8x16xf32>, %d: memref<?x?xf32>, %i: index) {
  // expected-error@+1 {{expects a swizzled buffer of warps x 16 x columns of 2- or 4-byte floats, got}}
  gqgpu.tma_store %t, %d[%i, %i] : !gqgpu.tile<8x16xf32>, memref<?x?xf32>
  return
}

// -----

gqgpu.kernel @no_offset() attributes {shared_memory = 64} {
  // expected-error@+1 {{has no offset, in a kernel that says how much shared memory it has}}
  %t = gqgpu.shared_alloc : !gqgpu.tile<1x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @unaligned() attributes {shared_memory = 64} {
  // expected-error@+1 {{expects an offset that is a multiple of 16, got 8}}
  %t = gqgpu.shared_alloc at 8 : !gqgpu.tile<1x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @negative() attributes {shared_memory = 64} {
  // expected-error@+1 {{expects an offset that is a multiple of 16, got -16}}
  %t = gqgpu.shared_alloc at -16 : !gqgpu.tile<1x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @past_the_end() attributes {shared_memory = 64} {
  // expected-error@+1 {{ends at byte 80 of the kernel's 64 bytes of shared memory}}
  %t = gqgpu.shared_alloc at 64 : !gqgpu.tile<1x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @far_past_the_end() attributes {shared_memory = 64} {
  // expected-error@+1 {{ends at byte 1152921504606846992 of the kernel's 64 bytes of shared memory}}
  %t = gqgpu.shared_alloc at 9223372036854775792 : !gqgpu.tile<1x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @overlap() attributes {shared_memory = 4096} {
  // expected-note@+1 {{by what has bytes 0 to 1056}}
  %r = gqgpu.ring_create at 0 : !gqgpu.ring<2, <8x64xi8>>
  // expected-error@+1 {{has bytes 1040 to 1056 of shared memory, some of which are taken}}
  %t = gqgpu.shared_alloc at 1040 : !gqgpu.tile<1x4xf32>
  gqgpu.return
}
