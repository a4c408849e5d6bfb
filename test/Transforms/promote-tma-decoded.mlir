// An operand that a gq.dequantize makes of loads is a load that says so, copied, with the swizzle of the product.
// RUN: gq-opt %s --gq-promote-tma --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: gqgpu.kernel @weights
// CHECK: %[[A:.*]] = gqgpu.load %arg0[%[[I:.*]], %[[B:.*]]] decoded f4E2M1FN scales(%arg1[%[[I]], %[[C:.*]]] block [1, 32])
// CHECK-SAME: path = #gqgpu.path<copy>, swizzle = 128 : i64
// CHECK-SAME: memref<1024x512xi8>, memref<1024x32xf8E8M0FNU> -> tensor<64x64xbf16>
// CHECK-NEXT: gqgpu.load %arg2[{{.*}}path = #gqgpu.path<tma>
// CHECK-NOT: gq.dequantize
// CHECK: gq.scaled_matmul %[[A]],
gqgpu.kernel @weights(%w: memref<1024x512xi8>, %s: memref<1024x32xf8E8M0FNU>, %x: memref<16x1024xbf16>, %d: memref<1024x16xf32>) attributes {threads = 256 : i64, cluster = 1 : i64} {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %c1024 = arith.constant 1024 : index
  gqgpu.tile_loop (%i, %j) to (%c1024, %c16) step [64, 16] raster 1 persistent {
    %zero = tensor.empty() : tensor<64x16xf32>
    %p = scf.for %k = %c0 to %c1024 step %c64 iter_args(%acc = %zero) -> (tensor<64x16xf32>) {
      %byte = affine.apply affine_map<(d) -> (d floordiv 2)>(%k)
      %col = affine.apply affine_map<(d) -> (d floordiv 32)>(%k)
      %q = gqgpu.load %w[%i, %byte] : memref<1024x512xi8> -> tensor<64x32xi8>
      %f = gqgpu.load %s[%i, %col] : memref<1024x32xf8E8M0FNU> -> tensor<64x2xf8E8M0FNU>
      %b = gqgpu.load %x[%j, %k] : memref<16x1024xbf16> -> tensor<16x64xbf16>
      %e = tensor.empty() : tensor<64x64xbf16>
      %a = gq.dequantize %q scales(%f block [1, 32]) outs(%e : tensor<64x64xbf16>) {packed = f4E2M1FN}
        : tensor<64x32xi8>, tensor<64x2xf8E8M0FNU> -> tensor<64x64xbf16>
      %m = gq.scaled_matmul %a, %b outs(%acc : tensor<64x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 64], math_groups = 1, dequantize = true>}
        : tensor<64x64xbf16>, tensor<16x64xbf16> -> tensor<64x16xf32>
      scf.yield %m : tensor<64x16xf32>
    }
    gqgpu.store %p, %d[%i, %j] : tensor<64x16xf32>, memref<1024x16xf32>
    gqgpu.yield
  }
  gqgpu.return
}

// -----

gqgpu.kernel @swizzle(%w: memref<64x32xi8>, %s: memref<64x2xf32>, %x: memref<16x64xbf16>, %d: memref<64x16xf32>, %i: index) attributes {threads = 256 : i64, cluster = 1 : i64} {
  %q = gqgpu.load %w[%i, %i] {path = #gqgpu.path<tma>} : memref<64x32xi8> -> tensor<64x32xi8>
  %f = gqgpu.load %s[%i, %i] : memref<64x2xf32> -> tensor<64x2xf32>
  %b = gqgpu.load %x[%i, %i] : memref<16x64xbf16> -> tensor<16x64xbf16>
  %e = tensor.empty() : tensor<64x64xbf16>
  // expected-error@+1 {{makes an operand of a product, expects codes of four bits and scales that are loaded for it, without path or swizzle}}
  %a = gq.dequantize %q scales(%f block [1, 32]) outs(%e : tensor<64x64xbf16>) {packed = i4} : tensor<64x32xi8>, tensor<64x2xf32> -> tensor<64x64xbf16>
  %z = tensor.empty() : tensor<64x16xf32>
  %m = gq.scaled_matmul %a, %b outs(%z : tensor<64x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 64], math_groups = 1>} : tensor<64x64xbf16>, tensor<16x64xbf16> -> tensor<64x16xf32>
  gqgpu.store %m, %d[%i, %i] : tensor<64x16xf32>, memref<64x16xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @origin(%w: memref<64x32xi8>, %s: memref<64x3xf32>, %x: memref<16x64xbf16>, %d: memref<64x16xf32>, %i: index) attributes {threads = 256 : i64, cluster = 1 : i64} {
  %c0 = arith.constant 0 : index
  %q = gqgpu.load %w[%i, %i] : memref<64x32xi8> -> tensor<64x32xi8>
  %f = gqgpu.load %s[%i, %i] : memref<64x3xf32> -> tensor<64x3xf32>
  %b = gqgpu.load %x[%i, %i] : memref<16x64xbf16> -> tensor<16x64xbf16>
  %e = tensor.empty() : tensor<64x64xbf16>
  // expected-error@+1 {{makes an operand of a product, expects tiles that begin blocks of scales, or lie in one}}
  %a = gq.dequantize %q scales(%f block [1, 32]) origin(%c0, %i) outs(%e : tensor<64x64xbf16>) {packed = i4} : tensor<64x32xi8>, tensor<64x3xf32> -> tensor<64x64xbf16>
  %z = tensor.empty() : tensor<64x16xf32>
  %m = gq.scaled_matmul %a, %b outs(%z : tensor<64x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 64], math_groups = 1>} : tensor<64x64xbf16>, tensor<16x64xbf16> -> tensor<64x16xf32>
  gqgpu.store %m, %d[%i, %i] : tensor<64x16xf32>, memref<64x16xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @alone(%w: memref<64x32xi8>, %s: memref<64x2xf32>, %d: memref<64x64xbf16>, %i: index) attributes {threads = 128 : i64} {
  // expected-error@+1 {{is decoded on the way to a product, expects a gq.scaled_matmul that reads it}}
  %t = gqgpu.load %w[%i, %i] decoded i4 scales(%s[%i, %i] block [1, 32]) : memref<64x32xi8>, memref<64x2xf32> -> tensor<64x64xbf16>
  gqgpu.store %t, %d[%i, %i] : tensor<64x64xbf16>, memref<64x64xbf16>
  gqgpu.return
}
