// Products that add to an argument: the accumulators start from its elements, in f32, and every
// sum of products is added to them. To the bit what the reference makes of that; the argument is
// left alone.
// DEFINE: %{sim} = gq-run %s --backend=simulate --interleavings=5 --check --output=%t.npy
// DEFINE: %{ref} = gq-run %s --backend=reference --output=%t.ref.npy
// RUN: %{ref} --entry=wgrad --m=150
// RUN: %{sim} --entry=wgrad --m=150 | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: %{ref} --entry=odd --m=70
// RUN: %{sim} --entry=odd --m=70 | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: %{ref} --entry=twice --m=70
// RUN: %{sim} --entry=twice --m=70 | FileCheck %s --check-prefix=TWICE
// RUN: cmp %t.ref.npy %t.npy
// RUN: %{ref} --entry=rounded --m=70
// RUN: %{sim} --entry=rounded --m=70 | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// Tiles whose elements are loaded behind the stores of the tile before, several for each
// thread block; rows and columns that end in a tile.
// RUN: gq-run %s --entry=deferred --stages | FileCheck %s --check-prefix=STAGES
// RUN: %{ref} --entry=deferred
// RUN: %{sim} --entry=deferred | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: gq-run %s --entry=row_major --stages | FileCheck %s --check-prefix=STAGES
// RUN: %{ref} --entry=row_major
// RUN: %{sim} --entry=row_major | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// RUN: sed 's/tile = .128, 128, 128./&, cluster = a/' %s > %t.mlir
// RUN: gq-run %t.mlir --entry=row_major --backend=simulate --interleavings=5 --check --output=%t.npy | FileCheck %s
// RUN: cmp %t.ref.npy %t.npy
// CHECK: simulated 1 launches
// CHECK: check0 passed
// STAGES: after gq-distribute: simulated
// STAGES-NEXT: check0 passed
// STAGES: after gq-defer-stores: simulated
// STAGES-NEXT: check0 passed
// STAGES: after gq-allocate-shared-memory: simulated
// STAGES-NEXT: check0 passed
// TWICE: simulated 2 launches
// TWICE: check0 passed

// What the kernel reads is not its result: a launch writes no argument of a function.
// RUN: gq-compile %s --remarks-filter=gq-fallback --emit=bundle -o %t.gqb
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: function wgrad
// BUNDLE: input arg4 f32 [?, 264]
// BUNDLE: output res0 f32 [arg4.0, 264]
// BUNDLE-NOT: workspace
// BUNDLE: tensormap res0 f32
// BUNDLE: pointer arg4

func.func @wgrad(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<264x400xf8E4M3FN>, %sb: tensor<264x4xf32>,
                 %c: tensor<?x264xf32>) -> tensor<?x264xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : tensor<?x264xf32>)
      : tensor<?x400xf8E4M3FN>, tensor<264x400xf8E4M3FN>, tensor<?x4xf32>, tensor<264x4xf32> -> tensor<?x264xf32>
  return %d : tensor<?x264xf32>
}

// Scales of rows and of columns that lie side by side.
func.func @deferred(%a: tensor<600x272xf8E4M3FN>, %sa: tensor<3x600xf32>, %b: tensor<144x272xf8E4M3FN>, %sb: tensor<3x144xf32>,
                    %c: tensor<600x144xf32>) -> tensor<600x144xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%c : tensor<600x144xf32>)
      {transposed_a_scales, transposed_b_scales, config = #gq.matmul_config<tile = [256, 128, 128], scales = tma, store = deferred>}
      : tensor<600x272xf8E4M3FN>, tensor<144x272xf8E4M3FN>, tensor<3x600xf32>, tensor<3x144xf32> -> tensor<600x144xf32>
  return %d : tensor<600x144xf32>
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

// Rows that the copy engine does not take.
func.func @odd(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<133x400xf8E4M3FN>, %sb: tensor<2x4xf32>,
               %c: tensor<?x133xf32>) -> tensor<?x133xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x133xf32>)
      : tensor<?x400xf8E4M3FN>, tensor<133x400xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x133xf32>
  return %d : tensor<?x133xf32>
}

// The second product adds to what the first one left, in place.
func.func @twice(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<136x400xf8E4M3FN>, %sb: tensor<2x4xf32>,
                 %c: tensor<?x136xf32>) -> tensor<?x136xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x136xf32>)
      : tensor<?x400xf8E4M3FN>, tensor<136x400xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x136xf32>
  %e = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%d : tensor<?x136xf32>)
      : tensor<?x400xf8E4M3FN>, tensor<136x400xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x136xf32>
  return %e : tensor<?x136xf32>
}

// An argument of 16 bits: widened, summed in f32 and rounded once.
func.func @rounded(%a: tensor<?x400xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<136x400xf8E4M3FN>, %sb: tensor<2x4xf32>,
                   %c: tensor<?x136xbf16>) -> tensor<?x136xbf16> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<?x136xbf16>)
      : tensor<?x400xf8E4M3FN>, tensor<136x400xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x136xbf16>
  return %d : tensor<?x136xbf16>
}
