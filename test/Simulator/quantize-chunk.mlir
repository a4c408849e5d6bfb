// Chunks of any width: the same codes and scales, of rows of whole chunks and others.
//
// DEFINE: %{config} =
// DEFINE: %{check} = gq-run %s --entry=whole %{config} --backend=simulate --check | FileCheck %s && gq-run %s --entry=others %{config} --backend=simulate --check | FileCheck %s
// CHECK: simulated
// CHECK: check0 passed: equal bit for bit
// RUN: %{check}
// REDEFINE: %{config} = --config='#gq.quantize_config<tile = [4, 512], chunk = 1>'
// RUN: %{check}
// REDEFINE: %{config} = --config='#gq.quantize_config<tile = [4, 512], chunk = 4>'
// RUN: %{check}
// REDEFINE: %{config} = --config='#gq.quantize_config<tile = [8, 512], chunk = 16>'
// RUN: %{check}

func.func @whole(%x: tensor<19x512xf32>, %q: tensor<19x512xf8E4M3FN>, %s: tensor<19x4xf32>) -> (tensor<19x512xf8E4M3FN>, tensor<19x4xf32>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<19x512xf8E4M3FN>, tensor<19x4xf32>)
      : tensor<19x512xf32> -> tensor<19x512xf8E4M3FN>, tensor<19x4xf32>
  return %r#0, %r#1 : tensor<19x512xf8E4M3FN>, tensor<19x4xf32>
}

func.func @others(%x: tensor<19x499xbf16>, %q: tensor<19x499xf8E4M3FN>, %s: tensor<19x4xf32>) -> (tensor<19x499xf8E4M3FN>, tensor<19x4xf32>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<19x499xf8E4M3FN>, tensor<19x4xf32>)
      : tensor<19x499xbf16> -> tensor<19x499xf8E4M3FN>, tensor<19x4xf32>
  return %r#0, %r#1 : tensor<19x499xf8E4M3FN>, tensor<19x4xf32>
}
