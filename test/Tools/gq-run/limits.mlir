// Sizes that a kernel cannot count in 32 bits are refused with value and limit.
//
// RUN: not gq-compile %s -o %t.gqb 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not gq-run %s --entry=rows --backend=simulate --generate=zeros 2>&1 | FileCheck %s --check-prefix=MEMORY
// RUN: not gq-opt %s --gq-lower-to-nvvm 2>&1 | FileCheck %s --check-prefix=ROWS

// ROWS: error: 'gq.quantize' op has in dimension 0 of operand x (argument 0{{.*}}) a size of 4294967424, kernels count up to 2146435072 in 32 bits
// MEMORY: error: {{.*}}arg0
func.func @rows(%x: tensor<4294967424x128xbf16>) -> (tensor<4294967424x128xf8E4M3FN>, tensor<4294967424x1xf32>) {
  %e = tensor.empty() : tensor<4294967424x128xf8E4M3FN>
  %s = tensor.empty() : tensor<4294967424x1xf32>
  %q, %t = gq.quantize %x block [1, 128] outs(%e, %s : tensor<4294967424x128xf8E4M3FN>, tensor<4294967424x1xf32>)
             : tensor<4294967424x128xbf16> -> tensor<4294967424x128xf8E4M3FN>, tensor<4294967424x1xf32>
  return %q, %t : tensor<4294967424x128xf8E4M3FN>, tensor<4294967424x1xf32>
}
