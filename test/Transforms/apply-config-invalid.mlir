// RUN: gq-opt %s --gq-apply-config --split-input-file --verify-diagnostics

func.func @memrefs(%x: memref<8x256xbf16>, %q: memref<8x256xf8E4M3FN>, %s: memref<8x2xf32>) {
  // expected-error@+1 {{'gq.quantize' op is on memrefs; two passes are made of tensors}}
  gq.quantize %x block [1, 128] outs(%q, %s : memref<8x256xf8E4M3FN>, memref<8x2xf32>) {config = #gq.quantize_config<tile = [8, 256], passes = 2>} : memref<8x256xbf16>
  return
}

// -----

// A config that nobody has checked.
func.func @cut(%x: tensor<8x?xbf16>, %s: tensor<8x?xf32>) -> tensor<8x?xf32> {
  // expected-error@+1 {{config: expects tile size 1 and the block's 128 to divide one another, got 96}}
  %a = gq.block_absmax %x block [1, 128] outs(%s : tensor<8x?xf32>) {config = #gq.quantize_config<tile = [8, 96]>} : tensor<8x?xbf16> -> tensor<8x?xf32>
  return %a : tensor<8x?xf32>
}

// -----

// Parts of 2 leave 200003, a prime, for the next op.
func.func @prime(%x: tensor<?x?xbf16>, %s: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // expected-error@+1 {{has no gpu strategy for blocks of 1x200003: expects blocks of at most 262144 elements, or sizes that have divisors between 2 and 16384}}
  %a = gq.block_absmax %x block [1, 400006] outs(%s : tensor<?x?xf32>) {config = #gq.quantize_config<tile = [256, 2]>} : tensor<?x?xbf16> -> tensor<?x?xf32>
  return %a : tensor<?x?xf32>
}

// -----

func.func @order(%x: tensor<8x256xbf16>, %q: tensor<8x256xi8>, %s: tensor<2x8xf32>) -> (tensor<8x256xi8>, tensor<2x8xf32>) {
  // expected-error@+1 {{'gq.quantize' op in two passes writes f32 or bf16 scales in row-major order, got transposed 'f32'}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<8x256xi8>, tensor<2x8xf32>) {transposed_scales, config = #gq.quantize_config<tile = [16, 256], passes = 2>} : tensor<8x256xbf16> -> tensor<8x256xi8>, tensor<2x8xf32>
  return %r#0, %r#1 : tensor<8x256xi8>, tensor<2x8xf32>
}

// -----

func.func @e8m0(%x: tensor<8x256xbf16>, %q: tensor<8x256xi8>, %s: tensor<8x2xf8E8M0FNU>) -> (tensor<8x256xi8>, tensor<8x2xf8E8M0FNU>) {
  // expected-error@+1 {{'gq.quantize' op in two passes writes f32 or bf16 scales in row-major order, got 'f8E8M0FNU'}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<8x256xi8>, tensor<8x2xf8E8M0FNU>) {pow2, config = #gq.quantize_config<tile = [16, 256], passes = 2>} : tensor<8x256xbf16> -> tensor<8x256xi8>, tensor<8x2xf8E8M0FNU>
  return %r#0, %r#1 : tensor<8x256xi8>, tensor<8x2xf8E8M0FNU>
}

// -----

// One kernel is made of a loop over thread blocks.
func.func @two_passes_in_loop(%x: tensor<128x512xbf16>, %q: tensor<128x512xf8E4M3FN>, %s: tensor<2x4xf32>) -> (tensor<128x512xf8E4M3FN>, tensor<2x4xf32>) {
  // expected-note@+1 {{the loop}}
  %r:2 = scf.forall (%i) in (2) shared_outs(%qo = %q, %so = %s) -> (tensor<128x512xf8E4M3FN>, tensor<2x4xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 64)>(%i)
    %t = tensor.extract_slice %x[%row, 0] [64, 512] [1, 1] : tensor<128x512xbf16> to tensor<64x512xbf16>
    %qe = tensor.empty() : tensor<64x512xf8E4M3FN>
    %se = tensor.empty() : tensor<1x4xf32>
    // expected-error@+1 {{'gq.quantize' op has a config of two passes, each a kernel of its own; a loop over thread blocks has one}}
    %y:2 = gq.quantize %t block [64, 128] outs(%qe, %se : tensor<64x512xf8E4M3FN>, tensor<1x4xf32>)
        {config = #gq.quantize_config<tile = [64, 512], passes = 2>} : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<1x4xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y#0 into %qo[%row, 0] [64, 512] [1, 1] : tensor<64x512xf8E4M3FN> into tensor<128x512xf8E4M3FN>
      tensor.parallel_insert_slice %y#1 into %so[%i, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<2x4xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<128x512xf8E4M3FN>, tensor<2x4xf32>
}

// -----

// One kernel is made of a loop over thread blocks.
func.func @parts_in_loop(%x: tensor<128x512xbf16>, %q: tensor<128x512xf8E4M3FN>, %s: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-note@+1 {{the loop}}
  %r = scf.forall (%i) in (2) shared_outs(%so = %s) -> (tensor<2x4xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 64)>(%i)
    %t = tensor.extract_slice %x[%row, 0] [64, 512] [1, 1] : tensor<128x512xbf16> to tensor<64x512xbf16>
    %se = tensor.empty() : tensor<1x4xf32>
    // expected-error@+1 {{'gq.block_absmax' op has blocks of 64x128 and tiles of parts of them, which are reduced in several steps, each a kernel of its own; a loop over thread blocks has one}}
    %y = gq.block_absmax %t block [64, 128] outs(%se : tensor<1x4xf32>) {config = #gq.quantize_config<tile = [16, 512]>} : tensor<64x512xbf16> -> tensor<1x4xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y into %so[%i, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<2x4xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<2x4xf32>
}

// -----

#e = affine_map<(m, n) -> (m, n)>
func.func @epilogue_in_a_loop(%a: tensor<2x64x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>) -> tensor<2x64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %out = tensor.empty() : tensor<2x64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %r = scf.forall (%i) in (2) shared_outs(%o = %out) -> (tensor<2x64x64xf32>) {
    %ai = tensor.extract_slice %a[%i, 0, 0] [1, 64, 128] [1, 1, 1] : tensor<2x64x128xf8E4M3FN> to tensor<64x128xf8E4M3FN>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    // expected-error@+1 {{has a config with epilogue = 0, which leaves elementwise ops behind it to another kernel; expects to be in a function or in an scf.if there, got 'scf.forall'}}
    %d = gq.scaled_matmul %ai, %b outs(%init : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, epilogue = 0>}
        : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<64x64xf32>
    %x = linalg.generic {indexing_maps = [#e, #e], iterator_types = ["parallel", "parallel"]} ins(%d : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
    ^bb0(%v: f32, %o1: f32):
      %t = math.tanh %v : f32
      linalg.yield %t : f32
    } -> tensor<64x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %x into %o[%i, 0, 0] [1, 64, 64] [1, 1, 1] : tensor<64x64xf32> into tensor<2x64x64xf32>
    }
  } {mapping = [#gpu.block<linear_dim_0>]}
  return %r : tensor<2x64x64xf32>
}

// -----

func.func @decode_of_no_scales(%a: tensor<64x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>) -> tensor<64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  // expected-error@+1 {{has a config with decode = true, expects operands that have scales}}
  %d = gq.scaled_matmul %a, %b outs(%i : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, decode = true>} : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

func.func @decode_m_major(%a: tensor<70x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %sa: tensor<4x70xf8E8M0FNU>, %sb: tensor<64x4xf8E8M0FNU>) -> tensor<70x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<70x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<70x64xf32>) -> tensor<70x64xf32>
  // expected-error@+1 {{has a config with decode = true, expects row-major scales, got transposed_a_scales}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<70x64xf32>) {transposed_a_scales, config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, decode = true>} : tensor<70x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<4x70xf8E8M0FNU>, tensor<64x4xf8E8M0FNU> -> tensor<70x64xf32>
  return %d : tensor<70x64xf32>
}

// -----

func.func @decode_from_an_origin(%a: tensor<64x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %sa: tensor<64x4xf8E8M0FNU>, %sb: tensor<64x4xf8E8M0FNU>, %at: index) -> tensor<64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  // expected-error@+1 {{has a config with decode = true, expects operands that start at blocks, got an origin}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) origin(%at, %at, %at) outs(%i : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, decode = true>} : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x4xf8E8M0FNU>, tensor<64x4xf8E8M0FNU> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

func.func @decode_of_zero_points(%a: tensor<64x128xi8>, %b: tensor<64x128xi8>, %sa: tensor<64x1xf32>, %sb: tensor<64x1xf32>, %z: tensor<64xi32>) -> tensor<64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  // expected-error@+1 {{has a config with decode = true, expects no zero points, got a_zero_points}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) a_zero_points(%z : tensor<64xi32>) outs(%i : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, decode = true>} : tensor<64x128xi8>, tensor<64x128xi8>, tensor<64x1xf32>, tensor<64x1xf32> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

func.func @decode_in_a_loop(%a: tensor<2x64x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %sa: tensor<64x4xf8E8M0FNU>, %sb: tensor<64x4xf8E8M0FNU>) -> tensor<2x64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %out = tensor.empty() : tensor<2x64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %r = scf.forall (%i) in (2) shared_outs(%o = %out) -> (tensor<2x64x64xf32>) {
    %ai = tensor.extract_slice %a[%i, 0, 0] [1, 64, 128] [1, 1, 1] : tensor<2x64x128xf8E4M3FN> to tensor<64x128xf8E4M3FN>
    %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    // expected-error@+1 {{has a config with decode = true, expects to be in a function or in an scf.if there, got 'scf.forall'}}
    %d = gq.scaled_matmul %ai, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%init : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, decode = true>} : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x4xf8E8M0FNU>, tensor<64x4xf8E8M0FNU> -> tensor<64x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %o[%i, 0, 0] [1, 64, 64] [1, 1, 1] : tensor<64x64xf32> into tensor<2x64x64xf32>
    }
  } {mapping = [#gpu.block<linear_dim_0>]}
  return %r : tensor<2x64x64xf32>
}

// -----

func.func @row_sums_of_none(%a: tensor<64x128xi8>, %b: tensor<64x128xi8>, %c: tensor<64x64xi32>) -> tensor<64x64xi32> {
  // expected-error@+1 {{has a config with row_sums = apart, expects a gq.scaled_matmul with zero points}}
  %d = gq.scaled_matmul %a, %b outs(%c : tensor<64x64xi32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, row_sums = apart>} : tensor<64x128xi8>, tensor<64x128xi8> -> tensor<64x64xi32>
  return %d : tensor<64x64xi32>
}

// -----

func.func @row_sums_too_early(%a: tensor<64x128xi8>, %b: tensor<64x128xi8>, %z: tensor<i32>, %c: tensor<64x64xi32>) -> tensor<64x64xi32> {
  // expected-error@+1 {{has a config with row_sums = apart, expects zero_points_apart; run gq-expand first}}
  %d = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<i32>) outs(%c : tensor<64x64xi32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, row_sums = apart>} : tensor<64x128xi8>, tensor<64x128xi8> -> tensor<64x64xi32>
  return %d : tensor<64x64xi32>
}

// -----

func.func @row_sums_in_a_loop(%a: tensor<128x128xi8>, %b: tensor<64x128xi8>, %z: tensor<i32>, %e: tensor<128x64xi32>) -> tensor<128x64xi32> {
  %zero = arith.constant 0 : i32
  %start = tensor.empty() : tensor<64x64xi32>
  %r = scf.forall (%i) in (2) shared_outs(%o = %e) -> (tensor<128x64xi32>) {
    %m = affine.apply affine_map<(d) -> (64 * d)>(%i)
    %ai = tensor.extract_slice %a[%m, 0] [64, 128] [1, 1] : tensor<128x128xi8> to tensor<64x128xi8>
    %ci = linalg.fill ins(%zero : i32) outs(%start : tensor<64x64xi32>) -> tensor<64x64xi32>
    // expected-error@+1 {{has a config with row_sums = apart, expects to be in a function or in an scf.if there, got 'scf.forall'}}
    %d = gq.scaled_matmul %ai, %b a_zero_points(%z : tensor<i32>) outs(%ci : tensor<64x64xi32>) {zero_points_apart, config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, row_sums = apart>} : tensor<64x128xi8>, tensor<64x128xi8> -> tensor<64x64xi32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %o[%m, 0] [64, 64] [1, 1] : tensor<64x64xi32> into tensor<128x64xi32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<128x64xi32>
}
