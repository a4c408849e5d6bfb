// The schedule of products that have no config: the best candidate of that schedule,
// whatever was measured; configs of a person stay.
// RUN: gq-opt %s '--pass-pipeline=builtin.module(gq-set-target{name=h200},gq-select-config{schedule=pingpong max-variants=1})' | FileCheck %s --check-prefix=PING
// RUN: gq-opt %s '--pass-pipeline=builtin.module(gq-set-target{name=h200},gq-select-config{schedule=cooperative max-variants=1})' | FileCheck %s --check-prefix=COOP
// RUN: gq-opt %s '--pass-pipeline=builtin.module(gq-set-target{name=h200},gq-select-config{schedule=pingpong tuned=%S/Inputs/tuned.json})' | FileCheck %s --check-prefix=TUNED
// RUN: not gq-opt %s --gq-select-config=schedule=rolling -o /dev/null 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: gq-opt %s '--pass-pipeline=builtin.module(gq-set-target{name=h200},gq-select-config{schedule=pingpong max-variants=1})' --remarks-filter=candidates -o /dev/null 2>&1 | FileCheck %s --check-prefix=WEIGHED

// PING-LABEL: func.func @free
// PING: config = #gq.matmul_config<tile = [128, 128, 128], stages = 3, schedule = pingpong, raster = {{[0-9]+}}, scales = tma, store = direct, registers = [40, 232], candidate = 0>
// PING-LABEL: func.func @given
// PING: config = #gq.matmul_config<tile = [128, 128, 128], registers = [40, 232]>
// COOP-LABEL: func.func @free
// COOP: config = #gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = deferred, registers = [40, 232], candidate = 0>
// TUNED-LABEL: func.func @free
// TUNED: config = #gq.matmul_variants<up_to 1024 = <tile = [64, 64, 128], stages = 6, schedule = pingpong, raster = 8, store = direct, registers = [40, 232], candidate = 0>, up_to 2048 = <tile = [64, 32, 128], stages = 8, schedule = pingpong, raster = 8, store = direct, registers = [40, 232], candidate = 0>, above = <tile = [128, 128, 128], stages = 3, schedule = pingpong, raster = 8, scales = tma, store = direct, registers = [40, 232], candidate = 0>>
// NONE: error: expects schedule to be one of [cooperative, pingpong, streamk], got 'rolling'
// WEIGHED: candidate 0{{.*}}schedule = pingpong{{.*}}: cost {{[0-9.]+}}, {{[0-9]+}} bytes of shared memory, {{[0-9]+}} of 232 registers
// WEIGHED: candidate 1{{.*}}schedule = pingpong

func.func @free(%a: tensor<?x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %sb: tensor<4x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x512xf32>)
      : tensor<?x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

func.func @given(%a: tensor<?x512xf8E4M3FN>, %b: tensor<512x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %sb: tensor<4x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x512xf32>)
      {config = #gq.matmul_config<tile = [128, 128, 128]>}
      : tensor<?x512xf8E4M3FN>, tensor<512x512xf8E4M3FN>, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}
