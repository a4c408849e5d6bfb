// Blocks whose sides no usual tile has: of whole ones still, with threads, slabs or thread blocks that go into
// them, since scales of one byte and M-major ones are written in one pass. Equal to the reference to the bit.
// RUN: gq-opt %s --gq-select-config | FileCheck %s --check-prefix=CONFIG --implicit-check-not='passes = 2'
// DEFINE: %{entry} =
// DEFINE: %{run} = gq-run %s --entry=%{entry} --shape=x=600x1030 --backend=simulate --check | FileCheck %s
// CHECK: simulated 1 launch
// CHECK: check0 passed: equal bit for bit
// CHECK: check1 passed: equal bit for bit
// REDEFINE: %{entry} = tall
// RUN: %{run}
// REDEFINE: %{entry} = long
// RUN: %{run}
// REDEFINE: %{entry} = odd
// RUN: %{run}
// REDEFINE: %{entry} = wide
// RUN: %{run}

// Three slabs, of what is computed on the way.
// CONFIG: func.func @tall
// CONFIG: gq.quantize {{.*}}config = #gq.quantize_config<tile = [192, 128], threads = 512, slabs = 3, park = true, candidate = 0>
func.func @tall(%x: tensor<?x?xbf16>) -> (tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x?xbf16>
  %n = tensor.dim %x, %c1 : tensor<?x?xbf16>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 192)>(%m)
  %sn = affine.apply affine_map<(d) -> (d ceildiv 128)>(%n)
  %qe = tensor.empty(%m, %n) : tensor<?x?xf8E4M3FN>
  %se = tensor.empty(%sn, %sm) : tensor<?x?xf32>
  %xe = tensor.empty(%m, %n) : tensor<?x?xbf16>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x?xbf16>) outs(%xe : tensor<?x?xbf16>) {
  ^bb0(%i: bf16, %o: bf16):
  %w = arith.extf %i : bf16 to f32
  %r = arith.maximumf %w, %zero : f32
  %o2 = arith.truncf %r : f32 to bf16
  linalg.yield %o2 : bf16
  } -> tensor<?x?xbf16>
  %q, %s = gq.quantize %y block [192, 128] outs(%qe, %se : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) {transposed_scales} : tensor<?x?xbf16> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
  return %q, %s : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
}

// As many as it takes, where two passes could not store the scales.
// CONFIG: func.func @long
// CONFIG: gq.quantize {{.*}}config = #gq.quantize_config<tile = [512, 512], threads = 512, slabs = 32, park = false, candidate = 0>
func.func @long(%x: tensor<?x?xf32>) -> (tensor<?x?xf8E4M3FN>, tensor<?x?xf8E8M0FNU>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 512)>(%m)
  %sn = affine.apply affine_map<(d) -> (d ceildiv 512)>(%n)
  %qe = tensor.empty(%m, %n) : tensor<?x?xf8E4M3FN>
  %se = tensor.empty(%sm, %sn) : tensor<?x?xf8E8M0FNU>
  %xe = tensor.empty(%m, %n) : tensor<?x?xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x?xf32>) outs(%xe : tensor<?x?xf32>) {
  ^bb0(%i: f32, %o: f32):
  %w = arith.addf %i, %zero : f32
  %r = arith.maximumf %w, %zero : f32
  %o2 = arith.addf %r, %r : f32
  linalg.yield %o2 : f32
  } -> tensor<?x?xf32>
  %q, %s = gq.quantize %y block [512, 512] outs(%qe, %se : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E8M0FNU>) {pow2} : tensor<?x?xf32> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf8E8M0FNU>
  return %q, %s : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E8M0FNU>
}

// Threads that go into an odd number of rows.
// CONFIG: func.func @odd
// CONFIG: gq.quantize {{.*}}config = #gq.quantize_config<tile = [132, 64], threads = 352, candidate = 0>
func.func @odd(%x: tensor<?x?xf32>) -> (tensor<?x?xf8E4M3FN>, tensor<?x?xf8E8M0FNU>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %n = tensor.dim %x, %c1 : tensor<?x?xf32>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 33)>(%m)
  %sn = affine.apply affine_map<(d) -> (d ceildiv 64)>(%n)
  %qe = tensor.empty(%m, %n) : tensor<?x?xf8E4M3FN>
  %se = tensor.empty(%sm, %sn) : tensor<?x?xf8E8M0FNU>
  %q, %s = gq.quantize %x block [33, 64] outs(%qe, %se : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E8M0FNU>) {pow2} : tensor<?x?xf32> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf8E8M0FNU>
  return %q, %s : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E8M0FNU>
}

// Of rows of any length, whose elements take a register each.
// CONFIG: func.func @wide
// CONFIG: gq.quantize {{.*}}config = #gq.quantize_config<tile = [576, 128], threads = 384, cluster = 4, candidate = 0>
func.func @wide(%x: tensor<?x?xbf16>) -> (tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %x, %c0 : tensor<?x?xbf16>
  %n = tensor.dim %x, %c1 : tensor<?x?xbf16>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 576)>(%m)
  %sn = affine.apply affine_map<(d) -> (d ceildiv 128)>(%n)
  %qe = tensor.empty(%m, %n) : tensor<?x?xf8E4M3FN>
  %se = tensor.empty(%sn, %sm) : tensor<?x?xf32>
  %q, %s = gq.quantize %x block [576, 128] outs(%qe, %se : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>) {transposed_scales} : tensor<?x?xbf16> -> tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
  return %q, %s : tensor<?x?xf8E4M3FN>, tensor<?x?xf32>
}
