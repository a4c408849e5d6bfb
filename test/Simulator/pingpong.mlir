// Two math groups take tiles in turn. The product agrees with the reference to the bit
// after every pass: several tiles for each group, odd numbers of them, rows and columns
// that end inside a tile.
// DEFINE: %{keys} =
// DEFINE: %{run} = gq-run %s --entry=product -m 200 --config="#gq.matmul_config<tile = [64, 64, 128], schedule = pingpong%{keys}>"
// DEFINE: %{once} = --backend=simulate --check --interleavings=6 | FileCheck %s --check-prefix=ONCE
// REDEFINE: %{keys} = , stages = 2
// RUN: %{run} --stages --interleavings=6 | FileCheck %s
// CHECK: after gq-outline-kernels: simulated  1 launches
// CHECK-NEXT: check0     passed: relative error 0 (
// CHECK: after gq-warp-specialize: simulated  1 launches, 6 interleavings
// CHECK-NEXT: check0     passed: relative error 0 (
// CHECK: after gq-split-copies: simulated  1 launches, 6 interleavings
// CHECK-NEXT: check0     passed: relative error 0 (
// CHECK: after gq-stage-stores: simulated  1 launches, 6 interleavings
// CHECK-NEXT: check0     passed: relative error 0 (
// CHECK: after gq-schedule-math: simulated  1 launches, 6 interleavings
// CHECK-NEXT: check0     passed: relative error 0 (
// CHECK: after gq-allocate-shared-memory: simulated  1 launches, 6 interleavings
// CHECK-NEXT: check0     passed: relative error 0 (
// ONCE: check0     passed: relative error 0 (

// One slot for each group; waits that are not early; two slabs; stores from registers.
// REDEFINE: %{keys} = , stages = 1, raster = 2
// RUN: %{run} %{once}
// REDEFINE: %{keys} = , early_wait = false
// RUN: %{run} %{once}
// RUN: gq-run %s --entry=product -m 300 --config="#gq.matmul_config<tile = [128, 32, 128], stages = 3, schedule = pingpong, store = direct>" %{once}
// One multiprocessor; one for each tile, so that the second group has none; no rows.
// REDEFINE: %{keys} = , stages = 3
// RUN: %{run} --multiprocessors=1 %{once}
// RUN: %{run} --multiprocessors=50 %{once}
// RUN: %{run} --multiprocessors=9223372036854775807 %{once}
// RUN: gq-run %s --entry=product -m 0 --config="#gq.matmul_config<tile = [64, 64, 128], schedule = pingpong>" --backend=simulate | FileCheck %s --check-prefix=NONE
// NONE: simulated  1 launches
// Scales that the copy engine brings, sums of two slots, a K that is not known, and none:
// the bits of one group alone. Around a loop over the matrices of a batch.
// DEFINE: %{with} =
// DEFINE: %{to} = --backend=simulate --check --interleavings=6 --output
// DEFINE: %{same} = gq-run %s %{with} --config="#gq.matmul_config<%{keys}, math_groups = 1>" %{to} %t.old.npy && \
// DEFINE:   gq-run %s %{with} --config="#gq.matmul_config<%{keys}, schedule = pingpong>" %{to} %t.new.npy && cmp %t.old.npy %t.new.npy
// REDEFINE: %{with} = --entry=wide -m 200
// REDEFINE: %{keys} = tile = [64, 64, 128], stages = 3, scales = tma
// RUN: %{same}
// REDEFINE: %{with} = --entry=blocks --shape=arg0=200x656 --shape=arg1=1x3
// REDEFINE: %{keys} = tile = [64, 64, 256]
// RUN: %{same}
// REDEFINE: %{with} = --entry=any --shape=arg0=200x272 --shape=arg1=200x3 --shape=arg2=160x272 --shape=arg3=2x3
// REDEFINE: %{keys} = tile = [64, 64, 128], stages = 3
// RUN: %{same}
// REDEFINE: %{with} = --entry=any --shape=arg0=200x0 --shape=arg1=200x0 --shape=arg2=160x0 --shape=arg3=2x0
// RUN: %{same}
// RUN: gq-run %S/outer-loops.mlir --entry=batch_with_bias --config="#gq.matmul_config<tile = [64, 64, 128], stages = 3, schedule = pingpong>" %{once}

func.func @product(%a: tensor<?x384xf8E4M3FN>, %sa: tensor<?x3xf32>,
                   %b: tensor<160x384xf8E4M3FN>, %sb: tensor<2x3xf32>,
                   %bias: tensor<160xf32>)
    -> tensor<?x160xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x384xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%init : tensor<?x160xf32>)
         : tensor<?x384xf8E4M3FN>, tensor<160x384xf8E4M3FN>,
           tensor<?x3xf32>, tensor<2x3xf32> -> tensor<?x160xf32>
  %r = tensor.empty(%m) : tensor<?x160xbf16>
  %o = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %bias : tensor<?x160xf32>, tensor<160xf32>) outs(%r : tensor<?x160xbf16>) {
    ^bb0(%x: f32, %y: f32, %out: bf16):
      %s = arith.addf %x, %y : f32
      %t = arith.truncf %s : f32 to bf16
      linalg.yield %t : bf16
  } -> tensor<?x160xbf16>
  return %o : tensor<?x160xbf16>
}

func.func @wide(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>,
                %b: tensor<160x1024xf8E4M3FN>, %sb: tensor<2x8xf32>) -> tensor<?x160xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%init : tensor<?x160xf32>)
         : tensor<?x1024xf8E4M3FN>, tensor<160x1024xf8E4M3FN>,
           tensor<?x8xf32>, tensor<2x8xf32> -> tensor<?x160xf32>
  return %d : tensor<?x160xf32>
}

func.func @blocks(%a: tensor<?x656xf8E4M3FN>, %sa: tensor<?x3xf32>,
                  %b: tensor<160x656xf8E4M3FN>, %sb: tensor<1x3xf32>) -> tensor<?x160xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x656xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x160xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x160xf32>) -> tensor<?x160xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [256, 256], %sb block [256, 256])
         outs(%init : tensor<?x160xf32>) {promote = 256 : i64}
         : tensor<?x656xf8E4M3FN>, tensor<160x656xf8E4M3FN>,
           tensor<?x3xf32>, tensor<1x3xf32> -> tensor<?x160xf32>
  return %d : tensor<?x160xf32>
}

func.func @any(%a: tensor<?x?xf8E4M3FN>, %sa: tensor<?x?xf32>,
               %b: tensor<?x?xf8E4M3FN>, %sb: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x?xf8E4M3FN>
  %n = tensor.dim %b, %c0 : tensor<?x?xf8E4M3FN>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
         outs(%init : tensor<?x?xf32>)
         : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E4M3FN>,
           tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  return %d : tensor<?x?xf32>
}
