// A tensor that several launches write a part of each: what none of them writes is found.
// RUN: split-file %s %t
// RUN: gq-run %t/whole.mlir --backend=simulate --check | FileCheck %s
// RUN: not gq-run %t/gap.mlir --backend=simulate 2>&1 | FileCheck %s --check-prefix=GAP
// RUN: not gq-run %t/gap.mlir --stages 2>&1 | FileCheck %s --check-prefix=TILES

// CHECK: simulated 2 launches
// CHECK: check0 passed
// GAP: error: 'gqgpu.launch' op kernel never writes 512 elements of operand 2, the first at (0, 64)
// TILES: error: 'scf.forall' op never inserts 512 elements of result 0
// TILES: fails after gq-tile

//--- whole.mlir
func.func @whole(%a: tensor<64x128xbf16>, %b: tensor<64x128xbf16>) -> tensor<64x128xf32> {
  %all = tensor.empty() : tensor<64x128xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %d = gq.scaled_matmul %a, %b outs(%e : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %g = gq.scaled_matmul %b, %a outs(%e : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %one = tensor.insert_slice %d into %all[0, 64] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x128xf32>
  %two = tensor.insert_slice %g into %one[0, 0] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x128xf32>
  return %two : tensor<64x128xf32>
}

//--- gap.mlir
func.func @gap(%a: tensor<64x128xbf16>, %b: tensor<64x128xbf16>) -> tensor<64x136xf32> {
  %all = tensor.empty() : tensor<64x136xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %d = gq.scaled_matmul %a, %b outs(%e : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %g = gq.scaled_matmul %b, %a outs(%e : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %one = tensor.insert_slice %d into %all[0, 72] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x136xf32>
  %two = tensor.insert_slice %g into %one[0, 0] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x136xf32>
  return %two : tensor<64x136xf32>
}
