// One test for every diagnostic: splat, forget and elementwise.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  // expected-error@+1 {{expects operand value of element type 'f32' as the result, got 'f16'}}
  %f = gqgpu.splat %h : f16 -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x32xf16, #gqgpu.blocked<[8, 32], chunk = 1>>
gqgpu.kernel @k(%z: f16) {
  %f = gqgpu.splat %z : f16 -> !f
  // expected-error@+1 {{expects operand value to fill registers of 32 bits, got 16 bits in each of '!gqgpu.fragment<8x32xf16, #gqgpu.blocked<[8, 32], chunk = 1>>'}}
  %g = gqgpu.forget %f : !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects one body argument per operand, got 0}}
  %r = gqgpu.elementwise (%f) {
    gqgpu.yield %z : f32
  } : (!f) -> (!f)
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects at least one result}}
  gqgpu.elementwise (%f) {
  ^bb0(%x: f32):
  } : (!f) -> ()
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects body arguments of the operands' element types, got 'f16'}}
  %r = gqgpu.elementwise (%f) {
  ^bb0(%x: f16):
    gqgpu.yield %z : f32
  } : (!f) -> (!f)
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!m = !gqgpu.fragment<64x128xf32, #gqgpu.mma>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects operands of the result's shape and layout, got}}
  %r = gqgpu.elementwise (%f) {
  ^bb0(%x: f32):
    gqgpu.yield %z : f32
  } : (!f) -> (!m)
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects operands constant over the result's blocks, got}}
  %r = gqgpu.elementwise (%f) {
  ^bb0(%x: f32):
    gqgpu.yield %x : f32
  } : (!f) -> (!s)
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects the body to yield one value per result}}
  %r = gqgpu.elementwise (%f) {
  ^bb0(%x: f32):
    gqgpu.yield %z, %z : f32, f32
  } : (!f) -> (!f)
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects the body to yield 'f32', got 'f16'}}
  %r = gqgpu.elementwise (%f) {
  ^bb0(%x: f32):
    gqgpu.yield %h : f16
  } : (!f) -> (!f)
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects results of one shape and layout, got}}
  %r:2 = gqgpu.elementwise (%f) {
  ^bb0(%x: f32):
    gqgpu.yield %x, %x : f32, f32
  } : (!f) -> (!f, !s)
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x128xf32, #gqgpu.mma>
gqgpu.kernel @other_bytes(%z: f32) {
  %x = gqgpu.splat %z : f32 -> !f
  %y = gqgpu.elementwise (%x) {
  ^bb0(%v: f32):
    // expected-error@+1 {{'arith.truncf' op computes with elements of 'f8E4M3', expects f8E4M3FN, f8E5M2 or f8E8M0FNU of those of one byte}}
    %t = arith.truncf %v : f32 to f8E4M3
    %r = arith.extf %t : f8E4M3 to f32
    gqgpu.yield %r : f32
  } : (!f) -> (!f)
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x128xf32, #gqgpu.mma>
gqgpu.kernel @rounded_scales(%z: f32) {
  %x = gqgpu.splat %z : f32 -> !f
  %y = gqgpu.elementwise (%x) {
  ^bb0(%v: f32):
    // expected-error@+1 {{'arith.truncf' op rounds to 'f8E8M0FNU' to_nearest_even, expects no rounding mode}}
    %t = arith.truncf %v to_nearest_even : f32 to f8E8M0FNU
    %r = arith.extf %t : f8E8M0FNU to f32
    gqgpu.yield %r : f32
  } : (!f) -> (!f)
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects at_once to be at least 1, got 0}}
  %r = gqgpu.elementwise (%f) {
  ^bb0(%x: f32):
    gqgpu.yield %x : f32
  } {at_once = 0 : i64} : (!f) -> (!f)
  gqgpu.return
}
