// A product whose columns are permuted, and stored from registers: the copy engine
// goes through groups of rows, registers change names, and a thread stores 16
// bytes of a row. With store = deferred the first promotion of a tile multiplies.
// RUN: gq-opt %s --gq-lower-to-nvvm | FileCheck %s
// RUN: gq-compile %s --emit=ptx -o - | FileCheck %s --check-prefix=PTX
// RUN: sed 's/store = direct/store = deferred/' %s | gq-opt --gq-lower-to-nvvm | FileCheck %s --check-prefix=DEFERRED

// CHECK: llvm.func @f_matmul
// CHECK-SAME: #gqgpu.tensor_map<0 as u8 box [128, 64] swizzle 128>, #gqgpu.tensor_map<1 as u8 box [128, 128] swizzle 128 permuted 32>
// Eight of its values are side by side: of registers 0, 1, 4, 5, 8, 9, 12 and 13.
// CHECK: %[[P:.*]] = llvm.inline_asm {{.*}}wgmma.mma_async
// CHECK-DAG: llvm.extractvalue %[[P]][13]

// PTX-NOT: stmatrix
// PTX-NOT: cp.async.bulk.tensor.2d.global
// PTX: @%p{{[0-9]+}} st.global.v4.b32 [%[[AT:rd[0-9]+]]], {
// PTX: @%p{{[0-9]+}} st.global.v4.b32 [%[[AT]]+3072], {
// PTX-COUNT-6: st.global.v4.b32 [%[[AT]]+
// PTX-NOT: st.global
// PTX: cp.async.bulk.tensor.2d.shared::cluster
// PTX: cp.async.bulk.tensor.5d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.L2::cache_hint [%{{[^,]*}}, [%{{rd[0-9]+}}, {%[[K:r[0-9]+]], %[[ZERO:r[0-9]+]], %[[ZERO]], %[[ZERO]], %r{{[0-9]+}}}]

// DEFERRED: wgmma.mma_async
// DEFERRED-NOT: wgmma.wait_group
// DEFERRED: st.global.v4.b32
// DEFERRED: wgmma.wait_group
// DEFERRED-NOT: llvm.intr.fma
// DEFERRED: wgmma.mma_async
// DEFERRED: llvm.intr.fma
// DEFERRED: st.global.v4.b32
func.func @f(%a: tensor<?x256xf8E4M3FN>, %b: tensor<192x256xf8E4M3FN>, %sa: tensor<?x2xf32>, %sb: tensor<2x2xf32>) -> tensor<?x192xbf16> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %a, %c0 : tensor<?x256xf8E4M3FN>
  %e = tensor.empty(%m) : tensor<?x192xbf16>
  %i = linalg.fill ins(%zero : bf16) outs(%e : tensor<?x192xbf16>) -> tensor<?x192xbf16>
  %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128]) outs(%i : tensor<?x192xbf16>)
      {config = #gq.matmul_config<tile = [64, 128, 128], math_groups = 1, store = direct>}
      : tensor<?x256xf8E4M3FN>, tensor<192x256xf8E4M3FN>, tensor<?x2xf32>, tensor<2x2xf32> -> tensor<?x192xbf16>
  return %d : tensor<?x192xbf16>
}
