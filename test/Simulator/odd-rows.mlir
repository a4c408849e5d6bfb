// Operands whose rows the copy engine cannot start at: warps copy them, by words where rows are
// whole words and by bytes otherwise. To the bit what the reference says, after all passes.
//
// DEFINE: %{entry} =
// DEFINE: %{config} =
// DEFINE: %{run} = gq-run %s --entry=%{entry} --m=70 %{config} --generate=pow2
// DEFINE: %{bits} = %{run} --backend=reference --output=%t.r.npy && %{run} --backend=simulate --interleavings=3 --output=%t.s.npy && cmp %t.r.npy %t.s.npy
// DEFINE: %{stages} = gq-run %s --entry=%{entry} --m=70 %{config} --stages | FileCheck %s --implicit-check-not=failed
// CHECK-COUNT-15: check0 passed

// REDEFINE: %{entry} = words
// RUN: %{stages}
// RUN: %{bits}
// REDEFINE: %{config} = --config='#gq.matmul_config<tile = [64, 32, 128], stages = 2, schedule = pingpong>'
// RUN: %{stages}
// REDEFINE: %{config} = --config='#gq.matmul_config<tile = [64, 16, 128], stages = 3, math_groups = 1, swap = true, occupancy = 2>'
// RUN: %{stages}
// REDEFINE: %{config} = --config='#gq.matmul_config<tile = [128, 64, 256], stages = 4>'
// RUN: %{bits}
// REDEFINE: %{config} =
// REDEFINE: %{entry} = bytes
// RUN: %{bits}
// REDEFINE: %{entry} = one
// RUN: %{bits}
// REDEFINE: %{entry} = short
// RUN: %{stages}

// They are kernels, each in as many registers as it has.
// RUN: gq-compile %s --emit=bundle -o %t.gqb
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: function one
// BUNDLE: tensormap arg0 u8 dims [256, arg0.0]
// BUNDLE-NOT: tensormap arg2
// BUNDLE: function short

func.func @words(%a: tensor<?x1000xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<72x1000xf8E4M3FN>, %sb: tensor<1x4xf32>) -> tensor<?x72xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1000xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x72xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x72xf32>) -> tensor<?x72xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [256, 256]) outs(%init : tensor<?x72xf32>) {promote = 256 : i64}
      : tensor<?x1000xf8E4M3FN>, tensor<72x1000xf8E4M3FN>, tensor<?x4xf32>, tensor<1x4xf32> -> tensor<?x72xf32>
  return %d : tensor<?x72xf32>
}

// Rows of K = 275 begin anywhere; one scale for each.
func.func @bytes(%a: tensor<?x275xi8>, %sa: tensor<?x1xf32>, %b: tensor<37x275xi8>, %sb: tensor<37x1xf32>, %c: tensor<?x37xf32>) -> tensor<?x37xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 275], %sb block [1, 275]) outs(%c : tensor<?x37xf32>)
      : tensor<?x275xi8>, tensor<37x275xi8>, tensor<?x1xf32>, tensor<37x1xf32> -> tensor<?x37xf32>
  return %d : tensor<?x37xf32>
}

// Of one operand alone: a part of wider rows.
func.func @one(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %wide: tensor<128x264xf8E4M3FN>, %sb: tensor<1x2xf32>) -> tensor<?x128xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x128xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x128xbf16>) -> tensor<?x128xbf16>
  %b = tensor.extract_slice %wide[0, 8] [128, 256] [1, 1] : tensor<128x264xf8E4M3FN> to tensor<128x256xf8E4M3FN>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x128xbf16>)
      : tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xbf16>
  return %d : tensor<?x128xbf16>
}

// A single step, and blocks of a step that is shorter than a slot.
func.func @short(%a: tensor<?x100xf8E5M2>, %sa: tensor<2x?xf32>, %b: tensor<9x100xf8E5M2>, %sb: tensor<9x2xf32>) -> tensor<?x9xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x100xf8E5M2>
  %e = tensor.empty(%m) : tensor<?x9xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x9xf32>) -> tensor<?x9xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 96], %sb block [1, 96]) outs(%init : tensor<?x9xf32>) {transposed_a_scales}
      : tensor<?x100xf8E5M2>, tensor<9x100xf8E5M2>, tensor<2x?xf32>, tensor<9x2xf32> -> tensor<?x9xf32>
  return %d : tensor<?x9xf32>
}
