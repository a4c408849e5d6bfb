// RUN: gq-opt %s --gq-expand-parts | gq-opt | FileCheck %s
// RUN: gq-opt %s --gq-expand-parts --remarks-filter=gq-expand-parts -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

!slab = !gqgpu.fragment<64x64xf32, #gqgpu.mma>

// All slabs of a group are published by one flag of each warp, and awaited once.
// REMARK: [Passed] parts {{.*}}"role math adds up the parts of a tile in global memory"
// CHECK-LABEL: gqgpu.kernel @slabs
// CHECK-SAME: %[[P:[a-z0-9]*]]: memref<8x16384xf32>, %[[F:[a-z0-9]*]]: memref<1x64xi32>
// CHECK: gqgpu.role "math" {{.*}} (%[[G:.*]]) {
// CHECK: cut (%{{.*}}, %{{.*}}, %[[RANGE:.*]], %[[END:.*]], %[[OWNS:.*]]) of 4 among 8
// CHECK: %[[A:.*]] = gqgpu.splat
// CHECK: %[[B:.*]] = gqgpu.splat
// CHECK: %[[FIRST:.*]] = arith.muli %[[G]], %c8192
// CHECK: %[[AT0:.*]] = arith.addi %[[FIRST]], %c0
// CHECK: %[[AT1:.*]] = arith.addi %[[FIRST]], %c4096
// CHECK: %[[GROUP:.*]] = arith.muli %[[G]], %c4
// CHECK: %[[OTHER:.*]] = arith.xori %[[OWNS]], %true
// CHECK: scf.if %[[OTHER]] {
// CHECK-NEXT: gqgpu.store_part %[[A]] into %[[P]][%[[RANGE]], %[[AT0]]]
// CHECK-NEXT: gqgpu.store_part %[[B]] into %[[P]][%[[RANGE]], %[[AT1]]]
// CHECK: %[[BEFORE:.*]] = arith.muli %[[RANGE]], %c8
// CHECK-NEXT: %[[FLAG:.*]] = arith.addi %[[BEFORE]], %[[GROUP]]
// CHECK-NEXT: gqgpu.publish_part %[[F]][%[[FLAG]]]
// CHECK-NEXT: }
// CHECK: %[[NEXT:.*]] = arith.addi %[[RANGE]], %c1
// CHECK: %[[ALL:.*]]:2 = scf.for %[[R:.*]] = %[[NEXT]] to %[[END]] step %c1{{.*}} iter_args(%[[X:.*]] = %[[A]], %[[Y:.*]] = %[[B]])
// CHECK: %[[BEFORE:.*]] = arith.muli %[[R]], %c8
// CHECK-NEXT: %[[FLAG:.*]] = arith.addi %[[BEFORE]], %[[GROUP]]
// CHECK-NEXT: gqgpu.await_part %[[R]] by %[[F]][%[[FLAG]]]
// CHECK-NEXT: %[[U:.*]] = gqgpu.add_part %[[X]], %[[P]][%[[R]], %[[AT0]]]
// CHECK-NEXT: %[[V:.*]] = gqgpu.add_part %[[Y]], %[[P]][%[[R]], %[[AT1]]]
// CHECK-NEXT: scf.yield %[[U]], %[[V]]
// CHECK: scf.if %[[OWNS]] {
// CHECK-NEXT: gqgpu.store_fragment %[[ALL]]#0
// CHECK-NEXT: gqgpu.store_fragment %[[ALL]]#1
gqgpu.kernel @slabs(%z: f32, %d: memref<?x64xf32>, %parts: memref<8x16384xf32>, %flags: memref<1x64xi32>, %m: index, %n: index)
    attributes {cluster = 1 : i64, threads = 384 : i64} {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      gqgpu.tile_loop (%i, %j) to (%m, %n) step [256, 64] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
        %top = gqgpu.splat %z : f32 -> !slab
        %bottom = gqgpu.splat %z : f32 -> !slab
        %sum:2 = gqgpu.combine_parts %range to %end if %owns through %parts, %flags(%top, %bottom) : memref<8x16384xf32>, memref<1x64xi32>, !slab, !slab
        scf.if %owns {
          gqgpu.store_fragment %sum#0, %d[%i, %j] : !slab, memref<?x64xf32>
          gqgpu.store_fragment %sum#1, %d[%i, %j] : !slab, memref<?x64xf32>
        }
      }
    }
  }
  gqgpu.return
}
