// Results quantised by blocks of a cluster, where a thread block has no rows, or a tile columns of none.
// RUN: gq-run %s --entry=narrow --m=300 --check --backend=simulate --interleavings=3 | FileCheck %s
// RUN: gq-run %s --entry=batch --check --backend=simulate --interleavings=3 | FileCheck %s
// RUN: gq-run %s --entry=product --check --backend=simulate --interleavings=3 | FileCheck %s --check-prefix=PRODUCT
// RUN: gq-run %s --entry=loop --check --backend=simulate | FileCheck %s
// RUN: gq-opt %s --gq-select-config --remarks-filter=gq-select-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// CHECK: check0 passed: 0 of
// CHECK: check1 passed: relative error 0
// PRODUCT: check0 passed: relative error 0

// Three blocks of 32 columns in a tile that has room for eight.
func.func @narrow(%a: tensor<?x256xf8E4M3FN>, %b: tensor<96x256xf8E4M3FN>, %as: tensor<?x2xf32>, %bs: tensor<1x2xf32>) -> (tensor<?x96xf8E4M3FN>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %cR = arith.constant 256 : index
  %cC = arith.constant 32 : index
  %z = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %gm = arith.ceildivui %m, %cR : index
  %e = tensor.empty(%m) : tensor<?x96xbf16>
  %i = linalg.fill ins(%z : bf16) outs(%e : tensor<?x96xbf16>) -> tensor<?x96xbf16>
  %y = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128]) outs(%i : tensor<?x96xbf16>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, cluster = b, quantize = true>} : tensor<?x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xbf16>
  %qe = tensor.empty(%m) : tensor<?x96xf8E4M3FN>
  %se = tensor.empty(%gm) : tensor<?x3xf32>
  %q, %s = gq.quantize %y block [256, 32] outs(%qe, %se : tensor<?x96xf8E4M3FN>, tensor<?x3xf32>)  : tensor<?x96xbf16> -> tensor<?x96xf8E4M3FN>, tensor<?x3xf32>
  return %q, %s : tensor<?x96xf8E4M3FN>, tensor<?x3xf32>
}

// Three tiles of each product, of which the second cluster takes one: its other thread block would have
// the first of the next product, and stores nothing.
func.func @batch(%a: tensor<768x256xf8E4M3FN>, %b: tensor<1024x256xf8E4M3FN>, %as: tensor<768x2xf32>, %bs: tensor<8x2xf32>) -> (tensor<768x512xf8E4M3FN>, tensor<4x2xf32>) {
  %zero = arith.constant 0.0 : bf16
  %qi = tensor.empty() : tensor<768x512xf8E4M3FN>
  %si = tensor.empty() : tensor<4x2xf32>
  %r:2 = scf.forall (%s) in (2) shared_outs(%q0 = %qi, %s0 = %si) -> (tensor<768x512xf8E4M3FN>, tensor<4x2xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 384)>(%s)
    %col = affine.apply affine_map<(s) -> (s * 512)>(%s)
    %sr = affine.apply affine_map<(s) -> (s * 2)>(%s)
    %sc = affine.apply affine_map<(s) -> (s * 4)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [384, 256] [1, 1] : tensor<768x256xf8E4M3FN> to tensor<384x256xf8E4M3FN>
    %y = tensor.extract_slice %b[%col, 0] [512, 256] [1, 1] : tensor<1024x256xf8E4M3FN> to tensor<512x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [384, 2] [1, 1] : tensor<768x2xf32> to tensor<384x2xf32>
    %ys = tensor.extract_slice %bs[%sc, 0] [4, 2] [1, 1] : tensor<8x2xf32> to tensor<4x2xf32>
    %e = tensor.empty() : tensor<384x512xbf16>
    %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<384x512xbf16>) -> tensor<384x512xbf16>
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%f : tensor<384x512xbf16>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, cluster = b, quantize = true>}
        : tensor<384x256xf8E4M3FN>, tensor<512x256xf8E4M3FN>, tensor<384x2xf32>, tensor<4x2xf32> -> tensor<384x512xbf16>
    %qe = tensor.empty() : tensor<384x512xf8E4M3FN>
    %se = tensor.empty() : tensor<2x2xf32>
    %q:2 = gq.quantize %d block [256, 256] outs(%qe, %se : tensor<384x512xf8E4M3FN>, tensor<2x2xf32>) : tensor<384x512xbf16> -> tensor<384x512xf8E4M3FN>, tensor<2x2xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %q#0 into %q0[%row, 0] [384, 512] [1, 1] : tensor<384x512xf8E4M3FN> into tensor<768x512xf8E4M3FN>
      tensor.parallel_insert_slice %q#1 into %s0[%sr, 0] [2, 2] [1, 1] : tensor<2x2xf32> into tensor<4x2xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<768x512xf8E4M3FN>, tensor<4x2xf32>
}

// So without a quantisation.
func.func @product(%a: tensor<768x256xf8E4M3FN>, %b: tensor<1024x256xf8E4M3FN>, %as: tensor<768x2xf32>, %bs: tensor<8x2xf32>) -> tensor<768x512xbf16> {
  %zero = arith.constant 0.0 : bf16
  %qi = tensor.empty() : tensor<768x512xbf16>
  %si = tensor.empty() : tensor<4x2xf32>
  %r = scf.forall (%s) in (2) shared_outs(%q0 = %qi) -> (tensor<768x512xbf16>) {
    %row = affine.apply affine_map<(s) -> (s * 384)>(%s)
    %col = affine.apply affine_map<(s) -> (s * 512)>(%s)
    %sr = affine.apply affine_map<(s) -> (s * 2)>(%s)
    %sc = affine.apply affine_map<(s) -> (s * 4)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [384, 256] [1, 1] : tensor<768x256xf8E4M3FN> to tensor<384x256xf8E4M3FN>
    %y = tensor.extract_slice %b[%col, 0] [512, 256] [1, 1] : tensor<1024x256xf8E4M3FN> to tensor<512x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [384, 2] [1, 1] : tensor<768x2xf32> to tensor<384x2xf32>
    %ys = tensor.extract_slice %bs[%sc, 0] [4, 2] [1, 1] : tensor<8x2xf32> to tensor<4x2xf32>
    %e = tensor.empty() : tensor<384x512xbf16>
    %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<384x512xbf16>) -> tensor<384x512xbf16>
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%f : tensor<384x512xbf16>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, cluster = b>}
        : tensor<384x256xf8E4M3FN>, tensor<512x256xf8E4M3FN>, tensor<384x2xf32>, tensor<4x2xf32> -> tensor<384x512xbf16>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %q0[%row, 0] [384, 512] [1, 1] : tensor<384x512xbf16> into tensor<768x512xbf16>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<768x512xbf16>
}

// In a loop over thread blocks the quantisation has no kernel of its own, however few tiles there are.
// REMARK: "is computed in the tiles of the product"
// REMARK-NOT: has a kernel of its own
func.func @loop(%a: tensor<900x256xf8E4M3FN>, %b: tensor<1536x256xf8E4M3FN>, %as: tensor<900x2xf32>, %bs: tensor<12x2xf32>) -> (tensor<900x512xf8E4M3FN>, tensor<9x2xf32>) {
  %zero = arith.constant 0.0 : bf16
  %qi = tensor.empty() : tensor<900x512xf8E4M3FN>
  %si = tensor.empty() : tensor<9x2xf32>
  %r:2 = scf.forall (%s) in (3) shared_outs(%q0 = %qi, %s0 = %si) -> (tensor<900x512xf8E4M3FN>, tensor<9x2xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 300)>(%s)
    %col = affine.apply affine_map<(s) -> (s * 512)>(%s)
    %sr = affine.apply affine_map<(s) -> (s * 3)>(%s)
    %sc = affine.apply affine_map<(s) -> (s * 4)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [300, 256] [1, 1] : tensor<900x256xf8E4M3FN> to tensor<300x256xf8E4M3FN>
    %y = tensor.extract_slice %b[%col, 0] [512, 256] [1, 1] : tensor<1536x256xf8E4M3FN> to tensor<512x256xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [300, 2] [1, 1] : tensor<900x2xf32> to tensor<300x2xf32>
    %ys = tensor.extract_slice %bs[%sc, 0] [4, 2] [1, 1] : tensor<12x2xf32> to tensor<4x2xf32>
    %e = tensor.empty() : tensor<300x512xbf16>
    %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<300x512xbf16>) -> tensor<300x512xbf16>
    %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%f : tensor<300x512xbf16>) 
        : tensor<300x256xf8E4M3FN>, tensor<512x256xf8E4M3FN>, tensor<300x2xf32>, tensor<4x2xf32> -> tensor<300x512xbf16>
    %qe = tensor.empty() : tensor<300x512xf8E4M3FN>
    %se = tensor.empty() : tensor<3x2xf32>
    %q:2 = gq.quantize %d block [128, 256] outs(%qe, %se : tensor<300x512xf8E4M3FN>, tensor<3x2xf32>) : tensor<300x512xbf16> -> tensor<300x512xf8E4M3FN>, tensor<3x2xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %q#0 into %q0[%row, 0] [300, 512] [1, 1] : tensor<300x512xf8E4M3FN> into tensor<900x512xf8E4M3FN>
      tensor.parallel_insert_slice %q#1 into %s0[%sr, 0] [3, 2] [1, 1] : tensor<3x2xf32> into tensor<9x2xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<900x512xf8E4M3FN>, tensor<9x2xf32>
}
