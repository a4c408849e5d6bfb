// RUN: gq-opt %S/Inputs/tiles.mlir --gq-pipeline-stages | FileCheck %s
// RUN: sed 's/raster = 7>/raster = 7, early_wait = false>/' %S/Inputs/tiles.mlir | gq-opt --gq-pipeline-stages | FileCheck %s --check-prefix=LATE
// RUN: sed 's/raster = 7>/raster = 7, pause = [2, 1500]>/' %S/Inputs/tiles.mlir | gq-opt --gq-pipeline-stages | FileCheck %s --check-prefix=PAUSE

// A config that wants no early wait is written on the wait.
// LATE: gqgpu.wait %{{.*}}[%{{.*}}] late : !ring
// What the config says of loads before a wait, the kernel says.
// PAUSE: gqgpu.kernel {{.*}}pause = array<i64: 2, 1500>

// As many slots as the config has stages; one tile per load, swizzled if it goes by TMA.
// CHECK: !ring = !gqgpu.ring<3, <256x128xf8E4M3FN, swizzle = 128>, <128x128xf8E4M3FN, swizzle = 128>, <256x1xf32>, <1x1xf32>>
// What comes by TMA is known; who fills it is not.
// CHECK: %[[RING:.*]] = gqgpu.ring_create bytes 49152 : !ring
// CHECK: %[[FILL0:.*]] = gqgpu.cursor
// CHECK: %[[READ0:.*]] = gqgpu.cursor
// Cursors go from tile to tile and from step to step.
// CHECK: gqgpu.tile_loop (%[[I:.*]], %[[J:.*]]) to {{.*}} step [256, 128] raster 7 persistent iter_args(%[[FILL1:.*]] = %[[FILL0]], %[[READ1:.*]] = %[[READ0]]) -> (!gqgpu.cursor, !gqgpu.cursor) {
// CHECK:   %[[LOOP:.*]]:3 = scf.for %[[K:.*]] = {{.*}} iter_args(%[[ACC:.*]] = %{{.*}}, %[[FILL:.*]] = %[[FILL1]], %[[READ:.*]] = %[[READ1]])
// CHECK:     %[[EMPTY:.*]] = gqgpu.acquire %[[RING]][%[[FILL]]] :
// CHECK:     gqgpu.tma_load %arg0[%[[I]], %[[K]]] -> %[[RING]][%[[EMPTY]]] tile 0 {evict = #gqgpu.evict<normal>}
// CHECK:     gqgpu.tma_load %arg1[%[[J]], %[[K]]] -> %[[RING]][%[[EMPTY]]] tile 1
// CHECK:     gqgpu.copy_load %arg2[%[[I]], %{{.*}}] -> %[[RING]][%[[EMPTY]]] tile 2
// CHECK:     gqgpu.copy_load %arg3[%{{.*}}, %{{.*}}] -> %[[RING]][%[[EMPTY]]] tile 3
// CHECK:     gqgpu.commit %[[RING]][%[[EMPTY]]]
// CHECK:     %[[FULL:.*]] = gqgpu.wait %[[RING]][%[[READ]]] : !ring
// CHECK:     %[[A:.*]] = gqgpu.slot_read %[[RING]][%[[FULL]]] tile 0
// CHECK:     %[[B:.*]] = gqgpu.slot_read %[[RING]][%[[FULL]]] tile 1
// CHECK:     %[[P:.*]] = gq.scaled_matmul %[[A]], %[[B]] {{.*}} outs(%[[ACC]]
// CHECK:     gqgpu.release %[[RING]][%[[FULL]]]
// CHECK:     %[[FILL2:.*]] = gqgpu.advance %[[RING]][%[[FILL]]]
// CHECK:     %[[READ2:.*]] = gqgpu.advance %[[RING]][%[[READ]]]
// CHECK:     scf.yield %[[P]], %[[FILL2]], %[[READ2]]
// CHECK:   gqgpu.yield %[[LOOP]]#1, %[[LOOP]]#2
// CHECK-NOT: gqgpu.load
