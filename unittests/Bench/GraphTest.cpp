//===- GraphTest.cpp - the graph harness on a driver that computes --------===//
//
// The mock runs what the kernels do on the host: a matmul of whole numbers, of
// whose two kernels the first one hands x to the second. What may begin early
// does so before the kernel in front of it runs.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Graph.h"
#include "Session.h"

#include "Fixture.h"

#include <algorithm>
#include <cstring>

using namespace gridquant;
using namespace gridquant::bench;

namespace {
constexpr int64_t rows = 8, columns = 96, depth = 64;

std::string metadata() {
  return R"({"version":1,"target":"sm_90a","functions":[{"name":"layer",
 "inputs":[{"name":"x","type":"bf16","shape":[-1,64]},
           {"name":"w","type":"bf16","shape":[96,64],"constant":true}],
 "outputs":[{"name":"y","type":"bf16","shape":["x.0",96]}],
 "workspace":[{"name":"t","type":"bf16","shape":["x.0",64]}],
 "launches":[
  {"variants":[{"kernel":"front","grid":["x.0",1,1],"block":[128,1,1],
   "cluster":[1,1,1],"smem":0,"dependent":true,"params":[
    {"kind":"pointer","buffer":"x"},{"kind":"pointer","buffer":"t"},
    {"kind":"i64","value":"x.0"}]}]},
  {"variants":[{"kernel":"product","grid":["x.0",1,1],"block":[128,1,1],
   "cluster":[1,1,1],"smem":0,"dependent":true,"params":[
    {"kind":"pointer","buffer":"t"},{"kind":"pointer","buffer":"w"},
    {"kind":"pointer","buffer":"y"},{"kind":"i64","value":"x.0"}]}]}]}]})";
}

template <typename T> T param(void **params, unsigned number) {
  return *static_cast<T *>(params[number]);
}

void front(void **params) {
  std::memcpy(param<void *>(params, 1), param<void *>(params, 0),
              static_cast<size_t>(param<int64_t>(params, 2) * depth * 2));
}

void product(void **params) {
  const auto *t = param<const uint16_t *>(params, 0),
             *w = param<const uint16_t *>(params, 1);
  auto *y = param<uint16_t *>(params, 2);
  for (int64_t i = 0; i < param<int64_t>(params, 3); ++i)
    for (int64_t j = 0; j < columns; ++j) {
      uint16_t sum = 0;
      for (int64_t k = 0; k < depth; ++k)
        sum = static_cast<uint16_t>(sum + t[i * depth + k] * w[j * depth + k]);
      y[i * columns + j] = sum;
    }
}

void late(void **params) {
  std::memcpy(param<void *>(params, 1), param<void *>(params, 0),
              static_cast<size_t>(param<int64_t>(params, 2)));
}

void compute(const std::string &kernel, void **params) {
  if (kernel == "front")
    front(params);
  else if (kernel == "product")
    product(params);
  else if (kernel == "gq_bench_late")
    late(params);
}

struct GraphTest : RuntimeTest {
  std::unique_ptr<Program> program;
  Method method;
  std::vector<std::string> notes;

  void SetUp() override {
    RuntimeTest::SetUp();
    MockCuda &mock = MockCuda::get();
    mock.l2Bytes = 1 << 16;
    mock.onLaunch = compute;
    mock.kernelParams = {{"front", {8, 8, 8}},
                         {"product", {8, 8, 8, 8}},
                         {"gq_bench_late", {8, 8, 8, 8}}};
    method.warmupMs = 0;
    method.repMs = 1;
    method.rounds = 2;
    method.harness = Harness::Graph;
    method.graphLaunches = 30;
    ::setenv("GQ_LIBCUBLASLT", "/nonexistent/libcublasLt.so", 1);
    auto opened = Program::open(
        "s.gqb", writeBundle(metadata(), {{ImageKind::Cubin, "sm_90a",
                                           "CUBIN front product"}}));
    ASSERT_TRUE(opened) << opened.message();
    program = std::move(*opened);
    Status status = program->load(0);
    ASSERT_TRUE(status) << status.message();
  }
  void TearDown() override {
    program.reset();
    RuntimeTest::TearDown();
  }
  const Function &layer() const { return program->functions()[0]; }
  Expected<Candidate> make() {
    return makeCandidate(0, *program, layer(),
                         {{rows, depth}, {columns, depth}}, method);
  }
  Expected<CaseResult> run(std::set<std::string> peers = {}) {
    Session session(0, method, std::move(peers));
    session.note = [&](const std::string &text) { notes.push_back(text); };
    return session.run({{program.get(), &layer()}}, *parseShapeRequest("8"));
  }
};
} // namespace

TEST(CopiesTest, FourTimesTheCache) {
  EXPECT_EQ(countCopies(0, 1000), 1u);
  EXPECT_EQ(countCopies(400, 1000), 10u);
  EXPECT_EQ(countCopies(401, 1000), 10u);
  EXPECT_EQ(countCopies(399, 1000), 11u);
  EXPECT_EQ(countCopies(4000, 1000), 2u); // one is used, the other waits
  EXPECT_EQ(countCopies(1 << 30, 1000), 2u);
  EXPECT_EQ(countCopies(1, 1000), 256u);
  EXPECT_EQ(countCopies(15 << 20, 50 << 20), 14u);
}

TEST_F(GraphTest, CopiesOfOperands) {
  EXPECT_EQ(inputsWithRows(layer()), (std::vector<bool>{true, false}));
  Expected<Candidate> candidate = make();
  ASSERT_TRUE(candidate) << candidate.message();
  EXPECT_TRUE(candidate->work.sharesRows);
  // 12288 bytes of weights and 1536 of results, each beside x: 4 x 65536.
  ASSERT_EQ(candidate->copies.size(), 19u);
  // Only x may be written by what is in front.
  std::set<void *> x, results;
  std::set<std::string> values;
  for (const Copy &copy : candidate->copies) {
    ASSERT_EQ(copy.changing.size(), 1u);
    EXPECT_EQ(copy.changing[0].bytes, rows * depth * 2u);
    x.insert(copy.changing[0].data);
    ASSERT_EQ(copy.results.size(), 1u);
    results.insert(copy.results[0].data);
    ASSERT_TRUE(copy.launch(nullptr));
    values.emplace(static_cast<char *>(copy.results[0].data),
                   copy.results[0].bytes);
  }
  EXPECT_EQ(x.size(), 1u);
  EXPECT_EQ(results.size(), 19u);
  EXPECT_EQ(values.size(), 19u); // each has other weights

  // Without free rows, constants tell the operands apart.
  Function fixed = layer();
  fixed.inputs[0].shape[0] = rows;
  candidate = makeCandidate(0, *program, fixed,
                            {{rows, depth}, {columns, depth}}, method);
  ASSERT_TRUE(candidate) << candidate.message();
  EXPECT_TRUE(candidate->work.sharesRows);
  EXPECT_EQ(candidate->copies.size(), 19u);
  fixed.inputs[1].constant = false;
  candidate = makeCandidate(0, *program, fixed,
                            {{rows, depth}, {columns, depth}}, method);
  ASSERT_TRUE(candidate) << candidate.message();
  EXPECT_FALSE(candidate->work.sharesRows);
  EXPECT_EQ(candidate->copies.size(), 18u); // x takes 1024 bytes

  method.harness = Harness::Flushed;
  candidate = make();
  ASSERT_TRUE(candidate) << candidate.message();
  EXPECT_EQ(candidate->copies.size(), 1u);
}

TEST_F(GraphTest, TimesLaunches) {
  Expected<CaseResult> result = run(allPeers());
  ASSERT_TRUE(result) << result.message();
  EXPECT_EQ(result->harness, Harness::Graph);
  const Result *ours = result->find("layer");
  ASSERT_NE(ours, nullptr);
  EXPECT_EQ(ours->copies, 19u);
  EXPECT_EQ(ours->launches, 38u); // thirty, in whole turns
  // Both kernels of each launch, but the first one of all.
  EXPECT_EQ(ours->earlyLaunches, std::optional<size_t>(75));
  // The clock of the mock advances by 1.5 ms with every event.
  EXPECT_NEAR(ours->us.median, 1500. / 38, 1e-3);
  ASSERT_EQ(ours->roundMedians.size(), 2u);
  EXPECT_NEAR(ours->roundMedians[1], 1500. / 38, 1e-3);
  EXPECT_GT(ours->hostUs, 0);
  const Result *empty = result->find("empty");
  ASSERT_NE(empty, nullptr);
  EXPECT_EQ(empty->copies, 1u);
  EXPECT_EQ(empty->launches, 30u);
  EXPECT_EQ(empty->earlyLaunches, std::optional<size_t>(0));
  EXPECT_GT(MockCuda::get().replays, 0);
  EXPECT_EQ(notes.size(), 3u); // peers without a library
}

TEST_F(GraphTest, CandidatesThatShareOthers) {
  // The second one has no free rows and no constants: all its copies have x.
  std::string fixed = edit(metadata(), "[-1,64]", "[8,64]");
  fixed = edit(fixed, ",\"constant\":true", "");
  auto other =
      Program::open("f.gqb", writeBundle(fixed, {{ImageKind::Cubin, "sm_90a",
                                                  "CUBIN front product"}}));
  ASSERT_TRUE(other) << other.message();
  ASSERT_TRUE((*other)->load(0));
  Session session(0, method, {});
  session.note = [&](const std::string &text) { notes.push_back(text); };
  Expected<CaseResult> result = session.run(
      {{program.get(), &layer()}, {other->get(), &(*other)->functions()[0]}},
      *parseShapeRequest("8x64"));
  ASSERT_TRUE(result) << result.message();
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0],
            "layer@f.gqb finds its rows in memory, layer@s.gqb and the "
            "peers in the L2 cache");
}

TEST_F(GraphTest, AKernelThatReadsTooEarly) {
  // `front` reads x before it waits for what is in front of it.
  std::vector<char> seen;
  MockCuda::get().onEarly = [&](const std::string &kernel, void **params) {
    if (kernel != "front")
      return;
    const char *x = param<const char *>(params, 0);
    seen.assign(x, x + param<int64_t>(params, 2) * depth * 2);
  };
  MockCuda::get().onLaunch = [&](const std::string &kernel, void **params) {
    compute(kernel, params);
    if (kernel != "front")
      return;
    std::copy(seen.begin(), seen.end(), param<char *>(params, 1));
    seen.clear();
  };
  // Where it runs by itself, nothing is wrong.
  Expected<Candidate> candidate = make();
  ASSERT_TRUE(candidate);
  Expected<Graph> graph = Graph::ofTurns(0, *candidate, 30);
  ASSERT_TRUE(graph) << graph.message();
  Status status = checkReplay(0, *candidate, *graph);
  EXPECT_TRUE(status) << status.message();
  const std::string found = run().message();
  EXPECT_EQ(
      found.find("layer: behind a kernel that writes its operands late: "), 0u)
      << found;
}

TEST_F(GraphTest, AKernelThatMayReadEarly) {
  // Weights are constant: what is in front does not write them.
  MockCuda::get().onEarly = [](const std::string &kernel, void **params) {
    if (kernel == "product")
      EXPECT_NE(param<const uint16_t *>(params, 1)[0], 0x5555);
  };
  Expected<CaseResult> result = run();
  EXPECT_TRUE(result) << result.message();
}

TEST_F(GraphTest, LaunchesThatDisturbOneAnother) {
  // The workspace is written while the launch in front still reads it.
  MockCuda::get().onEarly = [](const std::string &kernel, void **params) {
    if (kernel == "front")
      std::memset(param<void *>(params, 1), 1, 2);
  };
  Expected<Candidate> candidate = make();
  ASSERT_TRUE(candidate);
  Expected<Graph> graph = Graph::ofTurns(0, *candidate, 1);
  ASSERT_TRUE(graph) << graph.message();
  const std::string found = checkReplay(0, *candidate, *graph).message();
  EXPECT_EQ(found.find("copy 0 in a graph: "), 0u) << found;
  EXPECT_NE(found.find(" of 1536 bytes of the results are not those of a "
                       "launch by itself, the first is byte 0"),
            std::string::npos)
      << found;
}

TEST_F(GraphTest, AReplayThatComputesNothing) {
  Expected<Candidate> candidate = make();
  ASSERT_TRUE(candidate);
  Expected<Graph> graph = Graph::ofTurns(0, *candidate, 1);
  ASSERT_TRUE(graph) << graph.message();
  ASSERT_TRUE(checkReplay(0, *candidate, *graph));
  graph = Graph::capture(0, [](gq_stream) { return Status(); });
  ASSERT_TRUE(graph) << graph.message();
  EXPECT_EQ(checkReplay(0, *candidate, *graph).message().find("copy 0 in a "),
            0u);
}

TEST_F(GraphTest, PeersAreComparedAsNumbers) {
  // Two values in bf16, once 100 and 1.
  std::vector<uint16_t> memory(2);
  Candidate candidate;
  candidate.role = Role::Peer;
  uint16_t one = 0x3f80;
  Copy copy;
  copy.launch = [&](gq_stream) -> Status {
    memory = {0x42c8, one};
    return Status();
  };
  copy.results.push_back({memory.data(), 4});
  candidate.copies.push_back(copy);
  bool off = false;
  MockCuda::get().onLaunch = [&](const std::string &, void **) {
    memory[0] = off ? 0x42d0 : 0x42c8; // 104
    memory[1] = 0x3f81;                // 1.0078
  };
  Expected<Candidate> kernel = make();
  ASSERT_TRUE(kernel);
  Expected<Graph> graph = Graph::ofTurns(0, *kernel, 1);
  ASSERT_TRUE(graph) << graph.message();
  Status status = checkReplay(0, candidate, *graph);
  EXPECT_TRUE(status) << status.message();
  off = true;
  EXPECT_NE(checkReplay(0, candidate, *graph)
                .message()
                .find("copy 0 in a graph: relative error 0.0"),
            std::string::npos);
}

TEST_F(GraphTest, Failures) {
  MockCuda::get().captureResult = 1;
  EXPECT_NE(run().message().find("layer: capture: cuStreamBeginCapture failed"),
            std::string::npos)
      << run().message();
  MockCuda::get().captureResult = 0;
  MockCuda::get().graphResult = 1;
  EXPECT_NE(run().message().find("layer: capture: cuGraphInstantiate failed"),
            std::string::npos);
  MockCuda::get().graphResult = 0;
  Expected<Graph> graph =
      Graph::capture(0, [](gq_stream) -> Status { return Error{"no launch"}; });
  EXPECT_EQ(graph.message(), "no launch");
}
