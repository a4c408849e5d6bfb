// int8 matrices with the scales of their blocks in, int8 out: d = a . b^T, times a scale for
// each column of d (1 over that of the codes that leave), rounded and clamped. Here with
// three sizes of blocks; int8.py quantises data, multiplies, and compares them:
//
//   python3 examples/int8.py
//   gq-run examples/int8.mlir --entry=quantize_1x128 --m 256 --check
//   gq-compile examples/int8.mlir -o int8.gqb
#elements = affine_map<(m, n) -> (m, n)>
#columns = affine_map<(m, n) -> (n)>

func.func @quantize_1x32(%x: tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %k = tensor.dim %x, %c1 : tensor<?x?xf32>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 1)>(%m)
  %sk = affine.apply affine_map<(d) -> (d ceildiv 32)>(%k)
  %codes = tensor.empty(%m, %k) : tensor<?x?xi8>
  %scales = tensor.empty(%sm, %sk) : tensor<?x?xf32>
  %q, %s = gq.quantize %x block [1, 32] outs(%codes, %scales : tensor<?x?xi8>, tensor<?x?xf32>)
             : tensor<?x?xf32> -> tensor<?x?xi8>, tensor<?x?xf32>
  return %q, %s : tensor<?x?xi8>, tensor<?x?xf32>
}

func.func @matmul_1x32(%a: tensor<?x?xi8>, %sa: tensor<?x?xf32>, %b: tensor<?x?xi8>,
                      %sb: tensor<?x?xf32>, %so: tensor<?xf32>) -> tensor<?x?xi8> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x?xi8>
  %n = tensor.dim %b, %c0 : tensor<?x?xi8>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) outs(%init : tensor<?x?xf32>)
         : tensor<?x?xi8>, tensor<?x?xi8>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  %o = tensor.empty(%m, %n) : tensor<?x?xi8>
  %y = linalg.generic {indexing_maps = [#elements, #columns, #elements],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %so : tensor<?x?xf32>, tensor<?xf32>) outs(%o : tensor<?x?xi8>) {
  ^bb0(%v: f32, %s: f32, %u: i8):
    %low = arith.constant -128.0 : f32
    %high = arith.constant 127.0 : f32
    %scaled = arith.mulf %v, %s : f32
    %rounded = math.roundeven %scaled : f32
    %above = arith.maximumf %rounded, %low : f32
    %code = arith.minimumf %above, %high : f32
    %r = arith.fptosi %code : f32 to i8
    linalg.yield %r : i8
  } -> tensor<?x?xi8>
  return %y : tensor<?x?xi8>
}

func.func @quantize_1x128(%x: tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %k = tensor.dim %x, %c1 : tensor<?x?xf32>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 1)>(%m)
  %sk = affine.apply affine_map<(d) -> (d ceildiv 128)>(%k)
  %codes = tensor.empty(%m, %k) : tensor<?x?xi8>
  %scales = tensor.empty(%sm, %sk) : tensor<?x?xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%codes, %scales : tensor<?x?xi8>, tensor<?x?xf32>)
             : tensor<?x?xf32> -> tensor<?x?xi8>, tensor<?x?xf32>
  return %q, %s : tensor<?x?xi8>, tensor<?x?xf32>
}

func.func @matmul_1x128(%a: tensor<?x?xi8>, %sa: tensor<?x?xf32>, %b: tensor<?x?xi8>,
                      %sb: tensor<?x?xf32>, %so: tensor<?xf32>) -> tensor<?x?xi8> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x?xi8>
  %n = tensor.dim %b, %c0 : tensor<?x?xi8>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [1, 128]) outs(%init : tensor<?x?xf32>)
         : tensor<?x?xi8>, tensor<?x?xi8>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  %o = tensor.empty(%m, %n) : tensor<?x?xi8>
  %y = linalg.generic {indexing_maps = [#elements, #columns, #elements],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %so : tensor<?x?xf32>, tensor<?xf32>) outs(%o : tensor<?x?xi8>) {
  ^bb0(%v: f32, %s: f32, %u: i8):
    %low = arith.constant -128.0 : f32
    %high = arith.constant 127.0 : f32
    %scaled = arith.mulf %v, %s : f32
    %rounded = math.roundeven %scaled : f32
    %above = arith.maximumf %rounded, %low : f32
    %code = arith.minimumf %above, %high : f32
    %r = arith.fptosi %code : f32 to i8
    linalg.yield %r : i8
  } -> tensor<?x?xi8>
  return %y : tensor<?x?xi8>
}

func.func @quantize_128x128(%x: tensor<?x?xf32>) -> (tensor<?x?xi8>, tensor<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %x, %c0 : tensor<?x?xf32>
  %k = tensor.dim %x, %c1 : tensor<?x?xf32>
  %sm = affine.apply affine_map<(d) -> (d ceildiv 128)>(%m)
  %sk = affine.apply affine_map<(d) -> (d ceildiv 128)>(%k)
  %codes = tensor.empty(%m, %k) : tensor<?x?xi8>
  %scales = tensor.empty(%sm, %sk) : tensor<?x?xf32>
  %q, %s = gq.quantize %x block [128, 128] outs(%codes, %scales : tensor<?x?xi8>, tensor<?x?xf32>)
             : tensor<?x?xf32> -> tensor<?x?xi8>, tensor<?x?xf32>
  return %q, %s : tensor<?x?xi8>, tensor<?x?xf32>
}

func.func @matmul_128x128(%a: tensor<?x?xi8>, %sa: tensor<?x?xf32>, %b: tensor<?x?xi8>,
                      %sb: tensor<?x?xf32>, %so: tensor<?xf32>) -> tensor<?x?xi8> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %m = tensor.dim %a, %c0 : tensor<?x?xi8>
  %n = tensor.dim %b, %c0 : tensor<?x?xi8>
  %e = tensor.empty(%m, %n) : tensor<?x?xf32>
  %init = linalg.fill ins(%zero : f32) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %d = gq.scaled_matmul %a, %b scales(%sa block [128, 128], %sb block [128, 128]) outs(%init : tensor<?x?xf32>)
         : tensor<?x?xi8>, tensor<?x?xi8>, tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  %o = tensor.empty(%m, %n) : tensor<?x?xi8>
  %y = linalg.generic {indexing_maps = [#elements, #columns, #elements],
                       iterator_types = ["parallel", "parallel"]}
      ins(%d, %so : tensor<?x?xf32>, tensor<?xf32>) outs(%o : tensor<?x?xi8>) {
  ^bb0(%v: f32, %s: f32, %u: i8):
    %low = arith.constant -128.0 : f32
    %high = arith.constant 127.0 : f32
    %scaled = arith.mulf %v, %s : f32
    %rounded = math.roundeven %scaled : f32
    %above = arith.maximumf %rounded, %low : f32
    %code = arith.minimumf %above, %high : f32
    %r = arith.fptosi %code : f32 to i8
    linalg.yield %r : i8
  } -> tensor<?x?xi8>
  return %y : tensor<?x?xi8>
}
