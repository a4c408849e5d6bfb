// One program for each GPU: what is chosen follows from what the GPU has.
// RUN: gq-compile %s --emit=ptx --target=h100 -o %t.h100.ptx --remarks-filter='gq-(set-target|select-config)' 2>&1 | FileCheck %s --check-prefixes=REMARK,H100
// RUN: gq-compile %s --emit=ptx --target=h200 -o %t.h200.ptx --remarks-filter='gq-(set-target|select-config)' 2>&1 | FileCheck %s --check-prefixes=REMARK,H200
// RUN: gq-compile %s --emit=ptx --target=h20 -o %t.h20.ptx --remarks-filter='gq-(set-target|select-config)' 2>&1 | FileCheck %s --check-prefixes=REMARK,H20
// RUN: gq-compile %s --emit=ptx --target=gh200 -o %t.gh200.ptx --remarks-filter='gq-(set-target|select-config)' 2>&1 | FileCheck %s --check-prefixes=REMARK,GH200

// Memory and tensor cores differ, the code of the first two does not.
// RUN: cmp %t.h100.ptx %t.h200.ptx
// RUN: cmp %t.h100.ptx %t.gh200.ptx
// RUN: not cmp %t.h100.ptx %t.h20.ptx

// The target is an attribute that each pass after the first looks up, and what
// the kernels are assembled for.
// RUN: gq-opt %s --gq-lower-to-nvvm=target=h20 | FileCheck %s --check-prefix=IR
// IR: module attributes {{{.*}}gq.target = #gq.target<h20>
// IR: gpu.module @{{.*}} [#nvvm.target<O = 3, chip = "sm_90a", features = "+ptx87">]

// H100: "compiles for h100 (sm_90a), 132 multiprocessors, 3350 GB/s, 1979 TFLOP/s of FP8"
// H200: "compiles for h200 (sm_90a), 132 multiprocessors, 4800 GB/s, 1979 TFLOP/s of FP8"
// H20: "compiles for h20 (sm_90a), 78 multiprocessors, 4000 GB/s, 296 TFLOP/s of FP8"
// GH200: "compiles for gh200 (sm_90a), 132 multiprocessors, 4000 GB/s, 1979 TFLOP/s of FP8"

// Fewer multiprocessors run fewer tiles at a time: the band that touches the
// fewest rows is lower.
// H100: tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers
// H200: tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers
// H20: tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers
// GH200: tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers
func.func @product(%a: tensor<4096x2048xf8E4M3FN>, %b: tensor<4096x2048xf8E4M3FN>, %s: tensor<4096x16xf32>, %t: tensor<32x16xf32>, %c: tensor<4096x4096xf32>) -> tensor<4096x4096xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<4096x4096xf32>)
      : tensor<4096x2048xf8E4M3FN>, tensor<4096x2048xf8E4M3FN>, tensor<4096x16xf32>, tensor<32x16xf32> -> tensor<4096x4096xf32>
  return %d : tensor<4096x4096xf32>
}

// 24 rows are few for 132 multiprocessors and enough for 78.
// H100: tile = [4, 1024], candidate
// H200: tile = [4, 1024], candidate
// H20: tile = [8, 1024], candidate
// GH200: tile = [4, 1024], candidate
func.func @quantize(%x: tensor<24x8192xbf16>, %q: tensor<24x8192xf8E4M3FN>, %s: tensor<24x64xf32>) -> (tensor<24x8192xf8E4M3FN>, tensor<24x64xf32>) {
  %r:2 = gq.quantize %x block [1, 128] outs(%q, %s : tensor<24x8192xf8E4M3FN>, tensor<24x64xf32>) : tensor<24x8192xbf16> -> tensor<24x8192xf8E4M3FN>, tensor<24x64xf32>
  return %r#0, %r#1 : tensor<24x8192xf8E4M3FN>, tensor<24x64xf32>
}
// REMARK-NOT: [Failed]
