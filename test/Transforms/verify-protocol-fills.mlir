// One test for every diagnostic: slots that the producer fills.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @never_committed(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{takes a slot that is never committed}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @committed_twice(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  // expected-note@+1 {{committed here}}
  gqgpu.commit %r[%slot] : !ring
  // expected-error@+1 {{commits a slot that is already committed}}
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @committed_twice_in_branches(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  scf.if %b {
    // expected-note@+1 {{committed here}}
    gqgpu.commit %r[%slot] : !ring
  } else {
    gqgpu.commit %r[%slot] : !ring
  }
  // expected-error@+1 {{commits a slot that is already committed}}
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @not_on_every_path(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{takes a slot that is not committed on every path}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  // expected-note@+1 {{only one branch does so}}
  scf.if %b {
    gqgpu.commit %r[%slot] : !ring
  }
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @commit_repeats(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // expected-note@+1 {{the slot is taken here}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  scf.for %k = %c0 to %c2 step %c1 {
    // expected-error@+1 {{repeats for a slot that is taken before the loop}}
    gqgpu.commit %r[%slot] : !ring
  }
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @filled_after_commit(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-note@+1 {{committed here}}
  gqgpu.commit %r[%slot] : !ring
  // expected-error@+1 {{fills a slot that is already committed}}
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @filled_twice(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 16384 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-note@+1 {{filled here}}
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  // expected-error@+1 {{fills tile 0 of a slot for the second time}}
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @never_filled(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{takes a slot whose tile 1 is read but never filled}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %t = gqgpu.slot_read %r[%full] tile 1 : !ring -> tensor<64x1xf32>
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @bytes(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  // expected-note@+1 {{the ring says so here}}
  %r = gqgpu.ring_create bytes 4096 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{expects 4096 bytes, the loads into the slot bring 8192}}
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  // expected-note@+1 {{brings 8192}}
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>
gqgpu.kernel @fills_a_waited_slot(%a: memref<?x128xf8E4M3FN>, %s: memref<?x1xf32>, %i: index, %b: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.copy_load %s[%i, %i] -> %r[%slot] tile 1 : memref<?x1xf32>, !ring
  gqgpu.commit %r[%slot] : !ring
  // expected-note@+1 {{the slot is taken here}}
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-error@+1 {{expects a slot that was acquired, got one that was waited for}}
  gqgpu.copy_load %s[%i, %i] -> %r[%full] tile 1 : memref<?x1xf32>, !ring
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}
