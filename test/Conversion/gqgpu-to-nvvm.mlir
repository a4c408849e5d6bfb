// The scheduled product, lowered: see the passes' own tests for how it is made.
// RUN: gq-opt %S/../Transforms/Inputs/tiles.mlir --gq-pipeline-stages --gq-warp-specialize --gq-split-copies --canonicalize --cse --gq-distribute \
// RUN:   --canonicalize --cse --gq-stage-stores --gq-schedule-math --canonicalize --cse | sed 's/^module.*{$/module {\ngpu.module @m {/; s/^}$/}\n}/' \
// RUN:   | gq-opt --gq-annotate-alignment --gq-allocate-shared-memory --gq-expand-math --gq-expand-tile-loops --convert-gqgpu-to-nvvm --canonicalize --cse -o %t
// RUN: FileCheck %s --check-prefix=ABI --input-file=%t
// RUN: FileCheck %s --check-prefix=ROLES --input-file=%t
// RUN: FileCheck %s --check-prefix=RING --input-file=%t
// RUN: FileCheck %s --check-prefix=MMA --input-file=%t
// RUN: FileCheck %s --check-prefix=STORE --input-file=%t

// Tensor maps first, then a pointer for each operand, then the dynamic sizes.
// ABI: llvm.mlir.global external @gq_shared() {addr_space = 3 : i32, alignment = 1024 : i64}
// ABI: llvm.func @gemm(%{{.*}}: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<16 x i64>, nvvm.grid_constant},
// ABI-SAME: gqgpu.launch = #gqgpu.launch<threads = 384, cluster = 1, shared_memory = 167344, grid = <[0[0]] -> ((s0 ceildiv 256) * 2), persistent>
// ABI-SAME: params = [#gqgpu.tensor_map<0 as u8 box [128, 256] swizzle 128>,
// ABI-SAME: #gqgpu.tensor_map<1 as u8 box [128, 128] swizzle 128>,
// ABI-SAME: #gqgpu.tensor_map<4 as bf16 box [64, 16] swizzle 128>,
// ABI-SAME: #gqgpu.pointer<0>
// ABI-SAME: #gqgpu.size<0[0]>
// ABI-SAME: #gqgpu.size<4[0]>]>
// ABI-SAME: nvvm.kernel
// ABI-SAME: nvvm.maxntid = array<i32: 384>
// ABI-SAME: nvvm.minctasm = 1
// ABI: prefetch.tensormap

// Warps part: one thread drives TMA, one warp copies.
// ROLES: nvvm.setmaxregister increase 232
// ROLES: nvvm.cp.async.bulk.wait_group 0
// ROLES: nvvm.setmaxregister decrease 40
// ROLES: %[[ELECTED:.*]] = nvvm.elect.sync -> i1
// ROLES-NEXT: llvm.cond_br %[[ELECTED]]
// ROLES-COUNT-2: nvvm.cp.async.bulk.tensor.shared.cluster.global
// ROLES: nvvm.cp.async.shared.global
// ROLES: nvvm.cp.async.mbarrier.arrive {{.*}} {noinc = true} : !llvm.ptr<3>

// Full: the TMA thread and 32 lanes; empty: eight math warps.
// RING: %[[FIRST:.*]] = llvm.icmp "eq" %{{.*}}, %{{.*}} : i32
// RING: @$1 mbarrier.init.shared::cta.b64 [$0+{{[0-9]+}}], 33;", "r,b,~{memory}" %[[BASE:.*]], %[[FIRST]] : (i32, i1)
// RING-NEXT: @$1 mbarrier.init.shared::cta.b64 [$0+{{[0-9]+}}], 8;{{.*}} %[[BASE]], %[[FIRST]] :
// RING: @$0 fence.mbarrier_init.release.cluster;{{.*}} %[[FIRST]] :
// RING-NEXT: nvvm.barrier
// RING: mbarrier.try_wait.parity.shared::cta.b64 P, [$0], $1;
// RING: @!$2 bra DONE; WAIT: mbarrier.try_wait.parity
// RING: nvvm.bar.warp.sync
// RING-NEXT: llvm.icmp "eq"
// RING-NEXT: @$1 mbarrier.arrive.shared::cta.b64 _, [$0];
// The bytes of both operands: 256 * 128 + 128 * 128.
// RING: mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], 49152;

// Four steps of 32 along K in one group; only the first does not accumulate.
// MMA: wgmma.fence.sync.aligned; {{.*}}wgmma.mma_async.sync.aligned.m64n128k32.f32.e4m3.e4m3 {{.*}}, da, db, no, 1, 1;
// MMA-SAME: da, db, yes, 1, 1;
// MMA-SAME: da, db, yes, 1, 1;
// MMA-SAME: da, db, yes, 1, 1; wgmma.commit_group.sync.aligned;
// MMA: wgmma.wait_group.sync.aligned 0;
// MMA: llvm.intr.fma

// Each warp stores 16 rows through its own staging.
// STORE: nvvm.cp.async.bulk.wait_group 0 {read}
// STORE-NEXT: nvvm.bar.warp.sync
// STORE: nvvm.stmatrix {{.*}}#nvvm.ld_st_matrix_elt_type<b16>{{.*}}m = 8, n = 8
// STORE: nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
// STORE-NEXT: nvvm.bar.warp.sync
// STORE-NEXT: %[[ELECTED:.*]] = nvvm.elect.sync -> i1
// STORE: @$4 cp.async.bulk.tensor.2d.global.shared::cta.bulk_group [$0, {$1, $2}], [$3];{{.*}}, %[[ELECTED]] :
// STORE-NEXT: @$0 cp.async.bulk.commit_group;{{.*}} %[[ELECTED]] :
