// Warps put the maxima of their 16 rows into a slot, and all groups read those of the blocks that they
// have elements of. A block that several groups have elements of has its scale stored by the first.
// RUN: gq-opt %s --split-input-file --gq-distribute --canonicalize --cse --verify-diagnostics | FileCheck %s

// A block of all rows of the tile: both groups read it, and the first one stores the scale.
// CHECK-LABEL: gqgpu.kernel @groups
// CHECK: gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%[[GROUP:.*]]) {
// CHECK: %[[ROW:.*]] = arith.muli %[[GROUP]], %c64
// CHECK: %[[SUM:.*]] = scf.for {{.*}} -> (!gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>>)
// CHECK: %[[SLOT:.*]] = gqgpu.acquire
// CHECK-NEXT: %[[T:.*]] = gqgpu.thread_absmax %[[SUM]] : {{.*}} -> <<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>, lanes = 1>
// CHECK-NEXT: gqgpu.put_maxima %[[T]] at(%[[ROW]], %c0{{.*}}) to %{{.*}}[%[[SLOT]]] tile 0
// CHECK-NEXT: gqgpu.commit
// CHECK: %[[FULL:.*]] = gqgpu.wait
// CHECK-NEXT: %[[READ:.*]] = gqgpu.read_maxima %{{.*}}[%[[FULL]]] tile 0 block [128, 64] floor 0.000000e+00 at(%[[ROW]], %c0{{.*}}) : {{.*}} -> !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
// CHECK-NEXT: %[[BLOCKS:.*]] = gqgpu.spread_blocks %[[READ]] : {{.*}} -> <64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 64]>
// CHECK-NEXT: gqgpu.release
// CHECK: %[[SCALE:.*]] = gqgpu.elementwise(%[[BLOCKS]])
// CHECK: %[[Q:.*]] = gqgpu.scaled_cast %[[SUM]], %[[SCALE]] {normal}
// CHECK: gqgpu.store_fragment %[[Q]], %{{.*}}[%[[ROW]], %c0{{.*}}]
// CHECK: %[[PLACE:.*]] = arith.divui %[[ROW]], %c128
// CHECK: %[[IN:.*]] = arith.remui %[[ROW]], %c128
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[IN]], %c0
// CHECK: scf.if %[[FIRST]] {
// CHECK-NEXT:   gqgpu.store_fragment %[[SCALE]], %{{.*}}[%[[PLACE]], %c0{{.*}}]
// CHECK-NEXT: }
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, store = direct, quantize = true>
gqgpu.kernel @groups(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x128xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x128xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<128x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x128xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN> -> tensor<128x128xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x128xf32>
      }
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %sum to %maxima[%slot] tile 0 : tensor<128x128xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 : !maxima -> tensor<1x2xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x2xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
      %eq = tensor.empty() : tensor<128x128xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%s block [128, 64]) outs(%eq : tensor<128x128xf8E4M3FN>) : tensor<128x128xf32>, tensor<1x2xf32> -> tensor<128x128xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x128xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x2xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

// Of the rows of a group alone: it stores what it has. Rows past the end stay behind.
// CHECK-LABEL: gqgpu.kernel @rows
// CHECK-SAME: %[[N:[^:]*]]: index)
// CHECK: gqgpu.put_maxima %{{.*}} at(%{{.*}}, %c0{{.*}}) rows %[[N]] to
// CHECK: gqgpu.read_maxima {{.*}} block [64, 128]
// CHECK-NOT: scf.if
// CHECK: gqgpu.store_fragment {{.*}} memref<8x8xf32>
// CHECK: gqgpu.return
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <1x8xf32>>
#config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, store = direct, quantize = true>
gqgpu.kernel @rows(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x128xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x128xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<128x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x128xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN> -> tensor<128x128xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x128xf32>
      }
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %sum rows %n to %maxima[%slot] tile 0 : tensor<128x128xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [64, 128] floor 0.0 : !maxima -> tensor<2x1xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<2x1xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<2x1xf32>) : tensor<2x1xf32> -> tensor<2x1xf32>
      %eq = tensor.empty() : tensor<128x128xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%s block [64, 128]) outs(%eq : tensor<128x128xf8E4M3FN>) : tensor<128x128xf32>, tensor<2x1xf32> -> tensor<128x128xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x128xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<2x1xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

// Groups side by side have halves of a block, and two of their products above one another are of it:
// the first of the first group is the one whose scale is stored. It is read once for all products.
// CHECK-LABEL: gqgpu.kernel @side_by_side
// CHECK: gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%[[GROUP:.*]]) {
// CHECK: %[[COLUMN:.*]] = arith.muli %[[GROUP]], %c128
// CHECK: gqgpu.put_maxima %{{.*}} at(%c0{{.*}}, %[[COLUMN]]) to %{{.*}} tile 0 : !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>
// CHECK: gqgpu.put_maxima %{{.*}} at(%c64{{.*}}, %[[COLUMN]]) to
// CHECK: %[[READ:.*]] = gqgpu.read_maxima {{.*}} block [128, 256] floor 0.000000e+00 at(%c0{{.*}}, %[[COLUMN]]) : {{.*}} -> !gqgpu.fragment<1x128xf32,
// CHECK-NOT: gqgpu.read_maxima
// CHECK: %[[IN:.*]] = arith.remui %[[COLUMN]], %c256
// CHECK: %[[FIRST:.*]] = arith.cmpi eq, %[[IN]], %c0
// CHECK: scf.if %[[FIRST]] {
// CHECK-NEXT: gqgpu.store_fragment {{.*}} memref<8x8xf32>
// CHECK-NOT: memref<8x8xf32>
// CHECK: gqgpu.return
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <256x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 256, 128], math_groups = 2, split = n, store = direct, quantize = true>
gqgpu.kernel @side_by_side(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x256xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x256xf32>) -> tensor<128x256xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x256xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<256x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x256xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<256x128xf8E4M3FN> -> tensor<128x256xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x256xf32>
      }
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %sum to %maxima[%slot] tile 0 : tensor<128x256xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 256] floor 0.0 : !maxima -> tensor<1x1xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x1xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x1xf32>) : tensor<1x1xf32> -> tensor<1x1xf32>
      %eq = tensor.empty() : tensor<128x256xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%s block [128, 256]) outs(%eq : tensor<128x256xf8E4M3FN>) : tensor<128x256xf32>, tensor<1x1xf32> -> tensor<128x256xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x256xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x1xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

// Scales of bf16 are made f32 again; where they are transposed, so is their place.
// CHECK-LABEL: gqgpu.kernel @transposed
// CHECK: %[[SCALE:.*]] = gqgpu.elementwise(%{{.*}}) {
// CHECK: gqgpu.scaled_cast %{{.*}}, %{{.*}} {divide}
// CHECK: scf.if
// CHECK-NEXT: gqgpu.store_fragment %{{.*}}, %{{.*}}[%c0{{.*}}, %{{.*}}] {{.*}}transposed{{.*}} memref<8x8xf32>
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, store = direct, quantize = true>
gqgpu.kernel @transposed(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x128xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x128xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<128x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x128xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN> -> tensor<128x128xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x128xf32>
      }
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %sum to %maxima[%slot] tile 0 : tensor<128x128xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 : !maxima -> tensor<1x2xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x2xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
      %eq = tensor.empty() : tensor<128x128xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%s block [128, 64]) outs(%eq : tensor<128x128xf8E4M3FN>) {divide} : tensor<128x128xf32>, tensor<1x2xf32> -> tensor<128x128xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x128xf8E4M3FN>, memref<512x512xf8E4M3FN>
      %et = tensor.empty() : tensor<2x1xf32>
      %t = linalg.transpose ins(%s : tensor<1x2xf32>) outs(%et : tensor<2x1xf32>) permutation = [1, 0]
      gqgpu.store %t, %qs[%c0, %c0] : tensor<2x1xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

// Rows of the tile past the end, in a tile that has all of its columns: only rows are compared.
// CHECK-LABEL: gqgpu.kernel @masked
// CHECK-SAME: %[[N:[^:]*]]: index)
// CHECK: %[[LEFT:.*]] = arith.subi %[[N]], %[[ROW:.*]] : index
// CHECK-NOT: arith.subi
// CHECK: gqgpu.mask %{{.*}} to(%{{.*}}, %c256{{.*}}) : !gqgpu.fragment<64x128xf32,
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <256x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 256, 128], math_groups = 2, split = n, store = direct, quantize = true>
gqgpu.kernel @masked(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x256xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x256xf32>) -> tensor<128x256xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x256xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<256x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x256xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<256x128xf8E4M3FN> -> tensor<128x256xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x256xf32>
      }
      %c256 = arith.constant 256 : index
      %x = gqgpu.mask %sum to (%n, %c256) : tensor<128x256xf32>
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %x to %maxima[%slot] tile 0 : tensor<128x256xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 256] floor 0.0 : !maxima -> tensor<1x1xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x1xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x1xf32>) : tensor<1x1xf32> -> tensor<1x1xf32>
      %eq = tensor.empty() : tensor<128x256xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%s block [128, 256]) outs(%eq : tensor<128x256xf8E4M3FN>) : tensor<128x256xf32>, tensor<1x1xf32> -> tensor<128x256xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x256xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x1xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

// Maxima of a cluster: those of all products of a group one after another, before they are spread over the
// elements. Scales of them are as those of a slot, of numbers that are finite, and stored by a group for
// its columns.
// CHECK-LABEL: gqgpu.kernel @peers
// CHECK-DAG: %[[MOST:.*]] = arith.constant -4.480000e+02 : f32
// CHECK-DAG: %[[INVERSE:.*]] = arith.constant 0.00223214296 : f32
// CHECK: %[[READ0:.*]] = gqgpu.read_maxima {{.*}} block [128, 128] {{.*}} -> !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
// CHECK: %[[READ1:.*]] = gqgpu.read_maxima {{.*}} block [128, 128] {{.*}} -> !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
// CHECK-NOT: gqgpu.spread_blocks
// CHECK: %[[MAX0:.*]] = gqgpu.max_over_peers %[[READ0]] : !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
// CHECK-NEXT: %[[MAX1:.*]] = gqgpu.max_over_peers %[[READ1]] : !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
// CHECK-NEXT: %[[BLOCKS0:.*]] = gqgpu.spread_blocks %[[MAX0]] : {{.*}} -> <64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 128]>
// CHECK-NEXT: %[[BLOCKS1:.*]] = gqgpu.spread_blocks %[[MAX1]] : {{.*}} -> <64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 128]>
// CHECK-NOT: gqgpu.max_over_peers
// CHECK: %[[SCALE0:.*]] = gqgpu.elementwise(%[[BLOCKS0]]) {
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32):
// CHECK-NEXT:   %[[F:.*]] = arith.mulf %[[X]], %[[INVERSE]] : f32
// CHECK-NEXT:   math.fma %[[F]], %[[MOST]], %[[X]] : f32
// CHECK: %[[SCALE1:.*]] = gqgpu.elementwise(%[[BLOCKS1]]) {
// CHECK: gqgpu.scaled_cast %{{.*}}, %[[SCALE0]] {normal}
// CHECK: gqgpu.scaled_cast %{{.*}}, %[[SCALE1]] {normal}
// CHECK-NOT: scf.if
// CHECK: gqgpu.store_fragment %[[SCALE0]], {{.*}} memref<8x8xf32>
// CHECK-NOT: memref<8x8xf32>
// CHECK: gqgpu.return
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <256x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 256, 128], math_groups = 2, split = n, store = direct, quantize = true>
gqgpu.kernel @peers(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>} {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x256xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x256xf32>) -> tensor<128x256xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x256xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<256x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x256xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<256x128xf8E4M3FN> -> tensor<128x256xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x256xf32>
      }
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %sum to %maxima[%slot] tile 0 : tensor<128x256xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 128] floor 0.0 : !maxima -> tensor<1x2xf32>
      gqgpu.release %maxima[%full] : !maxima
      %all = gqgpu.max_over_peers %max : tensor<1x2xf32>
      %es = tensor.empty() : tensor<1x2xf32>
      %s = gq.absmax_to_scale %all to f8E4M3FN outs(%es : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
      %eq = tensor.empty() : tensor<128x256xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%s block [128, 128]) outs(%eq : tensor<128x256xf8E4M3FN>) : tensor<128x256xf32>, tensor<1x2xf32> -> tensor<128x256xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x256xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x2xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

// One block of all products: one maximum, and of it the scales of all.
// CHECK-LABEL: gqgpu.kernel @peers_of_one_block
// CHECK: %[[READ:.*]] = gqgpu.read_maxima {{.*}} block [128, 256]
// CHECK: %[[MAX:.*]] = gqgpu.max_over_peers %[[READ]] :
// CHECK-NOT: gqgpu.max_over_peers
// CHECK: %[[BLOCKS:.*]] = gqgpu.spread_blocks %[[MAX]] :
// CHECK-NOT: gqgpu.max_over_peers
// CHECK: %[[SCALE:.*]] = gqgpu.elementwise(%[[BLOCKS]]) {
// CHECK-COUNT-2: gqgpu.scaled_cast {{.*}} {normal}
// CHECK: gqgpu.return
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <256x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 256, 128], math_groups = 2, split = n, store = direct, quantize = true>
gqgpu.kernel @peers_of_one_block(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>} {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x256xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x256xf32>) -> tensor<128x256xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x256xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<256x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x256xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<256x128xf8E4M3FN> -> tensor<128x256xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x256xf32>
      }
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %sum to %maxima[%slot] tile 0 : tensor<128x256xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 256] floor 0.0 : !maxima -> tensor<1x1xf32>
      gqgpu.release %maxima[%full] : !maxima
      %all = gqgpu.max_over_peers %max : tensor<1x1xf32>
      %es = tensor.empty() : tensor<1x1xf32>
      %s = gq.absmax_to_scale %all to f8E4M3FN outs(%es : tensor<1x1xf32>) : tensor<1x1xf32> -> tensor<1x1xf32>
      %eq = tensor.empty() : tensor<128x256xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%s block [128, 256]) outs(%eq : tensor<128x256xf8E4M3FN>) : tensor<128x256xf32>, tensor<1x1xf32> -> tensor<128x256xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x256xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x1xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, store = direct, quantize = true>
gqgpu.kernel @not_computed(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>, %x: memref<512x512xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x128xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x128xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<128x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x128xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN> -> tensor<128x128xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x128xf32>
      }
      %t = gqgpu.load %x[%c0, %c0] : memref<512x512xf32> -> tensor<128x128xf32>
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      // expected-error@+1 {{is of a tile that is not computed}}
      gqgpu.put_maxima %t to %maxima[%slot] tile 0 : tensor<128x128xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 : !maxima -> tensor<1x2xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x2xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
      %eq = tensor.empty() : tensor<128x128xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%s block [128, 64]) outs(%eq : tensor<128x128xf8E4M3FN>) : tensor<128x128xf32>, tensor<1x2xf32> -> tensor<128x128xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x128xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x2xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, store = direct, quantize = true>
gqgpu.kernel @turned(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x128xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x128xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<128x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x128xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN> -> tensor<128x128xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x128xf32>
      }
      %t = linalg.transpose ins(%sum : tensor<128x128xf32>) outs(%e : tensor<128x128xf32>) permutation = [1, 0]
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      // expected-error@+1 {{reads a transposed tile, which can only be stored}}
      gqgpu.put_maxima %t to %maxima[%slot] tile 0 : tensor<128x128xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 : !maxima -> tensor<1x2xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x2xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
      %eq = tensor.empty() : tensor<128x128xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%s block [128, 64]) outs(%eq : tensor<128x128xf8E4M3FN>) : tensor<128x128xf32>, tensor<1x2xf32> -> tensor<128x128xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x128xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x2xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <8x8xf32>>
#config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, store = direct, quantize = true>
gqgpu.kernel @parts(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x128xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x128xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<128x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x128xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN> -> tensor<128x128xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x128xf32>
      }
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      // expected-error@+1 {{cannot be spread over threads: expects a block of 1xB in the mma layout, or of 64xB, with B a multiple of 32 that divides the 128 columns, got 1x16}}
      gqgpu.put_maxima %sum to %maxima[%slot] tile 0 : tensor<128x128xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 16] floor 0.0 : !maxima -> tensor<1x8xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x8xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x8xf32>) : tensor<1x8xf32> -> tensor<1x8xf32>
      %eq = tensor.empty() : tensor<128x128xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%s block [128, 16]) outs(%eq : tensor<128x128xf8E4M3FN>) : tensor<128x128xf32>, tensor<1x8xf32> -> tensor<128x128xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x128xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x8xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, store = direct, quantize = true>
gqgpu.kernel @no_scales(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>, %x: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x128xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x128xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<128x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x128xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN> -> tensor<128x128xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x128xf32>
      }
      %given = gqgpu.load %x[%c0, %c0] : memref<8x8xf32> -> tensor<1x2xf32>
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %sum to %maxima[%slot] tile 0 : tensor<128x128xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 : !maxima -> tensor<1x2xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x2xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
      %eq = tensor.empty() : tensor<128x128xf8E4M3FN>
      // expected-error@+1 {{expects operands x and scales to be computed in the kernel}}
      %q = gq.scaled_cast %sum scales(%given block [128, 64]) outs(%eq : tensor<128x128xf8E4M3FN>) : tensor<128x128xf32>, tensor<1x2xf32> -> tensor<128x128xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x128xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x2xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

// As many blocks, which end elsewhere than those that the scales are of.
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, store = direct, quantize = true>
gqgpu.kernel @other_blocks(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>, %x: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x128xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x128xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<128x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x128xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN> -> tensor<128x128xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x128xf32>
      }
      %given = gqgpu.load %x[%c0, %c0] : memref<8x8xf32> -> tensor<1x2xf32>
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %sum to %maxima[%slot] tile 0 : tensor<128x128xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 : !maxima -> tensor<1x2xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x2xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
      %eq = tensor.empty() : tensor<128x128xf8E4M3FN>
      // expected-error@+1 {{has blocks of 128x65, expects those of its scales, 128x64}}
      %q = gq.scaled_cast %sum scales(%s block [128, 65]) outs(%eq : tensor<128x128xf8E4M3FN>) : tensor<128x128xf32>, tensor<1x2xf32> -> tensor<128x128xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x128xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x2xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, store = direct, quantize = true>
gqgpu.kernel @origin(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>, %x: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x128xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x128xf32>) -> tensor<128x128xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x128xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<128x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x128xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<128x128xf8E4M3FN> -> tensor<128x128xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x128xf32>
      }
      %given = gqgpu.load %x[%c0, %c0] : memref<8x8xf32> -> tensor<1x2xf32>
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %sum to %maxima[%slot] tile 0 : tensor<128x128xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 64] floor 0.0 : !maxima -> tensor<1x2xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x2xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
      %eq = tensor.empty() : tensor<128x128xf8E4M3FN>
      // expected-error@+1 {{has an origin, expects the blocks that its kernel has found the scales of}}
      %q = gq.scaled_cast %sum scales(%s block [128, 64]) origin(%c0, %c0) outs(%eq : tensor<128x128xf8E4M3FN>) : tensor<128x128xf32>, tensor<1x2xf32> -> tensor<128x128xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x128xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %s, %qs[%c0, %c0] : tensor<1x2xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}

// -----

!maxima = !gqgpu.ring<2, <2x8xf32>>
gqgpu.kernel @outside(%x: memref<512x512xf32>, %s: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c = gqgpu.cursor : !gqgpu.cursor
  %maxima = gqgpu.ring_create : !maxima
  %slot = gqgpu.wait %maxima[%c] : !maxima -> !gqgpu.slot
  %t = gqgpu.load %x[%c0, %c0] : memref<512x512xf32> -> tensor<128x128xf32>
  // expected-error@+1 {{is only supported inside a math role}}
  gqgpu.put_maxima %t to %maxima[%slot] tile 0 : tensor<128x128xf32>, !maxima
  %e = tensor.empty() : tensor<128x1xf32>
  %a = gq.block_absmax %t block [1, 128] outs(%e : tensor<128x1xf32>) {config = #gq.quantize_config<tile = [128, 128]>} : tensor<128x128xf32> -> tensor<128x1xf32>
  gqgpu.store %a, %s[%c0, %c0] : tensor<128x1xf32>, memref<8x8xf32>
  gqgpu.return
}

// -----

!maxima = !gqgpu.ring<2, <2x8xf32>>
gqgpu.kernel @outside(%x: memref<512x512xf32>, %s: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c = gqgpu.cursor : !gqgpu.cursor
  %maxima = gqgpu.ring_create : !maxima
  %slot = gqgpu.wait %maxima[%c] : !maxima -> !gqgpu.slot
  %t = gqgpu.load %x[%c0, %c0] : memref<512x512xf32> -> tensor<128x128xf32>
  // expected-error@+1 {{is only supported inside a math role}}
  %m = gqgpu.read_maxima %maxima[%slot] tile 0 block [128, 64] floor 0.0 : !maxima -> tensor<1x2xf32>
  gqgpu.store %m, %s[%c0, %c0] : tensor<1x2xf32>, memref<8x8xf32>
  %e = tensor.empty() : tensor<128x1xf32>
  %a = gq.block_absmax %t block [1, 128] outs(%e : tensor<128x1xf32>) {config = #gq.quantize_config<tile = [128, 128]>} : tensor<128x128xf32> -> tensor<128x1xf32>
  gqgpu.store %a, %s[%c0, %c0] : tensor<128x1xf32>, memref<8x8xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <256x128xf8E4M3FN, swizzle = 128, permuted = 32>>
!maxima = !gqgpu.ring<2, <2x8xf32>>
#config = #gq.matmul_config<tile = [128, 256, 128], math_groups = 2, split = n, store = direct, quantize = true>
gqgpu.kernel @peers_of_others(%d: memref<512x512xf8E4M3FN>, %qs: memref<8x8xf32>)
    attributes {cluster = 2 : i64, cluster_tiles = array<i64: 2, 1>} {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 32768 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
  %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
  %start = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      %zero = arith.constant 0.0 : f32
      %e = tensor.empty() : tensor<128x256xf32>
      %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x256xf32>) -> tensor<128x256xf32>
      %sum = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros) -> (tensor<128x256xf32>) {
        %s0 = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
        %ta = gqgpu.slot_read %ring[%s0] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
        %tb = gqgpu.slot_read %ring[%s0] tile 1 : !ring -> tensor<256x128xf8E4M3FN>
        %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x256xf32>) {config = #config}
               : tensor<128x128xf8E4M3FN>, tensor<256x128xf8E4M3FN> -> tensor<128x256xf32>
        gqgpu.release %ring[%s0] : !ring
        scf.yield %p : tensor<128x256xf32>
      }
      %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
      gqgpu.put_maxima %sum to %maxima[%slot] tile 0 : tensor<128x256xf32>, !maxima
      gqgpu.commit %maxima[%slot] : !maxima
      %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
      %max = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 128] floor 0.0 : !maxima -> tensor<1x2xf32>
      gqgpu.release %maxima[%full] : !maxima
      %es = tensor.empty() : tensor<1x2xf32>
      %s = gq.absmax_to_scale %max to f8E4M3FN outs(%es : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
      // expected-error@+1 {{expects maxima that a gqgpu.read_maxima has found}}
      %all = gqgpu.max_over_peers %s : tensor<1x2xf32>
      %eq = tensor.empty() : tensor<128x256xf8E4M3FN>
      %q = gq.scaled_cast %sum scales(%all block [128, 128]) outs(%eq : tensor<128x256xf8E4M3FN>) : tensor<128x256xf32>, tensor<1x2xf32> -> tensor<128x256xf8E4M3FN>
      gqgpu.store %q, %d[%c0, %c0] : tensor<128x256xf8E4M3FN>, memref<512x512xf8E4M3FN>
      gqgpu.store %all, %qs[%c0, %c0] : tensor<1x2xf32>, memref<8x8xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
      %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
      gqgpu.commit %ring[%slot] : !ring
    }
  }
  gqgpu.return
}
