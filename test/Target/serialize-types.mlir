// Types that LLVM does not have, where an op of the llvm dialect takes any.
// RUN: gq-opt %s --gq-serialize=format=ptx --split-input-file --verify-diagnostics

gpu.module @step [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.func @k(%p: !llvm.ptr, %n: i64) attributes {gpu.kernel, nvvm.kernel} {
    // expected-error @below {{'llvm.getelementptr' op names the type 'f8E4M3FN', a type of llvm is needed}}
    %q = llvm.getelementptr %p[%n] : (!llvm.ptr, i64) -> !llvm.ptr, f8E4M3FN
    %v = llvm.mlir.constant(1 : i8) : i8
    llvm.store %v, %q : i8, !llvm.ptr
    llvm.return
  }
}

// -----

gpu.module @memory [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.func @k(%n: i64) attributes {gpu.kernel, nvvm.kernel} {
    // expected-error @below {{'llvm.alloca' op names the type 'tensor<4xf32>', a type of llvm is needed}}
    %q = llvm.alloca %n x tensor<4xf32> : (i64) -> !llvm.ptr
    %v = llvm.mlir.constant(1 : i8) : i8
    llvm.store %v, %q : i8, !llvm.ptr
    llvm.return
  }
}

// -----

gpu.module @argument [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  // expected-error @below {{'llvm.func' op names the type 'index', a type of llvm is needed}}
  llvm.func @k(%p: !llvm.ptr {llvm.byval = index}) attributes {gpu.kernel, nvvm.kernel} {
    llvm.return
  }
}

// -----

gpu.module @result [#nvvm.target<chip = "sm_90a", features = "+ptx87">] {
  llvm.func @f(!llvm.ptr {llvm.byval = i32})
  llvm.func @k(%p: !llvm.ptr) attributes {gpu.kernel, nvvm.kernel} {
    // expected-error @below {{'llvm.call' op names the type 'f8E5M2', a type of llvm is needed}}
    llvm.call @f(%p) : (!llvm.ptr {llvm.byval = f8E5M2}) -> ()
    llvm.return
  }
}
