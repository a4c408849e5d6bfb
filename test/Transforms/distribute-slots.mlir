// Products of tiles that lie in two slots: one sum, that goes on from slot to slot.
// RUN: gq-opt %s --gq-distribute --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: gqgpu.kernel @two
// CHECK: gqgpu.role "math"
// CHECK:   %[[S0:.*]] = gqgpu.wait
// CHECK:   %[[S1:.*]] = gqgpu.wait
// CHECK-NOT: tensor.concat
// CHECK:   %[[COLS:.*]] = gqgpu.read_scales %[[R:.*]][%[[S0]]] tile 2 cols
// CHECK:   %[[ROWS:.*]] = gqgpu.read_scales %[[R]][%[[S0]]] tile 2 rows
// CHECK:   %[[P0:.*]] = gqgpu.mma_async %[[R]][%[[S0]]] tiles(0, 1) {{.*}} k [0, 128] :
// CHECK:   %[[P1:.*]] = gqgpu.mma_async %[[R]][%[[S1]]] tiles(0, 1) {{.*}} k [0, 128] reuse %[[P0]] accumulate :
// CHECK:   %[[P:.*]] = gqgpu.mma_wait %[[P1]]
// CHECK:   gqgpu.promote %[[P]], %[[ROWS]], %[[COLS]]
// CHECK-NOT: gqgpu.mma_async
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <1x1xf32>>
gqgpu.kernel @two(%d: memref<64x64xf32>) attributes {threads = 128} {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 16384 : !ring
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 240 (%g) {
      %c = gqgpu.cursor : !gqgpu.cursor
      %n = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
      %s0 = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %s1 = gqgpu.wait %r[%n] : !ring -> !gqgpu.slot
      %e = tensor.empty() : tensor<64x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
      %a0 = gqgpu.slot_read %r[%s0] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %a1 = gqgpu.slot_read %r[%s1] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %a = tensor.concat dim(1) %a0, %a1 : (tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>) -> tensor<64x256xf8E4M3FN>
      %b0 = gqgpu.slot_read %r[%s0] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %b1 = gqgpu.slot_read %r[%s1] tile 1 : !ring -> tensor<64x128xf8E4M3FN>
      %b = tensor.concat dim(1) %b0, %b1 : (tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>) -> tensor<64x256xf8E4M3FN>
      %s = gqgpu.slot_read %r[%s0] tile 2 : !ring -> tensor<1x1xf32>
      %p = gq.scaled_matmul %a, %b scales(%s block [256, 256], %s block [256, 256]) outs(%init : tensor<64x64xf32>)
          {promote = 256} : tensor<64x256xf8E4M3FN>, tensor<64x256xf8E4M3FN>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.release %r[%s0] : !ring
      gqgpu.release %r[%s1] : !ring
      gqgpu.store %p, %d[%c0, %c0] {path = #gqgpu.path<copy>} : tensor<64x64xf32>, memref<64x64xf32>
      gqgpu.yield
    }
    gqgpu.yield
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>, <1x1xf32>>
gqgpu.kernel @slots(%d: memref<64x64xf32>) attributes {threads = 128} {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 16384 : !ring
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 240 (%g) {
      %c = gqgpu.cursor : !gqgpu.cursor
      %n = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
      %s0 = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %s1 = gqgpu.wait %r[%n] : !ring -> !gqgpu.slot
      %e = tensor.empty() : tensor<64x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
      %a0 = gqgpu.slot_read %r[%s0] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %a1 = gqgpu.slot_read %r[%s1] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %a = tensor.concat dim(1) %a0, %a1 : (tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>) -> tensor<64x256xf8E4M3FN>
      %b = tensor.concat dim(1) %a1, %a0 : (tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>) -> tensor<64x256xf8E4M3FN>
      %s = gqgpu.slot_read %r[%s0] tile 2 : !ring -> tensor<1x1xf32>
      // expected-error@+1 {{expects all operands to be in one slot}}
      %p = gq.scaled_matmul %a, %b scales(%s block [256, 256], %s block [256, 256]) outs(%init : tensor<64x64xf32>)
          {promote = 256} : tensor<64x256xf8E4M3FN>, tensor<64x256xf8E4M3FN>, tensor<1x1xf32>, tensor<1x1xf32> -> tensor<64x64xf32>
      gqgpu.release %r[%s0] : !ring
      gqgpu.release %r[%s1] : !ring
      gqgpu.yield
    }
    gqgpu.yield
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <1x1xf32>>
gqgpu.kernel @scales(%d: memref<64x64xf32>) attributes {threads = 128} {
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create bytes 8192 : !ring
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 240 (%g) {
      %c = gqgpu.cursor : !gqgpu.cursor
      %n = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
      %s0 = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %s1 = gqgpu.wait %r[%n] : !ring -> !gqgpu.slot
      %e = tensor.empty() : tensor<64x64xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
      %a0 = gqgpu.slot_read %r[%s0] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %a1 = gqgpu.slot_read %r[%s1] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %a = tensor.concat dim(1) %a0, %a1 : (tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>) -> tensor<64x256xf8E4M3FN>
      %x = gqgpu.slot_read %r[%s0] tile 1 : !ring -> tensor<1x1xf32>
      %y = gqgpu.slot_read %r[%s1] tile 1 : !ring -> tensor<1x1xf32>
      %s = tensor.concat dim(1) %x, %y : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x2xf32>
      // expected-error@+1 {{expects operand a_scales to be in 1 slots, got 2}}
      %p = gq.scaled_matmul %a, %a scales(%s block [256, 128], %s block [256, 128]) outs(%init : tensor<64x64xf32>)
          : tensor<64x256xf8E4M3FN>, tensor<64x256xf8E4M3FN>, tensor<1x2xf32>, tensor<1x2xf32> -> tensor<64x64xf32>
      gqgpu.release %r[%s0] : !ring
      gqgpu.release %r[%s1] : !ring
      gqgpu.yield
    }
    gqgpu.yield
  }
  gqgpu.return
}

// -----

// Sums of 128 elements in two slots: both are multiplied before the first is promoted. The scales
// of the second are read under the product of the first, which is in the slot that has them all.
// CHECK-LABEL: gqgpu.kernel @two_sums
// CHECK: gqgpu.role "math"
// CHECK:   %[[S0:.*]] = gqgpu.wait
// CHECK:   %[[S1:.*]] = gqgpu.wait
// CHECK:   %[[COLS:.*]] = gqgpu.read_scales %[[R:.*]][%[[S0]]] tile 3 cols %{{.*}} block 1 :
// CHECK:   %[[ROWS:.*]] = gqgpu.read_scales %[[R]][%[[S0]]] tile 2 rows %{{.*}} block 128 :
// CHECK:   %[[P0:.*]] = gqgpu.mma_async %[[R]][%[[S0]]] tiles(0, 1) {{.*}} k [0, 128] :
// CHECK:   %[[MORE_ROWS:.*]] = gqgpu.read_scales %[[R]][%[[S0]]] tile 2 rows %{{.*}} block 128 column 1
// CHECK:   %[[MORE_COLS:.*]] = gqgpu.read_scales %[[R]][%[[S0]]] tile 3 cols %{{.*}} block 1 column 1
// CHECK:   %[[P1:.*]] = gqgpu.mma_async %[[R]][%[[S1]]] tiles(0, 1) {{.*}} k [0, 128] :
// CHECK:   %[[D0:.*]] = gqgpu.mma_wait %[[P0]]
// CHECK:   %[[SUM:.*]] = gqgpu.promote %[[D0]], %[[ROWS]], %[[COLS]] into
// CHECK:   %[[D1:.*]] = gqgpu.mma_wait %[[P1]]
// CHECK:   gqgpu.promote %[[D1]], %[[MORE_ROWS]], %[[MORE_COLS]] into %[[SUM]]
// CHECK-NOT: gqgpu.mma_async
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <16x128xf8E4M3FN, swizzle = 128>, <1x2xf32>, <16x2xf32>>
gqgpu.kernel @two_sums(%d: memref<64x16xf32>) attributes {threads = 128} {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create bytes 10240 : !ring
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 1 warps 4 registers 240 (%g) {
      %c = gqgpu.cursor : !gqgpu.cursor
      %n = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
      %s0 = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %s1 = gqgpu.wait %r[%n] : !ring -> !gqgpu.slot
      %e = tensor.empty() : tensor<64x16xf32>
      %init = linalg.fill ins(%zero : f32) outs(%e : tensor<64x16xf32>) -> tensor<64x16xf32>
      %a0 = gqgpu.slot_read %r[%s0] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %a1 = gqgpu.slot_read %r[%s1] tile 0 : !ring -> tensor<64x128xf8E4M3FN>
      %a = tensor.concat dim(1) %a0, %a1 : (tensor<64x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>) -> tensor<64x256xf8E4M3FN>
      %b0 = gqgpu.slot_read %r[%s0] tile 1 : !ring -> tensor<16x128xf8E4M3FN>
      %b1 = gqgpu.slot_read %r[%s1] tile 1 : !ring -> tensor<16x128xf8E4M3FN>
      %b = tensor.concat dim(1) %b0, %b1 : (tensor<16x128xf8E4M3FN>, tensor<16x128xf8E4M3FN>) -> tensor<16x256xf8E4M3FN>
      %s = gqgpu.slot_read %r[%s0] tile 2 : !ring -> tensor<1x2xf32>
      %t = gqgpu.slot_read %r[%s0] tile 3 : !ring -> tensor<16x2xf32>
      %p = gq.scaled_matmul %a, %b scales(%s block [128, 128], %t block [1, 128]) outs(%init : tensor<64x16xf32>)
          {promote = 128} : tensor<64x256xf8E4M3FN>, tensor<16x256xf8E4M3FN>, tensor<1x2xf32>, tensor<16x2xf32> -> tensor<64x16xf32>
      gqgpu.release %r[%s0] : !ring
      gqgpu.release %r[%s1] : !ring
      gqgpu.store %p, %d[%c0, %c0] {path = #gqgpu.path<copy>} : tensor<64x16xf32>, memref<64x16xf32>
      gqgpu.yield
    }
    gqgpu.yield
  }
  gqgpu.return
}
