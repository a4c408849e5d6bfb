// One test for every diagnostic: tiles that would be taken for others.
// RUN: gq-opt %s --gq-distribute --split-input-file --verify-diagnostics

!x = tensor<8x512xbf16>
!q = tensor<8x512xf8E4M3FN>
!s = tensor<8x4xf32>
#config = #gq.quantize_config<tile = [8, 512]>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %y: memref<?x4xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> !x
  %u = gqgpu.load %y[%i, %i] : memref<?x4xf32> -> tensor<1x4xf32>
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [1, 128] outs(%q, %s : !q, !s) {config = #config} : !x -> !q, !s
  // expected-error@+1 {{'gqgpu.mask' op computes 'tensor<1x4xf32>', expects a tile of rank 2 with 8 rows, as the kernel's}}
  %m = gqgpu.mask %u to (%i, %i) : tensor<1x4xf32>
  gqgpu.return
}

// -----

!x = tensor<8x512xbf16>
!q = tensor<8x512xf8E4M3FN>
!s = tensor<8x4xf32>
#config = #gq.quantize_config<tile = [8, 512]>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %y: memref<?xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> !x
  %u = gqgpu.load %y[%i] : memref<?xf32> -> tensor<512xf32>
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [1, 128] outs(%q, %s : !q, !s) {config = #config} : !x -> !q, !s
  // expected-error@+1 {{'scf.for' op computes 'tensor<512xf32>', expects a tile of rank 2 with 8 rows, as the kernel's}}
  %l = scf.for %j = %i to %i step %i iter_args(%c = %u) -> tensor<512xf32> {
    scf.yield %c : tensor<512xf32>
  }
  gqgpu.return
}

// -----

// Where a store turns a tile, nothing else may read it: its fragment lies the
// other way round.
!x = tensor<64x64xbf16>
!q = tensor<64x64xi8>
!s = tensor<4x4xf32>
#config = #gq.quantize_config<tile = [64, 64]>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %d: memref<?x512xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> !x
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [16, 16] outs(%q, %s : !q, !s) {transposed_scales, config = #config} : !x -> !q, !s
  // expected-error@+1 {{'scf.for' op reads a transposed tile, which can only be stored}}
  %l = scf.for %j = %i to %i step %i iter_args(%c = %r#1) -> !s {
    scf.yield %c : !s
  }
  gqgpu.store %l, %d[%i, %i] : !s, memref<?x512xf32>
  gqgpu.return
}

// -----

!x = tensor<64x64xbf16>
!q = tensor<64x64xi8>
#config = #gq.quantize_config<tile = [64, 64]>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %d: memref<?x512xi8>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> !x
  %q = tensor.empty() : !q
  %s = tensor.empty() : tensor<64x1xf32>
  %r:2 = gq.quantize %t block [1, 64] outs(%q, %s : !q, tensor<64x1xf32>) {config = #config} : !x -> !q, tensor<64x1xf32>
  %u = linalg.transpose ins(%r#0 : !q) outs(%q : !q) permutation = [1, 0]
  // expected-error@+1 {{'scf.for' op reads a transposed tile, which can only be stored}}
  %l = scf.for %j = %i to %i step %i iter_args(%c = %r#0) -> !q {
    scf.yield %u : !q
  }
  gqgpu.store %l, %d[%i, %i] : !q, memref<?x512xi8>
  gqgpu.return
}

// -----

!x = tensor<64x64xbf16>
!q = tensor<64x64xi8>
!s = tensor<4x4xf32>
#config = #gq.quantize_config<tile = [64, 64]>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> !x
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [16, 16] outs(%q, %s : !q, !s) {transposed_scales, config = #config} : !x -> !q, !s
  // expected-error@+1 {{'gq.absmax_to_scale' op reads a transposed tile, which can only be stored}}
  %f = gq.absmax_to_scale %r#1 to i8 outs(%s : !s) : !s -> !s
  gqgpu.return
}

// -----

!x = tensor<64x64xbf16>
!q = tensor<64x64xi8>
!s = tensor<4x4xf32>
#config = #gq.quantize_config<tile = [64, 64]>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> !x
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [16, 16] outs(%q, %s : !q, !s) {transposed_scales, config = #config} : !x -> !q, !s
  // expected-error@+1 {{'gq.scaled_cast' op reads a transposed tile, which can only be stored}}
  %c = gq.scaled_cast %t scales(%r#1 block [16, 16]) outs(%q : !q) : !x, !s -> !q
  gqgpu.return
}

// -----

// Not even in a loop in there.
!x = tensor<8x512xbf16>
!q = tensor<8x512xf8E4M3FN>
!s = tensor<8x4xf32>
#config = #gq.quantize_config<tile = [8, 512]>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index, %c: i1) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> !x
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [1, 128] outs(%q, %s : !q, !s) {config = #config} : !x -> !q, !s
  // expected-error@+1 {{'scf.if' op cannot be spread over threads}}
  scf.if %c {
    scf.for %j = %i to %i step %i {
      %u = gqgpu.load %x[%j, %i] : memref<?x512xbf16> -> !x
      %m = gqgpu.mask %u to (%i, %i) : !x
    }
  }
  gqgpu.return
}
