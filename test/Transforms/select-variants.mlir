// A config for each range of rows that wants another tile.
// RUN: gq-opt %s --gq-select-config | FileCheck %s
// RUN: gq-opt %s --gq-select-config --remarks-filter=gq-select-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: gq-opt %s --gq-select-config --remarks-filter=candidates -o /dev/null 2>&1 | FileCheck %s --check-prefix=WEIGHED
// RUN: gq-opt %s --gq-select-config=max-variants=2 | FileCheck %s --check-prefix=TWO
// RUN: gq-opt %s --gq-select-config=max-variants=1 | FileCheck %s --check-prefix=ONE
// RUN: gq-opt %gq_src_root/kernels/gemm_1x128_128x128.mlir --gq-select-config=batch-invariant | FileCheck %s --check-prefix=INVARIANT
// RUN: not gq-opt %s --gq-select-config=max-variants=13 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not gq-opt %s --gq-select-config=max-variants=0 2>&1 | FileCheck %s --check-prefix=ZERO
// MANY: error: expects max-variants from 1 to 12, got 13
// ZERO: error: expects max-variants from 1 to 12, got 0

module attributes {gq.target = #gq.target<h200>} {

// Ranges that want the same config are one, and so are those where another one
// costs less than a fiftieth of the time.
// CHECK-LABEL: func.func @rows
// CHECK: config = #gq.matmul_variants<up_to 64 = <tile = [64, 64, 128], stages = 8, math_groups = 1, raster = 8, stream_b = true, registers = [40, 248], candidate = 0>,
// CHECK-SAME: up_to 128 = <tile = [128, 64, 128], stages = 8, raster = 8, stream_b = true, registers = [40, 232], candidate = 0>,
// CHECK-SAME: up_to 192 = <tile = [192, 64, 128], stages = 6, math_groups = 3, raster = 8, stream_b = true, registers = [32, 160], candidate = 0>,
// CHECK-SAME: up_to 256 = <tile = [128, 128, 128], stages = 6, raster = 8, scales = tma, stream_b = true, registers = [40, 232], candidate = 0>,
// CHECK-SAME: up_to 384 = <tile = [192, 128, 128], math_groups = 3, raster = 8, scales = tma, stream_b = true, registers = [32, 160], candidate = 0>,
// CHECK-SAME: up_to 512 = <tile = [128, 256, 128], split = n, raster = 8, scales = tma, registers = [40, 232], candidate = 0>,
// CHECK-SAME: up_to 768 = <tile = [192, 128, 128], math_groups = 3, raster = 8, scales = tma, registers = [32, 160], candidate = 0>,
// CHECK-SAME: above = <tile = [128, 256, 128], split = n, raster = 8, scales = tma, registers = [40, 232], candidate = 0>>}
// REMARK: [Passed] config {{.*}}Remark="up to 128 rows: #gq.matmul_config<tile = [128, 64, 128]{{.*}}>, 218240 bytes of shared memory"
// REMARK: [Passed] config {{.*}}Remark="up to 256 rows: #gq.matmul_config<tile = [128, 128, 128]{{.*}}>, 226144 bytes of shared memory"
// REMARK: [Passed] config {{.*}}Remark="above 768 rows: #gq.matmul_config<tile = [128, 256, 128]{{.*}}>, 221760 bytes of shared memory"
// WEIGHED: [Analysis] candidate 0 {{.*}}Remark="up to 128 rows: #gq.matmul_config<tile = [128, 64, 128]{{.*}}>: cost
// WEIGHED: [Analysis] candidate 0 {{.*}}Remark="above 768 rows: #gq.matmul_config<tile = [128, 256, 128]{{.*}}>: cost
// TWO-LABEL: func.func @rows
// TWO: config = #gq.matmul_variants<up_to {{[0-9]+}} = <tile = {{[^<]*}}>, above = <tile = {{[^<]*}}>>}
// ONE-LABEL: func.func @rows
// ONE: config = #gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, registers = [40, 232], candidate = 0>
// Few tiles of weights are added up in two parts of K, by the kernel of many rows too.
// INVARIANT: gq.scaled_matmul {{.*}} {batch_invariant, config = #gq.matmul_variants<up_to
// INVARIANT-SAME: split_k = 2, swap = true
// INVARIANT-SAME: above = <tile = {{[^>]*}}, split_k = 2
func.func @rows(%a: tensor<?x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E4M3FN>, %s: tensor<?x64xf32>, %t: tensor<64x64xf32>, %c: tensor<?x8192xbf16>) -> tensor<?x8192xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x8192xbf16>)
      : tensor<?x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x8192xbf16>
  return %d : tensor<?x8192xbf16>
}

// These add up in the same order, all of K in one sum, and so does that of 16 rows.
// CHECK-LABEL: func.func @invariant
// CHECK: {batch_invariant, config = #gq.matmul_variants<up_to 64 = <tile = [64, 64, 128], stages = 8, math_groups = 1, raster = 8,
// CHECK: {batch_invariant, config = #gq.matmul_config<tile = [64, 64, 128], stages = 8, math_groups = 1,
func.func @invariant(%a: tensor<?x8192xf8E4M3FN>, %b: tensor<8192x8192xf8E4M3FN>, %s: tensor<?x64xf32>, %t: tensor<64x64xf32>, %c: tensor<?x8192xbf16>,
    %a16: tensor<16x8192xf8E4M3FN>, %s16: tensor<16x64xf32>, %c16: tensor<16x8192xbf16>) -> (tensor<?x8192xbf16>, tensor<16x8192xbf16>) {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x8192xbf16>) {batch_invariant}
      : tensor<?x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x8192xbf16>
  %e = gq.scaled_matmul %a16, %b scales(%s16 block [1, 128], %t block [128, 128]) outs(%c16 : tensor<16x8192xbf16>) {batch_invariant}
      : tensor<16x8192xf8E4M3FN>, tensor<8192x8192xf8E4M3FN>, tensor<16x64xf32>, tensor<64x64xf32> -> tensor<16x8192xbf16>
  return %d, %e : tensor<?x8192xbf16>, tensor<16x8192xbf16>
}

// A list of a person stays; what it leaves to the compiler is filled in.
// CHECK-LABEL: func.func @by_hand
// CHECK: config = #gq.matmul_variants<up_to 7 = <tile = [64, 64, 128], stages = 2, math_groups = 1, registers = [40, 248]>, above = <tile = [128, 128, 128], registers = [32, 200]>>}
// REMARK: Remark="up to 7 rows: #gq.matmul_config<tile = [64, 64, 128], stages = 2, math_groups = 1, registers = [40, 248]>
// REMARK: Remark="above 7 rows: #gq.matmul_config<tile = [128, 128, 128], registers = [32, 200]>
func.func @by_hand(%a: tensor<?x512xf8E4M3FN>, %b: tensor<256x512xf8E4M3FN>, %s: tensor<?x4xf32>, %t: tensor<2x4xf32>, %c: tensor<?x256xf32>) -> tensor<?x256xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x256xf32>)
      {config = #gq.matmul_variants<up_to 7 = <tile = [64, 64, 128], math_groups = 1, stages = 2>, above = <tile = [128, 128, 128], registers = [32, 200]>>}
      : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
  return %d : tensor<?x256xf32>
}

// In a loop over thread blocks no launch can choose, so there is one config.
// CHECK-LABEL: func.func @in_loop
// CHECK: gq.scaled_matmul
// CHECK-SAME: config = #gq.matmul_config<
func.func @in_loop(%a: tensor<?x512xf8E4M3FN>, %b: tensor<3x256x512xf8E4M3FN>, %s: tensor<?x4xf32>, %t: tensor<2x4xf32>, %c: tensor<3x?x256xf32>, %m: index) -> tensor<3x?x256xf32> {
  %r = scf.forall (%g) in (3) shared_outs(%all = %c) -> (tensor<3x?x256xf32>) {
    %w = tensor.extract_slice %b[%g, 0, 0] [1, 256, 512] [1, 1, 1] : tensor<3x256x512xf8E4M3FN> to tensor<256x512xf8E4M3FN>
    %e = tensor.empty(%m) : tensor<?x256xf32>
    %d = gq.scaled_matmul %a, %w scales(%s block [1, 128], %t block [128, 128]) outs(%e : tensor<?x256xf32>)
        : tensor<?x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x256xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %all[%g, 0, 0] [1, %m, 256] [1, 1, 1] : tensor<?x256xf32> into tensor<3x?x256xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<3x?x256xf32>
}
}
