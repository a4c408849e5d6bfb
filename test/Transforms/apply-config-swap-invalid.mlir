// One test for every reason not to swap operands, by the pass that chooses configs and by the
// one that obeys them.
// RUN: gq-opt %s --gq-apply-config --split-input-file --verify-diagnostics
// RUN: sed 's/has a config with swap = true/config: has swap = true/' %s | gq-opt --gq-select-config --split-input-file --verify-diagnostics

!d = tensor<16x512xf32>
func.func @adds(%a: tensor<16x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<16x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  // expected-error@+1 {{has a config with swap = true, expects sums that start from a linalg.fill, got an argument}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true>}
      : tensor<16x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<16x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<16x512xf32>
func.func @adds_more(%a: tensor<16x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<16x4xf32>, %sb: tensor<4x4xf32>, %c: tensor<32x512xf32>) -> !d {
  %part = tensor.extract_slice %c[16, 0] [16, 512] [1, 1] : tensor<32x512xf32> to !d
  // expected-error@+1 {{has a config with swap = true, expects sums that start from a linalg.fill, got 'tensor.extract_slice'}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%part : !d) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true>}
      : tensor<16x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<16x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<16x512xf32>
func.func @transposed(%a: tensor<16x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<16x4xf32>, %sb: tensor<4x4xf32>, %c: !d, %t: tensor<512x16xf32>) -> tensor<512x16xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{has a config with swap = true, expects a result whose transpose is not stored}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true>}
      : tensor<16x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<16x4xf32>, tensor<4x4xf32> -> !d
  %r = linalg.transpose ins(%d : !d) outs(%t : tensor<512x16xf32>) permutation = [1, 0]
  return %r : tensor<512x16xf32>
}

// -----

!d = tensor<16x512xf32>
#id = affine_map<(i, j) -> (i, j)>
func.func @numbers(%a: tensor<16x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<16x4xf32>, %sb: tensor<4x4xf32>, %c: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : !d) -> !d
  // expected-error@+1 {{has a config with swap = true, expects elementwise ops behind it that compute with elements of their inputs alone, got 'linalg.generic'}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true>}
      : tensor<16x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<16x4xf32>, tensor<4x4xf32> -> !d
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%d : !d) outs(%c : !d) {
  ^bb0(%x: f32, %o: f32):
    %y = arith.addf %x, %o : f32
    linalg.yield %y : f32
  } -> !d
  return %r : !d
}

// -----

!d = tensor<16x512xf32>
func.func @loop(%a: tensor<16x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<16x4xf32>, %sb: tensor<4x4xf32>, %c: tensor<3x16x512xf32>) -> tensor<3x16x512xf32> {
  %zero = arith.constant 0.0 : f32
  %r = scf.forall (%i) in (3) shared_outs(%o = %c) -> (tensor<3x16x512xf32>) {
    %e = tensor.empty() : !d
    %f = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
    // expected-error@+1 {{has a config with swap = true, expects to be in a function or in an scf.if there, got 'scf.forall'}}
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : !d) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true>}
        : tensor<16x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<16x4xf32>, tensor<4x4xf32> -> !d
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %o[%i, 0, 0] [1, 16, 512] [1, 1, 1] : !d into tensor<3x16x512xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<3x16x512xf32>
}
