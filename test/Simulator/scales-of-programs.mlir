// Scales as checkpoints and front ends have them: of bf16 that the program widens, of 32 or 64
// elements, of rows on both sides. Each against the reference, for a few rows and many.
//
// DEFINE: %{entry} =
// DEFINE: %{m} = 1
// DEFINE: %{check} = gq-run %s --entry=%{entry} --m=%{m} --backend=simulate --check | FileCheck %s
// CHECK: simulated
// CHECK: check0 passed
// REDEFINE: %{entry} = widened
// REDEFINE: %{m} = 70
// RUN: %{check}
// REDEFINE: %{entry} = of_32
// REDEFINE: %{m} = 1
// RUN: %{check}
// REDEFINE: %{m} = 70
// RUN: %{check}
// REDEFINE: %{m} = 300
// RUN: %{check}
// REDEFINE: %{entry} = of_64
// REDEFINE: %{m} = 70
// RUN: %{check}
// REDEFINE: %{entry} = rows
// REDEFINE: %{m} = 1
// RUN: %{check}
// REDEFINE: %{m} = 70
// RUN: %{check}
// REDEFINE: %{m} = 300
// RUN: %{check}
// They fit the registers that they are given, and say what they cost.
// RUN: gq-compile %s --emit=bundle -o %t.gqb --remarks-filter=gq-select-config 2>&1 | FileCheck %s --check-prefix=REMARKS
// REMARKS: Remark="promotes every 32 elements of K, where blocks of a or b end, not every 128: 4 times the multiply-adds outside of the tensor cores"
// REMARKS: Remark="promotes every 64 elements of K, where blocks of a or b end, not every 128: 2 times the multiply-adds outside of the tensor cores"

#id = affine_map<(i, j) -> (i, j)>

func.func @widened(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<200x512xf8E4M3FN>, %narrow: tensor<2x4xbf16>) -> tensor<?x200xf32> {
  %es = tensor.empty() : tensor<2x4xf32>
  %sb = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%narrow : tensor<2x4xbf16>) outs(%es : tensor<2x4xf32>) {
  ^bb0(%x: bf16, %o: f32):
    %wide = arith.extf %x : bf16 to f32
    linalg.yield %wide : f32
  } -> tensor<2x4xf32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x512xf8E4M3FN>, tensor<200x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}

func.func @of_32(%a: tensor<?x384xf8E4M3FN>, %sa: tensor<?x12xf32>, %b: tensor<136x384xf8E4M3FN>, %sb: tensor<136x12xf32>) -> tensor<?x136xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x384xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x136xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x136xf32>) -> tensor<?x136xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%init : tensor<?x136xf32>)
      : tensor<?x384xf8E4M3FN>, tensor<136x384xf8E4M3FN>, tensor<?x12xf32>, tensor<136x12xf32> -> tensor<?x136xf32>
  return %d : tensor<?x136xf32>
}

func.func @of_64(%a: tensor<?x384xf8E4M3FN>, %sa: tensor<?x6xf32>, %b: tensor<136x384xf8E4M3FN>, %sb: tensor<3x6xf32>) -> tensor<?x136xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x384xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x136xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x136xf32>) -> tensor<?x136xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 64], %sb block [64, 64]) outs(%init : tensor<?x136xf32>)
      : tensor<?x384xf8E4M3FN>, tensor<136x384xf8E4M3FN>, tensor<?x6xf32>, tensor<3x6xf32> -> tensor<?x136xf32>
  return %d : tensor<?x136xf32>
}

func.func @rows(%a: tensor<?x384xf8E4M3FN>, %sa: tensor<?x3xf32>, %b: tensor<136x384xf8E4M3FN>, %sb: tensor<136x3xf32>) -> tensor<?x136xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x384xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x136xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x136xf32>) -> tensor<?x136xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%init : tensor<?x136xf32>)
      : tensor<?x384xf8E4M3FN>, tensor<136x384xf8E4M3FN>, tensor<?x3xf32>, tensor<136x3xf32> -> tensor<?x136xf32>
  return %d : tensor<?x136xf32>
}
