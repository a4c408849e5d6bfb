// A dimension that does not exist is refused in the same words by all executors.
// RUN: not gq-run %s --backend=reference --m=4 2>&1 | FileCheck %s
// RUN: not gq-run %s --backend=simulate --m=4 2>&1 | FileCheck %s

// CHECK: error: 'tensor.dim' op expects an index below the rank 2, got 2
func.func @dim(%x: tensor<?x128xbf16>) -> tensor<?x128xbf16> {
  %c2 = arith.constant 2 : index
  %m = tensor.dim %x, %c2 : tensor<?x128xbf16>
  %e = tensor.empty(%m) : tensor<?x128xbf16>
  return %e : tensor<?x128xbf16>
}
