// One test for every diagnostic: tile loops and roles.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects one upper bound per tile index, got 1 for 2}}
  gqgpu.tile_loop (%i, %j) to (%n) step [1, 1] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expected 'to'}}
  gqgpu.tile_loop (%i) upto (%n) step [1] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expected 'step'}}
  gqgpu.tile_loop (%i) to (%n) by [1] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expected '['}}
  gqgpu.tile_loop (%i) to (%n) step 1 { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expected integer value}}
  gqgpu.tile_loop (%i) to (%n) step [1] raster wide { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expected integer value}}
  gqgpu.tile_loop (%i) to (%n) step [1] persistent turn first of 2 { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expected 'of'}}
  gqgpu.tile_loop (%i) to (%n) step [1] persistent turn 1 { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expected integer value}}
  gqgpu.tile_loop (%i) to (%n) step [1] persistent turn 1 of { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects from 1 to 32 turns, got 0}}
  gqgpu.tile_loop (%i) to (%n) step [1] persistent turn 0 of 0 { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects from 1 to 32 turns, got 33}}
  gqgpu.tile_loop (%i) to (%n) step [1] persistent turn 0 of 33 { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects a turn from 0 to 1, got 2}}
  gqgpu.tile_loop (%i) to (%n) step [1] persistent turn 2 of 2 { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects a turn from 0 to 1, got -1}}
  gqgpu.tile_loop (%i) to (%n) step [1] persistent turn -1 of 2 { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{takes turns, expects to be persistent: else a thread block has one tile}}
  gqgpu.tile_loop (%i) to (%n) step [1] turn 0 of 2 { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  %c = gqgpu.cursor : !gqgpu.cursor
  // expected-error@+1 {{expects one type per loop-carried value, got 2 for 1}}
  gqgpu.tile_loop (%i) to (%n) step [1] iter_args(%a = %c) -> (!gqgpu.cursor, index) {
    gqgpu.yield %a : !gqgpu.cursor
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(
    // expected-note@+1 {{prior use here}}
    %n: f32) {
  // expected-error@+1 {{use of value '%n' expects different type than prior uses}}
  gqgpu.tile_loop (%i) to (%n) step [1] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects one step per upper bound, got 2 for 1}}
  gqgpu.tile_loop (%i) to (%n) step [1, 1] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects at least one tile index}}
  gqgpu.tile_loop () to () step [] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects steps from 1 to 2147483647, got 0}}
  gqgpu.tile_loop (%i) to (%n) step [0] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects a raster from 1 to 2147483647, got 0}}
  gqgpu.tile_loop (%i) to (%n) step [1] raster 0 { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects one body argument per tile index and loop-carried value, got 0}}
  "gqgpu.tile_loop"(%n) <{steps = array<i64: 1>}> ({
    gqgpu.yield
  }) : (index) -> ()
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects body arguments of index type, then of the types of the loop-carried values}}
  "gqgpu.tile_loop"(%n) <{steps = array<i64: 1>}> ({
  ^bb0(%i: i32):
    gqgpu.yield
  }) : (index) -> ()
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects body arguments of index type, then of the types of the loop-carried values}}
  %r = "gqgpu.tile_loop"(%n, %n) <{steps = array<i64: 1>}> ({
  ^bb0(%i: index, %a: f32):
    gqgpu.yield %i : index
  }) : (index, index) -> index
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects the body to yield, and the loop to return, the types of the loop-carried values}}
  gqgpu.tile_loop (%i) to (%n) step [1] iter_args(%a = %n) -> (index) {
    gqgpu.yield
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects steps from 1 to 2147483647, got 4294967424}}
  gqgpu.tile_loop (%i) to (%n) step [4294967424] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects a raster from 1 to 2147483647, got 4294967296}}
  gqgpu.tile_loop (%i) to (%n) step [1] raster 4294967296 { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects an upper bound for each of its 2 steps, got 1}}
  "gqgpu.tile_loop"(%n) <{steps = array<i64: 1, 1>}> ({
  ^bb0(%i: index, %j: index):
    gqgpu.yield
  }) : (index) -> ()
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: i64) {
  // expected-error@+1 {{expects upper bounds of index type, got 'i64'}}
  "gqgpu.tile_loop"(%n) <{steps = array<i64: 1>}> ({
  ^bb0(%i: index):
    gqgpu.yield
  }) : (i64) -> ()
  gqgpu.return
}

// -----

gqgpu.kernel @k(%n: index) attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>} {
  // expected-error@+1 {{expects cluster_tiles of the kernel for its 1 tile indices, got 2}}
  gqgpu.tile_loop (%i) to (%n) step [64] {
  }
  gqgpu.return
}
