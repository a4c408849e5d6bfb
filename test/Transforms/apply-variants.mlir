// Several configs of an op: branches on the number of rows.
// RUN: gq-opt %s --gq-apply-config --canonicalize --cse --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-apply-config --split-input-file --remarks-filter=gq-apply-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// gq-tile takes destinations of a transpose that are there before the product.
// RUN: sed 's/tensor.empty(%n)/tensor.empty(%m)/' %s | gq-opt --gq-lower-to-tiles --split-input-file | FileCheck %s --check-prefix=TILES

// Everything that the kernel computes is in each branch: what is behind the product,
// what that reads and is made in tiles, the transpose, whose destination stands
// behind all of it here. What only gives a size to others stays.
// CHECK-LABEL: func.func @epilogue
// CHECK-SAME: (%[[A:[a-z0-9]*]]: tensor<?x512xf8E4M3FN>
// CHECK: %[[M:.*]] = tensor.dim %[[A]], %c0
// CHECK: %[[FEW:.*]] = arith.cmpi sle, %[[M]], %c64 : index
// CHECK: %[[R:.*]]:2 = scf.if %[[FEW]] -> (tensor<?x256xbf16>, tensor<256x?xbf16>) {
// CHECK:   linalg.fill
// CHECK:   gq.scaled_matmul {{.*}} {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1>}
// CHECK:   linalg.exp
// CHECK:   %[[E:.*]] = linalg.generic
// CHECK:   %[[T:.*]] = linalg.transpose
// CHECK:   scf.yield %[[E]], %[[T]]
// CHECK: } else {
// CHECK:   %[[SOME:.*]] = arith.cmpi sle, %[[M]], %c200 : index
// CHECK:   %[[O:.*]]:2 = scf.if %[[SOME]]
// CHECK:     gq.scaled_matmul {{.*}} {config = #gq.matmul_config<tile = [128, 128, 128]>}
// CHECK:   } else {
// CHECK:     gq.scaled_matmul {{.*}} {config = #gq.matmul_config<tile = [256, 128, 128]>}
// CHECK:     linalg.transpose
// CHECK:   }
// CHECK:   scf.yield %[[O]]#0, %[[O]]#1
// CHECK: }
// CHECK-NOT: gq.scaled_matmul
// CHECK-NOT: linalg.exp
// CHECK: %[[D:.*]] = tensor.dim %[[R]]#0, %c0
// CHECK: return %[[R]]#0, %[[R]]#1, %[[D]]
// REMARK: [Passed] variants {{.*}}"3 kernels, one of which the number of rows takes"
// TILES-LABEL: func.func @epilogue
// TILES-COUNT-3: = scf.forall (
// TILES-LABEL: func.func @same
#id = affine_map<(i, j) -> (i, j)>
func.func @epilogue(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x4xf32>, %res: tensor<?x256xf32>)
    -> (tensor<?x256xbf16>, tensor<256x?xbf16>, index) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x256xf32>)
      {config = #gq.matmul_variants<up_to 64 = <tile = [64, 128, 128], math_groups = 1>, up_to 200 = <tile = [128, 128, 128]>, above = <tile = [256, 128, 128]>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  %x = linalg.exp ins(%res : tensor<?x256xf32>) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %o = tensor.empty(%m) : tensor<?x256xbf16>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %x : tensor<?x256xf32>, tensor<?x256xf32>) outs(%o : tensor<?x256xbf16>) {
  ^bb0(%p: f32, %q: f32, %u: bf16):
    %s = arith.addf %p, %q : f32
    %t = arith.truncf %s : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x256xbf16>
  %n = tensor.dim %r, %c0 : tensor<?x256xbf16>
  %te = tensor.empty(%n) : tensor<256x?xbf16>
  %t = linalg.transpose ins(%r : tensor<?x256xbf16>) outs(%te : tensor<256x?xbf16>) permutation = [1, 0]
  return %r, %t, %n : tensor<?x256xbf16>, tensor<256x?xbf16>, index
}

// -----

// Variants with the same config are one branch, wherever they stand; a kernel that
// the op does not need but stands behind it comes before.
// CHECK-LABEL: func.func @same
// CHECK: %[[X:.*]] = gq.copy
// CHECK: %[[FEW:.*]] = arith.cmpi sle, %[[M:.*]], %c64
// CHECK-DAG: %[[MORE:.*]] = arith.cmpi sgt, %[[M]], %c128
// CHECK-DAG: %[[MOST:.*]] = arith.cmpi sle, %[[M]], %c256
// CHECK: %[[AND:.*]] = arith.andi %[[MORE]], %[[MOST]]
// CHECK: %[[OR:.*]] = arith.ori %[[FEW]], %[[AND]]
// CHECK: scf.if %[[OR]]
// CHECK:   tile = [64, 128, 128]
// CHECK:   linalg.generic
// CHECK-SAME: %[[X]]
// CHECK: } else {
// CHECK:   tile = [256, 128, 128]
// CHECK-NOT: scf.if
// CHECK: return
// REMARK: "2 kernels, one of which the number of rows takes"
#id = affine_map<(i, j) -> (i, j)>
func.func @same(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x4xf32>, %res: tensor<?x256xf32>, %init: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x256xf32>)
      {config = #gq.matmul_variants<up_to 64 = <tile = [64, 128, 128], math_groups = 1>, up_to 128 = <tile = [256, 128, 128]>,
                                    up_to 256 = <tile = [64, 128, 128], math_groups = 1>, above = <tile = [256, 128, 128], candidate = 3>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  %x = gq.copy %res outs(%init : tensor<?x256xf32>) {config = #gq.quantize_config<tile = [8, 256]>} : tensor<?x256xf32> -> tensor<?x256xf32>
  %r = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %x : tensor<?x256xf32>, tensor<?x256xf32>) outs(%init : tensor<?x256xf32>) {
  ^bb0(%p: f32, %q: f32, %u: f32):
    %s = arith.addf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<?x256xf32>
  return %r : tensor<?x256xf32>
}

// -----

// Of a known number of rows the variant is known, and of one config the branch.
// CHECK-LABEL: func.func @known
// CHECK-NOT: scf.if
// CHECK: gq.scaled_matmul {{.*}} {config = #gq.matmul_config<tile = [128, 128, 128]>}
// CHECK: gq.scaled_matmul {{.*}} {config = #gq.matmul_config<tile = [256, 64, 128]>}
func.func @known(%a: tensor<128x512xf8E4M3FN>, %sa: tensor<128x4xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x4xf32>, %c: tensor<128x256xf32>,
    %x: tensor<?x512xf8E4M3FN>, %sx: tensor<?x4xf32>, %y: tensor<?x256xf32>) -> (tensor<128x256xf32>, tensor<?x256xf32>) {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<128x256xf32>)
      {config = #gq.matmul_variants<up_to 64 = <tile = [64, 128, 128], math_groups = 1>, up_to 128 = <tile = [128, 128, 128]>, above = <tile = [256, 128, 128]>>}
      : tensor<128x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<128x4xf32>, tensor<2x4xf32> -> tensor<128x256xf32>
  %e = gq.scaled_matmul %x, %b scales(%sx block [1, 128], %sb block [128, 128]) outs(%y : tensor<?x256xf32>)
      {config = #gq.matmul_variants<up_to 64 = <tile = [256, 64, 128]>, above = <tile = [256, 64, 128]>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  return %d, %e : tensor<128x256xf32>, tensor<?x256xf32>
}
