// Variants of which some have both products in one kernel: branches with both,
// of which the other one has a config where it has a kernel of its own.
// RUN: gq-opt %s --gq-apply-config --canonicalize --cse --split-input-file | FileCheck %s

#el = affine_map<(m, n) -> (m, n)>

// The other one's variants for more rows go.
// CHECK-LABEL: func.func @variants
// CHECK: %[[M:.*]] = tensor.dim
// CHECK: %[[APART:.*]] = arith.cmpi sle, %[[M]], %c256
// CHECK: scf.if %[[APART]]
// CHECK:   arith.cmpi sle, %[[M]], %c64
// CHECK:   %[[X:.*]] = scf.if
// CHECK:     gq.scaled_matmul %{{.*}}, %arg2 {{.*}} {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1>}
// CHECK:   } else {
// CHECK:     gq.scaled_matmul %{{.*}}, %arg2 {{.*}} {config = #gq.matmul_config<tile = [128, 64, 128]>}
// CHECK:   }
// CHECK:   gq.scaled_matmul %{{.*}}, %arg4 {{.*}} {config = #gq.matmul_config<tile = [128, 64, 128]>}
// CHECK:   linalg.generic {{.*}} ins(%[[X]], %
// CHECK: } else {
// CHECK:   %[[G:.*]] = gq.scaled_matmul %{{.*}}, %arg2
// CHECK-NOT: config
// CHECK:   gq.scaled_matmul %{{.*}}, %arg4 {{.*}} {config = #gq.matmul_config<tile = [128, 128, 128], store = direct, dual = true>}
// CHECK:   linalg.generic {{.*}} ins(%[[G]], %
func.func @variants(%a: tensor<?x512xf8E4M3FN>, %as: tensor<?x4xf32>, %g: tensor<256x512xf8E4M3FN>,
    %gs: tensor<2x4xf32>, %u: tensor<256x512xf8E4M3FN>, %us: tensor<2x4xf32>) -> tensor<?x256xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<?x256xf32>)
    {config = #gq.matmul_variants<up_to 64 = <tile = [64, 128, 128], math_groups = 1>, up_to 512 = <tile = [128, 64, 128]>, above = <tile = [256, 128, 128]>>}
    : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<?x256xf32>)
    {config = #gq.matmul_variants<up_to 256 = <tile = [128, 64, 128]>, above = <tile = [128, 128, 128], store = direct, dual = true>>}
    : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x256xf32>, tensor<?x256xf32>) outs(%e : tensor<?x256xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.mulf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<?x256xf32>
  return %r : tensor<?x256xf32>
}

// -----

#el = affine_map<(m, n) -> (m, n)>
#few = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1>

// CHECK-LABEL: func.func @known
// CHECK: gq.scaled_matmul %{{.*}}, %arg2
// CHECK-NOT: config
// CHECK: gq.scaled_matmul %{{.*}}, %arg4 {{.*}} {config = #gq.matmul_config<tile = [128, 128, 128], store = direct, dual = true>}
func.func @known(%a: tensor<300x512xf8E4M3FN>, %as: tensor<300x4xf32>, %g: tensor<256x512xf8E4M3FN>,
    %gs: tensor<2x4xf32>, %u: tensor<256x512xf8E4M3FN>, %us: tensor<2x4xf32>) -> tensor<300x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<300x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<300x256xf32>) -> tensor<300x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<300x256xf32>)
    {config = #few}
    : tensor<300x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<300x4xf32>, tensor<2x4xf32> -> tensor<300x256xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<300x256xf32>)
    {config = #gq.matmul_variants<up_to 256 = <tile = [64, 128, 128], math_groups = 1>, above = <tile = [128, 128, 128], store = direct, dual = true>>}
    : tensor<300x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<300x4xf32>, tensor<2x4xf32> -> tensor<300x256xf32>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<300x256xf32>, tensor<300x256xf32>) outs(%e : tensor<300x256xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.mulf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<300x256xf32>
  return %r : tensor<300x256xf32>
}
