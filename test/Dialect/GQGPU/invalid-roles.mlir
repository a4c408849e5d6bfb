// One test for every diagnostic: roles and yields.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

gqgpu.kernel @k(%n: index) {
  // expected-error@+1 {{expects the body to yield, and the loop to return, the types of the loop-carried values}}
  gqgpu.tile_loop (%i) to (%n) step [1] {
    gqgpu.yield %i : index
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects at least one math group, got -1}}
  gqgpu.warp_specialize groups -1 registers (40, 232) producer {
  } math {
  ^bb0(%g: index):
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects register counts between 24 and 256 that are multiples of 8, got 16}}
  gqgpu.warp_specialize groups 2 registers (16, 232) producer {
  } math {
  ^bb0(%g: index):
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects register counts between 24 and 256 that are multiples of 8, got 264}}
  gqgpu.warp_specialize groups 2 registers (40, 264) producer {
  } math {
  ^bb0(%g: index):
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects register counts between 24 and 256 that are multiples of 8, got 100}}
  gqgpu.warp_specialize groups 2 registers (40, 100) producer {
  } math {
  ^bb0(%g: index):
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects a producer region without arguments}}
  gqgpu.warp_specialize groups 2 registers (40, 232) producer {
  ^bb0(%g: index):
  } math {
  ^bb0(%g: index):
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects the math region to take the group as an index}}
  gqgpu.warp_specialize groups 2 registers (40, 232) producer {
  } math {
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k() {
  // expected-error@+1 {{expects the math region to take the group as an index}}
  gqgpu.warp_specialize groups 2 registers (40, 232) producer {
  } math {
  ^bb0(%g: i32):
  }
  gqgpu.return
}

// -----

func.func @f() {
  // expected-error@+1 {{expects parent op to be one of 'gqgpu.tile_loop, gqgpu.elementwise, gqgpu.warp_specialize'}}
  gqgpu.yield
}
