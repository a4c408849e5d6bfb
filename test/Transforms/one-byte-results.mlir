// What a product leaves: elements of one byte go straight from registers, with
// rows of b permuted for eight of them. A kernel stores what it can; what is
// behind that has no kernel, whatever its elements are.
//
// RUN: gq-opt %s --split-input-file --gq-select-config | FileCheck %s

#id = affine_map<(m, n) -> (m, n)>

// CHECK-LABEL: @codes
// CHECK: gq.scaled_matmul {{.*}}store = {{direct|deferred}}
func.func @codes(%a: tensor<4096x1024xi8>, %sa: tensor<4096x8xf32>, %b: tensor<1024x1024xi8>, %sb: tensor<8x8xf32>) -> tensor<4096x1024xi8> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4096x1024xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x1024xf32>) -> tensor<4096x1024xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<4096x1024xf32>)
      : tensor<4096x1024xi8>, tensor<1024x1024xi8>, tensor<4096x8xf32>, tensor<8x8xf32> -> tensor<4096x1024xf32>
  %eo = tensor.empty() : tensor<4096x1024xi8>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<4096x1024xf32>) outs(%eo : tensor<4096x1024xi8>) {
  ^bb0(%v: f32, %o: i8):
    %t = arith.fptosi %v : f32 to i8
    linalg.yield %t : i8
  } -> tensor<4096x1024xi8>
  return %y : tensor<4096x1024xi8>
}

// -----

#id = affine_map<(m, n) -> (m, n)>

// A tensor of its size in the epilogue, and no whole groups of columns.
// CHECK-LABEL: @residual
// CHECK: gq.scaled_matmul {{.*}}store = direct
func.func @residual(%a: tensor<4096x1024xi8>, %sa: tensor<4096x8xf32>, %b: tensor<1024x1024xi8>, %sb: tensor<8x8xf32>, %r: tensor<4096x1024xf32>) -> tensor<4096x1024xf8E5M2> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4096x1024xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x1024xf32>) -> tensor<4096x1024xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<4096x1024xf32>)
      : tensor<4096x1024xi8>, tensor<1024x1024xi8>, tensor<4096x8xf32>, tensor<8x8xf32> -> tensor<4096x1024xf32>
  %eo = tensor.empty() : tensor<4096x1024xf8E5M2>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %r : tensor<4096x1024xf32>, tensor<4096x1024xf32>) outs(%eo : tensor<4096x1024xf8E5M2>) {
  ^bb0(%v: f32, %u: f32, %o: f8E5M2):
    %s = arith.addf %v, %u : f32
    %t = arith.truncf %s : f32 to f8E5M2
    linalg.yield %t : f8E5M2
  } -> tensor<4096x1024xf8E5M2>
  return %y : tensor<4096x1024xf8E5M2>
}

// -----

#id = affine_map<(m, n) -> (m, n)>

// CHECK-LABEL: @odd
// CHECK: gq.scaled_matmul
// CHECK-NOT: store =
func.func @odd(%a: tensor<512x1024xi8>, %sa: tensor<512x8xf32>, %b: tensor<41x1024xi8>, %sb: tensor<1x8xf32>) -> tensor<512x41xi8> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x41xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x41xf32>) -> tensor<512x41xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x41xf32>)
      : tensor<512x1024xi8>, tensor<41x1024xi8>, tensor<512x8xf32>, tensor<1x8xf32> -> tensor<512x41xf32>
  %eo = tensor.empty() : tensor<512x41xi8>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<512x41xf32>) outs(%eo : tensor<512x41xi8>) {
  ^bb0(%v: f32, %o: i8):
    %t = arith.fptosi %v : f32 to i8
    linalg.yield %t : i8
  } -> tensor<512x41xi8>
  return %y : tensor<512x41xi8>
}

// -----

#id = affine_map<(m, n) -> (m, n)>

// No kernel stores bits or f64: the product is stored, for whoever computes them.
// CHECK-LABEL: @bits
// CHECK: gq.scaled_matmul {{.*}}tile =
// CHECK: linalg.generic
func.func @bits(%a: tensor<512x1024xi8>, %sa: tensor<512x8xf32>, %b: tensor<64x1024xi8>, %sb: tensor<1x8xf32>) -> tensor<512x64xi1> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<512x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<512x64xf32>) -> tensor<512x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<512x64xf32>)
      {config = #gq.matmul_config<tile = [128, 64, 128], store = direct>}
      : tensor<512x1024xi8>, tensor<64x1024xi8>, tensor<512x8xf32>, tensor<1x8xf32> -> tensor<512x64xf32>
  %eo = tensor.empty() : tensor<512x64xi1>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<512x64xf32>) outs(%eo : tensor<512x64xi1>) {
  ^bb0(%v: f32, %o: i1):
    %t = arith.cmpf ogt, %v, %zero : f32
    linalg.yield %t : i1
  } -> tensor<512x64xi1>
  return %y : tensor<512x64xi1>
}
