// RUN: gq-opt %s --gq-distribute --canonicalize --cse --split-input-file | FileCheck %s
// RUN: gq-opt %s --gq-distribute --split-input-file --remarks-filter=gq-distribute -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

!x = tensor<32x512xf32>
!q = tensor<32x512xf8E4M3FN>
!s = tensor<1x4xf32>
!t = tensor<4x1xf32>

// The first slab is read twice; the last one stays, is cast and stored first.
// What is read again waits in shared memory, where there is room.
// REMARK: remark: {{.*}}slabs are loaded once: 32768 bytes of them wait in shared memory
// CHECK-LABEL: gqgpu.kernel @two
// CHECK-DAG: %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG: %[[C16:.*]] = arith.constant 16 : index
// CHECK: %[[PLACE:.*]] = gqgpu.shared_alloc : <16x512xf32>
// CHECK: gqgpu.tile_loop (%[[I:.*]]) to
// CHECK: %[[A:.*]] = gqgpu.load_fragment %{{.*}}[%[[I]], %[[C0]]] map #{{[^ ]*}} : memref<?x512xf32> -> <16x512xf32, #[[L:.*]]>
// CHECK: %[[PARKED:.*]] = gqgpu.park %[[A]] in %[[PLACE]]
// CHECK: %[[ROW:.*]] = arith.addi %[[I]], %[[C16]]
// CHECK: %[[B:.*]] = gqgpu.load_fragment %{{.*}}[%[[ROW]], %[[C0]]] map #{{.*}} {evict = #gqgpu.evict<first>}
// CHECK: %[[MAX:.*]] = gqgpu.block_absmax %[[A]], %[[B]] {{.*}} -> <16x512xf32, #{{.*}}, block = [16, 128]>
// CHECK: %[[SCALE:.*]] = gqgpu.elementwise(%[[MAX]])
// CHECK: gqgpu.store_fragment %[[SCALE]], %{{.*}}[%[[I]], %[[C0]]]
// CHECK: %[[Q1:.*]] = gqgpu.scaled_cast %[[B]], %[[SCALE]]
// CHECK: gqgpu.store_fragment %[[Q1]], %{{.*}}[%[[ROW]], %[[C0]]]
// CHECK: %[[AGAIN:.*]] = gqgpu.unpark %[[PARKED]]
// CHECK: %[[Q0:.*]] = gqgpu.scaled_cast %[[AGAIN]], %[[SCALE]]
// CHECK: gqgpu.store_fragment %[[Q0]], %{{.*}}[%[[I]], %[[C0]]]
// CHECK-NOT: gqgpu.load_fragment
// CHECK-NOT: gqgpu.store_fragment
gqgpu.kernel @two(%x: memref<?x512xf32>, %q: memref<?x512xf8E4M3FN>, %s: memref<?x4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  gqgpu.tile_loop (%i) to (%n) step [32] {
    %t = gqgpu.load %x[%i, %c0] : memref<?x512xf32> -> !x
    %r:2 = gq.quantize %t block [32, 128] outs(%eq, %es : !q, !s) {config = #gq.quantize_config<tile = [32, 512], slabs = 2, park = true>} : !x -> !q, !s
    gqgpu.store %r#1, %s[%i, %c0] : !s, memref<?x4xf32>
    gqgpu.store %r#0, %q[%i, %c0] : !q, memref<?x512xf8E4M3FN>
  }
  gqgpu.return
}

// Two passes: nothing stays. What is computed on the way is computed again, and
// sizes that end above a slab leave nothing of it. Scales are stored once. A
// second load comes behind the stores before it.
// REMARK: remark: {{.*}}slabs are loaded twice, as its config says
// CHECK-LABEL: gqgpu.kernel @passes
// CHECK: %[[LEFT:.*]] = arith.subi %{{.*}}, %c16
// CHECK: %[[REST:.*]] = arith.maxsi %[[LEFT]], %c0
// CHECK-COUNT-2: gqgpu.load_fragment {{.*}} {evict = #gqgpu.evict<last>}
// CHECK: gqgpu.elementwise
// CHECK: math.absf
// CHECK: %[[A:.*]] = gqgpu.mask
// CHECK: gqgpu.load_fragment {{.*}} {evict = #gqgpu.evict<last>}
// CHECK: gqgpu.elementwise
// CHECK: %[[B:.*]] = gqgpu.mask %{{.*}} to(%[[REST]], %{{.*}})
// CHECK: gqgpu.block_absmax %[[A]], %[[B]]
// CHECK-COUNT-2: gqgpu.load_fragment {{.*}} {coherent, evict = #gqgpu.evict<first>}
// CHECK: math.absf
// CHECK: gqgpu.mask
// CHECK: gqgpu.scaled_cast
// CHECK: gqgpu.store_fragment
// CHECK-COUNT-2: gqgpu.load_fragment {{.*}} {coherent, evict = #gqgpu.evict<first>}
// CHECK: math.absf
// CHECK: gqgpu.mask
// CHECK: gqgpu.scaled_cast
// CHECK: gqgpu.store_fragment
// CHECK: gqgpu.store_fragment {{.*}} {transposed} : <16x512xf32, {{.*}}, block = [16, 128]>
// CHECK-NOT: gqgpu.store_fragment
gqgpu.kernel @passes(%x: memref<?x512xf32>, %v: memref<512xf32>, %q: memref<?x512xf8E4M3FN>, %s: memref<4x?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %e = tensor.empty() : !x
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !t
  gqgpu.tile_loop (%i) to (%n) step [32] {
    %t = gqgpu.load %x[%i, %c0] : memref<?x512xf32> -> !x
    %u = gqgpu.load %v[%c0] : memref<512xf32> -> tensor<512xf32>
    %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                         iterator_types = ["parallel", "parallel"]}
        ins(%t, %u : !x, tensor<512xf32>) outs(%e : !x) {
      ^bb0(%a: f32, %b: f32, %o: f32):
        %d = arith.subf %a, %b : f32
        %f = math.absf %d : f32
        linalg.yield %f : f32
    } -> !x
    %rest = arith.subi %n, %i : index
    %m = gqgpu.mask %y to (%rest, %n) : !x
    %r:2 = gq.quantize %m block [32, 128] outs(%eq, %es : !q, !t) {transposed_scales, config = #gq.quantize_config<tile = [32, 512], slabs = 2, passes = 2>} : !x -> !q, !t
    gqgpu.store %r#0, %q[%i, %c0] : !q, memref<?x512xf8E4M3FN>
    gqgpu.store %r#1, %s[%c0, %i] : !t, memref<4x?xf32>
  }
  gqgpu.return
}

// Something else reads the codes: they stay where they are computed.
// CHECK-LABEL: gqgpu.kernel @other_use
// CHECK: gqgpu.park
// CHECK: gqgpu.scaled_cast
// CHECK: gqgpu.unpark
// CHECK: gqgpu.scaled_cast
// CHECK-COUNT-2: gqgpu.mask
// CHECK-COUNT-2: gqgpu.store_fragment
gqgpu.kernel @other_use(%x: memref<?x512xf32>, %q: memref<?x512xf8E4M3FN>, %n: index) {
  %c0 = arith.constant 0 : index
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  %t = gqgpu.load %x[%n, %c0] : memref<?x512xf32> -> !x
  %r:2 = gq.quantize %t block [32, 128] outs(%eq, %es : !q, !s) {config = #gq.quantize_config<tile = [32, 512], slabs = 2, park = true>} : !x -> !q, !s
  %m = gqgpu.mask %r#0 to (%n, %n) : !q
  gqgpu.store %m, %q[%n, %c0] : !q, memref<?x512xf8E4M3FN>
  gqgpu.return
}

// -----

!x = tensor<512x512xf32>
!q = tensor<512x512xf8E4M3FN>
!s = tensor<1x1xf32>

// Not parked: L2 holds on to what is read again, and lets go of everything else.
// REMARK: remark: {{.*}}slabs are loaded twice, as its config says
// CHECK-LABEL: gqgpu.kernel @large
// CHECK-COUNT-7: gqgpu.load_fragment {{.*}} {evict = #gqgpu.evict<last>}
// CHECK: gqgpu.load_fragment {{.*}} {evict = #gqgpu.evict<first>}
// CHECK-COUNT-7: gqgpu.load_fragment {{.*}} {coherent, evict = #gqgpu.evict<first>}
gqgpu.kernel @large(%x: memref<?x512xf32>, %q: memref<?x512xf8E4M3FN>, %s: memref<?x1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  %t = gqgpu.load %x[%n, %c0] : memref<?x512xf32> -> !x
  %r:2 = gq.quantize %t block [512, 512] outs(%eq, %es : !q, !s) {config = #gq.quantize_config<tile = [512, 512], threads = 512, slabs = 8, park = false>} : !x -> !q, !s
  gqgpu.store %r#1, %s[%n, %c0] : !s, memref<?x1xf32>
  gqgpu.store %r#0, %q[%n, %c0] : !q, memref<?x512xf8E4M3FN>
  gqgpu.return
}

// -----

!x = tensor<32x512xf32>
!q = tensor<32x512xf8E4M3FN>
!s = tensor<1x4xf32>

// A vector that all rows share is small, and loaded again; each thread would park
// copies of it.
// CHECK-LABEL: gqgpu.kernel @vector
// CHECK: gqgpu.shared_alloc : <16x512xf32>
// CHECK-NOT: gqgpu.shared_alloc
// CHECK: %[[A:.*]] = gqgpu.load_fragment %{{.*}} map #{{[^ ]*}} : memref<?x512xf32>
// CHECK: gqgpu.park %[[A]]
// CHECK: gqgpu.load_fragment %{{.*}} {evict = #gqgpu.evict<last>} : memref<512xf32>
// CHECK: gqgpu.block_absmax
// CHECK: %[[AGAIN:.*]] = gqgpu.unpark
// CHECK: %[[V:.*]] = gqgpu.load_fragment %{{.*}} {coherent, evict = #gqgpu.evict<first>} : memref<512xf32>
// CHECK: gqgpu.elementwise(%[[AGAIN]], %[[V]])
gqgpu.kernel @vector(%x: memref<?x512xf32>, %v: memref<512xf32>, %q: memref<?x512xf8E4M3FN>, %s: memref<?x4xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %e = tensor.empty() : !x
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  %t = gqgpu.load %x[%n, %c0] : memref<?x512xf32> -> !x
  %u = gqgpu.load %v[%c0] : memref<512xf32> -> tensor<512xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                       iterator_types = ["parallel", "parallel"]}
      ins(%t, %u : !x, tensor<512xf32>) outs(%e : !x) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %d = arith.subf %a, %b : f32
      linalg.yield %d : f32
  } -> !x
  %r:2 = gq.quantize %y block [32, 128] outs(%eq, %es : !q, !s) {config = #gq.quantize_config<tile = [32, 512], slabs = 2, park = true>} : !x -> !q, !s
  gqgpu.store %r#1, %s[%n, %c0] : !s, memref<?x4xf32>
  gqgpu.store %r#0, %q[%n, %c0] : !q, memref<?x512xf8E4M3FN>
  gqgpu.return
}

// -----

!x = tensor<32x512xf32>
!q = tensor<32x512xf8E4M3FN>
!s = tensor<1x4xf32>

// Two ops read the tile: each of their loads is parked, and read back once. What
// both compute is computed once for each reading.
// CHECK-LABEL: gqgpu.kernel @twice
// CHECK: %[[A:.*]] = gqgpu.load_fragment
// CHECK: %[[P:.*]] = gqgpu.park %[[A]]
// CHECK: %[[B:.*]] = gqgpu.load_fragment
// CHECK: %[[R:.*]] = gqgpu.park %[[B]]
// CHECK: %[[M:.*]] = gqgpu.elementwise(%[[B]])
// CHECK: gqgpu.elementwise(%[[A]], %[[M]])
// CHECK: gqgpu.block_absmax
// CHECK: gqgpu.scaled_cast
// CHECK: %[[C:.*]] = gqgpu.unpark %[[P]]
// CHECK: %[[D:.*]] = gqgpu.unpark %[[R]]
// CHECK: %[[N:.*]] = gqgpu.elementwise(%[[D]])
// CHECK: %[[Y:.*]] = gqgpu.elementwise(%[[C]], %[[N]])
// CHECK: gqgpu.scaled_cast %[[Y]]
// CHECK-NOT: gqgpu.unpark
gqgpu.kernel @twice(%x: memref<?x512xf32>, %q: memref<?x512xf8E4M3FN>, %n: index) {
  %c0 = arith.constant 0 : index
  %e = tensor.empty() : !x
  %eq = tensor.empty() : !q
  %es = tensor.empty() : !s
  %t = gqgpu.load %x[%n, %c0] : memref<?x512xf32> -> !x
  %u = linalg.negf ins(%t : !x) outs(%e : !x) -> !x
  %y = linalg.mul ins(%t, %u : !x, !x) outs(%e : !x) -> !x
  %r:2 = gq.quantize %y block [32, 128] outs(%eq, %es : !q, !s) {config = #gq.quantize_config<tile = [32, 512], slabs = 2, park = true>} : !x -> !q, !s
  gqgpu.store %r#0, %q[%n, %c0] : !q, memref<?x512xf8E4M3FN>
  gqgpu.return
}
