// Two products of one a that the same elementwise ops read: in one kernel, for
// many rows.
// RUN: gq-opt %s --gq-select-config --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-select-config --split-input-file --remarks-filter=gq-select-config 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

#el = affine_map<(m, n) -> (m, n)>

// CHECK-LABEL: func.func @many
// CHECK: %[[G:.+]] = gq.scaled_matmul
// CHECK-NOT: config
// CHECK: gq.scaled_matmul
// CHECK-SAME: config = #gq.matmul_config<
// CHECK-SAME: store = direct, dual = true
// REMARK: the other product that is read with it is computed in the same tiles
func.func @many(%a: tensor<4096x512xf8E4M3FN>, %as: tensor<4096x4xf32>, %g: tensor<256x512xf8E4M3FN>,
    %gs: tensor<2x4xf32>, %u: tensor<256x512xf8E4M3FN>, %us: tensor<2x4xf32>) -> tensor<4096x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4096x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x256xf32>) -> tensor<4096x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<4096x256xf32>)
    : tensor<4096x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4096x4xf32>, tensor<2x4xf32> -> tensor<4096x256xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<4096x256xf32>)
    : tensor<4096x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4096x4xf32>, tensor<2x4xf32> -> tensor<4096x256xf32>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<4096x256xf32>, tensor<4096x256xf32>) outs(%e : tensor<4096x256xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.mulf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<4096x256xf32>
  return %r : tensor<4096x256xf32>
}

// -----

#el = affine_map<(m, n) -> (m, n)>

// Of an unknown number of rows: above some, and the other one has a config of
// its own for fewer.
// CHECK-LABEL: func.func @any
// CHECK: gq.scaled_matmul
// CHECK-SAME: config = #gq.matmul_variants
// CHECK-NOT: dual
// CHECK: gq.scaled_matmul
// CHECK-SAME: config = #gq.matmul_variants<up_to
// CHECK-SAME: above = <{{.*}}, dual = true
// REMARK: above {{[0-9]+}} rows the other product that is read with it is computed in the same tiles
func.func @any(%a: tensor<?x512xf8E4M3FN>, %as: tensor<?x4xf32>, %g: tensor<256x512xf8E4M3FN>,
    %gs: tensor<2x4xf32>, %u: tensor<256x512xf8E4M3FN>, %us: tensor<2x4xf32>) -> tensor<?x256xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<?x256xf32>)
    : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<?x256xf32>)
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

// Both stay where the first one is a result as well, or has another b.
// CHECK-LABEL: func.func @read_elsewhere
// CHECK-NOT: dual
func.func @read_elsewhere(%a: tensor<4096x512xf8E4M3FN>, %as: tensor<4096x4xf32>, %g: tensor<256x512xf8E4M3FN>,
    %gs: tensor<2x4xf32>, %u: tensor<256x512xf8E4M3FN>, %us: tensor<2x4xf32>)
    -> (tensor<4096x256xf32>, tensor<4096x256xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4096x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x256xf32>) -> tensor<4096x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<4096x256xf32>)
    : tensor<4096x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4096x4xf32>, tensor<2x4xf32> -> tensor<4096x256xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<4096x256xf32>)
    : tensor<4096x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4096x4xf32>, tensor<2x4xf32> -> tensor<4096x256xf32>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<4096x256xf32>, tensor<4096x256xf32>) outs(%e : tensor<4096x256xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.mulf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<4096x256xf32>
  return %r, %x : tensor<4096x256xf32>, tensor<4096x256xf32>
}

// CHECK-LABEL: func.func @other_blocks
// CHECK-NOT: dual
func.func @other_blocks(%a: tensor<4096x512xf8E4M3FN>, %as: tensor<4096x4xf32>, %g: tensor<256x512xf8E4M3FN>,
    %gs: tensor<1x4xf32>, %u: tensor<256x512xf8E4M3FN>, %us: tensor<2x4xf32>) -> tensor<4096x256xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4096x256xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x256xf32>) -> tensor<4096x256xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [256, 128]) outs(%f : tensor<4096x256xf32>)
    : tensor<4096x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4096x4xf32>, tensor<1x4xf32> -> tensor<4096x256xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<4096x256xf32>)
    : tensor<4096x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<4096x4xf32>, tensor<2x4xf32> -> tensor<4096x256xf32>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<4096x256xf32>, tensor<4096x256xf32>) outs(%e : tensor<4096x256xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.mulf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<4096x256xf32>
  return %r : tensor<4096x256xf32>
}
