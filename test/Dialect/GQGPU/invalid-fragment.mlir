// One test for every diagnostic: fragments in memory, quantisation.
// RUN: gq-opt %s --split-input-file --verify-diagnostics

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<8x128xf32>, %i: index) {
  // expected-error@+1 {{expects 2 indices for operand source of rank 2, got 1}}
  %f = gqgpu.load_fragment %x[%i] map affine_map<(r, c) -> (r, c)> : memref<8x128xf32> -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<8x128xf32>, %i: index) {
  // expected-error@+1 {{expects a map that projects (row, column) to 2 indices, got}}
  %f = gqgpu.load_fragment %x[%i, %i] map affine_map<(r) -> (r, r)> : memref<8x128xf32> -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<8x128xf32>, %i: index) {
  // expected-error@+1 {{expects a map that projects (row, column) to 2 indices, got}}
  %f = gqgpu.load_fragment %x[%i, %i] map affine_map<(r, c) -> (c)> : memref<8x128xf32> -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<8x128xf32>, %i: index) {
  // expected-error@+1 {{expects a map that projects (row, column) to 2 indices, got}}
  %f = gqgpu.load_fragment %x[%i, %i] map affine_map<(r, c) -> (r, c + 1)> : memref<8x128xf32> -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<8x128xf16>, %i: index) {
  // expected-error@+1 {{expects a result of element type 'f16' as operand source, got 'f32'}}
  %f = gqgpu.load_fragment %x[%i, %i] map affine_map<(r, c) -> (r, c)> : memref<8x128xf16> -> !f
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<128xf32>, %i: index) {
  // expected-error@+1 {{expects a result that has each element in one thread, got}}
  %f = gqgpu.load_fragment %x[%i] map affine_map<(r, c) -> (r)> : memref<128xf32> -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%x: memref<8x128xf32>, %z: f32, %i: index) {
  %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x8xf32, #gqgpu.mma>
  // expected-error@+1 {{expects operand value that has each element in one thread, got}}
  gqgpu.store_fragment %f, %x[%i, %i] : !gqgpu.fragment<1x8xf32, #gqgpu.mma>, memref<8x128xf32>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32) {
  %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x8xf32, #gqgpu.mma>
  // expected-error@+1 {{expects an operand that has each element in one thread, got}}
  %a = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !gqgpu.fragment<1x8xf32, #gqgpu.mma> -> !gqgpu.fragment<1x8xf32, #gqgpu.mma, block = [1, 8]>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32) {
  %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x8xf32, #gqgpu.mma>
  %s = gqgpu.splat %z : f32 -> !gqgpu.fragment<1x8xf32, #gqgpu.mma, block = [1, 8]>
  // expected-error@+1 {{expects operand value that has each element in one thread, got}}
  %q = gqgpu.scaled_cast %f, %s : !gqgpu.fragment<1x8xf32, #gqgpu.mma>, !gqgpu.fragment<1x8xf32, #gqgpu.mma, block = [1, 8]> -> !gqgpu.fragment<1x8xi8, #gqgpu.mma>
  gqgpu.return
}

// -----

gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  // expected-error@+1 {{expects an operand that has each element in one thread, got}}
  %m = gqgpu.mask %f to (%i, %i) : !gqgpu.fragment<64x1xf32, #gqgpu.mma>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<128xf32>, %z: f32, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects operand dest of rank 2, got rank 1}}
  gqgpu.store_fragment %f, %x[%i] : !f, memref<128xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<8x128xf32>, %z: f32, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects 2 indices for operand dest of rank 2, got 1}}
  gqgpu.store_fragment %f, %x[%i] : !f, memref<8x128xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<8x128xf16>, %z: f32, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects operand value of element type 'f16' as operand dest, got 'f32'}}
  gqgpu.store_fragment %f, %x[%i, %i] : !f, memref<8x128xf16>
  gqgpu.return
}

// -----

!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
!m = !gqgpu.fragment<64x128xf32, #gqgpu.mma>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %m = gqgpu.splat %z : f32 -> !m
  // expected-error@+1 {{expects an f32 result of the operand's shape and layout with a block, got '!gqgpu.fragment<8x128xf32,}}
  %a = gqgpu.block_absmax %m {amax_floor = 0.0 : f32} : !m -> !s
  gqgpu.return
}

// -----

!h = !gqgpu.fragment<8x128xi32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
gqgpu.kernel @k(%z: f32, %h: i32, %i: index) {
  %f = gqgpu.splat %h : i32 -> !h
  // expected-error@+1 {{expects an f32, bf16 or f16 operand without a block, got '!gqgpu.fragment<8x128xi32,}}
  %a = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !h -> !s
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects an f32 result of the operand's shape and layout with a block, got}}
  %a = gqgpu.block_absmax %f {amax_floor = 0.0 : f32} : !f -> !f
  gqgpu.return
}

// -----

!h = !gqgpu.fragment<8x128xi32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
gqgpu.kernel @k(%z: f32, %h: i32, %i: index) {
  %f = gqgpu.splat %h : i32 -> !h
  %s = gqgpu.splat %z : f32 -> !s
  // expected-error@+1 {{expects an f32, bf16 or f16 operand without a block, got}}
  %q = gqgpu.scaled_cast %f, %s : !h, !s -> !h
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects f32 scales of the operand's shape and layout with a block, got}}
  %q = gqgpu.scaled_cast %f, %f : !f, !f -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  %s = gqgpu.splat %z : f32 -> !s
  // expected-error@+1 {{expects a result of the operand's shape and layout and element type f8E4M3FN, f8E5M2 or i8, got}}
  %q = gqgpu.scaled_cast %f, %s : !f, !s -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
!c = !gqgpu.fragment<8x128xi8, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  %s = gqgpu.splat %z : f32 -> !s
  // expected-error@+1 {{divides by its scales, expects no normal, which is of their reciprocals}}
  %q = gqgpu.scaled_cast %f, %s {divide, normal} : !f, !s -> !c
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
!e = !gqgpu.fragment<8x128xf8E8M0FNU, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects an f32 operand with a block, got}}
  %q = gqgpu.encode_scales %f : !f -> !e
  gqgpu.return
}

// -----

!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
!e = !gqgpu.fragment<8x128xf8E8M0FNU, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 64]>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %s = gqgpu.splat %z : f32 -> !s
  // expected-error@+1 {{expects a result of the operand's shape, layout and block and element type f8E8M0FNU, got}}
  %q = gqgpu.encode_scales %s : !s -> !e
  gqgpu.return
}

// -----

!s = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>, block = [1, 128]>
gqgpu.kernel @k(%z: f32, %h: f16, %i: index) {
  %s = gqgpu.splat %z : f32 -> !s
  // expected-error@+1 {{expects a result of the operand's shape, layout and block and element type f8E8M0FNU, got}}
  %q = gqgpu.encode_scales %s : !s -> !s
  gqgpu.return
}

// -----

!b = !gqgpu.fragment<8x64xi8, #gqgpu.blocked<[8, 16], chunk = 4>>
!v = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 16], chunk = 8>>
gqgpu.kernel @k(%q: memref<8x64xi8>, %i: index) {
  %b = gqgpu.load_fragment %q[%i, %i] map affine_map<(r, c) -> (r, c)> : memref<8x64xi8> -> !b
  // expected-error@+1 {{expects format i4 or f4E2M1FN, got 'i8'}}
  %v = gqgpu.unpack %b as i8 : !b -> !v
  gqgpu.return
}

// -----

!b = !gqgpu.fragment<8x64xf8E4M3FN, #gqgpu.blocked<[8, 16], chunk = 4>>
!v = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 16], chunk = 8>>
gqgpu.kernel @k(%q: memref<8x64xf8E4M3FN>, %i: index) {
  %b = gqgpu.load_fragment %q[%i, %i] map affine_map<(r, c) -> (r, c)> : memref<8x64xf8E4M3FN> -> !b
  // expected-error@+1 {{expects an operand of i8 in a blocked layout without a block, got}}
  %v = gqgpu.unpack %b as i4 : !b -> !v
  gqgpu.return
}

// -----

!b = !gqgpu.fragment<8x64xi8, #gqgpu.blocked<[8, 16], chunk = 4>>
!v = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 16], chunk = 4>>
gqgpu.kernel @k(%q: memref<8x64xi8>, %i: index) {
  %b = gqgpu.load_fragment %q[%i, %i] map affine_map<(r, c) -> (r, c)> : memref<8x64xi8> -> !b
  // expected-error@+1 {{expects a result of 8x128xf32 whose chunks are twice as long as those of the operand, without a block, got}}
  %v = gqgpu.unpack %b as i4 : !b -> !v
  gqgpu.return
}

// -----

!b = !gqgpu.fragment<8x64xi8, #gqgpu.blocked<[8, 16], chunk = 4>>
!v = !gqgpu.fragment<8x128xbf16, #gqgpu.blocked<[8, 16], chunk = 8>>
gqgpu.kernel @k(%q: memref<8x64xi8>, %i: index) {
  %b = gqgpu.load_fragment %q[%i, %i] map affine_map<(r, c) -> (r, c)> : memref<8x64xi8> -> !b
  // expected-error@+1 {{expects a result of 8x128xf32 whose chunks are twice as long as those of the operand, without a block, got}}
  %v = gqgpu.unpack %b as i4 : !b -> !v
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<64x128xf32, #gqgpu.mma>
gqgpu.kernel @k(%z: f32, %d: memref<128x64xf32>, %i: index) {
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{cannot go by tma: it writes rows of operand value, which are columns of dest when transposed}}
  gqgpu.store_fragment %f, %d[%i, %i] {path = #gqgpu.path<tma>, transposed} : !f, memref<128x64xf32>
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<8x128xf32>) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{expects a positive aligned, got 0}}
  %f = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> {aligned = 0 : i64} : memref<8x128xf32> -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<f32>) {
  // expected-error@+1 {{is aligned, but has no index that could be}}
  %f = gqgpu.load_fragment %x[] map affine_map<(r, c) -> ()> {aligned = 4 : i64} : memref<f32> -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<8x128xf32>) {
  %c0 = arith.constant 0 : index
  %c6 = arith.constant 6 : index
  // expected-error@+1 {{expects a last index that is a multiple of 4 as aligned says, got 6}}
  %f = gqgpu.load_fragment %x[%c0, %c6] map affine_map<(r, c) -> (r, c)> {aligned = 4 : i64} : memref<8x128xf32> -> !f
  gqgpu.return
}

// -----

!f = !gqgpu.fragment<8x128xf32, #gqgpu.blocked<[8, 32], chunk = 4>>
gqgpu.kernel @k(%x: memref<8x128xf32>) {
  %c0 = arith.constant 0 : index
  %c6 = arith.constant 6 : index
  %z = arith.constant 0.0 : f32
  %f = gqgpu.splat %z : f32 -> !f
  // expected-error@+1 {{expects a last index that is a multiple of 4 as aligned says, got 6}}
  gqgpu.store_fragment %f, %x[%c0, %c6] {aligned = 4 : i64} : !f, memref<8x128xf32>
  gqgpu.return
}
