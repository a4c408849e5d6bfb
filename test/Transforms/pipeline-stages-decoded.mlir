// Codes that are decoded on the way: fills that say so, those of all slots of a step together behind the last
// acquire. A further slot begins so many bytes and scales on.
// RUN: gq-opt %s --gq-pipeline-stages | FileCheck %s

// CHECK: !ring = !gqgpu.ring<4, <64x64xbf16, swizzle = 128>, <16x64xbf16, swizzle = 128>>
// CHECK-LABEL: gqgpu.kernel @step
// CHECK: %[[R:.*]] = gqgpu.ring_create bytes 2048 : !ring
// CHECK: %[[S0:.*]] = gqgpu.acquire
// CHECK-NEXT: gqgpu.tma_load %{{.*}} -> %[[R]][%[[S0]]] tile 1
// CHECK-NOT: commit
// CHECK: %[[S1:.*]] = gqgpu.acquire
// CHECK: gqgpu.tma_load %{{.*}} -> %[[R]][%[[S1]]] tile 1
// CHECK: %[[BYTES:.*]] = arith.constant 32 : index
// CHECK-NEXT: %[[BYTE:.*]] = arith.addi %[[B:.*]], %[[BYTES]] : index
// CHECK-NEXT: %[[BLOCKS:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[SCALE:.*]] = arith.addi %[[S:.*]], %[[BLOCKS]] : index
// CHECK-NEXT: gqgpu.copy_load %arg0[%{{.*}}, %[[B]]] decoded f4E2M1FN scales(%arg1[%{{.*}}, %[[S]]] block [1, 32]) -> %[[R]][%[[S0]]] tile 0
// CHECK-NEXT: gqgpu.copy_load %arg0[%{{.*}}, %[[BYTE]]] decoded f4E2M1FN scales(%arg1[%{{.*}}, %[[SCALE]]] block [1, 32]) -> %[[R]][%[[S1]]] tile 0
// CHECK-NEXT: gqgpu.commit %[[R]][%[[S0]]]
// CHECK-NEXT: gqgpu.commit %[[R]][%[[S1]]]
// CHECK: gqgpu.wait
// CHECK: gqgpu.wait
// CHECK: gqgpu.slot_read %{{.*}} tile 0 : {{.*}} -> tensor<64x64xbf16>
gqgpu.kernel @step(%w: memref<1024x512xi8>, %s: memref<1024x32xf8E8M0FNU>, %x: memref<16x1024xbf16>, %d: memref<1024x16xf32>) attributes {threads = 256 : i64, cluster = 1 : i64} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c128 = arith.constant 128 : index
  %c1024 = arith.constant 1024 : index
  gqgpu.tile_loop (%i, %j) to (%c1024, %c16) step [64, 16] raster 1 persistent {
    %zero = tensor.empty() : tensor<64x16xf32>
    %p = scf.for %k = %c0 to %c1024 step %c128 iter_args(%acc = %zero) -> (tensor<64x16xf32>) {
      %byte = affine.apply affine_map<(d) -> (d floordiv 2)>(%k)
      %col = affine.apply affine_map<(d) -> (d floordiv 32)>(%k)
      %a = gqgpu.load %w[%i, %byte] decoded f4E2M1FN scales(%s[%i, %col] block [1, 32]) {path = #gqgpu.path<copy>, swizzle = 128 : i64}
        : memref<1024x512xi8>, memref<1024x32xf8E8M0FNU> -> tensor<64x128xbf16>
      %b = gqgpu.load %x[%j, %k] {path = #gqgpu.path<tma>, swizzle = 128 : i64} : memref<16x1024xbf16> -> tensor<16x128xbf16>
      %m = gq.scaled_matmul %a, %b outs(%acc : tensor<64x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, dequantize = true>}
        : tensor<64x128xbf16>, tensor<16x128xbf16> -> tensor<64x16xf32>
      scf.yield %m : tensor<64x16xf32>
    }
    gqgpu.store %p, %d[%i, %j] : tensor<64x16xf32>, memref<1024x16xf32>
    gqgpu.yield
  }
  gqgpu.return
}
