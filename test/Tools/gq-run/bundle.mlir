// A bundle is shown (bundle-run.mlir runs it); it is not compiled again. Every tool says which version it is.
// RUN: gq-compile %s -o %t.gqb
// RUN: gq-run %t.gqb | FileCheck %s
// RUN: gq-run %t.gqb --explain | FileCheck %s
// RUN: not gq-compile %t.gqb -o %t.again 2>&1 | FileCheck %s --check-prefix=AGAIN
// RUN: head -c 100 %t.gqb > %t.cut && not gq-run %t.cut 2>&1 | FileCheck %s --check-prefix=CUT
// RUN: gq-run --version | FileCheck %s --check-prefix=VERSION
// RUN: gq-compile --version | FileCheck %s --check-prefix=VERSION
// RUN: gq-opt --version | FileCheck %s --check-prefix=VERSION
// RUN: gq-bundle --version | FileCheck %s --check-prefix=VERSION
// RUN: gq-bench --version | FileCheck %s --check-prefix=VERSION
// RUN: gq-tune --version | FileCheck %s --check-prefix=VERSION
// RUN: gq-stress --version | FileCheck %s --check-prefix=VERSION

// CHECK: target sm_90a
// CHECK: function maxima
// AGAIN: error: '{{.*}}.gqb' is a bundle, which is compiled; expects an .mlir file (gq-bundle info shows what is in it)
// CUT: error: '{{.*}}.cut':
// VERSION: gridquant {{[0-9]+\.[0-9]+\.[0-9]+}} ({{[0-9a-f]+|unknown}})
func.func @maxima(%x: tensor<8x128xbf16>, %e: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %s = gq.block_absmax %x block [1, 128] outs(%e : tensor<8x1xf32>) : tensor<8x128xbf16> -> tensor<8x1xf32>
  return %s : tensor<8x1xf32>
}
