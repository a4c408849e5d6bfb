// Where a reduction along rows is computed: in the kernel that reads its value,
// if that can hold rows, or in one of its own.
// RUN: gq-opt %s --gq-select-config --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-select-config --split-input-file --remarks-filter=gq-select-config -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>

// REMARK: remark: {{.*}} rows {{.*}}is computed in the kernel that reads it, which holds rows of 4096 elements
// CHECK-LABEL: func @taken
// CHECK: gq.block_reduce addf %arg0 block [1, 4096] outs(%{{.*}} : tensor<?x1xf32>) : tensor
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [1, 4096], candidate = 0>}
func.func @taken(%x: tensor<?x4096xf32>, %e: tensor<?x1xf32>, %ey: tensor<?x4096xf32>,
    %eq: tensor<?x4096xf8E4M3FN>, %es: tensor<?x32xf32>) -> (tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>) {
  %s = gq.block_reduce addf %x block [1, 4096] outs(%e : tensor<?x1xf32>) : tensor<?x4096xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x4096xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x4096xf32>) {
  ^bb0(%v: f32, %r: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x4096xf32>
  %q:2 = gq.quantize %y block [1, 128] outs(%eq, %es : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>)
      : tensor<?x4096xf32> -> tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
  return %q#0, %q#1 : tensor<?x4096xf8E4M3FN>, tensor<?x32xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>

// Its value is a result as well: the same kernel stores it.
// REMARK: remark: {{.*}} rows {{.*}}is computed in the kernel that reads it, which holds rows of 4096 elements
// CHECK-LABEL: func @returned
// CHECK: gq.block_reduce addf %arg0 block [1, 4096] outs(%{{.*}} : tensor<?x1xf32>) : tensor
// CHECK: gq.copy {{.*}} {config = #gq.quantize_config
func.func @returned(%x: tensor<?x4096xf32>, %e: tensor<?x1xf32>, %ey: tensor<?x4096xf32>)
    -> (tensor<?x4096xf32>, tensor<?x1xf32>) {
  %s = gq.block_reduce addf %x block [1, 4096] outs(%e : tensor<?x1xf32>) : tensor<?x4096xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x4096xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x4096xf32>) {
  ^bb0(%v: f32, %r: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x4096xf32>
  %z = gq.copy %y outs(%ey : tensor<?x4096xf32>) : tensor<?x4096xf32> -> tensor<?x4096xf32>
  return %z, %s : tensor<?x4096xf32>, tensor<?x1xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>

// Its value is a result, and two kernels read it: they would both store it.
// REMARK: remark: {{.*}} rows {{.*}}has a kernel of its own: its result has to be in memory, and several kernels read it
// CHECK-LABEL: func @several
// CHECK: gq.block_reduce {{.*}} {config = #gq.quantize_config
func.func @several(%x: tensor<?x4096xf32>, %e: tensor<?x1xf32>, %ey: tensor<?x4096xf32>)
    -> (tensor<?x4096xf32>, tensor<?x4096xf32>, tensor<?x1xf32>) {
  %s = gq.block_reduce addf %x block [1, 4096] outs(%e : tensor<?x1xf32>) : tensor<?x4096xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x4096xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x4096xf32>) {
  ^bb0(%v: f32, %r: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x4096xf32>
  %z = gq.copy %y outs(%ey : tensor<?x4096xf32>) : tensor<?x4096xf32> -> tensor<?x4096xf32>
  %w = gq.copy %y outs(%ey : tensor<?x4096xf32>) : tensor<?x4096xf32> -> tensor<?x4096xf32>
  return %z, %w, %s : tensor<?x4096xf32>, tensor<?x4096xf32>, tensor<?x1xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>

// The kernel of its rows reads what another one computes of its value.
// REMARK: remark: {{.*}} rows {{.*}}has a kernel of its own: the kernel that reads it reads what others compute of it, too
// CHECK-LABEL: func @around
// CHECK: gq.block_reduce addf %arg0 block [1, 4096] {{.*}} {config = #gq.quantize_config
func.func @around(%x: tensor<?x4096xf32>, %e: tensor<?x1xf32>, %ea: tensor<1x1xf32>, %ey: tensor<?x4096xf32>)
    -> tensor<?x4096xf32> {
  %s = gq.block_reduce addf %x block [1, 4096] outs(%e : tensor<?x1xf32>) : tensor<?x4096xf32> -> tensor<?x1xf32>
  %all = gq.block_reduce addf %s block [1073741824, 1] outs(%ea : tensor<1x1xf32>) : tensor<?x1xf32> -> tensor<1x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, affine_map<(m, n) -> (0, 0)>, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s, %all : tensor<?x4096xf32>, tensor<?x1xf32>, tensor<1x1xf32>) outs(%ey : tensor<?x4096xf32>) {
  ^bb0(%v: f32, %r: f32, %a: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    %u = arith.mulf %t, %a : f32
    linalg.yield %u : f32
  } -> tensor<?x4096xf32>
  %z = gq.copy %y outs(%ey : tensor<?x4096xf32>) : tensor<?x4096xf32> -> tensor<?x4096xf32>
  return %z : tensor<?x4096xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>

// The largest magnitude, what is computed of it, a copy of that, and a cast by it.
// REMARK: remark: {{.*}} rows {{.*}}is computed in the kernel that reads it, which holds rows of 4096 elements
// REMARK: remark: {{.*}} rows {{.*}}is stored by the kernel that computes these values of rows
// CHECK-LABEL: func @scales
// CHECK: gq.block_absmax %arg0 block [1, 4096] outs(%{{.*}} : tensor<?x1xf32>) : tensor
// CHECK: gq.copy %{{.*}} outs(%{{.*}} : tensor<?x1xf32>) : tensor
// CHECK: gq.scaled_cast {{.*}} {config = #gq.quantize_config<tile = [{{[0-9]+}}, 4096]
func.func @scales(%x: tensor<?x4096xbf16>, %e: tensor<?x1xf32>, %eq: tensor<?x4096xf8E4M3FN>)
    -> (tensor<?x4096xf8E4M3FN>, tensor<?x1xf32>) {
  %max = gq.block_absmax %x block [1, 4096] outs(%e : tensor<?x1xf32>) : tensor<?x4096xbf16> -> tensor<?x1xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%max : tensor<?x1xf32>) outs(%e : tensor<?x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %fmt = arith.constant 448.0 : f32
    %d = arith.divf %a, %fmt : f32
    linalg.yield %d : f32
  } -> tensor<?x1xf32>
  %c = gq.copy %s outs(%e : tensor<?x1xf32>) : tensor<?x1xf32> -> tensor<?x1xf32>
  %q = gq.scaled_cast %x scales(%c block [1, 4096]) outs(%eq : tensor<?x4096xf8E4M3FN>)
      : tensor<?x4096xbf16>, tensor<?x1xf32> -> tensor<?x4096xf8E4M3FN>
  return %q, %c : tensor<?x4096xf8E4M3FN>, tensor<?x1xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>

// Rows that no thread block holds.
// REMARK: remark: {{.*}} rows {{.*}}has a kernel of its own: the kernel that reads it reads a reduction along rows of 20000 elements, expects at most 16384 that the registers of a thread block hold
// CHECK-LABEL: func @long
// CHECK: gq.block_reduce {{.*}} {config = #gq.quantize_config
// CHECK: gq.copy {{.*}} {config = #gq.quantize_config
func.func @long(%x: tensor<?x20000xf32>, %e: tensor<?x1xf32>, %ey: tensor<?x20000xf32>) -> tensor<?x20000xf32> {
  %s = gq.block_reduce addf %x block [1, 20000] outs(%e : tensor<?x1xf32>) : tensor<?x20000xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x20000xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x20000xf32>) {
  ^bb0(%v: f32, %r: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x20000xf32>
  %z = gq.copy %y outs(%ey : tensor<?x20000xf32>) : tensor<?x20000xf32> -> tensor<?x20000xf32>
  return %z : tensor<?x20000xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>

// A person's tiles are narrower.
// REMARK: remark: {{.*}} rows {{.*}}has a kernel of its own: the kernel that reads it reads a reduction along rows, expects tile size 1 to be at least the 4096 columns of x, got 1024
// CHECK-LABEL: func @narrow
// CHECK: gq.block_reduce {{.*}} {config = #gq.quantize_config
// CHECK: gq.copy {{.*}} {config = #gq.quantize_config<tile = [8, 1024]>}
func.func @narrow(%x: tensor<?x4096xf32>, %e: tensor<?x1xf32>, %ey: tensor<?x4096xf32>) -> tensor<?x4096xf32> {
  %s = gq.block_reduce addf %x block [1, 4096] outs(%e : tensor<?x1xf32>) : tensor<?x4096xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x4096xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x4096xf32>) {
  ^bb0(%v: f32, %r: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x4096xf32>
  %z = gq.copy %y outs(%ey : tensor<?x4096xf32>) {config = #gq.quantize_config<tile = [8, 1024]>}
      : tensor<?x4096xf32> -> tensor<?x4096xf32>
  return %z : tensor<?x4096xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>

// A block of all of a row is as long as tiles are, whatever the row's length has for divisors:
// whole warps, and chunks that rows have a whole number of.
// REMARK: remark: {{.*}} rows {{.*}}is computed in the kernel that reads it, which holds rows of 4104 elements
// CHECK-LABEL: func @whole
// CHECK: gq.block_reduce addf %arg0 block [1, 4104] outs(%{{.*}} : tensor<?x1xf32>) : tensor
// CHECK: gq.quantize {{.*}} block [1, 4104] {{.*}} {config = #gq.quantize_config<tile = [1, 4608], threads = 288, chunk = 8, candidate = 0>}
func.func @whole(%x: tensor<?x4104xbf16>, %e: tensor<?x1xf32>, %ey: tensor<?x4104xbf16>,
    %eq: tensor<?x4104xf8E4M3FN>, %es: tensor<?x1xf32>) -> (tensor<?x4104xf8E4M3FN>, tensor<?x1xf32>) {
  %s = gq.block_reduce addf %x block [1, 4104] outs(%e : tensor<?x1xf32>) : tensor<?x4104xbf16> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x4104xbf16>, tensor<?x1xf32>) outs(%ey : tensor<?x4104xbf16>) {
  ^bb0(%v: bf16, %r: f32, %o: bf16):
    %w = arith.extf %v : bf16 to f32
    %t = arith.mulf %w, %r : f32
    %c = arith.truncf %t : f32 to bf16
    linalg.yield %c : bf16
  } -> tensor<?x4104xbf16>
  %q:2 = gq.quantize %y block [1, 4104] outs(%eq, %es : tensor<?x4104xf8E4M3FN>, tensor<?x1xf32>)
      : tensor<?x4104xbf16> -> tensor<?x4104xf8E4M3FN>, tensor<?x1xf32>
  return %q#0, %q#1 : tensor<?x4104xf8E4M3FN>, tensor<?x1xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>

// So is a longer block.
// REMARK: remark: {{.*}} rows {{.*}}is computed in the kernel that reads it, which holds rows of 1006 elements
// CHECK-LABEL: func @longer
// CHECK: gq.quantize {{.*}} {config = #gq.quantize_config<tile = [{{[0-9]+}}, 1024], {{.*}}candidate = 0>}
func.func @longer(%x: tensor<?x1006xf32>, %e: tensor<?x1xf32>, %ey: tensor<?x1006xf32>,
    %eq: tensor<?x1006xf8E4M3FN>, %es: tensor<?x1xf32>) -> (tensor<?x1006xf8E4M3FN>, tensor<?x1xf32>) {
  %s = gq.block_reduce addf %x block [1, 1006] outs(%e : tensor<?x1xf32>) : tensor<?x1006xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x1006xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x1006xf32>) {
  ^bb0(%v: f32, %r: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x1006xf32>
  %q:2 = gq.quantize %y block [1, 65536] outs(%eq, %es : tensor<?x1006xf8E4M3FN>, tensor<?x1xf32>)
      : tensor<?x1006xf32> -> tensor<?x1006xf8E4M3FN>, tensor<?x1xf32>
  return %q#0, %q#1 : tensor<?x1006xf8E4M3FN>, tensor<?x1xf32>
}

// -----

#id = affine_map<(m, n) -> (m, n)>
#keep = affine_map<(m, n) -> (m, 0)>

// Rows of odd length move element by element, faster in two kernels.
// CHECK-LABEL: func @odd
// CHECK: gq.block_reduce {{.*}} {config = #gq.quantize_config<
func.func @odd(%x: tensor<?x1003xf32>, %e: tensor<?x1xf32>, %ey: tensor<?x1003xf32>,
    %eq: tensor<?x1003xf8E4M3FN>, %es: tensor<?x1xf32>) -> (tensor<?x1003xf8E4M3FN>, tensor<?x1xf32>) {
  %s = gq.block_reduce addf %x block [1, 1003] outs(%e : tensor<?x1xf32>) : tensor<?x1003xf32> -> tensor<?x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #keep, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<?x1003xf32>, tensor<?x1xf32>) outs(%ey : tensor<?x1003xf32>) {
  ^bb0(%v: f32, %r: f32, %o: f32):
    %t = arith.mulf %v, %r : f32
    linalg.yield %t : f32
  } -> tensor<?x1003xf32>
  %q:2 = gq.quantize %y block [1, 65536] outs(%eq, %es : tensor<?x1003xf8E4M3FN>, tensor<?x1xf32>)
      : tensor<?x1003xf32> -> tensor<?x1003xf8E4M3FN>, tensor<?x1xf32>
  return %q#0, %q#1 : tensor<?x1003xf8E4M3FN>, tensor<?x1xf32>
}
