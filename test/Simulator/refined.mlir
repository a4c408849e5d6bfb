// Coarse grids of scales that are read as finer ones: the same bits, from the reference and from kernels; and what that
// is for, two products of one a that are alike then, which one kernel computes.
//
// RUN: gq-opt %s --gq-refine-scales=block=128,128 -o %t.mlir
// RUN: gq-run %s --entry=grids --m=330 --backend=reference --output=%t.coarse.npy --output=%t.coarse.bf16.npy --output=%t.coarse.e8m0.npy
// RUN: gq-run %t.mlir --entry=grids --m=330 --backend=reference --output=%t.fine.npy --output=%t.fine.bf16.npy --output=%t.fine.e8m0.npy
// RUN: cmp %t.coarse.npy %t.fine.npy
// RUN: cmp %t.coarse.bf16.npy %t.fine.bf16.npy
// RUN: cmp %t.coarse.e8m0.npy %t.fine.e8m0.npy
// RUN: gq-run %s --entry=origin --backend=reference --output=%t.coarse.npy
// RUN: gq-run %t.mlir --entry=origin --backend=reference --output=%t.fine.npy
// RUN: cmp %t.coarse.npy %t.fine.npy
// RUN: gq-run %s --entry=origin --backend=simulate --output=%t.coarse.npy
// RUN: gq-run %t.mlir --entry=origin --backend=simulate --check --output=%t.fine.npy | FileCheck %s --check-prefix=SIMULATED
// RUN: cmp %t.coarse.npy %t.fine.npy
// RUN: gq-compile %s --target=h200 -o %t.gqb && gq-run %t.gqb | FileCheck %s --check-prefix=TWO
// RUN: gq-compile %t.mlir --target=h200 -o %t.gqb && gq-run %t.gqb | FileCheck %s --check-prefix=ONE
//
// SIMULATED: check0 passed
// TWO-COUNT-2: kernel gated_matmul
// ONE: kernel gated_dequantize
// ONE: kernel gated_matmul
// ONE-NOT: kernel gated_matmul

// What gq.quantize makes: scales that are no powers of two; the same rounded to bf16, M-major; and as f8E8M0FNU.
func.func @grids(%x: tensor<?x520xbf16>, %y: tensor<300x520xbf16>) -> (tensor<?x300xf32>, tensor<?x300xf32>, tensor<?x300xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x520xbf16>
  %mb = affine.apply affine_map<()[m] -> (m ceildiv 256)>()[%m]
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x300xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x300xf32>) -> tensor<?x300xf32>
  %qa = tensor.empty(%m) : tensor<?x520xf8E4M3FN>
  %qb = tensor.empty() : tensor<300x520xf8E4M3FN>
  %ea = tensor.empty(%mb) : tensor<?x3xf32>
  %eb = tensor.empty() : tensor<2x3xf32>
  %ha = tensor.empty(%mb) : tensor<3x?xbf16>
  %hb = tensor.empty() : tensor<2x3xbf16>
  %pa = tensor.empty(%m) : tensor<?x3xf8E8M0FNU>
  %pb = tensor.empty() : tensor<2x3xf8E8M0FNU>
  %a, %sa = gq.quantize %x block [256, 256] outs(%qa, %ea : tensor<?x520xf8E4M3FN>, tensor<?x3xf32>) : tensor<?x520xbf16> -> tensor<?x520xf8E4M3FN>, tensor<?x3xf32>
  %b, %sb = gq.quantize %y block [256, 256] outs(%qb, %eb : tensor<300x520xf8E4M3FN>, tensor<2x3xf32>) : tensor<300x520xbf16> -> tensor<300x520xf8E4M3FN>, tensor<2x3xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [256, 256], %sb block [256, 256]) outs(%i : tensor<?x300xf32>) : tensor<?x520xf8E4M3FN>, tensor<300x520xf8E4M3FN>, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x300xf32>
  %a1, %sa1 = gq.quantize %x block [256, 256] outs(%qa, %ha : tensor<?x520xf8E4M3FN>, tensor<3x?xbf16>) {transposed_scales} : tensor<?x520xbf16> -> tensor<?x520xf8E4M3FN>, tensor<3x?xbf16>
  %b1, %sb1 = gq.quantize %y block [256, 256] outs(%qb, %hb : tensor<300x520xf8E4M3FN>, tensor<2x3xbf16>) : tensor<300x520xbf16> -> tensor<300x520xf8E4M3FN>, tensor<2x3xbf16>
  %d1 = gq.scaled_matmul %a1, %b1 scales(%sa1 block [256, 256], %sb1 block [256, 256]) outs(%i : tensor<?x300xf32>) {transposed_a_scales} : tensor<?x520xf8E4M3FN>, tensor<300x520xf8E4M3FN>, tensor<3x?xbf16>, tensor<2x3xbf16> -> tensor<?x300xf32>
  %a2, %sa2 = gq.quantize %x block [1, 256] outs(%qa, %pa : tensor<?x520xf8E4M3FN>, tensor<?x3xf8E8M0FNU>) {pow2} : tensor<?x520xbf16> -> tensor<?x520xf8E4M3FN>, tensor<?x3xf8E8M0FNU>
  %b2, %sb2 = gq.quantize %y block [256, 256] outs(%qb, %pb : tensor<300x520xf8E4M3FN>, tensor<2x3xf8E8M0FNU>) {pow2} : tensor<300x520xbf16> -> tensor<300x520xf8E4M3FN>, tensor<2x3xf8E8M0FNU>
  %d2 = gq.scaled_matmul %a2, %b2 scales(%sa2 block [1, 256], %sb2 block [256, 256]) outs(%i : tensor<?x300xf32>) : tensor<?x520xf8E4M3FN>, tensor<300x520xf8E4M3FN>, tensor<?x3xf8E8M0FNU>, tensor<2x3xf8E8M0FNU> -> tensor<?x300xf32>
  return %d, %d1, %d2 : tensor<?x300xf32>, tensor<?x300xf32>, tensor<?x300xf32>
}

// A part of a quantised matrix, that begins in the second half of a block along K and rows, and one that begins in the
// first half of the second block of rows: their scales are those from the block on that they begin in.
func.func @origin(%x: tensor<512x640xbf16>, %y: tensor<600x640xbf16>) -> tensor<352x299xf32> {
  %c160 = arith.constant 160 : index
  %c301 = arith.constant 301 : index
  %c128 = arith.constant 128 : index
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<352x299xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<352x299xf32>) -> tensor<352x299xf32>
  %qa = tensor.empty() : tensor<512x640xf8E4M3FN>
  %qb = tensor.empty() : tensor<600x640xf8E4M3FN>
  %ea = tensor.empty() : tensor<2x3xf32>
  %eb = tensor.empty() : tensor<3x3xf32>
  %a, %sa = gq.quantize %x block [256, 256] outs(%qa, %ea : tensor<512x640xf8E4M3FN>, tensor<2x3xf32>) : tensor<512x640xbf16> -> tensor<512x640xf8E4M3FN>, tensor<2x3xf32>
  %b, %sb = gq.quantize %y block [256, 256] outs(%qb, %eb : tensor<600x640xf8E4M3FN>, tensor<3x3xf32>) : tensor<600x640xbf16> -> tensor<600x640xf8E4M3FN>, tensor<3x3xf32>
  %pa = tensor.extract_slice %a[160, 128] [352, 512] [1, 1] : tensor<512x640xf8E4M3FN> to tensor<352x512xf8E4M3FN>
  %pb = tensor.extract_slice %b[301, 128] [299, 512] [1, 1] : tensor<600x640xf8E4M3FN> to tensor<299x512xf8E4M3FN>
  %tb = tensor.extract_slice %sb[1, 0] [2, 3] [1, 1] : tensor<3x3xf32> to tensor<2x3xf32>
  %d = gq.scaled_matmul %pa, %pb scales(%sa block [256, 256], %tb block [256, 256]) origin(%c160, %c301, %c128) outs(%i : tensor<352x299xf32>) : tensor<352x512xf8E4M3FN>, tensor<299x512xf8E4M3FN>, tensor<2x3xf32>, tensor<2x3xf32> -> tensor<352x299xf32>
  return %d : tensor<352x299xf32>
}

// Both products read one a; of these weights one has 256x256, one 128x128.
func.func @gated(%a: tensor<4096x512xf8E4M3FN>, %sa: tensor<4096x4xf32>, %g: tensor<256x512xf8E4M3FN>, %sg: tensor<1x2xf32>, %u: tensor<256x512xf8E4M3FN>, %su: tensor<2x4xf32>) -> tensor<4096x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4096x256xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x256xf32>) -> tensor<4096x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%sa block [1, 128], %sg block [256, 256]) outs(%i : tensor<4096x256xf32>) : tensor<4096x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4096x4xf32>, tensor<1x2xf32> -> tensor<4096x256xf32>
  %y = gq.scaled_matmul %a, %u scales(%sa block [1, 128], %su block [128, 128]) outs(%i : tensor<4096x256xf32>) : tensor<4096x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4096x4xf32>, tensor<2x4xf32> -> tensor<4096x256xf32>
  %d = linalg.mul ins(%x, %y : tensor<4096x256xf32>, tensor<4096x256xf32>) outs(%e : tensor<4096x256xf32>) -> tensor<4096x256xf32>
  return %d : tensor<4096x256xf32>
}
