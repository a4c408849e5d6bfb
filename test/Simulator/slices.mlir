// Operands that are parts of wider tensors, with grids that begin inside of a block, and results
// that are parts of wider ones: nothing is copied, kernels go by the rows of the tensor around.
//
// RUN: split-file %s %t
// RUN: gq-run %t/shard.mlir --m=40 --stages | FileCheck %s --implicit-check-not=failed
// CHECK: simulated 1 launches
// CHECK-COUNT-12: check0 passed
// RUN: gq-run %t/columns.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/rows.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/inside_k.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/block_of_256.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/quantized.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// RUN: gq-run %t/padded.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=ONE --implicit-check-not=failed
// ONE: simulated 1 launches
// ONE: check0 passed
// RUN: gq-run %t/beside.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=TWO --implicit-check-not=failed
// RUN: gq-run %t/into_argument.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=TWO --implicit-check-not=failed
// RUN: gq-run %t/codes.mlir --m=40 --backend=simulate --check | FileCheck %s --check-prefix=TWO --implicit-check-not=failed
// TWO: simulated 2 launches
// TWO: check0 passed

// RUN: gq-compile %t/shard.mlir --emit=bundle -o %t/shard.gqb
// RUN: gq-bundle info %t/shard.gqb | FileCheck %s --check-prefix=SHARD
// SHARD: input arg0 (%a) f8E4M3FN [?, 1024]
// SHARD: input arg2 (%b) f8E4M3FN [512, 1024]
// RUN: gq-compile %t/beside.mlir --emit=bundle -o %t/beside.gqb
// RUN: gq-bundle info %t/beside.gqb | FileCheck %s --check-prefix=BESIDE
// BESIDE: output res0 bf16 [arg0.0, 136]

//--- shard.mlir
// Rows 168 to 301 and columns 320 to 704 of weights: both are inside of blocks of 128.
func.func @shard(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<512x1024xf8E4M3FN>, %sb: tensor<4x8xf32>) -> tensor<?x133xf32> {
  %c0 = arith.constant 0 : index
  %n0 = arith.constant 40 : index
  %k0 = arith.constant 64 : index
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %x = tensor.extract_slice %a[0, 320] [%m, 384] [1, 1] : tensor<?x1024xf8E4M3FN> to tensor<?x384xf8E4M3FN>
  %xs = tensor.extract_slice %sa[0, 2] [%m, 4] [1, 1] : tensor<?x8xf32> to tensor<?x4xf32>
  %y = tensor.extract_slice %b[168, 320] [133, 384] [1, 1] : tensor<512x1024xf8E4M3FN> to tensor<133x384xf8E4M3FN>
  %ys = tensor.extract_slice %sb[1, 2] [2, 4] [1, 1] : tensor<4x8xf32> to tensor<2x4xf32>
  %e = tensor.empty(%m) : tensor<?x133xf32>
  %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) origin(%c0, %n0, %k0) outs(%e : tensor<?x133xf32>)
      : tensor<?x384xf8E4M3FN>, tensor<133x384xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x133xf32>
  return %d : tensor<?x133xf32>
}

//--- columns.mlir
// Columns that begin and end at blocks; M-major scales.
func.func @columns(%a: tensor<64x1024xf8E4M3FN>, %sa: tensor<8x64xf32>, %b: tensor<48x1024xf8E4M3FN>, %sb: tensor<1x8xf32>) -> tensor<64x48xf32> {
  %x = tensor.extract_slice %a[0, 256] [64, 512] [1, 1] : tensor<64x1024xf8E4M3FN> to tensor<64x512xf8E4M3FN>
  %xs = tensor.extract_slice %sa[2, 0] [4, 64] [1, 1] : tensor<8x64xf32> to tensor<4x64xf32>
  %y = tensor.extract_slice %b[0, 512] [48, 512] [1, 1] : tensor<48x1024xf8E4M3FN> to tensor<48x512xf8E4M3FN>
  %ys = tensor.extract_slice %sb[0, 4] [1, 4] [1, 1] : tensor<1x8xf32> to tensor<1x4xf32>
  %e = tensor.empty() : tensor<64x48xf32>
  %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%e : tensor<64x48xf32>) {transposed_a_scales}
      : tensor<64x512xf8E4M3FN>, tensor<48x512xf8E4M3FN>, tensor<4x64xf32>, tensor<1x4xf32> -> tensor<64x48xf32>
  return %d : tensor<64x48xf32>
}

//--- rows.mlir
// Rows of both, in blocks of both.
func.func @rows(%a: tensor<300x256xi8>, %sa: tensor<3x2xf32>, %b: tensor<300x256xi8>, %sb: tensor<3x2xf32>) -> tensor<100x90xbf16> {
  %c0 = arith.constant 0 : index
  %m0 = arith.constant 37 : index
  %n0 = arith.constant 1 : index
  %x = tensor.extract_slice %a[165, 0] [100, 256] [1, 1] : tensor<300x256xi8> to tensor<100x256xi8>
  %xs = tensor.extract_slice %sa[1, 0] [2, 2] [1, 1] : tensor<3x2xf32> to tensor<2x2xf32>
  %y = tensor.extract_slice %b[1, 0] [90, 256] [1, 1] : tensor<300x256xi8> to tensor<90x256xi8>
  %ys = tensor.extract_slice %sb[0, 0] [1, 2] [1, 1] : tensor<3x2xf32> to tensor<1x2xf32>
  %e = tensor.empty() : tensor<100x90xbf16>
  %d = gq.scaled_matmul %x, %y scales(%xs block [128, 128], %ys block [128, 128]) origin(%m0, %n0, %c0) outs(%e : tensor<100x90xbf16>)
      : tensor<100x256xi8>, tensor<90x256xi8>, tensor<2x2xf32>, tensor<1x2xf32> -> tensor<100x90xbf16>
  return %d : tensor<100x90xbf16>
}

//--- inside_k.mlir
// Steps of 32, the last one of 8; rows that the copy engine cannot start at.
func.func @inside_k(%a: tensor<?x1000xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<72x1000xf8E5M2>, %sb: tensor<72x8xf32>) -> tensor<?x72xf32> {
  %c0 = arith.constant 0 : index
  %k0 = arith.constant 96 : index
  %m = tensor.dim %a, %c0 : tensor<?x1000xf8E4M3FN>
  %x = tensor.extract_slice %a[0, 480] [%m, 520] [1, 1] : tensor<?x1000xf8E4M3FN> to tensor<?x520xf8E4M3FN>
  %xs = tensor.extract_slice %sa[0, 3] [%m, 5] [1, 1] : tensor<?x8xf32> to tensor<?x5xf32>
  %y = tensor.extract_slice %b[0, 480] [72, 520] [1, 1] : tensor<72x1000xf8E5M2> to tensor<72x520xf8E5M2>
  %ys = tensor.extract_slice %sb[0, 3] [72, 5] [1, 1] : tensor<72x8xf32> to tensor<72x5xf32>
  %e = tensor.empty(%m) : tensor<?x72xf32>
  %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [1, 128]) origin(%c0, %c0, %k0) outs(%e : tensor<?x72xf32>)
      : tensor<?x520xf8E4M3FN>, tensor<72x520xf8E5M2>, tensor<?x5xf32>, tensor<72x5xf32> -> tensor<?x72xf32>
  return %d : tensor<?x72xf32>
}

//--- block_of_256.mlir
// Half of a block of b is a block of a.
func.func @block_of_256(%a: tensor<?x640xf8E4M3FN>, %sa: tensor<?x6xf32>, %b: tensor<64x640xf8E4M3FN>, %sb: tensor<1x3xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %k0 = arith.constant 128 : index
  %m = tensor.dim %a, %c0 : tensor<?x640xf8E4M3FN>
  %x = tensor.extract_slice %sa[0, 1] [%m, 5] [1, 1] : tensor<?x6xf32> to tensor<?x5xf32>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %d = gq.scaled_matmul %a, %b scales(%x block [1, 128], %sb block [256, 256]) origin(%c0, %c0, %k0) outs(%e : tensor<?x64xf32>)
      : tensor<?x640xf8E4M3FN>, tensor<64x640xf8E4M3FN>, tensor<?x5xf32>, tensor<1x3xf32> -> tensor<?x64xf32>
  return %d : tensor<?x64xf32>
}

//--- quantized.mlir
// Columns of x that begin anywhere.
func.func @quantized(%w: tensor<?x512xbf16>) -> (tensor<?x200xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %w, %c0 : tensor<?x512xbf16>
  %x = tensor.extract_slice %w[0, 301] [%m, 200] [1, 1] : tensor<?x512xbf16> to tensor<?x200xbf16>
  %eq = tensor.empty(%m) : tensor<?x200xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q:2 = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x200xf8E4M3FN>, tensor<?x2xf32>) : tensor<?x200xbf16> -> tensor<?x200xf8E4M3FN>, tensor<?x2xf32>
  return %q#0, %q#1 : tensor<?x200xf8E4M3FN>, tensor<?x2xf32>
}

//--- beside.mlir
// Two products beside one another.
func.func @beside(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<64x256xf8E4M3FN>, %sb: tensor<1x2xf32>, %c: tensor<72x256xf8E4M3FN>, %sc: tensor<1x2xf32>) -> tensor<?x136xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x64xbf16>
  %f = tensor.empty(%m) : tensor<?x72xbf16>
  %all = tensor.empty(%m) : tensor<?x136xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%e : tensor<?x64xbf16>)
      : tensor<?x256xf8E4M3FN>, tensor<64x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x64xbf16>
  %g = gq.scaled_matmul %a, %c scales(%sa block [1, 128], %sc block [128, 128]) outs(%f : tensor<?x72xbf16>)
      : tensor<?x256xf8E4M3FN>, tensor<72x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x72xbf16>
  %one = tensor.insert_slice %d into %all[0, 0] [%m, 64] [1, 1] : tensor<?x64xbf16> into tensor<?x136xbf16>
  %two = tensor.insert_slice %g into %one[0, 64] [%m, 72] [1, 1] : tensor<?x72xbf16> into tensor<?x136xbf16>
  return %two : tensor<?x136xbf16>
}

//--- into_argument.mlir
// Into an argument, of which a copy is written.
func.func @into_argument(%a: tensor<64x256xf8E4M3FN>, %sa: tensor<64x2xf32>, %b: tensor<48x256xf8E4M3FN>, %sb: tensor<1x2xf32>, %all: tensor<100x200xf32>) -> tensor<100x200xf32> {
  %e = tensor.empty() : tensor<64x48xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%e : tensor<64x48xf32>)
      : tensor<64x256xf8E4M3FN>, tensor<48x256xf8E4M3FN>, tensor<64x2xf32>, tensor<1x2xf32> -> tensor<64x48xf32>
  %r = tensor.insert_slice %d into %all[30, 101] [64, 48] [1, 1] : tensor<64x48xf32> into tensor<100x200xf32>
  return %r : tensor<100x200xf32>
}

//--- codes.mlir
// Codes and scales of two tensors beside one another.
func.func @codes(%x: tensor<?x256xbf16>, %y: tensor<?x128xbf16>) -> (tensor<?x384xf8E4M3FN>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %xq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %xs = tensor.empty(%m) : tensor<?x2xf32>
  %yq = tensor.empty(%m) : tensor<?x128xf8E4M3FN>
  %ys = tensor.empty(%m) : tensor<?x1xf32>
  %q = tensor.empty(%m) : tensor<?x384xf8E4M3FN>
  %s = tensor.empty(%m) : tensor<?x3xf32>
  %u:2 = gq.quantize %x block [1, 128] outs(%xq, %xs : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  %v:2 = gq.quantize %y block [1, 128] outs(%yq, %ys : tensor<?x128xf8E4M3FN>, tensor<?x1xf32>) : tensor<?x128xbf16> -> tensor<?x128xf8E4M3FN>, tensor<?x1xf32>
  %q0 = tensor.insert_slice %u#0 into %q[0, 0] [%m, 256] [1, 1] : tensor<?x256xf8E4M3FN> into tensor<?x384xf8E4M3FN>
  %q1 = tensor.insert_slice %v#0 into %q0[0, 256] [%m, 128] [1, 1] : tensor<?x128xf8E4M3FN> into tensor<?x384xf8E4M3FN>
  %s0 = tensor.insert_slice %u#1 into %s[0, 0] [%m, 2] [1, 1] : tensor<?x2xf32> into tensor<?x3xf32>
  %s1 = tensor.insert_slice %v#1 into %s0[0, 2] [%m, 1] [1, 1] : tensor<?x1xf32> into tensor<?x3xf32>
  return %q1, %s1 : tensor<?x384xf8E4M3FN>, tensor<?x3xf32>
}

//--- padded.mlir
// M-major scales in padded rows, and rows of scales that are no multiple of 16 bytes.
func.func @padded(%a: tensor<101x1024xf8E4M3FN>, %sa: tensor<8x104xf32>, %b: tensor<48x1024xf8E4M3FN>, %sb: tensor<1x9xf32>) -> tensor<101x48xf32> {
  %x = tensor.extract_slice %a[0, 256] [101, 512] [1, 1] : tensor<101x1024xf8E4M3FN> to tensor<101x512xf8E4M3FN>
  %xs = tensor.extract_slice %sa[2, 0] [4, 104] [1, 1] : tensor<8x104xf32> to tensor<4x104xf32>
  %y = tensor.extract_slice %b[0, 512] [48, 512] [1, 1] : tensor<48x1024xf8E4M3FN> to tensor<48x512xf8E4M3FN>
  %ys = tensor.extract_slice %sb[0, 4] [1, 4] [1, 1] : tensor<1x9xf32> to tensor<1x4xf32>
  %e = tensor.empty() : tensor<101x48xf32>
  %d = gq.scaled_matmul %x, %y scales(%xs block [1, 128], %ys block [128, 128]) outs(%e : tensor<101x48xf32>) {transposed_a_scales, padded_a_scales}
      : tensor<101x512xf8E4M3FN>, tensor<48x512xf8E4M3FN>, tensor<4x104xf32>, tensor<1x4xf32> -> tensor<101x48xf32>
  return %d : tensor<101x48xf32>
}
