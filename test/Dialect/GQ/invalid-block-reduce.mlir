// One test for every diagnostic: block_reduce.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

func.func @elements(%x: tensor<8x64xf64>, %e: tensor<8x1xf32>) {
  // expected-error@+1 {{expects operand x of element type bf16, f16, f32 or i32, got 'f64'}}
  %0 = gq.block_reduce addf %x block [1, 64] outs(%e : tensor<8x1xf32>) : tensor<8x64xf64> -> tensor<8x1xf32>
  return
}

// -----

func.func @init(%x: tensor<8x64xbf16>, %e: tensor<8x1xbf16>) {
  // expected-error@+1 {{expects operand init of element type 'f32' for operand x of 'bf16', got 'bf16'}}
  %0 = gq.block_reduce addf %x block [1, 64] outs(%e : tensor<8x1xbf16>) : tensor<8x64xbf16> -> tensor<8x1xbf16>
  return
}

// -----

func.func @integers(%x: tensor<8x64xi32>, %e: tensor<8x1xi32>) {
  // expected-error@+1 {{expects a kind that reduces 'i32', got addf}}
  %0 = gq.block_reduce addf %x block [1, 64] outs(%e : tensor<8x1xi32>) : tensor<8x64xi32> -> tensor<8x1xi32>
  return
}

// -----

func.func @assign(%x: tensor<8x64xf32>, %e: tensor<8x1xf32>) {
  // expected-error@+1 {{expects a kind that reduces 'f32', got assign}}
  %0 = gq.block_reduce assign %x block [1, 64] outs(%e : tensor<8x1xf32>) : tensor<8x64xf32> -> tensor<8x1xf32>
  return
}

// -----

func.func @values(%x: tensor<8x64xf32>, %e: tensor<8x2xf32>) {
  // expected-error@+1 {{expects dimension 1 of operand init to be 1 (one scale per 64 of the 64 elements of operand x), got 2}}
  %0 = gq.block_reduce addf %x block [1, 64] outs(%e : tensor<8x2xf32>) : tensor<8x64xf32> -> tensor<8x2xf32>
  return
}

// -----

func.func @slabs(%x: tensor<8x64xf32>, %e: tensor<8x1xf32>) {
  // expected-error@+1 {{expects config without slabs, which is for gq.quantize, got 2}}
  %0 = gq.block_reduce addf %x block [1, 64] outs(%e : tensor<8x1xf32>)
         {config = #gq.quantize_config<tile = [8, 64], slabs = 2>} : tensor<8x64xf32> -> tensor<8x1xf32>
  return
}
