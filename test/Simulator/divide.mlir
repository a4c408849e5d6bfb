// Codes as quantisers make them that divide by the scale, to the bit the reference's, in one pass,
// in slabs and in two.
//
// DEFINE: %{entry} =
// DEFINE: %{config} =
// DEFINE: %{check} = gq-run %s --entry=%{entry} --m=70 %{config} --backend=simulate --check | FileCheck %s
// CHECK: check0 passed: equal bit for bit
// CHECK: check1 passed
// REDEFINE: %{entry} = divided
// RUN: %{check}
// RUN: gq-run %s --entry=divided --m=70 --stages | FileCheck %s --check-prefix=STAGES --implicit-check-not=failed
// STAGES-COUNT-15: check0 passed
// REDEFINE: %{config} = --config='#gq.quantize_config<tile = [64, 128], passes = 2>'
// RUN: %{check}
// REDEFINE: %{config} =
// REDEFINE: %{entry} = steps
// RUN: %{check}
// REDEFINE: %{entry} = slabs
// RUN: %{check}

// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX
// PTX-LABEL: .entry divided_quantize(
// PTX-COUNT-8: div.rn.f32
// PTX-LABEL: .entry multiplied_quantize(

func.func @divided(%x: tensor<?x256xf32>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xf32>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {divide}
      : tensor<?x256xf32> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}

func.func @multiplied(%x: tensor<?x256xf32>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xf32>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
      : tensor<?x256xf32> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}

func.func @steps(%x: tensor<?x256xbf16>) -> (tensor<?x256xi8>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %amax = gq.block_absmax %x block [1, 128] outs(%es : tensor<?x2xf32>) : tensor<?x256xbf16> -> tensor<?x2xf32>
  %s = gq.absmax_to_scale %amax to i8 outs(%es : tensor<?x2xf32>) : tensor<?x2xf32> -> tensor<?x2xf32>
  %eq = tensor.empty(%m) : tensor<?x256xi8>
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%eq : tensor<?x256xi8>) {divide} : tensor<?x256xbf16>, tensor<?x2xf32> -> tensor<?x256xi8>
  return %q, %s : tensor<?x256xi8>, tensor<?x2xf32>
}

func.func @slabs(%x: tensor<?x512xf32>) -> (tensor<?x512xf8E5M2>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x512xf32>
  %rows = affine.apply affine_map<()[m] -> (m ceildiv 256)>()[%m]
  %eq = tensor.empty(%m) : tensor<?x512xf8E5M2>
  %es = tensor.empty(%rows) : tensor<?x2xf32>
  %q, %s = gq.quantize %x block [256, 256] outs(%eq, %es : tensor<?x512xf8E5M2>, tensor<?x2xf32>)
      {divide, config = #gq.quantize_config<tile = [256, 256], threads = 512, slabs = 2>}
      : tensor<?x512xf32> -> tensor<?x512xf8E5M2>, tensor<?x2xf32>
  return %q, %s : tensor<?x512xf8E5M2>, tensor<?x2xf32>
}
