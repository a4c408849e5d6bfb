//===- LateBundle.cpp - a kernel that writes late -------------------------===//
//
// `late` lets the kernel behind it begin at once, waits for 20 microseconds and
// then copies. It has few thread blocks, so that there is room for that kernel.
// Several of them run beside one another, and each ends behind those in front
// of it: what waits for the last one waits for all.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Graph.h"
#include "gq/Bundle/Container.h"

namespace gridquant::bench {

static const char ptx[] = R"(.version 7.8
.target sm_90
.address_size 64

.visible .entry gq_bench_late(.param .u64 from, .param .u64 to,
                              .param .u64 bytes, .param .u64 delay)
.maxntid 256, 1, 1
{
  .reg .pred %p<4>;
  .reg .b32 %r<8>;
  .reg .b16 %h<2>;
  .reg .b64 %rd<20>;
  griddepcontrol.launch_dependents;
  ld.param.u64 %rd1, [from];
  ld.param.u64 %rd2, [to];
  ld.param.u64 %rd3, [bytes];
  ld.param.u64 %rd4, [delay];
  mov.u64 %rd5, %globaltimer;
LATER:
  nanosleep.u32 200;
  mov.u64 %rd6, %globaltimer;
  sub.u64 %rd6, %rd6, %rd5;
  setp.lt.u64 %p1, %rd6, %rd4;
  @%p1 bra LATER;
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %tid.x;
  mov.u32 %r3, %nctaid.x;
  mul.wide.u32 %rd7, %r1, 256;
  cvt.u64.u32 %rd8, %r2;
  add.u64 %rd7, %rd7, %rd8;
  mul.wide.u32 %rd9, %r3, 256;
  shr.u64 %rd10, %rd3, 4;
  mov.u64 %rd11, %rd7;
WORDS:
  setp.ge.u64 %p1, %rd11, %rd10;
  @%p1 bra REST;
  shl.b64 %rd12, %rd11, 4;
  add.u64 %rd13, %rd1, %rd12;
  add.u64 %rd14, %rd2, %rd12;
  ld.global.v4.b32 {%r4, %r5, %r6, %r7}, [%rd13];
  st.global.v4.b32 [%rd14], {%r4, %r5, %r6, %r7};
  add.u64 %rd11, %rd11, %rd9;
  bra WORDS;
REST:
  shl.b64 %rd12, %rd10, 4;
  add.u64 %rd11, %rd12, %rd7;
  setp.ge.u64 %p2, %rd11, %rd3;
  @%p2 bra DONE;
  add.u64 %rd13, %rd1, %rd11;
  add.u64 %rd14, %rd2, %rd11;
  ld.global.b8 %h1, [%rd13];
  st.global.b8 [%rd14], %h1;
DONE:
  griddepcontrol.wait;
  ret;
}
)";

std::string lateBundle() {
  static const char metadata[] = R"({"version":1,"target":"sm_90","functions":[
 {"name":"late",
  "inputs":[{"name":"from","type":"i8","shape":[-1]}],
  "outputs":[{"name":"to","type":"i8","shape":["from.0"]}],
  "launches":[{"variants":[{"kernel":"gq_bench_late",
   "grid":[["min",16,["ceildiv","from.0",256]],1,1],
   "block":[256,1,1],"cluster":[1,1,1],"smem":0,"dependent":true,"params":[
    {"kind":"pointer","buffer":"from"},{"kind":"pointer","buffer":"to"},
    {"kind":"i64","value":"from.0"},{"kind":"i64","value":20000}]}]}]}]})";
  return writeBundle(metadata, {{ImageKind::PTX, "sm_90", ptx}});
}

} // namespace gridquant::bench
