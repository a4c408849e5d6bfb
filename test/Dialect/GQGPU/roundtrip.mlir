// Every op, type and attribute prints as it was written.
// RUN: gq-opt %s --verify-roundtrip | FileCheck %s
// RUN: gq-opt %s --mlir-print-op-generic | gq-opt | FileCheck %s

!frag = !gqgpu.fragment<64x128xf32, #gqgpu.mma>
!half = !gqgpu.fragment<64x128xbf16, #gqgpu.mma>
!ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x4xf8E8M0FNU>>
!spread = !gqgpu.fragment<16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>>
!scales = !gqgpu.fragment<16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>, block = [1, 128]>
!codes = !gqgpu.fragment<16x512xf8E8M0FNU, #gqgpu.blocked<[8, 32], chunk = 16>, block = [1, 128]>
!fp8 = !gqgpu.fragment<16x512xf8E4M3FN, #gqgpu.blocked<[8, 32], chunk = 16>>

// CHECK-DAG: #product = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32>
// CHECK-DAG: !ring = !gqgpu.ring<4, <64x128xf8E4M3FN, swizzle = 128>, <128x128xf8E5M2, swizzle = 128>, <64x1xf32>, <64x4xf8E8M0FNU>>
module attributes {gpu.container_module} {
gpu.module @kernels {
  // CHECK-LABEL: gqgpu.kernel @tiles(
  // CHECK-SAME: %[[X:.*]]: memref<?x128xf32>, %[[N:.*]]: index) attributes {cluster = 2 : i64, threads = 256 : i64} {
  gqgpu.kernel @tiles(%x: memref<?x128xf32>, %n: index) attributes {cluster = 2, threads = 256} {
    // CHECK: gqgpu.tile_loop (%[[I:.*]], %{{.*}}) to (%[[N]], %[[N]]) step [64, 128] raster 8 persistent {
    gqgpu.tile_loop (%i, %j) to (%n, %n) step [64, 128] raster 8 persistent {
      // CHECK: %[[T:.*]] = gqgpu.load %[[X]][%[[I]], %{{.*}}] {evict = #gqgpu.evict<first>, path = #gqgpu.path<tma>, swizzle = 128 : i64} : memref<?x128xf32> -> tensor<64x128xf32>
      %t = gqgpu.load %x[%i, %j] {path = #gqgpu.path<tma>, swizzle = 128, evict = #gqgpu.evict<first>}
        : memref<?x128xf32> -> tensor<64x128xf32>
      // CHECK: gqgpu.mask %[[T]] to(%[[N]], %[[N]]) : tensor<64x128xf32>
      %m = gqgpu.mask %t to (%n, %n) : tensor<64x128xf32>
      // CHECK: gqgpu.store %{{.*}}, %[[X]][%[[I]], %{{.*}}] {path = #gqgpu.path<copy>} : tensor<64x128xf32>, memref<?x128xf32>
      gqgpu.store %m, %x[%i, %j] {path = #gqgpu.path<copy>} : tensor<64x128xf32>, memref<?x128xf32>
    }
    // CHECK: gqgpu.tile_loop (%{{.*}}) to (%[[N]]) step [1] {
    // CHECK-NEXT: } {my.note = "kept"}
    gqgpu.tile_loop (%i) to (%n) step [1] raster 1 { gqgpu.yield } {my.note = "kept"}
    // CHECK: gqgpu.tile_loop (%{{.*}}) to (%[[N]]) step [1] persistent turn 1 of 2 {
    gqgpu.tile_loop (%i) to (%n) step [1] persistent turn 1 of 2 { }
    // CHECK: gqgpu.tile_loop (%{{.*}}) to (%[[N]]) step [1] persistent {
    gqgpu.tile_loop (%i) to (%n) step [1] persistent turn 0 of 1 { }
    // CHECK: gqgpu.return
    gqgpu.return
  }

  // CHECK-LABEL: gqgpu.kernel @roles
  gqgpu.kernel @roles(%a: memref<?x128xf8E4M3FN>, %b: memref<?x128xf8E5M2>, %s: memref<?x1xf32>, %e8m0: memref<?x?xf8E8M0FNU>) {
    %c0 = arith.constant 0 : index
    %true = arith.constant true
    // CHECK: %[[R:.*]] = gqgpu.ring_create bytes 49152 filled_by ["fill", "copy"] arrivals 33 consumed_by ["math"] arrivals 8 : !ring
    %r = gqgpu.ring_create bytes 49152 filled_by ["fill", "copy"] arrivals 33 consumed_by ["math"] arrivals 8 : !ring
    // What is not known is not said.
    // CHECK: gqgpu.ring_create bytes 8192 : !ring
    %partly = gqgpu.ring_create bytes 8192 : !ring
    // CHECK: gqgpu.ring_create : !ring
    %unknown = gqgpu.ring_create bytes 0 : !ring
    // CHECK: %[[C:.*]] = gqgpu.cursor : !gqgpu.cursor
    %c = gqgpu.cursor : !gqgpu.cursor
    // Where it starts is not said when it is the start of the ring.
    // CHECK: gqgpu.cursor {parity = 1 : i64, stage = 2 : i64} : !gqgpu.cursor
    %later = gqgpu.cursor {stage = 2 : i64, parity = 1 : i64} : !gqgpu.cursor
    // CHECK: gqgpu.cursor : !gqgpu.cursor
    %zeros = gqgpu.cursor {stage = 0 : i64, parity = 0 : i64} : !gqgpu.cursor
    // CHECK: gqgpu.acquire %[[R]][%[[C]]] : !ring -> !gqgpu.slot
    %told = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
    // CHECK: gqgpu.warp_specialize {
    gqgpu.warp_specialize {
      // CHECK-NEXT: gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%[[GROUP:.*]]) {
      gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
        %z = arith.constant 0.0 : f32
        // CHECK: gqgpu.splat %{{.*}} : f32 -> <64x128xf32, #gqgpu.mma>
        %acc = gqgpu.splat %z : f32 -> !frag
        // CHECK: gqgpu.wait %[[R]][%[[C]]] : !ring -> !gqgpu.slot
        %first = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
        // CHECK: gqgpu.wait %[[R]][%[[C]]] when %{{.*}} late : !ring -> !gqgpu.slot
        %late = gqgpu.wait %r[%c] when %true late : !ring -> !gqgpu.slot
        // CHECK: %[[SLOT:.*]] = gqgpu.wait %[[R]][%[[C]]] when %{{.*}} : !ring -> !gqgpu.slot
        %slot = gqgpu.wait %r[%c] when %true : !ring -> !gqgpu.slot
        // CHECK: gqgpu.slot_read %[[R]][%[[SLOT]]] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
        %t = gqgpu.slot_read %r[%slot] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
        // CHECK: gqgpu.read_scales %[[R]][%[[SLOT]]] tile 2 rows %[[GROUP]] block 1 : !ring -> <64x1xf32, #gqgpu.mma>
        %rs = gqgpu.read_scales %r[%slot] tile 2 rows %group block 1 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
        // CHECK: gqgpu.read_scales %[[R]][%[[SLOT]]] tile 2 cols %{{.*}} block 64 : !ring -> <1x128xf32, #gqgpu.mma, block = [1, 64]>
        %cs = gqgpu.read_scales %r[%slot] tile 2 cols %c0 block 64 : !ring -> !gqgpu.fragment<1x128xf32, #gqgpu.mma, block = [1, 64]>
        // CHECK: gqgpu.read_scales %[[R]][%[[SLOT]]] tile 3 rows %[[GROUP]] block 1 column 3 : !ring -> <64x1xf32, #gqgpu.mma>
        %es = gqgpu.read_scales %r[%slot] tile 3 rows %group block 1 column 3 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
        // CHECK: gqgpu.read_scales %[[R]][%[[SLOT]]] tile 3 rows %[[GROUP]] block 1 column 1 past %{{.*}} : !ring -> <64x1xf32, #gqgpu.mma>
        %ps = gqgpu.read_scales %r[%slot] tile 3 rows %group block 1 column 1 past %c0 : !ring -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
        // CHECK: gqgpu.read_scales %[[R]][%[[SLOT]]] tile 2 cols %{{.*}} block 4 : !ring -> <1x128xf32, #gqgpu.mma>
        %each = gqgpu.read_scales %r[%slot] tile 2 cols %c0 block 4 : !ring -> !gqgpu.fragment<1x128xf32, #gqgpu.mma>
        // CHECK: %[[P0:.*]] = gqgpu.mma_async %[[R]][%[[SLOT]]] tiles(0, 1) by #product row %[[GROUP]] k [0, 64] : !ring -> <64x128xf32, #gqgpu.mma>
        %p0 = gqgpu.mma_async %r[%slot] tiles (0, 1) by #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32> row %group k [0, 64] : !ring -> !frag
        // CHECK: %[[D0:.*]] = gqgpu.mma_wait %[[P0]] : <64x128xf32, #gqgpu.mma>
        %d0 = gqgpu.mma_wait %p0 : !frag
        // CHECK: gqgpu.mma_async %[[R]][%[[SLOT]]] tiles(0, 1) by #product row %[[GROUP]] k [64, 128] reuse %[[D0]] : !gqgpu.fragment<64x128xf32, #gqgpu.mma> : !ring -> <64x128xf32, #gqgpu.mma>
        %p1 = gqgpu.mma_async %r[%slot] tiles (0, 1) by #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32> row %group k [64, 128] reuse %d0 : !frag : !ring -> !frag
        %d1 = gqgpu.mma_wait %p1 : !frag
        // CHECK: gqgpu.mma_async %[[R]][%[[SLOT]]] tiles(0, 1) by #{{.*}} row %[[GROUP]] column %[[GROUP]] k [0, 64] : !ring -> <64x64xf32, #gqgpu.mma>
        %part = gqgpu.mma_async %r[%slot] tiles (0, 1) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E5M2, acc = f32> row %group column %group k [0, 64] : !ring -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
        // CHECK: gqgpu.promote %{{.*}}, %{{.*}}, %{{.*}} into %{{.*}} : <64x1xf32, #gqgpu.mma>, <1x128xf32, #gqgpu.mma, block = [1, 64]>, <64x128xf32, #gqgpu.mma>
        %sum = gqgpu.promote %d1, %rs, %cs into %acc : !gqgpu.fragment<64x1xf32, #gqgpu.mma>, !gqgpu.fragment<1x128xf32, #gqgpu.mma, block = [1, 64]>, !frag
        // CHECK: gqgpu.promote %{{.*}}, %{{.*}}, %{{.*}} into %{{.*}} : <64x1xf32, #gqgpu.mma>, <1x128xf32, #gqgpu.mma>, <64x128xf32, #gqgpu.mma>
        %more = gqgpu.promote %d1, %rs, %each into %sum : !gqgpu.fragment<64x1xf32, #gqgpu.mma>, !gqgpu.fragment<1x128xf32, #gqgpu.mma>, !frag
        // CHECK: gqgpu.promote %{{.*}}, %{{.*}}, %{{.*}} into %{{.*}} : <64x1xf32, #gqgpu.mma>, <1x128xf32, #gqgpu.mma, block = [1, 64]>, <64x128xf32, #gqgpu.mma> from <64x128xi32, #gqgpu.mma>
        %i0 = arith.constant 0 : i32
        %integers = gqgpu.splat %i0 : i32 -> !gqgpu.fragment<64x128xi32, #gqgpu.mma>
        %from = gqgpu.promote %integers, %rs, %cs into %acc : !gqgpu.fragment<64x1xf32, #gqgpu.mma>, !gqgpu.fragment<1x128xf32, #gqgpu.mma, block = [1, 64]>, !frag from !gqgpu.fragment<64x128xi32, #gqgpu.mma>
        // CHECK: gqgpu.release %[[R]][%[[SLOT]]] : !ring
        gqgpu.release %r[%slot] : !ring
      }
      // CHECK: gqgpu.role "fill" kind fill warps 3 registers 40 {
      gqgpu.role "fill" kind fill warps 3 registers 40 {
        // CHECK: gqgpu.tile_loop (%[[I:.*]]) to (%{{.*}}) step [64] iter_args(%[[P:.*]] = %[[C]]) -> (!gqgpu.cursor) {
        %e = gqgpu.tile_loop (%i) to (%c0) step [64] iter_args(%p = %c) -> (!gqgpu.cursor) {
          // CHECK: %[[SLOT:.*]] = gqgpu.acquire %[[R]][%[[P]]] : !ring -> !gqgpu.slot
          %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
          // CHECK: gqgpu.tma_load %{{.*}}[%[[I]], %{{.*}}] -> %[[R]][%[[SLOT]]] tile 0 {evict = #gqgpu.evict<last>} : memref<?x128xf8E4M3FN>, !ring
          gqgpu.tma_load %a[%i, %c0] -> %r[%slot] tile 0 {evict = #gqgpu.evict<last>} : memref<?x128xf8E4M3FN>, !ring
          // CHECK: gqgpu.tma_load {{.*}} tile 1 {evict = #gqgpu.evict<normal>}
          gqgpu.tma_load %b[%c0, %c0] -> %r[%slot] tile 1 {evict = #gqgpu.evict<normal>} : memref<?x128xf8E5M2>, !ring
          // CHECK: gqgpu.copy_load {{.*}} -> %[[R]][%[[SLOT]]] tile 2 : memref<?x1xf32>, !ring
          gqgpu.copy_load %s[%i, %c0] -> %r[%slot] tile 2 : memref<?x1xf32>, !ring
          // CHECK: gqgpu.copy_load {{.*}} -> %[[R]][%[[SLOT]]] tile 3 {aligned = 4 : i64} : memref<?x?xf8E8M0FNU>, !ring
          gqgpu.copy_load %e8m0[%i, %c0] -> %r[%slot] tile 3 {aligned = 4 : i64} : memref<?x?xf8E8M0FNU>, !ring
          // CHECK: gqgpu.commit %[[R]][%[[SLOT]]] : !ring
          gqgpu.commit %r[%slot] : !ring
          // CHECK: %[[NEXT:.*]] = gqgpu.advance %[[R]][%[[P]]] : !ring, !gqgpu.cursor
          %next = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
          // CHECK: gqgpu.yield %[[NEXT]] : !gqgpu.cursor
          gqgpu.yield %next : !gqgpu.cursor
        }
      // CHECK: gqgpu.role "copy" kind copy warps 1 registers 40 {
      // CHECK-NEXT: } {my.note = "kept"}
      }
      gqgpu.role "copy" kind copy groups 1 warps 1 registers 40 { gqgpu.yield } {my.note = "kept"}
    }
    gqgpu.return
  }

  gqgpu.kernel @pair(%n: index, %x: memref<?x128xf32>) { gqgpu.return }

  // CHECK-LABEL: gqgpu.kernel @fragments
  gqgpu.kernel @fragments(%x: memref<?x512xf32>, %v: memref<512xf32>, %q: memref<?x512xf8E4M3FN>,
                          %t: memref<4x?xf8E8M0FNU>, %packed: memref<16x256xi8>) {
    %c0 = arith.constant 0 : index
    %bytes = gqgpu.load_fragment %packed[%c0, %c0] map affine_map<(d0, d1) -> (d0, d1)> : memref<16x256xi8> -> !gqgpu.fragment<16x256xi8, #gqgpu.blocked<[8, 32], chunk = 8>>
    // CHECK: gqgpu.unpack %{{.*}} as f4E2M1FN : <16x256xi8, #gqgpu.blocked<[8, 32], chunk = 8>> -> <16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>>
    %values = gqgpu.unpack %bytes as f4E2M1FN : !gqgpu.fragment<16x256xi8, #gqgpu.blocked<[8, 32], chunk = 8>> -> !spread
    // CHECK: gqgpu.load_fragment %{{.*}}[%{{.*}}, %{{.*}}] map #{{.*}} {coherent, evict = #gqgpu.evict<last>} : memref<?x512xf32> -> <16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>>
    %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(d0, d1) -> (d0, d1)> {evict = #gqgpu.evict<last>, coherent} : memref<?x512xf32> -> !spread
    // CHECK: gqgpu.load_fragment %{{.*}}[%{{.*}}] map #{{.*}} : memref<512xf32> -> <16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>>
    %bias = gqgpu.load_fragment %v[%c0] map affine_map<(d0, d1) -> (d1)> : memref<512xf32> -> !spread
    // CHECK: gqgpu.elementwise(%{{.*}}, %{{.*}}) {
    %sum, %dif = gqgpu.elementwise (%f, %bias) {
    ^bb0(%l: f32, %r: f32):
      %s = arith.addf %l, %r : f32
      %d = arith.subf %l, %r : f32
      // CHECK: gqgpu.yield %{{.*}}, %{{.*}} : f32, f32
      gqgpu.yield %s, %d : f32, f32
    } : (!spread, !spread) -> (!spread, !spread)
    // CHECK: gqgpu.mask %{{.*}} to(%{{.*}}, %{{.*}}) : !gqgpu.fragment<16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>>
    %m = gqgpu.mask %sum to (%c0, %c0) : !spread
    // CHECK: gqgpu.block_absmax %{{.*}} {amax_floor = 1.000000e+00 : f32} : !gqgpu.fragment<16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>> -> <16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>, block = [1, 128]>
    %a = gqgpu.block_absmax %m {amax_floor = 1.0 : f32} : !spread -> !scales
    // CHECK: gqgpu.block_absmax %{{.*}}, %{{.*}} {amax_floor = 0.000000e+00 : f32} : !gqgpu.fragment<16x512xf32, {{.*}}>, !gqgpu.fragment<16x512xf32, {{.*}}> -> <16x512xf32, {{.*}}, block = [16, 256]>
    %slabs = gqgpu.block_absmax %m, %dif {amax_floor = 0.0 : f32} : !spread, !spread
             -> !gqgpu.fragment<16x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>, block = [16, 256]>
    // CHECK: gqgpu.scaled_cast %{{.*}}, %{{.*}} : <16x512xf32, {{.*}}>, <16x512xf32, {{.*}} block = [1, 128]> -> <16x512xf8E4M3FN, #gqgpu.blocked<[8, 32], chunk = 16>>
    %c = gqgpu.scaled_cast %m, %a : !spread, !scales -> !fp8
    // CHECK: gqgpu.scaled_cast %{{.*}}, %{{.*}} {normal} :
    %normal = gqgpu.scaled_cast %m, %a {normal} : !spread, !scales -> !fp8
    // CHECK: gqgpu.scaled_cast %{{.*}}, %{{.*}} {normal, packed = f4E2M1FN} : {{.*}} -> <16x256xi8, #gqgpu.blocked<[8, 32], chunk = 8>>
    %half = gqgpu.scaled_cast %m, %a {normal, packed = f4E2M1FN} : !spread, !scales -> !gqgpu.fragment<16x256xi8, #gqgpu.blocked<[8, 32], chunk = 8>>
    // CHECK: gqgpu.store_fragment %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] {path = #gqgpu.path<copy>} : <16x512xf8E4M3FN, {{.*}}>, memref<?x512xf8E4M3FN>
    gqgpu.store_fragment %c, %q[%c0, %c0] {path = #gqgpu.path<copy>} : !fp8, memref<?x512xf8E4M3FN>
    // CHECK: gqgpu.encode_scales %{{.*}} : <16x512xf32, {{.*}} block = [1, 128]> -> <16x512xf8E8M0FNU, {{.*}} block = [1, 128]>
    %e = gqgpu.encode_scales %a : !scales -> !codes
    // CHECK: gqgpu.store_fragment %{{.*}}, %{{.*}}[%{{.*}}, %{{.*}}] {transposed} : <16x512xf8E8M0FNU, {{.*}}>, memref<4x?xf8E8M0FNU>
    gqgpu.store_fragment %e, %t[%c0, %c0] {transposed} : !codes, memref<4x?xf8E8M0FNU>
    // CHECK: gqgpu.splat %{{.*}} -> <16x512xf32, #gqgpu.blocked<[4, 32], chunk = 4, cluster = 2>>
    %z = arith.constant 0.0 : f32
    %w = gqgpu.splat %z : f32 -> !gqgpu.fragment<16x512xf32, #gqgpu.blocked<[4, 32], chunk = 4, cluster = 2>>
    // CHECK: gqgpu.forget %{{.*}} : <16x512xf32, #gqgpu.blocked<[4, 32], chunk = 4, cluster = 2>>
    %again = gqgpu.forget %w : !gqgpu.fragment<16x512xf32, #gqgpu.blocked<[4, 32], chunk = 4, cluster = 2>>
    gqgpu.return
  }
}

// CHECK-LABEL: func.func @launch
func.func @launch(%x: tensor<?x128xf32>, %n: index) -> tensor<?x128xf32> {
  // CHECK: gqgpu.launch @kernels::@pair ins(%{{.*}} : index) outs(%{{.*}} : tensor<?x128xf32>) -> tensor<?x128xf32>
  %r = gqgpu.launch @kernels::@pair ins(%n : index) outs(%x : tensor<?x128xf32>) -> tensor<?x128xf32>
  return %r : tensor<?x128xf32>
}
gpu.module @more { gqgpu.kernel @one(%x: memref<4xf32>) { gqgpu.return } }
// CHECK-LABEL: func.func @launch_outs_only
func.func @launch_outs_only(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: gqgpu.launch @more::@one outs(%{{.*}} : tensor<4xf32>) -> tensor<4xf32>
  %r = gqgpu.launch @more::@one outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}
}
