// Files are compiled by the gq-compile beside the tool; the sizes that follow
// from the checks of a function need not be given.
// RUN: gq-bench --list %s | FileCheck %s --check-prefix=LIST
// RUN: gq-compile %s -o %t.gqb && gq-bench --list %t.gqb --function=quantize | FileCheck %s --check-prefix=BUNDLE
// RUN: gq-bench --help | FileCheck %s --check-prefix=HELP

// Exit status 1: nothing was timed. 2: wrong usage.
// RUN: env GQ_LIBCUDA=%t.none not gq-bench %t.gqb --sizes=64x512x64x512 2>&1 | FileCheck %s --check-prefix=SIZES
// RUN: env GQ_LIBCUDA=%t.none not gq-bench %t.gqb --function=gemm --sizes=64x512x128 2>&1 | FileCheck %s --check-prefix=DRIVER
// RUN: env GQ_LIBCUDA=%t.none not gq-bench %t.gqb --function=gemm --shape arg0=64x512 --shape arg1=64 2>&1 | FileCheck %s --check-prefix=RANK
// RUN: not gq-bench %t.gqb --function=none 2>&1 | FileCheck %s --check-prefix=FUNCTION
// RUN: not gq-bench %t.none.gqb 2>&1 | FileCheck %s --check-prefix=FILE
// RUN: not gq-bench %t.none.mlir 2>&1 | FileCheck %s --check-prefix=INPUT
// RUN: not gq-bench %s --compiler=%t.none 2>&1 | FileCheck %s --check-prefix=COMPILER
// RUN: not gq-bench 2>&1 | FileCheck %s --check-prefix=USAGE
// RUN: not gq-bench %t.gqb --peers=cudnn 2>&1 | FileCheck %s --check-prefix=PEERS

// LIST: options.mlir: gemm, sizes arg0.0 x arg0.1 x arg1.0
// LIST: options.mlir: quantize, sizes arg0.0
// BUNDLE-NOT: gemm
// BUNDLE: .gqb: quantize, sizes arg0.0
// HELP: usage: gq-bench [options] FILE...
// SIZES: error: function gemm: got 4 sizes, 3 are free: arg0.0, arg0.1, arg1.0
// DRIVER: error: no cuda driver found: {{.*}}.none
// RANK: error: function gemm: arg1 is given as 64, rank 2 is needed
// FUNCTION: error: no file has a function 'none'
// FILE: error: cannot open
// INPUT: error: cannot open input file
// INPUT: error: '{{.*}}gq-compile' did not compile
// COMPILER: error: cannot run '{{.*}}.none' to compile
// USAGE: error: a file is needed
// PEERS: error: --peers has 'cudnn', expects copy, driver-copy, empty, cublaslt or none

func.func @gemm(%a: tensor<?x?xf8E4M3FN>, %b: tensor<?x?xf8E4M3FN>,
                %as: tensor<?x?xf32>, %bs: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x?xf8E4M3FN>
  %n = tensor.dim %b, %c0 : tensor<?x?xf8E4M3FN>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %d = gq.scaled_matmul %a, %b scales(%as block [1, 128], %bs block [128, 128])
      outs(%f : tensor<?x?xf32>) : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E4M3FN>,
      tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  return %d : tensor<?x?xf32>
}

func.func @quantize(%x: tensor<?x256xbf16>) -> (tensor<?x256xf8E4M3FN>, tensor<?x2xf32>) {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %qe = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %se = tensor.empty(%m) : tensor<?x2xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%qe, %se : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
      : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  return %q, %s : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
}
