// Products that several ops read, and destinations that are something.
// RUN: gq-run %s --entry=two_consumers --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=TWO,SECOND
// RUN: gq-run %s --entry=two_epilogues --backend=simulate --check | FileCheck %s --check-prefixes=THREE,SECOND
// RUN: gq-run %s --entry=self --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=outs_arg --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=outs_used --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=side_chain --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=side_tr --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=epilogue_and_transpose --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=TWO,SECOND
// RUN: gq-compile %s --emit=ptx -o %t.ptx
// RUN: gq-run %s --stages --entry=two_consumers --m=70 | FileCheck %s --check-prefix=STAGES
// ONE: simulated  1 launches
// ONE: check0     passed
// TWO: simulated  2 launches
// THREE: simulated  3 launches
// SECOND: check0     passed
// SECOND: check1     passed
// STAGES: after gq-expand-math: simulated
// STAGES-NEXT: check0     passed

#id = affine_map<(m, n) -> (m, n)>
#col = affine_map<(m, n) -> (n)>

// The product is a result as well.
func.func @two_consumers(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>) -> (tensor<?x384xf32>, tensor<?x384xf32>) {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%d : tensor<?x384xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%x: f32, %o: f32):
    %t = arith.maximumf %x, %z : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %d, %r : tensor<?x384xf32>, tensor<?x384xf32>

}

// Two ops read it.
func.func @two_epilogues(%a: tensor<70x256xf8E4M3FN>, %sa: tensor<70x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>) -> (tensor<70x384xf32>, tensor<70x384xf32>) {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  
  %e = tensor.empty() : tensor<70x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<70x384xf32>)
      : tensor<70x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<70x2xf32>, tensor<3x2xf32> -> tensor<70x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %d : tensor<70x384xf32>, tensor<70x384xf32>) outs(%e : tensor<70x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<70x384xf32>
  %q = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %d : tensor<70x384xf32>, tensor<70x384xf32>) outs(%e : tensor<70x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.mulf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<70x384xf32>
  return %r, %q : tensor<70x384xf32>, tensor<70x384xf32>

}

// One reads it twice, and its destination is it, too.
func.func @self(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %d : tensor<?x384xf32>, tensor<?x384xf32>) outs(%d : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.mulf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// An argument is overwritten.
func.func @outs_arg(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<384xf32>, %out: tensor<?x384xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %v : tensor<?x384xf32>, tensor<384xf32>) outs(%out : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// And read before.
func.func @outs_used(%a: tensor<70x256xf8E4M3FN>, %sa: tensor<70x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %out: tensor<70x384xf32>) -> tensor<70x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  
  %e = tensor.empty() : tensor<70x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<70x384xf32>)
      : tensor<70x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<70x2xf32>, tensor<3x2xf32> -> tensor<70x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%d : tensor<70x384xf32>) outs(%out : tensor<70x384xf32>) {
  ^bb0(%x: f32, %o: f32):
    %t = arith.addf %x, %o : f32
    linalg.yield %t : f32
  } -> tensor<70x384xf32>
  return %r : tensor<70x384xf32>

}

// What it is multiplied with is computed.
func.func @side_chain(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<?x384xf32>, %w: tensor<384xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %q = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%v, %w : tensor<?x384xf32>, tensor<384xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %q : tensor<?x384xf32>, tensor<?x384xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.mulf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// Or transposed.
func.func @side_tr(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<384x?xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %et = tensor.empty(%m) : tensor<?x384xf32>
  %q = linalg.transpose ins(%v : tensor<384x?xf32>) outs(%et : tensor<?x384xf32>) permutation = [1, 0]
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %q : tensor<?x384xf32>, tensor<?x384xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.mulf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// The transpose of a product, of which something else is computed before.
func.func @epilogue_and_transpose(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>) -> (tensor<?x384xbf16>, tensor<384x?xf32>) {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %g = tensor.empty(%m) : tensor<?x384xbf16>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%d : tensor<?x384xf32>) outs(%g : tensor<?x384xbf16>) {
  ^bb0(%x: f32, %o: bf16):
    %t = arith.truncf %x : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x384xbf16>
  %rows = tensor.dim %r, %c0 : tensor<?x384xbf16>
  %f = tensor.empty(%rows) : tensor<384x?xf32>
  %w = linalg.transpose ins(%d : tensor<?x384xf32>) outs(%f : tensor<384x?xf32>) permutation = [1, 0]
  return %r, %w : tensor<?x384xbf16>, tensor<384x?xf32>
}
