// One test for every diagnostic of a batch.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

func.func @f(%a: tensor<4x64x128xi8>, %b: tensor<64x128xi8>, %s: tensor<64x1xf32>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  // expected-error@+1 {{expects operand a to have rank 2, got rank 3}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %s block [1, 128]) outs(%c : tensor<64x64xf32>)
      : tensor<4x64x128xi8>, tensor<64x128xi8>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

func.func @f(%a: tensor<64x128xi8>, %s: tensor<64x1xf32>, %t: tensor<4x64x1xf32>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  // expected-error@+1 {{expects operand b_scales to have rank 2, got rank 3}}
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [1, 128]) outs(%c : tensor<64x64xf32>)
      : tensor<64x128xi8>, tensor<64x128xi8>, tensor<64x1xf32>, tensor<4x64x1xf32> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

func.func @f(%a: tensor<2x4x64x128xi8>, %b: tensor<64x128xi8>, %s: tensor<64x1xf32>, %c: tensor<2x4x64x64xf32>) -> tensor<2x4x64x64xf32> {
  // expected-error@+1 {{expects operand a to have rank 2, got rank 4}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %s block [1, 128]) outs(%c : tensor<2x4x64x64xf32>)
      : tensor<2x4x64x128xi8>, tensor<64x128xi8>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<2x4x64x64xf32>
  return %d : tensor<2x4x64x64xf32>
}

// -----

func.func @f(%a: tensor<4x64x128xi8>, %b: tensor<5x64x128xi8>, %s: tensor<64x1xf32>, %c: tensor<4x64x64xf32>) -> tensor<4x64x64xf32> {
  // expected-error@+1 {{expects dimension 0 of operand b to be 4 (batch, as dimension 0 of operand a), got 5}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %s block [1, 128]) outs(%c : tensor<4x64x64xf32>)
      : tensor<4x64x128xi8>, tensor<5x64x128xi8>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<4x64x64xf32>
  return %d : tensor<4x64x64xf32>
}

// -----

func.func @f(%a: tensor<4x64x128xi8>, %s: tensor<64x1xf32>, %t: tensor<5x64x1xf32>, %c: tensor<4x64x64xf32>) -> tensor<4x64x64xf32> {
  // expected-error@+1 {{expects dimension 0 of operand b_scales to be 4 (batch, as dimension 0 of operand a), got 5}}
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [1, 128]) outs(%c : tensor<4x64x64xf32>)
      : tensor<4x64x128xi8>, tensor<4x64x128xi8>, tensor<64x1xf32>, tensor<5x64x1xf32> -> tensor<4x64x64xf32>
  return %d : tensor<4x64x64xf32>
}

// -----

func.func @f(%a: tensor<4x64x128xi8>, %s: tensor<64x1xf32>, %i: index, %c: tensor<4x64x64xf32>) -> tensor<4x64x64xf32> {
  // expected-error@+1 {{expects no origin in a batch, got one of 3 values}}
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %s block [1, 128]) origin(%i, %i, %i) outs(%c : tensor<4x64x64xf32>)
      : tensor<4x64x128xi8>, tensor<4x64x128xi8>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<4x64x64xf32>
  return %d : tensor<4x64x64xf32>
}

// -----

func.func @f(%a: tensor<4x64x128xi8>, %s: tensor<64x1xf32>, %t: tensor<4x1x64xf32>, %c: tensor<4x64x64xf32>) -> tensor<4x64x64xf32> {
  // expected-error@+1 {{expects scales that are not padded in a batch, got padded_a_scales}}
  %d = gq.scaled_matmul %a, %a scales(%t block [1, 128], %s block [1, 128]) outs(%c : tensor<4x64x64xf32>) {transposed_a_scales, padded_a_scales}
      : tensor<4x64x128xi8>, tensor<4x64x128xi8>, tensor<4x1x64xf32>, tensor<64x1xf32> -> tensor<4x64x64xf32>
  return %d : tensor<4x64x64xf32>
}

// -----

func.func @f(%x: tensor<4x64x128xbf16>, %q: tensor<64x128xi8>, %s: tensor<4x64x1xf32>) {
  // expected-error@+1 {{expects operand init to have rank 3, got rank 2}}
  %d:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x128xi8>, tensor<4x64x1xf32>) : tensor<4x64x128xbf16> -> tensor<64x128xi8>, tensor<4x64x1xf32>
  return
}

// -----

func.func @f(%x: tensor<4x64x128xbf16>, %q: tensor<4x64x128xi8>, %s: tensor<4x1x1xf32>) {
  // expected-error@+1 {{expects blocks of rows that end with the matrices of a batch, got blocks of 128 rows and matrices of 64}}
  %d:2 = gq.quantize %x block [128, 128] outs(%q, %s : tensor<4x64x128xi8>, tensor<4x1x1xf32>) : tensor<4x64x128xbf16> -> tensor<4x64x128xi8>, tensor<4x1x1xf32>
  return
}

// -----

func.func @f(%x: tensor<4x?x128xbf16>, %q: tensor<4x?x128xi8>, %s: tensor<4x?x1xf32>) {
  // expected-error@+1 {{expects blocks of rows that end with the matrices of a batch, got blocks of 32 rows and matrices of an unknown number}}
  %d:2 = gq.quantize %x block [32, 128] outs(%q, %s : tensor<4x?x128xi8>, tensor<4x?x1xf32>) : tensor<4x?x128xbf16> -> tensor<4x?x128xi8>, tensor<4x?x1xf32>
  return
}

// -----

func.func @f(%x: tensor<4x64x128xbf16>, %q: tensor<4x64x128xi8>, %s: tensor<4x1x64xf32>) {
  // expected-error@+1 {{expects scales that are not transposed in a batch, got transposed_scales}}
  %d:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<4x64x128xi8>, tensor<4x1x64xf32>) {transposed_scales} : tensor<4x64x128xbf16> -> tensor<4x64x128xi8>, tensor<4x1x64xf32>
  return
}
