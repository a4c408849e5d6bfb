// RUN: gq-opt %s --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s

#id = affine_map<(r, c) -> (r, c)>
#layout = #gqgpu.blocked<[8, 32], chunk = 1>
!f = !gqgpu.fragment<8x32xf32, #layout>

// A denormal number is not noticed beside 1 or -2^-100; but beside less than
// that, beside what is not known, and where something else reads it as well.
// CHECK-LABEL: llvm.func @powers
// CHECK: "ex2.approx.ftz.f32
// CHECK: "ex2.approx.ftz.f32
// CHECK-COUNT-3: "ex2.approx.f32
// CHECK-NOT: ex2
gpu.module @m {
gqgpu.kernel @powers(%x: memref<8x32xf32>, %y: memref<8x32xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %a = gqgpu.load_fragment %x[%c0, %c0] map #id : memref<8x32xf32> -> !f
  %r = gqgpu.elementwise (%a) {
  ^bb0(%v: f32):
    %one = arith.constant 1.0 : f32
    %least = arith.constant 0x8D800000 : f32
    %less = arith.constant 0x0D7FFFFF : f32
    %p = math.exp2 %v : f32
    %b = arith.addf %one, %p : f32
    %q = math.exp2 %b : f32
    %c = arith.addf %q, %least : f32
    %s = math.exp2 %c : f32
    %d = arith.addf %s, %less : f32
    %t = math.exp2 %d : f32
    %e = arith.addf %t, %v : f32
    %u = math.exp2 %e : f32
    %g = arith.addf %u, %one : f32
    %h = arith.mulf %g, %u : f32
    gqgpu.yield %h : f32
  } : (!f) -> (!f)
  gqgpu.store_fragment %r, %y[%c0, %c0] : !f, memref<8x32xf32>
  gqgpu.return
}
}
