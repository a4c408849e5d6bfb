// Quantisation to codes of four bits, two to a byte: each type of input and of scales, rows
// of an odd length, divisions, scales that are given, slabs and two passes. To the bit those
// of the reference; MXFP4 right after every pass.
//
// DEFINE: %{entry} =
// DEFINE: %{run} = gq-run %s --m=70 --generate=special --backend=simulate --check --entry=%{entry}

// REDEFINE: %{entry} = mxfp4
// RUN: %{run}
// RUN: gq-run %s --m=70 --entry=mxfp4 --stages | FileCheck %s --check-prefix=STAGES
// REDEFINE: %{entry} = msfp12
// RUN: %{run}
// REDEFINE: %{entry} = int4
// RUN: %{run}
// REDEFINE: %{entry} = int4_half
// RUN: %{run}
// REDEFINE: %{entry} = odd
// RUN: %{run}
// REDEFINE: %{entry} = column
// RUN: %{run}
// REDEFINE: %{entry} = tall_blocks
// RUN: %{run}
// REDEFINE: %{entry} = cast
// RUN: %{run}
// REDEFINE: %{entry} = cast_odd
// RUN: %{run}
// REDEFINE: %{entry} = large_blocks
// RUN: %{run}
// REDEFINE: %{entry} = two_passes
// RUN: %{run}
// REDEFINE: %{entry} = turned
// RUN: %{run}
// REDEFINE: %{entry} = computed
// RUN: %{run}
// REDEFINE: %{entry} = and_back
// RUN: %{run}
// RUN: gq-compile %s -o %t.gqb
// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX

// STAGES: after gq-tile: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-distribute: simulated 1 launches
// STAGES-NEXT: check0 passed

// 16 elements at once, and eight bytes of their codes.
// PTX: .entry mxfp4_quantize
// PTX: ld.global{{.*}}.v4.b32
// PTX-NOT: cvt.pack
// PTX: fma.rn.f32
// PTX: st.global.v2.b32
// PTX: .entry msfp12_quantize
// PTX-COUNT-8: cvt.pack.sat.s4.s32.b32
// PTX: st.global.v2.b32

func.func @mxfp4(%x: tensor<?x288xbf16>) -> (tensor<?x144xi8>, tensor<?x9xf8E8M0FNU>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x288xbf16>
  %eq = tensor.empty(%m) : tensor<?x144xi8>
  %es = tensor.empty(%m) : tensor<?x9xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 32] outs(%eq, %es : tensor<?x144xi8>, tensor<?x9xf8E8M0FNU>)
      {pow2, packed = f4E2M1FN} : tensor<?x288xbf16> -> tensor<?x144xi8>, tensor<?x9xf8E8M0FNU>
  return %q, %s : tensor<?x144xi8>, tensor<?x9xf8E8M0FNU>
}

func.func @msfp12(%x: tensor<?x272xbf16>) -> (tensor<?x136xi8>, tensor<?x17xf8E8M0FNU>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x272xbf16>
  %eq = tensor.empty(%m) : tensor<?x136xi8>
  %es = tensor.empty(%m) : tensor<?x17xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 16] outs(%eq, %es : tensor<?x136xi8>, tensor<?x17xf8E8M0FNU>)
      {pow2, packed = i4} : tensor<?x272xbf16> -> tensor<?x136xi8>, tensor<?x17xf8E8M0FNU>
  return %q, %s : tensor<?x136xi8>, tensor<?x17xf8E8M0FNU>
}

func.func @int4(%x: tensor<?x384xbf16>) -> (tensor<?x192xi8>, tensor<?x3xbf16>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x384xbf16>
  %eq = tensor.empty(%m) : tensor<?x192xi8>
  %es = tensor.empty(%m) : tensor<?x3xbf16>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x192xi8>, tensor<?x3xbf16>)
      {packed = i4} : tensor<?x384xbf16> -> tensor<?x192xi8>, tensor<?x3xbf16>
  return %q, %s : tensor<?x192xi8>, tensor<?x3xbf16>
}

func.func @int4_half(%x: tensor<?x192xf16>) -> (tensor<?x96xi8>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x192xf16>
  %eq = tensor.empty(%m) : tensor<?x96xi8>
  %es = tensor.empty(%m) : tensor<?x3xf32>
  %q, %s = gq.quantize %x block [1, 64] outs(%eq, %es : tensor<?x96xi8>, tensor<?x3xf32>)
      {packed = i4, divide} : tensor<?x192xf16> -> tensor<?x96xi8>, tensor<?x3xf32>
  return %q, %s : tensor<?x96xi8>, tensor<?x3xf32>
}

func.func @odd(%x: tensor<?x75xf32>) -> (tensor<?x38xi8>, tensor<?x3xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x75xf32>
  %eq = tensor.empty(%m) : tensor<?x38xi8>
  %es = tensor.empty(%m) : tensor<?x3xf32>
  %q, %s = gq.quantize %x block [1, 32] outs(%eq, %es : tensor<?x38xi8>, tensor<?x3xf32>)
      {packed = f4E2M1FN} : tensor<?x75xf32> -> tensor<?x38xi8>, tensor<?x3xf32>
  return %q, %s : tensor<?x38xi8>, tensor<?x3xf32>
}

func.func @column(%x: tensor<?x1xbf16>) -> (tensor<?x1xi8>, tensor<?x1xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x1xbf16>
  %eq = tensor.empty(%m) : tensor<?x1xi8>
  %es = tensor.empty(%m) : tensor<?x1xf32>
  %q, %s = gq.quantize %x block [1, 2] outs(%eq, %es : tensor<?x1xi8>, tensor<?x1xf32>)
      {packed = i4} : tensor<?x1xbf16> -> tensor<?x1xi8>, tensor<?x1xf32>
  return %q, %s : tensor<?x1xi8>, tensor<?x1xf32>
}

// More rows in a block than there are.
func.func @tall_blocks(%x: tensor<70x64xbf16>) -> (tensor<70x32xi8>, tensor<1x32xf32>) {
  %eq = tensor.empty() : tensor<70x32xi8>
  %es = tensor.empty() : tensor<1x32xf32>
  %q, %s = gq.quantize %x block [100, 2] outs(%eq, %es : tensor<70x32xi8>, tensor<1x32xf32>)
      {packed = i4} : tensor<70x64xbf16> -> tensor<70x32xi8>, tensor<1x32xf32>
  return %q, %s : tensor<70x32xi8>, tensor<1x32xf32>
}

func.func @cast(%x: tensor<?x288xbf16>, %s: tensor<?x9xf8E8M0FNU>) -> tensor<?x144xi8> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x288xbf16>
  %e = tensor.empty(%m) : tensor<?x144xi8>
  %q = gq.scaled_cast %x scales(%s block [1, 32]) outs(%e : tensor<?x144xi8>) {packed = f4E2M1FN}
      : tensor<?x288xbf16>, tensor<?x9xf8E8M0FNU> -> tensor<?x144xi8>
  return %q : tensor<?x144xi8>
}

// What is computed in front is not 0 behind the row; its code is.
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @cast_odd(%x: tensor<?x75xf32>, %s: tensor<?x3xf32>) -> tensor<?x38xi8> {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x75xf32>
  %ey = tensor.empty(%m) : tensor<?x75xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x75xf32>) outs(%ey : tensor<?x75xf32>) {
    ^bb0(%a: f32, %o: f32):
      %b = arith.addf %a, %one : f32
      linalg.yield %b : f32
  } -> tensor<?x75xf32>
  %e = tensor.empty(%m) : tensor<?x38xi8>
  %q = gq.scaled_cast %y scales(%s block [1, 32]) outs(%e : tensor<?x38xi8>) {packed = i4}
      : tensor<?x75xf32>, tensor<?x3xf32> -> tensor<?x38xi8>
  return %q : tensor<?x38xi8>
}

// A tile of them is taken in slabs.
func.func @large_blocks(%x: tensor<?x512xf32>) -> (tensor<?x256xi8>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x512xf32>
  %rows = affine.apply affine_map<(d) -> (d ceildiv 256)>(%m)
  %eq = tensor.empty(%m) : tensor<?x256xi8>
  %es = tensor.empty(%rows) : tensor<?x2xf32>
  %q, %s = gq.quantize %x block [256, 256] outs(%eq, %es : tensor<?x256xi8>, tensor<?x2xf32>)
      {packed = f4E2M1FN} : tensor<?x512xf32> -> tensor<?x256xi8>, tensor<?x2xf32>
  return %q, %s : tensor<?x256xi8>, tensor<?x2xf32>
}

func.func @two_passes(%x: tensor<?x512xbf16>) -> (tensor<?x256xi8>, tensor<1x1xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x512xbf16>
  %eq = tensor.empty(%m) : tensor<?x256xi8>
  %es = tensor.empty() : tensor<1x1xf32>
  %q, %s = gq.quantize %x block [1000, 512] outs(%eq, %es : tensor<?x256xi8>, tensor<1x1xf32>)
      {packed = i4, config = #gq.quantize_config<tile = [8, 512], passes = 2>}
      : tensor<?x512xbf16> -> tensor<?x256xi8>, tensor<1x1xf32>
  return %q, %s : tensor<?x256xi8>, tensor<1x1xf32>
}

// Scales M-major, and a transpose of the bytes.
func.func @turned(%x: tensor<?x256xbf16>) -> (tensor<128x?xi8>, tensor<2x?xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %eq = tensor.empty(%m) : tensor<?x128xi8>
  %es = tensor.empty(%m) : tensor<2x?xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x128xi8>, tensor<2x?xf32>)
      {packed = i4, transposed_scales} : tensor<?x256xbf16> -> tensor<?x128xi8>, tensor<2x?xf32>
  %et = tensor.empty(%m) : tensor<128x?xi8>
  %t = linalg.transpose ins(%q : tensor<?x128xi8>) outs(%et : tensor<128x?xi8>) permutation = [1, 0]
  return %t, %s : tensor<128x?xi8>, tensor<2x?xf32>
}

// A function that is only near: codes may be the next ones, each of its own.
func.func @computed(%x: tensor<?x512xbf16>) -> (tensor<?x256xi8>, tensor<?x16xf8E8M0FNU>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x512xbf16>
  %ey = tensor.empty(%m) : tensor<?x512xf32>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x512xbf16>) outs(%ey : tensor<?x512xf32>) {
    ^bb0(%a: bf16, %o: f32):
      %w = arith.extf %a : bf16 to f32
      %b = math.tanh %w : f32
      linalg.yield %b : f32
  } -> tensor<?x512xf32>
  %eq = tensor.empty(%m) : tensor<?x256xi8>
  %es = tensor.empty(%m) : tensor<?x16xf8E8M0FNU>
  %q, %s = gq.quantize %y block [1, 32] outs(%eq, %es : tensor<?x256xi8>, tensor<?x16xf8E8M0FNU>)
      {pow2, packed = f4E2M1FN} : tensor<?x512xf32> -> tensor<?x256xi8>, tensor<?x16xf8E8M0FNU>
  return %q, %s : tensor<?x256xi8>, tensor<?x16xf8E8M0FNU>
}

func.func @and_back(%x: tensor<?x512xbf16>) -> tensor<?x512xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x512xbf16>
  %eq = tensor.empty(%m) : tensor<?x256xi8>
  %es = tensor.empty(%m) : tensor<?x32xf8E8M0FNU>
  %q, %s = gq.quantize %x block [1, 16] outs(%eq, %es : tensor<?x256xi8>, tensor<?x32xf8E8M0FNU>)
      {pow2, packed = i4} : tensor<?x512xbf16> -> tensor<?x256xi8>, tensor<?x32xf8E8M0FNU>
  %e = tensor.empty(%m) : tensor<?x512xbf16>
  %y = gq.dequantize %q scales(%s block [1, 16]) outs(%e : tensor<?x512xbf16>) {packed = i4}
      : tensor<?x256xi8>, tensor<?x32xf8E8M0FNU> -> tensor<?x512xbf16>
  return %y : tensor<?x512xbf16>
}
