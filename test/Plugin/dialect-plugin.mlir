// The dialect in a stock mlir-opt: parsing, verifying, and upstream passes on it.
// REQUIRES: mlir-opt, plugin
// RUN: %mlir_opt --load-dialect-plugin=%gq_plugin %s --one-shot-bufferize="bufferize-function-boundaries" --transform-interpreter | FileCheck %s
// RUN: not %mlir_opt %s 2>&1 | FileCheck %s --check-prefix=WITHOUT

// WITHOUT: Dialect `gq' not found

// CHECK-LABEL: func.func @quantize
// CHECK: scf.for
// CHECK: gq.quantize %{{.*}} block [1, 128] outs(%{{.*}}, %{{.*}} : memref<16x512xf8E4M3FN, {{.*}}>, memref<16x4xf32, {{.*}}>)
func.func @quantize(%x: tensor<64x512xbf16>,
    %q: tensor<64x512xf8E4M3FN> {bufferization.writable = true},
    %s: tensor<64x4xf32> {bufferization.writable = true})
    -> (tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {
  %0:2 = gq.quantize %x block [1, 128]
           outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>)
           : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  return %0#0, %0#1 : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
}
module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["gq.quantize"]} in %root : (!transform.any_op) -> !transform.any_op
    %1, %l = transform.structured.tile_using_for %0 tile_sizes [16, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
