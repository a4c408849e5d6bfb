// A part of the program that gets no kernel is an error, whatever is asked for; the simulator says
// what the CPU has computed.
// RUN: rm -rf %t && split-file %s %t
// RUN: not gq-compile %t/loop.mlir --emit=ptx -o %t/out 2>&1 | FileCheck %t/loop.mlir
// RUN: not gq-compile %t/function.mlir --emit=llvm -o %t/out 2>&1 | FileCheck %t/function.mlir
// RUN: not gq-compile %t/function.mlir -o %t/out 2>&1 | FileCheck %t/function.mlir
// RUN: not gq-compile %t/rank.mlir --emit=nvvm -o %t/out 2>&1 | FileCheck %t/rank.mlir
// RUN: not gq-compile %t/rank.mlir --emit=ptx -o %t/out 2>&1 | FileCheck %t/rank.mlir
// RUN: not ls %t/out
// RUN: gq-run %t/rank.mlir --backend=simulate --check | FileCheck %t/rank.mlir --check-prefix=CPU
// RUN: gq-run %t/rank.mlir --backend=simulate --after=gq-tile --check | FileCheck %t/rank.mlir --check-prefix=EARLY
// RUN: gq-compile %t/sizes.mlir --emit=bundle -o %t/sizes.gqb
// RUN: gq-bundle info %t/sizes.gqb | FileCheck %t/sizes.mlir
// RUN: not gq-run %t/sizes.mlir --shape=arg0=64x128 --shape=arg2=50x64 --backend=simulate 2>&1 | FileCheck %t/sizes.mlir --check-prefix=SIZES

//--- loop.mlir
func.func @f(%x: tensor<8x128xbf16>, %n: index) -> tensor<8x1xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<8x1xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'scf.for' op is around ops that have kernels; expects a static number of at most 256 iterations
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %e) -> (tensor<8x1xf32>) {
    %s = gq.block_absmax %x block [1, 128] outs(%a : tensor<8x1xf32>) : tensor<8x128xbf16> -> tensor<8x1xf32>
    scf.yield %s : tensor<8x1xf32>
  }
  return %r : tensor<8x1xf32>
}

//--- function.mlir
func.func @kernel(%x: tensor<8x128xbf16>, %e: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %s = gq.block_absmax %x block [1, 128] outs(%e : tensor<8x1xf32>) : tensor<8x128xbf16> -> tensor<8x1xf32>
  return %s : tensor<8x1xf32>
}
// CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: function @missing launches no kernel, of which code is made; a function that is not meant to be called from outside is private
func.func @missing(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  return %x : tensor<8x8xf32>
}

//--- rank.mlir
// CPU: simulated  0 launches, 0 interleavings
// CPU-NEXT: on the CPU linalg.transpose, which has no kernel
// CPU: check0     passed
// EARLY-NOT: on the CPU
func.func @f(%x: tensor<4x6x8xf32>) -> tensor<6x4x8xf32> {
  %e = tensor.empty() : tensor<6x4x8xf32>
  // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: 'linalg.transpose' op has no kernel: expects a transpose of a matrix, got one of rank 3
  %r = linalg.transpose ins(%x : tensor<4x6x8xf32>) outs(%e : tensor<6x4x8xf32>) permutation = [1, 0, 2]
  return %r : tensor<6x4x8xf32>
}

//--- sizes.mlir
// CHECK: check eq(arg2.0, arg0.0): linalg.generic: dimension 0 of operand 1 (argument 2, %residual) must equal dimension 0 of operand 0
// SIZES: error: 'cf.assert' op fails: linalg.generic: dimension 0 of operand 1 (argument 2, %residual) must equal dimension 0 of operand 0: 50, 64 is needed
func.func @f(%a: tensor<?x128xbf16>, %b: tensor<64x128xbf16>, %residual: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x128xbf16>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %d = gq.scaled_matmul %a, %b outs(%i : tensor<?x64xf32>) : tensor<?x128xbf16>, tensor<64x128xbf16> -> tensor<?x64xf32>
  %r = arith.addf %d, %residual : tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}
