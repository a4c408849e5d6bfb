// Sizes that follow from others, by what ops demand, need not be given: of scales those of blocks, of a
// residual the product's. --m is for what is open then.
// RUN: gq-run %s --shape=arg0=70x256 --shape=arg2=300x256 --check | FileCheck %s --check-prefixes=CHECK,BOTH
// RUN: gq-run %s --m=70 --check | FileCheck %s --check-prefixes=CHECK,ONE
// RUN: not gq-run %s --shape=arg3=3x2 --m=130 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: not gq-run %s --shape=arg0=70x256 2>&1 | FileCheck %s --check-prefix=OPEN
// RUN: not gq-run %s --shape=arg0=70x256 --shape=arg4=71x300 2>&1 | FileCheck %s --check-prefix=WRONG
// RUN: not gq-run %s --m=-4 2>&1 | FileCheck %s --check-prefix=NEGATIVE

// CHECK: arg0       tensor<70x256xf8E4M3FN>
// CHECK-NEXT: arg1       tensor<70x2xf32>
// BOTH-NEXT: arg2       tensor<300x256xf8E4M3FN>
// BOTH-NEXT: arg3       tensor<3x2xf32>
// BOTH-NEXT: arg4       tensor<70x300xbf16>
// ONE-NEXT: arg2       tensor<70x256xf8E4M3FN>
// ONE-NEXT: arg3       tensor<1x2xf32>
// ONE-NEXT: arg4       tensor<70x70xbf16>
// CHECK: elementwise ops are compared with themselves: the reference has the same arithmetic
// CHECK: check0     passed
// How many rows have three blocks is not known from these.
// OTHER: error: 'gq.scaled_matmul' op expects dimension 0 of operand b_scales to be 2
// OPEN: error: dimension 0 of arg2 (%b) of type 'tensor<?x256xf8E4M3FN>' is dynamic, give it a size with --shape=arg2=... or --m
// WRONG: error: 'linalg.generic' op expects dimension 0 of operand 1 (argument 4, %residual) to be 70 (as dimension 0 of operand 0), got 71
// NEGATIVE: error: --m: expects a size of at least 0, got -4
#id = affine_map<(m, n) -> (m, n)>
func.func @f(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<?x256xf8E4M3FN>, %sb: tensor<?x2xf32>,
             %residual: tensor<?x?xbf16>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %n = tensor.dim %b, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x?xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<?x256xf8E4M3FN>, tensor<?x2xf32>, tensor<?x2xf32> -> tensor<?x?xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %residual : tensor<?x?xf32>, tensor<?x?xbf16>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%v: f32, %x: bf16, %o: f32):
    %w = arith.extf %x : bf16 to f32
    %r = arith.addf %v, %w : f32
    linalg.yield %r : f32
  } -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
