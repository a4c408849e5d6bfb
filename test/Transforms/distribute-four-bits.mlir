// RUN: gq-opt %s --gq-distribute | FileCheck %s

// A thread reads the bytes of the columns that it stores: chunks of half the length.
// CHECK-LABEL: gqgpu.kernel @packed
// CHECK: %[[B:.*]] = gqgpu.load_fragment {{.*}} : memref<?x256xi8> -> <8x256xi8, #gqgpu.blocked<[8, 32], chunk = 8>>
// CHECK: %[[V:.*]] = gqgpu.unpack %[[B]] as f4E2M1FN : <8x256xi8, #gqgpu.blocked<[8, 32], chunk = 8>> -> <8x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>>
// CHECK: %[[S:.*]] = gqgpu.load_fragment {{.*}} : memref<?x16xf8E8M0FNU> -> <8x512xf8E8M0FNU, #gqgpu.blocked<[8, 32], chunk = 16>, block = [1, 32]>
// CHECK: %[[X:.*]] = gqgpu.elementwise(%[[V]], %[[S]]) {
// CHECK: arith.extf %{{.*}} : f8E8M0FNU to f32
// CHECK: arith.mulf
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK: gqgpu.store_fragment %[[X]]
gqgpu.kernel @packed(%q: memref<?x256xi8>, %s: memref<?x16xf8E8M0FNU>, %x: memref<?x512xbf16>, %i: index) {
  %c0 = arith.constant 0 : index
  %t = gqgpu.load %q[%i, %c0] : memref<?x256xi8> -> tensor<8x256xi8>
  %f = gqgpu.load %s[%i, %c0] : memref<?x16xf8E8M0FNU> -> tensor<8x16xf8E8M0FNU>
  %e = tensor.empty() : tensor<8x512xbf16>
  %y = gq.dequantize %t scales(%f block [1, 32]) outs(%e : tensor<8x512xbf16>) {packed = f4E2M1FN, config = #gq.quantize_config<tile = [8, 512]>}
      : tensor<8x256xi8>, tensor<8x16xf8E8M0FNU> -> tensor<8x512xbf16>
  gqgpu.store %y, %x[%i, %c0] : tensor<8x512xbf16>, memref<?x512xbf16>
  gqgpu.return
}

// A thread makes both codes of a byte, of the columns that it has loaded.
// CHECK-LABEL: gqgpu.kernel @quantize
// CHECK: %[[X:.*]] = gqgpu.load_fragment {{.*}} : memref<?x512xbf16> -> <8x512xbf16, #gqgpu.blocked<[8, 32], chunk = 16>>
// CHECK: %[[A:.*]] = gqgpu.block_absmax %[[X]]
// CHECK: %[[S:.*]] = gqgpu.elementwise(%[[A]])
// CHECK: arith.constant 0.142857149 : f32
// CHECK: %[[Q:.*]] = gqgpu.scaled_cast %[[X]], %[[S]] {normal, packed = i4} : {{.*}} -> <8x256xi8, #gqgpu.blocked<[8, 32], chunk = 8>>
// CHECK: gqgpu.encode_scales %[[S]]
// CHECK: gqgpu.store_fragment %[[Q]], {{.*}} : <8x256xi8, #gqgpu.blocked<[8, 32], chunk = 8>>, memref<?x256xi8>
gqgpu.kernel @quantize(%x: memref<?x512xbf16>, %q: memref<?x256xi8>, %s: memref<?x32xf8E8M0FNU>, %i: index) {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load %x[%i, %c0] : memref<?x512xbf16> -> tensor<8x512xbf16>
  %eq = tensor.empty() : tensor<8x256xi8>
  %es = tensor.empty() : tensor<8x32xf8E8M0FNU>
  %r:2 = gq.quantize %f block [1, 16] outs(%eq, %es : tensor<8x256xi8>, tensor<8x32xf8E8M0FNU>) {pow2, packed = i4, config = #gq.quantize_config<tile = [8, 512]>}
      : tensor<8x512xbf16> -> tensor<8x256xi8>, tensor<8x32xf8E8M0FNU>
  gqgpu.store %r#0, %q[%i, %c0] : tensor<8x256xi8>, memref<?x256xi8>
  gqgpu.store %r#1, %s[%i, %c0] : tensor<8x32xf8E8M0FNU>, memref<?x32xf8E8M0FNU>
  gqgpu.return
}

// CHECK-LABEL: gqgpu.kernel @cast
// CHECK: gqgpu.scaled_cast {{.*}} {packed = f4E2M1FN} : <8x512xf32, #gqgpu.blocked<[4, 64], chunk = 8>>, {{.*}} -> <8x256xi8, #gqgpu.blocked<[4, 64], chunk = 4>>
gqgpu.kernel @cast(%x: memref<?x512xf32>, %q: memref<?x256xi8>, %s: memref<?x16xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load %x[%i, %c0] : memref<?x512xf32> -> tensor<8x512xf32>
  %t = gqgpu.load %s[%i, %c0] : memref<?x16xf32> -> tensor<8x16xf32>
  %e = tensor.empty() : tensor<8x256xi8>
  %r = gq.scaled_cast %f scales(%t block [1, 32]) outs(%e : tensor<8x256xi8>) {packed = f4E2M1FN, config = #gq.quantize_config<tile = [8, 512]>}
      : tensor<8x512xf32>, tensor<8x16xf32> -> tensor<8x256xi8>
  gqgpu.store %r, %q[%i, %c0] : tensor<8x256xi8>, memref<?x256xi8>
  gqgpu.return
}
