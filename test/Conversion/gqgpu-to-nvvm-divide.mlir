// RUN: gq-opt %s --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --split-input-file | FileCheck %s

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 8>
!f = !gqgpu.fragment<8x256xf32, #layout>
!h = !gqgpu.fragment<8x256xbf16, #layout>

// Quotients of elements that are computed at once have one branch, and what comes of
// them is packed before the next. gq-expand-math says eight.
// CHECK-LABEL: llvm.func @divide
// CHECK: llvm.sub %{{.*}} : i32
// CHECK: llvm.or
// CHECK: %[[INSIDE:.*]] = llvm.icmp "ult"
// CHECK: llvm.cond_br %[[INSIDE]], ^[[FAST:.*]], ^[[OUTSIDE:[a-z0-9]*]]
// CHECK: ^[[FAST]]:
// CHECK: %[[R:.*]] = nvvm.rcp.approx.ftz.f %{{.*}} : f32
// CHECK: %[[OFF:.*]] = llvm.intr.fma(%{{.*}}, %[[R]], %{{.*}})
// CHECK: %[[INVERSE:.*]] = llvm.intr.fma(%[[R]], %[[OFF]], %[[R]])
// CHECK: llvm.fmul %{{.*}}, %[[INVERSE]]
// CHECK-COUNT-4: llvm.intr.fma
// CHECK-COUNT-7: nvvm.rcp.approx.ftz.f
// CHECK-NOT: nvvm.rcp
// Divisors beyond that are scaled, by a power of two that the quotients get too.
// CHECK: ^[[OUTSIDE]]:
// CHECK: llvm.cond_br %{{.*}}, ^[[SCALED:.*]], ^[[SLOW:[a-z0-9]*]]
// CHECK: ^[[SCALED]]:
// CHECK: %[[LARGE:.*]] = llvm.fcmp "ogt" %{{.*}}, %{{.*}} : f32
// CHECK: %[[BY:.*]] = llvm.select %[[LARGE]]
// CHECK: %[[WITHIN:.*]] = llvm.fmul %{{.*}}, %[[BY]]
// CHECK: nvvm.rcp.approx.ftz.f %[[WITHIN]]
// CHECK: %[[SUM:.*]] = llvm.intr.fma
// CHECK: llvm.fmul %{{.*}}, %[[BY]]
// CHECK: llvm.select
// CHECK: ^[[SLOW]]:
// CHECK-COUNT-8: llvm.fdiv
// CHECK-NOT: llvm.fdiv
// CHECK-COUNT-8: llvm.fptrunc
gpu.module @m {
gqgpu.kernel @divide(%x: memref<8x256xf32>, %y: memref<8x256xf32>, %z: memref<8x256xbf16>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %a = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<8x256xf32> -> !f
  %b = gqgpu.load_fragment %y[%c0, %c0] map #id : memref<8x256xf32> -> !f
  %q = gqgpu.elementwise (%a, %b) {
  ^bb0(%v: f32, %w: f32):
    %d = arith.divf %v, %w : f32
    %t = arith.truncf %d : f32 to bf16
    gqgpu.yield %t : bf16
  } : (!f, !f) -> (!h)
  gqgpu.store_fragment %q, %z[%c0, %c0] : !h, memref<8x256xbf16>
  gqgpu.return
}
}

// -----

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 8>
!f = !gqgpu.fragment<8x256xf32, #layout>

// What LLVM has its own way for.
// CHECK-LABEL: llvm.func @by_constant
// CHECK-NOT: nvvm.rcp
// CHECK-COUNT-8: llvm.fdiv {{.*}}
// CHECK-NOT: nvvm.rcp
gpu.module @m {
gqgpu.kernel @by_constant(%x: memref<8x256xf32>, %z: memref<8x256xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %five = arith.constant 5.0 : f32
  %a = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<8x256xf32> -> !f
  %q = gqgpu.elementwise (%a) {
  ^bb0(%v: f32):
    %d = arith.divf %v, %five : f32
    gqgpu.yield %d : f32
  } : (!f) -> (!f)
  gqgpu.store_fragment %q, %z[%c0, %c0] : !f, memref<8x256xf32>
  gqgpu.return
}
}
