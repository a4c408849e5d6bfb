// RUN: gq-opt %s --gq-distribute --canonicalize --cse | FileCheck %s

// A loop carries what its tiles have become: a value for each element of one that
// is loaded before it, a value for each block of scales.
// CHECK-LABEL: gqgpu.kernel @loop
// CHECK: %[[X:.*]] = gqgpu.load_fragment %arg1[
// CHECK: %[[L:.*]]:3 = scf.for %[[J:.*]] = {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[N:.*]] = %arg4, %[[B:.*]] = %[[X]]) -> (!gqgpu.fragment<16x256xf32, #{{.*}}, block = [16, 128]>, index, !gqgpu.fragment<16x256xf32, #{{.*}}>) {
// CHECK: %[[M:.*]] = arith.addi %[[N]], %[[J]]
// CHECK: %[[F:.*]] = gqgpu.elementwise(%[[A]])
// CHECK: arith.divf
// CHECK: %[[Y:.*]] = gqgpu.elementwise(%[[B]])
// CHECK: scf.yield %[[F]], %[[M]], %[[Y]]
// CHECK: } {unrolled}
// CHECK: gqgpu.store_fragment %[[L]]#0, %arg2[%[[L]]#1,
// CHECK: gqgpu.store_fragment %[[L]]#2, %arg3[%[[L]]#1,
gqgpu.kernel @loop(%x: memref<?x512xf16>, %z: memref<?x512xf32>, %s: memref<?x4xf32>, %d: memref<?x512xf32>, %i: index) {
  %c1 = arith.constant 1 : index
  %t = gqgpu.load %x[%i, %i] : memref<?x512xf16> -> tensor<16x256xf16>
  %u = gqgpu.load %z[%i, %i] : memref<?x512xf32> -> tensor<16x256xf32>
  %qe = tensor.empty() : tensor<16x256xf8E4M3FN>
  %se = tensor.empty() : tensor<1x2xf32>
  %e = tensor.empty() : tensor<16x256xf32>
  %r:2 = gq.quantize %t block [16, 128] outs(%qe, %se : tensor<16x256xf8E4M3FN>, tensor<1x2xf32>)
      {config = #gq.quantize_config<tile = [16, 256]>} : tensor<16x256xf16> -> tensor<16x256xf8E4M3FN>, tensor<1x2xf32>
  %l:3 = scf.for %j = %c1 to %i step %c1 iter_args(%a = %r#1, %n = %i, %b = %u) -> (tensor<1x2xf32>, index, tensor<16x256xf32>) {
    %m = arith.addi %n, %j : index
    %f = gq.absmax_to_scale %a to f8E4M3FN outs(%se : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
    %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
        ins(%b : tensor<16x256xf32>) outs(%e : tensor<16x256xf32>) {
      ^bb0(%v: f32, %o: f32):
        %w = arith.addf %v, %v : f32
        linalg.yield %w : f32
    } -> tensor<16x256xf32>
    scf.yield %f, %m, %y : tensor<1x2xf32>, index, tensor<16x256xf32>
  } {unrolled}
  gqgpu.store %l#0, %s[%l#1, %i] : tensor<1x2xf32>, memref<?x4xf32>
  gqgpu.store %l#2, %d[%l#1, %i] : tensor<16x256xf32>, memref<?x512xf32>
  gqgpu.return
}
