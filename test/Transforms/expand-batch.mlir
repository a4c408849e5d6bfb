// RUN: gq-opt %s --gq-expand --cse | FileCheck %s

// CHECK: #[[FROM:.*]] = affine_map<(d0) -> (d0 * 200 + 128)>

// A product for each of them, of as many rows of what lies below one another.
// CHECK-LABEL: func.func @own
// CHECK-DAG:   %[[A:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1], [2]] : tensor<4x64x128xf8E4M3FN> into tensor<256x128xf8E4M3FN>
// CHECK-DAG:   %[[BS:.*]] = tensor.collapse_shape %arg3 {{.*}} into tensor<4x1xf32>
// CHECK:       %[[R:.*]] = scf.forall (%[[I:.*]]) in (4) shared_outs(%[[ALL:.*]] = %{{.*}}) -> (tensor<256x48xf32>) {
// CHECK:         %[[ROW:.*]] = affine.apply #[[ROWS:.*]](%[[I]])
// CHECK:         %[[X:.*]] = tensor.extract_slice %[[A]][%[[ROW]], 0] [64, 128] [1, 1]
// CHECK:         %[[YS:.*]] = tensor.extract_slice %[[BS]][%[[I]], 0] [1, 1] [1, 1]
// CHECK:         %[[ZEROS:.*]] = linalg.fill {{.*}} -> tensor<64x48xf32>
// CHECK:         %[[D:.*]] = gq.scaled_matmul %[[X]], %{{.*}} scales(%{{.*}} block [1, 128], %[[YS]] block [128, 128]) outs(%[[ZEROS]]
// CHECK:         tensor.parallel_insert_slice %[[D]] into %[[ALL]][%[[ROW]], 0] [64, 48] [1, 1]
// CHECK:       } {mapping = [#gpu.block<z>]}
// CHECK:       tensor.expand_shape %[[R]] {{.*}} output_shape [4, 64, 48]
func.func @own(%a: tensor<4x64x128xf8E4M3FN>, %sa: tensor<4x64x1xf32>, %b: tensor<4x48x128xf8E4M3FN>, %sb: tensor<4x1x1xf32>) -> tensor<4x64x48xf32> {
  %e = tensor.empty() : tensor<4x64x48xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%e : tensor<4x64x48xf32>)
      : tensor<4x64x128xf8E4M3FN>, tensor<4x48x128xf8E4M3FN>, tensor<4x64x1xf32>, tensor<4x1x1xf32> -> tensor<4x64x48xf32>
  return %d : tensor<4x64x48xf32>
}

// One b: one product of all rows, added to those of the argument.
// CHECK-LABEL: func.func @shared
// CHECK-NOT:   scf.forall
// CHECK:       gq.scaled_matmul {{.*}} outs(%{{.*}} : tensor<256x48xf32>) : tensor<256x128xf8E4M3FN>, tensor<48x128xf8E4M3FN>, tensor<256x1xf32>, tensor<1x1xf32>
func.func @shared(%a: tensor<4x64x128xf8E4M3FN>, %sa: tensor<4x64x1xf32>, %b: tensor<48x128xf8E4M3FN>, %sb: tensor<1x1xf32>, %c: tensor<4x64x48xf32>) -> tensor<4x64x48xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<4x64x48xf32>)
      : tensor<4x64x128xf8E4M3FN>, tensor<48x128xf8E4M3FN>, tensor<4x64x1xf32>, tensor<1x1xf32> -> tensor<4x64x48xf32>
  return %d : tensor<4x64x48xf32>
}

// Blocks of a that its matrices end in.
// CHECK-LABEL: func.func @cut
// CHECK:       scf.forall
func.func @cut(%a: tensor<4x64x128xf8E4M3FN>, %sa: tensor<4x1x1xf32>, %b: tensor<48x128xf8E4M3FN>, %sb: tensor<1x1xf32>, %c: tensor<4x64x48xf32>) -> tensor<4x64x48xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [128, 128]) outs(%c : tensor<4x64x48xf32>)
      : tensor<4x64x128xf8E4M3FN>, tensor<48x128xf8E4M3FN>, tensor<4x1x1xf32>, tensor<1x1xf32> -> tensor<4x64x48xf32>
  return %d : tensor<4x64x48xf32>
}

// Of one there is no loop, whatever it is.
// CHECK-LABEL: func.func @one
// CHECK-NOT:   scf.forall
// CHECK:       gq.scaled_matmul {{.*}} {transposed_a_scales} : tensor<64x128xf8E4M3FN>, tensor<48x128xf8E4M3FN>, tensor<1x64xf32>, tensor<1x1xf32>
func.func @one(%a: tensor<1x64x128xf8E4M3FN>, %sa: tensor<1x1x64xf32>, %b: tensor<1x48x128xf8E4M3FN>, %sb: tensor<1x1xf32>, %c: tensor<1x64x48xf32>) -> tensor<1x64x48xf32> {
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%c : tensor<1x64x48xf32>) {transposed_a_scales}
      : tensor<1x64x128xf8E4M3FN>, tensor<1x48x128xf8E4M3FN>, tensor<1x1x64xf32>, tensor<1x1xf32> -> tensor<1x64x48xf32>
  return %d : tensor<1x64x48xf32>
}

// One of several weights; in a loop, they are put below one another in front of it.
// CHECK-LABEL: func.func @slice
// CHECK:       %[[W:.*]] = tensor.collapse_shape %arg1 {{.*}} into tensor<1000x128xbf16>
// CHECK:       scf.forall (%[[I:.*]]) in (5)
// CHECK:         %[[AT:.*]] = affine.apply #[[FROM]](%[[I]])
// CHECK:         tensor.extract_slice %[[W]][%[[AT]], 0] [72, 128] [1, 1] : tensor<1000x128xbf16> to tensor<72x128xbf16>
func.func @slice(%a: tensor<320x128xbf16>, %w: tensor<5x200x128xbf16>) -> tensor<320x72xf32> {
  %init = tensor.empty() : tensor<320x72xf32>
  %r = scf.forall (%i) in (5) shared_outs(%all = %init) -> (tensor<320x72xf32>) {
    %row = affine.apply affine_map<(i) -> (i * 64)>(%i)
    %x = tensor.extract_slice %a[%row, 0] [64, 128] [1, 1] : tensor<320x128xbf16> to tensor<64x128xbf16>
    %y = tensor.extract_slice %w[%i, 128, 0] [1, 72, 128] [1, 1, 1] : tensor<5x200x128xbf16> to tensor<72x128xbf16>
    %e = tensor.empty() : tensor<64x72xf32>
    %d = gq.scaled_matmul %x, %y outs(%e : tensor<64x72xf32>) : tensor<64x128xbf16>, tensor<72x128xbf16> -> tensor<64x72xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %d into %all[%row, 0] [64, 72] [1, 1] : tensor<64x72xf32> into tensor<320x72xf32>
    }
  } {mapping = [#gpu.block<z>]}
  return %r : tensor<320x72xf32>
}

// A part of an argument, which the function does not write: of a copy.
// CHECK-LABEL: func.func @into
// CHECK:       %[[COPY:.*]] = gq.copy %arg2
// CHECK:       tensor.insert_slice %{{.*}} into %[[COPY]]
func.func @into(%a: tensor<64x128xbf16>, %b: tensor<64x128xbf16>, %all: tensor<64x160xf32>) -> tensor<64x160xf32> {
  %e = tensor.empty() : tensor<64x64xf32>
  %d = gq.scaled_matmul %a, %b outs(%e : tensor<64x64xf32>) : tensor<64x128xbf16>, tensor<64x128xbf16> -> tensor<64x64xf32>
  %r = tensor.insert_slice %d into %all[0, 7] [64, 64] [1, 1] : tensor<64x64xf32> into tensor<64x160xf32>
  return %r : tensor<64x160xf32>
}
