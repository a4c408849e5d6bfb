// Sums of rows by kernels of their own: products of a row of ones, with configs, and an elementwise op
// behind the product, which has no zero points then.
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --gq-apply-config | FileCheck %s

// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[OF_COLUMN:.*]] = affine_map<(d0, d1) -> (0, d1)>
// CHECK-DAG: #[[OF_ROW:.*]] = affine_map<(d0, d1) -> (0, d0)>
// CHECK-LABEL: func.func @both
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<72x272xi8>, %[[B:[a-z0-9]+]]: tensor<96x272xi8>, %[[ZA:[a-z0-9]+]]: tensor<72xi8>
// CHECK: %[[ONES:.*]]:2 = gq.quantize %{{.*}} block [1, 128] outs(%{{.*}} : tensor<1x272xi8>, tensor<1x3xf32>) {amax_floor = 1.270000e+02 : f32, config = #gq.quantize_config<
// CHECK: %[[OF_B:.*]] = gq.scaled_matmul %[[B]], %[[ONES]]#0 outs(%{{.*}} : tensor<96x1xi32>) {config = #gq.matmul_config<
// CHECK: %[[ROWS:.*]] = linalg.transpose ins(%[[OF_B]] : tensor<96x1xi32>) outs(%{{.*}} : tensor<1x96xi32>)
// CHECK: %[[OF_A:.*]] = gq.scaled_matmul %[[A]], %[[ONES]]#0 outs(%{{.*}} : tensor<72x1xi32>) {config = #gq.matmul_config<
// CHECK: %[[COLUMNS:.*]] = linalg.transpose ins(%[[OF_A]] : tensor<72x1xi32>) outs(%{{.*}} : tensor<1x72xi32>)
// CHECK: %[[P:.*]] = gq.scaled_matmul %[[A]], %[[B]] outs(%{{.*}} : tensor<72x96xi32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, epilogue = 1>} :
// CHECK: linalg.generic {indexing_maps = [#[[ID]], #[[ROW]], #[[OF_COLUMN]], #[[OF_ROW]], #[[ID]]]
// CHECK-SAME: ins(%[[P]], %[[ZA]], %[[ROWS]], %[[COLUMNS]] :
// CHECK: ^bb0(%[[V:.*]]: i32, %[[Z:.*]]: i8, %[[R:.*]]: i32, %[[C:.*]]: i32, %{{.*}}: i32):
// CHECK: %[[WIDE:.*]] = arith.extsi %[[Z]] : i8 to i32
// CHECK: %[[ZA_B:.*]] = arith.muli %[[WIDE]], %[[R]] : i32
// CHECK: %[[ONE:.*]] = arith.subi %[[V]], %[[ZA_B]] : i32
// CHECK: %[[ZB_A:.*]] = arith.muli %c-5_i32{{.*}}, %[[C]] : i32
// CHECK: arith.subi %[[ONE]], %[[ZB_A]] : i32
func.func @both(%a: tensor<72x272xi8>, %b: tensor<96x272xi8>, %za: tensor<72xi8>) -> tensor<72x96xi32> {
  %zero = arith.constant 0 : i32
  %zb = arith.constant dense<-5> : tensor<i32>
  %e = tensor.empty() : tensor<72x96xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<72x96xi32>) -> tensor<72x96xi32>
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<72xi8>) b_zero_points(%zb : tensor<i32>) outs(%i : tensor<72x96xi32>)
         {zero_points_apart, config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, epilogue = 0, row_sums = apart>}
         : tensor<72x272xi8>, tensor<96x272xi8> -> tensor<72x96xi32>
  return %d : tensor<72x96xi32>
}

// -----

// Of one operand, for some numbers of rows; an argument is added to.
// CHECK-LABEL: func.func @ranges
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<?x272xi8>, %[[B:[a-z0-9]+]]: tensor<96x272xi8>
// CHECK: scf.if
// CHECK: gq.scaled_matmul %[[A]], %[[B]] a_zero_points(
// CHECK-NOT: gq.quantize
// CHECK: } else {
// CHECK: %[[ONES:.*]]:2 = gq.quantize
// CHECK: gq.scaled_matmul %[[B]], %[[ONES]]#0 outs({{.*}} -> tensor<96x1xi32>
// CHECK: gq.scaled_matmul %[[A]], %[[B]] outs(
// CHECK-SAME: {config = #gq.matmul_config<tile = [128, 64, 128]>}
// CHECK: arith.subi
func.func @ranges(%a: tensor<?x272xi8>, %b: tensor<96x272xi8>, %za: tensor<?xi32>, %c: tensor<?x96xi32>) -> tensor<?x96xi32> {
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<?xi32>) outs(%c : tensor<?x96xi32>)
         {zero_points_apart, config = #gq.matmul_variants<up_to 64 = <tile = [64, 64, 128], math_groups = 1>, above = <tile = [128, 64, 128], row_sums = apart>>}
         : tensor<?x272xi8>, tensor<96x272xi8> -> tensor<?x96xi32>
  return %d : tensor<?x96xi32>
}

// -----

// Sums of a dynamic number of rows are a row whose length a launch knows.
// CHECK-LABEL: func.func @of_b
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<?x272xi8>
// CHECK: %[[ONES:.*]]:2 = gq.quantize
// CHECK: %[[WHOLE:.*]] = arith.cmpi eq
// CHECK: %[[SUMS:.*]] = scf.if %[[WHOLE]]
// CHECK: gq.scaled_matmul %{{.*}} {config = #gq.matmul_config<
// CHECK-NOT: pitch = any
// CHECK: } else {
// CHECK: gq.scaled_matmul {{.*}}pitch = any
// CHECK: linalg.generic
// CHECK-SAME: %[[SUMS]]
func.func @of_b(%a: tensor<?x272xi8>, %b: tensor<96x272xi8>, %zb: tensor<96xi32>, %c: tensor<?x96xi32>) -> tensor<?x96xi32> {
  %d = gq.scaled_matmul %a, %b b_zero_points(%zb : tensor<96xi32>) outs(%c : tensor<?x96xi32>)
         {zero_points_apart, config = #gq.matmul_config<tile = [128, 64, 128], row_sums = apart>}
         : tensor<?x272xi8>, tensor<96x272xi8> -> tensor<?x96xi32>
  return %d : tensor<?x96xi32>
}
