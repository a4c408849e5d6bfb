// Operands of a fused op with other sizes are refused before anything runs, by every
// executor, with the values; a bundle carries the demand.
//
// RUN: not gq-run %s --backend=reference --shape=arg0=128x256 --shape=arg1=64x256 2>&1 | FileCheck %s --check-prefix=REFERENCE
// RUN: not gq-run %s --backend=simulate --shape=arg0=128x256 --shape=arg1=64x256 2>&1 | FileCheck %s --check-prefix=SIMULATE
// RUN: gq-run %s --backend=simulate --m=128 --check | FileCheck %s --check-prefix=EQUAL
// RUN: gq-compile %s -o %t.gqb
// RUN: gq-bundle extract %t.gqb --image=metadata -o - | FileCheck %s --check-prefix=BUNDLE

// REFERENCE: error: 'linalg.mul' op expects dimension 0 of operand 1 (argument 1, %y) to be 128 (as dimension 0 of operand 0 (argument 0, %x)), got 64
// SIMULATE:  error: 'cf.assert' op fails: linalg.mul: dimension 0 of operand 1 (argument 1, %y) must equal dimension 0 of operand 0 (argument 0, %x): 64, 128 is needed
// EQUAL:     check0 {{.*}}passed
// EQUAL:     check1 {{.*}}passed
// BUNDLE{LITERAL}: "checks":[{"expr":["eq","arg1.0","arg0.0"],"message":"linalg.mul: dimension 0 of operand 1 (argument 1, %y) must equal dimension 0 of operand 0 (argument 0, %x)"},{"expr":["le",
func.func @product(%x: tensor<?x256xf32>, %y: tensor<?x256xf32>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xf32>
  %eh = tensor.empty(%m) : tensor<?x256xf32>
  %h = linalg.mul ins(%x, %y : tensor<?x256xf32>, tensor<?x256xf32>) outs(%eh : tensor<?x256xf32>) -> tensor<?x256xf32>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = gq.quantize %h block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
             : tensor<?x256xf32> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}
