// REQUIRES: ptxas
// RUN: gq-opt %s --gq-serialize --split-input-file --verify-diagnostics

// What ptxas accepts but makes slow is an error at the kernel.
gpu.module @spill [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.func @fine() attributes {nvvm.kernel} {
    llvm.return
  }
  // expected-error @below {{kernel 'spill' spills registers: }}
  llvm.func @spill(%p: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.maxntid = array<i32: 1024>, nvvm.maxnreg = 24 : i32} {
    %l0 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l1 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l2 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l3 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l4 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l5 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l6 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l7 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l8 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l9 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l10 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l11 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l12 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l13 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l14 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l15 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l16 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l17 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l18 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l19 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l20 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l21 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l22 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l23 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l24 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l25 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l26 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l27 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l28 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l29 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l30 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l31 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l32 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l33 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l34 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l35 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l36 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l37 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l38 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l39 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l40 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l41 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l42 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l43 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l44 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l45 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l46 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    %l47 = llvm.load volatile %p : !llvm.ptr<1> -> f32
    llvm.store volatile %l47, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l46, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l45, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l44, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l43, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l42, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l41, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l40, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l39, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l38, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l37, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l36, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l35, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l34, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l33, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l32, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l31, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l30, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l29, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l28, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l27, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l26, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l25, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l24, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l23, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l22, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l21, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l20, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l19, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l18, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l17, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l16, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l15, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l14, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l13, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l12, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l11, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l10, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l9, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l8, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l7, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l6, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l5, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l4, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l3, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l2, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l1, %p : f32, !llvm.ptr<1>
    llvm.store volatile %l0, %p : f32, !llvm.ptr<1>
    llvm.return
  }
}

// -----

// The accumulators are in flight over the back edge of the loop.
gpu.module @serialised_kernels [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  // expected-error @below {{kernel 'serialised' is slowed down by ptxas: C75}}
  llvm.func @serialised(%d: i64, %n: i32, %out: !llvm.ptr<1>) attributes {nvvm.kernel, nvvm.maxntid = array<i32: 128>} {
    %c0 = llvm.mlir.constant(0 : i32) : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %z = llvm.mlir.zero : !llvm.struct<(f32, f32, f32, f32)>
    llvm.inline_asm has_side_effects "wgmma.fence.sync.aligned;", "~{memory}" : () -> ()
    llvm.br ^loop(%c0, %z : i32, !llvm.struct<(f32, f32, f32, f32)>)
  ^loop(%i: i32, %acc: !llvm.struct<(f32, f32, f32, f32)>):
    %f0 = llvm.extractvalue %acc[0] : !llvm.struct<(f32, f32, f32, f32)>
    %f1 = llvm.extractvalue %acc[1] : !llvm.struct<(f32, f32, f32, f32)>
    %f2 = llvm.extractvalue %acc[2] : !llvm.struct<(f32, f32, f32, f32)>
    %f3 = llvm.extractvalue %acc[3] : !llvm.struct<(f32, f32, f32, f32)>
    %s0 = llvm.fadd %f0, %f1 : f32
    %r = llvm.inline_asm has_side_effects "wgmma.mma_async.sync.aligned.m64n8k32.f32.e4m3.e4m3 {$0, $1, $2, $3}, $8, $8, 1, 1, 1;", "=f,=f,=f,=f,0,1,2,3,l" %s0, %f1, %f2, %f3, %d : (f32, f32, f32, f32, i64) -> !llvm.struct<(f32, f32, f32, f32)>
    llvm.inline_asm has_side_effects "wgmma.commit_group.sync.aligned;", "~{memory}" : () -> ()
    llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 1;", "~{memory}" : () -> ()
    %i1 = llvm.add %i, %c1 : i32
    %more = llvm.icmp "slt" %i1, %n : i32
    llvm.cond_br %more, ^loop(%i1, %r : i32, !llvm.struct<(f32, f32, f32, f32)>), ^end
  ^end:
    llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 0;", "~{memory}" : () -> ()
    %e = llvm.extractvalue %r[0] : !llvm.struct<(f32, f32, f32, f32)>
    llvm.store %e, %out : f32, !llvm.ptr<1>
    llvm.return
  }
}

// -----

// ptxas' own errors come with its text, and without the path of a temporary file.
// expected-error @below {{ptxas failed with status}}
gpu.module @wrong [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.func @k() attributes {nvvm.kernel} {
    llvm.inline_asm has_side_effects "no.such.instruction;", "" : () -> ()
    llvm.return
  }
}
