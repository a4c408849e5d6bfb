// Products that add to an argument whose tiles are loaded behind the stores of the tile
// before: several tiles for each thread block, rows and columns that end in a tile. To
// the bit what the reference makes of that.
// DEFINE: %{sim} = gq-run %s --backend=simulate --interleavings=3 --check --output=%t.npy
// DEFINE: %{ref} = gq-run %s --backend=reference --output=%t.ref.npy
// RUN: gq-run %s --entry=deferred --stages | FileCheck %s --check-prefix=STAGES
// RUN: %{ref} --entry=deferred
// RUN: %{sim} --entry=deferred | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: %{ref} --entry=row_major
// RUN: %{sim} --entry=row_major | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: sed 's/tile = .128, 128, 128./&, cluster = a/' %s > %t.mlir
// RUN: gq-run %t.mlir --entry=row_major --backend=simulate --interleavings=3 --check --output=%t.npy | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// Groups that split the columns read scales from their own first column on.
// RUN: sed 's/tile = .128, 128, 128./&, split = n/' %s > %t.mlir
// RUN: gq-run %t.mlir --entry=row_major --backend=simulate --interleavings=3 --check --output=%t.npy | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: sed 's/tile = .256, 128, 128./&, split = n/' %s > %t.mlir
// RUN: %{ref} --entry=deferred
// RUN: gq-run %t.mlir --entry=deferred --backend=simulate --interleavings=3 --check --output=%t.npy | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// CHECK: simulated 1 launches
// CHECK: check0 passed
// STAGES: after gq-distribute: simulated
// STAGES-NEXT: check0 passed
// STAGES: after gq-defer-stores: simulated
// STAGES-NEXT: check0 passed
// STAGES: after gq-allocate-shared-memory: simulated
// STAGES-NEXT: check0 passed

// Scales of rows and of columns that lie side by side.
func.func @deferred(%a: tensor<520x272xf8E4M3FN>, %sa: tensor<3x520xf32>, %b: tensor<144x272xf8E4M3FN>, %sb: tensor<3x144xf32>,
                    %c: tensor<520x144xf32>) -> tensor<520x144xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : tensor<520x144xf32>)
      {transposed_a_scales, transposed_b_scales, config = #gq.matmul_config<tile = [256, 128, 128], scales = tma, store = deferred>}
      : tensor<520x272xf8E4M3FN>, tensor<144x272xf8E4M3FN>, tensor<3x520xf32>, tensor<3x144xf32> -> tensor<520x144xf32>
  return %d : tensor<520x144xf32>
}

// Scales of which the copy engine brings 16 bytes of each row, those of columns in the
// order of the rows of b.
func.func @row_major(%a: tensor<300x512xf8E4M3FN>, %sa: tensor<300x4xf32>, %b: tensor<160x512xf8E4M3FN>, %sb: tensor<160x4xf32>,
                     %c: tensor<300x160xf32>) -> tensor<300x160xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : tensor<300x160xf32>)
      {config = #gq.matmul_config<tile = [128, 128, 128], scales = tma, store = deferred>}
      : tensor<300x512xf8E4M3FN>, tensor<160x512xf8E4M3FN>, tensor<300x4xf32>, tensor<160x4xf32> -> tensor<300x160xf32>
  return %d : tensor<300x160xf32>
}
