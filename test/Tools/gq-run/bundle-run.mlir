// A bundle runs as the program does that it was compiled from: inputs and results in files, sizes,
// data, the reference beside it. Kernels of the driver that is here leave all as it was, ones.
// DEFINE: %{gpu} = env GQ_LIBCUDA=%mock_cuda GQ_CACHE_DIR=
// RUN: gq-compile %s -o %t.gqb
// RUN: %{gpu} gq-run %t.gqb --shape x=2x64 --print --repeat=3 --output %t.npy | FileCheck %s
// RUN: %{gpu} gq-run %t.gqb --entry=widen --m=3 --generate=zeros | FileCheck %s --check-prefix=ENTRY
// RUN: %{gpu} gq-run %t.gqb --backend=cuda --m=0 --seed=7 | FileCheck %s --check-prefix=EMPTY

// Of a NaN and anything the sum is NaN.
// RUN: %{gpu} gq-run %t.gqb --input x=%t.npy --reference=%s | FileCheck %s --check-prefix=SAME
// RUN: not %{gpu} gq-run %t.gqb --m=2 --reference=%s --check 2>&1 | FileCheck %s --check-prefix=OTHER

// RUN: not env GQ_LIBCUDA=%t.none gq-run %t.gqb --m=2 2>&1 | FileCheck %s --check-prefix=DRIVER
// RUN: not gq-run %t.gqb --print 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: not gq-run %t.gqb --entry=none 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not gq-run %t.gqb --m=2 --check 2>&1 | FileCheck %s --check-prefix=CHECKS
// RUN: not gq-run %t.gqb --m=2 --explain 2>&1 | FileCheck %s --check-prefix=EXPLAIN
// RUN: not gq-run %t.gqb --stages 2>&1 | FileCheck %s --check-prefix=STAGES
// RUN: not gq-run %t.gqb --after=gq-tile 2>&1 | FileCheck %s --check-prefix=AFTER
// RUN: not gq-run %t.gqb --target=h20 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not gq-run %t.gqb --config='#gq.matmul_config<>' 2>&1 | FileCheck %s --check-prefix=CONFIG
// RUN: not gq-run %t.gqb --backend=simulate 2>&1 | FileCheck %s --check-prefix=BACKEND
// RUN: not gq-run %t.gqb --entry=widen --m=2 --reference=%S/bundle.mlir 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: sed s/xf32/xf64/g %s > %t.f64.mlir
// RUN: not gq-run %t.gqb --entry=widen --m=2 --reference=%t.f64.mlir 2>&1 | FileCheck %s --check-prefix=TYPE

// CHECK: backend    cuda
// CHECK-NEXT: function   @sum
// CHECK-NEXT: arg0       tensor<2x64xbf16>  %x
// CHECK-NEXT: arg1       tensor<2x64xbf16>  %y
// CHECK-NEXT: result0    tensor<2x64xbf16>
// CHECK-NEXT: time       {{.*}} ms, median of 3
// CHECK-NEXT: value0     tensor<2x64xbf16> {{\[\[}}nan, nan,
// ENTRY: function   @widen
// ENTRY-NEXT: arg0       tensor<3x64xbf16>  %v
// ENTRY-NEXT: result0    tensor<3x64xf32>
// EMPTY: result0    tensor<0x64xbf16>
// SAME: check0     passed
// OTHER-DAG: check0     failed
// OTHER-DAG: error: {{.*}}result 0 does not agree with the reference
// DRIVER: error: '{{.*}}.gqb': a bundle runs on a GPU: {{.*}}.none{{.*}}; without options gq-run shows what is in it, and the .mlir file that it was compiled from runs on a CPU
// SIZE: error: '{{.*}}.gqb': dimension 0 of arg0 (%x) of type 'tensor<?x64xbf16>' is dynamic, give it a size with --shape=arg0=... or --m
// NAME: error: '{{.*}}.gqb': has no function @none
// CHECKS: error: '{{.*}}.gqb': --check: expects --reference=<file.mlir> beside it, with the function that the bundle was compiled from
// EXPLAIN: error: '{{.*}}.gqb': --explain: a bundle is kernels of a program that was compiled, expects the .mlir file
// STAGES: error: '{{.*}}.gqb': --stages: a bundle is
// AFTER: error: '{{.*}}.gqb': --after: a bundle is
// TARGET: error: '{{.*}}.gqb': --target: a bundle is
// CONFIG: error: '{{.*}}.gqb': --config: a bundle is
// BACKEND: error: '{{.*}}.gqb': --backend=simulate: a bundle is
// MISSING: error: has no function @widen
// TYPE: error: {{.*}}has type '(tensor<?x64xbf16>) -> tensor<?x64xf32>', the reference '(tensor<?x64xbf16>) -> tensor<?x64xf64>'
func.func @sum(%x: tensor<?x64xbf16>, %y: tensor<?x64xbf16>) -> tensor<?x64xbf16> {
  %z = arith.addf %x, %y : tensor<?x64xbf16>
  return %z : tensor<?x64xbf16>
}
func.func @widen(%v: tensor<?x64xbf16>) -> tensor<?x64xf32> {
  %w = arith.extf %v : tensor<?x64xbf16> to tensor<?x64xf32>
  return %w : tensor<?x64xf32>
}
