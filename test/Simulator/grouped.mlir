// A grouped product: the rows are sorted by group, each group's padded to whole
// tiles; which weights a tile of rows is multiplied with is read from memory. By
// hand on tiles, as gq-tile would write it, and on tensors, a loop over the tiles of
// rows around a product.
// RUN: gq-run %s --entry=groups --output=%t.npy
// RUN: gq-run %s --entry=tiles --input=arg4=%t.npy --stages --interleavings=10 | FileCheck %s
// RUN: gq-run %s --entry=tensors --input=arg4=%t.npy --stages --interleavings=10 | FileCheck %s
// Without a file all tiles take the first weights.
// RUN: gq-run %s --entry=tiles --stages | FileCheck %s
// CHECK: after gq-outline-kernels: simulated  1 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-allocate-shared-memory: simulated  1 launches
// CHECK-NEXT: check0     passed

func.func @groups() -> tensor<4xi32> {
  %g = arith.constant dense<[2, 0, 1, 2]> : tensor<4xi32>
  return %g : tensor<4xi32>
}

func.func @tiles(%a: tensor<512x256xf8E4M3FN>, %b: tensor<768x256xf8E4M3FN>, %as: tensor<512x2xf32>, %bs: tensor<6x2xf32>, %groups: tensor<4xi32>) -> tensor<512x256xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<512x256xf32>
  %r = scf.forall (%i, %j) = (0, 0) to (512, 256) step (128, 128) shared_outs(%o = %init) -> (tensor<512x256xf32>) {
    %t = arith.divui %i, %c128 : index
    %g = tensor.extract %groups[%t] : tensor<4xi32>
    %group = arith.index_cast %g : i32 to index
    %first = arith.muli %group, %c256 : index
    %row = arith.addi %first, %j : index
    %blocks = arith.muli %group, %c2 : index
    %jb = arith.divui %j, %c128 : index
    %block = arith.addi %blocks, %jb : index
    %e = tensor.empty() : tensor<128x128xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
    %sum = scf.for %k = %c0 to %c256 step %c128 iter_args(%acc = %f) -> (tensor<128x128xf32>) {
      %kb = arith.divui %k, %c128 : index
      %x = tensor.extract_slice %a[%i, %k] [128, 128] [1, 1] : tensor<512x256xf8E4M3FN> to tensor<128x128xf8E4M3FN>
      %w = tensor.extract_slice %b[%row, %k] [128, 128] [1, 1] : tensor<768x256xf8E4M3FN> to tensor<128x128xf8E4M3FN>
      %xs = tensor.extract_slice %as[%i, %kb] [128, 1] [1, 1] : tensor<512x2xf32> to tensor<128x1xf32>
      %ws = tensor.extract_slice %bs[%block, %kb] [1, 1] [1, 1] : tensor<6x2xf32> to tensor<1x1xf32>
      %d = gq.scaled_matmul %x, %w scales(%xs block [1, 128], %ws block [128, 128]) outs(%acc : tensor<128x128xf32>)
          {config = #gq.matmul_config<tile = [128, 128, 128]>}
          : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x128xf32>
      scf.yield %d : tensor<128x128xf32>
    }
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %sum into %o[%i, %j] [128, 128] [1, 1] : tensor<128x128xf32> into tensor<512x256xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<512x256xf32>
}

func.func @tensors(%a: tensor<512x256xf8E4M3FN>, %b: tensor<768x256xf8E4M3FN>, %as: tensor<512x2xf32>, %bs: tensor<6x2xf32>, %groups: tensor<4xi32>) -> tensor<512x256xf32> {
  %c2 = arith.constant 2 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<512x256xf32>
  %r = scf.forall (%t) in (4) shared_outs(%o = %init) -> (tensor<512x256xf32>) {
    %i = arith.muli %t, %c128 : index
    %g = tensor.extract %groups[%t] : tensor<4xi32>
    %group = arith.index_cast %g : i32 to index
    %row = arith.muli %group, %c256 : index
    %block = arith.muli %group, %c2 : index
    %x = tensor.extract_slice %a[%i, 0] [128, 256] [1, 1] : tensor<512x256xf8E4M3FN> to tensor<128x256xf8E4M3FN>
    %w = tensor.extract_slice %b[%row, 0] [256, 256] [1, 1] : tensor<768x256xf8E4M3FN> to tensor<256x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%i, 0] [128, 2] [1, 1] : tensor<512x2xf32> to tensor<128x2xf32>
    %ws = tensor.extract_slice %bs[%block, 0] [2, 2] [1, 1] : tensor<6x2xf32> to tensor<2x2xf32>
    %e = tensor.empty() : tensor<128x256xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<128x256xf32>) -> tensor<128x256xf32>
    %d = gq.scaled_matmul %x, %w scales(%xs block [1, 128], %ws block [128, 128]) outs(%f : tensor<128x256xf32>)
        : tensor<128x256xf8E4M3FN>, tensor<256x256xf8E4M3FN>, tensor<128x2xf32>, tensor<2x2xf32> -> tensor<128x256xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %o[%i, 0] [128, 256] [1, 1] : tensor<128x256xf32> into tensor<512x256xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<512x256xf32>
}
