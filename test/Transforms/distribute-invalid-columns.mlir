// A product whose columns and scales of b do not fit together.
// RUN: gq-opt %s --gq-distribute --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <192x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <2x1xf32>>
gqgpu.kernel @k(%i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<128x192xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x192xf32>) -> tensor<128x192xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<192x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<2x1xf32>
      // expected-error@+1 {{has 192 tile columns and blocks of 128 rows of b, expects one to divide the other}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) outs(%init : tensor<128x192xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<192x128xf8E4M3FN>, tensor<128x1xf32>, tensor<2x1xf32> -> tensor<128x192xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <2x1xf32>>
gqgpu.kernel @k(%i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<2x1xf32>
      // expected-error@+1 {{has 2 rows of b_scales for 64 tile columns in blocks of 128, expects 1 and a tile that does not start inside a block}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [128, 128]) origin(%i, %i, %i) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<2x1xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <3x1xf32>>
gqgpu.kernel @k(%i: index, %zero: f32) {
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<128x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<3x1xf32>
      // expected-error@+1 {{has 3 rows of b_scales for 64 tile columns in blocks of 32, expects 2 and a tile that does not start inside a block}}
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [32, 128]) origin(%i, %i, %i) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<3x1xf32> -> tensor<128x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
