// RUN: gq-compile %s --emit=ptx -o %t.ptx 2>&1 | FileCheck %s
// RUN: gq-compile %s --emit=llvm -o %t.ll 2>&1 | FileCheck %s
// RUN: gq-compile %s --emit=nvvm -o - 2>&1 | FileCheck %s --check-prefix=NVVM
// RUN: gq-compile %s -o %t.gqb 2>&1 | count 0

// Code without a host says what it has not. The nvvm form has all.
// NVVM-NOT: warning
// NVVM: arith.constant dense<[0.000000e+00, 1.000000e+00, {{.*}}]> : tensor<16xf32>
// NVVM: gqgpu.launch
func.func @bias(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: warning: kernels read this constant of type 'tensor<16xf32>', which only a bundle has: what launches them passes its data
  %b = arith.constant dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0]> : tensor<16xf32>
  %e = tensor.empty() : tensor<4x16xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} ins(%x, %b : tensor<4x16xf32>, tensor<16xf32>) outs(%e : tensor<4x16xf32>) {
  ^bb0(%a: f32, %v: f32, %c: f32):
    %s = arith.addf %a, %v : f32
    linalg.yield %s : f32
  } -> tensor<4x16xf32>
  return %r : tensor<4x16xf32>
}
