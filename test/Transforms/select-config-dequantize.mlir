// Which products decode codes of four bits: those of few rows that alone read them.
// RUN: gq-opt %s --gq-select-config | FileCheck %s

// K ends inside of a step: no parts of it.
// CHECK-LABEL: func.func @few
// CHECK: gq.dequantize {{.*}} {packed = i4}
// CHECK: gq.scaled_matmul
// CHECK-SAME: config = #gq.matmul_config<
// CHECK-NOT: split_k
// CHECK-SAME: dequantize = true
func.func @few(%x: tensor<16x1040xbf16>, %w: tensor<320x520xi8>, %s: tensor<320x9xbf16>) -> tensor<16x320xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<320x1040xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<320x1040xbf16>) {packed = i4}
      : tensor<320x520xi8>, tensor<320x9xbf16> -> tensor<320x1040xbf16>
  %e = tensor.empty() : tensor<16x320xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x320xbf16>) -> tensor<16x320xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x320xbf16>)
      : tensor<16x1040xbf16>, tensor<320x1040xbf16> -> tensor<16x320xbf16>
  return %y : tensor<16x320xbf16>
}

// CHECK-LABEL: func.func @odd_block
// CHECK: gq.dequantize {{.*}}config = #gq.quantize_config
// CHECK-NOT: dequantize = true
func.func @odd_block(%x: tensor<16x1056xbf16>, %w: tensor<320x528xi8>, %s: tensor<320x22xbf16>) -> tensor<16x320xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<320x1056xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 48]) outs(%ew : tensor<320x1056xbf16>) {packed = i4}
      : tensor<320x528xi8>, tensor<320x22xbf16> -> tensor<320x1056xbf16>
  %e = tensor.empty() : tensor<16x320xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x320xbf16>) -> tensor<16x320xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x320xbf16>)
      : tensor<16x1056xbf16>, tensor<320x1056xbf16> -> tensor<16x320xbf16>
  return %y : tensor<16x320xbf16>
}

// CHECK-LABEL: func.func @many
// CHECK: gq.dequantize {{.*}}config = #gq.quantize_config
// CHECK-NOT: dequantize = true
func.func @many(%x: tensor<1024x1024xbf16>, %w: tensor<320x512xi8>, %s: tensor<320x8xbf16>) -> tensor<1024x320xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<320x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<320x1024xbf16>) {packed = i4}
      : tensor<320x512xi8>, tensor<320x8xbf16> -> tensor<320x1024xbf16>
  %e = tensor.empty() : tensor<1024x320xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<1024x320xbf16>) -> tensor<1024x320xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<1024x320xbf16>)
      : tensor<1024x1024xbf16>, tensor<320x1024xbf16> -> tensor<1024x320xbf16>
  return %y : tensor<1024x320xbf16>
}

// CHECK-LABEL: func.func @shared
// CHECK: gq.dequantize {{.*}}config = #gq.quantize_config
// CHECK-NOT: dequantize = true
func.func @shared(%x: tensor<16x1024xbf16>, %w: tensor<320x512xi8>, %s: tensor<320x8xbf16>) -> (tensor<16x320xbf16>, tensor<320x1024xbf16>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<320x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<320x1024xbf16>) {packed = i4}
      : tensor<320x512xi8>, tensor<320x8xbf16> -> tensor<320x1024xbf16>
  %e = tensor.empty() : tensor<16x320xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x320xbf16>) -> tensor<16x320xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x320xbf16>)
      : tensor<16x1024xbf16>, tensor<320x1024xbf16> -> tensor<16x320xbf16>
  return %y, %wide : tensor<16x320xbf16>, tensor<320x1024xbf16>
}

// CHECK-LABEL: func.func @any
// CHECK: gq.dequantize {{.*}}config = #gq.quantize_config
// CHECK: config = #gq.matmul_variants<up_to 8 = <{{[^>]*}}dequantize = true{{.*}} up_to 128 = <{{[^>]*}}dequantize = true{{[^>]*}}>
// CHECK-NOT: dequantize = true
func.func @any(%x: tensor<?x1024xbf16>, %w: tensor<320x512xi8>, %s: tensor<320x8xbf16>) -> tensor<?x320xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %ew = tensor.empty() : tensor<320x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<320x1024xbf16>) {packed = i4}
      : tensor<320x512xi8>, tensor<320x8xbf16> -> tensor<320x1024xbf16>
  %e = tensor.empty(%m) : tensor<?x320xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x320xbf16>) -> tensor<?x320xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<?x320xbf16>)
      : tensor<?x1024xbf16>, tensor<320x1024xbf16> -> tensor<?x320xbf16>
  return %y : tensor<?x320xbf16>
}
