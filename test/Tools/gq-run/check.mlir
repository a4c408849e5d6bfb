// --check: which rule holds for which result.
//
// RUN: gq-run %s --backend=reference --check --entry=product | FileCheck %s --check-prefix=PRODUCT
// RUN: gq-run %s --backend=reference --check --entry=scales | FileCheck %s --check-prefix=SCALES
// RUN: gq-run %s --backend=reference --check --entry=requantized | FileCheck %s --check-prefix=REQUANT
// RUN: gq-run %s --backend=reference --check --entry=product --generate=special | FileCheck %s --check-prefix=PRODUCT
// RUN: gq-run %s --backend=reference --check --entry=product --generate=zeros | FileCheck %s --check-prefix=ZEROS

// 2 * 48 * 32 * 256 operations are counted.
// PRODUCT: matmul     {{[0-9.e+-]+}} TFLOP/s, {{[0-9.e+-]+}} GB/s
// PRODUCT: check0     passed: relative error {{[0-9.e+-]+}} (limit 0.0025), largest {{[0-9.e+-]+}}
// ZEROS: check0     passed: relative error 0 (limit 0.0025), largest 0
func.func @product(%a: tensor<48x256xf8E4M3FN>, %sa: tensor<48x2xf32>,
                   %b: tensor<32x256xf8E5M2>, %sb: tensor<1x2xf32>) -> tensor<48x32xf32> {
  %zero = arith.constant dense<0.0> : tensor<48x32xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%zero : tensor<48x32xf32>)
         : tensor<48x256xf8E4M3FN>, tensor<32x256xf8E5M2>, tensor<48x2xf32>, tensor<1x2xf32> -> tensor<48x32xf32>
  return %d : tensor<48x32xf32>
}

// Magnitudes, scales, fp8 and integers are pinned; a sum in f32 is not.
// SCALES: check0     passed: equal bit for bit
// SCALES-NEXT: check1     passed: equal bit for bit
// SCALES-NEXT: check2     passed: equal bit for bit
// SCALES-NEXT: check3     passed: relative error
func.func @scales(%x: tensor<4x256xbf16>) -> (tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x256xf8E4M3FN>, tensor<4x256xbf16>) {
  %e = tensor.empty() : tensor<4x2xf32>
  %m = gq.block_absmax %x block [1, 128] outs(%e : tensor<4x2xf32>) : tensor<4x256xbf16> -> tensor<4x2xf32>
  %s = gq.absmax_to_scale %m to f8E4M3FN outs(%e : tensor<4x2xf32>) : tensor<4x2xf32> -> tensor<4x2xf32>
  %eq = tensor.empty() : tensor<4x256xf8E4M3FN>
  %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%eq : tensor<4x256xf8E4M3FN>)
         : tensor<4x256xbf16>, tensor<4x2xf32> -> tensor<4x256xf8E4M3FN>
  %y = arith.addf %x, %x : tensor<4x256xbf16>
  return %m, %s, %q, %y : tensor<4x2xf32>, tensor<4x2xf32>, tensor<4x256xf8E4M3FN>, tensor<4x256xbf16>
}

// Quantised after a function that rounds: one step is allowed.
// REQUANT: check0     passed: 0 of 512 codes are the next one (limit 16)
func.func @requantized(%x: tensor<4x128xf32>) -> tensor<4x128xf8E4M3FN> {
  %t = math.tanh %x : tensor<4x128xf32>
  %q = arith.truncf %t : tensor<4x128xf32> to tensor<4x128xf8E4M3FN>
  return %q : tensor<4x128xf8E4M3FN>
}
