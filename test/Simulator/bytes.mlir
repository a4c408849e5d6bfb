// Elements of one byte that elementwise ops read and store: before a quantisation, where what
// is taken in turns is read again and not parked; behind a product; alone. To the bit, or as
// the product is.
//
// DEFINE: %{entry} =
// DEFINE: %{check} = gq-run %s --entry=%{entry} --m=70 --backend=simulate --check | FileCheck %s
// CHECK: check0 passed
// REDEFINE: %{entry} = requantised
// RUN: %{check}
// REDEFINE: %{entry} = slabs
// RUN: %{check}
// REDEFINE: %{entry} = residual
// RUN: %{check}
// REDEFINE: %{entry} = filled
// RUN: %{check}
// RUN: gq-compile %s -o %t.gqb
// RUN: gq-opt %s --gq-select-config | FileCheck %s --check-prefix=CONFIG
// CONFIG: gq.quantize {{.*}} block [256, 256] {{.*}} slabs = 4, park = false

#id = affine_map<(i, j) -> (i, j)>

func.func @requantised(%x: tensor<?x384xi8>, %s: tensor<384xf32>) -> (tensor<?x384xf8E4M3FN>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x384xi8>
  %e = tensor.empty(%m) : tensor<?x384xf32>
  %w = linalg.generic {indexing_maps = [#id, affine_map<(i, j) -> (j)>, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x384xi8>, tensor<384xf32>) outs(%e : tensor<?x384xf32>) {
  ^bb0(%a: i8, %b: f32, %o: f32):
    %c = arith.sitofp %a : i8 to f32
    %d = arith.mulf %c, %b : f32
    linalg.yield %d : f32
  } -> tensor<?x384xf32>
  %eq = tensor.empty(%m) : tensor<?x384xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x3xf32>
  %q, %t = gq.quantize %w block [1, 128] outs(%eq, %es : tensor<?x384xf8E4M3FN>, tensor<?x3xf32>)
             : tensor<?x384xf32> -> tensor<?x384xf8E4M3FN>, tensor<?x3xf32>
  return %q, %t : tensor<?x384xf8E4M3FN>, tensor<?x3xf32>
}

func.func @slabs(%x: tensor<256x512xf8E5M2>) -> (tensor<256x512xi8>, tensor<1x2xf32>) {
  %e = tensor.empty() : tensor<256x512xbf16>
  %w = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<256x512xf8E5M2>) outs(%e : tensor<256x512xbf16>) {
  ^bb0(%a: f8E5M2, %o: bf16):
    %c = arith.extf %a : f8E5M2 to bf16
    %d = arith.addf %c, %c : bf16
    linalg.yield %d : bf16
  } -> tensor<256x512xbf16>
  %eq = tensor.empty() : tensor<256x512xi8>
  %es = tensor.empty() : tensor<1x2xf32>
  %q, %t = gq.quantize %w block [256, 256] outs(%eq, %es : tensor<256x512xi8>, tensor<1x2xf32>)
             : tensor<256x512xbf16> -> tensor<256x512xi8>, tensor<1x2xf32>
  return %q, %t : tensor<256x512xi8>, tensor<1x2xf32>
}

func.func @residual(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<200x256xf8E4M3FN>, %sb: tensor<2x2xf32>, %r: tensor<?x200xf8E4M3FN>) -> tensor<?x200xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<200x256xf8E4M3FN>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x200xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %r : tensor<?x200xf32>, tensor<?x200xf8E4M3FN>) outs(%e : tensor<?x200xf32>) {
  ^bb0(%u: f32, %v: f8E4M3FN, %o: f32):
    %c = arith.extf %v : f8E4M3FN to f32
    %s = arith.addf %u, %c : f32
    linalg.yield %s : f32
  } -> tensor<?x200xf32>
  return %y : tensor<?x200xf32>
}

func.func @filled(%x: tensor<?x256xi8>) -> tensor<?x256xf8E8M0FNU> {
  %c0 = arith.constant 0 : index
  %two = arith.constant 2.0 : f8E8M0FNU
  %m = tensor.dim %x, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x256xf8E8M0FNU>
  %f = linalg.fill ins(%two : f8E8M0FNU) outs(%e : tensor<?x256xf8E8M0FNU>) -> tensor<?x256xf8E8M0FNU>
  return %f : tensor<?x256xf8E8M0FNU>
}
