// What was measured is taken for products of its kind, on its target, if it can run.
// RUN: gq-opt %s '--pass-pipeline=builtin.module(gq-set-target{name=h200},gq-select-config{tuned=%S/Inputs/tuned.json})' --remarks-filter=gq-select-config 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks
// RUN: gq-opt %s '--pass-pipeline=builtin.module(gq-set-target{name=h100},gq-select-config{tuned=%S/Inputs/tuned.json})' --remarks-filter=gq-select-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=OTHER
// RUN: gq-opt %s '--pass-pipeline=builtin.module(gq-set-target{name=h200},gq-select-config{tuned=%S/Inputs/tuned.json max-variants=1})' --remarks-filter=gq-select-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=ONE
// OTHER-NOT: takes what was measured
// OTHER: [Missed] tuned | Category:gq-select-config | Remark="nothing measured is taken: the table has no 'sum m=? n=512 k=512 bits=8 out=32 a=1x128x32/4 b=128x128x32/4 promote=128 accumulates' for h100"
// ONE: Remark="nothing measured is taken: it has 2 variants, expects at most 1"

// RUN: not gq-opt %s --gq-select-config=tuned=%t.none -o /dev/null 2>&1 | FileCheck %s --check-prefix=NOFILE
// NOFILE: error: tuned '{{.*}}.none' cannot be read: No such file or directory
// RUN: echo '{' > %t.json
// RUN: not gq-opt %s --gq-select-config=tuned=%t.json -o /dev/null 2>&1 | FileCheck %s --check-prefix=NOJSON
// NOJSON: error: tuned '{{.*}}' is not valid json
// RUN: echo '{"gridquant_tuned": 2, "entries": []}' > %t.json
// RUN: not gq-opt %s --gq-select-config=tuned=%t.json -o /dev/null 2>&1 | FileCheck %s --check-prefix=VERSION
// VERSION: error: tuned '{{.*}}' expects gridquant_tuned to be 1, got 2
// RUN: echo '{"gridquant_tuned": 1}' > %t.json
// RUN: not gq-opt %s --gq-select-config=tuned=%t.json -o /dev/null 2>&1 | FileCheck %s --check-prefix=ENTRIES
// ENTRIES: error: tuned '{{.*}}' has no array entries
// RUN: echo '{"gridquant_tuned": 1, "entries": [{"target": "h200", "key": "k"}]}' > %t.json
// RUN: not gq-opt %s --gq-select-config=tuned=%t.json -o /dev/null 2>&1 | FileCheck %s --check-prefix=STRINGS
// STRINGS: error: tuned '{{.*}}' expects strings target, key and config in entry 0
// RUN: echo '{"gridquant_tuned": 1, "entries": [{"target": "h200", "key": "k", "config": "#gq.matmul_config<tile = 3>"}]}' > %t.json
// RUN: not gq-opt %s --gq-select-config=tuned=%t.json -o /dev/null 2>&1 | FileCheck %s --check-prefix=PARSE
// PARSE: error: tuned '{{.*}}' expects a #gq.matmul_config or #gq.matmul_variants in entry 0, got '#gq.matmul_config<tile = 3>': {{.+}}

!b = tensor<512x512xf8E4M3FN>

// CHECK-LABEL: func.func @rows
// CHECK: config = #gq.matmul_variants<up_to 64 = <tile = [64, 128, 128], stages = 8, math_groups = 1, registers = [40, 248]>, above = <tile = [128, 128, 128], stages = 6, registers = [40, 232]>>
// REMARK: [Passed] tuned | Category:gq-select-config | Remark="takes what was measured"
func.func @rows(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x4xf32>, %t: tensor<4x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x512xf32>)
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// A config of a person stays.
// CHECK-LABEL: func.func @by_hand
// CHECK: config = #gq.matmul_config<tile = [64, 64, 128]
func.func @by_hand(%a: tensor<?x512xf8E4M3FN>, %b: !b, %s: tensor<?x4xf32>, %t: tensor<4x4xf32>, %c: tensor<?x512xf32>) -> tensor<?x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<?x512xf32>) {config = #gq.matmul_config<tile = [64, 64, 128], math_groups = 1>}
      : tensor<?x512xf8E4M3FN>, !b, tensor<?x4xf32>, tensor<4x4xf32> -> tensor<?x512xf32>
  return %d : tensor<?x512xf32>
}

// One config, of a table that is older than a limit: what cannot run is not taken.
// CHECK-LABEL: func.func @stale
// CHECK: config = #gq.matmul_config<{{.*}}candidate
// REMARK: [Missed] tuned {{.*}}"nothing measured is taken: #gq.matmul_config<tile = [256, 128, 128], stages = 9> uses {{[0-9]+}} bytes of shared memory, the limit is 232448
func.func @stale(%a: tensor<512x512xf8E4M3FN>, %b: !b, %s: tensor<512x4xf32>, %t: tensor<4x4xf32>, %c: tensor<512x512xf32>) -> tensor<512x512xf32> {
  %d = gq.scaled_matmul %a, %b scales(%s block [1, 128], %t block [128, 128]) outs(%c : tensor<512x512xf32>)
      : tensor<512x512xf8E4M3FN>, !b, tensor<512x4xf32>, tensor<4x4xf32> -> tensor<512x512xf32>
  return %d : tensor<512x512xf32>
}
