// One test for every diagnostic: slots that the math groups read.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @never_released(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%slot] : !ring
  // expected-error@+1 {{takes a slot that is never released}}
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %t = gqgpu.slot_read %r[%full] tile 1 : !ring -> tensor<64x1xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @released_twice(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-note@+1 {{released here}}
  gqgpu.release %r[%full] : !ring
  // expected-error@+1 {{releases a slot that is already released}}
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @read_after_release(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-note@+1 {{released here}}
  gqgpu.release %r[%full] : !ring
  // expected-error@+1 {{reads a slot that is already released}}
  %t = gqgpu.slot_read %r[%full] tile 1 : !ring -> tensor<64x1xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @reads_an_acquired_slot(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-note@+1 {{the slot is taken here}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  // expected-error@+1 {{expects a slot that was waited for, got one that was acquired}}
  %t = gqgpu.slot_read %r[%slot] tile 1 : !ring -> tensor<64x1xf32>
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @carried_and_dropped(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %p0 = scf.for %k = %c0 to %i step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
    gqgpu.tma_load %a[%k, %k] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
    gqgpu.copy_load %s[%k, %k] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
    gqgpu.commit %r[%slot] : !ring
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    scf.yield %q : !gqgpu.cursor
  }
  %any = arith.cmpi slt, %c0, %i : index
  %w0 = gqgpu.wait %r[%c] when %any : !ring -> !gqgpu.slot
  // expected-error@+1 {{carries a slot that its body neither releases nor passes on}}
  %e:2 = scf.for %k = %c0 to %i step %c1 iter_args(%p = %c, %cur = %w0) -> (!gqgpu.cursor, !gqgpu.slot) {
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    %k1 = arith.addi %k, %c1 : index
    %more = arith.cmpi slt, %k1, %i : index
    // expected-note@+1 {{the slot is taken here}}
    %next = gqgpu.wait %r[%q] when %more : !ring -> !gqgpu.slot
    scf.yield %q, %next : !gqgpu.cursor, !gqgpu.slot
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @carried_and_released_twice(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %p0 = scf.for %k = %c0 to %i step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
    gqgpu.tma_load %a[%k, %k] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
    gqgpu.copy_load %s[%k, %k] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
    gqgpu.commit %r[%slot] : !ring
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    scf.yield %q : !gqgpu.cursor
  }
  %any = arith.cmpi slt, %c0, %i : index
  %w0 = gqgpu.wait %r[%c] when %any : !ring -> !gqgpu.slot
  %e:2 = scf.for %k = %c0 to %i step %c1 iter_args(%p = %c, %cur = %w0) -> (!gqgpu.cursor, !gqgpu.slot) {
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    %k1 = arith.addi %k, %c1 : index
    %more = arith.cmpi slt, %k1, %i : index
    %next = gqgpu.wait %r[%q] when %more : !ring -> !gqgpu.slot
    // expected-note@+1 {{released here}}
    gqgpu.release %r[%cur] : !ring
    // expected-error@+1 {{releases a slot that is already released}}
    gqgpu.release %r[%cur] : !ring
    scf.yield %q, %next : !gqgpu.cursor, !gqgpu.slot
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @released_before_it_is_carried(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %p0 = scf.for %k = %c0 to %i step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
    gqgpu.tma_load %a[%k, %k] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
    gqgpu.copy_load %s[%k, %k] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
    gqgpu.commit %r[%slot] : !ring
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    scf.yield %q : !gqgpu.cursor
  }
  %any = arith.cmpi slt, %c0, %i : index
  %w0 = gqgpu.wait %r[%c] when %any : !ring -> !gqgpu.slot
  %e:2 = scf.for %k = %c0 to %i step %c1 iter_args(%p = %c, %cur = %w0) -> (!gqgpu.cursor, !gqgpu.slot) {
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    %k1 = arith.addi %k, %c1 : index
    %more = arith.cmpi slt, %k1, %i : index
    %next = gqgpu.wait %r[%q] when %more : !ring -> !gqgpu.slot
    // expected-error@+1 {{releases a slot that is already released}}
    gqgpu.release %r[%cur] : !ring
    // expected-note@+1 {{released here}}
    gqgpu.release %r[%next] : !ring
    scf.yield %q, %next : !gqgpu.cursor, !gqgpu.slot
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<4, <64x1xf32>>
gqgpu.kernel @first_of_two_ahead(%i: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  scf.for %k = %c0 to %i step %c1 iter_args(%p = %c) -> (!gqgpu.cursor) {
    %slot = gqgpu.acquire %r[%p] : !ring -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !ring
    %q = gqgpu.advance %r[%p] : !ring, !gqgpu.cursor
    scf.yield %q : !gqgpu.cursor
  }
  // expected-error@+1 {{takes a slot that is never released}}
  %s0 = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %u1 = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
  %e:2 = scf.for %k = %c1 to %c8 step %c1 iter_args(%u = %u1, %cur = %s0) -> (!gqgpu.cursor, !gqgpu.slot) {
    %new = gqgpu.wait %r[%u] : !ring -> !gqgpu.slot
    %v = gqgpu.advance %r[%u] : !ring, !gqgpu.cursor
    scf.yield %v, %new : !gqgpu.cursor, !gqgpu.slot
  }
  gqgpu.release %r[%e#1] : !ring
  gqgpu.return
}

// -----

// A tile that was read as a tensor is the memory of the slot.
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @tile_after_release(%s: memref<?x1xf32>, %i: index, %b: i1, %zero: f32, %d: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %t = gqgpu.slot_read %r[%full] tile 1 : !ring -> tensor<64x1xf32>
  // expected-note@+1 {{released here}}
  gqgpu.release %r[%full] : !ring
  // expected-error@+1 {{reads a slot that is already released}}
  gqgpu.store %t, %d[%c0, %c0] : tensor<64x1xf32>, memref<64x1xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @slice_after_release(%s: memref<?x1xf32>, %i: index, %b: i1, %zero: f32, %d: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %t = gqgpu.slot_read %r[%full] tile 1 : !ring -> tensor<64x1xf32>
  %u = tensor.extract_slice %t[0, 0] [32, 1] [1, 1] : tensor<64x1xf32> to tensor<32x1xf32>
  // expected-note@+1 {{released here}}
  gqgpu.release %r[%full] : !ring
  // expected-error@+1 {{reads a slot that is already released}}
  gqgpu.store %u, %d[%c0, %c0] : tensor<32x1xf32>, memref<64x1xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @in_a_branch_after_release(%s: memref<?x1xf32>, %i: index, %b: i1, %zero: f32, %d: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %t = gqgpu.slot_read %r[%full] tile 1 : !ring -> tensor<64x1xf32>
  // expected-note@+1 {{released here}}
  gqgpu.release %r[%full] : !ring
  scf.if %b {
    // expected-error@+1 {{reads a slot that is already released}}
    %x = gqgpu.read_scales %r[%full] tile 1 cols %c0 block 64 : !ring -> <1x1xf32, #gqgpu.mma>
    // expected-error@+1 {{reads a slot that is already released}}
    gqgpu.store %t, %d[%c0, %c0] : tensor<64x1xf32>, memref<64x1xf32>
  }
  gqgpu.return
}

// -----

// What is computed from a tile is its own.
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @result_after_release(%s: memref<?x1xf32>, %i: index, %b: i1, %zero: f32, %d: memref<64x1xf32>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.ring_create : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %t = gqgpu.slot_read %r[%full] tile 1 : !ring -> tensor<64x1xf32>
  %e = tensor.empty() : tensor<64x1xf32>
  %u = linalg.add ins(%t, %t : tensor<64x1xf32>, tensor<64x1xf32>) outs(%e : tensor<64x1xf32>) -> tensor<64x1xf32>
  gqgpu.release %r[%full] : !ring
  gqgpu.store %u, %d[%c0, %c0] : tensor<64x1xf32>, memref<64x1xf32>
  gqgpu.return
}
