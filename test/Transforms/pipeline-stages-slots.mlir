// A step of K that takes two slots.
// RUN: gq-opt %s --gq-pipeline-stages --split-input-file --verify-diagnostics | FileCheck %s

// CHECK: !ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
// CHECK-LABEL: gqgpu.kernel @two
// CHECK: %[[RING:.*]] = gqgpu.ring_create bytes 8192 : !ring
// CHECK: scf.for %[[K:.*]] = {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[F0:.*]] = %{{.*}}, %[[R0:.*]] = %{{.*}})
// CHECK-DAG: %[[F1:.*]] = gqgpu.advance %[[RING]][%[[F0]]]
// CHECK-DAG: %[[R1:.*]] = gqgpu.advance %[[RING]][%[[R0]]]
// The first slot has the step's start and scales, the second what is past 128, if there is any, and
// the same scales.
// CHECK:     %[[E0:.*]] = gqgpu.acquire %[[RING]][%[[F0]]]
// CHECK:     gqgpu.tma_load %arg0[%{{.*}}, %[[K]]] -> %[[RING]][%[[E0]]] tile 0 :
// CHECK:     gqgpu.copy_load %arg1[%{{.*}}, %[[B:.*]]] -> %[[RING]][%[[E0]]] tile 1
// CHECK:     gqgpu.commit %[[RING]][%[[E0]]]
// CHECK:     %[[E1:.*]] = gqgpu.acquire %[[RING]][%[[F1]]]
// CHECK:     %[[C128:.*]] = arith.constant 128 : index
// CHECK:     %[[K1:.*]] = arith.addi %[[K]], %[[C128]]
// CHECK:     gqgpu.tma_load %arg0[%{{.*}}, %[[K1]]] -> %[[RING]][%[[E1]]] tile 0 {past_end}
// CHECK:     gqgpu.copy_load %arg1[%{{.*}}, %[[B]]] -> %[[RING]][%[[E1]]] tile 1
// CHECK:     gqgpu.commit %[[RING]][%[[E1]]]
// CHECK:     %[[S0:.*]] = gqgpu.wait %[[RING]][%[[R0]]]
// CHECK:     %[[S1:.*]] = gqgpu.wait %[[RING]][%[[R1]]]
// CHECK:     %[[A0:.*]] = gqgpu.slot_read %[[RING]][%[[S0]]] tile 0 {{.*}} -> tensor<64x128xf8E4M3FN>
// CHECK:     %[[A1:.*]] = gqgpu.slot_read %[[RING]][%[[S1]]] tile 0 {{.*}} -> tensor<64x128xf8E4M3FN>
// CHECK:     %[[A:.*]] = tensor.concat dim(1) %[[A0]], %[[A1]] : {{.*}} -> tensor<64x256xf8E4M3FN>
// CHECK:     %[[S:.*]] = gqgpu.slot_read %[[RING]][%[[S0]]] tile 1
// CHECK:     gq.scaled_matmul %[[A]], %[[A]] scales(%[[S]]
// CHECK-NEXT: gqgpu.release %[[RING]][%[[S0]]]
// CHECK-NEXT: gqgpu.release %[[RING]][%[[S1]]]
// CHECK:     %[[F2:.*]] = gqgpu.advance %[[RING]][%[[F1]]]
// CHECK:     %[[R2:.*]] = gqgpu.advance %[[RING]][%[[R1]]]
// CHECK:     scf.yield %{{.*}}, %[[F2]], %[[R2]]
gqgpu.kernel @two(%a: memref<64x640xf8E4M3FN>, %s: memref<64x3xf32>, %d: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c256 = arith.constant 256 : index
  %c640 = arith.constant 640 : index
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] raster 1 persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %sum = scf.for %k = %c0 to %c640 step %c256 iter_args(%acc = %e) -> (tensor<64x64xf32>) {
      %kb = arith.divui %k, %c256 : index
      %at = gqgpu.load %a[%i, %k] {path = #gqgpu.path<tma>, swizzle = 128} : memref<64x640xf8E4M3FN> -> tensor<64x256xf8E4M3FN>
      %st = gqgpu.load %s[%i, %kb] {path = #gqgpu.path<copy>} : memref<64x3xf32> -> tensor<64x1xf32>
      %p = gq.scaled_matmul %at, %at scales(%st block [1, 256], %st block [1, 256]) outs(%acc : tensor<64x64xf32>)
          {promote = 256, config = #gq.matmul_config<tile = [64, 64, 256], stages = 4, math_groups = 1>}
          : tensor<64x256xf8E4M3FN>, tensor<64x256xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
      scf.yield %p : tensor<64x64xf32>
    }
    gqgpu.store %sum, %d[%i, %j] {path = #gqgpu.path<copy>} : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}

// -----

// Threads copy as much as the copy engine brings: nothing of a slot that lies past the end.
// CHECK-LABEL: gqgpu.kernel @copied
// CHECK:     gqgpu.copy_load %arg0[%{{.*}}, %[[K:.*]]] -> %[[RING:.*]][%[[E0:.*]]] tile 0 :
// CHECK:     %[[C128:.*]] = arith.constant 128 : index
// CHECK:     %[[K1:.*]] = arith.addi %[[K]], %[[C128]]
// CHECK:     gqgpu.copy_load %arg0[%{{.*}}, %[[K1]]] -> %[[RING]][%{{.*}}] tile 0 {past_end} :
gqgpu.kernel @copied(%a: memref<64x300xf8E4M3FN>, %d: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c256 = arith.constant 256 : index
  %c300 = arith.constant 300 : index
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] raster 1 persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %sum = scf.for %k = %c0 to %c300 step %c256 iter_args(%acc = %e) -> (tensor<64x64xf32>) {
      %at = gqgpu.load %a[%i, %k] {path = #gqgpu.path<copy>, swizzle = 128} : memref<64x300xf8E4M3FN> -> tensor<64x256xf8E4M3FN>
      %p = gq.scaled_matmul %at, %at outs(%acc : tensor<64x64xf32>)
          {promote = 256, config = #gq.matmul_config<tile = [64, 64, 256], stages = 4, math_groups = 1>}
          : tensor<64x256xf8E4M3FN>, tensor<64x256xf8E4M3FN> -> tensor<64x64xf32>
      scf.yield %p : tensor<64x64xf32>
    }
    gqgpu.store %sum, %d[%i, %j] {path = #gqgpu.path<copy>} : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @stages(%a: memref<64x640xf8E4M3FN>, %s: memref<64x3xf32>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c256 = arith.constant 256 : index
  %c640 = arith.constant 640 : index
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] raster 1 persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %sum = scf.for %k = %c0 to %c640 step %c256 iter_args(%acc = %e) -> (tensor<64x64xf32>) {
      %at = gqgpu.load %a[%i, %k] {path = #gqgpu.path<tma>, swizzle = 128} : memref<64x640xf8E4M3FN> -> tensor<64x256xf8E4M3FN>
      %st = gqgpu.load %s[%i, %c0] {path = #gqgpu.path<copy>} : memref<64x3xf32> -> tensor<64x1xf32>
      // expected-error@+1 {{has steps of K that take 2 slots of the ring, expects at least as many stages, got 1}}
      %p = gq.scaled_matmul %at, %at scales(%st block [1, 256], %st block [1, 256]) outs(%acc : tensor<64x64xf32>)
          {config = #gq.matmul_config<tile = [64, 64, 256], stages = 1, math_groups = 1>}
          : tensor<64x256xf8E4M3FN>, tensor<64x256xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
      scf.yield %p : tensor<64x64xf32>
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @depths(%a: memref<64x640xf8E4M3FN>, %b: memref<64x640xf8E4M3FN>, %s: memref<64x3xf32>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c256 = arith.constant 256 : index
  %c640 = arith.constant 640 : index
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] raster 1 persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %sum = scf.for %k = %c0 to %c640 step %c256 iter_args(%acc = %e) -> (tensor<64x64xf32>) {
      %at = gqgpu.load %a[%i, %k] {path = #gqgpu.path<tma>, swizzle = 128} : memref<64x640xf8E4M3FN> -> tensor<64x256xf8E4M3FN>
      // expected-error@+1 {{takes 4 slots for a step of K, expects 2, as the loads before}}
      %bt = gqgpu.load %b[%j, %k] {path = #gqgpu.path<tma>, swizzle = 64} : memref<64x640xf8E4M3FN> -> tensor<64x256xf8E4M3FN>
      %st = gqgpu.load %s[%i, %c0] {path = #gqgpu.path<copy>} : memref<64x3xf32> -> tensor<64x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%st block [1, 256], %st block [1, 256]) outs(%acc : tensor<64x64xf32>)
          {config = #gq.matmul_config<tile = [64, 64, 256], stages = 4, math_groups = 1>}
          : tensor<64x256xf8E4M3FN>, tensor<64x256xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
      scf.yield %p : tensor<64x64xf32>
    }
  }
  gqgpu.return
}

// -----

// K of one step is a loop again, also where that is some columns of what a slot has: loads come
// first there, whatever stood between them.
// CHECK-LABEL: gqgpu.kernel @one
// CHECK: gqgpu.tile_loop
// CHECK: scf.for
// CHECK: gqgpu.acquire
// CHECK: gqgpu.tma_load %arg0
// CHECK: gqgpu.copy_load %arg1
// CHECK: gqgpu.commit
// CHECK: %[[A:.*]] = gqgpu.slot_read {{.*}} tile 0
// CHECK: %[[COLUMNS:.*]] = tensor.extract_slice %[[A]][0, 0] [64, 32] [1, 1]
// CHECK: gq.scaled_matmul %[[COLUMNS]], %[[COLUMNS]]
gqgpu.kernel @one(%a: memref<64x16xf8E4M3FN>, %s: memref<64x1xf32>, %d: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    %x = gqgpu.load %a[%i, %c0] {path = #gqgpu.path<tma>, swizzle = 128 : i64} : memref<64x16xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %k = tensor.extract_slice %x[0, 0] [64, 32] [1, 1] : tensor<64x128xf8E4M3FN> to tensor<64x32xf8E4M3FN>
    %t = gqgpu.load %s[%i, %c0] {path = #gqgpu.path<copy>} : memref<64x1xf32> -> tensor<64x1xf32>
    %y = gq.scaled_matmul %k, %k scales(%t block [1, 32], %t block [1, 32]) outs(%f : tensor<64x64xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 32], math_groups = 1>}
        : tensor<64x32xf8E4M3FN>, tensor<64x32xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
    gqgpu.store %y, %d[%i, %j] {path = #gqgpu.path<copy>} : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}
