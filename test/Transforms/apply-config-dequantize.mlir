// Variants of which some decode an operand: branches, in one of which the gq.dequantize has a config of its own.
// RUN: gq-opt %s --gq-apply-config | FileCheck %s

// CHECK-LABEL: func.func @both
// CHECK-NOT: gq.dequantize
// CHECK: %[[MANY:.*]] = arith.cmpi sgt
// CHECK: scf.if %[[MANY]]
// CHECK: %[[W:.*]] = gq.dequantize {{.*}} {config = #gq.quantize_config<tile = [1, 1024], threads = 64>, packed = i4}
// CHECK: gq.scaled_matmul %arg0, %[[W]] {{.*}} {config = #gq.matmul_config<tile = [128, 128, 64]{{[^>]*}}>}
// CHECK: } else {
// CHECK: %[[F:.*]] = gq.dequantize {{.*}} {packed = i4}
// CHECK: gq.scaled_matmul %arg0, %[[F]] {{.*}} {config = #gq.matmul_config<tile = [64, 64, 64]{{.*}}, dequantize = true>}
func.func @both(%x: tensor<?x1024xbf16>, %w: tensor<256x512xi8>, %s: tensor<256x8xbf16>) -> tensor<?x256xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %ew = tensor.empty() : tensor<256x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<256x1024xbf16>) {packed = i4, config = #gq.quantize_config<tile = [1, 1024], threads = 64>}
      : tensor<256x512xi8>, tensor<256x8xbf16> -> tensor<256x1024xbf16>
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<?x256xf32>) {config = #gq.matmul_variants<up_to 64 = <tile = [64, 64, 64], math_groups = 1, dequantize = true>, above = <tile = [128, 128, 64]>>}
      : tensor<?x1024xbf16>, tensor<256x1024xbf16> -> tensor<?x256xf32>
  return %y : tensor<?x256xf32>
}
