// RUN: gq-run %s | FileCheck %s --check-prefix=AUTO
// RUN: gq-run %s --backend=reference --entry=second --m=3 --repeat=5 --cpu-threads=2 | FileCheck %s --check-prefix=SECOND
// RUN: gq-run --backend=reference < %s | FileCheck %s --check-prefix=STDIN
// RUN: not gq-run %s --backend=vax 2>&1 | FileCheck %s --check-prefix=VAX
// RUN: not gq-run %s --entry=third 2>&1 | FileCheck %s --check-prefix=ENTRY
// RUN: not gq-run %s --entry=outside 2>&1 | FileCheck %s --check-prefix=OUTSIDE
// RUN: not gq-run %s --entry=second 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// RUN: not gq-run %s --entry=second --shape=arg0=4 2>&1 | FileCheck %s --check-prefix=RANK
// RUN: not gq-run %s --entry=second --shape=arg0=4x5 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: not gq-run %s --entry=second --shape=arg1=4x4 2>&1 | FileCheck %s --check-prefix=ARG
// RUN: not gq-run %s --entry=second --shape=y=4x4 2>&1 | FileCheck %s --check-prefix=SPELLING
// RUN: not gq-run %s --entry=second --shape=arg0=4xx 2>&1 | FileCheck %s --check-prefix=SIZES
// RUN: not gq-run %s --entry=second --m=4 --generate=noise 2>&1 | FileCheck %s --check-prefix=GENERATE
// RUN: not gq-run %s --entry=second --m=4611686018427387904 2>&1 | FileCheck %s --check-prefix=MEMORY
// RUN: not gq-run %s --entry=scalar 2>&1 | FileCheck %s --check-prefix=SCALAR
// RUN: not gq-run %s --output=%t.a.npy --output=%t.b.npy 2>&1 | FileCheck %s --check-prefix=OUTPUT
// RUN: not gq-run %t.there-is-no-such-file.mlir 2>&1 | FileCheck %s --check-prefix=NOFILE
// RUN: echo "func.func @f( {" | not gq-run 2>&1 | FileCheck %s --check-prefix=SYNTAX
// RUN: echo "module {}" | not gq-run 2>&1 | FileCheck %s --check-prefix=NOTHING

// AUTO: using backend {{.*}}
// AUTO: function   @first
// AUTO-NEXT: arg0       tensor<2x2xf32>
// AUTO-NEXT: result0    tensor<2x2xf32>
// AUTO-NEXT: time       {{[0-9.]+}} ms

// STDIN-NOT: using backend
// STDIN: backend    reference
// STDIN-NEXT: function   @first

// SECOND: function   @second
// SECOND-NEXT: arg0       tensor<3x4xf32>
// SECOND: time       {{[0-9.]+}} ms, median of 5

// VAX: error: unknown backend vax, expects reference, simulate or cuda
// ENTRY: error: has no function @third
// OUTSIDE: error: 'func.func' op has no body to run
// DYNAMIC: error: dimension 0 of arg0 (%x) of type 'tensor<?x4xf32>' is dynamic, give it a size with --shape=arg0=... or --m
// RANK: error: --shape: arg0 (%x) is 4, expected 'tensor<?x4xf32>'
// SIZE: error: --shape: arg0 (%x) is 4x5, expected 'tensor<?x4xf32>'
// ARG: error: --shape: expects an argument below 1, got arg1
// SPELLING: error: --shape: expects argN=... or the name of an argument, got y=4x4
// SIZES: error: --shape: expects sizes as in arg0=128x8192, got arg0=4xx
// GENERATE: error: --generate: expects normal, outliers, zeros, special, pow2, uniform or codes, got noise
// MEMORY: error: arg0 (%x) needs more memory than there is, shape 4611686018427387904x4
// SCALAR: error: arg0 (%i) has type 'index', expected a ranked tensor
// OUTPUT: error: --output: expects at most 1 files, one per result, got 2
// NOFILE: error: cannot open input file
// SYNTAX: error: expected
// NOTHING: error: has no public function to run

func.func private @hidden()
func.func @first(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  return %x : tensor<2x2xf32>
}
func.func @second(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  return %x : tensor<?x4xf32>
}
func.func @scalar(%i: index) {
  return
}
func.func private @outside()
