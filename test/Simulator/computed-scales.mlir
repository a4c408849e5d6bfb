// Scales of a product that the program computes, of one byte among others: an elementwise
// kernel in front, or none where the product reads them as they are. Each against the
// reference; a transpose of bytes is one as well.
//
// DEFINE: %{entry} =
// DEFINE: %{check} = gq-run %s --entry=%{entry} --m=70 --backend=simulate --check | FileCheck %s --check-prefixes=CHECK,%{entry}
// REDEFINE: %{entry} = encoded
// RUN: %{check}
// REDEFINE: %{entry} = reciprocal
// RUN: %{check}
// REDEFINE: %{entry} = two_levels
// RUN: %{check}
// REDEFINE: %{entry} = rounded
// RUN: %{check}
// RUN: gq-run %s --entry=transposed --backend=simulate --check | FileCheck %s --check-prefix=transposed
// RUN: gq-compile %s -o %t.gqb
// encoded: simulated 1 launches
// reciprocal: simulated 2 launches
// two_levels: simulated 2 launches
// rounded: simulated 2 launches
// transposed: simulated 1 launches
// transposed: check0 passed: equal bit for bit
// CHECK: check0 passed

#id = affine_map<(i, j) -> (i, j)>
#all = affine_map<(i, j) -> ()>

func.func @encoded(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<200x512xf8E4M3FN>, %s: tensor<2x4xf8E8M0FNU>) -> tensor<?x200xf32> {
  %e_sb = tensor.empty() : tensor<2x4xf32>
  %sb = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<2x4xf8E8M0FNU>) outs(%e_sb : tensor<2x4xf32>) {
  ^bb0(%x: f8E8M0FNU, %o: f32):
    %w = arith.extf %x : f8E8M0FNU to f32
    linalg.yield %w : f32
  } -> tensor<2x4xf32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x512xf8E4M3FN>, tensor<200x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}

func.func @reciprocal(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<200x512xf8E4M3FN>, %s: tensor<2x4xf8E8M0FNU>) -> tensor<?x200xf32> {
  %one = arith.constant 1.0 : f32
  %e_sb = tensor.empty() : tensor<2x4xf32>
  %sb = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<2x4xf8E8M0FNU>) outs(%e_sb : tensor<2x4xf32>) {
  ^bb0(%x: f8E8M0FNU, %o: f32):
    %w = arith.extf %x : f8E8M0FNU to f32
    %r = arith.divf %one, %w : f32
    linalg.yield %r : f32
  } -> tensor<2x4xf32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x512xf8E4M3FN>, tensor<200x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}

// Scales of f8E4M3FN under one of f32 for all, as NVFP4 has them.
func.func @two_levels(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<200x512xf8E4M3FN>, %s: tensor<2x4xf8E4M3FN>, %t: tensor<f32>) -> tensor<?x200xf32> {
  %e_sb = tensor.empty() : tensor<2x4xf32>
  %sb = linalg.generic {indexing_maps = [#id, #all, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s, %t : tensor<2x4xf8E4M3FN>, tensor<f32>) outs(%e_sb : tensor<2x4xf32>) {
  ^bb0(%x: f8E4M3FN, %y: f32, %o: f32):
    %w = arith.extf %x : f8E4M3FN to f32
    %r = arith.mulf %w, %y : f32
    linalg.yield %r : f32
  } -> tensor<2x4xf32>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x512xf8E4M3FN>, tensor<200x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf32> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}

// Rounded up to powers of two, of which a byte is stored.
func.func @rounded(%a: tensor<?x512xf8E4M3FN>, %sa: tensor<?x4xf32>, %b: tensor<200x512xf8E4M3FN>, %s: tensor<2x4xf32>) -> tensor<?x200xf32> {
  %e_sb = tensor.empty() : tensor<2x4xf8E8M0FNU>
  %sb = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<2x4xf32>) outs(%e_sb : tensor<2x4xf8E8M0FNU>) {
  ^bb0(%x: f32, %o: f8E8M0FNU):
    %w = arith.truncf %x : f32 to f8E8M0FNU
    linalg.yield %w : f8E8M0FNU
  } -> tensor<2x4xf8E8M0FNU>
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x512xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x200xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x200xf32>) -> tensor<?x200xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%init : tensor<?x200xf32>)
      : tensor<?x512xf8E4M3FN>, tensor<200x512xf8E4M3FN>, tensor<?x4xf32>, tensor<2x4xf8E8M0FNU> -> tensor<?x200xf32>
  return %d : tensor<?x200xf32>
}

func.func @transposed(%q: tensor<96x72xf8E5M2>) -> tensor<72x96xf8E5M2> {
  %e = tensor.empty() : tensor<72x96xf8E5M2>
  %t = linalg.transpose ins(%q : tensor<96x72xf8E5M2>) outs(%e : tensor<72x96xf8E5M2>) permutation = [1, 0]
  return %t : tensor<72x96xf8E5M2>
}
