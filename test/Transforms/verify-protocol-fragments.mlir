// One test for every diagnostic: products in flight.
// RUN: gq-opt %s --gq-verify-protocol --split-input-file --verify-diagnostics

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
!one = !gqgpu.fragment<1x1xf32, #gqgpu.mma>
gqgpu.kernel @read_early(%a: memref<?x128xf8E4M3FN>, %x: f32, %i: index, %d: memref<?x64xf32>) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.commit %r[%slot] : !ring
  %one = gqgpu.splat %x : f32 -> !one
  %acc = gqgpu.splat %x : f32 -> !acc
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  // expected-note@+1 {{the product starts here}}
  %p = gqgpu.mma_async %r[%full] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %i k [0, 128] : !ring -> !acc
  // expected-error@+1 {{reads a product before its mma_wait}}
  %y = gqgpu.promote %p, %one, %one into %acc : !one, !one, !acc
  // expected-error@+1 {{reads a product before its mma_wait}}
  %q = gqgpu.mma_async %r[%full] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %i k [0, 128] reuse %p : !acc : !ring -> !acc
  %w = gqgpu.mma_wait %q : !acc
  gqgpu.release %r[%full] : !ring
  gqgpu.store_fragment %w, %d[%i, %i] : !acc, memref<?x64xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @carried(%a: memref<?x128xf8E4M3FN>, %x: f32, %i: index, %d: memref<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.commit %r[%slot] : !ring
  %acc = gqgpu.splat %x : f32 -> !acc
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %e = scf.for %k = %c0 to %i step %c1 iter_args(%u = %acc) -> (!acc) {
    // expected-error@+1 {{reads a product before its mma_wait}}
    gqgpu.store_fragment %u, %d[%i, %i] : !acc, memref<?x64xf32>
    // expected-note@+1 {{the product starts here}}
    %p = gqgpu.mma_async %r[%full] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %i k [0, 128] : !ring -> !acc
    scf.yield %p : !acc
  }
  %w = gqgpu.mma_wait %e : !acc
  gqgpu.release %r[%full] : !ring
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @given_away(%a: memref<?x128xf8E4M3FN>, %x: f32, %i: index, %d: memref<?x64xf32>) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %p = gqgpu.mma_async %r[%full] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %i k [0, 64] : !ring -> !acc
  %w = gqgpu.mma_wait %p : !acc
  // expected-note@+1 {{given away by reuse here}}
  %q = gqgpu.mma_async %r[%full] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %i k [64, 128] reuse %w : !acc : !ring -> !acc
  %v = gqgpu.mma_wait %q : !acc
  gqgpu.release %r[%full] : !ring
  // expected-error@+1 {{reads a fragment whose registers were given to a product}}
  gqgpu.store_fragment %w, %d[%i, %i] : !acc, memref<?x64xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @released_early(%a: memref<?x128xf8E4M3FN>, %i: index, %d: memref<?x64xf32>) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %p = gqgpu.mma_async %r[%full] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %i k [0, 64] : !ring -> !acc
  %w = gqgpu.mma_wait %p : !acc
  // expected-note@+1 {{the product starts here}}
  %q = gqgpu.mma_async %r[%full] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %i k [64, 128] : !ring -> !acc
  // expected-error@+1 {{releases a slot that a product still reads; expects its mma_wait before}}
  gqgpu.release %r[%full] : !ring
  %v = gqgpu.mma_wait %q : !acc
  gqgpu.store_fragment %v, %d[%i, %i] : !acc, memref<?x64xf32>
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
gqgpu.kernel @never_waited_for(%a: memref<?x128xf8E4M3FN>, %i: index, %never: i1) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.commit %r[%slot] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  gqgpu.release %r[%full] : !ring
  // A product that another's wait completes is useless, but not wrong.
  %next = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
  %other = gqgpu.wait %r[%next] : !ring -> !gqgpu.slot
  %o = gqgpu.mma_async %r[%other] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %i k [0, 64] : !ring -> !acc
  %p = gqgpu.mma_async %r[%other] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %i k [0, 64] : !ring -> !acc
  %w = gqgpu.mma_wait %p : !acc
  gqgpu.release %r[%other] : !ring
  %more = gqgpu.advance %r[%next] : !ring, !gqgpu.cursor
  %last = gqgpu.wait %r[%more] when %never : !ring -> !gqgpu.slot
  // expected-error@+1 {{starts a product that no mma_wait waits for}}
  %q = gqgpu.mma_async %r[%last] tiles (0, 0) by #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32> row %i k [0, 64] : !ring -> !acc
  gqgpu.return
}

// -----

// A sum that goes on is waited for with its last product: its first slot is read until then.
!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma>
#wgmma = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32>
gqgpu.kernel @goes_on(%a: memref<?x128xf8E4M3FN>, %i: index, %d: memref<?x64xf32>) {
  %r = gqgpu.ring_create bytes 8192 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  %n = gqgpu.advance %r[%c] : !ring, !gqgpu.cursor
  %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%slot] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.commit %r[%slot] : !ring
  %more = gqgpu.acquire %r[%n] : !ring -> !gqgpu.slot
  gqgpu.tma_load %a[%i, %i] -> %r[%more] tile 0 : memref<?x128xf8E4M3FN>, !ring
  gqgpu.commit %r[%more] : !ring
  %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
  %next = gqgpu.wait %r[%n] : !ring -> !gqgpu.slot
  // expected-note@+1 {{the product starts here}}
  %p = gqgpu.mma_async %r[%full] tiles (0, 0) by #wgmma row %i k [0, 128] : !ring -> !acc
  %q = gqgpu.mma_async %r[%next] tiles (0, 0) by #wgmma row %i k [0, 128] reuse %p accumulate : !acc : !ring -> !acc
  // expected-error@+1 {{reads a product before its mma_wait}}
  gqgpu.store_fragment %p, %d[%i, %i] : !acc, memref<?x64xf32>
  // expected-error@+1 {{releases a slot that a product still reads; expects its mma_wait before}}
  gqgpu.release %r[%full] : !ring
  %w = gqgpu.mma_wait %q : !acc
  gqgpu.release %r[%next] : !ring
  gqgpu.store_fragment %w, %d[%i, %i] : !acc, memref<?x64xf32>
  gqgpu.return
}
