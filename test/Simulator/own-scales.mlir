// Scales by a formula of the program's own, between the maxima of blocks and the codes: three
// kernels, or one where it is that of gq.quantize. To the bit those of the reference, special
// values among the input. What is absmax_to_scale of something else is an elementwise op.
//
// DEFINE: %{entry} =
// DEFINE: %{run} = gq-run %s --generate=special --entry=%{entry}
// DEFINE: %{same} = %{run} --backend=reference --output=%t.q.npy --output=%t.s.npy && %{run} --backend=simulate --output=%t.q2.npy --output=%t.s2.npy && cmp %t.q.npy %t.q2.npy && cmp %t.s.npy %t.s2.npy
// REDEFINE: %{entry} = clamped
// RUN: %{same}
// REDEFINE: %{entry} = power
// RUN: %{same}
// REDEFINE: %{entry} = encoded
// RUN: %{same}
// REDEFINE: %{entry} = squares
// RUN: %{same}
// REDEFINE: %{entry} = running
// RUN: %{same}
// REDEFINE: %{entry} = running_encoded
// RUN: %{same}
// RUN: gq-run %s --entry=encoded --stages | FileCheck %s
// RUN: gq-compile %s -o %t.gqb
// RUN: gq-run %s --entry=clamped --backend=simulate | FileCheck %s --check-prefix=ONE
// CHECK: after gq-distribute: simulated 3 launches
// CHECK-NEXT: check0 passed
// ONE: simulated 1 launches

#id = affine_map<(i, j) -> (i, j)>

func.func @clamped(%x: tensor<70x384xbf16>) -> (tensor<70x384xf8E4M3FN>, tensor<70x3xf32>) {
  %least = arith.constant 1.0e-12 : f32
  %largest = arith.constant 448.0 : f32
  %em = tensor.empty() : tensor<70x3xf32>
  %amax = gq.block_absmax %x block [1, 128] outs(%em : tensor<70x3xf32>) : tensor<70x384xbf16> -> tensor<70x3xf32>
  %e_s = tensor.empty() : tensor<70x3xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%amax : tensor<70x3xf32>) outs(%e_s : tensor<70x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.maximumf %a, %least : f32
    %d = arith.divf %c, %largest : f32
    linalg.yield %d : f32
  } -> tensor<70x3xf32>
  %eq = tensor.empty() : tensor<70x384xf8E4M3FN>
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%eq : tensor<70x384xf8E4M3FN>)
         : tensor<70x384xbf16>, tensor<70x3xf32> -> tensor<70x384xf8E4M3FN>
  return %q, %s : tensor<70x384xf8E4M3FN>, tensor<70x3xf32>
}

// Rounded down to a power of two by its bits.
func.func @power(%x: tensor<70x384xf32>) -> (tensor<70x384xf8E5M2>, tensor<70x3xf32>) {
  %least = arith.constant 1.0e-12 : f32
  %largest = arith.constant 448.0 : f32
  %em = tensor.empty() : tensor<70x3xf32>
  %amax = gq.block_absmax %x block [1, 128] outs(%em : tensor<70x3xf32>) : tensor<70x384xf32> -> tensor<70x3xf32>
  %exponent = arith.constant 0x7f800000 : i32
  %e_s = tensor.empty() : tensor<70x3xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%amax : tensor<70x3xf32>) outs(%e_s : tensor<70x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.maximumf %a, %least : f32
    %d = arith.divf %c, %largest : f32
    %i = arith.bitcast %d : f32 to i32
    %p = arith.andi %i, %exponent : i32
    %f = arith.bitcast %p : i32 to f32
    linalg.yield %f : f32
  } -> tensor<70x3xf32>
  %eq = tensor.empty() : tensor<70x384xf8E5M2>
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%eq : tensor<70x384xf8E5M2>)
         : tensor<70x384xf32>, tensor<70x3xf32> -> tensor<70x384xf8E5M2>
  return %q, %s : tensor<70x384xf8E5M2>, tensor<70x3xf32>
}

func.func @encoded(%x: tensor<70x384xbf16>) -> (tensor<70x384xi8>, tensor<70x3xf8E8M0FNU>) {
  %least = arith.constant 1.0e-12 : f32
  %largest = arith.constant 448.0 : f32
  %em = tensor.empty() : tensor<70x3xf32>
  %amax = gq.block_absmax %x block [1, 128] outs(%em : tensor<70x3xf32>) : tensor<70x384xbf16> -> tensor<70x3xf32>
  %e_s = tensor.empty() : tensor<70x3xf8E8M0FNU>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%amax : tensor<70x3xf32>) outs(%e_s : tensor<70x3xf8E8M0FNU>) {
  ^bb0(%a: f32, %o: f8E8M0FNU):
    %c = arith.maximumf %a, %least : f32
    %d = arith.divf %c, %largest : f32
    %f = arith.truncf %d : f32 to f8E8M0FNU
    linalg.yield %f : f8E8M0FNU
  } -> tensor<70x3xf8E8M0FNU>
  %eq = tensor.empty() : tensor<70x384xi8>
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%eq : tensor<70x384xi8>)
         : tensor<70x384xbf16>, tensor<70x3xf8E8M0FNU> -> tensor<70x384xi8>
  return %q, %s : tensor<70x384xi8>, tensor<70x3xf8E8M0FNU>
}

func.func @squares(%x: tensor<200x300xf16>) -> (tensor<200x300xf8E4M3FN>, tensor<2x3xf32>) {
  %least = arith.constant 1.0e-12 : f32
  %largest = arith.constant 448.0 : f32
  %em = tensor.empty() : tensor<2x3xf32>
  %amax = gq.block_absmax %x block [128, 128] outs(%em : tensor<2x3xf32>) : tensor<200x300xf16> -> tensor<2x3xf32>
  %e_s = tensor.empty() : tensor<2x3xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%amax : tensor<2x3xf32>) outs(%e_s : tensor<2x3xf32>) {
  ^bb0(%a: f32, %o: f32):
    %c = arith.maximumf %a, %least : f32
    %d = arith.divf %c, %largest : f32
    linalg.yield %d : f32
  } -> tensor<2x3xf32>
  %eq = tensor.empty() : tensor<200x300xf8E4M3FN>
  %q = gq.scaled_cast %x scales(%s block [128, 128]) outs(%eq : tensor<200x300xf8E4M3FN>)
         : tensor<200x300xf16>, tensor<2x3xf32> -> tensor<200x300xf8E4M3FN>
  return %q, %s : tensor<200x300xf8E4M3FN>, tensor<2x3xf32>
}

// The largest magnitude so far, of this input and those before.
func.func @running(%x: tensor<70x384xf32>, %before: tensor<70x3xf32>) -> (tensor<70x384xf8E4M3FN>, tensor<70x3xf32>) {
  %em = tensor.empty() : tensor<70x3xf32>
  %amax = gq.block_absmax %x block [1, 128] outs(%em : tensor<70x3xf32>) : tensor<70x384xf32> -> tensor<70x3xf32>
  %er = tensor.empty() : tensor<70x3xf32>
  %most = linalg.max ins(%amax, %before : tensor<70x3xf32>, tensor<70x3xf32>) outs(%er : tensor<70x3xf32>) -> tensor<70x3xf32>
  %es = tensor.empty() : tensor<70x3xf32>
  %s = gq.absmax_to_scale %most to f8E4M3FN outs(%es : tensor<70x3xf32>) : tensor<70x3xf32> -> tensor<70x3xf32>
  %eq = tensor.empty() : tensor<70x384xf8E4M3FN>
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%eq : tensor<70x384xf8E4M3FN>)
         : tensor<70x384xf32>, tensor<70x3xf32> -> tensor<70x384xf8E4M3FN>
  return %q, %s : tensor<70x384xf8E4M3FN>, tensor<70x3xf32>
}

func.func @running_encoded(%x: tensor<70x384xf32>, %before: tensor<70x3xf32>) -> (tensor<70x384xf8E4M3FN>, tensor<70x3xf8E8M0FNU>) {
  %em = tensor.empty() : tensor<70x3xf32>
  %amax = gq.block_absmax %x block [1, 128] outs(%em : tensor<70x3xf32>) : tensor<70x384xf32> -> tensor<70x3xf32>
  %er = tensor.empty() : tensor<70x3xf32>
  %most = linalg.max ins(%amax, %before : tensor<70x3xf32>, tensor<70x3xf32>) outs(%er : tensor<70x3xf32>) -> tensor<70x3xf32>
  %es = tensor.empty() : tensor<70x3xf8E8M0FNU>
  %s = gq.absmax_to_scale %most to f8E4M3FN outs(%es : tensor<70x3xf8E8M0FNU>) {pow2} : tensor<70x3xf32> -> tensor<70x3xf8E8M0FNU>
  %eq = tensor.empty() : tensor<70x384xf8E4M3FN>
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%eq : tensor<70x384xf8E4M3FN>)
         : tensor<70x384xf32>, tensor<70x3xf8E8M0FNU> -> tensor<70x384xf8E4M3FN>
  return %q, %s : tensor<70x384xf8E4M3FN>, tensor<70x3xf8E8M0FNU>
}
