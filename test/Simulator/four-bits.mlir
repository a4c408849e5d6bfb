// Codes of four bits, two to a byte: every byte, each type of scales and of result, rows of
// an odd length. To the bit those of the reference; MXFP4 right after every pass.
//
// DEFINE: %{entry} =
// DEFINE: %{run} = gq-run %s --m=70 --generate=codes --entry=%{entry}
// DEFINE: %{same} = %{run} --backend=reference --output=%t.reference.npy && %{run} --backend=simulate --output=%t.simulate.npy && cmp %t.reference.npy %t.simulate.npy

// REDEFINE: %{entry} = mxfp4
// RUN: %{same}
// RUN: gq-run %s --m=70 --entry=mxfp4 --stages | FileCheck %s --check-prefix=STAGES
// REDEFINE: %{entry} = int4
// RUN: %{same}
// REDEFINE: %{entry} = int4_half
// RUN: %{same}
// REDEFINE: %{entry} = msfp12
// RUN: %{same}
// REDEFINE: %{entry} = odd
// RUN: %{same}
// REDEFINE: %{entry} = column
// RUN: %{same}
// REDEFINE: %{entry} = tall_blocks
// RUN: %{same}
// RUN: gq-compile %s -o %t.gqb
// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX

// STAGES: after gq-tile: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-distribute: simulated 1 launches
// STAGES-NEXT: check0 passed

// 16 codes at once, and eight of their values.
// PTX: .entry mxfp4_dequantize
// PTX: ld.global.nc.v2.b32
// PTX: ld.global.nc.b8
// PTX: st.global.v4.b32
// PTX: .entry odd_dequantize
// PTX: ld.global.nc.b8


func.func @mxfp4(%q: tensor<?x144xi8>, %s: tensor<?x9xf8E8M0FNU>) -> tensor<?x288xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x144xi8>
  %e = tensor.empty(%m) : tensor<?x288xbf16>
  %x = gq.dequantize %q scales(%s block [1, 32]) outs(%e : tensor<?x288xbf16>) {packed = f4E2M1FN}
         : tensor<?x144xi8>, tensor<?x9xf8E8M0FNU> -> tensor<?x288xbf16>
  return %x : tensor<?x288xbf16>
}

func.func @int4(%q: tensor<?x192xi8>, %s: tensor<?x3xbf16>) -> tensor<?x384xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x192xi8>
  %e = tensor.empty(%m) : tensor<?x384xbf16>
  %x = gq.dequantize %q scales(%s block [1, 128]) outs(%e : tensor<?x384xbf16>) {packed = i4}
         : tensor<?x192xi8>, tensor<?x3xbf16> -> tensor<?x384xbf16>
  return %x : tensor<?x384xbf16>
}

func.func @int4_half(%q: tensor<?x96xi8>, %s: tensor<?x3xf16>) -> tensor<?x192xf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x96xi8>
  %e = tensor.empty(%m) : tensor<?x192xf16>
  %x = gq.dequantize %q scales(%s block [1, 64]) outs(%e : tensor<?x192xf16>) {packed = i4}
         : tensor<?x96xi8>, tensor<?x3xf16> -> tensor<?x192xf16>
  return %x : tensor<?x192xf16>
}

func.func @msfp12(%q: tensor<?x136xi8>, %s: tensor<?x17xf8E8M0FNU>) -> tensor<?x272xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x136xi8>
  %e = tensor.empty(%m) : tensor<?x272xbf16>
  %x = gq.dequantize %q scales(%s block [1, 16]) outs(%e : tensor<?x272xbf16>) {packed = i4}
         : tensor<?x136xi8>, tensor<?x17xf8E8M0FNU> -> tensor<?x272xbf16>
  return %x : tensor<?x272xbf16>
}

func.func @odd(%q: tensor<?x38xi8>, %s: tensor<?x3xf32>) -> tensor<?x75xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x38xi8>
  %e = tensor.empty(%m) : tensor<?x75xf32>
  %x = gq.dequantize %q scales(%s block [1, 32]) outs(%e : tensor<?x75xf32>) {packed = f4E2M1FN}
         : tensor<?x38xi8>, tensor<?x3xf32> -> tensor<?x75xf32>
  return %x : tensor<?x75xf32>
}

// One column, and blocks of more rows than there are.
func.func @column(%q: tensor<?x1xi8>, %s: tensor<?x1xf32>) -> tensor<?x1xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x1xi8>
  %e = tensor.empty(%m) : tensor<?x1xbf16>
  %x = gq.dequantize %q scales(%s block [1, 2]) outs(%e : tensor<?x1xbf16>) {packed = i4}
         : tensor<?x1xi8>, tensor<?x1xf32> -> tensor<?x1xbf16>
  return %x : tensor<?x1xbf16>
}

func.func @tall_blocks(%q: tensor<70x32xi8>, %s: tensor<1x32xf32>) -> tensor<70x64xbf16> {
  %e = tensor.empty() : tensor<70x64xbf16>
  %x = gq.dequantize %q scales(%s block [100, 2]) outs(%e : tensor<70x64xbf16>) {packed = i4}
         : tensor<70x32xi8>, tensor<1x32xf32> -> tensor<70x64xbf16>
  return %x : tensor<70x64xbf16>
}
