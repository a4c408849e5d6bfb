// Products side by side: the columns of a group in parts, or split between groups.
// RUN: gq-opt %S/Inputs/tiles.mlir --gq-pipeline-stages --gq-warp-specialize --gq-split-copies --canonicalize --cse -o %t
// RUN: sed 's/raster = 7>/raster = 7, parts = 2>/' %t | gq-opt --gq-distribute --canonicalize --cse | FileCheck %s --check-prefix=PARTS
// RUN: sed 's/raster = 7>/raster = 7, split = n>/' %t | gq-opt --gq-distribute --canonicalize --cse | FileCheck %s --check-prefix=SPLIT
// RUN: sed 's/raster = 7>/raster = 7, parts = 3>/' %t | not gq-opt --gq-distribute 2>&1 | FileCheck %s --check-prefix=THIRDS
// RUN: sed 's/raster = 7>/raster = 7, parts = 32>/' %t | not gq-opt --gq-distribute 2>&1 | FileCheck %s --check-prefix=NARROW

// One product at a time, each into sums of its own; the parts of a slab have its scales.
// PARTS-DAG: #product = #gqgpu.wgmma<m = 64, n = 64,
// PARTS: gqgpu.role "math" {{.*}} (%[[GROUP:.*]]) {
// PARTS: %[[ROW0:.*]] = arith.muli %[[GROUP]], %c128
// PARTS: %[[ROW1:.*]] = arith.addi %[[ROW0]], %c64
// PARTS: scf.for
// PARTS: %[[COLS0:.*]] = gqgpu.read_scales {{.*}} cols %c0 block 128 : !ring -> <1x1xf32, #gqgpu.mma>
// PARTS: %[[COLS1:.*]] = gqgpu.read_scales {{.*}} cols %c64 block 128 : !ring -> <1x1xf32, #gqgpu.mma>
// PARTS: %[[ROWS0:.*]] = gqgpu.read_scales {{.*}} rows %[[ROW0]] block 1 :
// PARTS: %[[ROWS1:.*]] = gqgpu.read_scales {{.*}} rows %[[ROW1]] block 1 :
// PARTS-NOT: gqgpu.read_scales
// PARTS: gqgpu.mma_async {{.*}} row %[[ROW0]] column %c0 k [0, 128] :
// PARTS: gqgpu.promote %{{.*}}, %[[ROWS0]], %[[COLS0]] into
// PARTS: gqgpu.mma_async {{.*}} row %[[ROW0]] column %c64 k [0, 128] reuse
// PARTS: gqgpu.promote %{{.*}}, %[[ROWS0]], %[[COLS1]] into
// PARTS: gqgpu.mma_async {{.*}} row %[[ROW1]] column %c0 k [0, 128] reuse
// PARTS: gqgpu.promote %{{.*}}, %[[ROWS1]], %[[COLS0]] into
// PARTS: gqgpu.mma_async {{.*}} row %[[ROW1]] column %c64 k [0, 128] reuse
// PARTS: gqgpu.store_fragment %{{.*}}[%[[M0:.*]], %[[J:.*]]]
// PARTS: %[[J1:.*]] = arith.addi %[[J]], %c64
// PARTS: gqgpu.store_fragment %{{.*}}[%[[M0]], %[[J1]]]

// All rows, and half of the columns, are a group's.
// SPLIT: gqgpu.role "math" {{.*}} (%[[GROUP:.*]]) {
// SPLIT: %[[COLUMN:.*]] = arith.muli %[[GROUP]], %c64
// SPLIT: gqgpu.read_scales {{.*}} cols %[[COLUMN]] block 128 :
// SPLIT: gqgpu.mma_async {{.*}} row %c0 column %[[COLUMN]] k [0, 128]
// SPLIT: gqgpu.mma_async {{.*}} row %c64 column %[[COLUMN]] k [0, 128]
// SPLIT: gqgpu.mma_async {{.*}} row %c128 column %[[COLUMN]] k [0, 128]
// SPLIT: gqgpu.mma_async {{.*}} row %c192 column %[[COLUMN]] k [0, 128]
// SPLIT: %[[J:.*]] = arith.addi %{{.*}}, %[[COLUMN]]
// SPLIT: gqgpu.store_fragment %{{.*}}[%{{.*}}, %[[J]]]

// THIRDS: error: 'gq.scaled_matmul' op has 128 columns, which 3 products cannot divide
// NARROW: error: 'gq.scaled_matmul' op has no instruction: expects a multiple of 8 columns, at most 256, in a wgmma, got 4
