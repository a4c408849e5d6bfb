// RUN: gq-opt %s --gq-serialize=format=ptx --split-input-file --verify-diagnostics

// expected-error @below {{gpu.module 'no_target' has 0 targets, exactly one #nvvm.target is needed}}
gpu.module @no_target {
}

// -----

// expected-error @below {{#nvvm.target of gpu.module 'chip' has chip 'sm_80', 'sm_90a' is needed}}
gpu.module @chip [#nvvm.target<chip = "sm_80">] {
}

// -----

// expected-error @below {{#nvvm.target of gpu.module 'old' has features '+ptx80', '+ptx87' or later is needed}}
gpu.module @old [#nvvm.target<chip = "sm_90a", features = "+ptx80">] {
}

// -----

// expected-error @below {{#nvvm.target of gpu.module 'unknown' has features '+ptx999', '+ptx87' or later is needed}}
gpu.module @unknown [#nvvm.target<chip = "sm_90a", features = "+ptx999">] {
}

// -----

// expected-error @below {{#nvvm.target of gpu.module 'triple' has triple 'x86_64', 'nvptx64-nvidia-cuda' is needed}}
gpu.module @triple [#nvvm.target<triple = "x86_64", chip = "sm_90a", features = "+ptx87">] {
}

// -----

// expected-error @below {{#nvvm.target of gpu.module 'flags' has flags, none are supported}}
gpu.module @flags [#nvvm.target<chip = "sm_90a", features = "+ptx87", flags = {fast}>] {
}

// -----

// Not lowered to the llvm dialect.
gpu.module @high [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.func @k(%p: !llvm.ptr<1>) attributes {nvvm.kernel} {
    // expected-error @below {{missing `LLVMTranslationDialectInterface` registration for dialect for op: arith.constant}}
    %0 = arith.constant 1 : i32
    llvm.store %0, %p : i32, !llvm.ptr<1>
    llvm.return
  }
}

// -----

// LLVM would end the process: sm_90a has no such instruction.
// expected-error @below {{llvm failed in the nvptx back end: Cannot select}}
gpu.module @select [#nvvm.target<chip = "sm_90a", features = "+ptx87", verifyTarget = false>] {
  llvm.func @k(%x: f32, %m: i32, %p: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %0 = nvvm.redux.sync fmax %x, %m : f32 -> f32
    llvm.store %0, %p : f32, !llvm.ptr<1>
    llvm.return
  }
}

// -----

// expected-error @below {{llvm failed in the nvptx back end: }}
gpu.module @constraint [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.func @k(%p: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %0 = llvm.inline_asm "mov.b32 $0, 1;", "=Q" : () -> i32
    llvm.store %0, %p : i32, !llvm.ptr<1>
    llvm.return
  }
}

// -----

// Found in the PTX, without ptxas.
gpu.module @local [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.func @fine(%p: !llvm.ptr<1>) attributes {nvvm.kernel} {
    llvm.return
  }
  // expected-error @below {{kernel 'array' uses local memory, none is allowed}}
  llvm.func @array(%p: !llvm.ptr<1>, %i: i32, %v: f32) attributes {nvvm.kernel} {
    %c = llvm.mlir.constant(16 : i32) : i32
    %a = llvm.alloca %c x f32 : (i32) -> !llvm.ptr
    %at = llvm.getelementptr %a[%i] : (!llvm.ptr, i32) -> !llvm.ptr, f32
    llvm.store %v, %at : f32, !llvm.ptr
    %x = llvm.load %a : !llvm.ptr -> f32
    llvm.store %x, %p : f32, !llvm.ptr<1>
    llvm.return
  }
}
