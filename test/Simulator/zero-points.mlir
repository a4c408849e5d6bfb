// Products of i8 with zero points: of all rows or of each, of a, of b or of both, known or
// not, as integers and with scales. Codes of the whole range; rows, columns and K end inside
// a tile. Equal to the reference to the bit.
//
// DEFINE: %{entry} =
// DEFINE: %{run} = gq-run %s --m=72 --generate=codes --entry=%{entry}
// DEFINE: %{same} = %{run} --backend=reference --output=%t.reference.npy && %{run} --backend=simulate --output=%t.simulate.npy && cmp %t.reference.npy %t.simulate.npy
// DEFINE: %{check} = %{run} --backend=simulate --check | FileCheck %s

// REDEFINE: %{entry} = integers
// RUN: %{same}
// RUN: %{check}
// REDEFINE: %{entry} = rows
// RUN: %{same}
// RUN: %{check}
// REDEFINE: %{entry} = known
// RUN: %{same}
// REDEFINE: %{entry} = adds
// RUN: %{same}
// RUN: %{run} --stages | FileCheck %s --check-prefix=STAGES

// RUN: gq-compile %s --emit=ptx -o /dev/null

// CHECK: simulated 1 launches
// CHECK: check0 passed

// STAGES: after gq-expand: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-allocate-shared-memory: simulated 1 launches
// STAGES-NEXT: check0 passed

func.func @integers(%a: tensor<72x400xi8>, %b: tensor<160x400xi8>, %za: tensor<i32>, %zb: tensor<160xi8>) -> tensor<72x160xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<72x160xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<72x160xi32>) -> tensor<72x160xi32>
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<i32>) b_zero_points(%zb : tensor<160xi8>) outs(%i : tensor<72x160xi32>)
         : tensor<72x400xi8>, tensor<160x400xi8> -> tensor<72x160xi32>
  return %d : tensor<72x160xi32>
}

// A scale and a zero point for each row of a, a scale for each row of b.
func.func @rows(%a: tensor<?x272xi8>, %sa: tensor<?x1xf32>, %za: tensor<?xi8>, %b: tensor<136x272xi8>, %sb: tensor<136x1xf32>) -> tensor<?x136xbf16> {
  %zero = arith.constant 0.0 : bf16
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xi8>
  %e = tensor.empty(%m) : tensor<?x136xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x136xbf16>) -> tensor<?x136xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 272], %sb block [1, 272]) a_zero_points(%za : tensor<?xi8>) outs(%i : tensor<?x136xbf16>)
         : tensor<?x272xi8>, tensor<136x272xi8>, tensor<?x1xf32>, tensor<136x1xf32> -> tensor<?x136xbf16>
  return %d : tensor<?x136xbf16>
}

// ONNX's MatMulInteger with constant zero points, then the scale of a column and a bias.
// That of b is zero: no sum of a's rows is needed.
func.func @known(%a: tensor<72x272xi8>, %b: tensor<136x272xi8>, %s: tensor<136xf32>, %bias: tensor<136xf32>) -> tensor<72x136xf32> {
  %three = arith.constant 3 : i32
  %za = tensor.from_elements %three : tensor<i32>
  %zb = arith.constant dense<0> : tensor<136xi32>
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<72x136xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<72x136xi32>) -> tensor<72x136xi32>
  %d = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<i32>) b_zero_points(%zb : tensor<136xi32>) outs(%i : tensor<72x136xi32>)
         : tensor<72x272xi8>, tensor<136x272xi8> -> tensor<72x136xi32>
  %eo = tensor.empty() : tensor<72x136xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %s, %bias : tensor<72x136xi32>, tensor<136xf32>, tensor<136xf32>) outs(%eo : tensor<72x136xf32>) {
  ^bb0(%v: i32, %c: f32, %t: f32, %o: f32):
    %f = arith.sitofp %v : i32 to f32
    %p = arith.mulf %f, %c : f32
    %r = arith.addf %p, %t : f32
    linalg.yield %r : f32
  } -> tensor<72x136xf32>
  return %y : tensor<72x136xf32>
}

// One of each, added to a tensor.
func.func @adds(%a: tensor<72x272xi8>, %b: tensor<40x272xi8>, %sa: tensor<1x1xf32>, %sb: tensor<1x1xf32>, %za: tensor<i8>, %zb: tensor<i8>, %c: tensor<72x40xf32>) -> tensor<72x40xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [72, 272], %sb block [40, 272])
         a_zero_points(%za : tensor<i8>) b_zero_points(%zb : tensor<i8>) outs(%c : tensor<72x40xf32>)
         : tensor<72x272xi8>, tensor<40x272xi8>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<72x40xf32>
  return %d : tensor<72x40xf32>
}
