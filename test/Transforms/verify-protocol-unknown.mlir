// Forms that the protocol verifier does not follow are left alone.
// RUN: gq-opt %s --gq-verify-protocol -o /dev/null

!two = !gqgpu.ring<2, <64x1xf32>>
// A while loop, and branches between blocks.
gqgpu.kernel @while(%s: memref<?x1xf32>, %n: index, %b: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = gqgpu.ring_create : !two
  %c = gqgpu.cursor : !gqgpu.cursor
  %e:2 = scf.while (%i = %c0, %p = %c) : (index, !gqgpu.cursor) -> (index, !gqgpu.cursor) {
    %more = arith.cmpi slt, %i, %n : index
    scf.condition(%more) %i, %p : index, !gqgpu.cursor
  } do {
  ^bb0(%i: index, %p: !gqgpu.cursor):
    %slot = gqgpu.acquire %r[%p] : !two -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !two
    %w = gqgpu.wait %r[%p] : !two -> !gqgpu.slot
    gqgpu.release %r[%w] : !two
    %q = gqgpu.advance %r[%p] : !two, !gqgpu.cursor
    %j = arith.addi %i, %c1 : index
    scf.yield %j, %q : index, !gqgpu.cursor
  }
  %f = scf.execute_region -> !gqgpu.cursor {
    %slot = gqgpu.acquire %r[%e#1] : !two -> !gqgpu.slot
    gqgpu.commit %r[%slot] : !two
    cf.br ^x
  ^x:
    %q = gqgpu.advance %r[%e#1] : !two, !gqgpu.cursor
    scf.yield %q : !gqgpu.cursor
  }
  scf.execute_region {
    %w = gqgpu.wait %r[%e#1] : !two -> !gqgpu.slot
    cf.cond_br %b, ^y, ^z
  ^y:
    gqgpu.release %r[%w] : !two
    cf.br ^z2
  ^z:
    gqgpu.release %r[%w] : !two
    cf.br ^z2
  ^z2:
    scf.yield
  }
  gqgpu.return
}
