// A kernel over the tiles of a batch on its way to roles: a number from memory is
// read by each role that uses it, stores end inside of tiles.
// RUN: gq-opt %S/Inputs/numbers.mlir --gq-promote-tma | FileCheck %s --check-prefix=PATHS
// RUN: gq-opt %S/Inputs/numbers.mlir --gq-promote-tma --remarks-filter=gq-promote-tma -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: gq-opt %S/Inputs/numbers.mlir --gq-promote-tma --gq-pipeline-stages --gq-warp-specialize --canonicalize --cse | FileCheck %s --check-prefix=ROLES
// RUN: gq-opt %S/Inputs/numbers.mlir --gq-promote-tma --gq-pipeline-stages --gq-warp-specialize --gq-split-copies --gq-verify-protocol --canonicalize --cse | FileCheck %s --check-prefix=SPLIT

// TMA writes whole boxes, so threads store what ends before.
// PATHS: gqgpu.load %arg1[{{.*}}] {evict = #gqgpu.evict<{{.*}}>, path = #gqgpu.path<tma>
// PATHS: gqgpu.store %{{.*}} ends [0](%{{.*}}) {path = #gqgpu.path<copy>}
// REMARK: [Missed] tma | Category:gq-promote-tma | Remark="result ends before its tensor does; stored by threads"

// ROLES: gqgpu.role "math"
// ROLES-NOT: gqgpu.load_scalar
// ROLES: gqgpu.store %{{.*}} ends [0](%{{.*}}) {path = #gqgpu.path<copy>}
// ROLES: gqgpu.role "fill"
// ROLES:   gqgpu.tile_loop (%[[S:.*]], %{{.*}}, %{{.*}}) to (%c3, %c100, %c96) step [1, 64, 64] persistent
// ROLES:     %[[N:.*]] = gqgpu.load_scalar %arg0[%[[S]]] : memref<3xi32>
// ROLES-NOT: gqgpu.store

// Copies of scales need no number.
// SPLIT: gqgpu.role "math"
// SPLIT-NOT: gqgpu.load_scalar
// SPLIT: gqgpu.role "tma"
// SPLIT: gqgpu.load_scalar %arg0[%{{.*}}] : memref<3xi32>
// SPLIT: gqgpu.role "copy"
// SPLIT-NOT: gqgpu.load_scalar
