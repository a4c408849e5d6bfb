// One test for every check of a config that a person wrote: quantise.
// RUN: gq-opt %s --gq-select-config --split-input-file --verify-diagnostics

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: expects tile size 1 to be a multiple of the block's 128, got 192}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.quantize_config<tile = [16, 192]>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: expects tile size 0 to be a multiple of the block's 128, got 64}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.quantize_config<tile = [64, 128]>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: uses 2048 threads per thread block, the limit is 1024}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.quantize_config<tile = [16, 512], threads = 2048>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: expects a cluster of 1, 2, 4 or 8 thread blocks, got 3}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.quantize_config<tile = [48, 512], cluster = 3>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: expects a cluster of 1, 2, 4 or 8 thread blocks, got 16}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.quantize_config<tile = [16, 512], cluster = 16>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: cannot spread a tile of 4x512 over 192 threads and 1 thread blocks}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.quantize_config<tile = [4, 512], threads = 192>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<512x8xf32>) -> (!q, tensor<512x8xf32>) {
  // expected-error@+1 {{config: gives each thread 256 elements in registers, the limit is 128}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<512x8xf32>) {config = #gq.quantize_config<tile = [128, 512]>} : tensor<512x1024xbf16> -> !q, tensor<512x8xf32>
  return %r#0, %r#1 : !q, tensor<512x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<128x256xf32>) -> (!q, tensor<128x256xf32>) {
  // expected-error@+1 {{config: gives each thread 8589934576 elements in registers, the limit is 128}}
  %r:2 = gq.quantize %x block [4, 4] outs(%q, %s : !q, tensor<128x256xf32>) {config = #gq.quantize_config<tile = [2147483644, 4], threads = 1>} : tensor<512x1024xbf16> -> !q, tensor<128x256xf32>
  return %r#0, %r#1 : !q, tensor<128x256xf32>
}

// -----

// Two passes need parts; only what covers its tensor may be cut anywhere.
!q = tensor<?x?xf8E4M3FN>
func.func @f(%x: tensor<?x?xbf16>, %q: !q, %s: tensor<?x?xf32>) -> (!q, tensor<?x?xf32>) {
  // expected-error@+1 {{has no gpu strategy for blocks of 1x200003: expects blocks of at most 262144 elements, or sizes that have divisors between 2 and 16384}}
  %r:2 = gq.quantize %x block [1, 200003] outs(%q, %s : !q, tensor<?x?xf32>) : tensor<?x?xbf16> -> !q, tensor<?x?xf32>
  return %r#0, %r#1 : !q, tensor<?x?xf32>
}

// -----

!q = tensor<?x?xf8E4M3FN>
func.func @f(%x: tensor<?x?xbf16>, %q: !q, %s: tensor<?x?xf32>) -> (!q, tensor<?x?xf32>) {
  // expected-error@+1 {{has no gpu strategy for blocks of 4611686018427387847x1: expects blocks of at most 262144 elements}}
  %r:2 = gq.quantize %x block [4611686018427387847, 1] outs(%q, %s : !q, tensor<?x?xf32>) : tensor<?x?xbf16> -> !q, tensor<?x?xf32>
  return %r#0, %r#1 : !q, tensor<?x?xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: expects tile size 0 and the block's 128 to divide one another, got 96}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.quantize_config<tile = [96, 128], passes = 2>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: expects tile size 1 and the block's 128 to divide one another, got 192}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.quantize_config<tile = [64, 192], passes = 2>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: expects a tile with more than one element of a block, got 1x1}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.quantize_config<tile = [1, 1], threads = 1, passes = 2>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: gives each thread 256 elements in registers, the limit is 128}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.quantize_config<tile = [128, 512], passes = 2>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<4x8xf32>) -> (!q, tensor<4x8xf32>) {
  // expected-error@+1 {{config: cannot spread a tile of 64x128 over 96 threads and 1 thread blocks}}
  %r:2 = gq.quantize %x block [128, 128] outs(%q, %s : !q, tensor<4x8xf32>) {config = #gq.quantize_config<tile = [64, 128], threads = 96, passes = 2>} : tensor<512x1024xbf16> -> !q, tensor<4x8xf32>
  return %r#0, %r#1 : !q, tensor<4x8xf32>
}

// -----

func.func @absmax(%x: tensor<512x1024xbf16>, %s: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // expected-error@+1 {{config: uses 2048 threads per thread block, the limit is 1024}}
  %a = gq.block_absmax %x block [128, 128] outs(%s : tensor<4x8xf32>) {config = #gq.quantize_config<tile = [128, 128], threads = 2048>} : tensor<512x1024xbf16> -> tensor<4x8xf32>
  return %a : tensor<4x8xf32>
}

// -----

func.func @cast(%x: tensor<512x1024xbf16>, %s: tensor<4x8xf32>, %q: tensor<512x1024xf8E4M3FN>) -> tensor<512x1024xf8E4M3FN> {
  // expected-error@+1 {{config: expects tile size 1 and the block's 128 to divide one another, got 96}}
  %c = gq.scaled_cast %x scales(%s block [128, 128]) outs(%q : tensor<512x1024xf8E4M3FN>) {config = #gq.quantize_config<tile = [128, 96]>}
      : tensor<512x1024xbf16>, tensor<4x8xf32> -> tensor<512x1024xf8E4M3FN>
  return %c : tensor<512x1024xf8E4M3FN>
}

// -----

func.func @copy(%x: tensor<512x1024xf32>) -> tensor<512x1024xf32> {
  // expected-error@+1 {{config: gives each thread 128 elements in registers, the limit is 64}}
  %r = gq.copy %x outs(%x : tensor<512x1024xf32>) {config = #gq.quantize_config<tile = [16, 256], threads = 32>} : tensor<512x1024xf32> -> tensor<512x1024xf32>
  return %r : tensor<512x1024xf32>
}

// -----

func.func @copy(%x: tensor<512x1024xf32>) -> tensor<512x1024xf32> {
  // expected-error@+1 {{config: cannot spread a tile of 3x100 over 64 threads and 1 thread blocks}}
  %r = gq.copy %x outs(%x : tensor<512x1024xf32>) {config = #gq.quantize_config<tile = [3, 100], threads = 64>} : tensor<512x1024xf32> -> tensor<512x1024xf32>
  return %r : tensor<512x1024xf32>
}

// -----

!q = tensor<512x1024xf8E4M3FN>
func.func @f(%x: tensor<512x1024xbf16>, %q: !q, %s: tensor<8x512xf32>) -> (!q, tensor<8x512xf32>) {
  // expected-error@+1 {{config: expects tile size 0 to be a multiple of 4, as rows of scales are padded to a multiple of 4, got 2}}
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : !q, tensor<8x512xf32>) {padded_scales, transposed_scales, config = #gq.quantize_config<tile = [2, 1024]>} : tensor<512x1024xbf16> -> !q, tensor<8x512xf32>
  return %r#0, %r#1 : !q, tensor<8x512xf32>
}

// -----

!q = tensor<512x8xi8>
func.func @f(%x: tensor<512x16xbf16>, %q: !q, %s: tensor<512x1xf32>) -> (!q, tensor<512x1xf32>) {
  // expected-error@+1 {{config: spreads a tile of 16x16 by single columns, expects two that are neighbours for each thread, whose codes share a byte}}
  %r:2 = gq.quantize %x block [1, 16] outs(%q, %s : !q, tensor<512x1xf32>) {packed = i4, config = #gq.quantize_config<tile = [16, 16], threads = 256>} : tensor<512x16xbf16> -> !q, tensor<512x1xf32>
  return %r#0, %r#1 : !q, tensor<512x1xf32>
}

// -----

func.func @sums(%x: tensor<?x?xf32>, %e: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // expected-error@+1 {{config: spreads blocks of 6x64 irregularly over 32x8 threads of 8 columns, expects as many as go into a block, or whole blocks into them}}
  %m = gq.block_reduce addf %x block [6, 64] outs(%e : tensor<?x?xf32>) {config = #gq.quantize_config<tile = [96, 64]>} : tensor<?x?xf32> -> tensor<?x?xf32>
  return %m : tensor<?x?xf32>
}
