// A linalg op that adds up into bf16 or f16 has sums in f32, rounded once: 256 and 64 ones,
// of which bf16 would take none. Products are exact. What is no sum rounds as it says.
//
// RUN: gq-run %s --backend=reference --print | FileCheck %s
// RUN: gq-run %s --backend=reference --entry=others --print | FileCheck %s --check-prefix=OTHERS
// RUN: gq-run %s --backend=reference --entry=several --print | FileCheck %s --check-prefix=SEVERAL

// CHECK: value0 {{.*}}320
func.func @product() -> tensor<1x1xbf16> {
  %zero = arith.constant 0.0 : bf16
  %big = arith.constant dense<256.0> : tensor<1x1xbf16>
  %a = arith.constant dense<1.0> : tensor<1x64xbf16>
  %b = arith.constant dense<1.0> : tensor<64x1xbf16>
  %y = linalg.matmul ins(%a, %b : tensor<1x64xbf16>, tensor<64x1xbf16>) outs(%big : tensor<1x1xbf16>) -> tensor<1x1xbf16>
  return %y : tensor<1x1xbf16>
}

// A sum alone, in f16 (2048 and 16 ones), and a product of each step with the sum, which is none.
// OTHERS: value0 {{.*}}2064
// OTHERS: value1 {{.*}}256
func.func @others() -> (tensor<f16>, tensor<bf16>) {
  %big = arith.constant dense<2048.0> : tensor<f16>
  %a = arith.constant dense<1.0> : tensor<16xf16>
  %y = linalg.reduce { arith.addf } ins(%a : tensor<16xf16>) outs(%big : tensor<f16>) dimensions = [0]
  %start = arith.constant dense<256.0> : tensor<bf16>
  %b = arith.constant dense<1.0> : tensor<16xbf16>
  %z = linalg.generic {indexing_maps = [affine_map<(k) -> (k)>, affine_map<(k) -> ()>], iterator_types = ["reduction"]} ins(%b : tensor<16xbf16>) outs(%start : tensor<bf16>) {
  ^bb0(%v: bf16, %s: bf16):
    %p = arith.mulf %s, %v : bf16
    %q = arith.subf %s, %v : bf16
    %r = arith.addf %q, %v : bf16
    %t = arith.maximumf %p, %r : bf16
    linalg.yield %t : bf16
  } -> tensor<bf16>
  return %y, %z : tensor<f16>, tensor<bf16>
}

// Of several results those that are sums.
// SEVERAL: value0 {{.*}}272
// SEVERAL: value1 {{.*}}256
// SEVERAL: value2 {{.*}}2064
func.func @several() -> (tensor<bf16>, tensor<bf16>, tensor<f16>) {
  %big = arith.constant dense<256.0> : tensor<bf16>
  %bigger = arith.constant dense<2048.0> : tensor<f16>
  %a = arith.constant dense<1.0> : tensor<16xbf16>
  %b = arith.constant dense<1.0> : tensor<16xf16>
  %y:3 = linalg.generic {indexing_maps = [affine_map<(k) -> (k)>, affine_map<(k) -> (k)>, affine_map<(k) -> ()>, affine_map<(k) -> ()>, affine_map<(k) -> ()>], iterator_types = ["reduction"]}
      ins(%a, %b : tensor<16xbf16>, tensor<16xf16>) outs(%big, %big, %bigger : tensor<bf16>, tensor<bf16>, tensor<f16>) {
  ^bb0(%v: bf16, %w: f16, %s: bf16, %m: bf16, %t: f16):
    %sum = arith.addf %s, %v : bf16
    %most = arith.maximumf %m, %v : bf16
    %other = arith.addf %w, %t : f16
    linalg.yield %sum, %most, %other : bf16, bf16, f16
  } -> (tensor<bf16>, tensor<bf16>, tensor<f16>)
  return %y#0, %y#1, %y#2 : tensor<bf16>, tensor<bf16>, tensor<f16>
}
