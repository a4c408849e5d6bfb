// One test for every diagnostic.
// RUN: gq-opt %s --gq-split-copies --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @one_warp(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 8192 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    // expected-error@+1 {{has 1 warps; expects at least 2, for its tma_loads and for its copy_loads}}
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 1 : memref<64x1xf32>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @too_many_warps(%a: memref<64x128xf8E4M3FN>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 8192 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    // expected-error@+1 {{has 2 warps; expects 1 for its tma_loads}}
    gqgpu.role "fill" kind fill warps 2 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x1xf32>>
gqgpu.kernel @not_named() {
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      // expected-error@+1 {{expects a gqgpu.ring_create that says filled_by "fill"}}
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @foreign_effect() {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      // expected-error@+1 {{has effects that no part of a fill role has}}
      gpu.barrier
    }
  }
  gqgpu.return
}
