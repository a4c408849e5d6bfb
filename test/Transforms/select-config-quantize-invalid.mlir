// One test for every check of a config that a person wrote: quantise.
// RUN: gq-opt %s --gq-select-config --split-input-file --verify-diagnostics

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: expects tile size 1 to be a multiple of the block's 128, got 192}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.config<tile = [16, 192]>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: expects tile size 0 to be a multiple of the block's 128, got 64}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.config<tile = [64, 128]>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: uses 2048 threads per thread block, the limit is 1024}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.config<tile = [16, 512], threads = 2048>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: expects a cluster of 1, 2, 4 or 8 thread blocks, got 3}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.config<tile = [48, 512], cluster = 3>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: expects a cluster of 1, 2, 4 or 8 thread blocks, got 16}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.config<tile = [16, 512], cluster = 16>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: cannot spread a tile of 4x512 over 256 threads and 1 thread blocks}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.config<tile = [4, 512]>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: gives each thread 256 elements in registers, the limit is 128}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.config<tile = [128, 512]>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<1x1xf32>) -> (!q, tensor<1x1xf32>) {
  // expected-error@+1 {{has no gpu strategy for blocks of 1024x1024: a block must fit the registers of 8 thread blocks, 524288 elements}}
  %r:2 = gq.quantize %x block [1024, 1024] outs(%q, %s : !q, tensor<1x1xf32>) : tensor<512x1024xbf16> -> !q, tensor<1x1xf32>
  return %r#0, %r#1 : !q, tensor<1x1xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<1x256xf32>) -> (!q, tensor<1x256xf32>) {
  // expected-error@+1 {{has no gpu strategy for blocks of 4611686018427387904x4: a block must fit the registers of 8 thread blocks, 524288 elements}}
  %r:2 = gq.quantize %x block [4611686018427387904, 4] outs(%q, %s : !q, tensor<1x256xf32>) : tensor<512x1024xbf16> -> !q, tensor<1x256xf32>
  return %r#0, %r#1 : !q, tensor<1x256xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<128x256xf32>) -> (!q, tensor<128x256xf32>) {
  // expected-error@+1 {{config: gives each thread 18446744073709551615 elements in registers, the limit is 128}}
  %r:2 = gq.quantize %x block [4, 4] outs(%q, %s : !q, tensor<128x256xf32>) {config = #gq.config<tile = [9223372036854775804, 4], threads = 1>} : tensor<512x1024xbf16> -> !q, tensor<128x256xf32>
  return %r#0, %r#1 : !q, tensor<128x256xf32>
}
