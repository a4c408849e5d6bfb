// A kernel that begins before the one in front has completed. What that may still
// write is not read-only memory, and no load moves above the wait.
// RUN: gq-opt %s --convert-gqgpu-to-nvvm | FileCheck %s
// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX

!ring = !gqgpu.ring<2, <64x128xf8E4M3FN, swizzle = 128>, <64x128xf8E4M3FN, swizzle = 128>>
gpu.module @kernels {
  // CHECK: llvm.func @k
  // CHECK-SAME: params = [{{.*}}], dependent>
  // CHECK: nvvm.griddepcontrol launch_dependents
  // CHECK: ld.global.nc.v4.b32
  // CHECK: llvm.inline_asm has_side_effects {{.*}}"griddepcontrol.wait;", "~{memory}"
  // CHECK-NOT: ld.global.nc
  // CHECK: llvm.inline_asm has_side_effects {{.*}}ld.global.v4.b32
  // PTX: .entry k(
  // PTX: griddepcontrol.launch_dependents;
  // PTX: ld.global.nc
  // PTX: griddepcontrol.wait;
  // PTX-NOT: ld.global.nc
  // PTX: ld.global.v4.b32
  // PTX: st.global
  gqgpu.kernel @k(%w: memref<8x512xf32> {gq.constant}, %x: memref<8x512xf32>, %d: memref<8x512xf32>)
      attributes {dependent, threads = 128 : i64} {
    %c0 = arith.constant 0 : index
    gqgpu.dependency_trigger
    %a = gqgpu.load_fragment %w[%c0, %c0] map affine_map<(r, c) -> (r, c)> {aligned = 16 : i64}
      : memref<8x512xf32> -> <8x512xf32, #gqgpu.blocked<[4, 32], chunk = 16>>
    gqgpu.dependency_wait
    %b = gqgpu.load_fragment %x[%c0, %c0] map affine_map<(r, c) -> (r, c)> {aligned = 16 : i64}
      : memref<8x512xf32> -> <8x512xf32, #gqgpu.blocked<[4, 32], chunk = 16>>
    %s = gqgpu.elementwise(%a, %b) {
    ^bb0(%l: f32, %r: f32):
      %sum = arith.addf %l, %r : f32
      gqgpu.yield %sum : f32
    } : (!gqgpu.fragment<8x512xf32, #gqgpu.blocked<[4, 32], chunk = 16>>,
         !gqgpu.fragment<8x512xf32, #gqgpu.blocked<[4, 32], chunk = 16>>)
        -> !gqgpu.fragment<8x512xf32, #gqgpu.blocked<[4, 32], chunk = 16>>
    gqgpu.store_fragment %s, %d[%c0, %c0] {aligned = 16 : i64}
      : !gqgpu.fragment<8x512xf32, #gqgpu.blocked<[4, 32], chunk = 16>>, memref<8x512xf32>
    gqgpu.return
  }

  // The thread that drives the copy engine waits, and all of the others.
  // CHECK: llvm.func @roles
  // CHECK: nvvm.setmaxregister increase 248
  // CHECK: griddepcontrol.wait
  // CHECK: nvvm.setmaxregister decrease 40
  // CHECK: nvvm.elect.sync
  // CHECK: griddepcontrol.wait
  // CHECK: mbarrier.arrive.expect_tx.{{.*}}, 8192;
  // Another thread does not, and expects what it loads.
  // CHECK: nvvm.elect.sync
  // CHECK-NOT: griddepcontrol.wait
  // It pauses until the first slot is full, if that is soon.
  // CHECK: %[[FULL:.*]] = llvm.mlir.constant(32768 : i32) : i32
  // CHECK: %[[BARRIER:.*]] = llvm.add %{{.*}}, %[[FULL]] : i32
  // CHECK: llvm.inline_asm has_side_effects {{.*}}add.u64 E, E, 2000; AGAIN: mbarrier.test_wait.parity.shared::cta.b64 P, [$0], 0; @P bra DONE; {{.*}} %[[BARRIER]], %{{.*}} : (i32, i1)
  // CHECK: mbarrier.arrive.expect_tx.{{.*}}, 8192;
  gqgpu.kernel @roles(%a: memref<64x128xf8E4M3FN>, %b: memref<64x128xf8E4M3FN> {gq.constant}, %d: memref<64x128xf32>)
      attributes {dependent, threads = 256 : i64, shared_memory = 33792 : i64} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %r = gqgpu.ring_create bytes 16384 filled_by ["tma", "constants"] arrivals 2 consumed_by ["math"] arrivals 4 at 0
      : !ring
    %c = gqgpu.cursor : !gqgpu.cursor
    gqgpu.warp_specialize {
      gqgpu.role "math" kind math warps 4 registers 248 (%g) {
        %full = gqgpu.wait %r[%c] : !ring -> !gqgpu.slot
        %v = gqgpu.splat %zero : f32 -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
        gqgpu.release %r[%full] : !ring
        gqgpu.dependency_wait
        gqgpu.store_fragment %v, %d[%c0, %c0] : !gqgpu.fragment<64x128xf32, #gqgpu.mma>, memref<64x128xf32>
      }
      gqgpu.role "tma" kind tma warps 1 registers 40 {
        gqgpu.dependency_wait
        %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
        gqgpu.tma_load %a[%c0, %c0] -> %r[%slot] tile 0 : memref<64x128xf8E4M3FN>, !ring
        gqgpu.commit %r[%slot] : !ring
      }
      gqgpu.role "constants" kind tma warps 1 registers 40 {
        %fourth = arith.constant true
        gqgpu.pause %r for 2000 when %fourth : !ring
        %slot = gqgpu.acquire %r[%c] bytes 8192 : !ring -> !gqgpu.slot
        gqgpu.tma_load %b[%c0, %c0] -> %r[%slot] tile 1 : memref<64x128xf8E4M3FN>, !ring
        gqgpu.commit %r[%slot] : !ring
      }
    }
    gqgpu.return
  }
}
