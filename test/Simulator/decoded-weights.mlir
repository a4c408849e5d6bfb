// Codes of four bits that are decoded on the way to a product of few rows: one launch, right after every pass. What
// the compiler chooses, and rows of codes that are no whole words, steps of several slots, parts of K, groups in turn.
//
// DEFINE: %{entry} =
// DEFINE: %{m} = 40
// DEFINE: %{test} = gq-run %s --m=%{m} --entry=%{entry} --stages | FileCheck %s --implicit-check-not=failed
// CHECK: after gq-tile: {{.*}}
// CHECK: check0 passed
// CHECK: after gq-pipeline-stages: simulated 1 launches
// CHECK: check0 passed
// CHECK: after gq-expand-math: simulated 1 launches
// CHECK: check0 passed
// Where K is three blocks a step is no block and a half.
// REDEFINE: %{entry} = three_blocks
// RUN: %{test}
// REDEFINE: %{entry} = one
// RUN: %{test}
// REDEFINE: %{entry} = sixteen
// RUN: %{test}
// REDEFINE: %{entry} = many
// RUN: %{test}
// REDEFINE: %{entry} = any
// RUN: %{test}
// REDEFINE: %{entry} = bytes
// RUN: %{test}
// REDEFINE: %{entry} = half
// RUN: %{test}
// REDEFINE: %{entry} = upright
// RUN: %{test}
// REDEFINE: %{entry} = parts
// RUN: %{test}
// REDEFINE: %{entry} = groups
// RUN: %{test}

func.func @one(%x: tensor<1x1040xbf16>, %w: tensor<72x520xi8>, %s: tensor<72x9xf32>) -> tensor<1x72xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<72x1040xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<72x1040xbf16>) {packed = i4}
      : tensor<72x520xi8>, tensor<72x9xf32> -> tensor<72x1040xbf16>
  %e = tensor.empty() : tensor<1x72xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<1x72xbf16>) -> tensor<1x72xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<1x72xbf16>)
      : tensor<1x1040xbf16>, tensor<72x1040xbf16> -> tensor<1x72xbf16>
  return %y : tensor<1x72xbf16>
}

func.func @sixteen(%x: tensor<16x1048xbf16>, %w: tensor<200x524xi8>, %s: tensor<200x66xf8E8M0FNU>) -> tensor<16x200xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<200x1048xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 16]) outs(%ew : tensor<200x1048xbf16>) {packed = i4}
      : tensor<200x524xi8>, tensor<200x66xf8E8M0FNU> -> tensor<200x1048xbf16>
  %e = tensor.empty() : tensor<16x200xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x200xbf16>) -> tensor<16x200xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x200xbf16>)
      : tensor<16x1048xbf16>, tensor<200x1048xbf16> -> tensor<16x200xbf16>
  return %y : tensor<16x200xbf16>
}

func.func @many(%x: tensor<64x520xbf16>, %w: tensor<136x260xi8>, %s: tensor<136x17xf8E8M0FNU>) -> tensor<64x136xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<136x520xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 32]) outs(%ew : tensor<136x520xbf16>) {packed = f4E2M1FN}
      : tensor<136x260xi8>, tensor<136x17xf8E8M0FNU> -> tensor<136x520xbf16>
  %e = tensor.empty() : tensor<64x136xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<64x136xbf16>) -> tensor<64x136xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<64x136xbf16>)
      : tensor<64x520xbf16>, tensor<136x520xbf16> -> tensor<64x136xbf16>
  return %y : tensor<64x136xbf16>
}

func.func @any(%x: tensor<?x1024xbf16>, %w: tensor<128x512xi8>, %s: tensor<128x8xbf16>) -> tensor<?x128xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x1024xbf16>
  %ew = tensor.empty() : tensor<128x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<128x1024xbf16>) {packed = i4}
      : tensor<128x512xi8>, tensor<128x8xbf16> -> tensor<128x1024xbf16>
  %e = tensor.empty(%m) : tensor<?x128xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x128xbf16>) -> tensor<?x128xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<?x128xbf16>)
      : tensor<?x1024xbf16>, tensor<128x1024xbf16> -> tensor<?x128xbf16>
  return %y : tensor<?x128xbf16>
}

func.func @bytes(%x: tensor<16x1002xbf16>, %w: tensor<72x501xi8>, %s: tensor<72x32xf8E8M0FNU>) -> tensor<16x72xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<72x1002xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 32]) outs(%ew : tensor<72x1002xbf16>) {packed = f4E2M1FN}
      : tensor<72x501xi8>, tensor<72x32xf8E8M0FNU> -> tensor<72x1002xbf16>
  %e = tensor.empty() : tensor<16x72xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x72xbf16>) -> tensor<16x72xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x72xbf16>) {config = #gq.matmul_config<tile = [64, 16, 64], stages = 4, math_groups = 1, swap = true, dequantize = true>}
      : tensor<16x1002xbf16>, tensor<72x1002xbf16> -> tensor<16x72xbf16>
  return %y : tensor<16x72xbf16>
}

func.func @half(%x: tensor<8x256xbf16>, %w: tensor<64x128xi8>, %s: tensor<1x4xf16>) -> tensor<8x64xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<64x256xbf16>
  %wide = gq.dequantize %w scales(%s block [64, 64]) outs(%ew : tensor<64x256xbf16>) {packed = i4}
      : tensor<64x128xi8>, tensor<1x4xf16> -> tensor<64x256xbf16>
  %e = tensor.empty() : tensor<8x64xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<8x64xbf16>) -> tensor<8x64xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<8x64xbf16>) {config = #gq.matmul_config<tile = [64, 16, 128], stages = 4, math_groups = 1, swap = true, dequantize = true>}
      : tensor<8x256xbf16>, tensor<64x256xbf16> -> tensor<8x64xbf16>
  return %y : tensor<8x64xbf16>
}

func.func @upright(%x: tensor<40x264xbf16>, %w: tensor<136x132xi8>, %s: tensor<136x9xf8E8M0FNU>) -> tensor<40x136xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<136x264xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 32]) outs(%ew : tensor<136x264xbf16>) {packed = f4E2M1FN}
      : tensor<136x132xi8>, tensor<136x9xf8E8M0FNU> -> tensor<136x264xbf16>
  %e = tensor.empty() : tensor<40x136xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<40x136xbf16>) -> tensor<40x136xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<40x136xbf16>) {config = #gq.matmul_config<tile = [64, 64, 64], stages = 4, math_groups = 1, dequantize = true>}
      : tensor<40x264xbf16>, tensor<136x264xbf16> -> tensor<40x136xbf16>
  return %y : tensor<40x136xbf16>
}

func.func @parts(%x: tensor<16x1024xbf16>, %w: tensor<128x512xi8>, %s: tensor<128x8xbf16>) -> tensor<16x128xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<128x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 128]) outs(%ew : tensor<128x1024xbf16>) {packed = i4}
      : tensor<128x512xi8>, tensor<128x8xbf16> -> tensor<128x1024xbf16>
  %e = tensor.empty() : tensor<16x128xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x128xbf16>) -> tensor<16x128xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x128xbf16>) {config = #gq.matmul_config<tile = [64, 16, 64], stages = 4, math_groups = 1, split_k = 2, swap = true, dequantize = true>}
      : tensor<16x1024xbf16>, tensor<128x1024xbf16> -> tensor<16x128xbf16>
  return %y : tensor<16x128xbf16>
}

func.func @groups(%x: tensor<16x1024xbf16>, %w: tensor<128x512xi8>, %s: tensor<128x32xbf16>) -> tensor<16x128xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<128x1024xbf16>
  %wide = gq.dequantize %w scales(%s block [1, 32]) outs(%ew : tensor<128x1024xbf16>) {packed = i4}
      : tensor<128x512xi8>, tensor<128x32xbf16> -> tensor<128x1024xbf16>
  %e = tensor.empty() : tensor<16x128xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<16x128xbf16>) -> tensor<16x128xbf16>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<16x128xbf16>) {config = #gq.matmul_config<tile = [64, 16, 128], stages = 4, math_groups = 2, k_groups = 2, swap = true, dequantize = true>}
      : tensor<16x1024xbf16>, tensor<128x1024xbf16> -> tensor<16x128xbf16>
  return %y : tensor<16x128xbf16>
}

func.func @three_blocks(%x: tensor<?x384xbf16>, %w: tensor<24x192xi8>, %s: tensor<1x3xf8E8M0FNU>) -> tensor<?x24xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x384xbf16>
  %zero = arith.constant 0.0 : f32
  %ew = tensor.empty() : tensor<24x384xbf16>
  %wide = gq.dequantize %w scales(%s block [128, 128]) outs(%ew : tensor<24x384xbf16>) {packed = f4E2M1FN}
      : tensor<24x192xi8>, tensor<1x3xf8E8M0FNU> -> tensor<24x384xbf16>
  %e = tensor.empty(%m) : tensor<?x24xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x24xf32>) -> tensor<?x24xf32>
  %y = gq.scaled_matmul %x, %wide outs(%init : tensor<?x24xf32>) : tensor<?x384xbf16>, tensor<24x384xbf16> -> tensor<?x24xf32>
  return %y : tensor<?x24xf32>
}
