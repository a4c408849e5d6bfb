// A group adds up the rows of a that it multiplies, 64 at a time, and some of the rows of b, of
// which a slot then has all; steps go through their slots one after another.
// RUN: gq-opt %s --split-input-file --gq-distribute --canonicalize --cse --verify-diagnostics | FileCheck %s

// CHECK-LABEL: gqgpu.kernel @sums
// CHECK: gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%[[GROUP:.*]]) {
// CHECK-DAG: %[[FIRST_A:.*]] = arith.muli %[[GROUP]], %c64{{.*}} : index
// CHECK-DAG: %[[FIRST_B:.*]] = arith.muli %[[GROUP]], %c128{{.*}} : index
// CHECK-DAG: %[[NEXT_B:.*]] = arith.addi %[[FIRST_B]], %c64{{.*}} : index
// CHECK-DAG: %[[START_B0:.*]] = gqgpu.zero_sums cols : !gqgpu.row_sums
// CHECK-DAG: %[[START_A:.*]] = gqgpu.zero_sums rows : !gqgpu.row_sums
// CHECK: %[[SUMS:.*]]:4 = scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[B0:.*]] = %{{.*}}, %[[B1:.*]] = %{{.*}}, %[[A:.*]] = %{{.*}}) -> (!gqgpu.fragment<64x192xi32, #gqgpu.mma<permuted = 32>>, !gqgpu.row_sums, !gqgpu.row_sums, !gqgpu.row_sums)
// CHECK:   %[[S0:.*]] = gqgpu.wait %[[RING:.*]][%[[C:.*]]]
// CHECK:   %[[S1:.*]] = gqgpu.wait %[[RING]]
// CHECK:   %[[B00:.*]] = gqgpu.sum_slot_rows %[[RING]][%[[S0]]] tile 1 rows %[[FIRST_B]] k [0, 128] into %[[B0]] : !ring
// CHECK-NEXT: %[[B10:.*]] = gqgpu.sum_slot_rows %[[RING]][%[[S0]]] tile 1 rows %[[NEXT_B]] k [0, 128] into %[[B1]] : !ring
// CHECK-NEXT: %[[B01:.*]] = gqgpu.sum_slot_rows %[[RING]][%[[S1]]] tile 1 rows %[[FIRST_B]] k [0, 128] into %[[B00]] : !ring
// CHECK-NEXT: %[[B11:.*]] = gqgpu.sum_slot_rows %[[RING]][%[[S1]]] tile 1 rows %[[NEXT_B]] k [0, 128] into %[[B10]] : !ring
// CHECK-NEXT: %[[A0:.*]] = gqgpu.sum_slot_rows %[[RING]][%[[S0]]] tile 0 rows %[[FIRST_A]] k [0, 128] into %[[A]] : !ring
// CHECK-NEXT: %[[A1:.*]] = gqgpu.sum_slot_rows %[[RING]][%[[S1]]] tile 0 rows %[[FIRST_A]] k [0, 128] into %[[A0]] : !ring
// CHECK:   scf.yield %{{.*}}, %[[B01]], %[[B11]], %[[A1]]
// CHECK: gqgpu.put_sums %[[SUMS]]#1 rows %[[FIRST_B]] to %[[SLOTS:.*]][%{{.*}}] tile 0 permuted 32 : !gqgpu.row_sums
// CHECK: gqgpu.put_sums %[[SUMS]]#2 rows %[[NEXT_B]] to %[[SLOTS]][%{{.*}}] tile 0 permuted 32 : !gqgpu.row_sums
// CHECK: gqgpu.read_sums %[[SLOTS]][%{{.*}}] tile 0 : !ring1 -> !gqgpu.fragment<64x192xi32, #gqgpu.mma<permuted = 32>>
// CHECK: gqgpu.spread_sums rows %[[SUMS]]#3 : !gqgpu.row_sums -> !gqgpu.fragment<64x192xi32, #gqgpu.mma<permuted = 32>>
!ring = !gqgpu.ring<4, <128x128xi8, swizzle = 128>, <192x128xi8, swizzle = 128, permuted = 32>>
!sums = !gqgpu.ring<2, <192x1xi32>>
#config = #gq.matmul_config<tile = [128, 192, 256], math_groups = 2, store = direct>
gqgpu.kernel @sums(%d: memref<512x384xi32>) {
  %c0 = arith.constant 0 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 40960 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %sums = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !sums
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0 : i32
      %e = tensor.empty() : tensor<128x192xi32>
      %zeros = linalg.fill ins(%zero : i32) outs(%e : tensor<128x192xi32>) -> tensor<128x192xi32>
      %zb = gqgpu.zero_sums cols : tensor<192x1xi32>
      %za = gqgpu.zero_sums rows : tensor<128x1xi32>
      %sum:3 = scf.for %k = %c0 to %c512 step %c256 iter_args(%acc = %zeros, %sb = %zb, %sa = %za)
          -> (tensor<128x192xi32>, tensor<192x1xi32>, tensor<128x1xi32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %next = gqgpu.advance %ring[%start] : !ring, !gqgpu.cursor
        %s1 = gqgpu.wait %ring[%next] : !ring -> !gqgpu.slot
        %ta0 = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xi8>
        %ta1 = gqgpu.slot_read %ring[%s1] tile 0 : !ring -> tensor<128x128xi8>
        %tb0 = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<192x128xi8>
        %tb1 = gqgpu.slot_read %ring[%s1] tile 1 : !ring -> tensor<192x128xi8>
        %ta = tensor.concat dim(1) %ta0, %ta1 : (tensor<128x128xi8>, tensor<128x128xi8>) -> tensor<128x256xi8>
        %tb = tensor.concat dim(1) %tb0, %tb1 : (tensor<192x128xi8>, tensor<192x128xi8>) -> tensor<192x256xi8>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x192xi32>) {config = #config}
               : tensor<128x256xi8>, tensor<192x256xi8> -> tensor<128x192xi32>
        %nb = gqgpu.add_row_sums cols %tb into %sb : tensor<192x256xi8>, tensor<192x1xi32>
        %na = gqgpu.add_row_sums rows %ta into %sa : tensor<128x256xi8>, tensor<128x1xi32>
        gqgpu.release %ring[%s0] : !ring
        gqgpu.release %ring[%s1] : !ring
        scf.yield %p, %nb, %na : tensor<128x192xi32>, tensor<192x1xi32>, tensor<128x1xi32>
      }
      %slot = gqgpu.acquire %sums[%start] : !sums -> !gqgpu.slot
      gqgpu.put_sums %sum#1 to %sums[%slot] tile 0 : tensor<192x1xi32>, !sums
      gqgpu.commit %sums[%slot] : !sums
      %full = gqgpu.wait %sums[%start] : !sums -> !gqgpu.slot
      %cols = gqgpu.read_sums %sums[%full] tile 0 : !sums -> tensor<128x192xi32>
      gqgpu.release %sums[%full] : !sums
      %rows = gqgpu.spread_sums rows %sum#2 : tensor<128x1xi32> -> tensor<128x192xi32>
      %x = linalg.add ins(%cols, %rows : tensor<128x192xi32>, tensor<128x192xi32>) outs(%e : tensor<128x192xi32>) -> tensor<128x192xi32>
      %y = linalg.sub ins(%sum#0, %x : tensor<128x192xi32>, tensor<128x192xi32>) outs(%e : tensor<128x192xi32>) -> tensor<128x192xi32>
      gqgpu.store %y, %d[%c0, %c0] : tensor<128x192xi32>, memref<512x384xi32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}
