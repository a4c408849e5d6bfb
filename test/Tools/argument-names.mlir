// What the text calls arguments is an attribute from parsing on, which may be
// edited. A name of a front end comes first, numbers are no names, and bytecode
// has only the attributes.
// RUN: gq-compile %s --emit=nvvm | FileCheck %s --check-prefix=IR
// RUN: gq-compile %s -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=INFO
// RUN: gq-opt %s --emit-bytecode -o %t.mlirbc
// RUN: gq-compile %t.mlirbc --emit=nvvm | FileCheck %s --check-prefix=BYTECODE
// RUN: gq-run %s --backend=reference --shape=weight=2x128 --output=%t.npy | FileCheck %s --check-prefix=NAMED
// RUN: gq-run %s --backend=reference --input=a=%t.npy | FileCheck %s --check-prefix=NAMED
// RUN: not gq-run %s --backend=reference --input=a=%t.npy --input=%t.npy 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not gq-run %s --backend=reference 2>&1 | FileCheck %s --check-prefix=OPEN
// RUN: not gq-run %s --backend=reference --shape=w=2x128 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not gq-run %s --backend=simulate --shape=a=2x128 --shape=weight=3x128 2>&1 | FileCheck %s --check-prefix=SIZES

// IR: func.func @scale(%{{[^ ]*}}: tensor<?x128xf32> {gq.name = "a"}, %{{[^ ]*}}: tensor<?x128xf32> {gq.name = "weight"}, %{{[^ ]*}}: tensor<128xf32>, %{{[^ ]*}}: tensor<128xf32>)

// INFO: function scale
// INFO-NEXT: input arg0 (%a) f32 [?, 128]
// INFO-NEXT: input arg1 (%weight) f32 [?, 128]
// INFO-NEXT: input arg2 f32 [128]
// INFO-NEXT: input arg3 f32 [128]
// INFO: check eq(arg1.0, arg0.0): linalg.add: dimension 0 of operand 1 (argument 1, %weight) must equal dimension 0 of operand 0 (argument 0, %a)
// INFO: check le(arg0.0, 2146435072): kernels count dimension 0 of argument 0 (%a) in 32 bits

// BYTECODE: func.func @scale(%{{[^ ]*}}: tensor<?x128xf32>, %{{[^ ]*}}: tensor<?x128xf32> {gq.name = "weight"}, %{{[^ ]*}}: tensor<128xf32>, %{{[^ ]*}}: tensor<128xf32>)

// NAMED: arg0       tensor<2x128xf32>  %a{{$}}
// NAMED-NEXT: arg1       tensor<2x128xf32>  %weight{{$}}
// NAMED-NEXT: arg2       tensor<128xf32>{{$}}
// NAMED-NEXT: arg3       tensor<128xf32>{{$}}

// TWICE: error: --input: arg0 (%a) is given twice
// OPEN: error: dimension 0 of arg0 (%a) of type 'tensor<?x128xf32>' is dynamic, give it a size with --shape=arg0=... or --m
// UNKNOWN: error: --shape: expects argN=... or the name of an argument, got w=2x128
// SIZES: linalg.add: dimension 0 of operand 1 (argument 1, %weight) must equal dimension 0 of operand 0 (argument 0, %a): 3, 2 is needed
func.func @scale(%a: tensor<?x128xf32>, %w: tensor<?x128xf32> {gq.name = "weight"}, %0: tensor<128xf32>, %arg7: tensor<128xf32>) -> tensor<?x128xf32> {
  %c0 = arith.constant 0 : index
  %m = tensor.dim %a, %c0 : tensor<?x128xf32>
  %e = tensor.empty(%m) : tensor<?x128xf32>
  %y = linalg.add ins(%a, %w : tensor<?x128xf32>, tensor<?x128xf32>) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  return %y : tensor<?x128xf32>
}
