// Every op on static and dynamic tensors and on memrefs, through the pretty, the
// generic and the bytecode form.
// RUN: gq-opt %s --verify-roundtrip | FileCheck %s
// RUN: gq-opt %s --mlir-print-op-generic | gq-opt | FileCheck %s
// RUN: gq-opt %s --emit-bytecode | gq-opt | FileCheck %s

// CHECK-LABEL: func @block_absmax
func.func @block_absmax(%x: tensor<1000x8192xbf16>, %e: tensor<8x64xf32>,
    %xd: tensor<?x?xf32>, %ed: tensor<?x?xf32>,
    %xm: memref<?x256xf16, strided<[512, 1], offset: ?>>, %em: memref<?x2xf32>)
    -> (tensor<8x64xf32>, tensor<?x?xf32>) {
  // CHECK: gq.block_absmax %{{.*}} block [128, 128] outs(%{{.*}} : tensor<8x64xf32>) : tensor<1000x8192xbf16> -> tensor<8x64xf32>
  %0 = gq.block_absmax %x block [128, 128] outs(%e : tensor<8x64xf32>)
         : tensor<1000x8192xbf16> -> tensor<8x64xf32>
  // CHECK: gq.block_absmax %{{.*}} block [256, 256] outs(%{{.*}} : tensor<?x?xf32>) {amax_floor = 2.500000e-01 : f32, config = #gq.quantize_config<tile = [16, 512]>} : tensor<?x?xf32> -> tensor<?x?xf32>
  %1 = gq.block_absmax %xd block [256, 256] outs(%ed : tensor<?x?xf32>)
         {amax_floor = 0.25 : f32, config = #gq.quantize_config<tile = [16, 512], threads = 256>}
         : tensor<?x?xf32> -> tensor<?x?xf32>
  // CHECK: gq.block_absmax %{{.*}} block [1, 128] outs(%{{.*}} : memref<?x2xf32>) : memref<?x256xf16, strided<[512, 1], offset: ?>>
  gq.block_absmax %xm block [1, 128] outs(%em : memref<?x2xf32>)
    : memref<?x256xf16, strided<[512, 1], offset: ?>>
  return %0, %1 : tensor<8x64xf32>, tensor<?x?xf32>
}

// CHECK-LABEL: func @absmax_to_scale
func.func @absmax_to_scale(%x: tensor<8x64xf32>, %xd: tensor<?x64xf32>,
    %xm: memref<8x64xf32>) -> (tensor<8x64xf32>, tensor<?x64xf32>) {
  // CHECK: gq.absmax_to_scale %{{.*}} to f8E4M3FN outs(%{{.*}} : tensor<8x64xf32>) : tensor<8x64xf32> -> tensor<8x64xf32>
  %0 = gq.absmax_to_scale %x to f8E4M3FN outs(%x : tensor<8x64xf32>)
         : tensor<8x64xf32> -> tensor<8x64xf32>
  // CHECK: gq.absmax_to_scale %{{.*}} to f8E5M2 outs(%{{.*}} : tensor<?x64xf32>) {pow2} : tensor<?x64xf32> -> tensor<?x64xf32>
  %1 = gq.absmax_to_scale %xd to f8E5M2 outs(%xd : tensor<?x64xf32>) {pow2}
         : tensor<?x64xf32> -> tensor<?x64xf32>
  // CHECK: gq.absmax_to_scale %{{.*}} to f8E4M3FN outs(%{{.*}} : memref<8x64xf32>) : memref<8x64xf32>
  gq.absmax_to_scale %xm to f8E4M3FN outs(%xm : memref<8x64xf32>) : memref<8x64xf32>
  return %0, %1 : tensor<8x64xf32>, tensor<?x64xf32>
}

// CHECK-LABEL: func @packed
func.func @packed(%q: tensor<8x32xi8>, %s: tensor<8x2xf16>, %x: tensor<8x63xf32>, %qd: tensor<?x?xi8>, %sd: tensor<?x?xbf16>, %xd: tensor<?x?xbf16>) -> (tensor<8x63xf32>, tensor<?x?xbf16>) {
  // CHECK: gq.dequantize %{{.*}} scales(%{{.*}} block [1, 32]) outs(%{{.*}} : tensor<8x63xf32>) {packed = i4} : tensor<8x32xi8>, tensor<8x2xf16> -> tensor<8x63xf32>
  %0 = gq.dequantize %q scales(%s block [1, 32]) outs(%x : tensor<8x63xf32>) {packed = i4} : tensor<8x32xi8>, tensor<8x2xf16> -> tensor<8x63xf32>
  // CHECK: gq.dequantize %{{.*}} scales(%{{.*}} block [1, 32]) outs(%{{.*}} : tensor<?x?xbf16>) {packed = f4E2M1FN} : tensor<?x?xi8>, tensor<?x?xbf16> -> tensor<?x?xbf16>
  %1 = gq.dequantize %qd scales(%sd block [1, 32]) outs(%xd : tensor<?x?xbf16>) {packed = f4E2M1FN} : tensor<?x?xi8>, tensor<?x?xbf16> -> tensor<?x?xbf16>
  return %0, %1 : tensor<8x63xf32>, tensor<?x?xbf16>
}

// CHECK-LABEL: func @pack
func.func @pack(%x: tensor<8x63xf32>, %a: tensor<8x2xf32>, %s: tensor<8x2xf8E8M0FNU>, %q: tensor<8x32xi8>, %xd: tensor<?x?xbf16>, %sd: tensor<?x?xbf16>, %qd: tensor<?x?xi8>) -> (tensor<8x32xi8>, tensor<8x2xf8E8M0FNU>, tensor<8x32xi8>, tensor<?x?xi8>) {
  // CHECK: gq.quantize %{{.*}} block [1, 32] outs(%{{.*}}, %{{.*}} : tensor<8x32xi8>, tensor<8x2xf8E8M0FNU>) {packed = f4E2M1FN, pow2} : tensor<8x63xf32> -> tensor<8x32xi8>, tensor<8x2xf8E8M0FNU>
  %0:2 = gq.quantize %x block [1, 32] outs(%q, %s : tensor<8x32xi8>, tensor<8x2xf8E8M0FNU>) {pow2, packed = f4E2M1FN} : tensor<8x63xf32> -> tensor<8x32xi8>, tensor<8x2xf8E8M0FNU>
  // CHECK: gq.absmax_to_scale %{{.*}} to f4E2M1FN
  %1 = gq.absmax_to_scale %a to f4E2M1FN outs(%s : tensor<8x2xf8E8M0FNU>) {pow2} : tensor<8x2xf32> -> tensor<8x2xf8E8M0FNU>
  // CHECK: gq.scaled_cast %{{.*}} scales(%{{.*}} block [1, 32]) outs(%{{.*}} : tensor<8x32xi8>) {packed = f4E2M1FN} : tensor<8x63xf32>, tensor<8x2xf8E8M0FNU> -> tensor<8x32xi8>
  %2 = gq.scaled_cast %x scales(%1 block [1, 32]) outs(%q : tensor<8x32xi8>) {packed = f4E2M1FN} : tensor<8x63xf32>, tensor<8x2xf8E8M0FNU> -> tensor<8x32xi8>
  // CHECK: gq.scaled_cast %{{.*}} scales(%{{.*}} block [1, 32]) outs(%{{.*}} : tensor<?x?xi8>) {packed = i4} : tensor<?x?xbf16>, tensor<?x?xbf16> -> tensor<?x?xi8>
  %3 = gq.scaled_cast %xd scales(%sd block [1, 32]) outs(%qd : tensor<?x?xi8>) {packed = i4} : tensor<?x?xbf16>, tensor<?x?xbf16> -> tensor<?x?xi8>
  return %0#0, %0#1, %2, %3 : tensor<8x32xi8>, tensor<8x2xf8E8M0FNU>, tensor<8x32xi8>, tensor<?x?xi8>
}

// CHECK-LABEL: func @copy
func.func @copy(%x: tensor<8x64xf32>, %e: tensor<8x64xf32>, %xd: tensor<?x64xbf16>, %ed: tensor<?x64xbf16>,
    %xm: memref<8x64xf16>, %em: memref<8x64xf16>) -> (tensor<8x64xf32>, tensor<?x64xbf16>) {
  // CHECK: gq.copy %{{.*}} outs(%{{.*}} : tensor<8x64xf32>) {config = #gq.quantize_config<tile = [4, 64], threads = 64>} : tensor<8x64xf32> -> tensor<8x64xf32>
  %0 = gq.copy %x outs(%e : tensor<8x64xf32>) {config = #gq.quantize_config<tile = [4, 64], threads = 64>} : tensor<8x64xf32> -> tensor<8x64xf32>
  // CHECK: gq.copy %{{.*}} outs(%{{.*}} : tensor<?x64xbf16>) : tensor<?x64xbf16> -> tensor<?x64xbf16>
  %1 = gq.copy %xd outs(%ed : tensor<?x64xbf16>) : tensor<?x64xbf16> -> tensor<?x64xbf16>
  // CHECK: gq.copy %{{.*}} outs(%{{.*}} : memref<8x64xf16>) : memref<8x64xf16>
  gq.copy %xm outs(%em : memref<8x64xf16>) : memref<8x64xf16>
  return %0, %1 : tensor<8x64xf32>, tensor<?x64xbf16>
}

// CHECK-LABEL: func @scaled_cast
func.func @scaled_cast(%x: tensor<64x500xbf16>, %s: tensor<64x4xf32>,
    %e: tensor<64x500xf8E4M3FN>, %xd: tensor<?x500xf16>, %sd: tensor<?x5xf32>,
    %ed: tensor<?x500xf8E5M2>, %xm: memref<64x?xf32>, %sm: memref<64x?xf32>,
    %em: memref<64x?xf8E4M3FN>, %i: index)
    -> (tensor<64x500xf8E4M3FN>, tensor<?x500xf8E5M2>) {
  // CHECK: gq.scaled_cast %{{.*}} scales(%{{.*}} block [1, 128]) outs(%{{.*}} : tensor<64x500xf8E4M3FN>) {config = #gq.quantize_config<tile = [1, 64], threads = 64>} : tensor<64x500xbf16>, tensor<64x4xf32> -> tensor<64x500xf8E4M3FN>
  %0 = gq.scaled_cast %x scales(%s block [1, 128]) outs(%e : tensor<64x500xf8E4M3FN>) {config = #gq.quantize_config<tile = [1, 64], threads = 64>}
         : tensor<64x500xbf16>, tensor<64x4xf32> -> tensor<64x500xf8E4M3FN>
  // CHECK: gq.scaled_cast %{{.*}} scales(%{{.*}} block [1, 128]) origin(%[[I:.*]], %[[I]]) outs(%{{.*}} : tensor<?x500xf8E5M2>) : tensor<?x500xf16>, tensor<?x5xf32> -> tensor<?x500xf8E5M2>
  %1 = gq.scaled_cast %xd scales(%sd block [1, 128]) origin(%i, %i)
         outs(%ed : tensor<?x500xf8E5M2>)
         : tensor<?x500xf16>, tensor<?x5xf32> -> tensor<?x500xf8E5M2>
  // CHECK: gq.scaled_cast %{{.*}} scales(%{{.*}} block [1, 1]) outs(%{{.*}} : memref<64x?xf8E4M3FN>) : memref<64x?xf32>, memref<64x?xf32>
  gq.scaled_cast %xm scales(%sm block [1, 1]) outs(%em : memref<64x?xf8E4M3FN>)
    : memref<64x?xf32>, memref<64x?xf32>
  return %0, %1 : tensor<64x500xf8E4M3FN>, tensor<?x500xf8E5M2>
}

// CHECK-LABEL: func @dequantize
func.func @dequantize(%q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xf32>,
    %e: tensor<64x512xbf16>, %qd: tensor<?x512xf8E5M2>, %sd: tensor<?x4xf32>,
    %ed: tensor<?x512xf32>, %qm: memref<4x4xf8E4M3FN>, %sm: memref<1x1xf32>,
    %em: memref<4x4xf16>, %i: index) -> (tensor<64x512xbf16>, tensor<?x512xf32>) {
  // CHECK: gq.dequantize %{{.*}} scales(%{{.*}} block [1, 128]) outs(%{{.*}} : tensor<64x512xbf16>) : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xbf16>
  %0 = gq.dequantize %q scales(%s block [1, 128]) outs(%e : tensor<64x512xbf16>)
         : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xbf16>
  // CHECK: gq.dequantize %{{.*}} scales(%{{.*}} block [2, 128]) origin(%[[I:.*]], %[[I]]) outs(%{{.*}} : tensor<?x512xf32>) : tensor<?x512xf8E5M2>, tensor<?x4xf32> -> tensor<?x512xf32>
  %1 = gq.dequantize %qd scales(%sd block [2, 128]) origin(%i, %i)
         outs(%ed : tensor<?x512xf32>)
         : tensor<?x512xf8E5M2>, tensor<?x4xf32> -> tensor<?x512xf32>
  // CHECK: gq.dequantize %{{.*}} scales(%{{.*}} block [4, 4]) outs(%{{.*}} : memref<4x4xf16>) : memref<4x4xf8E4M3FN>, memref<1x1xf32>
  gq.dequantize %qm scales(%sm block [4, 4]) outs(%em : memref<4x4xf16>)
    : memref<4x4xf8E4M3FN>, memref<1x1xf32>
  return %0, %1 : tensor<64x512xbf16>, tensor<?x512xf32>
}

// CHECK-LABEL: func @quantize
func.func @quantize(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>,
    %s: tensor<64x4xf32>, %xm: memref<?x?xf32>, %qm: memref<?x?xf8E5M2>,
    %sm: memref<?x?xf32>) -> (tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {
  // CHECK: gq.quantize %{{.*}} block [1, 128] outs(%{{.*}}, %{{.*}} : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {pow2} : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  %0:2 = gq.quantize %x block [1, 128]
           outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>) {pow2}
           : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
  // CHECK: gq.quantize %{{.*}} block [128, 128] outs(%{{.*}}, %{{.*}} : memref<?x?xf8E5M2>, memref<?x?xf32>) {amax_floor = 5.000000e-01 : f32} : memref<?x?xf32>
  gq.quantize %xm block [128, 128] outs(%qm, %sm : memref<?x?xf8E5M2>, memref<?x?xf32>)
    {amax_floor = 0.5 : f32} : memref<?x?xf32>
  return %0#0, %0#1 : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
}

// CHECK-LABEL: func @scaled_matmul
func.func @scaled_matmul(%a: tensor<64x512xf8E4M3FN>, %b: tensor<256x512xf8E5M2>,
    %sa: tensor<64x4xf32>, %sb: tensor<2x4xf32>, %c: tensor<64x256xf32>,
    %ad: tensor<?x?xf8E4M3FN>, %bd: tensor<?x?xf8E4M3FN>, %s: tensor<?x?xf32>,
    %cd: tensor<?x?xbf16>, %am: memref<64x512xf8E4M3FN>, %sam: memref<64x4xf32>,
    %sbm: memref<1x4xf32>, %cm: memref<64x64xf16>, %i: index)
    -> (tensor<64x256xf32>, tensor<?x?xbf16>) {
  // CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} scales(%{{.*}} block [1, 128], %{{.*}} block [128, 128]) outs(%{{.*}} : tensor<64x256xf32>) {promote = 64 : i64} : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E5M2>, tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
  %0 = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%c : tensor<64x256xf32>) {promote = 64}
         : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E5M2>, tensor<64x4xf32>,
           tensor<2x4xf32> -> tensor<64x256xf32>
  // CHECK: gq.scaled_matmul %{{.*}} origin(%[[I:.*]], %[[I]], %[[I]]) outs(%{{.*}} : tensor<?x?xbf16>) : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E4M3FN>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xbf16>
  %1 = gq.scaled_matmul %ad, %bd scales(%s block [256, 256], %s block [256, 256])
         origin(%i, %i, %i) outs(%cd : tensor<?x?xbf16>)
         : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E4M3FN>, tensor<?x?xf32>,
           tensor<?x?xf32> -> tensor<?x?xbf16>
  // CHECK: gq.scaled_matmul %{{.*}} outs(%{{.*}} : memref<64x64xf16>) : memref<64x512xf8E4M3FN>, memref<64x512xf8E4M3FN>, memref<64x4xf32>, memref<1x4xf32>
  gq.scaled_matmul %am, %am scales(%sam block [1, 128], %sbm block [128, 128])
    outs(%cm : memref<64x64xf16>)
    : memref<64x512xf8E4M3FN>, memref<64x512xf8E4M3FN>, memref<64x4xf32>,
      memref<1x4xf32>
  return %0, %1 : tensor<64x256xf32>, tensor<?x?xbf16>
}

// Keys in any order; defaults are not printed.
// CHECK-LABEL: func @config
func.func @config() attributes {
  // CHECK-SAME: absmax = #gq.quantize_config<tile = [16, 512], candidate = 3>
  absmax = #gq.quantize_config<candidate = 3, tile = [16, 512]>,
  // CHECK-SAME: all = #gq.matmul_config<tile = [256, 128, 128], stages = 6, math_groups = 3, raster = 7, early_wait = false, registers = [40, 232], candidate = 0>
  all = #gq.matmul_config<registers = [40, 232], early_wait = false, candidate = 0,
                          raster = 7, schedule = cooperative, math_groups = 3, stages = 6,
                          tile = [256, 128, 128]>,
  // CHECK-SAME: cluster = #gq.quantize_config<tile = [16, 512], threads = 512, cluster = 2, passes = 2>
  cluster = #gq.quantize_config<passes = 2, cluster = 2, threads = 512, tile = [16, 512]>,
  // CHECK-SAME: defaults = #gq.quantize_config<tile = [16, 512]>
  defaults = #gq.quantize_config<tile = [16, 512], threads = 256, cluster = 1, passes = 1, slabs = 1>,
  // CHECK-SAME: matmul_defaults = #gq.matmul_config<tile = [64, 64, 128]>
  matmul_defaults = #gq.matmul_config<tile = [64, 64, 128], stages = 4, math_groups = 2,
                                      schedule = cooperative, raster = 1, early_wait = true>,
  // CHECK-SAME: parked = #gq.quantize_config<tile = [256, 256], slabs = 4, park = true>
  parked = #gq.quantize_config<park = true, slabs = 4, tile = [256, 256]>,
  // CHECK-SAME: scales = #gq.matmul_config<tile = [64, 64, 128], scales = tma, store = deferred>
  scales = #gq.matmul_config<store = deferred, tile = [64, 64, 128], scales = tma>,
  // CHECK-SAME: slabs = #gq.quantize_config<tile = [256, 256], threads = 128, passes = 2, slabs = 16, park = false>
  slabs = #gq.quantize_config<slabs = 16, tile = [256, 256], passes = 2, threads = 128, park = false>
} {
  return
}

// Sizes near the end of int64_t: counts of scales must not overflow.
// CHECK-LABEL: func @huge
func.func @huge(%x: tensor<9223372036854775807x2xbf16>, %s: tensor<1x1xf32>,
    %e: tensor<9223372036854775807x2xf8E4M3FN>, %i: index)
    -> tensor<9223372036854775807x2xf8E4M3FN> {
  // CHECK: gq.scaled_cast %{{.*}} block [9223372036854775807, 9223372036854775807]
  %0 = gq.scaled_cast %x
         scales(%s block [9223372036854775807, 9223372036854775807])
         outs(%e : tensor<9223372036854775807x2xf8E4M3FN>)
         : tensor<9223372036854775807x2xbf16>, tensor<1x1xf32>
         -> tensor<9223372036854775807x2xf8E4M3FN>
  // CHECK: gq.scaled_cast %{{.*}} origin
  %1 = gq.scaled_cast %x
         scales(%s block [9223372036854775807, 9223372036854775807]) origin(%i, %i)
         outs(%0 : tensor<9223372036854775807x2xf8E4M3FN>)
         : tensor<9223372036854775807x2xbf16>, tensor<1x1xf32>
         -> tensor<9223372036854775807x2xf8E4M3FN>
  return %1 : tensor<9223372036854775807x2xf8E4M3FN>
}

// Every type of result.
// CHECK-LABEL: func @formats
func.func @formats(%x: tensor<64x512xbf16>, %q: tensor<64x512xi8>, %s: tensor<4x64xf8E8M0FNU>,
    %a: tensor<64x4xf32>, %e: tensor<64x4xf8E8M0FNU>, %y: tensor<64x512xf32>)
    -> (tensor<64x512xi8>, tensor<4x64xf8E8M0FNU>, tensor<64x512xi8>, tensor<64x512xf32>) {
  // CHECK: gq.quantize %{{.*}} block [1, 128] outs(%{{.*}}, %{{.*}} : tensor<64x512xi8>, tensor<4x64xf8E8M0FNU>) {pow2, transposed_scales} : tensor<64x512xbf16> -> tensor<64x512xi8>, tensor<4x64xf8E8M0FNU>
  %0:2 = gq.quantize %x block [1, 128]
           outs(%q, %s : tensor<64x512xi8>, tensor<4x64xf8E8M0FNU>) {pow2, transposed_scales}
           : tensor<64x512xbf16> -> tensor<64x512xi8>, tensor<4x64xf8E8M0FNU>
  // CHECK: gq.absmax_to_scale %{{.*}} to i8 outs(%{{.*}} : tensor<64x4xf8E8M0FNU>) {pow2}
  %1 = gq.absmax_to_scale %a to i8 outs(%e : tensor<64x4xf8E8M0FNU>) {pow2}
         : tensor<64x4xf32> -> tensor<64x4xf8E8M0FNU>
  // CHECK: gq.scaled_cast %{{.*}} outs(%{{.*}} : tensor<64x512xi8>) : tensor<64x512xbf16>, tensor<64x4xf8E8M0FNU>
  %2 = gq.scaled_cast %x scales(%1 block [1, 128]) outs(%q : tensor<64x512xi8>)
         : tensor<64x512xbf16>, tensor<64x4xf8E8M0FNU> -> tensor<64x512xi8>
  // CHECK: gq.dequantize %{{.*}} : tensor<64x512xi8>, tensor<64x4xf8E8M0FNU> -> tensor<64x512xf32>
  %3 = gq.dequantize %2 scales(%1 block [1, 128]) outs(%y : tensor<64x512xf32>)
         : tensor<64x512xi8>, tensor<64x4xf8E8M0FNU> -> tensor<64x512xf32>
  return %0#0, %0#1, %2, %3 : tensor<64x512xi8>, tensor<4x64xf8E8M0FNU>, tensor<64x512xi8>, tensor<64x512xf32>
}

// Scales of one byte, of one operand or of both.
// CHECK-LABEL: func @scaled_matmul_e8m0
func.func @scaled_matmul_e8m0(%a: tensor<64x512xf8E4M3FN>, %sa: tensor<64x16xf8E8M0FNU>,
    %sb: tensor<2x16xf8E8M0FNU>, %s: tensor<64x4xf32>, %c: tensor<64x64xf32>) -> (tensor<64x64xf32>, tensor<64x64xf32>) {
  // CHECK: gq.scaled_matmul %{{.*}} scales(%{{.*}} block [1, 32], %{{.*}} block [32, 32]) {{.*}}tensor<64x16xf8E8M0FNU>, tensor<2x16xf8E8M0FNU> -> tensor<64x64xf32>
  %0 = gq.scaled_matmul %a, %a scales(%sa block [1, 32], %sb block [32, 32]) outs(%c : tensor<64x64xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<64x16xf8E8M0FNU>, tensor<2x16xf8E8M0FNU> -> tensor<64x64xf32>
  // CHECK: gq.scaled_matmul %{{.*}} tensor<64x4xf32>, tensor<2x16xf8E8M0FNU> -> tensor<64x64xf32>
  %1 = gq.scaled_matmul %a, %a scales(%s block [1, 128], %sb block [32, 32]) outs(%c : tensor<64x64xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<64x4xf32>, tensor<2x16xf8E8M0FNU> -> tensor<64x64xf32>
  return %0, %1 : tensor<64x64xf32>, tensor<64x64xf32>
}

// Scales of two bytes, made and read; those of bf16 need no pow2.
// CHECK-LABEL: func @bf16_scales
func.func @bf16_scales(%x: tensor<64x512xbf16>, %q: tensor<64x512xf8E4M3FN>, %s: tensor<64x4xbf16>, %a: tensor<64x4xf32>,
    %e: tensor<2x16xf8E8M0FNU>, %c: tensor<64x64xf32>) -> (tensor<64x64xf32>, tensor<64x512xf8E4M3FN>) {
  // CHECK: gq.quantize %{{.*}} -> tensor<64x512xf8E4M3FN>, tensor<64x4xbf16>
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<64x512xf8E4M3FN>, tensor<64x4xbf16>)
           : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xbf16>
  // CHECK: gq.absmax_to_scale %{{.*}} : tensor<64x4xf32> -> tensor<64x4xbf16>
  %1 = gq.absmax_to_scale %a to f8E4M3FN outs(%s : tensor<64x4xbf16>) : tensor<64x4xf32> -> tensor<64x4xbf16>
  // CHECK: gq.scaled_cast %{{.*}} : tensor<64x512xbf16>, tensor<64x4xbf16> -> tensor<64x512xf8E4M3FN>
  %2 = gq.scaled_cast %x scales(%1 block [1, 128]) outs(%q : tensor<64x512xf8E4M3FN>)
         : tensor<64x512xbf16>, tensor<64x4xbf16> -> tensor<64x512xf8E4M3FN>
  // CHECK: gq.scaled_matmul %{{.*}} tensor<64x4xbf16>, tensor<2x16xf8E8M0FNU> -> tensor<64x64xf32>
  %3 = gq.scaled_matmul %0#0, %2 scales(%0#1 block [1, 128], %e block [32, 32]) outs(%c : tensor<64x64xf32>)
    : tensor<64x512xf8E4M3FN>, tensor<64x512xf8E4M3FN>, tensor<64x4xbf16>, tensor<2x16xf8E8M0FNU> -> tensor<64x64xf32>
  return %3, %2 : tensor<64x64xf32>, tensor<64x512xf8E4M3FN>
}

// Rows of M-major scales that are whole 16 bytes: 4 of f32, 16 of one byte.
// CHECK-LABEL: func @padded
func.func @padded(%x: tensor<70x512xbf16>, %q: tensor<70x512xf8E4M3FN>, %s: tensor<4x80xf8E8M0FNU>,
    %sb: tensor<4x72xf32>, %c: tensor<70x70xf32>) -> tensor<70x70xf32> {
  // CHECK: gq.quantize %{{.*}} {padded_scales, pow2, transposed_scales} : {{.*}}tensor<4x80xf8E8M0FNU>
  %0:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<70x512xf8E4M3FN>, tensor<4x80xf8E8M0FNU>) {padded_scales, pow2, transposed_scales}
    : tensor<70x512xbf16> -> tensor<70x512xf8E4M3FN>, tensor<4x80xf8E8M0FNU>
  // CHECK: gq.scaled_matmul %{{.*}} {padded_a_scales, padded_b_scales, transposed_a_scales, transposed_b_scales}
  %1 = gq.scaled_matmul %0#0, %0#0 scales(%0#1 block [1, 128], %sb block [1, 128]) outs(%c : tensor<70x70xf32>)
    {padded_a_scales, padded_b_scales, transposed_a_scales, transposed_b_scales}
    : tensor<70x512xf8E4M3FN>, tensor<70x512xf8E4M3FN>, tensor<4x80xf8E8M0FNU>, tensor<4x72xf32> -> tensor<70x70xf32>
  return %1 : tensor<70x70xf32>
}

// CHECK-LABEL: func @unscaled_matmul
func.func @unscaled_matmul(%a: tensor<?x512xbf16>, %b: tensor<256x512xbf16>, %c: tensor<?x256xbf16>,
                           %x: memref<64x512xf8E4M3FN>, %y: memref<32x512xf8E5M2>, %z: memref<64x32xf32>) -> tensor<?x256xbf16> {
  // CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} outs(%{{.*}} : tensor<?x256xbf16>) {batch_invariant} : tensor<?x512xbf16>, tensor<256x512xbf16> -> tensor<?x256xbf16>
  %0 = gq.scaled_matmul %a, %b outs(%c : tensor<?x256xbf16>) {batch_invariant}
         : tensor<?x512xbf16>, tensor<256x512xbf16> -> tensor<?x256xbf16>
  // CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} outs(%{{.*}} : memref<64x32xf32>) {promote = 64 : i64} : memref<64x512xf8E4M3FN>, memref<32x512xf8E5M2>
  gq.scaled_matmul %x, %y outs(%z : memref<64x32xf32>) {promote = 64} : memref<64x512xf8E4M3FN>, memref<32x512xf8E5M2>
  return %0 : tensor<?x256xbf16>
}

// CHECK-LABEL: func @integers
func.func @integers(%a: tensor<64x512xi8>, %b: tensor<256x512xi8>, %za: tensor<i32>, %zb: tensor<256xi8>,
                    %sa: tensor<64x1xf32>, %sb: tensor<256x1xf32>, %c: tensor<64x256xi32>, %d: tensor<64x256xf32>) {
  // CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} a_zero_points(%{{.*}} : tensor<i32>) outs(%{{.*}} : tensor<64x256xi32>) : tensor<64x512xi8>, tensor<256x512xi8> -> tensor<64x256xi32>
  %0 = gq.scaled_matmul %a, %b a_zero_points(%za : tensor<i32>) outs(%c : tensor<64x256xi32>)
         : tensor<64x512xi8>, tensor<256x512xi8> -> tensor<64x256xi32>
  // CHECK: gq.scaled_matmul %{{.*}}, %{{.*}} scales(%{{.*}} block [1, 512], %{{.*}} block [1, 512]) a_zero_points(%{{.*}} : tensor<i32>) b_zero_points(%{{.*}} : tensor<256xi8>) outs(%{{.*}} : tensor<64x256xf32>) :
  %1 = gq.scaled_matmul %a, %b scales(%sa block [1, 512], %sb block [1, 512])
         a_zero_points(%za : tensor<i32>) b_zero_points(%zb : tensor<256xi8>) outs(%d : tensor<64x256xf32>)
         : tensor<64x512xi8>, tensor<256x512xi8>, tensor<64x1xf32>, tensor<256x1xf32> -> tensor<64x256xf32>
  return
}

// CHECK-LABEL: func @block_reduce
func.func @block_reduce(%x: tensor<?x4096xbf16>, %e: tensor<?x1xf32>, %i: tensor<64x90xi32>,
    %f: tensor<8x90xi32>, %xm: memref<4x8xf32>, %em: memref<1x1xf32>)
    -> (tensor<?x1xf32>, tensor<8x90xi32>) {
  // CHECK: gq.block_reduce addf %{{.*}} block [1, 4096] outs(%{{.*}} : tensor<?x1xf32>) {config = #gq.quantize_config<tile = [1, 4096]>} : tensor<?x4096xbf16> -> tensor<?x1xf32>
  %0 = gq.block_reduce addf %x block [1, 4096] outs(%e : tensor<?x1xf32>)
         {config = #gq.quantize_config<tile = [1, 4096]>} : tensor<?x4096xbf16> -> tensor<?x1xf32>
  // CHECK: gq.block_reduce maxs %{{.*}} block [8, 1] outs(%{{.*}} : tensor<8x90xi32>) : tensor<64x90xi32> -> tensor<8x90xi32>
  %1 = gq.block_reduce maxs %i block [8, 1] outs(%f : tensor<8x90xi32>)
         : tensor<64x90xi32> -> tensor<8x90xi32>
  // CHECK: gq.block_reduce minimumf %{{.*}} block [4, 8] outs(%{{.*}} : memref<1x1xf32>) : memref<4x8xf32>
  gq.block_reduce minimumf %xm block [4, 8] outs(%em : memref<1x1xf32>) : memref<4x8xf32>
  return %0, %1 : tensor<?x1xf32>, tensor<8x90xi32>
}
