// One test for every diagnostic: operands and semantics of all ops, and block_absmax.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// Constraints of the operands, checked before the verifiers.
func.func @scalar_operand(%x: f32, %e: memref<64x4xf32>) {
  // expected-error@+1 {{operand #0 must be a ranked tensor or a memref, but got 'f32'}}
  "gq.block_absmax"(%x, %e) {block = array<i64: 1, 128>} : (f32, memref<64x4xf32>) -> ()
  return
}

// -----

func.func @vector_operand(%x: vector<64x512xf32>, %e: vector<64x4xf32>) {
  // expected-error@+1 {{operand #0 must be a ranked tensor or a memref, but got 'vector<64x512xf32>'}}
  "gq.block_absmax"(%x, %e) {block = array<i64: 1, 128>}
    : (vector<64x512xf32>, vector<64x4xf32>) -> ()
  return
}

// -----

func.func @unranked_memref(%x: memref<*xf32>, %e: memref<64x4xf32>) {
  // expected-error@+1 {{operand #0 must be a ranked tensor or a memref, but got 'memref<*xf32>'}}
  "gq.block_absmax"(%x, %e) {block = array<i64: 1, 128>} : (memref<*xf32>, memref<64x4xf32>) -> ()
  return
}

// -----

func.func @unranked_tensor(%x: tensor<*xf32>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{operand #0 must be a ranked tensor or a memref, but got 'tensor<*xf32>'}}
  %0 = "gq.block_absmax"(%x, %e) {block = array<i64: 1, 128>} : (tensor<*xf32>, tensor<64x4xf32>) -> tensor<64x4xf32>
  return
}

// -----

func.func @missing_block(%x: memref<64x512xf32>, %e: memref<64x4xf32>) {
  // expected-error@+1 {{requires attribute 'block'}}
  "gq.block_absmax"(%x, %e) : (memref<64x512xf32>, memref<64x4xf32>) -> ()
  return
}

// -----

func.func @missing_operand(%x: memref<64x512xf32>) {
  // expected-error@+1 {{expected 3 operands, but found 1}}
  "gq.quantize"(%x) {block = array<i64: 1, 128>} : (memref<64x512xf32>) -> ()
  return
}

// -----

func.func @no_operands() {
  // expected-error@+1 {{expected 3 or more operands, but found 0}}
  "gq.scaled_matmul"() : () -> ()
  return
}

// -----

func.func @result_type(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expected type of operand #1 ('tensor<64x4xf32>') to match type of corresponding result ('tensor<64x5xf32>')}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>) : tensor<64x512xbf16> -> tensor<64x5xf32>
  return
}

// -----

// All tensors with results, or all memrefs without.
func.func @mixed(%x: memref<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects operands that are all tensors or all memrefs, got both}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>)
    : memref<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @mixed_inits(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: memref<64x4xf32>) {
  // expected-error@+1 {{expects operands that are all tensors or all memrefs, got both}}
  %0 = gq.quantize %x block [1, 128]
    outs(%q, %s : tensor<64x512xf8E4M3FN>, memref<64x4xf32>) : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @missing_result(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects 1 results, got 0}}
  gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>) : tensor<64x512xbf16>
  return
}

// -----

func.func @missing_second_result(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>) {
  // expected-error@+1 {{expects 2 results, got 1}}
  %0 = gq.quantize %x block [1, 128]
    outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>
  return
}

// -----

func.func @memref_with_result(%x: memref<64x512xbf16>, %e: memref<64x4xf32>) {
  // expected-error@+1 {{expects 0 results, got 1}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : memref<64x4xf32>)
    : memref<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

// block_absmax
func.func @absmax_rank_x(%x: tensor<f32>, %e: tensor<1x1xf32>) {
  // expected-error@+1 {{expects operand x to have rank 2, got rank 0}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<1x1xf32>)
    : tensor<f32> -> tensor<1x1xf32>
  return
}

// -----

func.func @absmax_rank_init(%x: tensor<64x512xf32>, %e: tensor<64xf32>) {
  // expected-error@+1 {{expects operand init to have rank 2, got rank 1}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64xf32>)
    : tensor<64x512xf32> -> tensor<64xf32>
  return
}

// -----

func.func @absmax_type_x(%x: tensor<64x512xf64>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects operand x of element type bf16, f16 or f32, got 'f64'}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>)
    : tensor<64x512xf64> -> tensor<64x4xf32>
  return
}

// -----

func.func @absmax_type_init(%x: tensor<64x512xbf16>, %e: tensor<64x4xbf16>) {
  // expected-error@+1 {{expects operand init of element type f32, got 'bf16'}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xbf16>)
    : tensor<64x512xbf16> -> tensor<64x4xbf16>
  return
}

// -----

func.func @block_count_0(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects block to have 2 sizes, got 0}}
  %0 = gq.block_absmax %x block [] outs(%e : tensor<64x4xf32>)
    : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @block_count_1(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects block to have 2 sizes, got 1}}
  %0 = gq.block_absmax %x block [128] outs(%e : tensor<64x4xf32>)
    : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @block_count_3(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects block to have 2 sizes, got 3}}
  %0 = gq.block_absmax %x block [1, 1, 128] outs(%e : tensor<64x4xf32>)
    : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @block_zero(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects block of positive sizes, got [0, 128]}}
  %0 = gq.block_absmax %x block [0, 128] outs(%e : tensor<64x4xf32>)
    : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @block_negative(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects block of positive sizes, got [1, -128]}}
  %0 = gq.block_absmax %x block [1, -128] outs(%e : tensor<64x4xf32>)
    : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @floor_negative(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects amax_floor to be finite and not negative, got -1}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>) {amax_floor = -1.0 : f32}
    : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @floor_negative_zero(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects amax_floor to be finite and not negative, got -0}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>) {amax_floor = -0.0 : f32}
    : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @floor_nan(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects amax_floor to be finite and not negative, got NaN}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>) {amax_floor = 0x7FC00000 : f32}
    : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @floor_infinite(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects amax_floor to be finite and not negative, got +Inf}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>) {amax_floor = 0x7F800000 : f32}
    : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @absmax_config(%x: tensor<64x512xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{attribute 'config' failed to satisfy constraint: a #gq.quantize_config}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>) {config = #gq.matmul_config<tile = [1, 128, 128]>}
    : tensor<64x512xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @absmax_scale_rows(%x: tensor<64x512xbf16>, %e: tensor<63x4xf32>) {
  // expected-error@+1 {{expects dimension 0 of operand init to be 64 (one scale per 1 of the 64 elements of operand x), got 63}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<63x4xf32>)
    : tensor<64x512xbf16> -> tensor<63x4xf32>
  return
}

// -----

func.func @absmax_scale_columns(%x: tensor<64x513xbf16>, %e: tensor<64x4xf32>) {
  // expected-error@+1 {{expects dimension 1 of operand init to be 5 (one scale per 128 of the 513 elements of operand x), got 4}}
  %0 = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>)
    : tensor<64x513xbf16> -> tensor<64x4xf32>
  return
}

// -----

func.func @absmax_scales_of_huge(%x: tensor<9223372036854775807x512xbf16>, %e: tensor<2x4xf32>) {
  // expected-error@+1 {{expects dimension 0 of operand init to be 1 (one scale per 9223372036854775807 of the 9223372036854775807 elements of operand x), got 2}}
  %0 = gq.block_absmax %x block [9223372036854775807, 128] outs(%e : tensor<2x4xf32>)
    : tensor<9223372036854775807x512xbf16> -> tensor<2x4xf32>
  return
}
