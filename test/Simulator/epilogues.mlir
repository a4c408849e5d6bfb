// An epilogue apart: a product whose config keeps none or the first of the elementwise ops behind
// it, which another kernel computes: that of the quantisation, or a copy. By rows, a launch of one
// range is not there in another.
// DEFINE: %{entry} =
// DEFINE: %{m} = 70
// DEFINE: %{launches} = 2
// DEFINE: %{test} = gq-run %s --entry=%{entry} --m=%{m} --backend=simulate --check | FileCheck %s -DL=%{launches} --implicit-check-not=failed
// CHECK: simulated [[L]] launches
// CHECK: passed
// REDEFINE: %{entry} = quantized
// RUN: %{test}
// REDEFINE: %{entry} = none_kept
// RUN: %{test}
// REDEFINE: %{entry} = one_kept
// RUN: %{test}
// REDEFINE: %{entry} = ranges
// RUN: %{test}
// REDEFINE: %{m} = 40
// REDEFINE: %{launches} = 1
// RUN: %{test}
// Where all ranges leave functions out, those behind all have one kernel.
// RUN: sed 's/up_to 64 = <tile = \[64, 64, 128\], math_groups = 1>/up_to 64 = <tile = [64, 64, 128], math_groups = 1, epilogue = 0>/' %s > %t.mlir
// RUN: gq-run %t.mlir --entry=ranges --m=40 --backend=simulate --check | FileCheck %s -DL=2 --implicit-check-not=failed
// RUN: gq-run %t.mlir --entry=ranges --m=70 --backend=simulate --check | FileCheck %s -DL=2 --implicit-check-not=failed
//
// The bundle has both launches, and an empty grid for the second one.
// RUN: gq-compile %s -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=INFO
// INFO: function ranges
// INFO: launch 0, the first that applies of 2 variants
// INFO: launch 1{{$}}
// INFO-NEXT: kernel ranges_
// INFO-NEXT: grid [mul(eq(le(arg0.0, 64), 0), {{.*}}), 1, 1]
#e = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (n)>

func.func @quantized(%a: tensor<?x128xf8E4M3FN>, %sa: tensor<?x1xf32>, %b: tensor<128x128xf8E4M3FN>, %sb: tensor<1x1xf32>, %g: tensor<?x128xbf16>) -> (tensor<?x128xf8E4M3FN>, tensor<?x1xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x128xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x128xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x128xbf16>) -> tensor<?x128xbf16>
  %u = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x128xbf16>)
      {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, epilogue = 0>}
      : tensor<?x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<?x1xf32>, tensor<1x1xf32> -> tensor<?x128xbf16>
  %x = linalg.generic {indexing_maps = [#e, #e, #e], iterator_types = ["parallel", "parallel"]} ins(%u, %g : tensor<?x128xbf16>, tensor<?x128xbf16>) outs(%e : tensor<?x128xbf16>) {
  ^bb0(%v: bf16, %w: bf16, %o: bf16):
    %r = arith.mulf %v, %w : bf16
    linalg.yield %r : bf16
  } -> tensor<?x128xbf16>
  %eq = tensor.empty(%m) : tensor<?x128xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x1xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x128xf8E4M3FN>, tensor<?x1xf32>)
      : tensor<?x128xbf16> -> tensor<?x128xf8E4M3FN>, tensor<?x1xf32>
  return %q, %s : tensor<?x128xf8E4M3FN>, tensor<?x1xf32>
}

func.func @none_kept(%a: tensor<?x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %bias: tensor<64xf32>) -> tensor<?x64xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x128xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %er = tensor.empty(%m) : tensor<?x64xbf16>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %d = gq.scaled_matmul %a, %b outs(%init : tensor<?x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, epilogue = 0>}
      : tensor<?x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<?x64xf32>
  %x = linalg.generic {indexing_maps = [#e, #row, #e], iterator_types = ["parallel", "parallel"]} ins(%d, %bias : tensor<?x64xf32>, tensor<64xf32>) outs(%er : tensor<?x64xbf16>) {
  ^bb0(%v: f32, %w: f32, %o: bf16):
    %s = arith.addf %v, %w : f32
    %t = math.tanh %s : f32
    %r = arith.truncf %t : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x64xbf16>
  return %x : tensor<?x64xbf16>
}

func.func @one_kept(%a: tensor<?x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>, %bias: tensor<64xf32>) -> tensor<?x64xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x128xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %er = tensor.empty(%m) : tensor<?x64xbf16>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %d = gq.scaled_matmul %a, %b outs(%init : tensor<?x64xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1, epilogue = 1>}
      : tensor<?x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<?x64xf32>
  %x = linalg.generic {indexing_maps = [#e, #row, #e], iterator_types = ["parallel", "parallel"]} ins(%d, %bias : tensor<?x64xf32>, tensor<64xf32>) outs(%er : tensor<?x64xbf16>) {
  ^bb0(%v: f32, %w: f32, %o: bf16):
    %s = arith.addf %v, %w : f32
    %r = arith.truncf %s : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x64xbf16>
  %y = linalg.generic {indexing_maps = [#e, #e], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x64xbf16>) outs(%er : tensor<?x64xbf16>) {
  ^bb0(%v: bf16, %o: bf16):
    %w = arith.extf %v : bf16 to f32
    %t = math.tanh %w : f32
    %r = arith.truncf %t : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x64xbf16>
  return %y : tensor<?x64xbf16>
}

func.func @ranges(%a: tensor<?x128xf8E4M3FN>, %b: tensor<64x128xf8E4M3FN>) -> tensor<?x64xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x128xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x64xf32>
  %er = tensor.empty(%m) : tensor<?x64xbf16>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  %d = gq.scaled_matmul %a, %b outs(%init : tensor<?x64xf32>)
      {config = #gq.matmul_variants<up_to 64 = <tile = [64, 64, 128], math_groups = 1>, above = <tile = [64, 64, 128], math_groups = 1, epilogue = 0>>}
      : tensor<?x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<?x64xf32>
  %x = linalg.generic {indexing_maps = [#e, #e], iterator_types = ["parallel", "parallel"]} ins(%d : tensor<?x64xf32>) outs(%er : tensor<?x64xbf16>) {
  ^bb0(%v: f32, %o: bf16):
    %t = math.tanh %v : f32
    %r = arith.truncf %t : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x64xbf16>
  return %x : tensor<?x64xbf16>
}
