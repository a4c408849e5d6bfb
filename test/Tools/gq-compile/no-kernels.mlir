// A program without a kernel is refused, whatever is asked for.
// RUN: not gq-compile %s --emit=ptx 2>&1 | FileCheck %s --check-prefix=PTX
// PTX: error: the module has no kernel, PTX is of one
// RUN: not gq-compile %s --emit=llvm 2>&1 | FileCheck %s --check-prefix=LLVM
// LLVM: error: the module has no kernel, LLVM IR is of one
// RUN: not gq-compile %s -o %t.gqb 2>&1 | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: error: the module has no function that launches a kernel, a bundle needs one
module {}
