//===- WorkspaceTest.cpp - temporaries that share memory ------------------===//
//
// The mock does what the kernels of random programs do: each fills what it
// writes with a number of its own, and finds in what it reads the number of
// the launch that wrote it last.
//
//===----------------------------------------------------------------------===//
#include "Fixture.h"

#include <cstring>
#include <map>
#include <random>

namespace {
/// One kernel: temporaries by number.
struct Kernel {
  std::vector<unsigned> reads, writes;
};

/// A function of x [n] whose launches are those of `few` up to 8 elements, else
/// those of `many`, as the compiler writes an scf.if.
struct Program {
  std::vector<unsigned> factors; // temporary i has n * factor + 1 bytes
  std::vector<Kernel> few, many;

  std::string metadata() const;
  const std::vector<Kernel> &taken(int64_t n) const {
    return n <= 8 ? few : many;
  }
};

struct WorkspaceTest : RuntimeTest {
  void run(const Program &program, int64_t n);
  size_t size(int64_t n);

  std::map<std::string, const Kernel *> kernels;
  uint64_t wrong = 0, shared = 0;
};
} // namespace

static std::string variant(const std::string &name, const Kernel &kernel,
                           const std::string &when, const std::string &grid,
                           bool dependent) {
  std::string text = "{" + when + "\"kernel\":\"" + name + "\",\"grid\":[" +
                     grid + "],\"block\":[32,1,1],\"cluster\":[1,1,1]," +
                     "\"smem\":0" + (dependent ? ",\"dependent\":true" : "") +
                     ",\"params\":[{\"kind\":\"i64\",\"value\":\"x.0\"}";
  for (const auto *buffers : {&kernel.reads, &kernel.writes})
    for (unsigned buffer : *buffers)
      text += ",{\"kind\":\"pointer\",\"buffer\":\"t" + std::to_string(buffer) +
              "\"}";
  return text + "]}";
}

std::string Program::metadata() const {
  std::string temporaries, launches;
  for (size_t i = 0; i < factors.size(); ++i)
    temporaries += std::string(i ? "," : "") + R"({"name":"t)" +
                   std::to_string(i) +
                   R"(","type":"i8","shape":[["add",1,["mul","x.0",)" +
                   std::to_string(factors[i]) + "]]]}";
  const std::string isFew = R"(["le","x.0",8])", isMany = R"(["gt","x.0",8])",
                    blocks = R"(["min","num_sms",["add","x.0",1]])";
  // Each of the extents says that nothing is launched, also those that can be
  // evaluated without a device.
  auto onlyWhere = [&](const std::string &holds) {
    return "[\"mul\"," + holds + "," + blocks + "]," + holds + "," + holds;
  };
  for (size_t i = 0; i < std::max(few.size(), many.size()); ++i) {
    const std::string number = std::to_string(i);
    std::string variants;
    if (i < few.size() && i < many.size())
      variants = variant("few" + number, few[i], "\"when\":" + isFew + ",",
                         blocks + ",1,1", i % 2) +
                 "," +
                 variant("many" + number, many[i], "", blocks + ",1,1", i % 3);
    else if (i < few.size())
      variants = variant("few" + number, few[i], "", onlyWhere(isFew), false);
    else
      variants = variant("many" + number, many[i], "", onlyWhere(isMany), true);
    launches += std::string(i ? "," : "") + "{\"variants\":[" + variants + "]}";
  }
  return R"({"version":1,"target":"sm_90a","functions":[{"name":"linear",
 "inputs":[{"name":"x","type":"i8","shape":[-1]}],"outputs":[],
 "workspace":[)" +
         temporaries + R"(],"launches":[)" + launches + "]}]}";
}

size_t WorkspaceTest::size(int64_t n) {
  Tensor x({n}, 0, 8);
  const DLTensor *inputs[] = {&x.dl};
  size_t bytes = 0;
  EXPECT_EQ(gq_function_workspace_size(linear, inputs, 1, &bytes), GQ_OK)
      << gq_last_error();
  return bytes;
}

/// By gq_launch and by a plan, and none writes behind what it asks for.
void WorkspaceTest::run(const Program &program, int64_t n) {
  auto bytesOf = [&](unsigned temporary) {
    return static_cast<size_t>(n) * program.factors[temporary] + 1;
  };
  kernels.clear();
  MockCuda::get().kernelParams.clear();
  std::string code = "CUBIN";
  for (const auto *branch : {&program.few, &program.many})
    for (size_t i = 0; i < branch->size(); ++i) {
      const Kernel &kernel = (*branch)[i];
      std::string name =
          (branch == &program.few ? "few" : "many") + std::to_string(i);
      kernels[name] = &kernel;
      MockCuda::get().kernelParams[name].assign(
          1 + kernel.reads.size() + kernel.writes.size(), 8);
      code += " " + name;
    }
  ASSERT_EQ(
      open(program.metadata(), {{gridquant::ImageKind::Cubin, "sm_90a", code}}),
      GQ_OK)
      << gq_last_error();
  const size_t unloaded = size(n);
  ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK) << gq_last_error();
  const size_t bytes = size(n);
  EXPECT_EQ(bytes, unloaded);
  ASSERT_LE(bytes + 256, sizeof(workspace));

  std::map<unsigned, char> held; // what the last writer has left
  char last = 0;
  std::vector<bool> used(program.factors.size());
  MockCuda::get().onLaunch = [&](const std::string &name, void **params) {
    const Kernel &kernel = *kernels.at(name);
    ++last;
    for (unsigned buffer : kernel.reads) {
      const char *data = *static_cast<char **>(*++params);
      const std::string expected(bytesOf(buffer), held.at(buffer));
      wrong += std::memcmp(data, expected.data(), expected.size()) != 0;
    }
    for (unsigned buffer : kernel.writes) {
      char *data = *static_cast<char **>(*++params);
      wrong += reinterpret_cast<uintptr_t>(data) % 256 != 0;
      std::memset(data, last, bytesOf(buffer));
      held[buffer] = last;
      used[buffer] = true;
    }
  };
  Tensor x({n}, 0, 8);
  const DLTensor *inputs[] = {&x.dl};
  std::memset(workspace, -1, sizeof(workspace));
  ASSERT_EQ(gq_launch(linear, inputs, 1, nullptr, 0, workspace, bytes, nullptr),
            GQ_OK)
      << gq_last_error();
  EXPECT_EQ(MockCuda::get().launches.size(), program.taken(n).size());

  gq_plan *plan = nullptr;
  ASSERT_EQ(gq_plan_create(linear, inputs, 1, nullptr, 0, &plan), GQ_OK)
      << gq_last_error();
  EXPECT_EQ(gq_plan_workspace_size(plan), bytes);
  void *data = x.dl.data;
  EXPECT_EQ(gq_plan_launch(plan, &data, nullptr, workspace, nullptr), GQ_OK)
      << gq_last_error();
  gq_plan_destroy(plan);
  for (size_t i = bytes; i < bytes + 256; ++i)
    wrong += workspace[i] != -1;
  size_t sum = 0;
  for (unsigned i = 0; i < used.size(); ++i)
    sum += used[i] ? (bytesOf(i) + 255) / 256 * 256 : 0;
  EXPECT_LE(bytes, sum);
  shared += bytes < sum;
  MockCuda::get().onLaunch = nullptr;
  MockCuda::get().launches.clear();
}

TEST_F(WorkspaceTest, RandomPrograms) {
  std::mt19937 random(11);
  auto upTo = [&](unsigned most) { return random() % (most + 1); };
  for (unsigned round = 0; round < 300; ++round) {
    Program program;
    for (unsigned i = 1 + upTo(9); i; --i)
      program.factors.push_back(upTo(60));
    for (auto *branch : {&program.few, &program.many}) {
      std::vector<unsigned> written;
      for (unsigned i = upTo(8); i; --i) {
        Kernel kernel;
        std::vector<bool> taken(program.factors.size());
        auto take = [&](std::vector<unsigned> &into, unsigned buffer) {
          if (!taken[buffer])
            into.push_back(buffer);
          taken[buffer] = true;
        };
        // Those of late are read more often.
        for (unsigned reads = upTo(2); reads && !written.empty(); --reads)
          take(kernel.reads,
               written[written.size() - 1 -
                       upTo(std::min<unsigned>(3, written.size() - 1))]);
        for (unsigned writes = upTo(2); writes; --writes)
          take(kernel.writes, upTo(program.factors.size() - 1));
        written.insert(written.end(), kernel.writes.begin(),
                       kernel.writes.end());
        branch->push_back(kernel);
      }
    }
    for (int64_t n : {0, 1, 8, 9, 40}) {
      run(program, n);
      ASSERT_EQ(wrong, 0u) << "round " << round << ", " << n << " elements of "
                           << program.metadata();
    }
  }
  EXPECT_GT(shared, 200u);
}

TEST_F(WorkspaceTest, SharedWhereLivesEndBefore) {
  Program chain;
  chain.factors = {1000, 600, 800, 10};
  chain.few = {{{}, {0}}, {{0}, {1}}, {{1}, {2}}, {{2}, {}}};
  run(chain, 1);
  // 0 and 2 in one place, 1 behind; none needs the last.
  EXPECT_EQ(size(1), 1024u + 768u);
  EXPECT_EQ(wrong, 0u);
}

// A clearing launch in front, as of flags: its temporary is not given away
// before the launch that needs it zero.
TEST_F(WorkspaceTest, ClearedInFrontIsKept) {
  Program flags;
  flags.factors = {100, 100, 100};
  flags.few = {{{}, {0}}, {{}, {1}}, {{1}, {2}}, {{0, 2}, {0}}};
  run(flags, 1);
  EXPECT_EQ(size(1), 3 * 256u);
  flags.few = {{{}, {0}}, {{0}, {0}}, {{}, {1}}, {{1}, {2}}};
  run(flags, 1);
  EXPECT_EQ(size(1), 2 * 256u);
  EXPECT_EQ(wrong, 0u);
}

TEST_F(WorkspaceTest, OfTheBranchThatIsTaken) {
  Program branches;
  branches.factors = {1000, 100};
  branches.few = {{{}, {}}};
  // Two more launches, which are empty up to 8 elements.
  branches.many = {{{}, {0}}, {{0}, {1}}, {{1}, {}}};
  run(branches, 8);
  EXPECT_EQ(size(8), 0u);
  run(branches, 9);
  EXPECT_EQ(size(9), 9216u + 1024u);
}

// The map of an operand without elements is of another buffer: not of one that
// the call does not use, which lies nowhere.
TEST_F(WorkspaceTest, UnusedTemporaryStandsInForNone) {
  std::string metadata = R"({"version":1,"target":"sm_90a",
 "functions":[{"name":"linear","inputs":[{"name":"x","type":"i8","shape":[-1,64]}],
 "outputs":[{"name":"r","type":"i8","shape":[64]}],
 "workspace":[{"name":"t","type":"i8","shape":[512]}],
 "launches":[
  {"variants":[{"kernel":"only_many","grid":[["gt","x.0",8],1,1],
   "block":[32,1,1],"cluster":[1,1,1],"smem":0,
   "params":[{"kind":"pointer","buffer":"t"}]}]},
  {"variants":[{"kernel":"reads","grid":[1,1,1],"block":[32,1,1],
   "cluster":[1,1,1],"smem":0,"params":[
    {"kind":"tensormap","buffer":"x","dtype":"u8","dims":[64,"x.0"],
     "strides":[64],"box":[64,8],"swizzle":64,"l2promotion":0}]}]}]}]})";
  ASSERT_EQ(open(metadata, {{gridquant::ImageKind::Cubin, "sm_90a",
                             "CUBIN only_many reads"}}),
            GQ_OK);
  ASSERT_EQ(gq_bundle_load(bundle, 0), GQ_OK);
  MockCuda::get().paramSizes = {128};
  Tensor x({0, 64}, 0, 8), r({64}, 0, 8);
  const DLTensor *inputs[] = {&x.dl}, *outputs[] = {&r.dl};
  size_t bytes = 1;
  ASSERT_EQ(gq_function_workspace_size(linear, inputs, 1, &bytes), GQ_OK);
  EXPECT_EQ(bytes, 0u);
  ASSERT_EQ(gq_launch(linear, inputs, 1, outputs, 1, nullptr, 0, nullptr),
            GQ_OK)
      << gq_last_error();
  ASSERT_EQ(MockCuda::get().maps.size(), 1u);
  EXPECT_EQ(MockCuda::get().maps[0].address, r.dl.data);
}

TEST_F(WorkspaceTest, NoVariantForTheSizes) {
  Program program;
  program.factors = {10};
  program.few = program.many = {{{}, {0}}};
  std::string metadata = edit(program.metadata(), R"({"kernel":"many0")",
                              R"({"when":["gt","x.0",9],"kernel":"many0")");
  ASSERT_EQ(open(metadata), GQ_OK) << gq_last_error();
  Tensor x({9}, 0, 8);
  const DLTensor *inputs[] = {&x.dl};
  size_t bytes = 0;
  refused(gq_function_workspace_size(linear, inputs, 1, &bytes),
          "function linear: launch 0 has no kernel variant for x [9]");
}
