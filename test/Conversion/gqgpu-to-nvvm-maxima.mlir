// A warp finds the maximum of its rows of each part by two reductions of registers and one instruction
// for all lanes, as bits of numbers that are not negative; one lane puts it into its word. Every thread
// reads the words of its blocks, four at once, and the floor counts as well.
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --gq-serialize | FileCheck %s --check-prefix=SERIALIZED
// SERIALIZED: gpu.binary

!maxima = !gqgpu.ring<2, <2x8xf32>>
!acc = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>>
!part = !gqgpu.partial<<64x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 32]>, lanes = 1>
!row = !gqgpu.fragment<1x64xf32, #gqgpu.mma<permuted = 32>, block = [1, 32]>
!blocks = !gqgpu.fragment<64x64xf32, #gqgpu.mma<permuted = 32>, block = [64, 32]>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    // CHECK-LABEL: llvm.func @maxima
    // CHECK-DAG: %[[ZERO:.*]] = llvm.mlir.constant(0.000000e+00 : f32) : f32
    // CHECK-DAG: %[[MOST:.*]] = llvm.mlir.constant(3.40282347E+38 : f32) : f32
    // CHECK-DAG: %[[FLOOR:.*]] = llvm.mlir.constant(5.000000e-01 : f32) : f32
    // CHECK-DAG: %[[ROWS:.*]] = llvm.mlir.constant(100 : index) : i32
    // Of two rows of a thread each counts if it is not past the end; NaN loses against 0.
    // CHECK: mbarrier.try_wait.parity
    // CHECK: %[[FIRST:.*]] = llvm.icmp "ult" %{{.*}}, %[[ROWS]]
    // CHECK: %[[R0:.*]] = llvm.select %[[FIRST]], %{{.*}}, %[[ZERO]]
    // CHECK: %[[M0:.*]] = llvm.intr.maxnum(%[[ZERO]], %[[R0]])
    // CHECK: %[[SECOND:.*]] = llvm.icmp "ult" %{{.*}}, %[[ROWS]]
    // CHECK: %[[R1:.*]] = llvm.select %[[SECOND]], %{{.*}}, %[[ZERO]]
    // CHECK: %[[M1:.*]] = llvm.intr.maxnum(%[[M0]], %[[R1]])
    // CHECK: %[[FINITE:.*]] = llvm.intr.minnum(%[[M1]], %[[MOST]])
    // CHECK: %[[BITS:.*]] = llvm.bitcast %[[FINITE]]
    // CHECK: %[[WARP:.*]] = nvvm.redux.sync umax %[[BITS]]
    // CHECK: "@$2 st.shared.b32 [$0], $1;", {{.*}} %{{.*}}, %[[WARP]], %{{.*}}
    // The next part is a row of words further.
    // CHECK: nvvm.redux.sync umax
    // CHECK: "@$2 st.shared.b32 [$0+32], $1;"
    // CHECK-NOT: st.shared
    // CHECK: nvvm.bar.warp.sync
    // CHECK: mbarrier.arrive
    // CHECK: mbarrier.try_wait.parity
    // CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4];"
    // CHECK: llvm.intr.maxnum(%[[FLOOR]],
    // CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4+16];"
    // CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4+32];"
    // CHECK: llvm.intr.maxnum(%[[FLOOR]],
    // CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4+48];"
    // CHECK-NOT: ld.shared
    // CHECK: nvvm.bar.warp.sync
    // CHECK: mbarrier.arrive
    // Values of blocks are the same for all rows.
    // CHECK-NOT: shfl
    gqgpu.kernel @maxima(%x: memref<128x64xf32>, %s: memref<1x2xf32>) attributes {threads = 384 : i64} {
      %c0 = arith.constant 0 : index
      %c64 = arith.constant 64 : index
      %c100 = arith.constant 100 : index
      %start = gqgpu.cursor : !gqgpu.cursor
      %maxima = gqgpu.ring_create filled_by ["math"] arrivals 8 consumed_by ["math"] arrivals 8 : !maxima
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
          %row = arith.muli %group, %c64 : index
          %v = gqgpu.load_fragment %x[%row, %c0] map affine_map<(r, c) -> (r, c)> : memref<128x64xf32> -> !acc
          %slot = gqgpu.acquire %maxima[%start] : !maxima -> !gqgpu.slot
          %p = gqgpu.thread_absmax %v : !acc -> !part
          gqgpu.put_maxima %p at (%row, %c0) rows %c100 to %maxima[%slot] tile 0 : !part, !maxima
          gqgpu.commit %maxima[%slot] : !maxima
          %full = gqgpu.wait %maxima[%start] : !maxima -> !gqgpu.slot
          %m = gqgpu.read_maxima %maxima[%full] tile 0 block [128, 32] floor 0.5 at (%row, %c0) : !maxima -> !row
          %b = gqgpu.spread_blocks %m : !row -> !blocks
          gqgpu.release %maxima[%full] : !maxima
          gqgpu.store_fragment %b, %s[%c0, %c0] : !blocks, memref<1x2xf32>
        }
        gqgpu.role "copy" kind copy warps 1 registers 24 {
        }
      }
      gqgpu.return
    }
  }
}
