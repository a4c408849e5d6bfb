// RUN: gq-opt %s --split-input-file --verify-diagnostics

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
func.func @no_tile(%v: !acc, %r: !gqgpu.ring<1, <64x64xf32>>, %s: !gqgpu.slot) {
  // expected-error@+1 {{expects a tile between 0 and 0 of the ring, got 1}}
  gqgpu.put %v to %r[%s] tile 1 : !acc, !gqgpu.ring<1, <64x64xf32>>
  return
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
func.func @shape(%v: !acc, %r: !gqgpu.ring<1, <64x32xf32>>, %s: !gqgpu.slot) {
  // expected-error@+1 {{expects a value of f32 or i32 and a tile of its type and shape, in order, got '!gqgpu.fragment<64x64xf32, #gqgpu.mma>' and '!gqgpu.tile<64x32xf32>'}}
  gqgpu.put %v to %r[%s] tile 0 : !acc, !gqgpu.ring<1, <64x32xf32>>
  return
}

// -----

func.func @element(%v: tensor<64x64xbf16>, %r: !gqgpu.ring<1, <64x64xbf16>>, %s: !gqgpu.slot) {
  // expected-error@+1 {{expects a value of f32 or i32 and a tile of its type and shape, in order, got 'tensor<64x64xbf16>' and}}
  %a = gqgpu.add_put %v, %r[%s] tile 0 : tensor<64x64xbf16>, !gqgpu.ring<1, <64x64xbf16>>
  return
}

// -----

!rows = !gqgpu.fragment<64x1xf32, #gqgpu.mma>
func.func @spread(%v: !rows, %r: !gqgpu.ring<1, <64x1xf32>>, %s: !gqgpu.slot) {
  // expected-error@+1 {{expects a value with each element in one thread, a multiple of 4 in each, got}}
  gqgpu.put %v to %r[%s] tile 0 : !rows, !gqgpu.ring<1, <64x1xf32>>
  return
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!sums = !gqgpu.ring<1, <64x64xf32>>
gqgpu.kernel @groups(%z: f32) {
  %c = gqgpu.cursor : !gqgpu.cursor
  %r = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !sums
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%g) {
      %v = gqgpu.splat %z : f32 -> !acc
      %s = gqgpu.acquire %r[%c] : !sums -> !gqgpu.slot
      // expected-error@+1 {{expects to be in a math role of one group}}
      gqgpu.put %v to %r[%s] tile 0 : !acc, !sums
    }
  }
  gqgpu.return
}

// -----

!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!sums = !gqgpu.ring<1, <64x64xf32>>
gqgpu.kernel @fills(%z: f32) {
  %c = gqgpu.cursor : !gqgpu.cursor
  %r = gqgpu.ring_create : !sums
  gqgpu.warp_specialize {
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %v = gqgpu.splat %z : f32 -> !acc
      %s = gqgpu.acquire %r[%c] : !sums -> !gqgpu.slot
      // expected-error@+1 {{expects to be in a role of kind math, got role "fill" of kind fill}}
      gqgpu.put %v to %r[%s] tile 0 : !acc, !sums
    }
  }
  gqgpu.return
}

// -----

// A ring into which something is loaded.
!sums = !gqgpu.ring<1, <64x64xf32>>
gqgpu.kernel @loaded() {
  %c = gqgpu.cursor : !gqgpu.cursor
  %r = gqgpu.ring_create bytes 16384 filled_by ["math"] arrivals 4 consumed_by ["math"] arrivals 4 : !sums
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 232 (%g) {
      // expected-error@+1 {{expects to be in a role of kind fill or tma or copy, got role "math" of kind math}}
      %s = gqgpu.acquire %r[%c] : !sums -> !gqgpu.slot
    }
  }
  gqgpu.return
}
