// RUN: gq-opt %s --allow-unregistered-dialect --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(func.func(convert-linalg-to-gq))'

func.func @target(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{calls gq.quantise, expects one of gq.quantize, gq.dequantize, gq.scaled_cast, gq.block_absmax, gq.scaled_matmul}}
  %q:2 = "stablehlo.custom_call"(%x) {call_target_name = "gq.quantise"} : (tensor<16x128xf32>) -> (tensor<16x128xi8>, tensor<16x1xf32>)
  return
}

// -----

func.func @no_block(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{of gq.quantize expects block in backend_config, got none}}
  %q:2 = "stablehlo.custom_call"(%x) {call_target_name = "gq.quantize"} : (tensor<16x128xf32>) -> (tensor<16x128xi8>, tensor<16x1xf32>)
  return
}

// -----

func.func @block(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{of gq.quantize expects block of two integers in backend_config, got "1x128"}}
  %q:2 = "stablehlo.custom_call"(%x) {call_target_name = "gq.quantize", backend_config = {block = "1x128"}} : (tensor<16x128xf32>) -> (tensor<16x128xi8>, tensor<16x1xf32>)
  return
}

// -----

func.func @key(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{of gq.quantize has "pow_2" in backend_config, expects one of block, pow2, transposed_scales, divide, amax_floor}}
  %q:2 = "stablehlo.custom_call"(%x) {call_target_name = "gq.quantize", backend_config = {block = [1, 128], pow_2 = true}} : (tensor<16x128xf32>) -> (tensor<16x128xi8>, tensor<16x1xf32>)
  return
}

// -----

func.func @flag(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{of gq.quantize expects pow2 to be true or false in backend_config, got 1 : i64}}
  %q:2 = "stablehlo.custom_call"(%x) {call_target_name = "gq.quantize", backend_config = {block = [1, 128], pow2 = 1}} : (tensor<16x128xf32>) -> (tensor<16x128xi8>, tensor<16x1xf32>)
  return
}

// -----

func.func @floor(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{of gq.block_absmax expects amax_floor to be a float in backend_config, got 0 : i64}}
  %q = "stablehlo.custom_call"(%x) {call_target_name = "gq.block_absmax", backend_config = {block = [1, 128], amax_floor = 0}} : (tensor<16x128xf32>) -> tensor<16x1xf32>
  return
}

// -----

func.func @text(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{of gq.block_absmax expects backend_config to be a dictionary, got "block = 1"}}
  %q = "stablehlo.custom_call"(%x) {call_target_name = "gq.block_absmax", backend_config = "block = 1"} : (tensor<16x128xf32>) -> tensor<16x1xf32>
  return
}

// -----

func.func @twice(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{of gq.block_absmax has both backend_config and mhlo.backend_config}}
  %q = "stablehlo.custom_call"(%x) {call_target_name = "gq.block_absmax", backend_config = {}, mhlo.backend_config = {}} : (tensor<16x128xf32>) -> tensor<16x1xf32>
  return
}

// -----

func.func @operands(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{of gq.scaled_cast expects 2 operands, got 1}}
  %q = "stablehlo.custom_call"(%x) {call_target_name = "gq.scaled_cast", backend_config = {block = [1, 128]}} : (tensor<16x128xf32>) -> tensor<16x128xi8>
  return
}

// -----

func.func @results(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{of gq.quantize expects 2 results, got 1}}
  %q = "stablehlo.custom_call"(%x) {call_target_name = "gq.quantize", backend_config = {block = [1, 128]}} : (tensor<16x128xf32>) -> tensor<16x128xi8>
  return
}

// -----

func.func @one_block(%a: tensor<16x128xi8>, %s: tensor<16x1xf32>) {
  // expected-error @+1 {{of gq.scaled_matmul expects both a_block and b_block in backend_config, or neither, got a_block alone}}
  %d = "stablehlo.custom_call"(%a, %a, %s) {call_target_name = "gq.scaled_matmul", backend_config = {a_block = [1, 128]}} : (tensor<16x128xi8>, tensor<16x128xi8>, tensor<16x1xf32>) -> tensor<16x16xf32>
  return
}

// -----

func.func @promote(%a: tensor<16x128xi8>) {
  // expected-error @+1 {{of gq.scaled_matmul expects promote to be an integer in backend_config, got "128"}}
  %d = "stablehlo.custom_call"(%a, %a) {call_target_name = "gq.scaled_matmul", backend_config = {promote = "128"}} : (tensor<16x128xi8>, tensor<16x128xi8>) -> tensor<16x16xf32>
  return
}

// -----

func.func @packed(%a: tensor<16x64xi8>, %s: tensor<16x1xf32>) {
  // expected-error @+1 {{of gq.dequantize expects packed to be i4 or f4E2M1FN in backend_config, got "i2"}}
  %d = "stablehlo.custom_call"(%a, %s) {call_target_name = "gq.dequantize", backend_config = {block = [1, 128], packed = "i2"}} : (tensor<16x64xi8>, tensor<16x1xf32>) -> tensor<16x128xf32>
  return
}

// -----

func.func @packed_dynamic(%a: tensor<16x?xi8>, %s: tensor<16x1xf32>) {
  // expected-error @+1 {{of gq.dequantize expects a result of a static number of columns beside packed, got 'tensor<16x?xf32>'}}
  %d = "stablehlo.custom_call"(%a, %s) {call_target_name = "gq.dequantize", backend_config = {block = [1, 128], packed = "i4"}} : (tensor<16x?xi8>, tensor<16x1xf32>) -> tensor<16x?xf32>
  return
}

// -----

func.func @layout(%a: tensor<16x128xi8>) {
  // expected-error @+1 {{of gq.scaled_matmul expects row-major operand_layouts, got dense<[0, 1]> : tensor<2xindex>}}
  %d = "stablehlo.custom_call"(%a, %a) {call_target_name = "gq.scaled_matmul", operand_layouts = [dense<[0, 1]> : tensor<2xindex>]} : (tensor<16x128xi8>, tensor<16x128xi8>) -> tensor<16x16xf32>
  return
}

// -----

func.func @effect(%a: tensor<16x128xi8>) {
  // expected-error @+1 {{of gq.scaled_matmul expects has_side_effect to be false, got true}}
  %d = "stablehlo.custom_call"(%a, %a) {call_target_name = "gq.scaled_matmul", has_side_effect = true} : (tensor<16x128xi8>, tensor<16x128xi8>) -> tensor<16x16xf32>
  return
}

// -----

func.func @computation(%a: tensor<16x128xi8>) {
  // expected-error @+1 {{of gq.scaled_matmul expects no called_computations, got [@f]}}
  %d = "stablehlo.custom_call"(%a, %a) {call_target_name = "gq.scaled_matmul", called_computations = [@f]} : (tensor<16x128xi8>, tensor<16x128xi8>) -> tensor<16x16xf32>
  return
}

// -----

func.func @unranked(%a: tensor<*xi8>) {
  // expected-error @+1 {{of gq.scaled_matmul expects ranked tensors, got 'tensor<*xi8>'}}
  %d = "stablehlo.custom_call"(%a, %a) {call_target_name = "gq.scaled_matmul"} : (tensor<*xi8>, tensor<*xi8>) -> tensor<16x16xf32>
  return
}

// -----

// What the op itself demands, in its own words.
func.func @verified(%x: tensor<16x128xf32>) {
  // expected-error @+1 {{'gq.quantize' op expects}}
  %q:2 = "stablehlo.custom_call"(%x) {call_target_name = "gq.quantize", backend_config = {block = [1, 64]}} : (tensor<16x128xf32>) -> (tensor<16x128xi8>, tensor<16x1xf32>)
  return
}
