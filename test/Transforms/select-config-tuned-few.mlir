// A table says nothing of fewer rows than were measured: for these the compiler chooses, as far
// as there is room for more kernels, and what it has for the fewest rows does for fewer as well.
// RUN: echo '{"gridquant_tuned": 1, "entries": [{"target": "h200", "key": "sum m=? n=4096 k=4096 bits=8 out=32 a=1x128x32/32 b=128x128x32/32 promote=128", "config": "#gq.matmul_variants<up_to 256 = <tile = [64, 128, 128], math_groups = 1>, above = <tile = [128, 128, 128], stages = 6>>", "measured": [{"rows": 128}, {"rows": 1024}]}]}' > %t.json
// RUN: gq-opt %s --gq-set-target=name=h200 --gq-select-config=tuned=%t.json | FileCheck %s
// RUN: gq-opt %s --gq-set-target=name=h200 '--gq-select-config=tuned=%t.json max-variants=3' | FileCheck %s --check-prefix=THREE
// RUN: gq-opt %s --gq-set-target=name=h200 '--gq-select-config=tuned=%t.json max-variants=2' | FileCheck %s --check-prefix=TWO
// Measured from one row on.
// RUN: sed 's/"rows": 128}/"rows": 1}/' %t.json > %t.one.json
// RUN: gq-opt %s --gq-set-target=name=h200 --gq-select-config=tuned=%t.one.json | FileCheck %s --check-prefix=TWO
// CHECK: config = #gq.matmul_variants<up_to 8 = <tile = [64, 8, {{[^>]*}}swap = true{{[^>]*}}>, up_to 16 = <tile = [64, 16, {{[^>]*}}swap = true{{[^>]*}}>, up_to 32 = <tile = [64, 32, {{[^>]*}}>, up_to 64 = <{{[^>]*}}>, up_to 256 = <tile = [64, 128, 128], {{[^>]*}}>, above = <tile = [128, 128, 128], stages = 6
// THREE: config = #gq.matmul_variants<up_to 32 = <{{[^>]*}}>, up_to 256 = <tile = [64, 128, 128], {{[^>]*}}>, above = <tile = [128, 128, 128], stages = 6
// TWO: config = #gq.matmul_variants<up_to 256 = <tile = [64, 128, 128], {{[^>]*}}>, above = <tile = [128, 128, 128], stages = 6
func.func @few(%a: tensor<?x4096xf8E4M3FN>, %b: tensor<4096x4096xf8E4M3FN>, %s: tensor<?x32xf32>, %t: tensor<32x32xf32>) -> tensor<?x4096xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x4096xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x4096xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4096xf32>) -> tensor<?x4096xf32>
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%i : tensor<?x4096xf32>)
      : tensor<?x4096xf8E4M3FN>, tensor<4096x4096xf8E4M3FN>, tensor<?x32xf32>, tensor<32x32xf32> -> tensor<?x4096xf32>
  return %d : tensor<?x4096xf32>
}
