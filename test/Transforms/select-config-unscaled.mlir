// Products without scales: what is chosen for them, and what cannot be.
// RUN: gq-opt %s --split-input-file --verify-diagnostics --gq-select-config=max-variants=1 | FileCheck %s

// Of bf16 and f16, sums stay in the tensor cores: tiles are as wide as an instruction,
// and a step of K goes on from slot to slot.
// CHECK-LABEL: func.func @bf16
// CHECK: config = #gq.matmul_config<tile = [128, 256, 128], raster = 8, store = direct, registers = [40, 232], candidate = 0>
func.func @bf16(%a: tensor<8192x8192xbf16>, %b: tensor<8192x8192xbf16>, %c: tensor<8192x8192xf32>) -> tensor<8192x8192xf32> {
  %d = gq.scaled_matmul %a, %b outs(%c : tensor<8192x8192xf32>)
      : tensor<8192x8192xbf16>, tensor<8192x8192xbf16> -> tensor<8192x8192xf32>
  return %d : tensor<8192x8192xf32>
}

// -----

// FP8 is promoted as with scales.
// CHECK-LABEL: func.func @fp8
// CHECK: config = #gq.matmul_config<tile = [192, 128, 128], stages = 5, math_groups = 3, raster = 8, store = deferred
func.func @fp8(%a: tensor<8192x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E5M2>, %c: tensor<8192x8192xf32>) -> tensor<8192x8192xf32> {
  %d = gq.scaled_matmul %a, %b outs(%c : tensor<8192x8192xf32>)
      : tensor<8192x8192xf8E4M3FN>, tensor<8192x8192xf8E5M2> -> tensor<8192x8192xf32>
  return %d : tensor<8192x8192xf32>
}

// -----

func.func @deferred(%a: tensor<64x64xf16>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  // expected-error@+1 {{has store = deferred, expects sums that are promoted; those of bf16 and f16, and of i8 over all of K, stay in the tensor cores}}
  %d = gq.scaled_matmul %a, %a outs(%c : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, store = deferred>}
      : tensor<64x64xf16>, tensor<64x64xf16> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

func.func @scales(%a: tensor<64x64xf16>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  // expected-error@+1 {{has scales = tma, expects operands that have scales}}
  %d = gq.scaled_matmul %a, %a outs(%c : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, scales = tma>}
      : tensor<64x64xf16>, tensor<64x64xf16> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

func.func @step(%a: tensor<64x64xf16>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  // expected-error@+1 {{expects a K step that is a multiple of 64, got 32}}
  %d = gq.scaled_matmul %a, %a outs(%c : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 32], math_groups = 1>}
      : tensor<64x64xf16>, tensor<64x64xf16> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

// A key that asks for kernels by the scales has nothing to ask for.
func.func @either(%a: tensor<64x64xf16>, %c: tensor<64x64xf32>) -> tensor<64x64xf32> {
  // expected-error@+1 {{has scales = either, expects operands that have scales}}
  %d = gq.scaled_matmul %a, %a outs(%c : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 64], math_groups = 1, scales = either>}
      : tensor<64x64xf16>, tensor<64x64xf16> -> tensor<64x64xf32>
  return %d : tensor<64x64xf32>
}

// -----

// ptxas has the registers that threads start with.
func.func @instruction(%a: tensor<256x64xf16>, %c: tensor<256x256xf32>) -> tensor<256x256xf32> {
  // expected-error@+1 {{has products of 256 columns, which take 154 registers; a thread block of 512 threads starts with 128 (a narrower tile or fewer math groups need less)}}
  %d = gq.scaled_matmul %a, %a outs(%c : tensor<256x256xf32>) {config = #gq.matmul_config<tile = [192, 256, 64], stages = 2, math_groups = 3, registers = [32, 160]>}
      : tensor<256x64xf16>, tensor<256x64xf16> -> tensor<256x256xf32>
  return %d : tensor<256x256xf32>
}
