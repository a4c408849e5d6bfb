// RUN: gq-opt %s | gq-opt | FileCheck %s
// RUN: gq-opt %s --mlir-print-op-generic | gq-opt | FileCheck %s

!ring = !gqgpu.ring<2, <2x8xf32>>
!acc = !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
!halves = !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 64]>
!row = !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
!blocks = !gqgpu.fragment<64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 128]>

// CHECK-LABEL: func.func @tiles
func.func @tiles(%x: tensor<128x256xf32>, %h: tensor<128x256xbf16>, %ring: !ring, %slot: !gqgpu.slot, %rows: index) -> (tensor<1x2xf32>, tensor<2x1xf32>) {
  // CHECK: gqgpu.put_maxima %{{.*}} to %{{.*}}[%{{.*}}] tile 0 : tensor<128x256xf32>, !ring
  gqgpu.put_maxima %x to %ring[%slot] tile 0 : tensor<128x256xf32>, !ring
  // CHECK: gqgpu.put_maxima %{{.*}} rows %{{.*}} to %{{.*}}[%{{.*}}] tile 0 : tensor<128x256xbf16>, !ring
  gqgpu.put_maxima %h rows %rows to %ring[%slot] tile 0 : tensor<128x256xbf16>, !ring
  // CHECK: gqgpu.read_maxima %{{.*}}[%{{.*}}] tile 0 block [128, 128] floor 0.000000e+00 : !ring -> tensor<1x2xf32>
  %0 = gqgpu.read_maxima %ring[%slot] tile 0 block [128, 128] floor 0.0 : !ring -> tensor<1x2xf32>
  // CHECK: gqgpu.read_maxima %{{.*}}[%{{.*}}] tile 0 block [64, 256] floor 5.000000e-01 : !ring -> tensor<2x1xf32>
  %1 = gqgpu.read_maxima %ring[%slot] tile 0 block [64, 256] floor 5.0e-1 : !ring -> tensor<2x1xf32>
  return %0, %1 : tensor<1x2xf32>, tensor<2x1xf32>
}

// CHECK-LABEL: func.func @groups
func.func @groups(%p: !gqgpu.partial<!acc, lanes = 1>, %ring: !ring, %slot: !gqgpu.slot, %rows: index, %c: index) -> !blocks {
  %c64 = arith.constant 64 : index
  // CHECK: gqgpu.put_maxima %{{.*}} at(%{{.*}}, %{{.*}}) to %{{.*}}[%{{.*}}] tile 0 : !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>, !ring
  gqgpu.put_maxima %p at (%c64, %c) to %ring[%slot] tile 0 : !gqgpu.partial<!acc, lanes = 1>, !ring
  // CHECK: gqgpu.put_maxima %{{.*}} at(%{{.*}}, %{{.*}}) rows %{{.*}} to %{{.*}}[%{{.*}}] tile 0
  gqgpu.put_maxima %p at (%c, %c) rows %rows to %ring[%slot] tile 0 : !gqgpu.partial<!acc, lanes = 1>, !ring
  // CHECK: %[[M:.*]] = gqgpu.read_maxima %{{.*}}[%{{.*}}] tile 0 block [128, 256] floor 0.000000e+00 at(%{{.*}}, %{{.*}}) : !ring -> !gqgpu.fragment<1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>
  %m = gqgpu.read_maxima %ring[%slot] tile 0 block [128, 256] floor 0.0 at (%c64, %c) : !ring -> !row
  // CHECK: gqgpu.spread_blocks %[[M]] : <1x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]> -> <64x128xf32, #gqgpu.mma<permuted = 32>, block = [64, 128]>
  %b = gqgpu.spread_blocks %m : !row -> !blocks
  return %b : !blocks
}
