// Calls and loops are a matter of how a program is written.
// RUN: split-file %s %t
// RUN: gq-run %t/call.mlir --m 6 --backend=simulate --check | FileCheck %s --check-prefix=CALL
// RUN: gq-run %t/loop.mlir --backend=simulate --check | FileCheck %s --check-prefix=LOOP
// RUN: gq-compile %t/call.mlir -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=BUNDLE

// What the callee computes is fused into the quantisation that reads it.
// CALL: simulated  1 launches
// CALL: check0     passed
// CALL: check1     passed

// LOOP: simulated  3 launches
// LOOP: check0     passed

// BUNDLE-NOT: function norm
// BUNDLE: function main
// BUNDLE: launch 0
// BUNDLE-NOT: launch 1

//--- call.mlir
func.func private @norm(%x: tensor<?x256xbf16>) -> tensor<?x256xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
     ins(%x : tensor<?x256xbf16>) outs(%e : tensor<?x256xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %s = arith.extf %a : bf16 to f32
    %t = arith.mulf %s, %s : f32
    linalg.yield %t : f32
  } -> tensor<?x256xf32>
  return %y : tensor<?x256xf32>
}
func.func @main(%x: tensor<?x256xbf16>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %y = call @norm(%x) : (tensor<?x256xbf16>) -> tensor<?x256xf32>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = gq.quantize %y block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) : tensor<?x256xf32> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}

//--- loop.mlir
func.func @layers(%x: tensor<64x128xbf16>, %w: tensor<3x128x128xbf16>) -> tensor<64x128xbf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : bf16
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%v = %x) -> tensor<64x128xbf16> {
    %wi = tensor.extract_slice %w[%i, 0, 0] [1, 128, 128] [1, 1, 1] : tensor<3x128x128xbf16> to tensor<128x128xbf16>
    %e = tensor.empty() : tensor<64x128xbf16>
    %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<64x128xbf16>) -> tensor<64x128xbf16>
    %y = gq.scaled_matmul %v, %wi outs(%f : tensor<64x128xbf16>) : tensor<64x128xbf16>, tensor<128x128xbf16> -> tensor<64x128xbf16>
    scf.yield %y : tensor<64x128xbf16>
  }
  return %r : tensor<64x128xbf16>
}
