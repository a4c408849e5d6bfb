// Rows of a slot are added up by dp4a against ones: four lanes have a row, each 16 bytes of it and
// 64 bytes further another 16. Two shuffles make whole sums, which the first of the four lanes puts
// into a slot; from there threads read those of their columns, two at a time, once for both rows.
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --gq-serialize | FileCheck %s --check-prefix=SERIALIZED
// SERIALIZED: gpu.binary

!ring = !gqgpu.ring<1, <64x128xi8, swizzle = 128>, <16x128xi8, swizzle = 128>>
!sums = !gqgpu.ring<2, <16x1xi32>>
!acc = !gqgpu.fragment<64x16xi32, #gqgpu.mma>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    // CHECK-LABEL: llvm.func @sums
    // CHECK-DAG: %[[ONES:.*]] = llvm.mlir.constant(16843009 : i32) : i32
    // CHECK-DAG: %[[C3:.*]] = llvm.mlir.constant(3 : i32) : i32
    // CHECK: mbarrier.try_wait.parity
    // Rows of a: of the upper half, then of the lower one, 1024 bytes on.
    // CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4];"
    // CHECK-COUNT-4: nvvm.dot.accumulate.4way
    // CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4];"
    // CHECK-COUNT-4: nvvm.dot.accumulate.4way
    // CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4+1024];"
    // CHECK-COUNT-4: nvvm.dot.accumulate.4way
    // CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4+1024];"
    // CHECK-COUNT-4: nvvm.dot.accumulate.4way
    // Of b there are 16: what is past them is not asked for. Of 96 columns the last units are zeros.
    // CHECK: llvm.icmp "ult"
    // CHECK: llvm.select
    // CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4];"
    // CHECK: llvm.select
    // CHECK: nvvm.dot.accumulate.4way
    // Nothing waits for what is read but the slot, which is given back once it is there.
    // CHECK: nvvm.memory.barrier
    // CHECK: nvvm.bar.warp.sync
    // CHECK: mbarrier.arrive
    // CHECK-COUNT-4: nvvm.shfl.sync bfly
    // CHECK: "@$2 st.shared.b32 [$0], $1;"
    // CHECK: "@$2 st.shared.b32 [$0], $1;"
    // CHECK: nvvm.bar.warp.sync
    // CHECK: mbarrier.arrive
    // CHECK: mbarrier.try_wait.parity
    // CHECK: "ld.shared.v2.b32 {$0, $1}, [$2];"
    // CHECK: "ld.shared.v2.b32 {$0, $1}, [$2+32];"
    // CHECK-NOT: ld.shared
    // CHECK-COUNT-4: nvvm.shfl.sync bfly
    gqgpu.kernel @sums(%d: memref<64x16xi32>) attributes {threads = 256 : i64} {
      %c0 = arith.constant 0 : index
      %start = gqgpu.cursor : !gqgpu.cursor
      %ring = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 4 : !ring
      %sums = gqgpu.ring_create filled_by ["math"] arrivals 4 consumed_by ["math"] arrivals 4 : !sums
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 1 warps 4 registers 248 (%group) {
          %full = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
          %za = gqgpu.zero_sums rows : !gqgpu.row_sums
          %zb = gqgpu.zero_sums cols : !gqgpu.row_sums
          %sa = gqgpu.sum_slot_rows %ring[%full] tile 0 rows %c0 k [0, 128] into %za : !ring
          %sb = gqgpu.sum_slot_rows %ring[%full] tile 1 rows %c0 k [0, 96] into %zb : !ring
          gqgpu.release %ring[%full] : !ring
          %slot = gqgpu.acquire %sums[%start] : !sums -> !gqgpu.slot
          gqgpu.put_sums %sb rows %c0 to %sums[%slot] tile 0 : !gqgpu.row_sums, !sums
          gqgpu.commit %sums[%slot] : !sums
          %put = gqgpu.wait %sums[%start] : !sums -> !gqgpu.slot
          %cols = gqgpu.read_sums %sums[%put] tile 0 : !sums -> !acc
          gqgpu.release %sums[%put] : !sums
          %rows = gqgpu.spread_sums rows %sa : !gqgpu.row_sums -> !acc
          %both = gqgpu.elementwise (%cols, %rows) {
          ^bb0(%x: i32, %y: i32):
            %s = arith.addi %x, %y : i32
            gqgpu.yield %s : i32
          } : (!acc, !acc) -> !acc
          gqgpu.store_fragment %both, %d[%c0, %c0] : !acc, memref<64x16xi32>
        }
        gqgpu.role "copy" kind copy warps 1 registers 24 {
          %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
          gqgpu.commit %ring[%slot] : !ring
        }
      }
      gqgpu.return
    }

    // Of 64 rows that two groups share out the second one has none, and asks for none.
    // CHECK-LABEL: llvm.func @shared_out
    // CHECK: mbarrier.try_wait.parity
    // CHECK: llvm.icmp "ult"
    // CHECK: llvm.select
    // CHECK: "ld.shared.v4.b32 {$0, $1, $2, $3}, [$4];"
    gqgpu.kernel @shared_out(%d: memref<64x16xi32>) attributes {threads = 384 : i64} {
      %c0 = arith.constant 0 : index
      %c64 = arith.constant 64 : index
      %start = gqgpu.cursor : !gqgpu.cursor
      %ring = gqgpu.ring_create filled_by ["copy"] arrivals 32 consumed_by ["math"] arrivals 8 : !ring
      gqgpu.warp_specialize {
        gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
          %first = arith.muli %group, %c64 : index
          %full = gqgpu.wait %ring[%start] : !ring -> !gqgpu.slot
          %zero = gqgpu.zero_sums rows : !gqgpu.row_sums
          %sums = gqgpu.sum_slot_rows %ring[%full] tile 0 rows %first k [0, 128] into %zero : !ring
          gqgpu.release %ring[%full] : !ring
          %rows = gqgpu.spread_sums rows %sums : !gqgpu.row_sums -> !acc
          gqgpu.store_fragment %rows, %d[%first, %c0] : !acc, memref<64x16xi32>
        }
        gqgpu.role "copy" kind copy warps 1 registers 24 {
          %slot = gqgpu.acquire %ring[%start] : !ring -> !gqgpu.slot
          gqgpu.commit %ring[%slot] : !ring
        }
      }
      gqgpu.return
    }
  }
}
