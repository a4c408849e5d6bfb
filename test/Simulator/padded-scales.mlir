// M-major scales in rows of whole 16 bytes, as arguments and as results: behind the scales of
// the last block stand those of blocks of zeros, also where the next rows are not zeros.
// RUN: gq-run %s --entry=product --shape=arg0=65x256 --shape=arg1=2x68 --backend=simulate --check | FileCheck %s
// RUN: gq-run %s --entry=quantize --m=65 --backend=simulate --check | FileCheck %s --check-prefix=BITS
// RUN: gq-run %s --entry=batch --backend=simulate --check | FileCheck %s --check-prefix=BITS
// RUN: not gq-run %s --entry=product --shape=arg0=65x256 --shape=arg1=2x65 2>&1 | FileCheck %s --check-prefix=SHORT
// CHECK: check0 passed
// BITS: check0 {{ *}}passed: equal bit for bit
// BITS: check1 {{ *}}passed: equal bit for bit
// SHORT: expects dimension 1 of operand a_scales to be 68 (one scale per 1 of the 65 elements of operand a, padded to a multiple of 4), got 65
// RUN: gq-compile %s --remarks-filter=gq-promote-tma -o %t.gqb 2>&1 | FileCheck %s --check-prefix=TMA
// TMA: operand a_scales goes by tma, in whole rows
func.func @product(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<2x?xf32>, %b: tensor<48x256xf8E4M3FN>, %sb: tensor<1x2xf32>) -> tensor<?x48xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x48xf32>) {transposed_a_scales, padded_a_scales}
      : tensor<?x256xf8E4M3FN>, tensor<48x256xf8E4M3FN>, tensor<2x?xf32>, tensor<1x2xf32> -> tensor<?x48xf32>
  return %d : tensor<?x48xf32>
}

func.func @quantize(%x: tensor<?x256xbf16>) -> (tensor<?x256xf8E4M3FN>, tensor<2x?xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %row = affine.apply affine_map<()[m] -> ((m ceildiv 4) * 4)>()[%m]
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%row) : tensor<2x?xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<2x?xf32>) {transposed_scales, padded_scales, amax_floor = 3.0 : f32}
      : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<2x?xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<2x?xf32>
}

func.func @batch(%x: tensor<150x256xf32>) -> (tensor<150x256xi8>, tensor<6x64xf8E8M0FNU>) {
  %eq = tensor.empty() : tensor<150x256xi8>
  %es = tensor.empty() : tensor<6x64xf8E8M0FNU>
  %r:2 = scf.forall (%i) in (3) shared_outs(%oq = %eq, %os = %es) -> (tensor<150x256xi8>, tensor<6x64xf8E8M0FNU>) {
    %row = affine.apply affine_map<(i) -> (i * 50)>(%i)
    %block = affine.apply affine_map<(i) -> (i * 2)>(%i)
    %xi = tensor.extract_slice %x[%row, 0] [50, 256] [1, 1] : tensor<150x256xf32> to tensor<50x256xf32>
    %e = tensor.empty() : tensor<50x256xi8>
    %f = tensor.empty() : tensor<2x64xf8E8M0FNU>
    %q, %s = gq.quantize %xi block [1, 128] outs(%e, %f : tensor<50x256xi8>, tensor<2x64xf8E8M0FNU>) {transposed_scales, padded_scales, pow2}
        : tensor<50x256xf32> -> tensor<50x256xi8>, tensor<2x64xf8E8M0FNU>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %q into %oq[%row, 0] [50, 256] [1, 1] : tensor<50x256xi8> into tensor<150x256xi8>
      tensor.parallel_insert_slice %s into %os[%block, 0] [2, 64] [1, 1] : tensor<2x64xf8E8M0FNU> into tensor<6x64xf8E8M0FNU>
    }
  } {mapping = [#gpu.block<z>]}
  return %r#0, %r#1 : tensor<150x256xi8>, tensor<6x64xf8E8M0FNU>
}
