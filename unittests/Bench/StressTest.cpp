//===- StressTest.cpp - gq-stress on a driver that computes ---------------===//
//
// The mock runs what the kernels do on the host: rows of the function `rows`
// are copies of rows of a, with one number of s, whose rows lie side by side.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Stress.h"
#include "gq/Bundle/File.h"

#include "Fixture.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <set>

using namespace gridquant;
using namespace gridquant::bench;

namespace {
constexpr int64_t columns = 64, fewRows = 8;

std::string rowsMetadata() {
  return R"({"version":1,"target":"sm_90a","functions":[{"name":"rows",
 "inputs":[{"name":"a","type":"bf16","shape":[-1,64]},
           {"name":"s","type":"f32","shape":[4,-1]}],
 "outputs":[{"name":"r","type":"bf16","shape":["a.0",64]}],
 "checks":[{"expr":["eq","s.1","a.0"],"message":"s must have the rows of a"}],
 "launches":[{"variants":[
  {"when":["le","a.0",8],"kernel":"few","grid":["a.0",1,1],"block":[128,1,1],
   "cluster":[1,1,1],"smem":0,"params":[{"kind":"pointer","buffer":"a"},
    {"kind":"pointer","buffer":"s"},{"kind":"pointer","buffer":"r"},
    {"kind":"i64","value":"a.0"}]},
  {"kernel":"many","grid":["a.0",1,1],"block":[128,1,1],
   "cluster":[1,1,1],"smem":0,"params":[{"kind":"pointer","buffer":"a"},
    {"kind":"pointer","buffer":"s"},{"kind":"pointer","buffer":"r"},
    {"kind":"i64","value":"a.0"}]}]}]}]})";
}

template <typename T> T param(void **params, unsigned number) {
  return *static_cast<T *>(params[number]);
}

void cut(void **params) {
  const auto *from = param<const uint32_t *>(params, 0);
  auto *to = param<uint32_t *>(params, 1);
  const auto words = param<int64_t>(params, 2),
             rows = param<int64_t>(params, 3),
             pitch = param<int64_t>(params, 4),
             first = param<int64_t>(params, 5);
  for (int64_t i = 0; i < words; ++i)
    to[i] = from[i / rows * pitch + first + i % rows];
}

void check(void **params) {
  const auto *region = param<const uint32_t *>(params, 0);
  const auto *expected = param<const uint32_t *>(params, 1);
  auto *counters = param<uint32_t *>(params, 2);
  const auto words = param<int64_t>(params, 3);
  constexpr int64_t guard = stressGuardBytes / 4;
  for (int64_t i = 0; i < words; ++i)
    if (i < guard || i >= words - guard)
      counters[1] += region[i] != 0x5a5a5a5a;
    else
      counters[0] += region[i] != expected[i - guard];
}

struct StressTest : RuntimeTest {
  std::filesystem::path file;
  std::string out, err;
  /// Called with the number of the launch, from 0, and its result.
  std::function<void(int, uint16_t *, int64_t)> fault;
  int launches = 0;
  bool roundsOtherwise = false;

  void SetUp() override {
    RuntimeTest::SetUp();
    file = std::filesystem::temp_directory_path() /
           ("gq-stress-" + std::to_string(::getpid()) + ".gqb");
    write(rowsMetadata());
    MockCuda::get().onLaunch = [this](const std::string &kernel,
                                      void **params) {
      if (kernel == "gq_stress_cut")
        cut(params);
      else if (kernel == "gq_stress_check")
        check(params);
      else
        compute(kernel == "few", params);
    };
  }
  void TearDown() override {
    std::filesystem::remove(file);
    MockCuda::reset();
    RuntimeTest::TearDown();
  }
  void write(const std::string &metadata) {
    ASSERT_TRUE(writeFileAtomically(
        file.string(), writeBundle(metadata, {{ImageKind::Cubin, "sm_90a",
                                               "CUBIN few many"}})));
  }
  void compute(bool few, void **params) {
    const auto *a = param<const uint16_t *>(params, 0);
    const auto *s = param<const uint32_t *>(params, 1);
    auto *r = param<uint16_t *>(params, 2);
    const auto rows = param<int64_t>(params, 3);
    EXPECT_EQ(few, rows <= fewRows);
    std::memcpy(r, a, static_cast<size_t>(rows * columns) * 2);
    for (int64_t i = 0; i < rows; ++i) {
      r[i * columns + 1] = static_cast<uint16_t>(s[2 * rows + i] >> 16);
      // The other kernel rounds one column otherwise, or all wrongly.
      r[i * columns] ^= few;
      for (int64_t j = 0; few && roundsOtherwise && j < columns; ++j)
        r[i * columns + j] ^= 7;
    }
    if (fault)
      fault(launches, r, rows);
    ++launches;
  }
  int run(std::vector<std::string> args) {
    out.clear(), err.clear();
    launches = 0;
    Streams streams{[&](std::string_view text) { out += text; },
                    [&](std::string_view text) { err += text; }};
    args.push_back(file.string());
    return runStressTool(args, streams);
  }
  /// 100 rows: 13 launches of 8 rows, and one of 100, say what is expected.
  static constexpr int before = 14;
  int stress() {
    return run({"--launches=500", "--most-rows=100", "--seed=3"});
  }
};
} // namespace

TEST_F(StressTest, Passes) {
  std::set<int64_t> seen;
  fault = [&](int number, uint16_t *, int64_t rows) {
    if (number >= before)
      seen.insert(rows);
  };
  ASSERT_EQ(stress(), 0) << err;
  EXPECT_EQ(out.find("500 launches of 1 functions with 2 sets of kernels, seed "
                     "3: 0 wrong, "),
            0u)
      << out;
  // Launches without rows have no kernel; ends of ranges are met.
  EXPECT_GT(seen.size(), 60u);
  for (int64_t rows : {1, 8, 9, 100})
    EXPECT_EQ(seen.count(rows), 1u) << rows;
}

TEST_F(StressTest, AWrongBit) {
  fault = [&](int number, uint16_t *r, int64_t rows) {
    if (number == before + 100)
      r[rows * columns - 1] ^= 1;
  };
  EXPECT_EQ(stress(), 1);
  EXPECT_NE(err.find(" of seed 3: rows, "), std::string::npos) << err;
  EXPECT_NE(err.find(": 1 words differ, 0 are written beside the result\n"),
            std::string::npos)
      << err;
  // The launch that is named does it alone.
  const size_t at = err.find("launch ") + 7;
  const std::string number = err.substr(at, err.find(' ', at) - at);
  fault = [&](int number, uint16_t *r, int64_t) {
    if (number == before)
      r[0] ^= 1;
  };
  const std::string line = err.substr(0, err.find(": 1 words"));
  EXPECT_EQ(
      run({"--launches=1", "--most-rows=100", "--seed=3", "--first", number}),
      1);
  EXPECT_EQ(err.substr(0, line.size()), line);
}

TEST_F(StressTest, WritesBesideTheResult) {
  for (bool behind : {false, true}) {
    fault = [&](int number, uint16_t *r, int64_t rows) {
      if (number == before + 7)
        r[behind ? rows * columns : -1] = 0;
    };
    EXPECT_EQ(stress(), 1);
    EXPECT_NE(err.find(": 0 words differ, 1 are written beside the result\n"),
              std::string::npos)
        << err;
  }
}

TEST_F(StressTest, StopsAfterTen) {
  fault = [&](int number, uint16_t *r, int64_t) {
    if (number >= before)
      r[3] ^= 1;
  };
  EXPECT_EQ(stress(), 1);
  EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 10);
}

TEST_F(StressTest, KernelsThatDoNotAgree) {
  roundsOtherwise = true;
  EXPECT_EQ(stress(), 1);
  EXPECT_NE(err.find("error: function rows: result r of variant 1 is 0."),
            std::string::npos)
      << err;
}

TEST_F(StressTest, Hangs) {
  fault = [&](int number, uint16_t *, int64_t) {
    if (number == before + 70)
      std::this_thread::sleep_for(std::chrono::seconds(30));
  };
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto hang = [&] {
    Streams streams{[](std::string_view) {},
                    [](std::string_view text) {
                      std::fwrite(text.data(), 1, text.size(), stderr);
                    }};
    const std::vector<std::string> args{"--most-rows=100", "--seed=3",
                                        "--timeout=1", file.string()};
    runStressTool(args, streams);
  };
  EXPECT_EXIT(hang(), ::testing::ExitedWithCode(3),
              "FAIL: no end after 1 s: one of these launches, as --first 64 "
              "--launches 64 --batch 1 finds");
}

TEST(WatchdogTest, BarksOnlyInSilence) {
  std::atomic<int> barks{0};
  {
    Watchdog watchdog(std::chrono::milliseconds(400), [&] { ++barks; });
    for (int i = 0; i < 10; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      watchdog.pet();
    }
  }
  EXPECT_EQ(barks, 0);
  {
    Watchdog watchdog(std::chrono::milliseconds(10), [&] { ++barks; });
    while (!barks)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(barks, 1);
}

TEST(StressDrawTest, OnlySeedAndNumberDecide) {
  const std::vector<std::vector<int64_t>> ends{{}, {128, 512}};
  std::set<size_t> functions;
  bool few = false, many = false;
  for (uint64_t number = 0; number < 200; ++number) {
    StressDraw draw = drawStress(5, number, 2, 2000, ends),
               again = drawStress(5, number, 2, 2000, ends);
    EXPECT_EQ(draw.rows, again.rows);
    EXPECT_EQ(draw.first, again.first);
    EXPECT_GE(draw.rows, 0);
    EXPECT_GE(draw.first, 0);
    EXPECT_LE(draw.first + draw.rows, 2000);
    functions.insert(draw.function);
    few |= draw.rows == 0;
    many |= draw.rows > 1500;
  }
  EXPECT_EQ(functions.size(), 2u);
  EXPECT_TRUE(few && many);
  EXPECT_NE(drawStress(5, 1, 2, 2000, ends).rows,
            drawStress(6, 1, 2, 2000, ends).rows);
}

TEST_F(StressTest, WhatItRefuses) {
  auto refuses = [&](const std::string &from, const std::string &to,
                     const char *message) {
    write(edit(rowsMetadata(), from, to));
    EXPECT_EQ(stress(), 1);
    EXPECT_NE(err.find(message), std::string::npos) << err;
  };
  refuses(R"("shape":[-1,64]})", R"("shape":[-1,-1]})",
          "function rows: has 2 free sizes, one is needed, its rows");
  refuses(R"("shape":["a.0",64])", R"("shape":[64,"a.0"])",
          "function rows: result r is 64x100, dimension 0 has to count rows");
  refuses(R"("shape":["a.0",64])", R"("shape":["a.0",4])",
          "function rows: result r has rows of 8 bytes, a multiple of 16 is "
          "needed");
  refuses(R"(["eq","s.1","a.0"])", R"(["eq","s.1",["ceildiv","a.0",16]])",
          "function rows: operand s is 4x7 for 100 rows and 4x13 for twice as "
          "many, one dimension that counts rows is needed");
  for (std::vector<std::string> wrong : {std::vector<std::string>{"--rows=2"},
                                         {"--launches=0"},
                                         {"--seed="},
                                         {"--timeout=1.5"}}) {
    EXPECT_EQ(run(wrong), 2);
    EXPECT_NE(err.find("--help"), std::string::npos);
  }
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_EQ(out.find("usage: gq-stress"), 0u);
}
