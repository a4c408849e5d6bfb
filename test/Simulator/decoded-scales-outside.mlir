// Scales that are read where their tensor has ended, while a tile is decoded: found before and after loads become copies.
// RUN: gq-opt %s --gq-lower-to-tiles --gq-outline-kernels --canonicalize --cse | sed 's/floordiv 128/ceildiv 128/' > %t.mlir
// RUN: not gq-run %t.mlir --backend=simulate 2>&1 | FileCheck %s --check-prefix=LOAD
// RUN: gq-opt %t.mlir --gq-promote-tma --gq-pipeline-stages -o %t.slots.mlir
// RUN: not gq-run %t.slots.mlir --backend=simulate 2>&1 | FileCheck %s
// RUN: gq-opt %t.slots.mlir --gq-lower-to-roles --gq-lower-to-fragments -o %t.fragments.mlir
// RUN: not gq-run %t.fragments.mlir --backend=simulate 2>&1 | FileCheck %s
// LOAD: error: 'gqgpu.load' op loads a tile that lies outside of operand 2 of the launch: index 1 is 2, the size is 2
// CHECK: error: 'gqgpu.copy_load' op reads scales that lie outside of operand 2 of the launch: index 1 is 2, the size is 2

func.func @f(%x: tensor<72x256xbf16>, %w: tensor<128x128xi8>, %s: tensor<128x2xbf16>) -> tensor<72x128xf32> {
  %zero = arith.constant 0.0 : f32
  %ew = tensor.empty() : tensor<128x256xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<128x256xbf16>) {packed = i4}
      : tensor<128x128xi8>, tensor<128x2xbf16> -> tensor<128x256xbf16>
  %e = tensor.empty() : tensor<72x128xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<72x128xf32>) -> tensor<72x128xf32>
  %y = gq.scaled_matmul %x, %wide outs(%i : tensor<72x128xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, dequantize = true>}
      : tensor<72x256xbf16>, tensor<128x256xbf16> -> tensor<72x128xf32>
  return %y : tensor<72x128xf32>
}
