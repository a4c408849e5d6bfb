// Ops that no kernel computes are refused at the op, in words about it,
// before any kernel is compiled: there is no ptxas here, and none is asked for.
// RUN: rm -rf %t && split-file %s %t
// RUN: not gq-compile %t/rank.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/rank.mlir
// RUN: not gq-compile %t/product.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/product.mlir
// RUN: not gq-compile %t/batch.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/batch.mlir
// RUN: not gq-compile %t/vector.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/vector.mlir
// RUN: not gq-compile %t/reduction.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/reduction.mlir
// RUN: not gq-compile %t/other.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/other.mlir
// RUN: not gq-compile %t/stored.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/stored.mlir
// RUN: not gq-compile %t/loaded.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/loaded.mlir
// RUN: not gq-compile %t/nested.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/nested.mlir
// RUN: not ls %t/out

//--- rank.mlir
func.func @f(%x: tensor<4x6x8xf32>) -> tensor<6x4x8xf32> {
  %e = tensor.empty() : tensor<6x4x8xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'linalg.transpose' op has no kernel: expects a transpose of a matrix, got one of rank 3
  %r = linalg.transpose ins(%x : tensor<4x6x8xf32>) outs(%e : tensor<6x4x8xf32>) permutation = [1, 0, 2]
  return %r : tensor<6x4x8xf32>
}

//--- product.mlir
func.func @f(%a: tensor<8x64xf64>, %b: tensor<64x16xf64>, %c: tensor<8x16xf64>) -> tensor<8x16xf64> {
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'linalg.matmul' op has no kernel: it multiplies f64 by f64 into f64, expects f32, bf16 or f16, or i8 by i8 into i32
  %r = linalg.matmul ins(%a, %b : tensor<8x64xf64>, tensor<64x16xf64>) outs(%c : tensor<8x16xf64>) -> tensor<8x16xf64>
  return %r : tensor<8x16xf64>
}

//--- batch.mlir
func.func @f(%a: tensor<3x8x64xbf16>, %b: tensor<3x64x16xbf16>, %c: tensor<3x8x16xf32>) -> tensor<3x8x16xf32> {
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'linalg.batch_matmul' op has no kernel: it is a batch of operands that do not have K last; expects batches of M x K and of N x K
  %r = linalg.batch_matmul ins(%a, %b : tensor<3x8x64xbf16>, tensor<3x64x16xbf16>) outs(%c : tensor<3x8x16xf32>) -> tensor<3x8x16xf32>
  return %r : tensor<3x8x16xf32>
}

//--- vector.mlir
func.func @f(%a: tensor<8x64xbf16>, %b: tensor<64xbf16>, %c: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'linalg.matvec' op has no kernel: it is no product of two matrices
  %r = linalg.matvec ins(%a, %b : tensor<8x64xbf16>, tensor<64xbf16>) outs(%c : tensor<8xf32>) -> tensor<8xf32>
  return %r : tensor<8xf32>
}

//--- reduction.mlir
func.func @f(%x: tensor<1x8x8x16xf32>, %w: tensor<3x3x16x4xf32>, %c: tensor<1x6x6x4xf32>) -> tensor<1x6x6x4xf32> {
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'linalg.conv_2d_nhwc_hwcf' op has no kernel: expects a product of two matrices, or a reduction of a matrix by one op of arith, along rows, columns or all of it
  %r = linalg.conv_2d_nhwc_hwcf ins(%x, %w : tensor<1x8x8x16xf32>, tensor<3x3x16x4xf32>) outs(%c : tensor<1x6x6x4xf32>) -> tensor<1x6x6x4xf32>
  return %r : tensor<1x6x6x4xf32>
}

//--- other.mlir
func.func @f(%x: tensor<8x64xf32>, %y: tensor<8x16xf32>) -> tensor<8x80xf32> {
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'tensor.concat' op has no kernel: expects ops of gq, linalg, arith or math on tensors
  %r = tensor.concat dim(1) %x, %y : (tensor<8x64xf32>, tensor<8x16xf32>) -> tensor<8x80xf32>
  return %r : tensor<8x80xf32>
}

//--- stored.mlir
func.func @f(%x: tensor<8x64xi16>) -> tensor<8x64xi16> {
  %e = tensor.empty() : tensor<8x64xi16>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'linalg.add' op has no kernel: expects a result of bf16, f16, f32, f8E4M3FN, f8E5M2, i8, i32 or f8E8M0FNU, got 'i16'
  %r = linalg.add ins(%x, %x : tensor<8x64xi16>, tensor<8x64xi16>) outs(%e : tensor<8x64xi16>) -> tensor<8x64xi16>
  return %r : tensor<8x64xi16>
}

//--- loaded.mlir
#id = affine_map<(i, j) -> (i, j)>
func.func @f(%x: tensor<8x64xi64>) -> tensor<8x64xf32> {
  %e = tensor.empty() : tensor<8x64xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'linalg.generic' op has no kernel: expects to read elements of 16 or 32 bits, f8E4M3FN, f8E5M2, i8 or f8E8M0FNU, got 'i64'
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<8x64xi64>) outs(%e : tensor<8x64xf32>) {
  ^bb0(%v: i64, %o: f32):
    %s = arith.sitofp %v : i64 to f32
    linalg.yield %s : f32
  } -> tensor<8x64xf32>
  return %r : tensor<8x64xf32>
}

//--- nested.mlir
func.func @f(%x: tensor<?x64xf32>, %z: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = tensor.dim %x, %c0 : tensor<?x64xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'scf.for' op is around ops that have kernels; expects a static number of at most 256 iterations, which are written out, got one that is not known
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%v = %z) -> tensor<8x64xf32> {
    %e = tensor.empty() : tensor<8x64xf32>
    %y = linalg.exp ins(%v : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
    scf.yield %y : tensor<8x64xf32>
  }
  return %r : tensor<8x64xf32>
}
