// Products of what is decoded, as front ends write them: linalg on floats, with weights that
// stand on their side; scales of rows that a broadcast repeats. They are products of codes,
// within their tolerance of the program as it is written, and kernels of these.
//
// RUN: gq-run %s --entry=decoded --m=70 --stages | FileCheck %s --check-prefixes=CHECK,DECODED
// RUN: gq-run %s --entry=turned --m=70 --stages | FileCheck %s --check-prefixes=CHECK,TURNED
// RUN: gq-run %s --entry=repeated --m=70 --stages | FileCheck %s --check-prefixes=CHECK,REPEATED
// RUN: gq-compile %s -o %t.gqb
// CHECK: after gq-fold-scales: {{.*}}
// CHECK-NEXT: check0 passed
// CHECK: after gq-tile: {{.*}}
// CHECK-NEXT: check0 passed
// DECODED: after gq-distribute: simulated 1 launches
// TURNED: after gq-distribute: simulated 2 launches
// REPEATED: after gq-distribute: simulated 1 launches
// CHECK-NEXT: check0 passed

#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (n, k)>
#c = affine_map<(m, n, k) -> (m, n)>

func.func @decoded(%x: tensor<?x256xf8E4M3FN>, %sx: tensor<?x8xf8E8M0FNU>, %w: tensor<72x256xf8E4M3FN>, %sw: tensor<72x8xf8E8M0FNU>) -> tensor<?x72xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x256xf8E4M3FN>
  %ea = tensor.empty(%m) : tensor<?x256xbf16>
  %a = gq.dequantize %x scales(%sx block [1, 32]) outs(%ea : tensor<?x256xbf16>) : tensor<?x256xf8E4M3FN>, tensor<?x8xf8E8M0FNU> -> tensor<?x256xbf16>
  %eb = tensor.empty() : tensor<72x256xbf16>
  %b = gq.dequantize %w scales(%sw block [1, 32]) outs(%eb : tensor<72x256xbf16>) : tensor<72x256xf8E4M3FN>, tensor<72x8xf8E8M0FNU> -> tensor<72x256xbf16>
  %e = tensor.empty(%m) : tensor<?x72xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x72xf32>) -> tensor<?x72xf32>
  %d = linalg.matmul indexing_maps = [#a, #b, #c] ins(%a, %b : tensor<?x256xbf16>, tensor<72x256xbf16>) outs(%init : tensor<?x72xf32>) -> tensor<?x72xf32>
  return %d : tensor<?x72xf32>
}

func.func @turned(%x: tensor<?x256xf8E4M3FN>, %sx: tensor<?x2xf32>, %w: tensor<256x200xf8E4M3FN>, %sw: tensor<2x2xf32>) -> tensor<?x200xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x256xf8E4M3FN>
  %ea = tensor.empty(%m) : tensor<?x256xf32>
  %a = gq.dequantize %x scales(%sx block [1, 128]) outs(%ea : tensor<?x256xf32>) : tensor<?x256xf8E4M3FN>, tensor<?x2xf32> -> tensor<?x256xf32>
  %ew = tensor.empty() : tensor<256x200xf32>
  %f = gq.dequantize %w scales(%sw block [128, 128]) outs(%ew : tensor<256x200xf32>) : tensor<256x200xf8E4M3FN>, tensor<2x2xf32> -> tensor<256x200xf32>
  %eb = tensor.empty() : tensor<200x256xf32>
  %b = linalg.transpose ins(%f : tensor<256x200xf32>) outs(%eb : tensor<200x256xf32>) permutation = [1, 0]
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = linalg.matmul indexing_maps = [#a, #b, #c] ins(%a, %b : tensor<?x256xf32>, tensor<200x256xf32>) outs(%init : tensor<?x200xf32>) -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}

func.func @repeated(%x: tensor<?x256xf8E4M3FN>, %sx: tensor<?x2xf32>, %w: tensor<200x256xf8E4M3FN>, %rows: tensor<200xf32>) -> tensor<?x200xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x256xf8E4M3FN>
  %es = tensor.empty() : tensor<200x2xf32>
  %sw = linalg.broadcast ins(%rows : tensor<200xf32>) outs(%es : tensor<200x2xf32>) dimensions = [1]
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %x, %w scales(%sx block [1, 128], %sw block [1, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<200x256xf8E4M3FN>, tensor<?x2xf32>, tensor<200x2xf32> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}
