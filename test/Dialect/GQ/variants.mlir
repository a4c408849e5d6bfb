// #gq.matmul_variants and batch_invariant through the pretty, the generic and the
// bytecode form. Defaults of a config are not printed.
// RUN: gq-opt %s --verify-roundtrip | FileCheck %s
// RUN: gq-opt %s --mlir-print-op-generic | gq-opt | FileCheck %s
// RUN: gq-opt %s --emit-bytecode | gq-opt | FileCheck %s

// CHECK: func.func private @one() attributes {v = #gq.matmul_variants<above = <tile = [256, 128, 128]>>}
func.func private @one() attributes {v = #gq.matmul_variants<above = <tile = [256, 128, 128], stages = 4>>}

// CHECK: func.func private @twelve() attributes {v = #gq.matmul_variants<up_to 1 = <tile = [64, 16, 128]>, up_to 2 = <tile = [64, 32, 128]>,
// CHECK-SAME: up_to 11 = <tile = [64, 192, 128]>, above = <tile = [64, 128, 128]>>}
func.func private @twelve() attributes {v = #gq.matmul_variants<
  up_to 1 = <tile = [64, 16, 128]>, up_to 2 = <tile = [64, 32, 128]>, up_to 3 = <tile = [64, 48, 128]>,
  up_to 4 = <tile = [64, 64, 128]>, up_to 5 = <tile = [64, 72, 128]>, up_to 6 = <tile = [64, 80, 128]>,
  up_to 7 = <tile = [64, 96, 128]>, up_to 8 = <tile = [64, 112, 128]>, up_to 9 = <tile = [64, 160, 128]>,
  up_to 10 = <tile = [64, 176, 128]>, up_to 11 = <tile = [64, 192, 128]>, above = <tile = [64, 128, 128]>>}

// CHECK-LABEL: func.func @op
// CHECK: {config = #gq.matmul_variants<up_to 128 = <tile = [64, 128, 128], stages = 8, math_groups = 1>, above = <tile = [256, 128, 128], registers = [40, 232], candidate = 0>>}
// CHECK: {batch_invariant, config = #gq.matmul_config<tile = [256, 128, 128]>, promote = 64 : i64}
func.func @op(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %s: tensor<?x4xf32>, %t: tensor<2x4xf32>, %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x256xf32>)
      {config = #gq.matmul_variants<up_to 128 = <tile = [64, 128, 128], math_groups = 1, stages = 8>, above = <tile = [256, 128, 128], registers = [40, 232], candidate = 0>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  %e = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%d : tensor<?x256xf32>)
      {config = #gq.matmul_config<tile = [256, 128, 128]>, batch_invariant, promote = 64 : i64}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  return %e : tensor<?x256xf32>
}
