// A quantisation behind a product, in the same kernel where its blocks lie in the
// registers of a math group: right after every pass, and equal to the reference to
// the bit, since sums of integers are exact. Rows and columns end inside of tiles.
//
// DEFINE: %{entry} =
// DEFINE: %{run} = gq-run %s --m=200 --generate=codes --entry=%{entry}
// DEFINE: %{same} = %{run} --backend=reference --output=%t.q.npy --output=%t.s.npy && %{run} --backend=simulate --output=%t.sim.q.npy --output=%t.sim.s.npy && cmp %t.q.npy %t.sim.q.npy && cmp %t.s.npy %t.sim.s.npy

// REDEFINE: %{entry} = wide
// RUN: %{same}
// RUN: gq-run %s --m=200 --entry=wide --stages | FileCheck %s --check-prefix=STAGES
// REDEFINE: %{entry} = rounded
// RUN: %{same}
// REDEFINE: %{entry} = turned
// RUN: %{same}
// REDEFINE: %{entry} = halves
// RUN: %{same}
// REDEFINE: %{entry} = columns
// RUN: %{same}
// REDEFINE: %{entry} = bf16_scales
// RUN: %{same}
// Of codes no quotient differs from the product with a reciprocal.
// REDEFINE: %{entry} = divided
// REDEFINE: %{run} = gq-run %s --m=200 --entry=%{entry}
// RUN: %{same}
// REDEFINE: %{entry} = few
// RUN: %{same}
// REDEFINE: %{entry} = any_k
// REDEFINE: %{run} = gq-run %s --shape=arg0=40x100 --shape=arg1=40x1 --shape=arg2=96x100 --shape=arg3=1x1 --generate=codes --entry=%{entry}
// RUN: %{same}

// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX
// RUN: gq-opt %s --gq-expand --gq-select-config=max-variants=1 | FileCheck %s --check-prefix=CONFIG
// RUN: gq-opt %s --gq-expand --gq-select-config=max-variants=1 --remarks-filter=gq-select-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// STAGES: after gq-tile: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-allocate-shared-memory: simulated {{[13]}} launches

// One kernel: a maximum over the four threads of a row, a conversion of two values, a
// store of eight codes.
// PTX-LABEL: .entry wide_matmul
// PTX: shfl.sync.bfly
// PTX: cvt.rn.satfinite.e4m3x2.f32
// PTX: st.global.v2.b32
// PTX-NOT: .entry wide_quantize
// PTX: .entry rounded_matmul
// PTX: cvt.rn.bf16
// PTX: cvt.rn.satfinite.e4m3x2.f32
// PTX-NOT: .entry rounded_quantize
// PTX: .entry few_quantize
// PTX: .entry any_k_quantize

// CONFIG-LABEL: @wide
// CONFIG: gq.scaled_matmul {{.*}}store = deferred{{.*}}quantize = true
// CONFIG: gq.quantize
// CONFIG-NOT: quantize_config
// CONFIG-LABEL: @rounded
// CONFIG: quantize = true
// CONFIG-LABEL: @few
// CONFIG-NOT: quantize = true
// CONFIG: gq.quantize {{.*}}#gq.quantize_config
// Operands that threads copy if rows are not whole 16 bytes have rows of b in their order.
// CONFIG-LABEL: @any_k
// CONFIG: pitch = either
// CONFIG-NOT: quantize = true
// CONFIG: gq.quantize {{.*}}#gq.quantize_config

// REMARK: is computed in the tiles of the product
// REMARK: has a kernel of its own, and not that of the product: expects blocks of 1 row, or of a multiple of 64 that math groups share, got 32
// REMARK: has a kernel of its own, and not that of the product: has quantize = true, expects store = direct or deferred, got staged

func.func @wide(%a: tensor<?x512xi8>, %sa: tensor<?x4xf32>, %b: tensor<416x512xi8>, %sb: tensor<4x4xf32>) -> (tensor<?x416xf8E4M3FN>, tensor<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xi8>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x416xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x416xf32>) -> tensor<?x416xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x416xf32>)
      : tensor<?x512xi8>, tensor<416x512xi8>, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x416xf32>
  %eq = tensor.empty(%m) : tensor<?x416xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<?x416xf8E4M3FN>, tensor<?x4xf32>)
      : tensor<?x416xf32> -> tensor<?x416xf8E4M3FN>, tensor<?x4xf32>
  return %q, %s : tensor<?x416xf8E4M3FN>, tensor<?x4xf32>
}

// Rounded to bf16 before, in registers.
func.func @rounded(%a: tensor<?x384xi8>, %sa: tensor<?x3xf32>, %b: tensor<288x384xi8>, %sb: tensor<3x3xf32>) -> (tensor<?x288xf8E4M3FN>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x384xi8>
  %zero = arith.constant 0.0 : bf16
  %e = tensor.empty(%m) : tensor<?x288xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x288xbf16>) -> tensor<?x288xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x288xbf16>)
      : tensor<?x384xi8>, tensor<288x384xi8>, tensor<?x3xf32>, tensor<3x3xf32> -> tensor<?x288xbf16>
  %eq = tensor.empty(%m) : tensor<?x288xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x3xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<?x288xf8E4M3FN>, tensor<?x3xf32>)
      : tensor<?x288xbf16> -> tensor<?x288xf8E4M3FN>, tensor<?x3xf32>
  return %q, %s : tensor<?x288xf8E4M3FN>, tensor<?x3xf32>
}

func.func @turned(%a: tensor<200x512xi8>, %sa: tensor<200x4xf32>, %b: tensor<416x512xi8>, %sb: tensor<4x4xf32>) -> (tensor<200x416xi8>, tensor<4x200xf8E8M0FNU>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<200x416xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<200x416xf32>) -> tensor<200x416xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<200x416xf32>)
      : tensor<200x512xi8>, tensor<416x512xi8>, tensor<200x4xf32>, tensor<4x4xf32> -> tensor<200x416xf32>
  %eq = tensor.empty() : tensor<200x416xi8>
  %es = tensor.empty() : tensor<4x200xf8E8M0FNU>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<200x416xi8>, tensor<4x200xf8E8M0FNU>) {pow2, transposed_scales}
      : tensor<200x416xf32> -> tensor<200x416xi8>, tensor<4x200xf8E8M0FNU>
  return %q, %s : tensor<200x416xi8>, tensor<4x200xf8E8M0FNU>
}

func.func @halves(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<256x256xi8>, %sb: tensor<2x2xf32>) -> (tensor<?x256xf8E5M2>, tensor<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %zero = arith.constant 0.0 : f16
  %e = tensor.empty(%m) : tensor<?x256xf16>
  %i = linalg.fill ins(%zero : f16) outs(%e : tensor<?x256xf16>) -> tensor<?x256xf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x256xf16>)
      : tensor<?x256xi8>, tensor<256x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x256xf16>
  %eq = tensor.empty(%m) : tensor<?x256xf8E5M2>
  %es = tensor.empty(%m) : tensor<?x4xf32>
  %q, %s = gq.quantize %d block [1, 64] outs(%eq, %es : tensor<?x256xf8E5M2>, tensor<?x4xf32>)
      : tensor<?x256xf16> -> tensor<?x256xf8E5M2>, tensor<?x4xf32>
  return %q, %s : tensor<?x256xf8E5M2>, tensor<?x4xf32>
}

// Groups that split the columns.
func.func @columns(%a: tensor<300x512xi8>, %sa: tensor<300x4xf32>, %b: tensor<512x512xi8>, %sb: tensor<4x4xf32>) -> (tensor<300x512xf8E4M3FN>, tensor<300x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<300x512xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<300x512xf32>) -> tensor<300x512xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<300x512xf32>) {config = #gq.matmul_config<tile = [128, 256, 128], split = n, store = direct, stages = 4, quantize = true>}
      : tensor<300x512xi8>, tensor<512x512xi8>, tensor<300x4xf32>, tensor<4x4xf32> -> tensor<300x512xf32>
  %eq = tensor.empty() : tensor<300x512xf8E4M3FN>
  %es = tensor.empty() : tensor<300x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<300x512xf8E4M3FN>, tensor<300x4xf32>)
      : tensor<300x512xf32> -> tensor<300x512xf8E4M3FN>, tensor<300x4xf32>
  return %q, %s : tensor<300x512xf8E4M3FN>, tensor<300x4xf32>
}

// Blocks of more rows than a warp has, and of fewer than a group.
func.func @few(%a: tensor<300x256xi8>, %sa: tensor<300x2xf32>, %b: tensor<256x256xi8>, %sb: tensor<2x2xf32>) -> (tensor<300x256xf8E4M3FN>, tensor<10x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<300x256xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<300x256xf32>) -> tensor<300x256xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<300x256xf32>)
      : tensor<300x256xi8>, tensor<256x256xi8>, tensor<300x2xf32>, tensor<2x2xf32> -> tensor<300x256xf32>
  %eq = tensor.empty() : tensor<300x256xf8E4M3FN>
  %es = tensor.empty() : tensor<10x2xf32>
  %q, %s = gq.quantize %d block [32, 128] outs(%eq, %es : tensor<300x256xf8E4M3FN>, tensor<10x2xf32>)
      : tensor<300x256xf32> -> tensor<300x256xf8E4M3FN>, tensor<10x2xf32>
  return %q, %s : tensor<300x256xf8E4M3FN>, tensor<10x2xf32>
}

func.func @any_k(%a: tensor<?x?xi8>, %sa: tensor<?x?xf32>, %b: tensor<96x?xi8>, %sb: tensor<1x?xf32>) -> (tensor<?x96xf8E4M3FN>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x?xi8>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x96xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x96xf32>) -> tensor<?x96xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%f : tensor<?x96xf32>)
         : tensor<?x?xi8>, tensor<96x?xi8>, tensor<?x?xf32>, tensor<1x?xf32> -> tensor<?x96xf32>
  %eq = tensor.empty(%m) : tensor<?x96xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x3xf32>
  %q, %s = gq.quantize %d block [1, 32] outs(%eq, %es : tensor<?x96xf8E4M3FN>, tensor<?x3xf32>) : tensor<?x96xf32> -> tensor<?x96xf8E4M3FN>, tensor<?x3xf32>
  return %q, %s : tensor<?x96xf8E4M3FN>, tensor<?x3xf32>
}

// Quotients by scales, and not products with their reciprocals.
func.func @divided(%a: tensor<?x512xi8>, %sa: tensor<?x4xf32>, %b: tensor<416x512xi8>, %sb: tensor<4x4xf32>) -> (tensor<?x416xf8E4M3FN>, tensor<?x4xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xi8>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x416xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x416xf32>) -> tensor<?x416xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x416xf32>)
      : tensor<?x512xi8>, tensor<416x512xi8>, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x416xf32>
  %eq = tensor.empty(%m) : tensor<?x416xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x4xf32>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<?x416xf8E4M3FN>, tensor<?x4xf32>) {divide}
      : tensor<?x416xf32> -> tensor<?x416xf8E4M3FN>, tensor<?x4xf32>
  return %q, %s : tensor<?x416xf8E4M3FN>, tensor<?x4xf32>
}

func.func @bf16_scales(%a: tensor<?x512xi8>, %sa: tensor<?x4xf32>, %b: tensor<416x512xi8>, %sb: tensor<4x4xf32>) -> (tensor<?x416xf8E4M3FN>, tensor<?x4xbf16>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x512xi8>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x416xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x416xf32>) -> tensor<?x416xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x416xf32>)
      : tensor<?x512xi8>, tensor<416x512xi8>, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x416xf32>
  %eq = tensor.empty(%m) : tensor<?x416xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x4xbf16>
  %q, %s = gq.quantize %d block [1, 128] outs(%eq, %es : tensor<?x416xf8E4M3FN>, tensor<?x4xbf16>)
      : tensor<?x416xf32> -> tensor<?x416xf8E4M3FN>, tensor<?x4xbf16>
  return %q, %s : tensor<?x416xf8E4M3FN>, tensor<?x4xbf16>
}
