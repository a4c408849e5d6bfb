// MSFP16: codes of i8 and E8M0 scales of boxes of 16 along K. What is converted is the
// reference's to the bit, boxes of zeros, subnormals, infinities and NaN among it; products
// are those of what the codes stand for, right after every pass.
//
// RUN: gq-run %S/../../kernels/msfp16_matmul.mlir --m=70 --stages | FileCheck %s --check-prefix=STAGES
// RUN: gq-compile %S/../../kernels/msfp16_matmul.mlir -o %t.gqb
// DEFINE: %{run} = gq-run %s --entry=convert
// RUN: %{run} --generate=special --backend=reference --output=%t.q.npy --output=%t.s.npy
// RUN: %{run} --generate=special --backend=simulate --output=%t.q2.npy --output=%t.s2.npy
// RUN: cmp %t.q.npy %t.q2.npy && cmp %t.s.npy %t.s2.npy
// RUN: gq-run %s --entry=example --backend=reference --print | FileCheck %s

// STAGES: after gq-expand: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-tile: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-distribute: simulated 4 launches
// STAGES-NEXT: check0 passed

func.func @convert(%x: tensor<70x200xf32>) -> (tensor<70x200xi8>, tensor<70x13xf8E8M0FNU>) {
  %eq = tensor.empty() : tensor<70x200xi8>
  %es = tensor.empty() : tensor<70x13xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 16] outs(%eq, %es : tensor<70x200xi8>, tensor<70x13xf8E8M0FNU>) {pow2}
             : tensor<70x200xf32> -> tensor<70x200xi8>, tensor<70x13xf8E8M0FNU>
  return %q, %s : tensor<70x200xi8>, tensor<70x13xf8E8M0FNU>
}

// The largest magnitude of a box has from 64 to 127 steps; halves are rounded to even; a box
// whose largest would have more than 127 takes the next exponent.
// CHECK: value0 {{.*}}[127, 64, -64, 2, 2, -4, 0], [64, 32, -32, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0]]
func.func @example() -> tensor<3x7xi8> {
  %x = arith.constant dense<[[127.0, 64.0, -64.0, 1.5, 2.5, -3.5, 0.25],
                             [127.5, 64.0, -64.0, 0.5, -0.5, 0.25, 0.0],
                             [0.0, 0.0, -0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<3x7xf32>
  %eq = tensor.empty() : tensor<3x7xi8>
  %es = tensor.empty() : tensor<3x1xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 16] outs(%eq, %es : tensor<3x7xi8>, tensor<3x1xf8E8M0FNU>) {pow2}
             : tensor<3x7xf32> -> tensor<3x7xi8>, tensor<3x1xf8E8M0FNU>
  return %q : tensor<3x7xi8>
}
