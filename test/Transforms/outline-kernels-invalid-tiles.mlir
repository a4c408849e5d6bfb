// One test for every diagnostic.
// RUN: gq-opt %s --gq-outline-kernels --split-input-file --verify-diagnostics

func.func @part(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %z = arith.constant 0.0 : f32
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    %f = linalg.fill ins(%z : f32) outs(%t : tensor<16x64xf32>) -> tensor<16x64xf32>
    // expected-error@+1 {{takes a part of what the kernel itself computes; expects all of it, or a part of an argument or of what another kernel has computed}}
    %p = tensor.extract_slice %f[8, 0] [8, 64] [1, 1] : tensor<16x64xf32> to tensor<8x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @write_strides(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    scf.forall.in_parallel {
      // expected-error@+1 {{expects unit strides inside a kernel}}
      tensor.parallel_insert_slice %t into %o[0, 0] [16, 64] [2, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @write_rank(%x: tensor<64x64xf32>, %v: tensor<64xf32>) -> tensor<64x64xf32> {
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %t = tensor.extract_slice %v[0] [64] [1] : tensor<64xf32> to tensor<64xf32>
    scf.forall.in_parallel {
      // expected-error@+1 {{expects a source of the destination's rank inside a kernel}}
      tensor.parallel_insert_slice %t into %o[%i, 0] [1, 64] [1, 1] : tensor<64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @unsupported(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    // expected-error@+1 {{is not supported inside a kernel}}
    %u = tensor.concat dim(0) %t : (tensor<16x64xf32>) -> tensor<16x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @casts(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    %z = arith.constant dense<0.0> : tensor<16x64xf32>
    // expected-error@+1 {{casts something that is neither a tile nor an operand}}
    %u = tensor.cast %z : tensor<16x64xf32> to tensor<?x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @not_sliced(%x: tensor<64x64xf32>, %y: tensor<?x64xf32>) -> tensor<64x64xf32> {
  %r = scf.forall (%i) = (0) to (1) step (1) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    // expected-error@+1 {{uses a tensor that is not sliced to a tile}}
    %t = linalg.generic {indexing_maps = [affine_map<(r, c) -> (r, c)>, affine_map<(r, c) -> (r, c)>], iterator_types = ["parallel", "parallel"]} ins(%y : tensor<?x64xf32>) outs(%o : tensor<64x64xf32>) {
    ^bb0(%l: f32, %u: f32):
      linalg.yield %l : f32
    } -> tensor<64x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[0, 0] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @write_part(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %z = arith.constant 0.0 : f32
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    %f = linalg.fill ins(%z : f32) outs(%t : tensor<16x64xf32>) -> tensor<16x64xf32>
    %h = tensor.extract_slice %o[%i, 0] [8, 64] [1, 1] : tensor<64x64xf32> to tensor<8x64xf32>
    // expected-error@+1 {{writes into a part of what the kernel itself computes; expects to write all of it}}
    %p = tensor.insert_slice %h into %f[8, 0] [8, 64] [1, 1] : tensor<8x64xf32> into tensor<16x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @dim(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %x) -> (tensor<64x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [16, 64] [1, 1] : tensor<64x64xf32> to tensor<16x64xf32>
    %c0 = arith.constant 0 : index
    // expected-error@+1 {{asks for the size of something that is neither a tile nor an operand}}
    %d = tensor.dim %o, %i : tensor<64x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [16, 64] [1, 1] : tensor<16x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}
