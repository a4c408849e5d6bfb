// Calls of gq ops from StableHLO, in generic form: the attributes of the op in a dictionary, as
// an attribute or as a property, blocks in any spelling; destinations follow from the results.
//
// RUN: gq-opt %s --allow-unregistered-dialect --pass-pipeline='builtin.module(func.func(convert-linalg-to-gq))' | FileCheck %s
// RUN: gq-run %s --backend=simulate --check --m 40 | FileCheck %s --check-prefix=VALUES
// RUN: gq-run %s --backend=simulate --check --m 40 --entry=products | FileCheck %s --check-prefix=VALUES
// RUN: gq-run %s --backend=simulate --check --m 75 --entry=packed | FileCheck %s --check-prefix=VALUES
// RUN: gq-compile %s --emit=bundle -o %t.gqb
//
// VALUES: check0 passed

// CHECK-LABEL: func.func @layer(
// CHECK-SAME: %[[X:.*]]: tensor<?x256xbf16>, %[[W:.*]]: tensor<128x256xf8E4M3FN>, %[[SW:.*]]: tensor<1x2xf32>)
// CHECK: %[[Q:.*]]:2 = gq.quantize %[[X]] block [1, 128] outs(%{{.*}} : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {amax_floor = 9.99999974E-5 : f32, divide}
// CHECK: %[[I:.*]] = linalg.fill
// CHECK: gq.scaled_matmul %[[Q]]#0, %[[W]] scales(%[[Q]]#1 block [1, 128], %[[SW]] block [128, 128]) outs(%[[I]] : tensor<?x128xbf16>) {promote = 64 : i64}
func.func @layer(%x: tensor<?x256xbf16>, %w: tensor<128x256xf8E4M3FN>, %sw: tensor<1x2xf32>) -> tensor<?x128xbf16> {
  %q:2 = "stablehlo.custom_call"(%x) {call_target_name = "gq.quantize", api_version = 4 : i32, has_side_effect = false,
      backend_config = {block = [1, 128], amax_floor = 1.0e-4 : f32, divide = true}}
      : (tensor<?x256xbf16>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
  %y = "stablehlo.custom_call"(%q#0, %w, %q#1, %sw) <{call_target_name = "gq.scaled_matmul", api_version = 4 : i32,
      backend_config = {a_block = array<i64: 1, 128>, b_block = dense<128> : tensor<2xi64>, promote = 64},
      operand_layouts = [dense<[1, 0]> : tensor<2xindex>, dense<[1, 0]> : tensor<2xindex>, dense<[1, 0]> : tensor<2xindex>, dense<[1, 0]> : tensor<2xindex>],
      result_layouts = [dense<[1, 0]> : tensor<2xindex>]}>
      : (tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>, tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x128xbf16>
  return %y : tensor<?x128xbf16>
}

// Two codes of four bits to a byte, by both that make them; rows of which nobody says how long.
// CHECK-LABEL: func.func @packed(
// CHECK: %[[Q:.*]]:2 = gq.quantize %{{.*}} block [1, 32] outs(%{{.*}}, %{{.*}} : tensor<?x?xi8>, tensor<?x?xf8E8M0FNU>) {packed = f4E2M1FN, pow2}
// CHECK: gq.scaled_cast %{{.*}} scales(%[[Q]]#1 block [1, 32]) outs(%{{.*}} : tensor<?x?xi8>) {packed = i4}
func.func @packed(%x: tensor<?x?xbf16>) -> (tensor<?x?xi8>, tensor<?x?xi8>) {
  %q:2 = "stablehlo.custom_call"(%x) {call_target_name = "gq.quantize", backend_config = {block = [1, 32], pow2, packed = "f4E2M1FN"}} : (tensor<?x?xbf16>) -> (tensor<?x?xi8>, tensor<?x?xf8E8M0FNU>)
  %c = "stablehlo.custom_call"(%x, %q#1) {call_target_name = "gq.scaled_cast", backend_config = {block = [1, 32], packed = i4}} : (tensor<?x?xbf16>, tensor<?x?xf8E8M0FNU>) -> tensor<?x?xi8>
  return %q#0, %c : tensor<?x?xi8>, tensor<?x?xi8>
}

// All others. The older name of the dictionary; zero points, and what a sum starts from.
// CHECK-LABEL: func.func @products(
// CHECK: %[[AMAX:.*]] = gq.block_absmax %{{.*}} block [1, 64]
// CHECK: %[[S:.*]] = linalg.generic
// CHECK: %[[Q:.*]] = gq.scaled_cast %{{.*}} scales(%[[S]] block [1, 64])
// CHECK: %[[D:.*]] = gq.dequantize %[[Q]] scales(%[[S]] block [1, 64])
// CHECK: %[[P:.*]] = gq.scaled_matmul %{{.*}}, %{{.*}} a_zero_points(%{{.*}} : tensor<i8>) outs(%{{.*}} : tensor<40x32xi32>)
// CHECK: gq.dequantize %{{.*}} {packed = f4E2M1FN}
// CHECK: gq.scaled_matmul %{{.*}} outs(%{{.*}} : tensor<40x64xf32>)
func.func @products(%x: tensor<40x64xf32>, %a: tensor<40x64xi8>, %za: tensor<i8>, %b: tensor<32x64xi8>, %c: tensor<40x32xi32>, %p: tensor<64x32xi8>, %sp: tensor<64x2xf8E8M0FNU>, %start: tensor<40x64xf32>) -> (tensor<40x64xf32>, tensor<40x32xi32>) {
  %max = arith.constant 448.0 : f32
  %amax = "stablehlo.custom_call"(%x) {call_target_name = "gq.block_absmax", mhlo.backend_config = {block = [1, 64], amax_floor = 1.0e-3 : f64}} : (tensor<40x64xf32>) -> tensor<40x1xf32>
  %e = tensor.empty() : tensor<40x1xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%amax : tensor<40x1xf32>) outs(%e : tensor<40x1xf32>) {
  ^bb0(%i: f32, %o: f32):
    %d = arith.divf %i, %max : f32
    linalg.yield %d : f32
  } -> tensor<40x1xf32>
  %q = "stablehlo.custom_call"(%x, %s) {call_target_name = "gq.scaled_cast", backend_config = {block = [1, 64]}} : (tensor<40x64xf32>, tensor<40x1xf32>) -> tensor<40x64xf8E4M3FN>
  %d = "stablehlo.custom_call"(%q, %s) {call_target_name = "gq.dequantize", backend_config = {block = [1, 64]}} : (tensor<40x64xf8E4M3FN>, tensor<40x1xf32>) -> tensor<40x64xbf16>
  %i = "stablehlo.custom_call"(%a, %b, %za, %c) {call_target_name = "gq.scaled_matmul", backend_config = {a_zero_points, init = true, b_zero_points = false}} : (tensor<40x64xi8>, tensor<32x64xi8>, tensor<i8>, tensor<40x32xi32>) -> tensor<40x32xi32>
  %w = "stablehlo.custom_call"(%p, %sp) {call_target_name = "gq.dequantize", backend_config = {block = [1, 32], packed = "f4E2M1FN"}} : (tensor<64x32xi8>, tensor<64x2xf8E8M0FNU>) -> tensor<64x64xbf16>
  %y = "stablehlo.custom_call"(%d, %w) {call_target_name = "gq.scaled_matmul", backend_config = ""} : (tensor<40x64xbf16>, tensor<64x64xbf16>) -> tensor<40x64xf32>
  return %y, %i : tensor<40x64xf32>, tensor<40x32xi32>
}
