// Rows of a length that only a launch knows: where they are whole 16 bytes the kernels are those of
// the copy engine, and another one does where not.
//
// DEFINE: %{m} = 70
// DEFINE: %{n} = 100
// DEFINE: %{k} = 272
// DEFINE: %{kb} = 3
// DEFINE: %{nb} = 1
// DEFINE: %{shapes} = --shape=arg0=%{m}x%{k} --shape=arg1=%{m}x%{kb} --shape=arg2=%{n}x%{k} --shape=arg3=%{nb}x%{kb}
// DEFINE: %{check} = gq-run %s --entry=all %{shapes} --backend=simulate --check | FileCheck %s
// CHECK: check0 passed
// RUN: %{check}
// REDEFINE: %{n} = 104
// RUN: %{check}
// REDEFINE: %{k} = 275
// RUN: %{check}
// REDEFINE: %{n} = 7
// REDEFINE: %{m} = 1
// RUN: %{check}
// REDEFINE: %{k} = 276
// REDEFINE: %{n} = 129
// REDEFINE: %{nb} = 2
// RUN: gq-run %s --entry=all %{shapes} --stages | FileCheck %s --check-prefix=STAGES --implicit-check-not=failed
// STAGES-COUNT-15: check0 passed

// RUN: gq-compile %s --emit=bundle -o %t.gqb --remarks-filter='gq-apply-config|gq-promote-tma' 2>&1 | FileCheck %s --check-prefix=REMARKS
// REMARKS-DAG: Remark="another kernel for rows that are not whole 16 bytes"
// REMARKS-DAG: Remark="operand a has rows of any length, as its config says; copied by warps, which is several times slower"
// REMARKS-DAG: Remark="result has rows of any length, as the config says; stored by threads"
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: function all
// BUNDLE: kernel all_matmul when and(and(eq(mod(arg0.1, 16), 0), eq(mod(arg2.0, 8), 0)), le(arg0.0, {{[0-9]+}}))
// BUNDLE: tensormap
// BUNDLE: kernel all_matmul_{{[0-9]+}}{{$}}
// BUNDLE-NOT: tensormap
// BUNDLE: function written
// BUNDLE: kernel written_matmul
// BUNDLE-NOT: kernel
// BUNDLE: function columns

func.func @all(%a: tensor<?x?xf8E4M3FN>, %sa: tensor<?x?xf32>, %b: tensor<?x?xf8E4M3FN>, %sb: tensor<?x?xf32>) -> tensor<?x?xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x?xf8E4M3FN>
  %n = tensor.dim %b, %c0 : tensor<?x?xf8E4M3FN>
  %e = tensor.empty(%m, %n) : tensor<?x?xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x?xbf16>) -> tensor<?x?xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x?xbf16>)
      : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E4M3FN>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xbf16>
  return %d : tensor<?x?xbf16>
}

// A person's config is one kernel.
func.func @written(%a: tensor<?x?xf8E4M3FN>, %sa: tensor<?x?xf32>, %b: tensor<64x?xf8E4M3FN>, %sb: tensor<1x?xf32>, %c: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, pitch = any>}
      : tensor<?x?xf8E4M3FN>, tensor<64x?xf8E4M3FN>, tensor<?x?xf32>, tensor<1x?xf32> -> tensor<?x64xf32>
  return %d : tensor<?x64xf32>
}

// Of N alone, with one row.
func.func @columns(%a: tensor<1x256xf8E4M3FN>, %sa: tensor<1x2xf32>, %b: tensor<?x256xf8E4M3FN>, %sb: tensor<?x2xf32>) -> tensor<1x?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %b, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%n) : tensor<1x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<1x?xf32>) -> tensor<1x?xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<1x?xf32>)
      : tensor<1x256xf8E4M3FN>, tensor<?x256xf8E4M3FN>, tensor<1x2xf32>, tensor<?x2xf32> -> tensor<1x?xf32>
  return %d : tensor<1x?xf32>
}
