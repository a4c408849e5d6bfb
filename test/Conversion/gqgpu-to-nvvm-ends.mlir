// Stores that end inside of a tile, and numbers from memory.
// RUN: gq-opt %s --gq-expand-reductions --gq-stage-stores --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --split-input-file | FileCheck %s

#layout = #gqgpu.blocked<[8, 32], chunk = 4>
!f = !gqgpu.fragment<8x128xf32, #layout>

// What is stored is less than the rows of d and the end, whichever comes first; the
// columns end with d, which needs no more than that.
// CHECK-LABEL: llvm.func @ends
// CHECK-SAME:  (%[[G:.*]]: !llvm.ptr<1>, %[[D:.*]]: !llvm.ptr<1>, %[[NUMBERS:.*]]: i32, %[[M:.*]]: i32)
// CHECK:       %[[KNOWN:.*]] = llvm.icmp "ult" %[[I:.*]], %[[NUMBERS]] : i32
// CHECK:       %[[AT:.*]] = llvm.getelementptr %[[G]]
// CHECK:       %[[N:.*]] = llvm.inline_asm asm_dialect = att "{ mov.b32 $0, 0; @$2 ld.global.nc.b32 $0, [$1]; }", "=&r,l,b" %[[AT]], %
// CHECK:       %[[LESS:.*]] = llvm.icmp "ult" %[[N]], %[[M]] : i32
// CHECK:       %[[END:.*]] = llvm.select %[[LESS]], %[[N]], %[[M]] : i1, i32
// CHECK:       %[[ROW:.*]] = llvm.add %[[I]], %{{.*}} : i32
// CHECK:       %[[IN_ROWS:.*]] = llvm.icmp "ult" %[[ROW]], %[[END]] : i32
// CHECK:       %[[IN_COLUMNS:.*]] = llvm.icmp "ult" %{{.*}}, %{{.*}} : i32
// CHECK:       %[[INSIDE:.*]] = llvm.and %[[IN_ROWS]], %[[IN_COLUMNS]] : i1
// CHECK:       "@$5 st.global.v4.b32 [$0], {$1, $2, $3, $4};", "l,r,r,r,r,b,~{memory}" %{{.*}}, %[[INSIDE]]
gpu.module @m {
gqgpu.kernel @ends(%g: memref<?xi32>, %d: memref<?x128xf32>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %m = memref.dim %d, %c0 : memref<?x128xf32>
  %z = arith.constant 1.0 : f32
  gqgpu.tile_loop (%i) to (%m) step [8] {
    %number = gqgpu.load_scalar %g[%i] : memref<?xi32>
    %end = arith.index_cast %number : i32 to index
    %f = gqgpu.splat %z : f32 -> !f
    gqgpu.store_fragment %f, %d[%i, %c0] ends [0](%end) : !f, memref<?x128xf32>
  }
  gqgpu.return
}
}

// -----

#layout = #gqgpu.blocked<[8, 32], chunk = 16>
!q = !gqgpu.fragment<64x512xf8E4M3FN, #layout>

// A transpose goes through shared memory; its columns, the rows of what it is of,
// end there. A number of 64 bits is read as two words.
// CHECK-LABEL: llvm.func @transposed
// CHECK:       ld.global.nc.v2.b32
// CHECK:       %[[NUMBER:.*]] = llvm.or
// CHECK:       %[[END:.*]] = llvm.trunc %[[NUMBER]] : i64 to i32
// CHECK:       %[[LESS:.*]] = llvm.icmp "ult" %[[END]], %{{.*}} : i32
// CHECK:       llvm.select %[[LESS]], %[[END]], %{{.*}} : i1, i32
gpu.module @m {
gqgpu.kernel @transposed(%g: memref<?xi64>, %d: memref<512x?xf8E4M3FN>) attributes {threads = 256} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %v = arith.constant 1.5 : f32
  %m = memref.dim %d, %c1 : memref<512x?xf8E4M3FN>
  gqgpu.tile_loop (%i) to (%m) step [64] {
    %number = gqgpu.load_scalar %g[%i] : memref<?xi64>
    %end = arith.index_cast %number : i64 to index
    %x = gqgpu.splat %v : f32 -> !gqgpu.fragment<64x512xf32, #layout>
    %a = gqgpu.block_absmax %x {amax_floor = 0.0 : f32} : !gqgpu.fragment<64x512xf32, #layout> -> !gqgpu.fragment<64x512xf32, #layout, block = [1, 128]>
    %q = gqgpu.scaled_cast %x, %a : !gqgpu.fragment<64x512xf32, #layout>, !gqgpu.fragment<64x512xf32, #layout, block = [1, 128]> -> !q
    gqgpu.store_fragment %q, %d[%c0, %i] ends [1](%end) {transposed} : !q, memref<512x?xf8E4M3FN>
  }
  gqgpu.return
}
}
