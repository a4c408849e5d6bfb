// A loop over thread blocks around a gq op: one loop over the tiles of all iterations.
// What else is in it is computed for each tile; slices of slices are one.
// RUN: gq-opt %s --gq-tile | FileCheck %s
// RUN: gq-opt %s --gq-tile --gq-outline-kernels --canonicalize --cse | FileCheck %s --check-prefix=KERNEL

// CHECK-LABEL: func.func @batch
// CHECK:       %[[INIT:.*]] = tensor.empty() : tensor<300x96xf32>
// CHECK:       scf.forall (%[[S:.*]], %[[I:.*]], %[[J:.*]]) = (0, 0, 0) to (3, 100, 96) step (1, 64, 64) shared_outs(%[[ACC:.*]] = %[[INIT]]) -> (tensor<300x96xf32>) {
// CHECK-NOT:     scf.forall
// CHECK-DAG:     %[[ROWS:.*]] = affine.min {{.*}}(%[[I]])
// CHECK:         scf.for %[[K:[^ ]*]] =
// CHECK:           %[[AT:.*]] = affine.apply {{.*}}(%[[S]])[%[[I]]]
// CHECK:           tensor.extract_slice %arg0[%[[AT]], %[[K]]] [%[[ROWS]], 128] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<?x128xf8E4M3FN>
// CHECK:         scf.forall.in_parallel {
// CHECK:           tensor.parallel_insert_slice %{{.*}} into %[[ACC]][%{{.*}}, %[[J]]] [%[[ROWS]], %{{.*}}] [1, 1] : tensor<?x?xf32> into tensor<300x96xf32>
// CHECK:       } {mapping = [#gpu.block<z>, #gpu.block<y>, #gpu.block<x>]}

// The kernel's stores end with the rows of a matrix of the batch; columns end with
// the result, which says so itself.
// KERNEL: gqgpu.kernel @batch_matmul(
// KERNEL: gqgpu.tile_loop (%[[S:.*]], %[[I:.*]], %[[J:.*]]) to (%c3, %c100, %c96) step [1, 64, 64]
// KERNEL: %[[END:.*]] = arith.addi
// KERNEL: gqgpu.store %{{.*}}, %{{.*}}[%{{.*}}, %[[J]]] ends [0](%[[END]]) : tensor<64x64xf32>, memref<300x96xf32>
func.func @batch(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<300x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<300x96xf32>
}

// Two loops around it are two dimensions of the one.
// CHECK-LABEL: func.func @two_dimensions
// CHECK:       scf.forall (%[[S:.*]], %{{.*}}, %{{.*}}, %{{.*}}) = (0, 0, 0, 0) to (3, 1, 100, 96) step (1, 1, 64, 64)
// CHECK:       } {mapping = [#gpu.block<linear_dim_0>, #gpu.block<linear_dim_1>, #gpu.block<y>, #gpu.block<x>]}
func.func @two_dimensions(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<300x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r = scf.forall (%s, %u) in (3, 1) shared_outs(%acc = %init) -> (tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<linear_dim_0>, #gpu.block<linear_dim_1>]}
  return %r : tensor<300x96xf32>
}

// A number that is read for each tile.
// CHECK-LABEL: func.func @numbers
// CHECK:       scf.forall (%[[S:.*]], %{{.*}}, %{{.*}}) =
// CHECK:         %[[N:.*]] = tensor.extract %arg4[%[[S]]] : tensor<3xi32>
// CHECK:         arith.index_cast %[[N]] : i32 to index
// KERNEL: gqgpu.kernel @numbers_matmul(
// KERNEL: gqgpu.tile_loop (%[[S:.*]], %{{.*}}, %{{.*}}) to
// KERNEL: gqgpu.load_scalar %{{.*}}[%[[S]]] : memref<3xi32>
func.func @numbers(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<300x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %number = tensor.extract %g[%s] : tensor<3xi32>
    %n = arith.index_cast %number : i32 to index
    %at = affine.apply affine_map<(n) -> (n * 100)>(%n)
    %z = tensor.extract_slice %a[%at, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %p = gq.scaled_matmul %z, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<300x96xf32>
}

// Loops that are not over thread blocks, or are over tiles already, stay.
// CHECK-LABEL: func.func @threads
// CHECK:       scf.forall (%{{.*}}) in (3)
// CHECK:         gq.scaled_matmul {{.*}} -> tensor<100x96xf32>
func.func @threads(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<300x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.thread<z>]}
  return %r : tensor<300x96xf32>
}

// CHECK-LABEL: func.func @tiles
// CHECK:       scf.forall (%{{.*}}) in (3)
// CHECK:         gq.scaled_matmul {{.*}} -> tensor<100x96xf32>
func.func @tiles(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>, %g: tensor<3xi32>) -> tensor<300x96xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xf32>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<300x96xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [100, 96] [1, 1] : tensor<100x96xf32> into tensor<300x96xf32>
    }
  } {mapping = [#gpu.block<x>]}
  return %r : tensor<300x96xf32>
}

// A place that is computed behind the op: in front of its tiles.
// CHECK-LABEL: func.func @behind
// CHECK:       scf.forall (%[[S:.*]], %{{.*}}, %{{.*}}) = (0, 0, 0) to (3, 100, 96) step (1, 64, 64)
// CHECK:         %[[AT:.*]] = affine.apply {{.*}}(%[[S]])
// CHECK:         gq.scaled_matmul
// CHECK:         scf.forall.in_parallel {
func.func @behind(%a: tensor<300x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<300x2xf32>, %bs: tensor<1x2xf32>) -> tensor<300x96xbf16> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<300x96xbf16>
  %r = scf.forall (%s) in (3) shared_outs(%acc = %init) -> (tensor<300x96xbf16>) {
    %row = affine.apply affine_map<(s) -> (s * 100)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [100, 256] [1, 1] : tensor<300x256xf8E4M3FN> to tensor<100x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [100, 2] [1, 1] : tensor<300x2xf32> to tensor<100x2xf32>
    %e = tensor.empty() : tensor<100x96xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<100x96xf32>) -> tensor<100x96xf32>
    %p = gq.scaled_matmul %x, %b scales(%xs block [1, 128], %bs block [128, 128]) outs(%f : tensor<100x96xf32>)
        {config = #gq.matmul_config<tile = [64, 64, 128]>}
        : tensor<100x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<100x2xf32>, tensor<1x2xf32> -> tensor<100x96xf32>
    %y = tensor.empty() : tensor<100x96xbf16>
    %t = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
        ins(%p : tensor<100x96xf32>) outs(%y : tensor<100x96xbf16>) {
      ^bb0(%v: f32, %o: bf16):
        %w = arith.truncf %v : f32 to bf16
        linalg.yield %w : bf16
    } -> tensor<100x96xbf16>
    %twice = affine.apply affine_map<(s) -> (s * 50)>(%s)
    %at = affine.apply affine_map<(s) -> (s * 2)>(%twice)
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %t into %acc[%at, 0] [100, 96] [1, 1] : tensor<100x96xbf16> into tensor<300x96xbf16>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<300x96xbf16>
}
