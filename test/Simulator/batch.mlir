// Batches: products in a loop over thread blocks, one kernel; or one product of all rows. Operands
// that have no dimension for it are the same for all. Against the reference, which multiplies one
// after another.
//
// RUN: split-file %s %t
// RUN: gq-run %t/own.mlir --stages | FileCheck %s --implicit-check-not=failed
// RUN: gq-run %t/unknown.mlir --m=3 --stages | FileCheck %s --implicit-check-not=failed
// CHECK: simulated 1 launches
// CHECK-COUNT-12: check0 passed
// RUN: gq-run %t/shared.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/added.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/rows.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/cut.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/plain.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/none.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/one.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/slice.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/quantized.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/tokens.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// ONE: simulated 1 launches
// ONE: check0 passed

// RUN: gq-compile %t/own.mlir --emit=bundle -o %t/own.gqb
// RUN: gq-bundle info %t/own.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: function own
// BUNDLE: input arg0 (%a) f8E4M3FN [4, 64, 128]
// BUNDLE: output res0 f32 [4, 64, 128]
// BUNDLE: kernel own_matmul

//--- own.mlir
func.func @own(%a: tensor<4x64x128xf8E4M3FN>, %sa: tensor<4x64x1xf32>, %b: tensor<4x128x128xf8E4M3FN>, %sb: tensor<4x1x1xf32>) -> tensor<4x64x128xf32> {
  %e = tensor.empty() : tensor<4x64x128xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%e : tensor<4x64x128xf32>)
      : tensor<4x64x128xf8E4M3FN>, tensor<4x128x128xf8E4M3FN>, tensor<4x64x1xf32>, tensor<4x1x1xf32> -> tensor<4x64x128xf32>
  return %d : tensor<4x64x128xf32>
}

//--- shared.mlir
// Weights and their scales for all; rows that end inside a tile, rounded.
func.func @shared(%a: tensor<3x100x256xi8>, %sa: tensor<3x100x2xf32>, %b: tensor<72x256xi8>, %sb: tensor<1x2xf32>) -> tensor<3x100x72xbf16> {
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<3x100x72xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<3x100x72xbf16>) -> tensor<3x100x72xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<3x100x72xbf16>)
      : tensor<3x100x256xi8>, tensor<72x256xi8>, tensor<3x100x2xf32>, tensor<1x2xf32> -> tensor<3x100x72xbf16>
  return %d : tensor<3x100x72xbf16>
}

//--- added.mlir
// Added to an argument; M-major scales.
func.func @added(%a: tensor<2x64x384xf8E4M3FN>, %sa: tensor<2x3x64xf32>, %b: tensor<2x48x384xf8E5M2>, %sb: tensor<2x48x3xf32>, %c: tensor<2x64x48xf32>) -> tensor<2x64x48xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : tensor<2x64x48xf32>) {transposed_a_scales}
      : tensor<2x64x384xf8E4M3FN>, tensor<2x48x384xf8E5M2>, tensor<2x3x64xf32>, tensor<2x48x3xf32> -> tensor<2x64x48xf32>
  return %d : tensor<2x64x48xf32>
}

//--- unknown.mlir
// As many as there are.
func.func @unknown(%a: tensor<?x50x256xf8E4M3FN>, %sa: tensor<?x50x2xf32>, %b: tensor<?x64x256xf8E4M3FN>, %sb: tensor<?x1x2xf32>) -> tensor<?x50x64xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %count = tensor.dim %a, %c0 : tensor<?x50x256xf8E4M3FN>
  %e = tensor.empty(%count) : tensor<?x50x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x50x64xf32>) -> tensor<?x50x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x50x64xf32>)
      : tensor<?x50x256xf8E4M3FN>, tensor<?x64x256xf8E4M3FN>, tensor<?x50x2xf32>, tensor<?x1x2xf32> -> tensor<?x50x64xf32>
  return %d : tensor<?x50x64xf32>
}

//--- rows.mlir
// As many as there are, of as many rows; M-major scales of both, weights before activations.
func.func @rows(%a: tensor<96x256xf8E5M2>, %sa: tensor<2x1xf32>, %b: tensor<?x?x256xf8E4M3FN>, %sb: tensor<?x2x?xf32>) -> tensor<?x96x?xf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f16
  %count = tensor.dim %b, %c0 : tensor<?x?x256xf8E4M3FN>
  %rows = tensor.dim %b, %c1 : tensor<?x?x256xf8E4M3FN>
  %e = tensor.empty(%count, %rows) : tensor<?x96x?xf16>
  %init = linalg.fill ins(%zero : f16) outs(%e : tensor<?x96x?xf16>) -> tensor<?x96x?xf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [1, 128]) outs(%init : tensor<?x96x?xf16>) {transposed_a_scales, transposed_b_scales}
      : tensor<96x256xf8E5M2>, tensor<?x?x256xf8E4M3FN>, tensor<2x1xf32>, tensor<?x2x?xf32> -> tensor<?x96x?xf16>
  return %d : tensor<?x96x?xf16>
}

//--- cut.mlir
// Blocks of a that its matrices end in: no rows of one product.
func.func @cut(%a: tensor<2x100x256xf8E4M3FN>, %sa: tensor<2x1x2xf32>, %b: tensor<64x256xf8E4M3FN>, %sb: tensor<1x2xf32>) -> tensor<2x100x64xf32> {
  %e = tensor.empty() : tensor<2x100x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [128, 128]) outs(%e : tensor<2x100x64xf32>)
      : tensor<2x100x256xf8E4M3FN>, tensor<64x256xf8E4M3FN>, tensor<2x1x2xf32>, tensor<1x2xf32> -> tensor<2x100x64xf32>
  return %d : tensor<2x100x64xf32>
}

//--- plain.mlir
// Without scales.
func.func @plain(%a: tensor<2x64x96xbf16>, %b: tensor<2x32x96xbf16>) -> tensor<2x64x32xbf16> {
  %e = tensor.empty() : tensor<2x64x32xbf16>
  %d = gq.scaled_matmul %a, %b outs(%e : tensor<2x64x32xbf16>) : tensor<2x64x96xbf16>, tensor<2x32x96xbf16> -> tensor<2x64x32xbf16>
  return %d : tensor<2x64x32xbf16>
}

//--- none.mlir
// Over nothing.
func.func @none(%a: tensor<2x64x0xbf16>, %b: tensor<2x32x0xbf16>, %c: tensor<2x64x32xf32>) -> tensor<2x64x32xf32> {
  %d = gq.scaled_matmul %a, %b outs(%c : tensor<2x64x32xf32>) : tensor<2x64x0xbf16>, tensor<2x32x0xbf16> -> tensor<2x64x32xf32>
  return %d : tensor<2x64x32xf32>
}

//--- one.mlir
// Of one.
func.func @one(%a: tensor<1x64x128xf8E4M3FN>, %sa: tensor<1x1x64xf32>, %b: tensor<1x48x128xf8E4M3FN>, %sb: tensor<1x1xf32>) -> tensor<1x64x48xf32> {
  %e = tensor.empty() : tensor<1x64x48xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%e : tensor<1x64x48xf32>) {transposed_a_scales}
      : tensor<1x64x128xf8E4M3FN>, tensor<1x48x128xf8E4M3FN>, tensor<1x1x64xf32>, tensor<1x1xf32> -> tensor<1x64x48xf32>
  return %d : tensor<1x64x48xf32>
}

//--- slice.mlir
// One of several weights.
func.func @slice(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %w: tensor<5x200x256xf8E4M3FN>, %sw: tensor<5x2x2xf32>) -> tensor<?x72xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %b = tensor.extract_slice %w[3, 128, 0] [1, 72, 256] [1, 1, 1] : tensor<5x200x256xf8E4M3FN> to tensor<72x256xf8E4M3FN>
  %sb = tensor.extract_slice %sw[3, 1, 0] [1, 1, 2] [1, 1, 1] : tensor<5x2x2xf32> to tensor<1x2xf32>
  %e = tensor.empty(%m) : tensor<?x72xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%e : tensor<?x72xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<72x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x72xf32>
  return %d : tensor<?x72xf32>
}

//--- quantized.mlir
// Codes and scales, of blocks that matrices end with.
func.func @quantized(%x: tensor<?x10x256xbf16>) -> (tensor<?x10x256xf8E4M3FN>, tensor<?x5x2xf32>) {
  %c0 = arith.constant 0 : index
  %count = tensor.dim %x, %c0 : tensor<?x10x256xbf16>
  %eq = tensor.empty(%count) : tensor<?x10x256xf8E4M3FN>
  %es = tensor.empty(%count) : tensor<?x5x2xf32>
  %q:2 = gq.quantize %x block [2, 128] outs(%eq, %es : tensor<?x10x256xf8E4M3FN>, tensor<?x5x2xf32>)
      : tensor<?x10x256xbf16> -> tensor<?x10x256xf8E4M3FN>, tensor<?x5x2xf32>
  return %q#0, %q#1 : tensor<?x10x256xf8E4M3FN>, tensor<?x5x2xf32>
}

//--- tokens.mlir
// A bias on batch x tokens x features, in the kernel of the product of all tokens.
func.func @tokens(%x: tensor<?x6x128xbf16>, %w: tensor<48x128xbf16>, %bias: tensor<48xf32>) -> tensor<?x6x48xbf16> {
  %c0 = arith.constant 0 : index
  %count = tensor.dim %x, %c0 : tensor<?x6x128xbf16>
  %e = tensor.empty(%count) : tensor<?x6x48xf32>
  %d = gq.scaled_matmul %x, %w outs(%e : tensor<?x6x48xf32>) : tensor<?x6x128xbf16>, tensor<48x128xbf16> -> tensor<?x6x48xf32>
  %f = tensor.empty(%count) : tensor<?x6x48xbf16>
  %y = linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b, c)>, affine_map<(a, b, c) -> (c)>, affine_map<(a, b, c) -> (a, b, c)>],
                       iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%d, %bias : tensor<?x6x48xf32>, tensor<48xf32>) outs(%f : tensor<?x6x48xbf16>) {
    ^bb0(%v: f32, %u: f32, %o: bf16):
      %s = arith.addf %v, %u : f32
      %t = arith.truncf %s : f32 to bf16
      linalg.yield %t : bf16
  } -> tensor<?x6x48xbf16>
  return %y : tensor<?x6x48xbf16>
}
