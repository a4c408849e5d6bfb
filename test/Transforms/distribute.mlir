// RUN: gq-opt %S/Inputs/tiles.mlir --gq-pipeline-stages --gq-warp-specialize --gq-split-copies --canonicalize --cse -o %t
// RUN: gq-opt %t --gq-distribute --canonicalize --cse | FileCheck %s --check-prefix=SLABS
// RUN: sed 's/{config = #gq.matmul_config/{promote = 64 : i64, config = #gq.matmul_config/' %t | gq-opt --gq-distribute --canonicalize --cse | FileCheck %s --check-prefix=HALVES
// RUN: gq-opt %s --gq-distribute --canonicalize --cse | FileCheck %s

// 256 rows over two groups: two slabs of 64 rows each; a wait before every
// promotion, and the second product takes the registers of the first.
// SLABS: gqgpu.role "math" {{.*}} (%[[GROUP:.*]]) {
// SLABS: %[[ROW0:.*]] = arith.muli %[[GROUP]], %c128
// SLABS: %[[ROW1:.*]] = arith.addi %[[ROW0]], %c64
// SLABS: gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to
// SLABS: %[[ZERO:.*]] = gqgpu.splat %{{.*}} -> <64x128xf32, #gqgpu.mma>
// SLABS: %[[SUM:.*]]:3 = scf.for {{.*}} iter_args(%[[ACC0:.*]] = %[[ZERO]], %[[ACC1:.*]] = %[[ZERO]], %{{.*}} = %{{.*}})
// SLABS:   %[[SLOT:.*]] = gqgpu.wait
// SLABS:   %[[COLS:.*]] = gqgpu.read_scales %{{.*}}[%[[SLOT]]] tile 3 cols %c0 block 128 : !ring -> <1x1xf32, #gqgpu.mma>
// SLABS:   %[[ROWS0:.*]] = gqgpu.read_scales %{{.*}}[%[[SLOT]]] tile 2 rows %[[ROW0]] block 1 : !ring -> <64x1xf32, #gqgpu.mma>
// SLABS:   %[[ROWS1:.*]] = gqgpu.read_scales %{{.*}}[%[[SLOT]]] tile 2 rows %[[ROW1]] block 1
// SLABS:   %[[P0:.*]] = gqgpu.mma_async %{{.*}}[%[[SLOT]]] tiles(0, 1) by #product row %[[ROW0]] k [0, 128] : !ring
// SLABS:   %[[W0:.*]] = gqgpu.mma_wait %[[P0]]
// SLABS:   %[[S0:.*]] = gqgpu.promote %[[W0]], %[[ROWS0]], %[[COLS]] into %[[ACC0]]
// SLABS:   %[[P1:.*]] = gqgpu.mma_async %{{.*}}[%[[SLOT]]] tiles(0, 1) by #product row %[[ROW1]] k [0, 128] reuse %[[W0]]
// SLABS:   %[[W1:.*]] = gqgpu.mma_wait %[[P1]]
// SLABS:   %[[S1:.*]] = gqgpu.promote %[[W1]], %[[ROWS1]], %[[COLS]] into %[[ACC1]]
// SLABS:   scf.yield %[[S0]], %[[S1]]
// SLABS: gqgpu.elementwise(%[[SUM]]#0)
// SLABS: arith.truncf
// SLABS: gqgpu.elementwise(%[[SUM]]#1)
// SLABS: %[[AT0:.*]] = arith.addi %[[I]], %[[ROW0]]
// SLABS: gqgpu.store_fragment %{{.*}}, %{{.*}}[%[[AT0]], %[[J]]] {path = #gqgpu.path<tma>} : <64x128xbf16
// SLABS: %[[AT1:.*]] = arith.addi %[[I]], %[[ROW1]]
// SLABS: gqgpu.store_fragment %{{.*}}, %{{.*}}[%[[AT1]], %[[J]]]

// promote = 64: two groups of products, each for both slabs.
// HALVES: scf.for
// HALVES: gqgpu.mma_async {{.*}} k [0, 64] : !ring
// HALVES: gqgpu.promote
// HALVES: gqgpu.mma_async {{.*}} k [0, 64] reuse
// HALVES: gqgpu.promote
// HALVES: gqgpu.mma_async {{.*}} k [64, 128] reuse
// HALVES: gqgpu.promote
// HALVES: gqgpu.mma_async {{.*}} k [64, 128] reuse

!ring = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <96x128xf8E4M3FN, swizzle = 128>, <1x1xf32>, <3x1xf32>>

// All rows share a scale, columns have one for every 32, both at an offset; the
// bias is read where the columns are.
// CHECK-LABEL: gqgpu.kernel @scales
// CHECK: gqgpu.role "math" {{.*}} (%[[GROUP:.*]]) {
// CHECK: %[[ROW:.*]] = arith.muli %[[GROUP]], %c64
// CHECK: %[[C0:.*]] = arith.remui %[[OJ:.*]], %c32
// CHECK: gqgpu.read_scales {{.*}} cols %[[C0]] block 32 : !ring -> <1x96xf32, #gqgpu.mma, block = [1, 32]>
// CHECK: %[[R0:.*]] = arith.remui %[[OI:.*]], %c128
// CHECK: %[[AT:.*]] = arith.addi %[[R0]], %[[ROW]]
// CHECK: gqgpu.read_scales {{.*}} rows %[[AT]] block 128 : !ring -> <1x1xf32, #gqgpu.mma>
// CHECK: gqgpu.load_fragment %{{.*}}[%[[OJ]]] map #{{.*}} : memref<96xf16> -> <64x96xf16, #gqgpu.mma>
// CHECK: gqgpu.elementwise(%{{.*}}, %{{.*}}) {
// CHECK: ^bb0(%{{.*}}: f32, %{{.*}}: f16):
gqgpu.kernel @scales(%bias: memref<96xf16>, %d: memref<128x96xf32>, %i: index, %j: index) {
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<128x96xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x96xf32>) -> tensor<128x96xf32>
      %slot = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<96x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !ring -> tensor<1x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !ring -> tensor<3x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [128, 128], %t block [32, 128]) origin(%i, %j, %i) outs(%init : tensor<128x96xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<96x128xf8E4M3FN>, tensor<1x1xf32>, tensor<3x1xf32> -> tensor<128x96xf32>
      %v = gqgpu.load %bias[%j] : memref<96xf16> -> tensor<96xf16>
      %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (n)>, affine_map<(m, n) -> (m, n)>],
                           iterator_types = ["parallel", "parallel"]}
          ins(%p, %v : tensor<128x96xf32>, tensor<96xf16>) outs(%e : tensor<128x96xf32>) {
      ^bb0(%a: f32, %b: f16, %o: f32):
        %w = arith.extf %b : f16 to f32
        %x = arith.addf %a, %w : f32
        linalg.yield %x : f32
      } -> tensor<128x96xf32>
      gqgpu.store %y, %d[%i, %j] : tensor<128x96xf32>, memref<128x96xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

!narrow = !gqgpu.ring<2, <128x128xf8E4M3FN, swizzle = 128>, <24x128xf8E4M3FN, swizzle = 128>, <1x1xf32>, <24x1xf32>>

// Each column has a scale of its own. The transpose moves nothing: the store turns the
// slab, whose rows are columns of the tensor.
// CHECK-LABEL: gqgpu.kernel @swapped
// CHECK: gqgpu.role "math" {{.*}} (%[[GROUP:.*]]) {
// CHECK: %[[ROW:.*]] = arith.muli %[[GROUP]], %c64
// CHECK: %[[COLS:.*]] = gqgpu.read_scales {{.*}} cols %c0 block 1 : !ring{{.*}} -> <1x24xf32, #gqgpu.mma>
// CHECK: %[[ROWS:.*]] = gqgpu.read_scales {{.*}} rows %[[ROW]] block 128 : !ring{{.*}} -> <1x1xf32, #gqgpu.mma>
// CHECK: gqgpu.promote %{{.*}}, %[[ROWS]], %[[COLS]] into
// CHECK: %[[R:.*]] = gqgpu.elementwise
// CHECK-NOT: linalg.transpose
// CHECK: %[[AT:.*]] = arith.addi %{{.*}}, %[[ROW]]
// CHECK: gqgpu.store_fragment %[[R]], %arg0[%{{.*}}, %[[AT]]] {path = #gqgpu.path<copy>, transposed} : <64x24xbf16, #gqgpu.mma>, memref<?x?xbf16>
gqgpu.kernel @swapped(%d: memref<?x?xbf16>, %i: index, %j: index) {
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !narrow
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %e = tensor.empty() : tensor<128x24xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<128x24xf32>) -> tensor<128x24xf32>
      %slot = gqgpu.wait %r[%c] : !narrow -> !gqgpu.slot
      %at = gqgpu.slot_read %r[%slot] tile 0 : !narrow -> tensor<128x128xf8E4M3FN>
      %bt = gqgpu.slot_read %r[%slot] tile 1 : !narrow -> tensor<24x128xf8E4M3FN>
      %s = gqgpu.slot_read %r[%slot] tile 2 : !narrow -> tensor<1x1xf32>
      %t = gqgpu.slot_read %r[%slot] tile 3 : !narrow -> tensor<24x1xf32>
      %p = gq.scaled_matmul %at, %bt scales(%s block [128, 128], %t block [1, 128]) outs(%init : tensor<128x24xf32>)
          : tensor<128x128xf8E4M3FN>, tensor<24x128xf8E4M3FN>, tensor<1x1xf32>, tensor<24x1xf32> -> tensor<128x24xf32>
      %h = tensor.empty() : tensor<128x24xbf16>
      %y = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m, n)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
          ins(%p : tensor<128x24xf32>) outs(%h : tensor<128x24xbf16>) {
      ^bb0(%a: f32, %o: bf16):
        %x = arith.truncf %a : f32 to bf16
        linalg.yield %x : bf16
      } -> tensor<128x24xbf16>
      %te = tensor.empty() : tensor<24x128xbf16>
      %turned = linalg.transpose ins(%y : tensor<128x24xbf16>) outs(%te : tensor<24x128xbf16>) permutation = [1, 0]
      gqgpu.store %turned, %d[%j, %i] {path = #gqgpu.path<copy>} : tensor<24x128xbf16>, memref<?x?xbf16>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// A quantisation with power-of-two scales, masked where its tensor ends.
// CHECK-LABEL: gqgpu.kernel @quantize
// CHECK: %[[X:.*]] = gqgpu.load_fragment {{.*}} -> <[[T:8x512xbf16, #gqgpu.blocked<\[8, 32\], chunk = 16>]]>
// CHECK: %[[M:.*]] = gqgpu.mask %[[X]] to(%{{.*}}, %{{.*}})
// CHECK: %[[A:.*]] = gqgpu.block_absmax %[[M]] {amax_floor = 2.500000e-01 : f32}
// CHECK: %[[S:.*]] = gqgpu.elementwise(%[[A]])
// CHECK: %[[PRODUCT:.*]] = arith.mulf %[[AMAX:.*]], %[[INVERSE:.*]] : f32
// CHECK: %[[REST:.*]] = math.fma %[[PRODUCT]], %{{.*}}, %[[AMAX]] : f32
// CHECK: math.fma %[[REST]], %[[INVERSE]], %[[PRODUCT]] : f32
// CHECK: arith.bitcast %{{.*}} : f32 to i32
// CHECK: arith.addi %{{.*}}, %c8388607_i32
// CHECK: arith.andi %{{.*}}, %c2139095040_i32
// CHECK: %[[Q:.*]] = gqgpu.scaled_cast %[[M]], %[[S]] {normal} {{.*}} -> <8x512xf8E5M2
// CHECK: gqgpu.store_fragment %[[Q]]
// CHECK: gqgpu.store_fragment %[[S]]
gqgpu.kernel @quantize(%x: memref<?x512xbf16>, %q: memref<?x512xf8E5M2>, %s: memref<?x4xf32>, %i: index) {
  %c0 = arith.constant 0 : index
  %c512 = arith.constant 512 : index
  %t = gqgpu.load %x[%i, %c0] : memref<?x512xbf16> -> tensor<8x512xbf16>
  %m = gqgpu.mask %t to (%i, %c512) : tensor<8x512xbf16>
  %qe = tensor.empty() : tensor<8x512xf8E5M2>
  %se = tensor.empty() : tensor<8x4xf32>
  %r:2 = gq.quantize %m block [1, 128] outs(%qe, %se : tensor<8x512xf8E5M2>, tensor<8x4xf32>)
      {pow2, amax_floor = 0.25 : f32, config = #gq.quantize_config<tile = [8, 512]>} : tensor<8x512xbf16> -> tensor<8x512xf8E5M2>, tensor<8x4xf32>
  gqgpu.store %r#0, %q[%i, %c0] : tensor<8x512xf8E5M2>, memref<?x512xf8E5M2>
  gqgpu.store %r#1, %s[%i, %c0] : tensor<8x4xf32>, memref<?x4xf32>
  gqgpu.return
}

// E8M0 scales are encoded for the store only; transposed ones keep the layout of
// their tile, and the store turns them.
// CHECK-LABEL: gqgpu.kernel @quantize_transposed
// CHECK: %[[A:.*]] = gqgpu.block_absmax
// CHECK: %[[S:.*]] = gqgpu.elementwise(%[[A]])
// CHECK: %[[Q:.*]] = gqgpu.scaled_cast %{{.*}}, %[[S]] {{.*}} -> <64x128xi8
// CHECK: %[[E:.*]] = gqgpu.encode_scales %[[S]] {{.*}} -> <64x128xf8E8M0FNU, {{.*}} block = [1, 128]>
// CHECK: gqgpu.store_fragment %[[Q]], %{{.*}}[%[[I:.*]], %[[J:.*]]] :
// CHECK: gqgpu.store_fragment %[[E]], %{{.*}}[%[[J]], %[[I]]] {transposed}
gqgpu.kernel @quantize_transposed(%x: memref<?x512xbf16>, %q: memref<?x512xi8>, %s: memref<4x?xf8E8M0FNU>, %i: index, %j: index) {
  %t = gqgpu.load %x[%i, %j] : memref<?x512xbf16> -> tensor<64x128xbf16>
  %qe = tensor.empty() : tensor<64x128xi8>
  %se = tensor.empty() : tensor<1x64xf8E8M0FNU>
  %r:2 = gq.quantize %t block [1, 128] outs(%qe, %se : tensor<64x128xi8>, tensor<1x64xf8E8M0FNU>)
      {pow2, transposed_scales, config = #gq.quantize_config<tile = [64, 128]>} : tensor<64x128xbf16> -> tensor<64x128xi8>, tensor<1x64xf8E8M0FNU>
  gqgpu.store %r#0, %q[%i, %j] : tensor<64x128xi8>, memref<?x512xi8>
  gqgpu.store %r#1, %s[%j, %i] : tensor<1x64xf8E8M0FNU>, memref<4x?xf8E8M0FNU>
  gqgpu.return
}

// An absmax and its scales: one value per block.
// CHECK-LABEL: gqgpu.kernel @absmax
// CHECK: %[[X:.*]] = gqgpu.load_fragment {{.*}} {evict = #gqgpu.evict<last>} : {{.*}} -> <16x256xf32
// CHECK: %[[A:.*]] = gqgpu.block_absmax %[[X]] {amax_floor = 1.000000e+00 : f32} {{.*}} block = [16, 128]>
// CHECK: %[[S:.*]] = gqgpu.elementwise(%[[A]])
// CHECK: gqgpu.store_fragment %[[A]]
// CHECK: gqgpu.store_fragment %[[S]]
gqgpu.kernel @absmax(%x: memref<?x512xf32>, %a: memref<?x4xf32>, %s: memref<?x4xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] {evict = #gqgpu.evict<last>} : memref<?x512xf32> -> tensor<16x256xf32>
  %e = tensor.empty() : tensor<1x2xf32>
  %m = gq.block_absmax %t block [16, 128] outs(%e : tensor<1x2xf32>) {amax_floor = 1.0 : f32, config = #gq.quantize_config<tile = [16, 256]>} : tensor<16x256xf32> -> tensor<1x2xf32>
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%e : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
  gqgpu.store %m, %a[%i, %i] : tensor<1x2xf32>, memref<?x4xf32>
  gqgpu.store %f, %s[%i, %i] : tensor<1x2xf32>, memref<?x4xf32>
  gqgpu.return
}

// A tile that lies in one block along the rows is one block there, wherever it
// starts in a larger one.
// CHECK-LABEL: gqgpu.kernel @cast
// CHECK: %[[X:.*]] = gqgpu.load_fragment %arg0[
// CHECK: %[[S:.*]] = gqgpu.load_fragment %arg1[%arg3, %arg3] map {{.*}} : memref<?x4xf32> -> <16x256xf32, #gqgpu.blocked<[16, 16], chunk = 16>, block = [16, 128]>
// CHECK: gqgpu.scaled_cast %[[X]], %[[S]]
gqgpu.kernel @cast(%x: memref<?x512xf16>, %s: memref<?x4xf32>, %q: memref<?x512xf8E4M3FN>, %i: index) {
  %c0 = arith.constant 0 : index
  %t = gqgpu.load %x[%i, %i] : memref<?x512xf16> -> tensor<16x256xf16>
  %f = gqgpu.load %s[%i, %i] : memref<?x4xf32> -> tensor<1x2xf32>
  %e = tensor.empty() : tensor<16x256xf8E4M3FN>
  %c = gq.scaled_cast %t scales(%f block [64, 128]) origin(%i, %c0) outs(%e : tensor<16x256xf8E4M3FN>) {config = #gq.quantize_config<tile = [16, 256]>}
      : tensor<16x256xf16>, tensor<1x2xf32> -> tensor<16x256xf8E4M3FN>
  gqgpu.store %c, %q[%i, %i] : tensor<16x256xf8E4M3FN>, memref<?x512xf8E4M3FN>
  gqgpu.return
}

// A transpose of codes moves nothing: the store turns them.
// CHECK-LABEL: gqgpu.kernel @dual
// CHECK: %[[Q:.*]] = gqgpu.scaled_cast
// CHECK: gqgpu.store_fragment %[[Q]], %arg1[%[[I:.*]], %[[J:.*]]] :
// CHECK: gqgpu.store_fragment %[[Q]], %arg2[%[[J]], %[[I]]] {transposed} :
gqgpu.kernel @dual(%x: memref<?x512xbf16>, %q: memref<?x512xi8>, %t: memref<512x?xi8>, %i: index, %j: index) {
  %l = gqgpu.load %x[%i, %j] : memref<?x512xbf16> -> tensor<64x128xbf16>
  %qe = tensor.empty() : tensor<64x128xi8>
  %se = tensor.empty() : tensor<64x1xf32>
  %r:2 = gq.quantize %l block [1, 128] outs(%qe, %se : tensor<64x128xi8>, tensor<64x1xf32>)
      {config = #gq.quantize_config<tile = [64, 128]>} : tensor<64x128xbf16> -> tensor<64x128xi8>, tensor<64x1xf32>
  %te = tensor.empty() : tensor<128x64xi8>
  %u = linalg.transpose ins(%r#0 : tensor<64x128xi8>) outs(%te : tensor<128x64xi8>) permutation = [1, 0]
  gqgpu.store %r#0, %q[%i, %j] : tensor<64x128xi8>, memref<?x512xi8>
  gqgpu.store %u, %t[%j, %i] : tensor<128x64xi8>, memref<512x?xi8>
  gqgpu.return
}
