// Scales that are stored M-major, as gq.quantize leaves them with transposed_scales: copied, or
// brought by the copy engine in rows. To the bit what the reference makes of them.
// DEFINE: %{entry} =
// DEFINE: %{options} =
// DEFINE: %{both} = gq-run %s --entry=%{entry} %{options} --backend=reference --output=%t.ref.npy && gq-run %s --entry=%{entry} %{options} --backend=simulate --check --output=%t.npy | FileCheck %s && cmp %t.ref.npy %t.npy
// REDEFINE: %{entry} = dynamic
// REDEFINE: %{options} = --shape=arg0=150x400 --shape=arg1=4x150
// RUN: %{both}
// REDEFINE: %{entry} = both
// REDEFINE: %{options} =
// RUN: %{both}
// REDEFINE: %{options} = --config='#gq.matmul_config<tile = [128, 64, 128], scales = tma>'
// RUN: %{both}
// REDEFINE: %{entry} = exponents
// REDEFINE: %{options} =
// RUN: %{both}
// A matrix of one column: its scales are one row.
// REDEFINE: %{entry} = one_column
// REDEFINE: %{options} = --m=200
// RUN: %{both}
// CHECK: simulated 1 launches
// CHECK: check0 passed

// A transpose of scales is no kernel: the product takes them as they are.
// RUN: gq-opt %s --gq-expand | FileCheck %s --check-prefix=EXPAND
// EXPAND-LABEL: func.func @turned
// EXPAND-NOT: linalg.transpose
// EXPAND: gq.quantize {{.*}} {transposed_scales}
// EXPAND-NOT: linalg.transpose
// EXPAND: gq.scaled_matmul {{.*}} {transposed_a_scales}
// RUN: gq-run %s --entry=turned --backend=simulate --check | FileCheck %s --check-prefix=TWO
// TWO: simulated 2 launches
// TWO: check0 passed

// RUN: gq-compile %s --remarks-filter='gq-(promote-tma|fallback)' --emit=bundle -o %t.gqb 2>&1 | FileCheck %s --check-prefix=TMA
// TMA-NOT: spill
// TMA: operand a_scales goes by tma, in whole rows
// TMA: operand b_scales goes by tma, in whole rows
// TMA-NOT: spill
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=INFO
// INFO: function by_tma
// INFO: tensormap arg1 f32 dims [256, 4] strides [1024] box [128, 1] swizzle 0
// INFO: tensormap arg3 f32 dims [192, 4] strides [768] box [64, 1] swizzle 0

func.func @dynamic(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<4x?xf32>, %b: tensor<264x400xf8E4M3FN>, %sb: tensor<3x4xf32>) -> tensor<?x264xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x400xf8E4M3FN>
  %z = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x264xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<?x264xf32>) -> tensor<?x264xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x264xf32>) {transposed_a_scales}
      : tensor<?x400xf8E4M3FN>, tensor<264x400xf8E4M3FN>, tensor<4x?xf32>, tensor<3x4xf32> -> tensor<?x264xf32>
  return %d : tensor<?x264xf32>
}

func.func @both(%a: tensor<200x400xf8E4M3FN>, %sa: tensor<4x200xf32>, %b: tensor<136x400xf8E4M3FN>, %sb: tensor<4x136xf32>,
                %c: tensor<200x136xf32>) -> tensor<200x136xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : tensor<200x136xf32>)
      {transposed_a_scales, transposed_b_scales}
      : tensor<200x400xf8E4M3FN>, tensor<136x400xf8E4M3FN>, tensor<4x200xf32>, tensor<4x136xf32> -> tensor<200x136xf32>
  return %d : tensor<200x136xf32>
}

func.func @by_tma(%a: tensor<256x400xf8E4M3FN>, %sa: tensor<4x256xf32>, %b: tensor<192x400xf8E4M3FN>, %sb: tensor<4x192xf32>,
                  %c: tensor<256x192xf32>) -> tensor<256x192xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : tensor<256x192xf32>)
      {transposed_a_scales, transposed_b_scales, config = #gq.matmul_config<tile = [128, 64, 128], scales = tma>}
      : tensor<256x400xf8E4M3FN>, tensor<192x400xf8E4M3FN>, tensor<4x256xf32>, tensor<4x192xf32> -> tensor<256x192xf32>
  return %d : tensor<256x192xf32>
}

// Four blocks of 32 in a step of K, scales of one byte.
func.func @exponents(%a: tensor<100x272xf8E4M3FN>, %sa: tensor<9x100xf8E8M0FNU>, %b: tensor<72x272xf8E4M3FN>, %sb: tensor<9x3xf8E8M0FNU>)
    -> tensor<100x72xf32> {
  %z = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<100x72xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<100x72xf32>) -> tensor<100x72xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [32, 32]) outs(%i : tensor<100x72xf32>)
      {transposed_a_scales, transposed_b_scales}
      : tensor<100x272xf8E4M3FN>, tensor<72x272xf8E4M3FN>, tensor<9x100xf8E8M0FNU>, tensor<9x3xf8E8M0FNU> -> tensor<100x72xf32>
  return %d : tensor<100x72xf32>
}

func.func @turned(%x: tensor<100x384xbf16>, %b: tensor<128x384xf8E4M3FN>, %sb: tensor<1x3xf32>) -> tensor<100x128xf32> {
  %z = arith.constant 0.0 : f32
  %eq = tensor.empty() : tensor<100x384xf8E4M3FN>
  %es = tensor.empty() : tensor<3x100xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<100x384xf8E4M3FN>, tensor<3x100xf32>) {transposed_scales}
      : tensor<100x384xbf16> -> tensor<100x384xf8E4M3FN>, tensor<3x100xf32>
  %et = tensor.empty() : tensor<100x3xf32>
  %t = linalg.transpose ins(%s : tensor<3x100xf32>) outs(%et : tensor<100x3xf32>) permutation = [1, 0]
  %e = tensor.empty() : tensor<100x128xf32>
  %i = linalg.fill ins(%z : f32) outs(%e : tensor<100x128xf32>) -> tensor<100x128xf32>
  %d = gq.scaled_matmul %q, %b scales(%t block [1, 128], %sb block [128, 128]) outs(%i : tensor<100x128xf32>)
      : tensor<100x384xf8E4M3FN>, tensor<128x384xf8E4M3FN>, tensor<100x3xf32>, tensor<1x3xf32> -> tensor<100x128xf32>
  return %d : tensor<100x128xf32>
}

func.func @one_column(%x: tensor<?x1xbf16>) -> (tensor<?x1xf8E4M3FN>, tensor<1x?xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x1xbf16>
  %eq = tensor.empty(%m) : tensor<?x1xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<1x?xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x1xf8E4M3FN>, tensor<1x?xf32>) {transposed_scales} : tensor<?x1xbf16> -> tensor<?x1xf8E4M3FN>, tensor<1x?xf32>
  return %q, %s : tensor<?x1xf8E4M3FN>, tensor<1x?xf32>
}
