// RUN: gq-opt %s --gq-expand --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-expand --split-input-file --remarks-filter=gq-expand -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// A product whose sum over K is one integer: into i32, and scaled behind it. The config stays
// with the product.
// CHECK: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0, 0)>
// CHECK: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (0, d1)>
// CHECK-LABEL: func.func @rows
// CHECK-SAME: %[[A:.*]]: tensor<64x272xi8>, %[[B:.*]]: tensor<96x272xi8>, %[[SA:.*]]: tensor<64x1xf32>, %[[SB:.*]]: tensor<1x96xf32>
// CHECK: %[[ZEROS:.*]] = linalg.fill ins(%c0_i32 : i32)
// CHECK: %[[SUM:.*]] = gq.scaled_matmul %[[A]], %[[B]] outs(%[[ZEROS]] : tensor<64x96xi32>) {config = #gq.matmul_config<tile = [64, 96, 128]>} : tensor<64x272xi8>, tensor<96x272xi8> -> tensor<64x96xi32>
// CHECK: linalg.generic {indexing_maps = [#{{.*}}, #[[ROW]], #[[COLUMN]], #{{.*}}, #{{.*}}]
// CHECK-SAME: ins(%[[SUM]], %[[SA]], %[[SB]], %[[C:.*]] : tensor<64x96xi32>, tensor<64x1xf32>, tensor<1x96xf32>, tensor<64x96xf32>) outs(%[[C]] : tensor<64x96xf32>)
// CHECK: ^bb0(%[[V:.*]]: i32, %[[X:.*]]: f32, %[[Y:.*]]: f32, %[[START:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG: %[[F:.*]] = arith.sitofp %[[V]] : i32 to f32
// CHECK-DAG: %[[S:.*]] = arith.mulf %[[X]], %[[Y]] : f32
// CHECK: math.fma %[[F]], %[[S]], %[[START]] : f32
// REMARK: integers | Category:gq-expand | {{.*}}products of i8 are added up in s32 over all of K, and scaled behind the loop
func.func @rows(%a: tensor<64x272xi8>, %b: tensor<96x272xi8>, %sa: tensor<64x1xf32>, %sb: tensor<1x96xf32>, %c: tensor<64x96xf32>) -> tensor<64x96xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 512], %sb block [1, 272]) outs(%c : tensor<64x96xf32>)
         {transposed_b_scales, config = #gq.matmul_config<tile = [64, 96, 128]>}
         : tensor<64x272xi8>, tensor<96x272xi8>, tensor<64x1xf32>, tensor<1x96xf32> -> tensor<64x96xf32>
  return %d : tensor<64x96xf32>
}

// -----

// Promoted: several blocks along K, blocks of several rows, a promote of a person, a K of
// unknown size or one whose sum may leave s32.
// CHECK-LABEL: func.func @promoted
// CHECK-NEXT: gq.scaled_matmul
// CHECK-NEXT: gq.scaled_matmul
// CHECK-NEXT: gq.scaled_matmul
// CHECK-NEXT: gq.scaled_matmul
// CHECK-NEXT: gq.scaled_matmul
// CHECK-NEXT: return
func.func @promoted(%a: tensor<64x256xi8>, %s2: tensor<64x2xf32>, %s: tensor<64x1xf32>, %r: tensor<2x1xf32>, %x: tensor<64x?xi8>,
                    %y: tensor<64x131072xi8>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %0 = gq.scaled_matmul %a, %a scales(%s2 block [1, 128], %s block [1, 256]) outs(%c : tensor<64x64xf32>)
         : tensor<64x256xi8>, tensor<64x256xi8>, tensor<64x2xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
  %1 = gq.scaled_matmul %a, %a scales(%s block [1, 256], %r block [32, 256]) outs(%0 : tensor<64x64xf32>)
         : tensor<64x256xi8>, tensor<64x256xi8>, tensor<64x1xf32>, tensor<2x1xf32> -> tensor<64x64xf32>
  %2 = gq.scaled_matmul %a, %a scales(%s block [1, 256], %s block [1, 256]) outs(%1 : tensor<64x64xf32>) {promote = 128}
         : tensor<64x256xi8>, tensor<64x256xi8>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
  %3 = gq.scaled_matmul %x, %x outs(%2 : tensor<64x64xf32>)
         : tensor<64x?xi8>, tensor<64x?xi8> -> tensor<64x64xf32>
  %4 = gq.scaled_matmul %y, %y outs(%3 : tensor<64x64xf32>)
         : tensor<64x131072xi8>, tensor<64x131072xi8> -> tensor<64x64xf32>
  return %4 : tensor<64x64xf32>
}

// -----

// Zero points: the product keeps those that are not known zeros, and the product of both is added
// behind it.
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func.func @zero_points
// CHECK-SAME: %[[A:.*]]: tensor<?x272xi8>, %[[B:.*]]: tensor<96x272xi8>, %[[ZA:.*]]: tensor<?xi32>
// CHECK: %[[ZB:.*]] = arith.constant dense<-5> : tensor<i32>
// CHECK: %[[SUM:.*]] = gq.scaled_matmul %[[A]], %[[B]] a_zero_points(%[[ZA]] : tensor<?xi32>) b_zero_points(%[[ZB]] : tensor<i32>) outs(%{{.*}} : tensor<?x96xi32>) {zero_points_apart}
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[SUM]], %[[ZA]], %{{.*}} : tensor<?x96xi32>, tensor<?xi32>, tensor<?x96xi32>)
// CHECK: ^bb0(%[[V:.*]]: i32, %[[Z:.*]]: i32, %[[START:.*]]: i32, %{{.*}}: i32):
// CHECK: %[[BOTH:.*]] = arith.muli %[[Z]], %c-5_i32{{.*}} : i32
// CHECK: %[[ALL:.*]] = arith.muli %[[BOTH]], %c272_i32{{.*}} : i32
// CHECK: %[[ADDED:.*]] = arith.addi %[[V]], %[[ALL]] : i32
// CHECK: arith.addi %[[ADDED]], %[[START]] : i32
// REMARK-NOT: row sums
func.func @zero_points(%a: tensor<?x272xi8>, %b: tensor<96x272xi8>, %za: tensor<?xi32>, %c: tensor<?x96xi32>) -> tensor<?x96xi32> {
  %zb = arith.constant dense<-5> : tensor<i8>
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<?xi32>) b_zero_points(%zb : tensor<i8>) outs(%c : tensor<?x96xi32>)
         : tensor<?x272xi8>, tensor<96x272xi8> -> tensor<?x96xi32>
  return %d : tensor<?x96xi32>
}

// -----

// Of one operand nothing is left to add, and known zeros are gone.
// CHECK-LABEL: func.func @of_one
// CHECK-SAME: %[[A:.*]]: tensor<64x272xi8>, %[[B:.*]]: tensor<96x272xi8>, %[[ZA:.*]]: tensor<64xi8>
// CHECK: %[[SUM:.*]] = gq.scaled_matmul %[[A]], %[[B]] a_zero_points(%[[ZA]] : tensor<64xi8>) outs(%{{.*}}) {zero_points_apart}
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[SUM]], %{{.*}} : tensor<64x96xi32>, tensor<64x96xi32>)
func.func @of_one(%a: tensor<64x272xi8>, %b: tensor<96x272xi8>, %za: tensor<64xi8>, %c: tensor<64x96xi32>) -> tensor<64x96xi32> {
  %zb = arith.constant dense<0> : tensor<96xi8>
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<64xi8>) b_zero_points(%zb : tensor<96xi8>) outs(%c : tensor<64x96xi32>)
         : tensor<64x272xi8>, tensor<96x272xi8> -> tensor<64x96xi32>
  return %d : tensor<64x96xi32>
}

// -----

// A config with which no kernel can add up rows has kernels of their own add them up, each of several
// that is so.
// CHECK-LABEL: func.func @apart
// CHECK: gq.scaled_matmul {{.*}} a_zero_points(%{{.*}}) b_zero_points(%{{.*}}) outs(%{{.*}}) {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2, row_sums = apart>, zero_points_apart}
// REMARK: row sums | Category:gq-expand | {{.*}}kernels of their own add up rows for the zero points: its config has k_groups = 2, expects 1: zero points take sums of rows, which one math role adds up beside one product
func.func @apart(%a: tensor<?x272xi8>, %b: tensor<96x272xi8>, %za: tensor<?xi32>, %c: tensor<?x96xi32>) -> tensor<?x96xi32> {
  %zb = arith.constant dense<-5> : tensor<i8>
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<?xi32>) b_zero_points(%zb : tensor<i8>) outs(%c : tensor<?x96xi32>)
         {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2, math_groups = 2>}
         : tensor<?x272xi8>, tensor<96x272xi8> -> tensor<?x96xi32>
  return %d : tensor<?x96xi32>
}

// -----

// CHECK-LABEL: func.func @some_apart
// CHECK: {config = #gq.matmul_variants<up_to 64 = <tile = [64, 64, 128], math_groups = 1>, above = <tile = [128, 64, 128], schedule = streamk, row_sums = apart>>, zero_points_apart}
// REMARK: row sums | Category:gq-expand | {{.*}}its config has schedule = streamk
func.func @some_apart(%a: tensor<?x272xi8>, %b: tensor<96x272xi8>, %za: tensor<?xi32>, %c: tensor<?x96xi32>) -> tensor<?x96xi32> {
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<?xi32>) outs(%c : tensor<?x96xi32>)
         {config = #gq.matmul_variants<up_to 64 = <tile = [64, 64, 128], math_groups = 1>, above = <tile = [128, 64, 128], schedule = streamk>>}
         : tensor<?x272xi8>, tensor<96x272xi8> -> tensor<?x96xi32>
  return %d : tensor<?x96xi32>
}
