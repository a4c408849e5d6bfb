// Functions behind a product have a kernel of their own where there are many rows; what is in
// front of them stays, so that as little as can be lies between the two.
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --gq-select-config=max-variants=12 | FileCheck %s
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --gq-select-config=max-variants=2 | FileCheck %s --check-prefix=TWO
// RUN: gq-opt %s --split-input-file --gq-set-target=name=h200 --gq-select-config=max-variants=12 --remarks-filter=gq-select-config 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK
#e = affine_map<(m, n) -> (m, n)>

// The rounding to bf16 stays: the elementwise op is cut behind it. What the first half does not
// read, it does not have.
// CHECK-LABEL: func.func @gate
// CHECK: %[[D:.*]] = gq.scaled_matmul
// CHECK-SAME: up_to 192 = <{{[^>]*}}quantize = true
// CHECK-SAME: above = <{{[^>]*}}epilogue = 1,
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[D]] : tensor<?x28672xf32>) outs(%{{.*}} : tensor<?x28672xbf16>) {
// CHECK-NEXT: ^bb0(%[[V:.*]]: f32, %{{.*}}: bf16):
// CHECK-NEXT: %[[T:.*]] = arith.truncf %[[V]]
// CHECK-NEXT: linalg.yield %[[T]]
// CHECK: %[[X:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[R]] : tensor<?x28672xbf16>, tensor<?x28672xbf16>)
// CHECK-NOT: truncf
// CHECK: arith.extf
// CHECK: gq.quantize %[[X]] block [1, 128] outs({{[^)]*}}) :
// TWO-LABEL: func.func @gate
// TWO: config = #gq.matmul_variants<up_to 192 = <{{[^>]*}}quantize = true{{[^>]*}}>, above = <{{[^>]*}}epilogue = 1{{[^>]*}}>>
// REMARK: [Passed] epilogue | Category:gq-select-config | Remark="functions behind it have a kernel of their own above 192 rows: nothing in its kernel hides them"
func.func @gate(%a: tensor<?x8192xf8E4M3FN>, %sa: tensor<?x64xf32>, %b: tensor<28672x8192xf8E4M3FN>, %sb: tensor<224x64xf32>, %g: tensor<?x28672xbf16>) -> (tensor<?x28672xf8E4M3FN>, tensor<?x224xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x8192xf8E4M3FN>
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty(%m) : tensor<?x28672xf32>
  %er = tensor.empty(%m) : tensor<?x28672xbf16>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x28672xf32>) -> tensor<?x28672xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x28672xf32>)
      : tensor<?x8192xf8E4M3FN>, tensor<28672x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<224x64xf32> -> tensor<?x28672xf32>
  %x = linalg.generic {indexing_maps = [#e, #e, #e], iterator_types = ["parallel", "parallel"]}
      ins(%d, %g : tensor<?x28672xf32>, tensor<?x28672xbf16>) outs(%er : tensor<?x28672xbf16>) {
  ^bb0(%v: f32, %w: bf16, %o: bf16):
    %r = arith.truncf %v : f32 to bf16
    %u = arith.extf %r : bf16 to f32
    %h = arith.extf %w : bf16 to f32
    %n = arith.negf %h : f32
    %x1 = math.exp %n : f32
    %x2 = arith.addf %x1, %one : f32
    %x3 = arith.divf %h, %x2 : f32
    %x4 = arith.mulf %x3, %u : f32
    %y = arith.truncf %x4 : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<?x28672xbf16>
  %eq = tensor.empty(%m) : tensor<?x28672xf8E4M3FN>
  %es = tensor.empty(%m) : tensor<?x224xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<?x28672xf8E4M3FN>, tensor<?x224xf32>)
      : tensor<?x28672xbf16> -> tensor<?x28672xf8E4M3FN>, tensor<?x224xf32>
  return %q, %s : tensor<?x28672xf8E4M3FN>, tensor<?x224xf32>
}

// -----
#e = affine_map<(m, n) -> (m, n)>

// Many rows that are known; few of them.
// CHECK-LABEL: func.func @many
// CHECK: config = #gq.matmul_config<{{[^>]*}}epilogue = 1
// CHECK: linalg.generic
// CHECK: linalg.generic
// REMARK: Remark="functions behind it have a kernel of their own: nothing in its kernel hides them"
func.func @many(%a: tensor<4096x8192xf8E4M3FN>, %sa: tensor<4096x64xf32>, %b: tensor<28672x8192xf8E4M3FN>, %sb: tensor<224x64xf32>, %g: tensor<4096x28672xbf16>) -> (tensor<4096x28672xf8E4M3FN>, tensor<4096x224xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4096x28672xf32>
  %er = tensor.empty() : tensor<4096x28672xbf16>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x28672xf32>) -> tensor<4096x28672xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<4096x28672xf32>)
      : tensor<4096x8192xf8E4M3FN>, tensor<28672x8192xf8E4M3FN>, tensor<4096x64xf32>, tensor<224x64xf32> -> tensor<4096x28672xf32>
  %x = linalg.generic {indexing_maps = [#e, #e, #e], iterator_types = ["parallel", "parallel"]}
      ins(%d, %g : tensor<4096x28672xf32>, tensor<4096x28672xbf16>) outs(%er : tensor<4096x28672xbf16>) {
  ^bb0(%v: f32, %w: bf16, %o: bf16):
    %r = arith.truncf %v : f32 to bf16
    %u = arith.extf %r : bf16 to f32
    %h = arith.extf %w : bf16 to f32
    %n = arith.negf %h : f32
    %x1 = math.exp %n : f32
    %x2 = arith.addf %x1, %one : f32
    %x3 = arith.divf %h, %x2 : f32
    %x4 = arith.mulf %x3, %u : f32
    %y = arith.truncf %x4 : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<4096x28672xbf16>
  %eq = tensor.empty() : tensor<4096x28672xf8E4M3FN>
  %es = tensor.empty() : tensor<4096x224xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<4096x28672xf8E4M3FN>, tensor<4096x224xf32>)
      : tensor<4096x28672xbf16> -> tensor<4096x28672xf8E4M3FN>, tensor<4096x224xf32>
  return %q, %s : tensor<4096x28672xf8E4M3FN>, tensor<4096x224xf32>
}

// -----
#e = affine_map<(m, n) -> (m, n)>

// CHECK-LABEL: func.func @few
// CHECK: gq.scaled_matmul
// CHECK-NOT: epilogue
// CHECK-SAME: quantize = true
// CHECK: linalg.generic
// CHECK-NOT: linalg.generic
func.func @few(%a: tensor<128x8192xf8E4M3FN>, %sa: tensor<128x64xf32>, %b: tensor<28672x8192xf8E4M3FN>, %sb: tensor<224x64xf32>, %g: tensor<128x28672xbf16>) -> (tensor<128x28672xf8E4M3FN>, tensor<128x224xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<128x28672xf32>
  %er = tensor.empty() : tensor<128x28672xbf16>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<128x28672xf32>) -> tensor<128x28672xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<128x28672xf32>)
      : tensor<128x8192xf8E4M3FN>, tensor<28672x8192xf8E4M3FN>, tensor<128x64xf32>, tensor<224x64xf32> -> tensor<128x28672xf32>
  %x = linalg.generic {indexing_maps = [#e, #e, #e], iterator_types = ["parallel", "parallel"]}
      ins(%d, %g : tensor<128x28672xf32>, tensor<128x28672xbf16>) outs(%er : tensor<128x28672xbf16>) {
  ^bb0(%v: f32, %w: bf16, %o: bf16):
    %r = arith.truncf %v : f32 to bf16
    %u = arith.extf %r : bf16 to f32
    %h = arith.extf %w : bf16 to f32
    %n = arith.negf %h : f32
    %x1 = math.exp %n : f32
    %x2 = arith.addf %x1, %one : f32
    %x3 = arith.divf %h, %x2 : f32
    %x4 = arith.mulf %x3, %u : f32
    %y = arith.truncf %x4 : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<128x28672xbf16>
  %eq = tensor.empty() : tensor<128x28672xf8E4M3FN>
  %es = tensor.empty() : tensor<128x224xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<128x28672xf8E4M3FN>, tensor<128x224xf32>)
      : tensor<128x28672xbf16> -> tensor<128x28672xf8E4M3FN>, tensor<128x224xf32>
  return %q, %s : tensor<128x28672xf8E4M3FN>, tensor<128x224xf32>
}

// -----
#e = affine_map<(m, n) -> (m, n)>

// A function of the sum itself: nothing narrower is in front of it.
// CHECK-LABEL: func.func @sum
// CHECK: gq.scaled_matmul {{.*}}config = #gq.matmul_config<{{[^>]*}}epilogue = 0
// CHECK: linalg.generic
// CHECK-NOT: linalg.generic
func.func @sum(%a: tensor<4096x8192xf8E4M3FN>, %sa: tensor<4096x64xf32>, %b: tensor<28672x8192xf8E4M3FN>, %sb: tensor<224x64xf32>) -> tensor<4096x28672xbf16> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4096x28672xf32>
  %er = tensor.empty() : tensor<4096x28672xbf16>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x28672xf32>) -> tensor<4096x28672xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<4096x28672xf32>)
      : tensor<4096x8192xf8E4M3FN>, tensor<28672x8192xf8E4M3FN>, tensor<4096x64xf32>, tensor<224x64xf32> -> tensor<4096x28672xf32>
  %x = linalg.generic {indexing_maps = [#e, #e], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<4096x28672xf32>) outs(%er : tensor<4096x28672xbf16>) {
  ^bb0(%v: f32, %o: bf16):
    %t = math.tanh %v : f32
    %y = arith.truncf %t : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<4096x28672xbf16>
  return %x : tensor<4096x28672xbf16>
}

// -----
#e = affine_map<(m, n) -> (m, n)>

// What is rounded is not all that is read of the sum.
// CHECK-LABEL: func.func @both
// CHECK: gq.scaled_matmul {{.*}}config = #gq.matmul_config<{{[^>]*}}epilogue = 0
// CHECK: linalg.generic
// CHECK-NOT: linalg.generic
func.func @both(%a: tensor<4096x8192xf8E4M3FN>, %sa: tensor<4096x64xf32>, %b: tensor<28672x8192xf8E4M3FN>, %sb: tensor<224x64xf32>) -> tensor<4096x28672xbf16> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4096x28672xf32>
  %er = tensor.empty() : tensor<4096x28672xbf16>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x28672xf32>) -> tensor<4096x28672xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<4096x28672xf32>)
      : tensor<4096x8192xf8E4M3FN>, tensor<28672x8192xf8E4M3FN>, tensor<4096x64xf32>, tensor<224x64xf32> -> tensor<4096x28672xf32>
  %x = linalg.generic {indexing_maps = [#e, #e], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<4096x28672xf32>) outs(%er : tensor<4096x28672xbf16>) {
  ^bb0(%v: f32, %o: bf16):
    %r = arith.truncf %v : f32 to bf16
    %u = arith.extf %r : bf16 to f32
    %t = math.tanh %v : f32
    %x1 = arith.mulf %t, %u : f32
    %y = arith.truncf %x1 : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<4096x28672xbf16>
  return %x : tensor<4096x28672xbf16>
}

// -----
#e = affine_map<(m, n) -> (m, n)>

// No function.
// CHECK-LABEL: func.func @relu
// CHECK: gq.scaled_matmul
// CHECK-NOT: epilogue
func.func @relu(%a: tensor<4096x8192xf8E4M3FN>, %sa: tensor<4096x64xf32>, %b: tensor<28672x8192xf8E4M3FN>, %sb: tensor<224x64xf32>) -> tensor<4096x28672xbf16> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4096x28672xf32>
  %er = tensor.empty() : tensor<4096x28672xbf16>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<4096x28672xf32>) -> tensor<4096x28672xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<4096x28672xf32>)
      : tensor<4096x8192xf8E4M3FN>, tensor<28672x8192xf8E4M3FN>, tensor<4096x64xf32>, tensor<224x64xf32> -> tensor<4096x28672xf32>
  %x = linalg.generic {indexing_maps = [#e, #e], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<4096x28672xf32>) outs(%er : tensor<4096x28672xbf16>) {
  ^bb0(%v: f32, %o: bf16):
    %t = arith.maximumf %v, %zero : f32
    %y = arith.truncf %t : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<4096x28672xbf16>
  return %x : tensor<4096x28672xbf16>
}
