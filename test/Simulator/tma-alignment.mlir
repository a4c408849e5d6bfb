// The copy engine takes no tile that starts in the middle of 16 bytes: on a GPU that is an
// illegal instruction.
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments -o %t.mlir
// RUN: gq-run %t.mlir --backend=simulate
// RUN: sed 's/%c0 = arith.constant 0 : index/&\n%odd = arith.constant 4 : index/' %t.mlir > %t.part.mlir
// RUN: sed 's/\(gqgpu.tma_load %arg1\[%[a-z0-9]*, \)[^]]*/\1%odd/' %t.part.mlir | not gq-run - --backend=simulate 2>&1 | FileCheck %s --check-prefix=LOAD
// RUN: sed 's/\(gqgpu.tma_store %[0-9]*, %arg4\[%[a-z0-9]*, \)[^]]*/\1%odd/' %t.part.mlir | not gq-run - --backend=simulate 2>&1 | FileCheck %s --check-prefix=STORE

// LOAD: error: 'gqgpu.tma_load' op starts 4 bytes into a row of operand 1 of the launch, tma needs a multiple of 16
// STORE: error: 'gqgpu.tma_store' op starts 8 bytes into a row of operand 4 of the launch, tma needs a multiple of 16
func.func @f(%a: tensor<64x256xf8E4M3FN>, %b: tensor<128x256xf8E4M3FN>, %sa: tensor<64x2xf32>, %sb: tensor<1x2xf32>) -> tensor<64x128xbf16> {
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<64x128xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<64x128xbf16>) -> tensor<64x128xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<64x128xbf16>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1>}
    : tensor<64x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<64x2xf32>, tensor<1x2xf32> -> tensor<64x128xbf16>
  return %d : tensor<64x128xbf16>
}
