// RUN: gq-opt %s | gq-opt | FileCheck %s
// RUN: gq-opt %s --mlir-print-op-generic | gq-opt | FileCheck %s

!ring = !gqgpu.ring<4, <128x128xi8, swizzle = 128>, <256x128xi8, swizzle = 128>>
!sums = !gqgpu.ring<2, <256x1xi32>>
!acc = !gqgpu.fragment<64x256xi32, #gqgpu.mma>
!permuted = !gqgpu.fragment<64x128xi32, #gqgpu.mma<permuted = 32>>

// CHECK-LABEL: func.func @tiles
func.func @tiles(%a: tensor<128x128xi8>, %b: tensor<256x128xi8>, %ring: !sums, %slot: !gqgpu.slot) -> tensor<128x256xi32> {
  // CHECK: %[[ROWS:.*]] = gqgpu.zero_sums rows : tensor<128x1xi32>
  %z = gqgpu.zero_sums rows : tensor<128x1xi32>
  // CHECK: gqgpu.zero_sums cols : tensor<256x1xi32>
  %y = gqgpu.zero_sums cols : tensor<256x1xi32>
  // CHECK: gqgpu.add_row_sums rows %{{.*}} into %[[ROWS]] : tensor<128x128xi8>, tensor<128x1xi32>
  %r = gqgpu.add_row_sums rows %a into %z : tensor<128x128xi8>, tensor<128x1xi32>
  %c = gqgpu.add_row_sums cols %b into %y : tensor<256x128xi8>, tensor<256x1xi32>
  // CHECK: gqgpu.spread_sums rows %{{.*}} : tensor<128x1xi32> -> tensor<128x256xi32>
  %0 = gqgpu.spread_sums rows %r : tensor<128x1xi32> -> tensor<128x256xi32>
  // CHECK: gqgpu.spread_sums cols %{{.*}} : tensor<256x1xi32> -> tensor<128x256xi32>
  %1 = gqgpu.spread_sums cols %c : tensor<256x1xi32> -> tensor<128x256xi32>
  // CHECK: gqgpu.put_sums %{{.*}} to %{{.*}}[%{{.*}}] tile 0 : tensor<256x1xi32>, !ring
  gqgpu.put_sums %c to %ring[%slot] tile 0 : tensor<256x1xi32>, !sums
  // CHECK: gqgpu.read_sums %{{.*}}[%{{.*}}] tile 0 : !ring{{[0-9]*}} -> tensor<128x256xi32>
  %2 = gqgpu.read_sums %ring[%slot] tile 0 : !sums -> tensor<128x256xi32>
  return %2 : tensor<128x256xi32>
}

// CHECK-LABEL: func.func @groups
func.func @groups(%ring: !ring, %slot: !gqgpu.slot, %sums: !sums, %full: !gqgpu.slot, %i: index) -> (!acc, !acc, !permuted) {
  // CHECK: %[[ZERO:.*]] = gqgpu.zero_sums cols : !gqgpu.row_sums
  %z = gqgpu.zero_sums cols : !gqgpu.row_sums
  // CHECK: gqgpu.sum_slot_rows %{{.*}}[%{{.*}}] tile 1 rows %{{.*}} k [0, 96] into %[[ZERO]] : !ring
  %s = gqgpu.sum_slot_rows %ring[%slot] tile 1 rows %i k [0, 96] into %z : !ring
  // CHECK: gqgpu.spread_sums rows %{{.*}} : !gqgpu.row_sums -> !gqgpu.fragment<64x256xi32, #gqgpu.mma>
  %r = gqgpu.spread_sums rows %s : !gqgpu.row_sums -> !acc
  // CHECK: gqgpu.put_sums %{{.*}} rows %{{.*}} to %{{.*}}[%{{.*}}] tile 0 permuted 32 : !gqgpu.row_sums, !ring
  gqgpu.put_sums %s rows %i to %sums[%full] tile 0 permuted 32 : !gqgpu.row_sums, !sums
  // CHECK: gqgpu.read_sums %{{.*}}[%{{.*}}] tile 0 : !ring{{[0-9]*}} -> !gqgpu.fragment<64x256xi32, #gqgpu.mma>
  %c = gqgpu.read_sums %sums[%full] tile 0 : !sums -> !acc
  // CHECK: gqgpu.read_sums %{{.*}}[%{{.*}}] tile 0 cols %{{.*}} : !ring{{[0-9]*}} -> !gqgpu.fragment<64x128xi32, #gqgpu.mma<permuted = 32>>
  %p = gqgpu.read_sums %sums[%full] tile 0 cols %i : !sums -> !permuted
  return %r, %c, %p : !acc, !acc, !permuted
}
