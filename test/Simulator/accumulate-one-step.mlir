// Products of one step of K, or of one tile, that add to an argument: there is no loop around the
// product that could carry what it starts from. To the bit what the reference makes of that.
// DEFINE: %{entry} =
// DEFINE: %{stages} = gq-run %s --entry=%{entry} --m=70 --stages | FileCheck %s --implicit-check-not=failed
// DEFINE: %{ref} = gq-run %s --backend=reference --entry=%{entry} --m=70 --output=%t.ref.npy
// DEFINE: %{sim} = gq-run %s --backend=simulate --entry=%{entry} --m=70 --output=%t.npy
// DEFINE: %{test} = %{stages} && %{ref} && %{sim} && cmp %t.ref.npy %t.npy
// REDEFINE: %{entry} = tile
// RUN: %{test}
// REDEFINE: %{entry} = small
// RUN: %{test}
// REDEFINE: %{entry} = column
// RUN: %{test}
// REDEFINE: %{entry} = two_slabs
// RUN: %{test}
// REDEFINE: %{entry} = rounded
// RUN: %{test}
// CHECK-COUNT-15: check0 passed

func.func @tile(%a: tensor<64x128xf8E4M3FN>, %sa: tensor<64x1xf32>, %b: tensor<128x128xf8E4M3FN>, %sb: tensor<1x1xf32>, %c: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<64x128xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x128xf32>
  return %d : tensor<64x128xf32>
}

func.func @small(%a: tensor<100x48xf8E5M2>, %sa: tensor<1x1xf32>, %b: tensor<36x48xf8E4M3FN>, %sb: tensor<36x1xf32>, %c: tensor<100x36xf32>) -> tensor<100x36xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [1, 128]) outs(%c : tensor<100x36xf32>)
      : tensor<100x48xf8E5M2>, tensor<36x48xf8E4M3FN>, tensor<1x1xf32>, tensor<36x1xf32> -> tensor<100x36xf32>
  return %d : tensor<100x36xf32>
}

func.func @column(%a: tensor<7x128xi8>, %sa: tensor<7x1xf32>, %b: tensor<1x128xi8>, %sb: tensor<1x1xf32>, %c: tensor<7x1xf32>) -> tensor<7x1xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<7x1xf32>)
      : tensor<7x128xi8>, tensor<1x128xi8>, tensor<7x1xf32>, tensor<1x1xf32> -> tensor<7x1xf32>
  return %d : tensor<7x1xf32>
}

func.func @two_slabs(%a: tensor<?x128xf8E4M3FN>, %sa: tensor<?x1xf32>, %b: tensor<160x128xf8E4M3FN>, %sb: tensor<2x1xf32>, %c: tensor<?x160xf32>) -> tensor<?x160xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x160xf32>)
      {config = #gq.matmul_config<tile = [256, 64, 128], stages = 2, store = deferred>}
      : tensor<?x128xf8E4M3FN>, tensor<160x128xf8E4M3FN>, tensor<?x1xf32>, tensor<2x1xf32> -> tensor<?x160xf32>
  return %d : tensor<?x160xf32>
}

func.func @rounded(%a: tensor<64x64xf8E4M3FN>, %sa: tensor<64x2xf32>, %b: tensor<64x64xf8E4M3FN>, %sb: tensor<2x2xf32>, %c: tensor<64x64xbf16>) -> tensor<64x64xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [32, 32]) outs(%c : tensor<64x64xbf16>)
      : tensor<64x64xf8E4M3FN>, tensor<64x64xf8E4M3FN>, tensor<64x2xf32>, tensor<2x2xf32> -> tensor<64x64xbf16>
  return %d : tensor<64x64xbf16>
}
