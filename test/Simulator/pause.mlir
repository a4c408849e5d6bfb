// Loads of weights that give way to those of the kernel in front: what is computed is
// the same to the bit, whatever the pause.
// RUN: gq-run %s --m=5 --stages --interleavings=9 | FileCheck %s
// CHECK: after gq-split-constants: simulated  2 launches
// CHECK-NEXT: passed
// CHECK: passed
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments | FileCheck %s --check-prefix=ROLES
// ROLES: gqgpu.kernel @two_layers_matmul
// ROLES-NOT: pause =
// ROLES: gqgpu.role "tma"
// ROLES-NOT: gqgpu.pause
// ROLES: gqgpu.role "constants"
// ROLES: scf.for %[[K:[a-z0-9]+]] =
// ROLES: %[[WHEN:.*]] = arith.cmpi eq, %[[K]], %c256
// ROLES-NEXT: gqgpu.pause %{{.*}} for 1500 when %[[WHEN]]
// ROLES: gqgpu.role "copy"
// ROLES-NOT: gqgpu.pause
// ROLES: gqgpu.kernel @two_layers_matmul_0
// ROLES: gqgpu.pause %{{.*}} for 1500
func.func @two_layers(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>,
                      %v: tensor<128x512xf8E4M3FN> {gq.constant}, %sv: tensor<1x4xf32> {gq.constant},
                      %w: tensor<128x512xf8E4M3FN> {gq.constant}, %sw: tensor<1x4xf32> {gq.constant})
    -> (tensor<?x128xf32>, tensor<?x128xf32>) attributes {gq.dependent_launch = "callers"} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %d = gq.scaled_matmul %a, %v scales(%sa block [1, 128], %sv block [128, 128]) outs(%i : tensor<?x128xf32>)
      {config = #gq.matmul_config<tile = [64, 8, 128], stages = 3, math_groups = 1, swap = true, occupancy = 2, pause = [2, 1500]>}
      : tensor<?x512xf8E4M3FN>, tensor<128x512xf8E4M3FN>, tensor<?x4xf32>, tensor<1x4xf32> -> tensor<?x128xf32>
  %f = gq.scaled_matmul %a, %w scales(%sa block [1, 128], %sw block [128, 128]) outs(%i : tensor<?x128xf32>)
      {config = #gq.matmul_config<tile = [64, 8, 128], stages = 3, math_groups = 1, swap = true, occupancy = 2, pause = [2, 1500]>}
      : tensor<?x512xf8E4M3FN>, tensor<128x512xf8E4M3FN>, tensor<?x4xf32>, tensor<1x4xf32> -> tensor<?x128xf32>
  return %d, %f : tensor<?x128xf32>, tensor<?x128xf32>
}
