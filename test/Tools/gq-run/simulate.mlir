// RUN: gq-run %s --backend=simulate --m=70 --check | FileCheck %s
// RUN: gq-run %s --backend=simulate --m=70 --interleaving=5 --interleavings=30 --check | FileCheck %s --check-prefix=MANY
// RUN: gq-run %s --m=70 --stages --interleavings=2 | FileCheck %s --check-prefix=STAGES
// RUN: gq-run %s --backend=simulate --m=70 --after=gq-tile --check | FileCheck %s --check-prefix=TILE
// RUN: gq-run %s --backend=simulate --m=70 --after=none --check | FileCheck %s --check-prefix=TILE
// RUN: gq-run %s --backend=simulate --m=70 --multiprocessors=1 --reference=%s | FileCheck %s
// RUN: gq-run %s --backend=simulate --m=70 --check --config='#gq.matmul_config<tile = [64, 64, 128], math_groups = 1>' | FileCheck %s
// RUN: not gq-run %s --backend=simulate --m=70 --config='#gq.matmul_config<tile = [60, 64, 128]>' 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not gq-run %s --backend=simulate --m=70 --config='4' 2>&1 | FileCheck %s --check-prefix=CONFIG
// RUN: not gq-run %s --backend=simulate --m=70 --after=gq-fly 2>&1 | FileCheck %s --check-prefix=AFTER
// RUN: not gq-run %s --backend=reference --m=70 --after=gq-tile 2>&1 | FileCheck %s --check-prefix=BACKEND
// RUN: not gq-run %s --backend=simulate --m=70 --reference=%S/check.mlir 2>&1 | FileCheck %s --check-prefix=REFERENCE
// RUN: not gq-run %s --backend=simulate --m=70 --reference=%t.missing 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not gq-run %s --backend=simulate --m=70 --multiprocessors=0 2>&1 | FileCheck %s --check-prefix=PROCESSORS
// RUN: gq-opt %s --gq-lower-to-nvvm -o %t.mlir && not gq-run %t.mlir --backend=simulate --m=70 2>&1 | FileCheck %s --check-prefix=LATE

// CHECK: backend    simulate
// CHECK: simulated  1 launches, 1 interleavings
// CHECK: check0     passed: relative error
// MANY: simulated  1 launches, 30 interleavings
// MANY: check0     passed: relative error
// STAGES: after gq-check-shapes: simulated  0 launches
// STAGES-NEXT: check0     passed
// STAGES: after gq-tile: simulated  0 launches
// STAGES-NEXT: check0     passed
// STAGES-NEXT: after gq-outline-kernels: simulated  1 launches, 1 interleavings
// STAGES-NEXT: check0     passed
// STAGES: after gq-annotate-alignment: simulated  1 launches, 2 interleavings
// STAGES-NEXT: check0     passed
// STAGES-NEXT: after gq-allocate-shared-memory: simulated  1 launches, 2 interleavings
// STAGES-NEXT: check0     passed
// STAGES-NEXT: after gq-place-dependency: simulated  1 launches, 2 interleavings
// STAGES-NEXT: check0     passed
// STAGES-NEXT: after gq-expand-math: simulated  1 launches, 2 interleavings
// STAGES-NEXT: check0     passed
// TILE: simulated  0 launches, 0 interleavings
// TILE: check0     passed
// ROWS: error: 'gq.scaled_matmul' op config: expects tile rows that are a multiple of 128
// CONFIG: error: --config: expects a #gq.matmul_config, a #gq.matmul_variants or a #gq.quantize_config, got 4
// AFTER: error: --after: expects none or one of gq-flatten, convert-elementwise-to-linalg, convert-linalg-to-gq, gq-check-shapes, {{.*}}gq-expand-math, got gq-fly
// BACKEND: error: --after: expects backend simulate, got reference
// REFERENCE: error: has no function @f
// MISSING: error: cannot open input file
// PROCESSORS: error: expects a positive number of multiprocessors, got 0
// LATE: error: 'gqgpu.launch' op launches @f_kernels::@{{.*}}, which is not a gqgpu.kernel: the simulator runs the stages before convert-gqgpu-to-nvvm

func.func @f(%a: tensor<?x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %b: tensor<96x256xf8E4M3FN>,
             %sb: tensor<1x2xf32>) -> tensor<?x96xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x96xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x96xbf16>) -> tensor<?x96xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%init : tensor<?x96xbf16>)
         : tensor<?x256xf8E4M3FN>, tensor<96x256xf8E4M3FN>,
           tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x96xbf16>
  return %d : tensor<?x96xbf16>
}
