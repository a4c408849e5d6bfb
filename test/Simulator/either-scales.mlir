// M-major scales of rows whose number only a launch knows: the compiler chooses both ways to
// load them, and one more of M takes the other; a kernel by tma alone does not run there.
// RUN: gq-opt %s --gq-select-config=max-variants=1 | FileCheck %s --check-prefix=CHOSEN
// CHOSEN: config = #gq.matmul_config<{{.*}}scales = either
// RUN: gq-run %s --m=72 --stages --interleavings=3 | FileCheck %s --implicit-check-not=failed
// RUN: gq-run %s --m=73 --stages --interleavings=3 | FileCheck %s --implicit-check-not=failed
// CHECK: after gq-allocate-shared-memory
// CHECK: check0 {{ *}}passed
// RUN: gq-compile %s -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=INFO
// INFO: mod(

// RUN: gq-opt %s --gq-select-config=max-variants=1 | sed 's/scales = either/scales = tma/' > %t.mlir
// RUN: gq-opt %t.mlir --gq-apply-config --gq-tile --gq-outline-kernels --gq-promote-tma --gq-pipeline-stages --gq-warp-specialize --gq-split-copies --gq-distribute --gq-stage-stores --gq-allocate-shared-memory -o %t.tma.mlir
// RUN: gq-run %t.tma.mlir --m=72 --backend=simulate
// RUN: not gq-run %t.tma.mlir --m=73 --backend=simulate 2>&1 | FileCheck %s --check-prefix=ODD
// ODD: error: argument 1 has rows of 292 bytes, tma needs a multiple of 16

func.func @product(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<2x?xf32>, %b: tensor<48x256xf8E4M3FN>, %sb: tensor<1x2xf32>) -> tensor<?x48xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x48xf32>) {transposed_a_scales}
      : tensor<?x256xf8E4M3FN>, tensor<48x256xf8E4M3FN>, tensor<2x?xf32>, tensor<1x2xf32> -> tensor<?x48xf32>
  return %d : tensor<?x48xf32>
}
