// Scales of one byte, and several blocks in a step of K: the same numbers after every
// pass, and at the end to the bit. Sums of products of powers of two are exact.
//
// DEFINE: %{entry} =
// DEFINE: %{stages} = gq-run %s --entry=%{entry} --stages --interleavings=5 | FileCheck %s --implicit-check-not=failed
// DEFINE: %{run} = gq-run %s --entry=%{entry} --generate=pow2
// DEFINE: %{bits} = %{run} --backend=reference --output=%t.r.npy && %{run} --backend=simulate --output=%t.s.npy && cmp %t.r.npy %t.s.npy

// REDEFINE: %{entry} = f32_64
// RUN: %{stages}
// RUN: %{bits}

// REDEFINE: %{entry} = mixed
// RUN: %{stages}
// RUN: %{bits}

// REDEFINE: %{entry} = uneven
// RUN: %{stages}
// RUN: %{bits}

// REDEFINE: %{entry} = words
// RUN: %{stages}
// RUN: %{bits}

// REDEFINE: %{entry} = tails
// RUN: %{stages}
// RUN: %{bits}

// REDEFINE: %{entry} = bytes
// RUN: %{stages}
// RUN: %{bits}

// Quantised here, then multiplied.
// REDEFINE: %{entry} = quantised
// RUN: %{stages}

// CHECK: after gq-annotate-alignment
// CHECK: check0 {{ *}}passed
// CHECK: after gq-allocate-shared-memory
// CHECK: check0 {{ *}}passed

func.func @f32_64(%a: tensor<70x272xf8E4M3FN>, %b: tensor<136x272xf8E5M2>, %sa: tensor<70x5xf32>, %sb: tensor<3x5xf32>) -> tensor<70x136xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<70x136xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<70x136xf32>) -> tensor<70x136xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 64], %sb block [64, 64]) outs(%init : tensor<70x136xf32>)
    : tensor<70x272xf8E4M3FN>, tensor<136x272xf8E5M2>, tensor<70x5xf32>, tensor<3x5xf32> -> tensor<70x136xf32>
  return %d : tensor<70x136xf32>
}

func.func @mixed(%a: tensor<70x272xf8E4M3FN>, %b: tensor<136x272xf8E5M2>, %sa: tensor<70x9xf8E8M0FNU>, %sb: tensor<2x3xf32>) -> tensor<70x136xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<70x136xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<70x136xf32>) -> tensor<70x136xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [128, 128]) outs(%init : tensor<70x136xf32>)
    : tensor<70x272xf8E4M3FN>, tensor<136x272xf8E5M2>, tensor<70x9xf8E8M0FNU>, tensor<2x3xf32> -> tensor<70x136xf32>
  return %d : tensor<70x136xf32>
}

func.func @uneven(%a: tensor<130x400xf8E4M3FN>, %b: tensor<40x400xf8E5M2>, %sa: tensor<3x2xf32>, %sb: tensor<5x13xf8E8M0FNU>) -> tensor<130x40xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<130x40xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<130x40xf32>) -> tensor<130x40xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [64, 256], %sb block [8, 32]) outs(%init : tensor<130x40xf32>)
    : tensor<130x400xf8E4M3FN>, tensor<40x400xf8E5M2>, tensor<3x2xf32>, tensor<5x13xf8E8M0FNU> -> tensor<130x40xf32>
  return %d : tensor<130x40xf32>
}

func.func @words(%a: tensor<70x384xf8E4M3FN>, %b: tensor<136x384xf8E5M2>, %sa: tensor<70x12xf8E8M0FNU>, %sb: tensor<5x12xf8E8M0FNU>) -> tensor<70x136xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<70x136xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<70x136xf32>) -> tensor<70x136xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [32, 32]) outs(%init : tensor<70x136xf32>)
    : tensor<70x384xf8E4M3FN>, tensor<136x384xf8E5M2>, tensor<70x12xf8E8M0FNU>, tensor<5x12xf8E8M0FNU> -> tensor<70x136xf32>
  return %d : tensor<70x136xf32>
}

func.func @tails(%a: tensor<129x176xf8E4M3FN>, %b: tensor<200x176xf8E5M2>, %sa: tensor<129x6xf8E8M0FNU>, %sb: tensor<7x6xf8E8M0FNU>) -> tensor<129x200xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<129x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<129x200xf32>) -> tensor<129x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [32, 32]) outs(%init : tensor<129x200xf32>)
    : tensor<129x176xf8E4M3FN>, tensor<200x176xf8E5M2>, tensor<129x6xf8E8M0FNU>, tensor<7x6xf8E8M0FNU> -> tensor<129x200xf32>
  return %d : tensor<129x200xf32>
}

func.func @bytes(%a: tensor<70x272xf8E4M3FN>, %b: tensor<136x272xf8E5M2>, %sa: tensor<70x3xf8E8M0FNU>, %sb: tensor<2x3xf8E8M0FNU>) -> tensor<70x136xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<70x136xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<70x136xf32>) -> tensor<70x136xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<70x136xf32>)
    : tensor<70x272xf8E4M3FN>, tensor<136x272xf8E5M2>, tensor<70x3xf8E8M0FNU>, tensor<2x3xf8E8M0FNU> -> tensor<70x136xf32>
  return %d : tensor<70x136xf32>
}

func.func @quantised(%x: tensor<70x272xbf16>, %w: tensor<136x272xbf16>) -> tensor<70x136xf32> {
  %zero = arith.constant 0.0 : f32
  %ae = tensor.empty() : tensor<70x272xf8E4M3FN>
  %ase = tensor.empty() : tensor<70x9xf8E8M0FNU>
  %a, %sa = gq.quantize %x block [1, 32] outs(%ae, %ase : tensor<70x272xf8E4M3FN>, tensor<70x9xf8E8M0FNU>) {pow2}
    : tensor<70x272xbf16> -> tensor<70x272xf8E4M3FN>, tensor<70x9xf8E8M0FNU>
  %be = tensor.empty() : tensor<136x272xf8E4M3FN>
  %bse = tensor.empty() : tensor<5x9xf8E8M0FNU>
  %b, %sb = gq.quantize %w block [32, 32] outs(%be, %bse : tensor<136x272xf8E4M3FN>, tensor<5x9xf8E8M0FNU>) {pow2}
    : tensor<136x272xbf16> -> tensor<136x272xf8E4M3FN>, tensor<5x9xf8E8M0FNU>
  %e = tensor.empty() : tensor<70x136xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<70x136xf32>) -> tensor<70x136xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [32, 32]) outs(%init : tensor<70x136xf32>)
    : tensor<70x272xf8E4M3FN>, tensor<136x272xf8E4M3FN>, tensor<70x9xf8E8M0FNU>, tensor<5x9xf8E8M0FNU> -> tensor<70x136xf32>
  return %d : tensor<70x136xf32>
}
