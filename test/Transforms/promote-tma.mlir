// RUN: gq-opt %s --gq-promote-tma | FileCheck %s
// RUN: gq-opt %s --gq-promote-tma --remarks-filter=gq-promote-tma 2>&1 | FileCheck %s --check-prefix=REMARK

// CHECK-DAG: #[[FOURS:.*]] = affine_map<(d0) -> ((d0 floordiv 4) * 4)>
// CHECK-DAG: #[[REST:.*]] = affine_map<(d0) -> (d0 mod 4)>

// Operands go by TMA into swizzled tiles, scales by copies, the result by TMA.
// CHECK-LABEL: gqgpu.kernel @many_rows
// CHECK: gqgpu.load %arg0[{{.*}}] {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>, swizzle = 128 : i64} : memref<?x512xf8E4M3FN>
// CHECK: gqgpu.load %arg1[{{.*}}] {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>, swizzle = 128 : i64}
// CHECK: gqgpu.load %arg2[{{.*}}] {path = #gqgpu.path<copy>}
// CHECK: gqgpu.load %arg3[{{.*}}] {path = #gqgpu.path<copy>}
// CHECK: gqgpu.store %{{.*}} {path = #gqgpu.path<tma>}
// REMARK-DAG: Remark="operand a goes by tma, swizzle 128, evict normal"
// REMARK-DAG: Remark="operand b goes by tma, swizzle 128, evict normal"
gqgpu.kernel @many_rows(%a: memref<?x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %sa: memref<?x4xf32>, %sb: memref<2x4xf32>, %d: memref<?x256xf32>) {
  %c0 = arith.constant 0 : index
  gqgpu.tile_loop (%i, %j) to (%c0, %c0) step [64, 128] {
    %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %bt = gqgpu.load %b[%j, %c0] : memref<256x512xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
    %s = gqgpu.load %sa[%i, %c0] : memref<?x4xf32> -> tensor<64x1xf32>
    %t = gqgpu.load %sb[%c0, %c0] : memref<2x4xf32> -> tensor<1x1xf32>
    %e = tensor.empty() : tensor<64x128xf32>
    %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x128xf32>)
        : tensor<64x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x128xf32>
    gqgpu.store %p, %d[%i, %j] : tensor<64x128xf32>, memref<?x256xf32>
  }
  gqgpu.return
}

// A config that says so: sixteen bytes of each row of the scales by the copy engine, and
// the column of them that the step needs; of a single scale, the row that it is in, where
// that is a multiple of sixteen bytes.
// CHECK-LABEL: gqgpu.kernel @scales_by_tma
// CHECK: %[[START:.*]] = affine.apply #[[FOURS]](%[[K:.*]])
// CHECK: %[[AT:.*]] = affine.apply #[[REST]](%[[K]])
// CHECK: %[[WIDE:.*]] = gqgpu.load %arg2[%{{.*}}, %[[START]]] {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>} : memref<?x8xf32> -> tensor<64x4xf32>
// CHECK: %[[ONE:.*]] = gqgpu.load %arg3[{{.*}}] {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>} : memref<2x8xf32> -> tensor<1x4xf32>
// CHECK-DAG: %[[SLICE:.*]] = tensor.extract_slice %[[WIDE]][0, %[[AT]]] [64, 1] [1, 1] : tensor<64x4xf32> to tensor<64x1xf32>
// CHECK-DAG: %[[OF_ONE:.*]] = tensor.extract_slice %[[ONE]][0, %{{.*}}] [1, 1] [1, 1] : tensor<1x4xf32> to tensor<1x1xf32>
// CHECK: gq.scaled_matmul %{{.*}} scales(%[[SLICE]] block [1, 128], %[[OF_ONE]] block [128, 128]
// CHECK: gqgpu.load %arg4[{{.*}}] {path = #gqgpu.path<copy>} : memref<2x6xf32> -> tensor<1x1xf32>
// REMARK-DAG: Remark="operand a_scales goes by tma, 4 columns at once"
gqgpu.kernel @scales_by_tma(%a: memref<?x1024xf8E4M3FN>, %b: memref<256x1024xf8E4M3FN>, %sa: memref<?x8xf32>, %sb: memref<2x8xf32>, %odd: memref<2x6xf32>, %d: memref<?x256xf32>, %k: index) {
  %c0 = arith.constant 0 : index
  gqgpu.tile_loop (%i, %j) to (%c0, %c0) step [64, 128] {
    %at = gqgpu.load %a[%i, %c0] : memref<?x1024xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %bt = gqgpu.load %b[%j, %c0] : memref<256x1024xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
    %s = gqgpu.load %sa[%i, %k] : memref<?x8xf32> -> tensor<64x1xf32>
    %t = gqgpu.load %sb[%c0, %c0] : memref<2x8xf32> -> tensor<1x1xf32>
    %e = tensor.empty() : tensor<64x128xf32>
    %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, scales = tma>}
        : tensor<64x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x128xf32>
    gqgpu.store %p, %d[%i, %j] : tensor<64x128xf32>, memref<?x256xf32>
    %u = gqgpu.load %odd[%c0, %c0] : memref<2x6xf32> -> tensor<1x1xf32>
    %q = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %u block [128, 128]) outs(%e : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, scales = tma>}
        : tensor<64x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x128xf32>
    gqgpu.store %q, %d[%i, %j] : tensor<64x128xf32>, memref<?x256xf32>
  }
  gqgpu.return
}

// A config that says so: b goes through L2 once, the activations stay for every tile.
// A row pitch of 50 floats is none for TMA: threads store the result.
// CHECK-LABEL: gqgpu.kernel @few_rows
// CHECK: gqgpu.load %arg0[{{.*}}] {evict = #gqgpu.evict<last>, path = #gqgpu.path<tma>
// CHECK: gqgpu.load %arg1[{{.*}}] {evict = #gqgpu.evict<first>, path = #gqgpu.path<tma>
// CHECK: gqgpu.store %{{.*}} {path = #gqgpu.path<copy>}
// CHECK: gqgpu.store %{{.*}} {path = #gqgpu.path<copy>} : tensor<64x128xi32>, memref<16x256xi32>
// REMARK-DAG: Remark="operand a goes by tma, swizzle 128, evict last"
// REMARK-DAG: Remark="operand b goes by tma, swizzle 128, evict first"
// REMARK-DAG: [Missed] tma | Category:gq-promote-tma | Remark="result has a row pitch of 200 bytes, tma needs a multiple of 16; stored by threads"
gqgpu.kernel @few_rows(%a: memref<16x512xf8E4M3FN>, %b: memref<50x512xf8E4M3FN>, %d: memref<16x50xf32>, %w: memref<16x256xi32>) {
  %c0 = arith.constant 0 : index
  gqgpu.tile_loop (%i, %j) to (%c0, %c0) step [64, 128] {
    %at = gqgpu.load %a[%i, %c0] : memref<16x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %bt = gqgpu.load %b[%j, %c0] : memref<50x512xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
    %s = tensor.empty() : tensor<64x1xf32>
    %t = tensor.empty() : tensor<1x1xf32>
    %e = tensor.empty() : tensor<64x128xf32>
    %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, stream_b = true>}
        : tensor<64x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x128xf32>
    gqgpu.store %p, %d[%i, %j] : tensor<64x128xf32>, memref<16x50xf32>
    // Integers have no tensor map of their own.
    %n = tensor.empty() : tensor<64x128xi32>
    gqgpu.store %n, %w[%i, %j] : tensor<64x128xi32>, memref<16x256xi32>
  }
  gqgpu.return
}

// Of a tile and its transpose, the copy engine writes the first; of tiles that are
// no whole boxes, neither, and none that may start anywhere in a row.
// CHECK-LABEL: gqgpu.kernel @transposed
// CHECK: gqgpu.store %{{.*}}, %arg2{{.*}} {path = #gqgpu.path<tma>}
// CHECK: gqgpu.store %{{.*}}, %arg3{{.*}} {path = #gqgpu.path<copy>}
// CHECK: gqgpu.store %{{.*}}, %arg2{{.*}} {path = #gqgpu.path<copy>}
// CHECK: gqgpu.store %{{.*}}, %arg2[%arg4, %arg5] {path = #gqgpu.path<copy>}
// REMARK-DAG: [Missed] tma | Category:gq-promote-tma | Remark="tiles start at multiples of 4 bytes in a row, tma needs multiples of 16; stored by threads"
// REMARK-DAG: [Missed] tma | Category:gq-promote-tma | Remark="tma writes rows of a product, not its transpose; stored by threads"
// REMARK-DAG: [Missed] tma | Category:gq-promote-tma | Remark="tiles have 8 columns, tma takes a multiple of 16; stored by threads"
gqgpu.kernel @transposed(%a: memref<?x512xf8E4M3FN>, %b: memref<?x512xf8E4M3FN>, %d: memref<?x256xf32>, %u: memref<256x?xf32>, %i: index, %j: index) {
  %c0 = arith.constant 0 : index
  %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
  %bt = gqgpu.load %b[%j, %c0] : memref<?x512xf8E4M3FN> -> tensor<16x128xf8E4M3FN>
  %s = tensor.empty() : tensor<64x1xf32>
  %t = tensor.empty() : tensor<1x1xf32>
  %e = tensor.empty() : tensor<64x16xf32>
  %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x16xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<16x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x16xf32>
  %te = tensor.empty() : tensor<16x64xf32>
  %turned = linalg.transpose ins(%p : tensor<64x16xf32>) outs(%te : tensor<16x64xf32>) permutation = [1, 0]
  gqgpu.store %p, %d[%i, %c0] : tensor<64x16xf32>, memref<?x256xf32>
  gqgpu.store %turned, %u[%j, %i] : tensor<16x64xf32>, memref<256x?xf32>
  %narrow = tensor.empty() : tensor<64x8xf32>
  gqgpu.store %narrow, %d[%i, %c0] : tensor<64x8xf32>, memref<?x256xf32>
  gqgpu.store %p, %d[%i, %j] : tensor<64x16xf32>, memref<?x256xf32>
  gqgpu.return
}

// Without a product nothing needs the copy engine; a scalar has no rows.
// CHECK-LABEL: gqgpu.kernel @no_product
// CHECK: gqgpu.load %arg0[] : memref<f32> -> tensor<f32>
// CHECK: gqgpu.store %{{.*}} {path = #gqgpu.path<copy>}
gqgpu.kernel @no_product(%x: memref<f32>) {
  %t = gqgpu.load %x[] : memref<f32> -> tensor<f32>
  gqgpu.store %t, %x[] : tensor<f32>, memref<f32>
  gqgpu.return
}

// Two kernels that read x: the first keeps it in L2, the second lets go of it.
// What only one reads has no hint, nor has a kernel that nobody launches.
// CHECK-LABEL: gqgpu.kernel @first
// CHECK: gqgpu.load %arg0[{{.*}}] {evict = #gqgpu.evict<last>}
// CHECK-LABEL: gqgpu.kernel @second
// CHECK: gqgpu.load %arg0[{{.*}}] {evict = #gqgpu.evict<first>}
// CHECK: gqgpu.load %arg1[%{{.*}}, %{{.*}}] : memref
// CHECK-LABEL: gqgpu.kernel @unused
// CHECK: gqgpu.load %arg0[%{{.*}}, %{{.*}}] : memref
// REMARK-DAG: [Passed] evict | Category:gq-promote-tma | Remark="read again by a later kernel, evict last"
// REMARK-DAG: [Passed] evict | Category:gq-promote-tma | Remark="read for the last time, evict first"
module attributes {gpu.container_module} {
gpu.module @passes {
  gqgpu.kernel @first(%x: memref<64x512xbf16>, %s: memref<64x4xf32>) {
    %c0 = arith.constant 0 : index
    %t = gqgpu.load %x[%c0, %c0] : memref<64x512xbf16> -> tensor<16x512xbf16>
    %e = tensor.empty() : tensor<16x4xf32>
    %a = gq.block_absmax %t block [1, 128] outs(%e : tensor<16x4xf32>) : tensor<16x512xbf16> -> tensor<16x4xf32>
    gqgpu.store %a, %s[%c0, %c0] : tensor<16x4xf32>, memref<64x4xf32>
    gqgpu.return
  }
  gqgpu.kernel @second(%x: memref<64x512xbf16>, %s: memref<64x4xf32>, %q: memref<64x512xf8E4M3FN>) {
    %c0 = arith.constant 0 : index
    %t = gqgpu.load %x[%c0, %c0] : memref<64x512xbf16> -> tensor<16x512xbf16>
    %f = gqgpu.load %s[%c0, %c0] : memref<64x4xf32> -> tensor<16x4xf32>
    %e = tensor.empty() : tensor<16x512xf8E4M3FN>
    %c = gq.scaled_cast %t scales(%f block [1, 128]) outs(%e : tensor<16x512xf8E4M3FN>) : tensor<16x512xbf16>, tensor<16x4xf32> -> tensor<16x512xf8E4M3FN>
    gqgpu.store %c, %q[%c0, %c0] : tensor<16x512xf8E4M3FN>, memref<64x512xf8E4M3FN>
    gqgpu.return
  }
  gqgpu.kernel @unused(%x: memref<64x512xbf16>, %s: memref<64x4xf32>) {
    %c0 = arith.constant 0 : index
    %t = gqgpu.load %x[%c0, %c0] : memref<64x512xbf16> -> tensor<16x512xbf16>
    %e = tensor.empty() : tensor<16x4xf32>
    %a = gq.block_absmax %t block [1, 128] outs(%e : tensor<16x4xf32>) : tensor<16x512xbf16> -> tensor<16x4xf32>
    gqgpu.store %a, %s[%c0, %c0] : tensor<16x4xf32>, memref<64x4xf32>
    gqgpu.return
  }
}
func.func @two_passes(%x: tensor<64x512xbf16>) -> (tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {
  %e = tensor.empty() : tensor<64x4xf32>
  %f = tensor.empty() : tensor<64x512xf8E4M3FN>
  %s = gqgpu.launch @passes::@first ins(%x : tensor<64x512xbf16>) outs(%e : tensor<64x4xf32>) -> tensor<64x4xf32>
  %q = gqgpu.launch @passes::@second ins(%x, %s : tensor<64x512xbf16>, tensor<64x4xf32>) outs(%f : tensor<64x512xf8E4M3FN>) -> tensor<64x512xf8E4M3FN>
  return %q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
}
}

// What a person wrote is obeyed, where the pass would have chosen otherwise.
// CHECK-LABEL: gqgpu.kernel @by_hand
// CHECK: gqgpu.load %arg0[{{.*}}] {evict = #gqgpu.evict<first>, path = #gqgpu.path<tma>, swizzle = 128 : i64}
// CHECK: gqgpu.load %arg1[{{.*}}] {evict = #gqgpu.evict<last>, path = #gqgpu.path<tma>, swizzle = 128 : i64}
// CHECK: gqgpu.load %arg2[{{.*}}] {evict = #gqgpu.evict<normal>, path = #gqgpu.path<copy>}
// CHECK: gqgpu.store %{{.*}} {path = #gqgpu.path<copy>} : tensor<64x128xf32>
// REMARK-DAG: Remark="operand a goes by tma, swizzle 128, evict first"
// REMARK-DAG: Remark="operand b goes by tma, swizzle 128, evict last"
gqgpu.kernel @by_hand(%a: memref<?x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %sa: memref<?x4xf32>, %d: memref<?x256xf32>) {
  %c0 = arith.constant 0 : index
  gqgpu.tile_loop (%i, %j) to (%c0, %c0) step [64, 128] {
    %at = gqgpu.load %a[%i, %c0] {evict = #gqgpu.evict<first>} : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %bt = gqgpu.load %b[%j, %c0] {evict = #gqgpu.evict<last>, path = #gqgpu.path<tma>, swizzle = 128 : i64} : memref<256x512xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
    %s = gqgpu.load %sa[%i, %c0] {evict = #gqgpu.evict<normal>, path = #gqgpu.path<copy>} : memref<?x4xf32> -> tensor<64x1xf32>
    %t = tensor.empty() : tensor<1x1xf32>
    %e = tensor.empty() : tensor<64x128xf32>
    %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x128xf32>)
        : tensor<64x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x128xf32>
    gqgpu.store %p, %d[%i, %j] {path = #gqgpu.path<copy>} : tensor<64x128xf32>, memref<?x256xf32>
  }
  gqgpu.return
}

// An eviction priority by hand stays where two kernels read x as well.
// CHECK-LABEL: gqgpu.kernel @first_by_hand
// CHECK: gqgpu.load %arg0[{{.*}}] {evict = #gqgpu.evict<normal>}
module attributes {gpu.container_module} {
gpu.module @passes_by_hand {
  gqgpu.kernel @first_by_hand(%x: memref<64x512xbf16>, %s: memref<64x4xf32>) {
    %c0 = arith.constant 0 : index
    %t = gqgpu.load %x[%c0, %c0] {evict = #gqgpu.evict<normal>} : memref<64x512xbf16> -> tensor<16x512xbf16>
    %e = tensor.empty() : tensor<16x4xf32>
    %a = gq.block_absmax %t block [1, 128] outs(%e : tensor<16x4xf32>) : tensor<16x512xbf16> -> tensor<16x4xf32>
    gqgpu.store %a, %s[%c0, %c0] : tensor<16x4xf32>, memref<64x4xf32>
    gqgpu.return
  }
}
func.func @two_launches(%x: tensor<64x512xbf16>) -> (tensor<64x4xf32>, tensor<64x4xf32>) {
  %e = tensor.empty() : tensor<64x4xf32>
  %f = tensor.empty() : tensor<64x4xf32>
  %s = gqgpu.launch @passes_by_hand::@first_by_hand ins(%x : tensor<64x512xbf16>) outs(%e : tensor<64x4xf32>) -> tensor<64x4xf32>
  return %s, %f : tensor<64x4xf32>, tensor<64x4xf32>
}
}

// Scales of one byte: four to a row of the tile are a word, one is not.
// REMARK-NOT: operand a_scales
// REMARK: [Missed] scales | Category:gq-promote-tma | Remark="operand b_scales has tile rows of 1 bytes, no whole words of 4: copied through registers"
// REMARK-NOT: operand a_scales
// CHECK-LABEL: gqgpu.kernel @bytes
// CHECK: gqgpu.load %arg2[{{.*}}] {path = #gqgpu.path<copy>}
// CHECK: gqgpu.load %arg3[{{.*}}] {path = #gqgpu.path<copy>}
gqgpu.kernel @bytes(%a: memref<?x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %sa: memref<?x16xf8E8M0FNU>, %sb: memref<2x4xf8E8M0FNU>, %d: memref<?x256xf32>) {
  %c0 = arith.constant 0 : index
  gqgpu.tile_loop (%i, %j) to (%c0, %c0) step [64, 128] {
    %at = gqgpu.load %a[%i, %c0] : memref<?x512xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %bt = gqgpu.load %b[%j, %c0] : memref<256x512xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
    %s = gqgpu.load %sa[%i, %c0] : memref<?x16xf8E8M0FNU> -> tensor<64x4xf8E8M0FNU>
    %t = gqgpu.load %sb[%c0, %c0] : memref<2x4xf8E8M0FNU> -> tensor<1x1xf8E8M0FNU>
    %e = tensor.empty() : tensor<64x128xf32>
    %p = gq.scaled_matmul %at, %bt scales(%s block [1, 32], %t block [128, 128]) outs(%e : tensor<64x128xf32>)
        : tensor<64x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<64x4xf8E8M0FNU>, tensor<1x1xf8E8M0FNU> -> tensor<64x128xf32>
    gqgpu.store %p, %d[%i, %j] : tensor<64x128xf32>, memref<?x256xf32>
  }
  gqgpu.return
}

// A step of K that takes several slots has the scales of as many blocks: whole 16 bytes of a row.
// REMARK: Remark="operand a_scales goes by tma, in whole rows"
// REMARK: Remark="operand b_scales goes by tma, in whole rows"
// CHECK-LABEL: gqgpu.kernel @blocks_of_a_step
// CHECK: gqgpu.load %arg2[%{{.*}}, %{{.*}}] {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>} : memref<4x8xf32> -> tensor<1x4xf32>
// CHECK: gqgpu.load %arg3[%{{.*}}, %{{.*}}] {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>} : memref<16x8xf32> -> tensor<16x4xf32>
// Those of two are 8 bytes.
// CHECK: gqgpu.load %arg2[%{{.*}}, %{{.*}}] {path = #gqgpu.path<copy>} : memref<4x8xf32> -> tensor<1x2xf32>
// CHECK: gqgpu.load %arg3[%{{.*}}, %{{.*}}] {path = #gqgpu.path<copy>} : memref<16x8xf32> -> tensor<16x2xf32>
gqgpu.kernel @blocks_of_a_step(%a: memref<512x1024xf8E4M3FN>, %b: memref<16x1024xf8E4M3FN>, %sa: memref<4x8xf32>, %sb: memref<16x8xf32>, %d: memref<512x16xf32>) {
  %c0 = arith.constant 0 : index
  %c512 = arith.constant 512 : index
  gqgpu.tile_loop (%i) to (%c512) step [64] {
    %block = affine.apply affine_map<(d0) -> (d0 floordiv 128)>(%i)
    %k = arith.constant 512 : index
    %step = affine.apply affine_map<(d0) -> (d0 floordiv 128)>(%k)
    %at = gqgpu.load %a[%i, %k] : memref<512x1024xf8E4M3FN> -> tensor<64x512xf8E4M3FN>
    %bt = gqgpu.load %b[%c0, %k] : memref<16x1024xf8E4M3FN> -> tensor<16x512xf8E4M3FN>
    %s = gqgpu.load %sa[%block, %step] : memref<4x8xf32> -> tensor<1x4xf32>
    %t = gqgpu.load %sb[%c0, %step] : memref<16x8xf32> -> tensor<16x4xf32>
    %e = tensor.empty() : tensor<64x16xf32>
    %p = gq.scaled_matmul %at, %bt scales(%s block [128, 128], %t block [1, 128]) outs(%e : tensor<64x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 512], math_groups = 1, scales = tma>}
        : tensor<64x512xf8E4M3FN>, tensor<16x512xf8E4M3FN>, tensor<1x4xf32>, tensor<16x4xf32> -> tensor<64x16xf32>
    gqgpu.store %p, %d[%i, %c0] : tensor<64x16xf32>, memref<512x16xf32>
    %ah = gqgpu.load %a[%i, %k] : memref<512x1024xf8E4M3FN> -> tensor<64x256xf8E4M3FN>
    %bh = gqgpu.load %b[%c0, %k] : memref<16x1024xf8E4M3FN> -> tensor<16x256xf8E4M3FN>
    %sh = gqgpu.load %sa[%block, %step] : memref<4x8xf32> -> tensor<1x2xf32>
    %th = gqgpu.load %sb[%c0, %step] : memref<16x8xf32> -> tensor<16x2xf32>
    %q = gq.scaled_matmul %ah, %bh scales(%sh block [128, 128], %th block [1, 128]) outs(%e : tensor<64x16xf32>) {config = #gq.matmul_config<tile = [64, 16, 256], math_groups = 1, scales = tma>}
        : tensor<64x256xf8E4M3FN>, tensor<16x256xf8E4M3FN>, tensor<1x2xf32>, tensor<16x2xf32> -> tensor<64x16xf32>
    gqgpu.store %q, %d[%i, %c0] : tensor<64x16xf32>, memref<512x16xf32>
  }
  gqgpu.return
}

// A step shorter than a row of shared memory: the row is filled with what lies behind, and the
// product takes the first columns.
// CHECK-LABEL: gqgpu.kernel @short_rows
// CHECK: %[[A:.*]] = gqgpu.load %arg0[{{.*}}] {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>, swizzle = 128 : i64} : memref<?x768xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
// CHECK: %[[B:.*]] = gqgpu.load %arg1[{{.*}}] {evict = #gqgpu.evict<normal>, path = #gqgpu.path<tma>, permuted = 16 : i64, swizzle = 128 : i64} : memref<256x768xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
// CHECK-DAG: %[[X:.*]] = tensor.extract_slice %[[A]][0, 0] [64, 96] [1, 1]
// CHECK-DAG: %[[Y:.*]] = tensor.extract_slice %[[B]][0, 0] [128, 96] [1, 1]
// CHECK: gq.scaled_matmul %[[X]], %[[Y]]
// REMARK-DAG: Remark="tile rows of 96 bytes: the copy engine brings 128"
gqgpu.kernel @short_rows(%a: memref<?x768xf8E4M3FN>, %b: memref<256x768xf8E4M3FN>, %sa: memref<?x8xf32>, %sb: memref<2x8xf32>, %d: memref<?x256xf32>) {
  %c0 = arith.constant 0 : index
  gqgpu.tile_loop (%i, %j) to (%c0, %c0) step [64, 128] {
    %at = gqgpu.load %a[%i, %c0] : memref<?x768xf8E4M3FN> -> tensor<64x96xf8E4M3FN>
    %bt = gqgpu.load %b[%j, %c0] : memref<256x768xf8E4M3FN> -> tensor<128x96xf8E4M3FN>
    %s = gqgpu.load %sa[%i, %c0] : memref<?x8xf32> -> tensor<64x1xf32>
    %t = gqgpu.load %sb[%c0, %c0] : memref<2x8xf32> -> tensor<1x1xf32>
    %e = tensor.empty() : tensor<64x128xf32>
    %p = gq.scaled_matmul %at, %bt scales(%s block [1, 96], %t block [128, 96]) outs(%e : tensor<64x128xf32>) {config = #gq.matmul_config<tile = [64, 128, 96], math_groups = 1, store = direct>}
        : tensor<64x96xf8E4M3FN>, tensor<128x96xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x128xf32>
    gqgpu.store %p, %d[%i, %j] : tensor<64x128xf32>, memref<?x256xf32>
  }
  gqgpu.return
}

// Rows that the copy engine cannot start at: warps copy them to where it would have put them.
// CHECK-LABEL: gqgpu.kernel @odd_rows
// CHECK: gqgpu.load %arg0[{{.*}}] {path = #gqgpu.path<copy>, swizzle = 128 : i64} : memref<?x1000xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
// CHECK: gqgpu.load %arg1[{{.*}}] {path = #gqgpu.path<copy>, swizzle = 128 : i64} : memref<256x1024xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
// REMARK-DAG: [Missed] tma | Category:gq-promote-tma | Remark="operand a has a row pitch of 1000 bytes, tma needs a multiple of 16; copied by warps, which is several times slower"
// REMARK-DAG: [Missed] tma | Category:gq-promote-tma | Remark="operand b has tiles that start at multiples of 8 bytes in a row, as far as is known; tma needs multiples of 16; copied by warps, which is several times slower"
gqgpu.kernel @odd_rows(%a: memref<?x1000xf8E4M3FN>, %b: memref<256x1024xf8E4M3FN>, %sa: memref<?x8xf32>, %sb: memref<2x8xf32>, %d: memref<?x256xf32>) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  gqgpu.tile_loop (%i, %j) to (%c0, %c0) step [64, 128] {
    %at = gqgpu.load %a[%i, %c0] : memref<?x1000xf8E4M3FN> -> tensor<64x128xf8E4M3FN>
    %bt = gqgpu.load %b[%j, %c8] : memref<256x1024xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
    %s = gqgpu.load %sa[%i, %c0] : memref<?x8xf32> -> tensor<64x1xf32>
    %t = gqgpu.load %sb[%c0, %c0] : memref<2x8xf32> -> tensor<1x1xf32>
    %e = tensor.empty() : tensor<64x128xf32>
    %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<64x128xf32>)
        : tensor<64x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x128xf32>
    gqgpu.store %p, %d[%i, %j] : tensor<64x128xf32>, memref<?x256xf32>
  }
  gqgpu.return
}
