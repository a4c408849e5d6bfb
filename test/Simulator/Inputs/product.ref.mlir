// What gemm-fragments.mlir, made smaller, computes with operands that
// gq.scaled_matmul does not take: added up in the order of K.
#mn = affine_map<(m, n, k) -> (m, n)>
#id = affine_map<(m, n) -> (m, n)>
func.func @gemm(%a: tensor<72x192xf16>, %sa: tensor<72x2xf32>,
                %b: tensor<80x192xf16>, %sb: tensor<1x2xf32>) -> tensor<72x80xbf16> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<72x80xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<72x80xf32>) -> tensor<72x80xf32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>,
                       affine_map<(m, n, k) -> (m, k floordiv 128)>,
                       affine_map<(m, n, k) -> (n floordiv 128, k floordiv 128)>, #mn],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %b, %sa, %sb : tensor<72x192xf16>, tensor<80x192xf16>, tensor<72x2xf32>, tensor<1x2xf32>)
      outs(%init : tensor<72x80xf32>) {
  ^bb0(%x: f16, %y: f16, %s: f32, %t: f32, %old: f32):
    %wx = arith.extf %x : f16 to f32
    %wy = arith.extf %y : f16 to f32
    %xy = arith.mulf %wx, %wy : f32
    %st = arith.mulf %s, %t : f32
    %p = arith.mulf %xy, %st : f32
    %new = arith.addf %old, %p : f32
    linalg.yield %new : f32
  } -> tensor<72x80xf32>
  %d = tensor.empty() : tensor<72x80xbf16>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%sum : tensor<72x80xf32>) outs(%d : tensor<72x80xbf16>) {
  ^bb0(%x: f32, %o: bf16):
    %y = arith.truncf %x : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<72x80xbf16>
  return %r : tensor<72x80xbf16>
}
