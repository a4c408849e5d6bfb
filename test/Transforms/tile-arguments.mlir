// Arguments that results start from are read, not written.
// RUN: gq-opt %s --gq-tile --split-input-file | FileCheck %s

// A sum starts from the tile of the argument, and goes to a tensor of its own.
// CHECK-LABEL: func.func @accumulate
// CHECK-SAME: %[[C:[a-z0-9]+]]: tensor<?x256xf32>)
// CHECK: %[[M:.*]] = tensor.dim %[[C]]
// CHECK: %[[OWN:.*]] = tensor.empty(%[[M]]) : tensor<?x256xf32>
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = {{.*}} shared_outs(%[[OUT:.*]] = %[[OWN]])
// CHECK:   %[[START:.*]] = tensor.extract_slice %[[C]][%[[I]], %[[J]]]
// CHECK:   %[[SUM:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[START]])
// CHECK:   tensor.parallel_insert_slice %[[SUM]] into %[[OUT]][%[[I]], %[[J]]]
func.func @accumulate(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<?x4xf32>,
                      %sb: tensor<2x4xf32>, %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x256xf32>)
      {config = #gq.matmul_config<tile = [256, 128, 128]>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}

// -----

// Destinations that nothing is read from as well.
// CHECK-LABEL: func.func @quantize
// CHECK-DAG: %[[Q:.*]] = tensor.empty() : tensor<256x256xf8E4M3FN>
// CHECK-DAG: %[[S:.*]] = tensor.empty() : tensor<2x2xf32>
// CHECK: scf.forall {{.*}} shared_outs(%{{.*}} = %[[Q]], %{{.*}} = %[[S]])
func.func @quantize(%x: tensor<256x256xbf16>, %q: tensor<256x256xf8E4M3FN>, %s: tensor<2x2xf32>)
    -> (tensor<256x256xf8E4M3FN>, tensor<2x2xf32>) {
  %codes, %scales = gq.quantize %x block [128, 128] outs(%q, %s : tensor<256x256xf8E4M3FN>, tensor<2x2xf32>)
      {config = #gq.quantize_config<tile = [128, 128]>}
      : tensor<256x256xbf16> -> tensor<256x256xf8E4M3FN>, tensor<2x2xf32>
  return %codes, %scales : tensor<256x256xf8E4M3FN>, tensor<2x2xf32>
}

// -----

// A tensor that an earlier op made is written in place, as ever.
// CHECK-LABEL: func.func @twice
// CHECK: %[[FIRST:.*]] = scf.forall
// CHECK: scf.forall {{.*}} shared_outs(%{{.*}} = %[[FIRST]])
func.func @twice(%a: tensor<256x128xf8E4M3FN>, %b: tensor<128x128xf8E4M3FN>, %s: tensor<2x1xf32>, %t: tensor<1x1xf32>,
                 %c: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [128, 128], %t block [128, 128]) outs(%c : tensor<256x128xf32>)
      {config = #gq.matmul_config<tile = [128, 128, 128]>}
      : tensor<256x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<2x1xf32>, tensor<1x1xf32> -> tensor<256x128xf32>
  %e = gq.scaled_matmul %a, %b scales(%s block [128, 128], %t block [128, 128]) outs(%d : tensor<256x128xf32>)
      {config = #gq.matmul_config<tile = [128, 128, 128]>}
      : tensor<256x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<2x1xf32>, tensor<1x1xf32> -> tensor<256x128xf32>
  return %e : tensor<256x128xf32>
}

// -----

// A constant is no more written than an argument.
// CHECK-LABEL: func.func @constant
// CHECK: %[[C:.*]] = arith.constant dense_resource<start>
// CHECK: %[[OWN:.*]] = tensor.empty() : tensor<256x256xf32>
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) = {{.*}} shared_outs(%[[OUT:.*]] = %[[OWN]])
// CHECK:   tensor.extract_slice %[[C]][%[[I]], %[[J]]]
// CHECK:   tensor.parallel_insert_slice %{{.*}} into %[[OUT]][%[[I]], %[[J]]]
func.func @constant(%a: tensor<256x128xf8E4M3FN>, %sa: tensor<256x1xf32>, %sb: tensor<2x1xf32>) -> tensor<256x256xf32> {
  %c = arith.constant dense_resource<start> : tensor<256x256xf32>
  %d = gq.scaled_matmul %a, %a scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<256x256xf32>)
      {config = #gq.matmul_config<tile = [128, 128, 128]>}
      : tensor<256x128xf8E4M3FN>, tensor<256x128xf8E4M3FN>, tensor<256x1xf32>, tensor<2x1xf32> -> tensor<256x256xf32>
  return %d : tensor<256x256xf32>
}
