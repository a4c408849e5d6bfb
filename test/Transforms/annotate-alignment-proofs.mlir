// What the analysis knows of each kind of arithmetic. The remark names the largest
// factor that is known.
// RUN: gq-opt %s --gq-annotate-alignment --remarks-filter=gq-annotate-alignment -o /dev/null 2>&1 | FileCheck %s

#id = affine_map<(r, c) -> (r, c)>
!f = !gqgpu.fragment<8x512xf32, #gqgpu.blocked<[8, 32], chunk = 16>>
!m = memref<?x?xf32>

gqgpu.kernel @arithmetic(%x: !m, %u: index, %flag: i1) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c6 = arith.constant 6 : index
  %c12 = arith.constant 12 : index
  %m36 = arith.constant -36 : index
  %six = arith.muli %u, %c6 : index
  %twelve = arith.muli %u, %c12 : index
  // A constant is its own factor, negative or not.
  // CHECK: [[#@LINE+1]]:{{.*}} only of 36"
  %0 = gqgpu.load_fragment %x[%c0, %m36] map #id : !m -> !f
  // Sums and differences have what their operands share.
  %sum = arith.addi %six, %twelve : index
  // CHECK: [[#@LINE+1]]:{{.*}} only of 6"
  %1 = gqgpu.load_fragment %x[%c0, %sum] map #id : !m -> !f
  %difference = arith.subi %twelve, %c4 : index
  // CHECK: [[#@LINE+1]]:{{.*}} only of 4"
  %2 = gqgpu.load_fragment %x[%c0, %difference] map #id : !m -> !f
  // Products multiply, and so do shifts.
  %product = arith.muli %six, %twelve : index
  // CHECK: [[#@LINE+1]]:{{.*}} only of 72"
  %3 = gqgpu.load_fragment %x[%c0, %product] map #id : !m -> !f
  %shifted = arith.shli %six, %c3 : index
  %back = arith.divui %shifted, %c4 : index
  // CHECK: [[#@LINE+1]]:{{.*}} only of 12"
  %4 = gqgpu.load_fragment %x[%c0, %back] map #id : !m -> !f
  // A quotient with a rest is anything.
  %rest = arith.divui %six, %c4 : index
  // CHECK: [[#@LINE+1]]:{{.*}} only of 1"
  %5 = gqgpu.load_fragment %x[%c0, %rest] map #id : !m -> !f
  // The remainder of a division, the smaller one, either of two.
  %mod = arith.remui %twelve, %c4 : index
  // CHECK: [[#@LINE+1]]:{{.*}} only of 4"
  %6 = gqgpu.load_fragment %x[%c0, %mod] map #id : !m -> !f
  %min = arith.minui %twelve, %six : index
  // CHECK: [[#@LINE+1]]:{{.*}} only of 6"
  %7 = gqgpu.load_fragment %x[%c0, %min] map #id : !m -> !f
  %either = arith.select %flag, %twelve, %c4 : index
  // CHECK: [[#@LINE+1]]:{{.*}} only of 4"
  %8 = gqgpu.load_fragment %x[%c0, %either] map #id : !m -> !f
  // The same in affine maps, dims and symbols.
  %affine = affine.apply affine_map<(d0)[s0] -> (d0 * 2 + s0 floordiv 3)>(%six)[%twelve]
  // CHECK: [[#@LINE+1]]:{{.*}} only of 4"
  %9 = gqgpu.load_fragment %x[%c0, %affine] map #id : !m -> !f
  %clipped = affine.min affine_map<(d0, d1) -> (d0, d1 mod 8, 20)>(%twelve, %c12)
  // CHECK: [[#@LINE+1]]:{{.*}} only of 4"
  %10 = gqgpu.load_fragment %x[%c0, %clipped] map #id : !m -> !f
  // Through casts.
  %narrow = arith.index_cast %twelve : index to i64
  %wide = arith.index_cast %narrow : i64 to index
  // CHECK: [[#@LINE+1]]:{{.*}} only of 12"
  %11 = gqgpu.load_fragment %x[%c0, %wide] map #id : !m -> !f
  gqgpu.return
}

gqgpu.kernel @flow(%x: !m, %u: index, %flag: i1) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c6 = arith.constant 6 : index
  %c4 = arith.constant 4 : index
  %c10 = arith.constant 10 : index
  %six = arith.muli %u, %c6 : index
  %ten = arith.muli %u, %c10 : index
  // Tiles are multiples of the step.
  gqgpu.tile_loop (%i) to (%u) step [12] iter_args(%carried = %six) -> (index) {
    // CHECK: [[#@LINE+1]]:{{.*}} only of 12"
    %0 = gqgpu.load_fragment %x[%c0, %i] map #id : !m -> !f
    // What a loop carries: what it starts with and what is added to it.
    // CHECK: [[#@LINE+1]]:{{.*}} only of 2"
    %1 = gqgpu.load_fragment %x[%c0, %carried] map #id : !m -> !f
    %next = arith.addi %carried, %c4 : index
    gqgpu.yield %next : index
  }
  // From the lower bound in steps.
  scf.for %k = %six to %u step %ten {
    // CHECK: [[#@LINE+1]]:{{.*}} only of 2"
    %2 = gqgpu.load_fragment %x[%c0, %k] map #id : !m -> !f
  }
  // The result of a loop, which may not run at all.
  %result = scf.for %k = %c0 to %u step %c4 iter_args(%a = %ten) -> (index) {
    scf.yield %k : index
  }
  // CHECK: [[#@LINE+1]]:{{.*}} only of 2"
  %3 = gqgpu.load_fragment %x[%c0, %result] map #id : !m -> !f
  // Either way through a branch.
  %branch = scf.if %flag -> (index) {
    scf.yield %ten : index
  } else {
    scf.yield %c4 : index
  }
  // CHECK: [[#@LINE+1]]:{{.*}} only of 2"
  %4 = gqgpu.load_fragment %x[%c0, %branch] map #id : !m -> !f
  gqgpu.return
}
