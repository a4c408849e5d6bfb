// Two products of one a in one kernel, at every level: tails along M, N and K, K of
// one step, sums that are quantised behind functions, i8.
// RUN: gq-run %s --entry=silu --m=200 --stages | FileCheck %s
// RUN: gq-run %s --entry=one_step --stages | FileCheck %s
// RUN: gq-run %s --entry=integers --m=70 --stages | FileCheck %s
// RUN: gq-run %s --entry=some_rows --m=100 --backend=simulate --check | FileCheck %s --check-prefix=TWO
// RUN: gq-run %s --entry=some_rows --m=300 --backend=simulate --check | FileCheck %s --check-prefix=ONE
// CHECK: after gq-tile: simulated
// CHECK: check0 passed
// CHECK: after gq-outline-kernels: simulated 1 launch
// CHECK-NOT: failed
// CHECK: after gq-expand-math: simulated 1 launch
// CHECK-NEXT: check0 passed
// TWO: simulated 2 launches
// TWO: check0 passed
// ONE: simulated 1 launch
// ONE: check0 passed

#el = affine_map<(m, n) -> (m, n)>
#both = #gq.matmul_config<tile = [128, 128, 128], store = direct, dual = true>
#quantized = #gq.matmul_config<tile = [128, 128, 128], store = direct, quantize = true, dual = true>

func.func @silu(%a: tensor<?x320xf8E4M3FN>, %as: tensor<?x3xf32>, %g: tensor<160x320xf8E4M3FN>,
    %gs: tensor<2x3xf32>, %u: tensor<160x320xf8E4M3FN>, %us: tensor<2x3xf32>) -> (tensor<?x160xf8E4M3FN>, tensor<?x5xf32>) {
  %zero = arith.constant 0.0 : bf16
  %one = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x320xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xbf16>
  %f = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x160xbf16>) -> tensor<?x160xbf16>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<?x160xbf16>)
    : tensor<?x320xf8E4M3FN>, tensor<160x320xf8E4M3FN>, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x160xbf16>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<?x160xbf16>) {config = #quantized}
    : tensor<?x320xf8E4M3FN>, tensor<160x320xf8E4M3FN>, tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x160xbf16>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x160xbf16>, tensor<?x160xbf16>) outs(%e : tensor<?x160xbf16>) {
  ^bb0(%gv: bf16, %uv: bf16, %o: bf16):
    %gw = arith.extf %gv : bf16 to f32
    %uw = arith.extf %uv : bf16 to f32
    %n = arith.negf %gw : f32
    %exp = math.exp %n : f32
    %d = arith.addf %exp, %one : f32
    %s = arith.divf %gw, %d : f32
    %p = arith.mulf %s, %uw : f32
    %t = arith.truncf %p : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x160xbf16>
  %qe = tensor.empty(%m) : tensor<?x160xf8E4M3FN>
  %se = tensor.empty(%m) : tensor<?x5xf32>
  %q, %qs = gq.quantize %r block [1, 32] outs(%qe, %se : tensor<?x160xf8E4M3FN>, tensor<?x5xf32>)
    : tensor<?x160xbf16> -> tensor<?x160xf8E4M3FN>, tensor<?x5xf32>
  return %q, %qs : tensor<?x160xf8E4M3FN>, tensor<?x5xf32>
}

func.func @one_step(%a: tensor<130x128xf8E4M3FN>, %as: tensor<130x1xf32>, %g: tensor<128x128xf8E4M3FN>,
    %gs: tensor<1x1xf32>, %u: tensor<128x128xf8E4M3FN>, %us: tensor<1x1xf32>) -> tensor<130x128xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<130x128xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<130x128xf32>) -> tensor<130x128xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<130x128xf32>)
    : tensor<130x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<130x1xf32>, tensor<1x1xf32> -> tensor<130x128xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<130x128xf32>) {config = #both}
    : tensor<130x128xf8E4M3FN>, tensor<128x128xf8E4M3FN>, tensor<130x1xf32>, tensor<1x1xf32> -> tensor<130x128xf32>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<130x128xf32>, tensor<130x128xf32>) outs(%e : tensor<130x128xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.subf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<130x128xf32>
  return %r : tensor<130x128xf32>
}

func.func @integers(%a: tensor<?x256xi8>, %as: tensor<?x2xf32>, %g: tensor<128x256xi8>,
    %gs: tensor<1x2xf32>, %u: tensor<128x256xi8>, %us: tensor<1x2xf32>) -> tensor<?x128xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xi8>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<?x128xf32>)
    : tensor<?x256xi8>, tensor<128x256xi8>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<?x128xf32>) {config = #both}
    : tensor<?x256xi8>, tensor<128x256xi8>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xf32>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x128xf32>, tensor<?x128xf32>) outs(%e : tensor<?x128xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.maximumf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<?x128xf32>
  return %r : tensor<?x128xf32>
}

func.func @some_rows(%a: tensor<?x256xf8E4M3FN>, %as: tensor<?x2xf32>, %g: tensor<128x256xf8E4M3FN>,
    %gs: tensor<1x2xf32>, %u: tensor<128x256xf8E4M3FN>, %us: tensor<1x2xf32>) -> tensor<?x128xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %x = gq.scaled_matmul %a, %g scales(%as block [1, 128], %gs block [128, 128]) outs(%f : tensor<?x128xf32>)
    : tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xf32>
  %y = gq.scaled_matmul %a, %u scales(%as block [1, 128], %us block [128, 128]) outs(%f : tensor<?x128xf32>)
    {config = #gq.matmul_variants<up_to 128 = <tile = [64, 64, 128], math_groups = 1>, above = <tile = [128, 128, 128], store = direct, dual = true>>}
    : tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xf32>
  %r = linalg.generic {indexing_maps = [#el, #el, #el], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x128xf32>, tensor<?x128xf32>) outs(%e : tensor<?x128xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.mulf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<?x128xf32>
  return %r : tensor<?x128xf32>
}
