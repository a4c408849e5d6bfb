// The epilogue reads a tensor as large as the result: it is stored at its tile's end, by the threads
// that hold it. Where a thread has no registers for its part of that beside the accumulators, tiles
// are smaller.
// RUN: gq-opt %s --gq-select-config=max-variants=1 --remarks-filter='gq-select-config|candidates' -o /dev/null 2>&1 | FileCheck %s
// RUN: gq-compile %s --remarks-filter=gq-fallback -o %t.gqb 2>&1 | FileCheck %s --check-prefix=COMPILED --allow-empty
// RUN: gq-run %s --entry=f --backend=simulate --m=300 --check | FileCheck %s --check-prefix=SIMULATED
// RUN: gq-run %s --entry=wide --backend=simulate --m=300 --check | FileCheck %s --check-prefix=SIMULATED

// CHECK: [Analysis] candidate 0 | Category:candidates | Remark="#gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = direct, registers = [40, 232]>: cost {{.*}}, 224 of 232 registers"
// CHECK: [Passed] config | Category:gq-select-config | Remark="#gq.matmul_config<tile = [128, 256, 128], split = n, raster = 8, scales = tma, store = direct, registers = [40, 232], candidate = 0>, 205376 bytes of shared memory"
// CHECK: [Analysis] candidate 0 | Category:candidates | Remark="#gq.matmul_config<tile = [192, 128, 128], stages = 5, math_groups = 3, raster = 8, scales = tma, store = direct, registers = [32, 160]>: cost {{.*}}, 160 of 160 registers"
// CHECK: [Missed] {{.*}}#gq.matmul_config<tile = [256, 128, 128], raster = 8, scales = tma, registers = [40, 232]>: needs about 288 registers per math thread, the limit is 232 (a smaller tile or more math groups need less)"
// COMPILED-NOT: {{.}}
// SIMULATED: simulated  1 launches
// SIMULATED: check0     passed
#id = affine_map<(m, n) -> (m, n)>
func.func @f(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>, %res: tensor<?x1024xbf16>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>

  %e = tensor.empty(%m) : tensor<?x1024xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x1024xf32>) -> tensor<?x1024xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x1024xf32>)
      : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xf32>
  %eo = tensor.empty(%m) : tensor<?x1024xbf16>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %res : tensor<?x1024xf32>, tensor<?x1024xbf16>) outs(%eo : tensor<?x1024xbf16>) {
  ^bb0(%v: f32, %x: bf16, %o: bf16):
    %w = arith.extf %x : bf16 to f32
    %r = arith.addf %v, %w : f32
    %t = arith.truncf %r : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}

func.func @wide(%a: tensor<?x1024xf8E4M3FN>, %sa: tensor<?x8xf32>, %b: tensor<1024x1024xf8E4M3FN>, %sb: tensor<8x8xf32>, %res: tensor<?x1024xf32>) -> tensor<?x1024xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x1024xf8E4M3FN>

  %e = tensor.empty(%m) : tensor<?x1024xf32>
  %i = linalg.fill ins(%zero : f32) outs(%e : tensor<?x1024xf32>) -> tensor<?x1024xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x1024xf32>)
      : tensor<?x1024xf8E4M3FN>, tensor<1024x1024xf8E4M3FN>, tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x1024xf32>
  %eo = tensor.empty(%m) : tensor<?x1024xbf16>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%d, %res : tensor<?x1024xf32>, tensor<?x1024xf32>) outs(%eo : tensor<?x1024xbf16>) {
  ^bb0(%v: f32, %x: f32, %o: bf16):
    %r = arith.addf %v, %x : f32
    %t = arith.truncf %r : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<?x1024xbf16>
  return %y : tensor<?x1024xbf16>
}
