// A program that was lowered part of the way goes on from there, to the same kernel: a tile
// whose config is decided is not judged as an op of its own. (gq-opt does not keep what the text calls arguments.)
// RUN: gq-compile %s --emit=nvvm -o %t.direct
// RUN: gq-opt %s --gq-lower-to-tiles -o %t.tiles && gq-compile %t.tiles --emit=nvvm -o %t.1 && diff %t.direct %t.1
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels -o %t.kernels && gq-compile %t.kernels --emit=nvvm -o %t.2 && diff %t.direct %t.2
// RUN: gq-opt %s --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles -o %t.roles && gq-compile %t.roles --emit=nvvm -o %t.3 && diff %t.direct %t.3
// RUN: FileCheck %s --input-file=%t.tiles
// CHECK: scales = tma

func.func @product(%a: tensor<512x1024xf8E4M3FN> {gq.name = "a"}, %b: tensor<512x1024xf8E4M3FN> {gq.name = "b"}, %s: tensor<512x8xf32> {gq.name = "s"}, %t: tensor<4x8xf32> {gq.name = "t"}, %c: tensor<512x512xf32> {gq.name = "c"}) -> tensor<512x512xf32> {
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%c : tensor<512x512xf32>) -> tensor<512x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%i : tensor<512x512xf32>)
      {config = #gq.matmul_config<tile = [128, 128, 128], scales = tma, store = direct>}
      : tensor<512x1024xf8E4M3FN>, tensor<512x1024xf8E4M3FN>, tensor<512x8xf32>, tensor<4x8xf32> -> tensor<512x512xf32>
  return %d : tensor<512x512xf32>
}
