// Sums of columns go through slots of a ring that the math role fills and consumes; those of rows
// stay where they are. The role that fills the other ring has nothing to do with it.
// RUN: gq-opt %s --split-input-file --gq-warp-specialize --verify-diagnostics | FileCheck %s

// CHECK-LABEL: gqgpu.kernel @sums
// CHECK-DAG: %[[RING:.*]] = gqgpu.ring_create bytes 24576 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring{{$}}
// CHECK-DAG: %[[SUMS:.*]] = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !ring1
// CHECK: gqgpu.role "math" kind math groups 2
// CHECK: gqgpu.tile_loop {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[FILL:.*]] = %{{.*}}, %[[READ:.*]] = %{{.*}})
// CHECK:   gqgpu.zero_sums cols
// CHECK:   gqgpu.zero_sums rows
// CHECK:   %[[K:.*]]:4 = scf.for
// CHECK:     gqgpu.add_row_sums cols
// CHECK:     gqgpu.add_row_sums rows
// CHECK:     gqgpu.release %[[RING]]
// CHECK:   %[[SLOT:.*]] = gqgpu.acquire %[[SUMS]][%[[FILL]]]
// CHECK-NEXT: gqgpu.put_sums %{{.*}} to %[[SUMS]][%[[SLOT]]] tile 0 : tensor<64x1xi32>
// CHECK-NEXT: gqgpu.commit %[[SUMS]][%[[SLOT]]]
// CHECK-NEXT: %[[FILLED:.*]] = gqgpu.advance %[[SUMS]][%[[FILL]]]
// CHECK-NEXT: %[[FULL:.*]] = gqgpu.wait %[[SUMS]][%[[READ]]]
// CHECK-NEXT: gqgpu.read_sums %[[SUMS]][%[[FULL]]] tile 0 : !ring1 -> tensor<128x64xi32>
// CHECK-NEXT: gqgpu.release %[[SUMS]][%[[FULL]]]
// CHECK-NEXT: %[[FREED:.*]] = gqgpu.advance %[[SUMS]][%[[READ]]]
// CHECK:   gqgpu.spread_sums rows
// CHECK:   gqgpu.yield %{{.*}}, %[[FILLED]], %[[FREED]]
// CHECK: gqgpu.role "fill" kind fill
// CHECK-NOT: %[[SUMS]]
// CHECK:   gqgpu.commit %[[RING]]
// CHECK-NOT: %[[SUMS]]
// CHECK: gqgpu.return
!ring = !gqgpu.ring<4, <128x128xi8, swizzle = 128>, <64x128xi8, swizzle = 128>>
gqgpu.kernel @sums(%a: memref<512x512xi8>, %b: memref<256x512xi8>, %d: memref<512x256xi32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0 : i32
    %e = tensor.empty() : tensor<128x64xi32>
    %zeros = linalg.fill ins(%zero : i32) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    %zb = gqgpu.zero_sums cols : tensor<64x1xi32>
    %za = gqgpu.zero_sums rows : tensor<128x1xi32>
    %sum:5 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %sb = %zb, %sa = %za, %fill = %f, %read = %r)
        -> (tensor<128x64xi32>, tensor<64x1xi32>, tensor<128x1xi32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xi8>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xi8>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xi8>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xi8>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xi32>) {config = #gq.matmul_config<tile = [128, 64, 128], math_groups = 2>}
             : tensor<128x128xi8>, tensor<64x128xi8> -> tensor<128x64xi32>
      %nb = gqgpu.add_row_sums cols %tb into %sb : tensor<64x128xi8>, tensor<64x1xi32>
      %na = gqgpu.add_row_sums rows %ta into %sa : tensor<128x128xi8>, tensor<128x1xi32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nb, %na, %nf, %nr : tensor<128x64xi32>, tensor<64x1xi32>, tensor<128x1xi32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %cols = gqgpu.spread_sums cols %sum#1 : tensor<64x1xi32> -> tensor<128x64xi32>
    %rows = gqgpu.spread_sums rows %sum#2 : tensor<128x1xi32> -> tensor<128x64xi32>
    %x = linalg.add ins(%cols, %rows : tensor<128x64xi32>, tensor<128x64xi32>) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    %y = linalg.sub ins(%sum#0, %x : tensor<128x64xi32>, tensor<128x64xi32>) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    gqgpu.store %y, %d[%i, %j] : tensor<128x64xi32>, memref<512x256xi32>
    gqgpu.yield %sum#3, %sum#4 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xi8, swizzle = 128>, <64x128xi8, swizzle = 128>>
gqgpu.kernel @in_turn(%a: memref<512x512xi8>, %b: memref<256x512xi8>, %d: memref<512x256xi32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0 : i32
    %e = tensor.empty() : tensor<128x64xi32>
    %zeros = linalg.fill ins(%zero : i32) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    %zb = gqgpu.zero_sums cols : tensor<64x1xi32>
    %za = gqgpu.zero_sums rows : tensor<128x1xi32>
    %sum:5 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %sb = %zb, %sa = %za, %fill = %f, %read = %r)
        -> (tensor<128x64xi32>, tensor<64x1xi32>, tensor<128x1xi32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xi8>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xi8>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xi8>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xi8>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xi32>) {config = #gq.matmul_config<tile = [128, 64, 128], k_groups = 2, math_groups = 2>}
             : tensor<128x128xi8>, tensor<64x128xi8> -> tensor<128x64xi32>
      // expected-error@+1 {{is beside a product with k_groups, expects one math role for zero points}}
      %nb = gqgpu.add_row_sums cols %tb into %sb : tensor<64x128xi8>, tensor<64x1xi32>
      %na = gqgpu.add_row_sums rows %ta into %sa : tensor<128x128xi8>, tensor<128x1xi32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nb, %na, %nf, %nr : tensor<128x64xi32>, tensor<64x1xi32>, tensor<128x1xi32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %cols = gqgpu.spread_sums cols %sum#1 : tensor<64x1xi32> -> tensor<128x64xi32>
    %rows = gqgpu.spread_sums rows %sum#2 : tensor<128x1xi32> -> tensor<128x64xi32>
    %x = linalg.add ins(%cols, %rows : tensor<128x64xi32>, tensor<128x64xi32>) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    %y = linalg.sub ins(%sum#0, %x : tensor<128x64xi32>, tensor<128x64xi32>) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    gqgpu.store %y, %d[%i, %j] : tensor<128x64xi32>, memref<512x256xi32>
    gqgpu.yield %sum#3, %sum#4 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xi8, swizzle = 128>, <64x128xi8, swizzle = 128>>
gqgpu.kernel @pingpong(%a: memref<512x512xi8>, %b: memref<256x512xi8>, %d: memref<512x256xi32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0 : i32
    %e = tensor.empty() : tensor<128x64xi32>
    %zeros = linalg.fill ins(%zero : i32) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    %zb = gqgpu.zero_sums cols : tensor<64x1xi32>
    %za = gqgpu.zero_sums rows : tensor<128x1xi32>
    %sum:5 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %sb = %zb, %sa = %za, %fill = %f, %read = %r)
        -> (tensor<128x64xi32>, tensor<64x1xi32>, tensor<128x1xi32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xi8>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xi8>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xi8>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xi8>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xi32>) {config = #gq.matmul_config<tile = [128, 64, 128], schedule = pingpong, math_groups = 2>}
             : tensor<128x128xi8>, tensor<64x128xi8> -> tensor<128x64xi32>
      // expected-error@+1 {{is beside a product with schedule = pingpong, expects one math role for zero points}}
      %nb = gqgpu.add_row_sums cols %tb into %sb : tensor<64x128xi8>, tensor<64x1xi32>
      %na = gqgpu.add_row_sums rows %ta into %sa : tensor<128x128xi8>, tensor<128x1xi32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nb, %na, %nf, %nr : tensor<128x64xi32>, tensor<64x1xi32>, tensor<128x1xi32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %cols = gqgpu.spread_sums cols %sum#1 : tensor<64x1xi32> -> tensor<128x64xi32>
    %rows = gqgpu.spread_sums rows %sum#2 : tensor<128x1xi32> -> tensor<128x64xi32>
    %x = linalg.add ins(%cols, %rows : tensor<128x64xi32>, tensor<128x64xi32>) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    %y = linalg.sub ins(%sum#0, %x : tensor<128x64xi32>, tensor<128x64xi32>) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    gqgpu.store %y, %d[%i, %j] : tensor<128x64xi32>, memref<512x256xi32>
    gqgpu.yield %sum#3, %sum#4 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}
