// What the executor refuses, at the op, in words that say what to change.
//
// RUN: not gq-run %s --entry=unsupported 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not gq-run %s --entry=body 2>&1 | FileCheck %s --check-prefix=BODY
// RUN: not gq-run %s --entry=memrefs 2>&1 | FileCheck %s --check-prefix=MEMREFS
// RUN: not gq-run %s --entry=branches 2>&1 | FileCheck %s --check-prefix=BRANCHES
// RUN: not gq-run %s --entry=scales --shape=arg0=4x256 --shape=arg1=4x3 2>&1 | FileCheck %s --check-prefix=SCALES
// RUN: not gq-run %s --entry=scales --shape=arg0=4x256 --shape=arg1=5x2 2>&1 | FileCheck %s --check-prefix=SCALEROWS
// RUN: not gq-run %s --entry=tile --shape=arg0=4x256 --shape=arg1=4x2 2>&1 | FileCheck %s --check-prefix=TILE
// RUN: not gq-run %s --entry=matmul --shape=arg0=4x256 --shape=arg1=8x128 2>&1 | FileCheck %s --check-prefix=MATMUL
// RUN: not gq-run %s --entry=matmul --shape=arg0=4x256 --shape=arg1=9x256 2>&1 | FileCheck %s --check-prefix=MATMULN
// RUN: not gq-run %s --entry=loops --shape=arg0=4 --shape=arg1=5 2>&1 | FileCheck %s --check-prefix=LOOPS
// RUN: not gq-run %s --entry=window --m=4 2>&1 | FileCheck %s --check-prefix=WINDOW
// RUN: not gq-run %s --entry=far --m=4 2>&1 | FileCheck %s --check-prefix=FAR
// RUN: not gq-run %s --entry=slice --m=4 2>&1 | FileCheck %s --check-prefix=SLICE
// RUN: not gq-run %s --entry=cast --m=4 2>&1 | FileCheck %s --check-prefix=CAST
// RUN: not gq-run %s --entry=step 2>&1 | FileCheck %s --check-prefix=STEP
// RUN: not gq-run %s --entry=zero 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not gq-run %s --entry=shift 2>&1 | FileCheck %s --check-prefix=SHIFT
// RUN: not gq-run %s --entry=forever 2>&1 | FileCheck %s --check-prefix=FOREVER
// RUN: not gq-run %s --entry=huge 2>&1 | FileCheck %s --check-prefix=HUGE
// RUN: not gq-run %s --entry=negative 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not gq-run %s --entry=index --m=4 2>&1 | FileCheck %s --check-prefix=INDEX
// RUN: not gq-run %s --entry=concat --shape=arg0=2x3 --shape=arg1=3x3 2>&1 | FileCheck %s --check-prefix=CONCAT

func.func @concat(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // CONCAT: diagnostics.mlir:[[@LINE+1]]:{{[0-9]+}}: error: 'tensor.concat' op expects inputs that differ along dimension 1 alone, got 3x3 beside 2x3
  %r = tensor.concat dim(1) %x, %y : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

func.func @unsupported() -> tensor<2xindex> {
  // UNKNOWN: diagnostics.mlir:[[@LINE+1]]:{{[0-9]+}}: error: 'tensor.generate' op is not supported by the reference executor
  %r = tensor.generate {
  ^bb0(%i: index):
    tensor.yield %i : index
  } : tensor<2xindex>
  return %r : tensor<2xindex>
}

func.func @body() -> tensor<2xi32> {
  %x = arith.constant dense<3> : tensor<2xi32>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      outs(%x : tensor<2xi32>) {
  ^bb0(%v: i32):
    // BODY: diagnostics.mlir:[[@LINE+1]]:{{[0-9]+}}: error: 'vector.broadcast' op is not supported by the reference executor
    %w = vector.broadcast %v : i32 to vector<2xi32>
    linalg.yield %v : i32
  } -> tensor<2xi32>
  return %r : tensor<2xi32>
}

func.func @memrefs() {
  // MEMREFS: error: 'memref.alloc' op is not supported by the reference executor
  %m = memref.alloc() : memref<2x2xf32>
  return
}

// BRANCHES: error: 'func.func' op has a region of several blocks, which is not supported by the reference executor
func.func @branches() {
  cf.br ^bb1
^bb1:
  return
}

// SCALES: error: 'gq.dequantize' op expects dimension 1 of operand scales to be 2 (one scale per 128 of the 256 elements of operand q), got 3
// SCALEROWS: error: 'gq.dequantize' op expects dimension 0 of operand scales to be 4 (one scale per 1 of the 4 elements of operand q), got 5
func.func @scales(%q: tensor<?x?xf8E4M3FN>, %s: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %q, %c0 : tensor<?x?xf8E4M3FN>
  %n = tensor.dim %q, %c1 : tensor<?x?xf8E4M3FN>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %r = gq.dequantize %q scales(%s block [1, 128]) outs(%e : tensor<?x?xf32>)
         : tensor<?x?xf8E4M3FN>, tensor<?x?xf32> -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// TILE: error: 'gq.dequantize' op expects dimension 1 of operand scales to be at least 3 (one scale per 128 of the 256 elements of operand q, the first at 100 in its block), got 2
func.func @tile(%q: tensor<?x?xf8E4M3FN>, %s: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c100 = arith.constant 100 : index
  %m = tensor.dim %q, %c0 : tensor<?x?xf8E4M3FN>
  %n = tensor.dim %q, %c1 : tensor<?x?xf8E4M3FN>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %r = gq.dequantize %q scales(%s block [1, 128]) origin(%c0, %c100) outs(%e : tensor<?x?xf32>)
         : tensor<?x?xf8E4M3FN>, tensor<?x?xf32> -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// MATMUL: error: 'gq.scaled_matmul' op expects dimension 1 of operand b to be 256 (K, as dimension 1 of operand a), got 128
// MATMULN: error: 'gq.scaled_matmul' op expects dimension 1 of operand init to be 9 (N, as dimension 0 of operand b), got 8
func.func @matmul(%a: tensor<?x?xf8E4M3FN>, %b: tensor<?x?xf8E4M3FN>) -> tensor<4x8xf32> {
  %s = arith.constant dense<1.0> : tensor<1x1xf32>
  %c = arith.constant dense<0.0> : tensor<4x8xf32>
  %t = tensor.cast %s : tensor<1x1xf32> to tensor<?x?xf32>
  %i = tensor.cast %c : tensor<4x8xf32> to tensor<?x?xf32>
  %d = gq.scaled_matmul %a, %b scales(%t block [256, 256], %t block [256, 256]) outs(%i : tensor<?x?xf32>)
         : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E4M3FN>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  %r = tensor.cast %d : tensor<?x?xf32> to tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// LOOPS: error: 'linalg.add' op expects dimension 0 of operand 1 (argument 1, %b) to be 4 (as dimension 0 of operand 0 (argument 0, %a)), got 5
func.func @loops(%a: tensor<?xf32>, %b: tensor<?xf32>) -> tensor<?xf32> {
  %r = linalg.add ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%a : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}

// WINDOW: error: 'linalg.conv_1d' op indexes dimension 0 of operand 0 from 0 to 4, its size is 4
func.func @window(%a: tensor<?xf32>) -> tensor<4xf32> {
  %k = arith.constant dense<1.0> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<4xf32>
  %r = linalg.conv_1d ins(%a, %k : tensor<?xf32>, tensor<2xf32>) outs(%z : tensor<4xf32>) -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// FAR: error: 'linalg.generic' op indexes dimension 0 of operand 0 beyond the range of 64 bits
func.func @far(%a: tensor<?xf32>) -> tensor<4xf32> {
  %e = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i * 4611686018427387904)>, affine_map<(i) -> (i)>],
                       iterator_types = ["parallel"]}
      ins(%a : tensor<?xf32>) outs(%e : tensor<4xf32>) {
  ^bb0(%v: f32, %o: f32):
    linalg.yield %v : f32
  } -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// SLICE: error: 'tensor.extract_slice' op expects the slice at offset 2 of size 3 and stride 1 to lie within dimension 0 of operand source, which has size 4
func.func @slice(%a: tensor<?xf32>) -> tensor<3xf32> {
  %r = tensor.extract_slice %a[2] [3] [1] : tensor<?xf32> to tensor<3xf32>
  return %r : tensor<3xf32>
}

// CAST: error: 'tensor.cast' op expects a source that fits 'tensor<5xf32>', got tensor<4xf32>
func.func @cast(%a: tensor<?xf32>) -> tensor<5xf32> {
  %r = tensor.cast %a : tensor<?xf32> to tensor<5xf32>
  return %r : tensor<5xf32>
}

// STEP: error: 'scf.for' op expects a positive step, got 0
func.func @step() {
  %c0 = arith.constant 0 : index
  %c5 = arith.constant 5 : index
  %zero = arith.muli %c0, %c5 : index
  scf.for %i = %c0 to %c5 step %zero {
  }
  return
}

// ZERO: error: 'arith.divsi' op divides by zero
func.func @zero() -> tensor<2xi32> {
  %a = arith.constant dense<1> : tensor<2xi32>
  %b = arith.constant dense<[1, 0]> : tensor<2xi32>
  %r = arith.divsi %a, %b : tensor<2xi32>
  return %r : tensor<2xi32>
}

// SHIFT: error: 'arith.shli' op shifts by 32, expected less than the width 32
func.func @shift() -> i32 {
  %a = arith.constant 1 : i32
  %b = arith.constant 32 : i32
  %r = arith.shli %a, %b : i32
  return %r : i32
}

// FOREVER: error: 'func.call' op nests calls more than 64 deep
func.func @forever() {
  call @forever() : () -> ()
  return
}

// HUGE: error: 'tensor.empty' op result needs more memory than there is, shape 1099511627776x1099511627776
func.func @huge() -> tensor<?x?xf32> {
  %c = arith.constant 1099511627776 : index
  %e = tensor.empty(%c, %c) : tensor<?x?xf32>
  return %e : tensor<?x?xf32>
}

// NEGATIVE: error: 'tensor.empty' op result has a negative size, -1
func.func @negative() -> tensor<?xf32> {
  %c = arith.constant -1 : index
  %e = tensor.empty(%c) : tensor<?xf32>
  return %e : tensor<?xf32>
}

// INDEX: error: 'tensor.extract' op expects index 0 to be in [0, 4), got 4
func.func @index(%a: tensor<?xf32>) -> f32 {
  %c4 = arith.constant 4 : index
  %e = tensor.extract %a[%c4] : tensor<?xf32>
  return %e : f32
}
