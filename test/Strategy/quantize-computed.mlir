// Where x is computed of narrower elements, what is moved says how many columns
// a thread takes, and rows that are reduced on the way few threads take.
// RUN: gq-opt %s --gq-select-config | FileCheck %s

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (m, 0)>

// What was measured.
// CHECK-LABEL: func.func @norm_4096
// CHECK: gq.block_reduce
// CHECK-NOT: config
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [1, 4096], threads = 128, chunk = 16, candidate = 0>
func.func @norm_4096(%x: tensor<?x4096xbf16>, %e: tensor<?x4096xf32>, %o: tensor<?x1xf32>, %q: tensor<?x4096xf8E4M3FN>, %s: tensor<?x32xf32>)
    -> (tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>) {
  %sq = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x4096xbf16>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: bf16, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.mulf %v, %v : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %sum = gq.block_reduce addf %sq block [1, 4096] outs(%o : tensor<?x1xf32>) : tensor<?x4096xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x4096xbf16>, tensor<?x1xf32>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: bf16, %t: f32, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.divf %v, %t : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>)
      : tensor<?x4096xf32> -> tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
  return %r#0, %r#1 : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
}

// CHECK-LABEL: func.func @norm_8192
// CHECK: gq.block_reduce
// CHECK-NOT: config
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [1, 8192], threads = 128, chunk = 16, candidate = 0>
func.func @norm_8192(%x: tensor<?x8192xbf16>, %e: tensor<?x8192xf32>, %o: tensor<?x1xf32>, %q: tensor<?x8192xf8E4M3FN>, %s: tensor<?x64xf32>)
    -> (tensor<?x8192xf8E4M3FN>, tensor<?x64xf32>) {
  %sq = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x8192xbf16>) outs(%e : tensor<?x8192xf32>) {
  ^bb0(%a: bf16, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.mulf %v, %v : f32
    linalg.yield %r : f32
  } -> tensor<?x8192xf32>
  %sum = gq.block_reduce addf %sq block [1, 8192] outs(%o : tensor<?x1xf32>) : tensor<?x8192xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x8192xbf16>, tensor<?x1xf32>) outs(%e : tensor<?x8192xf32>) {
  ^bb0(%a: bf16, %t: f32, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.divf %v, %t : f32
    linalg.yield %r : f32
  } -> tensor<?x8192xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x8192xf8E4M3FN>, tensor<?x64xf32>)
      : tensor<?x8192xf32> -> tensor<?x8192xf8E4M3FN>, tensor<?x64xf32>
  return %r#0, %r#1 : tensor<?x8192xf8E4M3FN>, tensor<?x64xf32>
}

// CHECK-LABEL: func.func @norm_16384
// CHECK: gq.block_reduce
// CHECK-NOT: config
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [1, 16384], chunk = 16, candidate = 0>
func.func @norm_16384(%x: tensor<?x16384xbf16>, %e: tensor<?x16384xf32>, %o: tensor<?x1xf32>, %q: tensor<?x16384xf8E4M3FN>, %s: tensor<?x128xf32>)
    -> (tensor<?x16384xf8E4M3FN>, tensor<?x128xf32>) {
  %sq = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x16384xbf16>) outs(%e : tensor<?x16384xf32>) {
  ^bb0(%a: bf16, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.mulf %v, %v : f32
    linalg.yield %r : f32
  } -> tensor<?x16384xf32>
  %sum = gq.block_reduce addf %sq block [1, 16384] outs(%o : tensor<?x1xf32>) : tensor<?x16384xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x16384xbf16>, tensor<?x1xf32>) outs(%e : tensor<?x16384xf32>) {
  ^bb0(%a: bf16, %t: f32, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.divf %v, %t : f32
    linalg.yield %r : f32
  } -> tensor<?x16384xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x16384xf8E4M3FN>, tensor<?x128xf32>)
      : tensor<?x16384xf32> -> tensor<?x16384xf8E4M3FN>, tensor<?x128xf32>
  return %r#0, %r#1 : tensor<?x16384xf8E4M3FN>, tensor<?x128xf32>
}

// CHECK-LABEL: func.func @norm_by_row
// CHECK: gq.block_reduce
// CHECK-NOT: config
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [1, 4096], threads = 128, chunk = 16, candidate = 0>
func.func @norm_by_row(%x: tensor<?x4096xf16>, %e: tensor<?x4096xf32>, %o: tensor<?x1xf32>, %q: tensor<?x4096xf8E4M3FN>, %s: tensor<?x1xf32>)
    -> (tensor<?x4096xf8E4M3FN>, tensor<?x1xf32>) {
  %sq = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x4096xf16>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: f16, %b: f32):
    %v = arith.extf %a : f16 to f32
    %r = arith.mulf %v, %v : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %sum = gq.block_reduce addf %sq block [1, 4096] outs(%o : tensor<?x1xf32>) : tensor<?x4096xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x4096xf16>, tensor<?x1xf32>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: f16, %t: f32, %b: f32):
    %v = arith.extf %a : f16 to f32
    %r = arith.divf %v, %t : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %r:2 = gq.quantize %y block [1, 4096] outs(%q, %s : tensor<?x4096xf8E4M3FN>, tensor<?x1xf32>)
      : tensor<?x4096xf32> -> tensor<?x4096xf8E4M3FN>, tensor<?x1xf32>
  return %r#0, %r#1 : tensor<?x4096xf8E4M3FN>, tensor<?x1xf32>
}

// As many elements for each of some more threads; of short rows several.
// CHECK-LABEL: func.func @norm_5120
// CHECK: gq.block_reduce
// CHECK-NOT: config
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [1, 5120], threads = 160, chunk = 16, candidate = 0>
func.func @norm_5120(%x: tensor<?x5120xbf16>, %e: tensor<?x5120xf32>, %o: tensor<?x1xf32>, %q: tensor<?x5120xf8E4M3FN>, %s: tensor<?x40xf32>)
    -> (tensor<?x5120xf8E4M3FN>, tensor<?x40xf32>) {
  %sq = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x5120xbf16>) outs(%e : tensor<?x5120xf32>) {
  ^bb0(%a: bf16, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.mulf %v, %v : f32
    linalg.yield %r : f32
  } -> tensor<?x5120xf32>
  %sum = gq.block_reduce addf %sq block [1, 5120] outs(%o : tensor<?x1xf32>) : tensor<?x5120xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x5120xbf16>, tensor<?x1xf32>) outs(%e : tensor<?x5120xf32>) {
  ^bb0(%a: bf16, %t: f32, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.divf %v, %t : f32
    linalg.yield %r : f32
  } -> tensor<?x5120xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x5120xf8E4M3FN>, tensor<?x40xf32>)
      : tensor<?x5120xf32> -> tensor<?x5120xf8E4M3FN>, tensor<?x40xf32>
  return %r#0, %r#1 : tensor<?x5120xf8E4M3FN>, tensor<?x40xf32>
}

// CHECK-LABEL: func.func @norm_1024
// CHECK: gq.block_reduce
// CHECK-NOT: config
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [4, 1024], threads = 128, chunk = 16, candidate = 0>
func.func @norm_1024(%x: tensor<?x1024xbf16>, %e: tensor<?x1024xf32>, %o: tensor<?x1xf32>, %q: tensor<?x1024xf8E4M3FN>, %s: tensor<?x8xf32>)
    -> (tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>) {
  %sq = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x1024xbf16>) outs(%e : tensor<?x1024xf32>) {
  ^bb0(%a: bf16, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.mulf %v, %v : f32
    linalg.yield %r : f32
  } -> tensor<?x1024xf32>
  %sum = gq.block_reduce addf %sq block [1, 1024] outs(%o : tensor<?x1xf32>) : tensor<?x1024xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x1024xbf16>, tensor<?x1xf32>) outs(%e : tensor<?x1024xf32>) {
  ^bb0(%a: bf16, %t: f32, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.divf %v, %t : f32
    linalg.yield %r : f32
  } -> tensor<?x1024xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>)
      : tensor<?x1024xf32> -> tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
  return %r#0, %r#1 : tensor<?x1024xf8E4M3FN>, tensor<?x8xf32>
}

// Rows of no whole chunks, and of f32, take as many threads as ever.
// CHECK-LABEL: func.func @norm_of_halves
// CHECK: gq.block_reduce
// CHECK-NOT: config
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [1, 4608], threads = 288, candidate = 0>
func.func @norm_of_halves(%x: tensor<?x4104xbf16>, %e: tensor<?x4104xf32>, %o: tensor<?x1xf32>, %q: tensor<?x4104xf8E4M3FN>, %s: tensor<?x33xf32>)
    -> (tensor<?x4104xf8E4M3FN>, tensor<?x33xf32>) {
  %sq = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x4104xbf16>) outs(%e : tensor<?x4104xf32>) {
  ^bb0(%a: bf16, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.mulf %v, %v : f32
    linalg.yield %r : f32
  } -> tensor<?x4104xf32>
  %sum = gq.block_reduce addf %sq block [1, 4104] outs(%o : tensor<?x1xf32>) : tensor<?x4104xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x4104xbf16>, tensor<?x1xf32>) outs(%e : tensor<?x4104xf32>) {
  ^bb0(%a: bf16, %t: f32, %b: f32):
    %v = arith.extf %a : bf16 to f32
    %r = arith.divf %v, %t : f32
    linalg.yield %r : f32
  } -> tensor<?x4104xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x4104xf8E4M3FN>, tensor<?x33xf32>)
      : tensor<?x4104xf32> -> tensor<?x4104xf8E4M3FN>, tensor<?x33xf32>
  return %r#0, %r#1 : tensor<?x4104xf8E4M3FN>, tensor<?x33xf32>
}

// CHECK-LABEL: func.func @norm_of_f32
// CHECK: gq.block_reduce
// CHECK-NOT: config
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [1, 4096], candidate = 0>
func.func @norm_of_f32(%x: tensor<?x4096xf32>, %e: tensor<?x4096xf32>, %o: tensor<?x1xf32>, %q: tensor<?x4096xf8E4M3FN>, %s: tensor<?x32xf32>)
    -> (tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>) {
  %sq = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x4096xf32>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: f32, %b: f32):
    %v = arith.negf %a : f32
    %r = arith.mulf %v, %v : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %sum = gq.block_reduce addf %sq block [1, 4096] outs(%o : tensor<?x1xf32>) : tensor<?x4096xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x4096xf32>, tensor<?x1xf32>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: f32, %t: f32, %b: f32):
    %v = arith.negf %a : f32
    %r = arith.divf %v, %t : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>)
      : tensor<?x4096xf32> -> tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
  return %r#0, %r#1 : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
}

// Blocks that so few threads hold.
// CHECK-LABEL: func.func @product
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [2, 1024], threads = 128, chunk = 16, candidate = 0>
func.func @product(%x: tensor<?x4096xbf16>, %u: tensor<?x4096xbf16>, %e: tensor<?x4096xf32>, %q: tensor<?x4096xf8E4M3FN>, %s: tensor<?x32xf32>)
    -> (tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>) {
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %u : tensor<?x4096xbf16>, tensor<?x4096xbf16>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: bf16, %b: bf16, %o: f32):
    %v = arith.extf %a : bf16 to f32
    %w = arith.extf %b : bf16 to f32
    %r = arith.mulf %v, %w : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>)
      : tensor<?x4096xf32> -> tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
  return %r#0, %r#1 : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
}

// CHECK-LABEL: func.func @mx
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [2, 1024], threads = 128, chunk = 16, candidate = 0>
func.func @mx(%x: tensor<?x4096xbf16>, %u: tensor<?x4096xbf16>, %e: tensor<?x4096xf32>, %q: tensor<?x4096xf8E4M3FN>, %s: tensor<?x128xf8E8M0FNU>)
    -> (tensor<?x4096xf8E4M3FN>, tensor<?x128xf8E8M0FNU>) {
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %u : tensor<?x4096xbf16>, tensor<?x4096xbf16>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: bf16, %b: bf16, %o: f32):
    %v = arith.extf %a : bf16 to f32
    %w = arith.extf %b : bf16 to f32
    %r = arith.mulf %v, %w : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %r:2 = gq.quantize %y block [1, 32] outs(%q, %s : tensor<?x4096xf8E4M3FN>, tensor<?x128xf8E8M0FNU>) {pow2}
      : tensor<?x4096xf32> -> tensor<?x4096xf8E4M3FN>, tensor<?x128xf8E8M0FNU>
  return %r#0, %r#1 : tensor<?x4096xf8E4M3FN>, tensor<?x128xf8E8M0FNU>
}

// CHECK-LABEL: func.func @i8
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [2, 1024], threads = 128, chunk = 16, candidate = 0>
func.func @i8(%x: tensor<?x4096xbf16>, %u: tensor<?x4096xbf16>, %e: tensor<?x4096xf32>, %q: tensor<?x4096xi8>, %s: tensor<?x32xf32>)
    -> (tensor<?x4096xi8>, tensor<?x32xf32>) {
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %u : tensor<?x4096xbf16>, tensor<?x4096xbf16>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: bf16, %b: bf16, %o: f32):
    %v = arith.extf %a : bf16 to f32
    %w = arith.extf %b : bf16 to f32
    %r = arith.mulf %v, %w : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x4096xi8>, tensor<?x32xf32>)
      : tensor<?x4096xf32> -> tensor<?x4096xi8>, tensor<?x32xf32>
  return %r#0, %r#1 : tensor<?x4096xi8>, tensor<?x32xf32>
}

// Others as before, in chunks of what is moved.
// CHECK-LABEL: func.func @square
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [128, 128], chunk = 16, candidate = 0>
func.func @square(%x: tensor<?x4096xbf16>, %u: tensor<?x4096xbf16>, %e: tensor<?x4096xf32>, %q: tensor<?x4096xf8E4M3FN>, %s: tensor<?x32xf32>)
    -> (tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>) {
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %u : tensor<?x4096xbf16>, tensor<?x4096xbf16>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: bf16, %b: bf16, %o: f32):
    %v = arith.extf %a : bf16 to f32
    %w = arith.extf %b : bf16 to f32
    %r = arith.mulf %v, %w : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %r:2 = gq.quantize %y block [128, 128] outs(%q, %s : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>)
      : tensor<?x4096xf32> -> tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
  return %r#0, %r#1 : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
}

// CHECK-LABEL: func.func @column_major
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [64, 128], chunk = 16, candidate = 0>
func.func @column_major(%x: tensor<?x4096xbf16>, %u: tensor<?x4096xbf16>, %e: tensor<?x4096xf32>, %q: tensor<?x4096xf8E4M3FN>, %s: tensor<32x?xf32>)
    -> (tensor<?x4096xf8E4M3FN>, tensor<32x?xf32>) {
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %u : tensor<?x4096xbf16>, tensor<?x4096xbf16>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: bf16, %b: bf16, %o: f32):
    %v = arith.extf %a : bf16 to f32
    %w = arith.extf %b : bf16 to f32
    %r = arith.mulf %v, %w : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x4096xf8E4M3FN>, tensor<32x?xf32>) {transposed_scales}
      : tensor<?x4096xf32> -> tensor<?x4096xf8E4M3FN>, tensor<32x?xf32>
  return %r#0, %r#1 : tensor<?x4096xf8E4M3FN>, tensor<32x?xf32>
}

// The widest matrix counts.
// CHECK-LABEL: func.func @of_f32
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [16, 512], candidate = 0>
func.func @of_f32(%x: tensor<?x4096xbf16>, %u: tensor<?x4096xf32>, %e: tensor<?x4096xf32>, %q: tensor<?x4096xf8E4M3FN>, %s: tensor<?x32xf32>)
    -> (tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>) {
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %u : tensor<?x4096xbf16>, tensor<?x4096xf32>) outs(%e : tensor<?x4096xf32>) {
  ^bb0(%a: bf16, %b: f32, %o: f32):
    %v = arith.extf %a : bf16 to f32
    %w = arith.negf %b : f32
    %r = arith.mulf %v, %w : f32
    linalg.yield %r : f32
  } -> tensor<?x4096xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>)
      : tensor<?x4096xf32> -> tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
  return %r#0, %r#1 : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
}

// CHECK-LABEL: func.func @no_whole_chunks
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [16, 512], candidate = 0>
func.func @no_whole_chunks(%x: tensor<?x4104xbf16>, %u: tensor<?x4104xbf16>, %e: tensor<?x4104xf32>, %q: tensor<?x4104xf8E4M3FN>, %s: tensor<?x33xf32>)
    -> (tensor<?x4104xf8E4M3FN>, tensor<?x33xf32>) {
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %u : tensor<?x4104xbf16>, tensor<?x4104xbf16>) outs(%e : tensor<?x4104xf32>) {
  ^bb0(%a: bf16, %b: bf16, %o: f32):
    %v = arith.extf %a : bf16 to f32
    %w = arith.extf %b : bf16 to f32
    %r = arith.mulf %v, %w : f32
    linalg.yield %r : f32
  } -> tensor<?x4104xf32>
  %r:2 = gq.quantize %y block [1, 128] outs(%q, %s : tensor<?x4104xf8E4M3FN>, tensor<?x33xf32>)
      : tensor<?x4104xf32> -> tensor<?x4104xf8E4M3FN>, tensor<?x33xf32>
  return %r#0, %r#1 : tensor<?x4104xf8E4M3FN>, tensor<?x33xf32>
}
