// What a block_reduce makes of blocks, worked out by hand.
//
// RUN: gq-run %s --backend=reference --print --entry=sums | FileCheck %s --check-prefix=SUMS
// RUN: gq-run %s --backend=reference --print --entry=largest | FileCheck %s --check-prefix=LARGEST
// RUN: gq-run %s --backend=reference --print --entry=numbers | FileCheck %s --check-prefix=NUMBERS
// RUN: gq-run %s --backend=reference --print --entry=integers | FileCheck %s --check-prefix=INTEGERS

// Blocks that stick out.
// SUMS: value0 tensor<2x2xf32> {{\[\[}}12, 2], [7, 0.5]]
func.func @sums() -> tensor<2x2xf32> {
  %x = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, -1.0], [7.0, 0.0, 0.5]]> : tensor<3x3xbf16>
  %e = tensor.empty() : tensor<2x2xf32>
  %r = gq.block_reduce addf %x block [2, 2] outs(%e : tensor<2x2xf32>) : tensor<3x3xbf16> -> tensor<2x2xf32>
  return %r : tensor<2x2xf32>
}

// NaN wins.
// LARGEST: value0 tensor<2x1xf32> {{\[\[}}-1], [nan]]
func.func @largest() -> tensor<2x1xf32> {
  %x = arith.constant dense<[[-3.0, -1.0, -2.0], [1.0, 0x7FC00000, 2.0]]> : tensor<2x3xf32>
  %e = tensor.empty() : tensor<2x1xf32>
  %r = gq.block_reduce maximumf %x block [1, 3] outs(%e : tensor<2x1xf32>) : tensor<2x3xf32> -> tensor<2x1xf32>
  return %r : tensor<2x1xf32>
}

// Numbers win.
// NUMBERS: value0 tensor<2x1xf32> {{\[\[}}-3], [1]]
func.func @numbers() -> tensor<2x1xf32> {
  %x = arith.constant dense<[[-3.0, -1.0, -2.0], [1.0, 0x7FC00000, 2.0]]> : tensor<2x3xf32>
  %e = tensor.empty() : tensor<2x1xf32>
  %r = gq.block_reduce minnumf %x block [1, 3] outs(%e : tensor<2x1xf32>) : tensor<2x3xf32> -> tensor<2x1xf32>
  return %r : tensor<2x1xf32>
}

// Unsigned: all bits are the largest. Products wrap around.
// INTEGERS: value0 tensor<1x1xi32> {{\[\[}}-1]]
// INTEGERS: value1 tensor<1x1xi32> {{\[\[}}-131072]]
func.func @integers() -> (tensor<1x1xi32>, tensor<1x1xi32>) {
  %x = arith.constant dense<[[2147483647, -1, 5]]> : tensor<1x3xi32>
  %y = arith.constant dense<[[65536, 65535, 2]]> : tensor<1x3xi32>
  %e = tensor.empty() : tensor<1x1xi32>
  %r = gq.block_reduce maxu %x block [1, 3] outs(%e : tensor<1x1xi32>) : tensor<1x3xi32> -> tensor<1x1xi32>
  %s = gq.block_reduce muli %y block [1, 3] outs(%e : tensor<1x1xi32>) : tensor<1x3xi32> -> tensor<1x1xi32>
  return %r, %s : tensor<1x1xi32>, tensor<1x1xi32>
}
