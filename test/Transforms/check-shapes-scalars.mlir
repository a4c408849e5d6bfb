// RUN: gq-opt %s --gq-check-shapes --split-input-file --verify-diagnostics

#id = affine_map<(m, n) -> (m, n)>
func.func @captured(%x: tensor<8x64xf32>, %alpha: f32) -> tensor<8x64xf32> {
  // expected-error@+1 {{'linalg.generic' op reads argument 1 of type 'f32': kernels read tensors, such as a 'tensor<f32>'}}
  %r = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%x : tensor<8x64xf32>) {
  ^bb0(%o: f32):
    %y = arith.mulf %o, %alpha : f32
    linalg.yield %y : f32
  } -> tensor<8x64xf32>
  return %r : tensor<8x64xf32>
}

// -----

func.func @filled(%x: tensor<8x64xi8>, %value: i8) -> tensor<8x64xi8> {
  // expected-error@+1 {{'linalg.fill' op reads argument 1 of type 'i8': kernels read tensors}}
  %r = linalg.fill ins(%value : i8) outs(%x : tensor<8x64xi8>) -> tensor<8x64xi8>
  return %r : tensor<8x64xi8>
}
