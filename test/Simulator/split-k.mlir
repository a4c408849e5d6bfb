// Split-K by hand: products of parts of K, in one launch, one above the other; a kernel
// of elementwise ops alone adds their rows. It agrees with the reference after every
// pass, and what is launched is two kernels.
// RUN: gq-run %s --entry=two --m=70 --stages --interleavings=5 | FileCheck %s
// RUN: gq-run %s --entry=three --stages --interleavings=5 | FileCheck %s
// CHECK: after gq-anchor-elementwise: simulated  0 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-tile: simulated  0 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-outline-kernels: simulated  2 launches
// CHECK-NEXT: check0     passed
// CHECK: after gq-allocate-shared-memory: simulated  2 launches
// CHECK-NEXT: check0     passed

func.func @two(%a: tensor<?x256xf8E4M3FN>, %b: tensor<72x256xf8E4M3FN>, %as: tensor<?x2xf32>, %bs: tensor<1x2xf32>) -> tensor<?x72xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %all = affine.apply affine_map<()[m] -> (2 * m)>()[%m]
  %init = tensor.empty(%all) : tensor<?x72xf32>
  %parts = scf.forall (%s) in (2) shared_outs(%sum = %init) -> (tensor<?x72xf32>) {
    %k = affine.apply affine_map<(s) -> (s * 128)>(%s)
    %block = affine.apply affine_map<(s) -> (s * 1)>(%s)
    %row = affine.apply affine_map<(s)[m] -> (s * m)>(%s)[%m]
    %x = tensor.extract_slice %a[0, %k] [%m, 128] [1, 1] : tensor<?x256xf8E4M3FN> to tensor<?x128xf8E4M3FN>
    %y = tensor.extract_slice %b[0, %k] [72, 128] [1, 1] : tensor<72x256xf8E4M3FN> to tensor<72x128xf8E4M3FN>
    %xs = tensor.extract_slice %as[0, %block] [%m, 1] [1, 1] : tensor<?x2xf32> to tensor<?x1xf32>
    %ys = tensor.extract_slice %bs[0, %block] [1, 1] [1, 1]
        : tensor<1x2xf32> to tensor<1x1xf32>
    %e = tensor.empty(%m) : tensor<?x72xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x72xf32>) -> tensor<?x72xf32>
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128])
        outs(%f : tensor<?x72xf32>) : tensor<?x128xf8E4M3FN>, tensor<72x128xf8E4M3FN>, tensor<?x1xf32>, tensor<1x1xf32> -> tensor<?x72xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %sum[%row, 0] [%m, 72] [1, 1] : tensor<?x72xf32> into tensor<?x72xf32>
    }
  } {mapping = [#gpu.block<z>]}
  %r0 = affine.apply affine_map<()[m] -> (0 * m)>()[%m]
  %p0 = tensor.extract_slice %parts[%r0, 0] [%m, 72] [1, 1] : tensor<?x72xf32> to tensor<?x72xf32>
  %r1 = affine.apply affine_map<()[m] -> (1 * m)>()[%m]
  %p1 = tensor.extract_slice %parts[%r1, 0] [%m, 72] [1, 1] : tensor<?x72xf32> to tensor<?x72xf32>
  %o = tensor.empty(%m) : tensor<?x72xbf16>
  %z = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%p0, %p1 : tensor<?x72xf32>, tensor<?x72xf32>) outs(%o : tensor<?x72xbf16>) {
    ^bb0(%x0: f32, %x1: f32, %out: bf16):
      %s1 = arith.addf %x0, %x1 : f32
      %r = arith.truncf %s1 : f32 to bf16
      linalg.yield %r : bf16
  } -> tensor<?x72xbf16>
  return %z : tensor<?x72xbf16>
}

// No tile divides the rows, and the sum stays in f32.
func.func @three(%a: tensor<7x768xf8E4M3FN>, %b: tensor<128x768xf8E4M3FN>, %as: tensor<7x6xf32>, %bs: tensor<1x6xf32>) -> tensor<7x128xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<7x768xf8E4M3FN>
  %all = affine.apply affine_map<()[m] -> (3 * m)>()[%m]
  %init = tensor.empty() : tensor<21x128xf32>
  %parts = scf.forall (%s) in (3) shared_outs(%sum = %init) -> (tensor<21x128xf32>) {
    %k = affine.apply affine_map<(s) -> (s * 256)>(%s)
    %block = affine.apply affine_map<(s) -> (s * 2)>(%s)
    %row = affine.apply affine_map<(s)[m] -> (s * m)>(%s)[%m]
    %x = tensor.extract_slice %a[0, %k] [7, 256] [1, 1] : tensor<7x768xf8E4M3FN> to tensor<7x256xf8E4M3FN>
    %y = tensor.extract_slice %b[0, %k] [128, 256] [1, 1] : tensor<128x768xf8E4M3FN> to tensor<128x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[0, %block] [7, 2] [1, 1] : tensor<7x6xf32> to tensor<7x2xf32>
    %ys = tensor.extract_slice %bs[0, %block] [1, 2] [1, 1]
        : tensor<1x6xf32> to tensor<1x2xf32>
    %e = tensor.empty() : tensor<7x128xf32>
    %f = linalg.fill ins(%zero : f32) outs(%e : tensor<7x128xf32>) -> tensor<7x128xf32>
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128])
        outs(%f : tensor<7x128xf32>) : tensor<7x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<7x2xf32>, tensor<1x2xf32> -> tensor<7x128xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %sum[%row, 0] [7, 128] [1, 1] : tensor<7x128xf32> into tensor<21x128xf32>
    }
  } {mapping = [#gpu.block<z>]}
  %r0 = affine.apply affine_map<()[m] -> (0 * m)>()[%m]
  %p0 = tensor.extract_slice %parts[%r0, 0] [7, 128] [1, 1] : tensor<21x128xf32> to tensor<7x128xf32>
  %r1 = affine.apply affine_map<()[m] -> (1 * m)>()[%m]
  %p1 = tensor.extract_slice %parts[%r1, 0] [7, 128] [1, 1] : tensor<21x128xf32> to tensor<7x128xf32>
  %r2 = affine.apply affine_map<()[m] -> (2 * m)>()[%m]
  %p2 = tensor.extract_slice %parts[%r2, 0] [7, 128] [1, 1] : tensor<21x128xf32> to tensor<7x128xf32>
  %o = tensor.empty() : tensor<7x128xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%p0, %p1, %p2 : tensor<7x128xf32>, tensor<7x128xf32>, tensor<7x128xf32>) outs(%o : tensor<7x128xf32>) {
    ^bb0(%x0: f32, %x1: f32, %x2: f32, %out: f32):
      %s1 = arith.addf %x0, %x1 : f32
      %s2 = arith.addf %s1, %x2 : f32
      linalg.yield %s2 : f32
  } -> tensor<7x128xf32>
  return %z : tensor<7x128xf32>
}
