// RUN: gq-opt %s --split-input-file --gq-check-shapes --verify-diagnostics

func.func @behind(%a: tensor<64x600xbf16>, %b: tensor<256x512xbf16>, %c: tensor<64x256xf32>) -> tensor<64x256xf32> {
  %c100 = arith.constant 100 : index
  %at = affine.apply affine_map<(i) -> (i - 10)>(%c100)
  // expected-error@+1 {{expects a slice within dimension 1 of operand 0 (argument 0), which has size 600, got one that ends at 602}}
  %x = tensor.extract_slice %a[0, %at] [64, 512] [1, 1] : tensor<64x600xbf16> to tensor<64x512xbf16>
  %d = gq.scaled_matmul %x, %b outs(%c : tensor<64x256xf32>) : tensor<64x512xbf16>, tensor<256x512xbf16> -> tensor<64x256xf32>
  return %d : tensor<64x256xf32>
}

// -----

func.func @touched(%a: tensor<64x512xf8E4M3FN>, %sa: tensor<64x5xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>) -> tensor<64x256xf32> {
  %c0 = arith.constant 0 : index
  %k = arith.constant 64 : index
  // expected-error@+1 {{expects dimension 1 of operand b_scales (argument 3) to be at least the number of blocks of 128 that dimension 1 of operand a (argument 0) touches from the origin on, which is 5, got 4}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) origin(%c0, %c0, %k) outs(%c : tensor<64x256xf32>)
      : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<64x5xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  return %d : tensor<64x256xf32>
}
