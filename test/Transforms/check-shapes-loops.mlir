// Ops in a loop over thread blocks: sizes that are the same in all iterations are
// demanded in front of the loop, what follows from the arithmetic is not.
// RUN: gq-opt %s --gq-check-shapes --cse --canonicalize | FileCheck %s

// K of b, then the blocks along K of the scales.
// CHECK-LABEL: func.func @outside
// CHECK:       cf.assert %{{.*}}, "gq.scaled_matmul: dimension 1 of operand b must equal dimension 1 of operand a"
// CHECK:       cf.assert %{{.*}}, "gq.scaled_matmul: dimension 1 of operand a_scales must be the number of blocks of 128 in dimension 1 of operand a"
// CHECK:       cf.assert %{{.*}}, "gq.scaled_matmul: dimension 1 of operand b_scales must be the number of blocks of 128 in dimension 1 of operand
// CHECK-NOT:   cf.assert
// CHECK:       scf.forall
// CHECK-NOT:   cf.assert
func.func @outside(%a: tensor<256x?xf8E4M3FN>, %b: tensor<256x?xf8E4M3FN>, %as: tensor<256x?xf32>, %bs: tensor<2x?xf32>, %d: tensor<256x128xf32>) -> tensor<256x128xf32> {
  %c1 = arith.constant 1 : index
  %k = tensor.dim %a, %c1 : tensor<256x?xf8E4M3FN>
  %l = tensor.dim %b, %c1 : tensor<256x?xf8E4M3FN>
  %ka = tensor.dim %as, %c1 : tensor<256x?xf32>
  %kb = tensor.dim %bs, %c1 : tensor<2x?xf32>
  %r = scf.forall (%s) in (2) shared_outs(%acc = %d) -> (tensor<256x128xf32>) {
    %row = affine.apply affine_map<(s) -> (s * 128)>(%s)
    %x = tensor.extract_slice %a[%row, 0] [128, %k] [1, 1] : tensor<256x?xf8E4M3FN> to tensor<128x?xf8E4M3FN>
    %y = tensor.extract_slice %b[%row, 0] [128, %l] [1, 1] : tensor<256x?xf8E4M3FN> to tensor<128x?xf8E4M3FN>
    %xs = tensor.extract_slice %as[%row, 0] [128, %ka] [1, 1] : tensor<256x?xf32> to tensor<128x?xf32>
    %ys = tensor.extract_slice %bs[%s, 0] [1, %kb] [1, 1] : tensor<2x?xf32> to tensor<1x?xf32>
    %f = tensor.extract_slice %acc[%row, 0] [128, 128] [1, 1] : tensor<256x128xf32> to tensor<128x128xf32>
    %p = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%f : tensor<128x128xf32>)
        : tensor<128x?xf8E4M3FN>, tensor<128x?xf8E4M3FN>, tensor<128x?xf32>, tensor<1x?xf32> -> tensor<128x128xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %p into %acc[%row, 0] [128, 128] [1, 1] : tensor<128x128xf32> into tensor<256x128xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<256x128xf32>
}

// The last part has fewer blocks: as many as its elements have.
// CHECK-LABEL: func.func @shown
// CHECK-NOT:   cf.assert
func.func @shown(%x: tensor<592x128xbf16>, %q: tensor<592x128xf8E4M3FN>, %s: tensor<5x1xf32>) -> (tensor<592x128xf8E4M3FN>, tensor<5x1xf32>) {
  %r:2 = scf.forall (%i) in (2) shared_outs(%qo = %q, %so = %s) -> (tensor<592x128xf8E4M3FN>, tensor<5x1xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 384)>(%i)
    %rows = affine.min affine_map<(i) -> (384, i * -384 + 592)>(%i)
    %block = affine.apply affine_map<(i) -> (i * 3)>(%i)
    %blocks = affine.min affine_map<(i) -> (3, i * -3 + 5)>(%i)
    %t = tensor.extract_slice %x[%row, 0] [%rows, 128] [1, 1] : tensor<592x128xbf16> to tensor<?x128xbf16>
    %qe = tensor.empty(%rows) : tensor<?x128xf8E4M3FN>
    %se = tensor.empty(%blocks) : tensor<?x1xf32>
    %y:2 = gq.quantize %t block [128, 128] outs(%qe, %se : tensor<?x128xf8E4M3FN>, tensor<?x1xf32>)
        : tensor<?x128xbf16> -> tensor<?x128xf8E4M3FN>, tensor<?x1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y#0 into %qo[%row, 0] [%rows, 128] [1, 1] : tensor<?x128xf8E4M3FN> into tensor<592x128xf8E4M3FN>
      tensor.parallel_insert_slice %y#1 into %so[%block, 0] [%blocks, 1] [1, 1] : tensor<?x1xf32> into tensor<5x1xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<592x128xf8E4M3FN>, tensor<5x1xf32>
}

// Slices end within their tensors: those of the last iteration do, of what falls
// those of the first; what a number in memory says is not known here.
// CHECK-LABEL: func.func @slices
// CHECK:       %[[M:.*]] = tensor.dim %arg0, %c0
// CHECK:       %[[FIRST:.*]] = arith.cmpi sge, %[[M]], %c32
// CHECK:       cf.assert %[[FIRST]], "tensor.extract_slice: the slice must end within dimension 0 of operand 0 (argument 0) in each iteration"
// CHECK:       %[[LAST:.*]] = arith.cmpi sge, %[[M]], %c96
// CHECK:       cf.assert %[[LAST]], "tensor.extract_slice: the slice must end within dimension 0 of operand 0 (argument 0) in each iteration"
// CHECK:       %[[N:.*]] = tensor.dim %arg1, %c0
// CHECK:       %[[BACK:.*]] = arith.cmpi sge, %[[N]], %c96
// CHECK:       cf.assert %[[BACK]], "tensor.parallel_insert_slice: the slice must end within dimension 0 of operand 1 in each iteration"
// CHECK:       cf.assert %{{.*}}, "tensor.parallel_insert_slice: the slice must end within dimension 0 of operand 1 in each iteration"
// CHECK-NOT:   cf.assert
// CHECK:       scf.forall
func.func @slices(%x: tensor<?x128xbf16>, %q: tensor<?x128xf8E4M3FN>, %s: tensor<?x1xf32>, %g: tensor<3xi32>) -> (tensor<?x128xf8E4M3FN>, tensor<?x1xf32>) {
  %r:2 = scf.forall (%i) in (3) shared_outs(%qo = %q, %so = %s) -> (tensor<?x128xf8E4M3FN>, tensor<?x1xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 32)>(%i)
    %back = affine.apply affine_map<(i) -> (i * -32 + 64)>(%i)
    %number = tensor.extract %g[%i] : tensor<3xi32>
    %at = arith.index_cast %number : i32 to index
    %t = tensor.extract_slice %x[%row, 0] [32, 128] [1, 1] : tensor<?x128xbf16> to tensor<32x128xbf16>
    %qe = tensor.empty() : tensor<32x128xf8E4M3FN>
    %se = tensor.empty() : tensor<32x1xf32>
    %y:2 = gq.quantize %t block [1, 128] outs(%qe, %se : tensor<32x128xf8E4M3FN>, tensor<32x1xf32>)
        : tensor<32x128xbf16> -> tensor<32x128xf8E4M3FN>, tensor<32x1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y#0 into %qo[%back, 0] [32, 128] [1, 1] : tensor<32x128xf8E4M3FN> into tensor<?x128xf8E4M3FN>
      tensor.parallel_insert_slice %y#1 into %so[%at, 0] [32, 1] [1, 1] : tensor<32x1xf32> into tensor<?x1xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<?x128xf8E4M3FN>, tensor<?x1xf32>
}
