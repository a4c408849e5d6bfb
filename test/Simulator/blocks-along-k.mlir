// Blocks along K that a row of a slot does not go into: steps are as long as both go into, and the
// rest of the row is not multiplied. A block that is all of K has any length. To the bit what
// the reference says, but where sums end at other places: those of powers of two are exact.
//
// DEFINE: %{entry} =
// DEFINE: %{config} =
// DEFINE: %{run} = gq-run %s --entry=%{entry} --m=70 %{config} --generate=pow2
// DEFINE: %{bits} = %{run} --backend=reference --output=%t.r.npy && %{run} --backend=simulate --output=%t.s.npy && cmp %t.r.npy %t.s.npy
// DEFINE: %{stages} = gq-run %s --entry=%{entry} --m=70 %{config} --stages --interleavings=3 | FileCheck %s --implicit-check-not=failed
// CHECK-COUNT-15: check0 passed

// REDEFINE: %{entry} = both
// RUN: %{bits}
// REDEFINE: %{config} = --config='#gq.matmul_config<tile = [128, 128, 96], stages = 4, scales = tma, store = deferred>'
// RUN: %{stages}
// RUN: %{bits}
// REDEFINE: %{config} = --config='#gq.matmul_config<tile = [64, 32, 96], stages = 3, math_groups = 1, split_k = 2>'
// RUN: %{stages}
// REDEFINE: %{config} = --config='#gq.matmul_config<tile = [64, 16, 96], stages = 3, math_groups = 1, swap = true, occupancy = 2>'
// RUN: %{bits}
// REDEFINE: %{config} =

// REDEFINE: %{entry} = apart
// RUN: %{stages}
// REDEFINE: %{entry} = bytes
// RUN: %{bits}
// REDEFINE: %{entry} = all_of_k
// RUN: %{stages}
// RUN: %{bits}
// REDEFINE: %{entry} = whole
// RUN: %{bits}

func.func @both(%a: tensor<?x768xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<224x768xf8E4M3FN>, %sb: tensor<224x8xf32>) -> tensor<?x224xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x768xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x224xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x224xf32>) -> tensor<?x224xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 96], %sb block [1, 96]) outs(%init : tensor<?x224xf32>)
      : tensor<?x768xf8E4M3FN>, tensor<224x768xf8E4M3FN>, tensor<?x8xf32>, tensor<224x8xf32> -> tensor<?x224xf32>
  return %d : tensor<?x224xf32>
}

// Blocks that only the shortest step goes into, the last ones cut short; added to an argument.
func.func @apart(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<3x?xf32>, %b: tensor<72x400xf8E5M2>, %sb: tensor<1x5xf32>, %c: tensor<?x72xf32>) -> tensor<?x72xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 160], %sb block [96, 96]) outs(%c : tensor<?x72xf32>) {transposed_a_scales}
      : tensor<?x400xf8E4M3FN>, tensor<72x400xf8E5M2>, tensor<3x?xf32>, tensor<1x5xf32> -> tensor<?x72xf32>
  return %d : tensor<?x72xf32>
}

func.func @bytes(%a: tensor<?x640xi8>, %sa: tensor<?x2xf8E8M0FNU>, %b: tensor<72x640xi8>, %sb: tensor<9x10xf8E8M0FNU>) -> tensor<?x72xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x640xi8>
  %e = tensor.empty(%m) : tensor<?x72xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x72xbf16>) -> tensor<?x72xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 320], %sb block [8, 64]) outs(%init : tensor<?x72xbf16>)
      : tensor<?x640xi8>, tensor<72x640xi8>, tensor<?x2xf8E8M0FNU>, tensor<9x10xf8E8M0FNU> -> tensor<?x72xbf16>
  return %d : tensor<?x72xbf16>
}

// One scale for each row of a, and blocks of b.
func.func @all_of_k(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x1xf32>, %b: tensor<200x400xf8E4M3FN>, %sb: tensor<2x4xf32>) -> tensor<?x200xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x400xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 400], %sb block [128, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x400xf8E4M3FN>, tensor<200x400xf8E4M3FN>, tensor<?x1xf32>, tensor<2x4xf32> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}

// One for all of each operand.
func.func @whole(%a: tensor<70x304xf8E4M3FN>, %sa: tensor<1x1xf32>, %b: tensor<37x304xf8E4M3FN>, %sb: tensor<1x1xf32>) -> tensor<70x37xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<70x37xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<70x37xf32>) -> tensor<70x37xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [70, 304], %sb block [37, 304]) outs(%init : tensor<70x37xf32>)
      : tensor<70x304xf8E4M3FN>, tensor<37x304xf8E4M3FN>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<70x37xf32>
  return %d : tensor<70x37xf32>
}
