// One test for every diagnostic: tiles that are taken in slabs.
// RUN: gq-opt %s --gq-distribute --split-input-file --verify-diagnostics

!q = tensor<16x512xf8E4M3FN>
!s = tensor<1x4xf32>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<16x512xbf16>
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  // expected-error@+1 {{has 16 rows, which 3 slabs cannot divide}}
  %r:2 = gq.quantize %t block [16, 128] outs(%q, %s : !q, !s) {config = #gq.quantize_config<tile = [16, 512], slabs = 3>} : tensor<16x512xbf16> -> !q, !s
  gqgpu.return
}

// -----

!q = tensor<16x512xf8E4M3FN>
!s = tensor<2x4xf32>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<16x512xbf16>
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  // expected-error@+1 {{in 2 slabs expects blocks of all 16 rows of its tile, got 8}}
  %r:2 = gq.quantize %t block [8, 128] outs(%q, %s : !q, !s) {config = #gq.quantize_config<tile = [16, 512], slabs = 2>} : tensor<16x512xbf16> -> !q, !s
  gqgpu.return
}

// -----

!q = tensor<16x512xf8E4M3FN>
!s = tensor<1x4xf32>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<16x512xbf16>
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [16, 128] outs(%q, %s : !q, !s) {config = #gq.quantize_config<tile = [16, 512], slabs = 2>} : tensor<16x512xbf16> -> !q, !s
  // expected-error@+1 {{is not supported in a tile of 2 slabs}}
  %a = gq.block_absmax %t block [16, 128] outs(%s : !s) : tensor<16x512xbf16> -> !s
  gqgpu.return
}

// -----

!q = tensor<16x512xf8E4M3FN>
!s = tensor<1x4xf32>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<16x512xbf16>
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [16, 128] outs(%q, %s : !q, !s) {config = #gq.quantize_config<tile = [16, 512], slabs = 2>} : tensor<16x512xbf16> -> !q, !s
  // expected-error@+1 {{is not supported in a tile of 2 slabs}}
  %c = gq.scaled_cast %t scales(%r#1 block [16, 128]) outs(%q : !q) : tensor<16x512xbf16>, !s -> !q
  gqgpu.return
}

// -----

!q = tensor<16x512xf8E4M3FN>
!s = tensor<1x4xf32>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<16x512xbf16>
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [16, 128] outs(%q, %s : !q, !s) {config = #gq.quantize_config<tile = [16, 512], slabs = 2>} : tensor<16x512xbf16> -> !q, !s
  // expected-error@+1 {{reads values of a tile that is taken in 2 slabs, expects one per element}}
  %m = gqgpu.mask %r#1 to (%i, %i) : !s
  gqgpu.return
}

// -----

!q = tensor<16x512xf8E4M3FN>
!s = tensor<1x4xf32>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<16x512xbf16>
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [16, 128] outs(%q, %s : !q, !s) {config = #gq.quantize_config<tile = [16, 512], slabs = 2>} : tensor<16x512xbf16> -> !q, !s
  // expected-error@+1 {{carries values of a tile that is taken in 2 slabs, expects one per element}}
  %l = scf.for %j = %i to %i step %i iter_args(%c = %r#1) -> !s {
    scf.yield %c : !s
  }
  gqgpu.return
}

// -----

!x = tensor<16x512xbf16>
!q = tensor<16x512xf8E4M3FN>
!s = tensor<1x512xf32>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %y: memref<?x512xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> !x
  %u = gqgpu.load %y[%i, %i] : memref<?x512xf32> -> !s
  %q = tensor.empty() : !q
  %s = tensor.empty() : !s
  %r:2 = gq.quantize %t block [16, 1] outs(%q, %s : !q, !s) {config = #gq.quantize_config<tile = [16, 512], slabs = 2>} : !x -> !q, !s
  // expected-error@+1 {{'scf.for' op computes 'tensor<1x512xf32>', expects a tile of rank 2 with 16 rows, as the kernel's}}
  %l = scf.for %j = %i to %i step %i iter_args(%c = %u) -> !s {
    scf.yield %r#1 : !s
  }
  gqgpu.return
}
