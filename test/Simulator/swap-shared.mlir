// Products of few rows whose operands are swapped, beside others: what is computed of another product in the
// tiles of one is computed the other way round there, and a transpose that one stores another does not compute.
// DEFINE: %{entry} =
// DEFINE: %{m} =
// DEFINE: %{run} = gq-run %s --entry=%{entry} --m=%{m} --backend=simulate --check | FileCheck %s --implicit-check-not=failed
// CHECK: check0 passed
// CHECK: check1 passed
// REDEFINE: %{entry} = beside
// REDEFINE: %{m} = 3
// RUN: %{run}
// REDEFINE: %{m} = 40
// RUN: %{run}
// REDEFINE: %{entry} = later
// RUN: %{run}
// RUN: gq-run %s --entry=beside --m=17 --stages | FileCheck %s --check-prefix=STAGES --implicit-check-not=failed
// RUN: gq-run %s --entry=later --m=17 --stages | FileCheck %s --check-prefix=STAGES --implicit-check-not=failed
// RUN: gq-run %s --entry=first --m=17 --stages | FileCheck %s --check-prefix=FIRST --implicit-check-not=failed
// RUN: gq-opt %s --gq-select-config --gq-apply-config --remarks-filter=gq-apply-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// STAGES: after gq-expand-math
// STAGES: check1 passed
// FIRST: after gq-expand-math: simulated 2 launches
// FIRST-NEXT: check0 passed
// REMARK-COUNT-6: the transpose is stored

#el = affine_map<(i, j) -> (i, j)>

// Of the second product, which has two readers, a kernel in front makes integers, the scaled ones both readers.
func.func @beside(%a: tensor<?x272xi8>, %as: tensor<?x1xf32>, %b: tensor<96x272xi8>, %bs: tensor<96x1xf32>, %c: tensor<?x272xi8>, %cs: tensor<?x1xf32>) -> (tensor<?x96xbf16>, tensor<?x96xbf16>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x272xi8>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x96xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x96xf32>) -> tensor<?x96xf32>
  %x = gq.scaled_matmul %a, %b scales(%as block [1, 272], %bs block [1, 272]) outs(%f : tensor<?x96xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true>}
      : tensor<?x272xi8>, tensor<96x272xi8>, tensor<?x1xf32>, tensor<96x1xf32> -> tensor<?x96xf32>
  %y = gq.scaled_matmul %c, %b scales(%cs block [1, 272], %bs block [1, 272]) outs(%f : tensor<?x96xf32>) {config = #gq.matmul_config<tile = [64, 8, 128], math_groups = 1, swap = true>}
      : tensor<?x272xi8>, tensor<96x272xi8>, tensor<?x1xf32>, tensor<96x1xf32> -> tensor<?x96xf32>
  %h = tensor.empty(%m) : tensor<?x96xbf16>
  %sum = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x96xf32>, tensor<?x96xf32>) outs(%h : tensor<?x96xbf16>) {
  ^bb0(%i: f32, %j: f32, %o: bf16):
    %s = arith.subf %i, %j : f32
    %t = arith.truncf %s : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x96xbf16>
  %own = linalg.generic {indexing_maps = [#el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<?x96xf32>) outs(%h : tensor<?x96xbf16>) {
  ^bb0(%i: f32, %o: bf16):
    %t = arith.truncf %i : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x96xbf16>
  return %sum, %own : tensor<?x96xbf16>, tensor<?x96xbf16>
}

// What follows the first product reads the second, whose transpose its own kernel stores.
func.func @later(%a: tensor<?x256xf8E4M3FN>, %as: tensor<?x2xf32>, %b: tensor<96x256xf8E4M3FN>, %bs: tensor<1x2xf32>, %c: tensor<?x256xf8E4M3FN>, %cs: tensor<?x2xf32>) -> (tensor<?x96xbf16>, tensor<?x96xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x96xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x96xf32>) -> tensor<?x96xf32>
  %x = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128]) outs(%f : tensor<?x96xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], math_groups = 1, swap = true>}
      : tensor<?x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xf32>
  %y = gq.scaled_matmul %c, %b scales(%cs block [1, 128], %bs block [128, 128]) outs(%f : tensor<?x96xf32>) {config = #gq.matmul_config<tile = [64, 8, 128], math_groups = 1, swap = true>}
      : tensor<?x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xf32>
  %h = tensor.empty(%m) : tensor<?x96xbf16>
  %sum = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x96xf32>, tensor<?x96xf32>) outs(%h : tensor<?x96xbf16>) {
  ^bb0(%i: f32, %j: f32, %o: bf16):
    %s = arith.subf %i, %j : f32
    %t = arith.truncf %s : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x96xbf16>
  return %sum, %y : tensor<?x96xbf16>, tensor<?x96xf32>
}

// What follows the second product reads the first as its kernel stores it: it fits beside another thread block.
func.func @first(%a: tensor<?x256xf8E4M3FN>, %as: tensor<?x2xf32>, %b: tensor<96x256xf8E4M3FN>, %bs: tensor<1x2xf32>, %c: tensor<96x256xf8E4M3FN>) -> tensor<?x96xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%m) : tensor<?x96xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x96xf32>) -> tensor<?x96xf32>
  %x = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128]) outs(%f : tensor<?x96xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], stages = 11, math_groups = 1, swap = true, occupancy = 2>}
      : tensor<?x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xf32>
  %y = gq.scaled_matmul %a, %c scales(%as block [1, 128], %bs block [128, 128]) outs(%f : tensor<?x96xf32>) {config = #gq.matmul_config<tile = [64, 16, 128], stages = 11, math_groups = 1, swap = true, occupancy = 2>}
      : tensor<?x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xf32>
  %product = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x96xf32>, tensor<?x96xf32>) outs(%e : tensor<?x96xf32>) {
  ^bb0(%i: f32, %j: f32, %o: f32):
    %p = arith.mulf %i, %j : f32
    linalg.yield %p : f32
  } -> tensor<?x96xf32>
  return %product : tensor<?x96xf32>
}
