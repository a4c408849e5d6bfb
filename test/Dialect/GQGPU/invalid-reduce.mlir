// One test for every diagnostic of the ops that reduce maxima of blocks.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

#layout = #gqgpu.blocked<[8, 32], chunk = 4>
// expected-error@+1 {{expects partial values of an f32 or i32 fragment with a block, got '!gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>'}}
func.func private @no_block(!gqgpu.partial<<8x128xf32, #layout>, lanes = 1>)

// -----

#layout = #gqgpu.blocked<[8, 32], chunk = 4>
// expected-error@+1 {{expects partial values of an f32 or i32 fragment with a block, got}}
func.func private @not_f32(!gqgpu.partial<<8x128xbf16, #layout, block = [8, 128]>, lanes = 1>)

// -----

#layout = #gqgpu.blocked<[8, 32], chunk = 4>
// expected-error@+1 {{expects 1, 2, 4, 8, 16 or 32 lanes, got 3}}
func.func private @lanes(!gqgpu.partial<<8x128xf32, #layout, block = [8, 128]>, lanes = 3>)

// -----

#layout = #gqgpu.blocked<[8, 32], chunk = 4>
// expected-error@+1 {{expects groups of lanes that lie in one block, which 32 lanes do not in}}
func.func private @two_blocks(!gqgpu.partial<<8x128xf32, #layout, block = [8, 64]>, lanes = 32>)

// -----

#layout = #gqgpu.blocked<[16, 16], chunk = 4>
// expected-error@+1 {{expects groups of lanes that lie in one block, which 32 lanes do not in}}
func.func private @two_rows(!gqgpu.partial<<16x64xf32, #layout, block = [1, 64]>, lanes = 32>)

// -----

!q = !gqgpu.fragment<8x128xf8E4M3FN, #gqgpu.blocked<[8, 32], chunk = 4>>
!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 1>
func.func @codes(%q: !q) {
  // expected-error@+1 {{expects an f32, bf16 or f16 operand without a block, got}}
  %p = gqgpu.thread_absmax %q : !q -> !p
  return
}

// -----

!f = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 1>
func.func @shape(%f: !f) {
  // expected-error@+1 {{expects a result of the operand's shape and layout, got}}
  %p = gqgpu.thread_absmax %f : !f -> !p
  return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 8>
func.func @more_than_one_lane(%f: !f) {
  // expected-error@+1 {{expects a result over 1 lane, got 8}}
  %p = gqgpu.thread_absmax %f : !f -> !p
  return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 1>
func.func @rounded_to_codes(%f: !f) {
  // expected-error@+1 {{expects values rounded to bf16 or f16, got 'f8E4M3FN'}}
  %p = gqgpu.thread_absmax %f rounded f8E4M3FN : !f -> !p
  return
}

// -----

!f = !gqgpu.fragment<8x128xf16, #gqgpu.blocked<[8, 32], chunk = 4>>
!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 1>
func.func @rounded_already(%f: !f) {
  // expected-error@+1 {{expects values of f32 to round, got '!gqgpu.fragment<8x128xf16}}
  %p = gqgpu.thread_absmax %f rounded bf16 : !f -> !p
  return
}

// -----

!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 1>
func.func @nothing() {
  // expected-error@+1 {{expects at least 1 operand, got none}}
  %p = "gqgpu.partial_max"() {floor = 0.0 : f32} : () -> !p
  return
}

// -----

!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 1>
!w = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 32>
func.func @types(%p: !p, %w: !w) {
  // expected-error@+1 {{expects operands and a result of one type, got}}
  %m = gqgpu.partial_max %p, %w floor 0.0 : !p, !w -> !p
  return
}

// -----

!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 1>
func.func @floor(%p: !p) {
  // expected-error@+1 {{expects a floor that is finite and not negative, got -1.000000e+00}}
  %m = gqgpu.partial_max %p floor -1.0 : !p -> !p
  return
}

// -----

!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 1>
func.func @floor(%p: !p) {
  // expected-error@+1 {{expects a floor that is finite and not negative, got 0x7F800000}}
  %m = gqgpu.partial_max %p floor 0x7F800000 : !p -> !p
  return
}

// -----

!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 1>
!w = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [4, 128]>, lanes = 32>
func.func @other_blocks(%p: !p) {
  // expected-error@+1 {{expects a result of the operand's fragment, got}}
  %m = gqgpu.lane_max redux %p : !p -> !w
  return
}

// -----

!w = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 32>
func.func @no_more_lanes(%w: !w) {
  // expected-error@+1 {{expects a result over more lanes than the operand's 32, got 32}}
  %m = gqgpu.lane_max redux %w : !w -> !w
  return
}

// -----

!p = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 1>
!h = !gqgpu.partial<<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>, lanes = 16>
func.func @half_a_warp(%p: !p) {
  // expected-error@+1 {{expects a result over the 32 lanes of a warp by redux, got 16}}
  %m = gqgpu.lane_max redux %p : !p -> !h
  return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
!c = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 64]>
func.func @other_result(%w: !gqgpu.partial<!b, lanes = 32>) {
  // expected-error@+1 {{expects a result of type}}
  %m = gqgpu.whole_blocks %w : !gqgpu.partial<!b, lanes = 32> -> !c
  return
}

// -----

!b = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 32], chunk = 4, cluster = 2>, block = [1, 128]>
func.func @cluster(%w: !gqgpu.partial<!b, lanes = 32>) {
  // expected-error@+1 {{expects a layout of 1 thread block, got a cluster of 2}}
  %m = gqgpu.whole_blocks %w : !gqgpu.partial<!b, lanes = 32> -> !b
  return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
func.func @some_lanes(%w: !gqgpu.partial<!b, lanes = 16>) {
  // expected-error@+1 {{expects maxima over all 32 threads that share a block, got some over 16 lanes}}
  %m = gqgpu.whole_blocks %w : !gqgpu.partial<!b, lanes = 16> -> !b
  return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>
func.func @too_wide(%p: !gqgpu.partial<!b, lanes = 32>, %t: !gqgpu.tile<1x1xf32>) {
  // expected-error@+1 {{expects scope block for a layout of 1 thread blocks, got cluster}}
  gqgpu.atomic_max cluster %p into %t : !gqgpu.partial<!b, lanes = 32>, !gqgpu.tile<1x1xf32>
  return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 64]>
func.func @words(%p: !gqgpu.partial<!b, lanes = 16>, %t: !gqgpu.tile<1x1xf32>) {
  // expected-error@+1 {{expects words of 1x2xf32, one for each block, got '!gqgpu.tile<1x1xf32>'}}
  gqgpu.atomic_max block %p into %t : !gqgpu.partial<!b, lanes = 16>, !gqgpu.tile<1x1xf32>
  return
}

// -----

!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 64]>
func.func @integers(%t: !gqgpu.tile<1x2xi32>) {
  // expected-error@+1 {{expects words of 1x2xf32, one for each block, got '!gqgpu.tile<1x2xi32>'}}
  %m = gqgpu.read_blocks %t : !gqgpu.tile<1x2xi32> -> !b
  return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
func.func @elements(%t: !gqgpu.tile<1x2xf32>) {
  // expected-error@+1 {{expects an f32 result with a block, got}}
  %m = gqgpu.read_blocks %t : !gqgpu.tile<1x2xf32> -> !f
  return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 64]>
func.func @absmax_floor(%f: !f) {
  // expected-error@+1 {{expects an amax_floor that is finite and not negative, got -5.000000e-01}}
  %m = gqgpu.block_absmax %f {amax_floor = -0.5 : f32} : !f -> !b
  return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!b = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 64]>
func.func @absmax_floor(%f: !f) {
  // expected-error@+1 {{expects an amax_floor that is finite and not negative, got 0x7F800000}}
  %m = gqgpu.block_absmax %f {amax_floor = 0x7F800000 : f32} : !f -> !b
  return
}
