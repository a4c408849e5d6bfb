// One test for every diagnostic: tiles of a math region.
// RUN: gq-opt %s --gq-distribute --split-input-file --verify-diagnostics

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
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
      // expected-error@+1 {{writes a tile that is not computed}}
      gqgpu.store %e, %d[%i, %i] : tensor<128x64xf32>, memref<128x64xf32>
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
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
      %w = tensor.empty() : tensor<128x128xf32>
      %f = linalg.fill ins(%zero : f32) outs(%w : tensor<128x128xf32>) -> tensor<128x128xf32>
      // expected-error@+1 {{reads a computed tile through map affine_map<(d0, d1) -> (d1, d0)>, expects the identity}}
      %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (n, m)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%f : tensor<128x128xf32>) outs(%w : tensor<128x128xf32>) {
      ^bb0(%x: f32, %o: f32):
        linalg.yield %x : f32
      } -> tensor<128x128xf32>
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
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
      %u = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<128x1xf32>
      // expected-error@+1 {{reads a tile that is neither computed nor loaded}}
      %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, 0)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%u : tensor<128x1xf32>) outs(%e : tensor<128x64xf32>) {
      ^bb0(%x: f32, %o: f32):
        linalg.yield %x : f32
      } -> tensor<128x64xf32>
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
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
      %u = gqgpu.load %v[%i] : memref<64xf32> -> tensor<64xf32>
      // expected-error@+1 {{expects a projected permutation, or zeros in it}}
      %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m floordiv 2)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%u : tensor<64xf32>) outs(%e : tensor<128x64xf32>) {
      ^bb0(%x: f32, %o: f32):
        linalg.yield %x : f32
      } -> tensor<128x64xf32>
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
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
      %ve = tensor.empty() : tensor<128xf32>
      // expected-error@+1 {{is not an elementwise op on a rank 2 tile}}
      %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m)>], iterator_types = ["parallel", "reduction"]} ins(%p : tensor<128x64xf32>) outs(%ve : tensor<128xf32>) {
      ^bb0(%x: f32, %o: f32):
        %z = arith.addf %x, %o : f32
        linalg.yield %z : f32
      } -> tensor<128xf32>
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
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
      // expected-error@+1 {{uses linalg.index, which kernels do not support}}
      %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]} ins(%p : tensor<128x64xf32>) outs(%e : tensor<128x64xf32>) {
      ^bb0(%x: f32, %o: f32):
        %n = linalg.index 0 : index
        %z = arith.index_cast %n : index to i32
        %f = arith.sitofp %z : i32 to f32
        linalg.yield %f : f32
      } -> tensor<128x64xf32>
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
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [1, 128], %t block [64, 128]) outs(%init : tensor<128x64xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<128x1xf32>, tensor<1x1xf32> -> tensor<128x64xf32>
      %w = tensor.empty() : tensor<32x64xf32>
      // expected-error@+1 {{computes 'tensor<32x64xf32>', expects a tile of rank 2 with 128 rows, as the kernel's}}
      %y = linalg.fill ins(%zero : f32) outs(%w : tensor<32x64xf32>) -> tensor<32x64xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}
