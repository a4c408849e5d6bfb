// Tiles of other widths, where those of 128 columns fill the waves of a GPU badly.
// RUN: gq-opt %s --gq-select-config | FileCheck %s
// RUN: gq-opt %s --gq-select-config=max-variants=2 -o /dev/null --remarks-filter=candidates 2>&1 | FileCheck %s --check-prefix=WEIGHED

module attributes {gq.target = #gq.target<h200>} {

// 64 tiles of 160 columns, not 80 of 128, for 256 and 512 rows: 1 and 2 waves, not 2 and 3 of
// 128 rows.
// CHECK-LABEL: func.func @columns_10240
// CHECK: up_to 256 = <tile = [128, 160, 128], stages = 5, raster = 8, scales = tma, stream_b = true, registers = [40, 232], candidate = 0>
// CHECK-SAME: up_to 512 = <tile = [128, 160, 128],
// CHECK-SAME: above = <tile = [128, 256, 128],
// Nothing is weighed that pays nowhere.
// WEIGHED: tile = [128, 160, 128]
// WEIGHED-NOT: tile = [{{[0-9]+}}, 240, 128]
func.func @columns_10240(%a: tensor<?x8192xf8E4M3FN>, %b: tensor<10240x8192xf8E4M3FN>, %s: tensor<?x64xf32>, %t: tensor<80x64xf32>, %c: tensor<?x10240xbf16>) -> tensor<?x10240xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x10240xbf16>)
      : tensor<?x8192xf8E4M3FN>, tensor<10240x8192xf8E4M3FN>, tensor<?x64xf32>, tensor<80x64xf32> -> tensor<?x10240xbf16>
  return %d : tensor<?x10240xbf16>
}

// Parts that cannot be stored from registers are not weighed: 192x176 would be two whole waves.
// CHECK-LABEL: func.func @columns_2112
// CHECK: config = #gq.matmul_config<tile = [192, 128, 128], math_groups = 3, raster = 8, scales = tma, registers = [32, 160], candidate = 0>
func.func @columns_2112(%a: tensor<4096x7168xf8E4M3FN>, %b: tensor<2112x7168xf8E4M3FN>, %s: tensor<4096x56xf32>, %t: tensor<17x56xf32>, %c: tensor<4096x2112xbf16>) -> tensor<4096x2112xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<4096x2112xbf16>)
      : tensor<4096x7168xf8E4M3FN>, tensor<2112x7168xf8E4M3FN>, tensor<4096x56xf32>, tensor<17x56xf32> -> tensor<4096x2112xbf16>
  return %d : tensor<4096x2112xbf16>
}
}
