// One test for every diagnostic: scaled_matmul.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// scaled_matmul
func.func @matmul_rank_a(%a: tensor<1x64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand a to have rank 2, got rank 3}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<1x64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_rank_b(%a: tensor<64x512xf8E4M3FN>, %b: tensor<512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand b to have rank 2, got rank 1}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_rank_a_scales(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<f32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand a_scales to have rank 2, got rank 0}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<f32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_rank_b_scales(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<8xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand b_scales to have rank 2, got rank 1}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<8xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_rank_init(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<1x64x256xf32>) {
  // expected-error@+1 {{expects operand init to have rank 2, got rank 3}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<1x64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<1x64x256xf32>
  return
}

// -----

func.func @matmul_type_a(%a: tensor<64x512xbf16>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand a of element type f8E4M3FN, f8E5M2 or i8, got 'bf16'}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xbf16>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_type_b(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xi8>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand b of element type f8E4M3FN or f8E5M2 beside an operand a of 'f8E4M3FN', got 'i8'}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xi8>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_type_b_integer(%a: tensor<64x512xi8>, %b: tensor<256x512xf8E5M2>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand b of element type i8 beside an operand a of 'i8', got 'f8E5M2'}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xi8>, tensor<256x512xf8E5M2>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_type_b_wide(%a: tensor<64x512xi8>, %b: tensor<256x512xi32>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand b of element type f8E4M3FN, f8E5M2 or i8, got 'i32'}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xi8>, tensor<256x512xi32>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_type_a_scales(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xbf16>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand a_scales of element type f32 or f8E8M0FNU, got 'bf16'}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xbf16>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_type_b_scales(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf64>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand b_scales of element type f32 or f8E8M0FNU, got 'f64'}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf64> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_type_init(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf8E4M3FN>) {
  // expected-error@+1 {{expects operand init of element type bf16, f16 or f32, got 'f8E4M3FN'}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf8E4M3FN>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf8E4M3FN>
  return
}

// -----

func.func @matmul_a_block(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects a_block to have 2 sizes, got 1}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_b_block(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects b_block of positive sizes, got [0, 128]}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [0, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_origin(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>, %i: index) {
  // expected-error@+1 {{expects an origin of 3 values, got 2}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) origin(%i, %i)
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_config(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+2 {{attribute 'config' failed to satisfy constraint: a #gq.matmul_config or #gq.matmul_variants}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>) {config = #gq.quantize_config<tile = [128, 128]>}
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @promote_zero(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects promote to be a positive multiple of 32, got 0}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>) {promote = 0}
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @promote_negative(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects promote to be a positive multiple of 32, got -32}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>) {promote = -32}
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @promote_odd(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects promote to be a positive multiple of 32, got 48}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>) {promote = 48}
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_k(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x256xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects dimension 1 of operand b to be 512 (K, as dimension 1 of operand a), got 256}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x256xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_m(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<128x256xf32>) {
  // expected-error@+1 {{expects dimension 0 of operand init to be 64 (M, as dimension 0 of operand a), got 128}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<128x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<128x256xf32>
  return
}

// -----

func.func @matmul_n(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x64xf32>) {
  // expected-error@+1 {{expects dimension 1 of operand init to be 256 (N, as dimension 0 of operand b), got 64}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x64xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x64xf32>
  return
}

// -----

func.func @matmul_a_scale_count(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<1x4xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects dimension 0 of operand a_scales to be 64 (one scale per 1 of the 64 elements of operand a), got 1}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<1x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_b_scale_count(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<4x2xf32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects dimension 0 of operand b_scales to be 2 (one scale per 128 of the 256 elements of operand b), got 4}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<4x2xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_a_origin(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x6xf32>,
    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>, %i: index) {
  // expected-error@+1 {{expects dimension 1 of operand a_scales to be 4 or 5 (one scale per 128 of the 512 elements of operand a), got 6}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) origin(%i, %i, %i)
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x6xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_b_origin(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
    %sb: tensor<4x4xf32>, %c: tensor<64x256xf32>, %i: index) {
  // expected-error@+1 {{expects dimension 0 of operand b_scales to be 2 or 3 (one scale per 128 of the 256 elements of operand b), got 4}}
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) origin(%i, %i, %i)
    outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<4x4xf32> -> tensor<64x256xf32>
  return
}

// -----

func.func @matmul_transposed_scales(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
                                    %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) -> tensor<64x256xf32> {
  // expected-error@+1 {{expects dimension 0 of operand a_scales to be 4 (one scale per 128 of the 512 elements of operand a), got 64}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<64x256xf32>) {transposed_a_scales}
      : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return %d : tensor<64x256xf32>
}

// -----

func.func @matmul_padded(%a: tensor<62x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<4x62xf32>,
                         %sb: tensor<2x4xf32>, %c: tensor<62x256xf32>) -> tensor<62x256xf32> {
  // expected-error@+1 {{expects dimension 1 of operand a_scales to be 64 (one scale per 1 of the 62 elements of operand a, padded to a multiple of 4), got 62}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<62x256xf32>) {transposed_a_scales, padded_a_scales}
      : tensor<62x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4x62xf32>, tensor<2x4xf32> -> tensor<62x256xf32>
  return %d : tensor<62x256xf32>
}

// -----

func.func @matmul_padded_rows(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<64x4xf32>,
                              %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) -> tensor<64x256xf32> {
  // expected-error@+1 {{expects transposed_b_scales beside padded_b_scales, got none}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<64x256xf32>) {padded_b_scales}
      : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return %d : tensor<64x256xf32>
}

// -----

func.func @matmul_padded_origin(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<4x?xf32>,
                                %sb: tensor<2x4xf32>, %c: tensor<?x256xf32>, %i: index) -> tensor<?x256xf32> {
  // expected-error@+1 {{expects no origin beside padded_a_scales, got one of 3 values}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) origin(%i, %i, %i) outs(%c : tensor<?x256xf32>) {transposed_a_scales, padded_a_scales}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4x?xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}

// -----

func.func @unscaled_type_a(%a: tensor<64x512xf32>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand a of element type bf16, f16, f8E4M3FN, f8E5M2 or i8, got 'f32'}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf32>, tensor<256x512xbf16> -> tensor<64x256xf32>
  return
}

// -----

func.func @unscaled_type_b(%a: tensor<64x512xbf16>, %b: tensor<256x512xi32>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand b of element type bf16, f16, f8E4M3FN, f8E5M2 or i8, got 'i32'}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x256xf32>)
    : tensor<64x512xbf16>, tensor<256x512xi32> -> tensor<64x256xf32>
  return
}

// -----

func.func @unscaled_bf16_f16(%a: tensor<64x512xbf16>, %b: tensor<256x512xf16>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand b of element type bf16 beside an operand a of 'bf16', got 'f16'}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x256xf32>)
    : tensor<64x512xbf16>, tensor<256x512xf16> -> tensor<64x256xf32>
  return
}

// -----

func.func @unscaled_f16_fp8(%a: tensor<64x512xf16>, %b: tensor<256x512xf8E4M3FN>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand b of element type f16 beside an operand a of 'f16', got 'f8E4M3FN'}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf16>, tensor<256x512xf8E4M3FN> -> tensor<64x256xf32>
  return
}

// -----

func.func @unscaled_fp8_bf16(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operand b of element type f8E4M3FN or f8E5M2 beside an operand a of 'f8E4M3FN', got 'bf16'}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x256xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<256x512xbf16> -> tensor<64x256xf32>
  return
}

// -----

func.func @unscaled_promote(%a: tensor<64x512xbf16>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects no promote beside operands of 'bf16', whose sums stay in the tensor core, got 128}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x256xf32>) {promote = 128}
    : tensor<64x512xbf16>, tensor<256x512xbf16> -> tensor<64x256xf32>
  return
}

// -----

func.func @unscaled_promote_fp8(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E5M2>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects promote to be a positive multiple of 32, got 16}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x256xf32>) {promote = 16}
    : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E5M2> -> tensor<64x256xf32>
  return
}

// -----

func.func @unscaled_origin(%a: tensor<64x512xbf16>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>, %i: index) {
  // expected-error@+1 {{expects no origin, as there are no scales, got one of 3 values}}
  %0 = gq.scaled_matmul %a, %b origin(%i, %i, %i) outs(%c : tensor<64x256xf32>)
    : tensor<64x512xbf16>, tensor<256x512xbf16> -> tensor<64x256xf32>
  return
}

// -----

func.func @unscaled_transposed(%a: tensor<64x512xbf16>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operands a_scales and b_scales beside transposed_b_scales, got none}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x256xf32>) {transposed_b_scales}
    : tensor<64x512xbf16>, tensor<256x512xbf16> -> tensor<64x256xf32>
  return
}

// -----

func.func @unscaled_padded(%a: tensor<64x512xbf16>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operands a_scales and b_scales beside padded_a_scales, got none}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x256xf32>) {padded_a_scales}
    : tensor<64x512xbf16>, tensor<256x512xbf16> -> tensor<64x256xf32>
  return
}

// -----

func.func @unscaled_block(%a: tensor<64x512xbf16>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>) {
  // expected-error@+1 {{expects operands a_scales and b_scales beside a_block, got none}}
  %0 = "gq.scaled_matmul"(%a, %b, %c) <{operandSegmentSizes = array<i32: 1, 1, 0, 0, 0, 0, 1, 0>, a_block = array<i64: 1, 128>}> : (tensor<64x512xbf16>, tensor<256x512xbf16>, tensor<64x256xf32>) -> tensor<64x256xf32>
  return
}

// -----

func.func @one_scales_a(%a: tensor<64x512xbf16>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects operand b_scales beside a_scales, got none}}
  %0 = "gq.scaled_matmul"(%a, %b, %s, %c) <{operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 1, 0>, a_block = array<i64: 1, 128>}> : (tensor<64x512xbf16>, tensor<256x512xbf16>, tensor<64x4xf32>, tensor<64x256xf32>) -> tensor<64x256xf32>
  return
}

// -----

func.func @one_scales_b(%a: tensor<64x512xbf16>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>, %s: tensor<256x4xf32>) {
  // expected-error@+1 {{expects operand a_scales beside b_scales, got none}}
  %0 = "gq.scaled_matmul"(%a, %b, %s, %c) <{operandSegmentSizes = array<i32: 1, 1, 0, 1, 0, 0, 1, 0>, b_block = array<i64: 1, 128>}> : (tensor<64x512xbf16>, tensor<256x512xbf16>, tensor<256x4xf32>, tensor<64x256xf32>) -> tensor<64x256xf32>
  return
}

// -----

func.func @scales_without_block(%a: tensor<64x512xbf16>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>, %s: tensor<64x4xf32>, %t: tensor<256x4xf32>) {
  // expected-error@+1 {{expects b_block to have 2 sizes, got 0}}
  %0 = "gq.scaled_matmul"(%a, %b, %s, %t, %c) <{operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0, 1, 0>, a_block = array<i64: 1, 128>}> : (tensor<64x512xbf16>, tensor<256x512xbf16>, tensor<64x4xf32>, tensor<256x4xf32>, tensor<64x256xf32>) -> tensor<64x256xf32>
  return
}

// -----

func.func @scaled_bf16(%a: tensor<64x512xbf16>, %b: tensor<64x512xbf16>, %s: tensor<64x4xf32>, %c: tensor<64x64xf32>) {
  // expected-error@+1 {{expects operand a of element type f8E4M3FN, f8E5M2 or i8, got 'bf16'}}
  %0 = gq.scaled_matmul %a, %b scales(%s block [1, 128], %s block [1, 128]) outs(%c : tensor<64x64xf32>)
    : tensor<64x512xbf16>, tensor<64x512xbf16>, tensor<64x4xf32>, tensor<64x4xf32> -> tensor<64x64xf32>
  return
}

// -----

func.func @scaled_integers(%a: tensor<64x512xi8>, %b: tensor<64x512xi8>, %s: tensor<64x1xf32>, %c: tensor<64x64xi32>) {
  // expected-error@+1 {{expects operand init of element type bf16, f16 or f32 beside scales, got i32}}
  %0 = gq.scaled_matmul %a, %b scales(%s block [1, 512], %s block [1, 512]) outs(%c : tensor<64x64xi32>)
    : tensor<64x512xi8>, tensor<64x512xi8>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xi32>
  return
}

// -----

func.func @integers_of_fp8(%a: tensor<64x512xf8E4M3FN>, %b: tensor<64x512xf8E4M3FN>, %c: tensor<64x64xi32>) {
  // expected-error@+1 {{expects operands a and b of element type i8 beside an operand init of i32, got 'f8E4M3FN'}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x64xi32>)
    : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN> -> tensor<64x64xi32>
  return
}

// -----

func.func @promoted_integers(%a: tensor<64x512xi8>, %b: tensor<64x512xi8>, %c: tensor<64x64xi32>) {
  // expected-error@+1 {{expects no promote beside an operand init of i32, whose sums stay in the tensor core, got 128}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x64xi32>) {promote = 128}
    : tensor<64x512xi8>, tensor<64x512xi8> -> tensor<64x64xi32>
  return
}

// -----

func.func @sums_of_i64(%a: tensor<64x512xi8>, %b: tensor<64x512xi8>, %c: tensor<64x64xi64>) {
  // expected-error@+1 {{expects operand init of element type bf16, f16 or f32, got 'i64'}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x64xi64>)
    : tensor<64x512xi8>, tensor<64x512xi8> -> tensor<64x64xi64>
  return
}

// -----

func.func @zero_points_of_fp8(%a: tensor<64x512xf8E4M3FN>, %b: tensor<64x512xf8E4M3FN>, %z: tensor<i32>, %c: tensor<64x64xf32>) {
  // expected-error@+1 {{expects operands a and b of element type i8 beside a_zero_points, got 'f8E4M3FN'}}
  %0 = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<i32>) outs(%c : tensor<64x64xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN> -> tensor<64x64xf32>
  return
}

// -----

func.func @zero_points_f32(%a: tensor<64x512xi8>, %b: tensor<64x512xi8>, %z: tensor<f32>, %c: tensor<64x64xf32>) {
  // expected-error@+1 {{expects operand b_zero_points of element type i8 or i32, got 'f32'}}
  %0 = gq.scaled_matmul %a, %b b_zero_points(%z : tensor<f32>) outs(%c : tensor<64x64xf32>)
    : tensor<64x512xi8>, tensor<64x512xi8> -> tensor<64x64xf32>
  return
}

// -----

func.func @zero_points_rank(%a: tensor<64x512xi8>, %b: tensor<64x512xi8>, %z: tensor<64x1xi32>, %c: tensor<64x64xf32>) {
  // expected-error@+1 {{expects operand a_zero_points to have rank 1, got rank 2}}
  %0 = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<64x1xi32>) outs(%c : tensor<64x64xf32>)
    : tensor<64x512xi8>, tensor<64x512xi8> -> tensor<64x64xf32>
  return
}

// -----

func.func @zero_points_count(%a: tensor<64x512xi8>, %b: tensor<32x512xi8>, %z: tensor<64xi32>, %c: tensor<64x32xf32>) {
  // expected-error@+1 {{b_zero_points}}
  %0 = gq.scaled_matmul %a, %b b_zero_points(%z : tensor<64xi32>) outs(%c : tensor<64x32xf32>)
    : tensor<64x512xi8>, tensor<32x512xi8> -> tensor<64x32xf32>
  return
}

// -----

func.func @zero_points_promoted(%a: tensor<64x512xi8>, %b: tensor<64x512xi8>, %z: tensor<i32>, %c: tensor<64x64xf32>) {
  // expected-error@+1 {{has a_zero_points, expects no promote, got 128}}
  %0 = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<i32>) outs(%c : tensor<64x64xf32>) {promote = 128}
    : tensor<64x512xi8>, tensor<64x512xi8> -> tensor<64x64xf32>
  return
}

// -----

func.func @zero_points_long(%a: tensor<64x33025xi8>, %b: tensor<64x33025xi8>, %z: tensor<i32>, %c: tensor<64x64xf32>) {
  // expected-error@+1 {{has a_zero_points, expects a static K of at most 33024, so that s32 holds the sum, got 33025}}
  %0 = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<i32>) outs(%c : tensor<64x64xf32>)
    : tensor<64x33025xi8>, tensor<64x33025xi8> -> tensor<64x64xf32>
  return
}

// -----

func.func @zero_points_dynamic(%a: tensor<64x?xi8>, %b: tensor<64x?xi8>, %z: tensor<i32>, %c: tensor<64x64xf32>) {
  // expected-error@+1 {{has b_zero_points, expects a static K of at most 33024, so that s32 holds the sum, got a dynamic one}}
  %0 = gq.scaled_matmul %a, %b b_zero_points(%z : tensor<i32>) outs(%c : tensor<64x64xf32>)
    : tensor<64x?xi8>, tensor<64x?xi8> -> tensor<64x64xf32>
  return
}

// -----

func.func @zero_points_dynamic_integers(%a: tensor<64x?xi8>, %b: tensor<64x?xi8>, %z: tensor<i32>, %c: tensor<64x64xi32>) {
  // expected-error@+1 {{has b_zero_points, expects a static K, got a dynamic one}}
  %0 = gq.scaled_matmul %a, %b b_zero_points(%z : tensor<i32>) outs(%c : tensor<64x64xi32>)
    : tensor<64x?xi8>, tensor<64x?xi8> -> tensor<64x64xi32>
  return
}

// -----

func.func @zero_points_blocks(%a: tensor<64x512xi8>, %b: tensor<64x512xi8>, %z: tensor<i32>, %s: tensor<64x4xf32>, %c: tensor<64x64xf32>) {
  // expected-error@+1 {{has a_zero_points, expects scales in one block along K, each of one row or of all, got others}}
  %0 = gq.scaled_matmul %a, %b scales(%s block [1, 128], %s block [1, 128]) a_zero_points(%z : tensor<i32>) outs(%c : tensor<64x64xf32>)
    : tensor<64x512xi8>, tensor<64x512xi8>, tensor<64x4xf32>, tensor<64x4xf32> -> tensor<64x64xf32>
  return
}

// -----

func.func @zero_points_origin(%a: tensor<64x512xi8>, %b: tensor<64x512xi8>, %z: tensor<i32>, %s: tensor<64x1xf32>, %c: tensor<64x64xf32>, %o: index) {
  // expected-error@+1 {{has a_zero_points, expects no origin, got one}}
  %0 = gq.scaled_matmul %a, %b scales(%s block [1, 512], %s block [1, 512]) a_zero_points(%z : tensor<i32>) origin(%o, %o, %o) outs(%c : tensor<64x64xf32>)
    : tensor<64x512xi8>, tensor<64x512xi8>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
  return
}

// -----

func.func @apart_without_zero_points(%a: tensor<64x512xi8>, %b: tensor<64x512xi8>, %c: tensor<64x64xi32>) {
  // expected-error@+1 {{has zero_points_apart, expects a_zero_points or b_zero_points, got none}}
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<64x64xi32>) {zero_points_apart}
    : tensor<64x512xi8>, tensor<64x512xi8> -> tensor<64x64xi32>
  return
}

// -----

func.func @apart_of_floats(%a: tensor<64x512xi8>, %b: tensor<64x512xi8>, %z: tensor<i32>, %c: tensor<64x64xf32>) {
  // expected-error@+1 {{has zero_points_apart, expects operand init of element type i32, got 'f32'}}
  %0 = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<i32>) outs(%c : tensor<64x64xf32>) {zero_points_apart}
    : tensor<64x512xi8>, tensor<64x512xi8> -> tensor<64x64xf32>
  return
}
