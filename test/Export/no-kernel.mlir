// Elementwise ops that no kernel computes are refused at the op, in words about it,
// before any kernel is compiled: there is no ptxas here, and none is asked for.
// RUN: rm -rf %t && split-file %s %t
// RUN: not gq-compile %t/rank.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/rank.mlir
// RUN: not gq-compile %t/results.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/results.mlir
// RUN: not gq-compile %t/stored.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/stored.mlir
// RUN: not gq-compile %t/loaded.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/loaded.mlir
// RUN: not gq-compile %t/nested.mlir -o %t/out --ptxas=/nonexistent 2>&1 | FileCheck %t/nested.mlir
// RUN: not ls %t/out

//--- rank.mlir
func.func @f(%x: tensor<4x6x8xf32>) -> tensor<6x4x8xf32> {
  %e = tensor.empty() : tensor<6x4x8xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'linalg.transpose' op has no kernel: expects an elementwise op with one result of rank 2
  %r = linalg.transpose ins(%x : tensor<4x6x8xf32>) outs(%e : tensor<6x4x8xf32>) permutation = [1, 0, 2]
  return %r : tensor<6x4x8xf32>
}

//--- results.mlir
#id = affine_map<(i, j) -> (i, j)>
func.func @f(%x: tensor<8x64xf32>) -> (tensor<8x64xf32>, tensor<8x64xf32>) {
  %e = tensor.empty() : tensor<8x64xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'linalg.generic' op has no kernel: expects an elementwise op with one result of rank 2
  %r:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<8x64xf32>) outs(%e, %e : tensor<8x64xf32>, tensor<8x64xf32>) {
  ^bb0(%v: f32, %o: f32, %p: f32):
    %s = arith.negf %v : f32
    %t = arith.addf %v, %v : f32
    linalg.yield %s, %t : f32, f32
  } -> (tensor<8x64xf32>, tensor<8x64xf32>)
  return %r#0, %r#1 : tensor<8x64xf32>, tensor<8x64xf32>
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
