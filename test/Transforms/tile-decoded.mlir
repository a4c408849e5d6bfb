// Codes of four bits that the product decodes: each step of K its part, in the parts of a cluster as well.
// RUN: gq-opt %s --gq-tile --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: func.func @steps
// CHECK-NOT: gq.dequantize
// CHECK: scf.forall (%[[I:.*]], %[[J:.*]]) =
// CHECK-NOT: gq.dequantize
// CHECK: scf.for %[[K:.*]] =
// CHECK: %[[Q:.*]] = tensor.extract_slice %arg0[%{{.*}}, %{{.*}}] [64, 64] [1, 1] : tensor<256x512xi8> to tensor<64x64xi8>
// CHECK: %[[S:.*]] = tensor.extract_slice %arg1[%{{.*}}, %{{.*}}] [64, 4] [1, 1] : tensor<256x32xf8E8M0FNU> to tensor<64x4xf8E8M0FNU>
// CHECK: %[[A:.*]] = gq.dequantize %[[Q]] scales(%[[S]] block [1, 32]) outs(%{{.*}} : tensor<64x128xbf16>) {packed = f4E2M1FN}
// CHECK: gq.scaled_matmul %[[A]], %{{.*}} outs
// CHECK-NOT: gq.dequantize
func.func @steps(%w: tensor<256x512xi8>, %s: tensor<256x32xf8E8M0FNU>, %x: tensor<16x1024xbf16>) -> tensor<256x16xf32> {
  %zero = arith.constant 0.0 : f32
  %ew = tensor.empty() : tensor<256x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 32]) outs(%ew : tensor<256x1024xbf16>) {packed = f4E2M1FN}
      : tensor<256x512xi8>, tensor<256x32xf8E8M0FNU> -> tensor<256x1024xbf16>
  %e = tensor.empty() : tensor<256x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<256x16xf32>) -> tensor<256x16xf32>
  %y = gq.scaled_matmul %wide, %x outs(%init : tensor<256x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, dequantize = true>}
      : tensor<256x1024xbf16>, tensor<16x1024xbf16> -> tensor<256x16xf32>
  return %y : tensor<256x16xf32>
}

// -----

// CHECK-LABEL: func.func @parts
// CHECK: gq.sum_of_parts
// CHECK: scf.for
// CHECK: gq.dequantize
// CHECK: gq.scaled_matmul
// CHECK-NOT: gq.dequantize
func.func @parts(%w: tensor<256x512xi8>, %s: tensor<256x8xbf16>, %x: tensor<16x1024xbf16>) -> tensor<256x16xf32> {
  %zero = arith.constant 0.0 : f32
  %ew = tensor.empty() : tensor<256x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<256x1024xbf16>) {packed = i4}
      : tensor<256x512xi8>, tensor<256x8xbf16> -> tensor<256x1024xbf16>
  %e = tensor.empty() : tensor<256x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<256x16xf32>) -> tensor<256x16xf32>
  %y = gq.scaled_matmul %wide, %x outs(%init : tensor<256x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 64], math_groups = 1, split_k = 2, dequantize = true>}
      : tensor<256x1024xbf16>, tensor<16x1024xbf16> -> tensor<256x16xf32>
  return %y : tensor<256x16xf32>
}

// -----

// Nothing makes an operand.
func.func @given(%w: tensor<256x1024xbf16>, %x: tensor<16x1024xbf16>) -> tensor<256x16xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<256x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<256x16xf32>) -> tensor<256x16xf32>
  // expected-error@+1 {{has a config with dequantize = true, expects an operand in bf16 that a gq.dequantize with packed and without a config makes for it alone, of blocks whose sizes are powers of two, of at least 8 columns, with a static, even K}}
  %y = gq.scaled_matmul %w, %x outs(%init : tensor<256x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, dequantize = true>}
      : tensor<256x1024xbf16>, tensor<16x1024xbf16> -> tensor<256x16xf32>
  return %y : tensor<256x16xf32>
}

// -----

func.func @own_kernel(%w: tensor<256x512xi8>, %s: tensor<256x8xbf16>, %x: tensor<16x1024xbf16>) -> tensor<256x16xf32> {
  %zero = arith.constant 0.0 : f32
  %ew = tensor.empty() : tensor<256x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<256x1024xbf16>) {packed = i4, config = #gq.quantize_config<tile = [1, 1024], threads = 64>}
      : tensor<256x512xi8>, tensor<256x8xbf16> -> tensor<256x1024xbf16>
  %e = tensor.empty() : tensor<256x16xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<256x16xf32>) -> tensor<256x16xf32>
  // expected-error@+1 {{has a config with dequantize = true, expects an operand in bf16 that a gq.dequantize with packed and without a config makes for it alone, of blocks whose sizes are powers of two, of at least 8 columns, with a static, even K}}
  %y = gq.scaled_matmul %wide, %x outs(%init : tensor<256x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 64], math_groups = 1, dequantize = true>}
      : tensor<256x1024xbf16>, tensor<16x1024xbf16> -> tensor<256x16xf32>
  return %y : tensor<256x16xf32>
}
