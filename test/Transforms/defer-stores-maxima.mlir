// Maxima that warps put into slots for one another are found in their tile, and what was read there
// is kept: scales, codes and their stores come under the first product of the next one.
// RUN: gq-opt %s --split-input-file --gq-defer-stores --remarks-filter=gq-defer-stores -o %t 2>%t.remarks
// RUN: FileCheck %s --input-file=%t
// RUN: FileCheck %s --input-file=%t.remarks --check-prefix=REMARK

// REMARK-DAG: [Passed] defer | Category:gq-defer-stores | Remark="each tile is stored under the first product of the next one"
// REMARK-DAG: [Missed] defer {{.*}}: gqgpu.barrier is among it"
// REMARK-DAG: [Missed] defer {{.*}}: scf.if is among it"

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <1x8xf32>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>>
!part = !gqgpu.partial<<64x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>, lanes = 1>
!row = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!blocks = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
!codes = !gqgpu.fragment<64x64xf8E4M3FN, #gqgpu.mma<permuted = 32>>
!one = !gqgpu.fragment<1x1xf32, #gqgpu.mma<permuted = 32>>
#product = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32, permuted = 32>

// CHECK-LABEL: gqgpu.kernel @keeps
// CHECK: %[[AFTER:.*]]:6 = gqgpu.tile_loop (%[[I:.*]]) to {{.*}} iter_args(%[[F:.*]] = %{{.*}}, %[[R:.*]] = %{{.*}}, %[[SUM:.*]] = %{{.*}}, %[[LI:.*]] = %c0{{[_0-9]*}}, %[[MAX:.*]] = %{{.*}}, %[[ANY:.*]] = %false)
// CHECK: gqgpu.mma_async
// CHECK-NEXT: scf.if %[[ANY]] {
// CHECK-NEXT:   %[[B:.*]] = gqgpu.spread_blocks %[[MAX]]
// CHECK-NEXT:   %[[SCALE:.*]] = gqgpu.elementwise(%[[B]])
// CHECK:        %[[Q:.*]] = gqgpu.scaled_cast %[[SUM]], %[[SCALE]]
// CHECK-NEXT:   gqgpu.store_fragment %[[Q]], %{{.*}}[%[[LI]], %{{.*}}] :
// CHECK-NEXT:   scf.if %{{.*}} {
// CHECK-NEXT:     gqgpu.store_fragment %[[SCALE]], %{{.*}} :
// CHECK-NEXT:   }
// CHECK-NEXT: }
// CHECK-NEXT: gqgpu.mma_wait
// The maxima of this tile, of its sums.
// CHECK: %[[K:.*]] = scf.for
// CHECK: %[[SLOT:.*]] = gqgpu.acquire %{{.*}}[%[[F]]]
// CHECK-NEXT: gqgpu.thread_absmax %[[K]]
// CHECK-NEXT: gqgpu.put_maxima
// CHECK-NEXT: gqgpu.commit
// CHECK-NEXT: %[[NF:.*]] = gqgpu.advance
// CHECK-NEXT: gqgpu.wait
// CHECK-NEXT: %[[NOW:.*]] = gqgpu.read_maxima
// CHECK-NEXT: gqgpu.release
// CHECK-NEXT: %[[NR:.*]] = gqgpu.advance
// CHECK-NOT: gqgpu.store_fragment
// CHECK: gqgpu.yield %[[NF]], %[[NR]], %[[K]], %[[I]], %[[NOW]], %true
// And the last tile.
// CHECK: scf.if %[[AFTER]]#5 {
// CHECK-NEXT:   gqgpu.spread_blocks %[[AFTER]]#4
// CHECK:        gqgpu.scaled_cast %[[AFTER]]#2,
// CHECK-NEXT:   gqgpu.store_fragment %{{.*}}, %{{.*}}[%[[AFTER]]#3, %{{.*}}] :
// CHECK: gqgpu.return
gqgpu.kernel @keeps(%d: memref<256x64xf8E4M3FN>, %s: memref<4x1xf32>, %n: index, %scale: f32, %first: i1) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %init = gqgpu.splat %zero : f32 -> !acc
  %one = gqgpu.splat %scale : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %maxima = gqgpu.ring_create : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%start] : !ring -> !gqgpu.slot
  %end:2 = gqgpu.tile_loop (%i) to (%n) step [64] iter_args(%put = %start, %read = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %t = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %t : !acc
    }
    %own = gqgpu.acquire %maxima[%put] : !maxima -> !gqgpu.slot
    %part = gqgpu.thread_absmax %k : !acc -> !part
    gqgpu.put_maxima %part at (%c0, %c0) to %maxima[%own] tile 0 : !part, !maxima
    gqgpu.commit %maxima[%own] : !maxima
    %next_put = gqgpu.advance %maxima[%put] : !maxima, !gqgpu.cursor
    %full = gqgpu.wait %maxima[%read] : !maxima -> !gqgpu.slot
    %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 at (%c0, %c0) : !maxima -> !row
    gqgpu.release %maxima[%full] : !maxima
    %next_read = gqgpu.advance %maxima[%read] : !maxima, !gqgpu.cursor
    %b = gqgpu.spread_blocks %max : !row -> !blocks
    %f = gqgpu.elementwise(%b) {
    ^bb0(%x: f32):
      %v = arith.mulf %x, %scale : f32
      gqgpu.yield %v : f32
    } : (!blocks) -> !blocks
    %q = gqgpu.scaled_cast %k, %f : !acc, !blocks -> !codes
    gqgpu.store_fragment %q, %d[%i, %c0] {deferred} : !codes, memref<256x64xf8E4M3FN>
    scf.if %first {
      gqgpu.store_fragment %f, %s[%c0, %c0] {deferred} : !blocks, memref<4x1xf32>
    }
    gqgpu.yield %next_put, %next_read : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// Those of a cluster are found in their tile as well, and the largest is kept.
// CHECK-LABEL: gqgpu.kernel @peers
// CHECK: %[[X:.*]] = gqgpu.inbox_create
// CHECK-NOT: gqgpu.{{offer|push_maxima}}
// CHECK: %[[AFTER:.*]]:6 = gqgpu.tile_loop (%[[I:.*]]) to {{.*}} iter_args(%{{.*}} = %{{.*}}, %{{.*}} = %{{.*}}, %[[SUM:.*]] = %{{.*}}, %[[LI:.*]] = %c0{{[_0-9]*}}, %[[MAX:.*]] = %{{.*}}, %[[ANY:.*]] = %false)
// CHECK-NEXT: gqgpu.offer %[[X]]
// CHECK: gqgpu.mma_async
// CHECK-NEXT: scf.if %[[ANY]] {
// CHECK-NEXT:   %[[B:.*]] = gqgpu.spread_blocks %[[MAX]]
// CHECK-NEXT:   %[[SCALE:.*]] = gqgpu.elementwise(%[[B]])
// CHECK:        %[[Q:.*]] = gqgpu.scaled_cast %[[SUM]], %[[SCALE]]
// CHECK-NEXT:   gqgpu.store_fragment %[[Q]], %{{.*}}[%[[LI]], %{{.*}}] :
// CHECK:          gqgpu.store_fragment %[[SCALE]], %{{.*}} :
// CHECK: gqgpu.mma_wait
// CHECK: %[[K:.*]] = scf.for
// CHECK: %[[OWN:.*]] = gqgpu.read_maxima
// CHECK-NEXT: gqgpu.release
// CHECK-NEXT: gqgpu.advance
// CHECK-NEXT: gqgpu.await_offers %[[X]]
// CHECK-NEXT: gqgpu.push_maxima %[[OWN]] to %[[X]] tile 0
// CHECK-NEXT: gqgpu.await_pushes %[[X]]
// CHECK-NEXT: %[[ALL:.*]] = gqgpu.max_pushed %[[X]] tile 0, %[[OWN]]
// CHECK-NOT: gqgpu.store_fragment
// CHECK: gqgpu.yield %{{.*}}, %{{.*}}, %[[K]], %[[I]], %[[ALL]], %true
// CHECK-NEXT: }
// CHECK-NEXT: scf.if %[[AFTER]]#5 {
// CHECK-NEXT:   gqgpu.spread_blocks %[[AFTER]]#4
// CHECK:        gqgpu.scaled_cast %[[AFTER]]#2,
// CHECK-NEXT:   gqgpu.store_fragment %{{.*}}, %{{.*}}[%[[AFTER]]#3, %{{.*}}] :
// CHECK: gqgpu.return
!inbox = !gqgpu.inbox<<4x1xf32>>
gqgpu.kernel @peers(%d: memref<256x64xf8E4M3FN>, %s: memref<4x1xf32>, %n: index, %scale: f32, %first: i1)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2>, threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %init = gqgpu.splat %zero : f32 -> !acc
  %one = gqgpu.splat %scale : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 4 consumed_by ["math"] arrivals 4 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  %x = gqgpu.inbox_create of "math" arrivals 4 : !inbox
  gqgpu.barrier cluster
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%group) {
      %slot = gqgpu.wait %r[%start] : !ring -> !gqgpu.slot
      %end:2 = gqgpu.tile_loop (%i) to (%n) step [64] iter_args(%put = %start, %read = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
        gqgpu.offer %x : !inbox
        %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init) -> (!acc) {
          %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
          %w = gqgpu.mma_wait %p : !acc
          %t = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
          scf.yield %t : !acc
        }
        %own = gqgpu.acquire %maxima[%put] : !maxima -> !gqgpu.slot
        %part = gqgpu.thread_absmax %k : !acc -> !part
        gqgpu.put_maxima %part at (%c0, %c0) to %maxima[%own] tile 0 : !part, !maxima
        gqgpu.commit %maxima[%own] : !maxima
        %next_put = gqgpu.advance %maxima[%put] : !maxima, !gqgpu.cursor
        %full = gqgpu.wait %maxima[%read] : !maxima -> !gqgpu.slot
        %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 at (%c0, %c0) : !maxima -> !row
        gqgpu.release %maxima[%full] : !maxima
        %next_read = gqgpu.advance %maxima[%read] : !maxima, !gqgpu.cursor
        gqgpu.await_offers %x : !inbox
        gqgpu.push_maxima %max to %x tile 0 : !row, !inbox
        gqgpu.await_pushes %x : !inbox
        %all = gqgpu.max_pushed %x tile 0, %max : !inbox, !row
        %b = gqgpu.spread_blocks %all : !row -> !blocks
        %f = gqgpu.elementwise(%b) {
        ^bb0(%u: f32):
          %v = arith.mulf %u, %scale : f32
          gqgpu.yield %v : f32
        } : (!blocks) -> !blocks
        %q = gqgpu.scaled_cast %k, %f : !acc, !blocks -> !codes
        gqgpu.store_fragment %q, %d[%i, %c0] {deferred} : !codes, memref<256x64xf8E4M3FN>
        scf.if %first {
          gqgpu.store_fragment %f, %s[%c0, %c0] {deferred} : !blocks, memref<4x1xf32>
        }
        gqgpu.yield %next_put, %next_read : !gqgpu.cursor, !gqgpu.cursor
      }
    }
  }
  gqgpu.return
}

// What else is behind the K loop stays, and the stores with it.
// CHECK-LABEL: gqgpu.kernel @barrier
// CHECK: gqgpu.read_maxima
// CHECK: gqgpu.store_fragment
// CHECK: gqgpu.yield
// CHECK-NOT: gqgpu.store_fragment
// CHECK: gqgpu.return
gqgpu.kernel @barrier(%d: memref<256x64xf8E4M3FN>, %s: memref<4x1xf32>, %n: index, %scale: f32, %first: i1) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %init = gqgpu.splat %zero : f32 -> !acc
  %one = gqgpu.splat %scale : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %maxima = gqgpu.ring_create : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%start] : !ring -> !gqgpu.slot
  %end:2 = gqgpu.tile_loop (%i) to (%n) step [64] iter_args(%put = %start, %read = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %t = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %t : !acc
    }
    %own = gqgpu.acquire %maxima[%put] : !maxima -> !gqgpu.slot
    %part = gqgpu.thread_absmax %k : !acc -> !part
    gqgpu.put_maxima %part at (%c0, %c0) to %maxima[%own] tile 0 : !part, !maxima
    gqgpu.commit %maxima[%own] : !maxima
    %next_put = gqgpu.advance %maxima[%put] : !maxima, !gqgpu.cursor
    %full = gqgpu.wait %maxima[%read] : !maxima -> !gqgpu.slot
    %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 at (%c0, %c0) : !maxima -> !row
    gqgpu.release %maxima[%full] : !maxima
    %next_read = gqgpu.advance %maxima[%read] : !maxima, !gqgpu.cursor
    %b = gqgpu.spread_blocks %max : !row -> !blocks
    %f = gqgpu.elementwise(%b) {
    ^bb0(%x: f32):
      %v = arith.mulf %x, %scale : f32
      gqgpu.yield %v : f32
    } : (!blocks) -> !blocks
    %q = gqgpu.scaled_cast %k, %f : !acc, !blocks -> !codes
    gqgpu.barrier warp
    gqgpu.store_fragment %q, %d[%i, %c0] {deferred} : !codes, memref<256x64xf8E4M3FN>
    gqgpu.yield %next_put, %next_read : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// A store under a condition that may not wait.
// CHECK-LABEL: gqgpu.kernel @condition
// CHECK: gqgpu.read_maxima
// CHECK: gqgpu.store_fragment
// CHECK: scf.if
// CHECK-NEXT: gqgpu.store_fragment
// CHECK: gqgpu.yield
// CHECK-NOT: gqgpu.store_fragment
// CHECK: gqgpu.return
gqgpu.kernel @condition(%d: memref<256x64xf8E4M3FN>, %s: memref<4x1xf32>, %n: index, %scale: f32, %first: i1) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %init = gqgpu.splat %zero : f32 -> !acc
  %one = gqgpu.splat %scale : f32 -> !one
  %r = gqgpu.ring_create : !ring
  %maxima = gqgpu.ring_create : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%start] : !ring -> !gqgpu.slot
  %end:2 = gqgpu.tile_loop (%i) to (%n) step [64] iter_args(%put = %start, %read = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %k = scf.for %step = %c0 to %c512 step %c128 iter_args(%sum = %init) -> (!acc) {
      %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %c0 k [0, 128] : !ring -> !acc
      %w = gqgpu.mma_wait %p : !acc
      %t = gqgpu.promote %w, %one, %one into %sum : !one, !one, !acc
      scf.yield %t : !acc
    }
    %own = gqgpu.acquire %maxima[%put] : !maxima -> !gqgpu.slot
    %part = gqgpu.thread_absmax %k : !acc -> !part
    gqgpu.put_maxima %part at (%c0, %c0) to %maxima[%own] tile 0 : !part, !maxima
    gqgpu.commit %maxima[%own] : !maxima
    %next_put = gqgpu.advance %maxima[%put] : !maxima, !gqgpu.cursor
    %full = gqgpu.wait %maxima[%read] : !maxima -> !gqgpu.slot
    %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 at (%c0, %c0) : !maxima -> !row
    gqgpu.release %maxima[%full] : !maxima
    %next_read = gqgpu.advance %maxima[%read] : !maxima, !gqgpu.cursor
    %b = gqgpu.spread_blocks %max : !row -> !blocks
    %f = gqgpu.elementwise(%b) {
    ^bb0(%x: f32):
      %v = arith.mulf %x, %scale : f32
      gqgpu.yield %v : f32
    } : (!blocks) -> !blocks
    %q = gqgpu.scaled_cast %k, %f : !acc, !blocks -> !codes
    gqgpu.store_fragment %q, %d[%i, %c0] {deferred} : !codes, memref<256x64xf8E4M3FN>
    scf.if %first {
      gqgpu.store_fragment %f, %s[%c0, %c0] : !blocks, memref<4x1xf32>
    }
    gqgpu.yield %next_put, %next_read : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}
