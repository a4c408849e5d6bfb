// Scales of rows, and of columns, that the copy engine brings sixteen bytes of each: the
// same numbers after every pass; K that ends within a step, rows and columns past the end.
//
// DEFINE: %{entry} =
// DEFINE: %{stages} = gq-run %s --entry=%{entry} --m=70 --stages --interleavings=5 | FileCheck %s --implicit-check-not=failed
// REDEFINE: %{entry} = rows
// RUN: %{stages}
// REDEFINE: %{entry} = both
// RUN: %{stages}
// REDEFINE: %{entry} = bytes
// RUN: %{stages}
// CHECK: after gq-allocate-shared-memory
// CHECK: check0 {{ *}}passed

// Scales that are not in the tile are not read.
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments | sed 's/mod 4)>/mod 8)>/' > %t.past.mlir
// RUN: not gq-run %t.past.mlir --entry=rows --m=70 --backend=simulate 2>&1 | FileCheck %s --check-prefix=PAST
// PAST: error: {{.*}}expects operand past between 0 and 3, the last column of the tile, got 0 to 7

func.func @rows(%a: tensor<?x1008xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<40x1008xf8E4M3FN>, %sb: tensor<1x8xf32>) -> tensor<?x40xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x1008xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x40xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x40xbf16>) -> tensor<?x40xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x40xbf16>)
      {config = #gq.matmul_config<tile = [64, 32, 128], stages = 3, math_groups = 1, scales = tma>}
      : tensor<?x1008xf8E4M3FN>, tensor<40x1008xf8E4M3FN>, tensor<?x8xf32>, tensor<1x8xf32> -> tensor<?x40xbf16>
  return %d : tensor<?x40xbf16>
}

func.func @both(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<40x512xf8E5M2>, %sb: tensor<40x4xf32>) -> tensor<?x40xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x40xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x40xf32>) -> tensor<?x40xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%i : tensor<?x40xf32>)
      {config = #gq.matmul_config<tile = [64, 32, 128], stages = 2, math_groups = 1, scales = tma>}
      : tensor<?x512xf8E4M3FN>, tensor<40x512xf8E5M2>, tensor<?x4xf32>, tensor<40x4xf32> -> tensor<?x40xf32>
  return %d : tensor<?x40xf32>
}

// Sixteen columns of one byte.
func.func @bytes(%a: tensor<?x2048xf8E4M3FN>, %sa: tensor<?x16xf8E8M0FNU>, %b: tensor<40x2048xf8E4M3FN>, %sb: tensor<1x16xf32>) -> tensor<?x40xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x2048xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x40xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x40xf32>) -> tensor<?x40xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x40xf32>)
      {config = #gq.matmul_config<tile = [64, 32, 128], stages = 2, math_groups = 1, scales = tma>}
      : tensor<?x2048xf8E4M3FN>, tensor<40x2048xf8E4M3FN>, tensor<?x16xf8E8M0FNU>, tensor<1x16xf32> -> tensor<?x40xf32>
  return %d : tensor<?x40xf32>
}
