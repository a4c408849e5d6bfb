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
// CHECK: simulated 1 launches
// CHECK: check0 passed
// TWICE: simulated 2 launches
// TWICE: check0 passed

// What the kernel reads is not its result: a launch writes no argument of a function.
// RUN: gq-compile %s --remarks-filter=gq-fallback --emit=bundle -o %t.gqb
// RUN: gq-bundle info %t.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: function wgrad
// BUNDLE: input arg4 (%c) f32 [?, 264]
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
