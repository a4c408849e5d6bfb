// RUN: gq-opt %s --gq-expand --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-expand=quantize=true --split-input-file | FileCheck %s --check-prefix=SPLIT

// A 16-bit accumulator of zeros becomes f32 zeros and one rounding at the end.
// CHECK-LABEL: func.func @zeros
// CHECK-DAG: %[[Z:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-DAG: %[[OUT:.*]] = tensor.empty() : tensor<64x64xbf16>
// CHECK-DAG: %[[WIDE:.*]] = tensor.empty() : tensor<64x64xf32>
// CHECK: %[[FILL:.*]] = linalg.fill ins(%[[Z]] : f32) outs(%[[WIDE]] : tensor<64x64xf32>)
// CHECK: %[[SUM:.*]] = gq.scaled_matmul {{.*}} outs(%[[FILL]] : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128]>, promote = 64 : i64}
// CHECK: linalg.generic {{.*}} ins(%[[SUM]] : tensor<64x64xf32>) outs(%[[OUT]] : tensor<64x64xbf16>)
// CHECK: arith.truncf %{{.*}} : f32 to bf16
func.func @zeros(%a: tensor<64x128xf8E4M3FN>, %s: tensor<64x1xf32>, %t: tensor<1x1xf32>) -> tensor<64x64xbf16> {
  %z = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<64x64xbf16>
  %c = linalg.fill ins(%z : bf16) outs(%e : tensor<64x64xbf16>) -> tensor<64x64xbf16>
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128])
      outs(%c : tensor<64x64xbf16>) {promote = 64, config = #gq.matmul_config<tile = [64, 64, 128]>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xbf16>
  return %d : tensor<64x64xbf16>
}

// -----

// Any other accumulator is widened, not dropped; dynamic sizes come from it.
// CHECK-LABEL: func.func @accumulate
// CHECK-SAME: %[[C:[a-z0-9]+]]: tensor<?x64xf16>
// CHECK: %[[M:.*]] = tensor.dim %[[C]]
// CHECK: %[[E:.*]] = tensor.empty(%[[M]]) : tensor<?x64xf32>
// CHECK: %[[WIDE:.*]] = linalg.generic {{.*}} ins(%[[C]] : tensor<?x64xf16>) outs(%[[E]] : tensor<?x64xf32>)
// CHECK: arith.extf %{{.*}} : f16 to f32
// CHECK: %[[SUM:.*]] = gq.scaled_matmul {{.*}} outs(%[[WIDE]] : tensor<?x64xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[SUM]] : tensor<?x64xf32>) outs(%[[C]] : tensor<?x64xf16>)
// CHECK: arith.truncf %{{.*}} : f32 to f16
func.func @accumulate(%a: tensor<?x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %s: tensor<?x1xf32>,
                      %t: tensor<1x1xf32>, %c: tensor<?x64xf16>) -> tensor<?x64xf16> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x64xf16>)
      : tensor<?x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<?x1xf32>, tensor<1x1xf32> -> tensor<?x64xf16>
  return %d : tensor<?x64xf16>
}

// -----

// Nothing to do for f32.
// CHECK-LABEL: func.func @f32
// CHECK-NEXT: gq.scaled_matmul
// CHECK-NEXT: return
func.func @f32(%a: tensor<64x128xf8E4M3FN>, %s: tensor<64x1xf32>, %t: tensor<1x1xf32>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#column = affine_map<(i, j) -> (j)>
#swap = affine_map<(i, j) -> (j, i)>

// What is computed from the transpose of a product is computed before it: whatever
// else it reads, it reads with rows and columns swapped.
// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[SWAP:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK-LABEL: func.func @transposed
// CHECK-SAME: %[[BIAS:[a-z0-9]+]]: tensor<128xf32>, %[[RESIDUAL:[a-z0-9]+]]: tensor<?x128xf32>, %[[GATE:[a-z0-9]+]]: tensor<?xf32>
// CHECK: %[[P:.*]] = gq.scaled_matmul
// CHECK: %[[GATED:.*]] = linalg.generic {indexing_maps = [#[[ID]], #[[ROW]], #[[SWAP]], #[[COLUMN]], #[[ID]]]
// CHECK-SAME: ins(%[[P]], %[[BIAS]], %[[RESIDUAL]], %[[GATE]] : tensor<128x?xf32>, tensor<128xf32>, tensor<?x128xf32>, tensor<?xf32>)
// CHECK: arith.addf
// CHECK: arith.truncf
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[GATED]] : tensor<128x?xbf16>) outs(%{{.*}} : tensor<?x128xbf16>) permutation = [1, 0]
// CHECK: return %[[T]]
func.func @transposed(%w: tensor<128x128xf8E4M3FN>, %x: tensor<?x128xf8E4M3FN>, %s: tensor<1x1xf32>, %t: tensor<?x1xf32>, %bias: tensor<128xf32>,
                      %residual: tensor<?x128xf32>, %gate: tensor<?xf32>, %c: tensor<128x?xf32>, %m: index) -> tensor<?x128xbf16> {
  %p = gq.scaled_matmul %w, %x scales(%s block [128, 128], %t block [1, 128]) outs(%c : tensor<128x?xf32>)
      : tensor<128x128xf8E4M3FN>, tensor<?x128xf8E4M3FN>, tensor<1x1xf32>, tensor<?x1xf32> -> tensor<128x?xf32>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %u = linalg.transpose ins(%p : tensor<128x?xf32>) outs(%e : tensor<?x128xf32>) permutation = [1, 0]
  %sum = linalg.generic {indexing_maps = [#id, #column, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%u, %bias, %residual : tensor<?x128xf32>, tensor<128xf32>, tensor<?x128xf32>) outs(%e : tensor<?x128xf32>) {
  ^bb0(%a: f32, %b: f32, %r: f32, %o: f32):
    %v = arith.addf %a, %b : f32
    %y = arith.addf %v, %r : f32
    linalg.yield %y : f32
  } -> tensor<?x128xf32>
  %f = tensor.empty(%m) : tensor<?x128xbf16>
  %gated = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%sum, %gate : tensor<?x128xf32>, tensor<?xf32>) outs(%f : tensor<?x128xbf16>) {
  ^bb0(%a: f32, %b: f32, %o: bf16):
    %v = arith.mulf %a, %b : f32
    %y = arith.truncf %v : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<?x128xbf16>
  return %gated : tensor<?x128xbf16>
}

// An op that turns what it reads is both in one.
// CHECK-LABEL: func.func @turns
// CHECK: %[[P:.*]] = gq.scaled_matmul
// CHECK: %[[R:.*]] = linalg.generic {indexing_maps = [#[[ID]], #[[ID]]]{{.*}} ins(%[[P]] : tensor<64x128xf32>)
// CHECK: linalg.transpose ins(%[[R]] : tensor<64x128xbf16>) outs(%{{.*}} : tensor<128x64xbf16>) permutation = [1, 0]
func.func @turns(%a: tensor<64x128xf8E4M3FN>, %b: tensor<128x128xf8E4M3FN>, %s: tensor<64x1xf32>, %t: tensor<128x1xf32>, %c: tensor<64x128xf32>) -> tensor<128x64xbf16> {
  %p = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [1, 128]) outs(%c : tensor<64x128xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<64x1xf32>, tensor<128x1xf32> -> tensor<64x128xf32>
  %e = tensor.empty() : tensor<128x64xbf16>
  %r = linalg.generic {indexing_maps = [#swap, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<64x128xf32>) outs(%e : tensor<128x64xbf16>) {
  ^bb0(%x: f32, %o: bf16):
    %y = arith.truncf %x : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<128x64xbf16>
  return %r : tensor<128x64xbf16>
}

// Not of a product, of one that others read as well, into something that is read, or
// by position.
// CHECK-LABEL: func.func @stays
// CHECK-COUNT-4: linalg.transpose
// CHECK: linalg.transpose
// CHECK-NOT: linalg.transpose
func.func @stays(%a: tensor<64x128xf8E4M3FN>, %s: tensor<64x1xf32>, %c: tensor<64x64xf32>)
    -> (tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>) {
  %e = tensor.empty() : tensor<64x64xf32>
  %t0 = linalg.transpose ins(%c : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) permutation = [1, 0]
  %r0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%t0 : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%x: f32, %o: f32):
    %y = arith.negf %x : f32
    linalg.yield %y : f32
  } -> tensor<64x64xf32>
  %p = gq.scaled_matmul %a, %a scales(%s block [1, 128], %s block [1, 128]) outs(%c : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
  %t1 = linalg.transpose ins(%p : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) permutation = [1, 0]
  %r1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%t1 : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%x: f32, %o: f32):
    %y = arith.negf %x : f32
    linalg.yield %y : f32
  } -> tensor<64x64xf32>
  %q = gq.scaled_matmul %a, %a scales(%s block [1, 128], %s block [1, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
  %t2 = linalg.transpose ins(%q : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) permutation = [1, 0]
  %r2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%t2 : tensor<64x64xf32>) outs(%c : tensor<64x64xf32>) {
  ^bb0(%x: f32, %o: f32):
    %y = arith.addf %x, %o : f32
    linalg.yield %y : f32
  } -> tensor<64x64xf32>
  %v = gq.scaled_matmul %a, %a scales(%s block [1, 128], %s block [1, 128]) outs(%r0 : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
  %t3 = linalg.transpose ins(%v : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) permutation = [1, 0]
  %r3 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%t3 : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%x: f32, %o: f32):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i32
    %k = arith.sitofp %j : i32 to f32
    %y = arith.addf %x, %k : f32
    linalg.yield %y : f32
  } -> tensor<64x64xf32>
  %u = gq.scaled_matmul %a, %a scales(%s block [1, 128], %s block [1, 128]) outs(%r1 : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
  %t4 = linalg.transpose ins(%u : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) permutation = [1, 0]
  return %p, %r2, %r3, %t4, %r0 : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>
}

// -----

// gq.quantize is split only when asked.
// CHECK-LABEL: func.func @quantize
// CHECK-NEXT: gq.quantize
// SPLIT-LABEL: func.func @quantize
// SPLIT-SAME: (%[[X:.*]]: tensor<8x256xbf16>, %[[Q:.*]]: tensor<8x256xf8E5M2>, %[[S:.*]]: tensor<8x2xf32>)
// SPLIT: %[[E:.*]] = tensor.empty() : tensor<8x2xf32>
// SPLIT: %[[A:.*]] = gq.block_absmax %[[X]] block [1, 128] outs(%[[E]] : tensor<8x2xf32>) {amax_floor = 5.000000e-01 : f32}
// SPLIT: %[[SCALE:.*]] = gq.absmax_to_scale %[[A]] to f8E5M2 outs(%[[S]] : tensor<8x2xf32>) {pow2}
// SPLIT: %[[CAST:.*]] = gq.scaled_cast %[[X]] scales(%[[SCALE]] block [1, 128]) outs(%[[Q]] : tensor<8x256xf8E5M2>)
// SPLIT: return %[[CAST]], %[[SCALE]]
func.func @quantize(%x: tensor<8x256xbf16>, %q: tensor<8x256xf8E5M2>, %s: tensor<8x2xf32>)
    -> (tensor<8x256xf8E5M2>, tensor<8x2xf32>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<8x256xf8E5M2>, tensor<8x2xf32>)
      {pow2, amax_floor = 0.5 : f32} : tensor<8x256xbf16> -> tensor<8x256xf8E5M2>, tensor<8x2xf32>
  return %r#0, %r#1 : tensor<8x256xf8E5M2>, tensor<8x2xf32>
}

// -----

// Splitting needs values: on memrefs the op stays.
// SPLIT-LABEL: func.func @quantize_memref
// SPLIT-NEXT: gq.quantize
// SPLIT-NEXT: return
func.func @quantize_memref(%x: memref<8x256xbf16>, %q: memref<8x256xf8E5M2>, %s: memref<8x2xf32>) {
  gq.quantize %x block [1, 128] outs(%q, %s : memref<8x256xf8E5M2>, memref<8x2xf32>) : memref<8x256xbf16>
  return
}

// -----

// The cast reads row-major scales; those that are returned are their transpose.
// SPLIT-LABEL: func.func @quantize_transposed
// SPLIT-SAME: (%[[X:.*]]: tensor<8x256xbf16>, %[[Q:.*]]: tensor<8x256xi8>, %[[S:.*]]: tensor<2x8xf8E8M0FNU>)
// SPLIT-DAG: %[[ES:.*]] = tensor.empty() : tensor<8x2xf8E8M0FNU>
// SPLIT-DAG: %[[EA:.*]] = tensor.empty() : tensor<8x2xf32>
// SPLIT: %[[A:.*]] = gq.block_absmax %[[X]] block [1, 128] outs(%[[EA]] : tensor<8x2xf32>)
// SPLIT: %[[SCALE:.*]] = gq.absmax_to_scale %[[A]] to i8 outs(%[[ES]] : tensor<8x2xf8E8M0FNU>) {pow2}
// SPLIT: %[[CAST:.*]] = gq.scaled_cast %[[X]] scales(%[[SCALE]] block [1, 128]) outs(%[[Q]] : tensor<8x256xi8>)
// SPLIT: %[[T:.*]] = linalg.transpose ins(%[[SCALE]] : tensor<8x2xf8E8M0FNU>) outs(%[[S]] : tensor<2x8xf8E8M0FNU>) permutation = [1, 0]
// SPLIT: return %[[CAST]], %[[T]]
func.func @quantize_transposed(%x: tensor<8x256xbf16>, %q: tensor<8x256xi8>, %s: tensor<2x8xf8E8M0FNU>)
    -> (tensor<8x256xi8>, tensor<2x8xf8E8M0FNU>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<8x256xi8>, tensor<2x8xf8E8M0FNU>)
      {pow2, transposed_scales} : tensor<8x256xbf16> -> tensor<8x256xi8>, tensor<2x8xf8E8M0FNU>
  return %r#0, %r#1 : tensor<8x256xi8>, tensor<2x8xf8E8M0FNU>
}

// -----

// A strategy in slabs is none for the steps, which take their tiles at once.
// SPLIT-LABEL: func.func @slabs
// SPLIT: gq.block_absmax
// SPLIT: gq.scaled_cast
// SPLIT-NOT: config
func.func @slabs(%x: tensor<512x512xf32>, %q: tensor<512x512xf8E4M3FN>, %s: tensor<2x2xf32>) -> (tensor<512x512xf8E4M3FN>, tensor<2x2xf32>) {
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : tensor<512x512xf8E4M3FN>, tensor<2x2xf32>) {config = #gq.quantize_config<tile = [256, 256], threads = 512, slabs = 2>}
      : tensor<512x512xf32> -> tensor<512x512xf8E4M3FN>, tensor<2x2xf32>
  return %r#0, %r#1 : tensor<512x512xf8E4M3FN>, tensor<2x2xf32>
}

// -----

// Steps have no padding.
// SPLIT-LABEL: func.func @padded
// SPLIT-NOT: gq.block_absmax
// SPLIT: gq.quantize {{.*}}padded_scales
func.func @padded(%x: tensor<6x256xbf16>, %q: tensor<6x256xi8>, %s: tensor<2x8xf32>) -> (tensor<6x256xi8>, tensor<2x8xf32>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<6x256xi8>, tensor<2x8xf32>) {transposed_scales, padded_scales}
      : tensor<6x256xbf16> -> tensor<6x256xi8>, tensor<2x8xf32>
  return %r#0, %r#1 : tensor<6x256xi8>, tensor<2x8xf32>
}

// -----

// A sum over no elements is what it starts from: what a kernel computes of elements, or a copy
// of what is in memory.
// CHECK-LABEL: func.func @empty_of_zeros
// CHECK: %[[FILL:.*]] = linalg.fill {{.*}} -> tensor<64x64xbf16>
// CHECK-NEXT: return %[[FILL]]
func.func @empty_of_zeros(%a: tensor<64x0xi8>, %s: tensor<64x0xf32>) -> tensor<64x64xbf16> {
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<64x64xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<64x64xbf16>) -> tensor<64x64xbf16>
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %s block [1, 128]) outs(%i : tensor<64x64xbf16>)
      : tensor<64x0xi8>, tensor<64x0xi8>, tensor<64x0xf32>, tensor<64x0xf32> -> tensor<64x64xbf16>
  return %d : tensor<64x64xbf16>
}

// -----

// CHECK-LABEL: func.func @empty_of_argument
// CHECK-SAME: %[[C:[^ ]*]]: tensor<?x64xf16>)
// CHECK: %[[M:.*]] = tensor.dim %[[C]], %c0
// CHECK: %[[E:.*]] = tensor.empty(%[[M]]) : tensor<?x64xf16>
// CHECK: %[[COPY:.*]] = gq.copy %[[C]] outs(%[[E]] : tensor<?x64xf16>)
// CHECK: return %[[COPY]]
func.func @empty_of_argument(%a: tensor<?x0xi8>, %b: tensor<64x0xi8>, %sa: tensor<?x0xf32>, %sb: tensor<64x0xf32>, %c: tensor<?x64xf16>) -> tensor<?x64xf16> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : tensor<?x64xf16>)
      : tensor<?x0xi8>, tensor<64x0xi8>, tensor<?x0xf32>, tensor<64x0xf32> -> tensor<?x64xf16>
  return %d : tensor<?x64xf16>
}

// -----

// Codes of i8 in blocks of 16 along K, as those of MSFP16, are decoded to bf16, the same
// operand once. The config goes with the product, promote does not.
// CHECK-LABEL: func.func @decode
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<?x512xi8>, %[[B:[a-z0-9]+]]: tensor<256x512xi8>, %[[S:[a-z0-9]+]]: tensor<?x32xf8E8M0FNU>, %[[T:[a-z0-9]+]]: tensor<64x32xf8E8M0FNU>, %[[C:[a-z0-9]+]]:
// CHECK: %[[WA:.*]] = gq.dequantize %[[A]] scales(%[[S]] block [1, 16]) outs(%{{.*}} : tensor<?x512xbf16>)
// CHECK: %[[WB:.*]] = gq.dequantize %[[B]] scales(%[[T]] block [4, 16]) outs(%{{.*}} : tensor<256x512xbf16>)
// CHECK: gq.scaled_matmul %[[WA]], %[[WB]] outs(%[[C]] : tensor<?x256xf32>) {config = #gq.matmul_config<tile = [64, 64, 64]>} : tensor<?x512xbf16>, tensor<256x512xbf16> -> tensor<?x256xf32>
// CHECK: %[[WD:.*]] = gq.dequantize
// CHECK: gq.scaled_matmul %[[WD]], %[[WD]] outs
func.func @decode(%a: tensor<?x512xi8>, %b: tensor<256x512xi8>, %s: tensor<?x32xf8E8M0FNU>, %t: tensor<64x32xf8E8M0FNU>, %c: tensor<?x256xf32>,
                  %d: tensor<64x64xi8>, %u: tensor<64x4xf8E8M0FNU>, %e: tensor<64x64xf32>) -> (tensor<?x256xf32>, tensor<64x64xf32>) {
  %0 = gq.scaled_matmul %a, %b scales(%s block [1, 16], %t block [4, 16]) outs(%c : tensor<?x256xf32>)
      {promote = 64, config = #gq.matmul_config<tile = [64, 64, 64]>}
      : tensor<?x512xi8>, tensor<256x512xi8>, tensor<?x32xf8E8M0FNU>, tensor<64x32xf8E8M0FNU> -> tensor<?x256xf32>
  %1 = gq.scaled_matmul %d, %d scales(%u block [1, 16], %u block [1, 16]) outs(%e : tensor<64x64xf32>)
      : tensor<64x64xi8>, tensor<64x64xi8>, tensor<64x4xf8E8M0FNU>, tensor<64x4xf8E8M0FNU> -> tensor<64x64xf32>
  return %0, %1 : tensor<?x256xf32>, tensor<64x64xf32>
}

// -----

// M-major scales are decoded by as well, row-major ones then: without what pads their rows, and once for one operand.
// CHECK-LABEL: func.func @decode_m_major
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<?x512xi8>, %[[B:[a-z0-9]+]]: tensor<256x512xi8>, %[[S:[a-z0-9]+]]: tensor<32x?xf8E8M0FNU>, %[[T:[a-z0-9]+]]: tensor<32x64xf8E8M0FNU>,
// CHECK: %[[SLICE:.*]] = tensor.extract_slice %[[S]][0, 0] [32, %{{.*}}] [1, 1] : tensor<32x?xf8E8M0FNU> to tensor<32x?xf8E8M0FNU>
// CHECK: %[[ST:.*]] = linalg.transpose ins(%[[SLICE]] : tensor<32x?xf8E8M0FNU>) outs(%{{.*}} : tensor<?x32xf8E8M0FNU>) permutation = [1, 0]
// CHECK: %[[TT:.*]] = linalg.transpose ins(%[[T]] : tensor<32x64xf8E8M0FNU>) outs(%{{.*}} : tensor<64x32xf8E8M0FNU>) permutation = [1, 0]
// CHECK: %[[WA:.*]] = gq.dequantize %[[A]] scales(%[[ST]] block [2, 16])
// CHECK: %[[WB:.*]] = gq.dequantize %[[B]] scales(%[[TT]] block [4, 16])
// CHECK: gq.scaled_matmul %[[WA]], %[[WB]] outs(%{{.*}} : tensor<?x256xf32>) : tensor<?x512xbf16>
// CHECK: %[[WD:.*]] = gq.dequantize
// CHECK: gq.scaled_matmul %[[WD]], %[[WD]] outs
func.func @decode_m_major(%a: tensor<?x512xi8>, %b: tensor<256x512xi8>, %s: tensor<32x?xf8E8M0FNU>, %t: tensor<32x64xf8E8M0FNU>, %c: tensor<?x256xf32>,
                          %d: tensor<64x64xi8>, %u: tensor<4x64xf8E8M0FNU>, %e: tensor<64x64xf32>) -> (tensor<?x256xf32>, tensor<64x64xf32>) {
  %0 = gq.scaled_matmul %a, %b scales(%s block [2, 16], %t block [4, 16]) outs(%c : tensor<?x256xf32>) {transposed_a_scales, padded_a_scales, transposed_b_scales}
      : tensor<?x512xi8>, tensor<256x512xi8>, tensor<32x?xf8E8M0FNU>, tensor<32x64xf8E8M0FNU> -> tensor<?x256xf32>
  %1 = gq.scaled_matmul %d, %d scales(%u block [1, 16], %u block [1, 16]) outs(%e : tensor<64x64xf32>) {transposed_a_scales, transposed_b_scales}
      : tensor<64x64xi8>, tensor<64x64xi8>, tensor<4x64xf8E8M0FNU>, tensor<4x64xf8E8M0FNU> -> tensor<64x64xf32>
  return %0, %1 : tensor<?x256xf32>, tensor<64x64xf32>
}

// -----

// Blocks of whole instructions stay, and so do scales that are no powers of two.
// CHECK-LABEL: func.func @no_decode
// CHECK-NOT: gq.dequantize
func.func @no_decode(%a: tensor<64x512xi8>, %s: tensor<64x16xf8E8M0FNU>, %t: tensor<64x32xf32>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %0 = gq.scaled_matmul %a, %a scales(%s block [1, 32], %s block [1, 32]) outs(%c : tensor<64x64xf32>)
      : tensor<64x512xi8>, tensor<64x512xi8>, tensor<64x16xf8E8M0FNU>, tensor<64x16xf8E8M0FNU> -> tensor<64x64xf32>
  %1 = gq.scaled_matmul %a, %a scales(%t block [1, 16], %t block [1, 16]) outs(%0 : tensor<64x64xf32>)
      : tensor<64x512xi8>, tensor<64x512xi8>, tensor<64x32xf32>, tensor<64x32xf32> -> tensor<64x64xf32>
  return %1 : tensor<64x64xf32>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// Scales that are the f32 of a byte are read as they are, by what reads scales. Padded rows
// are as long as f32 wants them.
// CHECK-LABEL: func.func @encoded
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<64x4xf8E8M0FNU>
// CHECK: gq.scaled_cast %{{.*}} scales(%[[S]] block
// CHECK: gq.scaled_matmul %{{.*}} scales(%[[S]] block [1, 128], %[[S]] block [1, 128])
// CHECK: gq.scaled_matmul %{{.*}} scales(%[[S]] block [1, 128], %{{.*}} block [16, 128]) {{.*}} tensor<64x4xf8E8M0FNU>, tensor<4x4xf32>
func.func @encoded(%s: tensor<64x4xf8E8M0FNU>, %q: tensor<64x512xf8E4M3FN>, %c: tensor<64x64xf32>, %x: tensor<64x512xbf16>, %p: tensor<4x4xf8E8M0FNU>) -> tensor<64x64xf32> {
  %e = tensor.empty() : tensor<64x4xf32>
  %w = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<64x4xf8E8M0FNU>) outs(%e : tensor<64x4xf32>) {
  ^bb0(%v: f8E8M0FNU, %o: f32):
    %f = arith.extf %v : f8E8M0FNU to f32
    linalg.yield %f : f32
  } -> tensor<64x4xf32>
  %ep = tensor.empty() : tensor<4x4xf32>
  %wp = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%p : tensor<4x4xf8E8M0FNU>) outs(%ep : tensor<4x4xf32>) {
  ^bb0(%v: f8E8M0FNU, %o: f32):
    %f = arith.extf %v : f8E8M0FNU to f32
    linalg.yield %f : f32
  } -> tensor<4x4xf32>
  %b = gq.scaled_cast %x scales(%w block [1, 128]) outs(%q : tensor<64x512xf8E4M3FN>) : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
  %0 = gq.scaled_matmul %q, %b scales(%w block [1, 128], %w block [1, 128]) outs(%c : tensor<64x64xf32>)
      : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<64x4xf32>, tensor<64x4xf32> -> tensor<64x64xf32>
  %1 = gq.scaled_matmul %q, %b scales(%w block [1, 128], %wp block [16, 128]) outs(%0 : tensor<64x64xf32>) {padded_b_scales, transposed_b_scales}
      : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<64x4xf32>, tensor<4x4xf32> -> tensor<64x64xf32>
  return %1 : tensor<64x64xf32>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// And so are those that are the f32 of bf16; not those of f16, which nothing takes.
// CHECK-LABEL: func.func @halves
// CHECK-SAME: %[[S:[a-z0-9]+]]: tensor<64x4xbf16>
// CHECK: gq.scaled_matmul %{{.*}} scales(%[[S]] block [1, 128], %{{.*}} block [1, 128]) {{.*}} tensor<64x4xbf16>, tensor<64x4xf32>
func.func @halves(%s: tensor<64x4xbf16>, %h: tensor<64x4xf16>, %q: tensor<64x512xf8E4M3FN>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %e = tensor.empty() : tensor<64x4xf32>
  %w = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%s : tensor<64x4xbf16>) outs(%e : tensor<64x4xf32>) {
  ^bb0(%v: bf16, %o: f32):
    %f = arith.extf %v : bf16 to f32
    linalg.yield %f : f32
  } -> tensor<64x4xf32>
  %wh = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%h : tensor<64x4xf16>) outs(%e : tensor<64x4xf32>) {
  ^bb0(%v: f16, %o: f32):
    %f = arith.extf %v : f16 to f32
    linalg.yield %f : f32
  } -> tensor<64x4xf32>
  %0 = gq.scaled_matmul %q, %q scales(%w block [1, 128], %wh block [1, 128]) outs(%c : tensor<64x64xf32>)
      : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<64x4xf32>, tensor<64x4xf32> -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}

// -----

// Maxima that are no block_absmax: their scales are an elementwise op.
// CHECK-LABEL: func.func @scale
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<64x512xbf16>, %[[M:[a-z0-9]+]]: tensor<64x4xf32>
// CHECK-NOT: gq.absmax_to_scale %[[M]]
// CHECK: linalg.generic {{.*}} ins(%[[M]] : tensor<64x4xf32>) outs(%{{.*}} : tensor<64x4xf8E8M0FNU>)
// CHECK: arith.divf
// CHECK: arith.truncf %{{.*}} : f32 to f8E8M0FNU
// CHECK: %[[A:.*]] = gq.block_absmax %[[X]]
// CHECK: gq.absmax_to_scale %[[A]]
func.func @scale(%x: tensor<64x512xbf16>, %m: tensor<64x4xf32>, %e: tensor<64x4xf32>, %f: tensor<64x4xf8E8M0FNU>) -> (tensor<64x4xf8E8M0FNU>, tensor<64x4xf32>) {
  %s = gq.absmax_to_scale %m to f8E4M3FN outs(%f : tensor<64x4xf8E8M0FNU>) {pow2} : tensor<64x4xf32> -> tensor<64x4xf8E8M0FNU>
  %a = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x4xf32>) : tensor<64x512xbf16> -> tensor<64x4xf32>
  %t = gq.absmax_to_scale %a to f8E4M3FN outs(%e : tensor<64x4xf32>) : tensor<64x4xf32> -> tensor<64x4xf32>
  return %s, %t : tensor<64x4xf8E8M0FNU>, tensor<64x4xf32>
}

// -----

// A sum that starts from one value everywhere does not read it.
// CHECK-LABEL: func.func @splat_init
// CHECK-DAG: %[[V:.*]] = arith.constant 1.500000e+00 : f32
// CHECK-DAG: %[[E:.*]] = tensor.empty() : tensor<64x64xf32>
// CHECK: %[[FILL:.*]] = linalg.fill ins(%[[V]] : f32) outs(%[[E]] : tensor<64x64xf32>)
// CHECK: gq.scaled_matmul {{.*}} outs(%[[FILL]] : tensor<64x64xf32>)
func.func @splat_init(%a: tensor<64x128xf8E4M3FN>, %s: tensor<64x1xf32>, %t: tensor<1x1xf32>) -> tensor<64x64xf32> {
  %c = arith.constant dense<1.5> : tensor<64x64xf32>
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}
