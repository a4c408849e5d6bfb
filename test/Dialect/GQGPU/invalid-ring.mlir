// One test for every diagnostic: fills and reads of ring slots.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %v: memref<?xf32>) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile between 0 and 1 of the ring, got 2}}
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 2 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %v: memref<?xf32>) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile between 0 and 1 of the ring, got -1}}
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile -1 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %v: memref<?xf32>) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects 2 indices for operand source of rank 2, got 1}}
  gqgpu.tma_load %a[%i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %v: memref<?xf32>) {
  %r = gqgpu.ring_create bytes 256 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile of rank 1 as operand source, got rank 2}}
  gqgpu.tma_load %v[%i] -> %r[%slot] tile 1 : memref<?xf32>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %v: memref<?xf32>) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile of element type 'f32' as operand source, got 'f8E4M3FN'}}
  gqgpu.tma_load %s[%i, %i] -> %r[%slot] tile 0 : memref<?x1xf32>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %v: memref<?xf32>) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile between 0 and 1 of the ring, got 3}}
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 3 : memref<?x1xf32>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf64>>
gqgpu.kernel @k(%s: memref<?x1xf64>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects elements of 1, 2 or 4 bytes, got 'f64'}}
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 0 : memref<?x1xf64>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf8E8M0FNU>>
gqgpu.kernel @k(%s: memref<?x8xf8E8M0FNU>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a positive aligned, got 0}}
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 0 {aligned = 0 : i64} : memref<?x8xf8E8M0FNU>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf8E8M0FNU>>
gqgpu.kernel @k(%s: memref<?x8xf8E8M0FNU>, %i: index) {
  %c2 = arith.constant 2 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a last index that is a multiple of 4 as aligned says, got 2}}
  gqgpu.copy_load %s[%i, %c2] -> %r[%slot] tile 0 {aligned = 4 : i64} : memref<?x8xf8E8M0FNU>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @k(%s: memref<?x1xf32>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{has past_end, expects a tile with a swizzle, one of several of a step of K, got '!gqgpu.tile<64x1xf32>'}}
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 0 {past_end} : memref<?x1xf32>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x4xf32>>
gqgpu.kernel @k(%a: memref<?x128xf32>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{has past_end, expects a tile with a swizzle, one of several of a step of K, got}}
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 {past_end} : memref<?x128xf32>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @k(%s: memref<?x1xf32>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects evict normal, got last}}
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 0 {evict = #gqgpu.evict<last>} : memref<?x1xf32>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %v: memref<?xf32>) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a tile between 0 and 1 of the ring, got 9}}
  %t = gqgpu.slot_read %r[%slot] tile 9 : !ring -> tensor<64x1xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %v: memref<?xf32>) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a result of the tile's shape and element type, got 'tensor<32x1xf32>' for '!gqgpu.tile<64x1xf32>'}}
  %t = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<32x1xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %v: memref<?xf32>) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a result of the tile's shape and element type, got 'tensor<64x1xf16>'}}
  %t = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x1xf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects between 0 and 1048575 bytes, got -1}}
  %r = gqgpu.ring_create bytes -1 : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects between 0 and 1048575 bytes, got 1048576}}
  %r = gqgpu.ring_create bytes 1048576 : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects filled_by and consumed_by together}}
  %r = "gqgpu.ring_create"() <{filled_by = ["tma"], full_arrivals = 1 : i64}> : () -> !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects filled_by and its arrivals together}}
  %r = "gqgpu.ring_create"() <{filled_by = ["tma"], consumed_by = ["math"], empty_arrivals = 4 : i64}> : () -> !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects consumed_by and its arrivals together}}
  %r = "gqgpu.ring_create"() <{filled_by = ["tma"], full_arrivals = 1 : i64, empty_arrivals = 4 : i64}> : () -> !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects at least one role in filled_by}}
  %r = gqgpu.ring_create filled_by [] arrivals 1 consumed_by ["math"] arrivals 4 : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{names role "tma" twice in filled_by}}
  %r = gqgpu.ring_create filled_by ["tma", "tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects between 1 and 1048575 arrivals of filled_by, got 0}}
  %r = gqgpu.ring_create filled_by ["tma"] arrivals 0 consumed_by ["math"] arrivals 4 : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects between 1 and 1048575 arrivals of consumed_by, got 1048576}}
  %r = gqgpu.ring_create filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 1048576 : !gqgpu.ring<2, <64x1xf32>>
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects a stage that is not negative, got -1}}
  %c = gqgpu.cursor {stage = -1 : i64} : !gqgpu.cursor
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects parity 0 or 1, got 2}}
  %c = gqgpu.cursor {parity = 2 : i64} : !gqgpu.cursor
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @k() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  // expected-error@+1 {{expects in_cluster beside consumed_by}}
  %r = gqgpu.ring_create in_cluster [2, 1] : !ring
  gqgpu.return
}

// -----

// The thread blocks of this cluster share a tile.
!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @k() attributes {cluster = 2 : i64} {
  // expected-error@+1 {{has in_cluster, expects a kernel whose thread blocks have tiles of their own (cluster_tiles)}}
  %r = gqgpu.ring_create filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 in_cluster [8, 4] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @k() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  // expected-error@+1 {{expects in_cluster for 2 thread blocks, got 3}}
  %r = gqgpu.ring_create filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 in_cluster [8, 4, 4] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @k() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  // expected-error@+1 {{expects between 4 and 1048575 arrivals of in_cluster, got 3 in thread block 1}}
  %r = gqgpu.ring_create filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 in_cluster [8, 3] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @k() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  // expected-error@+1 {{expects between 4 and 1048575 arrivals of in_cluster, got 1048576 in thread block 0}}
  %r = gqgpu.ring_create filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 in_cluster [1048576, 4] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x16xf32>>
gqgpu.kernel @k(%s: memref<?x16xf32>, %i: index) attributes {cluster = 1 : i64} {
  %r = gqgpu.ring_create bytes 4096 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{has multicast, expects a kernel whose thread blocks have tiles of their own (cluster_tiles)}}
  gqgpu.tma_load %s[%i, %i] -> %r[%slot] tile 0 {multicast = 0 : i64} : memref<?x16xf32>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x16xf32>>
gqgpu.kernel @k(%s: memref<?x16xf32>, %i: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  %r = gqgpu.ring_create bytes 4096 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects multicast of thread blocks from 0 to 1, got 2}}
  gqgpu.tma_load %s[%i, %i] -> %r[%slot] tile 0 {multicast = 2 : i64} : memref<?x16xf32>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x16xf32>>
gqgpu.kernel @k(%s: memref<?x16xf32>, %i: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  %r = gqgpu.ring_create bytes 4096 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects multicast of thread blocks from 0 to 1, got -1}}
  gqgpu.tma_load %s[%i, %i] -> %r[%slot] tile 0 {multicast = -1 : i64} : memref<?x16xf32>, !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x16xf32>>
gqgpu.kernel @k() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  %r = gqgpu.ring_create bytes 4096 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects peers of at least 1 thread block}}
  gqgpu.release %r[%slot] peers [] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x16xf32>>
gqgpu.kernel @k() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  %r = gqgpu.ring_create bytes 4096 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects peers in order, got 0 after 1}}
  gqgpu.release %r[%slot] peers [1, 0] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x16xf32>>
gqgpu.kernel @k() attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>} {
  %r = gqgpu.ring_create bytes 4096 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects peers of thread blocks from 0 to 1, got 2}}
  gqgpu.release %r[%slot] peers [0, 2] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x16xf32>>
gqgpu.kernel @k() attributes {cluster = 2 : i64} {
  %r = gqgpu.ring_create bytes 4096 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{has peers, expects a kernel whose thread blocks have tiles of their own (cluster_tiles)}}
  gqgpu.release %r[%slot] peers [0] : !ring
  gqgpu.return
}

// -----

!order = !gqgpu.ring<1>
gqgpu.kernel @k() {
  // expected-error@+1 {{expects 0 bytes of a ring without tiles, got 16}}
  %r = gqgpu.ring_create bytes 16 : !order
  gqgpu.return
}

// -----

!order = !gqgpu.ring<1>
gqgpu.kernel @k(%s: memref<8x8xf32>, %i: index) {
  %r = gqgpu.ring_create : !order
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !order -> !gqgpu.slot
  // expected-error@+1 {{expects a ring whose slots have tiles, got '!gqgpu.ring<1>'}}
  gqgpu.tma_load %s[%i, %i] -> %r[%slot] tile 0 : memref<8x8xf32>, !order
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k() attributes {threads = 256 : i64} {
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      // expected-error@+1 {{expects between 0 and 1048575 bytes, got -16}}
      %slot = gqgpu.acquire %r[%c] bytes -16 : !ring -> !gqgpu.slot
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @k() attributes {threads = 256 : i64} {
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma", "copy"] arrivals 33 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      // expected-error@+1 {{has bytes, expects to be in a role of kind tma}}
      %slot = gqgpu.acquire %r[%c] bytes 16 : !ring -> !gqgpu.slot
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @k(%a: memref<?x128xf8E4M3FN>, %i: index) {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects an l2_promotion of 64, 128 or 256 bytes, got 512}}
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 {l2_promotion = 512 : i64} : memref<?x128xf8E4M3FN>, !ring
  gqgpu.return
}
