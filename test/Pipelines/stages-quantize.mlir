// Every pass alone, as stages.mlir, for quantisation; the passes that shape
// products leave it as it is.
//
// RUN: gq-opt %S/Inputs/quantize.mlir --gq-expand=quantize=true --verify-roundtrip | gq-opt --gq-fuse-quantize --verify-roundtrip \
// RUN:   | gq-opt --gq-select-config --verify-roundtrip -o %t.config
// RUN: gq-opt %t.config --gq-tile --verify-roundtrip | gq-opt --canonicalize | gq-opt --cse \
// RUN:   | gq-opt --gq-outline-kernels --verify-roundtrip | gq-opt --canonicalize | gq-opt --cse -o %t.kernel
// RUN: gq-opt %t.kernel --gq-promote-tma --verify-roundtrip -o %t.paths
// RUN: gq-opt %t.paths --gq-pipeline-stages --verify-roundtrip | gq-opt --gq-warp-specialize --gq-split-copies --verify-roundtrip -o %t.roles
// RUN: diff %t.paths %t.roles
// RUN: gq-opt %t.roles --gq-distribute --verify-roundtrip | gq-opt --canonicalize | gq-opt --cse -o %t.fragments
// RUN: gq-opt %t.fragments --gq-expand-reductions --verify-roundtrip | gq-opt --gq-keep-narrow --gq-stage-stores --verify-roundtrip \
// RUN:   | gq-opt --canonicalize | gq-opt --cse -o %t.reduced
// RUN: gq-opt %t.reduced --gq-schedule-math --verify-roundtrip -o %t.scheduled
// RUN: diff %t.reduced %t.scheduled
// RUN: gq-opt %t.scheduled --gq-annotate-alignment --verify-roundtrip | gq-opt --gq-allocate-shared-memory --verify-roundtrip -o %t.allocated
// RUN: gq-opt %t.allocated --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --verify-roundtrip | gq-opt --canonicalize | gq-opt --cse -o %t.llvm
// RUN: FileCheck %s --check-prefix=CONFIG --input-file=%t.config
// RUN: FileCheck %s --check-prefix=KERNEL --input-file=%t.kernel
// RUN: FileCheck %s --check-prefix=FRAGMENTS --input-file=%t.fragments
// RUN: FileCheck %s --check-prefix=REDUCED --input-file=%t.allocated
// RUN: FileCheck %s --check-prefix=LLVM --input-file=%t.llvm

// CONFIG-NOT: gq.block_absmax
// CONFIG: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [8, 1024], candidate = 0>}

// KERNEL: gqgpu.kernel @quant_quantize({{.*}}) attributes {cluster = 1 : i64, threads = 256 : i64}
// KERNEL: gqgpu.tile_loop ({{.*}}) step [8, 1024] {
// KERNEL: gqgpu.load {{.*}} -> tensor<8x1024xbf16>
// KERNEL: gq.quantize
// KERNEL-COUNT-2: gqgpu.store

// FRAGMENTS: gqgpu.load_fragment {{.*}} -> <8x1024xbf16, #gqgpu.blocked<[4, 64], chunk = 16>>
// FRAGMENTS: gqgpu.block_absmax {{.*}} block = [1, 128]>
// FRAGMENTS: gqgpu.scaled_cast
// FRAGMENTS-COUNT-2: gqgpu.store_fragment

// REDUCED: gqgpu.kernel @quant_quantize({{.*}}) attributes {{{.*}}shared_memory = 256 : i64
// REDUCED: gqgpu.shared_alloc at 0 : <8x8xf32>
// REDUCED: gqgpu.lane_max shuffle {{.*}} lanes = 8>
// REDUCED: gqgpu.stage
// REDUCED: gqgpu.barrier block
// REDUCED: gqgpu.store_shared

// LLVM: llvm.func @quant_quantize
// LLVM-SAME: gqgpu.launch = #gqgpu.launch<threads = 256, cluster = 1, shared_memory = {{[0-9]+}}, grid = <[0[0]] -> (s0 ceildiv 8)>
// LLVM: ld.global.nc.v4.b32
// LLVM: nvvm.shfl.sync bfly
// LLVM: nvvm.convert.f32x2.to.f8x2 {{.*}}{rnd = #nvvm.fp_rnd_mode<rn>, sat = #nvvm.sat_mode<satfinite>} : i16(f8E4M3FN)
// LLVM: st.global.v4.b32
