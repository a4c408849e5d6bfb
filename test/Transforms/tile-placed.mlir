// Results that are parts of a wider tensor: tiles are written there.
// RUN: gq-opt %s --gq-tile | FileCheck %s

// CHECK: #[[BEHIND:.*]] = affine_map<(d0) -> (d0 + 64)>

// Two of them, one behind the other.
// CHECK-LABEL: func.func @beside
// CHECK:       %[[ALL:.*]] = tensor.empty() : tensor<100x160xf32>
// CHECK:       %[[ONE:.*]] = scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (100, 64) step (64, 64) shared_outs(%[[ACC:.*]] = %[[ALL]]) -> (tensor<100x160xf32>) {
// CHECK:         tensor.parallel_insert_slice %{{.*}} into %[[ACC]][%[[I]], 0] [%{{.*}}, 64] [1, 1] : tensor<?x64xf32> into tensor<100x160xf32>
// CHECK:       %[[TWO:.*]] = scf.forall (%[[I2:.*]], %[[J2:.*]]) = (0, 0) to (100, 96) step (64, 64) shared_outs(%[[ACC2:.*]] = %[[ONE]]) -> (tensor<100x160xf32>) {
// CHECK:         %[[AT:.*]] = affine.apply #[[BEHIND]](%[[J2]])
// CHECK:         scf.forall.in_parallel
// CHECK:         tensor.parallel_insert_slice %{{.*}} into %[[ACC2]][%[[I2]], %[[AT]]]
// CHECK:       return %[[TWO]]
func.func @beside(%a: tensor<100x128xbf16>, %b: tensor<64x128xbf16>, %c: tensor<96x128xbf16>) -> tensor<100x160xf32> {
  %zero = arith.constant 0.0 : f32
  %all = tensor.empty() : tensor<100x160xf32>
  %e = tensor.empty() : tensor<100x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x64xf32>) -> tensor<100x64xf32>
  %d = gq.scaled_matmul %a, %b outs(%f : tensor<100x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1>}
      : tensor<100x128xbf16>, tensor<64x128xbf16> -> tensor<100x64xf32>
  %e2 = tensor.empty() : tensor<100x96xf32>
  %f2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<100x96xf32>) -> tensor<100x96xf32>
  %d2 = gq.scaled_matmul %a, %c outs(%f2 : tensor<100x96xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1>}
      : tensor<100x128xbf16>, tensor<96x128xbf16> -> tensor<100x96xf32>
  %one = tensor.insert_slice %d into %all[0, 0] [100, 64] [1, 1] : tensor<100x64xf32> into tensor<100x160xf32>
  %two = tensor.insert_slice %d2 into %one[0, 64] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<100x160xf32>
  return %two : tensor<100x160xf32>
}

// In branches, in each; the place is known behind them only.
// CHECK-LABEL: func.func @branches
// CHECK:       %[[ALL:.*]] = tensor.empty
// CHECK:       %[[R:.*]] = scf.if %{{.*}} -> (tensor<?x160xf32>) {
// CHECK:         scf.forall {{.*}} shared_outs(%{{.*}} = %[[ALL]]) -> (tensor<?x160xf32>)
// CHECK:       } else {
// CHECK:         scf.forall {{.*}} shared_outs(%{{.*}} = %[[ALL]]) -> (tensor<?x160xf32>)
// CHECK:       return %[[R]]
func.func @branches(%a: tensor<?x128xbf16>, %b: tensor<64x128xbf16>, %few: i1) -> tensor<?x160xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x128xbf16>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %d = scf.if %few -> (tensor<?x64xf32>) {
    %x = gq.scaled_matmul %a, %b outs(%f : tensor<?x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1>}
        : tensor<?x128xbf16>, tensor<64x128xbf16> -> tensor<?x64xf32>
    scf.yield %x : tensor<?x64xf32>
  } else {
    %y = gq.scaled_matmul %a, %b outs(%f : tensor<?x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 64]>}
        : tensor<?x128xbf16>, tensor<64x128xbf16> -> tensor<?x64xf32>
    scf.yield %y : tensor<?x64xf32>
  }
  %all = tensor.empty(%m) : tensor<?x160xf32>
  %r = tensor.insert_slice %d into %all[0, 32] [%m, 64] [1, 1] : tensor<?x64xf32> into tensor<?x160xf32>
  return %r : tensor<?x160xf32>
}

// What others read as well stays.
// CHECK-LABEL: func.func @stay
// CHECK:       %[[D:.*]] = scf.forall
// CHECK:       tensor.insert_slice %[[D]] into
func.func @stay(%a: tensor<64x128xbf16>, %b: tensor<64x128xbf16>) -> (tensor<64x160xf32>, tensor<64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %all = tensor.empty() : tensor<64x160xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %d = gq.scaled_matmul %a, %b outs(%f : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1>}
      : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %one = tensor.insert_slice %d into %all[0, 0] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x160xf32>
  return %one, %d : tensor<64x160xf32>, tensor<64x64xf32>
}
