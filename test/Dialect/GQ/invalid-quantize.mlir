// One test for every diagnostic: quantize.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// quantize
func.func @quantize_rank_x(%x: tensor<512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects operand x to have rank 2, got rank 1}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>)
    : tensor<512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_rank_init(%x: tensor<64x512xbf16>, %q: tensor<512xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects operand init to have rank 2, got rank 1}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<512xf8E4M3FN>, tensor<64x4xf32>)
    : tensor<64x512xbf16> -> tensor<512xf8E4M3FN>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_rank_scales(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<f32>) {
  // expected-error@+1 {{expects operand scales_init to have rank 2, got rank 0}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<f32>)
    : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<f32>
  return
}

// -----

func.func @quantize_type_x(%x: tensor<64x512xf8E5M2>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects operand x of element type bf16, f16 or f32, got 'f8E5M2'}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>)
    : tensor<64x512xf8E5M2> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_type_init(%x: tensor<64x512xbf16>, %q: tensor<64x512xi16>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects operand init of element type f8E4M3FN, f8E5M2 or i8, got 'i16'}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xi16>, tensor<64x4xf32>)
    : tensor<64x512xbf16> -> tensor<64x512xi16>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_type_scales(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf16>) {
  // expected-error@+1 {{expects operand scales_init of element type f32, bf16 or f8E8M0FNU, got 'f16'}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf16>)
    : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf16>
  return
}

// -----

func.func @quantize_scales_pow2(%x: tensor<64x512xbf16>, %q: tensor<64x512xi8>, %s: tensor<64x4xf8E8M0FNU>) {
  // expected-error@+1 {{expects pow2 with operand scales_init of element type f8E8M0FNU, got none}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xi8>, tensor<64x4xf8E8M0FNU>)
    : tensor<64x512xbf16> -> tensor<64x512xi8>, tensor<64x4xf8E8M0FNU>
  return
}

// -----

func.func @quantize_scales_transposed(%x: tensor<64x512xbf16>, %q: tensor<64x512xi8>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects dimension 0 of operand scales_init to be 4 (one scale per 128 of the 512 elements of operand x), got 64}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xi8>, tensor<64x4xf32>) {transposed_scales}
    : tensor<64x512xbf16> -> tensor<64x512xi8>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_scales_transposed_columns(%x: tensor<64x512xbf16>, %q: tensor<64x512xi8>, %s: tensor<5x64xf32>) {
  // expected-error@+1 {{expects dimension 0 of operand scales_init to be 4 (one scale per 128 of the 512 elements of operand x), got 5}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xi8>, tensor<5x64xf32>) {transposed_scales}
    : tensor<64x512xbf16> -> tensor<64x512xi8>, tensor<5x64xf32>
  return
}

// -----

func.func @quantize_block(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects block of positive sizes, got [1, 0]}}
  %0:2 = gq.quantize %x block [1, 0] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>)
    : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_floor(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects amax_floor to be finite and not negative, got -1}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {amax_floor = -1.0 : f32}
    : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_config(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{attribute 'config' failed to satisfy constraint: a #gq.quantize_config}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {config = #gq.matmul_config<tile = [1, 128, 128]>}
    : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_shape_0(%x: tensor<64x512xbf16>, %q: tensor<65x512xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects dimension 0 of operand init to be 64 (as operand x), got 65}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<65x512xf8E4M3FN>, tensor<64x4xf32>)
    : tensor<64x512xbf16> -> tensor<65x512xf8E4M3FN>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_shape_1(%x: tensor<64x512xbf16>, %q: tensor<64x513xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects dimension 1 of operand init to be 512 (as operand x), got 513}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x513xf8E4M3FN>, tensor<64x4xf32>)
    : tensor<64x512xbf16> -> tensor<64x513xf8E4M3FN>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_scale_rows(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<65x4xf32>) {
  // expected-error@+1 {{expects dimension 0 of operand scales_init to be 64 (one scale per 1 of the 64 elements of operand x), got 65}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<65x4xf32>)
    : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<65x4xf32>
  return
}

// -----

func.func @quantize_scale_columns(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x512xf32>) {
  // expected-error@+1 {{expects dimension 1 of operand scales_init to be 4 (one scale per 128 of the 512 elements of operand x), got 512}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x512xf32>)
    : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x512xf32>
  return
}

// -----

func.func @quantize_padded(%x: tensor<65x512xbf16>, %q: tensor<65x512xf8E4M3FN>, %s: tensor<4x80xf32>) {
  // expected-error@+1 {{expects dimension 1 of operand scales_init to be 68 (one scale per 1 of the 65 elements of operand x, padded to a multiple of 4), got 80}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<65x512xf8E4M3FN>, tensor<4x80xf32>) {transposed_scales, padded_scales}
    : tensor<65x512xbf16> -> tensor<65x512xf8E4M3FN>, tensor<4x80xf32>
  return
}

// -----

func.func @quantize_padded_rows(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects transposed_scales beside padded_scales, got none}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {padded_scales}
    : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_packed(%x: tensor<64x512xbf16>, %q: tensor<64x256xi8>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects packed to be i4 or f4E2M1FN, got 'i8'}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x256xi8>, tensor<64x4xf32>) {packed = i8}
    : tensor<64x512xbf16> -> tensor<64x256xi8>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_packed_bytes(%x: tensor<64x512xbf16>, %q: tensor<64x256xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects operand init of element type i8, bytes of two codes, with packed, got 'f8E4M3FN'}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x256xf8E4M3FN>, tensor<64x4xf32>) {packed = f4E2M1FN}
    : tensor<64x512xbf16> -> tensor<64x256xf8E4M3FN>, tensor<64x4xf32>
  return
}

// -----

func.func @quantize_packed_block(%x: tensor<64x512xbf16>, %q: tensor<64x256xi8>, %s: tensor<64x103xf32>) {
  // expected-error@+1 {{expects blocks of an even number of columns with packed, got 5}}
  %0:2 = gq.quantize %x block [1, 5] outs(%q, %s : tensor<64x256xi8>, tensor<64x103xf32>) {packed = i4}
    : tensor<64x512xbf16> -> tensor<64x256xi8>, tensor<64x103xf32>
  return
}

// -----

func.func @quantize_packed_shape(%x: tensor<64x512xbf16>, %q: tensor<64x512xi8>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects dimension 1 of operand init to be 256 (one value per 2 of the 512 elements of operand x), got 512}}
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xi8>, tensor<64x4xf32>) {packed = i4}
    : tensor<64x512xbf16> -> tensor<64x512xi8>, tensor<64x4xf32>
  return
}
