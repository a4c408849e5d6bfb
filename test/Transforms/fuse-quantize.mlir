// RUN: gq-opt %s --gq-fuse-quantize --canonicalize --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-fuse-quantize --gq-expand=quantize=true --gq-fuse-quantize --canonicalize --split-input-file | FileCheck %s

!x = tensor<8x256xbf16>
!q = tensor<8x256xf8E4M3FN>
!s = tensor<8x2xf32>

// Everything the three ops say is kept: format, power of two, floor, config.
// CHECK-LABEL: func.func @fuse
// CHECK-SAME: (%[[X:.*]]: tensor<8x256xbf16>, %[[Q:.*]]: tensor<8x256xf8E4M3FN>, %[[S:.*]]: tensor<8x2xf32>)
// CHECK-NEXT: %[[R:.*]]:2 = gq.quantize %[[X]] block [1, 128] outs(%[[Q]], %[[S]] : {{.*}}) {amax_floor = 5.000000e-01 : f32, config = #gq.quantize_config<tile = [8, 256]>, pow2}
// CHECK-NEXT: return %[[R]]#0, %[[R]]#1
func.func @fuse(%x: !x, %q: !q, %s: !s) -> (!q, !s) {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) {amax_floor = 0.5 : f32, config = #gq.quantize_config<tile = [8, 256]>} : !x -> !s
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : !s) {pow2} : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) : !x, !s -> !q
  return %c, %f : !q, !s
}

// -----

// Different blocks, inputs or formats, an origin, a scale used before the cast.
!x = tensor<8x256xbf16>
!q = tensor<8x256xf8E4M3FN>
!s = tensor<8x2xf32>

// CHECK-LABEL: func.func @other_input
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @other_input(%x: !x, %y: !x, %q: !q, %s: !s) -> !q {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : !s) : !s -> !s
  %c = gq.scaled_cast %y scales(%f block [1, 128]) outs(%q : !q) : !x, !s -> !q
  return %c : !q
}

// CHECK-LABEL: func.func @other_block
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast {{.*}} block [2, 128]
func.func @other_block(%x: tensor<1x256xbf16>, %q: tensor<1x256xf8E4M3FN>, %s: tensor<1x2xf32>) -> tensor<1x256xf8E4M3FN> {
  %m = gq.block_absmax %x block [1, 128] outs(%s : tensor<1x2xf32>) : tensor<1x256xbf16> -> tensor<1x2xf32>
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
  %c = gq.scaled_cast %x scales(%f block [2, 128]) outs(%q : tensor<1x256xf8E4M3FN>) : tensor<1x256xbf16>, tensor<1x2xf32> -> tensor<1x256xf8E4M3FN>
  return %c : tensor<1x256xf8E4M3FN>
}

// CHECK-LABEL: func.func @other_format
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @other_format(%x: !x, %q: !q, %s: !s) -> !q {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f8E5M2 outs(%s : !s) : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) : !x, !s -> !q
  return %c : !q
}

// CHECK-LABEL: func.func @origin
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast {{.*}} origin
func.func @origin(%x: !x, %q: !q, %s: !s, %i: index) -> !q {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : !s) : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) origin(%i, %i) outs(%q : !q) : !x, !s -> !q
  return %c : !q
}

// CHECK-LABEL: func.func @used_before
// CHECK: gq.absmax_to_scale
// CHECK-NEXT: tensor.extract
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @used_before(%x: !x, %q: !q, %s: !s) -> (!q, f32) {
  %c0 = arith.constant 0 : index
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : !s) : !s -> !s
  %v = tensor.extract %f[%c0, %c0] : !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) : !x, !s -> !q
  return %c, %v : !q, f32
}

// -----

// Scales that only a transpose reads are written transposed.
!x = tensor<8x256xbf16>
!q = tensor<8x256xi8>
!s = tensor<8x2xf32>
!t = tensor<2x8xf32>

// CHECK-LABEL: func.func @transpose
// CHECK-SAME: (%[[X:.*]]: tensor<8x256xbf16>, %[[Q:.*]]: tensor<8x256xi8>, %{{.*}}: tensor<8x2xf32>, %[[T:.*]]: tensor<2x8xf32>)
// CHECK-NEXT: %[[R:.*]]:2 = gq.quantize %[[X]] block [1, 128] outs(%[[Q]], %[[T]] : {{.*}}) {amax_floor = 5.000000e-01 : f32, config = #gq.quantize_config<tile = [8, 256]>, pow2, transposed_scales}
// CHECK-NEXT: return %[[R]]#0, %[[R]]#1
func.func @transpose(%x: !x, %q: !q, %s: !s, %t: !t) -> (!q, !t) {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) {amax_floor = 0.5 : f32, config = #gq.quantize_config<tile = [8, 256]>} : !x -> !s
  %f = gq.absmax_to_scale %m to i8 outs(%s : !s) {pow2} : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) : !x, !s -> !q
  %r = linalg.transpose ins(%f : !s) outs(%t : !t) permutation = [1, 0]
  return %c, %r : !q, !t
}

// CHECK-LABEL: func.func @both_orders
// CHECK: gq.quantize
// CHECK-NOT: transposed_scales
// CHECK: linalg.transpose
func.func @both_orders(%x: !x, %q: !q, %s: !s, %t: !t) -> (!q, !s, !t) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, !s) : !x -> !q, !s
  %u = linalg.transpose ins(%r#1 : !s) outs(%t : !t) permutation = [1, 0]
  return %r#0, %r#1, %u : !q, !s, !t
}

// Not the scales, not a transpose, a use of the codes in between, another block.
// CHECK-LABEL: func.func @keep
// CHECK-COUNT-3: gq.quantize
// CHECK-NOT: transposed_scales
func.func @keep(%x: !x, %q: !q, %s: !s, %t: !t, %v: tensor<256x8xi8>, %n: index)
    -> (tensor<256x8xi8>, !s, !t, i8, !q, !t) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, !s) : !x -> !q, !s
  %at = linalg.transpose ins(%a#0 : !q) outs(%v : tensor<256x8xi8>) permutation = [1, 0]
  %as = linalg.transpose ins(%a#1 : !s) outs(%s : !s) permutation = [0, 1]
  %b:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, !s) {pow2} : !x -> !q, !s
  %e = tensor.extract %b#0[%c0, %c0] : !q
  %bt = linalg.transpose ins(%b#1 : !s) outs(%t : !t) permutation = [1, 0]
  %c:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, !s) {amax_floor = 1.0 : f32} : !x -> !q, !s
  %ct = scf.for %i = %c0 to %n step %c1 iter_args(%o = %t) -> !t {
    %l = linalg.transpose ins(%c#1 : !s) outs(%o : !t) permutation = [1, 0]
    scf.yield %l : !t
  }
  return %at, %as, %bt, %e, %c#0, %ct : tensor<256x8xi8>, !s, !t, i8, !q, !t
}

// CHECK-LABEL: func.func @e8m0
// CHECK-NEXT: gq.quantize {{.*}} {pow2} : tensor<8x256xbf16> -> tensor<8x256xi8>, tensor<8x2xf8E8M0FNU>
// CHECK-NEXT: return
func.func @e8m0(%x: !x, %q: !q, %s: !s, %e: tensor<8x2xf8E8M0FNU>) -> (!q, tensor<8x2xf8E8M0FNU>) {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to i8 outs(%e : tensor<8x2xf8E8M0FNU>) {pow2} : !s -> tensor<8x2xf8E8M0FNU>
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) : !x, tensor<8x2xf8E8M0FNU> -> !q
  return %c, %f : !q, tensor<8x2xf8E8M0FNU>
}

// -----

!x = tensor<8x256xbf16>
!q = tensor<8x256xf8E4M3FN>
!s = tensor<8x2xf32>

// A cast with a strategy of its own stays a pass of its own.
// CHECK-LABEL: func.func @own_config
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @own_config(%x: !x, %q: !q, %s: !s) -> !q {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : !s) : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) {config = #gq.quantize_config<tile = [8, 256]>} : !x, !s -> !q
  return %c : !q
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// The formula rounded to bf16, which is no power of two.
// CHECK-LABEL: func.func @rounded_to_bf16
// CHECK-NOT: linalg.generic
// CHECK: gq.quantize %{{.*}} block [1, 128] outs(%{{.*}}, %{{.*}} : tensor<64x256xf8E4M3FN>, tensor<64x2xbf16>) {amax_floor = 9.99999996E-13 : f32}
// CHECK-NOT: gq.block_absmax
func.func @rounded_to_bf16(%x: tensor<64x256xf32>, %e: tensor<64x2xf32>, %f: tensor<64x2xbf16>, %q: tensor<64x256xf8E4M3FN>)
    -> (tensor<64x256xf8E4M3FN>, tensor<64x2xbf16>) {
  %eps = arith.constant 1.0e-12 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%f : tensor<64x2xbf16>) {
  ^bb0(%a: f32, %o: bf16):
    %c = arith.maximumf %a, %eps : f32
    %d = arith.divf %c, %largest : f32
    %p = arith.truncf %d : f32 to bf16
    linalg.yield %p : bf16
  } -> tensor<64x2xbf16>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xbf16> -> tensor<64x256xf8E4M3FN>
  return %r, %s : tensor<64x256xf8E4M3FN>, tensor<64x2xbf16>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// The formula of absmax_to_scale with a bound, which is that of the maxima; and as powers of
// two of one byte. The larger of two bounds counts.
// CHECK-LABEL: func.func @spelled_out
// CHECK-NOT: linalg.generic
// CHECK: gq.quantize %{{.*}} block [1, 128] outs(%{{.*}}, %{{.*}} : tensor<64x256xf8E4M3FN>, tensor<64x2xf32>) {amax_floor = 9.99999996E-13 : f32}
// CHECK: gq.quantize %{{.*}} block [1, 128] outs(%{{.*}}, %{{.*}} : tensor<64x256xi8>, tensor<64x2xf8E8M0FNU>) {amax_floor = 2.000000e+00 : f32, pow2}
// CHECK-NOT: gq.block_absmax
func.func @spelled_out(%x: tensor<64x256xf32>, %e: tensor<64x2xf32>, %f: tensor<64x2xf8E8M0FNU>, %q: tensor<64x256xf8E4M3FN>, %i: tensor<64x256xi8>)
    -> (tensor<64x256xf8E4M3FN>, tensor<64x2xf32>, tensor<64x256xi8>, tensor<64x2xf8E8M0FNU>) {
  %eps = arith.constant 1.0e-12 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.maximumf %a, %eps : f32
    %d = arith.divf %c, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  %codes = arith.constant 127.0 : f32
  %two = arith.constant 2.0 : f32
  %bm = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) {amax_floor = 1.0 : f32} : tensor<64x256xf32> -> tensor<64x2xf32>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%bm : tensor<64x2xf32>) outs(%f : tensor<64x2xf8E8M0FNU>) {
  ^bb0(%a: f32, %o: f8E8M0FNU):
    %c = arith.maxnumf %two, %a : f32
    %d = arith.divf %c, %codes : f32
    %p = arith.truncf %d : f32 to f8E8M0FNU
    linalg.yield %p : f8E8M0FNU
  } -> tensor<64x2xf8E8M0FNU>
  %u = gq.scaled_cast %x scales(%t block [1, 128]) outs(%i : tensor<64x256xi8>) : tensor<64x256xf32>, tensor<64x2xf8E8M0FNU> -> tensor<64x256xi8>
  return %r, %s, %u, %t : tensor<64x256xf8E4M3FN>, tensor<64x2xf32>, tensor<64x256xi8>, tensor<64x2xf8E8M0FNU>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// The bound behind the division, a quotient of f32; and that of the maxima alone.
// CHECK-LABEL: func.func @bound_behind
// CHECK-NOT: linalg.generic
// CHECK: gq.quantize %{{.*}} block [1, 128] outs(%{{.*}}) {amax_floor = 4.480000e-04 : f32}
// CHECK: gq.quantize %{{.*}} block [1, 128] outs(%{{.*}}) {amax_floor = 1.000000e+00 : f32}
func.func @bound_behind(%x: tensor<64x256xf32>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>)
    -> (tensor<64x256xf8E4M3FN>, tensor<64x2xf32>, tensor<64x256xf8E4M3FN>, tensor<64x2xf32>) {
  %eps = arith.constant 1.0e-6 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.divf %a, %largest : f32
    %c = arith.maximumf %d, %eps : f32
    linalg.yield %c : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  %bm = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) {amax_floor = 1.0 : f32} : tensor<64x256xf32> -> tensor<64x2xf32>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%bm : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.divf %a, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %u = gq.scaled_cast %x scales(%t block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r, %s, %u, %t : tensor<64x256xf8E4M3FN>, tensor<64x2xf32>, tensor<64x256xf8E4M3FN>, tensor<64x2xf32>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// A magnitude of a bf16 is one. That is not so of an f32, nor of a bound that is none.
// CHECK-LABEL: func.func @rounded
// CHECK-NOT: linalg.generic
// CHECK: gq.quantize %{{.*}} block [1, 128] outs(%{{.*}}) {amax_floor = 1.562500e-02 : f32}
func.func @rounded(%x: tensor<64x256xbf16>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>) -> (tensor<64x256xf8E4M3FN>, tensor<64x2xf32>) {
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) {amax_floor = 0.015625 : f32} : tensor<64x256xbf16> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %n = arith.truncf %a : f32 to bf16
    %w = arith.extf %n : bf16 to f32
    %d = arith.divf %w, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xbf16>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r, %s : tensor<64x256xf8E4M3FN>, tensor<64x2xf32>
}
// CHECK-LABEL: func.func @rounds
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @rounds(%x: tensor<64x256xf32>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>) -> (tensor<64x256xf8E4M3FN>, tensor<64x2xf32>) {
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) {amax_floor = 0.015625 : f32} : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %n = arith.truncf %a : f32 to bf16
    %w = arith.extf %n : bf16 to f32
    %d = arith.divf %w, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r, %s : tensor<64x256xf8E4M3FN>, tensor<64x2xf32>
}
// CHECK-LABEL: func.func @rounds_bound
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @rounds_bound(%x: tensor<64x256xbf16>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>) -> (tensor<64x256xf8E4M3FN>, tensor<64x2xf32>) {
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) {amax_floor = 1.0e-3 : f32} : tensor<64x256xbf16> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %n = arith.truncf %a : f32 to bf16
    %w = arith.extf %n : bf16 to f32
    %d = arith.divf %w, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xbf16>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r, %s : tensor<64x256xf8E4M3FN>, tensor<64x2xf32>
}

// -----

#id = affine_map<(i, j) -> (i, j)>

// None of these is: without a bound the scale of zeros is 0, one bound is too small for the
// least scale, one is zero; other codes, another input, another formula.
// CHECK-LABEL: func.func @no_bound
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @no_bound(%x: tensor<64x256xf32>, %y: tensor<64x256xf32>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>) -> tensor<64x256xf8E4M3FN> {
  %eps = arith.constant 1.0e-12 : f32
  %tiny = arith.constant 1.0e-36 : f32
  %zero = arith.constant 0.0 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.divf %a, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r : tensor<64x256xf8E4M3FN>
}
// CHECK-LABEL: func.func @other_format
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @other_format(%x: tensor<64x256xf32>, %y: tensor<64x256xf32>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E5M2>) -> tensor<64x256xf8E5M2> {
  %eps = arith.constant 1.0e-12 : f32
  %tiny = arith.constant 1.0e-36 : f32
  %zero = arith.constant 0.0 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.maximumf %a, %eps : f32
    %d = arith.divf %c, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E5M2>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E5M2>
  return %r : tensor<64x256xf8E5M2>
}
// CHECK-LABEL: func.func @reciprocal
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @reciprocal(%x: tensor<64x256xf32>, %y: tensor<64x256xf32>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>) -> tensor<64x256xf8E4M3FN> {
  %eps = arith.constant 1.0e-12 : f32
  %tiny = arith.constant 1.0e-36 : f32
  %zero = arith.constant 0.0 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.maximumf %a, %eps : f32
    %d = arith.mulf %c, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r : tensor<64x256xf8E4M3FN>
}
// CHECK-LABEL: func.func @inverted
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @inverted(%x: tensor<64x256xf32>, %y: tensor<64x256xf32>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>) -> tensor<64x256xf8E4M3FN> {
  %eps = arith.constant 1.0e-12 : f32
  %tiny = arith.constant 1.0e-36 : f32
  %zero = arith.constant 0.0 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.maximumf %a, %eps : f32
    %d = arith.divf %largest, %c : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r : tensor<64x256xf8E4M3FN>
}
// CHECK-LABEL: func.func @least
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @least(%x: tensor<64x256xf32>, %y: tensor<64x256xf32>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>) -> tensor<64x256xf8E4M3FN> {
  %eps = arith.constant 1.0e-12 : f32
  %tiny = arith.constant 1.0e-36 : f32
  %zero = arith.constant 0.0 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.minimumf %a, %eps : f32
    %d = arith.divf %c, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r : tensor<64x256xf8E4M3FN>
}
// CHECK-LABEL: func.func @denormal
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @denormal(%x: tensor<64x256xf32>, %y: tensor<64x256xf32>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>) -> tensor<64x256xf8E4M3FN> {
  %eps = arith.constant 1.0e-12 : f32
  %tiny = arith.constant 1.0e-36 : f32
  %zero = arith.constant 0.0 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.maximumf %a, %tiny : f32
    %d = arith.divf %c, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r : tensor<64x256xf8E4M3FN>
}
// CHECK-LABEL: func.func @zero
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @zero(%x: tensor<64x256xf32>, %y: tensor<64x256xf32>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>) -> tensor<64x256xf8E4M3FN> {
  %eps = arith.constant 1.0e-12 : f32
  %tiny = arith.constant 1.0e-36 : f32
  %zero = arith.constant 0.0 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.maximumf %a, %zero : f32
    %d = arith.divf %c, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %x scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r : tensor<64x256xf8E4M3FN>
}
// CHECK-LABEL: func.func @other_input
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @other_input(%x: tensor<64x256xf32>, %y: tensor<64x256xf32>, %e: tensor<64x2xf32>, %q: tensor<64x256xf8E4M3FN>) -> tensor<64x256xf8E4M3FN> {
  %eps = arith.constant 1.0e-12 : f32
  %tiny = arith.constant 1.0e-36 : f32
  %zero = arith.constant 0.0 : f32
  %largest = arith.constant 448.0 : f32
  %am = gq.block_absmax %x block [1, 128] outs(%e : tensor<64x2xf32>) : tensor<64x256xf32> -> tensor<64x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%am : tensor<64x2xf32>) outs(%e : tensor<64x2xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.maximumf %a, %eps : f32
    %d = arith.divf %c, %largest : f32
    linalg.yield %d : f32
  } -> tensor<64x2xf32>
  %r = gq.scaled_cast %y scales(%s block [1, 128]) outs(%q : tensor<64x256xf8E4M3FN>) : tensor<64x256xf32>, tensor<64x2xf32> -> tensor<64x256xf8E4M3FN>
  return %r : tensor<64x256xf8E4M3FN>
}

// -----

// Codes of four bits, and what is not their scale.
!x = tensor<8x256xbf16>
!q = tensor<8x128xi8>
!s = tensor<8x2xf32>

// CHECK-LABEL: func.func @packed
// CHECK: gq.quantize {{.*}} {packed = f4E2M1FN}
// CHECK-NOT: gq.scaled_cast
func.func @packed(%x: !x, %q: !q, %s: !s) -> (!q, !s) {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f4E2M1FN outs(%s : !s) : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) {packed = f4E2M1FN} : !x, !s -> !q
  return %c, %f : !q, !s
}

// CHECK-LABEL: func.func @packed_other
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @packed_other(%x: !x, %q: !q, %s: !s) -> !q {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to i8 outs(%s : !s) : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) {packed = i4} : !x, !s -> !q
  return %c : !q
}
