// Results of one run are the arguments of the next; files that do not fit are
// refused by name.
//
// RUN: gq-run %s --entry=make --output=%t.f32.npy --output=%t.fp8.npy --output=%t.vector.npy
// RUN: gq-run %s --entry=use --input=%t.f32.npy --input=%t.fp8.npy --print | FileCheck %s --check-prefix=USE
// RUN: gq-run %s --entry=use --input=arg1=%t.fp8.npy --input=arg0=%t.f32.npy --print | FileCheck %s --check-prefix=USE
// RUN: not gq-run %s --entry=use --input=%t.missing.npy 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not gq-run %s --entry=use --input=%t.fp8.npy 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not gq-run %s --entry=use --input=%t.vector.npy 2>&1 | FileCheck %s --check-prefix=RANK
// RUN: not gq-run %s --entry=exact --input=%t.f32.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not gq-run %s --entry=use --input=%s 2>&1 | FileCheck %s --check-prefix=NOTNPY
// RUN: not gq-run %s --entry=exact --input=%t.f32.npy --input=%t.f32.npy 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not gq-run %s --entry=exact --input=%t.f32.npy --input=arg0=%t.f32.npy 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not gq-run %s --entry=make --output=%t.no-such-folder/x.npy 2>&1 | FileCheck %s --check-prefix=FOLDER
// RUN: not gq-run %s --entry=bits --output=%t.bits.npy 2>&1 | FileCheck %s --check-prefix=BITS

// USE: arg0       tensor<2x2xf32>
// USE-NEXT: arg1       tensor<2x2xf8E4M3FN>
// USE: value0     tensor<2x2xf32> {{\[\[}}1.5, -2], [nan, inf]]
// USE: value1     tensor<2x2xf8E4M3FN> {{\[\[}}448, -0], [nan, 0.001953125]]

// MISSING: error: arg0 (%f): {{.*}}.missing.npy
// TYPE: error: arg0 (%f): {{.*}}.fp8.npy{{.*}}f32
// RANK: error: arg0 (%f): {{.*}}.vector.npy{{.*}}2
// SHAPE: error: arg0 (%f): {{.*}}.f32.npy has shape 2x2, expected 'tensor<2x3xf32>'
// NOTNPY: error: arg0 (%f): {{.*}}files.mlir
// MANY: error: --input: expects at most 1 files, one per argument
// TWICE: error: --input: arg0 (%f) is given twice
// FOLDER: error: result 0: {{.*}}no-such-folder
// BITS: error: result 0 of type 'tensor<2xi1>' cannot be written to an .npy file

func.func @make() -> (tensor<2x2xf32>, tensor<2x2xf8E4M3FN>, tensor<3xf32>) {
  %f = arith.constant dense<[[1.5, -2.0], [0x7FC00000, 0x7F800000]]> : tensor<2x2xf32>
  %q = arith.constant dense<[[448.0, -0.0], [0x7F, 0x01]]> : tensor<2x2xf8E4M3FN>
  %v = arith.constant dense<1.0> : tensor<3xf32>
  return %f, %q, %v : tensor<2x2xf32>, tensor<2x2xf8E4M3FN>, tensor<3xf32>
}
func.func @use(%f: tensor<?x2xf32>, %q: tensor<2x?xf8E4M3FN>) -> (tensor<?x2xf32>, tensor<2x?xf8E4M3FN>) {
  return %f, %q : tensor<?x2xf32>, tensor<2x?xf8E4M3FN>
}
func.func @exact(%f: tensor<2x3xf32>) -> tensor<2x3xf32> {
  return %f : tensor<2x3xf32>
}
func.func @bits() -> tensor<2xi1> {
  %b = arith.constant dense<[true, false]> : tensor<2xi1>
  return %b : tensor<2xi1>
}
