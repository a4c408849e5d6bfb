// Products whose kernel stores elements of one byte, as elementwise ops make
// them: equal to the reference to the bit, since sums of integers are exact.
// Scales are as large as to make codes overflow: arith.truncf does not saturate
// (NaN in f8E4M3FN, infinity in f8E5M2), arith.fptosi does.
//
// DEFINE: %{entry} =
// DEFINE: %{rows} = 200
// DEFINE: %{run} = gq-run %s --m=%{rows} --generate=codes --entry=%{entry}
// DEFINE: %{same} = %{run} --backend=reference --output=%t.reference.npy && %{run} --backend=simulate --output=%t.simulate.npy && cmp %t.reference.npy %t.simulate.npy

// REDEFINE: %{entry} = e4m3
// RUN: %{same}
// RUN: gq-run %s --m=200 --entry=e4m3 --stages | FileCheck %s --check-prefix=STAGES
// REDEFINE: %{rows} = 5
// RUN: %{same}
// REDEFINE: %{rows} = 200
// REDEFINE: %{entry} = e5m2
// RUN: %{same}
// REDEFINE: %{entry} = rounded
// RUN: %{same}
// REDEFINE: %{entry} = integers
// RUN: %{same}
// REDEFINE: %{entry} = through
// RUN: %{same}
// REDEFINE: %{entry} = chain
// RUN: %{same}
// REDEFINE: %{entry} = clamped
// RUN: %{same}
// REDEFINE: %{entry} = odd
// RUN: %{same}
// REDEFINE: %{entry} = odd_integers
// RUN: %{same}
// REDEFINE: %{entry} = residual
// RUN: %{same}

// Sums of FP8 are not pinned to the bit.
// RUN: gq-run %s --m=200 --entry=fp8 --backend=simulate --check | FileCheck %s --check-prefix=FP8
// RUN: gq-run %s --m=5 --entry=fp8 --backend=simulate --check | FileCheck %s --check-prefix=FP8
// FP8: check0 {{.*}}passed

// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX
// RUN: gq-compile %s -o %t.gqb

// STAGES: after gq-tile: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-allocate-shared-memory: simulated {{[13]}} launches

// Two codes of a conversion, eight of a store.
// PTX-LABEL: .entry e4m3_matmul
// PTX: cvt.rn.satfinite.e4m3x2.f32
// PTX: st.global.v2.b32
// PTX-LABEL: .entry e5m2_matmul
// PTX: cvt.rn.satfinite.e5m2x2.f32
// PTX: st.global.v2.b32
// Of what is rounded first that is the conversion.
// PTX-LABEL: .entry rounded_matmul
// PTX-NOT: cvt.rni.f32.f32
// PTX: cvt.rni.s32.f32
// PTX: cvt.pack.sat.s8.s32.b32
// PTX: st.global.v2.b32

#id = affine_map<(m, n) -> (m, n)>
#col = affine_map<(m, n) -> (n)>

func.func @fp8(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<160x256xf8E4M3FN>, %sb: tensor<2x2xf32>) -> tensor<?x160xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x160xf32>)
      : tensor<?x256xf8E4M3FN>, tensor<160x256xf8E4M3FN>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x160xf32>
  %e0 = tensor.empty(%m) : tensor<?x160xf8E4M3FN>
  %y0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<?x160xf32>) outs(%e0 : tensor<?x160xf8E4M3FN>) {
  ^bb0(%v: f32, %o: f8E4M3FN):
    %t = arith.truncf %v : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<?x160xf8E4M3FN>
  return %y0 : tensor<?x160xf8E4M3FN>
}

func.func @e4m3(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<160x256xi8>, %sb: tensor<2x2xf32>, %s: tensor<160xf32>) -> tensor<?x160xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x160xf32>)
      : tensor<?x256xi8>, tensor<160x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x160xf32>
  %e0 = tensor.empty(%m) : tensor<?x160xf8E4M3FN>
  %y0 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %s : tensor<?x160xf32>, tensor<160xf32>) outs(%e0 : tensor<?x160xf8E4M3FN>) {
  ^bb0(%v: f32, %u: f32, %o: f8E4M3FN):
    %p = arith.mulf %v, %u : f32
    %t = arith.truncf %p : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<?x160xf8E4M3FN>
  return %y0 : tensor<?x160xf8E4M3FN>
}

func.func @e5m2(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<160x256xi8>, %sb: tensor<2x2xf32>, %s: tensor<160xf32>) -> tensor<?x160xf8E5M2> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x160xf32>)
      : tensor<?x256xi8>, tensor<160x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x160xf32>
  %e0 = tensor.empty(%m) : tensor<?x160xf8E5M2>
  %y0 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %s : tensor<?x160xf32>, tensor<160xf32>) outs(%e0 : tensor<?x160xf8E5M2>) {
  ^bb0(%v: f32, %u: f32, %o: f8E5M2):
    %p = arith.mulf %v, %u : f32
    %t = arith.truncf %p : f32 to f8E5M2
    linalg.yield %t : f8E5M2
  } -> tensor<?x160xf8E5M2>
  return %y0 : tensor<?x160xf8E5M2>
}

// Without a clamp: fptosi saturates.
func.func @rounded(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<160x256xi8>, %sb: tensor<2x2xf32>) -> tensor<?x160xi8> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x160xf32>)
      : tensor<?x256xi8>, tensor<160x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x160xf32>
  %e0 = tensor.empty(%m) : tensor<?x160xi8>
  %y0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<?x160xf32>) outs(%e0 : tensor<?x160xi8>) {
  ^bb0(%v: f32, %o: i8):
    %s = arith.constant 1.0e-2 : f32
    %p = arith.mulf %v, %s : f32
    %r = math.roundeven %p : f32
    %t = arith.fptosi %r : f32 to i8
    linalg.yield %t : i8
  } -> tensor<?x160xi8>
  return %y0 : tensor<?x160xi8>
}

func.func @integers(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<160x256xi8>, %sb: tensor<2x2xf32>, %s: tensor<160xf32>) -> tensor<?x160xi8> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x160xf32>)
      : tensor<?x256xi8>, tensor<160x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x160xf32>
  %e0 = tensor.empty(%m) : tensor<?x160xi8>
  %y0 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %s : tensor<?x160xf32>, tensor<160xf32>) outs(%e0 : tensor<?x160xi8>) {
  ^bb0(%v: f32, %u: f32, %o: i8):
    %low = arith.constant -127 : i32
    %high = arith.constant 127 : i32
    %p = arith.mulf %v, %u : f32
    %r = math.roundeven %p : f32
    %t = arith.fptosi %r : f32 to i32
    %g = arith.maxsi %t, %low : i32
    %l = arith.minsi %g, %high : i32
    %c = arith.trunci %l : i32 to i8
    linalg.yield %c : i8
  } -> tensor<?x160xi8>
  return %y0 : tensor<?x160xi8>
}

func.func @clamped(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<160x256xi8>, %sb: tensor<2x2xf32>, %s: tensor<160xf32>) -> tensor<?x160xi8> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x160xf32>)
      : tensor<?x256xi8>, tensor<160x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x160xf32>
  %e0 = tensor.empty(%m) : tensor<?x160xi8>
  %y0 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %s : tensor<?x160xf32>, tensor<160xf32>) outs(%e0 : tensor<?x160xi8>) {
  ^bb0(%v: f32, %u: f32, %o: i8):
    %low = arith.constant -128.0 : f32
    %high = arith.constant 127.0 : f32
    %p = arith.mulf %v, %u : f32
    %r = math.roundeven %p : f32
    %g = arith.maximumf %r, %low : f32
    %l = arith.minimumf %g, %high : f32
    %t = arith.fptosi %l : f32 to i8
    linalg.yield %t : i8
  } -> tensor<?x160xi8>
  return %y0 : tensor<?x160xi8>
}

// There and back inside of a body.
func.func @through(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<160x256xi8>, %sb: tensor<2x2xf32>, %s: tensor<160xf32>) -> tensor<?x160xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x160xf32>)
      : tensor<?x256xi8>, tensor<160x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x160xf32>
  %e0 = tensor.empty(%m) : tensor<?x160xbf16>
  %y0 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %s : tensor<?x160xf32>, tensor<160xf32>) outs(%e0 : tensor<?x160xbf16>) {
  ^bb0(%v: f32, %u: f32, %o: bf16):
    %p = arith.mulf %v, %u : f32
    %t = arith.truncf %p : f32 to f8E4M3FN
    %x = arith.extf %t : f8E4M3FN to f32
    %q = arith.truncf %v : f32 to f8E5M2
    %z = arith.extf %q : f8E5M2 to f32
    %i8 = arith.fptosi %p : f32 to i8
    %f = arith.sitofp %i8 : i8 to f32
    %g = arith.addf %x, %f : f32
    %h = arith.addf %g, %z : f32
    %r = arith.truncf %h : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x160xbf16>
  return %y0 : tensor<?x160xbf16>
}

// Codes that are computed with again.
func.func @chain(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<160x256xi8>, %sb: tensor<2x2xf32>, %s: tensor<160xf32>) -> tensor<?x160xi8> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x160xf32>)
      : tensor<?x256xi8>, tensor<160x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x160xf32>
  %e0 = tensor.empty(%m) : tensor<?x160xf8E4M3FN>
  %y0 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %s : tensor<?x160xf32>, tensor<160xf32>) outs(%e0 : tensor<?x160xf8E4M3FN>) {
  ^bb0(%v: f32, %u: f32, %o: f8E4M3FN):
    %p = arith.mulf %v, %u : f32
    %t = arith.truncf %p : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<?x160xf8E4M3FN>
  %e1 = tensor.empty(%m) : tensor<?x160xi8>
  %y1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y0 : tensor<?x160xf8E4M3FN>) outs(%e1 : tensor<?x160xi8>) {
  ^bb0(%v: f8E4M3FN, %o: i8):
    %x = arith.extf %v : f8E4M3FN to f32
    %t = arith.fptosi %x : f32 to i8
    linalg.yield %t : i8
  } -> tensor<?x160xi8>
  %e2 = tensor.empty(%m) : tensor<?x160xi8>
  %y2 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y1 : tensor<?x160xi8>) outs(%e2 : tensor<?x160xi8>) {
  ^bb0(%v: i8, %o: i8):
    %c = arith.constant 5 : i8
    %t = arith.xori %v, %c : i8
    linalg.yield %t : i8
  } -> tensor<?x160xi8>
  return %y2 : tensor<?x160xi8>
}

// Columns in order: no whole groups of 32.
func.func @odd(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<41x256xi8>, %sb: tensor<1x2xf32>, %s: tensor<41xf32>) -> tensor<?x41xf8E4M3FN> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x41xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x41xf32>) -> tensor<?x41xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x41xf32>)
      : tensor<?x256xi8>, tensor<41x256xi8>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x41xf32>
  %e0 = tensor.empty(%m) : tensor<?x41xf8E4M3FN>
  %y0 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %s : tensor<?x41xf32>, tensor<41xf32>) outs(%e0 : tensor<?x41xf8E4M3FN>) {
  ^bb0(%v: f32, %u: f32, %o: f8E4M3FN):
    %p = arith.mulf %v, %u : f32
    %t = arith.truncf %p : f32 to f8E4M3FN
    linalg.yield %t : f8E4M3FN
  } -> tensor<?x41xf8E4M3FN>
  return %y0 : tensor<?x41xf8E4M3FN>
}

func.func @odd_integers(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<24x256xi8>, %sb: tensor<1x2xf32>, %s: tensor<24xf32>) -> tensor<?x24xi8> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x24xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x24xf32>) -> tensor<?x24xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x24xf32>)
      : tensor<?x256xi8>, tensor<24x256xi8>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x24xf32>
  %e0 = tensor.empty(%m) : tensor<?x24xi8>
  %y0 = linalg.generic {indexing_maps = [#id, #col, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %s : tensor<?x24xf32>, tensor<24xf32>) outs(%e0 : tensor<?x24xi8>) {
  ^bb0(%v: f32, %u: f32, %o: i8):
    %low = arith.constant -128.0 : f32
    %high = arith.constant 127.0 : f32
    %p = arith.mulf %v, %u : f32
    %r = math.roundeven %p : f32
    %g = arith.maximumf %r, %low : f32
    %l = arith.minimumf %g, %high : f32
    %t = arith.fptosi %l : f32 to i8
    linalg.yield %t : i8
  } -> tensor<?x24xi8>
  return %y0 : tensor<?x24xi8>
}

func.func @residual(%a: tensor<?x256xi8>, %sa: tensor<?x2xf32>, %b: tensor<160x256xi8>, %sb: tensor<2x2xf32>, %s: tensor<?x160xf32>) -> tensor<?x160xf8E5M2> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x160xf32>)
      : tensor<?x256xi8>, tensor<160x256xi8>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x160xf32>
  %e0 = tensor.empty(%m) : tensor<?x160xf8E5M2>
  %y0 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %s : tensor<?x160xf32>, tensor<?x160xf32>) outs(%e0 : tensor<?x160xf8E5M2>) {
  ^bb0(%v: f32, %u: f32, %o: f8E5M2):
    %p = arith.addf %v, %u : f32
    %t = arith.truncf %p : f32 to f8E5M2
    linalg.yield %t : f8E5M2
  } -> tensor<?x160xf8E5M2>
  return %y0 : tensor<?x160xf8E5M2>
}
