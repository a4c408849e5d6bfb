// Without ptxas nobody knows whether a kernel spills: a bundle of ptx alone says so.
// UNSUPPORTED: ptxas
// RUN: gq-compile %s -o %t.gqb 2>&1 | FileCheck %s
// RUN: gq-compile %s --emit=ptx -o %t.ptx 2>&1 | FileCheck %s --check-prefix=PTX --allow-empty
// CHECK: remark: no ptxas was found: whether a kernel spills registers is not known, and the driver compiles the ptx when the bundle is loaded
// PTX-NOT: remark
func.func @maxima(%x: tensor<8x128xbf16>, %e: tensor<8x1xf32>) -> tensor<8x1xf32> {
  %s = gq.block_absmax %x block [1, 128] outs(%e : tensor<8x1xf32>) : tensor<8x128xbf16> -> tensor<8x1xf32>
  return %s : tensor<8x1xf32>
}
