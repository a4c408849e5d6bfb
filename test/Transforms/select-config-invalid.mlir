// One test for every check of a config that a person wrote: matmul.
// RUN: gq-opt %s --gq-select-config --split-input-file --verify-diagnostics

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects a K step that is a multiple of 128, got 64}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 64]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects tile rows that are a multiple of 128 (64 for each of 2 math groups), got 192}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [192, 128, 128]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects tile rows that are a multiple of 64 (64 for each of 1 math groups), got 96}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [96, 128, 128], split = n>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects tile columns that are a multiple of 48 (8 for each of 6 products side by side), got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, split = n, parts = 3>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has store = direct, expects products that are a multiple of 16 columns wide, got 40}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 80, 128], parts = 2, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<4x512xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has scales = tma, expects at most 256 transposed a_scales of a tile, got 320}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d)
      {transposed_a_scales, config = #gq.matmul_config<tile = [320, 64, 128], split = n, scales = tma>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<4x512xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects tile columns that are a multiple of 8, at most 256, got 20}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 20, 128]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects tile columns that are a multiple of 8, at most 256, got 272}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 272, 128]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x6xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{expects blocks of a along K to be a multiple of 32, or one that is all of a static K, got 100}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 100], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x6xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x32xf8E8M0FNU>, %c: !d) -> !d {
  // expected-error@+1 {{expects blocks of b along K to be a multiple of 32, or one that is all of a static K, got 16}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 16]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x32xf8E8M0FNU> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x3xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects a K step of 64, the longest that goes into blocks of 192 and 128 elements of a and b along K, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 192], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x3xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects at most 168 registers for the roles that fill, as many as a thread block of 384 threads starts with, got 176}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 64, 128], stages = 3, registers = [176, 160]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: uses 267984 bytes of shared memory, the limit is 232448 (fewer stages or a smaller tile need less)}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [256, 128, 128], stages = 5>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: uses 54185307397488 bytes of shared memory, the limit is 232448 (fewer stages or a smaller tile need less)}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 64, 128], stages = 2147483647>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: uses 1152 threads per thread block, the limit is 1024}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [256, 64, 128], math_groups = 8>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: uses 274877906944 threads per thread block, the limit is 1024}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [256, 64, 128], math_groups = 2147483647>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects register counts between 24 and 256 that are multiples of 8, got 20}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], registers = [20, 232]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects register counts between 24 and 256 that are multiples of 8, got 236}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], registers = [40, 236]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: uses 66560 registers per thread block, the limit for 384 threads is 64512}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], registers = [40, 240]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: needs about 416 registers per math thread, the limit is 232 (a smaller tile or more math groups need less)}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [256, 256, 128], stages = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects at least 168 registers for the math groups, as many as a thread block of 384 threads starts with, got 160}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 64, 128], stages = 3, registers = [160, 160]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x640xf8E4M3FN>, %b: tensor<512x640xf8E4M3FN>, %sa: tensor<512x5xf32>, %sb: tensor<4x5xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has scales = tma, expects rows of a_scales of a static size that is a multiple of 16 bytes, got 20}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], scales = tma>}
      : tensor<512x640xf8E4M3FN>, tensor<512x640xf8E4M3FN>, tensor<512x5xf32>, tensor<4x5xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x?xf8E4M3FN>, %b: tensor<512x?xf8E4M3FN>, %sa: tensor<512x?xf32>, %sb: tensor<4x?xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has scales = tma, expects rows of a_scales of a static size that is a multiple of 16 bytes, got a dynamic one}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], scales = tma>}
      : tensor<512x?xf8E4M3FN>, tensor<512x?xf8E4M3FN>, tensor<512x?xf32>, tensor<4x?xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x?xf8E4M3FN>, %b: tensor<512x?xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<512x?xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has scales = tma, expects rows of b_scales of a static size that is a multiple of 16 bytes, got a dynamic one}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], scales = tma>}
      : tensor<512x?xf8E4M3FN>, tensor<512x?xf8E4M3FN>, tensor<512x4xf32>, tensor<512x?xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x2xf32>, %sb: tensor<2x2xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects a K step of 128, or one that divides promote, 128, or is a multiple of it, and of the 256 and 256 elements of blocks of a and b along K, got 384}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [256, 256]) outs(%c : !d) {promote = 128, config = #gq.matmul_config<tile = [128, 128, 384]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x2xf32>, tensor<2x2xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x2xf32>, %sb: tensor<2x2xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects a K step of 128, or one that divides promote, 512, or is a multiple of it, and of the 256 and 256 elements of blocks of a and b along K, got 512}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [256, 256]) outs(%c : !d) {promote = 512, config = #gq.matmul_config<tile = [128, 128, 512]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x2xf32>, tensor<2x2xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x2xf32>, %sb: tensor<2x2xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has a K step of 256, which takes 2 slots; expects at least as many stages, got 1}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [256, 256]) outs(%c : !d) {promote = 256, config = #gq.matmul_config<tile = [128, 128, 256], stages = 1>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x2xf32>, tensor<2x2xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xbf16>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has store = direct, expects tile columns that are a multiple of 32, got 16}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 16, 128], store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: tensor<512x512xf32>, %e: tensor<512x512xf32>) -> tensor<512x512xf32> {
  // expected-error@+1 {{config: has store = direct, which writes rows of the result, expects one that is not transposed}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %t = linalg.transpose ins(%d : tensor<512x512xf32>) outs(%e : tensor<512x512xf32>) permutation = [1, 0]
  return %t : tensor<512x512xf32>
}

// -----

!d = tensor<?x512xf32>
func.func @f(%a: tensor<?x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<4x?xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has scales = tma, expects rows of a_scales of a static size that is a multiple of 16 bytes, got a dynamic one}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d)
      {transposed_a_scales, config = #gq.matmul_config<tile = [128, 128, 128], scales = tma>}
      : tensor<?x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<4x?xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<502x512xf32>
func.func @f(%a: tensor<502x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<4x502xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has scales = tma, expects rows of a_scales of a static size that is a multiple of 16 bytes, got 2008}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d)
      {transposed_a_scales, config = #gq.matmul_config<tile = [128, 128, 128], scales = tma>}
      : tensor<502x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<4x502xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<4x8xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has scales = tma, expects transposed a_scales of a tile to be a multiple of 16 bytes, got 8}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [64, 128], %sb block [128, 128]) outs(%c : !d)
      {transposed_a_scales, config = #gq.matmul_config<tile = [128, 128, 128], scales = tma>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<4x8xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x8xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has scales = tma and transposed b_scales, expects tiles of whole blocks of 64, got 160}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [64, 128]) outs(%c : !d)
      {transposed_b_scales, config = #gq.matmul_config<tile = [128, 160, 128], scales = tma>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x8xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x128xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<128x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<1x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has cluster = a, expects more than 128 columns, those of one tile, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], cluster = a>}
      : tensor<512x512xf8E4M3FN>, tensor<128x512xf8E4M3FN>, tensor<512x4xf32>, tensor<1x4xf32> -> !d
  return %d : !d
}

// -----

// K in parts: a power of two of thread blocks, which have whole groups of the columns.
!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has split_k = 3, expects a power of two of at most 8, the thread blocks of a cluster}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], stages = 2, split_k = 3>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has split_k = 16, expects a power of two of at most 8, the thread blocks of a cluster}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], stages = 2, split_k = 16>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has split_k = 4 and tiles of 16 columns, all of which one thread block stores; expects a result that starts from zeros, as a linalg.fill says, or a multiple of 32}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 16, 128], stages = 2, split_k = 4>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has split_k = 8, expects tile columns that are a multiple of 128, 16 for each thread block, got 64}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 64, 128], stages = 2, store = direct, split_k = 8>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has split_k = 2, expects store = staged or direct, got deferred: parts are added up before the next tile begins}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], stages = 2, store = deferred, split_k = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has split_k = 2, expects schedule = cooperative, got pingpong}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], stages = 2, schedule = pingpong, split_k = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has split_k = 2, expects split = m and parts = 1, got 2 products side by side}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], stages = 2, split = n, split_k = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

// The other thread blocks have columns as well.
!d = tensor<512x64xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<64x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<1x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has split_k = 2, expects more than 64 columns, those of one thread block, got 64}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], stages = 2, split_k = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<512x4xf32>, tensor<1x4xf32> -> !d
  return %d : !d
}

// -----

// A part lies in shared memory beside the ring.
!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: uses 283216 bytes of shared memory, the limit is 232448 (fewer stages or a smaller tile need less)}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [256, 128, 128], stages = 4, split_k = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<100x512xf32>
func.func @f(%a: tensor<100x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<100x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has cluster = b, expects more than 128 rows, those of one tile, got 100}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], cluster = b>}
      : tensor<100x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<100x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x520xbf16>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<520x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<5x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has store = direct, expects a static number of rows of b that is a multiple of 32, got 520}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<520x512xf8E4M3FN>, tensor<512x4xf32>, tensor<5x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x?xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<?x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<?x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has store = deferred, expects a static number of rows of b that is a multiple of 16, got a dynamic one}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], store = deferred>}
      : tensor<512x512xf8E4M3FN>, tensor<?x512xf8E4M3FN>, tensor<512x4xf32>, tensor<?x4xf32> -> !d
  return %d : !d
}

// -----

// A part of a larger b that starts in the middle of a group.
func.func @f(%a: tensor<512x512xf8E4M3FN>, %all: tensor<768x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<2x4xf32>, %c: tensor<512x256xf32>, %n: index) -> tensor<512x256xf32> {
  %c24 = arith.constant 24 : index
  %row = arith.muli %n, %c24 : index
  %b = tensor.extract_slice %all[%row, 0] [256, 512] [1, 1] : tensor<768x512xf8E4M3FN> to tensor<256x512xf8E4M3FN>
  // expected-error@+1 {{config: has store = direct, expects b to start at a multiple of 16 rows of its tensor, got one of 24}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<512x256xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<512x4xf32>, tensor<2x4xf32> -> tensor<512x256xf32>
  return %d : tensor<512x256xf32>
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has schedule = pingpong, expects 2 math groups, got 3}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 3, schedule = pingpong>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has schedule = pingpong, expects store = staged or direct, got deferred: the next tile is that of the other group}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 128, 128], store = deferred, schedule = pingpong>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has schedule = pingpong, expects cluster = none, got b}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 128, 128], cluster = b, schedule = pingpong>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: expects tile rows that are a multiple of 64 (64 for each of 1 math groups), got 96}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [96, 128, 128], schedule = pingpong>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: needs about 288 registers per math thread, the limit is 232 (a smaller tile or more math groups need less)}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 256, 128], stages = 2, schedule = pingpong>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: uses 284240 bytes of shared memory, the limit is 232448 (fewer stages or a smaller tile need less)}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], stages = 4, schedule = pingpong>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

// What each thread block of a multiprocessor has.
!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{config: uses 133696 bytes of shared memory, the limit is 115712 for each of 2 thread blocks of a multiprocessor (fewer stages or a smaller tile need less)}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [128, 128, 128], stages = 4, occupancy = 2, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{config: has an occupancy of 6, which takes 2304 threads of a multiprocessor, the limit is 2048}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [128, 16, 128], stages = 1, occupancy = 6>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{config: uses 34816 registers per thread block, the limit for 256 threads is 26624}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [64, 16, 128], stages = 2, math_groups = 1, occupancy = 2, registers = [40, 232]>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{config: needs about 160 registers per math thread, the limit is 72 (a smaller tile or more math groups need less)}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [128, 128, 128], stages = 2, occupancy = 2, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

// With swapped operands all keys are those of the product of b and a.
!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{config: expects tile rows that are a multiple of 128 (64 for each of 2 math groups), got 64}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [64, 16, 128], swap = true>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{config: has store = direct, which writes rows of the result, expects one that is not transposed}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<16x512xf32>
func.func @f(%a: tensor<16x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<16x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{config: has cluster = a, expects more than 16 columns, those of one tile, got 16}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true, cluster = a>}
      : tensor<16x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<16x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

// Two sums in flight take the registers of two products.
!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: needs about 288 registers per math thread, the limit is 232 (a smaller tile or more math groups need less)}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [256, 128, 256], stages = 4, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

// Math groups that take steps in turn have all of a tile each.
!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has k_groups = 2, expects tile rows of 64, those of one math group, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 64, 128], k_groups = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{config: has k_groups = 2, expects schedule = cooperative, got streamk}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2, schedule = streamk>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has k_groups = 2, expects split = m and parts = 1, got 2 products side by side}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2, parts = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has k_groups = 2, expects store = staged or direct, got deferred: sums are added up before the next tile begins}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2, store = deferred>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has k_groups = 2, expects cluster = none, got a}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2, cluster = a>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x256xf8E4M3FN>, %b: tensor<512x256xf8E4M3FN>, %sa: tensor<512x2xf32>, %sb: tensor<4x2xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has k_groups = 2 and a result that is added to, expects a K of more than 256, a step for each, got 256}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2>}
      : tensor<512x256xf8E4M3FN>, tensor<512x256xf8E4M3FN>, tensor<512x2xf32>, tensor<4x2xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x128xf8E4M3FN>, %b: tensor<512x128xf8E4M3FN>, %sa: tensor<512x1xf32>, %sb: tensor<4x1xf32>, %c: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{config: has k_groups = 2, expects a K of more than 128, a step for each, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2>}
      : tensor<512x128xf8E4M3FN>, tensor<512x128xf8E4M3FN>, tensor<512x1xf32>, tensor<4x1xf32> -> !d
  return %d : !d
}

// -----

// A pause is for loads in front of what the kernel waits for.
!d = tensor<16x512xf32>
func.func @f(%a: tensor<16x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<16x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{config: has a pause, expects a function whose kernels begin early (gq.dependent_launch), got one whose kernels begin when those in front have ended}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, pause = [2, 1000]>}
      : tensor<16x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<16x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

func.func @f(%a: tensor<512x128xi8>, %b: tensor<512x128xi8>, %z: tensor<i32>, %c: tensor<512x512xi32>) -> tensor<512x512xi32> {
  // expected-error@+1 {{has zero points; run gq-expand first}}
  %d = gq.scaled_matmul %a, %b b_zero_points(%z : tensor<i32>) outs(%c : tensor<512x512xi32>)
      : tensor<512x128xi8>, tensor<512x128xi8> -> tensor<512x512xi32>
  return %d : tensor<512x512xi32>
}

// -----

func.func @zero_points_streamk(%a: tensor<512x512xi8>, %b: tensor<512x512xi8>, %z: tensor<i32>, %c: tensor<512x512xi32>) -> tensor<512x512xi32> {
  // expected-error@+1 {{has schedule = streamk, expects cooperative: zero points take sums of rows, which one math role adds up beside one product}}
  %d = gq.scaled_matmul %a, %b b_zero_points(%z : tensor<i32>) outs(%c : tensor<512x512xi32>) {zero_points_apart, config = #gq.matmul_config<tile = [128, 64, 128], schedule = streamk>}
      : tensor<512x512xi8>, tensor<512x512xi8> -> tensor<512x512xi32>
  return %d : tensor<512x512xi32>
}

// -----

func.func @zero_points_pingpong(%a: tensor<512x512xi8>, %b: tensor<512x512xi8>, %z: tensor<i32>, %c: tensor<512x512xi32>) -> tensor<512x512xi32> {
  // expected-error@+1 {{has schedule = pingpong, expects cooperative: zero points take sums of rows, which one math role adds up beside one product}}
  %d = gq.scaled_matmul %a, %b b_zero_points(%z : tensor<i32>) outs(%c : tensor<512x512xi32>) {zero_points_apart, config = #gq.matmul_config<tile = [128, 64, 128], schedule = pingpong, math_groups = 2>}
      : tensor<512x512xi8>, tensor<512x512xi8> -> tensor<512x512xi32>
  return %d : tensor<512x512xi32>
}

// -----

func.func @zero_points_k_groups(%a: tensor<512x512xi8>, %b: tensor<512x512xi8>, %z: tensor<i32>, %c: tensor<512x512xi32>) -> tensor<512x512xi32> {
  // expected-error@+1 {{has k_groups = 2, expects 1: zero points take sums of rows, which one math role adds up beside one product}}
  %d = gq.scaled_matmul %a, %b b_zero_points(%z : tensor<i32>) outs(%c : tensor<512x512xi32>) {zero_points_apart, config = #gq.matmul_config<tile = [64, 64, 128], k_groups = 2, math_groups = 2>}
      : tensor<512x512xi8>, tensor<512x512xi8> -> tensor<512x512xi32>
  return %d : tensor<512x512xi32>
}

// -----

func.func @zero_points_dual(%a: tensor<512x512xi8>, %b: tensor<512x512xi8>, %g: tensor<512x512xi8>, %z: tensor<i32>, %e: tensor<512x512xi32>) -> tensor<512x512xi32> {
  %zero = arith.constant 0 : i32
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<512x512xi32>) -> tensor<512x512xi32>
  %c = gq.scaled_matmul %a, %g b_zero_points(%z : tensor<i32>) outs(%i : tensor<512x512xi32>) {zero_points_apart}
      : tensor<512x512xi8>, tensor<512x512xi8> -> tensor<512x512xi32>
  // expected-error@+1 {{has dual = true, expects false: zero points take sums of rows, which one math role adds up beside one product}}
  %d = gq.scaled_matmul %a, %b b_zero_points(%z : tensor<i32>) outs(%i : tensor<512x512xi32>) {zero_points_apart, config = #gq.matmul_config<tile = [128, 64, 128], dual = true>}
      : tensor<512x512xi8>, tensor<512x512xi8> -> tensor<512x512xi32>
  %r = linalg.mul ins(%c, %d : tensor<512x512xi32>, tensor<512x512xi32>) outs(%e : tensor<512x512xi32>) -> tensor<512x512xi32>
  return %r : tensor<512x512xi32>
}

// -----

func.func @row_sums_of_none(%a: tensor<512x512xi8>, %b: tensor<512x512xi8>, %c: tensor<512x512xi32>) -> tensor<512x512xi32> {
  // expected-error@+1 {{has row_sums = apart, expects a gq.scaled_matmul with zero points}}
  %d = gq.scaled_matmul %a, %b outs(%c : tensor<512x512xi32>) {config = #gq.matmul_config<tile = [128, 64, 128], row_sums = apart>}
      : tensor<512x512xi8>, tensor<512x512xi8> -> tensor<512x512xi32>
  return %d : tensor<512x512xi32>
}
