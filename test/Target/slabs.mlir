// REQUIRES: ptxas
// RUN: gq-compile %s --emit=bundle -o %t && gq-bundle info %t | FileCheck %s

// Tiles in slabs: ptxas would load what comes later too early, and spill. Four
// slabs of as many registers as there are, and, element by element, two.
// CHECK: four_quantize
// CHECK: dynamic_quantize
func.func @four(%x: tensor<?x8192xf32>) -> (tensor<?x8192xf8E4M3FN>, tensor<?x16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x8192xf32>
  %n = tensor.dim %x, %c1 : tensor<?x8192xf32>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 256)>(%m)
  %sn = affine.apply affine_map<(d) -> (d ceildiv 512)>(%n)
  %qe = tensor.empty(%m) : tensor<?x8192xf8E4M3FN>
  %se = tensor.empty(%sm) : tensor<?x16xf32>
  %q, %s = gq.quantize %x block [256, 512] outs(%qe, %se : tensor<?x8192xf8E4M3FN>, tensor<?x16xf32>) : tensor<?x8192xf32> -> tensor<?x8192xf8E4M3FN>, tensor<?x16xf32>
  return %q, %s : tensor<?x8192xf8E4M3FN>, tensor<?x16xf32>
}
func.func @dynamic(%x: tensor<?x?xbf16>) -> (tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xbf16>
  %n = tensor.dim %x, %c1 : tensor<?x?xbf16>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 256)>(%m)
  %sn = affine.apply affine_map<(d) -> (d ceildiv 256)>(%n)
  %qe = tensor.empty(%m, %n) : tensor<?x?xf8E4M3FN>
  %se = tensor.empty(%sm, %sn) : tensor<?x?xf32>
  %q, %s = gq.quantize %x block [256, 256] outs(%qe, %se : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) : tensor<?x?xbf16> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
  return %q, %s : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
}
