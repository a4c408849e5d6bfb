// RUN: gq-opt %s | gq-opt | FileCheck %s

// Kernels that begin before the one in front has completed.
// CHECK: gqgpu.kernel @early(%arg0: memref<8xf32> {gq.constant}, %arg1: memref<8xf32>) attributes {dependent}
// CHECK-NEXT: gqgpu.dependency_trigger
// CHECK-NEXT: gqgpu.dependency_wait
gqgpu.kernel @early(%w: memref<8xf32> {gq.constant}, %x: memref<8xf32>) attributes {dependent} {
  gqgpu.dependency_trigger
  gqgpu.dependency_wait
  gqgpu.return
}

// One role waits for all of its thread block, as far as the kernel behind goes.
// CHECK: gqgpu.kernel @roles
// CHECK: gqgpu.role "copy"
// CHECK-NEXT: gqgpu.dependency_wait
gqgpu.kernel @roles() attributes {dependent, threads = 256 : i64} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      gqgpu.dependency_wait
    }
  }
  gqgpu.return
}

// The kernel in front of one that is dependent need not be so.
// CHECK: gqgpu.kernel @first
gqgpu.kernel @first() {
  gqgpu.dependency_trigger
  gqgpu.return
}

// CHECK: func.func @f(%arg0: tensor<8xf32> {gq.constant}) -> tensor<8xf32> attributes {gq.dependent_launch = "callers"}
// CHECK: gqgpu.launch dependent @early ins(%arg0 : tensor<8xf32>) outs(%{{.*}} : tensor<8xf32>) -> tensor<8xf32>
func.func @f(%w: tensor<8xf32> {gq.constant}) -> tensor<8xf32> attributes {gq.dependent_launch = "callers"} {
  %e = tensor.empty() : tensor<8xf32>
  %r = gqgpu.launch dependent @early ins(%w : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// CHECK: llvm.func @compiled
// CHECK-SAME: params = [], dependent>
llvm.func @compiled() attributes {
    gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[] -> (4)>, params = [], dependent>} {
  llvm.return
}
