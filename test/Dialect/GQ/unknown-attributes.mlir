// An attribute that an op does not define would do nothing: it is refused, unless it
// has the prefix of a dialect.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

func.func @misspelt(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>) -> tensor<64x512xf8E4M3FN> {
  // expected-error@+1 {{has an unknown attribute 'pow_2'; known are amax_floor, block, config, divide, packed, padded_scales, pow2, transposed_scales}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {pow_2}
           : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return %r#0 : tensor<64x512xf8E4M3FN>
}

// -----

func.func @of_another_compiler(%a: tensor<64x512xf8E4M3FN>, %sa: tensor<64x4xf32>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  // expected-error@+1 {{has an unknown attribute 'split_k'; known are a_block, b_block, batch_invariant, config, padded_a_scales, padded_b_scales, promote, transposed_a_scales, transposed_b_scales}}
  %d = gq.scaled_matmul %a, %a scales(%sa block [1, 128], %sa block [1, 128]) outs(%c : tensor<64x64xf32>) {split_k = 4 : i64}
         : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<64x4xf32>, tensor<64x4xf32> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

func.func @of_another_op(%x: memref<64x512xbf16>, %s: memref<64x4xf32>) {
  // expected-error@+1 {{has an unknown attribute 'pow2'; known are amax_floor, block, config}}
  gq.block_absmax %x block [1, 128] outs(%s : memref<64x4xf32>) {pow2} : memref<64x512xbf16>
  return
}

// -----

func.func @scale(%s: memref<64x4xf32>) {
  // expected-error@+1 {{has an unknown attribute 'config'; known are format, pow2}}
  gq.absmax_to_scale %s to f8E4M3FN outs(%s : memref<64x4xf32>) {config} : memref<64x4xf32>
  return
}

// -----

func.func @cast(%x: memref<64x512xbf16>, %s: memref<64x4xf32>, %q: memref<64x512xi8>) {
  // expected-error@+1 {{has an unknown attribute 'rounding'; known are block, config}}
  gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : memref<64x512xi8>) {rounding = "up"} : memref<64x512xbf16>, memref<64x4xf32>
  return
}

// -----

func.func @dequantize(%x: memref<64x512xbf16>, %s: memref<64x4xf32>, %q: memref<64x512xi8>) {
  // expected-error@+1 {{has an unknown attribute 'rounding'; known are block, config}}
  gq.dequantize %q scales(%s block [1, 128]) outs(%x : memref<64x512xbf16>) {rounding = "up"} : memref<64x512xi8>, memref<64x4xf32>
  return
}

// -----

func.func @prefixed(%x: memref<64x512xbf16>, %s: memref<64x4xf32>) {
  gq.block_absmax %x block [1, 128] outs(%s : memref<64x4xf32>) {front_end.name = "amax"} : memref<64x512xbf16>
  return
}
