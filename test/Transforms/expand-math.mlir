// RUN: gq-opt %s --gq-expand-math | FileCheck %s

!f = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

// The instruction is a power of two. Other functions become polynomials.
// CHECK-LABEL: gqgpu.kernel @k
// CHECK-DAG: %[[LOG2E:.*]] = arith.constant 1.44269502 : f32
// CHECK: gqgpu.elementwise
// CHECK: ^bb0(%[[X:.*]]: f32):
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
