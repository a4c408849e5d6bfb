// Every pass runs alone, in a process of its own, on the text the one before it
// printed: nothing that a pass needs is outside of the IR.
//
// RUN: gq-opt %S/Inputs/gemm.mlir --gq-expand --verify-roundtrip | gq-opt --gq-fuse-quantize --verify-roundtrip \
// RUN:   | gq-opt --gq-select-config=max-variants=1 --verify-roundtrip -o %t.config
// RUN: gq-opt %t.config --gq-tile --verify-roundtrip | gq-opt --canonicalize | gq-opt --cse -o %t.tiled
// RUN: gq-opt %t.tiled --gq-outline-kernels --verify-roundtrip | gq-opt --canonicalize | gq-opt --cse -o %t.kernel
// RUN: gq-opt %t.kernel --gq-promote-tma --verify-roundtrip | gq-opt --gq-pipeline-stages --verify-roundtrip -o %t.ring
// RUN: gq-opt %t.ring --gq-warp-specialize --gq-split-copies --verify-roundtrip | gq-opt --canonicalize | gq-opt --cse -o %t.roles
// RUN: gq-opt %t.roles --gq-distribute --verify-roundtrip | gq-opt --canonicalize | gq-opt --cse -o %t.fragments
// RUN: gq-opt %t.fragments --gq-stage-stores --gq-schedule-math --gq-defer-stores --verify-roundtrip | gq-opt --canonicalize | gq-opt --cse -o %t.scheduled
// RUN: gq-opt %t.scheduled --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --verify-roundtrip | gq-opt --canonicalize | gq-opt --cse -o %t.llvm
// RUN: FileCheck %s --check-prefix=CONFIG --input-file=%t.config
// RUN: FileCheck %s --check-prefix=TILED --input-file=%t.tiled
// RUN: FileCheck %s --check-prefix=KERNEL --input-file=%t.kernel
// RUN: FileCheck %s --check-prefix=RING --input-file=%t.ring
// RUN: FileCheck %s --check-prefix=ROLES --input-file=%t.roles
// RUN: FileCheck %s --check-prefix=FRAGMENTS --input-file=%t.fragments
// RUN: FileCheck %s --check-prefix=SCHEDULED --input-file=%t.scheduled
// RUN: FileCheck %s --check-prefix=LLVM --input-file=%t.llvm

// CONFIG: gq.scaled_matmul {{.*}} {config = #gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>}

// TILED: scf.forall ({{.*}}) = (0, 0) to (%{{.*}}, 256) step (128, 256)
// TILED:   scf.for
// TILED:     gq.scaled_matmul
// TILED:   arith.truncf
// TILED: mapping = [#gpu.block<y>, #gpu.block<x>]

// KERNEL: gqgpu.kernel @gemm_matmul(%{{.*}}: memref<?x512xf8E4M3FN>, %{{.*}}: memref<256x512xf8E4M3FN>, %{{.*}}: memref<?x4xf32>, %{{.*}}: memref<2x4xf32>, %{{.*}}: memref<?x256xbf16>)
// KERNEL: gqgpu.tile_loop ({{.*}}) step [128, 256] raster 8 persistent
// KERNEL-COUNT-4: gqgpu.load
// KERNEL: gqgpu.store
// KERNEL: func.func @gemm
// KERNEL: gqgpu.launch @gemm_kernels::@gemm_matmul ins({{.*}}) outs({{.*}}) -> tensor<?x256xbf16>

// RING: gqgpu.ring_create
// RING: gqgpu.acquire
// RING: gqgpu.wait
// RING: gq.scaled_matmul

// ROLES: gqgpu.ring_create bytes 51232 filled_by ["tma"] arrivals 1 consumed_by ["math"] arrivals 8
// ROLES: gqgpu.role "math" kind math groups 2 warps 4 registers 232
// ROLES: gq.scaled_matmul
// ROLES: gqgpu.role "tma" kind tma warps 1 registers 40
// ROLES-COUNT-4: gqgpu.tma_load
// ROLES-NOT: gqgpu.copy_load

// Two slabs of 64 rows for each of two groups; the second product takes the
// registers of the first.
// FRAGMENTS: gqgpu.mma_async {{.*}} k [0, 128] : !ring
// FRAGMENTS: gqgpu.promote
// FRAGMENTS: gqgpu.mma_async {{.*}} k [0, 128] reuse
// FRAGMENTS: gqgpu.promote
// FRAGMENTS-NOT: tensor<128x256xf32>

// SCHEDULED: gqgpu.mma_async {{.*}} reuse
// SCHEDULED: gqgpu.wait {{.*}} when
// SCHEDULED: gqgpu.mma_wait
// SCHEDULED: gqgpu.release

// LLVM: gpu.module @gemm_kernels [#nvvm.target<
// LLVM: llvm.func @gemm_matmul
// LLVM-SAME: gqgpu.launch = #gqgpu.launch<threads = 384, cluster = 1, shared_memory = {{[0-9]+}}, grid = <[0[0]] -> (s0 ceildiv 128), persistent>
// LLVM-COUNT-2: wgmma.mma_async.sync.aligned.m64n128k32.f32.e4m3.e4m3
// LLVM-NOT: gqgpu.
// LLVM: gqgpu.launch @gemm_kernels::@gemm_matmul
