// Math groups that take steps in turn: a role for each, with every second step and a ring of its
// own, which a role of its own fills. The second one's sum starts from zeros and goes through a slot
// to the first one, which adds it to its own and stores.
// RUN: gq-opt %s --split-input-file --gq-warp-specialize --verify-diagnostics | FileCheck %s
// RUN: not gq-opt %s --split-input-file --gq-warp-specialize --remarks-filter=gq-warp-specialize -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: [Passed] roles {{.*}}"roles math_0 and math_1 take steps in turn, each with 232 registers and a role that fills with 40, 384 threads"

// CHECK-LABEL: gqgpu.kernel @in_turn
// CHECK-SAME: cluster = 1 : i64, threads = 384 : i64
// CHECK-DAG: %[[R0:.*]] = gqgpu.ring_create bytes 16384 filled_by ["fill_0"] arrivals 1 consumed_by ["math_0"] arrivals 4 : !ring{{$}}
// CHECK-DAG: %[[R1:.*]] = gqgpu.ring_create bytes 16384 filled_by ["fill_1"] arrivals 1 consumed_by ["math_1"] arrivals 4 : !ring
// CHECK-DAG: %[[SUMS:.*]] = gqgpu.ring_create filled_by ["math_1"] arrivals 4 consumed_by ["math_0"] arrivals 4 : !ring1
// CHECK: gqgpu.role "math_0" kind math warps 4 registers 232
// CHECK: gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to {{.*}} step [64, 64] persistent iter_args(%{{.*}} = %{{.*}}, %[[C0:.*]] = %{{.*}}) -> (!gqgpu.cursor, !gqgpu.cursor) {
// CHECK:   %[[FROM:.*]] = gqgpu.load %{{.*}}[%[[I]], %[[J]]]
// CHECK:   %[[SUM0:.*]]:2 = scf.for %{{.*}} = %c0{{.*}} to %{{.*}} step %[[STEP0:.*]] iter_args(%{{.*}} = %[[FROM]],
// CHECK:     gqgpu.wait %[[R0]]
// CHECK:     gqgpu.release %[[R0]]
// CHECK:   %[[FULL:.*]] = gqgpu.wait %[[SUMS]][%[[C0]]]
// CHECK-NEXT: %[[ALL:.*]] = gqgpu.add_put %[[SUM0]]#0, %[[SUMS]][%[[FULL]]] tile 0 : tensor<64x64xf32>, !ring1
// CHECK-NEXT: gqgpu.release %[[SUMS]][%[[FULL]]]
// CHECK-NEXT: gqgpu.advance %[[SUMS]][%[[C0]]]
// CHECK-NEXT: gqgpu.store %[[ALL]]
// CHECK: gqgpu.role "math_1" kind math warps 4 registers 232
// CHECK: gqgpu.tile_loop
// CHECK-NOT: gqgpu.load
// CHECK:   %[[ZEROS:.*]] = linalg.fill
// CHECK:   %[[SUM1:.*]]:2 = scf.for {{.*}} iter_args(%{{.*}} = %[[ZEROS]],
// CHECK:     gqgpu.wait %[[R1]]
// CHECK:     gqgpu.release %[[R1]]
// CHECK:   %[[SLOT:.*]] = gqgpu.acquire %[[SUMS]]
// CHECK-NEXT: gqgpu.put %[[SUM1]]#0 to %[[SUMS]][%[[SLOT]]] tile 0
// CHECK-NEXT: gqgpu.commit %[[SUMS]][%[[SLOT]]]
// CHECK-NOT: gqgpu.store
// CHECK: gqgpu.role "fill_0" kind fill warps 2 registers 40
// CHECK-NOT: %[[SUMS]]
// CHECK:   gqgpu.acquire %[[R0]]
// CHECK:   gqgpu.commit %[[R0]]
// CHECK: gqgpu.role "fill_1" kind fill warps 2 registers 40
// CHECK-NOT: %[[SUMS]]
// CHECK:   gqgpu.acquire %[[R1]]
// CHECK:   gqgpu.commit %[[R1]]

!ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
gqgpu.kernel @in_turn(%a: memref<?x384xf8E4M3FN>, %b: memref<128x384xf8E4M3FN>, %sa: memref<?x3xf32>,
                      %sb: memref<1x3xf32>, %c: memref<?x128xf32>, %d: memref<?x128xf32>, %m: index) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c384 = arith.constant 384 : index
  %ring = gqgpu.ring_create bytes 16384 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%m, %c128) step [64, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %from = gqgpu.load %c[%i, %j] : memref<?x128xf32> -> tensor<64x64xf32>
    %sum:3 = scf.for %k = %c0 to %c384 step %c128 iter_args(%acc = %from, %fill = %f, %read = %r) -> (tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %kb = arith.divui %k, %c128 : index
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<?x384xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<128x384xf8E4M3FN>, !ring
      gqgpu.copy_load %sa[%i, %kb] -> %ring[%slot] tile 2 : memref<?x3xf32>, !ring
      gqgpu.copy_load %sb[%c0, %kb] -> %ring[%slot] tile 3 : memref<1x3xf32>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %tsa = gqgpu.slot_read %ring[%full] tile 2 : !ring -> tensor<64x1xf32>
      %tsb = gqgpu.slot_read %ring[%full] tile 3 : !ring -> tensor<1x1xf32>
      %more = gq.scaled_matmul %ta, %tb scales(%tsa block [1, 128], %tsb block [128, 128]) outs(%acc : tensor<64x64xf32>)
          {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %more, %nf, %nr : tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    gqgpu.store %sum#0, %d[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
gqgpu.kernel @two_loops(%a: memref<?x384xf8E4M3FN>, %b: memref<128x384xf8E4M3FN>, %sa: memref<?x3xf32>,
                      %sb: memref<1x3xf32>, %c: memref<?x128xf32>, %d: memref<?x128xf32>, %m: index) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c384 = arith.constant 384 : index
  %ring = gqgpu.ring_create bytes 16384 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{has a product with k_groups, expects one loop over its steps, got 2}}
  %end:2 = gqgpu.tile_loop (%i, %j) to (%m, %c128) step [64, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %from = gqgpu.load %c[%i, %j] : memref<?x128xf32> -> tensor<64x64xf32>
    %sum:3 = scf.for %k = %c0 to %c384 step %c128 iter_args(%acc = %from, %fill = %f, %read = %r) -> (tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %kb = arith.divui %k, %c128 : index
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<?x384xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<128x384xf8E4M3FN>, !ring
      gqgpu.copy_load %sa[%i, %kb] -> %ring[%slot] tile 2 : memref<?x3xf32>, !ring
      gqgpu.copy_load %sb[%c0, %kb] -> %ring[%slot] tile 3 : memref<1x3xf32>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %tsa = gqgpu.slot_read %ring[%full] tile 2 : !ring -> tensor<64x1xf32>
      %tsb = gqgpu.slot_read %ring[%full] tile 3 : !ring -> tensor<1x1xf32>
      %more = gq.scaled_matmul %ta, %tb scales(%tsa block [1, 128], %tsb block [128, 128]) outs(%acc : tensor<64x64xf32>)
          {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %more, %nf, %nr : tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %more:1 = scf.for %k = %c0 to %c384 step %c128 iter_args(%read = %sum#2) -> (!gqgpu.cursor) {
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      gqgpu.release %ring[%full] : !ring
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %nr : !gqgpu.cursor
    }
    gqgpu.store %sum#0, %d[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}
