// Sums over no elements are what they start from, with what is computed of them behind: where K
// is known to be 0 there is no product, and where only the launch knows its loop has no step.
// Products of no rows or columns compute nothing.
//
// DEFINE: %{entry} =
// DEFINE: %{shapes} =
// DEFINE: %{sim} = gq-run %s --backend=simulate --check --entry=%{entry} %{shapes} | FileCheck %s
// REDEFINE: %{entry} = static
// RUN: %{sim}
// RUN: gq-run %s --backend=simulate --entry=static --print | FileCheck %s --check-prefix=VALUE
// REDEFINE: %{entry} = scaled_integers
// RUN: %{sim}
// REDEFINE: %{entry} = argument
// REDEFINE: %{shapes} = --shape=arg0=70x0 --shape=arg1=0x70 --shape=arg4=70x136
// RUN: %{sim}
// REDEFINE: %{shapes} =
// REDEFINE: %{entry} = small
// RUN: %{sim}
// REDEFINE: %{entry} = columns
// RUN: %{sim}
// REDEFINE: %{entry} = dynamic
// REDEFINE: %{shapes} = --shape=arg0=70x0 --shape=arg1=70x0 --shape=arg2=200x0 --shape=arg3=2x0
// RUN: %{sim}
// REDEFINE: %{shapes} = --shape=arg0=0x272 --shape=arg1=0x3 --shape=arg2=200x272 --shape=arg3=2x3
// RUN: %{sim}
// REDEFINE: %{shapes} = --shape=arg0=70x272 --shape=arg1=70x3 --shape=arg2=0x272 --shape=arg3=0x3
// RUN: %{sim}
// REDEFINE: %{shapes} = --shape=arg0=70x272 --shape=arg1=70x3 --shape=arg2=200x272 --shape=arg3=2x3
// RUN: %{sim}
// REDEFINE: %{shapes} =
// REDEFINE: %{entry} = integers
// RUN: %{sim}
// CHECK: check0 passed
// VALUE: 2.5, 2.5

// RUN: gq-compile %s --emit=bundle -o %t.gqb
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: function static
// BUNDLE-NOT: launch 1
// BUNDLE: kernel static_elementwise
// BUNDLE-NOT: launch 1
// BUNDLE: function argument
// BUNDLE: kernel argument_elementwise
// BUNDLE-NOT: launch 1
// BUNDLE: function small
// BUNDLE: kernel small_elementwise
// BUNDLE-NOT: launch 1
// BUNDLE: function columns
// BUNDLE: kernel columns_matmul
// BUNDLE: function dynamic
// BUNDLE: kernel dynamic_matmul

#id = affine_map<(i, j) -> (i, j)>

func.func @static(%a: tensor<70x0xf8E4M3FN>, %sa: tensor<70x0xf32>, %b: tensor<200x0xf8E4M3FN>, %sb: tensor<2x0xf32>) -> tensor<70x200xf32> {
  %half = arith.constant 0.5 : f32
  %two = arith.constant 2.0 : f32
  %e = tensor.empty() : tensor<70x200xf32>
  %init = linalg.fill ins(%two : f32) outs(%e : tensor<70x200xf32>) -> tensor<70x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<70x200xf32>)
      : tensor<70x0xf8E4M3FN>, tensor<200x0xf8E4M3FN>, tensor<70x0xf32>, tensor<2x0xf32> -> tensor<70x200xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%d : tensor<70x200xf32>) outs(%e : tensor<70x200xf32>) {
  ^bb0(%x: f32, %o: f32):
    %r = arith.addf %x, %half : f32
    linalg.yield %r : f32
  } -> tensor<70x200xf32>
  return %y : tensor<70x200xf32>
}

func.func @argument(%a: tensor<?x0xi8>, %sa: tensor<0x?xf32>, %b: tensor<136x0xi8>, %sb: tensor<136x0xf32>, %c: tensor<?x136xbf16>) -> tensor<?x136xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 96]) outs(%c : tensor<?x136xbf16>) {transposed_a_scales}
      : tensor<?x0xi8>, tensor<136x0xi8>, tensor<0x?xf32>, tensor<136x0xf32> -> tensor<?x136xbf16>
  return %d : tensor<?x136xbf16>
}

func.func @small(%a: tensor<1x0xf8E5M2>, %sa: tensor<1x0xf32>, %sb: tensor<1x0xf32>) -> tensor<1x1xf16> {
  %zero = arith.constant 0.0 : f16
  %e = tensor.empty() : tensor<1x1xf16>
  %init = linalg.fill ins(%zero : f16) outs(%e : tensor<1x1xf16>) -> tensor<1x1xf16>
  %d = gq.scaled_matmul %a, %a scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<1x1xf16>)
      : tensor<1x0xf8E5M2>, tensor<1x0xf8E5M2>, tensor<1x0xf32>, tensor<1x0xf32> -> tensor<1x1xf16>
  return %d : tensor<1x1xf16>
}

func.func @columns(%a: tensor<70x256xf8E4M3FN>, %sa: tensor<70x2xf32>, %b: tensor<0x256xf8E4M3FN>, %sb: tensor<0x2xf32>, %c: tensor<70x0xf32>) -> tensor<70x0xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<70x0xf32>)
      : tensor<70x256xf8E4M3FN>, tensor<0x256xf8E4M3FN>, tensor<70x2xf32>, tensor<0x2xf32> -> tensor<70x0xf32>
  return %d : tensor<70x0xf32>
}

func.func @dynamic(%a: tensor<?x?xf8E4M3FN>, %sa: tensor<?x?xf32>, %b: tensor<?x?xf8E4M3FN>, %sb: tensor<?x?xf32>) -> tensor<?x?xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x?xf8E4M3FN>
  %n = tensor.dim %b, %c0 : tensor<?x?xf8E4M3FN>
  %one = arith.constant 1.0 : bf16
  %e = tensor.empty(%m, %n) : tensor<?x?xbf16>
  %init = linalg.fill ins(%one : bf16) outs(%e : tensor<?x?xbf16>) -> tensor<?x?xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x?xbf16>)
      : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E4M3FN>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xbf16>
  return %d : tensor<?x?xbf16>
}

func.func @integers(%a: tensor<70x0xi8>, %b: tensor<136x0xi8>, %c: tensor<70x136xi32>) -> tensor<70x136xi32> {
  %d = gq.scaled_matmul %a, %b outs(%c : tensor<70x136xi32>) : tensor<70x0xi8>, tensor<136x0xi8> -> tensor<70x136xi32>
  return %d : tensor<70x136xi32>
}

// One sum of integers, whose scales are of no columns: nothing reads them.
func.func @scaled_integers(%a: tensor<70x0xi8>, %sa: tensor<0x70xf32>, %b: tensor<136x0xi8>, %sb: tensor<136x0xbf16>, %c: tensor<70x136xf32>) -> (tensor<70x136xbf16>, tensor<70x136xi8>, tensor<70x2xf32>) {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 64]) outs(%c : tensor<70x136xf32>) {transposed_a_scales}
      : tensor<70x0xi8>, tensor<136x0xi8>, tensor<0x70xf32>, tensor<136x0xbf16> -> tensor<70x136xf32>
  %e = tensor.empty() : tensor<70x136xbf16>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<70x136xf32>) outs(%e : tensor<70x136xbf16>) {
  ^bb0(%x: f32, %o: bf16):
    %t = arith.truncf %x : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<70x136xbf16>
  %eq = tensor.empty() : tensor<70x136xi8>
  %es = tensor.empty() : tensor<70x2xf32>
  %q, %s = gq.quantize %y block [1, 128] outs(%eq, %es : tensor<70x136xi8>, tensor<70x2xf32>) : tensor<70x136xbf16> -> tensor<70x136xi8>, tensor<70x2xf32>
  return %y, %q, %s : tensor<70x136xbf16>, tensor<70x136xi8>, tensor<70x2xf32>
}
