// A sum from math role to math role: vectors of four in a slot, those of all threads side by side,
// and the barriers of the slot, at which each warp arrives.
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse | FileCheck %s
// RUN: gq-opt %s --gq-allocate-shared-memory --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse --gq-serialize | FileCheck %s --check-prefix=SERIALIZED
// SERIALIZED: gpu.binary

!acc = !gqgpu.fragment<64x16xf32, #gqgpu.mma>
!sums = !gqgpu.ring<1, <64x16xf32>>
module attributes {gpu.container_module} {
  gpu.module @kernels {
    // CHECK-LABEL: llvm.func @put
    // CHECK: "@$1 mbarrier.init.shared::cta.b64 [$0+4096], 4;"
    // CHECK: "@$1 mbarrier.init.shared::cta.b64 [$0+4104], 4;"
    // The first role takes the slot once it is full.
    // CHECK: mbarrier.try_wait.parity
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4];
    // CHECK-COUNT-4: llvm.fadd
    // CHECK: ld.shared.v4.f32 {$0, $1, $2, $3}, [$4+2048];
    // CHECK-COUNT-4: llvm.fadd
    // CHECK: nvvm.bar.warp.sync
    // CHECK: "@$1 mbarrier.arrive.shared::cta.b64 _, [$0];"
    // The second one, whose first warp is the fifth, fills it.
    // CHECK: mbarrier.try_wait.parity
    // CHECK: st.shared.v4.b32 [$0], {$1, $2, $3, $4};
    // CHECK: st.shared.v4.b32 [$0+2048], {$1, $2, $3, $4};
    // CHECK: nvvm.bar.warp.sync
    // CHECK: "@$1 mbarrier.arrive.shared::cta.b64 _, [$0];"
    gqgpu.kernel @put(%d: memref<256x16xf32>) attributes {threads = 256 : i64} {
      %c16 = arith.constant 16 : index
      %c256 = arith.constant 256 : index
      %start = gqgpu.cursor : !gqgpu.cursor
      %sums = gqgpu.ring_create filled_by ["math_1"] arrivals 4 consumed_by ["math_0"] arrivals 4 : !sums
      gqgpu.warp_specialize {
        gqgpu.role "math_0" kind math groups 1 warps 4 registers 248 (%group) {
          %end = gqgpu.tile_loop (%i, %j) to (%c256, %c16) step [64, 16] iter_args(%c = %start) -> (!gqgpu.cursor) {
            %own = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x16xf32> -> !acc
            %full = gqgpu.wait %sums[%c] : !sums -> !gqgpu.slot
            %all = gqgpu.add_put %own, %sums[%full] tile 0 : !acc, !sums
            gqgpu.release %sums[%full] : !sums
            %next = gqgpu.advance %sums[%c] : !sums, !gqgpu.cursor
            gqgpu.store_fragment %all, %d[%i, %j] : !acc, memref<256x16xf32>
            gqgpu.yield %next : !gqgpu.cursor
          }
        }
        gqgpu.role "math_1" kind math groups 1 warps 4 registers 248 (%group) {
          %end = gqgpu.tile_loop (%i, %j) to (%c256, %c16) step [64, 16] iter_args(%c = %start) -> (!gqgpu.cursor) {
            %own = gqgpu.load_fragment %d[%i, %j] map affine_map<(r, c) -> (r, c)> : memref<256x16xf32> -> !acc
            %slot = gqgpu.acquire %sums[%c] : !sums -> !gqgpu.slot
            gqgpu.put %own to %sums[%slot] tile 0 : !acc, !sums
            gqgpu.commit %sums[%slot] : !sums
            %next = gqgpu.advance %sums[%c] : !sums, !gqgpu.cursor
            gqgpu.yield %next : !gqgpu.cursor
          }
        }
      }
      gqgpu.return
    }
  }
}
