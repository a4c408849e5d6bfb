// What goes wrong with the words of a reduction is found, by the check of the
// protocol and by an execution.
// RUN: split-file %s %t
// RUN: not gq-opt %t/barrier.mlir --gq-verify-protocol --mlir-print-op-on-diagnostic=false -o /dev/null 2>&1 | FileCheck %s --check-prefix=BARRIER
// RUN: not gq-run %t/barrier.mlir --backend=simulate 2>&1 | FileCheck %s --check-prefix=BARRIER
// RUN: not gq-opt %t/unwritten.mlir --gq-verify-protocol --mlir-print-op-on-diagnostic=false -o /dev/null 2>&1 | FileCheck %s --check-prefix=UNWRITTEN
// RUN: not gq-run %t/unwritten.mlir --backend=simulate 2>&1 | FileCheck %s --check-prefix=UNWRITTEN

// BARRIER: error: 'gqgpu.read_partials' op reads what other threads have written; expects a barrier block in between
// UNWRITTEN: error: 'gqgpu.read_partials' op reads shared memory that nobody has written

//--- barrier.mlir
!f = !gqgpu.fragment<1x512xf32, #gqgpu.blocked<[1, 64], chunk = 8>>
!s = !gqgpu.fragment<1x512xf32, #gqgpu.blocked<[1, 64], chunk = 8>, block = [1, 512]>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gqgpu.kernel @sum(%x: memref<1x512xf32>, %s: memref<1x1xf32>) attributes {threads = 64} {
      %w = gqgpu.shared_alloc : !gqgpu.tile<1x2xf32>
      %c0 = arith.constant 0 : index
      %v = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<1x512xf32> -> !f
      %p = gqgpu.thread_reduce addf %v : !f -> !gqgpu.partial<!s, lanes = 1>
      %l = gqgpu.lane_reduce addf %p : <!s, lanes = 1> -> <!s, lanes = 32>
      gqgpu.write_partials %l into %w : <!s, lanes = 32>, <1x2xf32>
      %a = gqgpu.read_partials addf %w lanes 32 : <1x2xf32> -> !s
      gqgpu.store_fragment %a, %s[%c0, %c0] : !s, memref<1x1xf32>
      gqgpu.return
    }
  }
  func.func @f(%x: tensor<1x512xf32>) -> tensor<1x1xf32> {
    %e = tensor.empty() : tensor<1x1xf32>
    %r = gqgpu.launch @kernels::@sum ins(%x : tensor<1x512xf32>) outs(%e : tensor<1x1xf32>) -> tensor<1x1xf32>
    return %r : tensor<1x1xf32>
  }
}

//--- unwritten.mlir
!s = !gqgpu.fragment<1x512xf32, #gqgpu.blocked<[1, 64], chunk = 8>, block = [1, 512]>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gqgpu.kernel @sum(%x: memref<1x512xf32>, %s: memref<1x1xf32>) attributes {threads = 64} {
      %w = gqgpu.shared_alloc : !gqgpu.tile<1x2xf32>
      %c0 = arith.constant 0 : index
      %a = gqgpu.read_partials addf %w lanes 32 : <1x2xf32> -> !s
      gqgpu.store_fragment %a, %s[%c0, %c0] : !s, memref<1x1xf32>
      gqgpu.return
    }
  }
  func.func @f(%x: tensor<1x512xf32>) -> tensor<1x1xf32> {
    %e = tensor.empty() : tensor<1x1xf32>
    %r = gqgpu.launch @kernels::@sum ins(%x : tensor<1x512xf32>) outs(%e : tensor<1x1xf32>) -> tensor<1x1xf32>
    return %r : tensor<1x1xf32>
  }
}
