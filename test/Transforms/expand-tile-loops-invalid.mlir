// One test for every diagnostic.
// RUN: gq-opt %s --gq-expand-tile-loops --split-input-file --verify-diagnostics

gqgpu.kernel @k(%x: memref<?xf32>,
    // expected-note@+1 {{this is no size of an operand}}
    %n: index) {
  // expected-error@+1 {{has an upper bound that is not an expression over sizes of the kernel's operands}}
  gqgpu.tile_loop (%i) to (%n) step [8] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c5 = arith.constant 5 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  // expected-note@+1 {{arith.minui makes an expression that is too large}}
  %m = arith.minui %n, %c5 : index
  // expected-error@+1 {{has an upper bound that is not an expression over sizes of the kernel's operands}}
  gqgpu.tile_loop (%i) to (%m) step [8] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c5 = arith.constant 5 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %less = arith.subi %n, %c5 : index
  // expected-note@+1 {{arith.divui needs operands that cannot be negative}}
  %m = arith.divui %less, %c5 : index
  // expected-error@+1 {{has an upper bound that is not an expression over sizes of the kernel's operands}}
  gqgpu.tile_loop (%i) to (%m) step [8] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{expects an index below the rank 1, got 1}}
  %n = memref.dim %x, %c1 : memref<?xf32>
  gqgpu.tile_loop (%i) to (%n) step [8] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  // expected-note@+1 {{the other one}}
  gqgpu.tile_loop (%i) to (%n) step [8] { }
  // expected-error@+1 {{goes over other tiles than another tile loop of the kernel}}
  gqgpu.tile_loop (%i) to (%n) step [16] { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  // expected-note@+1 {{the other one}}
  gqgpu.tile_loop (%i) to (%n) step [8] { }
  // expected-error@+1 {{goes over other tiles than another tile loop of the kernel}}
  gqgpu.tile_loop (%i) to (%n) step [8] persistent { }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  gqgpu.tile_loop (%i) to (%n) step [8] {
    // expected-error@+1 {{expects no tile loop around it}}
    gqgpu.tile_loop (%j) to (%n) step [8] { }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?xf32>) attributes {grid = #gqgpu.grid<[] -> (4)>} {
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  // expected-error@+1 {{says how many thread blocks there are, but the kernel has #gqgpu.grid<[] -> (4)>}}
  gqgpu.tile_loop (%i) to (%n) step [8] { }
  gqgpu.return
}

// -----

gqgpu.kernel @other_steps(%n: memref<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %m = memref.dim %n, %c0 : memref<?x64xf32>
  // expected-note@+1 {{the other one}}
  gqgpu.tile_loop (%i) to (%m) step [8] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
  }
  // expected-error@+1 {{goes over other tiles than another tile loop of the kernel}}
  gqgpu.tile_loop (%i) to (%m) step [8] persistent cut (%first, %last, %range, %end, %owns) of 3 among 8 {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @other_ranges(%n: memref<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %m = memref.dim %n, %c0 : memref<?x64xf32>
  // expected-note@+1 {{the other one}}
  gqgpu.tile_loop (%i) to (%m) step [8] persistent cut (%first, %last, %range, %end, %owns) of 4 among 8 {
  }
  // expected-error@+1 {{goes over other tiles than another tile loop of the kernel}}
  gqgpu.tile_loop (%i) to (%m) step [8] persistent cut (%first, %last, %range, %end, %owns) of 4 among 9 {
  }
  gqgpu.return
}
