// Which kernels a call of these sizes takes: what each computes, its config and rows, what
// else was weighed, tiles, bytes and the least time. Nothing runs.
// RUN: gq-run %s --target=h200 --m=128 --explain | FileCheck %s
// RUN: gq-run %s --target=h200 --m=8 --explain | FileCheck %s --check-prefix=FEW
// RUN: gq-run %s --target=h200 --m=128 --entry=rounded --explain | FileCheck %s --check-prefix=TWO
// RUN: gq-run %s --entry=batch --explain | FileCheck %s --check-prefix=BATCH
// RUN: gq-run %s --m=128 --explain --config='#gq.matmul_config<tile = [128, 128, 128]>' | FileCheck %s --check-prefix=GIVEN
// RUN: not gq-run %s --m=8 --explain --check 2>&1 | FileCheck %s --check-prefix=BESIDE

// RUN: not gq-run %s --explain --entry=outside 2>&1 | FileCheck %s --check-prefix=OUTSIDE
// OUTSIDE: error: 'func.func' op has no body to run

// BESIDE: error: --explain: runs nothing, expects no --check, --stages, --after, --print or --output beside it

// What was fused is in one kernel.
// CHECK: target h200, 132 multiprocessors
// CHECK-NEXT: kernel linear_matmul{{[_0-9]*}}
// CHECK-NEXT: computes gq.scaled_matmul of line [[#@LINE+39]], linalg.generic of line [[#@LINE+41]]{{$}}
// CHECK-NEXT: config   #gq.matmul_config<tile = [64, 64, 128], {{.*}}candidate = 0>
// CHECK-NEXT: rows     65 to 512, variant {{[0-9]+}} of {{[0-9]+}}
// CHECK-NEXT: estimate {{[0-9.]+}} us; of {{[0-9]+}} configs for these sizes the best {{[0-9.]+}} us, #gq.matmul_config<
// CHECK-NEXT: tiles    2 x 16 of 64 x 64: 0.24 waves of 132 thread blocks
// 128 x 1024 and 1024 x 1024 codes, 128 x 8 and 8 x 8 scales, 1024 values; 128 x 1024 results.
// CHECK-NEXT: bytes    1186048 read, 262144 written
// CHECK-NEXT: floor    0.30 us: memory 0.30 us at 4800 GB/s, products 0.14 us at 1979 TFLOP/s
// CHECK-NOT: kernel

// FEW: config   #gq.matmul_config<{{.*}}swap = true
// FEW-NEXT: rows     0 to 8, variant 1 of
// FEW-NEXT: estimate [[COST:[0-9.]+]] us; of {{[0-9]+}} configs for these sizes the best [[COST]] us,

// TWO: kernel rounded_elementwise
// TWO-NEXT: computes linalg.generic of line [[#@LINE+37]]{{$}}
// TWO-NEXT: config   #gq.quantize_config<
// TWO-NEXT: tiles    4 x 1 of 32 x 256: 0.03 waves of 132 thread blocks
// TWO-NEXT: bytes    131072 read, 65536 written
// TWO-NEXT: floor    0.04 us: memory 0.04 us at 4800 GB/s{{$}}
// TWO: kernel rounded_elementwise_0
// TWO-NEXT: computes linalg.generic of line [[#@LINE+31]], linalg.generic of line [[#@LINE+32]]{{$}}
// TWO: bytes    131072 read, 131072 written

// BATCH: computes gq.scaled_matmul of line
// BATCH: floor    memory {{[0-9.]+}} us at 3350 GB/s, and what the products take

// GIVEN: config   #gq.matmul_config<tile = [128, 128, 128]
// GIVEN-NEXT: why      it is in the program, or was measured
#id = affine_map<(m, n) -> (m, n)>
#column = affine_map<(m, n) -> (n)>
func.func @linear(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<1024x1024xf8E4M3FN>,
                  %sb: tensor<8x8xf32>, %bias: tensor<1024xbf16>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %acc = tensor.empty(%m) : tensor<?x1024xf32>
  %init = linalg.fill ins(%zero : f32) outs(%acc : tensor<?x1024xf32>) -> tensor<?x1024xf32>
  %y = tensor.empty(%m) : tensor<?x1024xbf16>
  %c = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x1024xf32>)
         : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xf32>
  %d = linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
         ins(%c, %bias : tensor<?x1024xf32>, tensor<1024xbf16>) outs(%y : tensor<?x1024xbf16>) {
  ^bb0(%s: f32, %t: bf16, %o: bf16):
    %wide = arith.extf %t : bf16 to f32
    %sum = arith.addf %s, %wide : f32
    %r = arith.truncf %sum : f32 to bf16
    linalg.yield %r : bf16
  } -> tensor<?x1024xbf16>
  return %d : tensor<?x1024xbf16>
}
func.func @rounded(%x: tensor<?x256xf32>) -> (tensor<?x256xbf16>, tensor<?x256xf32>) {
  %y = arith.truncf %x : tensor<?x256xf32> to tensor<?x256xbf16>
  %z = arith.extf %y : tensor<?x256xbf16> to tensor<?x256xf32>
  return %y, %z : tensor<?x256xbf16>, tensor<?x256xf32>
}
func.func @batch(%a: tensor<4x64x128xf8E4M3FN>, %b: tensor<4x64x128xf8E4M3FN>) -> tensor<4x64x64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x64x64xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<4x64x64xf32>) -> tensor<4x64x64xf32>
  %y = gq.scaled_matmul %a, %b outs(%i : tensor<4x64x64xf32>) : tensor<4x64x128xf8E4M3FN>, tensor<4x64x128xf8E4M3FN> -> tensor<4x64x64xf32>
  return %y : tensor<4x64x64xf32>
}
func.func private @outside(tensor<4xf32>) -> tensor<4xf32>
