// A kernel that ptxas slows down with the compiler's own config is compiled with the
// next candidate; where none avoids it the kernel is slow, and right, and a warning says so.
// DEFINE: %{compile} = gq-compile --max-variants=1 --ptxas=%S/Inputs/ptxas-that-spills.sh --remarks-filter=gq-fallback -o %t.gqb
// RUN: env SLOW=1 MOST_PRODUCTS=3 %{compile} %s 2>&1 | FileCheck %s
// RUN: env SLOW=1 MOST_PRODUCTS=0 %{compile} %s 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=BOTH
// What spills has to move all the same, and has no other config here.
// RUN: env MOST_PRODUCTS=0 not %{compile} %s 2>&1 | FileCheck %s --check-prefix=SPILL
// A config by hand is never changed.
// RUN: sed 's/outs(%i : tensor<16x1024xf32>)/& {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1>}/; s/outs(%i : tensor<?x1024xf32>)/& {config = #gq.matmul_config<tile = [256, 128, 128]>}/' %s > %t.hand.mlir
// RUN: env SLOW=1 MOST_PRODUCTS=0 not %{compile} %t.hand.mlir 2>&1 | FileCheck %s --check-prefix=HAND

// CHECK: fallback-slow.mlir:[[#@LINE+21]]:8: remark: [Missed] slow | Category:gq-fallback | Remark="kernel 'large_matmul' is slowed down by ptxas with #gq.matmul_config<tile = [128, 256, 128], {{.*}}, candidate = 0>; the next candidate is #gq.matmul_config<tile = [128, 128, 128], {{.*}}"
// CHECK-NOT: warning

// NONE: fallback-slow.mlir:[[#@LINE+18]]:8: warning: kernel 'large_matmul' is slowed down by ptxas, and no other config avoids it: C7511 Potential Performance Loss: wgmma.mma_async instructions are serialized in the function 'large_matmul'
// NONE: warning: kernel 'small_matmul' is slowed down by ptxas, and no other config avoids it: C7511

// The first of them, as large as without ptxas.
// BOTH: kernel large_matmul
// BOTH-NEXT: smem 205376
// BOTH: kernel small_matmul

// SPILL: error: kernel '{{large|small}}_matmul' spills registers: 12 bytes of stores

// HAND-NOT: remark
// HAND: error: kernel 'large_matmul' is slowed down by ptxas: C7511
func.func @large(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>) -> tensor<?x1024xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x1024xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x1024xf32>) -> tensor<?x1024xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x1024xf32>)
      : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xf32>
  return %d : tensor<?x1024xf32>
}

func.func @small(%a: tensor<16x1024xf8E4M3FN>, %sa: tensor<16x8xf32>, %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>) -> tensor<16x1024xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<16x1024xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<16x1024xf32>) -> tensor<16x1024xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<16x1024xf32>)
      : tensor<16x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<16x8xf32>, tensor<8x8xf32> -> tensor<16x1024xf32>
  return %d : tensor<16x1024xf32>
}
