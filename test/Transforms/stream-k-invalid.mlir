// What gq-stream-k does not cut, one test for every diagnostic.
// RUN: gq-opt %s --gq-stream-k --split-input-file --verify-diagnostics

gqgpu.kernel @k(%a: memref<64x256xf8E4M3FN>, %s: memref<64x2xf32>, %b: memref<64x256xf8E4M3FN>, %t: memref<1x2xf32>, %d: memref<64x64xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  // expected-error@+1 {{has a product with schedule = streamk, expects to be persistent}}
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64]  {
    %e = tensor.empty() : tensor<64x64xf32>
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    %sum = scf.for %k = %c0 to %c256 step %c128 iter_args(%acc = %z) -> tensor<64x64xf32> {
      %at = gqgpu.load %a[%i, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.load %b[%j, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %sa = gqgpu.load %s[%i, %k] : memref<64x2xf32> -> tensor<64x1xf32>
      %sb = gqgpu.load %t[%j, %k] : memref<1x2xf32> -> tensor<1x1xf32>
      %more = gq.scaled_matmul %at, %bt scales(%sa block [1, 128], %sb block [128, 128]) outs(%acc : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %more : tensor<64x64xf32>
    }
    gqgpu.store %sum, %d[%i, %j] : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<64x256xf8E4M3FN>, %s: memref<64x2xf32>, %b: memref<64x256xf8E4M3FN>, %t: memref<1x2xf32>, %d: memref<64x64xf32>, %n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  // expected-error@+1 {{has a product with schedule = streamk, expects no cluster, got one of 2 thread blocks}}
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    %sum = scf.for %k = %c0 to %c256 step %c128 iter_args(%acc = %z) -> tensor<64x64xf32> {
      %at = gqgpu.load %a[%i, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.load %b[%j, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %sa = gqgpu.load %s[%i, %k] : memref<64x2xf32> -> tensor<64x1xf32>
      %sb = gqgpu.load %t[%j, %k] : memref<1x2xf32> -> tensor<1x1xf32>
      %more = gq.scaled_matmul %at, %bt scales(%sa block [1, 128], %sb block [128, 128]) outs(%acc : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %more : tensor<64x64xf32>
    }
    gqgpu.store %sum, %d[%i, %j] : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<64x256xf8E4M3FN>, %s: memref<64x2xf32>, %b: memref<64x256xf8E4M3FN>, %t: memref<1x2xf32>, %d: memref<64x64xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    // expected-error@+1 {{has a product with schedule = streamk, expects bounds and a step that are static, from 0 on}}
    %sum = scf.for %k = %c0 to %n step %c128 iter_args(%acc = %z) -> tensor<64x64xf32> {
      %at = gqgpu.load %a[%i, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.load %b[%j, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %sa = gqgpu.load %s[%i, %k] : memref<64x2xf32> -> tensor<64x1xf32>
      %sb = gqgpu.load %t[%j, %k] : memref<1x2xf32> -> tensor<1x1xf32>
      %more = gq.scaled_matmul %at, %bt scales(%sa block [1, 128], %sb block [128, 128]) outs(%acc : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %more : tensor<64x64xf32>
    }
    gqgpu.store %sum, %d[%i, %j] : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<64x256xf8E4M3FN>, %s: memref<64x2xf32>, %b: memref<64x256xf8E4M3FN>, %t: memref<1x2xf32>, %d: memref<64x64xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    // expected-error@+1 {{has a product with schedule = streamk, expects bounds and a step that are static, from 0 on}}
    %sum = scf.for %k = %c128 to %c256 step %c128 iter_args(%acc = %z) -> tensor<64x64xf32> {
      %at = gqgpu.load %a[%i, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.load %b[%j, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %sa = gqgpu.load %s[%i, %k] : memref<64x2xf32> -> tensor<64x1xf32>
      %sb = gqgpu.load %t[%j, %k] : memref<1x2xf32> -> tensor<1x1xf32>
      %more = gq.scaled_matmul %at, %bt scales(%sa block [1, 128], %sb block [128, 128]) outs(%acc : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %more : tensor<64x64xf32>
    }
    gqgpu.store %sum, %d[%i, %j] : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<64x256xf8E4M3FN>, %s: memref<64x2xf32>, %b: memref<64x256xf8E4M3FN>, %t: memref<1x2xf32>, %d: memref<64x64xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    // expected-error@+1 {{has a product with schedule = streamk, expects several steps of K, got one}}
    %sum = scf.for %k = %c0 to %c128 step %c128 iter_args(%acc = %z) -> tensor<64x64xf32> {
      %at = gqgpu.load %a[%i, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.load %b[%j, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %sa = gqgpu.load %s[%i, %k] : memref<64x2xf32> -> tensor<64x1xf32>
      %sb = gqgpu.load %t[%j, %k] : memref<1x2xf32> -> tensor<1x1xf32>
      %more = gq.scaled_matmul %at, %bt scales(%sa block [1, 128], %sb block [128, 128]) outs(%acc : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %more : tensor<64x64xf32>
    }
    gqgpu.store %sum, %d[%i, %j] : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}

// -----

// What another thread block adds would count twice.
gqgpu.kernel @k(%a: memref<64x256xf8E4M3FN>, %s: memref<64x2xf32>, %b: memref<64x256xf8E4M3FN>, %t: memref<1x2xf32>, %d: memref<64x64xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %z = gqgpu.load %d[%i, %j] : memref<64x64xf32> -> tensor<64x64xf32>
    // expected-error@+1 {{has a product with schedule = streamk, expects one sum, which starts from zeros}}
    %sum = scf.for %k = %c0 to %c256 step %c128 iter_args(%acc = %z) -> tensor<64x64xf32> {
      %at = gqgpu.load %a[%i, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.load %b[%j, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %sa = gqgpu.load %s[%i, %k] : memref<64x2xf32> -> tensor<64x1xf32>
      %sb = gqgpu.load %t[%j, %k] : memref<1x2xf32> -> tensor<1x1xf32>
      %more = gq.scaled_matmul %at, %bt scales(%sa block [1, 128], %sb block [128, 128]) outs(%acc : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %more : tensor<64x64xf32>
    }
    gqgpu.store %sum, %d[%i, %j] : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<64x256xf8E4M3FN>, %s: memref<64x2xf32>, %b: memref<64x256xf8E4M3FN>, %t: memref<1x2xf32>, %d: memref<64x64xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %one = arith.constant 1.0 : f32
    %z = linalg.fill ins(%one : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    // expected-error@+1 {{has a product with schedule = streamk, expects one sum, which starts from zeros}}
    %sum = scf.for %k = %c0 to %c256 step %c128 iter_args(%acc = %z) -> tensor<64x64xf32> {
      %at = gqgpu.load %a[%i, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.load %b[%j, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %sa = gqgpu.load %s[%i, %k] : memref<64x2xf32> -> tensor<64x1xf32>
      %sb = gqgpu.load %t[%j, %k] : memref<1x2xf32> -> tensor<1x1xf32>
      %more = gq.scaled_matmul %at, %bt scales(%sa block [1, 128], %sb block [128, 128]) outs(%acc : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %more : tensor<64x64xf32>
    }
    gqgpu.store %sum, %d[%i, %j] : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}

// -----

// K of one step, which is no loop.
gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>, %b: memref<64x128xf8E4M3FN>, %t: memref<1x1xf32>, %d: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent {
    %e = tensor.empty() : tensor<64x64xf32>
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    %at = gqgpu.load %a[%i, %c0] : memref<64x128xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %bt = gqgpu.load %b[%j, %c0] : memref<64x128xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %sa = gqgpu.load %s[%i, %c0] : memref<64x1xf32> -> tensor<64x1xf32>
    %sb = gqgpu.load %t[%c0, %c0] : memref<1x1xf32> -> tensor<1x1xf32>
    // expected-error@+1 {{has a product with schedule = streamk, expects it in a loop over several steps of K, in one over tiles}}
    %sum = gq.scaled_matmul %at, %bt scales(%sa block [1, 128], %sb block [128, 128]) outs(%z : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
        : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
    gqgpu.store %sum, %d[%i, %j] : tensor<64x64xf32>, memref<64x64xf32>
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>, %t: memref<1x1xf32>, %d: memref<64x64xf32>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %at = gqgpu.load %a[%c0, %c0] : memref<64x128xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %sa = gqgpu.load %s[%c0, %c0] : memref<64x1xf32> -> tensor<64x1xf32>
  %sb = gqgpu.load %t[%c0, %c0] : memref<1x1xf32> -> tensor<1x1xf32>
  %one = gq.scaled_matmul %at, %at scales(%sa block [1, 128], %sb block [128, 128]) outs(%z : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  // expected-error@+1 {{is the second product of a kernel with schedule = streamk, expects one}}
  %two = gq.scaled_matmul %at, %at scales(%sa block [1, 128], %sb block [128, 128]) outs(%one : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<64x256xf8E4M3FN>, %s: memref<64x2xf32>, %t: memref<1x2xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  // expected-error@+1 {{has a product with schedule = streamk, expects to carry no values; run gq-stream-k before rings and roles are made}}
  %r = gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent iter_args(%v = %n) -> (index) {
    %e = tensor.empty() : tensor<64x64xf32>
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
    %sum = scf.for %k = %c0 to %c256 step %c128 iter_args(%acc = %z) -> tensor<64x64xf32> {
      %at = gqgpu.load %a[%i, %k] : memref<64x256xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
      %sa = gqgpu.load %s[%i, %k] : memref<64x2xf32> -> tensor<64x1xf32>
      %sb = gqgpu.load %t[%j, %k] : memref<1x2xf32> -> tensor<1x1xf32>
      %more = gq.scaled_matmul %at, %at scales(%sa block [1, 128], %sb block [128, 128]) outs(%acc : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      scf.yield %more : tensor<64x64xf32>
    }
    gqgpu.yield %v : index
  }
  gqgpu.return
}
