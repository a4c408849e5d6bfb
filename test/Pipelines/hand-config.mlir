// A config that a person wrote decides what every later pass does.
//
// RUN: sed 's/outs(%init : tensor<?x256xf32>)/& {config = #gq.matmul_config<tile = [128, 128, 128], math_groups = 2, stages = 3, early_wait = false, registers = [24, 240]>}/' %S/Inputs/gemm.mlir > %t.in
// RUN: gq-opt %t.in --gq-lower-to-tiles --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments -o %t.l3
// RUN: FileCheck %s --input-file=%t.l3
// RUN: gq-opt %t.l3 --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s --check-prefix=LLVM

// CHECK: !ring = !gqgpu.ring<3, <128x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128>, <128x1xf32>, <1x1xf32>>
// CHECK: gqgpu.role "math" kind math groups 2 warps 4 registers 240 (%[[GROUP:.*]]) {
// One slab of 64 rows for each group.
// CHECK: %[[ROW:.*]] = arith.muli %[[GROUP]], %c64
// CHECK: gqgpu.tile_loop {{.*}} step [128, 128] persistent
// The loop waits at its start: nothing is rotated.
// CHECK: scf.for
// CHECK-NEXT: %[[SLOT:.*]] = gqgpu.wait %{{.*}} late : !ring
// CHECK-NOT: when
// CHECK: %[[P:.*]] = gqgpu.mma_async %{{.*}}[%[[SLOT]]] tiles(0, 1) by #product row %[[ROW]]
// CHECK-NEXT: gqgpu.mma_wait %[[P]]
// CHECK-NEXT: gqgpu.release %{{.*}}[%[[SLOT]]]
// CHECK-NEXT: gqgpu.promote
// CHECK-NOT: gqgpu.mma_async
// CHECK: gqgpu.role "tma" kind tma warps 1 registers 24
// CHECK: gqgpu.role "copy" kind copy warps 1 registers 24

// LLVM: llvm.func @gemm_matmul
// LLVM-SAME: launch<threads = 384, cluster = 1, shared_memory = {{[0-9]+}}, grid = <[0[0]] -> ((s0 ceildiv 128) * 2), persistent>
// LLVM: nvvm.setmaxregister increase 240
// LLVM-COUNT-1: wgmma.fence.sync.aligned
// LLVM-NOT: wgmma.fence.sync.aligned
// LLVM: nvvm.setmaxregister decrease 24
