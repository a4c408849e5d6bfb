// RUN: gq-opt %s --split-input-file --gq-outline-kernels --verify-diagnostics

// By hand, in a kernel that has no such clusters.
func.func @no_cluster(%x: tensor<64x128xf32>, %d: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %r = scf.forall (%i, %j) = (0, 0) to (64, 128) step (64, 64) shared_outs(%o = %d) -> (tensor<64x128xf32>) {
    %t = tensor.extract_slice %x[%i, 0] [64, 128] [1, 1] : tensor<64x128xf32> to tensor<64x128xf32>
    %e = tensor.extract_slice %o[%i, %j] [64, 64] [1, 1] : tensor<64x128xf32> to tensor<64x64xf32>
    // expected-error@+1 {{has 2 parts, expects a kernel whose clusters have as many tiles beside one another, from a config with split_k, got 1}}
    %s = gq.sum_of_parts 2 from %e[%j] : tensor<64x64xf32> {
    ^bb0(%p: index):
      gq.yield %t : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, %j] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<64x128xf32>
}

// -----

// Parts that are wider than what the thread blocks store.
func.func @wide(%a: tensor<64x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %as: tensor<64x1xf32>, %bs: tensor<1x1xf32>, %w: tensor<64x128xf32>, %d: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (64, 64) step (64, 32) shared_outs(%o = %d) -> (tensor<64x64xf32>) {
    %x = tensor.extract_slice %a[%i, 0] [64, 128] [1, 1] : tensor<64x128xf8E4M3FN> to tensor<64x128xf8E4M3FN>
    %xs = tensor.extract_slice %as[%i, 0] [64, 1] [1, 1] : tensor<64x1xf32> to tensor<64x1xf32>
    %t = tensor.extract_slice %w[%i, 0] [64, 128] [1, 1] : tensor<64x128xf32> to tensor<64x128xf32>
    %e = tensor.extract_slice %o[%i, %j] [64, 32] [1, 1] : tensor<64x64xf32> to tensor<64x32xf32>
    // expected-error@+1 {{has parts of 128 columns for sums of 32, expects 2 times as many, which the thread blocks of a cluster share out}}
    %s = gq.sum_of_parts 2 from %e[%j] : tensor<64x32xf32> {
    ^bb0(%p: index):
      %m = tensor.empty() : tensor<64x64xf32>
      %z = linalg.fill ins(%zero : f32) outs(%m : tensor<64x64xf32>) -> tensor<64x64xf32>
      %unused = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%z : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, split_k = 2>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gq.yield %t : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, %j] [64, 32] [1, 1] : tensor<64x32xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<64x64xf32>
}

// -----

// One tile of columns: all thread blocks would store it.
func.func @one_tile(%a: tensor<64x128xf8E4M3FN>, %b: tensor<32x128xf8E4M3FN>, %as: tensor<64x1xf32>, %bs: tensor<1x1xf32>, %d: tensor<64x32xf32>) -> tensor<64x32xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (64, 32) step (64, 32) shared_outs(%o = %d) -> (tensor<64x32xf32>) {
    %x = tensor.extract_slice %a[%i, 0] [64, 128] [1, 1] : tensor<64x128xf8E4M3FN> to tensor<64x128xf8E4M3FN>
    %xs = tensor.extract_slice %as[%i, 0] [64, 1] [1, 1] : tensor<64x1xf32> to tensor<64x1xf32>
    %e = tensor.extract_slice %o[%i, %j] [64, 32] [1, 1] : tensor<64x32xf32> to tensor<64x32xf32>
    // expected-error@+1 {{is of 32 columns, expects more than 32, those of one of 2 thread blocks}}
    %s = gq.sum_of_parts 2 from %e[%j] : tensor<64x32xf32> {
    ^bb0(%p: index):
      %m = tensor.empty() : tensor<64x32xf32>
      %z = linalg.fill ins(%zero : f32) outs(%m : tensor<64x32xf32>) -> tensor<64x32xf32>
      %t = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%z : tensor<64x32xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, split_k = 2>}
          : tensor<64x128xf8E4M3FN>, tensor<32x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x32xf32>
      gq.yield %t : tensor<64x32xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, %j] [64, 32] [1, 1] : tensor<64x32xf32> into tensor<64x32xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<64x32xf32>
}

// -----

// Columns of another thread block, and of none: those of the tile of the cluster are shared out in
// the order of the thread blocks.
#other = affine_map<(j) -> ((j + 32) mod 64)>
func.func @columns(%a: tensor<64x128xf8E4M3FN>, %b: tensor<192x128xf8E4M3FN>, %as: tensor<64x1xf32>, %bs: tensor<2x1xf32>, %d: tensor<64x192xf32>) -> tensor<64x192xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (64, 192) step (64, 32) shared_outs(%o = %d) -> (tensor<64x192xf32>) {
    %x = tensor.extract_slice %a[%i, 0] [64, 128] [1, 1] : tensor<64x128xf8E4M3FN> to tensor<64x128xf8E4M3FN>
    %xs = tensor.extract_slice %as[%i, 0] [64, 1] [1, 1] : tensor<64x1xf32> to tensor<64x1xf32>
    %n = affine.apply affine_map<(j) -> (j floordiv 64 * 64)>(%j)
    %y = tensor.extract_slice %b[%n, 0] [64, 128] [1, 1] : tensor<192x128xf8E4M3FN> to tensor<64x128xf8E4M3FN>
    %nb = affine.apply affine_map<(j) -> (j floordiv 128)>(%j)
    %ys = tensor.extract_slice %bs[%nb, 0] [1, 1] [1, 1] : tensor<2x1xf32> to tensor<1x1xf32>
    %e = tensor.extract_slice %o[%i, %j] [64, 32] [1, 1] : tensor<64x192xf32> to tensor<64x32xf32>
    %column = affine.apply #other(%j)
    // expected-error@+1 {{has a column of which it is not known that it is the index of the tile modulo 64, expects what its thread block has of the 64 columns of the cluster's tile}}
    %s = gq.sum_of_parts 2 from %e[%column] : tensor<64x32xf32> {
    ^bb0(%p: index):
      %m = tensor.empty() : tensor<64x64xf32>
      %z = linalg.fill ins(%zero : f32) outs(%m : tensor<64x64xf32>) -> tensor<64x64xf32>
      %t = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%z : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, split_k = 2>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gq.yield %t : tensor<64x64xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, %j] [64, 32] [1, 1] : tensor<64x32xf32> into tensor<64x192xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<64x192xf32>
}

// -----

// Each thread block would multiply by a part of its own columns.
func.func @own_columns(%a: tensor<64x256xi8>, %b: tensor<128x256xi8>, %d: tensor<64x128xi32>) -> tensor<64x128xi32> {
  %zero = arith.constant 0 : i32
  %r = scf.forall (%i, %j) = (0, 0) to (64, 128) step (64, 32) shared_outs(%o = %d) -> (tensor<64x128xi32>) {
    %e = tensor.extract_slice %o[%i, %j] [64, 32] [1, 1] : tensor<64x128xi32> to tensor<64x32xi32>
    %column = affine.apply affine_map<(j) -> (j mod 64)>(%j)
    // expected-note@+1 {{the parts}}
    %s = gq.sum_of_parts 2 from %e[%column] : tensor<64x32xi32> {
    ^bb0(%p: index):
      %k = affine.apply affine_map<(p) -> (p * 128)>(%p)
      %x = tensor.extract_slice %a[%i, %k] [64, 128] [1, 1] : tensor<64x256xi8> to tensor<64x128xi8>
      // expected-error@+1 {{depends on the index of a tile, of which each thread block of a cluster has another one; expects all parts to be the same for all of them}}
      %y = tensor.extract_slice %b[%j, %k] [64, 128] [1, 1] : tensor<128x256xi8> to tensor<64x128xi8>
      %m = tensor.empty() : tensor<64x64xi32>
      %z = linalg.fill ins(%zero : i32) outs(%m : tensor<64x64xi32>) -> tensor<64x64xi32>
      %t = gq.scaled_matmul %x, %y outs(%z : tensor<64x64xi32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, split_k = 2>}
          : tensor<64x128xi8>, tensor<64x128xi8> -> tensor<64x64xi32>
      gq.yield %t : tensor<64x64xi32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, %j] [64, 32] [1, 1] : tensor<64x32xi32> into tensor<64x128xi32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<64x128xi32>
}
