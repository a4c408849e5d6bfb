// RUN: gq-opt %s --gq-fuse-quantize --canonicalize --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-fuse-quantize --gq-expand=quantize=true --gq-fuse-quantize --canonicalize --split-input-file | FileCheck %s

!x = tensor<8x256xbf16>
!q = tensor<8x256xf8E4M3FN>
!s = tensor<8x2xf32>

// Everything the three ops say is kept: format, power of two, floor, config.
// CHECK-LABEL: func.func @fuse
// CHECK-SAME: (%[[X:.*]]: tensor<8x256xbf16>, %[[Q:.*]]: tensor<8x256xf8E4M3FN>, %[[S:.*]]: tensor<8x2xf32>)
// CHECK-NEXT: %[[R:.*]]:2 = gq.quantize %[[X]] block [1, 128] outs(%[[Q]], %[[S]] : {{.*}}) {amax_floor = 5.000000e-01 : f32, config = #gq.config<tile = [8, 256]>, pow2}
// CHECK-NEXT: return %[[R]]#0, %[[R]]#1
func.func @fuse(%x: !x, %q: !q, %s: !s) -> (!q, !s) {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) {amax_floor = 0.5 : f32, config = #gq.config<tile = [8, 256]>} : !x -> !s
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : !s) {pow2} : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) : !x, !s -> !q
  return %c, %f : !q, !s
}

// -----

// Different blocks, inputs or formats, an origin, a scale used before the cast.
!x = tensor<8x256xbf16>
!q = tensor<8x256xf8E4M3FN>
!s = tensor<8x2xf32>

// CHECK-LABEL: func.func @other_input
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @other_input(%x: !x, %y: !x, %q: !q, %s: !s) -> !q {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : !s) : !s -> !s
  %c = gq.scaled_cast %y scales(%f block [1, 128]) outs(%q : !q) : !x, !s -> !q
  return %c : !q
}

// CHECK-LABEL: func.func @other_block
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast {{.*}} block [2, 128]
func.func @other_block(%x: tensor<1x256xbf16>, %q: tensor<1x256xf8E4M3FN>, %s: tensor<1x2xf32>) -> tensor<1x256xf8E4M3FN> {
  %m = gq.block_absmax %x block [1, 128] outs(%s : tensor<1x2xf32>) : tensor<1x256xbf16> -> tensor<1x2xf32>
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : tensor<1x2xf32>) : tensor<1x2xf32> -> tensor<1x2xf32>
  %c = gq.scaled_cast %x scales(%f block [2, 128]) outs(%q : tensor<1x256xf8E4M3FN>) : tensor<1x256xbf16>, tensor<1x2xf32> -> tensor<1x256xf8E4M3FN>
  return %c : tensor<1x256xf8E4M3FN>
}

// CHECK-LABEL: func.func @other_format
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @other_format(%x: !x, %q: !q, %s: !s) -> !q {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f8E5M2 outs(%s : !s) : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) : !x, !s -> !q
  return %c : !q
}

// CHECK-LABEL: func.func @origin
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast {{.*}} origin
func.func @origin(%x: !x, %q: !q, %s: !s, %i: index) -> !q {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : !s) : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) origin(%i, %i) outs(%q : !q) : !x, !s -> !q
  return %c : !q
}

// CHECK-LABEL: func.func @used_before
// CHECK: gq.absmax_to_scale
// CHECK-NEXT: tensor.extract
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @used_before(%x: !x, %q: !q, %s: !s) -> (!q, f32) {
  %c0 = arith.constant 0 : index
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : !s) : !s -> !s
  %v = tensor.extract %f[%c0, %c0] : !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) : !x, !s -> !q
  return %c, %v : !q, f32
}

// A cast with a strategy of its own stays a pass of its own.
// CHECK-LABEL: func.func @own_config
// CHECK-NOT: gq.quantize
// CHECK: gq.scaled_cast
func.func @own_config(%x: !x, %q: !q, %s: !s) -> !q {
  %m = gq.block_absmax %x block [1, 128] outs(%s : !s) : !x -> !s
  %f = gq.absmax_to_scale %m to f8E4M3FN outs(%s : !s) : !s -> !s
  %c = gq.scaled_cast %x scales(%f block [1, 128]) outs(%q : !q) {config = #gq.config<tile = [8, 256]>} : !x, !s -> !q
  return %c : !q
}
