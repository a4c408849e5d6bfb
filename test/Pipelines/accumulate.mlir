// A product that adds to a tensor starts from the elements of that tensor, in
// the accumulator's layout.
//
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-distribute --canonicalize --cse -o %t
// RUN: FileCheck %s --input-file=%t
// RUN: gq-opt %t --gq-stage-stores --gq-schedule-math --canonicalize --cse --gq-defer-stores --canonicalize --cse --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s --check-prefix=LLVM

// CHECK: gqgpu.role "math"
// CHECK: gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to {{.*}} iter_args
// CHECK-DAG: %[[C0:.*]] = gqgpu.load_fragment %[[C:.*]][%[[R0:.*]], %[[J]]] {{.*}} {coherent} {{.*}} -> <64x128xf32, #gqgpu.mma<permuted = 16>>
// CHECK-DAG: %[[C1:.*]] = gqgpu.load_fragment %[[C]][%[[R1:.*]], %[[J]]] {{.*}} {coherent} {{.*}} -> <64x128xf32, #gqgpu.mma<permuted = 16>>
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[C0]], %{{.*}} = %[[C1]],

// What is read may be where the result goes: not as read-only data.
// LLVM-NOT: ld.global.nc
// LLVM: ld.global
// LLVM: wgmma.mma_async
func.func @accumulate(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %sb: tensor<2x4xf32>,
                      %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x256xf32>)
      {config = #gq.matmul_config<tile = [256, 128, 128], stages = 3, scales = tma, store = deferred>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}
