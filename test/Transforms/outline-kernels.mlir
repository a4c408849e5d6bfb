// RUN: gq-opt %S/../Pipelines/Inputs/gemm.mlir --gq-select-config=max-variants=1 --gq-tile --gq-outline-kernels --canonicalize --cse | FileCheck %s --check-prefix=GEMM
// RUN: gq-opt %s --gq-outline-kernels --canonicalize --cse | FileCheck %s
// RUN: gq-opt %S/../Pipelines/Inputs/gemm.mlir --gq-select-config=max-variants=1 --gq-tile --gq-outline-kernels --remarks-filter=gq-outline-kernels -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: [Passed] grid {{.*}}"persistent: each multiprocessor takes tile after tile, in bands of 8"

// Tensors from outside become memrefs, slices loads of the size that bounds
// them; the destination is only written. The host keeps a launch.
// GEMM: gpu.module @gemm_kernels {
// GEMM: gqgpu.kernel @gemm_matmul(%[[A:.*]]: memref<?x512xf8E4M3FN>, %[[B:.*]]: memref<256x512xf8E4M3FN>, %[[SA:.*]]: memref<?x4xf32>, %[[SB:.*]]: memref<2x4xf32>, %[[D:.*]]: memref<?x256xbf16>) {
// GEMM: %[[M:.*]] = memref.dim %[[A]], %c0
// GEMM: gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to (%[[M]], %c256) step [128, 256] raster 8 persistent {
// GEMM:   %[[ACC:.*]] = linalg.fill {{.*}} -> tensor<128x256xf32>
// GEMM:   scf.for %[[K:.*]] = {{.*}} iter_args(%{{.*}} = %[[ACC]]) -> (tensor<128x256xf32>)
// GEMM:     gqgpu.load %[[A]][%[[I]], %[[K]]] : memref<?x512xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
// GEMM:     gqgpu.load %[[B]][%c0, %[[K]]] : memref<256x512xf8E4M3FN> -> tensor<256x128xf8E4M3FN>
// GEMM:     gqgpu.load %[[SA]][%[[I]], %{{.*}}] : memref<?x4xf32> -> tensor<128x1xf32>
// GEMM:     gqgpu.load %[[SB]][%{{.*}}, %{{.*}}] : memref<2x4xf32> -> tensor<2x1xf32>
// GEMM-NOT:   gqgpu.load
// GEMM:   gqgpu.store %{{.*}}, %[[D]][%[[I]], %c0] : tensor<128x256xbf16>, memref<?x256xbf16>
// GEMM: func.func @gemm(%[[HA:.*]]: tensor<?x512xf8E4M3FN>, %[[HB:.*]]: tensor<256x512xf8E4M3FN>, %[[HSA:.*]]: tensor<?x4xf32>, %[[HSB:.*]]: tensor<2x4xf32>)
// GEMM: %[[E:.*]] = tensor.empty(%{{.*}}) : tensor<?x256xbf16>
// GEMM: gqgpu.launch @gemm_kernels::@gemm_matmul ins(%[[HA]], %[[HB]], %[[HSA]], %[[HSB]] : {{.*}}) outs(%[[E]] : tensor<?x256xbf16>)

#id = affine_map<(r, c) -> (r, c)>

// What an elementwise op makes of the padding at the edge is masked before a
// block reduction; threads and cluster are the config's.
// CHECK: gqgpu.kernel @edge_quantize({{.*}}) attributes {cluster = 2 : i64, threads = 128 : i64} {
// CHECK: gqgpu.tile_loop (%[[I:.*]]) to (%{{.*}}) step [8] {
// CHECK: %[[SIZE:.*]] = affine.min #{{.*}}(%[[I]])
// CHECK: %[[T:.*]] = gqgpu.load {{.*}} -> tensor<8x256xf32>
// CHECK: %[[Y:.*]] = linalg.generic {{.*}} ins(%[[T]]
// CHECK: %[[M:.*]] = gqgpu.mask %[[Y]] to(%[[SIZE]], %c256) : tensor<8x256xf32>
// CHECK: gq.quantize %[[M]]
func.func @edge(%x: tensor<?x256xf32>, %q: tensor<?x256xf8E4M3FN>, %s: tensor<?x2xf32>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x256xf32>
  %r:2 = scf.forall (%i) = (0) to (%n) step (8) shared_outs(%oq = %q, %os = %s) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
    %m = affine.min affine_map<(i)[n] -> (n - i, 8)>(%i)[%n]
    %t = tensor.extract_slice %x[%i, 0] [%m, 256] [1, 1] : tensor<?x256xf32> to tensor<?x256xf32>
    %e = tensor.empty(%m) : tensor<?x256xf32>
    %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%t : tensor<?x256xf32>) outs(%e : tensor<?x256xf32>) {
    ^bb0(%a: f32, %o: f32):
      %z = arith.addf %a, %one : f32
      linalg.yield %z : f32
    } -> tensor<?x256xf32>
    %qt = tensor.extract_slice %oq[%i, 0] [%m, 256] [1, 1] : tensor<?x256xf8E4M3FN> to tensor<?x256xf8E4M3FN>
    %b = affine.apply affine_map<(i) -> (i floordiv 8)>(%i)
    %st = tensor.extract_slice %os[%b, 0] [1, 2] [1, 1] : tensor<?x2xf32> to tensor<1x2xf32>
    %v:2 = gq.quantize %y block [8, 128] outs(%qt, %st : tensor<?x256xf8E4M3FN>, tensor<1x2xf32>)
        {config = #gq.quantize_config<tile = [8, 256], threads = 128, cluster = 2>} : tensor<?x256xf32> -> tensor<?x256xf8E4M3FN>, tensor<1x2xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %v#0 into %oq[%i, 0] [%m, 256] [1, 1] : tensor<?x256xf8E4M3FN> into tensor<?x256xf8E4M3FN>
      tensor.parallel_insert_slice %v#1 into %os[%b, 0] [1, 2] [1, 1] : tensor<1x2xf32> into tensor<?x2xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r#0, %r#1 : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}

// Rows beyond the edge are no part of a block of one row.
// CHECK: gqgpu.kernel @edge_rows_quantize(
// CHECK: %[[Y:.*]] = linalg.generic
// CHECK-NOT: gqgpu.mask
// CHECK: gq.quantize %[[Y]]
func.func @edge_rows(%x: tensor<?x256xf32>, %q: tensor<?x256xf8E4M3FN>, %s: tensor<?x2xf32>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x256xf32>
  %r:2 = scf.forall (%i) = (0) to (%n) step (8) shared_outs(%oq = %q, %os = %s) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
    %m = affine.min affine_map<(i)[n] -> (n - i, 8)>(%i)[%n]
    %t = tensor.extract_slice %x[%i, 0] [%m, 256] [1, 1] : tensor<?x256xf32> to tensor<?x256xf32>
    %e = tensor.empty(%m) : tensor<?x256xf32>
    %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%t : tensor<?x256xf32>) outs(%e : tensor<?x256xf32>) {
    ^bb0(%a: f32, %o: f32):
      %z = arith.addf %a, %one : f32
      linalg.yield %z : f32
    } -> tensor<?x256xf32>
    %qt = tensor.extract_slice %oq[%i, 0] [%m, 256] [1, 1] : tensor<?x256xf8E4M3FN> to tensor<?x256xf8E4M3FN>
    %st = tensor.extract_slice %os[%i, 0] [%m, 2] [1, 1] : tensor<?x2xf32> to tensor<?x2xf32>
    %v:2 = gq.quantize %y block [1, 128] outs(%qt, %st : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
        {config = #gq.quantize_config<tile = [8, 256], threads = 128, cluster = 2>} : tensor<?x256xf32> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %v#0 into %oq[%i, 0] [%m, 256] [1, 1] : tensor<?x256xf8E4M3FN> into tensor<?x256xf8E4M3FN>
      tensor.parallel_insert_slice %v#1 into %os[%i, 0] [%m, 2] [1, 1] : tensor<?x2xf32> into tensor<?x2xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r#0, %r#1 : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}

// A loop that is not for thread blocks stays on the host.
// CHECK-LABEL: func.func @other_mapping
// CHECK: scf.forall
func.func @other_mapping(%x: tensor<64x4xf32>) -> tensor<64x4xf32> {
  %r = scf.forall (%i) in (64) shared_outs(%o = %x) -> (tensor<64x4xf32>) {
    %t = tensor.extract_slice %o[%i, 0] [1, 4] [1, 1] : tensor<64x4xf32> to tensor<1x4xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<64x4xf32>
    }
  } {mapping = [#gpu.thread<x>]}
  return %r : tensor<64x4xf32>
}

// Scales behind an absmax: the loop is over blocks, the tiles of x and of the
// absmax inside are whole all the same. Its number of rows was made from a
// tensor that the kernel does not read, which then is an operand for its size. That
// x has as many is demanded: what lies behind them is zero.
// CHECK: gqgpu.kernel @scales_absmax(%[[P:.*]]: memref<?x64xf32>, %{{.*}}: memref<?x4096xbf16>, %[[S:.*]]: memref<?x8xf32>) attributes {cluster = 1 : i64, threads = 256 : i64}
// CHECK: gqgpu.tile_loop (%[[I:.*]], %{{.*}}) to (%{{.*}}, %{{.*}}) step [64, 4]
// CHECK: %[[T:.*]] = gqgpu.load %[[P]][{{.*}}] : memref<?x64xf32> -> tensor<512x32xf32>
// CHECK-NOT: gqgpu.mask
// CHECK: %[[A:.*]] = gq.block_absmax %[[T]] block [8, 8] outs(%{{.*}} : tensor<64x4xf32>) {{.*}} -> tensor<64x4xf32>
// CHECK: %[[F:.*]] = gq.absmax_to_scale %[[A]] {{.*}} -> tensor<64x4xf32>
// CHECK: gqgpu.store %[[F]], %[[S]]
// CHECK-LABEL: func.func @scales
// CHECK: gqgpu.launch @scales_kernels::@scales_absmax ins(%arg0, %arg1 : tensor<?x64xf32>, tensor<?x4096xbf16>)
func.func @scales(%p: tensor<?x64xf32>, %x: tensor<?x4096xbf16>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x4096xbf16>
  %rows_p = tensor.dim %p, %c0 : tensor<?x64xf32>
  %parts = affine.apply affine_map<(d0) -> (d0 ceildiv 64)>(%m)
  %same = arith.cmpi eq, %rows_p, %parts : index
  cf.assert %same, "a row for each 64 of x"
  %n = affine.apply affine_map<(d0) -> (d0 ceildiv 512)>(%m)
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %r = scf.forall (%i, %j) = (0, 0) to (%n, 8) step (64, 4) shared_outs(%o = %e) -> (tensor<?x8xf32>) {
    %rows = affine.min affine_map<(d0)[s0] -> (s0 ceildiv 512 - d0, 64)>(%i)[%m]
    %at = affine.apply affine_map<(d0) -> (d0 * 8)>(%i)
    %of = affine.apply affine_map<(d0) -> (d0 * 8)>(%j)
    %count = affine.min affine_map<(d0)[s0] -> (s0 ceildiv 64 - d0 * 8, 512)>(%i)[%m]
    %t = tensor.extract_slice %p[%at, %of] [%count, 32] [1, 1] : tensor<?x64xf32> to tensor<?x32xf32>
    %b = tensor.extract_slice %e[%i, %j] [%rows, 4] [1, 1] : tensor<?x8xf32> to tensor<?x4xf32>
    %a = gq.block_absmax %t block [8, 8] outs(%b : tensor<?x4xf32>) {config = #gq.quantize_config<tile = [512, 32]>} : tensor<?x32xf32> -> tensor<?x4xf32>
    %d = tensor.extract_slice %o[%i, %j] [%rows, 4] [1, 1] : tensor<?x8xf32> to tensor<?x4xf32>
    %f = gq.absmax_to_scale %a to f8E4M3FN outs(%d : tensor<?x4xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %f into %o[%i, %j] [%rows, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<?x8xf32>
}

// Nobody says that x ends with its slices.
// CHECK: gqgpu.kernel @scales_of_part_absmax
// CHECK: %[[T:.*]] = gqgpu.load {{.*}} -> tensor<512x32xf32>
// CHECK: gqgpu.mask %[[T]]
func.func @scales_of_part(%p: tensor<?x64xf32>, %x: tensor<?x4096xbf16>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x4096xbf16>
  %n = affine.apply affine_map<(d0) -> (d0 ceildiv 512)>(%m)
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %r = scf.forall (%i, %j) = (0, 0) to (%n, 8) step (64, 4) shared_outs(%o = %e) -> (tensor<?x8xf32>) {
    %rows = affine.min affine_map<(d0)[s0] -> (s0 ceildiv 512 - d0, 64)>(%i)[%m]
    %at = affine.apply affine_map<(d0) -> (d0 * 8)>(%i)
    %of = affine.apply affine_map<(d0) -> (d0 * 8)>(%j)
    %count = affine.min affine_map<(d0)[s0] -> (s0 ceildiv 64 - d0 * 8, 512)>(%i)[%m]
    %t = tensor.extract_slice %p[%at, %of] [%count, 32] [1, 1] : tensor<?x64xf32> to tensor<?x32xf32>
    %b = tensor.extract_slice %e[%i, %j] [%rows, 4] [1, 1] : tensor<?x8xf32> to tensor<?x4xf32>
    %a = gq.block_absmax %t block [8, 8] outs(%b : tensor<?x4xf32>) {config = #gq.quantize_config<tile = [512, 32]>} : tensor<?x32xf32> -> tensor<?x4xf32>
    %d = tensor.extract_slice %o[%i, %j] [%rows, 4] [1, 1] : tensor<?x8xf32> to tensor<?x4xf32>
    %f = gq.absmax_to_scale %a to f8E4M3FN outs(%d : tensor<?x4xf32>) : tensor<?x4xf32> -> tensor<?x4xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %f into %o[%i, %j] [%rows, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>
    }
  } {mapping = [#gpu.block<y>, #gpu.block<x>]}
  return %r : tensor<?x8xf32>
}

// The rows that are stored end with those of x. Where d has more, nothing behind
// them is written; where it has as many, or was made so, the end of d is theirs.
// CHECK: gqgpu.kernel @rows_of_more_kernel(%[[X:.*]]: memref<?x64xf32>, %[[D:.*]]: memref<?x64xf32>)
// CHECK: gqgpu.tile_loop (%[[I:.*]]) to
// CHECK: %[[SIZE:.*]] = affine.min
// CHECK: %[[END:.*]] = arith.addi %[[I]], %[[SIZE]]
// CHECK: gqgpu.store %{{.*}}, %[[D]][%[[I]], %{{.*}}] ends [0](%[[END]]) : tensor<16x64xf32>, memref<?x64xf32>
// CHECK: gqgpu.kernel @rows_of_equals_kernel
// CHECK: gqgpu.store %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] : tensor<16x64xf32>
func.func @rows_of_more(%x: tensor<?x64xf32>, %d: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %r = scf.forall (%i) = (0) to (%m) step (16) shared_outs(%o = %d) -> (tensor<?x64xf32>) {
    %rows = affine.min affine_map<(i)[m] -> (m - i, 16)>(%i)[%m]
    %t = tensor.extract_slice %x[%i, 0] [%rows, 64] [1, 1] : tensor<?x64xf32> to tensor<?x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [%rows, 64] [1, 1] : tensor<?x64xf32> into tensor<?x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<?x64xf32>
}
func.func @rows_of_equals(%x: tensor<?x64xf32>, %d: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x64xf32>
  %n = tensor.dim %d, %c0 : tensor<?x64xf32>
  %c64 = arith.constant 64 : index
  %rows_same = arith.cmpi eq, %m, %n : index
  %some = arith.cmpi ult, %c0, %m : index
  %demand = arith.andi %some, %rows_same : i1
  cf.assert %demand, "as many rows"
  %r = scf.forall (%i) = (0) to (%m) step (16) shared_outs(%o = %d) -> (tensor<?x64xf32>) {
    %rows = affine.min affine_map<(i)[m] -> (m - i, 16)>(%i)[%m]
    %t = tensor.extract_slice %x[%i, 0] [%rows, 64] [1, 1] : tensor<?x64xf32> to tensor<?x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %o[%i, 0] [%rows, 64] [1, 1] : tensor<?x64xf32> into tensor<?x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<?x64xf32>
}

// Which rows are read says a number in memory. A size of 0 is one: what may be
// nothing is no whole tile, although it is a multiple of one.
// CHECK: gqgpu.kernel @numbers_kernel(%[[G:.*]]: memref<8xi64>, %[[X:.*]]: memref<?x64xf32>, %[[D:.*]]: memref<64x64xf32>)
// CHECK: gqgpu.tile_loop (%[[I:.*]]) to
// CHECK: %[[T:.*]] = affine.apply #{{.*}}(%[[I]])
// CHECK: %[[AT:.*]] = arith.addi %[[T]], %c4
// CHECK: %[[NUMBER:.*]] = gqgpu.load_scalar %[[G]][%[[AT]]] : memref<8xi64>
// CHECK: %[[ROW:.*]] = arith.index_cast %[[NUMBER]] : i64 to index
// CHECK: gqgpu.load %[[X]][%[[ROW]], %c0] : memref<?x64xf32> -> tensor<16x64xf32>
// CHECK: gqgpu.store %{{.*}}, %[[D]][%[[I]], %c0] ends [0](%{{.*}})
func.func @numbers(%x: tensor<?x64xf32>, %g: tensor<8xi64>, %d: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %r = scf.forall (%i) = (0) to (64) step (16) shared_outs(%o = %d) -> (tensor<64x64xf32>) {
    %t = affine.apply affine_map<(i) -> (i floordiv 16)>(%i)
    %part = tensor.extract_slice %g[4] [4] [1] : tensor<8xi64> to tensor<4xi64>
    %number = tensor.extract %part[%t] : tensor<4xi64>
    %row = arith.index_cast %number : i64 to index
    %rows = affine.min affine_map<(g) -> (g * 16, 16)>(%row)
    %a = tensor.extract_slice %x[%row, 0] [%rows, 64] [1, 1] : tensor<?x64xf32> to tensor<?x64xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %a into %o[%i, 0] [%rows, 64] [1, 1] : tensor<?x64xf32> into tensor<64x64xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<64x64xf32>
}
