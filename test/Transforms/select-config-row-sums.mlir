// Kernels of their own add up rows for zero points where there are many; the kernel of the product
// where there are few.
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --gq-select-config=max-variants=12 | FileCheck %s
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --gq-select-config=max-variants=12 --remarks-filter=gq-select-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --gq-select-config=max-variants=1 | FileCheck %s --check-prefix=ONE

// CHECK-LABEL: func.func @many
// CHECK: config = #gq.matmul_config<{{[^>]*}}row_sums = apart
// REMARK: row sums | Category:gq-select-config | Remark="kernels of their own add up rows: beside the product it takes longer"
// ONE-LABEL: func.func @many
// ONE: row_sums = apart
func.func @many(%a: tensor<8192x8192xi8>, %b: tensor<8192x8192xi8>, %z: tensor<8192xi32>) -> tensor<8192x8192xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<8192x8192xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<8192x8192xi32>) -> tensor<8192x8192xi32>
  %d = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<8192xi32>) outs(%i : tensor<8192x8192xi32>) {zero_points_apart} : tensor<8192x8192xi8>, tensor<8192x8192xi8> -> tensor<8192x8192xi32>
  return %d : tensor<8192x8192xi32>
}

// -----

// CHECK-LABEL: func.func @few
// CHECK: config = #gq.matmul_config<
// CHECK-NOT: row_sums
// CHECK: return
func.func @few(%a: tensor<16x8192xi8>, %b: tensor<8192x8192xi8>, %z: tensor<16xi32>) -> tensor<16x8192xi32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<16x8192xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<16x8192xi32>) -> tensor<16x8192xi32>
  %d = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<16xi32>) outs(%i : tensor<16x8192xi32>) {zero_points_apart} : tensor<16x8192xi8>, tensor<8192x8192xi8> -> tensor<16x8192xi32>
  return %d : tensor<16x8192xi32>
}

// -----

// By rows. One kernel for any number of them is that of the product.
// CHECK-LABEL: func.func @by_rows
// CHECK: config = #gq.matmul_variants<up_to 8 =
// CHECK-NOT: row_sums
// CHECK-SAME: up_to 128 =
// CHECK-SAME: above = <{{[^>]*}}row_sums = apart{{[^>]*}}>>
// REMARK: row sums | Category:gq-select-config | Remark="kernels of their own add up rows above {{[0-9]+}} rows: beside the product it takes longer"
// ONE-LABEL: func.func @by_rows
// ONE: gq.scaled_matmul
// ONE-NOT: row_sums
// ONE: return
func.func @by_rows(%a: tensor<?x8192xi8>, %b: tensor<8192x8192xi8>, %z: tensor<?xi32>) -> tensor<?x8192xi32> {
  %zero = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x8192xi8>
  %e = tensor.empty(%m) : tensor<?x8192xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<?x8192xi32>) -> tensor<?x8192xi32>
  %d = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<?xi32>) outs(%i : tensor<?x8192xi32>) {zero_points_apart} : tensor<?x8192xi8>, tensor<8192x8192xi8> -> tensor<?x8192xi32>
  return %d : tensor<?x8192xi32>
}

// -----

// A loop over thread blocks has one kernel.
// CHECK-LABEL: func.func @in_a_loop
// CHECK: gq.scaled_matmul
// CHECK-NOT: row_sums
// CHECK: return
func.func @in_a_loop(%a: tensor<16384x8192xi8>, %b: tensor<8192x8192xi8>, %z: tensor<i32>, %e: tensor<16384x8192xi32>) -> tensor<16384x8192xi32> {
  %zero = arith.constant 0 : i32
  %start = tensor.empty() : tensor<8192x8192xi32>
  %r = scf.forall (%i) in (2) shared_outs(%o = %e) -> (tensor<16384x8192xi32>) {
    %m = affine.apply affine_map<(d) -> (8192 * d)>(%i)
    %ai = tensor.extract_slice %a[%m, 0] [8192, 8192] [1, 1] : tensor<16384x8192xi8> to tensor<8192x8192xi8>
    %ci = linalg.fill ins(%zero : i32) outs(%start : tensor<8192x8192xi32>) -> tensor<8192x8192xi32>
    %d = gq.scaled_matmul %ai, %b a_zero_points(%z : tensor<i32>) outs(%ci : tensor<8192x8192xi32>) {zero_points_apart} : tensor<8192x8192xi8>, tensor<8192x8192xi8> -> tensor<8192x8192xi32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %o[%m, 0] [8192, 8192] [1, 1] : tensor<8192x8192xi32> into tensor<16384x8192xi32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<16384x8192xi32>
}
