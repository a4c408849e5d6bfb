// A bias and a ReLU in front of a result by blocks of 256x256 take a few registers more than there are:
// math groups get them from the role that fills, and the tile stays as it is.
// REQUIRES: ptxas
// RUN: gq-compile %s --target=h200 --max-variants=1 --remarks-filter='gq-fallback|gq-serialize$' -o %t.gqb 2>&1 | FileCheck %s
// CHECK: kernel 'f_matmul' spills {{.*}} registers = [40, 232], candidate = 0>; the next candidate is #gq.matmul_config<tile = [128, 256, 128], {{.*}}cluster = b, quantize = true, registers = [24, 240], candidate = 0>
// CHECK-NOT: gq-fallback
// CHECK: kernel 'f_matmul': 168 registers, 0 bytes spilled
func.func @f(%a: tensor<?x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E4M3FN>, %sa: tensor<?x64xf32>, %sb: tensor<64x64xf32>, %bias: tensor<8192xf32>) -> (tensor<?x8192xf8E4M3FN>, tensor<?x32xf32>) {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x8192xf8E4M3FN>
  %r = arith.constant 256 : index
  %sm = arith.ceildivui %m, %r : index
  %e = tensor.empty(%m) : tensor<?x8192xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x8192xf32>) -> tensor<?x8192xf32>
  %y = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x8192xf32>) : tensor<?x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x8192xf32>
  %xe = tensor.empty(%m) : tensor<?x8192xbf16>
  %x = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%y, %bias : tensor<?x8192xf32>, tensor<8192xf32>) outs(%xe : tensor<?x8192xbf16>) {
  ^bb0(%p: f32, %c: f32, %o: bf16):
    %t = arith.addf %p, %c : f32
    %zz = arith.constant 0.0 : f32
    %u = arith.maximumf %t, %zz : f32
    %w = arith.truncf %u : f32 to bf16
    linalg.yield %w : bf16
  } -> tensor<?x8192xbf16>
  %eq = tensor.empty(%m) : tensor<?x8192xf8E4M3FN>
  %es = tensor.empty(%sm) : tensor<?x32xf32>
  %q, %s = gq.quantize %x block [256, 256] outs(%eq, %es : tensor<?x8192xf8E4M3FN>, tensor<?x32xf32>) : tensor<?x8192xbf16> -> tensor<?x8192xf8E4M3FN>, tensor<?x32xf32>
  return %q, %s : tensor<?x8192xf8E4M3FN>, tensor<?x32xf32>
}
