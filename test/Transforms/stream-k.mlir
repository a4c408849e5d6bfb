// The loop over tiles cuts them, the loop over K has the steps of the thread block's share, and
// what is behind it is for the owner of the tile. Flags are cleared by a launch of their own.
// RUN: gq-opt %s --gq-stream-k | gq-opt | FileCheck %s
// RUN: gq-opt %s --gq-stream-k --remarks-filter=gq-stream-k -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// What is cut already stays.
// RUN: gq-opt %s --gq-stream-k -o %t.once.mlir
// RUN: gq-opt %t.once.mlir --gq-stream-k -o %t.twice.mlir
// RUN: cmp %t.once.mlir %t.twice.mlir

#streamk = #gq.matmul_config<tile = [128, 64, 128], schedule = streamk>
module attributes {gpu.container_module, gq.target = #gq.target<h200>} {
  gpu.module @k {
    // CHECK-LABEL: gqgpu.kernel @whole_flags
    // CHECK-SAME: (%[[F:.*]]: memref<1x4224xi32>) attributes {threads = 256 : i64}
    // CHECK: gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to (%c1, %c4224) step [1, 1024] {
    // CHECK: %[[Z:.*]] = gqgpu.splat %c0_i32 : i32
    // CHECK: gqgpu.store_fragment %[[Z]], %[[F]][%[[I]], %[[J]]]

    // CHECK-LABEL: gqgpu.kernel @whole(
    // CHECK-SAME: %[[D:[a-z0-9]*]]: memref<?x256xf32>, %[[P:.*]]: memref<132x8192xf32>, %[[FLAGS:.*]]: memref<1x4224xi32>)
    // CHECK: gqgpu.tile_loop (%[[M:.*]], %[[N:.*]]) to {{.*}} step [128, 64] raster 4 persistent cut (%[[FIRST:.*]], %[[LAST:.*]], %[[RANGE:.*]], %[[END:.*]], %[[OWNS:.*]]) of 4 among 132 {
    // CHECK: %[[ZEROS:.*]] = linalg.fill
    // CHECK: %[[FROM:.*]] = arith.muli %[[FIRST]], %[[STEP:.*]] : index
    // CHECK: %[[TO:.*]] = arith.muli %[[LAST]], %[[STEP]] : index
    // CHECK: %[[PART:.*]] = scf.for %{{.*}} = %[[FROM]] to %[[TO]] step %[[STEP]] iter_args(%{{.*}} = %[[ZEROS]])
    // CHECK: %[[SUM:.*]] = gqgpu.combine_parts %[[RANGE]] to %[[END]] if %[[OWNS]] through %[[P]], %[[FLAGS]](%[[PART]])
    // CHECK-NEXT: scf.if %[[OWNS]] {
    // CHECK: gqgpu.store %[[SUM]], %[[D]][%[[M]], %[[N]]]
    // CHECK-NEXT: }
    // CHECK-NEXT: }
    // REMARK: [Passed] ranges {{.*}}"thread blocks divide the last tiles, of 4 steps, in up to 132 ranges"
    gqgpu.kernel @whole(%a: memref<?x512xf8E4M3FN>, %sa: memref<?x4xf32>, %b: memref<256x512xf8E4M3FN>, %sb: memref<2x4xf32>, %d: memref<?x256xf32>) {
      %c0 = arith.constant 0 : index
      %c128 = arith.constant 128 : index
      %c256 = arith.constant 256 : index
      %c512 = arith.constant 512 : index
      %zero = arith.constant 0.0 : f32
      %m = memref.dim %a, %c0 : memref<?x512xf8E4M3FN>
      gqgpu.tile_loop (%i, %j) to (%m, %c256) step [128, 64] raster 4 persistent {
        %e = tensor.empty() : tensor<128x64xf32>
        %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
        %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> tensor<128x64xf32> {
          %at = gqgpu.load %a[%i, %k] : memref<?x512xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
          %bt = gqgpu.load %b[%j, %k] : memref<256x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
          %s = gqgpu.load %sa[%i, %k] : memref<?x4xf32> -> tensor<128x1xf32>
          %t = gqgpu.load %sb[%j, %k] : memref<2x4xf32> -> tensor<1x1xf32>
          %more = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%acc : tensor<128x64xf32>) {config = #streamk}
              : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
          scf.yield %more : tensor<128x64xf32>
        }
        gqgpu.store %sum, %d[%i, %j] : tensor<128x64xf32>, memref<?x256xf32>
      }
      gqgpu.return
    }
    // The last step ends with K; another kernel of the module needs no other one that clears.
    // CHECK-NOT: gqgpu.kernel @ragged_flags
    // CHECK-LABEL: gqgpu.kernel @ragged(
    // CHECK: cut (%{{.*}}, %[[LAST:.*]], %{{.*}}, %{{.*}}, %{{.*}}) of 3 among 132
    // CHECK: %[[TO:.*]] = arith.muli %[[LAST]],
    // CHECK: %[[END:.*]] = arith.minui %[[TO]], %c272
    // CHECK: scf.for %{{.*}} to %[[END]]
    gqgpu.kernel @ragged(%a: memref<64x272xf8E4M3FN>, %sa: memref<64x3xf32>, %b: memref<64x272xf8E4M3FN>, %sb: memref<1x3xf32>, %d: memref<64x64xf32>) {
      %c0 = arith.constant 0 : index
      %c64 = arith.constant 64 : index
      %c128 = arith.constant 128 : index
      %c272 = arith.constant 272 : index
      %zero = arith.constant 0.0 : f32
      gqgpu.tile_loop (%i, %j) to (%c64, %c64) step [64, 64] persistent {
        %e = tensor.empty() : tensor<64x64xf32>
        %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
        %sum = scf.for %k = %c0 to %c272 step %c128 iter_args(%acc = %zeros) -> tensor<64x64xf32> {
          %at = gqgpu.load %a[%i, %k] : memref<64x272xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
          %bt = gqgpu.load %b[%j, %k] : memref<64x272xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
          %s = gqgpu.load %sa[%i, %k] : memref<64x3xf32> -> tensor<64x1xf32>
          %t = gqgpu.load %sb[%j, %k] : memref<1x3xf32> -> tensor<1x1xf32>
          %more = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%acc : tensor<64x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, schedule = streamk>}
              : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
          scf.yield %more : tensor<64x64xf32>
        }
        gqgpu.store %sum, %d[%i, %j] : tensor<64x64xf32>, memref<64x64xf32>
      }
      gqgpu.return
    }
  }

  // CHECK-LABEL: func.func @once
  // CHECK: %[[E:.*]] = tensor.empty() : tensor<1x4224xi32>
  // CHECK: %[[F:.*]] = gqgpu.launch @k::@whole_flags outs(%[[E]] : tensor<1x4224xi32>) -> tensor<1x4224xi32>
  // CHECK: %[[P:.*]] = tensor.empty() : tensor<132x8192xf32>
  // CHECK: %[[R:.*]]:3 = gqgpu.launch @k::@whole ins({{.*}}) outs(%{{.*}}, %[[P]], %[[F]] :
  // CHECK: return %[[R]]#0
  func.func @once(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x4xf32>, %m: index) -> tensor<?x256xf32> {
    %e = tensor.empty(%m) : tensor<?x256xf32>
    %d = gqgpu.launch @k::@whole ins(%a, %sa, %b, %sb : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>, tensor<256x512xf8E4M3FN>, tensor<2x4xf32>) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
    return %d : tensor<?x256xf32>
  }

  // Branches share the flags, of which only one runs; two launches of one branch do not.
  // CHECK-LABEL: func.func @branches
  // CHECK: %[[F0:.*]] = gqgpu.launch @k::@whole_flags
  // CHECK: %[[F1:.*]] = gqgpu.launch @k::@whole_flags
  // CHECK-NOT: gqgpu.launch @k::@whole_flags
  // CHECK: scf.if
  // CHECK: gqgpu.launch @k::@whole ins({{.*}}) outs(%{{.*}}, %{{.*}}, %[[F0]] :
  // CHECK: gqgpu.launch @k::@whole ins({{.*}}) outs(%{{.*}}, %{{.*}}, %[[F1]] :
  // CHECK: } else {
  // CHECK: gqgpu.launch @k::@whole ins({{.*}}) outs(%{{.*}}, %{{.*}}, %[[F0]] :
  func.func @branches(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<256x512xf8E4M3FN>, %sb: tensor<2x4xf32>, %m: index, %few: i1) -> tensor<?x256xf32> {
    %r = scf.if %few -> tensor<?x256xf32> {
      %e = tensor.empty(%m) : tensor<?x256xf32>
      %d = gqgpu.launch @k::@whole ins(%a, %sa, %b, %sb : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>, tensor<256x512xf8E4M3FN>, tensor<2x4xf32>) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
      %again = gqgpu.launch @k::@whole ins(%a, %sa, %b, %sb : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>, tensor<256x512xf8E4M3FN>, tensor<2x4xf32>) outs(%d : tensor<?x256xf32>) -> tensor<?x256xf32>
      scf.yield %again : tensor<?x256xf32>
    } else {
      %e = tensor.empty(%m) : tensor<?x256xf32>
      %d = gqgpu.launch @k::@whole ins(%a, %sa, %b, %sb : tensor<?x512xf8E4M3FN>, tensor<?x4xf32>, tensor<256x512xf8E4M3FN>, tensor<2x4xf32>) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
      scf.yield %d : tensor<?x256xf32>
    }
    return %r : tensor<?x256xf32>
  }
}
