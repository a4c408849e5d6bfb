// What an epilogue reads beside a product has fewer elements than that: one kernel.
// RUN: gq-run %s --entry=row1 --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=col1 --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=one1 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=scalar0 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=one --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=broadcast --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=side_bcast_chain --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-run %s --entry=vec_chain --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=ONE
// RUN: gq-compile %s --emit=ptx -o %t.ptx
// RUN: gq-run %s --stages --entry=row1 --m=70 | FileCheck %s --check-prefix=STAGES
// ONE: simulated  1 launches
// ONE: check0     passed
// STAGES: after gq-expand-math: simulated
// STAGES-NEXT: check0     passed

#id = affine_map<(m, n) -> (m, n)>
#col = affine_map<(m, n) -> (n)>
#row1 = affine_map<(m, n) -> (m, 0)>
#col1 = affine_map<(m, n) -> (0, n)>
#one1 = affine_map<(m, n) -> (0, 0)>
#s = affine_map<(m, n) -> ()>

// A dimension of one, kept: rows.
func.func @row1(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<?x1xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #row1, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %v : tensor<?x384xf32>, tensor<?x1xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// Columns.
func.func @col1(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<1x384xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #col1, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %v : tensor<?x384xf32>, tensor<1x384xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// Both.
func.func @one1(%a: tensor<70x256xf8E4M3FN>, %sa: tensor<70x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<1x1xf32>) -> tensor<70x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  
  %e = tensor.empty() : tensor<70x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<70x384xf32>)
      : tensor<70x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<70x2xf32>, tensor<3x2xf32> -> tensor<70x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #one1, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %v : tensor<70x384xf32>, tensor<1x1xf32>) outs(%e : tensor<70x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<70x384xf32>
  return %r : tensor<70x384xf32>

}

// A tensor of rank 0.
func.func @scalar0(%a: tensor<70x256xf8E4M3FN>, %sa: tensor<70x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<f32>) -> tensor<70x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  
  %e = tensor.empty() : tensor<70x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<70x384xf32>)
      : tensor<70x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<70x2xf32>, tensor<3x2xf32> -> tensor<70x384xf32>
  %r = linalg.generic {indexing_maps = [#id, #s, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %v : tensor<70x384xf32>, tensor<f32>) outs(%e : tensor<70x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<70x384xf32>
  return %r : tensor<70x384xf32>

}

// A vector of one element.
func.func @one(%a: tensor<70x256xf8E4M3FN>, %sa: tensor<70x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<1xf32>) -> tensor<70x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  
  %e = tensor.empty() : tensor<70x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<70x384xf32>)
      : tensor<70x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<70x2xf32>, tensor<3x2xf32> -> tensor<70x384xf32>
  %r = linalg.generic {indexing_maps = [#id, affine_map<(m, n) -> (0)>, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %v : tensor<70x384xf32>, tensor<1xf32>) outs(%e : tensor<70x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<70x384xf32>
  return %r : tensor<70x384xf32>

}

// A vector that is broadcast first.
func.func @broadcast(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<384xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %bb = linalg.broadcast ins(%v : tensor<384xf32>) outs(%e : tensor<?x384xf32>) dimensions = [0]
  %r = linalg.add ins(%d, %bb : tensor<?x384xf32>, tensor<?x384xf32>) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

// And goes through a function.
func.func @side_bcast_chain(%a: tensor<70x256xf8E4M3FN>, %sa: tensor<70x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<384xf32>) -> tensor<70x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  
  %e = tensor.empty() : tensor<70x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<70x384xf32>)
      : tensor<70x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<70x2xf32>, tensor<3x2xf32> -> tensor<70x384xf32>
  %bb = linalg.broadcast ins(%v : tensor<384xf32>) outs(%e : tensor<70x384xf32>) dimensions = [0]
  %q = linalg.exp ins(%bb : tensor<70x384xf32>) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  %r = linalg.add ins(%d, %q : tensor<70x384xf32>, tensor<70x384xf32>) outs(%e : tensor<70x384xf32>) -> tensor<70x384xf32>
  return %r : tensor<70x384xf32>

}

// A function of a vector.
func.func @vec_chain(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<384x256xf8E4M3FN>, %sb: tensor<3x2xf32>, %v: tensor<384xf32>) -> tensor<?x384xf32> {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x384xf32>) -> tensor<?x384xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x384xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<384x256xf8E4M3FN>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x384xf32>
  %ev = tensor.empty() : tensor<384xf32>
  %q = linalg.exp ins(%v : tensor<384xf32>) outs(%ev : tensor<384xf32>) -> tensor<384xf32>
  %r = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %q : tensor<?x384xf32>, tensor<384xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%x: f32, %y: f32, %o: f32):
    %t = arith.addf %x, %y : f32
    linalg.yield %t : f32
  } -> tensor<?x384xf32>
  return %r : tensor<?x384xf32>

}

