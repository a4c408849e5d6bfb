// One test for every diagnostic.
// RUN: gq-opt %s --gq-outline-kernels --split-input-file --verify-diagnostics

func.func @bound(%x: tensor<64x64xf32>,
    // expected-note@+1 {{defined here}}
    %n: index) -> tensor<64x64xf32> {
  // expected-error@+1 {{uses a value that the kernel cannot compute from constants and sizes of its operands}}
  %r = scf.forall (%i) = (0) to (%n) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @captured(%x: tensor<64x64xf32>,
    // expected-note@+1 {{defined here}}
    %n: index) -> tensor<64x64xf32> {
  // expected-error@+1 {{uses a value that the kernel cannot compute from constants and sizes of its operands}}
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %k = arith.addi %i, %n : index
    %t = tensor.extract_slice %o[%k, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @lower_bound(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  // expected-error@+1 {{expects lower bounds of 0}}
  %r = scf.forall (%i) = (16) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @step(%x: tensor<64x64xf32>, %n: index) -> tensor<64x64xf32> {
  // expected-error@+1 {{expects constant steps}}
  %r = scf.forall (%i) = (0) to (64) step (%n) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @no_bound(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %r = scf.forall (%i) = (0) to (%n) step (16) shared_outs(%o = %x) -> (tensor<?x64xf32>) {
    // expected-error@+1 {{has a size without a constant upper bound, which a tile needs}}
    %t = tensor.extract_slice %o[%i, 0] [%i, 64] [1, 1] : tensor<?x64xf32> to tensor<?x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [%i, 64] [1, 1] : tensor<?x64xf32> into tensor<?x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<?x64xf32>
}

// -----

func.func @empty_no_bound(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %r = scf.forall (%i) = (0) to (%n) step (16) shared_outs(%o = %x) -> (tensor<?x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<?x64xf32> to tensor<16x64xf32>
    // expected-error@+1 {{has a size without a constant upper bound, which a tile needs}}
    %e = tensor.empty(%n) : tensor<?x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<?x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<?x64xf32>
}

// -----

func.func @strides(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    // expected-error@+1 {{expects unit strides inside a kernel}}
    %t = tensor.extract_slice %o[0, 0] [16, 64] [2, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @rank(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    // expected-error@+1 {{expects a slice of the source's rank inside a kernel}}
    %v = tensor.extract_slice %o[%i, 0] [1, 64] [1, 1] : tensor<64x64xf32> to tensor<64xf32>
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @elements(%x: tensor<64x64xindex>, %d: tensor<64x64xindex>) -> tensor<64x64xindex> {
  // expected-error@+1 {{reads or writes a tensor whose elements are neither integers nor floats, 'tensor<64x64xindex>'}}
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %d) -> (tensor<64x64xindex>) {
    %t = tensor.extract_slice %x[%i, 0] [16, 64] [1, 1] : tensor<64x64xindex> to tensor<16x64xindex>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xindex> into tensor<64x64xindex>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xindex>
}
