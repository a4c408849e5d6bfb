// Operands with E8M0 scales of short blocks along K are decoded to bf16 by kernels of their own where
// many rows share what is decoded of b.
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --gq-select-config=max-variants=12 | FileCheck %s
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --gq-select-config=max-variants=1 | FileCheck %s --check-prefix=ONE

// CHECK-LABEL: func.func @many
// CHECK: config = #gq.matmul_config<{{[^>]*}}decode = true
// ONE-LABEL: func.func @many
// ONE: decode = true
func.func @many(%a: tensor<8192x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E4M3FN>, %sa: tensor<8192x256xf8E8M0FNU>, %sb: tensor<8192x256xf8E8M0FNU>) -> tensor<8192x8192xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8192x8192xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<8192x8192xf32>) -> tensor<8192x8192xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<8192x8192xf32>) : tensor<8192x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<8192x256xf8E8M0FNU>, tensor<8192x256xf8E8M0FNU> -> tensor<8192x8192xf32>
  return %d : tensor<8192x8192xf32>
}

// -----

// By rows; few have the codes.
// CHECK-LABEL: func.func @by_rows
// CHECK: config = #gq.matmul_variants<up_to 8 =
// CHECK-NOT: decode
// CHECK-SAME: up_to 512 = <{{[^>]*}}>, up_to {{[0-9]+}} = <{{[^>]*}}decode = true
// CHECK-SAME: above = <{{[^>]*}}decode = true{{[^>]*}}>>
// ONE-LABEL: func.func @by_rows
// ONE: gq.scaled_matmul
// ONE-NOT: decode
func.func @by_rows(%a: tensor<?x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E4M3FN>, %sa: tensor<?x256xf8E8M0FNU>, %sb: tensor<8192x256xf8E8M0FNU>) -> tensor<?x8192xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x8192xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x8192xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x8192xf32>) -> tensor<?x8192xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<?x8192xf32>) : tensor<?x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<?x256xf8E8M0FNU>, tensor<8192x256xf8E8M0FNU> -> tensor<?x8192xf32>
  return %d : tensor<?x8192xf32>
}

// -----

// Few rows.
// CHECK-LABEL: func.func @few
// CHECK: gq.scaled_matmul
// CHECK-NOT: decode
func.func @few(%a: tensor<128x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E4M3FN>, %sa: tensor<128x256xf8E8M0FNU>, %sb: tensor<8192x256xf8E8M0FNU>) -> tensor<128x8192xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<128x8192xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<128x8192xf32>) -> tensor<128x8192xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<128x8192xf32>) : tensor<128x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<128x256xf8E8M0FNU>, tensor<8192x256xf8E8M0FNU> -> tensor<128x8192xf32>
  return %d : tensor<128x8192xf32>
}

// -----

// Other scales are rounded with their codes.
// CHECK-LABEL: func.func @f32_scales
// CHECK: gq.scaled_matmul
// CHECK-NOT: decode
func.func @f32_scales(%a: tensor<8192x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E4M3FN>, %sa: tensor<8192x256xf32>, %sb: tensor<8192x256xf32>) -> tensor<8192x8192xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8192x8192xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<8192x8192xf32>) -> tensor<8192x8192xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<8192x8192xf32>) : tensor<8192x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<8192x256xf32>, tensor<8192x256xf32> -> tensor<8192x8192xf32>
  return %d : tensor<8192x8192xf32>
}

// -----

// Every row has the same bits, however many there are.
// CHECK-LABEL: func.func @one_order
// CHECK: gq.scaled_matmul
// CHECK-NOT: decode
func.func @one_order(%a: tensor<8192x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E4M3FN>, %sa: tensor<8192x256xf8E8M0FNU>, %sb: tensor<8192x256xf8E8M0FNU>) -> tensor<8192x8192xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8192x8192xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<8192x8192xf32>) -> tensor<8192x8192xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%i : tensor<8192x8192xf32>) {batch_invariant} : tensor<8192x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<8192x256xf8E8M0FNU>, tensor<8192x256xf8E8M0FNU> -> tensor<8192x8192xf32>
  return %d : tensor<8192x8192xf32>
}
