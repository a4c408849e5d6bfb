// RUN: gq-opt %s --gq-expand-tile-loops --cse | FileCheck %s

// Tile numbers from the thread block on, in steps of the grid; the last dimension
// changes first. The kernel says how many tiles there are.
// CHECK-LABEL: gqgpu.kernel @plain
// CHECK-SAME: (%[[X:.*]]: memref<?x64xf32>)
// CHECK-SAME: grid = #gqgpu.grid<[0[0]] -> ((s0 ceildiv 8) * 2)>
// CHECK-DAG: %[[M:.*]] = memref.dim %[[X]]
// CHECK-DAG: %[[UP:.*]] = arith.addi %[[M]], %c7
// CHECK-DAG: %[[ROWS:.*]] = arith.divui %[[UP]], %c8
// CHECK-DAG: %[[PART:.*]] = arith.muli %c1{{.*}}, %[[ROWS]]
// CHECK-DAG: %[[COLS:.*]] = arith.divui %{{.*}}, %c32
// CHECK-DAG: %[[TILES:.*]] = arith.muli %[[PART]], %[[COLS]]
// CHECK-DAG: %[[BLOCK:.*]] = gpu.block_id x
// CHECK-DAG: %[[GRID:.*]] = gpu.grid_dim x
// CHECK: %[[R:.*]] = scf.for %[[T:.*]] = %[[BLOCK]] to %[[TILES]] step %[[GRID]] iter_args(%[[A:.*]] = %[[M]]) -> (index) {
// CHECK-NEXT: %[[COL:.*]] = arith.remui %[[T]], %[[COLS]]
// CHECK-NEXT: %[[ROW:.*]] = arith.divui %[[T]], %[[COLS]]
// CHECK-NEXT: %[[I:.*]] = arith.muli %[[ROW]], %c8
// CHECK-NEXT: %[[J:.*]] = arith.muli %[[COL]], %c32
// CHECK-NEXT: memref.store %{{.*}}, %[[X]][%[[I]], %[[J]]]
// CHECK-NEXT: scf.yield %[[I]] : index
// CHECK: memref.dim %[[X]], %[[R]]
gqgpu.kernel @plain(%x: memref<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %c64 = arith.constant 64 : index
  %one = arith.constant 1.0 : f32
  %m = memref.dim %x, %c0 : memref<?x64xf32>
  %r = gqgpu.tile_loop (%i, %j) to (%m, %c64) step [8, 32] iter_args(%a = %m) -> (index) {
    memref.store %one, %x[%i, %j] : memref<?x64xf32>
    gqgpu.yield %i : index
  }
  %d = memref.dim %x, %r : memref<?x64xf32>
  memref.store %one, %x[%d, %d] : memref<?x64xf32>
  gqgpu.return
}

// Bands of three rows, the last one lower. A cluster shares a tile.
// CHECK-LABEL: gqgpu.kernel @banded
// CHECK-SAME: cluster = 2 : i64, grid = #gqgpu.grid<[0[0], 0[1]] -> ((s0 ceildiv 8) * (s1 ceildiv 32)), persistent>
// CHECK-DAG: %[[FIRST:.*]] = arith.divui %block_id_x, %c2
// CHECK-DAG: %[[STRIDE:.*]] = arith.divui %grid_dim_x, %c2
// CHECK: scf.for %[[T:.*]] = %[[FIRST]] to %{{.*}} step %[[STRIDE]]
// CHECK: %[[PER:.*]] = arith.muli %c3, %[[COLS:.*]] : index
// CHECK: %[[BAND:.*]] = arith.divui %[[T]], %[[PER]]
// CHECK: %[[TOP:.*]] = arith.muli %[[BAND]], %c3
// CHECK: %[[BEFORE:.*]] = arith.muli %[[BAND]], %[[PER]]
// CHECK: %[[WITHIN:.*]] = arith.subi %[[T]], %[[BEFORE]]
// CHECK: %[[LEFT:.*]] = arith.subi %{{.*}}, %[[TOP]]
// CHECK: %[[HEIGHT:.*]] = arith.minui %c3, %[[LEFT]]
// CHECK: %[[COL:.*]] = arith.divui %[[WITHIN]], %[[HEIGHT]]
// CHECK: %[[ABOVE:.*]] = arith.muli %[[COL]], %[[HEIGHT]]
// CHECK: %[[ROW:.*]] = arith.subi %[[WITHIN]], %[[ABOVE]]
// CHECK: arith.addi %[[TOP]], %[[ROW]]
gqgpu.kernel @banded(%x: memref<?x?xf32>) attributes {threads = 256, cluster = 2} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %m = memref.dim %x, %c0 : memref<?x?xf32>
  %n = memref.dim %x, %c1 : memref<?x?xf32>
  gqgpu.tile_loop (%i, %j) to (%m, %n) step [8, 32] raster 3 persistent {
    memref.store %one, %x[%i, %j] : memref<?x?xf32>
  }
  gqgpu.return
}

// Bounds are any arithmetic on sizes; loops that go over the same tiles say it
// once.
// CHECK-LABEL: gqgpu.kernel @bounds
// CHECK-SAME: grid = #gqgpu.grid<[0[0], 1[0]] -> (((s0 ceildiv 128 + s1 floordiv 2 - 3) ceildiv 4) * ((s0 * s1) mod 7))>
// CHECK-NOT: tile_loop
gqgpu.kernel @bounds(%x: memref<?x64xf32>, %y: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c7 = arith.constant 7 : index
  %one = arith.constant 1.0 : f32
  %m = memref.dim %x, %c0 : memref<?x64xf32>
  %n = memref.dim %y, %c0 : memref<?xf32>
  %blocks = affine.apply affine_map<()[s0] -> (s0 ceildiv 128)>()[%m]
  %half = arith.divui %n, %c2 : index
  %sum = arith.addi %blocks, %half : index
  %a = arith.subi %sum, %c3 : index
  %product = arith.muli %m, %n : index
  %b = arith.remui %product, %c7 : index
  gqgpu.tile_loop (%i, %j) to (%a, %b) step [4, 1] {
    memref.store %one, %x[%i, %j] : memref<?x64xf32>
  }
  gqgpu.tile_loop (%i, %j) to (%a, %b) step [4, 1] raster 2 {
    memref.store %one, %x[%i, %j] : memref<?x64xf32>
  }
  gqgpu.return
}

// A kernel that finds its tiles itself is left alone.
// CHECK-LABEL: gqgpu.kernel @none
// CHECK-SAME: grid = #gqgpu.grid<[] -> (4)>
gqgpu.kernel @none(%x: memref<?xf32>) attributes {grid = #gqgpu.grid<[] -> (4)>} {
  gqgpu.return
}

// The thread blocks of a cluster have tiles beside one another: numbers are those of
// groups of tiles, whose sizes are multiples.
// CHECK-LABEL: gqgpu.kernel @pairs
// CHECK-SAME: grid = #gqgpu.grid<[0[0], 0[1]] -> ((s0 ceildiv 8) * (s1 ceildiv 64)), persistent>
// CHECK-DAG: %[[UP:.*]] = arith.addi %{{.*}}, %c63
// CHECK-DAG: %[[COLS:.*]] = arith.divui %[[UP]], %c64
// CHECK-DAG: %[[RANK:.*]] = arith.remui %block_id_x, %c2
// CHECK-DAG: %[[FIRST:.*]] = arith.divui %block_id_x, %c2
// CHECK-DAG: %[[STRIDE:.*]] = arith.divui %grid_dim_x, %c2
// CHECK: scf.for %[[T:.*]] = %[[FIRST]] to %{{.*}} step %[[STRIDE]]
// CHECK: %[[PAIR:.*]] = arith.remui %[[T]], %[[COLS]]
// CHECK: %[[ROW:.*]] = arith.divui %[[T]], %[[COLS]]
// CHECK: %[[LEFT:.*]] = arith.muli %[[PAIR]], %c2
// CHECK: %[[COL:.*]] = arith.addi %[[LEFT]], %[[RANK]]
// CHECK: %[[I:.*]] = arith.muli %[[ROW]], %c8
// CHECK: %[[J:.*]] = arith.muli %[[COL]], %c32
// CHECK: memref.store %{{.*}}, %{{.*}}[%[[I]], %[[J]]]
gqgpu.kernel @pairs(%x: memref<?x?xf32>) attributes {threads = 256, cluster = 2, cluster_tiles = array<i64: 1, 2>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %m = memref.dim %x, %c0 : memref<?x?xf32>
  %n = memref.dim %x, %c1 : memref<?x?xf32>
  gqgpu.tile_loop (%i, %j) to (%m, %n) step [8, 32] persistent {
    memref.store %one, %x[%i, %j] : memref<?x?xf32>
  }
  gqgpu.return
}

// Squares of four, the last dimension fastest.
// CHECK-LABEL: gqgpu.kernel @squares
// CHECK-SAME: grid = #gqgpu.grid<[0[0], 0[1]] -> ((s0 ceildiv 16) * (s1 ceildiv 64))>
// CHECK: %[[RANK:.*]] = arith.remui %block_id_x, %c4
// CHECK: scf.for
// CHECK: %[[SIDE:.*]] = arith.remui %[[RANK]], %c2
// CHECK: %[[DOWN:.*]] = arith.divui %[[RANK]], %c2
// CHECK: arith.addi %{{.*}}, %[[SIDE]]
// CHECK: arith.addi %{{.*}}, %[[DOWN]]
gqgpu.kernel @squares(%x: memref<?x?xf32>) attributes {threads = 256, cluster = 4, cluster_tiles = array<i64: 2, 2>} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %m = memref.dim %x, %c0 : memref<?x?xf32>
  %n = memref.dim %x, %c1 : memref<?x?xf32>
  gqgpu.tile_loop (%i, %j) to (%m, %n) step [8, 32] {
    memref.store %one, %x[%i, %j] : memref<?x?xf32>
  }
  gqgpu.return
}

// The first one that is a thread block's, then those that the other turns leave. There
// are as many thread blocks as for all tiles.
// CHECK-LABEL: gqgpu.kernel @turns
// CHECK-SAME: grid = #gqgpu.grid<[0[0]] -> (s0 ceildiv 8), persistent>
// CHECK-DAG: %[[BLOCK:.*]] = gpu.block_id x
// CHECK-DAG: %[[GRID:.*]] = gpu.grid_dim x
// CHECK: %[[STEP:.*]] = arith.muli %[[GRID]], %c3{{.*}} : index
// CHECK: scf.for %{{.*}} = %[[BLOCK]] to %[[TILES:.*]] step %[[STEP]] {
// CHECK: %[[PAST:.*]] = arith.muli %[[GRID]], %c2{{.*}} : index
// CHECK: %[[FIRST:.*]] = arith.addi %[[BLOCK]], %[[PAST]] : index
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %[[TILES]] step %[[STEP]] {
gqgpu.kernel @turns(%x: memref<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %m = memref.dim %x, %c0 : memref<?x64xf32>
  gqgpu.tile_loop (%i) to (%m) step [8] persistent turn 0 of 3 {
    memref.store %one, %x[%i, %i] : memref<?x64xf32>
  }
  gqgpu.tile_loop (%i) to (%m) step [8] persistent turn 2 of 3 {
    memref.store %one, %x[%i, %i] : memref<?x64xf32>
  }
  gqgpu.return
}

// Shares of a thread block: the end of a tile that others began, whole tiles, the rest of its
// range. The same numbers as sharesOf(): unittests/GQGPU/TileSharesTest.cpp.
// CHECK-LABEL: gqgpu.kernel @cut
// CHECK-SAME: grid = #gqgpu.grid<[0[0]] -> ((s0 ceildiv 8) * 4, 132), persistent>
// CHECK-DAG: %[[BLOCK:.*]] = gpu.block_id x
// CHECK-DAG: %[[GRID:.*]] = gpu.grid_dim x
// CHECK: %[[WAVES:.*]] = arith.divui %{{.*}}, %[[GRID]]
// CHECK: scf.for %[[SHARE:.*]] = %c0{{.*}} to %{{.*}} step %c1{{.*}} iter_args(%[[V:.*]] = %{{.*}})
// CHECK: %[[OWNS:.*]] = arith.cmpi eq, %[[FIRST:.*]], %c0
// CHECK: %[[AT:.*]] = arith.muli %{{.*}}, %c8
// CHECK: scf.if %[[OWNS]] {
// CHECK-NEXT: memref.store %{{.*}}, %{{.*}}[%[[AT]], %[[FIRST]]]
gqgpu.kernel @cut(%x: memref<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %m = memref.dim %x, %c0 : memref<?x64xf32>
  %r = gqgpu.tile_loop (%i) to (%m) step [8] persistent cut (%first, %last, %range, %end, %owns) of 4 among 132 iter_args(%v = %c0) -> (index) {
    scf.if %owns {
      memref.store %one, %x[%i, %first] : memref<?x64xf32>
    }
    gqgpu.yield %last : index
  }
  gqgpu.return
}
// As many thread blocks for each multiprocessor as it has room for; without `persistent` one for
// each tile.
// CHECK-LABEL: gqgpu.kernel @two_each
// CHECK-SAME: grid = #gqgpu.grid<[0[0]] -> (s0 ceildiv 8), persistent 2>, occupancy = 2 : i64
gqgpu.kernel @two_each(%x: memref<?xf32>) attributes {occupancy = 2 : i64} {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %m = memref.dim %x, %c0 : memref<?xf32>
  gqgpu.tile_loop (%i) to (%m) step [8] persistent {
    memref.store %one, %x[%i] : memref<?xf32>
  }
  gqgpu.return
}
// CHECK-LABEL: gqgpu.kernel @one_tile_each
// CHECK-SAME: grid = #gqgpu.grid<[0[0]] -> (s0 ceildiv 8)>, occupancy = 2 : i64
gqgpu.kernel @one_tile_each(%x: memref<?xf32>) attributes {occupancy = 2 : i64} {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f32
  %m = memref.dim %x, %c0 : memref<?xf32>
  gqgpu.tile_loop (%i) to (%m) step [8] {
    memref.store %one, %x[%i] : memref<?xf32>
  }
  gqgpu.return
}
