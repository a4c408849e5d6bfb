// Blocks along K that no instruction has, of i8, and why both operands are not decoded to bf16 first.
// RUN: gq-opt %s --gq-expand --gq-select-config --split-input-file --verify-diagnostics

func.func @scales_of_a(%a: tensor<64x256xi8>, %b: tensor<128x256xi8>, %s: tensor<64x16xf32>, %t: tensor<128x16xf8E8M0FNU>, %c: tensor<64x128xf32>) -> tensor<64x128xf32> {
  // expected-error@+2 {{expects blocks of a along K to be a multiple of 32, or one that is all of a static K, got 16}}
  // expected-note@+1 {{operands of i8 in blocks of any size are decoded where a product expects operand a_scales of element type f8E8M0FNU, got f32}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 16], %t block [1, 16]) outs(%c : tensor<64x128xf32>)
      : tensor<64x256xi8>, tensor<128x256xi8>, tensor<64x16xf32>, tensor<128x16xf8E8M0FNU> -> tensor<64x128xf32>
  return %d : tensor<64x128xf32>
}

// -----

func.func @scales_of_b(%a: tensor<64x256xi8>, %b: tensor<128x256xi8>, %s: tensor<64x16xf8E8M0FNU>, %t: tensor<128x11xbf16>, %c: tensor<64x128xf32>) -> tensor<64x128xf32> {
  // expected-error@+2 {{expects blocks of a along K to be a multiple of 32, or one that is all of a static K, got 16}}
  // expected-note@+1 {{operands of i8 in blocks of any size are decoded where a product expects operand b_scales of element type f8E8M0FNU, got bf16}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 16], %t block [1, 24]) outs(%c : tensor<64x128xf32>)
      : tensor<64x256xi8>, tensor<128x256xi8>, tensor<64x16xf8E8M0FNU>, tensor<128x11xbf16> -> tensor<64x128xf32>
  return %d : tensor<64x128xf32>
}

// -----

func.func @origin(%a: tensor<64x256xi8>, %b: tensor<128x256xi8>, %s: tensor<64x16xf8E8M0FNU>, %t: tensor<128x8xf8E8M0FNU>, %c: tensor<64x128xf32>, %m: index) -> tensor<64x128xf32> {
  %c0 = arith.constant 0 : index
  // expected-error@+2 {{expects blocks of a along K to be a multiple of 32, or one that is all of a static K, got 16}}
  // expected-note@+1 {{operands of i8 in blocks of any size are decoded where a product expects operands that start at blocks, got an origin}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 16], %t block [1, 32]) origin(%m, %c0, %c0) outs(%c : tensor<64x128xf32>)
      : tensor<64x256xi8>, tensor<128x256xi8>, tensor<64x16xf8E8M0FNU>, tensor<128x8xf8E8M0FNU> -> tensor<64x128xf32>
  return %d : tensor<64x128xf32>
}

// -----

func.func @batch(%a: tensor<3x64x256xi8>, %b: tensor<128x256xi8>, %s: tensor<3x16x64xf8E8M0FNU>, %t: tensor<128x16xf8E8M0FNU>, %c: tensor<3x64x128xf32>) -> tensor<3x64x128xf32> {
  // expected-error@+2 {{expects blocks of a along K to be a multiple of 32, or one that is all of a static K, got 16}}
  // expected-note@+1 {{operands of i8 in blocks of any size are decoded where a product expects to be in a function or in an scf.if there, got 'scf.forall', which a batch is too unless scales are row-major and b is one}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 16], %t block [1, 16]) outs(%c : tensor<3x64x128xf32>) {transposed_a_scales}
      : tensor<3x64x256xi8>, tensor<128x256xi8>, tensor<3x16x64xf8E8M0FNU>, tensor<128x16xf8E8M0FNU> -> tensor<3x64x128xf32>
  return %d : tensor<3x64x128xf32>
}

// -----

func.func @batches(%a: tensor<3x64x256xi8>, %b: tensor<3x128x256xi8>, %s: tensor<3x64x16xf8E8M0FNU>, %t: tensor<3x128x16xf8E8M0FNU>, %c: tensor<3x64x128xf32>) -> tensor<3x64x128xf32> {
  // expected-error@+2 {{expects blocks of a along K to be a multiple of 32, or one that is all of a static K, got 16}}
  // expected-note@+1 {{got 'scf.forall', which a batch is too}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 16], %t block [1, 16]) outs(%c : tensor<3x64x128xf32>)
      : tensor<3x64x256xi8>, tensor<3x128x256xi8>, tensor<3x64x16xf8E8M0FNU>, tensor<3x128x16xf8E8M0FNU> -> tensor<3x64x128xf32>
  return %d : tensor<3x64x128xf32>
}
