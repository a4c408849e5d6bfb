// RUN: gq-opt %s --split-input-file --gq-outline-kernels --verify-diagnostics

// A kernel that has no clusters.
func.func @no_cluster(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(i) -> (i mod 128)>(%i)
    // expected-error@+1 {{has 2 parts, expects a kernel whose clusters have as many tiles one below the other, from a config with cluster = b, got 1}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [128, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      %m = affine.apply affine_map<(i, p) -> (i - i mod 128 + p * 64)>(%i, %p)
      %x = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}

// -----

// A cluster whose tiles lie beside one another.
func.func @beside(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(i) -> (i mod 128)>(%i)
    // expected-error@+1 {{has 2 parts, expects a kernel whose clusters have as many tiles one below the other, from a config with cluster = b, got 1}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [128, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      %m = affine.apply affine_map<(i, p) -> (i - i mod 128 + p * 64)>(%i, %p)
      %x = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = a, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}

// -----

// More parts than the cluster has thread blocks.
func.func @four(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(i) -> (i mod 128)>(%i)
    // expected-error@+1 {{has 4 parts, expects a kernel whose clusters have as many tiles one below the other, from a config with cluster = b, got 2}}
    %t, %amax = gq.absmax_of_parts 4 at %row block [256, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      %m = affine.apply affine_map<(i, p) -> (i - i mod 128 + p * 64)>(%i, %p)
      %x = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}

// -----

// Parts of other rows than the tiles of the loop.
func.func @rows(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(i) -> (i mod 128)>(%i)
    // expected-error@+1 {{has parts of 128 rows, expects tiles of as many, got 64}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [256, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      %m = affine.apply affine_map<(i, p) -> (i - i mod 128 + p * 64)>(%i, %p)
      %x = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}

// -----

// One tile of rows: all thread blocks would have it.
func.func @one_tile(%a: tensor<64x128xi8>, %b: tensor<128x128xi8>, %d: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (64, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<64x128xf32>) {
    %row = affine.apply affine_map<(i) -> (i mod 128)>(%i)
    // expected-error@+1 {{is of 64 rows, expects more than 64, those of one of 2 thread blocks}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [128, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      %m = affine.apply affine_map<(i, p) -> (i - i mod 128 + p * 64)>(%i, %p)
      %x = tensor.extract_slice %a[0, 0] [64, 128] [1, 1] : tensor<64x128xi8> to tensor<64x128xi8>
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<64x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<64x128xf32>
}

// -----

// Of another thread block, and of none: parts are in the order of the thread blocks.
#other = affine_map<(i) -> ((i + 64) mod 128)>
func.func @other(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply #other(%i)
    // expected-error@+1 {{has a row of which it is not known that it is the index of the tile modulo 128, expects the first of the rows that its thread block has of a block}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [128, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      %m = affine.apply affine_map<(i, p) -> (i - i mod 128 + p * 64)>(%i, %p)
      %x = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}

// -----

// A row that is no expression in that index alone.
func.func @given(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(i, j) -> (i mod 128 + j)>(%i, %j)
    // expected-error@+1 {{has a row of which it is not known that it is the index of the tile modulo 128, expects the first of the rows that its thread block has of a block}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [128, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      %m = affine.apply affine_map<(i, p) -> (i - i mod 128 + p * 64)>(%i, %p)
      %x = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}

// -----

// Blocks that the columns of a tile do not go into.
func.func @columns(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(i) -> (i mod 128)>(%i)
    // expected-error@+1 {{has blocks of 128x96, expects tiles of 64 rows and a multiple of 96 columns, got}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [128, 96] : tensor<64x128xf32>, tensor<1x2xf32> {
    ^bb0(%p: index):
      %m = affine.apply affine_map<(i, p) -> (i - i mod 128 + p * 64)>(%i, %p)
      %x = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}

// -----

// The tile of the thread block itself, whatever the part.
func.func @own_tile(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(i) -> (i mod 128)>(%i)
    // expected-note@+1 {{the parts}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [128, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      // expected-error@+1 {{depends on the index of a tile, of which each thread block of a cluster has another one; expects all parts to be the same for all of them}}
      %x = tensor.extract_slice %a[%i, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}

// -----

// An expression that is another one in each of them.
func.func @own_block(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(i) -> (i mod 128)>(%i)
    // expected-note@+1 {{the parts}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [128, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      // expected-error@+1 {{depends on the index of a tile, of which each thread block of a cluster has another one; expects all parts to be the same for all of them}}
      %m = affine.apply affine_map<(i, p) -> (i floordiv 64 * 64 + p)>(%i, %p)
      %x = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}

// -----

// Computed in front of the parts, from other arithmetic.
func.func @from_outside(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(i) -> (i mod 128)>(%i)
    // expected-error@+1 {{depends on the index of a tile, of which each thread block of a cluster has another one; expects all parts to be the same for all of them}}
    %m = arith.muli %i, %c1 : index
    %x = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
    // expected-note@+1 {{the parts}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [128, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}

// -----

// Inside of another op in front of the parts.
func.func @from_a_loop(%a: tensor<256x128xi8>, %b: tensor<128x128xi8>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %r = scf.forall (%i, %j) = (0, 0) to (256, 128) step (64, 128) shared_outs(%o = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(i) -> (i mod 128)>(%i)
    %m = scf.for %q = %c1 to %c1 step %c1 iter_args(%last = %c1) -> (index) {
      // expected-error@+1 {{depends on the index of a tile, of which each thread block of a cluster has another one; expects all parts to be the same for all of them}}
      %n = affine.apply affine_map<(i) -> (i floordiv 64)>(%i)
      scf.yield %n : index
    }
    %x = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<256x128xi8> to tensor<64x128xi8>
    // expected-note@+1 {{the parts}}
    %t, %amax = gq.absmax_of_parts 2 at %row block [128, 128] : tensor<64x128xf32>, tensor<1x1xf32> {
    ^bb0(%p: index):
      %e = tensor.empty() : tensor<64x128xf32>
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
      %y = gq.scaled_matmul %x, %b outs(%z : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct, cluster = b, quantize = true>}
          : tensor<64x128xi8>, tensor<128x128xi8> -> tensor<64x128xf32>
      gq.yield %y : tensor<64x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, %j] [64, 128] [1, 1] : tensor<64x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<256x128xf32>
}
