// RUN: gq-opt %s --split-input-file --gq-sum-rows --verify-diagnostics

gqgpu.kernel @not_apart(%a: memref<512x128xi8>, %za: memref<512xi32>, %d: memref<512x256xi32>, %start: memref<512x256xi32>) {
  %c0 = arith.constant 0 : index
  %ta = gqgpu.load %a[%c0, %c0] : memref<512x128xi8> -> tensor<128x128xi8>
  %u = gqgpu.load %za[%c0] : memref<512xi32> -> tensor<128xi32>
  %acc = gqgpu.load %start[%c0, %c0] : memref<512x256xi32> -> tensor<128x128xi32>
  // expected-error@+1 {{has zero points, expects zero_points_apart; run gq-expand first}}
  %s = gq.scaled_matmul %ta, %ta a_zero_points(%u : tensor<128xi32>) outs(%acc : tensor<128x128xi32>)
         : tensor<128x128xi8>, tensor<128x128xi8> -> tensor<128x128xi32>
  gqgpu.store %s, %d[%c0, %c0] : tensor<128x128xi32>, memref<512x256xi32>
  gqgpu.return
}

// -----

gqgpu.kernel @another(%a: memref<512x512xi8>, %za: memref<512xi32>, %d: memref<512x256xi32>, %start: memref<512x256xi32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %from = gqgpu.load %start[%c0, %c0] : memref<512x256xi32> -> tensor<128x128xi32>
  %p = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %from) -> (tensor<128x128xi32>) {
    %ta = gqgpu.load %a[%c0, %k] : memref<512x512xi8> -> tensor<128x128xi8>
    %u = gqgpu.load %za[%c0] : memref<512xi32> -> tensor<128xi32>
    // expected-error@+1 {{has zero points, expects to add to what its loop over K carries, and nobody else}}
    %s = gq.scaled_matmul %ta, %ta a_zero_points(%u : tensor<128xi32>) outs(%from : tensor<128x128xi32>) {zero_points_apart}
           : tensor<128x128xi8>, tensor<128x128xi8> -> tensor<128x128xi32>
    scf.yield %s : tensor<128x128xi32>
  }
  gqgpu.store %p, %d[%c0, %c0] : tensor<128x128xi32>, memref<512x256xi32>
  gqgpu.return
}

// -----

gqgpu.kernel @changing(%a: memref<512x512xi8>, %za: memref<512xi32>, %d: memref<512x256xi32>, %start: memref<512x256xi32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %from = gqgpu.load %start[%c0, %c0] : memref<512x256xi32> -> tensor<128x128xi32>
  %p = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %from) -> (tensor<128x128xi32>) {
    %ta = gqgpu.load %a[%c0, %k] : memref<512x512xi8> -> tensor<128x128xi8>
    %u = gqgpu.load %za[%k] : memref<512xi32> -> tensor<128xi32>
    // expected-error@+1 {{has zero points that change in its loop over K}}
    %s = gq.scaled_matmul %ta, %ta a_zero_points(%u : tensor<128xi32>) outs(%acc : tensor<128x128xi32>) {zero_points_apart}
           : tensor<128x128xi8>, tensor<128x128xi8> -> tensor<128x128xi32>
    scf.yield %s : tensor<128x128xi32>
  }
  gqgpu.store %p, %d[%c0, %c0] : tensor<128x128xi32>, memref<512x256xi32>
  gqgpu.return
}
