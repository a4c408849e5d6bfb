// RUN: gq-opt %s --gq-anchor-elementwise --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-anchor-elementwise --split-input-file --remarks-filter=gq-anchor-elementwise 2>&1 | FileCheck %s --check-prefix=REMARK

// A chain is one kernel, its destination as large as that of the op.
// REMARK: [Passed] kernel | Category:gq-anchor-elementwise | Remark="has a kernel of its own: no gq op takes it along"
// CHECK-LABEL: func.func @chain
// CHECK-SAME: (%[[X:.*]]: tensor<?x64xbf16>)
// CHECK: %[[A:.*]] = linalg.exp
// CHECK: %[[B:.*]] = linalg.negf ins(%[[A]]
// CHECK: %[[D:.*]] = tensor.dim %[[X]], %{{.*}}
// CHECK: %[[E:.*]] = tensor.empty(%[[D]]) : tensor<?x64xbf16>
// CHECK: %[[C:.*]] = gq.copy %[[B]] outs(%[[E]] : tensor<?x64xbf16>) : tensor<?x64xbf16> -> tensor<?x64xbf16>
// CHECK-NOT: gq.copy
// CHECK: return %[[C]]
func.func @chain(%x: tensor<?x64xbf16>) -> tensor<?x64xbf16> {
  %a = linalg.exp ins(%x : tensor<?x64xbf16>) outs(%x : tensor<?x64xbf16>) -> tensor<?x64xbf16>
  %b = linalg.negf ins(%a : tensor<?x64xbf16>) outs(%a : tensor<?x64xbf16>) -> tensor<?x64xbf16>
  return %b : tensor<?x64xbf16>
}

// -----

// What is returned as well is computed twice: where it is used, and for itself.
// CHECK-LABEL: func.func @both
// CHECK: %[[A:.*]] = linalg.exp
// CHECK: %[[CA:.*]] = gq.copy %[[A]]
// CHECK: %[[B:.*]] = linalg.negf ins(%[[A]]
// CHECK: %[[CB:.*]] = gq.copy %[[B]]
// CHECK: return %[[CA]], %[[CB]]
func.func @both(%x: tensor<8x64xf32>, %e: tensor<8x64xf32>) -> (tensor<8x64xf32>, tensor<8x64xf32>) {
  %a = linalg.exp ins(%x : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
  %b = linalg.negf ins(%a : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) -> tensor<8x64xf32>
  return %a, %b : tensor<8x64xf32>, tensor<8x64xf32>
}

// -----

// Quantised: taken along, also as the destination of an op that overwrites it.
// CHECK-LABEL: func.func @taken_by_quantisation
// CHECK-NOT: gq.copy
func.func @taken_by_quantisation(%x: tensor<8x256xbf16>, %q: tensor<8x256xi8>, %s: tensor<8x2xf32>) -> (tensor<8x256xi8>, tensor<8x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %a = linalg.exp ins(%x : tensor<8x256xbf16>) outs(%x : tensor<8x256xbf16>) -> tensor<8x256xbf16>
  %f = linalg.fill ins(%zero : f32) outs(%s : tensor<8x2xf32>) -> tensor<8x2xf32>
  %r:2 = gq.quantize %a block [1, 128] outs(%q, %f : tensor<8x256xi8>, tensor<8x2xf32>) : tensor<8x256xbf16> -> tensor<8x256xi8>, tensor<8x2xf32>
  return %r#0, %r#1 : tensor<8x256xi8>, tensor<8x2xf32>
}

// -----

// Nor is it in memory for its size.
// CHECK-LABEL: func.func @size
// CHECK-NOT: gq.copy
func.func @size(%x: tensor<?x256xbf16>) -> index {
  %c0 = arith.constant 0 : index
  %a = linalg.exp ins(%x : tensor<?x256xbf16>) outs(%x : tensor<?x256xbf16>) -> tensor<?x256xbf16>
  %d = tensor.dim %a, %c0 : tensor<?x256xbf16>
  return %d : index
}

// -----

// Scales are no part of the tile that a cast computes from.
// CHECK-LABEL: func.func @scales
// CHECK: %[[A:.*]] = linalg.exp
// CHECK: %[[C:.*]] = gq.copy %[[A]]
// CHECK: gq.scaled_cast %{{.*}} scales(%[[C]]
func.func @scales(%x: tensor<8x256xbf16>, %s: tensor<8x2xf32>, %q: tensor<8x256xi8>) -> tensor<8x256xi8> {
  %a = linalg.exp ins(%s : tensor<8x2xf32>) outs(%s : tensor<8x2xf32>) -> tensor<8x2xf32>
  %r = gq.scaled_cast %x scales(%a block [1, 128]) outs(%q : tensor<8x256xi8>) : tensor<8x256xbf16>, tensor<8x2xf32> -> tensor<8x256xi8>
  return %r : tensor<8x256xi8>
}

// -----

// A product takes the init, and the chain behind it up to what is used twice.
// CHECK-LABEL: func.func @product
// CHECK: linalg.fill
// CHECK-NEXT: %[[D:.*]] = gq.scaled_matmul
// CHECK-NEXT: %[[E:.*]] = linalg.exp ins(%[[D]]
// CHECK-NEXT: %[[N:.*]] = linalg.negf ins(%[[E]]
// CHECK: %[[C:.*]] = gq.copy %[[N]]
// CHECK-NOT: gq.copy
// CHECK: return %[[E]], %[[C]]
func.func @product(%a: tensor<64x128xf8E4M3FN>, %s: tensor<64x1xf32>, %t: tensor<1x1xf32>) -> (tensor<64x64xf32>, tensor<64x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x64xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %d = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%f : tensor<64x64xf32>)
    : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  %x = linalg.exp ins(%d : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %n = linalg.negf ins(%x : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  return %x, %n : tensor<64x64xf32>, tensor<64x64xf32>
}

// -----

// Read with rows and columns swapped: from memory.
#id = affine_map<(i, j) -> (i, j)>
#turned = affine_map<(i, j) -> (j, i)>
// CHECK-LABEL: func.func @turned
// CHECK: %[[A:.*]] = linalg.exp
// CHECK: %[[CA:.*]] = gq.copy %[[A]]
// CHECK: %[[B:.*]] = linalg.generic {{.*}} ins(%[[CA]]
// CHECK: %[[CB:.*]] = gq.copy %[[B]]
// CHECK: return %[[CB]]
func.func @turned(%x: tensor<8x64xf32>, %e: tensor<64x8xf32>) -> tensor<64x8xf32> {
  %a = linalg.exp ins(%x : tensor<8x64xf32>) outs(%x : tensor<8x64xf32>) -> tensor<8x64xf32>
  %b = linalg.generic {indexing_maps = [#turned, #id], iterator_types = ["parallel", "parallel"]} ins(%a : tensor<8x64xf32>) outs(%e : tensor<64x8xf32>) {
  ^bb0(%v: f32, %o: f32):
    %n = arith.negf %v : f32
    linalg.yield %n : f32
  } -> tensor<64x8xf32>
  return %b : tensor<64x8xf32>
}

// -----

// No kernel loads or stores these: ranks and element types.
// CHECK-LABEL: func.func @left
// CHECK-NOT: gq.copy
func.func @left(%v: tensor<64xf32>, %d: tensor<8x64xf64>, %i: tensor<8x64xi64>)
    -> (tensor<64xf32>, tensor<8x64xf64>, tensor<8x64xi64>) {
  %0 = linalg.exp ins(%v : tensor<64xf32>) outs(%v : tensor<64xf32>) -> tensor<64xf32>
  %1 = linalg.exp ins(%d : tensor<8x64xf64>) outs(%d : tensor<8x64xf64>) -> tensor<8x64xf64>
  %2 = linalg.add ins(%i, %i : tensor<8x64xi64>, tensor<8x64xi64>) outs(%i : tensor<8x64xi64>) -> tensor<8x64xi64>
  return %0, %1, %2 : tensor<64xf32>, tensor<8x64xf64>, tensor<8x64xi64>
}

// -----

// Elements of one byte: read, stored, and turned.
#same = affine_map<(i, j) -> (i, j)>
// CHECK-LABEL: func.func @bytes
// CHECK: %[[A:.*]] = linalg.generic
// CHECK: gq.copy %[[A]] outs(%{{.*}} : tensor<8x64xf8E8M0FNU>)
// CHECK: %[[B:.*]] = linalg.generic
// CHECK: gq.copy %[[B]] outs(%{{.*}} : tensor<64x8xf8E4M3FN>)
func.func @bytes(%b: tensor<8x64xi8>, %q: tensor<8x64xf8E4M3FN>, %e: tensor<8x64xf8E8M0FNU>, %f: tensor<64x8xf8E4M3FN>) -> (tensor<8x64xf8E8M0FNU>, tensor<64x8xf8E4M3FN>) {
  %0 = linalg.generic {indexing_maps = [#same, #same], iterator_types = ["parallel", "parallel"]} ins(%b : tensor<8x64xi8>) outs(%e : tensor<8x64xf8E8M0FNU>) {
  ^bb0(%c: i8, %o: f8E8M0FNU):
    %w = arith.uitofp %c : i8 to f32
    %t = arith.truncf %w : f32 to f8E8M0FNU
    linalg.yield %t : f8E8M0FNU
  } -> tensor<8x64xf8E8M0FNU>
  %1 = linalg.transpose ins(%q : tensor<8x64xf8E4M3FN>) outs(%f : tensor<64x8xf8E4M3FN>) permutation = [1, 0]
  return %0, %1 : tensor<8x64xf8E8M0FNU>, tensor<64x8xf8E4M3FN>
}

// -----

// Kernels are made of what stands in a function, or in a branch there, which a
// launch takes; not in a loop.
// CHECK-LABEL: func.func @loop
// CHECK-NOT: gq.copy
func.func @loop(%x: tensor<8x64xf32>, %n: index) -> tensor<8x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%v = %x) -> tensor<8x64xf32> {
    %a = linalg.exp ins(%v : tensor<8x64xf32>) outs(%x : tensor<8x64xf32>) -> tensor<8x64xf32>
    scf.yield %a : tensor<8x64xf32>
  }
  return %r : tensor<8x64xf32>
}

// CHECK-LABEL: func.func @branch
// CHECK: scf.if
// CHECK: %[[E:.*]] = linalg.exp
// CHECK: %[[C:.*]] = gq.copy %[[E]]
// CHECK: scf.yield %[[C]]
func.func @branch(%x: tensor<8x64xf32>, %c: i1) -> tensor<8x64xf32> {
  %r = scf.if %c -> tensor<8x64xf32> {
    %a = linalg.exp ins(%x : tensor<8x64xf32>) outs(%x : tensor<8x64xf32>) -> tensor<8x64xf32>
    scf.yield %a : tensor<8x64xf32>
  } else {
    scf.yield %x : tensor<8x64xf32>
  }
  return %r : tensor<8x64xf32>
}

// -----

// A transpose is loaded like any operand that is read transposed; that of a product is
// stored by its kernel.
// CHECK-LABEL: func.func @transposes
// CHECK-NOT: linalg.transpose
// CHECK: %[[T:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<64x8xbf16>)
// CHECK: %[[C:.*]] = gq.copy %[[T]]
// CHECK: gq.scaled_matmul
// CHECK: %[[P:.*]] = linalg.transpose
// CHECK-NOT: gq.copy
// CHECK: return %[[C]], %[[P]]
func.func @transposes(%x: tensor<64x8xbf16>, %e: tensor<8x64xbf16>, %a: tensor<64x128xf8E4M3FN>, %s: tensor<64x1xf32>, %t: tensor<1x1xf32>, %d: tensor<64x64xf32>) -> (tensor<8x64xbf16>, tensor<64x64xf32>) {
  %y = linalg.transpose ins(%x : tensor<64x8xbf16>) outs(%e : tensor<8x64xbf16>) permutation = [1, 0]
  %p = gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [128, 128]) outs(%d : tensor<64x64xf32>)
    : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
  %q = linalg.transpose ins(%p : tensor<64x64xf32>) outs(%d : tensor<64x64xf32>) permutation = [1, 0]
  return %y, %q : tensor<8x64xbf16>, tensor<64x64xf32>
}

// -----

// Of a matrix of a batch, in the loop; what every iteration reads is computed before.
// CHECK-LABEL: func.func @batch
// CHECK: %[[N:.*]] = linalg.negf
// CHECK: %[[C:.*]] = gq.copy %[[N]]
// CHECK: scf.forall
// CHECK: tensor.extract_slice %[[C]]
// CHECK: %[[A:.*]] = linalg.exp
// CHECK: %[[B:.*]] = gq.copy %[[A]]
// CHECK: tensor.parallel_insert_slice %[[B]]
func.func @batch(%x: tensor<16x64xf32>, %e: tensor<16x64xf32>, %f: tensor<8x64xf32>) -> tensor<16x64xf32> {
  %n = linalg.negf ins(%x : tensor<16x64xf32>) outs(%e : tensor<16x64xf32>) -> tensor<16x64xf32>
  %r = scf.forall (%i) in (2) shared_outs(%acc = %e) -> (tensor<16x64xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 8)>(%i)
    %t = tensor.extract_slice %n[%row, 0] [8, 64] [1, 1] : tensor<16x64xf32> to tensor<8x64xf32>
    %y = linalg.exp ins(%t : tensor<8x64xf32>) outs(%f : tensor<8x64xf32>) -> tensor<8x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y into %acc[%row, 0] [8, 64] [1, 1] : tensor<8x64xf32> into tensor<16x64xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<16x64xf32>
}
