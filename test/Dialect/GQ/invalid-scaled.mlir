// One test for every diagnostic: absmax_to_scale, scaled_cast, dequantize and copy.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// absmax_to_scale
func.func @scale_rank_amax(%a: tensor<4xf32>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects operand amax to have rank 2, got rank 1}}
  %0 = gq.absmax_to_scale %a to f8E4M3FN outs(%e : tensor<64x4xf32>)
    : tensor<4xf32> -> tensor<64x4xf32>
  return
}

// -----

func.func @scale_rank_init(%a: tensor<64x4xf32>, %e: tensor<64x4x1xf32>) {
  // expected-error@+1 {{expects operand init to have rank 2, got rank 3}}
  %0 = gq.absmax_to_scale %a to f8E4M3FN outs(%e : tensor<64x4x1xf32>)
    : tensor<64x4xf32> -> tensor<64x4x1xf32>
  return
}

// -----

func.func @scale_type_amax(%a: tensor<64x4xf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects operand amax of element type f32, got 'f16'}}
  %0 = gq.absmax_to_scale %a to f8E4M3FN outs(%e : tensor<64x4xf32>)
    : tensor<64x4xf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @scale_type_init(%a: tensor<64x4xf32>, %e: tensor<64x4xf16>) {
  // expected-error@+1 {{expects operand init of element type f32, bf16 or f8E8M0FNU, got 'f16'}}
  %0 = gq.absmax_to_scale %a to f8E4M3FN outs(%e : tensor<64x4xf16>)
    : tensor<64x4xf32> -> tensor<64x4xf16>
  return
}

// -----

func.func @scale_type_pow2(%a: tensor<64x4xf32>, %e: tensor<64x4xf8E8M0FNU>) {
  // expected-error@+1 {{expects pow2 with operand init of element type f8E8M0FNU, got none}}
  %0 = gq.absmax_to_scale %a to f8E4M3FN outs(%e : tensor<64x4xf8E8M0FNU>)
    : tensor<64x4xf32> -> tensor<64x4xf8E8M0FNU>
  return
}

// -----

func.func @scale_format(%a: tensor<64x4xf32>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects format f8E4M3FN, f8E5M2, i8, i4 or f4E2M1FN, got 'f8E4M3FNUZ'}}
  %0 = gq.absmax_to_scale %a to f8E4M3FNUZ outs(%e : tensor<64x4xf32>)
    : tensor<64x4xf32> -> tensor<64x4xf32>
  return
}

// -----

func.func @scale_format_not_float(%a: tensor<64x4xf32>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects format f8E4M3FN, f8E5M2, i8, i4 or f4E2M1FN, got 'vector<4xf32>'}}
  %0 = gq.absmax_to_scale %a to vector<4xf32> outs(%e : tensor<64x4xf32>)
    : tensor<64x4xf32> -> tensor<64x4xf32>
  return
}

// -----

func.func @scale_shape_0(%a: tensor<64x4xf32>, %e: tensor<63x4xf32>) {
  // expected-error@+1 {{expects dimension 0 of operand init to be 64 (as operand amax), got 63}}
  %0 = gq.absmax_to_scale %a to f8E4M3FN outs(%e : tensor<63x4xf32>)
    : tensor<64x4xf32> -> tensor<63x4xf32>
  return
}

// -----

func.func @scale_shape_1(%a: tensor<64x4xf32>, %e: tensor<64x5xf32>) {
  // expected-error@+1 {{expects dimension 1 of operand init to be 4 (as operand amax), got 5}}
  %0 = gq.absmax_to_scale %a to f8E4M3FN outs(%e : tensor<64x5xf32>)
    : tensor<64x4xf32> -> tensor<64x5xf32>
  return
}

// -----

// scaled_cast
func.func @cast_rank_x(%x: tensor<bf16>, %s: tensor<64x4xf32>, %e: tensor<64x512xf8E4M3FN>) {
  // expected-error@+1 {{expects operand x to have rank 2, got rank 0}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xf8E4M3FN>) : tensor<bf16>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @cast_rank_scales(%x: tensor<64x512xbf16>, %s: tensor<256xf32>, %e: tensor<64x512xf8E4M3FN>) {
  // expected-error@+1 {{expects operand scales to have rank 2, got rank 1}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<256xf32> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @cast_rank_init(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %e: tensor<1x64x512xf8E4M3FN>) {
  // expected-error@+1 {{expects operand init to have rank 2, got rank 3}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128])
    outs(%e : tensor<1x64x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<1x64x512xf8E4M3FN>
  return
}

// -----

func.func @cast_type_x(%x: tensor<64x512xi8>, %s: tensor<64x4xf32>, %e: tensor<64x512xf8E4M3FN>) {
  // expected-error@+1 {{expects operand x of element type bf16, f16 or f32, got 'i8'}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xf8E4M3FN>) : tensor<64x512xi8>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @cast_type_scales(%x: tensor<64x512xbf16>, %s: tensor<64x4xf16>, %e: tensor<64x512xf8E4M3FN>) {
  // expected-error@+1 {{expects operand scales of element type f32, bf16 or f8E8M0FNU, got 'f16'}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<64x4xf16> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @cast_type_init(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %e: tensor<64x512xi4>) {
  // expected-error@+1 {{expects operand init of element type f8E4M3FN, f8E5M2 or i8, got 'i4'}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xi4>) : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xi4>
  return
}

// -----

func.func @cast_block(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %e: tensor<64x512xf8E4M3FN>) {
  // expected-error@+1 {{expects block to have 2 sizes, got 1}}
  %0 = gq.scaled_cast %x scales(%s block [128])
    outs(%e : tensor<64x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @cast_origin(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %e: tensor<64x512xf8E4M3FN>, %i: index) {
  // expected-error@+1 {{expects an origin of 2 values, got 1}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) origin(%i)
    outs(%e : tensor<64x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @cast_shape_0(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %e: tensor<63x512xf8E4M3FN>) {
  // expected-error@+1 {{expects dimension 0 of operand init to be 64 (as operand x), got 63}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128])
    outs(%e : tensor<63x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<63x512xf8E4M3FN>
  return
}

// -----

func.func @cast_shape_1(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %e: tensor<64x511xf8E4M3FN>) {
  // expected-error@+1 {{expects dimension 1 of operand init to be 512 (as operand x), got 511}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128])
    outs(%e : tensor<64x511xf8E4M3FN>) : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x511xf8E4M3FN>
  return
}

// -----

func.func @cast_scale_count(%x: tensor<64x512xbf16>, %s: tensor<64x5xf32>, %e: tensor<64x512xf8E4M3FN>) {
  // expected-error@+1 {{expects dimension 1 of operand scales to be 4 (one scale per 128 of the 512 elements of operand x), got 5}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<64x5xf32> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @cast_origin_few(%x: tensor<64x512xbf16>, %s: tensor<64x3xf32>, %e: tensor<64x512xf8E4M3FN>, %i: index) {
  // expected-error@+1 {{expects dimension 1 of operand scales to be 4 or 5 (one scale per 128 of the 512 elements of operand x), got 3}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) origin(%i, %i)
    outs(%e : tensor<64x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<64x3xf32> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @cast_origin_many(%x: tensor<64x512xbf16>, %s: tensor<64x6xf32>, %e: tensor<64x512xf8E4M3FN>, %i: index) {
  // expected-error@+1 {{expects dimension 1 of operand scales to be 4 or 5 (one scale per 128 of the 512 elements of operand x), got 6}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) origin(%i, %i)
    outs(%e : tensor<64x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<64x6xf32> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @cast_origin_rows(%x: tensor<64x512xbf16>, %s: tensor<65x4xf32>, %e: tensor<64x512xf8E4M3FN>, %i: index) {
  // expected-error@+1 {{expects dimension 0 of operand scales to be 64 (one scale per 1 of the 64 elements of operand x), got 65}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) origin(%i, %i)
    outs(%e : tensor<64x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<65x4xf32> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

// dequantize
func.func @dequantize_rank_q(%x: tensor<f8E4M3FN>, %s: tensor<64x4xf32>, %e: tensor<64x512xbf16>) {
  // expected-error@+1 {{expects operand q to have rank 2, got rank 0}}
  %0 = gq.dequantize %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xbf16>) : tensor<f8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_rank_scales(%x: tensor<64x512xf8E4M3FN>, %s: tensor<256xf32>, %e: tensor<64x512xbf16>) {
  // expected-error@+1 {{expects operand scales to have rank 2, got rank 1}}
  %0 = gq.dequantize %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<256xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_rank_init(%x: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>, %e: tensor<1x64x512xbf16>) {
  // expected-error@+1 {{expects operand init to have rank 2, got rank 3}}
  %0 = gq.dequantize %x scales(%s block [1, 128])
    outs(%e : tensor<1x64x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<1x64x512xbf16>
  return
}

// -----

func.func @dequantize_type_q(%x: tensor<64x512xui8>, %s: tensor<64x4xf32>, %e: tensor<64x512xbf16>) {
  // expected-error@+1 {{expects operand q of element type f8E4M3FN, f8E5M2 or i8, got 'ui8'}}
  %0 = gq.dequantize %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xbf16>) : tensor<64x512xui8>, tensor<64x4xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_type_scales(%x: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf64>, %e: tensor<64x512xbf16>) {
  // expected-error@+1 {{expects operand scales of element type f32, bf16, f16 or f8E8M0FNU, got 'f64'}}
  %0 = gq.dequantize %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<64x4xf64> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_type_init(%x: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>, %e: tensor<64x512xi8>) {
  // expected-error@+1 {{expects operand init of element type bf16, f16 or f32, got 'i8'}}
  %0 = gq.dequantize %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xi8>) : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xi8>
  return
}

// -----

func.func @dequantize_block(%x: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>, %e: tensor<64x512xbf16>) {
  // expected-error@+1 {{expects block to have 2 sizes, got 1}}
  %0 = gq.dequantize %x scales(%s block [128])
    outs(%e : tensor<64x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_packed(%x: tensor<64x256xi8>, %s: tensor<64x4xf32>, %e: tensor<64x512xbf16>) {
  // expected-error@+1 {{expects packed to be i4 or f4E2M1FN, got 'i8'}}
  %0 = gq.dequantize %x scales(%s block [1, 128]) outs(%e : tensor<64x512xbf16>) {packed = i8}
    : tensor<64x256xi8>, tensor<64x4xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_bytes(%x: tensor<64x256xf8E4M3FN>, %s: tensor<64x4xf32>, %e: tensor<64x512xbf16>) {
  // expected-error@+1 {{expects operand q of element type i8, bytes of two codes, with packed, got 'f8E4M3FN'}}
  %0 = gq.dequantize %x scales(%s block [1, 128]) outs(%e : tensor<64x512xbf16>) {packed = i4}
    : tensor<64x256xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_odd_block(%x: tensor<64x256xi8>, %s: tensor<64x171xf32>, %e: tensor<64x512xbf16>) {
  // expected-error@+1 {{expects blocks of an even number of columns with packed, got 3}}
  %0 = gq.dequantize %x scales(%s block [1, 3]) outs(%e : tensor<64x512xbf16>) {packed = i4}
    : tensor<64x256xi8>, tensor<64x171xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_packed_shape(%x: tensor<64x511xi8>, %s: tensor<64x4xf32>, %e: tensor<64x511xbf16>) {
  // expected-error@+1 {{expects dimension 1 of operand q to be 256 (one value per 2 of the 511 elements of operand init), got 511}}
  %0 = gq.dequantize %x scales(%s block [1, 128]) outs(%e : tensor<64x511xbf16>) {packed = f4E2M1FN}
    : tensor<64x511xi8>, tensor<64x4xf32> -> tensor<64x511xbf16>
  return
}

// -----

func.func @cast_packed(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %e: tensor<64x256xi8>) {
  // expected-error@+1 {{expects packed to be i4 or f4E2M1FN, got 'f6E2M3FN'}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) outs(%e : tensor<64x256xi8>) {packed = f6E2M3FN}
    : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x256xi8>
  return
}

// -----

func.func @cast_nibbles(%x: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %e: tensor<64x512xi4>) {
  // expected-error@+1 {{expects operand init of element type f8E4M3FN, f8E5M2 or i8, got 'i4'}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) outs(%e : tensor<64x512xi4>)
    : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xi4>
  return
}

// -----

func.func @cast_packed_shape(%x: tensor<64x511xbf16>, %s: tensor<64x4xf32>, %e: tensor<64x255xi8>) {
  // expected-error@+1 {{expects dimension 1 of operand init to be 256 (one value per 2 of the 511 elements of operand x), got 255}}
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) outs(%e : tensor<64x255xi8>) {packed = i4}
    : tensor<64x511xbf16>, tensor<64x4xf32> -> tensor<64x255xi8>
  return
}

// -----

func.func @dequantize_origin(%x: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>, %e: tensor<64x512xbf16>, %i: index) {
  // expected-error@+1 {{expects an origin of 2 values, got 1}}
  %0 = gq.dequantize %x scales(%s block [1, 128]) origin(%i)
    outs(%e : tensor<64x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_shape_0(%x: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>, %e: tensor<63x512xbf16>) {
  // expected-error@+1 {{expects dimension 0 of operand init to be 64 (as operand q), got 63}}
  %0 = gq.dequantize %x scales(%s block [1, 128])
    outs(%e : tensor<63x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<63x512xbf16>
  return
}

// -----

func.func @dequantize_shape_1(%x: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>, %e: tensor<64x511xbf16>) {
  // expected-error@+1 {{expects dimension 1 of operand init to be 512 (as operand q), got 511}}
  %0 = gq.dequantize %x scales(%s block [1, 128])
    outs(%e : tensor<64x511xbf16>) : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x511xbf16>
  return
}

// -----

func.func @dequantize_scale_count(%x: tensor<64x512xf8E4M3FN>, %s: tensor<64x5xf32>, %e: tensor<64x512xbf16>) {
  // expected-error@+1 {{expects dimension 1 of operand scales to be 4 (one scale per 128 of the 512 elements of operand q), got 5}}
  %0 = gq.dequantize %x scales(%s block [1, 128])
    outs(%e : tensor<64x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<64x5xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_origin_few(%x: tensor<64x512xf8E4M3FN>, %s: tensor<64x3xf32>, %e: tensor<64x512xbf16>, %i: index) {
  // expected-error@+1 {{expects dimension 1 of operand scales to be 4 or 5 (one scale per 128 of the 512 elements of operand q), got 3}}
  %0 = gq.dequantize %x scales(%s block [1, 128]) origin(%i, %i)
    outs(%e : tensor<64x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<64x3xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_origin_many(%x: tensor<64x512xf8E4M3FN>, %s: tensor<64x6xf32>, %e: tensor<64x512xbf16>, %i: index) {
  // expected-error@+1 {{expects dimension 1 of operand scales to be 4 or 5 (one scale per 128 of the 512 elements of operand q), got 6}}
  %0 = gq.dequantize %x scales(%s block [1, 128]) origin(%i, %i)
    outs(%e : tensor<64x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<64x6xf32> -> tensor<64x512xbf16>
  return
}

// -----

func.func @dequantize_origin_rows(%x: tensor<64x512xf8E4M3FN>, %s: tensor<65x4xf32>, %e: tensor<64x512xbf16>, %i: index) {
  // expected-error@+1 {{expects dimension 0 of operand scales to be 64 (one scale per 1 of the 64 elements of operand q), got 65}}
  %0 = gq.dequantize %x scales(%s block [1, 128]) origin(%i, %i)
    outs(%e : tensor<64x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<65x4xf32> -> tensor<64x512xbf16>
  return
}

// -----

// copy
func.func @copy_rank(%x: tensor<4xf32>, %e: tensor<4xf32>) {
  // expected-error@+1 {{expects operand x to have rank 2, got rank 1}}
  %0 = gq.copy %x outs(%e : tensor<4xf32>) : tensor<4xf32> -> tensor<4xf32>
  return
}

// -----

func.func @copy_type(%x: tensor<4x8xi64>, %e: tensor<4x8xi64>) {
  // expected-error@+1 {{expects operand x of element type bf16, f16, f32, i32, f8E4M3FN, f8E5M2, i8 or f8E8M0FNU, got 'i64'}}
  %0 = gq.copy %x outs(%e : tensor<4x8xi64>) : tensor<4x8xi64> -> tensor<4x8xi64>
  return
}

// -----

func.func @copy_types(%x: tensor<4x8xf32>, %e: tensor<4x8xf16>) {
  // expected-error@+1 {{expects operand init of element type 'f32', as operand x, got 'f16'}}
  %0 = gq.copy %x outs(%e : tensor<4x8xf16>) : tensor<4x8xf32> -> tensor<4x8xf16>
  return
}

// -----

func.func @copy_shape(%x: tensor<4x8xf32>, %e: tensor<4x9xf32>) {
  // expected-error@+1 {{expects dimension 1 of operand init to be 8 (as operand x), got 9}}
  %0 = gq.copy %x outs(%e : tensor<4x9xf32>) : tensor<4x8xf32> -> tensor<4x9xf32>
  return
}
