// A kernel that spills a few bytes with the compiler's own config is compiled with
// registers of the roles that fill for the math groups, then with the next candidate
// that needs fewer registers, until one does not spill. The other kernel of the module
// keeps its config.
// RUN: env MOST_PRODUCTS=3 gq-compile %s --max-variants=1 --ptxas=%S/Inputs/ptxas-that-spills.sh --remarks-filter='gq-fallback|gq-serialize$' -o %t.gqb 2>&1 | FileCheck %s
// Of many bytes no registers make up for.
// RUN: env BYTES=68 MOST_PRODUCTS=3 gq-compile %s --max-variants=1 --ptxas=%S/Inputs/ptxas-that-spills.sh --remarks-filter='gq-fallback|gq-serialize$' -o %t.gqb 2>&1 | FileCheck %s --check-prefix=MANY
// Without one, it is an error of the kernel; a config by hand is never changed.
// RUN: env MOST_PRODUCTS=0 not gq-compile %s --max-variants=1 --ptxas=%S/Inputs/ptxas-that-spills.sh --remarks-filter=gq-fallback -o %t.gqb 2>&1 | FileCheck %s --check-prefix=NONE
// So with one that ptxas slows down.
// RUN: env SLOW=1 MOST_PRODUCTS=3 gq-compile %s --max-variants=1 --ptxas=%S/Inputs/ptxas-that-spills.sh --remarks-filter='gq-fallback|gq-serialize$' -o %t.gqb 2>&1 | FileCheck %s --check-prefix=SLOW
// RUN: sed 's/outs(%i : tensor<?x1024xf32>)/& {config = #gq.matmul_config<tile = [256, 128, 128]>}/' %s > %t.hand.mlir
// RUN: env MOST_PRODUCTS=1 not gq-compile %t.hand.mlir --max-variants=1 --ptxas=%S/Inputs/ptxas-that-spills.sh --remarks-filter=gq-fallback -o %t.gqb 2>&1 | FileCheck %s --check-prefix=HAND

// CHECK: fallback.mlir:[[#@LINE+25]]:8: remark: [Missed] spill | Category:gq-fallback | Remark="kernel 'large_matmul' spills 24 bytes with #gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>; the next candidate is #gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [24, 240], candidate = 0>"
// CHECK: spills 24 bytes with #gq.matmul_config<tile = [128, 256, 128], {{.*}} registers = [24, 240], candidate = 0>; the next candidate is #gq.matmul_config<tile = [128, 128, 128], stages = 6, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 3>"
// CHECK-NOT: gq-fallback
// CHECK: kernel 'large_matmul': 168 registers, 0 bytes spilled
// CHECK: kernel 'small_matmul': 168 registers, 0 bytes spilled

// MANY: spills 136 bytes with #gq.matmul_config<tile = [128, 256, 128], {{.*}}, registers = [40, 232], candidate = 0>; the next candidate is #gq.matmul_config<tile = [128, 128, 128], {{.*}}, candidate = 3>
// MANY-NOT: gq-fallback
// MANY: kernel 'large_matmul': 168 registers, 0 bytes spilled

// NONE: candidate = 0>; the next candidate is
// NONE: error: kernel 'large_matmul' spills registers: 12 bytes of stores and 12 bytes of loads with 168 registers

// SLOW: remark: [Missed] slow | Category:gq-fallback | Remark="kernel 'large_matmul' is slowed down by ptxas with #gq.matmul_config<tile = [128, 256, 128], {{.*}}, candidate = 0>; the next candidate is #gq.matmul_config<tile = [128, 128, 128], {{.*}}, candidate = 3>"
// SLOW-NOT: gq-fallback
// SLOW: kernel 'large_matmul': 168 registers, 0 bytes spilled

// HAND-NOT: remark
// HAND: error: kernel 'large_matmul' spills registers
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
