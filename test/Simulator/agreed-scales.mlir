// A quantisation and the products that read its scales, which nobody else sees: M-major, in
// rows that are padded to 16 bytes, for every number of rows. To the bit what the reference
// makes of the tensors, and what stays of it after each pass.
// DEFINE: %{m} =
// DEFINE: %{same} = gq-run %s --m=%{m} --backend=reference --output=%t.ref.npy && gq-run %s --m=%{m} --stages --interleavings=3 | FileCheck %s --implicit-check-not=failed && gq-run %s --m=%{m} --backend=simulate --output=%t.npy && cmp %t.ref.npy %t.npy
// REDEFINE: %{m} = 64
// RUN: %{same}
// REDEFINE: %{m} = 65
// RUN: %{same}
// REDEFINE: %{m} = 1
// RUN: %{same}
// REDEFINE: %{m} = 3
// RUN: %{same}
// CHECK: after gq-agree-scales
// CHECK: after gq-allocate-shared-memory
// CHECK: check0 {{ *}}passed
// No kernel copies scales by threads.
// RUN: gq-compile %s --remarks-filter='gq-(agree-scales|promote-tma|apply-config)' --emit=bundle -o %t.gqb 2>&1 | FileCheck %s --check-prefix=TMA --implicit-check-not=copied --implicit-check-not='2 kernels: scales'
// TMA: scales are M-major
// TMA: operand a_scales goes by tma, in whole rows
func.func @linear(%x: tensor<?x256xbf16>, %b: tensor<48x256xf8E4M3FN>, %sb: tensor<1x2xf32>) -> tensor<?x48xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %a, %sa = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
      : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x48xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<48x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x48xf32>
  return %d : tensor<?x48xf32>
}
