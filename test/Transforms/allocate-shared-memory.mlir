// RUN: gq-opt %s --gq-allocate-shared-memory | FileCheck %s
// RUN: gq-opt %s --gq-allocate-shared-memory | gq-opt --gq-allocate-shared-memory | FileCheck %s
// RUN: gq-opt %s --gq-allocate-shared-memory --remarks-filter=gq-allocate-shared-memory -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x1xf32>>

// In the order of the code. A swizzle is a pattern of addresses, and wants 1024;
// rows with bands are padded to 16 bytes.
// REMARK: remark: {{.*}}20480 bytes of shared memory for 4 rings and buffers
// CHECK-LABEL: gqgpu.kernel @in_order
// CHECK-SAME: attributes {shared_memory = 20480 : i64, threads = 256 : i64}
// CHECK: gqgpu.shared_alloc at 0 : <1x3xf32>
// CHECK: gqgpu.ring_create at 1024 : !ring
// CHECK: gqgpu.shared_alloc at 17952 : <7x5xi8, band = 4>
// CHECK: gqgpu.shared_alloc at 18432 : <4x16x16xf16, swizzle = 32>
gqgpu.kernel @in_order() attributes {threads = 256} {
  %a = gqgpu.shared_alloc : !gqgpu.tile<1x3xf32>
  %r = gqgpu.ring_create : !ring
  %b = gqgpu.shared_alloc : !gqgpu.tile<7x5xi8, band = 4>
  %c = gqgpu.shared_alloc : !gqgpu.tile<4x16x16xf16, swizzle = 32>
  gqgpu.return
}

// A place that somebody chose is kept, the others come behind it.
// CHECK-LABEL: gqgpu.kernel @chosen
// CHECK-SAME: shared_memory = 176 : i64
// CHECK: gqgpu.shared_alloc at 160 : <1x4xf32>
// CHECK: gqgpu.shared_alloc at 144 : <1x4xf32>
gqgpu.kernel @chosen() {
  %a = gqgpu.shared_alloc : !gqgpu.tile<1x4xf32>
  %b = gqgpu.shared_alloc at 144 : !gqgpu.tile<1x4xf32>
  gqgpu.return
}

// CHECK-LABEL: gqgpu.kernel @none
// CHECK-SAME: shared_memory = 0 : i64
gqgpu.kernel @none() {
  gqgpu.return
}
