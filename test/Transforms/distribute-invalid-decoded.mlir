// RUN: gq-opt %s --gq-distribute --verify-diagnostics

gqgpu.kernel @k(%w: memref<64x32xi8>, %s: memref<64x2xf32>, %d: memref<64x64xbf16>, %i: index) attributes {threads = 128 : i64} {
  // expected-error@+1 {{is decoded by threads that copy it to a slot; run gq-pipeline-stages first}}
  %t = gqgpu.load %w[%i, %i] decoded i4 scales(%s[%i, %i] block [1, 32]) : memref<64x32xi8>, memref<64x2xf32> -> tensor<64x64xbf16>
  gqgpu.store %t, %d[%i, %i] : tensor<64x64xbf16>, memref<64x64xbf16>
  gqgpu.return
}
