// What a tensor.empty has in it is no value that an op could read; nor is there a kernel for sizes past
// 32 bits.
// RUN: gq-opt %s --gq-check-shapes --verify-diagnostics --split-input-file | FileCheck %s

func.func @quantised() -> (tensor<32x128xi8>, tensor<32x1xf32>) {
  %x = tensor.empty() : tensor<32x128xf32>
  %eq = tensor.empty() : tensor<32x128xi8>
  %es = tensor.empty() : tensor<32x1xf32>
  // expected-error @below {{'gq.quantize' op reads operand x, which is a tensor.empty; expects a tensor that has values}}
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<32x128xi8>, tensor<32x1xf32>)
      : tensor<32x128xf32> -> tensor<32x128xi8>, tensor<32x1xf32>
  return %q, %s : tensor<32x128xi8>, tensor<32x1xf32>
}

// -----

func.func @multiplied(%b: tensor<64x128xbf16>, %m: index) -> tensor<?x64xf32> {
  %x = tensor.empty(%m) : tensor<?x256xbf16>
  %a = tensor.extract_slice %x[0, 0] [%m, 128] [1, 1] : tensor<?x256xbf16> to tensor<?x128xbf16>
  %d = tensor.empty(%m) : tensor<?x64xf32>
  // expected-error @below {{op reads operand a, which is a tensor.empty}}
  %p = gq.scaled_matmul %a, %b outs(%d : tensor<?x64xf32>) : tensor<?x128xbf16>, tensor<64x128xbf16> -> tensor<?x64xf32>
  return %p : tensor<?x64xf32>
}

// -----

func.func @computed() -> tensor<32x128xf32> {
  %x = tensor.empty() : tensor<4096xf32>
  %v = tensor.expand_shape %x [[0, 1]] output_shape [32, 128] : tensor<4096xf32> into tensor<32x128xf32>
  %e = tensor.empty() : tensor<32x128xf32>
  // expected-error @below {{op reads operand 0, which is a tensor.empty}}
  %y = linalg.exp ins(%v : tensor<32x128xf32>) outs(%e : tensor<32x128xf32>) -> tensor<32x128xf32>
  return %y : tensor<32x128xf32>
}

// -----

// What is not read has no need of values: a window, a result, nothing at all.
// CHECK-LABEL: func.func @not_read
// CHECK: linalg.pooling_nchw_max
// CHECK: gq.scaled_matmul
func.func @not_read(%x: tensor<1x4x16x16xf32>, %init: tensor<1x4x8x8xf32>, %b: tensor<64x128xbf16>)
    -> (tensor<1x4x8x8xf32>, tensor<0x64xf32>) {
  %window = tensor.empty() : tensor<2x2xf32>
  %y = linalg.pooling_nchw_max {strides = dense<2> : tensor<2xi64>} ins(%x, %window : tensor<1x4x16x16xf32>, tensor<2x2xf32>)
      outs(%init : tensor<1x4x8x8xf32>) -> tensor<1x4x8x8xf32>
  %a = tensor.empty() : tensor<0x128xbf16>
  %d = tensor.empty() : tensor<0x64xf32>
  %p = gq.scaled_matmul %a, %b outs(%d : tensor<0x64xf32>) : tensor<0x128xbf16>, tensor<64x128xbf16> -> tensor<0x64xf32>
  return %y, %p : tensor<1x4x8x8xf32>, tensor<0x64xf32>
}

// -----

func.func @long(%x: tensor<2147483647x128xbf16>, %e: tensor<2147483647x1xf32>) -> tensor<2147483647x1xf32> {
  // expected-error @below {{'gq.block_absmax' op has in dimension 0 of operand x (argument 0) a size of 2147483647, kernels count up to 2146435072 in 32 bits}}
  %s = gq.block_absmax %x block [1, 128] outs(%e : tensor<2147483647x1xf32>) : tensor<2147483647x128xbf16> -> tensor<2147483647x1xf32>
  return %s : tensor<2147483647x1xf32>
}
