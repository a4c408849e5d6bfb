// Rows of b that are permuted, and what says so.
// RUN: gq-opt %s --verify-roundtrip | FileCheck %s
// RUN: gq-opt %s --mlir-print-op-generic | gq-opt | FileCheck %s

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
#product = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32, permuted = 32>

// CHECK-DAG: #product = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32, permuted = 32>
// CHECK-DAG: !ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
// CHECK-LABEL: gqgpu.kernel @permuted
gqgpu.kernel @permuted(%b: memref<96x128xf8E4M3FN>, %d: memref<64x96xf32>, %i: index) {
  // CHECK: gqgpu.load %{{.*}} {permuted = 16 : i64, swizzle = 128 : i64} : memref<96x128xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %t = gqgpu.load %b[%i, %i] {swizzle = 128 : i64, permuted = 16 : i64} : memref<96x128xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %r = gqgpu.ring_create : !ring
  %at = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.wait %r[%at] : !ring -> !gqgpu.slot
  // CHECK: gqgpu.mma_async {{.*}} by #product {{.*}} -> <64x64xf32, #gqgpu.mma<permuted = 32>>
  %p = gqgpu.mma_async %r[%slot] tiles (0, 1) by #product row %i k [0, 128] : !ring -> <64x64xf32, #gqgpu.mma<permuted = 32>>
  %w = gqgpu.mma_wait %p : <64x64xf32, #gqgpu.mma<permuted = 32>>
  // CHECK: gqgpu.store_fragment {{.*}} {deferred} : <64x64xf32, #gqgpu.mma<permuted = 32>>, memref<64x96xf32>
  gqgpu.store_fragment %w, %d[%i, %i] {deferred} : <64x64xf32, #gqgpu.mma<permuted = 32>>, memref<64x96xf32>
  // Of nothing, nothing is printed.
  // CHECK: gqgpu.splat %{{.*}} : f32 -> <64x8xf32, #gqgpu.mma>
  %x = arith.constant 0.0 : f32
  %f = gqgpu.splat %x : f32 -> <64x8xf32, #gqgpu.mma<permuted = 0>>
  // CHECK: gqgpu.shared_alloc : <4x128xf8E4M3FN, swizzle = 128>
  %s = gqgpu.shared_alloc : !gqgpu.tile<4x128xf8E4M3FN, swizzle = 128, band = 0, permuted = 0>
  gqgpu.return
}
// CHECK: llvm.func @map
// CHECK-SAME: #gqgpu.tensor_map<0 as u8 box [128, 64] swizzle 128 permuted 32>
llvm.func @map(!llvm.ptr) attributes {gqgpu.launch = #gqgpu.launch<
  threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (1)>,
  params = [#gqgpu.tensor_map<0 as u8 box [128, 64] swizzle 128 permuted 32 l2promotion 256>]>}
