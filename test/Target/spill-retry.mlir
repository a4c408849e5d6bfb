// REQUIRES: ptxas
// RUN: gq-compile %s --emit=bundle -o %t && gq-bundle info %t | FileCheck %s

// With a dynamic width every element has an address of its own. ptxas would
// rather spill than run one thread block of the absmax on a multiprocessor; told
// that one is enough, it does not.
// CHECK: quantize_steps_256x256_absmax
// Here it prefers so many registers that one is missing; told to prefer fewer, it
// gets by with what there is.
// CHECK: formats_f32_i8_e8m0_rows_256x256
func.func @quantize_steps_256x256(%x: tensor<?x?xf16>) -> (tensor<?x?xf8E5M2>, tensor<?x?xf32>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf16>
  %n = tensor.dim %x, %c1 : tensor<?x?xf16>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 256)>(%m)
  %sn = affine.apply affine_map<(d) -> (d ceildiv 256)>(%n)
  %qe = tensor.empty(%m, %n) : tensor<?x?xf8E5M2>
  %se = tensor.empty(%sm, %sn) : tensor<?x?xf32>
  %ae = tensor.empty(%sm, %sn) : tensor<?x?xf32>
  %a = gq.block_absmax %x block [256, 256] outs(%ae : tensor<?x?xf32>) : tensor<?x?xf16> -> tensor<?x?xf32>
  %s = gq.absmax_to_scale %a to f8E5M2 outs(%se : tensor<?x?xf32>) : tensor<?x?xf32> -> tensor<?x?xf32>
  %q = gq.scaled_cast %x scales(%s block [256, 256])
      outs(%qe : tensor<?x?xf8E5M2>) {config = #gq.quantize_config<tile = [64, 128]>} : tensor<?x?xf16>, tensor<?x?xf32> -> tensor<?x?xf8E5M2>
  return %q, %s, %a : tensor<?x?xf8E5M2>, tensor<?x?xf32>, tensor<?x?xf32>
}
func.func @formats_f32_i8_e8m0_rows_256x256(%x: tensor<?x1040xf32>) -> (tensor<?x1040xi8>, tensor<?x5xf8E8M0FNU>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x1040xf32>
  %n = tensor.dim %x, %c1 : tensor<?x1040xf32>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 256)>(%m)
  %sn = affine.apply affine_map<(d) -> (d ceildiv 256)>(%n)
  %qe = tensor.empty(%m) : tensor<?x1040xi8>
  %se = tensor.empty(%sm) : tensor<?x5xf8E8M0FNU>
  %q, %s = gq.quantize %x block [256, 256]
      outs(%qe, %se : tensor<?x1040xi8>, tensor<?x5xf8E8M0FNU>) {pow2} : tensor<?x1040xf32> -> tensor<?x1040xi8>, tensor<?x5xf8E8M0FNU>
  return %q, %s : tensor<?x1040xi8>, tensor<?x5xf8E8M0FNU>
}
