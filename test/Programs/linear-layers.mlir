// Linear layers as people write them around gq ops: tokens of three dimensions, weights the other way
// round, a product of a matrix with itself, one block along all of K.
// RUN: gq-compile %s -o %t.gqb
// RUN: gq-run %s --entry=tokens --m=3 --backend=simulate --check | FileCheck %s --check-prefix=TWO
// RUN: gq-run %s --entry=tokens --m=1 --stages | FileCheck %s --check-prefix=STAGES
// RUN: gq-run %s --entry=turned_weights --backend=simulate --check | FileCheck %s
// RUN: gq-run %s --entry=gram --m=130 --backend=simulate --check | FileCheck %s
// RUN: gq-run %s --entry=gram --m=0 --backend=simulate --check | FileCheck %s
// RUN: gq-run %s --entry=one_block --m=70 --backend=simulate --check | FileCheck %s
// TWO: simulated  2 launches
// TWO: check0     passed
// STAGES: after gq-expand-math: simulated  2 launches
// STAGES-NEXT: check0     passed
// CHECK: check0     passed
#tokens = affine_map<(b, s, n) -> (b, s, n)>
#features = affine_map<(b, s, n) -> (n)>

// A bias behind a view: quantisation and product, in a kernel each.
func.func @tokens(%x: tensor<?x8x256xbf16>, %w: tensor<96x256xf8E4M3FN>, %ws: tensor<1x2xf32>, %bias: tensor<96xbf16>)
    -> tensor<?x8x96xbf16> {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %b = tensor.dim %x, %c0 : tensor<?x8x256xbf16>
  %m = arith.muli %b, %c8 : index
  %rows = tensor.collapse_shape %x [[0, 1], [2]] : tensor<?x8x256xbf16> into tensor<?x256xbf16>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = gq.quantize %rows block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
      : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  %ed = tensor.empty(%m) : tensor<?x96xf32>
  %init = linalg.fill ins(%zero : f32) outs(%ed : tensor<?x96xf32>) -> tensor<?x96xf32>
  %d = gq.scaled_matmul %q, %w scales(%s block [1, 128], %ws block [128, 128]) outs(%init : tensor<?x96xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xf32>
  %view = tensor.expand_shape %d [[0, 1], [2]] output_shape [%b, 8, 96] : tensor<?x96xf32> into tensor<?x8x96xf32>
  %ey = tensor.empty(%b) : tensor<?x8x96xbf16>
  %y = linalg.generic {indexing_maps = [#tokens, #features, #tokens], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%view, %bias : tensor<?x8x96xf32>, tensor<96xbf16>) outs(%ey : tensor<?x8x96xbf16>) {
  ^bb0(%v: f32, %w0: bf16, %o: bf16):
    %wide = arith.extf %w0 : bf16 to f32
    %sum = arith.addf %v, %wide : f32
    %r = arith.truncf %sum : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x8x96xbf16>
  return %y : tensor<?x8x96xbf16>
}

// [K, N] in memory: a kernel turns them.
func.func @turned_weights(%a: tensor<64x256xf8E4M3FN>, %sa: tensor<64x2xf32>, %w: tensor<256x128xf8E4M3FN>, %sw: tensor<2x1xf32>)
    -> tensor<64x128xf32> {
  %zero = arith.constant 0.0 : f32
  %eb = tensor.empty() : tensor<128x256xf8E4M3FN>
  %b = linalg.transpose ins(%w : tensor<256x128xf8E4M3FN>) outs(%eb : tensor<128x256xf8E4M3FN>) permutation = [1, 0]
  %es = tensor.empty() : tensor<1x2xf32>
  %sb = linalg.transpose ins(%sw : tensor<2x1xf32>) outs(%es : tensor<1x2xf32>) permutation = [1, 0]
  %e = tensor.empty() : tensor<64x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<64x128xf32>)
      : tensor<64x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<64x2xf32>, tensor<1x2xf32> -> tensor<64x128xf32>
  return %d : tensor<64x128xf32>
}

func.func @gram(%a: tensor<?x256xf8E4M3FN>, %s: tensor<?x2xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m, %m) : tensor<?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %s block [1, 128]) outs(%init : tensor<?x?xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<?x256xf8E4M3FN>, tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x?xf32>
  return %d : tensor<?x?xf32>
}

func.func @one_block(%a: tensor<?x304xf8E4M3FN>, %sa: tensor<?x1xf32>, %b: tensor<64x304xf8E4M3FN>, %sb: tensor<64x1xf32>)
    -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x304xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 304], %sb block [1, 304]) outs(%init : tensor<?x64xf32>)
      : tensor<?x304xf8E4M3FN>, tensor<64x304xf8E4M3FN>, tensor<?x1xf32>, tensor<64x1xf32> -> tensor<?x64xf32>
  return %d : tensor<?x64xf32>
}
