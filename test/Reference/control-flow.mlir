// scf, affine, func and tensor ops.
//
// RUN: gq-run %s --backend=reference --print --entry=loops | FileCheck %s --check-prefix=LOOPS
// RUN: gq-run %s --backend=reference --print --entry=threads | FileCheck %s --check-prefix=THREADS
// RUN: gq-run %s --backend=reference --print --entry=calls | FileCheck %s --check-prefix=CALLS
// RUN: gq-run %s --backend=reference --print --entry=shapes | FileCheck %s --check-prefix=SHAPES
// RUN: gq-run %s --backend=reference --print --entry=slices | FileCheck %s --check-prefix=SLICES
// RUN: gq-run %s --backend=reference --print --entry=concat | FileCheck %s --check-prefix=CONCAT
// RUN: gq-run %s --backend=reference --print --entry=empty --m=0 | FileCheck %s --check-prefix=EMPTY

// Two values carried over 0, 2, 4; a loop without iterations; a branch.
// LOOPS: value0 6
// LOOPS: value1 tensor<1xf32> [8]
// LOOPS: value2 42
// LOOPS: value3 -1
func.func @loops() -> (index, tensor<1xf32>, i32, i32) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  %one = arith.constant dense<1.0> : tensor<1xf32>
  %sum, %t = scf.for %i = %c0 to %c5 step %c2 iter_args(%s = %c0, %x = %one) -> (index, tensor<1xf32>) {
    %n = arith.addi %s, %i : index
    %y = arith.addf %x, %x : tensor<1xf32>
    scf.yield %n, %y : index, tensor<1xf32>
  }
  %i42 = arith.constant 42 : i32
  %none = scf.for %i = %c5 to %c0 step %c2 iter_args(%s = %i42) -> (i32) {
    %z = arith.constant 0 : i32
    scf.yield %z : i32
  }
  %lt = arith.cmpi ult, %c5, %c2 : index
  %branch = scf.if %lt -> (i32) {
    scf.yield %none : i32
  } else {
    %m = arith.constant -1 : i32
    scf.yield %m : i32
  }
  return %sum, %t, %none, %branch : index, tensor<1xf32>, i32, i32
}

// Threads read the shared tensor as it was before the loop, and the last tile is
// short.
// THREADS: value0 tensor<5xf32> [2, 3, 4, 5, 6]
func.func @threads() -> tensor<5xf32> {
  %x = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf32>
  %one = arith.constant 1.0 : f32
  %r = scf.forall (%i) = (0) to (5) step (2) shared_outs(%o = %x) -> (tensor<5xf32>) {
    %n = affine.min affine_map<(d0) -> (2, 5 - d0)>(%i)
    %s = tensor.extract_slice %o[%i] [%n] [1] : tensor<5xf32> to tensor<?xf32>
    %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
        outs(%s : tensor<?xf32>) {
    ^bb0(%v: f32):
      %w = arith.addf %v, %one : f32
      linalg.yield %w : f32
    } -> tensor<?xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %y into %o[%i] [%n] [1] : tensor<?xf32> into tensor<5xf32>
    }
  }
  return %r : tensor<5xf32>
}

// The same function called twice keeps its values apart.
// CALLS: value0 120
func.func private @factorial(%n: i64) -> i64 {
  %one = arith.constant 1 : i64
  %small = arith.cmpi sle, %n, %one : i64
  %r = scf.if %small -> (i64) {
    scf.yield %one : i64
  } else {
    %p = arith.subi %n, %one : i64
    %f = func.call @factorial(%p) : (i64) -> i64
    %m = arith.muli %n, %f : i64
    scf.yield %m : i64
  }
  return %r : i64
}
func.func @calls() -> i64 {
  %n = arith.constant 5 : i64
  %r = call @factorial(%n) : (i64) -> i64
  return %r : i64
}

// SHAPES: value0 tensor<6xi32> [1, 2, 3, 4, 5, 6]
// SHAPES: value1 tensor<3x2xi32> {{\[\[}}1, 2], [3, 4], [5, 6]]
// SHAPES: value2 tensor<3x5xi32> {{\[\[}}9, 1, 2, 3, 9], [9, 4, 5, 6, 9], [9, 9, 9, 9, 9]]
// SHAPES: value3 2
// SHAPES: value4 tensor<2x2xf32> {{\[\[}}7, 8], [7, 7]]
func.func @shapes() -> (tensor<6xi32>, tensor<3x2xi32>, tensor<3x5xi32>, index, tensor<2x2xf32>) {
  %x = arith.constant dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi32>
  %nine = arith.constant 9 : i32
  %f = tensor.collapse_shape %x [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>
  %e = tensor.expand_shape %f [[0, 1]] output_shape [3, 2] : tensor<6xi32> into tensor<3x2xi32>
  %p = tensor.pad %x low[0, 1] high[1, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %nine : i32
  } : tensor<2x3xi32> to tensor<3x5xi32>
  %dyn = tensor.cast %x : tensor<2x3xi32> to tensor<?x?xi32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d = tensor.dim %dyn, %c0 : tensor<?x?xi32>
  %seven = arith.constant 7.0 : f32
  %eight = arith.constant 8.0 : f32
  %s = tensor.splat %seven : tensor<2x2xf32>
  %t = tensor.insert %eight into %s[%c0, %c1] : tensor<2x2xf32>
  return %f, %e, %p, %d, %t : tensor<6xi32>, tensor<3x2xi32>, tensor<3x5xi32>, index, tensor<2x2xf32>
}

// Strides, and ranks that are reduced. Inserting leaves the source of the
// destination alone.
// SLICES: value0 tensor<2xi32> [2, 8]
// SLICES: value1 tensor<3x3xi32> {{\[\[}}1, 2, 3], [0, 5, 0], [7, 8, 9]]
// SLICES: value2 tensor<3x3xi32> {{\[\[}}1, 2, 3], [4, 5, 6], [7, 8, 9]]
func.func @slices() -> (tensor<2xi32>, tensor<3x3xi32>, tensor<3x3xi32>) {
  %x = arith.constant dense<[[1, 2, 3], [4, 5, 6], [7, 8, 9]]> : tensor<3x3xi32>
  %z = arith.constant dense<0> : tensor<2xi32>
  %c = tensor.extract_slice %x[0, 1] [2, 1] [2, 1] : tensor<3x3xi32> to tensor<2xi32>
  %i = tensor.insert_slice %z into %x[1, 0] [1, 2] [1, 2] : tensor<2xi32> into tensor<3x3xi32>
  return %c, %i, %x : tensor<2xi32>, tensor<3x3xi32>, tensor<3x3xi32>
}

// EMPTY: value0 tensor<0x4xf32> []
// EMPTY: value1 tensor<4xf32> [0, 0, 0, 0]
func.func @empty(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<4xf32>) {
  %y = arith.addf %x, %x : tensor<?x4xf32>
  %z = arith.constant dense<0.0> : tensor<4xf32>
  %r = linalg.reduce { arith.addf } ins(%y : tensor<?x4xf32>) outs(%z : tensor<4xf32>) dimensions = [0]
  return %y, %r : tensor<?x4xf32>, tensor<4xf32>
}

// Side by side along either dimension.
// CONCAT: value0 tensor<2x3xi32> {{\[\[}}1, 2, 5], [3, 4, 6]]
// CONCAT: value1 tensor<3x2xi32> {{\[\[}}1, 2], [3, 4], [7, 8]]
func.func @concat() -> (tensor<2x3xi32>, tensor<3x2xi32>) {
  %x = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>
  %y = arith.constant dense<[[5], [6]]> : tensor<2x1xi32>
  %z = arith.constant dense<[[7, 8]]> : tensor<1x2xi32>
  %c = tensor.concat dim(1) %x, %y : (tensor<2x2xi32>, tensor<2x1xi32>) -> tensor<2x3xi32>
  %r = tensor.concat dim(0) %x, %z : (tensor<2x2xi32>, tensor<1x2xi32>) -> tensor<3x2xi32>
  return %c, %r : tensor<2x3xi32>, tensor<3x2xi32>
}
