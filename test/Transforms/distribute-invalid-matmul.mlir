// One test for every diagnostic: products.
// RUN: gq-opt %s --gq-distribute --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>
gqgpu.kernel @k(%d: memref<128x64xf32>, %v: memref<64xf32>, %i: index, %zero: f32, %b: i1) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 12 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 3 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      // expected-error@+1 {{has 128 rows, which 3 math groups cannot divide in slabs of 64}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>
gqgpu.kernel @k(%d: memref<128x64xf32>, %v: memref<64xf32>, %i: index, %zero: f32, %b: i1) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = tensor.empty() : tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      // expected-error@+1 {{expects operand a to be read from a ring slot}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>
gqgpu.kernel @k(%d: memref<128x64xf32>, %v: memref<64xf32>, %i: index, %zero: f32, %b: i1) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = tensor.empty() : tensor<1x1xf32>
      // expected-error@+1 {{expects operand b_scales to be read from a ring slot}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>
gqgpu.kernel @k(%d: memref<128x64xf32>, %v: memref<64xf32>, %i: index, %zero: f32, %b: i1) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %other = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %t = gqgpu.slot_read %r[%other] tile 3 : !ring -> tensor<1x1xf32>
      // expected-error@+1 {{expects all operands to be in one slot}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>
gqgpu.kernel @k(%d: memref<128x64xf32>, %v: memref<64xf32>, %i: index, %zero: f32, %b: i1) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = tensor.empty() : tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      // expected-error@+1 {{starts from a tile that is neither computed nor loaded before it}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x2xf32>, <1x1xf32>>
gqgpu.kernel @k(%i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x2xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      // expected-error@+1 {{has steps of 128 along K and blocks of 96 of a, expects one to divide the other}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 96], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x2xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x8xf8E8M0FNU>>
gqgpu.kernel @k(%i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x8xf8E8M0FNU>
      // expected-error@+1 {{has blocks of 16 of b along K, expects a multiple of 32 as #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32>}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 16]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x8xf8E8M0FNU> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x5xf32>, <1x1xf32>>
gqgpu.kernel @k(%i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x5xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      // expected-error@+1 {{has 5 columns of a_scales for a step of 128 along K in blocks of 32, expects 4 and a step that does not start inside a block}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 32], %t block [64, 128]) origin(%i, %i, %i) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x5xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x2xf32>>
gqgpu.kernel @k(%i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x2xf32>
      // expected-error@+1 {{has 2 columns of b_scales for a step of 128 along K in blocks of 256, expects 1 and a step that does not start inside a block}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 256]) origin(%i, %i, %i) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x2xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

// There is a scale for one block only.
!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>
gqgpu.kernel @k(%i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %c64 = arith.constant 64 : index
      // expected-error@+1 {{has origin 64 along K, expects steps of 128 that do not cross the blocks of 128 of a}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 256]) origin(%i, %i, %c64) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x4xf32>, <1x1xf32>>
gqgpu.kernel @k(%zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<64x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %w = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x4xf32>
      // expected-error@+1 {{expects whole columns of a tile of operand a_scales, got 'tensor<64x1xf32>' of 'tensor<128x4xf32>'}}
      %s = tensor.extract_slice %w[64, 1] [64, 1] [1, 1] : tensor<128x4xf32> to tensor<64x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<64x64xf32>)
          : tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>, <1x1xf32>>
gqgpu.kernel @k(%zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 160 (%group) {
      %e = tensor.empty() : tensor<64x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      // expected-error@+1 {{expects the first columns of operand a in its slot}}
      %x = tensor.extract_slice %at[0, 32] [64, 96] [1, 1] : tensor<64x128xf8E4M3FN> to tensor<64x96xf8E4M3FN>
      %y = tensor.extract_slice %bt[0, 0] [64, 96] [1, 1] : tensor<64x128xf8E4M3FN> to tensor<64x96xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<64x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %x, %y scales(%s block [1, 96], %t block [64, 96]) outs(%init : tensor<64x64xf32>)
          : tensor<64x96xf8E4M3FN>, tensor<64x96xf8E4M3FN>, tensor<64x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
