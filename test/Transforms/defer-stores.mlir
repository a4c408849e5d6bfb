// RUN: gq-opt %s --gq-defer-stores -o %t
// RUN: FileCheck %s --input-file=%t
// RUN: FileCheck %s --check-prefix=TOGETHER --input-file=%t
// RUN: gq-opt %s --gq-defer-stores --remarks-filter=gq-defer-stores -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK-DAG: [Passed] defer | Category:gq-defer-stores | Remark="each tile is stored under the first product of the next one"
// REMARK-DAG: [Missed] defer {{.*}}"a tile is stored before the next one begins: their K loop is not known to have a first step"
// REMARK-DAG: [Missed] defer {{.*}}: it needs a result of the K loop that is no sum which starts at zero or at what is loaded for it alone"
// REMARK-DAG: [Missed] defer {{.*}}: it is not in the body of a tile loop"
// REMARK-DAG: [Missed] defer {{.*}}: they have no K loop whose body starts products"
// REMARK-DAG: [Missed] defer {{.*}}: they have more than one K loop"
// REMARK-DAG: [Missed] defer {{.*}}: gqgpu.store_fragment is among it"
// REMARK-DAG: [Missed] defer {{.*}}: it needs a value that tiles hand on"
// REMARK-DAG: [Missed] defer {{.*}}: it needs a result of gqgpu.load_fragment"
// REMARK-DAG: [Missed] defer {{.*}}: what is stored needs no sum of the K loop"

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>>
!max = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!one = !gqgpu.fragment<1x1xf32, #gqgpu.mma<permuted = 32>>
!out = !gqgpu.fragment<64x64xbf16, #gqgpu.mma<permuted = 32>>
#product = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32, permuted = 32>

// The loop over tiles carries the sums, where they go, and whether there are any.
// CHECK-LABEL: gqgpu.kernel @defer
// CHECK: %[[AFTER:.*]]:5 = gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to {{.*}} iter_args(%[[C:.*]] = %{{.*}}, %[[SUM:.*]] = %{{.*}}, %[[LI:.*]] = %c0{{[_0-9]*}}, %[[LJ:.*]] = %c0{{[_0-9]*}}, %[[ANY:.*]] = %false)
// The first step: what is left of the last tile, under its product. Adding to -0
// is not adding.
// CHECK: %[[NONE:.*]] = arith.constant -0.000000e+00 : f32
// CHECK: %[[START:.*]] = gqgpu.splat %[[NONE]]
// CHECK: %[[S0:.*]] = gqgpu.wait
// CHECK-NEXT: %[[P:.*]] = gqgpu.mma_async
// CHECK-NEXT: scf.if %[[ANY]] {
// CHECK-NEXT:   %[[ROW:.*]] = arith.addi %[[LI]], %{{.*}} : index
// CHECK-NEXT:   %[[BIAS:.*]] = gqgpu.load_fragment %{{.*}}[%[[LJ]]]
// CHECK-NEXT:   %[[D:.*]] = gqgpu.elementwise(%[[SUM]], %[[BIAS]])
// CHECK:        gqgpu.store_fragment %[[D]], %{{.*}}[%[[ROW]], %[[LJ]]] {path = #gqgpu.path<copy>}
// CHECK-NEXT: }
// CHECK-NEXT: %[[W:.*]] = gqgpu.mma_wait %[[P]]
// CHECK-NEXT: gqgpu.release %{{.*}}[%[[S0]]]
// CHECK-NEXT: %[[FIRST:.*]] = gqgpu.promote %[[W]], {{.*}} into %[[START]]
// CHECK-NEXT: %[[C1:.*]] = gqgpu.advance %{{.*}}[%[[C]]]
// Then the others.
// CHECK: %[[SECOND:.*]] = arith.addi
// CHECK: %[[K:.*]]:2 = scf.for %{{.*}} = %[[SECOND]] to %{{.*}} iter_args(%{{.*}} = %[[FIRST]], %{{.*}} = %[[C1]])
// CHECK: gqgpu.promote
// CHECK: scf.yield
// CHECK-NOT: gqgpu.store_fragment
// CHECK: gqgpu.yield %[[K]]#1, %[[K]]#0, %[[I]], %[[J]], %true
// And the last tile.
// CHECK: scf.if %[[AFTER]]#4 {
// CHECK-NEXT:   %[[ROW:.*]] = arith.addi %[[AFTER]]#2
// CHECK-NEXT:   gqgpu.load_fragment %{{.*}}[%[[AFTER]]#3]
// CHECK-NEXT:   gqgpu.elementwise(%[[AFTER]]#1
// CHECK:        gqgpu.store_fragment %{{.*}}[%[[ROW]], %[[AFTER]]#3] {path = #gqgpu.path<copy>}
// CHECK: gqgpu.return
gqgpu.kernel @defer(%d: memref<256x128xbf16>, %bias: memref<128xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  %scale = gqgpu.splat %zero : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end = gqgpu.tile_loop (%i, %j) to (%c256, %c128) step [64, 64] persistent iter_args(%c = %start) -> (!gqgpu.cursor) {
    %row = arith.addi %i, %n : index
    %init = gqgpu.splat %zero : f32 -> !acc
    %k:2 = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init, %at = %c) -> (!acc, !gqgpu.cursor) {
      %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      gqgpu.release %r[%slot] : !ring
      %s = gqgpu.promote %w, %scale, %scale into %sum : !one, !one, !acc
      %next = gqgpu.advance %r[%at] : !ring, !gqgpu.cursor
      scf.yield %s, %next : !acc, !gqgpu.cursor
    }
    %b = gqgpu.load_fragment %bias[%j] map affine_map<(r, c) -> (c)> : memref<128xf32> -> !acc
    %out = gqgpu.elementwise(%k#0, %b) {
    ^bb0(%x: f32, %y: f32):
      %sum = arith.addf %x, %y : f32
      %half = arith.truncf %sum : f32 to bf16
      gqgpu.yield %half : bf16
    } : (!acc, !acc) -> !out
    gqgpu.store_fragment %out, %d[%row, %j] {path = #gqgpu.path<copy>, deferred} : !out, memref<256x128xbf16>
    gqgpu.yield %k#1 : !gqgpu.cursor
  }
  gqgpu.return
}

// Sums of what is there already: loaded behind the stores of the last tile, into the
// registers of its sums, and added to. The first step is a promotion like any other.
// CHECK-LABEL: gqgpu.kernel @adds
// CHECK: %[[AFTER:.*]]:3 = gqgpu.tile_loop (%[[I:.*]]) to {{.*}} iter_args(%[[SUM:.*]] = %{{.*}}, %[[LI:.*]] = %c0{{[_0-9]*}}, %[[ANY:.*]] = %false)
// CHECK-NOT: gqgpu.load_fragment
// CHECK: %[[P:.*]] = gqgpu.mma_async
// CHECK-NEXT: scf.if %[[ANY]] {
// CHECK-NEXT:   gqgpu.store_fragment %[[SUM]], %{{.*}}[%[[LI]], %{{.*}}]
// CHECK-NEXT: }
// CHECK-NEXT: %[[THERE:.*]] = gqgpu.load_fragment %{{.*}}[%[[I]], %{{.*}}] {{.*}} {coherent}
// CHECK-NEXT: %[[W:.*]] = gqgpu.mma_wait %[[P]]
// CHECK-NEXT: %[[FIRST:.*]] = gqgpu.promote %[[W]], {{.*}} into %[[THERE]]
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[FIRST]])
// CHECK: scf.if %[[AFTER]]#2 {
// CHECK-NEXT:   gqgpu.store_fragment %[[AFTER]]#0, %{{.*}}[%[[AFTER]]#1, %{{.*}}]
gqgpu.kernel @adds(%d: memref<256x64xf32>, %n: index, %scale: f32) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %one = gqgpu.splat %scale : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %there = gqgpu.load_fragment %d[%i, %c0] map affine_map<(r, c) -> (r, c)> {coherent} : memref<256x64xf32> -> !acc
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %there) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s : !acc
    }
    gqgpu.store_fragment %k, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  gqgpu.return
}

// Of two sums each is loaded as soon as its own has been stored; what a store reads is
// made for it alone.
// CHECK-LABEL: gqgpu.kernel @slabs
// CHECK: gqgpu.tile_loop (%[[I:.*]]) to {{.*}} iter_args(%[[S0:.*]] = %{{.*}}, %[[S1:.*]] = %{{.*}}, %[[LI:.*]] = %c0{{[_0-9]*}}, %[[ANY:.*]] = %false)
// CHECK: gqgpu.mma_async
// CHECK-NEXT: scf.if %[[ANY]] {
// CHECK-NEXT:   gqgpu.store_fragment %[[S0]], %{{.*}}[%[[LI]], %{{.*}}]
// CHECK-NEXT: }
// CHECK-NEXT: %[[T0:.*]] = gqgpu.load_fragment %{{.*}}[%[[I]],
// CHECK-NEXT: scf.if %[[ANY]] {
// CHECK-NEXT:   %[[ROW:.*]] = arith.addi %[[LI]]
// CHECK-NEXT:   gqgpu.store_fragment %[[S1]], %{{.*}}[%[[ROW]], %{{.*}}]
// CHECK-NEXT: }
// CHECK-NEXT: %[[T1:.*]] = gqgpu.load_fragment
// CHECK-NEXT: gqgpu.barrier warp
// CHECK-NEXT: gqgpu.mma_wait
// CHECK-NEXT: gqgpu.promote {{.*}} into %[[T0]]
// CHECK: gqgpu.promote {{.*}} into %[[T1]]
// CHECK: gqgpu.return
gqgpu.kernel @slabs(%d: memref<256x64xf32>, %n: index, %scale: f32) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %one = gqgpu.splat %scale : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  gqgpu.tile_loop (%i) to (%n) step [128] {
    %row = arith.addi %i, %c64 : index
    %t0 = gqgpu.load_fragment %d[%i, %c0] map affine_map<(r, c) -> (r, c)> {coherent} : memref<256x64xf32> -> !acc
    %t1 = gqgpu.load_fragment %d[%row, %c0] map affine_map<(r, c) -> (r, c)> {coherent} : memref<256x64xf32> -> !acc
    %k:2 = scf.for %step = %c0 to %c512 step %c128 iter_args(%a = %t0, %b = %t1) -> (!acc, !acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %a : !one, !one, !acc
      %p1 = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w1 = gqgpu.mma_wait %p1 : !acc
      %s1 = gqgpu.promote %w1, %one, %one into %b : !one, !one, !acc
      scf.yield %s, %s1 : !acc, !acc
    }
    gqgpu.store_fragment %k#0, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
    gqgpu.store_fragment %k#1, %d[%row, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  gqgpu.return
}

// An epilogue that reduces is long: each sum is stored under its own product.
// CHECK-LABEL: gqgpu.kernel @quantizes
// CHECK: gqgpu.tile_loop (%{{.*}}) to {{.*}} iter_args(%[[S0:.*]] = %{{.*}}, %[[S1:.*]] = %{{.*}}, %[[LI:.*]] = %c0{{[_0-9]*}}, %[[ANY:.*]] = %false)
// CHECK: %[[P0:.*]] = gqgpu.mma_async
// CHECK-NEXT: scf.if %[[ANY]] {
// CHECK-NEXT:   gqgpu.thread_absmax %[[S0]]
// CHECK:        gqgpu.store_fragment %{{.*}}, %{{.*}}[%[[LI]], %{{.*}}]
// CHECK-NEXT: }
// CHECK-NEXT: gqgpu.mma_wait %[[P0]]
// CHECK: %[[P1:.*]] = gqgpu.mma_async
// CHECK-NEXT: scf.if %[[ANY]] {
// CHECK-NEXT:   %[[ROW:.*]] = arith.addi %[[LI]]
// CHECK:        gqgpu.thread_absmax %[[S1]]
// CHECK:        gqgpu.store_fragment %{{.*}}, %{{.*}}[%[[ROW]], %{{.*}}]
// CHECK-NEXT: }
// CHECK-NEXT: gqgpu.mma_wait %[[P1]]
// CHECK: gqgpu.return
gqgpu.kernel @quantizes(%d: memref<256x1xf32>, %n: index, %scale: f32) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %start = gqgpu.splat %zero : f32 -> !acc
  %one = gqgpu.splat %scale : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  gqgpu.tile_loop (%i) to (%n) step [128] {
    %row = arith.addi %i, %c64 : index
    %k:2 = scf.for %step = %c0 to %c512 step %c128 iter_args(%a = %start, %b = %start) -> (!acc, !acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %a : !one, !one, !acc
      %p1 = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w1 = gqgpu.mma_wait %p1 : !acc
      %s1 = gqgpu.promote %w1, %one, %one into %b : !one, !one, !acc
      scf.yield %s, %s1 : !acc, !acc
    }
    %t0 = gqgpu.thread_absmax %k#0 : !acc -> <!max, lanes = 1>
    %l0 = gqgpu.lane_max shuffle %t0 : <!max, lanes = 1> -> <!max, lanes = 4>
    %m0 = gqgpu.whole_blocks %l0 : <!max, lanes = 4> -> !max
    gqgpu.store_fragment %m0, %d[%i, %c0] {deferred} : !max, memref<256x1xf32>
    %t1 = gqgpu.thread_absmax %k#1 : !acc -> <!max, lanes = 1>
    %l1 = gqgpu.lane_max shuffle %t1 : <!max, lanes = 1> -> <!max, lanes = 4>
    %m1 = gqgpu.whole_blocks %l1 : <!max, lanes = 4> -> !max
    gqgpu.store_fragment %m1, %d[%row, %c0] {deferred} : !max, memref<256x1xf32>
  }
  gqgpu.return
}

// A store of both, and an epilogue that reads what may have been stored: all stores come
// before all loads.
// TOGETHER-LABEL: gqgpu.kernel @together
// TOGETHER: gqgpu.mma_async
// TOGETHER-NEXT: scf.if
// TOGETHER-NEXT:   gqgpu.elementwise
// TOGETHER: gqgpu.store_fragment
// TOGETHER: gqgpu.load_fragment
// TOGETHER-NEXT: gqgpu.load_fragment
// TOGETHER-NEXT: gqgpu.barrier warp
// TOGETHER-NEXT: gqgpu.mma_wait
// TOGETHER: gqgpu.tile_loop
// TOGETHER: gqgpu.mma_async
// TOGETHER-NEXT: scf.if
// TOGETHER:   gqgpu.load_fragment {{.*}} {coherent}
// TOGETHER-COUNT-2: gqgpu.store_fragment
// TOGETHER: gqgpu.load_fragment
// TOGETHER-NEXT: gqgpu.load_fragment
// TOGETHER-NEXT: gqgpu.barrier warp
// TOGETHER-NEXT: gqgpu.mma_wait
gqgpu.kernel @together(%d: memref<256x64xf32>, %n: index, %scale: f32) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %one = gqgpu.splat %scale : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  gqgpu.tile_loop (%i) to (%n) step [128] {
    %row = arith.addi %i, %c64 : index
    %t0 = gqgpu.load_fragment %d[%i, %c0] map affine_map<(r, c) -> (r, c)> {coherent} : memref<256x64xf32> -> !acc
    %t1 = gqgpu.load_fragment %d[%row, %c0] map affine_map<(r, c) -> (r, c)> {coherent} : memref<256x64xf32> -> !acc
    %k:2 = scf.for %step = %c0 to %c512 step %c128 iter_args(%a = %t0, %b = %t1) -> (!acc, !acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %a : !one, !one, !acc
      %s1 = gqgpu.promote %w, %one, %one into %b : !one, !one, !acc
      scf.yield %s, %s1 : !acc, !acc
    }
    %both = gqgpu.elementwise(%k#0, %k#1) {
    ^bb0(%x: f32, %y: f32):
      %v = arith.addf %x, %y : f32
      gqgpu.yield %v : f32
    } : (!acc, !acc) -> !acc
    gqgpu.store_fragment %both, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  gqgpu.tile_loop (%i) to (%n) step [128] {
    %row = arith.addi %i, %c64 : index
    %t0 = gqgpu.load_fragment %d[%i, %c0] map affine_map<(r, c) -> (r, c)> {coherent} : memref<256x64xf32> -> !acc
    %t1 = gqgpu.load_fragment %d[%row, %c0] map affine_map<(r, c) -> (r, c)> {coherent} : memref<256x64xf32> -> !acc
    %k:2 = scf.for %step = %c0 to %c512 step %c128 iter_args(%a = %t0, %b = %t1) -> (!acc, !acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %a : !one, !one, !acc
      %s1 = gqgpu.promote %w, %one, %one into %b : !one, !one, !acc
      scf.yield %s, %s1 : !acc, !acc
    }
    %more = gqgpu.load_fragment %d[%i, %c0] map affine_map<(r, c) -> (r, c)> {coherent} : memref<256x64xf32> -> !acc
    %sum = gqgpu.elementwise(%k#1, %more) {
    ^bb0(%x: f32, %y: f32):
      %v = arith.addf %x, %y : f32
      gqgpu.yield %v : f32
    } : (!acc, !acc) -> !acc
    gqgpu.store_fragment %k#0, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
    gqgpu.store_fragment %sum, %d[%row, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  gqgpu.return
}

// Stores that do not say so stay.
// CHECK-LABEL: gqgpu.kernel @not_asked
// CHECK-NOT: scf.if
// CHECK: gqgpu.return
gqgpu.kernel @not_asked(%d: memref<256x64xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %slot = gqgpu.wait %r[%start] : !ring -> !gqgpu.slot
    %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
    %w = gqgpu.mma_wait %p : !acc
    gqgpu.store_fragment %w, %d[%i, %c0] : !acc, memref<256x64xf32>
  }
  gqgpu.return
}

// What the next tile needs stays, and is computed again for the store.
// CHECK-LABEL: gqgpu.kernel @moved
// CHECK: gqgpu.tile_loop
// CHECK: scf.if
// CHECK-NEXT: %[[AGAIN:.*]] = arith.addi
// CHECK-NEXT: gqgpu.store_fragment %{{.*}}, %{{.*}}[%[[AGAIN]], %c0]
// CHECK: scf.yield
// CHECK: %[[NEXT:.*]] = arith.addi
// CHECK: gqgpu.yield %[[NEXT]],
// CHECK: scf.if
gqgpu.kernel @moved(%d: memref<256x64xf32>, %n: index, %scale: f32) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %one = gqgpu.splat %scale : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  %init = gqgpu.splat %zero : f32 -> !acc
  %moved = gqgpu.tile_loop (%i) to (%n) step [64] iter_args(%place = %c0) -> (index) {
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s : !acc
    }
    %next = arith.addi %i, %c128 : index
    gqgpu.store_fragment %k, %d[%next, %c0] {deferred} : !acc, memref<256x64xf32>
    gqgpu.yield %next : index
  }
  gqgpu.return
}

// What is left where it is: as many kinds of loops as reasons.
// CHECK-LABEL: gqgpu.kernel @stays
// CHECK-NOT: scf.if
// CHECK: gqgpu.return
gqgpu.kernel @stays(%d: memref<256x64xf32>, %n: index, %scale: f32) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %one = gqgpu.splat %scale : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  %init = gqgpu.splat %zero : f32 -> !acc
  // A step that may not be.
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %k = scf.for %step = %c0 to %n step %c128 iter_args(%sum = %init) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s : !acc
    }
    gqgpu.store_fragment %k, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  // Sums of what is there already, which are needed again, or would be loaded behind
  // what overwrites them.
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %there = gqgpu.load_fragment %d[%i, %c0] map affine_map<(r, c) -> (r, c)> : memref<256x64xf32> -> !acc
    %k:2 = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %there, %before = %there) -> (!acc, !acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s, %before : !acc, !acc
    }
    gqgpu.store_fragment %k#0, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %there = gqgpu.load_fragment %d[%i, %c0] map affine_map<(r, c) -> (r, c)> : memref<256x64xf32> -> !acc
    gqgpu.store_fragment %init, %d[%i, %c0] : !acc, memref<256x64xf32>
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %there) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s : !acc
    }
    gqgpu.store_fragment %k, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %there = gqgpu.load_fragment %d[%i, %c0] map affine_map<(r, c) -> (r, c)> : memref<256x64xf32> -> !acc
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %there) -> (!acc) {
      gqgpu.store_fragment %init, %d[%i, %c0] : !acc, memref<256x64xf32>
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s : !acc
    }
    gqgpu.store_fragment %k, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  gqgpu.store_fragment %init, %d[%c0, %c0] {deferred} : !acc, memref<256x64xf32>
  gqgpu.tile_loop (%i) to (%n) step [64] {
    gqgpu.store_fragment %init, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  // Two loops; a store of its own kind; what tiles, or loads, hand to it.
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %k:2 = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init, %other = %init) -> (!acc, !acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s, %other : !acc, !acc
    }
    %l = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %k#0) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s : !acc
    }
    gqgpu.store_fragment %l, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s : !acc
    }
    gqgpu.store_fragment %k, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
    gqgpu.store_fragment %k, %d[%i, %c0] : !acc, memref<256x64xf32>
  }
  %last = gqgpu.tile_loop (%i) to (%n) step [64] iter_args(%place = %c0) -> (index) {
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s : !acc
    }
    gqgpu.store_fragment %k, %d[%place, %c0] {deferred} : !acc, memref<256x64xf32>
    gqgpu.yield %i : index
  }
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %there = gqgpu.load_fragment %d[%i, %c0] map affine_map<(r, c) -> (r, c)> : memref<256x64xf32> -> !acc
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s : !acc
    }
    gqgpu.store_fragment %there, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  // What does not follow from the product.
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %s = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %s : !acc
    }
    gqgpu.store_fragment %init, %d[%i, %c0] {deferred} : !acc, memref<256x64xf32>
  }
  gqgpu.return
}
