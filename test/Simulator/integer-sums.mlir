// Products of i8 whose sum over all of K is one integer, which stays in the tensor
// cores: with scales of rows, of columns or one of all behind the loop, and as i32.
// Equal to the reference to the bit after every pass, whoever adds up parts. Codes of
// the whole range; rows, columns and K end inside a tile.
//
// DEFINE: %{entry} =
// DEFINE: %{keys} =
// DEFINE: %{run} = gq-run %s --m=72 --generate=codes --entry=%{entry}
// DEFINE: %{same} = %{run} --backend=reference --output=%t.reference.npy && %{run} --backend=simulate --output=%t.simulate.npy && cmp %t.reference.npy %t.simulate.npy
// DEFINE: %{config} = %{run} --backend=reference --output=%t.reference.npy && %{run} --backend=simulate --output=%t.simulate.npy '--config=#gq.matmul_config<%{keys}>' && cmp %t.reference.npy %t.simulate.npy
// DEFINE: %{stages} = %{run} --stages | FileCheck %s --check-prefix=STAGES

// REDEFINE: %{entry} = rows
// RUN: %{same}
// RUN: %{stages}
// REDEFINE: %{entry} = one
// RUN: %{same}
// RUN: %{stages}
// REDEFINE: %{entry} = m_major
// RUN: %{same}
// REDEFINE: %{entry} = unscaled
// RUN: %{same}
// REDEFINE: %{entry} = codes
// RUN: %{same}
// REDEFINE: %{entry} = integers
// RUN: %{same}
// RUN: %{stages}
// REDEFINE: %{entry} = dequantized
// RUN: %{same}

// Every way to share a tile and its steps, and to store it.
// REDEFINE: %{entry} = rows
// REDEFINE: %{keys} = tile = [64, 64, 128], stages = 1, math_groups = 1
// RUN: %{config}
// REDEFINE: %{keys} = tile = [256, 128, 256], stages = 4, early_wait = false
// RUN: %{config}
// REDEFINE: %{keys} = tile = [128, 256, 128], split = n, stages = 3, store = direct
// RUN: %{config}
// REDEFINE: %{keys} = tile = [64, 128, 128], stages = 3, schedule = pingpong
// RUN: %{config}
// REDEFINE: %{keys} = tile = [128, 64, 128], stages = 2, schedule = streamk
// RUN: %{config}
// REDEFINE: %{keys} = tile = [128, 64, 128], stages = 2, split_k = 2
// RUN: %{config}
// REDEFINE: %{keys} = tile = [128, 64, 128], stages = 2, cluster = a
// RUN: %{config}
// REDEFINE: %{keys} = tile = [64, 16, 128], stages = 4, math_groups = 2, k_groups = 2, swap = true
// RUN: %{config}
// REDEFINE: %{keys} = tile = [64, 16, 128], math_groups = 1, occupancy = 2, swap = true, split_k = 2
// RUN: %{config}
// REDEFINE: %{entry} = integers
// REDEFINE: %{keys} = tile = [128, 64, 128], stages = 2, split_k = 2
// RUN: %{config}
// RUN: not %{run} --backend=simulate '--config=#gq.matmul_config<tile = [128, 64, 128], schedule = streamk>' 2>&1 | FileCheck %s --check-prefix=ADDS
// RUN: not %{run} --backend=simulate '--config=#gq.matmul_config<tile = [128, 64, 128], store = deferred>' 2>&1 | FileCheck %s --check-prefix=DEFERRED
// ADDS: expects a result that starts from zeros
// DEFERRED: expects sums that are promoted; those of bf16 and f16, and of i8 over all of K, stay in the tensor cores

// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX

// STAGES: after gq-expand: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-tile: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-allocate-shared-memory: simulated {{[1-9]}} launches
// STAGES-NEXT: check0 passed

// Nothing is converted between the products.
// PTX: .entry rows_matmul
// PTX: k32.s32.s8.s8 {{.*}}, da, db, yes;
// PTX: wgmma.wait_group
// PTX: cvt.rn.f32.s32
// PTX: .entry integers_matmul
// PTX: k32.s32.s8.s8
// PTX-NOT: cvt.rn.f32.s32
// PTX: .entry dequantized_matmul

func.func @rows(%a: tensor<72x400xi8>, %sa: tensor<72x1xf32>, %b: tensor<160x400xi8>, %sb: tensor<160x1xf32>) -> tensor<72x160xbf16> {
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty() : tensor<72x160xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<72x160xbf16>) -> tensor<72x160xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 400], %sb block [1, 512]) outs(%i : tensor<72x160xbf16>)
         : tensor<72x400xi8>, tensor<160x400xi8>, tensor<72x1xf32>, tensor<160x1xf32> -> tensor<72x160xbf16>
  return %d : tensor<72x160xbf16>
}

// Added to a tensor.
func.func @one(%a: tensor<72x272xi8>, %b: tensor<136x272xi8>, %sa: tensor<1x1xf32>, %sb: tensor<1x1xf32>, %c: tensor<72x136xf32>) -> tensor<72x136xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [256, 272], %sb block [136, 272]) outs(%c : tensor<72x136xf32>)
         : tensor<72x272xi8>, tensor<136x272xi8>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<72x136xf32>
  return %d : tensor<72x136xf32>
}

// Scales side by side, those of a in padded rows, those of b of eight bits.
func.func @m_major(%a: tensor<?x272xi8>, %b: tensor<144x272xi8>, %sa: tensor<1x?xf32>, %sb: tensor<1x144xf8E8M0FNU>) -> tensor<?x144xf32> {
  %one = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xi8>
  %e = tensor.empty(%m) : tensor<?x144xf32>
  %i = linalg.fill ins(%one : f32) outs(%e : tensor<?x144xf32>) -> tensor<?x144xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 272], %sb block [1, 272]) outs(%i : tensor<?x144xf32>)
         {transposed_a_scales, padded_a_scales, transposed_b_scales}
         : tensor<?x272xi8>, tensor<144x272xi8>, tensor<1x?xf32>, tensor<1x144xf8E8M0FNU> -> tensor<?x144xf32>
  return %d : tensor<?x144xf32>
}

func.func @unscaled(%a: tensor<72x272xi8>, %b: tensor<136x272xi8>) -> tensor<72x136xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<72x136xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<72x136xf32>) -> tensor<72x136xf32>
  %d = gq.scaled_matmul %a, %b outs(%f : tensor<72x136xf32>)
         : tensor<72x272xi8>, tensor<136x272xi8> -> tensor<72x136xf32>
  return %d : tensor<72x136xf32>
}

// A layer of int8 from codes to codes, whose scale is known.
func.func @codes(%a: tensor<72x272xi8>, %sa: tensor<72x1xf32>, %b: tensor<136x272xi8>, %sb: tensor<136x1xf32>) -> tensor<72x136xi8> {
  %zero = arith.constant 0.0 : f32
  %inverse = arith.constant 0.0625 : f32
  %low = arith.constant -127.0 : f32
  %high = arith.constant 127.0 : f32
  %e = tensor.empty() : tensor<72x136xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<72x136xf32>) -> tensor<72x136xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 272], %sb block [1, 272]) outs(%i : tensor<72x136xf32>)
         : tensor<72x272xi8>, tensor<136x272xi8>, tensor<72x1xf32>, tensor<136x1xf32> -> tensor<72x136xf32>
  %eo = tensor.empty() : tensor<72x136xi8>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<72x136xf32>) outs(%eo : tensor<72x136xi8>) {
  ^bb0(%v: f32, %o: i8):
    %s = arith.mulf %v, %inverse : f32
    %r = math.roundeven %s : f32
    %lo = arith.maximumf %r, %low : f32
    %hi = arith.minimumf %lo, %high : f32
    %q = arith.fptosi %hi : f32 to i8
    linalg.yield %q : i8
  } -> tensor<72x136xi8>
  return %y : tensor<72x136xi8>
}

func.func @integers(%a: tensor<72x272xi8>, %b: tensor<136x272xi8>, %c: tensor<72x136xi32>) -> tensor<72x136xi32> {
  %d = gq.scaled_matmul %a, %b outs(%c : tensor<72x136xi32>)
         : tensor<72x272xi8>, tensor<136x272xi8> -> tensor<72x136xi32>
  return %d : tensor<72x136xi32>
}

// MatMulInteger, then the scale of a column and a bias.
func.func @dequantized(%a: tensor<72x272xi8>, %b: tensor<136x272xi8>, %s: tensor<136xf32>, %bias: tensor<136xf32>) -> tensor<72x136xf32> {
  %zero = arith.constant 0 : i32
  %e = tensor.empty() : tensor<72x136xi32>
  %i = linalg.fill ins(%zero : i32) outs(%e : tensor<72x136xi32>) -> tensor<72x136xi32>
  %d = gq.scaled_matmul %a, %b outs(%i : tensor<72x136xi32>)
         : tensor<72x272xi8>, tensor<136x272xi8> -> tensor<72x136xi32>
  %eo = tensor.empty() : tensor<72x136xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %s, %bias : tensor<72x136xi32>, tensor<136xf32>, tensor<136xf32>) outs(%eo : tensor<72x136xf32>) {
  ^bb0(%v: i32, %c: f32, %t: f32, %o: f32):
    %f = arith.sitofp %v : i32 to f32
    %p = arith.mulf %f, %c : f32
    %r = arith.addf %p, %t : f32
    linalg.yield %r : f32
  } -> tensor<72x136xf32>
  return %y : tensor<72x136xf32>
}
