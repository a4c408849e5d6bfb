// What of a tile counts in maxima of blocks is in the IR, and what codes are of: a mask that a person changes, or puts before
// the codes as well, is in the result.
//
// RUN: gq-opt %s --gq-lower-to-tiles --gq-outline-kernels --canonicalize --cse -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: sed 's/gqgpu.mask \(%[a-z0-9_#]*\) to([^)]*)/gqgpu.mask \1 to(%%c128, %%c128)/' %t.mlir > %t.fewer.mlir
// RUN: sed 's/\(gq.scaled_cast\) %[a-z0-9_#]* scales/\1 %%mask scales/; s/%[a-z0-9_]* = gqgpu.mask/%%mask = gqgpu.mask/; s/block_absmax %[a-z0-9_#]* block/block_absmax %%mask block/' %t.fewer.mlir > %t.both.mlir
//
// DEFINE: %{edit} =
// DEFINE: %{kernels} = gq-run %t.%{edit}.mlir --m=300 --backend=simulate --generate=codes --output=%t.q.npy --output=%t.s.npy
// DEFINE: %{lower} = gq-opt %t.%{edit}.mlir --gq-promote-tma --gq-pipeline-stages --gq-lower-to-roles --gq-lower-to-fragments -o %t.lower.mlir
// DEFINE: %{same} = gq-run %t.lower.mlir --m=300 --backend=simulate --generate=codes --output=%t.lower.q.npy --output=%t.lower.s.npy && cmp %t.q.npy %t.lower.q.npy && cmp %t.s.npy %t.lower.s.npy
// REDEFINE: %{edit} = fewer
// RUN: %{kernels} && %{lower} && %{same}
// RUN: cp %t.q.npy %t.fewer.npy
// REDEFINE: %{edit} = both
// RUN: %{kernels} && %{lower} && %{same}
// Codes of zeros in half of the columns.
// RUN: not cmp %t.q.npy %t.fewer.npy

// CHECK: %[[SUM:.*]] = scf.for
// CHECK: %[[MASKED:.*]] = gqgpu.mask %[[SUM]] to(%{{.*}}, %c256)
// CHECK: gq.block_absmax %[[MASKED]] block [128, 128]
// CHECK: gq.scaled_cast %[[SUM]] scales

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
