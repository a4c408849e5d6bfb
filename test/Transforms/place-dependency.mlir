// A kernel that is launched early waits before what it does in global memory, each
// role for itself; the kernel in front lets it begin.
// RUN: gq-opt %s --gq-place-dependency | FileCheck %s
// RUN: gq-opt %s --gq-place-dependency --gq-verify-protocol | gq-opt --gq-place-dependency | FileCheck %s

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>

// Nothing is in front of it that it would run beside.
// CHECK: gqgpu.kernel @first(%arg0: memref<64x128xf32>, %arg1: memref<64x128xf32>) attributes {threads = 128 : i64} {
// CHECK-NEXT: gqgpu.dependency_trigger
// CHECK-NOT: gqgpu.dependency_wait
gqgpu.kernel @first(%x: memref<64x128xf32>, %d: memref<64x128xf32>) attributes {threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %t = gqgpu.load %x[%c0, %c0] : memref<64x128xf32> -> tensor<64x128xf32>
  gqgpu.store %t, %d[%c0, %c0] : tensor<64x128xf32>, memref<64x128xf32>
  gqgpu.return
}

// Sizes, shared memory and barriers are not global memory; neither is the constant.
// CHECK: gqgpu.kernel @second
// CHECK-SAME: attributes {dependent, threads = 128 : i64}
// CHECK-NEXT: gqgpu.dependency_trigger
// CHECK: gqgpu.shared_alloc
// CHECK: memref.dim
// CHECK: gqgpu.load %arg1
// CHECK: gqgpu.barrier block
// CHECK-NEXT: gqgpu.dependency_wait
// CHECK-NEXT: gqgpu.tile_loop
// CHECK-NOT: gqgpu.dependency
gqgpu.kernel @second(%x: memref<?x128xf32>, %w: memref<64x128xf32> {gq.constant}, %d: memref<64x128xf32>)
    attributes {threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %s = gqgpu.shared_alloc : !gqgpu.tile<1x4xf32>
  %n = memref.dim %x, %c0 : memref<?x128xf32>
  %c = gqgpu.load %w[%c0, %c0] : memref<64x128xf32> -> tensor<64x128xf32>
  gqgpu.barrier block
  gqgpu.tile_loop (%i) to (%n) step [64] {
    %t = gqgpu.load %x[%i, %c0] : memref<?x128xf32> -> tensor<64x128xf32>
    gqgpu.store %c, %d[%i, %c0] : tensor<64x128xf32>, memref<64x128xf32>
  }
  gqgpu.return
}

// Of roles those wait that have something to wait for; no trigger, for nothing is
// launched early behind it.
// CHECK: gqgpu.kernel @third
// CHECK-SAME: dependent
// CHECK-NOT: gqgpu.dependency_trigger
// CHECK: gqgpu.warp_specialize
// CHECK: gqgpu.role "math"
// CHECK-NOT: gqgpu.dependency_wait
// CHECK: gqgpu.release
// CHECK-NEXT: gqgpu.dependency_wait
// CHECK-NEXT: gqgpu.store_fragment
// CHECK: gqgpu.role "tma"
// CHECK-NEXT: gqgpu.acquire
// CHECK-NEXT: gqgpu.dependency_wait
// CHECK-NEXT: gqgpu.tma_load
// CHECK: gqgpu.role "copy"
// CHECK-NOT: gqgpu.dependency_wait
// CHECK: gqgpu.copy_load
// CHECK-NOT: gqgpu.dependency_wait
// CHECK: gqgpu.return
gqgpu.kernel @third(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32> {gq.constant}, %d: memref<64x128xf32>)
    attributes {threads = 256 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma", "copy"] arrivals 33 consumed_by ["math"] arrivals 4 : !ring
  %c = gqgpu.cursor : !gqgpu.cursor
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
      %v = gqgpu.splat %zero : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
      gqgpu.release %r[%full] : !ring
      gqgpu.store_fragment %v, %d[%c0, %c0] : !gqgpu.fragment<64x128xf32, #gqgpu.mma>, memref<64x128xf32>
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
    gqgpu.role "copy" kind copy warps 1 registers 40 {
      %slot = gqgpu.acquire %r[%c] : !ring -> !gqgpu.slot
      gqgpu.copy_load %s[%c0, %c0] -> %r[%slot] tile 1 : memref<64x1xf32>, !ring
      gqgpu.commit %r[%slot] : !ring
    }
  }
  gqgpu.return
}

// What is read for all roles is behind a wait of all threads.
// CHECK: gqgpu.kernel @for_all
// CHECK: gqgpu.dependency_wait
// CHECK-NEXT: gqgpu.load_scalar
// CHECK: gqgpu.warp_specialize
// CHECK-NOT: gqgpu.dependency_wait
// CHECK: gqgpu.return
gqgpu.kernel @for_all(%g: memref<8xi32>, %d: memref<64x128xf32>) attributes {threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = gqgpu.load_scalar %g[%c0] : memref<8xi32>
  %i = arith.index_cast %n : i32 to index
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%group) {
      %v = gqgpu.splat %zero : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
      gqgpu.store_fragment %v, %d[%i, %c0] : !gqgpu.fragment<64x128xf32, #gqgpu.mma>, memref<64x128xf32>
    }
  }
  gqgpu.return
}

// One that touches nothing ends behind the one in front all the same.
// CHECK: gqgpu.kernel @idle
// CHECK: gqgpu.dependency_wait
// CHECK-NEXT: gqgpu.return
gqgpu.kernel @idle(%d: memref<8xf32>) {
  gqgpu.return
}

// Waits that are there stay where they are.
// CHECK: gqgpu.kernel @by_hand
// CHECK: gqgpu.dependency_wait
// CHECK-NEXT: gqgpu.barrier block
// CHECK-NOT: gqgpu.dependency_wait
// CHECK: gqgpu.return
gqgpu.kernel @by_hand(%x: memref<64x128xf32>, %d: memref<64x128xf32>) attributes {dependent, threads = 128 : i64} {
  %c0 = arith.constant 0 : index
  gqgpu.dependency_wait
  gqgpu.barrier block
  %t = gqgpu.load %x[%c0, %c0] : memref<64x128xf32> -> tensor<64x128xf32>
  gqgpu.store %t, %d[%c0, %c0] : tensor<64x128xf32>, memref<64x128xf32>
  gqgpu.return
}

func.func @f(%x: tensor<64x128xf32>, %a: tensor<64x128xf8E4M3FN>, %w: tensor<64x128xf32> {gq.constant},
             %s: tensor<64x1xf32> {gq.constant}, %g: tensor<8xi32>) -> tensor<64x128xf32> {
  %e = tensor.empty() : tensor<64x128xf32>
  %q = gqgpu.launch @first ins(%x : tensor<64x128xf32>) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
  %c = tensor.cast %q : tensor<64x128xf32> to tensor<?x128xf32>
  %e1 = tensor.empty() : tensor<64x128xf32>
  %p = gqgpu.launch dependent @second ins(%c, %w : tensor<?x128xf32>, tensor<64x128xf32>) outs(%e1 : tensor<64x128xf32>) -> tensor<64x128xf32>
  %e2 = tensor.empty() : tensor<64x128xf32>
  %o = gqgpu.launch dependent @third ins(%a, %s : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) outs(%e2 : tensor<64x128xf32>) -> tensor<64x128xf32>
  return %o : tensor<64x128xf32>
}

// The caller's next kernel may be one that begins early.
func.func @callers(%g: tensor<8xi32>, %x: tensor<64x128xf32>) -> tensor<64x128xf32>
    attributes {gq.dependent_launch = "callers"} {
  %e = tensor.empty() : tensor<64x128xf32>
  %q = gqgpu.launch dependent @for_all ins(%g : tensor<8xi32>) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
  %d = tensor.empty() : tensor<8xf32>
  %i = gqgpu.launch dependent @idle outs(%d : tensor<8xf32>) -> tensor<8xf32>
  %o = gqgpu.launch dependent @by_hand ins(%x : tensor<64x128xf32>) outs(%e : tensor<64x128xf32>) -> tensor<64x128xf32>
  return %o : tensor<64x128xf32>
}
