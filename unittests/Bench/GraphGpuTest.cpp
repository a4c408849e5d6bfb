//===- GraphGpuTest.cpp - the graph harness on a real device --------------===//
//
// Skipped without a device of compute capability 9.0. Two hand-written kernels
// that begin early, one of which reads x before it waits: programmatic edges
// survive a capture, and the late producer tells the two apart.
//
//===----------------------------------------------------------------------===//
#include "Session.h"
#include "gq/Bundle/Container.h"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace gridquant;
using namespace gridquant::bench;

/// y = x + w, with the load of x in front of the wait, or behind it.
static std::string kernel(const std::string &name, bool early) {
  const std::string load = "  @%p1 ld.global.f32 %f1, [%d4];\n",
                    wait = "  griddepcontrol.wait;\n";
  return ".visible .entry " + name + R"((.param .u64 x, .param .u64 w,
                     .param .u64 y, .param .u64 count)
{
  .reg .pred %p<2>;
  .reg .b32 %r<4>;
  .reg .b64 %d<8>;
  .reg .f32 %f<4>;
  griddepcontrol.launch_dependents;
  ld.param.u64 %d1, [x];
  ld.param.u64 %d2, [w];
  ld.param.u64 %d3, [y];
  ld.param.u64 %d7, [count];
  mov.u32 %r1, %ctaid.x;
  mov.u32 %r2, %tid.x;
  shl.b32 %r1, %r1, 8;
  add.u32 %r1, %r1, %r2;
  cvt.u64.u32 %d5, %r1;
  setp.lt.u64 %p1, %d5, %d7;
  shl.b64 %d5, %d5, 2;
  add.u64 %d4, %d1, %d5;
  add.u64 %d6, %d2, %d5;
  add.u64 %d3, %d3, %d5;
)" + (early ? load + wait : wait + load) +
         R"(  @%p1 ld.global.f32 %f2, [%d6];
  add.f32 %f3, %f1, %f2;
  @%p1 st.global.f32 [%d3], %f3;
  ret;
}
)";
}

static std::string function(const std::string &name) {
  return R"({"name":")" + name + R"(",
 "inputs":[{"name":"x","type":"f32","shape":[-1]},
           {"name":"w","type":"f32","shape":[-1],"constant":true}],
 "outputs":[{"name":"y","type":"f32","shape":["x.0"]}],
 "checks":[{"expr":["eq","w.0","x.0"],"message":"w must be as long as x"}],
 "launches":[{"variants":[{"kernel":")" +
         name + R"(","grid":[["ceildiv","x.0",256],1,1],"block":[256,1,1],
  "cluster":[1,1,1],"smem":0,"dependent":true,"params":[
   {"kind":"pointer","buffer":"x"},{"kind":"pointer","buffer":"w"},
   {"kind":"pointer","buffer":"y"},{"kind":"i64","value":"x.0"}]}]}]})";
}

namespace {
struct GraphGpuTest : ::testing::Test {
  std::unique_ptr<Program> program;
  Method method;

  void SetUp() override {
    int count = 0, major = 0, minor = 0;
    if (gq_device_count(&count) != GQ_OK || !count)
      GTEST_SKIP() << "no cuda device";
    ASSERT_EQ(gq_device_capability(0, &major, &minor), GQ_OK);
    if (major != 9 || minor != 0)
      GTEST_SKIP() << "device 0 has not compute capability 9.0";
    ::setenv("GQ_CACHE_DIR", "", 1);
    const std::string ptx = ".version 7.8\n.target sm_90\n.address_size 64\n" +
                            kernel("waits", false) + kernel("early", true);
    auto opened = Program::open(
        "test",
        writeBundle(R"({"version":1,"target":"sm_90","functions":[)" +
                        function("waits") + "," + function("early") + "]}",
                    {{ImageKind::PTX, "sm_90", ptx}}));
    ASSERT_TRUE(opened) << opened.message();
    program = std::move(*opened);
    Status status = program->load(0);
    ASSERT_TRUE(status) << status.message();
    method.harness = Harness::Graph;
    method.rounds = 2;
    method.warmupMs = 1;
    method.repMs = 2;
  }
  Expected<CaseResult> run(size_t number) {
    Session session(0, method, allPeers());
    return session.run({{program.get(), &program->functions()[number]}},
                       *parseShapeRequest("100001"));
  }
};
} // namespace

TEST_F(GraphGpuTest, LaunchesBeginEarlyAndAreRight) {
  size_t cache = 0;
  ASSERT_EQ(gq_device_l2_bytes(0, &cache), GQ_OK) << gq_last_error();
  EXPECT_GE(cache, size_t(20) << 20);
  Expected<CaseResult> result = run(0);
  ASSERT_TRUE(result) << result.message();
  const Result *ours = result->find("waits");
  ASSERT_NE(ours, nullptr);
  EXPECT_EQ(ours->copies, countCopies(3 * 400004, cache));
  EXPECT_GE(ours->launches, 200u);
  ASSERT_TRUE(ours->earlyLaunches.has_value());
  EXPECT_EQ(*ours->earlyLaunches, ours->launches - 1);
  EXPECT_GT(ours->us.median, 0);
  // Copies of the driver are nodes as well.
  EXPECT_NE(result->find("driver-copy"), nullptr);
}

TEST_F(GraphGpuTest, AKernelThatReadsTooEarlyIsFound) {
  const std::string found = run(1).message();
  EXPECT_EQ(
      found.find("early: behind a kernel that writes its operands late: "), 0u)
      << found;
}
