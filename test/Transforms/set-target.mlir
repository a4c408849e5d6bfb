// RUN: gq-opt %s --split-input-file --gq-set-target | FileCheck %s --check-prefixes=CHECK,DEFAULT
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --verify-diagnostics | FileCheck %s --check-prefixes=CHECK,H200
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --remarks-filter=gq-set-target 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not gq-opt %s --split-input-file --gq-set-target=name=sm_80 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: unknown target 'sm_80', expects h100, h200, h20 or gh200

// DEFAULT: module attributes {gq.target = #gq.target<h100>}
// H200: module attributes {gq.target = #gq.target<h200>}
// REMARK: [Passed] target | Category:gq-set-target | Remark="compiles for h200 (sm_90a), 132 multiprocessors, 4800 GB/s, 1979 TFLOP/s of FP8"
module {}

// -----

// What the module says stays; who asks for something else is told so.
// CHECK: module attributes {gq.target = #gq.target<h20, multiprocessors = 39>}
// REMARK: Remark="compiles for h20 (sm_90a), 39 multiprocessors, 4000 GB/s, 296 TFLOP/s of FP8"
// expected-warning@+1 {{has gq.target #gq.target<h20, multiprocessors = 39>, which is obeyed; target 'h200' is not used}}
module attributes {gq.target = #gq.target<h20, multiprocessors = 39>} {}

// -----

// A description of that name with other numbers is one.
// CHECK: module attributes {gq.target = #gq.target<h200, memory_rate = 4000>}
module attributes {gq.target = #gq.target<h200, memory_rate = 4000>} {}
