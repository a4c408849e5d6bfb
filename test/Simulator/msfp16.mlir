// MSFP16: codes of i8 and E8M0 scales of boxes of 16 along K. What is converted is the
// reference's to the bit, boxes of zeros, subnormals, infinities and NaN among it; products
// are those of what the codes stand for, right after every pass.
//
// RUN: gq-run %S/../../kernels/msfp16_matmul.mlir --m=70 --stages | FileCheck %s --check-prefix=STAGES
// RUN: gq-compile %S/../../kernels/msfp16_matmul.mlir -o %t.gqb
// RUN: gq-run %s --entry=m_major --m=70 --stages | FileCheck %s --check-prefix=MAJOR
// RUN: gq-run %s --entry=m_major --m=70 --backend=reference --output=%t.m.npy
// RUN: gq-run %s --entry=row_major --m=70 --backend=reference --output=%t.r.npy
// RUN: cmp %t.m.npy %t.r.npy
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
// MAJOR: after gq-expand: {{.*}}
// MAJOR-NEXT: check0 passed
// MAJOR: after gq-distribute: simulated {{.*}} launches
// MAJOR-NEXT: check0 passed

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

// Scales that lie M-major, of activations in padded rows: those that are row-major otherwise.
func.func @m_major(%x: tensor<?x208xbf16>, %w: tensor<72x208xbf16>) -> tensor<?x72xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x208xbf16>
  %rows = affine.apply affine_map<()[m] -> ((m ceildiv 16) * 16)>()[%m]
  %eq = tensor.empty(%m) : tensor<?x208xi8>
  %es = tensor.empty(%rows) : tensor<13x?xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 16] outs(%eq, %es : tensor<?x208xi8>, tensor<13x?xf8E8M0FNU>) {pow2, transposed_scales, padded_scales}
             : tensor<?x208xbf16> -> tensor<?x208xi8>, tensor<13x?xf8E8M0FNU>
  %ew = tensor.empty() : tensor<72x208xi8>
  %et = tensor.empty() : tensor<13x72xf8E8M0FNU>
  %p, %t = gq.quantize %w block [1, 16] outs(%ew, %et : tensor<72x208xi8>, tensor<13x72xf8E8M0FNU>) {pow2, transposed_scales}
             : tensor<72x208xbf16> -> tensor<72x208xi8>, tensor<13x72xf8E8M0FNU>
  %e = tensor.empty(%m) : tensor<?x72xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x72xf32>) -> tensor<?x72xf32>
  %y = gq.scaled_matmul %q, %p scales(%s block [1, 16], %t block [1, 16]) outs(%init : tensor<?x72xf32>) {transposed_a_scales, padded_a_scales, transposed_b_scales}
         : tensor<?x208xi8>, tensor<72x208xi8>, tensor<13x?xf8E8M0FNU>, tensor<13x72xf8E8M0FNU> -> tensor<?x72xf32>
  return %y : tensor<?x72xf32>
}

func.func @row_major(%x: tensor<?x208xbf16>, %w: tensor<72x208xbf16>) -> tensor<?x72xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x208xbf16>
  %eq = tensor.empty(%m) : tensor<?x208xi8>
  %es = tensor.empty(%m) : tensor<?x13xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 16] outs(%eq, %es : tensor<?x208xi8>, tensor<?x13xf8E8M0FNU>) {pow2} : tensor<?x208xbf16> -> tensor<?x208xi8>, tensor<?x13xf8E8M0FNU>
  %ew = tensor.empty() : tensor<72x208xi8>
  %et = tensor.empty() : tensor<72x13xf8E8M0FNU>
  %p, %t = gq.quantize %w block [1, 16] outs(%ew, %et : tensor<72x208xi8>, tensor<72x13xf8E8M0FNU>) {pow2} : tensor<72x208xbf16> -> tensor<72x208xi8>, tensor<72x13xf8E8M0FNU>
  %e = tensor.empty(%m) : tensor<?x72xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x72xf32>) -> tensor<?x72xf32>
  %y = gq.scaled_matmul %q, %p scales(%s block [1, 16], %t block [1, 16]) outs(%init : tensor<?x72xf32>)
         : tensor<?x208xi8>, tensor<72x208xi8>, tensor<?x13xf8E8M0FNU>, tensor<72x13xf8E8M0FNU> -> tensor<?x72xf32>
  return %y : tensor<?x72xf32>
}
