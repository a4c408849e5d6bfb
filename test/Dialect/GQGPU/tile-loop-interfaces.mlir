// What upstream knows of loops, it knows of a tile loop.
// RUN: gq-opt %s --loop-invariant-code-motion | FileCheck %s --check-prefix=LICM
// RUN: gq-opt %s --canonicalize | FileCheck %s --check-prefix=CANON
// RUN: gq-opt %s --sccp | FileCheck %s --check-prefix=SCCP
// RUN: gq-opt %s --remove-dead-values | FileCheck %s --check-prefix=DEAD

// What does not depend on the tile leaves the loop; results and what is carried
// stay as they are, and so does what depends on the tile.
// LICM-LABEL: gqgpu.kernel @invariant
// LICM-SAME: (%[[M:.*]]: index, %[[N:.*]]: index, %{{.*}}: memref<?xindex>)
// LICM: %[[SUM:.*]] = arith.addi %[[M]], %[[N]]
// LICM: %[[R:.*]] = gqgpu.tile_loop (%[[I:.*]]) to (%[[M]]) step [8] iter_args(%[[A:.*]] = %[[N]]) -> (index) {
// LICM-NEXT: %[[NEXT:.*]] = arith.addi %[[I]], %[[SUM]]
// LICM-NEXT: %[[BOTH:.*]] = arith.addi %[[NEXT]], %[[A]]
// LICM-NEXT: gqgpu.yield %[[BOTH]] : index
// LICM: memref.store %[[R]]
gqgpu.kernel @invariant(%m: index, %n: index, %out: memref<?xindex>) {
  %c0 = arith.constant 0 : index
  %r = gqgpu.tile_loop (%i) to (%m) step [8] iter_args(%a = %n) -> (index) {
    %sum = arith.addi %m, %n : index
    %next = arith.addi %i, %sum : index
    %both = arith.addi %next, %a : index
    gqgpu.yield %both : index
  }
  memref.store %r, %out[%c0] : memref<?xindex>
  gqgpu.return
}

// A value that every tile hands on unchanged is not carried, and one that nothing
// reads need not be. The bounds stay with the loop.
// CANON-LABEL: gqgpu.kernel @unused
// CANON-SAME: (%[[M:.*]]: index, %[[N:.*]]: index, %{{.*}}: memref<?xindex>)
// CANON: %[[R:.*]]:2 = gqgpu.tile_loop (%[[I:.*]], %{{.*}}) to (%[[M]], %[[N]]) step [8, 4] raster 2 persistent iter_args(%[[A:.*]] = %[[N]], %[[D:.*]] = %c0) -> (index, index) {
// CANON-NEXT: %[[S:.*]] = arith.addi %[[A]], %[[M]]
// CANON-NEXT: %[[E:.*]] = arith.addi %[[D]], %[[I]]
// CANON-NEXT: gqgpu.yield %[[S]], %[[E]] : index, index
// CANON: memref.store %[[R]]#0
// CANON: memref.store %[[M]]

// DEAD-LABEL: gqgpu.kernel @unused
// DEAD-SAME: (%[[M:.*]]: index, %[[N:.*]]: index, %{{.*}}: memref<?xindex>)
// DEAD: %[[R:.*]] = gqgpu.tile_loop (%{{.*}}, %{{.*}}) to (%[[M]], %[[N]]) step [8, 4] raster 2 persistent iter_args(%[[A:.*]] = %[[N]]) -> (index) {
// DEAD-NEXT: %[[S:.*]] = arith.addi %[[A]], %[[M]]
// DEAD: gqgpu.yield %[[S]] : index
// DEAD: memref.store %[[R]]
gqgpu.kernel @unused(%m: index, %n: index, %out: memref<?xindex>) {
  %c0 = arith.constant 0 : index
  %r:3 = gqgpu.tile_loop (%i, %j) to (%m, %n) step [8, 4] raster 2 persistent
      iter_args(%same = %m, %a = %n, %dead = %c0) -> (index, index, index) {
    %s = arith.addi %a, %same : index
    %d = arith.addi %dead, %i : index
    gqgpu.yield %same, %s, %d : index, index, index
  }
  memref.store %r#1, %out[%c0] : memref<?xindex>
  memref.store %r#0, %out[%c0] : memref<?xindex>
  gqgpu.return
}

// A constant that goes round is a constant inside and after the loop.
// SCCP-LABEL: gqgpu.kernel @constant
// SCCP: %[[C8:.*]] = arith.constant 8 : index
// SCCP: gqgpu.tile_loop
// SCCP: memref.store %{{.*}}, %{{.*}}[%[[C8]]]
gqgpu.kernel @constant(%m: index, %out: memref<?xindex>) {
  %c4 = arith.constant 4 : index
  %c8 = arith.constant 8 : index
  gqgpu.tile_loop (%i) to (%m) step [8] iter_args(%a = %c4) -> (index) {
    %at = arith.addi %a, %c4 : index
    memref.store %i, %out[%at] : memref<?xindex>
    gqgpu.yield %a : index
  }
  gqgpu.return
}
