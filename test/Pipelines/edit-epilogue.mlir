// What a person changes in the IR between two passes is what the kernel does.
//
// RUN: gq-opt %S/Inputs/gemm.mlir --gq-lower-to-tiles --gq-lower-to-kernels -o %t.ring
// RUN: sed 's/\(.*\) = arith.truncf \(%[a-z0-9_]*\) : f32 to bf16/%%two = arith.constant 2.0 : f32\n %%twice = arith.mulf \2, %%two : f32\n\1 = arith.truncf %%twice : f32 to bf16/' %t.ring > %t.edited
// RUN: gq-opt %t.ring --gq-lower-to-roles --gq-lower-to-fragments --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s --check-prefix=BEFORE
// RUN: gq-opt %t.edited --gq-lower-to-roles --gq-lower-to-fragments --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

// BEFORE-NOT: llvm.mlir.constant(2.000000e+00 : f32)
// BEFORE: llvm.fptrunc

// CHECK: %[[TWO:.*]] = llvm.mlir.constant(2.000000e+00 : f32)
// CHECK: %[[X:.*]] = llvm.fmul %{{.*}}, %[[TWO]] : f32
// CHECK-NEXT: llvm.fptrunc %[[X]] : f32 to bf16
