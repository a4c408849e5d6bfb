// One test for every check of a config that a person wrote: slabs.
// RUN: gq-opt %s --gq-select-config --split-input-file --verify-diagnostics

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: expects tile size 0 to be the block's 128 with slabs, got 256}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.quantize_config<tile = [256, 128], slabs = 2>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: expects tile size 1 to be a multiple of the block's 128, got 192}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.quantize_config<tile = [128, 192], slabs = 2, passes = 2>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: expects tile size 0 to be a multiple of 3 slabs, got 128}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.quantize_config<tile = [128, 128], slabs = 3>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: cannot spread a slab of 16x128 over 96 threads and 1 thread blocks}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.quantize_config<tile = [128, 128], threads = 96, slabs = 8>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xf32>, %q: !q, %s: tensor<2x4xf32>) -> (!q, tensor<2x4xf32>) {
  // expected-error@+1 {{config: gives each thread 128 elements in registers, the limit is 64}}
  %r:2 = gq.quantize %x block [256, 256] outs(%q, %s : !q, tensor<2x4xf32>) {config = #gq.quantize_config<tile = [256, 256], slabs = 2>} : tensor<512x1024xf32> -> !q, tensor<2x4xf32>
  return %r#0, %r#1 : !q, tensor<2x4xf32>
}

// -----

func.func @f(%x: tensor<512x1024xf32>, %q: tensor<512x1024xf8E4M3FN>, %s: tensor<1x2xf32>) -> (tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>) {
  // expected-error@+1 {{config: uses 917536 bytes of shared memory, the limit is 232448 (park = false reads slabs again instead)}}
  %r:2 = gq.quantize %x block [512, 512] outs(%q, %s : tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>) {config = #gq.quantize_config<tile = [512, 512], threads = 512, slabs = 8, park = true>}
      : tensor<512x1024xf32> -> tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>
  return %r#0, %r#1 : tensor<512x1024xf8E4M3FN>, tensor<1x2xf32>
}
