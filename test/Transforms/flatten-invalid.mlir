// RUN: gq-opt %s --gq-flatten --split-input-file --verify-diagnostics

func.func @recursive(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  // expected-error@+1 {{could not be inlined: expects a callee that does not call itself, got @recursive}}
  %y = call @recursive(%x) : (tensor<8x64xf32>) -> tensor<8x64xf32>
  return %y : tensor<8x64xf32>
}

// -----

func.func @unknown(%x: tensor<8x64xf32>, %n: index) -> tensor<8x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{is around ops that have kernels; expects a static number of at most 256 iterations, which are written out, got one that is not known}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%v = %x) -> tensor<8x64xf32> {
    %y = linalg.exp ins(%v : tensor<8x64xf32>) outs(%v : tensor<8x64xf32>) -> tensor<8x64xf32>
    scf.yield %y : tensor<8x64xf32>
  }
  return %r : tensor<8x64xf32>
}

// -----

func.func @many(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 300 : index
  // expected-error@+1 {{is around ops that have kernels; expects a static number of at most 256 iterations, which are written out, got 300}}
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%v = %x) -> tensor<8x64xf32> {
    %y = linalg.exp ins(%v : tensor<8x64xf32>) outs(%v : tensor<8x64xf32>) -> tensor<8x64xf32>
    scf.yield %y : tensor<8x64xf32>
  }
  return %r : tensor<8x64xf32>
}
