// RUN: split-file %s %t
// RUN: gq-run %t/rows.mlir --m 37 --stages --check | FileCheck %s --check-prefix=STAGES
// RUN: gq-run %t/long.mlir --m 2 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/columns.mlir --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/all.mlir --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/integers.mlir --m 5 --backend=simulate --check | FileCheck %s
// RUN: gq-run %t/column.mlir --m 500 --backend=simulate --check | FileCheck %s
// RUN: gq-compile %t/column.mlir --emit=ptx -o /dev/null

// Reductions that no other kernel computes have one.

// STAGES-NOT: failed
// STAGES: after gq-outline-kernels: simulated {{ *}}1 launches
// STAGES-NEXT: check0     passed
// STAGES-NOT: failed
// STAGES: after gq-place-dependency: simulated {{ *}}1 launches
// STAGES-NEXT: check0     passed
// STAGES-NOT: failed

// CHECK-NOT: error
// CHECK: simulated {{ *[12]}} launches
// CHECK: check0     passed
// CHECK-NOT: failed

//--- rows.mlir
func.func @rows(%x: tensor<?x300xf16>) -> tensor<?x1xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x300xf16>
  %e = tensor.empty(%m) : tensor<?x1xf32>
  %s = gq.block_reduce addf %x block [1, 300] outs(%e : tensor<?x1xf32>)
         : tensor<?x300xf16> -> tensor<?x1xf32>
  return %s : tensor<?x1xf32>
}

//--- long.mlir
// In parts, of which there are several for each row.
func.func @long(%x: tensor<?x40000xf32>) -> tensor<?x1xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x40000xf32>
  %e = tensor.empty(%m) : tensor<?x1xf32>
  %s = gq.block_reduce addf %x block [1, 40000] outs(%e : tensor<?x1xf32>)
         : tensor<?x40000xf32> -> tensor<?x1xf32>
  return %s : tensor<?x1xf32>
}

//--- columns.mlir
func.func @columns(%x: tensor<500x72xf32>) -> tensor<72xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<72xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<72xf32>) -> tensor<72xf32>
  %s = linalg.reduce { arith.addf } ins(%x : tensor<500x72xf32>) outs(%i : tensor<72xf32>) dimensions = [0]
  return %s : tensor<72xf32>
}

//--- all.mlir
func.func @all(%x: tensor<60x130xf32>) -> tensor<f32> {
  %least = arith.constant 0x7F800000 : f32
  %e = tensor.empty() : tensor<f32>
  %i = linalg.fill ins(%least : f32) outs(%e : tensor<f32>) -> tensor<f32>
  %s = linalg.reduce { arith.minimumf } ins(%x : tensor<60x130xf32>) outs(%i : tensor<f32>) dimensions = [0, 1]
  return %s : tensor<f32>
}

//--- integers.mlir
func.func @integers(%x: tensor<?x90xi32>) -> tensor<?x1xi32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x90xi32>
  %e = tensor.empty(%m) : tensor<?x1xi32>
  %s = gq.block_reduce maxs %x block [1, 90] outs(%e : tensor<?x1xi32>)
         : tensor<?x90xi32> -> tensor<?x1xi32>
  return %s : tensor<?x1xi32>
}

//--- column.mlir
// 43 rows are no part of 256 threads, so there are 172.
func.func @column(%x: tensor<?x1xf32>) -> tensor<?x1xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x1xf32>
  %rows = affine.apply affine_map<(m) -> (m ceildiv 43)>(%m)
  %e = tensor.empty(%rows) : tensor<?x1xf32>
  %s = gq.block_reduce addf %x block [43, 1] outs(%e : tensor<?x1xf32>) : tensor<?x1xf32> -> tensor<?x1xf32>
  return %s : tensor<?x1xf32>
}
