// Codes that are decoded for a quantisation are decoded in its kernel, and what it writes has the bits of two:
// one launch, right after every pass.
//
// DEFINE: %{entry} =
// DEFINE: %{test} = gq-run %s --m=150 --generate=codes --entry=%{entry} --stages | FileCheck %s --implicit-check-not=failed
// CHECK: after gq-tile: {{.*}}
// CHECK: check0 passed: equal bit for bit
// CHECK: check1 passed: equal bit for bit
// CHECK: after gq-expand-math: simulated 1 launches
// CHECK: check0 passed: equal bit for bit
// CHECK: check1 passed: equal bit for bit
// REDEFINE: %{entry} = mx
// RUN: %{test}
// REDEFINE: %{entry} = square
// RUN: %{test}
// REDEFINE: %{entry} = odd
// RUN: %{test}
// REDEFINE: %{entry} = squares
// RUN: %{test}
// REDEFINE: %{entry} = codes
// RUN: %{test}
// REDEFINE: %{entry} = scaled
// RUN: %{test}

func.func @mx(%q: tensor<?x1024xf8E4M3FN>, %s: tensor<?x32xf8E8M0FNU>) -> (tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x1024xf8E4M3FN>
  %rows = affine.apply affine_map<(d) -> (d ceildiv 1)>(%m)
  %e = tensor.empty(%m) : tensor<?x1024xbf16>
  %x = gq.dequantize %q scales(%s block [1, 32]) outs(%e : tensor<?x1024xbf16>) : tensor<?x1024xf8E4M3FN>, tensor<?x32xf8E8M0FNU> -> tensor<?x1024xbf16>
  %eq = tensor.empty(%m) : tensor<?x1024xf8E4M3FN>
  %es = tensor.empty(%rows) : tensor<?x8xf32>
  %c, %t = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {pow2}
      : tensor<?x1024xbf16> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  return %c, %t : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
}

func.func @square(%q: tensor<?x272xf8E4M3FN>, %s: tensor<?x9xf8E8M0FNU>) -> (tensor<?x272xf8E4M3FN>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x272xf8E4M3FN>
  %rows = affine.apply affine_map<(d) -> (d ceildiv 128)>(%m)
  %e = tensor.empty(%m) : tensor<?x272xbf16>
  %x = gq.dequantize %q scales(%s block [1, 32]) outs(%e : tensor<?x272xbf16>) : tensor<?x272xf8E4M3FN>, tensor<?x9xf8E8M0FNU> -> tensor<?x272xbf16>
  %eq = tensor.empty(%m) : tensor<?x272xf8E4M3FN>
  %es = tensor.empty(%rows) : tensor<?x3xf32>
  %c, %t = gq.quantize %x block [128, 128] outs(%eq, %es : tensor<?x272xf8E4M3FN>, tensor<?x3xf32>) {pow2}
      : tensor<?x272xbf16> -> tensor<?x272xf8E4M3FN>, tensor<?x3xf32>
  return %c, %t : tensor<?x272xf8E4M3FN>, tensor<?x3xf32>
}

func.func @odd(%q: tensor<?x301xf8E5M2>, %s: tensor<?x10xf8E8M0FNU>) -> (tensor<?x301xf8E5M2>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x301xf8E5M2>
  %rows = affine.apply affine_map<(d) -> (d ceildiv 1)>(%m)
  %e = tensor.empty(%m) : tensor<?x301xbf16>
  %x = gq.dequantize %q scales(%s block [1, 32]) outs(%e : tensor<?x301xbf16>) : tensor<?x301xf8E5M2>, tensor<?x10xf8E8M0FNU> -> tensor<?x301xbf16>
  %eq = tensor.empty(%m) : tensor<?x301xf8E5M2>
  %es = tensor.empty(%rows) : tensor<?x3xf32>
  %c, %t = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x301xf8E5M2>, tensor<?x3xf32>) {pow2}
      : tensor<?x301xbf16> -> tensor<?x301xf8E5M2>, tensor<?x3xf32>
  return %c, %t : tensor<?x301xf8E5M2>, tensor<?x3xf32>
}

func.func @squares(%q: tensor<?x512xf8E4M3FN>, %s: tensor<?x4xf32>) -> (tensor<?x512xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x512xf8E4M3FN>
  %rows = affine.apply affine_map<(d) -> (d ceildiv 256)>(%m)
  %e = tensor.empty(%m) : tensor<?x512xbf16>
  %x = gq.dequantize %q scales(%s block [128, 128]) outs(%e : tensor<?x512xbf16>) : tensor<?x512xf8E4M3FN>, tensor<?x4xf32> -> tensor<?x512xbf16>
  %eq = tensor.empty(%m) : tensor<?x512xf8E4M3FN>
  %es = tensor.empty(%rows) : tensor<?x2xf32>
  %c, %t = gq.quantize %x block [256, 256] outs(%eq, %es : tensor<?x512xf8E4M3FN>, tensor<?x2xf32>) {pow2}
      : tensor<?x512xbf16> -> tensor<?x512xf8E4M3FN>, tensor<?x2xf32>
  return %c, %t : tensor<?x512xf8E4M3FN>, tensor<?x2xf32>
}

func.func @codes(%q: tensor<?x512xi8>, %s: tensor<?x16xf8E8M0FNU>) -> (tensor<?x512xi8>, tensor<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x512xi8>
  %rows = affine.apply affine_map<(d) -> (d ceildiv 1)>(%m)
  %e = tensor.empty(%m) : tensor<?x512xbf16>
  %x = gq.dequantize %q scales(%s block [1, 32]) outs(%e : tensor<?x512xbf16>) : tensor<?x512xi8>, tensor<?x16xf8E8M0FNU> -> tensor<?x512xbf16>
  %eq = tensor.empty(%m) : tensor<?x512xi8>
  %es = tensor.empty(%rows) : tensor<?x4xf32>
  %c, %t = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x512xi8>, tensor<?x4xf32>) {pow2}
      : tensor<?x512xbf16> -> tensor<?x512xi8>, tensor<?x4xf32>
  return %c, %t : tensor<?x512xi8>, tensor<?x4xf32>
}

// An elementwise op in between.
func.func @scaled(%q: tensor<?x256xf8E4M3FN>, %s: tensor<?x8xf8E8M0FNU>, %w: tensor<256xbf16>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x256xbf16>
  %x = gq.dequantize %q scales(%s block [1, 32]) outs(%e : tensor<?x256xbf16>) : tensor<?x256xf8E4M3FN>, tensor<?x8xf8E8M0FNU> -> tensor<?x256xbf16>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %w : tensor<?x256xbf16>, tensor<256xbf16>) outs(%e : tensor<?x256xbf16>) {
    ^bb0(%a: bf16, %b: bf16, %o: bf16):
      %r = arith.mulf %a, %b : bf16
      linalg.yield %r : bf16
  } -> tensor<?x256xbf16>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %c, %t = gq.quantize %y block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %c, %t : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}
