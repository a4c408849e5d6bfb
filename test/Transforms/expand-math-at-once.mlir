// How many elements a thread divides at once: in a kernel of elements eight, at the
// end of a tile of products as many as there are registers for, under a product one.
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments | FileCheck %s
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments --remarks-filter=gq-expand-math 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK
// REMARK: divides 32 elements at once, for which there are registers

#el = affine_map<(m, n) -> (m, n)>

// CHECK-LABEL: gqgpu.kernel @elements
// CHECK: arith.divf
// CHECK: } {at_once = 8 : i64}
func.func @elements(%x: tensor<256x256xf32>, %y: tensor<256x256xf32>) -> tensor<256x256xf32> {
  %e = tensor.empty() : tensor<256x256xf32>
  %r = linalg.div ins(%x, %y : tensor<256x256xf32>, tensor<256x256xf32>) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  return %r : tensor<256x256xf32>
}

// CHECK-LABEL: gqgpu.kernel @direct
// CHECK: arith.divf
// CHECK: } {at_once = 32 : i64}
func.func @direct(%a: tensor<256x512xf8E4M3FN>, %as: tensor<256x4xf32>, %g: tensor<256x512xf8E4M3FN>, %gs: tensor<2x4xf32>)
    -> tensor<256x256xbf16> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<256x256xf32>
  %h = tensor.empty() : tensor<256x256xbf16>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<256x256xf32>)
    {config = #gq.matmul_config<tile = [128, 128, 128], store = direct>}
    : tensor<256x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<256x4xf32>, tensor<2x4xf32> -> tensor<256x256xf32>
  %r = linalg.generic {indexing_maps = [#el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<256x256xf32>) outs(%h : tensor<256x256xbf16>) {
  ^bb0(%p: f32, %o: bf16):
    %b = arith.addf %p, %one : f32
    %s = arith.divf %p, %b : f32
    %t = arith.truncf %s : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<256x256xbf16>
  return %r : tensor<256x256xbf16>
}

// CHECK-LABEL: gqgpu.kernel @deferred
// CHECK: gqgpu.mma_async
// CHECK: scf.if
// CHECK: arith.divf
// CHECK-NOT: at_once
// CHECK: gqgpu.return
func.func @deferred(%a: tensor<256x512xf8E4M3FN>, %as: tensor<256x4xf32>, %g: tensor<256x512xf8E4M3FN>, %gs: tensor<2x4xf32>)
    -> tensor<256x256xbf16> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<256x256xf32>
  %h = tensor.empty() : tensor<256x256xbf16>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<256x256xf32>) -> tensor<256x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<256x256xf32>)
    {config = #gq.matmul_config<tile = [128, 128, 128], store = deferred>}
    : tensor<256x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<256x4xf32>, tensor<2x4xf32> -> tensor<256x256xf32>
  %r = linalg.generic {indexing_maps = [#el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<256x256xf32>) outs(%h : tensor<256x256xbf16>) {
  ^bb0(%p: f32, %o: bf16):
    %b = arith.addf %p, %one : f32
    %s = arith.divf %p, %b : f32
    %t = arith.truncf %s : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<256x256xbf16>
  return %r : tensor<256x256xbf16>
}
