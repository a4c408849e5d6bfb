// One test for every diagnostic: kernels that begin before the one in front has
// completed.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

gqgpu.kernel @k() {
  // expected-error@+1 {{expects a kernel that is dependent, only such a kernel begins before the one in front has completed}}
  gqgpu.dependency_wait
  gqgpu.return
}

// -----

// expected-error@+1 {{is dependent, expects a gqgpu.dependency_wait in its body or in that of a role, under no loop or branch}}
gqgpu.kernel @never_waits() attributes {dependent} {
  gqgpu.return
}

// -----

// Where there is no tile nobody waits.
// expected-error@+1 {{is dependent, expects a gqgpu.dependency_wait in its body or in that of a role, under no loop or branch}}
gqgpu.kernel @waits_in_a_loop(%n: index) attributes {dependent} {
  gqgpu.tile_loop (%i) to (%n) step [8] {
    gqgpu.dependency_wait
  }
  gqgpu.return
}

// -----

gqgpu.kernel @triggers_twice() {
  // expected-note@+1 {{the first}}
  gqgpu.dependency_trigger
  // expected-error@+1 {{is the second of its kernel}}
  gqgpu.dependency_trigger
  gqgpu.return
}

// -----

gqgpu.kernel @triggers_in_a_loop(%n: index) {
  gqgpu.tile_loop (%i) to (%n) step [8] {
    // expected-error@+1 {{expects to be in the body of a kernel, under no loop or branch: all threads run it once}}
    gqgpu.dependency_trigger
  }
  gqgpu.return
}

// -----

gqgpu.kernel @triggers_in_a_role() attributes {threads = 256 : i64} {
  gqgpu.warp_specialize {
    // expected-note@+1 {{the role}}
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      // expected-error@+1 {{needs all threads of the thread block, but only those of role "math" run it}}
      gqgpu.dependency_trigger
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%w: memref<8xf32> {gq.constant}) {
  gqgpu.return
}
func.func @f() -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  // expected-error@+1 {{writes operand 0, which kernel @k has as gq.constant}}
  %r = gqgpu.launch @k outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// -----

gqgpu.kernel @k(%w: memref<8xf32> {gq.constant}, %d: memref<8xf32>) {
  gqgpu.return
}
func.func @f(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  // expected-error@+1 {{expects operand 0 to be an argument of a function that is gq.constant, as kernel @k says}}
  %r = gqgpu.launch @k ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// -----

// What a kernel has written is not constant, whatever it was written to.
gqgpu.kernel @k(%w: memref<8xf32> {gq.constant}, %d: memref<8xf32>) {
  gqgpu.return
}
func.func @f(%x: tensor<8xf32> {gq.constant}) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %q = gqgpu.launch @k ins(%x : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  // expected-error@+1 {{expects operand 0 to be an argument of a function that is gq.constant, as kernel @k says}}
  %r = gqgpu.launch @k ins(%q : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %r : tensor<8xf32>
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @pauses_for_ever(%when: i1) attributes {threads = 256 : i64} {
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
      // expected-error@+1 {{expects from 1 to 1000000 nanoseconds, got 1000001}}
      gqgpu.pause %r for 1000001 when %when : !ring
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @consumer_pauses(%when: i1) attributes {threads = 256 : i64} {
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
      // expected-error@+1 {{expects to be in a role of kind tma that fills the ring, whose loads it holds back}}
      gqgpu.pause %r for 1000 when %when : !ring
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>>
gqgpu.kernel @another_pauses(%when: i1) attributes {threads = 256 : i64} {
  %r = gqgpu.ring_create bytes 8192 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 4 : !ring
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%g) {
    }
    gqgpu.role "tma" kind tma warps 1 registers 40 {
    }
    gqgpu.role "other" kind tma warps 1 registers 40 {
      // expected-error@+1 {{expects to be in a role of kind tma that fills the ring, whose loads it holds back}}
      gqgpu.pause %r for 1000 when %when : !ring
    }
  }
  gqgpu.return
}
