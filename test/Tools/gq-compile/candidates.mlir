// A product in every config that is worth measuring, each a bundle, and what gq-tune reads.
// RUN: rm -rf %t && gq-compile %s --target=h200 --candidates=%t | FileCheck %s --check-prefix=OUT
// OUT: {{.*}}: [[COUNT:[0-9]+]] of {{[0-9]+}} configs compiled
// RUN: FileCheck %s --input-file=%t/candidates.json
// CHECK: "candidates": [
// CHECK: "bundle": "0.gqb",
// CHECK-NEXT: "config": "#gq.matmul_config<tile = [
// CHECK: "chosen": "chosen.gqb"
// CHECK-NEXT: "function": "product"
// CHECK-NEXT: "gridquant_candidates": 2
// CHECK: "key": "sum m=16 n=64 k=128 bits=8 out=32 a=1x128x32/1 b=64x128x32/1 promote=128"
// CHECK: "target": "h200"
// RUN: FileCheck %s --input-file=%t/candidates.json --check-prefix=TURNS
// TURNS: "config": "#gq.matmul_config<tile = {{.*}} schedule = pingpong
// RUN: gq-bundle info %t/0.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: product
// What the compiler chooses, for comparison.
// RUN: gq-bundle info %t/chosen.gqb | FileCheck %s --check-prefix=BUNDLE

// RUN: sed 's/outs(%i : tensor<16x64xf32>)/& {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1>}/' %s > %t.mlir
// RUN: not gq-compile %t.mlir --candidates=%t.none 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: expects one gq.scaled_matmul without a config to tune, got 0
// RUN: not gq-compile %S/../../../kernels/linear.mlir --candidates=%t.two 2>&1 | FileCheck %s --check-prefix=TWO
// TWO: linear.mlir:{{[1-9][0-9]*}}:{{[1-9][0-9]*}}: error: expects one gq.scaled_matmul without a config to tune, got 2
// TWO: linear.mlir:{{[1-9][0-9]*}}:{{[1-9][0-9]*}}: note: another one
// RUN: not gq-compile %s --candidates=%t/0.gqb/folder 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: cannot make folder '{{.*}}0.gqb/folder'

func.func @product(%a: tensor<16x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %s: tensor<16x1xf32>, %t: tensor<1x1xf32>, %c: tensor<16x64xf32>) -> tensor<16x64xf32> {
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%c : tensor<16x64xf32>) -> tensor<16x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [64, 128]) outs(%i : tensor<16x64xf32>)
      : tensor<16x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<16x1xf32>, tensor<1x1xf32> -> tensor<16x64xf32>
  return %d : tensor<16x64xf32>
}
