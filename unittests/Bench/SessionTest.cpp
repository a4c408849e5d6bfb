//===- SessionTest.cpp - a case on a mock driver --------------------------===//
#include "Session.h"

#include "Fixture.h"

#include <algorithm>

using namespace gridquant;
using namespace gridquant::bench;

namespace {
struct SessionTest : RuntimeTest {
  std::unique_ptr<Program> program;
  Method method;

  void SetUp() override {
    RuntimeTest::SetUp();
    method.warmupMs = 0;
    method.repMs = 1;
    method.rounds = 2;
    method.flushBytes = 0;
    // A library that the machine may have must not be used.
    ::setenv("GQ_LIBCUBLASLT", "/nonexistent/libcublasLt.so", 1);
  }

  void open(const std::string &metadata = sampleMetadata()) {
    auto opened = Program::open("s.gqb", writeBundle(metadata, sampleImages()));
    ASSERT_TRUE(opened) << opened.message();
    program = std::move(*opened);
    Status status = program->load(0);
    ASSERT_TRUE(status) << status.message();
  }
  Expected<CaseResult> run(const char *sizes, std::set<std::string> peers) {
    session = std::make_unique<Session>(0, method, std::move(peers));
    session->note = [&](const std::string &text) { notes.push_back(text); };
    return session->run({{program.get(), &program->functions()[0]}},
                        *parseShapeRequest(sizes));
  }
  size_t count(const char *kernel) {
    const auto &launches = MockCuda::get().launches;
    return static_cast<size_t>(std::count_if(
        launches.begin(), launches.end(),
        [&](const MockLaunch &launch) { return launch.kernel == kernel; }));
  }
  void TearDown() override {
    session.reset();
    program.reset();
    EXPECT_EQ(MockCuda::get().liveEvents, 0);
    RuntimeTest::TearDown();
  }

  std::unique_ptr<Session> session;
  std::vector<std::string> notes;
};
} // namespace

TEST_F(SessionTest, Matmul) {
  open();
  Expected<CaseResult> result = run("64x128", allPeers());
  ASSERT_TRUE(result) << result.message();
  ASSERT_EQ(result->results.size(), 2u);
  const Result &ours = result->results[0];
  EXPECT_EQ(ours.name, "linear");
  EXPECT_EQ(ours.role, Role::Ours);
  EXPECT_EQ(ours.work.kind, Kind::Matmul);
  EXPECT_EQ(ours.us.median, 1500);
  EXPECT_EQ(ours.roundMedians.size(), 2u);
  EXPECT_EQ(ours.us.count, 6u); // 1 ms of runs that seem to take 0.3 ms, twice
  EXPECT_GT(ours.hostUs, 0);
  EXPECT_GT(ours.planUs, 0);
  EXPECT_TRUE(ours.work.ofBf16);
  // What a launch may wait for its choice; far from it even here.
  EXPECT_GT(ours.choiceNs, 0);
  EXPECT_LT(ours.choiceNs, 1000);
  EXPECT_EQ(result->results[1].name, "empty");
  ASSERT_EQ(notes.size(), 3u);
  EXPECT_NE(notes[0].find("cublaslt left out: "), std::string::npos);
  EXPECT_GT(count("gq_bench_empty"), 0u);
  EXPECT_EQ(count("quantize"), count("gemm_small"));
}

TEST_F(SessionTest, CopiesMoveAsManyBytes) {
  // One input of 100 x 64 bf16, one result of as many: 25600 bytes, not a
  // matmul.
  open(R"({"version":1,"target":"sm_90a","functions":[{"name":"f",
 "inputs":[{"name":"a","type":"bf16","shape":[-1,64]}],
 "outputs":[{"name":"r","type":"bf16","shape":["a.0","a.1"]}],
 "launches":[{"variants":[{"kernel":"quantize","grid":[1,1,1],
 "block":[1,1,1],"cluster":[1,1,1],"smem":0,"params":[]}]}]}]})");
  Expected<CaseResult> result = run("100", allPeers());
  ASSERT_TRUE(result) << result.message();
  const Result *copy = result->find("copy");
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(copy->role, Role::Floor);
  EXPECT_EQ(copy->work.bytes, 25600u);
  EXPECT_EQ(result->shareOfFloor(result->results[0]), 1);
  EXPECT_NE(result->find("driver-copy"), nullptr);
  EXPECT_EQ(result->find("cublaslt"), nullptr);
  EXPECT_TRUE(notes.empty());
  for (const MockLaunch &launch : MockCuda::get().launches)
    if (launch.kernel == "gq_bench_copy") {
      EXPECT_EQ(launch.grid[0], 1u); // 12800 bytes, 16384 in a block
      EXPECT_EQ(launch.block[0], 256u);
    }
  result = run("100", {"driver-copy"});
  ASSERT_TRUE(result) << result.message();
  EXPECT_EQ(result->results.size(), 2u);
}

TEST_F(SessionTest, Failures) {
  open();
  Expected<CaseResult> result = run("64x129x7", {});
  EXPECT_EQ(result.message(),
            "function linear: got 3 sizes, 2 are free: a.0, a.1");
  method.data = "noise";
  EXPECT_NE(run("64x128", {}).message().find("noise"), std::string::npos);
  method.data = "normal";
  MockCuda::get().launchResult = 1;
  EXPECT_NE(run("64x128", {}).message().find("linear: kernel quantize"),
            std::string::npos);
  MockCuda::get().launchResult = 0;
  MockCuda::get().allocResult = 2;
  EXPECT_NE(run("64x128", {}).message().find("cannot allocate 16384 bytes"),
            std::string::npos);
}

TEST_F(SessionTest, Key) {
  open();
  std::vector<Subject> subjects{{program.get(), &program->functions()[0]}};
  ShapeRequest small = *parseShapeRequest("64x128"),
               large = *parseShapeRequest("65x128");
  auto key = [&](const ShapeRequest &request, const char *gpu) {
    return caseKey(subjects, request, {"copy"}, gpu, method);
  };
  EXPECT_EQ(key(small, "A"), key(small, "A"));
  EXPECT_NE(key(small, "A"), key(large, "A"));
  EXPECT_NE(key(small, "A"), key(small, "B"));
  std::string before = key(small, "A");
  method.rounds = 7;
  EXPECT_NE(before, key(small, "A"));
}
