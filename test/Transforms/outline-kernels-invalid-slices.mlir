// Slices that end inside a tile where they must not.
// RUN: gq-opt %s --gq-outline-kernels --split-input-file --verify-diagnostics

func.func @part_of_k(%a: tensor<64x512xf8E4M3FN>, %as: tensor<64x4xf32>, %g: tensor<1xi32>, %d: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i) = (0) to (64) step (64) shared_outs(%o = %d) -> (tensor<64x64xf32>) {
    %size = arith.constant 192 : index
    %e = tensor.empty() : tensor<64x64xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    %s = scf.for %k = %c0 to %size step %c128 iter_args(%acc = %f) -> (tensor<64x64xf32>) {
      %here = affine.min affine_map<(k)[s] -> (128, s - k)>(%k)[%size]
      %kb = affine.apply affine_map<(k) -> (k floordiv 128)>(%k)
      %x = tensor.extract_slice %a[0, %k] [64, %here] [1, 1] : tensor<64x512xf8E4M3FN> to tensor<64x?xf8E4M3FN>
      %xs = tensor.extract_slice %as[0, %kb] [64, 1] [1, 1] : tensor<64x4xf32> to tensor<64x1xf32>
      // expected-error@+1 {{'gq.scaled_matmul' op operand a is a part of its tensor along K with 192 elements, expects a multiple of 128, or a part that ends with the tensor}}
      %p = gq.scaled_matmul %x, %x scales(%xs block [1, 128], %xs block [1, 128]) outs(%acc : tensor<64x64xf32>)
          {config = #gq.matmul_config<tile = [64, 64, 128]>}
          : tensor<64x?xf8E4M3FN>, tensor<64x?xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
      scf.yield %p : tensor<64x64xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, 0] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @number(%a: tensor<64x512xf8E4M3FN>, %as: tensor<64x4xf32>, %g: tensor<1xi32>, %d: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i) = (0) to (64) step (64) shared_outs(%o = %d) -> (tensor<64x64xf32>) {
    %number = tensor.extract %g[%c0] : tensor<1xi32>
    %size = arith.index_cast %number : i32 to index
    %e = tensor.empty() : tensor<64x64xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    %s = scf.for %k = %c0 to %size step %c128 iter_args(%acc = %f) -> (tensor<64x64xf32>) {
      %here = affine.min affine_map<(k)[s] -> (128, s - k)>(%k)[%size]
      %kb = affine.apply affine_map<(k) -> (k floordiv 128)>(%k)
      %x = tensor.extract_slice %a[0, %k] [64, %here] [1, 1] : tensor<64x512xf8E4M3FN> to tensor<64x?xf8E4M3FN>
      %xs = tensor.extract_slice %as[0, %kb] [64, 1] [1, 1] : tensor<64x4xf32> to tensor<64x1xf32>
      // expected-error@+1 {{'gq.scaled_matmul' op operand a is a part of its tensor along K with an unknown number of elements, expects a multiple of 128, or a part that ends with the tensor}}
      %p = gq.scaled_matmul %x, %x scales(%xs block [1, 128], %xs block [1, 128]) outs(%acc : tensor<64x64xf32>)
          {config = #gq.matmul_config<tile = [64, 64, 128]>}
          : tensor<64x?xf8E4M3FN>, tensor<64x?xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
      scf.yield %p : tensor<64x64xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, 0] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

// Another thread block writes the rows behind these.
func.func @neighbours(%d: tensor<100x64xf32>) -> tensor<100x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.forall (%i) = (0) to (2) step (1) shared_outs(%o = %d) -> (tensor<100x64xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 50)>(%i)
    %rows = affine.min affine_map<(i) -> (i * 16 + 34, 64)>(%i)
    %t = tensor.extract_slice %o[%row, 0] [%rows, 64] [1, 1] : tensor<100x64xf32> to tensor<?x64xf32>
    // expected-error@+1 {{'scf.for' op reads a part of a result that ends inside a tile of 64 along dimension 0, where others write; expects parts of whole tiles, or one that ends with the result}}
    %s = scf.for %k = %c0 to %c1 step %c1 iter_args(%acc = %t) -> (tensor<?x64xf32>) {
      scf.yield %acc : tensor<?x64xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%row, 0] [%rows, 64] [1, 1] : tensor<?x64xf32> into tensor<100x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<100x64xf32>
}

// -----

// And the rows of other iterations.
func.func @others(%d: tensor<128x64xf32>) -> tensor<128x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.forall (%i) = (0) to (128) step (64) shared_outs(%o = %d) -> (tensor<128x64xf32>) {
    %row = affine.apply affine_map<(i) -> (64 - i)>(%i)
    %t = tensor.extract_slice %o[%row, 0] [64, 64] [1, 1] : tensor<128x64xf32> to tensor<64x64xf32>
    // expected-error@+1 {{'scf.for' op reads a part of a result that is not shown to be the one that it writes along dimension 0, where others write; expects the same part}}
    %s = scf.for %k = %c0 to %c1 step %c1 iter_args(%acc = %t) -> (tensor<64x64xf32>) {
      scf.yield %acc : tensor<64x64xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, 0] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<128x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<128x64xf32>
}

// -----

func.func @element_type(%g: tensor<4xf32>, %d: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %r = scf.forall (%i) = (0) to (4) step (1) shared_outs(%o = %d) -> (tensor<4x64xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [1, 64] [1, 1] : tensor<4x64xf32> to tensor<1x64xf32>
    // expected-error@+1 {{'tensor.extract' op reads an element of type 'f32' inside a kernel, expects i32 or i64}}
    %e = tensor.extract %g[%i] : tensor<4xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [1, 64] [1, 1] : tensor<1x64xf32> into tensor<4x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<4x64xf32>
}

// -----

func.func @element_of_tile(%d: tensor<4x64xi32>) -> tensor<4x64xi32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  %r = scf.forall (%i) = (0) to (4) step (1) shared_outs(%o = %d) -> (tensor<4x64xi32>) {
    %t = tensor.extract_slice %o[%i, 0] [1, 64] [1, 1] : tensor<4x64xi32> to tensor<1x64xi32>
    %f = linalg.fill ins(%zero : i32) outs(%t : tensor<1x64xi32>) -> tensor<1x64xi32>
    // expected-error@+1 {{'tensor.extract' op reads an element of something that is not an operand of the kernel}}
    %e = tensor.extract %f[%c0, %c0] : tensor<1x64xi32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %f into %o[%i, 0] [1, 64] [1, 1] : tensor<1x64xi32> into tensor<4x64xi32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<4x64xi32>
}

// -----

func.func @one_row(%a: tensor<64x512xf8E4M3FN>, %as: tensor<64x4xf32>, %d: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i) = (0) to (64) step (64) shared_outs(%o = %d) -> (tensor<64x64xf32>) {
    %e = tensor.empty() : tensor<64x64xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    %s = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %f) -> (tensor<64x64xf32>) {
      %kb = affine.apply affine_map<(k) -> (k floordiv 128)>(%k)
      %x = tensor.extract_slice %a[0, %k] [64, 128] [1, 1] : tensor<64x512xf8E4M3FN> to tensor<64x128xf8E4M3FN>
      %xs = tensor.extract_slice %as[0, %kb] [64, 1] [1, 1] : tensor<64x4xf32> to tensor<64x1xf32>
      %p = gq.scaled_matmul %x, %x scales(%xs block [1, 128], %xs block [1, 128]) outs(%acc : tensor<64x64xf32>)
          {config = #gq.matmul_config<tile = [64, 64, 128]>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
      // expected-error@+1 {{writes into a part of what the kernel itself computes; expects to write all of it}}
      %w = tensor.insert_slice %p into %acc[0, 0] [64, 64] [0, 1] : tensor<64x64xf32> into tensor<64x64xf32>
      scf.yield %w : tensor<64x64xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, 0] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

func.func @no_step(%a: tensor<64x512xf8E4M3FN>, %as: tensor<64x4xf32>, %d: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i) = (0) to (64) step (64) shared_outs(%o = %d) -> (tensor<64x64xf32>) {
    %e = tensor.empty() : tensor<64x64xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    // expected-error@+1 {{expects a positive step, got 0}}
    %s = scf.for %k = %c0 to %c512 step %c0 iter_args(%acc = %f) -> (tensor<64x64xf32>) {
      %kb = affine.apply affine_map<(k) -> (k floordiv 128)>(%k)
      %x = tensor.extract_slice %a[0, %k] [64, 128] [1, 1] : tensor<64x512xf8E4M3FN> to tensor<64x128xf8E4M3FN>
      %xs = tensor.extract_slice %as[0, %kb] [64, 1] [1, 1] : tensor<64x4xf32> to tensor<64x1xf32>
      %p = gq.scaled_matmul %x, %x scales(%xs block [1, 128], %xs block [1, 128]) outs(%acc : tensor<64x64xf32>)
          {config = #gq.matmul_config<tile = [64, 64, 128]>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
      %w = tensor.insert_slice %p into %acc[0, 0] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x64xf32>
      scf.yield %w : tensor<64x64xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, 0] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}
