// A product whose scales agree with what quantises them is measured so, and its key says it:
// that is how gq-select-config sees it.
// RUN: rm -rf %t && gq-compile %s --target=h200 --candidates=%t
// RUN: FileCheck %s --input-file=%t/candidates.json
// CHECK: "key": "sum m=18 n=24 k=128 bits=8 out=32 at=1x128x32/20 b=24x128x32/1 promote=128"
// RUN: gq-bundle info %t/0.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: workspace ws{{.}} f32 [1, 20]

func.func @linear(%x: tensor<18x128xbf16>, %b: tensor<24x128xf8E4M3FN>, %t: tensor<1x1xf32>) -> tensor<18x24xf32> {
  %zero = arith.constant 0.0 : f32
  %eq = tensor.empty() : tensor<18x128xf8E4M3FN>
  %es = tensor.empty() : tensor<18x1xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<18x128xf8E4M3FN>, tensor<18x1xf32>) : tensor<18x128xbf16> -> tensor<18x128xf8E4M3FN>, tensor<18x1xf32>
  %e = tensor.empty() : tensor<18x24xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<18x24xf32>) -> tensor<18x24xf32>
  %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], %t block [24, 128]) outs(%i : tensor<18x24xf32>)
      : tensor<18x128xf8E4M3FN>, tensor<24x128xf8E4M3FN>, tensor<18x1xf32>, tensor<1x1xf32> -> tensor<18x24xf32>
  return %d : tensor<18x24xf32>
}
