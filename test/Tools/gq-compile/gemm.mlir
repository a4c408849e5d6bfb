// RUN: gq-compile %s -o %t.gqb
// RUN: gq-bundle info %t.gqb | FileCheck %s
// RUN: gq-compile %s -o %t.again && cmp %t.gqb %t.again
// RUN: gq-compile %s --emit=ptx | FileCheck %s --check-prefix=PTX

// Quantise, multiply, add a bias, round: two kernels, from tensors to a bundle.
// CHECK: linear
// PTX: .visible .entry linear_quantize
// PTX: .visible .entry linear_matmul
// PTX: wgmma.mma_async.sync.aligned.m64n128k32.f32.e4m3.e4m3
#row = affine_map<(m, n) -> (m, n)>
#col = affine_map<(m, n) -> (n)>
func.func @linear(%x: tensor<?x8192xbf16>, %w: tensor<8192x8192xf8E4M3FN>,
    %sw: tensor<64x64xf32>, %bias: tensor<8192xbf16>) -> tensor<?x8192xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x8192xbf16>
  %qe = tensor.empty(%m) : tensor<?x8192xf8E4M3FN>
  %se = tensor.empty(%m) : tensor<?x64xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%qe, %se : tensor<?x8192xf8E4M3FN>, tensor<?x64xf32>)
    : tensor<?x8192xbf16> -> tensor<?x8192xf8E4M3FN>, tensor<?x64xf32>
  %ce = tensor.empty(%m) : tensor<?x8192xf32>
  %c = linalg.fill ins(%zero : f32) outs(%ce : tensor<?x8192xf32>) -> tensor<?x8192xf32>
  %d = gq.scaled_matmul %q, %w scales(%s block [1, 128], %sw block [128, 128]) outs(%c : tensor<?x8192xf32>)
    : tensor<?x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x8192xf32>
  %ye = tensor.empty(%m) : tensor<?x8192xbf16>
  %y = linalg.generic {indexing_maps = [#row, #col, #row], iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias : tensor<?x8192xf32>, tensor<8192xbf16>) outs(%ye : tensor<?x8192xbf16>) {
  ^bb0(%v: f32, %b: bf16, %o: bf16):
    %bf = arith.extf %b : bf16 to f32
    %sum = arith.addf %v, %bf : f32
    %t = arith.truncf %sum : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x8192xbf16>
  return %y : tensor<?x8192xbf16>
}
