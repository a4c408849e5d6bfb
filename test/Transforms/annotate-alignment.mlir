// RUN: gq-opt %s --gq-annotate-alignment --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-annotate-alignment --split-input-file --remarks-filter=gq-annotate-alignment -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

#id = affine_map<(r, c) -> (r, c)>
#col = affine_map<(r, c) -> (c)>
#row = affine_map<(r, c) -> (r)>
#layout = #gqgpu.blocked<[8, 32], chunk = 16>
!f = !gqgpu.fragment<8x512xf32, #layout>
!s = !gqgpu.fragment<8x512xf32, #layout, block = [1, 128]>
!q = !gqgpu.fragment<8x512xi8, #layout>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

// Tiles start at multiples of chunks. A transposed store from shared memory moves a
// band of 8 rows, so its last index counts those. What moves by elements in any case
// is left alone: scales, vectors along the rows, accumulators, and codes that
// gq-stage-stores has still to turn.
// CHECK-LABEL: gqgpu.kernel @tiles
// CHECK: load_fragment %{{.*}} {aligned = 16 : i64} : memref<?x?xf32>
// CHECK-NEXT: load_fragment %{{.*}} map #{{.*}} {aligned = 16 : i64} : memref<?xf32>
// CHECK-NEXT: load_fragment %{{.*}} map #{{[a-z0-9]*}} : memref<?xf32>
// CHECK: store_fragment {{.*}} {aligned = 16 : i64} : {{.*}}512xi8
// CHECK-NEXT: store_fragment {{.*}} {transposed} : {{.*}}512xi8
// CHECK-NEXT: store_shared {{.*}} {aligned = 8 : i64, transposed} : {{.*}}512xi8
// CHECK-NEXT: store_shared %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : <8x4xf32>
// CHECK-NEXT: store_fragment %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : {{.*}}block = [1, 128]
// CHECK-NEXT: store_fragment %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : {{.*}}#gqgpu.mma
gqgpu.kernel @tiles(%x: memref<?x?xf32>, %v: memref<?xf32>, %q: memref<?x?xi8>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i8
  %one = arith.constant 1.0 : f32
  %m = memref.dim %x, %c0 : memref<?x?xf32>
  %codes = gqgpu.splat %zero : i8 -> !q
  %scales = gqgpu.splat %one : f32 -> !s
  %acc = gqgpu.splat %one : f32 -> !acc
  %bands = gqgpu.shared_alloc : !gqgpu.tile<8x512xi8, band = 8>
  %rows = gqgpu.shared_alloc : !gqgpu.tile<8x4xf32>
  gqgpu.tile_loop (%i, %j) to (%m, %m) step [8, 512] {
    %a = gqgpu.load_fragment %x[%i, %j] map #id : memref<?x?xf32> -> !f
    %b = gqgpu.load_fragment %v[%j] map #col : memref<?xf32> -> !f
    %c = gqgpu.load_fragment %v[%i] map #row : memref<?xf32> -> !f
    gqgpu.store_fragment %codes, %q[%i, %j] : !q, memref<?x?xi8>
    gqgpu.store_fragment %codes, %q[%j, %i] {transposed} : !q, memref<?x?xi8>
    gqgpu.store_shared %bands, %q[%j, %i] {transposed} : !gqgpu.tile<8x512xi8, band = 8>, memref<?x?xi8>
    gqgpu.store_shared %rows, %x[%i, %j] : !gqgpu.tile<8x4xf32>, memref<?x?xf32>
    gqgpu.store_fragment %scales, %x[%i, %j] : !s, memref<?x?xf32>
    gqgpu.store_fragment %acc, %x[%i, %j] : !acc, memref<?x?xf32>
  }
  gqgpu.return
}

// -----

// What a person wrote stays. Where chunks do not move at once, a remark says why:
// nothing is known of the index, not enough is said, or rows end within a chunk.
#id = affine_map<(r, c) -> (r, c)>
!f = !gqgpu.fragment<8x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>>
// CHECK-LABEL: gqgpu.kernel @reasons
// CHECK: load_fragment %{{.*}} map #{{[a-z0-9]*}} : memref<?x?xf32>
// CHECK: load_fragment %{{.*}} {aligned = 32 : i64} : memref<?x?xf32>
// CHECK: load_fragment %{{.*}} {aligned = 2 : i64} : memref<?x?xf32>
// CHECK: load_fragment %{{.*}} {aligned = 16 : i64} : memref<?x514xf32>
gqgpu.kernel @reasons(%x: memref<?x?xf32>, %y: memref<?x514xf32>, %q: memref<?x?xi8>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?x?xf32>
  // REMARK: [[#@LINE+1]]:{{[0-9]+}}: remark: [Missed] elements | Category:gq-annotate-alignment {{.*}}load_fragment moves one element at a time: its last index is not known to be a multiple of 16, only of 1
  %a = gqgpu.load_fragment %x[%c0, %n] map #id : memref<?x?xf32> -> !f
  %b = gqgpu.load_fragment %x[%c0, %n] map #id {aligned = 32 : i64} : memref<?x?xf32> -> !f
  // REMARK: [[#@LINE+1]]:{{[0-9]+}}: remark: {{.*}}its last index is not known to be a multiple of 16, only of 2
  %c = gqgpu.load_fragment %x[%c0, %n] map #id {aligned = 2 : i64} : memref<?x?xf32> -> !f
  // REMARK: [[#@LINE+1]]:{{[0-9]+}}: remark: {{.*}}load_fragment moves one element at a time: rows of 514 elements are no multiple of 4
  %d = gqgpu.load_fragment %y[%c0, %c0] map #id : memref<?x514xf32> -> !f
  %bands = gqgpu.shared_alloc : !gqgpu.tile<512x32xi8, band = 16>
  // REMARK: [[#@LINE+1]]:{{[0-9]+}}: remark: {{.*}}store_shared moves one element at a time: its last index is not known to be a multiple of 16, only of 1
  gqgpu.store_shared %bands, %q[%c0, %n] {transposed} : !gqgpu.tile<512x32xi8, band = 16>, memref<?x?xi8>
  gqgpu.return
}

// -----

// Copies of small elements: four, or two, that start at a word. Of one element to a row,
// or of four bytes each, there is nothing to prove.
// CHECK-LABEL: gqgpu.kernel @copies
// CHECK: copy_load {{.*}} tile 0 {aligned = 4 : i64}
// CHECK: copy_load {{.*}} tile 1 {aligned = 2 : i64}
// CHECK: copy_load {{.*}} tile 2 : memref<?x?xf8E8M0FNU>
// CHECK: copy_load {{.*}} tile 3 : memref<?x?xf32>
// CHECK: copy_load {{.*}} tile 4 : memref<?x?xf8E8M0FNU>
// CHECK: copy_load {{.*}} tile 5 {aligned = 4 : i64} : memref<?x18xf8E8M0FNU>
// REMARK: Remark="copy_load moves one element at a time: its last index is not known to be a multiple of 4, only of 2"
// REMARK: Remark="copy_load moves one element at a time: rows of 18 elements are no multiple of 4"
// REMARK-NOT: Remark="copy_load
!ring = !gqgpu.ring<2, <64x4xf8E8M0FNU>, <64x2xbf16>, <64x1xf8E8M0FNU>, <64x4xf32>, <64x4xf8E8M0FNU>, <64x4xf8E8M0FNU>>
gqgpu.kernel @copies(%s: memref<?x?xf8E8M0FNU>, %t: memref<?x?xbf16>, %u: memref<?x?xf32>, %o: memref<?x18xf8E8M0FNU>, %n: index) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  scf.for %k = %c0 to %n step %c128 {
    %i = affine.apply affine_map<(d) -> (d floordiv 32)>(%k)
    %j = affine.apply affine_map<(d) -> (d floordiv 64)>(%k)
    gqgpu.copy_load %s[%c0, %i] -> %r[%slot] tile 0 : memref<?x?xf8E8M0FNU>, !ring
    gqgpu.copy_load %t[%c0, %j] -> %r[%slot] tile 1 : memref<?x?xbf16>, !ring
    gqgpu.copy_load %s[%c0, %i] -> %r[%slot] tile 2 : memref<?x?xf8E8M0FNU>, !ring
    gqgpu.copy_load %u[%c0, %i] -> %r[%slot] tile 3 : memref<?x?xf32>, !ring
    gqgpu.copy_load %s[%c0, %j] -> %r[%slot] tile 4 : memref<?x?xf8E8M0FNU>, !ring
    gqgpu.copy_load %o[%c0, %i] -> %r[%slot] tile 5 : memref<?x18xf8E8M0FNU>, !ring
  }
  gqgpu.return
}

// -----

// Elements of four bits: what has no lowering is no crash here.
// CHECK-LABEL: gqgpu.kernel @four_bits
// CHECK: gqgpu.load_fragment
!half = !gqgpu.fragment<8x128xf4E2M1FN, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @four_bits(%x: memref<8x128xf4E2M1FN>, %d: memref<8x128xf4E2M1FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<8x128xf4E2M1FN> -> !half
  gqgpu.store_fragment %f, %d[%c0, %c0] : !half, memref<8x128xf4E2M1FN>
  gqgpu.return
}
