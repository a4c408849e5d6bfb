// REQUIRES: ptxas
// RUN: gq-opt %s --gq-serialize=allow-spills=true --remarks-filter=gq-serialize 2>&1 | FileCheck %s
// RUN: gq-compile %s --emit=cubin --allow-spills -o %t
// RUN: not gq-compile %s --emit=cubin -o %t.none 2>&1 | FileCheck %s --check-prefix=ERROR

// For experiments, a kernel that spills can be had; what it costs is a remark.
// CHECK: kernel 'spill': 24 registers, {{[1-9][0-9]*}} bytes spilled
// CHECK: bin = "
// ERROR: error: kernel 'spill' spills registers: {{[1-9][0-9]*}} bytes of stores
gpu.module @spill [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.func @fine() attributes {nvvm.kernel} {
    llvm.return
  }
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
