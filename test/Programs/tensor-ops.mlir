// Epilogues as front ends leave them: ops on tensors, constants, named ops.
// RUN: gq-run %s --entry=tensor_ops --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=tensor_const --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=tensor_select --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=splat --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=fill_other --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=tensor_splat --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=named_elementwise --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=map --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=two_results --m=70 --backend=simulate --check | FileCheck %s --check-prefix=TWO
// RUN: gq-run %s --entry=loop --m=70 --backend=simulate --check | FileCheck %s --check-prefix=TWO
// RUN: gq-compile %s --emit=ptx -o %t.ptx
// RUN: gq-run %s --stages --entry=tensor_ops --m=70 | FileCheck %s --check-prefix=STAGES
// ONE: simulated  1 launches
// ONE: check0     passed
// TWO: simulated  2 launches
// TWO: check0     passed
// STAGES: after gq-expand-math: simulated
// STAGES-NEXT: check0     passed

#id = affine_map<(m, n) -> (m, n)>
#col = affine_map<(m, n) -> (n)>

// Ops of arith and math on tensors; two read the product.
func.func @tensor_ops(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<?x384xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %q = math.tanh %d : tensor<?x384xf32>
  %p = arith.mulf %q, %v : tensor<?x384xf32>
  %r = arith.addf %p, %d : tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// A constant of one value.
func.func @tensor_const(%a: tensor<256x256xf8E4M3FN>, %sa: tensor<256x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>) -> tensor<256x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  
  %e = tensor.empty() : tensor<256x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<256x384xf32>) -> tensor<256x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<256x384xf32>)
      : tensor<256x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<256x2xf32>, tensor<3x2xf32> -> tensor<256x384xf32>
  %q = arith.constant dense<2.0> : tensor<256x384xf32>
  %r = arith.mulf %q, %d : tensor<256x384xf32>
  return %r : tensor<256x384xf32>

}

// Booleans between them.
func.func @tensor_select(%a: tensor<70x256xf8E4M3FN>, %sa: tensor<70x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>) -> tensor<70x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  
  %e = tensor.empty() : tensor<70x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<70x384xf32>)
      : tensor<70x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<70x2xf32>, tensor<3x2xf32> -> tensor<70x384xf32>
  %q = arith.cmpf olt, %d, %d : tensor<70x384xf32>
  %r = arith.select %q, %d, %d : tensor<70x384xi1>, tensor<70x384xf32>
  return %r : tensor<70x384xf32>

}

// A vector of one value.
func.func @splat(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %v = arith.constant dense<0.5> : tensor<384xf32>
  %r = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %v : tensor<?x384xf32>, tensor<384xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.mulf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// A tensor that is filled.
func.func @fill_other(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %half = arith.constant 0.5 : f32
  %fl = linalg.fill ins(%half : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %fl : tensor<?x384xf32>, tensor<?x384xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.maximumf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// Or splat.
func.func @tensor_splat(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %sp = tensor.splat %z[%m] : tensor<?x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %sp : tensor<?x384xf32>, tensor<?x384xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.maximumf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// Named ops.
func.func @named_elementwise(%a: tensor<70x256xf8E4M3FN>, %sa: tensor<70x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<70x384xf32>) -> tensor<70x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  
  %e = tensor.empty() : tensor<70x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<70x384xf32>)
      : tensor<70x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<70x2xf32>, tensor<3x2xf32> -> tensor<70x384xf32>
  %r = linalg.elementwise kind=#linalg.elementwise_kind<mul> ins(%d, %v : tensor<70x384xf32>, tensor<70x384xf32>) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  return %r : tensor<70x384xf32>

}

// linalg.map.
func.func @map(%a: tensor<70x256xf8E4M3FN>, %sa: tensor<70x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<70x384xf32>) -> tensor<70x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  
  %e = tensor.empty() : tensor<70x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<70x384xf32>)
      : tensor<70x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<70x2xf32>, tensor<3x2xf32> -> tensor<70x384xf32>
  %r = linalg.map { arith.addf } ins(%d, %v : tensor<70x384xf32>, tensor<70x384xf32>) outs(%e : tensor<70x384xf32>)
  return %r : tensor<70x384xf32>

}


// An op with two results, of which one is the sum of an argument and a result that it starts from.
func.func @two_results(%x: tensor<?x64xf32>, %w: tensor<?x64xbf16>, %s: tensor<?x64xf32>) -> (tensor<?x64xbf16>, tensor<?x64xf32>) {
  %r:2 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x64xf32>) outs(%w, %s : tensor<?x64xbf16>, tensor<?x64xf32>) {
  ^bb0(%v: f32, %o: bf16, %p: f32):
    %t = math.tanh %v : f32
    %n = arith.truncf %t : f32 to bf16
    %u = arith.addf %t, %p : f32
    linalg.yield %n, %u : bf16, f32
  } -> (tensor<?x64xbf16>, tensor<?x64xf32>)
  return %r#0, %r#1 : tensor<?x64xbf16>, tensor<?x64xf32>
}

// A loop around ops on tensors, with a product behind.
func.func @loop(%x: tensor<?x64xbf16>, %w: tensor<48x64xbf16>, %d: tensor<?x48xf32>) -> tensor<?x48xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%v = %x) -> tensor<?x64xbf16> {
    %t = math.tanh %v : tensor<?x64xbf16>
    scf.yield %t : tensor<?x64xbf16>
  }
  %y = gq.scaled_matmul %r, %w outs(%d : tensor<?x48xf32>) : tensor<?x64xbf16>, tensor<48x64xbf16> -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}
