// Configs of products that take the quantisation behind them along: one test for
// each diagnostic.
//
// RUN: gq-opt %s --split-input-file --gq-select-config --verify-diagnostics

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<512x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects store = direct or deferred, got staged}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<512x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<512x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects schedule = cooperative, got streamk}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true, store = direct, schedule = streamk>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<512x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<16x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects blocks of 1 row, or of a multiple of 64 that math groups share, got 32}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<16x4xf32>
  %q, %s = gq.quantize %d block [32, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<16x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<16x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<16x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<6x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects blocks of 1 row, or of a multiple of 64 that math groups share, got 96}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<6x4xf32>
  %q, %s = gq.quantize %d block [96, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<6x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<6x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<6x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<2x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects tiles of a multiple of 256 rows, those of its blocks, or of 128 with cluster = b, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<2x4xf32>
  %q, %s = gq.quantize %d block [256, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<2x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<2x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<2x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<4x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects tiles of a multiple of 256 rows, as rows of scales are padded to a multiple of 4, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<4x8xf32>
  %q, %s = gq.quantize %d block [64, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<4x8xf32>) {transposed_scales, padded_scales}
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<4x8xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<4x8xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true and blocks of 128 rows, expects k_groups = 1, got 2}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true, store = direct, stages = 4, k_groups = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<4x4xf32>
  %q, %s = gq.quantize %d block [128, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<4x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<4x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<4x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<8x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects products of a multiple of 256 columns, those of its blocks, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, quantize = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<8x2xf32>
  %q, %s = gq.quantize %d block [64, 256] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<8x2xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<8x2xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<8x2xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<4x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects products of a multiple of 64 columns, those of its blocks, got 96}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 192, 128], split = n, quantize = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<4x8xf32>
  %q, %s = gq.quantize %d block [128, 64] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<4x8xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<4x8xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<4x8xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<512x11xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects blocks of a multiple of 32 columns that divides 256, got 48}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<512x11xf32>
  %q, %s = gq.quantize %d block [1, 48] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<512x11xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<512x11xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<512x11xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<512x6xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects blocks of a multiple of 32 columns that divides 256, got 96}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<512x6xf32>
  %q, %s = gq.quantize %d block [1, 96] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<512x6xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<512x6xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<512x6xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<512x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects products of a multiple of 128 columns, those of its blocks, got 64}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], quantize = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<512x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<512x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects products of a multiple of 128 columns, those of its blocks, got 64}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], quantize = true, store = direct, split = n, parts = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<512x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<512x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects products of a multiple of 128 columns, those of its blocks, got 64}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true, store = direct, stages = 4, split_k = 2>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<512x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<512x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has swap = true, expects a result that is not quantised in its tiles}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true, quantize = true>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<512x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<512x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects a gq.quantize without a config that alone reads the product, or what elementwise ops make of it}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], quantize = true, store = direct>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<512x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>) {config = #gq.quantize_config<tile = [8, 512]>}
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<512x4xf32>
}

// -----

func.func @f(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<?x512xf8E4M3FN>, tensor<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x512xf32>) -> tensor<?x512xf32>
  // expected-error@+1 {{config above 256 rows: expects quantize = true as in another range, or an epilogue, got false}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x512xf32>) {config = #gq.matmul_variants<up_to 256 = <tile = [128, 128, 128], quantize = true, store = direct>, above = <tile = [128, 128, 128], store = direct>>}
      : tensor<?x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  %eq = tensor.empty(%m) : tensor<?x512xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>)
      : tensor<?x512xf32> -> tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
  return %q, %s : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>
}

// -----

// Blocks that go on in the tile of another thread block: of a cluster that shares b, and of half of its rows.
func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<2x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects tiles of a multiple of 256 rows, those of its blocks, or of 128 with cluster = b, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], store = direct, cluster = a, quantize = true>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<2x4xf32>
  %q, %s = gq.quantize %d block [256, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<2x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<2x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<2x4xf32>
}

// -----

func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<2x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects tiles of a multiple of 256 rows, those of its blocks, or of 128 with cluster = b, got 64}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<2x4xf32>
  %q, %s = gq.quantize %d block [256, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<2x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<2x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<2x4xf32>
}

// -----

// No tiles have 96 rows, so blocks of 192 are whole ones of a tile.
func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<3x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects tiles of a multiple of 192 rows, those of its blocks, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], store = direct, cluster = b, quantize = true>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<3x4xf32>
  %q, %s = gq.quantize %d block [192, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<3x4xf32>)
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<3x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<3x4xf32>
}

// -----

// Rows of scales that are padded are stored by one thread block.
func.func @f(%a: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %b: tensor<512x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x512xf32>) -> tensor<512x512xf32>
  // expected-error@+1 {{config: has quantize = true, expects tiles of a multiple of 1024 rows, as rows of scales are padded to a multiple of 4, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x512xf32>) {config = #gq.matmul_config<tile = [128, 128, 128], store = direct, cluster = b, quantize = true>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<4x4xf32>
  %q, %s = gq.quantize %d block [256, 128] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<4x4xf32>) {transposed_scales, padded_scales}
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<4x4xf32>
  return %q, %s : tensor<512x512xf8E4M3FN>, tensor<4x4xf32>
}
