// One test for every diagnostic: block_absmax of several fragments.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>
gqgpu.kernel @k() {
  // expected-error@+1 {{expects at least 1 operand, got none}}
  %a = "gqgpu.block_absmax"() {amax_floor = 0.0 : f32} : () -> !s
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!g = !gqgpu.fragment<8x128xf16, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [8, 128]>
gqgpu.kernel @k(%z: f32, %h: f16) {
  %f = gqgpu.splat %z : f32 -> !f
  %g = gqgpu.splat %h : f16 -> !g
  // expected-error@+1 {{expects operands of one type, got '!gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>' and '!gqgpu.fragment<8x128xf16, #gqgpu.blocked<[8, 32], chunk = 4>>'}}
  %a = gqgpu.block_absmax %f, %g {amax_floor = 0.0 : f32} : !f, !g -> !s
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [4, 128]>
gqgpu.kernel @k(%z: f32) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{of several operands expects a result whose block has their 8 rows, got 4}}
  %a = gqgpu.block_absmax %f, %f {amax_floor = 0.0 : f32} : !f, !f -> !s
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 32], chunk = 4, cluster = 2>>
!s = !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 32], chunk = 4, cluster = 2>, block = [16, 128]>
gqgpu.kernel @k(%z: f32) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{of several operands expects a layout of 1 thread block, got a cluster of 2}}
  %a = gqgpu.block_absmax %f, %f {amax_floor = 0.0 : f32} : !f, !f -> !s
  gqgpu.return
}
