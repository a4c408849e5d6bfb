//===- StressBundle.cpp - kernels that feed and check a stress run --------===//
//
// `cut` copies some rows of a matrix, or of every matrix of a stack, words of
// four bytes. `check` compares a result with what is expected, and what stands
// in front of it and behind it with the guard: it counts words that differ, of
// the first in counters[0], of the second in counters[1].
//
// Bundles have no operands that are numbers: these are extents of `range`,
// which has no elements.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Stress.h"
#include "gq/Bundle/Container.h"

namespace gridquant::bench {

static_assert(stressGuardBytes == 1024 * 4 && stressGuard == 0x5a,
              "the PTX has the same numbers");

static const char ptx[] = R"(.version 7.8
.target sm_90
.address_size 64

.visible .entry gq_stress_cut(.param .u64 from, .param .u64 to,
                              .param .u64 words, .param .u64 rows,
                              .param .u64 pitch, .param .u64 first)
.maxntid 256, 1, 1
{
  .reg .pred %p<2>;
  .reg .b32 %r<4>;
  .reg .b64 %rd<16>;
  ld.param.u64 %rd1, [from];
  ld.param.u64 %rd2, [to];
  ld.param.u64 %rd3, [words];
  ld.param.u64 %rd4, [rows];
  ld.param.u64 %rd5, [pitch];
  ld.param.u64 %rd6, [first];
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %tid.x;
  mul.wide.u32 %rd7, %r1, 256;
  cvt.u64.u32 %rd8, %r2;
  add.u64 %rd7, %rd7, %rd8;
  setp.ge.u64 %p1, %rd7, %rd3;
  @%p1 ret;
  div.u64 %rd9, %rd7, %rd4;
  mul.lo.u64 %rd10, %rd9, %rd4;
  sub.u64 %rd10, %rd7, %rd10;
  mul.lo.u64 %rd11, %rd9, %rd5;
  add.u64 %rd11, %rd11, %rd6;
  add.u64 %rd11, %rd11, %rd10;
  shl.b64 %rd11, %rd11, 2;
  add.u64 %rd12, %rd1, %rd11;
  ld.global.b32 %r3, [%rd12];
  shl.b64 %rd13, %rd7, 2;
  add.u64 %rd14, %rd2, %rd13;
  st.global.b32 [%rd14], %r3;
  ret;
}

.visible .entry gq_stress_check(.param .u64 region, .param .u64 expected,
                                .param .u64 counters, .param .u64 words)
.maxntid 256, 1, 1
{
  .reg .pred %p<4>;
  .reg .b32 %r<6>;
  .reg .b64 %rd<12>;
  ld.param.u64 %rd1, [region];
  ld.param.u64 %rd2, [expected];
  ld.param.u64 %rd3, [counters];
  ld.param.u64 %rd4, [words];
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %tid.x;
  mul.wide.u32 %rd5, %r1, 256;
  cvt.u64.u32 %rd6, %r2;
  add.u64 %rd5, %rd5, %rd6;
  setp.ge.u64 %p1, %rd5, %rd4;
  @%p1 ret;
  shl.b64 %rd7, %rd5, 2;
  add.u64 %rd8, %rd1, %rd7;
  ld.global.b32 %r3, [%rd8];
  sub.u64 %rd9, %rd4, 1024;
  setp.lt.u64 %p1, %rd5, 1024;
  setp.ge.u64 %p2, %rd5, %rd9;
  or.pred %p1, %p1, %p2;
  @%p1 bra GUARD;
  add.u64 %rd10, %rd2, %rd7;
  ld.global.b32 %r4, [%rd10+-4096];
  setp.eq.b32 %p3, %r3, %r4;
  @%p3 ret;
  red.global.add.u32 [%rd3], 1;
  ret;
GUARD:
  setp.eq.b32 %p3, %r3, 0x5a5a5a5a;
  @%p3 ret;
  red.global.add.u32 [%rd3+4], 1;
  ret;
}
)";

std::string stressBundle() {
  static const char metadata[] = R"({"version":1,"target":"sm_90","functions":[
 {"name":"cut",
  "inputs":[{"name":"from","type":"i32","shape":[-1,-1,-1]},
            {"name":"range","type":"i32","shape":[-1,-1,-1]}],
  "outputs":[{"name":"to","type":"i32","shape":["from.0","range.1","from.2"]}],
  "launches":[{"variants":[{"kernel":"gq_stress_cut",
   "grid":[["ceildiv",["mul","from.0",["mul","range.1","from.2"]],256],1,1],
   "block":[256,1,1],"cluster":[1,1,1],"smem":0,"params":[
    {"kind":"pointer","buffer":"from"},{"kind":"pointer","buffer":"to"},
    {"kind":"i64","value":["mul","from.0",["mul","range.1","from.2"]]},
    {"kind":"i64","value":["mul","range.1","from.2"]},
    {"kind":"i64","value":["mul","from.1","from.2"]},
    {"kind":"i64","value":["mul","range.0","from.2"]}]}]}]},
 {"name":"check",
  "inputs":[{"name":"region","type":"i32","shape":[-1]},
            {"name":"expected","type":"i32","shape":[-1]}],
  "outputs":[{"name":"counters","type":"i32","shape":[4]}],
  "checks":[{"expr":["eq","region.0",["add","expected.0",2048]],
             "message":"region must be expected and the guards"}],
  "launches":[{"variants":[{"kernel":"gq_stress_check",
   "grid":[["ceildiv","region.0",256],1,1],
   "block":[256,1,1],"cluster":[1,1,1],"smem":0,"params":[
    {"kind":"pointer","buffer":"region"},{"kind":"pointer","buffer":"expected"},
    {"kind":"pointer","buffer":"counters"},
    {"kind":"i64","value":"region.0"}]}]}]}]})";
  return writeBundle(metadata, {{ImageKind::PTX, "sm_90", ptx}});
}

} // namespace gridquant::bench
