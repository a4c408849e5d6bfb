// Where scales stay row-major, and why.
// RUN: gq-opt %s --gq-agree-scales | FileCheck %s --implicit-check-not=transposed_scales --implicit-check-not=padded
// RUN: gq-opt %s --gq-agree-scales --remarks-filter=gq-agree-scales -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK --implicit-check-not=Remark

!x = tensor<64x512xbf16>
!q = tensor<64x512xf8E4M3FN>
!s = tensor<64x4xf32>
!b = tensor<512x512xf8E4M3FN>
!t = tensor<4x4xf32>
!d = tensor<64x512xf32>

// CHECK-LABEL: func.func @returned
// REMARK: [Missed] scales | Category:gq-agree-scales | Remark="scales stay row-major: 'func.return' reads them too"
func.func @returned(%x: !x, %b: !b, %t: !t, %c: !d) -> (!d, !s) {
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : !q, !s) : !x -> !q, !s
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : !d) : !q, !b, !s, !t -> !d
  return %d, %s : !d, !s
}

// CHECK-LABEL: func.func @given
// REMARK: Remark="scales stay row-major: they are written to a tensor that is given"
func.func @given(%x: !x, %b: !b, %t: !t, %c: !d, %es: !s) -> !d {
  %eq = tensor.empty() : !q
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : !q, !s) : !x -> !q, !s
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : !d) : !q, !b, !s, !t -> !d
  return %d : !d
}

// What a person wrote for row-major scales.
// CHECK-LABEL: func.func @config_of_product
// REMARK: Remark="scales stay row-major: a product has a config"
func.func @config_of_product(%x: !x, %b: !b, %t: !t, %c: !d) -> !d {
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : !q, !s) : !x -> !q, !s
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : !d) {config = #gq.matmul_config<tile = [64, 128, 128]>} : !q, !b, !s, !t -> !d
  return %d : !d
}

// CHECK-LABEL: func.func @config_of_quantisation
// REMARK: Remark="scales stay row-major: the quantisation has a config"
func.func @config_of_quantisation(%x: !x, %b: !b, %t: !t, %c: !d) -> !d {
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : !q, !s) {config = #gq.quantize_config<tile = [16, 512]>} : !x -> !q, !s
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : !d) : !q, !b, !s, !t -> !d
  return %d : !d
}

// One scale for a whole tile: there is nothing to gain.
// CHECK-LABEL: func.func @square
// REMARK: Remark="scales stay row-major: a product is not faster with M-major ones"
func.func @square(%x: tensor<256x512xbf16>, %b: !b, %t: !t, %c: tensor<256x512xf32>) -> tensor<256x512xf32> {
  %eq = tensor.empty() : tensor<256x512xf8E4M3FN>
  %es = tensor.empty() : tensor<2x4xf32>
  %q, %s = gq.quantize %x block [128, 128] outs(%eq, %es : tensor<256x512xf8E4M3FN>, tensor<2x4xf32>) : tensor<256x512xbf16> -> tensor<256x512xf8E4M3FN>, tensor<2x4xf32>
  %d = gq.scaled_matmul %q, %b scales(%s block [128, 128], %t block [128, 128]) outs(%c : tensor<256x512xf32>)
      : tensor<256x512xf8E4M3FN>, !b, tensor<2x4xf32>, !t -> tensor<256x512xf32>
  return %d : tensor<256x512xf32>
}

// A block that only two passes can do, which write row-major scales.
// CHECK-LABEL: func.func @two_passes
// REMARK: Remark="scales stay row-major: no kernel quantises to M-major ones in one pass"
func.func @two_passes(%x: tensor<64x1048576xbf16>, %b: tensor<128x1048576xf8E4M3FN>, %t: tensor<1x1xf32>, %c: tensor<64x128xf32>) -> tensor<64x128xf32> {
  %eq = tensor.empty() : tensor<64x1048576xf8E4M3FN>
  %es = tensor.empty() : tensor<64x1xf32>
  %q, %s = gq.quantize %x block [1, 1048576] outs(%eq, %es : tensor<64x1048576xf8E4M3FN>, tensor<64x1xf32>) : tensor<64x1048576xbf16> -> tensor<64x1048576xf8E4M3FN>, tensor<64x1xf32>
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 1048576], %t block [128, 1048576]) outs(%c : tensor<64x128xf32>)
      : tensor<64x1048576xf8E4M3FN>, tensor<128x1048576xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x128xf32>
  return %d : tensor<64x128xf32>
}

// Scales that a product starts from, as numbers.
// CHECK-LABEL: func.func @start
// REMARK: Remark="scales stay row-major: a product starts from them"
func.func @start(%x: !x, %b: tensor<4x512xf8E4M3FN>, %t: tensor<1x4xf32>) -> !s {
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : !q, !s) : !x -> !q, !s
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [128, 128]) outs(%s : !s)
      : !q, tensor<4x512xf8E4M3FN>, !s, tensor<1x4xf32> -> !s
  return %d : !s
}

// The scales of square blocks of w, which a product of another order reads turned.
// CHECK-LABEL: func.func @turned
// REMARK: Remark="scales stay row-major: a product reads their transpose"
func.func @turned(%x: tensor<4x4xbf16>, %a: !q, %b: !b, %t: !s, %c: !d) -> !d {
  %eq = tensor.empty() : tensor<4x4xf8E4M3FN>
  %es = tensor.empty() : tensor<4x4xf32>
  %q, %s = gq.quantize %x block [1, 1] outs(%eq, %es : tensor<4x4xf8E4M3FN>, tensor<4x4xf32>) : tensor<4x4xbf16> -> tensor<4x4xf8E4M3FN>, tensor<4x4xf32>
  %d = gq.scaled_matmul %a, %b scales(%t block [1, 128], %s block [128, 128]) outs(%c : !d) {transposed_b_scales} : !q, !b, !s, tensor<4x4xf32> -> !d
  return %d : !d
}

// In a loop over thread blocks, as slices.
// CHECK-LABEL: func.func @sliced
// REMARK: Remark="scales stay row-major: a product reads them in a loop"
func.func @sliced(%x: !x, %b: tensor<1024x512xf8E4M3FN>, %t: tensor<8x4xf32>, %c: !d) -> tensor<2x64x512xf32> {
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : !q, !s) : !x -> !q, !s
  %e = tensor.empty() : tensor<2x64x512xf32>
  %r = scf.forall (%i) in (2) shared_outs(%o = %e) -> (tensor<2x64x512xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 512)>(%i)
    %block = affine.apply affine_map<(i) -> (i * 4)>(%i)
    %bi = tensor.extract_slice %b[%row, 0] [512, 512] [1, 1] : tensor<1024x512xf8E4M3FN> to !b
    %ti = tensor.extract_slice %t[%block, 0] [4, 4] [1, 1] : tensor<8x4xf32> to !t
    %d = gq.scaled_matmul %q, %bi scales(%s block [1, 128], %ti block [128, 128]) outs(%c : !d) : !q, !b, !s, !t -> !d
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %o[%i, 0, 0] [1, 64, 512] [1, 1, 1] : !d into tensor<2x64x512xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<2x64x512xf32>
}

// CHECK-LABEL: func.func @inside
// REMARK: Remark="scales stay row-major: a product starts inside of a block"
func.func @inside(%x: !x, %b: !b, %t: tensor<5x4xf32>, %c: !d, %i: index) -> !d {
  %c0 = arith.constant 0 : index
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : !q, !s) : !x -> !q, !s
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [128, 128]) origin(%c0, %i, %c0) outs(%c : !d) : !q, !b, !s, tensor<5x4xf32> -> !d
  return %d : !d
}

// Four scales of a byte, those of a step, are one word of their row.
// CHECK-LABEL: func.func @word
// CHECK-NOT: transposed
// REMARK: Remark="scales stay row-major: a product is not faster with M-major ones"
func.func @word(%x: tensor<512x512xbf16>, %b: tensor<512x512xf8E4M3FN>, %t: tensor<512x16xf8E8M0FNU>, %c: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %eq = tensor.empty() : tensor<512x512xf8E4M3FN>
  %es = tensor.empty() : tensor<512x16xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 32] outs(%eq, %es : tensor<512x512xf8E4M3FN>, tensor<512x16xf8E8M0FNU>) {pow2} : tensor<512x512xbf16> -> tensor<512x512xf8E4M3FN>, tensor<512x16xf8E8M0FNU>
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 32], %t block [1, 32]) outs(%c : tensor<512x512xf32>)
      : tensor<512x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<512x16xf8E8M0FNU>, tensor<512x16xf8E8M0FNU> -> tensor<512x512xf32>
  return %d : tensor<512x512xf32>
}
