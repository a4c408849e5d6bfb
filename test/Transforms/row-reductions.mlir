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

// Its value is a result as well.
// REMARK: remark: {{.*}} rows {{.*}}has a kernel of its own: its result has to be in memory
// CHECK-LABEL: func @returned
// CHECK: gq.block_reduce {{.*}} {config = #gq.quantize_config
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
