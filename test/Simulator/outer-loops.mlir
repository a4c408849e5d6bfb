// Loops over thread blocks around gq ops: the tiles of all iterations are tiles of
// one kernel, which agrees with the reference after every pass. A matrix of a batch
// ends where the next one begins, in the middle of a tile: what a tile holds of the
// next must not be written (the simulator would see a second writer), nor counted in
// the maximum of a block.
// RUN: gq-run %s --entry=batch --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=batch_with_bias --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=batch_of_columns --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=dynamic_batch --m=600 --shape=arg1=192x256 --shape=arg3=2x2 --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=split_k --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=uneven_split_k --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=rows_of_more --shape=arg0=100x256 --shape=arg2=100x2 --shape=arg4=150x192 --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=rows_of_more --shape=arg0=150x256 --shape=arg2=150x2 --shape=arg4=150x192 --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=two_results --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=dynamic_k --shape=arg0=100x208 --shape=arg1=192x208 --shape=arg2=100x2 --shape=arg3=2x2 --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=quantize_rows --stages | FileCheck %s --check-prefix=BITS
// RUN: gq-run %s --entry=quantize_squares --stages | FileCheck %s --check-prefix=BITS
// RUN: gq-run %s --entry=quantize_twice --stages | FileCheck %s --check-prefix=BITS
// CHECK: after gq-tile: simulated
// CHECK-NEXT: check0     passed
// CHECK: after gq-allocate-shared-memory: simulated
// CHECK-NEXT: check0     passed
// BITS: after gq-allocate-shared-memory: simulated
// BITS-NEXT: check0     passed: equal bit for bit
// BITS-NEXT: check1     passed: equal bit for bit

#id = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (j)>

// Three products of 100 x 96 x 256: tiles have 128 rows.
func.func @batch(%a: tensor<300x256xf8E4M3FN>, %b: tensor<288x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<3x2xf32>) -> tensor<300x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %column = affine.apply affine_map<(s) -> (s * 96)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %y = tensor.extract_slice %b[%column, 0] [96, 256] [1, 1] : tensor<288x256xf8E4M3FN> to tensor<96x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %ys = tensor.extract_slice %bs[%s, 0] [1, 2] [1, 1] : tensor<3x2xf32> to tensor<1x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%f : tensor<100x96xf32>)
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<300x96xf32>
}

// With an epilogue, a bias of each batch, and whole tiles: 3 x 256 rows.
func.func @batch_with_bias(%a: tensor<768x256xf8E4M3FN>, %b: tensor<600x256xf8E4M3FN>, %as: tensor<768x2xf32>, %bs: tensor<6x2xf32>, %bias: tensor<600xbf16>) -> tensor<768x200xbf16> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<768x200xbf16>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<768x200xbf16>) {
    %row = affine.apply affine_map<(s) -> (s * 256)>(%s)
    %column = affine.apply affine_map<(s) -> (s * 200)>(%s)
    %block = affine.apply affine_map<(s) -> (s * 2)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [256, 256] [1, 1] : tensor<768x256xf8E4M3FN> to tensor<256x256xf8E4M3FN>
    %y = tensor.extract_slice %b[%column, 0] [200, 256] [1, 1] : tensor<600x256xf8E4M3FN> to tensor<200x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [256, 2] [1, 1] : tensor<768x2xf32> to tensor<256x2xf32>
    %ys = tensor.extract_slice %bs[%block, 0] [2, 2] [1, 1] : tensor<6x2xf32> to tensor<2x2xf32>
    %own = tensor.extract_slice %bias[%column] [200] [1] : tensor<600xbf16> to tensor<200xbf16>
    %e = tensor.empty() : tensor<256x200xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<256x200xf32>) -> tensor<256x200xf32>
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%f : tensor<256x200xf32>)
        : tensor<256x256xf8E4M3FN>, tensor<200x256xf8E4M3FN>, tensor<256x2xf32>, tensor<2x2xf32> -> tensor<256x200xf32>
    %h = tensor.empty() : tensor<256x200xbf16>
    %z = linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
        ins(%d, %own : tensor<256x200xf32>, tensor<200xbf16>) outs(%h : tensor<256x200xbf16>) {
    ^bb0(%p: f32, %q: bf16, %o: bf16):
      %w = arith.extf %q : bf16 to f32
      %t = arith.addf %p, %w : f32
      %u = arith.truncf %t : f32 to bf16
      linalg.yield %u : bf16
    } -> tensor<256x200xbf16>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %z into %acc[%row, 0] [256, 200] [1, 1] : tensor<256x200xbf16> into tensor<768x200xbf16>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<768x200xbf16>
}

// Side by side: a tile ends before the columns of the next one.
func.func @batch_of_columns(%a: tensor<70x256xf8E4M3FN>, %b: tensor<144x256xf8E4M3FN>, %as: tensor<70x2xf32>, %bs: tensor<2x2xf32>) -> tensor<70x144xbf16> {
  %zero = arith.constant 0.0 : bf16
  %init = tensor.empty() : tensor<70x144xbf16>
  %r = scf.forall (%s) in (2) shared_outs(%acc = %init) -> (tensor<70x144xbf16>) {
    %column = affine.apply affine_map<(s) -> (s * 72)>(%s)
    %y = tensor.extract_slice %b[%column, 0] [72, 256] [1, 1] : tensor<144x256xf8E4M3FN> to tensor<72x256xf8E4M3FN>
    %ys = tensor.extract_slice %bs[%s, 0] [1, 2] [1, 1] : tensor<2x2xf32> to tensor<1x2xf32>
    %e = tensor.empty() : tensor<70x72xbf16>
    %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<70x72xbf16>) -> tensor<70x72xbf16>
    %d = gq.scaled_matmul %a, %y scales(%as block [1, 128], %ys block [128, 128]) outs(%f : tensor<70x72xbf16>)
        : tensor<70x256xf8E4M3FN>, tensor<72x256xf8E4M3FN>, tensor<70x2xf32>, tensor<1x2xf32> -> tensor<70x72xbf16>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %acc[0, %column] [70, 72] [1, 1] : tensor<70x72xbf16> into tensor<70x144xbf16>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<70x144xbf16>
}

// Two products of as many rows as there are: a half of the rows each.
func.func @dynamic_batch(%a: tensor<?x256xf8E4M3FN>, %b: tensor<?x256xf8E4M3FN>, %as: tensor<?x2xf32>, %bs: tensor<?x2xf32>) -> tensor<?x96xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %half = affine.apply affine_map<()[m] -> (m floordiv 2)>()[%m]
  %init = tensor.empty(%m) : tensor<?x96xf32>
  %r = scf.forall (%s) in (2) shared_outs(%acc = %init) -> (tensor<?x96xf32>) {
    %row = affine.apply affine_map<(s)[m] -> (s * m)>(%s)[%half]
    %column = affine.apply affine_map<(s) -> (s * 96)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [%half, 256] [1, 1] : tensor<?x256xf8E4M3FN> to tensor<?x256xf8E4M3FN>
    %y = tensor.extract_slice %b[%column, 0] [96, 256] [1, 1] : tensor<?x256xf8E4M3FN> to tensor<96x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [%half, 2] [1, 1] : tensor<?x2xf32> to tensor<?x2xf32>
    %ys = tensor.extract_slice %bs[%s, 0] [1, 2] [1, 1] : tensor<?x2xf32> to tensor<1x2xf32>
    %e = tensor.empty(%half) : tensor<?x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x96xf32>) -> tensor<?x96xf32>
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%f : tensor<?x96xf32>)
        : tensor<?x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %acc[%row, 0] [%half, 96] [1, 1] : tensor<?x96xf32> into tensor<?x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<?x96xf32>
}

// Each part of K into a result of its own; the next kernel adds them.
func.func @split_k(%a: tensor<70x512xf8E4M3FN>, %b: tensor<128x512xf8E4M3FN>, %as: tensor<70x4xf32>, %bs: tensor<1x4xf32>) -> (tensor<70x128xf8E4M3FN>, tensor<70x1xf32>) {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<140x128xf32>
  %parts = scf.forall (%s) in (2) shared_outs(%acc = %init) -> (tensor<140x128xf32>) {
    %k = affine.apply affine_map<(s) -> (s * 256)>(%s)
    %block = affine.apply affine_map<(s) -> (s * 2)>(%s)
    %row = affine.apply affine_map<(s) -> (s * 70)>(%s)
    %x = tensor.extract_slice %a[0, %k] [70, 256] [1, 1] : tensor<70x512xf8E4M3FN> to tensor<70x256xf8E4M3FN>
    %y = tensor.extract_slice %b[0, %k] [128, 256] [1, 1] : tensor<128x512xf8E4M3FN> to tensor<128x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[0, %block] [70, 2] [1, 1] : tensor<70x4xf32> to tensor<70x2xf32>
    %ys = tensor.extract_slice %bs[0, %block] [1, 2] [1, 1] : tensor<1x4xf32> to tensor<1x2xf32>
    %e = tensor.empty() : tensor<70x128xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<70x128xf32>) -> tensor<70x128xf32>
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%f : tensor<70x128xf32>)
        : tensor<70x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<70x2xf32>, tensor<1x2xf32> -> tensor<70x128xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %acc[%row, 0] [70, 128] [1, 1] : tensor<70x128xf32> into tensor<140x128xf32>
    }
  } {mapping = [#gpu.block<z>]}
  %top = tensor.extract_slice %parts[0, 0] [70, 128] [1, 1] : tensor<140x128xf32> to tensor<70x128xf32>
  %bottom = tensor.extract_slice %parts[70, 0] [70, 128] [1, 1] : tensor<140x128xf32> to tensor<70x128xf32>
  %sum_init = tensor.empty() : tensor<70x128xf32>
  %sum = linalg.add ins(%top, %bottom : tensor<70x128xf32>, tensor<70x128xf32>) outs(%sum_init : tensor<70x128xf32>) -> tensor<70x128xf32>
  %q_init = tensor.empty() : tensor<70x128xf8E4M3FN>
  %s_init = tensor.empty() : tensor<70x1xf32>
  %q:2 = gq.quantize %sum block [1, 128] outs(%q_init, %s_init : tensor<70x128xf8E4M3FN>, tensor<70x1xf32>)
      : tensor<70x128xf32> -> tensor<70x128xf8E4M3FN>, tensor<70x1xf32>
  return %q#0, %q#1 : tensor<70x128xf8E4M3FN>, tensor<70x1xf32>
}

// 384 elements of K, then the 208 that are left, of which the last tile has 80.
func.func @uneven_split_k(%a: tensor<70x592xf8E4M3FN>, %b: tensor<128x592xf8E4M3FN>, %as: tensor<70x5xf32>, %bs: tensor<1x5xf32>) -> tensor<140x128xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<140x128xf32>
  %parts = scf.forall (%s) in (2) shared_outs(%acc = %init) -> (tensor<140x128xf32>) {
    %k = affine.apply affine_map<(s) -> (s * 384)>(%s)
    %size = affine.min affine_map<(s) -> (384, s * -384 + 592)>(%s)
    %block = affine.apply affine_map<(s) -> (s * 3)>(%s)
    %blocks = affine.min affine_map<(s) -> (3, s * -3 + 5)>(%s)
    %row = affine.apply affine_map<(s) -> (s * 70)>(%s)
    %x = tensor.extract_slice %a[0, %k] [70, %size] [1, 1] : tensor<70x592xf8E4M3FN> to tensor<70x?xf8E4M3FN>
    %y = tensor.extract_slice %b[0, %k] [128, %size] [1, 1] : tensor<128x592xf8E4M3FN> to tensor<128x?xf8E4M3FN>
    %xs = tensor.extract_slice %as[0, %block] [70, %blocks] [1, 1] : tensor<70x5xf32> to tensor<70x?xf32>
    %ys = tensor.extract_slice %bs[0, %block] [1, %blocks] [1, 1] : tensor<1x5xf32> to tensor<1x?xf32>
    %e = tensor.empty() : tensor<70x128xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<70x128xf32>) -> tensor<70x128xf32>
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%f : tensor<70x128xf32>)
        : tensor<70x?xf8E4M3FN>, tensor<128x?xf8E4M3FN>, tensor<70x?xf32>, tensor<1x?xf32> -> tensor<70x128xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %acc[%row, 0] [70, 128] [1, 1] : tensor<70x128xf32> into tensor<140x128xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %parts : tensor<140x128xf32>
}

// The rows of a in a result that may have more, which stay as they are.
func.func @rows_of_more(%a: tensor<?x256xf8E4M3FN>, %b: tensor<192x256xf8E4M3FN>, %as: tensor<?x2xf32>, %bs: tensor<2x2xf32>, %d: tensor<?x192xf32>) -> tensor<?x192xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %r = scf.forall (%s) in (2) shared_outs(%acc = %d) -> (tensor<?x192xf32>) {
    %column = affine.apply affine_map<(s) -> (s * 96)>(%s)
    %y = tensor.extract_slice %b[%column, 0] [96, 256] [1, 1] : tensor<192x256xf8E4M3FN> to tensor<96x256xf8E4M3FN>
    %ys = tensor.extract_slice %bs[%s, 0] [1, 2] [1, 1] : tensor<2x2xf32> to tensor<1x2xf32>
    %e = tensor.empty(%m) : tensor<?x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x96xf32>) -> tensor<?x96xf32>
    %p = gq.scaled_matmul %a, %y scales(%as block [1, 128], %ys block [128, 128]) outs(%f : tensor<?x96xf32>)
        : tensor<?x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[0, %column] [%m, 96] [1, 1] : tensor<?x96xf32> into tensor<?x192xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<?x192xf32>
}

// The product and its transpose, both smaller than a tile.
func.func @two_results(%a: tensor<200x256xf8E4M3FN>, %b: tensor<192x256xf8E4M3FN>, %as: tensor<200x2xf32>, %bs: tensor<2x2xf32>) -> (tensor<200x96xf32>, tensor<192x100xf32>) {
  %zero = arith.constant 0.0 : f32
  %d_init = tensor.empty() : tensor<200x96xf32>
  %t_init = tensor.empty() : tensor<192x100xf32>
  %r:2 = scf.forall (%s) in (2) shared_outs(%d = %d_init, %t = %t_init) -> (tensor<200x96xf32>, tensor<192x100xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %column = affine.apply affine_map<(s) -> (s * 96)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<200x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %y = tensor.extract_slice %b[%column, 0] [96, 256] [1, 1] : tensor<192x256xf8E4M3FN> to tensor<96x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<200x2xf32> to tensor<100x2xf32>
    %ys = tensor.extract_slice %bs[%s, 0] [1, 2] [1, 1] : tensor<2x2xf32> to tensor<1x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%f : tensor<100x96xf32>)
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    %te = tensor.empty() : tensor<96x100xf32>
    %u = linalg.transpose ins(%p : tensor<100x96xf32>) outs(%te : tensor<96x100xf32>) permutation = [1, 0]
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %d[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<200x96xf32>
      tensor.parallel_insert_slice %u into %t[%column, 0] [96, 100] [1, 1] : tensor<96x100xf32> into tensor<192x100xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<200x96xf32>, tensor<192x100xf32>
}

// As many columns as a and b have: that these are as many is demanded.
func.func @dynamic_k(%a: tensor<100x?xf8E4M3FN>, %b: tensor<192x?xf8E4M3FN>, %as: tensor<100x?xf32>, %bs: tensor<2x?xf32>) -> tensor<100x192xf32> {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %k = tensor.dim %b, %c1 : tensor<192x?xf8E4M3FN>
  %blocks = tensor.dim %bs, %c1 : tensor<2x?xf32>
  %d = tensor.empty() : tensor<100x192xf32>
  %r = scf.forall (%s) in (2) shared_outs(%acc = %d) -> (tensor<100x192xf32>) {
    %column = affine.apply affine_map<(s) -> (s * 96)>(%s)
    %y = tensor.extract_slice %b[%column, 0] [96, %k] [1, 1] : tensor<192x?xf8E4M3FN> to tensor<96x?xf8E4M3FN>
    %ys = tensor.extract_slice %bs[%s, 0] [1, %blocks] [1, 1] : tensor<2x?xf32> to tensor<1x?xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %a, %y scales(%as block [1, 128], %ys block [128, 128]) outs(%f : tensor<100x96xf32>)
        : tensor<100x?xf8E4M3FN>, tensor<96x?xf8E4M3FN>, tensor<100x?xf32>, tensor<1x?xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[0, %column] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<100x192xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<100x192xf32>
}

// Two of 50 x 200: tiles of 16 rows, and of 128 columns, end inside of them.
func.func @quantize_rows(%x: tensor<100x200xbf16>) -> (tensor<100x200xf8E4M3FN>, tensor<100x2xf32>) {
  %q_init = tensor.empty() : tensor<100x200xf8E4M3FN>
  %s_init = tensor.empty() : tensor<100x2xf32>
  %r:2 = scf.forall (%b) in (2) shared_outs(%q = %q_init, %s = %s_init) -> (tensor<100x200xf8E4M3FN>, tensor<100x2xf32>) {
    %row = affine.apply affine_map<(b) -> (b * 50)>(%b)
    %t = tensor.extract_slice %x[%row, 0] [50, 200] [1, 1] : tensor<100x200xbf16> to tensor<50x200xbf16>
    %qe = tensor.empty() : tensor<50x200xf8E4M3FN>
    %se = tensor.empty() : tensor<50x2xf32>
    %y:2 = gq.quantize %t block [1, 128] outs(%qe, %se : tensor<50x200xf8E4M3FN>, tensor<50x2xf32>)
        : tensor<50x200xbf16> -> tensor<50x200xf8E4M3FN>, tensor<50x2xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y#0 into %q[%row, 0] [50, 200] [1, 1] : tensor<50x200xf8E4M3FN> into tensor<100x200xf8E4M3FN>
      tensor.parallel_insert_slice %y#1 into %s[%row, 0] [50, 2] [1, 1] : tensor<50x2xf32> into tensor<100x2xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<100x200xf8E4M3FN>, tensor<100x2xf32>
}

// Three of 100 x 72, above and beside one another: the last block of each must not
// see the next in either direction.
func.func @quantize_squares(%x: tensor<300x144xf32>) -> (tensor<300x144xf8E5M2>, tensor<9x4xf32>) {
  %q_init = tensor.empty() : tensor<300x144xf8E5M2>
  %s_init = tensor.empty() : tensor<9x4xf32>
  %r:2 = scf.forall (%b) in (6) shared_outs(%q = %q_init, %s = %s_init) -> (tensor<300x144xf8E5M2>, tensor<9x4xf32>) {
    %row = affine.apply affine_map<(b) -> ((b floordiv 2) * 100)>(%b)
    %column = affine.apply affine_map<(b) -> ((b mod 2) * 72)>(%b)
    %sr = affine.apply affine_map<(b) -> ((b floordiv 2) * 3)>(%b)
    %sc = affine.apply affine_map<(b) -> ((b mod 2) * 2)>(%b)
    %t = tensor.extract_slice %x[%row, %column] [100, 72] [1, 1] : tensor<300x144xf32> to tensor<100x72xf32>
    %qe = tensor.empty() : tensor<100x72xf8E5M2>
    %se = tensor.empty() : tensor<3x2xf32>
    %y:2 = gq.quantize %t block [40, 40] outs(%qe, %se : tensor<100x72xf8E5M2>, tensor<3x2xf32>)
        : tensor<100x72xf32> -> tensor<100x72xf8E5M2>, tensor<3x2xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y#0 into %q[%row, %column] [100, 72] [1, 1] : tensor<100x72xf8E5M2> into tensor<300x144xf8E5M2>
      tensor.parallel_insert_slice %y#1 into %s[%sr, %sc] [3, 2] [1, 1] : tensor<3x2xf32> into tensor<9x4xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<300x144xf8E5M2>, tensor<9x4xf32>
}

// Codes and their transpose, scales transposed: what is staged ends there as well.
func.func @quantize_twice(%x: tensor<100x256xbf16>) -> (tensor<100x256xf8E4M3FN>, tensor<4x50xf32>, tensor<512x50xf8E4M3FN>) {
  %q_init = tensor.empty() : tensor<100x256xf8E4M3FN>
  %s_init = tensor.empty() : tensor<4x50xf32>
  %t_init = tensor.empty() : tensor<512x50xf8E4M3FN>
  %r:3 = scf.forall (%b) in (2) shared_outs(%q = %q_init, %s = %s_init, %t = %t_init) -> (tensor<100x256xf8E4M3FN>, tensor<4x50xf32>, tensor<512x50xf8E4M3FN>) {
    %row = affine.apply affine_map<(b) -> (b * 50)>(%b)
    %sr = affine.apply affine_map<(b) -> (b * 2)>(%b)
    %tr = affine.apply affine_map<(b) -> (b * 256)>(%b)
    %v = tensor.extract_slice %x[%row, 0] [50, 256] [1, 1] : tensor<100x256xbf16> to tensor<50x256xbf16>
    %qe = tensor.empty() : tensor<50x256xf8E4M3FN>
    %se = tensor.empty() : tensor<2x50xf32>
    %te = tensor.empty() : tensor<256x50xf8E4M3FN>
    %y:2 = gq.quantize %v block [1, 128] outs(%qe, %se : tensor<50x256xf8E4M3FN>, tensor<2x50xf32>)
        {transposed_scales} : tensor<50x256xbf16> -> tensor<50x256xf8E4M3FN>, tensor<2x50xf32>
    %u = linalg.transpose ins(%y#0 : tensor<50x256xf8E4M3FN>) outs(%te : tensor<256x50xf8E4M3FN>) permutation = [1, 0]
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y#0 into %q[%row, 0] [50, 256] [1, 1] : tensor<50x256xf8E4M3FN> into tensor<100x256xf8E4M3FN>
      tensor.parallel_insert_slice %y#1 into %s[%sr, 0] [2, 50] [1, 1] : tensor<2x50xf32> into tensor<4x50xf32>
      tensor.parallel_insert_slice %u into %t[%tr, 0] [256, 50] [1, 1] : tensor<256x50xf8E4M3FN> into tensor<512x50xf8E4M3FN>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1, %r#2 : tensor<100x256xf8E4M3FN>, tensor<4x50xf32>, tensor<512x50xf8E4M3FN>
}
