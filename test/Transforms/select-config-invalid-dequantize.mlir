// Where a config asks for what a product cannot decode.
// RUN: gq-opt %s --gq-select-config --split-input-file --verify-diagnostics

func.func @tail(%x: tensor<16x1040xbf16>, %w: tensor<320x520xi8>, %s: tensor<320x9xbf16>) -> tensor<16x320xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<320x1040xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<320x1040xbf16>) {packed = i4}
      : tensor<320x520xi8>, tensor<320x9xbf16> -> tensor<320x1040xbf16>
  %e = tensor.empty() : tensor<16x320xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x320xbf16>) -> tensor<16x320xbf16>
  // expected-error@+1 {{has dequantize = true and split_k = 2, expects a K of whole steps of 64, got 1040}}
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x320xbf16>) {config = #gq.matmul_config<tile = [64, 16, 64], math_groups = 1, split_k = 2, swap = true, dequantize = true>}
      : tensor<16x1040xbf16>, tensor<320x1040xbf16> -> tensor<16x320xbf16>
  return %y : tensor<16x320xbf16>
}

// -----

func.func @block(%x: tensor<16x1056xbf16>, %w: tensor<320x528xi8>, %s: tensor<320x22xbf16>) -> tensor<16x320xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<320x1056xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 48]) outs(%ew : tensor<320x1056xbf16>) {packed = i4}
      : tensor<320x528xi8>, tensor<320x22xbf16> -> tensor<320x1056xbf16>
  %e = tensor.empty() : tensor<16x320xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x320xbf16>) -> tensor<16x320xbf16>
  // expected-error@+1 {{has dequantize = true, expects b in bf16 that a gq.dequantize with packed and without a config makes for this product alone, of blocks whose sizes are powers of two, of at least 8 columns, with a static, even K}}
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x320xbf16>) {config = #gq.matmul_config<tile = [64, 16, 64], math_groups = 1, swap = true, dequantize = true>}
      : tensor<16x1056xbf16>, tensor<320x1056xbf16> -> tensor<16x320xbf16>
  return %y : tensor<16x320xbf16>
}

// -----

func.func @step(%x: tensor<16x384xbf16>, %w: tensor<320x192xi8>, %s: tensor<320x3xbf16>) -> tensor<16x320xbf16> {
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<320x384xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<320x384xbf16>) {packed = i4}
      : tensor<320x192xi8>, tensor<320x3xbf16> -> tensor<320x384xbf16>
  %e = tensor.empty() : tensor<16x320xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x320xbf16>) -> tensor<16x320xbf16>
  // expected-error@+1 {{has dequantize = true, expects a K step that is a multiple or a divisor of the 128 columns of a block of codes, got 192}}
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x320xbf16>) {config = #gq.matmul_config<tile = [64, 16, 192], math_groups = 1, swap = true, dequantize = true>}
      : tensor<16x384xbf16>, tensor<320x384xbf16> -> tensor<16x320xbf16>
  return %y : tensor<16x320xbf16>
}

// -----

func.func @columns(%x: tensor<16x256xbf16>, %w: tensor<320x128xi8>, %s: tensor<5x2xbf16>) -> tensor<16x320xbf16> {
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<320x256xbf16>
  %wide = gq.dequantize %w scales(%s block [64, 128]) outs(%ew : tensor<320x256xbf16>) {packed = i4}
      : tensor<320x128xi8>, tensor<5x2xbf16> -> tensor<320x256xbf16>
  %e = tensor.empty() : tensor<16x320xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x320xbf16>) -> tensor<16x320xbf16>
  // expected-error@+1 {{has dequantize = true, expects a number of tile columns that is a multiple or a divisor of the 64 rows of a block of codes, got 96}}
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x320xbf16>) {config = #gq.matmul_config<tile = [64, 96, 64], math_groups = 1, dequantize = true>}
      : tensor<16x256xbf16>, tensor<320x256xbf16> -> tensor<16x320xbf16>
  return %y : tensor<16x320xbf16>
}

// -----

// As an operand of the product whose rows are those of the weights, by its rows.
func.func @rows(%x: tensor<16x256xbf16>, %w: tensor<320x128xi8>, %s: tensor<3x2xbf16>) -> tensor<16x320xbf16> {
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<320x256xbf16>
  %wide = gq.dequantize %w scales(%s block [128, 128]) outs(%ew : tensor<320x256xbf16>) {packed = i4}
      : tensor<320x128xi8>, tensor<3x2xbf16> -> tensor<320x256xbf16>
  %e = tensor.empty() : tensor<16x320xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x320xbf16>) -> tensor<16x320xbf16>
  // expected-error@+1 {{has dequantize = true, expects a number of tile rows that is a multiple or a divisor of the 128 rows of a block of codes, got 192}}
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x320xbf16>) {config = #gq.matmul_config<tile = [192, 16, 64], math_groups = 3, swap = true, dequantize = true>}
      : tensor<16x256xbf16>, tensor<320x256xbf16> -> tensor<16x320xbf16>
  return %y : tensor<16x320xbf16>
}
