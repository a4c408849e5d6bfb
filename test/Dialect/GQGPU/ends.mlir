// Where what is stored ends, and numbers from memory, survive a round trip.
// RUN: gq-opt %s | gq-opt | FileCheck %s
// RUN: gq-opt %s --mlir-print-op-generic | gq-opt | FileCheck %s

// CHECK-LABEL: gqgpu.kernel @ends
gqgpu.kernel @ends(%d: memref<?x256xf32>, %g: memref<?x4xi64>, %i: index, %e: index) {
  // CHECK: gqgpu.load_scalar %{{.*}}[%{{.*}}, %{{.*}}] : memref<?x4xi64>
  %n = gqgpu.load_scalar %g[%i, %i] : memref<?x4xi64>
  %t = tensor.empty() : tensor<64x128xf32>
  // CHECK: gqgpu.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] ends [0](%{{.*}}) {path = #gqgpu.path<copy>} : tensor<64x128xf32>, memref<?x256xf32>
  gqgpu.store %t, %d[%i, %i] ends [0](%e) {path = #gqgpu.path<copy>} : tensor<64x128xf32>, memref<?x256xf32>
  %z = arith.constant 0.0 : f32
  %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
  // CHECK: gqgpu.store_fragment %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] ends [0, 1](%{{.*}}, %{{.*}}) : <64x128xf32, #gqgpu.mma>, memref<?x256xf32>
  gqgpu.store_fragment %f, %d[%i, %i] ends [0, 1](%e, %e) : !gqgpu.fragment<64x128xf32, #gqgpu.mma>, memref<?x256xf32>
  %s = gqgpu.shared_alloc : !gqgpu.tile<64x16xf32>
  // CHECK: gqgpu.store_shared %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] ends [1](%{{.*}}) : <64x16xf32>, memref<?x256xf32>
  gqgpu.store_shared %s, %d[%i, %i] ends [1](%e) : !gqgpu.tile<64x16xf32>, memref<?x256xf32>
  gqgpu.return
}
