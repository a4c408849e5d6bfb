// What programs do beside a product: a residual behind bias and activation, a gate, a result that
// is read twice, an operand that is both, scales by a formula of their own. Each against the
// reference, for a few rows and many, and compiled.
//
// DEFINE: %{entry} =
// DEFINE: %{m} = 1
// DEFINE: %{check} = gq-run %s --entry=%{entry} --m=%{m} --backend=simulate --check | FileCheck %s --implicit-check-not=failed
// CHECK: simulated
// CHECK: check0 passed
// REDEFINE: %{entry} = residual
// REDEFINE: %{m} = 1
// RUN: %{check}
// REDEFINE: %{m} = 300
// RUN: %{check}
// REDEFINE: %{entry} = gate
// REDEFINE: %{m} = 1
// RUN: %{check}
// REDEFINE: %{m} = 300
// RUN: %{check}
// REDEFINE: %{entry} = twice
// REDEFINE: %{m} = 70
// RUN: %{check}
// REDEFINE: %{entry} = self
// REDEFINE: %{m} = 70
// RUN: %{check}
// REDEFINE: %{entry} = self_small
// REDEFINE: %{m} = 70
// RUN: %{check}
// REDEFINE: %{entry} = self_wide
// REDEFINE: %{m} = 70
// RUN: %{check}
// REDEFINE: %{entry} = formula
// REDEFINE: %{m} = 70
// RUN: %{check}
// RUN: gq-compile %s --emit=bundle -o %t.gqb
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE-COUNT-7: function

#id = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (j)>

func.func @residual(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<200x256xf8E4M3FN>, %sb: tensor<2x2xf32>, %bias: tensor<200xf32>, %r: tensor<?x200xbf16>) -> tensor<?x200xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<200x256xf8E4M3FN>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x200xf32>
  %eo = tensor.empty(%m) : tensor<?x200xbf16>
  %y = linalg.generic {indexing_maps = [#id, #column, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias, %r : tensor<?x200xf32>, tensor<200xf32>, tensor<?x200xbf16>) outs(%eo : tensor<?x200xbf16>) {
  ^bb0(%x: f32, %bi: f32, %ri: bf16, %o: bf16):
    %s = arith.addf %x, %bi : f32
    %p = arith.maximumf %s, %zero : f32
    %w = arith.extf %ri : bf16 to f32
    %t = arith.addf %p, %w : f32
    %u = arith.truncf %t : f32 to bf16
    linalg.yield %u : bf16
  } -> tensor<?x200xbf16>
  return %y : tensor<?x200xbf16>
}

func.func @gate(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<200x256xf8E4M3FN>, %sb: tensor<2x2xf32>, %g: tensor<?x200xf16>) -> tensor<?x200xf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<200x256xf8E4M3FN>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x200xf32>
  %eo = tensor.empty(%m) : tensor<?x200xf16>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %g : tensor<?x200xf32>, tensor<?x200xf16>) outs(%eo : tensor<?x200xf16>) {
  ^bb0(%x: f32, %gi: f16, %o: f16):
    %w = arith.extf %gi : f16 to f32
    %t = arith.mulf %x, %w : f32
    %u = arith.truncf %t : f32 to f16
    linalg.yield %u : f16
  } -> tensor<?x200xf16>
  return %y : tensor<?x200xf16>
}

func.func @twice(%a: tensor<?x128xf8E4M3FN>, %sa: tensor<?x1xf32>, %b: tensor<128x128xf8E4M3FN>, %sb: tensor<1x1xf32>) -> (tensor<?x128xf32>, tensor<?x128xf32>) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x128xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x128xf32>)
      : tensor<?x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<?x1xf32>, tensor<1x1xf32> -> tensor<?x128xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%d : tensor<?x128xf32>) outs(%e : tensor<?x128xf32>) {
  ^bb0(%x: f32, %o: f32):
    %p = arith.maximumf %x, %zero : f32
    linalg.yield %p : f32
  } -> tensor<?x128xf32>
  return %d, %y : tensor<?x128xf32>, tensor<?x128xf32>
}

func.func @self(%a: tensor<128x128xf8E4M3FN>, %s: tensor<1x1xf32>) -> tensor<128x128xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<128x128xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
  %d = gq.scaled_matmul %a, %a scales(%s block [128, 128], %s block [128, 128]) outs(%init : tensor<128x128xf32>)
      : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<128x128xf32>
  return %d : tensor<128x128xf32>
}

func.func @self_small(%a: tensor<7x96xf8E4M3FN>, %s: tensor<1x1xf32>) -> tensor<7x7xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<7x7xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<7x7xf32>) -> tensor<7x7xf32>
  %d = gq.scaled_matmul %a, %a scales(%s block [128, 128], %s block [128, 128]) outs(%init : tensor<7x7xf32>)
      : tensor<7x96xf8E4M3FN>, tensor<7x96xf8E4M3FN>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<7x7xf32>
  return %d : tensor<7x7xf32>
}

func.func @self_wide(%a: tensor<200x400xf8E4M3FN>, %s: tensor<2x4xf32>) -> tensor<200x200xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<200x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<200x200xf32>) -> tensor<200x200xf32>
  %d = gq.scaled_matmul %a, %a scales(%s block [128, 128], %s block [128, 128]) outs(%init : tensor<200x200xf32>)
      : tensor<200x400xf8E4M3FN>, tensor<200x400xf8E4M3FN>, tensor<2x4xf32>, tensor<2x4xf32> -> tensor<200x200xf32>
  return %d : tensor<200x200xf32>
}

// max(amax, floor) / 448 between absmax and cast: no scale is 0, and a person's rounding is theirs.
func.func @formula(%x: tensor<?x256xbf16>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %floor = arith.constant 1.0e-10 : f32
  %most = arith.constant 448.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %ea = tensor.empty(%m) : tensor<?x2xf32>
  %amax = gq.block_absmax %x block [1, 128] outs(%ea : tensor<?x2xf32>) : tensor<?x256xbf16> -> tensor<?x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%amax : tensor<?x2xf32>) outs(%ea : tensor<?x2xf32>) {
  ^bb0(%v: f32, %o: f32):
    %c = arith.maximumf %v, %floor : f32
    %q = arith.divf %c, %most : f32
    linalg.yield %q : f32
  } -> tensor<?x2xf32>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%eq : tensor<?x256xf8E4M3FN>) : tensor<?x256xbf16>, tensor<?x2xf32> -> tensor<?x256xf8E4M3FN>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}
