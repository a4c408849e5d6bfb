//===- FloorBundle.cpp - kernels that measure the device ------------------===//
//
// `copy` moves 16 bytes per load, four loads of a thread in flight before the
// first store, no loop. It is what a kernel that reads and writes memory once
// can hope for: a copy by the driver may be slower, or faster.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Peers.h"
#include "gq/Bundle/Container.h"

namespace gridquant::bench {

/// Of one thread block: 256 threads, 4 loads, 16 bytes. The PTX has the same
/// numbers.
static constexpr unsigned copyBlockBytes = 256 * 4 * 16;

static const char ptx[] = R"(.version 7.8
.target sm_90
.address_size 64

.visible .entry gq_bench_empty()
{
  ret;
}

.visible .entry gq_bench_copy(.param .u64 from, .param .u64 to,
                              .param .u64 count)
.maxntid 256, 1, 1
{
  .reg .pred %p<5>;
  .reg .b32 %r<20>;
  .reg .b64 %rd<12>;
  ld.param.u64 %rd1, [from];
  ld.param.u64 %rd2, [to];
  ld.param.u64 %rd3, [count];
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %tid.x;
  mul.wide.u32 %rd4, %r1, 1024;
  cvt.u64.u32 %rd5, %r2;
  add.u64 %rd4, %rd4, %rd5;
  add.u64 %rd5, %rd4, 256;
  add.u64 %rd6, %rd4, 512;
  add.u64 %rd7, %rd4, 768;
  setp.lt.u64 %p1, %rd4, %rd3;
  setp.lt.u64 %p2, %rd5, %rd3;
  setp.lt.u64 %p3, %rd6, %rd3;
  setp.lt.u64 %p4, %rd7, %rd3;
  shl.b64 %rd8, %rd4, 4;
  add.u64 %rd9, %rd1, %rd8;
  add.u64 %rd10, %rd2, %rd8;
  @%p1 ld.global.L1::no_allocate.v4.b32 {%r4, %r5, %r6, %r7}, [%rd9];
  @%p2 ld.global.L1::no_allocate.v4.b32 {%r8, %r9, %r10, %r11}, [%rd9+4096];
  @%p3 ld.global.L1::no_allocate.v4.b32 {%r12, %r13, %r14, %r15}, [%rd9+8192];
  @%p4 ld.global.L1::no_allocate.v4.b32 {%r16, %r17, %r18, %r19}, [%rd9+12288];
  @%p1 st.global.v4.b32 [%rd10], {%r4, %r5, %r6, %r7};
  @%p2 st.global.v4.b32 [%rd10+4096], {%r8, %r9, %r10, %r11};
  @%p3 st.global.v4.b32 [%rd10+8192], {%r12, %r13, %r14, %r15};
  @%p4 st.global.v4.b32 [%rd10+12288], {%r16, %r17, %r18, %r19};
  ret;
}
)";

std::string floorBundle() {
  std::string metadata = R"({"version":1,"target":"sm_90","functions":[
 {"name":"copy","inputs":[{"name":"from","type":"i8","shape":[-1]}],
  "outputs":[{"name":"to","type":"i8","shape":["from.0"]}],
  "checks":[{"expr":["eq",["mod","from.0",16],0],
             "message":"bytes to copy must be a multiple of 16"}],
  "launches":[{"variants":[{"kernel":"gq_bench_copy",
   "grid":[["ceildiv","from.0",)" +
                         std::to_string(copyBlockBytes) + R"(],1,1],
   "block":[256,1,1],"cluster":[1,1,1],"smem":0,"params":[
    {"kind":"pointer","buffer":"from"},{"kind":"pointer","buffer":"to"},
    {"kind":"i64","value":["floordiv","from.0",16]}]}]}]},
 {"name":"empty","inputs":[],"outputs":[],
  "launches":[{"variants":[{"kernel":"gq_bench_empty","grid":[1,1,1],
   "block":[32,1,1],"cluster":[1,1,1],"smem":0,"params":[]}]}]}]})";
  return writeBundle(metadata, {{ImageKind::PTX, "sm_90", ptx}});
}

} // namespace gridquant::bench
