// linalg, arith and math: scalar semantics, loops, reductions.
//
// RUN: gq-run %s --backend=reference --print --entry=epilogue | FileCheck %s --check-prefix=EPILOGUE
// RUN: gq-run %s --backend=reference --print --entry=rounding | FileCheck %s --check-prefix=ROUND
// RUN: gq-run %s --backend=reference --print --entry=integers | FileCheck %s --check-prefix=INT
// RUN: gq-run %s --backend=reference --print --entry=compare | FileCheck %s --check-prefix=CMP
// RUN: gq-run %s --backend=reference --print --entry=functions | FileCheck %s --check-prefix=MATH
// RUN: gq-run %s --backend=reference --print --entry=reductions | FileCheck %s --check-prefix=REDUCE
// RUN: gq-run %s --backend=reference --print --entry=maps | FileCheck %s --check-prefix=MAPS
// RUN: gq-run %s --backend=reference --print --entry=named | FileCheck %s --check-prefix=NAMED
// RUN: gq-run %s --backend=reference --print --entry=undefined | FileCheck %s --check-prefix=UNDEF

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#col = affine_map<(i, j) -> (j)>

// Bias along columns, ReLU, one rounding to bf16: 257 is a tie and becomes 256.
// EPILOGUE: value0 tensor<2x3xbf16> {{\[\[}}1.5, 0, 4], [4.5, 3, 256]]
func.func @epilogue() -> tensor<2x3xbf16> {
  %x = arith.constant dense<[[1.0, -2.0, 3.0], [4.0, 2.0, 256.0]]> : tensor<2x3xf32>
  %b = arith.constant dense<[0.5, 1.0, 1.0]> : tensor<3xf32>
  %e = tensor.empty() : tensor<2x3xbf16>
  %zero = arith.constant 0.0 : f32
  %r = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %b : tensor<2x3xf32>, tensor<3xf32>) outs(%e : tensor<2x3xbf16>) {
  ^bb0(%v: f32, %w: f32, %o: bf16):
    %s = arith.addf %v, %w : f32
    %m = arith.maximumf %s, %zero : f32
    %t = arith.truncf %m : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<2x3xbf16>
  return %r : tensor<2x3xbf16>
}

// bf16 arithmetic rounds after each op: 256 + 1 is 256, twice; f32 does not.
// f64 to bf16 rounds once, though the f32 between them would be a tie.
// ROUND: value0 tensor<2xbf16> [256, 1.0078125]
// ROUND: value1 tensor<2xf32> [258, 3]
// ROUND: value2 tensor<1xbf16> [1.0078125]
// Neither does saturate: f8E4M3FN, which has no infinity, overflows to NaN.
// ROUND: value3 tensor<4xf8E4M3FN> [nan, 16, nan, 448]
// ROUND: value4 tensor<2xf16> [inf, 5.96046448e-08]
// ROUND: value5 tensor<4xf8E5M2> [57344, inf, -inf, nan]
func.func @rounding() -> (tensor<2xbf16>, tensor<2xf32>, tensor<1xbf16>, tensor<4xf8E4M3FN>, tensor<2xf16>, tensor<4xf8E5M2>) {
  %x = arith.constant dense<[256.0, 1.0]> : tensor<2xbf16>
  %y = arith.constant dense<[1.0, 0.00390625]> : tensor<2xbf16>
  %s = arith.addf %x, %y : tensor<2xbf16>
  %s2 = arith.addf %s, %y : tensor<2xbf16>
  %one = arith.constant dense<1.0078125> : tensor<2xbf16>
  %c = arith.constant dense<[true, false]> : tensor<2xi1>
  %sel = arith.select %c, %s2, %one : tensor<2xi1>, tensor<2xbf16>
  %fx = arith.constant dense<[256.0, 1.0]> : tensor<2xf32>
  %fo = arith.constant dense<1.0> : tensor<2xf32>
  %f1 = arith.addf %fx, %fo : tensor<2xf32>
  %f2 = arith.addf %f1, %fo : tensor<2xf32>
  %d = arith.constant dense<1.00390625000001> : tensor<1xf64>
  %t = arith.truncf %d : tensor<1xf64> to tensor<1xbf16>
  %w = arith.constant dense<[1.0e6, 17.0, 0x7FC00000, 464.0]> : tensor<4xf32>
  %q = arith.truncf %w : tensor<4xf32> to tensor<4xf8E4M3FN>
  %u = arith.constant dense<[61439.0, 61440.0, -1.0e6, 0x7FC00000]> : tensor<4xf32>
  %p = arith.truncf %u : tensor<4xf32> to tensor<4xf8E5M2>
  %v = arith.constant dense<[65520.0, 4.0e-8]> : tensor<2xf32>
  %h = arith.truncf %v : tensor<2xf32> to tensor<2xf16>
  return %sel, %f2, %t, %q, %h, %p : tensor<2xbf16>, tensor<2xf32>, tensor<1xbf16>, tensor<4xf8E4M3FN>, tensor<2xf16>, tensor<4xf8E5M2>
}

// Wrapping, signedness, widths, saturating conversions.
// INT: value0 tensor<2xi8> [-128, -1]
// INT: value1 tensor<2xi32> [-3, 1]
// INT: value2 tensor<2xi32> [-4, 1]
// INT: value3 tensor<2xi32> [2147483644, 1]
// INT: value4 tensor<3xi32> [2147483647, -2147483648, 0]
// INT: value5 tensor<2xi64> [-1, 4294967295]
// INT: value6 tensor<2xi1> [true, false]
// INT: value7 tensor<1xi16> [-21846]
// INT: value8 tensor<1xf32> [16777216]
func.func @integers() -> (tensor<2xi8>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<3xi32>, tensor<2xi64>, tensor<2xi1>, tensor<1xi16>, tensor<1xf32>) {
  %a = arith.constant dense<[127, 127]> : tensor<2xi8>
  %b = arith.constant dense<[1, -128]> : tensor<2xi8>
  %sum = arith.addi %a, %b : tensor<2xi8>
  %n = arith.constant dense<[-7, 3]> : tensor<2xi32>
  %two = arith.constant dense<2> : tensor<2xi32>
  %div = arith.divsi %n, %two : tensor<2xi32>
  %floor = arith.floordivsi %n, %two : tensor<2xi32>
  %udiv = arith.divui %n, %two : tensor<2xi32>
  %f = arith.constant dense<[3.0e9, 0xFF800000, 0x7FC00000]> : tensor<3xf32>
  %i = arith.fptosi %f : tensor<3xf32> to tensor<3xi32>
  %m = arith.constant dense<-1> : tensor<1xi32>
  %se = arith.extsi %m : tensor<1xi32> to tensor<1xi64>
  %ze = arith.extui %m : tensor<1xi32> to tensor<1xi64>
  %e = tensor.empty() : tensor<2xi64>
  %p = tensor.insert_slice %se into %e[0] [1] [1] : tensor<1xi64> into tensor<2xi64>
  %both = tensor.insert_slice %ze into %p[1] [1] [1] : tensor<1xi64> into tensor<2xi64>
  %lt = arith.cmpi slt, %n, %two : tensor<2xi32>
  %bits = arith.constant dense<0xAAAA> : tensor<1xi16>
  %big = arith.constant dense<16777217> : tensor<1xi32>
  %real = arith.sitofp %big : tensor<1xi32> to tensor<1xf32>
  return %sum, %div, %floor, %udiv, %i, %both, %lt, %bits, %real : tensor<2xi8>, tensor<2xi32>, tensor<2xi32>, tensor<2xi32>, tensor<3xi32>, tensor<2xi64>, tensor<2xi1>, tensor<1xi16>, tensor<1xf32>
}

// CMP: value0 tensor<3xi1> [true, false, false]
// CMP: value1 tensor<3xi1> [true, false, true]
// CMP: value2 tensor<3xf32> [2, -0, nan]
// CMP: value3 tensor<3xf32> [2, 0, 1]
func.func @compare() -> (tensor<3xi1>, tensor<3xi1>, tensor<3xf32>, tensor<3xf32>) {
  %a = arith.constant dense<[1.0, 0.0, 0x7FC00000]> : tensor<3xf32>
  %b = arith.constant dense<[2.0, -0.0, 1.0]> : tensor<3xf32>
  %olt = arith.cmpf olt, %a, %b : tensor<3xf32>
  %ult = arith.cmpf ult, %a, %b : tensor<3xf32>
  %min = arith.minimumf %a, %b : tensor<3xf32>
  %n = arith.negf %min : tensor<3xf32>
  %c = arith.constant dense<[false, true, true]> : tensor<3xi1>
  %s = arith.select %c, %min, %b : tensor<3xi1>, tensor<3xf32>
  %max = arith.maxnumf %a, %b : tensor<3xf32>
  return %olt, %ult, %s, %max : tensor<3xi1>, tensor<3xi1>, tensor<3xf32>, tensor<3xf32>
}

// Correctly rounded values of functions at 0.5 and 2.
// MATH: value0 tensor<2xf32> [1.64872122, 7.38905621]
// MATH: value1 tensor<2xf32> [0.462117165, 0.964027584]
// MATH: value2 tensor<2xf32> [0.520499885, 0.995322287]
// MATH: value3 tensor<2xf32> [1.41421354, 0.707106769]
// MATH: value4 tensor<2xf32> [-0.693147182, 0.693147182]
// MATH: value5 tensor<2xf32> [1.25, 5]
func.func @functions() -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  %x = arith.constant dense<[0.5, 2.0]> : tensor<2xf32>
  %one = arith.constant dense<1.0> : tensor<2xf32>
  %exp = math.exp %x : tensor<2xf32>
  %tanh = math.tanh %x : tensor<2xf32>
  %erf = math.erf %x : tensor<2xf32>
  %rsqrt = math.rsqrt %x : tensor<2xf32>
  %log = math.log %x : tensor<2xf32>
  %fma = math.fma %x, %x, %one : tensor<2xf32>
  return %exp, %tanh, %erf, %rsqrt, %log, %fma : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
}

// Row sums and maxima in one op, and a sum over everything.
// REDUCE: value0 tensor<2xf32> [6, 15]
// REDUCE: value1 tensor<2xf32> [3, 6]
// REDUCE: value2 tensor<f32> 21
func.func @reductions() -> (tensor<2xf32>, tensor<2xf32>, tensor<f32>) {
  %x = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %zero = arith.constant dense<0.0> : tensor<2xf32>
  %s, %m = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<2x3xf32>) outs(%zero, %zero : tensor<2xf32>, tensor<2xf32>) {
  ^bb0(%v: f32, %a: f32, %b: f32):
    %sum = arith.addf %a, %v : f32
    %max = arith.maximumf %b, %v : f32
    linalg.yield %sum, %max : f32, f32
  } -> (tensor<2xf32>, tensor<2xf32>)
  %z = arith.constant dense<0.0> : tensor<f32>
  %t = linalg.reduce ins(%x : tensor<2x3xf32>) outs(%z : tensor<f32>) dimensions = [0, 1]
    (%v: f32, %a: f32) {
      %sum = arith.addf %a, %v : f32
      linalg.yield %sum : f32
    }
  return %s, %m, %t : tensor<2xf32>, tensor<2xf32>, tensor<f32>
}

// A window (a sum of loops), a division of one, and linalg.index.
// MAPS: value0 tensor<3xf32> [3, 5, 7]
// MAPS: value1 tensor<4xf32> [1, 1, 2, 2]
// MAPS: value2 tensor<2x3xi64> {{\[\[}}0, 1, 2], [10, 11, 12]]
func.func @maps() -> (tensor<3xf32>, tensor<4xf32>, tensor<2x3xi64>) {
  %x = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %w = arith.constant dense<1.0> : tensor<2xf32>
  %zero = arith.constant dense<0.0> : tensor<3xf32>
  %conv = linalg.conv_1d ins(%x, %w : tensor<4xf32>, tensor<2xf32>) outs(%zero : tensor<3xf32>) -> tensor<3xf32>
  %e = tensor.empty() : tensor<4xf32>
  %h = linalg.generic {indexing_maps = [affine_map<(i) -> (i floordiv 2)>, affine_map<(i) -> (i)>],
                       iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<4xf32>
  %ei = tensor.empty() : tensor<2x3xi64>
  %ten = arith.constant 10 : i64
  %i = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]}
      outs(%ei : tensor<2x3xi64>) {
  ^bb0(%o: i64):
    %r = linalg.index 0 : index
    %c = linalg.index 1 : index
    %ri = arith.index_cast %r : index to i64
    %ci = arith.index_cast %c : index to i64
    %t = arith.muli %ri, %ten : i64
    %u = arith.addi %t, %ci : i64
    linalg.yield %u : i64
  } -> tensor<2x3xi64>
  return %conv, %h, %i : tensor<3xf32>, tensor<4xf32>, tensor<2x3xi64>
}

// NAMED: value0 tensor<2x2xf32> {{\[\[}}5, 11], [11, 25]]
// NAMED: value1 tensor<2x2xf32> {{\[\[}}1, 3], [2, 4]]
// NAMED: value2 tensor<2x2xf32> {{\[\[}}2, 4], [6, 8]]
// NAMED: value3 tensor<2x2xf32> {{\[\[}}1, 0.5], [0.333333343, 0.25]]
func.func @named() -> (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %x = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %zero = arith.constant 0.0 : f32
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %t = linalg.transpose ins(%x : tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) permutation = [1, 0]
  %m = linalg.matmul ins(%x, %t : tensor<2x2xf32>, tensor<2x2xf32>) outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
  %a = linalg.add ins(%x, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %r = linalg.elementwise kind=#linalg.elementwise_kind<reciprocal> ins(%x : tensor<2x2xf32>) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  return %m, %t, %a, %r : tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>, tensor<2x2xf32>
}

// What was never written shows.
// UNDEF: value0 tensor<2xf32> [nan, nan]
// UNDEF: value1 tensor<2xbf16> [nan, nan]
func.func @undefined() -> (tensor<2xf32>, tensor<2xbf16>) {
  %e = tensor.empty() : tensor<2xf32>
  %b = tensor.empty() : tensor<2xbf16>
  return %e, %b : tensor<2xf32>, tensor<2xbf16>
}
