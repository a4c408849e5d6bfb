// C^T = B . A^T for few rows of A: weights take the 64 rows of an instruction, tokens
// its columns, of which each has a scale of its own; what the program wants is the
// transpose, with a bias behind it. After every pass to the bit what the reference
// makes of A . B^T.

// RUN: gq-run %s --reference=%S/Inputs/plain-product.mlir --backend=simulate --m=1 --stages | FileCheck %s
// RUN: gq-run %s --reference=%S/Inputs/plain-product.mlir --backend=simulate --m=5 --stages --config='#gq.matmul_config<tile = [64, 8, 128], math_groups = 1>' | FileCheck %s
// RUN: gq-run %s --reference=%S/Inputs/plain-product.mlir --backend=simulate --m=16 --stages | FileCheck %s
// RUN: gq-run %s --reference=%S/Inputs/plain-product.mlir --backend=simulate --m=33 --stages --interleavings=20 | FileCheck %s
// RUN: gq-run %s --reference=%S/Inputs/plain-product.mlir --backend=simulate --m=33 --stages --config='#gq.matmul_config<tile = [256, 24, 128]>' | FileCheck %s

// CHECK-NOT: relative error {{0[.]|[1-9]}}
// CHECK: after gq-allocate-shared-memory: simulated 1 launches
// CHECK-NEXT: check0 passed: relative error 0 (

// A scale that is read for another column, or a store that forgets to turn, is found.
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments -o %t.mlir
// RUN: gq-run %t.mlir --reference=%S/Inputs/plain-product.mlir --backend=simulate --m=8 | FileCheck %s --check-prefix=SAME
// RUN: sed 's/cols %c0 block 1 /cols %c0 block 2 /' %t.mlir | not gq-run - --reference=%S/Inputs/plain-product.mlir --backend=simulate --m=8 2>&1 | FileCheck %s --check-prefix=SCALES
// RUN: sed 's/, transposed}/}/' %t.mlir | not gq-run - --reference=%S/Inputs/plain-product.mlir --backend=simulate --m=8 2>&1 | FileCheck %s --check-prefix=ROWS
// SAME: check0 passed: relative error 0 (
// SCALES: check0 failed
// ROWS: error: 'gqgpu.launch' op kernel never writes {{[0-9]+}} elements of operand 5

func.func @mm(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<200x400xf8E4M3FN>, %sb: tensor<2x4xf32>,
              %bias: tensor<200xbf16>) -> tensor<?x200xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x400xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<200x?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<200x?xf32>) -> tensor<200x?xf32>
  %p = gq.scaled_matmul %b, %a scales(%sb block [128, 128], %sa block [1, 128]) outs(%f : tensor<200x?xf32>)
      {config = #gq.matmul_config<tile = [128, 16, 128]>}
      : tensor<200x400xf8E4M3FN>, tensor<?x400xf8E4M3FN>, tensor<2x4xf32>, tensor<?x4xf32> -> tensor<200x?xf32>
  %te = tensor.empty(%m) : tensor<?x200xf32>
  %t = linalg.transpose ins(%p : tensor<200x?xf32>) outs(%te : tensor<?x200xf32>) permutation = [1, 0]
  %d = tensor.empty(%m) : tensor<?x200xbf16>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%t, %bias : tensor<?x200xf32>, tensor<200xbf16>) outs(%d : tensor<?x200xbf16>) {
  ^bb0(%x: f32, %y: bf16, %o: bf16):
    %w = arith.extf %y : bf16 to f32
    %s = arith.addf %x, %w : f32
    %q = arith.truncf %s : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<?x200xbf16>
  return %r : tensor<?x200xbf16>
}
