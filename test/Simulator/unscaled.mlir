// Products without scales: of bf16 and f16, which the tensor cores add up over all of K,
// and of FP8 and i8, which are promoted. Right after every pass; i8 to the bit. Rows,
// columns and K end inside a tile.
//
// DEFINE: %{entry} =
// DEFINE: %{run} = gq-run %s --m=200 --entry=%{entry}
// DEFINE: %{stages} = %{run} --stages | FileCheck %s --check-prefix=STAGES
// DEFINE: %{keys} =
// DEFINE: %{simulate} = %{run} --backend=simulate --check '--config=#gq.matmul_config<%{keys}>' | FileCheck %s --check-prefix=SAME

// REDEFINE: %{entry} = bf16
// RUN: %{stages}
// REDEFINE: %{entry} = f16
// RUN: %{stages}
// REDEFINE: %{entry} = adds
// RUN: %{stages}
// REDEFINE: %{entry} = fp8
// RUN: %{stages}
// REDEFINE: %{entry} = both
// RUN: %{stages}
// REDEFINE: %{entry} = i8
// RUN: %{stages}
// RUN: %{run} --generate=codes --backend=reference --output=%t.reference.npy
// RUN: %{run} --generate=codes --backend=simulate --output=%t.simulate.npy
// RUN: cmp %t.reference.npy %t.simulate.npy

// One slot and steps of several, slabs above and beside one another, every way to
// share tiles and to store them.
// REDEFINE: %{entry} = bf16
// REDEFINE: %{keys} = tile = [64, 64, 64], stages = 1, math_groups = 1
// RUN: %{simulate}
// REDEFINE: %{keys} = tile = [256, 128, 128], stages = 3, early_wait = false
// RUN: %{simulate}
// REDEFINE: %{keys} = tile = [128, 256, 192], split = n, stages = 4, store = direct
// RUN: %{simulate}
// REDEFINE: %{keys} = tile = [64, 128, 64], stages = 3, schedule = pingpong
// RUN: %{simulate}
// REDEFINE: %{keys} = tile = [128, 64, 64], stages = 2, schedule = streamk
// RUN: %{simulate}
// REDEFINE: %{keys} = tile = [128, 64, 64], stages = 2, split_k = 2
// RUN: %{simulate}
// REDEFINE: %{keys} = tile = [128, 64, 64], stages = 2, cluster = b
// RUN: %{simulate}
// REDEFINE: %{keys} = tile = [64, 16, 128], math_groups = 1, occupancy = 2, swap = true, split_k = 2
// RUN: %{simulate}

// RUN: gq-compile %s -o %t.gqb
// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX

// STAGES: after gq-tile: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-allocate-shared-memory: simulated {{[1-9]}} launches
// STAGES-NEXT: check0 passed

// SAME: check0 passed

// PTX: .entry bf16_matmul
// PTX: wgmma.mma_async.sync.aligned.m64n{{[0-9]+}}k16.f32.bf16.bf16 {{.*}}, da, db, yes, 1, 1, 0, 0;
// PTX: .entry f16_matmul
// PTX: k16.f32.f16.f16 {{.*}}, da, db, yes, 1, 1, 0, 0;
// PTX: .entry fp8_matmul
// PTX: k32.f32.e4m3.e5m2 {{.*}}, da, db, no, 1, 1;
// PTX-NOT: fma.rn.f32
// PTX: add.rn.f32
// PTX: .entry i8_matmul
// PTX: cvt.rn.f32.s32
// PTX-NOT: fma.rn.f32
// PTX: add.rn.f32

func.func @bf16(%a: tensor<?x296xbf16>, %b: tensor<160x296xbf16>) -> tensor<?x160xbf16> {
  %zero = arith.constant 0.0 : bf16
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x296xbf16>
  %e = tensor.empty(%m) : tensor<?x160xbf16>
  %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x160xbf16>) -> tensor<?x160xbf16>
  %d = gq.scaled_matmul %a, %b outs(%f : tensor<?x160xbf16>)
         : tensor<?x296xbf16>, tensor<160x296xbf16> -> tensor<?x160xbf16>
  return %d : tensor<?x160xbf16>
}

func.func @f16(%a: tensor<72x264xf16>, %b: tensor<264x264xf16>, %bias: tensor<264xf16>) -> tensor<72x264xf16> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<72x264xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<72x264xf32>) -> tensor<72x264xf32>
  %d = gq.scaled_matmul %a, %b outs(%f : tensor<72x264xf32>)
         : tensor<72x264xf16>, tensor<264x264xf16> -> tensor<72x264xf32>
  %h = tensor.empty() : tensor<72x264xf16>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias : tensor<72x264xf32>, tensor<264xf16>) outs(%h : tensor<72x264xf16>) {
    ^bb0(%x: f32, %bias_e: f16, %o: f16):
      %w = arith.extf %bias_e : f16 to f32
      %s = arith.addf %x, %w : f32
      %r = arith.truncf %s : f32 to f16
      linalg.yield %r : f16
  } -> tensor<72x264xf16>
  return %y : tensor<72x264xf16>
}

func.func @adds(%a: tensor<?x264xbf16>, %b: tensor<48x264xbf16>, %c: tensor<?x48xf32>) -> tensor<?x48xf32> {
  %d = gq.scaled_matmul %a, %b outs(%c : tensor<?x48xf32>)
         : tensor<?x264xbf16>, tensor<48x264xbf16> -> tensor<?x48xf32>
  return %d : tensor<?x48xf32>
}

func.func @fp8(%a: tensor<?x272xf8E4M3FN>, %b: tensor<136x272xf8E5M2>) -> tensor<?x136xbf16> {
  %zero = arith.constant 0.0 : bf16
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x136xbf16>
  %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x136xbf16>) -> tensor<?x136xbf16>
  %d = gq.scaled_matmul %a, %b outs(%f : tensor<?x136xbf16>)
         : tensor<?x272xf8E4M3FN>, tensor<136x272xf8E5M2> -> tensor<?x136xbf16>
  return %d : tensor<?x136xbf16>
}

func.func @i8(%a: tensor<?x272xi8>, %b: tensor<136x272xi8>) -> tensor<?x136xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xi8>
  %e = tensor.empty(%m) : tensor<?x136xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x136xf32>) -> tensor<?x136xf32>
  %d = gq.scaled_matmul %a, %b outs(%f : tensor<?x136xf32>) {promote = 256}
         : tensor<?x272xi8>, tensor<136x272xi8> -> tensor<?x136xf32>
  return %d : tensor<?x136xf32>
}

// A product with scales and one without in one function.
func.func @both(%a: tensor<?x256xf8E4M3FN>, %b: tensor<128x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %sb: tensor<1x2xf32>,
                %w: tensor<64x128xbf16>) -> tensor<?x64xbf16> {
  %zero = arith.constant 0.0 : bf16
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x128xbf16>
  %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x128xbf16>) -> tensor<?x128xbf16>
  %h = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<?x128xbf16>)
         : tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xbf16>
  %e2 = tensor.empty(%m) : tensor<?x64xbf16>
  %f2 = linalg.fill ins(%zero : bf16) outs(%e2 : tensor<?x64xbf16>) -> tensor<?x64xbf16>
  %d = gq.scaled_matmul %h, %w outs(%f2 : tensor<?x64xbf16>)
         : tensor<?x128xbf16>, tensor<64x128xbf16> -> tensor<?x64xbf16>
  return %d : tensor<?x64xbf16>
}
