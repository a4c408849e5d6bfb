// What gq-tile leaves, as a person edits it, goes through all passes: in tiles they choose nothing anew. Behind a product
// a quantisation of rows, of blocks, of blocks of a cluster; parts of K, of which each step is one sum of integers.
//
// RUN: gq-opt %s --gq-lower-to-tiles -o %t.mlir
// RUN: gq-opt %t.mlir --gq-lower-to-tiles --canonicalize --cse | FileCheck %s
// DEFINE: %{entry} =
// DEFINE: %{again} = gq-run %t.mlir --entry=%{entry} --m=300 --backend=simulate --generate=codes --reference=%s | FileCheck %s --check-prefix=SAME
// SAME: simulated 1 launches
// SAME: check0 passed
// REDEFINE: %{entry} = rows
// RUN: %{again}
// REDEFINE: %{entry} = blocks
// RUN: %{again}
// REDEFINE: %{entry} = parts
// RUN: %{again}
// REDEFINE: %{entry} = steps
// RUN: %{again}

// CHECK-NOT: #gq.quantize_config
// CHECK-LABEL: func.func @parts
// CHECK: gq.absmax_of_parts
// CHECK: gq.absmax_to_scale
// CHECK-NOT: #gq.quantize_config
// CHECK-LABEL: func.func @steps
// CHECK: gq.scaled_matmul {{.*}} -> tensor<{{.*}}xf32>

func.func @rows(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<256x256xi8>, %sb: tensor<2x2xf32>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x256xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, quantize = true>}
      : tensor<?x256xi8>, tensor<256x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x256xf32>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
      : tensor<?x256xf32> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}

func.func @blocks(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<256x256xi8>, %sb: tensor<2x2xf32>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %rows = arith.constant 128 : index
  %g = arith.ceildivui %m, %rows : index
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x256xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, quantize = true>}
      : tensor<?x256xi8>, tensor<256x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x256xf32>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%g) : tensor<?x2xf32>
  %q, %s = gq.quantize %d block [128, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
      : tensor<?x256xf32> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}

func.func @parts(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<256x256xi8>, %sb: tensor<2x2xf32>) -> (tensor<?x256xf8E4M3FN>, tensor<?x1xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %rows = arith.constant 256 : index
  %g = arith.ceildivui %m, %rows : index
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x256xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, cluster = b, quantize = true>}
      : tensor<?x256xi8>, tensor<256x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x256xf32>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%g) : tensor<?x1xf32>
  %q, %s = gq.quantize %d block [256, 256] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x1xf32>)
      : tensor<?x256xf32> -> tensor<?x256xf8E4M3FN>, tensor<?x1xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x1xf32>
}

func.func @steps(%a: tensor<200x512xi8>, %sa: tensor<200x4xf32>, %b: tensor<128x512xi8>, %sb: tensor<1x4xf32>) -> tensor<200x128xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<200x128xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<200x128xf32>) -> tensor<200x128xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<200x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, split_k = 2>}
      : tensor<200x512xi8>, tensor<128x512xi8>, tensor<200x4xf32>, tensor<1x4xf32> -> tensor<200x128xf32>
  return %d : tensor<200x128xf32>
}
