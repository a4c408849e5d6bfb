// RUN: gq-opt %s --gq-tile --split-input-file --verify-diagnostics

func.func @cuts_blocks(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>)
    -> (tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {
  // expected-error@+4 {{cannot be tiled by 192 along dimension 1: blocks of 128 would be cut}}
  // expected-error@+3 {{to tile operation}}
  // expected-error@+2 {{failed to generate tiling loops}}
  // expected-error@+1 {{could not be tiled}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>)
      {config = #gq.quantize_config<tile = [16, 192]>} : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return %r#0, %r#1 : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
}

// -----

func.func @memrefs(%a: memref<128x128xf8E4M3FN>, %s: memref<128x1xf32>, %t: memref<1x1xf32>, %c: memref<128x128xf32>) {
  // expected-error@+1 {{'gq.scaled_matmul' op is on memrefs; kernels are made of ops on tensors}}
  gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%c : memref<128x128xf32>)
      {config = #gq.matmul_config<tile = [128, 64, 128]>}
      : memref<128x128xf8E4M3FN>, memref<128x128xf8E4M3FN>, memref<128x1xf32>, memref<1x1xf32>
  return
}

// -----

func.func @two_passes(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>)
    -> (tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {
  // expected-error@+1 {{has a config of two passes; run gq-apply-config first}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>)
      {config = #gq.quantize_config<tile = [16, 512], passes = 2>} : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return %r#0, %r#1 : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
}

// -----

func.func @parts(%x: tensor<64x512xbf16>, %s: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // expected-error@+1 {{has tiles of 16 along dimension 0 that cut its blocks of 64; run gq-apply-config first}}
  %a = gq.block_absmax %x block [64, 128] outs(%s : tensor<1x4xf32>) {config = #gq.quantize_config<tile = [16, 512]>} : tensor<64x512xbf16> -> tensor<1x4xf32>
  %f = gq.absmax_to_scale %a to f8E4M3FN outs(%s : tensor<1x4xf32>) : tensor<1x4xf32> -> tensor<1x4xf32>
  return %f : tensor<1x4xf32>
}

// -----

// Two passes of one kernel are one op: nothing to refuse.
func.func @slabs(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<1x4xf32>)
    -> (tensor<64x512xf8E4M3FN>, tensor<1x4xf32>) {
  %r:2 = gq.quantize %x block [64, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<1x4xf32>)
      {config = #gq.quantize_config<tile = [64, 512], slabs = 4, passes = 2>} : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<1x4xf32>
  return %r#0, %r#1 : tensor<64x512xf8E4M3FN>, tensor<1x4xf32>
}

// -----

func.func @nothing_to_add_to(%a: tensor<128x128xf8E4M3FN>, %b: tensor<128x128xf8E4M3FN>, %s: tensor<1x1xf32>) -> tensor<128x128xf32> {
  %c = tensor.empty() : tensor<128x128xf32>
  // expected-error@+1 {{adds to operand init, a tensor.empty, which may hold anything; expects a linalg.fill or what it is to add to}}
  %d = gq.scaled_matmul %a, %b scales(%s block [128, 128], %s block [128, 128]) outs(%c : tensor<128x128xf32>)
      {config = #gq.matmul_config<tile = [128, 128, 128]>}
      : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<128x128xf32>
  return %d : tensor<128x128xf32>
}

// -----

func.func @nothing_to_quantize(%a: tensor<128x128xf8E4M3FN>, %b: tensor<128x128xf8E4M3FN>, %s: tensor<1x1xf32>, %c: tensor<128x128xf32>) -> tensor<128x128xf32> {
  // expected-error@+1 {{has a config with quantize = true, expects a gq.quantize without a config that alone reads what is computed from it}}
  %d = gq.scaled_matmul %a, %b scales(%s block [128, 128], %s block [128, 128]) outs(%c : tensor<128x128xf32>)
      {config = #gq.matmul_config<tile = [128, 128, 128], store = direct, quantize = true>}
      : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<128x128xf32>
  return %d : tensor<128x128xf32>
}

// -----

func.func @no_other(%a: tensor<256x512xf8E4M3FN>, %as: tensor<256x4xf32>, %u: tensor<256x512xf8E4M3FN>, %us: tensor<2x4xf32>)
    -> tensor<256x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<256x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  // expected-error@+1 {{has a config with dual = true, expects a second product of the same a which only the elementwise ops behind this one read}}
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<256x256xf32>)
    {config = #gq.matmul_config<tile = [128, 128, 128], store = direct, dual = true>}
    : tensor<256x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<256x4xf32>, tensor<2x4xf32> -> tensor<256x256xf32>
  return %y : tensor<256x256xf32>
}

// -----

#el = affine_map<(m, n) -> (m, n)>
func.func @read_twice(%a: tensor<256x512xf8E4M3FN>, %as: tensor<256x4xf32>, %u: tensor<256x512xf8E4M3FN>, %us: tensor<2x4xf32>)
    -> tensor<256x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<256x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  %x = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<256x256xf32>)
    : tensor<256x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<256x4xf32>, tensor<2x4xf32> -> tensor<256x256xf32>
  // expected-error@+1 {{has a config with dual = true, expects a second product of the same a which only the elementwise ops behind this one read}}
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<256x256xf32>)
    {config = #gq.matmul_config<tile = [128, 128, 128], store = direct, dual = true>}
    : tensor<256x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<256x4xf32>, tensor<2x4xf32> -> tensor<256x256xf32>
  %s = linalg.exp ins(%x : tensor<256x256xf32>) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  %t = linalg.mul ins(%x, %s : tensor<256x256xf32>, tensor<256x256xf32>) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  %r = linalg.mul ins(%t, %y : tensor<256x256xf32>, tensor<256x256xf32>) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  return %r : tensor<256x256xf32>
}

// -----

// Blocks that several tiles share are of whole ones.
func.func @rows_of_blocks(%a: tensor<256x128xf8E4M3FN>, %b: tensor<512x128xf8E4M3FN>, %s: tensor<2x1xf32>, %t: tensor<4x1xf32>) -> (tensor<256x512xf8E4M3FN>, tensor<1x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<256x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<256x512xf32>) -> tensor<256x512xf32>
  %x = gq.scaled_matmul %a, %b scales(%s block [128, 128], %t block [128, 128]) outs(%i : tensor<256x512xf32>) {config = #gq.matmul_config<tile = [96, 256, 128], split = n, store = direct, cluster = b, quantize = true>}
      : tensor<256x128xf8E4M3FN>, tensor<512x128xf8E4M3FN>, tensor<2x1xf32>, tensor<4x1xf32> -> tensor<256x512xf32>
  %eq = tensor.empty() : tensor<256x512xf8E4M3FN>
  %es = tensor.empty() : tensor<1x4xf32>
  // expected-error@+1 {{has blocks of 256x128, expects those of whole tiles of 96 rows, and to divide their 256 columns}}
  %q, %qs = gq.quantize %x block [256, 128] outs(%eq, %es : tensor<256x512xf8E4M3FN>, tensor<1x4xf32>) : tensor<256x512xf32> -> tensor<256x512xf8E4M3FN>, tensor<1x4xf32>
  return %q, %qs : tensor<256x512xf8E4M3FN>, tensor<1x4xf32>
}

// -----

func.func @columns_of_blocks(%a: tensor<256x128xf8E4M3FN>, %b: tensor<512x128xf8E4M3FN>, %s: tensor<2x1xf32>, %t: tensor<4x1xf32>) -> (tensor<256x512xf8E4M3FN>, tensor<1x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<256x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<256x512xf32>) -> tensor<256x512xf32>
  %x = gq.scaled_matmul %a, %b scales(%s block [128, 128], %t block [128, 128]) outs(%i : tensor<256x512xf32>) {config = #gq.matmul_config<tile = [128, 192, 128], split = n, store = direct, cluster = b, quantize = true>}
      : tensor<256x128xf8E4M3FN>, tensor<512x128xf8E4M3FN>, tensor<2x1xf32>, tensor<4x1xf32> -> tensor<256x512xf32>
  %eq = tensor.empty() : tensor<256x512xf8E4M3FN>
  %es = tensor.empty() : tensor<1x4xf32>
  // expected-error@+1 {{has blocks of 256x128, expects those of whole tiles of 128 rows, and to divide their 192 columns}}
  %q, %qs = gq.quantize %x block [256, 128] outs(%eq, %es : tensor<256x512xf8E4M3FN>, tensor<1x4xf32>) : tensor<256x512xf32> -> tensor<256x512xf8E4M3FN>, tensor<1x4xf32>
  return %q, %qs : tensor<256x512xf8E4M3FN>, tensor<1x4xf32>
}
