// One test for every diagnostic: quantisation, memrefs.
// RUN: gq-opt %s --gq-distribute --split-input-file --verify-diagnostics

gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<8x512xbf16>
  %q = tensor.empty() : tensor<8x512xf8E4M3FN>
  %s = tensor.empty() : tensor<8x4xf32>
  // expected-error@+1 {{has no config; run gq-select-config first}}
  %r:2 = gq.quantize %t block [1, 128] outs(%q, %s : tensor<8x512xf8E4M3FN>, tensor<8x4xf32>) : tensor<8x512xbf16> -> tensor<8x512xf8E4M3FN>, tensor<8x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<8x512xbf16>
  %q = tensor.empty() : tensor<8x512xf8E4M3FN>
  %s = tensor.empty() : tensor<8x4xf32>
  // expected-error@+1 {{has a tile of 'tensor<8x512xbf16>' that 96 threads and 1 thread blocks cannot share}}
  %r:2 = gq.quantize %t block [1, 128] outs(%q, %s : tensor<8x512xf8E4M3FN>, tensor<8x4xf32>) {config = #gq.quantize_config<tile = [8, 512], threads = 96>} : tensor<8x512xbf16> -> tensor<8x512xf8E4M3FN>, tensor<8x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = tensor.empty() : tensor<8x512xbf16>
  %q = tensor.empty() : tensor<8x512xf8E4M3FN>
  %s = tensor.empty() : tensor<8x4xf32>
  // expected-error@+1 {{reads a tile that is neither computed nor loaded}}
  %r:2 = gq.quantize %t block [1, 128] outs(%q, %s : tensor<8x512xf8E4M3FN>, tensor<8x4xf32>) {config = #gq.quantize_config<tile = [8, 512]>} : tensor<8x512xbf16> -> tensor<8x512xf8E4M3FN>, tensor<8x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<8x512xbf16>, %q: memref<8x512xf8E4M3FN>, %s: memref<8x4xf32>) {
  // expected-error@+1 {{is on memrefs; kernels are made of ops on tensors}}
  gq.quantize %x block [1, 128] outs(%q, %s : memref<8x512xf8E4M3FN>, memref<8x4xf32>) {config = #gq.quantize_config<tile = [8, 512]>} : memref<8x512xbf16>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%a: memref<64x128xf8E4M3FN>, %s: memref<64x1xf32>, %t: memref<1x1xf32>, %d: memref<64x64xf32>) {
  gqgpu.warp_specialize {
    gqgpu.role "math" kind math warps 4 registers 248 (%group) {
      // expected-error@+1 {{is on memrefs; kernels are made of ops on tensors}}
      gq.scaled_matmul %a, %a scales(%s block [1, 128], %t block [64, 128]) outs(%d : memref<64x64xf32>)
          : memref<64x128xf8E4M3FN>, memref<64x128xf8E4M3FN>, memref<64x1xf32>, memref<1x1xf32>
    }
    gqgpu.role "fill" kind fill warps 1 registers 40 {
    }
  }
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?x512xbf16>, %s: memref<?x4xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<8x512xbf16>
  %f = gqgpu.load %s[%i, %i] : memref<?x4xf32> -> tensor<8x4xf32>
  %e = tensor.empty() : tensor<8x4xf32>
  %a = gq.block_absmax %t block [1, 128] outs(%e : tensor<8x4xf32>) {config = #gq.quantize_config<tile = [8, 512]>} : tensor<8x512xbf16> -> tensor<8x4xf32>
  // expected-error@+1 {{expects operand amax to be computed in the kernel}}
  %g = gq.absmax_to_scale %f to f8E4M3FN outs(%e : tensor<8x4xf32>) : tensor<8x4xf32> -> tensor<8x4xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?x512xbf16>, %s: memref<?x4xf32>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<8x512xbf16>
  %f = gqgpu.load %s[%i, %i] : memref<?x4xf32> -> tensor<8x4xf32>
  %e = tensor.empty() : tensor<8x512xf8E4M3FN>
  // expected-error@+1 {{expects origin 0 along dimension 0, where its tile has 8 scales}}
  %c = gq.scaled_cast %t scales(%f block [1, 128]) origin(%i, %i) outs(%e : tensor<8x512xf8E4M3FN>) {config = #gq.quantize_config<tile = [8, 512]>}
      : tensor<8x512xbf16>, tensor<8x4xf32> -> tensor<8x512xf8E4M3FN>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?x512xbf16>, %i: index) {
  %t = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<8x512xbf16>
  %f = tensor.empty() : tensor<8x4xf32>
  %e = tensor.empty() : tensor<8x512xf8E4M3FN>
  // expected-error@+1 {{expects scales that are loaded, or computed for blocks of 1x128 of its tile}}
  %c = gq.scaled_cast %t scales(%f block [1, 128]) outs(%e : tensor<8x512xf8E4M3FN>) {config = #gq.quantize_config<tile = [8, 512]>}
      : tensor<8x512xbf16>, tensor<8x4xf32> -> tensor<8x512xf8E4M3FN>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?x512xbf16>, %c: memref<?x512xi8>, %t: memref<512x?xi8>, %i: index) {
  %l = gqgpu.load %c[%i, %i] : memref<?x512xi8> -> tensor<64x128xi8>
  %q = tensor.empty() : tensor<64x128xi8>
  %s = tensor.empty() : tensor<64x1xf32>
  %te = tensor.empty() : tensor<128x64xi8>
  // expected-error@+1 {{expects to swap rows and columns of a tile that the kernel computes}}
  %u = linalg.transpose ins(%l : tensor<64x128xi8>) outs(%te : tensor<128x64xi8>) permutation = [1, 0]
  gqgpu.store %u, %t[%i, %i] : tensor<128x64xi8>, memref<512x?xi8>
  %f = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<64x128xbf16>
  %r:2 = gq.quantize %f block [1, 128] outs(%q, %s : tensor<64x128xi8>, tensor<64x1xf32>)
      {config = #gq.quantize_config<tile = [64, 128]>} : tensor<64x128xbf16> -> tensor<64x128xi8>, tensor<64x1xf32>
  gqgpu.return
}

// -----

#id = affine_map<(r, c) -> (r, c)>
gqgpu.kernel @k(%x: memref<?x512xbf16>, %t: memref<512x?xi8>, %i: index) {
  %f = gqgpu.load %x[%i, %i] : memref<?x512xbf16> -> tensor<64x64xbf16>
  %q = tensor.empty() : tensor<64x64xi8>
  %s = tensor.empty() : tensor<1x1xf32>
  %r:2 = gq.quantize %f block [64, 64] outs(%q, %s : tensor<64x64xi8>, tensor<1x1xf32>)
      {config = #gq.quantize_config<tile = [64, 64]>} : tensor<64x64xbf16> -> tensor<64x64xi8>, tensor<1x1xf32>
  %u = linalg.transpose ins(%r#0 : tensor<64x64xi8>) outs(%q : tensor<64x64xi8>) permutation = [1, 0]
  // expected-error@+1 {{reads a transposed tile, which can only be stored}}
  %v = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%r#0, %u : tensor<64x64xi8>, tensor<64x64xi8>) outs(%q : tensor<64x64xi8>) {
    ^bb0(%a: i8, %b: i8, %o: i8):
      %c = arith.xori %a, %b : i8
      linalg.yield %c : i8
  } -> tensor<64x64xi8>
  gqgpu.store %v, %t[%i, %i] : tensor<64x64xi8>, memref<512x?xi8>
  gqgpu.return
}

// -----

// No thread has both codes of a byte; nor are computed bytes spread so that it has.
gqgpu.kernel @k(%q: memref<?x1xi8>, %s: memref<?x1xf32>, %i: index) {
  %t = gqgpu.load %q[%i, %i] : memref<?x1xi8> -> tensor<8x1xi8>
  %f = gqgpu.load %s[%i, %i] : memref<?x1xf32> -> tensor<8x1xf32>
  %e = tensor.empty() : tensor<8x2xbf16>
  // expected-error@+1 {{expects bytes that are loaded, by threads that have both codes of each}}
  %x = gq.dequantize %t scales(%f block [1, 2]) outs(%e : tensor<8x2xbf16>) {packed = i4, config = #gq.quantize_config<tile = [8, 2], threads = 16>}
      : tensor<8x1xi8>, tensor<8x1xf32> -> tensor<8x2xbf16>
  gqgpu.return
}

// -----

// Nor are columns spread so that a thread makes both codes.
gqgpu.kernel @k(%x: memref<?x2xbf16>, %i: index) {
  %f = gqgpu.load %x[%i, %i] : memref<?x2xbf16> -> tensor<8x2xbf16>
  %q = tensor.empty() : tensor<8x1xi8>
  %s = tensor.empty() : tensor<8x1xf32>
  // expected-error@+1 {{expects threads that make both codes of each byte, got elements spread as '!gqgpu.fragment<8x2xbf16, #gqgpu.blocked<[8, 2]}}
  %r:2 = gq.quantize %f block [1, 2] outs(%q, %s : tensor<8x1xi8>, tensor<8x1xf32>) {packed = i4, config = #gq.quantize_config<tile = [8, 2], threads = 16>}
      : tensor<8x2xbf16> -> tensor<8x1xi8>, tensor<8x1xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<?x2xbf16>, %s: memref<?x1xf32>, %i: index) {
  %f = gqgpu.load %x[%i, %i] : memref<?x2xbf16> -> tensor<8x2xbf16>
  %t = gqgpu.load %s[%i, %i] : memref<?x1xf32> -> tensor<8x1xf32>
  %q = tensor.empty() : tensor<8x1xi8>
  // expected-error@+1 {{expects threads that make both codes of each byte, got elements spread as '!gqgpu.fragment<8x2xbf16, #gqgpu.blocked<[8, 2]}}
  %r = gq.scaled_cast %f scales(%t block [1, 2]) outs(%q : tensor<8x1xi8>) {packed = i4, config = #gq.quantize_config<tile = [8, 2], threads = 16>}
      : tensor<8x2xbf16>, tensor<8x1xf32> -> tensor<8x1xi8>
  gqgpu.return
}
