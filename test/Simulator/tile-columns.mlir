// Tiles that are not whole blocks, nor divide them: after every pass what the reference
// says, and at the end to the bit. Sums of products of powers of two are exact.
//
// DEFINE: %{entry} =
// DEFINE: %{config} = tile = [128, 160, 128]
// DEFINE: %{m} = 70
// DEFINE: %{options} = --entry=%{entry} --m=%{m} --config='#gq.matmul_config<%{config}, stages = 2>'
// DEFINE: %{stages} = gq-run %s %{options} --stages --interleavings=3 | FileCheck %s --implicit-check-not=failed
// DEFINE: %{run} = gq-run %s %{options} --generate=pow2
// DEFINE: %{bits} = %{run} --backend=reference --output=%t.r.npy && %{run} --backend=simulate --output=%t.s.npy && cmp %t.r.npy %t.s.npy
// CHECK-COUNT-15: check0 passed

// 416 columns end inside the third tile; scales by threads, by the copy engine, stored
// through shared memory and from registers.
// REDEFINE: %{entry} = rows
// RUN: %{stages}
// RUN: %{bits}
// REDEFINE: %{config} = tile = [64, 176, 128], math_groups = 1
// RUN: %{bits}
// REDEFINE: %{config} = tile = [64, 112, 128], math_groups = 1, scales = tma
// RUN: %{stages}
// RUN: %{bits}
// REDEFINE: %{config} = tile = [64, 160, 128], math_groups = 1, scales = tma, store = direct
// RUN: %{stages}
// RUN: %{bits}
// REDEFINE: %{m} = 150
// REDEFINE: %{config} = tile = [128, 96, 128], store = deferred, cluster = a
// RUN: %{bits}

// Products side by side: in turns of one group, and of groups that split the columns.
// REDEFINE: %{config} = tile = [192, 176, 128], math_groups = 3, parts = 2
// RUN: %{stages}
// RUN: %{bits}
// REDEFINE: %{config} = tile = [64, 192, 128], math_groups = 1, parts = 3, store = direct, scales = tma
// RUN: %{stages}
// RUN: %{bits}
// REDEFINE: %{config} = tile = [128, 128, 128], split = n, store = deferred
// RUN: %{bits}
// REDEFINE: %{config} = tile = [64, 192, 128], split = n, parts = 3, cluster = b
// RUN: %{bits}

// More rows than a box of the copy engine has.
// REDEFINE: %{m} = 330
// REDEFINE: %{config} = tile = [320, 128, 128], split = n, scales = tma
// RUN: %{bits}

// Blocks of rows of a that tiles cut as well.
// REDEFINE: %{entry} = square
// REDEFINE: %{m} = 300
// REDEFINE: %{config} = tile = [192, 96, 128], math_groups = 3, scales = tma
// RUN: %{stages}
// RUN: %{bits}

// Blocks whose scales are those of a larger tensor, from a place inside one on.
// REDEFINE: %{entry} = part
// REDEFINE: %{m} = 100
// REDEFINE: %{config} = tile = [128, 64, 128]
// RUN: %{stages}
// RUN: %{bits}

func.func @rows(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<416x512xf8E4M3FN>, %sb: tensor<4x4xf32>) -> tensor<?x416xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %z = arith.constant 0.0 : bf16
  %e = tensor.empty(%m) : tensor<?x416xbf16>
  %i = linalg.fill ins(%z : bf16) outs(%e : tensor<?x416xbf16>) -> tensor<?x416xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x416xbf16>)
    : tensor<?x512xf8E4M3FN>, tensor<416x512xf8E4M3FN>, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x416xbf16>
  return %d : tensor<?x416xbf16>
}

func.func @square(%a: tensor<300x512xf8E4M3FN>, %sa: tensor<3x4xf32>, %b: tensor<200x512xf8E4M3FN>, %sb: tensor<2x4xf32>) -> tensor<300x200xf32> {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<300x200xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<300x200xf32>) -> tensor<300x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [128, 128]) outs(%i : tensor<300x200xf32>)
    : tensor<300x512xf8E4M3FN>, tensor<200x512xf8E4M3FN>, tensor<3x4xf32>, tensor<2x4xf32> -> tensor<300x200xf32>
  return %d : tensor<300x200xf32>
}

func.func @part(%a: tensor<100x128xf8E4M3FN>, %sa: tensor<2x1xf32>, %b: tensor<160x128xf8E4M3FN>, %sb: tensor<2x1xf32>) -> tensor<100x160xf32> {
  %c0 = arith.constant 0 : index
  %c96 = arith.constant 96 : index
  %c64 = arith.constant 64 : index
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<100x160xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<100x160xf32>) -> tensor<100x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [128, 128]) origin(%c64, %c96, %c0) outs(%i : tensor<100x160xf32>)
    : tensor<100x128xf8E4M3FN>, tensor<160x128xf8E4M3FN>, tensor<2x1xf32>, tensor<2x1xf32> -> tensor<100x160xf32>
  return %d : tensor<100x160xf32>
}
