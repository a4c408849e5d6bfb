// A quantisation of which a program reads the codes alone, or the scales alone: in one pass, in slabs
// that wait in shared memory, and in two passes.
//
// DEFINE: %{config} =
// DEFINE: %{check} = gq-run %s --entry=codes %{config} --backend=simulate --check | FileCheck %s && gq-run %s --entry=scales %{config} --backend=simulate --check | FileCheck %s
// CHECK: simulated
// CHECK: check0 passed: equal bit for bit
// RUN: %{check}
// REDEFINE: %{config} = --config='#gq.quantize_config<tile = [256, 256], threads = 512, slabs = 2>'
// RUN: %{check}
// REDEFINE: %{config} = --config='#gq.quantize_config<tile = [256, 256], threads = 512, slabs = 4, passes = 2>'
// RUN: %{check}
// REDEFINE: %{config} = --config='#gq.quantize_config<tile = [64, 128], passes = 2>'
// RUN: %{check}

func.func @codes(%x: tensor<300x512xf32>, %q: tensor<300x512xf8E4M3FN>, %s: tensor<2x2xf32>) -> tensor<300x512xf8E4M3FN> {
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : tensor<300x512xf8E4M3FN>, tensor<2x2xf32>)
      : tensor<300x512xf32> -> tensor<300x512xf8E4M3FN>, tensor<2x2xf32>
  return %r#0 : tensor<300x512xf8E4M3FN>
}

func.func @scales(%x: tensor<300x512xf32>, %q: tensor<300x512xf8E4M3FN>, %s: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : tensor<300x512xf8E4M3FN>, tensor<2x2xf32>)
      : tensor<300x512xf32> -> tensor<300x512xf8E4M3FN>, tensor<2x2xf32>
  return %r#1 : tensor<2x2xf32>
}
