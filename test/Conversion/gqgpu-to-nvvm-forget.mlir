// RUN: gq-opt %s --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[1, 64], chunk = 4>
!x = !gqgpu.fragment<1x256xbf16, #layout>
!f = !gqgpu.fragment<1x256xf32, #layout>

// Both registers of four bf16, and what is computed of them twice.
// CHECK-LABEL: llvm.func @again
// CHECK: %[[X:.*]] = llvm.extractvalue {{.*}}[0]
// CHECK: %[[Y:.*]] = llvm.extractvalue {{.*}}[1]
// CHECK: llvm.shl %[[X]]
// CHECK: llvm.and %[[X]]
// CHECK: llvm.shl %[[Y]]
// CHECK: llvm.and %[[Y]]
// CHECK: nvvm.barrier
// CHECK-NEXT: %[[A:.*]] = llvm.inline_asm has_side_effects {{.*}}"mov.b32 $0, $1;", {{.*}} %[[X]] :
// CHECK-NEXT: %[[B:.*]] = llvm.inline_asm has_side_effects {{.*}}"mov.b32 $0, $1;", {{.*}} %[[Y]] :
// CHECK: llvm.shl %[[A]]
// CHECK: llvm.and %[[A]]
// CHECK: llvm.shl %[[B]]
// CHECK: llvm.and %[[B]]
gpu.module @kernels {
  gqgpu.kernel @again(%x: memref<1x256xbf16>, %y: memref<1x256xf32>) attributes {threads = 64} {
    %c0 = arith.constant 0 : index
    %v = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<1x256xbf16> -> !x
    %a = gqgpu.elementwise(%v) {
    ^bb0(%e: bf16):
      %w = arith.extf %e : bf16 to f32
      %r = arith.mulf %w, %w : f32
      gqgpu.yield %r : f32
    } : (!x) -> !f
    gqgpu.barrier block
    %again = gqgpu.forget %v : !x
    %b = gqgpu.elementwise(%again, %a) {
    ^bb0(%e: bf16, %s: f32):
      %w = arith.extf %e : bf16 to f32
      %r = arith.mulf %w, %s : f32
      gqgpu.yield %r : f32
    } : (!x, !f) -> !f
    gqgpu.store_fragment %b, %y[%c0, %c0] : !f, memref<1x256xf32>
    gqgpu.return
  }
}
