// Of two products in one kernel: the config of both, once, and the time of both.
// RUN: gq-run %s --explain | FileCheck %s
// CHECK: kernel dual_matmul
// CHECK-NEXT: computes gq.scaled_matmul of line {{[0-9]+}}, gq.scaled_matmul of line
// CHECK-NEXT: config #gq.matmul_config<tile = [128, 128, 128], store = direct, dual = true
// CHECK-NEXT: why it is in the program
// CHECK-NEXT: estimate
// CHECK-NEXT: tiles 2 x 2 of 128 x 128
// CHECK-NEXT: bytes
// CHECK-NEXT: floor {{.*}} products 0.07 us at 1979 TFLOP/s

#el = affine_map<(m, n) -> (m, n)>
func.func @dual(%a: tensor<256x512xf8E4M3FN>, %as: tensor<256x4xf32>, %g: tensor<256x512xf8E4M3FN>,
    %gs: tensor<2x4xf32>, %u: tensor<256x512xf8E4M3FN>, %us: tensor<2x4xf32>) -> tensor<256x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<256x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<256x256xf32>)
    : tensor<256x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<256x4xf32>, tensor<2x4xf32> -> tensor<256x256xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<256x256xf32>)
    {config = #gq.matmul_config<tile = [128, 128, 128], store = direct, dual = true>}
    : tensor<256x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<256x4xf32>, tensor<2x4xf32> -> tensor<256x256xf32>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<256x256xf32>, tensor<256x256xf32>) outs(%e : tensor<256x256xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.mulf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<256x256xf32>
  return %r : tensor<256x256xf32>
}
