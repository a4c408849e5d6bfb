// A quantisation by blocks of several rows becomes maxima, scales and codes; the maxima go through
// slots of a ring that the math role fills and consumes. What is past the end of the tensor counts in
// no maximum, and codes of it are never stored: they are made of the elements themselves.
// RUN: gq-opt %s --split-input-file --gq-warp-specialize --verify-diagnostics | FileCheck %s

// CHECK: !ring1 = !gqgpu.ring<2, <1x8xf32>>
// CHECK-LABEL: gqgpu.kernel @blocks
// CHECK-DAG: %[[RING:.*]] = gqgpu.ring_create bytes 24576 filled_by ["fill"] arrivals 1 consumed_by ["math"] arrivals 8 : !ring
// CHECK-DAG: %[[MAXIMA:.*]] = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !ring1
// CHECK: gqgpu.role "math" kind math groups 2
// CHECK: gqgpu.tile_loop {{.*}} iter_args(%{{.*}} = %{{.*}}, %[[FILL:.*]] = %{{.*}}, %[[READ:.*]] = %{{.*}})
// CHECK:   %[[K:.*]]:2 = scf.for
// CHECK:     gqgpu.release %[[RING]]
// CHECK:   %[[SLOT:.*]] = gqgpu.acquire %[[MAXIMA]][%[[FILL]]]
// CHECK-NEXT: gqgpu.put_maxima %[[K]]#0 to %[[MAXIMA]][%[[SLOT]]] tile 0 : tensor<128x64xf32>
// CHECK-NEXT: gqgpu.commit %[[MAXIMA]][%[[SLOT]]]
// CHECK-NEXT: %[[FILLED:.*]] = gqgpu.advance %[[MAXIMA]][%[[FILL]]]
// CHECK-NEXT: %[[FULL:.*]] = gqgpu.wait %[[MAXIMA]][%[[READ]]]
// CHECK-NEXT: %[[MAX:.*]] = gqgpu.read_maxima %[[MAXIMA]][%[[FULL]]] tile 0 block [128, 64] floor 0.000000e+00 : {{.*}} -> tensor<1x1xf32>
// CHECK-NEXT: gqgpu.release %[[MAXIMA]][%[[FULL]]]
// CHECK-NEXT: %[[FREED:.*]] = gqgpu.advance %[[MAXIMA]][%[[READ]]]
// CHECK:   %[[SCALE:.*]] = gq.absmax_to_scale %[[MAX]] to f8E4M3FN
// CHECK:   %[[Q:.*]] = gq.scaled_cast %[[K]]#0 scales(%[[SCALE]] block [128, 64])
// CHECK:   gqgpu.store %[[Q]]
// CHECK:   gqgpu.store %[[SCALE]]
// CHECK:   gqgpu.yield %[[K]]#1, %[[FILLED]], %[[FREED]]
// CHECK: gqgpu.role "fill" kind fill
// CHECK-NOT: %[[MAXIMA]]
// CHECK: gqgpu.return
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @blocks(%a: memref<512x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %d: memref<512x256xf8E4M3FN>, %qs: memref<4x1xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<128x64xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
    %sum:3 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %fill = %f, %read = %r)
        -> (tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xf8E4M3FN>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], math_groups = 2, store = direct, quantize = true>}
             : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<128x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nf, %nr : tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %bi = arith.divui %i, %c128 : index
    %bj = arith.divui %j, %c256 : index
    %eq = tensor.empty() : tensor<128x64xf8E4M3FN>
    %es = tensor.empty() : tensor<1x1xf32>
    %q, %s = gq.quantize %sum#0 block [128, 64] outs(%eq, %es : tensor<128x64xf8E4M3FN>, tensor<1x1xf32>) : tensor<128x64xf32> -> tensor<128x64xf8E4M3FN>, tensor<1x1xf32>
    gqgpu.store %q, %d[%i, %j] : tensor<128x64xf8E4M3FN>, memref<512x256xf8E4M3FN>
    gqgpu.store %s, %qs[%bi, %bj] : tensor<1x1xf32>, memref<4x1xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

// Two blocks above one another, in two of 32 columns; scales transposed; more than nothing is the
// least maximum, scales are powers of two, codes quotients.
// CHECK: !ring1 = !gqgpu.ring<2, <2x8xf32>>
// CHECK-LABEL: gqgpu.kernel @words
// CHECK: gqgpu.put_maxima
// CHECK: %[[MAX:.*]] = gqgpu.read_maxima {{.*}} block [64, 32] floor 5.000000e-01 : {{.*}} -> tensor<2x2xf32>
// CHECK: %[[SCALE:.*]] = gq.absmax_to_scale %[[MAX]] to f8E4M3FN {{.*}} {pow2}
// CHECK: gq.scaled_cast %{{.*}} scales(%[[SCALE]] block [64, 32]) {{.*}} {divide}
// CHECK: %[[TURNED:.*]] = linalg.transpose ins(%[[SCALE]] : tensor<2x2xf32>) {{.*}} permutation = [1, 0]
// CHECK: gqgpu.store %[[TURNED]]
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @words(%a: memref<512x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %d: memref<512x256xf8E4M3FN>, %qs: memref<8x8xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<128x64xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
    %sum:3 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %fill = %f, %read = %r)
        -> (tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xf8E4M3FN>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], math_groups = 2, store = direct, quantize = true>}
             : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<128x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nf, %nr : tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %bi = arith.divui %i, %c128 : index
    %bj = arith.divui %j, %c256 : index
    %eq = tensor.empty() : tensor<128x64xf8E4M3FN>
    %es = tensor.empty() : tensor<2x2xf32>
    %q, %s = gq.quantize %sum#0 block [64, 32] outs(%eq, %es : tensor<128x64xf8E4M3FN>, tensor<2x2xf32>) {pow2, transposed_scales, divide, amax_floor = 0.5 : f32} : tensor<128x64xf32> -> tensor<128x64xf8E4M3FN>, tensor<2x2xf32>
    gqgpu.store %q, %d[%i, %j] : tensor<128x64xf8E4M3FN>, memref<512x256xf8E4M3FN>
    gqgpu.store %s, %qs[%bi, %bj] : tensor<2x2xf32>, memref<8x8xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

// Maxima are told how many rows there are; codes are of what is quantised, which a person may have masked otherwise.
// CHECK-LABEL: gqgpu.kernel @rows
// CHECK: %[[K:.*]]:2 = scf.for
// CHECK: %[[X:.*]] = gqgpu.mask %[[K]]#0
// CHECK: gqgpu.put_maxima %[[K]]#0 rows %[[LEFT:.*]] to
// CHECK: gq.scaled_cast %[[X]] scales
// CHECK: gqgpu.return
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @rows(%a: memref<512x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %d: memref<512x256xf8E4M3FN>, %qs: memref<4x1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<128x64xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
    %sum:3 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %fill = %f, %read = %r)
        -> (tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xf8E4M3FN>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], math_groups = 2, store = direct, quantize = true>}
             : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<128x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nf, %nr : tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %bi = arith.divui %i, %c128 : index
    %bj = arith.divui %j, %c256 : index
    %eq = tensor.empty() : tensor<128x64xf8E4M3FN>
    %es = tensor.empty() : tensor<1x1xf32>
    %left = arith.subi %n, %i : index
    %c64 = arith.constant 64 : index
    %x = gqgpu.mask %sum#0 to (%left, %c64) : tensor<128x64xf32>
    %q, %s = gq.quantize %x block [128, 64] outs(%eq, %es : tensor<128x64xf8E4M3FN>, tensor<1x1xf32>) : tensor<128x64xf32> -> tensor<128x64xf8E4M3FN>, tensor<1x1xf32>
    gqgpu.store %q, %d[%i, %j] : tensor<128x64xf8E4M3FN>, memref<512x256xf8E4M3FN>
    gqgpu.store %s, %qs[%bi, %bj] : tensor<1x1xf32>, memref<4x1xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

// Of columns past the end, and of others elements in their place, their zeros are read.
// CHECK-LABEL: gqgpu.kernel @columns
// CHECK: %[[K:.*]]:2 = scf.for
// CHECK: %[[X:.*]] = gqgpu.mask %[[K]]#0
// CHECK: gqgpu.put_maxima %[[X]] to
// CHECK: gq.scaled_cast %[[X]] scales
// CHECK: gqgpu.return
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @columns(%a: memref<512x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %d: memref<512x256xf8E4M3FN>, %qs: memref<4x1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<128x64xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
    %sum:3 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %fill = %f, %read = %r)
        -> (tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xf8E4M3FN>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], math_groups = 2, store = direct, quantize = true>}
             : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<128x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nf, %nr : tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %bi = arith.divui %i, %c128 : index
    %bj = arith.divui %j, %c256 : index
    %eq = tensor.empty() : tensor<128x64xf8E4M3FN>
    %es = tensor.empty() : tensor<1x1xf32>
    %left = arith.subi %n, %i : index
    %c64 = arith.constant 64 : index
    %x = gqgpu.mask %sum#0 to (%left, %left) : tensor<128x64xf32>
    %q, %s = gq.quantize %x block [128, 64] outs(%eq, %es : tensor<128x64xf8E4M3FN>, tensor<1x1xf32>) : tensor<128x64xf32> -> tensor<128x64xf8E4M3FN>, tensor<1x1xf32>
    gqgpu.store %q, %d[%i, %j] : tensor<128x64xf8E4M3FN>, memref<512x256xf8E4M3FN>
    gqgpu.store %s, %qs[%bi, %bj] : tensor<1x1xf32>, memref<4x1xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

// CHECK-LABEL: gqgpu.kernel @filled
// CHECK: %[[K:.*]]:2 = scf.for
// CHECK: %[[X:.*]] = gqgpu.mask %[[K]]#0
// CHECK: gqgpu.put_maxima %[[X]] to
// CHECK: gq.scaled_cast %[[X]] scales
// CHECK: gqgpu.return
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @filled(%a: memref<512x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %d: memref<512x256xf8E4M3FN>, %qs: memref<4x1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<128x64xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
    %sum:3 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %fill = %f, %read = %r)
        -> (tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xf8E4M3FN>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], math_groups = 2, store = direct, quantize = true>}
             : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<128x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nf, %nr : tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %bi = arith.divui %i, %c128 : index
    %bj = arith.divui %j, %c256 : index
    %eq = tensor.empty() : tensor<128x64xf8E4M3FN>
    %es = tensor.empty() : tensor<1x1xf32>
    %left = arith.subi %n, %i : index
    %c64 = arith.constant 64 : index
    %x = gqgpu.mask %sum#0 to (%left, %c64) filling 1.0 : f32 : tensor<128x64xf32>
    %q, %s = gq.quantize %x block [128, 64] outs(%eq, %es : tensor<128x64xf8E4M3FN>, tensor<1x1xf32>) : tensor<128x64xf32> -> tensor<128x64xf8E4M3FN>, tensor<1x1xf32>
    gqgpu.store %q, %d[%i, %j] : tensor<128x64xf8E4M3FN>, memref<512x256xf8E4M3FN>
    gqgpu.store %s, %qs[%bi, %bj] : tensor<1x1xf32>, memref<4x1xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

// A product of a group is half as wide as a block: a word for each half.
// CHECK: !ring1 = !gqgpu.ring<2, <2x8xf32>>
// CHECK-LABEL: gqgpu.kernel @side_by_side
// CHECK: gqgpu.read_maxima {{.*}} block [128, 64] floor 0.000000e+00 : {{.*}} -> tensor<1x1xf32>
!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @side_by_side(%a: memref<512x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %d: memref<512x256xf8E4M3FN>, %qs: memref<4x1xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<128x64xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
    %sum:3 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %fill = %f, %read = %r)
        -> (tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xf8E4M3FN>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], math_groups = 2, split = n, store = direct, quantize = true>}
             : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<128x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nf, %nr : tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %bi = arith.divui %i, %c128 : index
    %bj = arith.divui %j, %c256 : index
    %eq = tensor.empty() : tensor<128x64xf8E4M3FN>
    %es = tensor.empty() : tensor<1x1xf32>
    %q, %s = gq.quantize %sum#0 block [128, 64] outs(%eq, %es : tensor<128x64xf8E4M3FN>, tensor<1x1xf32>) : tensor<128x64xf32> -> tensor<128x64xf8E4M3FN>, tensor<1x1xf32>
    gqgpu.store %q, %d[%i, %j] : tensor<128x64xf8E4M3FN>, memref<512x256xf8E4M3FN>
    gqgpu.store %s, %qs[%bi, %bj] : tensor<1x1xf32>, memref<4x1xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @cut(%a: memref<512x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %d: memref<512x256xf8E4M3FN>, %qs: memref<4x1xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<128x64xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
    %sum:3 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %fill = %f, %read = %r)
        -> (tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xf8E4M3FN>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], math_groups = 2, store = direct, quantize = true>}
             : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<128x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nf, %nr : tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %bi = arith.divui %i, %c128 : index
    %bj = arith.divui %j, %c256 : index
    %eq = tensor.empty() : tensor<128x64xf8E4M3FN>
    %es = tensor.empty() : tensor<1x1xf32>
    // expected-error@+1 {{has blocks of 256x64, expects some that divide the tile of 128x64}}
    %q, %s = gq.quantize %sum#0 block [256, 64] outs(%eq, %es : tensor<128x64xf8E4M3FN>, tensor<1x1xf32>) : tensor<128x64xf32> -> tensor<128x64xf8E4M3FN>, tensor<1x1xf32>
    gqgpu.store %q, %d[%i, %j] : tensor<128x64xf8E4M3FN>, memref<512x256xf8E4M3FN>
    gqgpu.store %s, %qs[%bi, %bj] : tensor<1x1xf32>, memref<4x1xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @wide(%a: memref<512x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %d: memref<512x256xf8E4M3FN>, %qs: memref<4x1xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<128x64xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
    %sum:3 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %fill = %f, %read = %r)
        -> (tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xf8E4M3FN>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], math_groups = 2, store = direct, quantize = true>}
             : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<128x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nf, %nr : tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %bi = arith.divui %i, %c128 : index
    %bj = arith.divui %j, %c256 : index
    %eq = tensor.empty() : tensor<128x64xf8E4M3FN>
    %es = tensor.empty() : tensor<1x1xf32>
    // expected-error@+1 {{has blocks of 128x128, expects some that divide the tile of 128x64}}
    %q, %s = gq.quantize %sum#0 block [128, 128] outs(%eq, %es : tensor<128x64xf8E4M3FN>, tensor<1x1xf32>) : tensor<128x64xf32> -> tensor<128x64xf8E4M3FN>, tensor<1x1xf32>
    gqgpu.store %q, %d[%i, %j] : tensor<128x64xf8E4M3FN>, memref<512x256xf8E4M3FN>
    gqgpu.store %s, %qs[%bi, %bj] : tensor<1x1xf32>, memref<4x1xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <96x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @neither(%a: memref<512x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %d: memref<512x256xf8E4M3FN>, %qs: memref<4x8xf32>) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 96] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<128x96xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x96xf32>) -> tensor<128x96xf32>
    %sum:3 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %fill = %f, %read = %r)
        -> (tensor<128x96xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xf8E4M3FN>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<96x128xf8E4M3FN>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x96xf32>) {config = #gq.matmul_config<tile = [128, 96, 128], math_groups = 2, split = n, store = direct, quantize = true>}
             : tensor<128x128xf8E4M3FN>, tensor<96x128xf8E4M3FN> -> tensor<128x96xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nf, %nr : tensor<128x96xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %bi = arith.divui %i, %c128 : index
    %bj = arith.divui %j, %c256 : index
    %eq = tensor.empty() : tensor<128x96xf8E4M3FN>
    %es = tensor.empty() : tensor<1x3xf32>
    // expected-error@+1 {{has blocks of 32 columns, expects those to go into the 48 of a product, or these into them}}
    %q, %s = gq.quantize %sum#0 block [128, 32] outs(%eq, %es : tensor<128x96xf8E4M3FN>, tensor<1x3xf32>) : tensor<128x96xf32> -> tensor<128x96xf8E4M3FN>, tensor<1x3xf32>
    gqgpu.store %q, %d[%i, %j] : tensor<128x96xf8E4M3FN>, memref<512x256xf8E4M3FN>
    gqgpu.store %s, %qs[%bi, %bj] : tensor<1x3xf32>, memref<4x8xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128, permuted = 32>>
gqgpu.kernel @nested(%a: memref<512x512xf8E4M3FN>, %b: memref<256x512xf8E4M3FN>, %d: memref<512x256xf8E4M3FN>, %qs: memref<4x1xf32>, %c: i1) {
  %c0 = arith.constant 0 : index
  %c128 = arith.constant 128 : index
  %c256 = arith.constant 256 : index
  %c512 = arith.constant 512 : index
  %ring = gqgpu.ring_create bytes 24576 : !ring
  %start = gqgpu.cursor : !gqgpu.cursor
  %end:2 = gqgpu.tile_loop (%i, %j) to (%c512, %c256) step [128, 64] persistent iter_args(%f = %start, %r = %start) -> (!gqgpu.cursor, !gqgpu.cursor) {
    %zero = arith.constant 0.0 : f32
    %e = tensor.empty() : tensor<128x64xf32>
    %zeros = linalg.fill ins(%zero : f32) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
    %sum:3 = scf.for %k = %c0 to %c512 step %c128 iter_args(%acc = %zeros, %fill = %f, %read = %r)
        -> (tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor) {
      %slot = gqgpu.acquire %ring[%fill] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 : memref<512x512xf8E4M3FN>, !ring
      gqgpu.tma_load %b[%j, %k] -> %ring[%slot] tile 1 : memref<256x512xf8E4M3FN>, !ring
      gqgpu.commit %ring[%slot] : !ring
      %full = gqgpu.wait %ring[%read] : !ring -> !gqgpu.slot
      %ta = gqgpu.slot_read %ring[%full] tile 0 : !ring -> tensor<128x128xf8E4M3FN>
      %tb = gqgpu.slot_read %ring[%full] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %p = gq.scaled_matmul %ta, %tb outs(%acc : tensor<128x64xf32>) {config = #gq.matmul_config<tile = [128, 64, 128], math_groups = 2, store = direct, quantize = true>}
             : tensor<128x128xf8E4M3FN>, tensor<64x128xf8E4M3FN> -> tensor<128x64xf32>
      gqgpu.release %ring[%full] : !ring
      %nf = gqgpu.advance %ring[%fill] : !ring, !gqgpu.cursor
      %nr = gqgpu.advance %ring[%read] : !ring, !gqgpu.cursor
      scf.yield %p, %nf, %nr : tensor<128x64xf32>, !gqgpu.cursor, !gqgpu.cursor
    }
    %bi = arith.divui %i, %c128 : index
    %bj = arith.divui %j, %c256 : index
    %eq = tensor.empty() : tensor<128x64xf8E4M3FN>
    %es = tensor.empty() : tensor<1x1xf32>
    %q, %s = scf.if %c -> (tensor<128x64xf8E4M3FN>, tensor<1x1xf32>) {
      // expected-error@+1 {{expects to be in the loop over tiles}}
      %q, %s = gq.quantize %sum#0 block [128, 64] outs(%eq, %es : tensor<128x64xf8E4M3FN>, tensor<1x1xf32>) : tensor<128x64xf32> -> tensor<128x64xf8E4M3FN>, tensor<1x1xf32>
      scf.yield %q, %s : tensor<128x64xf8E4M3FN>, tensor<1x1xf32>
    } else {
      scf.yield %eq, %es : tensor<128x64xf8E4M3FN>, tensor<1x1xf32>
    }
    gqgpu.store %q, %d[%i, %j] : tensor<128x64xf8E4M3FN>, memref<512x256xf8E4M3FN>
    gqgpu.store %s, %qs[%bi, %bj] : tensor<1x1xf32>, memref<4x1xf32>
    gqgpu.yield %sum#1, %sum#2 : !gqgpu.cursor, !gqgpu.cursor
  }
  gqgpu.return
}
