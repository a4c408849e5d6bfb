// Rows are added up in the loop over K, of the tiles that are multiplied; what zero points make of
// their sums is subtracted behind it, by an elementwise op that reads zero points there.
// RUN: gq-opt %s --split-input-file --gq-sum-rows | FileCheck %s
// RUN: gq-opt %s --split-input-file --gq-sum-rows --remarks-filter=gq-sum-rows -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[NONE:.*]] = affine_map<(d0, d1) -> ()>
// CHECK-DAG: #[[EACH:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-LABEL: gqgpu.kernel @both
// CHECK-SAME: %[[ZA:[a-z0-9]*]]: memref<512xi32>, %[[ZB:[a-z0-9]*]]: memref<i8>
// CHECK: gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to
// CHECK-DAG: %[[START_B:.*]] = gqgpu.zero_sums cols : tensor<64x1xi32>
// CHECK-DAG: %[[START_A:.*]] = gqgpu.zero_sums rows : tensor<128x1xi32>
// CHECK: %[[SUMS:.*]]:3 = scf.for {{.*}} iter_args(%[[ACC:.*]] = %{{.*}}, %[[B0:.*]] = %[[START_B]], %[[A0:.*]] = %[[START_A]])
// CHECK:   %[[A:.*]] = gqgpu.load
// CHECK:   %[[B:.*]] = gqgpu.load
// CHECK-NOT: gqgpu.load
// CHECK:   %[[P:.*]] = gq.scaled_matmul %[[A]], %[[B]] outs(%[[ACC]] : tensor<128x64xi32>) : tensor<128x128xi8>
// CHECK:   %[[B1:.*]] = gqgpu.add_row_sums cols %[[B]] into %[[B0]]
// CHECK:   %[[A1:.*]] = gqgpu.add_row_sums rows %[[A]] into %[[A0]]
// CHECK:   scf.yield %[[P]], %[[B1]], %[[A1]]
// CHECK: %[[OF_B:.*]] = gqgpu.spread_sums cols %[[SUMS]]#1 : tensor<64x1xi32> -> tensor<128x64xi32>
// CHECK: %[[POINTS_A:.*]] = gqgpu.load %[[ZA]][%[[I]]] : memref<512xi32> -> tensor<128xi32>
// CHECK: %[[OF_A:.*]] = gqgpu.spread_sums rows %[[SUMS]]#2 : tensor<128x1xi32> -> tensor<128x64xi32>
// CHECK: %[[POINTS_B:.*]] = gqgpu.load %[[ZB]][] : memref<i8> -> tensor<i8>
// CHECK: %[[D:.*]] = linalg.generic {indexing_maps = [#[[EACH]], #[[EACH]], #[[ROW]], #[[EACH]], #[[NONE]], #[[EACH]]]
// CHECK-SAME: ins(%[[SUMS]]#0, %[[OF_B]], %[[POINTS_A]], %[[OF_A]], %[[POINTS_B]] :
// CHECK: ^bb0(%[[SUM:.*]]: i32, %[[X:.*]]: i32, %[[U:.*]]: i32, %[[Y:.*]]: i32, %[[V:.*]]: i8, %{{.*}}: i32):
// CHECK:   %[[XU:.*]] = arith.muli %[[U]], %[[X]] : i32
// CHECK:   %[[LESS:.*]] = arith.subi %[[SUM]], %[[XU]] : i32
// CHECK:   %[[W:.*]] = arith.extsi %[[V]] : i8 to i32
// CHECK:   %[[YW:.*]] = arith.muli %[[W]], %[[Y]] : i32
// CHECK:   %[[LEAST:.*]] = arith.subi %[[LESS]], %[[YW]] : i32
// CHECK:   linalg.yield %[[LEAST]] : i32
// CHECK: gqgpu.store %[[D]],
// REMARK: row sums | Category:gq-sum-rows | {{.*}}rows of operand b are added up beside the product, for the zero points of a
// REMARK: row sums | Category:gq-sum-rows | {{.*}}rows of operand a are added up beside the product, for the zero points of b
gqgpu.kernel @both(%a: memref<512x512xi8>, %b: memref<256x512xi8>, %za: memref<512xi32>, %zb: memref<i8>, %d: memref<512x256xi32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent {
    %zero = arith.constant 0 : i32
    %e = tensor.empty() : tensor<128x64xi32>
    %start = linalg.fill ins(%zero : i32) outs(%e : tensor<128x64xi32>) -> tensor<128x64xi32>
    %p = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %start) -> (tensor<128x64xi32>) {
      %ta = gqgpu.load %a[%i, %k] : memref<512x512xi8> -> tensor<128x128xi8>
      %tb = gqgpu.load %b[%j, %k] : memref<256x512xi8> -> tensor<64x128xi8>
      %u = gqgpu.load %za[%i] : memref<512xi32> -> tensor<128xi32>
      %v = gqgpu.load %zb[] : memref<i8> -> tensor<i8>
      %s = gq.scaled_matmul %ta, %tb a_zero_points(%u : tensor<128xi32>) b_zero_points(%v : tensor<i8>) outs(%acc : tensor<128x64xi32>) {zero_points_apart}
             : tensor<128x128xi8>, tensor<64x128xi8> -> tensor<128x64xi32>
      scf.yield %s : tensor<128x64xi32>
    }
    gqgpu.store %p, %d[%i, %j] : tensor<128x64xi32>, memref<512x256xi32>
  }
  gqgpu.return
}

// -----

// A step that is alone becomes a loop, with what is loaded for it.
// CHECK-LABEL: gqgpu.kernel @one
// CHECK: %[[U:.*]] = gqgpu.load %{{.*}}[%{{.*}}] : memref<512xi32>
// CHECK: %[[START:.*]] = gqgpu.zero_sums cols
// CHECK: %[[SUMS:.*]]:2 = scf.for %{{.*}} = %c0{{.*}} to %c1{{.*}} step %c1{{.*}} iter_args(%[[ACC:.*]] = %{{.*}}, %{{.*}} = %[[START]])
// CHECK:   gqgpu.load
// CHECK:   gqgpu.load
// CHECK:   gq.scaled_matmul %{{.*}}, %{{.*}} outs(%[[ACC]] : tensor<128x64xi32>) :
// CHECK:   gqgpu.add_row_sums cols
// CHECK: linalg.generic {{.*}} ins(%[[SUMS]]#0, %{{.*}}, %[[U]] :
gqgpu.kernel @one(%a: memref<512x128xi8>, %b: memref<256x128xi8>, %za: memref<512xi32>, %d: memref<512x256xi32>) {
  %c0 = arith.constant 0 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent {
    %start = gqgpu.load %d[%i, %j] : memref<512x256xi32> -> tensor<128x64xi32>
    %ta = gqgpu.load %a[%i, %c0] : memref<512x128xi8> -> tensor<128x128xi8>
    %tb = gqgpu.load %b[%j, %c0] : memref<256x128xi8> -> tensor<64x128xi8>
    %u = gqgpu.load %za[%i] : memref<512xi32> -> tensor<128xi32>
    %s = gq.scaled_matmul %ta, %tb a_zero_points(%u : tensor<128xi32>) outs(%start : tensor<128x64xi32>) {zero_points_apart}
           : tensor<128x128xi8>, tensor<64x128xi8> -> tensor<128x64xi32>
    gqgpu.store %s, %d[%i, %j] : tensor<128x64xi32>, memref<512x256xi32>
  }
  gqgpu.return
}
