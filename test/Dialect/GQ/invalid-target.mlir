// One test for every diagnostic of gq.target.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{unknown target 'h300', expects h100, h200, h20 or gh200}}
module attributes {gq.target = #gq.target<h300>} {}

// -----

// expected-error@+1 {{unknown key 'sms' in gq.target, expects one of multiprocessors, memory_rate, fp8_rate, bf16_rate, l2, shared_memory}}
module attributes {gq.target = #gq.target<h200, sms = 100>} {}

// -----

// expected-error@+1 {{duplicate key 'l2' in gq.target}}
module attributes {gq.target = #gq.target<h200, l2 = 100, l2 = 200>} {}

// -----

// expected-error@+1 {{expects multiprocessors between 1 and 1024, got 0}}
module attributes {gq.target = #gq.target<h200, multiprocessors = 0>} {}

// -----

// More than the hardware has is no description of it.
// expected-error@+1 {{expects shared_memory between 1 and 232448, got 232449}}
module attributes {gq.target = #gq.target<h200, shared_memory = 232449>} {}

// -----

// expected-error@+1 {{expects memory_rate between 1 and 1000000, got -1}}
module attributes {gq.target = #gq.target<h200, memory_rate = -1>} {}

// -----

// expected-error@+1 {{expects attribute "gq.target" to be a #gq.target, got "h200"}}
module attributes {gq.target = "h200"} {}

// -----

// expected-error@+1 {{has attribute "gq.target", which belongs on a builtin.module}}
func.func private @f() attributes {gq.target = #gq.target<h200>}
