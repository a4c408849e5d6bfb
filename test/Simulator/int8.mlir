// Products of i8 with scales: right after every pass, and equal to the reference
// to the bit, since sums of integers are exact. Codes of the whole range, rows and
// columns that end inside a tile, every kind of blocks.
//
// DEFINE: %{entry} =
// DEFINE: %{run} = gq-run %s --m=200 --generate=codes --entry=%{entry}
// DEFINE: %{same} = %{run} --backend=reference --output=%t.reference.npy && %{run} --backend=simulate --output=%t.simulate.npy && cmp %t.reference.npy %t.simulate.npy
// DEFINE: %{stages} = gq-run %s --m=200 --entry=%{entry} --stages | FileCheck %s --check-prefix=STAGES

// REDEFINE: %{entry} = rows
// RUN: %{same}
// RUN: %{stages}
// REDEFINE: %{entry} = squares
// RUN: %{same}
// REDEFINE: %{entry} = large
// RUN: %{same}
// REDEFINE: %{entry} = halves
// RUN: %{same}
// REDEFINE: %{entry} = linear
// RUN: %{stages}
// RUN: gq-run %s --m=200 --entry=linear --backend=reference --output=%t.reference.npy
// RUN: gq-run %s --m=200 --entry=linear --backend=simulate --output=%t.simulate.npy
// RUN: cmp %t.reference.npy %t.simulate.npy

// RUN: gq-compile %s -o %t.gqb
// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX

// STAGES: after gq-tile: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-allocate-shared-memory: simulated {{[13]}} launches
// STAGES-NEXT: check0 passed

// PTX: .entry rows_matmul
// PTX: wgmma.mma_async.sync.aligned.m64n128k32.s32.s8.s8 {{.*}}, da, db, no; {{.*}}, da, db, yes; wgmma.commit_group
// PTX: cvt.rn.f32.s32
// PTX: fma.rn.f32

func.func @rows(%a: tensor<?x272xi8>, %b: tensor<136x272xi8>, %sa: tensor<?x3xf32>, %sb: tensor<2x3xf32>) -> tensor<?x136xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xi8>
  %e = tensor.empty(%m) : tensor<?x136xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x136xf32>) -> tensor<?x136xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%i : tensor<?x136xf32>)
         : tensor<?x272xi8>, tensor<136x272xi8>, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x136xf32>
  return %d : tensor<?x136xf32>
}

func.func @squares(%a: tensor<130x272xi8>, %b: tensor<136x272xi8>, %sa: tensor<2x3xf32>, %sb: tensor<2x3xf32>) -> tensor<130x136xbf16> {
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<130x136xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<130x136xbf16>) -> tensor<130x136xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [128, 128])
         outs(%i : tensor<130x136xbf16>)
         : tensor<130x272xi8>, tensor<136x272xi8>, tensor<2x3xf32>, tensor<2x3xf32> -> tensor<130x136xbf16>
  return %d : tensor<130x136xbf16>
}

func.func @large(%a: tensor<300x528xi8>, %b: tensor<264x528xi8>, %sa: tensor<2x3xf32>, %sb: tensor<2x3xf32>) -> tensor<300x264xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<300x264xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<300x264xf32>) -> tensor<300x264xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [256, 256], %sb block [256, 256])
         outs(%i : tensor<300x264xf32>)
         : tensor<300x528xi8>, tensor<264x528xi8>, tensor<2x3xf32>, tensor<2x3xf32> -> tensor<300x264xf32>
  return %d : tensor<300x264xf32>
}

// Two promotions in each step of K.
func.func @halves(%a: tensor<?x272xi8>, %b: tensor<48x272xi8>, %sa: tensor<?x3xf32>, %sb: tensor<1x3xf32>) -> tensor<?x48xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xi8>
  %e = tensor.empty(%m) : tensor<?x48xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x48xf32>) -> tensor<?x48xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [48, 128])
         outs(%i : tensor<?x48xf32>) {promote = 64}
         : tensor<?x272xi8>, tensor<48x272xi8>, tensor<?x3xf32>, tensor<1x3xf32> -> tensor<?x48xf32>
  return %d : tensor<?x48xf32>
}

// Quantised here; a bias and a clamp behind the product.
func.func @linear(%x: tensor<?x256xbf16>, %w: tensor<96x256xbf16>, %bias: tensor<96xbf16>) -> tensor<?x96xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %eq = tensor.empty(%m) : tensor<?x256xi8>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x256xi8>, tensor<?x2xf32>)
             : tensor<?x256xbf16> -> tensor<?x256xi8>, tensor<?x2xf32>
  %ew = tensor.empty() : tensor<96x256xi8>
  %et = tensor.empty() : tensor<1x2xf32>
  %p, %t = gq.quantize %w block [128, 128] outs(%ew, %et : tensor<96x256xi8>, tensor<1x2xf32>)
             : tensor<96x256xbf16> -> tensor<96x256xi8>, tensor<1x2xf32>
  %e = tensor.empty(%m) : tensor<?x96xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x96xf32>) -> tensor<?x96xf32>
  %acc = gq.scaled_matmul %q, %p scales(%s block [1, 128], %t block [128, 128])
           outs(%i : tensor<?x96xf32>)
           : tensor<?x256xi8>, tensor<96x256xi8>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xf32>
  %d = tensor.empty(%m) : tensor<?x96xbf16>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%acc, %bias : tensor<?x96xf32>, tensor<96xbf16>) outs(%d : tensor<?x96xbf16>) {
  ^bb0(%v: f32, %u: bf16, %o: bf16):
    %wide = arith.extf %u : bf16 to f32
    %sum = arith.addf %v, %wide : f32
    %clamped = arith.maximumf %sum, %zero : f32
    %r = arith.truncf %clamped : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x96xbf16>
  return %y : tensor<?x96xbf16>
}
