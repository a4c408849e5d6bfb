// Quantisation behind a product by blocks of several rows, in its kernel: warps share their maxima.
// Equal to the reference to the bit, since sums of integers are exact. With as many rows as there are
// and with few, so that tiles, blocks and groups have rows past the end.
//
// DEFINE: %{entry} =
// DEFINE: %{m} = 200
// DEFINE: %{run} = gq-run %s --m=%{m} --generate=codes --entry=%{entry}
// DEFINE: %{same} = %{run} --backend=reference --output=%t.q.npy --output=%t.s.npy && %{run} --backend=simulate --output=%t.sim.q.npy --output=%t.sim.s.npy && cmp %t.q.npy %t.sim.q.npy && cmp %t.s.npy %t.sim.s.npy

// REDEFINE: %{entry} = squares
// RUN: %{same}
// RUN: gq-run %s --m=200 --entry=squares --stages | FileCheck %s --check-prefix=STAGES
// REDEFINE: %{m} = 1
// RUN: %{same}
// REDEFINE: %{m} = 200
// REDEFINE: %{entry} = added
// RUN: %{same}
// REDEFINE: %{m} = 72
// RUN: %{same}
// REDEFINE: %{entry} = turned
// RUN: %{same}
// REDEFINE: %{entry} = columns
// RUN: %{same}
// RUN: gq-run %s --entry=columns --stages | FileCheck %s --check-prefix=STAGES
// REDEFINE: %{entry} = tall
// REDEFINE: %{m} = 300
// RUN: %{same}
// REDEFINE: %{entry} = starts
// RUN: %{same}
// REDEFINE: %{entry} = three_groups
// RUN: %{same}
// REDEFINE: %{entry} = padded
// RUN: %{same}
// REDEFINE: %{entry} = infinite
// RUN: %{same}
// REDEFINE: %{entry} = no_numbers
// RUN: %{same}
// REDEFINE: %{entry} = points
// RUN: %{same}

// RUN: gq-opt %s --convert-elementwise-to-linalg --gq-expand --gq-select-config=max-variants=1 | FileCheck %s --check-prefix=CONFIG
// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX

// STAGES: after gq-tile: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES-NEXT: check1 passed
// STAGES: after gq-defer-stores: simulated {{[1-9]}} launches
// STAGES-NEXT: check0 passed
// STAGES-NEXT: check1 passed

// Each is one kernel.
// CONFIG-COUNT-11: quantize = true
// CONFIG-NOT: #gq.quantize_config

// A maximum of a warp; those of eight warps; codes.
// PTX-LABEL: .entry columns_matmul
// PTX: redux.sync.max.u32
// PTX: st.shared.b32
// PTX: ld.shared.v4.b32
// PTX: cvt.rn.satfinite.e4m3x2.f32

// Rows and columns end inside of blocks, and of tiles.
func.func @squares(%a: tensor<?x512xi8>, %sa: tensor<?x4xf32>, %b: tensor<416x512xi8>, %sb: tensor<4x4xf32>) -> (tensor<?x416xf8E4M3FN>, tensor<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %r = arith.constant 128 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xi8>
  %g = arith.ceildivui %m, %r : index
  %e = tensor.empty(%m) : tensor<?x416xf32>
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x416xf32>) -> tensor<?x416xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x416xf32>)
      : tensor<?x512xi8>, tensor<416x512xi8>, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x416xf32>
  %eq = tensor.empty(%m) : tensor<?x416xf8E4M3FN>
  %es = tensor.empty(%g) : tensor<?x4xf32>
  %q, %s = gq.quantize %d block [128, 128] outs(%eq, %es : tensor<?x416xf8E4M3FN>, tensor<?x4xf32>)
      : tensor<?x416xf32> -> tensor<?x416xf8E4M3FN>, tensor<?x4xf32>
  return %q, %s : tensor<?x416xf8E4M3FN>, tensor<?x4xf32>
}

// Behind a bias, which rows past the end do not have; blocks of the rows of one group.
func.func @added(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<288x256xi8>, %sb: tensor<3x2xf32>, %bias: tensor<288xf32>) -> (tensor<?x288xf8E4M3FN>, tensor<?x9xf32>) {
  %c0 = arith.constant 0 : index
  %r = arith.constant 64 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %g = arith.ceildivui %m, %r : index
  %e = tensor.empty(%m) : tensor<?x288xf32>
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x288xf32>) -> tensor<?x288xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x288xf32>)
      : tensor<?x256xi8>, tensor<288x256xi8>, tensor<?x2xf32>, tensor<3x2xf32> -> tensor<?x288xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias : tensor<?x288xf32>, tensor<288xf32>) outs(%e : tensor<?x288xf32>) {
  ^bb0(%v: f32, %w: f32, %o: f32):
    %x = arith.addf %v, %w : f32
    linalg.yield %x : f32
  } -> tensor<?x288xf32>
  %eq = tensor.empty(%m) : tensor<?x288xf8E4M3FN>
  %es = tensor.empty(%g) : tensor<?x9xf32>
  %q, %s = gq.quantize %y block [64, 32] outs(%eq, %es : tensor<?x288xf8E4M3FN>, tensor<?x9xf32>)
      : tensor<?x288xf32> -> tensor<?x288xf8E4M3FN>, tensor<?x9xf32>
  return %q, %s : tensor<?x288xf8E4M3FN>, tensor<?x9xf32>
}

func.func @turned(%a: tensor<200x384xi8>, %sa: tensor<200x3xf32>, %b: tensor<416x384xi8>, %sb: tensor<4x3xf32>) -> (tensor<200x416xi8>, tensor<4x2xf8E8M0FNU>) {
  %e = tensor.empty() : tensor<200x416xf32>
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<200x416xf32>) -> tensor<200x416xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<200x416xf32>)
      : tensor<200x384xi8>, tensor<416x384xi8>, tensor<200x3xf32>, tensor<4x3xf32> -> tensor<200x416xf32>
  %eq = tensor.empty() : tensor<200x416xi8>
  %es = tensor.empty() : tensor<4x2xf8E8M0FNU>
  %q, %s = gq.quantize %d block [128, 128] outs(%eq, %es : tensor<200x416xi8>, tensor<4x2xf8E8M0FNU>) {pow2, transposed_scales}
      : tensor<200x416xf32> -> tensor<200x416xi8>, tensor<4x2xf8E8M0FNU>
  return %q, %s : tensor<200x416xi8>, tensor<4x2xf8E8M0FNU>
}

// Blocks of which every group has half of the columns.
func.func @columns(%a: tensor<300x256xi8>, %sa: tensor<300x2xf32>, %b: tensor<512x256xi8>, %sb: tensor<4x2xf32>) -> (tensor<300x512xf8E4M3FN>, tensor<3x2xf32>) {
  %e = tensor.empty() : tensor<300x512xf32>
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<300x512xf32>) -> tensor<300x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<300x512xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, stages = 4, quantize = true>}
      : tensor<300x256xi8>, tensor<512x256xi8>, tensor<300x2xf32>, tensor<4x2xf32> -> tensor<300x512xf32>
  %eq = tensor.empty() : tensor<300x512xf8E4M3FN>
  %es = tensor.empty() : tensor<3x2xf32>
  %q, %s = gq.quantize %d block [128, 256] outs(%eq, %es : tensor<300x512xf8E4M3FN>, tensor<3x2xf32>) {divide}
      : tensor<300x512xf32> -> tensor<300x512xf8E4M3FN>, tensor<3x2xf32>
  return %q, %s : tensor<300x512xf8E4M3FN>, tensor<3x2xf32>
}

// All rows of a tile, of two groups or of four products.
func.func @tall(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<256x256xi8>, %sb: tensor<2x2xf32>) -> (tensor<?x256xf8E5M2>, tensor<?x2xbf16>) {
  %c0 = arith.constant 0 : index
  %r = arith.constant 256 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %g = arith.ceildivui %m, %r : index
  %e = tensor.empty(%m) : tensor<?x256xbf16>
  %zero = arith.constant 0.0 : bf16
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x256xbf16>) -> tensor<?x256xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x256xbf16>)
      : tensor<?x256xi8>, tensor<256x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x256xbf16>
  %eq = tensor.empty(%m) : tensor<?x256xf8E5M2>
  %es = tensor.empty(%g) : tensor<?x2xbf16>
  %q, %s = gq.quantize %d block [256, 128] outs(%eq, %es : tensor<?x256xf8E5M2>, tensor<?x2xbf16>)
      : tensor<?x256xbf16> -> tensor<?x256xf8E5M2>, tensor<?x2xbf16>
  return %q, %s : tensor<?x256xf8E5M2>, tensor<?x2xbf16>
}

// Sums that start from a tensor; a floor.
func.func @starts(%a: tensor<130x256xi8>, %sa: tensor<130x2xf32>, %b: tensor<416x256xi8>, %sb: tensor<4x2xf32>, %c: tensor<130x416xf32>) -> (tensor<130x416xf8E4M3FN>, tensor<3x7xf32>) {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<130x416xf32>)
      : tensor<130x256xi8>, tensor<416x256xi8>, tensor<130x2xf32>, tensor<4x2xf32> -> tensor<130x416xf32>
  %eq = tensor.empty() : tensor<130x416xf8E4M3FN>
  %es = tensor.empty() : tensor<3x7xf32>
  %q, %s = gq.quantize %d block [64, 64] outs(%eq, %es : tensor<130x416xf8E4M3FN>, tensor<3x7xf32>) {amax_floor = 0.5 : f32}
      : tensor<130x416xf32> -> tensor<130x416xf8E4M3FN>, tensor<3x7xf32>
  return %q, %s : tensor<130x416xf8E4M3FN>, tensor<3x7xf32>
}

// Blocks of three groups.
func.func @three_groups(%a: tensor<400x256xi8>, %sa: tensor<400x2xf32>, %b: tensor<192x256xi8>, %sb: tensor<2x2xf32>) -> (tensor<400x192xf8E4M3FN>, tensor<3x3xf32>) {
  %e = tensor.empty() : tensor<400x192xf32>
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<400x192xf32>) -> tensor<400x192xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<400x192xf32>)
      : tensor<400x256xi8>, tensor<192x256xi8>, tensor<400x2xf32>, tensor<2x2xf32> -> tensor<400x192xf32>
  %eq = tensor.empty() : tensor<400x192xf8E4M3FN>
  %es = tensor.empty() : tensor<3x3xf32>
  %q, %s = gq.quantize %d block [192, 64] outs(%eq, %es : tensor<400x192xf8E4M3FN>, tensor<3x3xf32>)
      : tensor<400x192xf32> -> tensor<400x192xf8E4M3FN>, tensor<3x3xf32>
  return %q, %s : tensor<400x192xf8E4M3FN>, tensor<3x3xf32>
}

// Rows of scales that are padded to as many as a tile has.
func.func @padded(%a: tensor<260x256xi8>, %sa: tensor<260x2xf32>, %b: tensor<256x256xi8>, %sb: tensor<2x2xf32>) -> (tensor<260x256xf8E4M3FN>, tensor<2x8xf32>) {
  %e = tensor.empty() : tensor<260x256xf32>
  %zero = arith.constant 0.0 : f32
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<260x256xf32>) -> tensor<260x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<260x256xf32>)
      : tensor<260x256xi8>, tensor<256x256xi8>, tensor<260x2xf32>, tensor<2x2xf32> -> tensor<260x256xf32>
  %eq = tensor.empty() : tensor<260x256xf8E4M3FN>
  %es = tensor.empty() : tensor<2x8xf32>
  %q, %s = gq.quantize %d block [64, 128] outs(%eq, %es : tensor<260x256xf8E4M3FN>, tensor<2x8xf32>) {transposed_scales, padded_scales}
      : tensor<260x256xf32> -> tensor<260x256xf8E4M3FN>, tensor<2x8xf32>
  return %q, %s : tensor<260x256xf8E4M3FN>, tensor<2x8xf32>
}

// Infinite elements count as the largest finite one, and NaN as none; of NaN alone there is no maximum.
func.func @infinite(%a: tensor<200x256xi8>, %sa: tensor<200x2xf32>, %b: tensor<256x256xi8>, %sb: tensor<2x2xf32>, %x: tensor<200x256xf32>) -> (tensor<200x256xf8E5M2>, tensor<2x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<200x256xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<200x256xf32>) -> tensor<200x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<200x256xf32>)
      : tensor<200x256xi8>, tensor<256x256xi8>, tensor<200x2xf32>, tensor<2x2xf32> -> tensor<200x256xf32>
  %y = arith.divf %d, %x : tensor<200x256xf32>
  %eq = tensor.empty() : tensor<200x256xf8E5M2>
  %es = tensor.empty() : tensor<2x2xf32>
  %q, %s = gq.quantize %y block [128, 128] outs(%eq, %es : tensor<200x256xf8E5M2>, tensor<2x2xf32>)
      : tensor<200x256xf32> -> tensor<200x256xf8E5M2>, tensor<2x2xf32>
  return %q, %s : tensor<200x256xf8E5M2>, tensor<2x2xf32>
}

func.func @no_numbers(%a: tensor<200x256xi8>, %sa: tensor<200x2xf32>, %b: tensor<256x256xi8>, %sb: tensor<2x2xf32>) -> (tensor<200x256xf8E5M2>, tensor<2x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<200x256xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<200x256xf32>) -> tensor<200x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<200x256xf32>)
      : tensor<200x256xi8>, tensor<256x256xi8>, tensor<200x2xf32>, tensor<2x2xf32> -> tensor<200x256xf32>
  %z = arith.subf %d, %d : tensor<200x256xf32>
  %y = arith.divf %z, %z : tensor<200x256xf32>
  %eq = tensor.empty() : tensor<200x256xf8E5M2>
  %es = tensor.empty() : tensor<2x2xf32>
  %q, %s = gq.quantize %y block [128, 128] outs(%eq, %es : tensor<200x256xf8E5M2>, tensor<2x2xf32>)
      : tensor<200x256xf32> -> tensor<200x256xf8E5M2>, tensor<2x2xf32>
  return %q, %s : tensor<200x256xf8E5M2>, tensor<2x2xf32>
}

// Sums of rows of b go through a ring of the role as well, and slots of operands leave room for both.
func.func @points(%a: tensor<?x256xi8>, %sa: tensor<?x1xf32>, %za: tensor<?xi8>, %b: tensor<256x256xi8>, %sb: tensor<256x1xf32>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %g = arith.ceildivui %m, %c128 : index
  %e = tensor.empty(%m) : tensor<?x256xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x256xf32>) -> tensor<?x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 256], %sb block [1, 256]) a_zero_points(%za : tensor<?xi8>) outs(%i : tensor<?x256xf32>)
         : tensor<?x256xi8>, tensor<256x256xi8>, tensor<?x1xf32>, tensor<256x1xf32> -> tensor<?x256xf32>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%g) : tensor<?x2xf32>
  %q, %s = gq.quantize %d block [128, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
      : tensor<?x256xf32> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}
