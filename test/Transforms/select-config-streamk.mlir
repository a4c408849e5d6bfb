// Products whose last tiles thread blocks divide between them: the best candidate where that is
// asked for, and what such a config cannot be.
// RUN: sed '/^\/\/ INVALID/,$d' %s | gq-opt '--pass-pipeline=builtin.module(gq-set-target{name=h200},gq-select-config{schedule=streamk max-variants=1})' | FileCheck %s
// RUN: gq-opt %s --gq-select-config --split-input-file --verify-diagnostics

// Sums that wait for the next tile are none of its ways to store.
// CHECK-LABEL: func.func @chosen
// CHECK: config = #gq.matmul_config<tile = [{{.*}}], {{.*}}schedule = streamk, {{.*}}store = direct, registers = [40, {{[0-9]+}}], candidate = {{[0-9]+}}>
// CHECK-LABEL: func.func @given
// CHECK: config = #gq.matmul_config<tile = [128, 128, 128], schedule = streamk, registers = [40, 232]>
!d = tensor<512x512xf32>
func.func @chosen(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %e: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %c = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d)
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}
func.func @given(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %e: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %c = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], schedule = streamk>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// INVALID

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %e: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %c = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
  // expected-error@+1 {{config: has schedule = streamk, expects store = staged or direct, got deferred: the next tile may be another thread block's}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], store = deferred, schedule = streamk>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %e: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %c = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
  // expected-error@+1 {{config: has schedule = streamk, expects cluster = none, got a}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], cluster = a, schedule = streamk>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %e: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %c = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
  // expected-error@+1 {{config: has schedule = streamk, expects occupancy = 1, got 2}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], occupancy = 2, schedule = streamk>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %e: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %c = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
  // expected-error@+1 {{config: has schedule = streamk, which divides K by itself, expects split_k = 1, got 2}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], stages = 2, split_k = 2, schedule = streamk>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x?xf8E4M3FN>, %b: tensor<512x?xf8E4M3FN>, %sa: tensor<512x?xf32>, %sb: tensor<4x?xf32>, %e: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %c = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
  // expected-error@+1 {{config: has schedule = streamk, expects a static K, got a dynamic one}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], schedule = streamk>}
      : tensor<512x?xf8E4M3FN>, tensor<512x?xf8E4M3FN>, tensor<512x?xf32>, tensor<4x?xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x128xf8E4M3FN>, %b: tensor<512x128xf8E4M3FN>, %sa: tensor<512x1xf32>, %sb: tensor<4x1xf32>, %e: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %c = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
  // expected-error@+1 {{config: has schedule = streamk, expects a K of more than one step of 128, got 128}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], schedule = streamk>}
      : tensor<512x128xf8E4M3FN>, tensor<512x128xf8E4M3FN>, tensor<512x1xf32>, tensor<4x1xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %e: !d) -> !d {
  // expected-error@+1 {{config: has schedule = streamk, expects a result that starts from zeros, as a linalg.fill says}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%e : !d) {config = #gq.matmul_config<tile = [128, 128, 128], schedule = streamk>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<512x4xf32>, %sb: tensor<4x4xf32>, %e: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %c = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
  // expected-error@+1 {{config: has schedule = streamk, where sums are taken apart by the number of rows; batch_invariant expects another one}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {batch_invariant, config = #gq.matmul_config<tile = [128, 128, 128], schedule = streamk>}
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x4xf32>, tensor<4x4xf32> -> !d
  return %d : !d
}

// -----

// 132 thread blocks.
!d = tensor<512x512xf32>
func.func @f(%a: tensor<512x1073741824xf8E4M3FN>, %b: tensor<512x1073741824xf8E4M3FN>, %sa: tensor<512x8388608xf32>, %sb: tensor<4x8388608xf32>, %e: !d) -> !d {
  %zero = arith.constant 0.0 : f32
  %c = linalg.fill ins(%zero : f32) outs(%e : !d) -> !d
  // expected-error@+1 {{config: has schedule = streamk, expects a K of fewer steps than two waves can be counted in 32 bits, got 8388608}}
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [128, 128, 128], schedule = streamk>}
      : tensor<512x1073741824xf8E4M3FN>, tensor<512x1073741824xf8E4M3FN>, tensor<512x8388608xf32>, tensor<4x8388608xf32> -> !d
  return %d : !d
}
