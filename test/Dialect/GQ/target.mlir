// RUN: gq-opt %s --split-input-file | gq-opt --split-input-file | FileCheck %s

// CHECK: module attributes {gq.target = #gq.target<h100>}
module attributes {gq.target = #gq.target<h100>} {}

// -----

// What is as in the description is not printed.
// CHECK: module attributes {gq.target = #gq.target<gh200, memory_rate = 4900>}
module attributes {gq.target = #gq.target<gh200, memory_rate = 4900, multiprocessors = 132>} {}

// -----

// CHECK: module attributes {gq.target = #gq.target<h20, multiprocessors = 39, memory_rate = 2000, fp8_rate = 148, bf16_rate = 74, l2 = 31457280, shared_memory = 100000>}
module attributes {gq.target = #gq.target<h20, shared_memory = 100000, l2 = 31457280, bf16_rate = 74, fp8_rate = 148, memory_rate = 2000, multiprocessors = 39>} {}
