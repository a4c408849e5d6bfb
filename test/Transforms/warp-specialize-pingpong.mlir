// Math groups that take turns: a role for each, with its turn of the tiles and a ring of
// its own, which a role of its own fills. They store in the order of the tiles: who has
// turn 0 takes and fills the slot of a ring without tiles around its stores, who has turn
// 1 waits for it and releases it.
// RUN: gq-opt %s --split-input-file --gq-warp-specialize --verify-diagnostics | FileCheck %s
// RUN: not gq-opt %s --split-input-file --gq-warp-specialize --remarks-filter=gq-warp-specialize -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: [Passed] arrivals {{.*}}"a slot is empty after 4 arrivals, one of each warp of role math_0"
// REMARK: [Passed] arrivals {{.*}}"a slot is empty after 4 arrivals, one of each warp of role math_1"
// REMARK: [Passed] roles {{.*}}"roles math_0 and math_1 take tiles in turn, each with 232 registers and a role that fills with 40, 384 threads"

// CHECK-LABEL: gqgpu.kernel @in_turn
// CHECK-SAME: cluster = 1 : i64, threads = 384 : i64
// CHECK-DAG: %[[R0:.*]] = gqgpu.ring_create bytes 16384 filled_by ["fill_0"] arrivals 1 consumed_by ["math_0"] arrivals 4 : !ring{{$}}
// CHECK-DAG: %[[R1:.*]] = gqgpu.ring_create bytes 16384 filled_by ["fill_1"] arrivals 1 consumed_by ["math_1"] arrivals 4 : !ring
// CHECK-DAG: %[[ORDER:.*]] = gqgpu.ring_create filled_by ["math_0"] arrivals 4 consumed_by ["math_1"] arrivals 4 : !ring1
// CHECK: gqgpu.role "math_0" kind math warps 4 registers 232
// CHECK: gqgpu.tile_loop {{.*}} step [64, 64] persistent turn 0 of 2 iter_args(%{{.*}} = %{{.*}}, %[[T0:.*]] = %{{.*}}) -> (!gqgpu.cursor, !gqgpu.cursor) {
// CHECK:   gqgpu.wait %[[R0]]
// CHECK:   gq.scaled_matmul
// CHECK:   gqgpu.release %[[R0]]
// CHECK:   %[[S0:.*]] = gqgpu.acquire %[[ORDER]][%[[T0]]] : !ring1 -> !gqgpu.slot
// CHECK-NEXT: gqgpu.store
// CHECK-NEXT: gqgpu.store
// CHECK-NEXT: gqgpu.commit %[[ORDER]][%[[S0]]] : !ring1
// CHECK-NEXT: %[[N0:.*]] = gqgpu.advance %[[ORDER]][%[[T0]]]
// CHECK-NEXT: gqgpu.yield %{{.*}}, %[[N0]]
// CHECK: gqgpu.role "math_1" kind math warps 4 registers 232
// CHECK: gqgpu.tile_loop {{.*}} step [64, 64] persistent turn 1 of 2 iter_args(%{{.*}} = %{{.*}}, %[[T1:.*]] = %{{.*}}) -> (!gqgpu.cursor, !gqgpu.cursor) {
// CHECK:   gqgpu.wait %[[R1]]
// CHECK:   gqgpu.release %[[R1]]
// CHECK:   %[[S1:.*]] = gqgpu.wait %[[ORDER]][%[[T1]]] : !ring1 -> !gqgpu.slot
// CHECK-NEXT: gqgpu.store
// CHECK-NEXT: gqgpu.store
// CHECK-NEXT: gqgpu.release %[[ORDER]][%[[S1]]] : !ring1
// CHECK: gqgpu.role "fill_0" kind fill warps 2 registers 40
// CHECK: gqgpu.tile_loop {{.*}} step [64, 64] persistent turn 0 of 2
// CHECK:   %[[A0:.*]] = gqgpu.acquire %[[R0]]
// CHECK-COUNT-2: gqgpu.tma_load {{.*}} -> %[[R0]][%[[A0]]]
// CHECK-COUNT-2: gqgpu.copy_load {{.*}} -> %[[R0]][%[[A0]]]
// CHECK:   gqgpu.commit %[[R0]][%[[A0]]]
// CHECK: gqgpu.role "fill_1" kind fill warps 2 registers 40
// CHECK: gqgpu.tile_loop {{.*}} step [64, 64] persistent turn 1 of 2
// CHECK:   %[[A1:.*]] = gqgpu.acquire %[[R1]]
// CHECK-COUNT-2: gqgpu.tma_load {{.*}} -> %[[R1]][%[[A1]]]
// CHECK:   gqgpu.commit %[[R1]][%[[A1]]]

!ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
gqgpu.kernel @in_turn(%a: memref<?x384xf8E4M3FN>, %b: memref<128x384xf8E4M3FN>, %sa: memref<?x3xf32>,
                      %sb: memref<1x3xf32>, %d: memref<?x128xf32>, %e: memref<?x128xf32>, %m: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c384 = arith.constant 384 : index
  %ring = gqgpu.ring_create bytes 16384 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%m, %c128) step [64, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %empty = tensor.empty() : tensor<64x64xf32>
    %none = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x64xf32>) -> tensor<64x64xf32>
    %sum:3 = scf.for %k = %c0 to %c384 step %c128 iter_args(%acc = %none, %fill = %f, %read = %r) -> (tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
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
          {config = #gq.matmul_config<tile = [64, 64, 128], schedule = pingpong>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %more, %nf, %nr : tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    gqgpu.store %sum#0, %d[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.store %sum#0, %e[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
gqgpu.kernel @three(%a: memref<?x384xf8E4M3FN>, %b: memref<128x384xf8E4M3FN>, %sa: memref<?x3xf32>,
                      %sb: memref<1x3xf32>, %d: memref<?x128xf32>, %e: memref<?x128xf32>, %m: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c384 = arith.constant 384 : index
  %ring = gqgpu.ring_create bytes 16384 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{has a product with schedule = pingpong, expects 2 math groups, got 3}}
  %end:2 = gqgpu.tile_loop (%i, %j) to (%m, %c128) step [64, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %empty = tensor.empty() : tensor<64x64xf32>
    %none = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x64xf32>) -> tensor<64x64xf32>
    %sum:3 = scf.for %k = %c0 to %c384 step %c128 iter_args(%acc = %none, %fill = %f, %read = %r) -> (tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
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
          {config = #gq.matmul_config<tile = [64, 64, 128], schedule = pingpong, math_groups = 3>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %more, %nf, %nr : tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    gqgpu.store %sum#0, %d[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.store %sum#0, %e[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
gqgpu.kernel @cluster(%a: memref<?x384xf8E4M3FN>, %b: memref<128x384xf8E4M3FN>, %sa: memref<?x3xf32>,
                      %sb: memref<1x3xf32>, %d: memref<?x128xf32>, %e: memref<?x128xf32>, %m: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c384 = arith.constant 384 : index
  %ring = gqgpu.ring_create bytes 16384 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{has a product with schedule = pingpong, expects no cluster, got one of 2 thread blocks}}
  %end:2 = gqgpu.tile_loop (%i, %j) to (%m, %c128) step [64, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %empty = tensor.empty() : tensor<64x64xf32>
    %none = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x64xf32>) -> tensor<64x64xf32>
    %sum:3 = scf.for %k = %c0 to %c384 step %c128 iter_args(%acc = %none, %fill = %f, %read = %r) -> (tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
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
          {config = #gq.matmul_config<tile = [64, 64, 128], schedule = pingpong>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %more, %nf, %nr : tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    gqgpu.store %sum#0, %d[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.store %sum#0, %e[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
gqgpu.kernel @once(%a: memref<?x384xf8E4M3FN>, %b: memref<128x384xf8E4M3FN>, %sa: memref<?x3xf32>,
                      %sb: memref<1x3xf32>, %d: memref<?x128xf32>, %e: memref<?x128xf32>, %m: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c384 = arith.constant 384 : index
  %ring = gqgpu.ring_create bytes 16384 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{has a product with schedule = pingpong, expects to be persistent}}
  %end:2 = gqgpu.tile_loop (%i, %j) to (%m, %c128) step [64, 64] iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %empty = tensor.empty() : tensor<64x64xf32>
    %none = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x64xf32>) -> tensor<64x64xf32>
    %sum:3 = scf.for %k = %c0 to %c384 step %c128 iter_args(%acc = %none, %fill = %f, %read = %r) -> (tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
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
          {config = #gq.matmul_config<tile = [64, 64, 128], schedule = pingpong>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %more, %nf, %nr : tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    gqgpu.store %sum#0, %d[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.store %sum#0, %e[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
gqgpu.kernel @deferred(%a: memref<?x384xf8E4M3FN>, %b: memref<128x384xf8E4M3FN>, %sa: memref<?x3xf32>,
                      %sb: memref<1x3xf32>, %d: memref<?x128xf32>, %e: memref<?x128xf32>, %m: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c384 = arith.constant 384 : index
  %ring = gqgpu.ring_create bytes 16384 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%m, %c128) step [64, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %empty = tensor.empty() : tensor<64x64xf32>
    %none = linalg.fill ins(%zero : f32) outs(%empty : tensor<64x64xf32>) -> tensor<64x64xf32>
    %sum:3 = scf.for %k = %c0 to %c384 step %c128 iter_args(%acc = %none, %fill = %f, %read = %r) -> (tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
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
          {config = #gq.matmul_config<tile = [64, 64, 128], schedule = pingpong>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %more, %nf, %nr : tensor<64x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    // expected-error@+1 {{is deferred into the next tile, which with schedule = pingpong is another group}}
    gqgpu.store %sum#0, %d[%i, %j] {deferred} : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.store %sum#0, %e[%i, %j] : tensor<64x64xf32>, memref<?x128xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}
