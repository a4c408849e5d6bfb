// What codes of i8 stand for, to the bit, right after every pass: each type of scales and
// of result, blocks of a row and of several, rows that are and are not whole chunks.
//
// DEFINE: %{entry} =
// DEFINE: %{run} = gq-run %s --m=70 --generate=codes --entry=%{entry}
// DEFINE: %{same} = %{run} --backend=reference --output=%t.reference.npy && %{run} --backend=simulate --output=%t.simulate.npy && cmp %t.reference.npy %t.simulate.npy

// REDEFINE: %{entry} = msfp16
// RUN: %{same}
// RUN: gq-run %s --m=70 --entry=msfp16 --stages | FileCheck %s --check-prefix=STAGES
// REDEFINE: %{entry} = odd
// RUN: %{same}
// REDEFINE: %{entry} = squares
// RUN: %{same}
// RUN: gq-compile %s -o %t.gqb
// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX

// STAGES: after gq-tile: {{.*}}
// STAGES-NEXT: check0 passed
// STAGES: after gq-distribute: simulated 1 launches
// STAGES-NEXT: check0 passed

// 16 codes and their scale at once, 16 bytes of the result at a time.
// PTX: .entry msfp16_dequantize
// PTX: ld.global.nc.v4.b32
// PTX: ld.global.nc.b8
// PTX: st.global.v4.b32
// PTX: .entry odd_dequantize
// PTX: ld.global.nc.b8

func.func @msfp16(%q: tensor<?x272xi8>, %s: tensor<?x17xf8E8M0FNU>) -> tensor<?x272xbf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x272xi8>
  %e = tensor.empty(%m) : tensor<?x272xbf16>
  %x = gq.dequantize %q scales(%s block [1, 16]) outs(%e : tensor<?x272xbf16>)
         : tensor<?x272xi8>, tensor<?x17xf8E8M0FNU> -> tensor<?x272xbf16>
  return %x : tensor<?x272xbf16>
}

func.func @odd(%q: tensor<?x75xi8>, %s: tensor<?x5xf8E8M0FNU>) -> tensor<?x75xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x75xi8>
  %e = tensor.empty(%m) : tensor<?x75xf32>
  %x = gq.dequantize %q scales(%s block [1, 16]) outs(%e : tensor<?x75xf32>)
         : tensor<?x75xi8>, tensor<?x5xf8E8M0FNU> -> tensor<?x75xf32>
  return %x : tensor<?x75xf32>
}

func.func @squares(%q: tensor<?x264xi8>, %s: tensor<?x264xf32>) -> tensor<?x264xf16> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %q, %c0 : tensor<?x264xi8>
  %e = tensor.empty(%m) : tensor<?x264xf16>
  %x = gq.dequantize %q scales(%s block [1, 1]) outs(%e : tensor<?x264xf16>)
         : tensor<?x264xi8>, tensor<?x264xf32> -> tensor<?x264xf16>
  return %x : tensor<?x264xf16>
}
