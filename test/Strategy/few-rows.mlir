// Few rows are columns of the product of b and a: tiles as wide as there are rows, two thread
// blocks on a multiprocessor, parts of K where there are few tiles or K is long, several sums in a
// step. What cannot be swapped is not, and batch-invariant products have as many parts of K for every
// number of rows.
// RUN: gq-opt %s --gq-select-config | FileCheck %s
module attributes {gq.target = #gq.target<h200>} {
// CHECK-LABEL: func.func @long
// CHECK: #gq.matmul_variants<up_to 8 = <tile = [64, 8, 512], stages = 11, math_groups = 1, stream_a = true, split_k = 2, swap = true, occupancy = 2, l2_promotion = 128, registers = [40, 168], candidate = 0>,
// CHECK-SAME: up_to 16 = <tile = [64, 16, 512], stages = 10, math_groups = 1, stream_a = true, split_k = 2, swap = true, occupancy = 2, l2_promotion = 128,
// CHECK-SAME: up_to 32 = <tile = [64, 32, 256], stages = 8, math_groups = 1, stream_a = true, split_k = 2, swap = true, occupancy = 2, l2_promotion = 128,
// CHECK-SAME: up_to 64 = <tile = [64, 128, 128], stages = 8, math_groups = 1, raster = 8, store = deferred, stream_b = true,
// CHECK-NOT: swap
// CHECK-LABEL: func.func @short
func.func @long(%a: tensor<?x8192xf8E4M3FN>, %sa: tensor<?x64xf32>, %b: tensor<57344x8192xf8E4M3FN>, %sb: tensor<448x64xf32>, %c: tensor<?x57344xf32>) -> tensor<?x57344xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : tensor<?x57344xf32>) -> tensor<?x57344xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<?x57344xf32>)
      : tensor<?x8192xf8E4M3FN>, tensor<57344x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<448x64xf32> -> tensor<?x57344xf32>
  return %d : tensor<?x57344xf32>
}

// Many tiles and a short K: in one part.
// CHECK: #gq.matmul_variants<up_to 8 = <tile = [64, 8, 512], stages = 12, math_groups = 1, stream_a = true, swap = true,
// CHECK-SAME: up_to 16 = <tile = [64, 16, 512], stages = 10, math_groups = 1, stream_a = true, swap = true,
// CHECK-LABEL: func.func @static
func.func @short(%a: tensor<?x1536xf8E4M3FN>, %sa: tensor<?x12xf32>, %b: tensor<24576x1536xf8E4M3FN>, %sb: tensor<192x12xf32>, %c: tensor<?x24576xf32>) -> tensor<?x24576xf32> {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : tensor<?x24576xf32>) -> tensor<?x24576xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<?x24576xf32>)
      : tensor<?x1536xf8E4M3FN>, tensor<24576x1536xf8E4M3FN>, tensor<?x12xf32>, tensor<192x12xf32> -> tensor<?x24576xf32>
  return %d : tensor<?x24576xf32>
}

// Of 8 columns there are none for a second part. Thread blocks of two launches fit beside one another
// with all of the memory where there is one for every second multiprocessor.
// CHECK: #gq.matmul_config<tile = [64, 8, 512], stages = 11, math_groups = 1, stream_a = true, split_k = 2, swap = true, occupancy = 2, l2_promotion = 128, registers = [40, 168], candidate = 0>
// CHECK: #gq.matmul_config<tile = [64, 16, 256], stages = 10, math_groups = 1, stream_a = true, split_k = 2, swap = true, occupancy = 2,
// CHECK-LABEL: func.func @stay
func.func @static(%a: tensor<1x4096xf8E4M3FN>, %sa: tensor<1x32xf32>, %m: tensor<12x4096xf8E4M3FN>, %sm: tensor<12x32xf32>, %b: tensor<4096x4096xf8E4M3FN>, %sb: tensor<32x32xf32>, %c: tensor<1x4096xf32>, %e: tensor<12x4096xf32>) -> (tensor<1x4096xf32>, tensor<12x4096xf32>) {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : tensor<1x4096xf32>) -> tensor<1x4096xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<1x4096xf32>)
      : tensor<1x4096xf8E4M3FN>, tensor<4096x4096xf8E4M3FN>, tensor<1x32xf32>, tensor<32x32xf32> -> tensor<1x4096xf32>
  %g = linalg.fill ins(%zero : f32) outs(%e : tensor<12x4096xf32>) -> tensor<12x4096xf32>
  %h = gq.scaled_matmul %m, %b scales(%sm block [1, 128], %sb block [128, 128]) outs(%g : tensor<12x4096xf32>)
      : tensor<12x4096xf8E4M3FN>, tensor<4096x4096xf8E4M3FN>, tensor<12x32xf32>, tensor<32x32xf32> -> tensor<12x4096xf32>
  return %d, %h : tensor<1x4096xf32>, tensor<12x4096xf32>
}

// What adds to a tensor, and sums in one order for all rows.
// CHECK: gq.scaled_matmul
// CHECK-NOT: swap
// CHECK: gq.scaled_matmul {{.*}} {batch_invariant, config = #gq.matmul_variants<up_to 8 = <tile = [64, 8, 512], {{[^>]*}}swap = true{{[^>]*}}>, up_to 16 = <tile = [64, 16, 256], {{[^>]*}}swap = true
// CHECK-NOT: split_k
func.func @stay(%a: tensor<?x4096xf8E4M3FN>, %sa: tensor<?x32xf32>, %b: tensor<4096x4096xf8E4M3FN>, %sb: tensor<32x32xf32>, %c: tensor<?x4096xf32>) -> (tensor<?x4096xf32>, tensor<?x4096xf32>) {
  %zero = arith.constant 0.0 : f32
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x4096xf32>)
      : tensor<?x4096xf8E4M3FN>, tensor<4096x4096xf8E4M3FN>, tensor<?x32xf32>, tensor<32x32xf32> -> tensor<?x4096xf32>
  %f = linalg.fill ins(%zero : f32) outs(%c : tensor<?x4096xf32>) -> tensor<?x4096xf32>
  %g = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<?x4096xf32>) {batch_invariant}
      : tensor<?x4096xf8E4M3FN>, tensor<4096x4096xf8E4M3FN>, tensor<?x32xf32>, tensor<32x32xf32> -> tensor<?x4096xf32>
  return %d, %g : tensor<?x4096xf32>, tensor<?x4096xf32>
}

// Kernels that begin early: parts of a long K also where tiles are many; a pause where a ring holds
// at least half of a part, and one launch leaves room for the next.
// CHECK-LABEL: func.func @early
// CHECK: #gq.matmul_variants<{{.*}}up_to 16 = <tile = [64, 16, 256], {{[^>]*}}split_k = 2, swap = true, occupancy = 2
// CHECK-NOT: pause
// CHECK: #gq.matmul_variants<up_to 8 = <tile = [64, 8, 512], {{[^>]*}}split_k = 2, swap = true, occupancy = 2, l2_promotion = 128, pause = [4, 2000], registers = [40, 168]
// CHECK-SAME: up_to 32 = <tile = [64, 32, 128], stages = 8, math_groups = 1, stream_a = true, split_k = 2, swap = true, occupancy = 2, l2_promotion = 128, pause = [4, 2480], registers = [40, 168]
// CHECK-SAME: up_to 64 = <tile = [64, 64, 128], stages = 8, math_groups = 1, raster = 8, store = direct, stream_b = true, split_k = 2, registers = [40, 248]
func.func @early(%a: tensor<?x8192xf8E4M3FN>, %sa: tensor<?x64xf32>, %b: tensor<8192x8192xf8E4M3FN> {gq.constant}, %sb: tensor<64x64xf32> {gq.constant}, %c: tensor<?x8192xf32>,
    %a2: tensor<?x4096xf8E4M3FN>, %sa2: tensor<?x32xf32>, %b2: tensor<4096x4096xf8E4M3FN> {gq.constant}, %sb2: tensor<32x32xf32> {gq.constant}, %c2: tensor<?x4096xf32>) -> (tensor<?x8192xf32>, tensor<?x4096xf32>) attributes {gq.dependent_launch = "callers"} {
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%c : tensor<?x8192xf32>) -> tensor<?x8192xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x8192xf32>)
      : tensor<?x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x8192xf32>
  %j = linalg.fill ins(%zero : f32) outs(%c2 : tensor<?x4096xf32>) -> tensor<?x4096xf32>
  %e = gq.scaled_matmul %a2, %b2 scales(%sa2 block [1, 128], %sb2 block [128, 128]) outs(%j : tensor<?x4096xf32>)
      : tensor<?x4096xf8E4M3FN>, tensor<4096x4096xf8E4M3FN>, tensor<?x32xf32>, tensor<32x32xf32> -> tensor<?x4096xf32>
  return %d, %e : tensor<?x8192xf32>, tensor<?x4096xf32>
}

// A row of the same bits for every number of rows: all variants have the two parts that pay for few,
// where weights do not fill a wave.
// CHECK-LABEL: func.func @early_invariant
// CHECK: {batch_invariant, config = #gq.matmul_variants<up_to 8 = <tile = [64, 8, 512], {{[^>]*}}split_k = 2, swap = true
// CHECK-SAME: up_to 32 = <tile = [64, 32, 128], {{[^>]*}}split_k = 2, swap = true
// CHECK-SAME: above = <tile = [256, 128, 128], {{[^>]*}}split_k = 2
func.func @early_invariant(%a2: tensor<?x4096xf8E4M3FN>, %sa2: tensor<?x32xf32>, %b2: tensor<4096x4096xf8E4M3FN> {gq.constant}, %sb2: tensor<32x32xf32> {gq.constant}, %c2: tensor<?x4096xf32>) -> tensor<?x4096xf32> attributes {gq.dependent_launch = "callers"} {
  %zero = arith.constant 0.0 : f32
  %j = linalg.fill ins(%zero : f32) outs(%c2 : tensor<?x4096xf32>) -> tensor<?x4096xf32>
  %e = gq.scaled_matmul %a2, %b2 scales(%sa2 block [1, 128], %sb2 block [128, 128]) outs(%j : tensor<?x4096xf32>) {batch_invariant}
      : tensor<?x4096xf8E4M3FN>, tensor<4096x4096xf8E4M3FN>, tensor<?x32xf32>, tensor<32x32xf32> -> tensor<?x4096xf32>
  return %e : tensor<?x4096xf32>
}

// Two groups that take the steps in turn where few thread blocks have all of K, of which their rings
// hold less than half of one part.
// CHECK-LABEL: func.func @turns
// CHECK: #gq.matmul_config<tile = [64, 16, 256], stages = 10, stream_a = true, k_groups = 2, swap = true, l2_promotion = 128, registers = [40, 232]
func.func @turns(%a: tensor<16x7168xf8E4M3FN>, %sa: tensor<16x56xf32>, %b: tensor<4096x7168xf8E4M3FN> {gq.constant}, %sb: tensor<32x56xf32> {gq.constant}, %c: tensor<16x4096xf32>) -> tensor<16x4096xf32> attributes {gq.dependent_launch = "callers"} {
  %zero = arith.constant 0.0 : f32
  %f = linalg.fill ins(%zero : f32) outs(%c : tensor<16x4096xf32>) -> tensor<16x4096xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<16x4096xf32>)
      : tensor<16x7168xf8E4M3FN>, tensor<4096x7168xf8E4M3FN>, tensor<16x56xf32>, tensor<32x56xf32> -> tensor<16x4096xf32>
  return %d : tensor<16x4096xf32>
}
}
