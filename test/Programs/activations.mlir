// Activations in front of a quantisation, in the type that exporters write them in: one kernel.
// RUN: gq-compile %s -o %t.gqb
// RUN: gq-run %s --entry=silu_gate --m=70 --backend=simulate --check | FileCheck %s
// RUN: gq-run %s --entry=silu_gate --m=3 --stages | FileCheck %s --check-prefix=STAGES
// RUN: gq-run %s --entry=tanh --backend=simulate --check | FileCheck %s
// RUN: gq-run %s --entry=tan --backend=simulate --check | FileCheck %s
// RUN: gq-run %s --entry=through_codes --backend=simulate --check | FileCheck %s --check-prefix=BITS
// RUN: gq-run %s --entry=toward_zero --backend=simulate --check | FileCheck %s --check-prefix=BITS
// RUN: gq-run %s --entry=toward_zero --backend=simulate --check --generate=special | FileCheck %s --check-prefix=BITS
// CHECK: simulated  1 launches
// CHECK: check0     passed
// CHECK-NEXT: check1     passed
// STAGES: after gq-expand-math: simulated  1 launches
// STAGES-NEXT: check0     passed
// BITS: check0     passed: equal bit for bit
// BITS-NEXT: check1     passed: equal bit for bit
#id = affine_map<(m, n) -> (m, n)>

func.func @silu_gate(%x: tensor<?x256xbf16>, %up: tensor<?x256xbf16>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %e = tensor.empty(%m) : tensor<?x256xbf16>
  %one = arith.constant 1.0 : bf16
  %h = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %up : tensor<?x256xbf16>, tensor<?x256xbf16>) outs(%e : tensor<?x256xbf16>) {
  ^bb0(%a: bf16, %u: bf16, %o: bf16):
    %minus = arith.negf %a : bf16
    %exp = math.exp %minus : bf16
    %sum = arith.addf %one, %exp : bf16
    %silu = arith.divf %a, %sum : bf16
    %gated = arith.mulf %silu, %u : bf16
    linalg.yield %gated : bf16
  } -> tensor<?x256xbf16>
  %eq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = gq.quantize %h block [1, 128] outs(%eq, %es : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
      : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}

// As an op on tensors.
func.func @tanh(%x: tensor<40x256xbf16>) -> (tensor<40x256xf8E4M3FN>, tensor<40x2xf32>) {
  %h = math.tanh %x : tensor<40x256xbf16>
  %eq = tensor.empty() : tensor<40x256xf8E4M3FN>
  %es = tensor.empty() : tensor<40x2xf32>
  %q, %s = gq.quantize %h block [1, 128] outs(%eq, %es : tensor<40x256xf8E4M3FN>, tensor<40x2xf32>)
      : tensor<40x256xbf16> -> tensor<40x256xf8E4M3FN>, tensor<40x2xf32>
  return %q, %s : tensor<40x256xf8E4M3FN>, tensor<40x2xf32>
}

func.func @tan(%x: tensor<40x256xf32>) -> (tensor<40x256xf8E4M3FN>, tensor<40x2xf32>) {
  %h = math.tan %x : tensor<40x256xf32>
  %eq = tensor.empty() : tensor<40x256xf8E4M3FN>
  %es = tensor.empty() : tensor<40x2xf32>
  %q, %s = gq.quantize %h block [1, 128] outs(%eq, %es : tensor<40x256xf8E4M3FN>, tensor<40x2xf32>)
      : tensor<40x256xf32> -> tensor<40x256xf8E4M3FN>, tensor<40x2xf32>
  return %q, %s : tensor<40x256xf8E4M3FN>, tensor<40x2xf32>
}

// Rounded to a byte and back, as simulated quantisation does.
func.func @through_codes(%x: tensor<40x256xf32>) -> (tensor<40x256xf8E4M3FN>, tensor<40x2xf32>) {
  %b = arith.truncf %x : tensor<40x256xf32> to tensor<40x256xf8E4M3FN>
  %h = arith.extf %b : tensor<40x256xf8E4M3FN> to tensor<40x256xf32>
  %eq = tensor.empty() : tensor<40x256xf8E4M3FN>
  %es = tensor.empty() : tensor<40x2xf32>
  %q, %s = gq.quantize %h block [1, 128] outs(%eq, %es : tensor<40x256xf8E4M3FN>, tensor<40x2xf32>)
      : tensor<40x256xf32> -> tensor<40x256xf8E4M3FN>, tensor<40x2xf32>
  return %q, %s : tensor<40x256xf8E4M3FN>, tensor<40x2xf32>
}

func.func @toward_zero(%x: tensor<40x256xf32>) -> (tensor<40x256xf8E4M3FN>, tensor<40x2xf32>) {
  %b = arith.truncf %x toward_zero : tensor<40x256xf32> to tensor<40x256xbf16>
  %h = arith.extf %b : tensor<40x256xbf16> to tensor<40x256xf32>
  %eq = tensor.empty() : tensor<40x256xf8E4M3FN>
  %es = tensor.empty() : tensor<40x2xf32>
  %q, %s = gq.quantize %h block [1, 128] outs(%eq, %es : tensor<40x256xf8E4M3FN>, tensor<40x2xf32>)
      : tensor<40x256xf32> -> tensor<40x256xf8E4M3FN>, tensor<40x2xf32>
  return %q, %s : tensor<40x256xf8E4M3FN>, tensor<40x2xf32>
}
