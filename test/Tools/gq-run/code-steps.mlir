// --check of codes that computed values are rounded to: where one of them is the next one, another
// order of a sum may have made it so. One that is farther off is wrong, and so are many.
//
// DEFINE: %{step} =
// DEFINE: %{every} =
// DEFINE: %{entry} =
// DEFINE: %{make} = sed -e s/STEP/%{step}/ -e s/EVERY/%{every}/ %s > %t.mlir
// DEFINE: %{check} = gq-run %t.mlir --entry=%{entry} --backend=reference --reference=%t.reference.mlir

// RUN: sed -e 's/return %off/return %q/' -e 's/scaled_matmul %off,/scaled_matmul %q,/' \
// RUN:   -e 's/scaled_matmul %w, %off/scaled_matmul %w, %q/' -e s/STEP/0/ -e s/EVERY/1/ %s > %t.reference.mlir

// REDEFINE: %{entry} = int8
// REDEFINE: %{every} = 100
// REDEFINE: %{step} = 1
// RUN: %{make} && %{check} | FileCheck %s --check-prefix=NEXT
// NEXT: check0     passed: 82 of 8192 codes are the next one (limit 256)

// REDEFINE: %{step} = 2
// RUN: %{make} && not %{check} 2>&1 | FileCheck %s --check-prefix=FARTHER
// FARTHER: error: result 0 does not agree with the reference
// FARTHER: check0     failed: 82 of 8192 codes are the next one (limit 256), 82 farther off, the first at (0, 0): -23, expected -21

// REDEFINE: %{step} = 1
// REDEFINE: %{every} = 31
// RUN: %{make} && not %{check} 2>&1 | FileCheck %s --check-prefix=MANY
// MANY: check0     failed: 265 of 8192 codes are the next one (limit 256), 0 farther off, the first at (0, 0)

// REDEFINE: %{entry} = fp8
// REDEFINE: %{every} = 100
// RUN: %{make} && %{check} | FileCheck %s --check-prefix=NEXT
// REDEFINE: %{step} = 2
// RUN: %{make} && not %{check} 2>&1 | FileCheck %s --check-prefix=FARTHER8
// FARTHER8: check0     failed: 82 of 8192 codes are the next one (limit 256), {{[1-9][0-9]}} farther off, the first at (0, {{[0-9]+}})

// What does not depend on rounding has no next one.
// REDEFINE: %{entry} = exact
// REDEFINE: %{every} = 10000
// REDEFINE: %{step} = 1
// RUN: %{make} && not %{check} 2>&1 | FileCheck %s --check-prefix=EXACT
// EXACT: check0     failed: 1 elements differ

// A product of such codes: one code of a row of 128 is another, and with it what its row of the result is.
// REDEFINE: %{entry} = product
// REDEFINE: %{every} = 3001
// RUN: %{make} && %{check} | FileCheck %s --check-prefix=PRODUCT
// PRODUCT: check0     passed: relative error {{.*}} elements out of bounds by steps of codes
// REDEFINE: %{step} = 16
// RUN: %{make} && not %{check} 2>&1 | FileCheck %s --check-prefix=FAR
// FAR: check0     failed: relative error {{.*}} elements out of bounds, the first at
// REDEFINE: %{step} = 1
// REDEFINE: %{every} = 50
// RUN: %{make} && not %{check} 2>&1 | FileCheck %s --check-prefix=ROWS
// ROWS: check0     failed: relative error {{.*}} elements out of bounds, the first at
// Of weights that are codes of rounded values.
// REDEFINE: %{entry} = weights
// REDEFINE: %{every} = 5001
// RUN: %{make} && %{check} | FileCheck %s --check-prefix=PRODUCT
// REDEFINE: %{step} = 16
// RUN: %{make} && not %{check} 2>&1 | FileCheck %s --check-prefix=FAR
// What is computed from a product.
// REDEFINE: %{entry} = behind
// REDEFINE: %{every} = 3001
// REDEFINE: %{step} = 2
// RUN: %{make} && %{check} | FileCheck %s --check-prefix=PRODUCT
// REDEFINE: %{step} = 32
// RUN: %{make} && not %{check} 2>&1 | FileCheck %s --check-prefix=FAR
// REDEFINE: %{step} = 2
// REDEFINE: %{every} = 50
// RUN: %{make} && not %{check} 2>&1 | FileCheck %s --check-prefix=ROWS
// Codes that are exact have no steps.
// REDEFINE: %{entry} = exact_product
// REDEFINE: %{every} = 3001
// REDEFINE: %{step} = 1
// RUN: %{make} && not %{check} 2>&1 | FileCheck %s --check-prefix=FAR

// Every so many-th code has other bits.
func.func private @change(%q: tensor<64x128xi8>) -> tensor<64x128xi8> {
  %e = tensor.empty() : tensor<64x128xi8>
  %off = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%q : tensor<64x128xi8>) outs(%e : tensor<64x128xi8>) {
  ^bb0(%in: i8, %out: i8):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %columns = arith.constant 128 : index
    %every = arith.constant EVERY : index
    %zero = arith.constant 0 : index
    %row = arith.muli %i, %columns : index
    %number = arith.addi %row, %j : index
    %rest = arith.remui %number, %every : index
    %here = arith.cmpi eq, %rest, %zero : index
    %step = arith.constant STEP : i8
    %other = arith.xori %in, %step : i8
    %code = arith.select %here, %other, %in : i8
    linalg.yield %code : i8
  } -> tensor<64x128xi8>
  return %off : tensor<64x128xi8>
}
func.func @int8(%x: tensor<64x128xf32>) -> tensor<64x128xi8> {
  %t = math.tanh %x : tensor<64x128xf32>
  %eq = tensor.empty() : tensor<64x128xi8>
  %es = tensor.empty() : tensor<64x1xf32>
  %q, %s = gq.quantize %t block [1, 128] outs(%eq, %es : tensor<64x128xi8>, tensor<64x1xf32>) {amax_floor = 4.0 : f32}
      : tensor<64x128xf32> -> tensor<64x128xi8>, tensor<64x1xf32>
  %off = call @change(%q) : (tensor<64x128xi8>) -> tensor<64x128xi8>
  return %off : tensor<64x128xi8>
}
func.func @fp8(%x: tensor<64x128xf32>) -> tensor<64x128xf8E4M3FN> {
  %t = math.tanh %x : tensor<64x128xf32>
  %eq = tensor.empty() : tensor<64x128xf8E4M3FN>
  %es = tensor.empty() : tensor<64x1xf32>
  %q, %s = gq.quantize %t block [1, 128] outs(%eq, %es : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {amax_floor = 4.0 : f32}
      : tensor<64x128xf32> -> tensor<64x128xf8E4M3FN>, tensor<64x1xf32>
  %bits = arith.bitcast %q : tensor<64x128xf8E4M3FN> to tensor<64x128xi8>
  %changed = call @change(%bits) : (tensor<64x128xi8>) -> tensor<64x128xi8>
  %off = arith.bitcast %changed : tensor<64x128xi8> to tensor<64x128xf8E4M3FN>
  return %off : tensor<64x128xf8E4M3FN>
}
func.func @exact(%x: tensor<64x128xf32>) -> tensor<64x128xi8> {
  %eq = tensor.empty() : tensor<64x128xi8>
  %es = tensor.empty() : tensor<64x1xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<64x128xi8>, tensor<64x1xf32>) {amax_floor = 4.0 : f32}
      : tensor<64x128xf32> -> tensor<64x128xi8>, tensor<64x1xf32>
  %off = call @change(%q) : (tensor<64x128xi8>) -> tensor<64x128xi8>
  return %off : tensor<64x128xi8>
}
func.func @product(%x: tensor<64x128xf32>, %w: tensor<32x128xf8E4M3FN>, %sw: tensor<32x1xf32>) -> tensor<64x32xf32> {
  %t = math.tanh %x : tensor<64x128xf32>
  %eq = tensor.empty() : tensor<64x128xf8E4M3FN>
  %es = tensor.empty() : tensor<64x1xf32>
  %q, %s = gq.quantize %t block [1, 128] outs(%eq, %es : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {amax_floor = 4.0 : f32}
      : tensor<64x128xf32> -> tensor<64x128xf8E4M3FN>, tensor<64x1xf32>
  %bits = arith.bitcast %q : tensor<64x128xf8E4M3FN> to tensor<64x128xi8>
  %changed = call @change(%bits) : (tensor<64x128xi8>) -> tensor<64x128xi8>
  %off = arith.bitcast %changed : tensor<64x128xi8> to tensor<64x128xf8E4M3FN>
  %zeros = arith.constant dense<0.0> : tensor<64x32xf32>
  %d = gq.scaled_matmul %off, %w scales(%s block [1, 128], %sw block [1, 128]) outs(%zeros : tensor<64x32xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<32x128xf8E4M3FN>, tensor<64x1xf32>, tensor<32x1xf32> -> tensor<64x32xf32>
  return %d : tensor<64x32xf32>
}
func.func @exact_product(%x: tensor<64x128xf32>, %w: tensor<32x128xf8E4M3FN>, %sw: tensor<32x1xf32>) -> tensor<64x32xf32> {
  %eq = tensor.empty() : tensor<64x128xf8E4M3FN>
  %es = tensor.empty() : tensor<64x1xf32>
  %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {amax_floor = 4.0 : f32}
      : tensor<64x128xf32> -> tensor<64x128xf8E4M3FN>, tensor<64x1xf32>
  %bits = arith.bitcast %q : tensor<64x128xf8E4M3FN> to tensor<64x128xi8>
  %changed = call @change(%bits) : (tensor<64x128xi8>) -> tensor<64x128xi8>
  %off = arith.bitcast %changed : tensor<64x128xi8> to tensor<64x128xf8E4M3FN>
  %zeros = arith.constant dense<0.0> : tensor<64x32xf32>
  %d = gq.scaled_matmul %off, %w scales(%s block [1, 128], %sw block [1, 128]) outs(%zeros : tensor<64x32xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<32x128xf8E4M3FN>, tensor<64x1xf32>, tensor<32x1xf32> -> tensor<64x32xf32>
  return %d : tensor<64x32xf32>
}
func.func @weights(%x: tensor<64x128xf32>, %w: tensor<32x128xf8E4M3FN>, %sw: tensor<32x1xf32>) -> tensor<32x64xf32> {
  %t = math.tanh %x : tensor<64x128xf32>
  %eq = tensor.empty() : tensor<64x128xf8E4M3FN>
  %es = tensor.empty() : tensor<64x1xf32>
  %q, %s = gq.quantize %t block [1, 128] outs(%eq, %es : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {amax_floor = 4.0 : f32}
      : tensor<64x128xf32> -> tensor<64x128xf8E4M3FN>, tensor<64x1xf32>
  %bits = arith.bitcast %q : tensor<64x128xf8E4M3FN> to tensor<64x128xi8>
  %changed = call @change(%bits) : (tensor<64x128xi8>) -> tensor<64x128xi8>
  %off = arith.bitcast %changed : tensor<64x128xi8> to tensor<64x128xf8E4M3FN>
  %zeros = arith.constant dense<0.0> : tensor<32x64xf32>
  %d = gq.scaled_matmul %w, %off scales(%sw block [1, 128], %s block [1, 128]) outs(%zeros : tensor<32x64xf32>)
      : tensor<32x128xf8E4M3FN>, tensor<64x128xf8E4M3FN>, tensor<32x1xf32>, tensor<64x1xf32> -> tensor<32x64xf32>
  return %d : tensor<32x64xf32>
}
func.func @behind(%x: tensor<64x128xf32>, %w: tensor<32x128xf8E4M3FN>, %sw: tensor<32x1xf32>) -> tensor<64x32xbf16> {
  %t = math.tanh %x : tensor<64x128xf32>
  %eq = tensor.empty() : tensor<64x128xf8E4M3FN>
  %es = tensor.empty() : tensor<64x1xf32>
  %q, %s = gq.quantize %t block [1, 128] outs(%eq, %es : tensor<64x128xf8E4M3FN>, tensor<64x1xf32>) {amax_floor = 4.0 : f32}
      : tensor<64x128xf32> -> tensor<64x128xf8E4M3FN>, tensor<64x1xf32>
  %bits = arith.bitcast %q : tensor<64x128xf8E4M3FN> to tensor<64x128xi8>
  %changed = call @change(%bits) : (tensor<64x128xi8>) -> tensor<64x128xi8>
  %off = arith.bitcast %changed : tensor<64x128xi8> to tensor<64x128xf8E4M3FN>
  %zeros = arith.constant dense<0.0> : tensor<64x32xf32>
  %d = gq.scaled_matmul %off, %w scales(%s block [1, 128], %sw block [1, 128]) outs(%zeros : tensor<64x32xf32>)
      : tensor<64x128xf8E4M3FN>, tensor<32x128xf8E4M3FN>, tensor<64x1xf32>, tensor<32x1xf32> -> tensor<64x32xf32>
  %y = arith.negf %d : tensor<64x32xf32>
  %z = arith.truncf %y : tensor<64x32xf32> to tensor<64x32xbf16>
  return %z : tensor<64x32xbf16>
}
