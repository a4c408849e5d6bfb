// One test for every diagnostic.
// RUN: gq-opt %s --gq-pipeline-stages --split-input-file --verify-diagnostics

gqgpu.kernel @second(%a: memref<?x512xf8E4M3FN>, %f: memref<?x4xi1>, %n: index) {
  %c1 = arith.constant 1 : index
  %s = tensor.empty() : tensor<64x1xf32>
  %u = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %r = scf.for %k = %i to %n step %c1 iter_args(%acc = %e) -> (tensor<64x64xf32>) {
      %t = gqgpu.load %a[%i, %k] {path = #gqgpu.path<tma>, swizzle = 128} : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %q = gq.scaled_matmul %t, %t scales(%s block [1, 128], %u block [128, 128]) outs(%acc : tensor<64x64xf32>)
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      // expected-error@+1 {{is the second scaled_matmul of one loop; expects one, or two with one config with dual = true}}
      %p = gq.scaled_matmul %t, %t scales(%s block [1, 128], %u block [128, 128]) outs(%q : tensor<64x64xf32>)
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %p : tensor<64x64xf32>
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @no_path(%a: memref<?x512xf8E4M3FN>, %f: memref<?x4xi1>, %n: index) {
  %c1 = arith.constant 1 : index
  %s = tensor.empty() : tensor<64x1xf32>
  %u = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %r = scf.for %k = %i to %n step %c1 iter_args(%acc = %e) -> (tensor<64x64xf32>) {
      // expected-error@+1 {{expects a path; run gq-promote-tma first}}
      %t = gqgpu.load %a[%i, %k] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %p = gq.scaled_matmul %t, %t scales(%s block [1, 128], %u block [128, 128]) outs(%acc : tensor<64x64xf32>)
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %p : tensor<64x64xf32>
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @used_early(%a: memref<?x512xf8E4M3FN>, %f: memref<?x4xi1>, %n: index) {
  %c1 = arith.constant 1 : index
  %s = tensor.empty() : tensor<64x1xf32>
  %u = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %r = scf.for %k = %i to %n step %c1 iter_args(%acc = %e) -> (tensor<64x64xf32>) {
      %t = gqgpu.load %a[%i, %k] {path = #gqgpu.path<tma>, swizzle = 128} : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      // expected-error@+1 {{uses a tile before the last gqgpu.load of the loop; expects the loads first}}
      %p = gq.scaled_matmul %t, %t scales(%s block [1, 128], %u block [128, 128]) outs(%acc : tensor<64x64xf32>)
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      %v = gqgpu.load %a[%i, %k] {path = #gqgpu.path<tma>, swizzle = 128} : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      scf.yield %p : tensor<64x64xf32>
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @not_a_tile(%a: memref<?x512xf8E4M3FN>, %f: memref<?x4xi1>, %n: index) {
  %c1 = arith.constant 1 : index
  %s = tensor.empty() : tensor<64x1xf32>
  %u = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %r = scf.for %k = %i to %n step %c1 iter_args(%acc = %e) -> (tensor<64x64xf32>) {
      %t = gqgpu.load %a[%i, %k] {path = #gqgpu.path<tma>, swizzle = 128} : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      // expected-error@+1 {{cannot go through a ring: expects a tile element type of whole bytes, got 'i1'}}
      %v = gqgpu.load %f[%i, %k] {path = #gqgpu.path<copy>} : memref<?x4xi1> -> tensor<64x1xi1>
      %p = gq.scaled_matmul %t, %t scales(%s block [1, 128], %u block [128, 128]) outs(%acc : tensor<64x64xf32>)
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %p : tensor<64x64xf32>
    }
  }
  gqgpu.return
}
