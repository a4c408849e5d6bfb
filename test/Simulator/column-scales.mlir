// Scales of rows on both sides, per token and per channel: each column of a product has
// a scale of its own, or shares it with columns that no power of two counts.
// To the bit what the reference makes of them.
// RUN: gq-run %s --entry=each --m=150 --backend=reference --output=%t.ref.npy
// RUN: gq-run %s --entry=each --m=150 --backend=simulate --check --output=%t.npy | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: gq-run %s --entry=each --m=70 --backend=reference --output=%t.ref.npy
// RUN: gq-run %s --entry=each --m=70 --config='#gq.matmul_config<tile = [64, 128, 128], math_groups = 1>' --backend=simulate --check --output=%t.npy | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: gq-run %s --entry=each --m=7 --backend=reference --output=%t.ref.npy
// RUN: gq-run %s --entry=each --m=7 --config='#gq.matmul_config<tile = [64, 8, 128], math_groups = 1>' --backend=simulate --check --output=%t.npy | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: gq-run %s --entry=fours --m=70 --shape=arg1=3x4 --backend=reference --output=%t.ref.npy
// RUN: gq-run %s --entry=fours --m=70 --shape=arg1=3x4 --backend=simulate --check --output=%t.npy | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: gq-run %s --entry=sixes --m=70 --backend=reference --output=%t.ref.npy
// RUN: gq-run %s --entry=sixes --m=70 --backend=simulate --check --output=%t.npy | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// CHECK: simulated 1 launches
// CHECK: check0 passed

// RUN: gq-compile %s --remarks-filter=gq-fallback -o %t.gqb 2>&1 | FileCheck %s --check-prefix=COMPILED --allow-empty
// COMPILED-NOT: {{.}}

func.func @each(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<264x400xf8E4M3FN>, %sb: tensor<264x4xf32>) -> tensor<?x264xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x400xf8E4M3FN>
  %z = arith.constant 0.0 : bf16
  %e = tensor.empty(%m) : tensor<?x264xbf16>
  %i = linalg.fill ins(%z : bf16) outs(%e : tensor<?x264xbf16>) -> tensor<?x264xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%i : tensor<?x264xbf16>)
    : tensor<?x400xf8E4M3FN>, tensor<264x400xf8E4M3FN>, tensor<?x4xf32>, tensor<264x4xf32> -> tensor<?x264xbf16>
  return %d : tensor<?x264xbf16>
}

func.func @fours(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<264x400xf8E4M3FN>, %sb: tensor<66x4xf32>) -> tensor<?x264xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x400xf8E4M3FN>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x264xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x264xf32>) -> tensor<?x264xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [32, 128], %sb block [4, 128]) outs(%i : tensor<?x264xf32>)
    : tensor<?x400xf8E4M3FN>, tensor<264x400xf8E4M3FN>, tensor<?x4xf32>, tensor<66x4xf32> -> tensor<?x264xf32>
  return %d : tensor<?x264xf32>
}

func.func @sixes(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<264x400xf8E4M3FN>, %sb: tensor<44x4xf32>) -> tensor<?x264xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x400xf8E4M3FN>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x264xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x264xf32>) -> tensor<?x264xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [6, 128]) outs(%i : tensor<?x264xf32>)
    : tensor<?x400xf8E4M3FN>, tensor<264x400xf8E4M3FN>, tensor<?x4xf32>, tensor<44x4xf32> -> tensor<?x264xf32>
  return %d : tensor<?x264xf32>
}
