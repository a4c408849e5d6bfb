// One test for every diagnostic of #gq.matmul_variants.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{expects up_to and a number of rows, or above, got below}}
func.func private @word() attributes {v = #gq.matmul_variants<below 8 = <tile = [64, 128, 128]>>}

// -----

// expected-error@+1 {{expected integer value}}
func.func private @number() attributes {v = #gq.matmul_variants<up_to = <tile = [64, 128, 128]>>}

// -----

// expected-error@+1 {{expected '='}}
func.func private @equal() attributes {v = #gq.matmul_variants<above <tile = [64, 128, 128]>>}

// -----

// expected-error@+1 {{expected '>'}}
func.func private @behind() attributes {v = #gq.matmul_variants<above = <tile = [64, 128, 128]>, up_to 8 = <tile = [64, 64, 128]>>}

// -----

// expected-error@+1 {{expected valid keyword}}
func.func private @nothing() attributes {v = #gq.matmul_variants<>}

// -----

// expected-error@+1 {{has no key 'tile', which is needed}}
func.func private @config() attributes {v = #gq.matmul_variants<above = <stages = 3>>}

// -----

// expected-error@+1 {{expects stages of at least 1, got 0}}
func.func private @value() attributes {v = #gq.matmul_variants<above = <tile = [64, 128, 128], stages = 0>>}

// -----

// expected-error@+1 {{expects a config for each limit of rows and one above the last, got 2 limits and 2 configs}}
func.func private @no_last() attributes {v = #gq.matmul_variants<up_to 8 = <tile = [64, 128, 128]>, up_to 16 = <tile = [64, 64, 128]>>}

// -----

// expected-error@+1 {{expects positive limits of rows that ascend, got 0 behind 0}}
func.func private @zero() attributes {v = #gq.matmul_variants<up_to 0 = <tile = [64, 128, 128]>, above = <tile = [64, 64, 128]>>}

// -----

// expected-error@+1 {{expects positive limits of rows that ascend, got 8 behind 8}}
func.func private @same() attributes {v = #gq.matmul_variants<up_to 8 = <tile = [64, 128, 128]>, up_to 8 = <tile = [64, 96, 128]>, above = <tile = [64, 64, 128]>>}

// -----

// expected-error@+1 {{expects at most 12 configs, got 13}}
func.func private @many() attributes {v = #gq.matmul_variants<
  up_to 1 = <tile = [64, 16, 128]>, up_to 2 = <tile = [64, 32, 128]>, up_to 3 = <tile = [64, 48, 128]>,
  up_to 4 = <tile = [64, 64, 128]>, up_to 5 = <tile = [64, 72, 128]>, up_to 6 = <tile = [64, 80, 128]>,
  up_to 7 = <tile = [64, 96, 128]>, up_to 8 = <tile = [64, 112, 128]>,
  up_to 9 = <tile = [64, 160, 128]>, up_to 10 = <tile = [64, 176, 128]>, up_to 11 = <tile = [64, 192, 128]>,
  up_to 12 = <tile = [64, 208, 128]>, above = <tile = [64, 128, 128]>>}

// -----

func.func @parts(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %s: tensor<?x4xf32>, %t: tensor<2x4xf32>, %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  // expected-error@+1 {{expects variants that add up in one order, as batch_invariant says, got split_k = 2 and 1}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x256xf32>)
      {batch_invariant, config = #gq.matmul_variants<up_to 128 = <tile = [64, 128, 128], split_k = 2>, above = <tile = [256, 128, 128]>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}

// -----

func.func @uneven_parts(%a: tensor<?x1280xf8E4M3FN>, %b: tensor<256x1280xf8E4M3FN>, %s: tensor<?x10xf32>, %t: tensor<2x10xf32>, %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  // expected-error@+1 {{expects variants that add up in one order, as batch_invariant says, got tile along K = 256 and 128}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x256xf32>)
      {batch_invariant, config = #gq.matmul_variants<up_to 128 = <tile = [64, 128, 256], split_k = 2>, above = <tile = [64, 128, 128], split_k = 2>>}
      : tensor<?x1280xf8E4M3FN>, tensor<256x1280xf8E4M3FN>, tensor<?x10xf32>, tensor<2x10xf32> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}

// -----

func.func @groups(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %s: tensor<?x4xf32>, %t: tensor<2x4xf32>, %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  // expected-error@+1 {{expects variants that add up in one order, as batch_invariant says, got k_groups = 2 and 1}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x256xf32>)
      {batch_invariant, config = #gq.matmul_variants<up_to 128 = <tile = [64, 128, 128], k_groups = 2>, above = <tile = [256, 128, 128]>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}

// -----

func.func @promotion(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %s: tensor<?x2xf32>, %t: tensor<1x2xf32>, %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  // expected-error@+1 {{expects variants that add up in one order, as batch_invariant says, got tile along K = 128 and 256}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 256], %t block [256, 256]) outs(%c : tensor<?x256xf32>)
      {batch_invariant, promote = 256, config = #gq.matmul_variants<up_to 128 = <tile = [64, 128, 128]>, above = <tile = [256, 128, 256]>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}

// -----

func.func @streamk(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %s: tensor<?x4xf32>, %t: tensor<2x4xf32>, %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  // expected-error@+1 {{has a variant with schedule = streamk, whose order of sums depends on the number of rows; batch_invariant expects another one}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x256xf32>)
      {batch_invariant, config = #gq.matmul_variants<up_to 128 = <tile = [64, 128, 128], schedule = streamk>, above = <tile = [256, 128, 128]>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}

// -----

func.func @decode(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %s: tensor<?x16xf8E8M0FNU>, %t: tensor<256x16xf8E8M0FNU>, %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  // expected-error@+1 {{expects variants that add up in one order, as batch_invariant says, got decode = false and true}}
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 32], %t block [1, 32]) outs(%c : tensor<?x256xf32>)
      {batch_invariant, config = #gq.matmul_variants<up_to 128 = <tile = [64, 128, 128]>, above = <tile = [128, 128, 64], decode = true>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x16xf8E8M0FNU>, tensor<256x16xf8E8M0FNU> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}
