// RUN: gq-opt %s --split-input-file --gq-select-config --verify-diagnostics

func.func @inside(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x5xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x5xf32>, %c: tensor<512x256xf32>) -> tensor<512x256xf32> {
  %c0 = arith.constant 0 : index
  %k = arith.constant 17 : index
  // expected-error@+1 {{expects an origin along K that is a multiple of 32, so that no step crosses a block, got one that is known to be a multiple of 17}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) origin(%c0, %c0, %k) outs(%c : tensor<512x256xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<512x5xf32>, tensor<2x5xf32> -> tensor<512x256xf32>
  return %d : tensor<512x256xf32>
}

// -----

func.func @unknown(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x5xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x5xf32>, %c: tensor<512x256xf32>, %k: index) -> tensor<512x256xf32> {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{expects an origin along K that is a multiple of 32, so that no step crosses a block, got one that is known to be a multiple of 1}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) origin(%c0, %c0, %k) outs(%c : tensor<512x256xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<512x5xf32>, tensor<2x5xf32> -> tensor<512x256xf32>
  return %d : tensor<512x256xf32>
}

// -----

func.func @step(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x5xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x5xf32>, %c: tensor<512x256xf32>) -> tensor<512x256xf32> {
  %c0 = arith.constant 0 : index
  %k = arith.constant 64 : index
  // expected-error@+1 {{expects a K step of 64, the longest that goes into blocks of 128 and 128 elements of a and b along K, and into the origin there, a multiple of 64, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) origin(%c0, %c0, %k) outs(%c : tensor<512x256xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1>}
      : tensor<512x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<512x5xf32>, tensor<2x5xf32> -> tensor<512x256xf32>
  return %d : tensor<512x256xf32>
}

// -----

func.func @batch(%a: tensor<2x64x512xbf16>, %b: tensor<2x64x512xbf16>, %c: tensor<2x64x64xf32>) -> tensor<2x64x64xf32> {
  // expected-error@+1 {{is a batch; kernels are made of ops on matrices, run gq-expand first}}
  %d = gq.scaled_matmul %a, %b outs(%c : tensor<2x64x64xf32>) : tensor<2x64x512xbf16>, tensor<2x64x512xbf16> -> tensor<2x64x64xf32>
  return %d : tensor<2x64x64xf32>
}
