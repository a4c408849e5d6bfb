// A private function that nobody calls is in no bundle, and has no code; one that is public is, and
// gq-run runs either by its name.
// RUN: gq-compile %s -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s
// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX
// RUN: gq-run %s --entry=hidden --backend=reference | FileCheck %s --check-prefix=BY-NAME
// RUN: gq-run %s --entry=hidden --backend=simulate --check | FileCheck %s --check-prefix=BY-NAME
// RUN: gq-run %s --entry=hidden --explain | FileCheck %s --check-prefix=EXPLAIN
// RUN: gq-run %s --entry=hidden --stages | FileCheck %s --check-prefix=STAGES

// CHECK-NOT: hidden
// CHECK: function called
// CHECK: function caller
// CHECK-NOT: function
// PTX-NOT: hidden
// PTX: .entry called{{.*}}
// BY-NAME: function   @hidden
// EXPLAIN: kernel hidden
// STAGES: after gq-allocate-shared-memory
// STAGES-NEXT: check0     passed
func.func private @hidden(%x: tensor<8x128xbf16>, %e: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %s = gq.block_absmax %x block [1, 128] outs(%e : tensor<8x1xf32>) : tensor<8x128xbf16> -> tensor<8x1xf32>
  return %s : tensor<8x1xf32>
}
func.func @called(%x: tensor<8x128xbf16>, %e: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %s = gq.block_absmax %x block [1, 128] outs(%e : tensor<8x1xf32>) : tensor<8x128xbf16> -> tensor<8x1xf32>
  return %s : tensor<8x1xf32>
}
func.func @caller(%x: tensor<8x128xbf16>, %e: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %s = call @called(%x, %e) : (tensor<8x128xbf16>, tensor<8x1xf32>) -> tensor<8x1xf32>
  return %s : tensor<8x1xf32>
}
