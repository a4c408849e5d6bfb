// What the PTX of a GEMM must show to be fast on Hopper, and what it must not.
//
// RUN: gq-compile %S/../../../kernels/gemm_1x128_128x128.mlir --emit=ptx -o - > %t
// RUN: FileCheck %s < %t
// RUN: FileCheck %s --check-prefix=NOT < %t

// CHECK:     .target sm_90a
// CHECK:     .maxntid 384
// CHECK:     .minnctapersm 1
// CHECK-DAG: fence.mbarrier_init.release.cluster
// CHECK-DAG: prefetch.tensormap
// CHECK-DAG: setmaxnreg.inc.sync.aligned.u32{{ +}}232
// CHECK-DAG: setmaxnreg.dec.sync.aligned.u32{{ +}}40
// CHECK-DAG: elect.sync
// CHECK-DAG: mbarrier.try_wait.parity.shared::cta.b64
// CHECK-DAG: mbarrier.arrive.expect_tx.shared::cta.b64
// CHECK-DAG: cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.L2::cache_hint
// CHECK-DAG: wgmma.mma_async.sync.aligned.m64n128k32.f32.e4m3.e4m3
// CHECK-DAG: wgmma.wait_group.sync.aligned 0
// CHECK-DAG: cp.async.bulk.tensor.5d.shared::cluster.global.tile.mbarrier::complete_tx::bytes.L2::cache_hint
// CHECK-DAG: st.global.v4.b32

// NOT-NOT: .local
// NOT-NOT: call
