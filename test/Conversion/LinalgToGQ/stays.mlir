// What is nearly a quantised layer and is not raised, since its numbers would be others; a
// remark says why.
//
// RUN: gq-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(convert-linalg-to-gq))' --remarks-filter=convert-linalg-to-gq -o %t.mlir 2> %t.remarks
// RUN: FileCheck %s < %t.mlir
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// Weights that are rounded to bf16, tokens that are f32.
// CHECK-LABEL: func.func @tokens_of_f32(
// CHECK-NOT: gq.
// REMARK: stays.mlir:[[#@LINE+12]]:{{.*}}is not raised: its first operand is no tensor of codes, bf16 or f16, as the other is
func.func @tokens_of_f32(%x: tensor<16x64xf32>, %w: tensor<32x64xi8>, %s: tensor<32xf32>) -> tensor<16x32xf32> {
  %zero = arith.constant 0.0 : f32
  %ed = tensor.empty() : tensor<32x64xf32>
  %d = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%w, %s : tensor<32x64xi8>, tensor<32xf32>) outs(%ed : tensor<32x64xf32>) {
  ^bb0(%q: i8, %sc: f32, %o: f32):
    %f = arith.sitofp %q : i8 to f32
    %p = arith.mulf %f, %sc : f32
    linalg.yield %p : f32
  } -> tensor<32x64xf32>
  %e = tensor.empty() : tensor<16x32xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x32xf32>) -> tensor<16x32xf32>
  %y = linalg.matmul indexing_maps = [#a, #b, #c] ins(%x, %d : tensor<16x64xf32>, tensor<32x64xf32>) outs(%i : tensor<16x32xf32>) -> tensor<16x32xf32>
  return %y : tensor<16x32xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// Decoded to f32 without a rounding, which bf16 would be.
// CHECK-LABEL: func.func @not_rounded(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: its operands are codes that are not rounded to the bf16 or f16 of the other operand
func.func @not_rounded(%x: tensor<16x64xbf16>, %w: tensor<32x64xi8>, %s: tensor<32xf32>) -> tensor<16x32xf32> {
  %zero = arith.constant 0.0 : f32
  %ed = tensor.empty() : tensor<32x64xf32>
  %d = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%w, %s : tensor<32x64xi8>, tensor<32xf32>) outs(%ed : tensor<32x64xf32>) {
  ^bb0(%q: i8, %sc: f32, %o: f32):
    %f = arith.sitofp %q : i8 to f32
    %p = arith.mulf %f, %sc : f32
    linalg.yield %p : f32
  } -> tensor<32x64xf32>
  %e = tensor.empty() : tensor<16x32xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x32xf32>) -> tensor<16x32xf32>
  %y = linalg.matmul indexing_maps = [#a, #b, #c] ins(%x, %d : tensor<16x64xbf16>, tensor<32x64xf32>) outs(%i : tensor<16x32xf32>) -> tensor<16x32xf32>
  return %y : tensor<16x32xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// Both are rounded to bf16: that is kept, and the codes are not multiplied.
// CHECK-LABEL: func.func @both_rounded(
// CHECK-COUNT-2: gq.dequantize
// CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} outs(%{{.*}}) : tensor<16x64xbf16>, tensor<32x64xbf16>
func.func @both_rounded(%x: tensor<16x64xi8>, %sx: tensor<16xf32>, %w: tensor<32x64xi8>, %s: tensor<32xf32>) -> tensor<16x32xf32> {
  %zero = arith.constant 0.0 : f32
  %ed = tensor.empty() : tensor<32x64xbf16>
  %d = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%w, %s : tensor<32x64xi8>, tensor<32xf32>) outs(%ed : tensor<32x64xbf16>) {
  ^bb0(%q: i8, %sc: f32, %o: bf16):
    %f = arith.sitofp %q : i8 to f32
    %p = arith.mulf %f, %sc : f32
    %t = arith.truncf %p : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<32x64xbf16>
  %ex = tensor.empty() : tensor<16x64xbf16>
  %xd = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %sx : tensor<16x64xi8>, tensor<16xf32>) outs(%ex : tensor<16x64xbf16>) {
  ^bb0(%q: i8, %sc: f32, %o: bf16):
    %f = arith.sitofp %q : i8 to f32
    %p = arith.mulf %f, %sc : f32
    %t = arith.truncf %p : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<16x64xbf16>
  %e = tensor.empty() : tensor<16x32xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x32xf32>) -> tensor<16x32xf32>
  %y = linalg.matmul indexing_maps = [#a, #b, #c] ins(%xd, %d : tensor<16x64xbf16>, tensor<32x64xbf16>) outs(%i : tensor<16x32xf32>) -> tensor<16x32xf32>
  return %y : tensor<16x32xf32>
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// CHECK-LABEL: func.func @unsigned_integers(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: codes are converted as unsigned integers
func.func @unsigned_integers(%x: tensor<16x64xi8>, %w: tensor<32x64xi8>, %i: tensor<16x32xi32>) -> tensor<16x32xi32> {
  %y = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<16x64xi8>, tensor<32x64xi8>) outs(%i : tensor<16x32xi32>) {
  ^bb0(%p: i8, %q: i8, %s: i32):
    %pi = arith.extui %p : i8 to i32
    %qi = arith.extsi %q : i8 to i32
    %t = arith.muli %pi, %qi : i32
    %r = arith.addi %s, %t : i32
    linalg.yield %r : i32
  } -> tensor<16x32xi32>
  return %y : tensor<16x32xi32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#all = affine_map<(m, n) -> ()>
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// CHECK-LABEL: func.func @unsigned_floats(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: its second operand: codes are converted as unsigned integers
func.func @unsigned_floats(%x: tensor<16x64xf16>, %w: tensor<32x64xi8>, %sc: tensor<f16>, %i: tensor<16x32xf32>) -> tensor<16x32xf32> {
  %y = linalg.generic {indexing_maps = [#a, #b, affine_map<(m, n, k) -> ()>, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w, %sc : tensor<16x64xf16>, tensor<32x64xi8>, tensor<f16>) outs(%i : tensor<16x32xf32>) {
  ^bb0(%p: f16, %q: i8, %s: f16, %sum: f32):
    %pf = arith.extf %p : f16 to f32
    %qf = arith.uitofp %q : i8 to f16
    %d = arith.mulf %qf, %s : f16
    %df = arith.extf %d : f16 to f32
    %t = arith.mulf %pf, %df : f32
    %r = arith.addf %sum, %t : f32
    linalg.yield %r : f32
  } -> tensor<16x32xf32>
  return %y : tensor<16x32xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// A difference in i8 wraps around; a zero point in i32 may be of any size.
// CHECK-LABEL: func.func @wraps(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: its first operand: a difference of a code and its zero point may overflow
// CHECK-LABEL: func.func @large_zero_point(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: its first operand: a zero point is not known to be in the range of i8
func.func @wraps(%x: tensor<16x64xi8>, %z: tensor<16xi8>, %w: tensor<32x64xi8>, %i: tensor<16x32xf32>) -> tensor<16x32xf32> {
  %y = linalg.generic {indexing_maps = [#a, affine_map<(m, n, k) -> (m)>, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %z, %w : tensor<16x64xi8>, tensor<16xi8>, tensor<32x64xi8>) outs(%i : tensor<16x32xf32>) {
  ^bb0(%p: i8, %zp: i8, %q: i8, %sum: f32):
    %pz = arith.subi %p, %zp : i8
    %pf = arith.sitofp %pz : i8 to f32
    %qf = arith.sitofp %q : i8 to f32
    %t = arith.mulf %pf, %qf : f32
    %r = arith.addf %sum, %t : f32
    linalg.yield %r : f32
  } -> tensor<16x32xf32>
  return %y : tensor<16x32xf32>
}
func.func @large_zero_point(%x: tensor<16x64xi8>, %z: tensor<16xi32>, %w: tensor<32x64xi8>, %i: tensor<16x32xf32>) -> tensor<16x32xf32> {
  %y = linalg.generic {indexing_maps = [#a, affine_map<(m, n, k) -> (m)>, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %z, %w : tensor<16x64xi8>, tensor<16xi32>, tensor<32x64xi8>) outs(%i : tensor<16x32xf32>) {
  ^bb0(%p: i8, %zp: i32, %q: i8, %sum: f32):
    %pi = arith.extsi %p : i8 to i32
    %pz = arith.subi %pi, %zp : i32
    %pf = arith.sitofp %pz : i32 to f32
    %qf = arith.sitofp %q : i8 to f32
    %t = arith.mulf %pf, %qf : f32
    %r = arith.addf %sum, %t : f32
    linalg.yield %r : f32
  } -> tensor<16x32xf32>
  return %y : tensor<16x32xf32>
}

// -----

#w4 = affine_map<(a, b, c, d) -> (a, b, c, d)>

// A scale for each row of blocks and each column inside of them, and codes whose rows are
// interleaved: of neither there is a block.
// CHECK-LABEL: func.func @columns_inside(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: the scale of an element is in no tensor that has one for each block
// CHECK-LABEL: func.func @interleaved(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: the scale of an element is in no tensor that has one for each block
func.func @columns_inside(%w: tensor<128x256xf8E4M3FN>, %s: tensor<2x128xf32>) -> tensor<128x256xbf16> {
  %v = tensor.expand_shape %w [[0, 1], [2, 3]] output_shape [2, 64, 2, 128] : tensor<128x256xf8E4M3FN> into tensor<2x64x2x128xf8E4M3FN>
  %e = tensor.empty() : tensor<2x64x2x128xbf16>
  %d = linalg.generic {indexing_maps = [#w4, affine_map<(a, b, c, d) -> (a, d)>, #w4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%v, %s : tensor<2x64x2x128xf8E4M3FN>, tensor<2x128xf32>) outs(%e : tensor<2x64x2x128xbf16>) {
  ^bb0(%q: f8E4M3FN, %sc: f32, %o: bf16):
    %f = arith.extf %q : f8E4M3FN to f32
    %p = arith.mulf %f, %sc : f32
    %t = arith.truncf %p : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<2x64x2x128xbf16>
  %y = tensor.collapse_shape %d [[0, 1], [2, 3]] : tensor<2x64x2x128xbf16> into tensor<128x256xbf16>
  return %y : tensor<128x256xbf16>
}
func.func @interleaved(%w: tensor<128x256xf8E4M3FN>, %s: tensor<64x2xf32>) -> tensor<128x256xbf16> {
  %v = tensor.expand_shape %w [[0, 1], [2, 3]] output_shape [2, 64, 2, 128] : tensor<128x256xf8E4M3FN> into tensor<2x64x2x128xf8E4M3FN>
  %e = tensor.empty() : tensor<2x64x2x128xbf16>
  %d = linalg.generic {indexing_maps = [#w4, affine_map<(a, b, c, d) -> (b, c)>, #w4], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%v, %s : tensor<2x64x2x128xf8E4M3FN>, tensor<64x2xf32>) outs(%e : tensor<2x64x2x128xbf16>) {
  ^bb0(%q: f8E4M3FN, %sc: f32, %o: bf16):
    %f = arith.extf %q : f8E4M3FN to f32
    %p = arith.mulf %f, %sc : f32
    %t = arith.truncf %p : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<2x64x2x128xbf16>
  %y = tensor.collapse_shape %d [[0, 1], [2, 3]] : tensor<2x64x2x128xbf16> into tensor<128x256xbf16>
  return %y : tensor<128x256xbf16>
}

// -----

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

// Rounded toward zero; added to the scale; sums of what one operand has more of.
// CHECK-LABEL: func.func @toward_zero(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: its second operand: it is rounded another way than to nearest
// CHECK-LABEL: func.func @other_formula(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: its second operand: it computes something else of codes
// CHECK-LABEL: func.func @alone(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: adds up one of its operands alone
func.func @toward_zero(%x: tensor<16x64xbf16>, %w: tensor<32x64xi8>, %s: tensor<32xf32>, %i: tensor<16x32xf32>) -> tensor<16x32xf32> {
  %y = linalg.generic {indexing_maps = [#a, #b, affine_map<(m, n, k) -> (n)>, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w, %s : tensor<16x64xbf16>, tensor<32x64xi8>, tensor<32xf32>) outs(%i : tensor<16x32xf32>) {
  ^bb0(%p: bf16, %q: i8, %sc: f32, %sum: f32):
    %pf = arith.extf %p : bf16 to f32
    %qf = arith.sitofp %q : i8 to f32
    %d = arith.mulf %qf, %sc : f32
    %h = arith.truncf %d toward_zero : f32 to bf16
    %hf = arith.extf %h : bf16 to f32
    %t = arith.mulf %pf, %hf : f32
    %r = arith.addf %sum, %t : f32
    linalg.yield %r : f32
  } -> tensor<16x32xf32>
  return %y : tensor<16x32xf32>
}
func.func @other_formula(%x: tensor<16x64xbf16>, %w: tensor<32x64xi8>, %s: tensor<32xf32>, %i: tensor<16x32xf32>) -> tensor<16x32xf32> {
  %y = linalg.generic {indexing_maps = [#a, #b, affine_map<(m, n, k) -> (n)>, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w, %s : tensor<16x64xbf16>, tensor<32x64xi8>, tensor<32xf32>) outs(%i : tensor<16x32xf32>) {
  ^bb0(%p: bf16, %q: i8, %sc: f32, %sum: f32):
    %pf = arith.extf %p : bf16 to f32
    %qf = arith.sitofp %q : i8 to f32
    %d = arith.divf %qf, %sc : f32
    %h = arith.truncf %d : f32 to bf16
    %hf = arith.extf %h : bf16 to f32
    %t = arith.mulf %pf, %hf : f32
    %r = arith.addf %sum, %t : f32
    linalg.yield %r : f32
  } -> tensor<16x32xf32>
  return %y : tensor<16x32xf32>
}
func.func @alone(%x: tensor<16x64x3xbf16>, %w: tensor<32x64xbf16>, %i: tensor<16x32xf32>) -> tensor<16x32xf32> {
  %y = linalg.generic {indexing_maps = [affine_map<(m, n, k, l) -> (m, k, l)>, affine_map<(m, n, k, l) -> (n, k)>, affine_map<(m, n, k, l) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%x, %w : tensor<16x64x3xbf16>, tensor<32x64xbf16>) outs(%i : tensor<16x32xf32>) {
  ^bb0(%p: bf16, %q: bf16, %sum: f32):
    %pf = arith.extf %p : bf16 to f32
    %qf = arith.extf %q : bf16 to f32
    %t = arith.mulf %pf, %qf : f32
    %r = arith.addf %sum, %t : f32
    linalg.yield %r : f32
  } -> tensor<16x32xf32>
  return %y : tensor<16x32xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>

// What the codes are of is read by others too: it stays, and the codes are multiplied.
// CHECK-LABEL: func.func @read_by_others(
// CHECK: %[[D:.*]] = linalg.generic
// CHECK: %[[Y:.*]] = gq.scaled_matmul %{{.*}}, %{{.*}} scales(
// CHECK: return %[[Y]], %[[D]]
func.func @read_by_others(%x: tensor<16x64xi8>, %sx: tensor<16xf32>, %w: tensor<32x64xi8>, %i: tensor<16x32xf32>) -> (tensor<16x32xf32>, tensor<16x64xf32>) {
  %ed = tensor.empty() : tensor<16x64xf32>
  %d = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %sx : tensor<16x64xi8>, tensor<16xf32>) outs(%ed : tensor<16x64xf32>) {
  ^bb0(%q: i8, %sc: f32, %o: f32):
    %f = arith.sitofp %q : i8 to f32
    %p = arith.mulf %f, %sc : f32
    linalg.yield %p : f32
  } -> tensor<16x64xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%d, %w : tensor<16x64xf32>, tensor<32x64xi8>) outs(%i : tensor<16x32xf32>) {
  ^bb0(%p: f32, %q: i8, %sum: f32):
    %qf = arith.sitofp %q : i8 to f32
    %t = arith.mulf %p, %qf : f32
    %r = arith.addf %sum, %t : f32
    linalg.yield %r : f32
  } -> tensor<16x32xf32>
  return %y, %d : tensor<16x32xf32>, tensor<16x64xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m)>

// Casts that are none of gq.scaled_cast: toward zero, with narrower bounds, with a scale that
// is half as large and no bounds. The largest magnitudes are raised.
// CHECK-LABEL: func.func @casts(
// CHECK: gq.block_absmax
// CHECK-NOT: gq.scaled_cast
// CHECK: return
// REMARK: {{.*}}is not raised: has no bounds of the format, and scales that may be smaller
// REMARK: {{.*}}is not raised: has bounds that are not those of the format
// REMARK: {{.*}}is not raised: is cast to i8 without math.roundeven, toward zero
func.func @casts(%x: tensor<16x64xf32>) -> (tensor<16x64xi8>, tensor<16x64xf8E4M3FN>, tensor<16x64xf8E4M3FN>) {
  %zero = arith.constant 0.0 : f32
  %max = arith.constant 448.0 : f32
  %twice = arith.constant 896.0 : f32
  %high = arith.constant 240.0 : f32
  %low = arith.constant -240.0 : f32
  %c127 = arith.constant 127.0 : f32
  %er = tensor.empty() : tensor<16xf32>
  %ir = linalg.fill ins(%zero : f32) outs(%er : tensor<16xf32>) -> tensor<16xf32>
  %am = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<16x64xf32>) outs(%ir : tensor<16xf32>) {
  ^bb0(%i: f32, %o: f32):
    %a = math.absf %i : f32
    %e = arith.maximumf %a, %o : f32
    linalg.yield %e : f32
  } -> tensor<16xf32>
  %e8 = tensor.empty() : tensor<16x64xi8>
  %q0 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %am : tensor<16x64xf32>, tensor<16xf32>) outs(%e8 : tensor<16x64xi8>) {
  ^bb0(%i: f32, %m: f32, %o: i8):
    %s = arith.divf %m, %c127 : f32
    %d = arith.divf %i, %s : f32
    %t = arith.fptosi %d : f32 to i8
    linalg.yield %t : i8
  } -> tensor<16x64xi8>
  %ef = tensor.empty() : tensor<16x64xf8E4M3FN>
  %q1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %am : tensor<16x64xf32>, tensor<16xf32>) outs(%ef : tensor<16x64xf8E4M3FN>) {
  ^bb0(%i: f32, %m: f32, %o: f8E4M3FN):
    %s = arith.divf %m, %max : f32
    %d = arith.divf %i, %s : f32
    %l = arith.maximumf %d, %low : f32
    %h = arith.minimumf %l, %high : f32
    %t = arith.truncf %h : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<16x64xf8E4M3FN>
  %v = tensor.expand_shape %x [[0], [1, 2]] output_shape [16, 1, 64] : tensor<16x64xf32> into tensor<16x1x64xf32>
  %e3 = tensor.empty() : tensor<16x1x64xf8E4M3FN>
  %q2 = linalg.generic {indexing_maps = [affine_map<(m, g, n) -> (m, g, n)>, affine_map<(m, g, n) -> (m)>, affine_map<(m, g, n) -> (m, g, n)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v, %am : tensor<16x1x64xf32>, tensor<16xf32>) outs(%e3 : tensor<16x1x64xf8E4M3FN>) {
  ^bb0(%i: f32, %m: f32, %o: f8E4M3FN):
    %s = arith.divf %m, %twice : f32
    %d = arith.divf %i, %s : f32
    %t = arith.truncf %d : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<16x1x64xf8E4M3FN>
  %q3 = tensor.collapse_shape %q2 [[0], [1, 2]] : tensor<16x1x64xf8E4M3FN> into tensor<16x64xf8E4M3FN>
  return %q0, %q1, %q3 : tensor<16x64xi8>, tensor<16x64xf8E4M3FN>, tensor<16x64xf8E4M3FN>
}

// -----

// Scalars are in no memory that a kernel reads. A batch of each operand; K that is not known
// beside zero points.
// CHECK-LABEL: func.func @scalar(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: a zero point is a scalar, which no kernel takes
// CHECK-LABEL: func.func @batch(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: is a batch of products, of which both operands have one for each
// CHECK-LABEL: func.func @dynamic_k(
// CHECK-NOT: gq.
// REMARK: {{.*}}is not raised: has zero points beside a dynamic K
func.func @scalar(%a: tensor<24x48xi8>, %b: tensor<48x40xi8>, %z: i32, %c: tensor<24x40xi32>) -> tensor<24x40xi32> {
  %y = linalg.quantized_matmul ins(%a, %b, %z, %z : tensor<24x48xi8>, tensor<48x40xi8>, i32, i32) outs(%c : tensor<24x40xi32>) -> tensor<24x40xi32>
  return %y : tensor<24x40xi32>
}
func.func @batch(%x: tensor<2x16x64xbf16>, %w: tensor<2x64x32xbf16>, %i: tensor<2x16x32xf32>) -> tensor<2x16x32xf32> {
  %y = linalg.batch_matmul ins(%x, %w : tensor<2x16x64xbf16>, tensor<2x64x32xbf16>) outs(%i : tensor<2x16x32xf32>) -> tensor<2x16x32xf32>
  return %y : tensor<2x16x32xf32>
}
func.func @dynamic_k(%a: tensor<24x?xi8>, %b: tensor<?x40xi8>, %c: tensor<24x40xi32>) -> tensor<24x40xi32> {
  %z = arith.constant 3 : i32
  %y = linalg.quantized_matmul ins(%a, %b, %z, %z : tensor<24x?xi8>, tensor<?x40xi8>, i32, i32) outs(%c : tensor<24x40xi32>) -> tensor<24x40xi32>
  return %y : tensor<24x40xi32>
}

// -----

#v = affine_map<(a, b, c, d) -> (a, b, c, d)>

// The largest magnitude of another block: that of its column and row.
// CHECK-LABEL: func.func @other_block(
// CHECK-NOT: gq.scaled_cast
// CHECK: gq.block_absmax
// CHECK-NOT: gq.scaled_cast
// CHECK: return
// REMARK: {{.*}}is not raised: has no bounds of the format, and scales that may be smaller
func.func @other_block(%x: tensor<32x64xf32>) -> tensor<32x64xf8E4M3FN> {
  %tiny = arith.constant 1.0e-3 : f32
  %max = arith.constant 448.0 : f32
  %v = tensor.expand_shape %x [[0, 1], [2, 3]] output_shape [4, 8, 4, 16] : tensor<32x64xf32> into tensor<4x8x4x16xf32>
  %er = tensor.empty() : tensor<4x4xf32>
  %ir = linalg.fill ins(%tiny : f32) outs(%er : tensor<4x4xf32>) -> tensor<4x4xf32>
  %am = linalg.generic {indexing_maps = [#v, affine_map<(a, b, c, d) -> (a, c)>], iterator_types = ["parallel", "reduction", "parallel", "reduction"]} ins(%v : tensor<4x8x4x16xf32>) outs(%ir : tensor<4x4xf32>) {
  ^bb0(%i: f32, %o: f32):
    %a = math.absf %i : f32
    %e = arith.maximumf %a, %o : f32
    linalg.yield %e : f32
  } -> tensor<4x4xf32>
  %eq = tensor.empty() : tensor<4x8x4x16xf8E4M3FN>
  %q = linalg.generic {indexing_maps = [#v, affine_map<(a, b, c, d) -> (c, a)>, #v], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%v, %am : tensor<4x8x4x16xf32>, tensor<4x4xf32>) outs(%eq : tensor<4x8x4x16xf8E4M3FN>) {
  ^bb0(%i: f32, %m: f32, %o: f8E4M3FN):
    %s = arith.divf %m, %max : f32
    %d = arith.divf %i, %s : f32
    %t = arith.truncf %d : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<4x8x4x16xf8E4M3FN>
  %y = tensor.collapse_shape %q [[0, 1], [2, 3]] : tensor<4x8x4x16xf8E4M3FN> into tensor<32x64xf8E4M3FN>
  return %y : tensor<32x64xf8E4M3FN>
}
