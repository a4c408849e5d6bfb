// A config that stores directly: the rows of b are permuted, and threads store the
// result; with store = deferred the stores say that they may wait.
// RUN: gq-opt %s --gq-promote-tma | FileCheck %s
// RUN: gq-opt %s --gq-promote-tma --remarks-filter=gq-promote-tma -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: gq-opt %s --gq-promote-tma --gq-pipeline-stages | FileCheck %s --check-prefix=RING

// REMARK-DAG: [Passed] permuted | Category:gq-promote-tma | Remark="rows of operand b are permuted in groups of 32"
// REMARK-DAG: [Passed] direct | Category:gq-promote-tma | Remark="stored from registers, in runs of columns"
// REMARK-DAG: [Passed] permuted | Category:gq-promote-tma | Remark="rows of operand b are permuted in groups of 16"

// Sixteen bytes are eight bf16, a quarter of a group of 32 columns.
// CHECK-LABEL: gqgpu.kernel @direct
// CHECK: gqgpu.load %arg0{{.*}} {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>, swizzle = 128 : i64}
// CHECK: gqgpu.load %arg1{{.*}} {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>, permuted = 32 : i64, swizzle = 128 : i64}
// CHECK: gqgpu.store %{{.*}} {path = #gqgpu.path<copy>}
// The order of the rows is a matter of the ring; tiles are what they are.
// RING-LABEL: gqgpu.kernel @direct
// RING: gqgpu.ring_create bytes 16384 : !ring
// RING: gqgpu.slot_read {{.*}} tile 1 {{.*}} -> tensor<64x128xf8E4M3FN>
gqgpu.kernel @direct(%a: memref<?x512xf8E4M3FN>, %b: memref<96x512xf8E4M3FN>, %sa: memref<?x4xf32>, %sb: memref<1x4xf32>, %d: memref<?x96xbf16>) {
  %c0 = arith.constant 0 : index
  %c96 = arith.constant 96 : index
  gqgpu.tile_loop (%i, %j) to (%c96, %c96) step [64, 64] {
    %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %bt = gqgpu.load %b[%j, %c0] : memref<96x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %s = gqgpu.load %sa[%i, %c0] : memref<?x4xf32> -> tensor<64x1xf32>
    %t = gqgpu.load %sb[%c0, %c0] : memref<1x4xf32> -> tensor<1x1xf32>
    %e = tensor.empty() : tensor<64x64xbf16>
    %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xbf16>)
        {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, store = direct>}
        : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xbf16>
    gqgpu.store %p, %d[%i, %j] : tensor<64x64xbf16>, memref<?x96xbf16>
  }
  gqgpu.return
}

// Four of f32, a quarter of 16.
// CHECK-LABEL: gqgpu.kernel @deferred
// CHECK: gqgpu.load %arg1{{.*}} permuted = 16 : i64
// CHECK: gqgpu.store %{{.*}} {deferred, path = #gqgpu.path<copy>}
gqgpu.kernel @deferred(%a: memref<?x512xf8E4M3FN>, %b: memref<48x512xf8E4M3FN>, %d: memref<?x48xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %b[%c0, %c0] : memref<48x512xf8E4M3FN> -> tensor<48x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x48xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x48xf32>)
      {config = #gq.matmul_config<tile = [64, 48, 128], math_groups = 1, store = deferred>}
      : tensor<64x128xf8E4M3FN>, tensor<48x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x48xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x48xf32>, memref<?x48xf32>
  gqgpu.return
}

// What a person wrote is obeyed, without a config as well.
// CHECK-LABEL: gqgpu.kernel @written
// CHECK: gqgpu.load %arg1{{.*}} permuted = 32 : i64
// CHECK: gqgpu.store %{{.*}} {path = #gqgpu.path<copy>}
gqgpu.kernel @written(%a: memref<?x512xf8E4M3FN>, %b: memref<64x512xf8E4M3FN>, %d: memref<?x64xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %b[%c0, %c0] {permuted = 32 : i64} : memref<64x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x64xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  gqgpu.store %p, %d[%i, %c0] : tensor<64x64xf32>, memref<?x64xf32>
  gqgpu.return
}

// Scales of columns that come 16 bytes of a row at a time are in the order of the rows
// of b, which may be loaded behind them. Those of rows are not, nor those of blocks of
// columns.
// CHECK-LABEL: gqgpu.kernel @scales
// CHECK-DAG: gqgpu.load %arg1{{.*}} permuted = 16 : i64, swizzle = 128 : i64}
// CHECK-DAG: gqgpu.load %arg2{{.*}} {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>} : memref<64x4xf32> -> tensor<64x4xf32>
// CHECK-DAG: gqgpu.load %arg3{{.*}} {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>, permuted = 16 : i64} : memref<48x4xf32> -> tensor<48x4xf32>
gqgpu.kernel @scales(%a: memref<64x512xf8E4M3FN>, %b: memref<48x512xf8E4M3FN>, %sa: memref<64x4xf32>, %sb: memref<48x4xf32>, %d: memref<64x48xf32>) {
  %c0 = arith.constant 0 : index
  %t = gqgpu.load %sb[%c0, %c0] : memref<48x4xf32> -> tensor<48x1xf32>
  %at = gqgpu.load %a[%c0, %c0] : memref<64x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %b[%c0, %c0] : memref<48x512xf8E4M3FN> -> tensor<48x128xf8E4M3FN>
  %s = gqgpu.load %sa[%c0, %c0] : memref<64x4xf32> -> tensor<64x1xf32>
  %e = tensor.empty() : tensor<64x48xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [1, 128]) outs(%e : tensor<64x48xf32>)
      {config = #gq.matmul_config<tile = [64, 48, 128], math_groups = 1, scales = tma, store = direct>}
      : tensor<64x128xf8E4M3FN>, tensor<48x128xf8E4M3FN>, tensor<64x1xf32>, tensor<48x1xf32> -> tensor<64x48xf32>
  gqgpu.store %p, %d[%c0, %c0] : tensor<64x48xf32>, memref<64x48xf32>
  gqgpu.return
}

// CHECK-LABEL: gqgpu.kernel @blocks
// CHECK: gqgpu.load %arg3{{.*}} {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>} : memref<24x4xf32> -> tensor<24x4xf32>
gqgpu.kernel @blocks(%a: memref<64x512xf8E4M3FN>, %b: memref<48x512xf8E4M3FN>, %sa: memref<64x4xf32>, %sb: memref<24x4xf32>, %d: memref<64x48xf32>) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%c0, %c0] : memref<64x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %b[%c0, %c0] : memref<48x512xf8E4M3FN> -> tensor<48x128xf8E4M3FN>
  %s = gqgpu.load %sa[%c0, %c0] : memref<64x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sb[%c0, %c0] : memref<24x4xf32> -> tensor<24x1xf32>
  %e = tensor.empty() : tensor<64x48xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [2, 128]) outs(%e : tensor<64x48xf32>)
      {config = #gq.matmul_config<tile = [64, 48, 128], math_groups = 1, scales = tma, store = direct>}
      : tensor<64x128xf8E4M3FN>, tensor<48x128xf8E4M3FN>, tensor<64x1xf32>, tensor<24x1xf32> -> tensor<64x48xf32>
  gqgpu.store %p, %d[%c0, %c0] : tensor<64x48xf32>, memref<64x48xf32>
  gqgpu.return
}

// Nor those of a number of columns that only a launch knows.
// CHECK-LABEL: gqgpu.kernel @unknown
// CHECK: gqgpu.load %arg1{{.*}} permuted = 16
// CHECK: gqgpu.load %arg3{{.*}} {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>} : memref<?x4xf32> -> tensor<48x4xf32>
gqgpu.kernel @unknown(%a: memref<64x512xf8E4M3FN>, %b: memref<48x512xf8E4M3FN>, %sa: memref<64x4xf32>, %sb: memref<?x4xf32>, %d: memref<64x48xf32>) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%c0, %c0] : memref<64x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %b[%c0, %c0] : memref<48x512xf8E4M3FN> -> tensor<48x128xf8E4M3FN>
  %s = gqgpu.load %sa[%c0, %c0] : memref<64x4xf32> -> tensor<64x1xf32>
  %t = gqgpu.load %sb[%c0, %c0] : memref<?x4xf32> -> tensor<48x1xf32>
  %e = tensor.empty() : tensor<64x48xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [1, 128]) outs(%e : tensor<64x48xf32>)
      {config = #gq.matmul_config<tile = [64, 48, 128], math_groups = 1, scales = tma, store = direct>}
      : tensor<64x128xf8E4M3FN>, tensor<48x128xf8E4M3FN>, tensor<64x1xf32>, tensor<48x1xf32> -> tensor<64x48xf32>
  gqgpu.store %p, %d[%c0, %c0] : tensor<64x48xf32>, memref<64x48xf32>
  gqgpu.return
}
