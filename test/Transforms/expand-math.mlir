// RUN: gq-opt %s --gq-expand-math --split-input-file --verify-diagnostics | FileCheck %s

!f = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

// The instruction is a power of two. Other functions become polynomials.
// CHECK-LABEL: gqgpu.kernel @k
// CHECK: gqgpu.elementwise
// CHECK: ^bb0(%[[X:.*]]: f32):
// CHECK: %[[LOG2E:.*]] = arith.constant 1.44269502 : f32
// CHECK: %[[SCALED:.*]] = arith.mulf %[[X]], %[[LOG2E]] : f32
// CHECK: %[[EXP:.*]] = math.exp2 %[[SCALED]] : f32
// CHECK-NOT: math.tanh
// CHECK: math.fma
// CHECK-NOT: math.tanh
// CHECK: gqgpu.yield
gqgpu.kernel @k(%x: memref<64x64xf32>) attributes {threads = 128} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xf32> -> !f
  %g = gqgpu.elementwise(%f) {
  ^bb0(%e: f32):
    %exp = math.exp %e : f32
    %tanh = math.tanh %exp : f32
    gqgpu.yield %tanh : f32
  } : (!f) -> !f
  gqgpu.store_fragment %g, %x[%c0, %c0] : !f, memref<64x64xf32>
  gqgpu.return
}

// Code of the host is none of its business.
// CHECK-LABEL: func.func @host
// CHECK-NEXT: math.exp
func.func @host(%x: f32) -> f32 {
  %y = math.exp %x : f32
  return %y : f32
}

// -----

!h = !gqgpu.fragment<64x64xbf16, #gqgpu.mma>

// Functions of narrow floats are those of f32, rounded once; sums of bf16 have
// an instruction. What flags allow is not made use of.
// CHECK-LABEL: gqgpu.kernel @narrow
// CHECK: ^bb0(%[[X:.*]]: bf16):
// CHECK: arith.addf %[[X]], %[[X]] : bf16
// CHECK: arith.extf {{.*}} : bf16 to f32
// CHECK: %[[ROOT:.*]] = math.sqrt {{.*}} : f32
// CHECK: arith.truncf %[[ROOT]] : f32 to bf16
// CHECK: %[[BYTE:.*]] = arith.truncf {{.*}} : bf16 to f8E5M2
// CHECK: %[[WIDE:.*]] = arith.extf %[[BYTE]] : f8E5M2 to f32
// CHECK: %[[PRODUCT:.*]] = arith.mulf %[[WIDE]], {{.*}} : f32
// CHECK: arith.truncf %[[PRODUCT]] : f32 to f8E5M2
gqgpu.kernel @narrow(%x: memref<64x64xbf16>) attributes {threads = 128} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xbf16> -> !h
  %g = gqgpu.elementwise(%f) {
  ^bb0(%e: bf16):
    %sum = arith.addf %e, %e fastmath<fast> : bf16
    %root = math.sqrt %sum : bf16
    %byte = arith.truncf %root : bf16 to f8E5M2
    %product = arith.mulf %byte, %byte : f8E5M2
    %wide = arith.extf %product : f8E5M2 to bf16
    gqgpu.yield %wide : bf16
  } : (!h) -> !h
  gqgpu.store_fragment %g, %x[%c0, %c0] : !h, memref<64x64xbf16>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

// Another rounding is the nearest, and a step of the bits.
// CHECK-LABEL: gqgpu.kernel @toward_zero
// CHECK: arith.truncf %{{[^ ]*}} : f32 to bf16
// CHECK: arith.cmpf ugt
// CHECK: %[[BACK:.*]] = arith.constant -1 : i16
// CHECK: %[[STEP:.*]] = arith.select %{{.*}}, %[[BACK]]
// CHECK: arith.addi %{{.*}}, %[[STEP]] : i16
// CHECK-NOT: toward_zero
gqgpu.kernel @toward_zero(%x: memref<64x64xf32>) attributes {threads = 128} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xf32> -> !f
  %g = gqgpu.elementwise(%f) {
  ^bb0(%e: f32):
    %narrow = arith.truncf %e toward_zero : f32 to bf16
    %wide = arith.extf %narrow : bf16 to f32
    gqgpu.yield %wide : f32
  } : (!f) -> !f
  gqgpu.store_fragment %g, %x[%c0, %c0] : !f, memref<64x64xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

gqgpu.kernel @remainder(%x: memref<64x64xf32>) attributes {threads = 128} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xf32> -> !f
  %g = gqgpu.elementwise(%f) {
  ^bb0(%e: f32):
    // expected-error@+1 {{'arith.remf' op has no form in kernels: an exact remainder takes a loop for each element}}
    %r = arith.remf %e, %e : f32
    gqgpu.yield %r : f32
  } : (!f) -> !f
  gqgpu.store_fragment %g, %x[%c0, %c0] : !f, memref<64x64xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

gqgpu.kernel @exp_of_f64(%x: memref<64x64xf32>) attributes {threads = 128} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xf32> -> !f
  %g = gqgpu.elementwise(%f) {
  ^bb0(%e: f32):
    %w = arith.extf %e : f32 to f64
    // expected-error@+1 {{'math.exp' op has no form in kernels on 'f64': expects f32, f16, bf16, f8E4M3FN or f8E5M2}}
    %r = math.exp %w : f64
    %n = arith.truncf %r : f64 to f32
    gqgpu.yield %n : f32
  } : (!f) -> !f
  gqgpu.store_fragment %g, %x[%c0, %c0] : !f, memref<64x64xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

gqgpu.kernel @odd_integers(%x: memref<64x64xf32>) attributes {threads = 128} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xf32> -> !f
  %g = gqgpu.elementwise(%f) {
  ^bb0(%e: f32):
    // expected-error@+1 {{'arith.fptosi' op has no form in kernels on 'i24': expects f64, f32, f16, bf16, f8E4M3FN, f8E5M2, f8E8M0FNU, i1, i8, i16, i32, i64 or index}}
    %r = arith.fptosi %e : f32 to i24
    %n = arith.sitofp %r : i24 to f32
    gqgpu.yield %n : f32
  } : (!f) -> !f
  gqgpu.store_fragment %g, %x[%c0, %c0] : !f, memref<64x64xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

gqgpu.kernel @other_dialect(%x: memref<64x64xf32>) attributes {threads = 128} {
  %c0 = arith.constant 0 : index
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> : memref<64x64xf32> -> !f
  %g = gqgpu.elementwise(%f) {
  ^bb0(%e: f32):
    // expected-error@+1 {{'memref.load' op has no form in kernels: expects ops of arith and math}}
    %r = memref.load %x[%c0, %c0] : memref<64x64xf32>
    %n = arith.addf %r, %e : f32
    gqgpu.yield %n : f32
  } : (!f) -> !f
  gqgpu.store_fragment %g, %x[%c0, %c0] : !f, memref<64x64xf32>
  gqgpu.return
}
