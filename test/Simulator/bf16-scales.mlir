// Scales of bf16, read and made: the same numbers after every pass.
//
// DEFINE: %{entry} =
// DEFINE: %{stages} = gq-run %s --entry=%{entry} --m=70 --stages --interleavings=3 | FileCheck %s --implicit-check-not=failed
//
// REDEFINE: %{entry} = quantised
// RUN: %{stages}
// REDEFINE: %{entry} = m_major
// RUN: %{stages}
// REDEFINE: %{entry} = squares
// RUN: %{stages}
// REDEFINE: %{entry} = cast
// RUN: %{stages}
// REDEFINE: %{entry} = dequantised
// RUN: %{stages}
// REDEFINE: %{entry} = spelled_out
// RUN: %{stages}
// REDEFINE: %{entry} = behind_product
// RUN: %{stages}
// REDEFINE: %{entry} = product
// RUN: %{stages}
// REDEFINE: %{entry} = m_major_scales
// RUN: %{stages}
// REDEFINE: %{entry} = short_blocks
// RUN: %{stages}
// REDEFINE: %{entry} = odd_rows
// RUN: %{stages}
// REDEFINE: %{entry} = padded
// RUN: %{stages}
// REDEFINE: %{entry} = integer_sum
// RUN: %{stages}

// CHECK: after gq-annotate-alignment
// CHECK: check0 {{ *}}passed
// CHECK: after gq-allocate-shared-memory
// CHECK: check0 {{ *}}passed

func.func @quantised(%x: tensor<?x512xbf16>) -> (tensor<?x512xf8E4M3FN>, tensor<?x4xbf16>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x512xbf16>
  %eq = tensor.empty(%m) : tensor<?x512xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x4xbf16>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x512xf8E4M3FN>, tensor<?x4xbf16>)
    : tensor<?x512xbf16> -> tensor<?x512xf8E4M3FN>, tensor<?x4xbf16>
  return %q, %s : tensor<?x512xf8E4M3FN>, tensor<?x4xbf16>
}

func.func @m_major(%x: tensor<96x512xf32>) -> (tensor<96x512xi8>, tensor<4x96xbf16>) {
  %eq = tensor.empty() : tensor<96x512xi8>
  %es = tensor.empty() : tensor<4x96xbf16>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<96x512xi8>, tensor<4x96xbf16>) {transposed_scales, divide}
    : tensor<96x512xf32> -> tensor<96x512xi8>, tensor<4x96xbf16>
  return %q, %s : tensor<96x512xi8>, tensor<4x96xbf16>
}

func.func @squares(%x: tensor<256x512xf16>) -> (tensor<256x512xf8E5M2>, tensor<2x4xbf16>) {
  %eq = tensor.empty() : tensor<256x512xf8E5M2>
  %es = tensor.empty() : tensor<2x4xbf16>
  %q, %s = gq.quantize %x block [128, 128] outs(%eq, %es : tensor<256x512xf8E5M2>, tensor<2x4xbf16>) {pow2}
    : tensor<256x512xf16> -> tensor<256x512xf8E5M2>, tensor<2x4xbf16>
  return %q, %s : tensor<256x512xf8E5M2>, tensor<2x4xbf16>
}

func.func @cast(%x: tensor<80x512xbf16>, %s: tensor<80x4xbf16>) -> tensor<80x512xf8E4M3FN> {
  %eq = tensor.empty() : tensor<80x512xf8E4M3FN>
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%eq : tensor<80x512xf8E4M3FN>)
    : tensor<80x512xbf16>, tensor<80x4xbf16> -> tensor<80x512xf8E4M3FN>
  return %q : tensor<80x512xf8E4M3FN>
}

func.func @dequantised(%a: tensor<70x512xi8>, %sa: tensor<70x4xbf16>) -> tensor<70x512xf32> {
  %e = tensor.empty() : tensor<70x512xf32>
  %d = gq.dequantize %a scales(%sa block [1, 128]) outs(%e : tensor<70x512xf32>)
   : tensor<70x512xi8>, tensor<70x4xbf16> -> tensor<70x512xf32>
  return %d : tensor<70x512xf32>
}

func.func @spelled_out(%x: tensor<70x512xbf16>) -> (tensor<70x512xf8E4M3FN>, tensor<70x4xbf16>) {
  %ea = tensor.empty() : tensor<70x4xf32>
  %am = gq.block_absmax %x block [1, 128] outs(%ea : tensor<70x4xf32>) {amax_floor = 1.0e-4 : f32} : tensor<70x512xbf16> -> tensor<70x4xf32>
  %es = tensor.empty() : tensor<70x4xbf16>
  %c = arith.constant dense<448.0> : tensor<70x4xf32>
  %sq = arith.divf %am, %c : tensor<70x4xf32>
  %s = arith.truncf %sq : tensor<70x4xf32> to tensor<70x4xbf16>
  %w = arith.extf %s : tensor<70x4xbf16> to tensor<70x4xf32>
  %eq = tensor.empty() : tensor<70x512xf8E4M3FN>
  %q = gq.scaled_cast %x scales(%w block [1, 128]) outs(%eq : tensor<70x512xf8E4M3FN>) : tensor<70x512xbf16>, tensor<70x4xf32> -> tensor<70x512xf8E4M3FN>
  return %q, %s : tensor<70x512xf8E4M3FN>, tensor<70x4xbf16>
}

func.func @behind_product(%a: tensor<70x512xf8E4M3FN>, %sa: tensor<70x4xbf16>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x4xbf16>) -> (tensor<70x256xf8E4M3FN>, tensor<70x2xbf16>) {
  %e = tensor.empty() : tensor<70x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%e : tensor<70x256xf32>)
   : tensor<70x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<70x4xbf16>, tensor<2x4xbf16> -> tensor<70x256xf32>
  %eq = tensor.empty() : tensor<70x256xf8E4M3FN>
  %es = tensor.empty() : tensor<70x2xbf16>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<70x256xf8E4M3FN>, tensor<70x2xbf16>) {divide}
    : tensor<70x256xf32> -> tensor<70x256xf8E4M3FN>, tensor<70x2xbf16>
  return %q, %s : tensor<70x256xf8E4M3FN>, tensor<70x2xbf16>
}

func.func @product(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xbf16>, %b: tensor<384x512xf8E4M3FN>, %sb: tensor<3x4xbf16>) -> tensor<?x384xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%e : tensor<?x384xbf16>)
   : tensor<?x512xf8E4M3FN>, tensor<384x512xf8E4M3FN>, tensor<?x4xbf16>, tensor<3x4xbf16> -> tensor<?x384xbf16>
  return %d : tensor<?x384xbf16>
}

func.func @m_major_scales(%a: tensor<?x512xi8>, %sa: tensor<4x?xbf16>, %b: tensor<384x512xi8>, %sb: tensor<4x384xf8E8M0FNU>) -> tensor<?x384xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xi8>
  %e = tensor.empty(%m) : tensor<?x384xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%e : tensor<?x384xbf16>) {transposed_a_scales, transposed_b_scales}
   : tensor<?x512xi8>, tensor<384x512xi8>, tensor<4x?xbf16>, tensor<4x384xf8E8M0FNU> -> tensor<?x384xbf16>
  return %d : tensor<?x384xbf16>
}

func.func @short_blocks(%a: tensor<?x512xf8E5M2>, %sa: tensor<?x16xbf16>, %b: tensor<384x512xf8E4M3FN>, %sb: tensor<384x16xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E5M2>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%e : tensor<?x384xf32>)
   : tensor<?x512xf8E5M2>, tensor<384x512xf8E4M3FN>, tensor<?x16xbf16>, tensor<384x16xf32> -> tensor<?x384xf32>
  return %d : tensor<?x384xf32>
}

func.func @odd_rows(%a: tensor<?x544xf8E4M3FN>, %sa: tensor<?x17xbf16>, %b: tensor<200x544xf8E4M3FN>, %sb: tensor<7x17xbf16>) -> tensor<?x200xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x544xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [32, 32]) outs(%e : tensor<?x200xbf16>)
   : tensor<?x544xf8E4M3FN>, tensor<200x544xf8E4M3FN>, tensor<?x17xbf16>, tensor<7x17xbf16> -> tensor<?x200xbf16>
  return %d : tensor<?x200xbf16>
}

func.func @padded(%x: tensor<99x512xbf16>, %b: tensor<384x512xf8E4M3FN>, %sb: tensor<4x384xbf16>) -> tensor<99x384xbf16> {
  %eq = tensor.empty() : tensor<99x512xf8E4M3FN>
  %es = tensor.empty() : tensor<4x104xbf16>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<99x512xf8E4M3FN>, tensor<4x104xbf16>) {transposed_scales, padded_scales}
    : tensor<99x512xbf16> -> tensor<99x512xf8E4M3FN>, tensor<4x104xbf16>
  %e = tensor.empty() : tensor<99x384xbf16>
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %sb block [1, 128]) outs(%e : tensor<99x384xbf16>) {transposed_a_scales, padded_a_scales, transposed_b_scales}
   : tensor<99x512xf8E4M3FN>, tensor<384x512xf8E4M3FN>, tensor<4x104xbf16>, tensor<4x384xbf16> -> tensor<99x384xbf16>
  return %d : tensor<99x384xbf16>
}

func.func @integer_sum(%a: tensor<70x512xi8>, %sa: tensor<70x1xbf16>, %b: tensor<200x512xi8>, %sb: tensor<200x1xbf16>) -> tensor<70x200xbf16> {
  %e = tensor.empty() : tensor<70x200xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 512], %sb block [1, 512]) outs(%e : tensor<70x200xbf16>)
   : tensor<70x512xi8>, tensor<200x512xi8>, tensor<70x1xbf16>, tensor<200x1xbf16> -> tensor<70x200xbf16>
  return %d : tensor<70x200xbf16>
}
