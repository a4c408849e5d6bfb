// One test for every diagnostic: what kernels cannot count in 32 bits.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

// expected-error@+1 {{has in dimension 0 of argument 1 a size of 2147000000, kernels count up to 2146435072 in 32 bits}}
gqgpu.kernel @k(%a: memref<2146435072x8xf32>, %b: memref<2147000000x8xf32>) {
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x8xf32>) {
  // expected-error@+1 {{is 4294967296, kernels count up to 2146435072 in 32 bits}}
  %c = arith.constant 4294967296 : index
  %d = arith.constant -2146435072 : index
  %e = arith.constant 4294967296 : i64
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<?x8xf32>, %i: index) {
  // expected-error@+1 {{computes an index with 4294967424, kernels count up to 2146435072 in 32 bits}}
  %j = affine.apply affine_map<(d0) -> (d0 floordiv 4294967424)>(%i)
  // expected-error@+1 {{computes an index with 4294967296, kernels count up to 2146435072 in 32 bits}}
  %m = affine.min affine_map<(d0) -> (d0, 4294967296)>(%i)
  // expected-error@+1 {{computes an index with -4294967296, kernels count up to 2146435072 in 32 bits}}
  %n = affine.max affine_map<(d0) -> (d0 - 4294967296, 0)>(%i)
  gqgpu.return
}

// -----

gqgpu.kernel @k(%i: index) {
  // expected-error@+1 {{has steps of 1048577, kernels count up to 1048576 in 32 bits}}
  gqgpu.tile_loop (%t) to (%i) step [1048577] {
    gqgpu.yield
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%i: index) {
  // expected-error@+1 {{has a raster of 2147000000, kernels count up to 2146435072 in 32 bits}}
  gqgpu.tile_loop (%t, %u) to (%i, %i) step [8, 8] raster 2147000000 {
    gqgpu.yield
  }
  gqgpu.return
}

// -----

// The product of the tiles, each of which can be counted.
gqgpu.kernel @k(%i: index) {
  %m = arith.constant 2146435072 : index
  %one = arith.constant 1 : index
  // expected-error@+1 {{has a number of tiles of 4290774016, kernels count up to 2146435072 in 32 bits}}
  gqgpu.tile_loop (%t, %u) to (%m, %m) step [1048576, 1024] {
    gqgpu.yield
  }
  gqgpu.tile_loop (%t, %u) to (%m, %one) step [1, 128] {
    gqgpu.yield
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%i: index) {
  %c0 = arith.constant 0 : index
  %step = arith.constant 1048577 : index
  // expected-error@+1 {{has a step of 1048577, kernels count up to 1048576 in 32 bits}}
  scf.for %k = %c0 to %i step %step {
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%i: index, %x: memref<?x1xf32>) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %filled = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.copy_load %x[%i, %i] -> %r[%filled] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%filled] : !ring
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{has blocks of 4294967424, kernels count up to 2146435072 in 32 bits}}
  %s = gqgpu.read_scales %r[%slot] tile 1 rows %i block 4294967424 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.release %r[%slot] : !ring
  gqgpu.return
}

// -----

// Columns of scales that only the kernel knows are those of the tile.
!ring = !gqgpu.ring<2, <64x4xf32>>
gqgpu.kernel @k(%i: index, %x: memref<?x8xf32>) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  %filled = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.copy_load %x[%i, %c0] -> %r[%filled] tile 0 : memref<?x8xf32>, !ring
  gqgpu.commit %r[%filled] : !ring
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %three = affine.apply affine_map<(d0) -> (d0 mod 4)>(%i)
  %eight = affine.apply affine_map<(d0) -> (d0 mod 8)>(%i)
  %minus = affine.apply affine_map<(d0) -> (d0 mod 4 - 1)>(%i)
  %last = gqgpu.read_scales %r[%slot] tile 0 rows %c0 block 1 past %three : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects operand past between 0 and 2, the last column of the tile, got 0 to 3}}
  %a = gqgpu.read_scales %r[%slot] tile 0 rows %c0 block 1 column 1 past %three : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects operand past between 0 and 3, the last column of the tile, got 0 to 7}}
  %b = gqgpu.read_scales %r[%slot] tile 0 rows %c0 block 1 past %eight : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects operand past between 0 and 3, the last column of the tile, got -1 to 2}}
  %d = gqgpu.read_scales %r[%slot] tile 0 rows %c0 block 1 past %minus : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects operand past between 0 and 3, the last column of the tile, got a value without such bounds}}
  %e = gqgpu.read_scales %r[%slot] tile 0 rows %c0 block 1 past %i : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.release %r[%slot] : !ring
  gqgpu.return
}

// -----

// Of a cluster together.
gqgpu.kernel @k(%i: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  // expected-error@+1 {{has steps of 1048578, kernels count up to 1048576 in 32 bits}}
  gqgpu.tile_loop (%t) to (%i) step [524289] {
    gqgpu.yield
  }
  gqgpu.return
}
