// What can have no variants, and passes behind gq-apply-config, which see one config.
// RUN: gq-opt %s --gq-apply-config --split-input-file --verify-diagnostics
// RUN: not gq-opt %S/Inputs/variants.mlir --gq-tile -o /dev/null 2>&1 | FileCheck %s --check-prefix=TILE
// TILE: error: 'gq.scaled_matmul' op has a config of several variants; run gq-apply-config first
// RUN: sed 's/tile = \[64, 128, 128\], math_groups = 1/tile = [64, 264, 128], math_groups = 1/' %S/Inputs/variants.mlir > %t.mlir
// RUN: not gq-opt %t.mlir --gq-select-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=CONFIG
// CONFIG: error: 'gq.scaled_matmul' op config up to 64 rows: expects tile columns that are a multiple of 8, at most 256, got 264
// RUN: sed 's/math_groups = 1/math_groups = 1, split_k = 2/' %S/Inputs/variants.mlir > %t.parts.mlir
// RUN: not gq-opt %t.parts.mlir --gq-select-config=batch-invariant -o /dev/null 2>&1 | FileCheck %s --check-prefix=INVARIANT
// INVARIANT: error: 'gq.scaled_matmul' op expects variants that add up in one order, as batch_invariant says, got split_k = 2 and 1
//
// Kernels whose op was given variants between the passes.
// RUN: gq-opt %S/Inputs/variants.mlir --gq-select-config --gq-apply-config --gq-tile --canonicalize -o %t.tiles
// RUN: sed 's/#gq.matmul_config<\(tile = \[64[^>]*\)>/#gq.matmul_variants<above = <\1>>/' %t.tiles | not gq-opt --gq-outline-kernels 2>&1 | FileCheck %s --check-prefix=KERNEL
// RUN: gq-opt %t.tiles --gq-outline-kernels --canonicalize -o %t.kernels
// RUN: sed 's/#gq.matmul_config<\(tile = \[64[^>]*\)>/#gq.matmul_variants<above = <\1>>/' %t.kernels | not gq-opt --gq-promote-tma 2>&1 | FileCheck %s --check-prefix=KERNEL
// RUN: gq-opt %t.kernels --gq-promote-tma -o %t.paths
// RUN: sed 's/#gq.matmul_config<\(tile = \[64[^>]*\)>/#gq.matmul_variants<above = <\1>>/' %t.paths | not gq-opt --gq-pipeline-stages 2>&1 | FileCheck %s --check-prefix=KERNEL
// RUN: gq-opt %t.paths --gq-pipeline-stages -o %t.ring
// RUN: sed 's/#gq.matmul_config<\(tile = \[64[^>]*\)>/#gq.matmul_variants<above = <\1>>/' %t.ring | not gq-opt --gq-warp-specialize 2>&1 | FileCheck %s --check-prefix=KERNEL
// KERNEL: error: 'gq.scaled_matmul' op has a config of several variants; run gq-apply-config first

func.func @in_loop(%a: tensor<?x512xf8E4M3FN>, %b: tensor<3x256x512xf8E4M3FN>, %s: tensor<?x4xf32>, %t: tensor<2x4xf32>, %c: tensor<3x?x256xf32>, %m: index) -> tensor<3x?x256xf32> {
  %r = scf.forall (%g) in (3) shared_outs(%all = %c) -> (tensor<3x?x256xf32>) {
    %w = tensor.extract_slice %b[%g, 0, 0] [1, 256, 512] [1, 1, 1] : tensor<3x256x512xf8E4M3FN> to tensor<256x512xf8E4M3FN>
    %e = tensor.empty(%m) : tensor<?x256xf32>
    // expected-error@+1 {{has 2 variants, which are chosen at launch; expects to be in a function or in an scf.if there, got 'scf.forall'}}
    %d = gq.scaled_matmul %a, %w scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<?x256xf32>)
        {config = #gq.matmul_variants<up_to 64 = <tile = [64, 128, 128], math_groups = 1>, above = <tile = [256, 64, 128]>>}
        : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %all[%g, 0, 0] [1, %m, 256] [1, 1, 1] : tensor<?x256xf32> into tensor<3x?x256xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<3x?x256xf32>
}

// -----

func.func @memrefs(%a: memref<?x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %s: memref<?x4xf32>, %t: memref<2x4xf32>, %c: memref<?x256xf32>) {
  // expected-error@+1 {{is on memrefs; kernels are made of ops on tensors}}
  gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : memref<?x256xf32>)
      {config = #gq.matmul_variants<up_to 64 = <tile = [64, 128, 128], math_groups = 1>, above = <tile = [256, 64, 128]>>}
      : memref<?x512xf8E4M3FN>, memref<256x512xf8E4M3FN>, memref<?x4xf32>, memref<2x4xf32>
  return
}

// -----

// The transpose is a part of the kernel; what it is written over is computed by
// another kernel, which has a size from this one.
func.func @behind(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %s: tensor<?x4xf32>, %t: tensor<2x4xf32>, %c: tensor<?x256xf32>, %e: tensor<256x?xf32>) -> (tensor<?x256xf32>, tensor<256x?xf32>) {
  // expected-error@+1 {{has 2 variants, which are chosen at launch; expects what its kernel reads to be computed in front of it, got 'gq.copy' behind it}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x256xf32>)
      {config = #gq.matmul_variants<up_to 64 = <tile = [64, 128, 128], math_groups = 1>, above = <tile = [256, 64, 128]>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %d, %c0 : tensor<?x256xf32>
  %te = tensor.empty(%n) : tensor<256x?xf32>
  %k = gq.copy %e outs(%te : tensor<256x?xf32>) : tensor<256x?xf32> -> tensor<256x?xf32>
  %r = linalg.transpose ins(%d : tensor<?x256xf32>) outs(%k : tensor<256x?xf32>) permutation = [1, 0]
  return %d, %r : tensor<?x256xf32>, tensor<256x?xf32>
}
