//===- TuneTest.cpp - gq-tune on a mock driver ----------------------------===//
#include "gq/Bench/Tune.h"
#include "gq/Bundle/File.h"

#include "Fixture.h"

#include <filesystem>

using namespace gridquant;
using namespace gridquant::bench;

static std::string print(const std::vector<TunedRange> &ranges) {
  std::string text;
  for (const TunedRange &range : ranges)
    text += (range.upTo ? std::to_string(*range.upTo) : "more") + ":" +
            std::to_string(range.config) + " ";
  return text;
}

TEST(TuneRangesTest, Fastest) {
  TunedTimes times{{64, 128, 256}, {{10, 20, 90}, {12, 15, 50}, {30, 30, 40}}};
  EXPECT_EQ(print(chooseRanges(times, 8)), "64:0 128:1 more:2 ");
  // The loss that is the least: 1.33 of the best at 128 against 1.2 at 64.
  EXPECT_EQ(print(chooseRanges(times, 2)), "128:1 more:2 ");
  EXPECT_EQ(print(chooseRanges(times, 1)), "more:1 ");
  EXPECT_EQ(print(chooseRanges(times, 0)), "");
  EXPECT_EQ(print(chooseRanges({{}, {}}, 8)), "");
}

TEST(TuneRangesTest, NeighboursAreOne) {
  TunedTimes times{{1, 2, 3}, {{5, 5, 9}, {6, 6, 5}}};
  EXPECT_EQ(print(chooseRanges(times, 8)), "2:0 more:1 ");
}

// Of those as good as the best, the first.
TEST(TuneRangesTest, FirstOfTheBest) {
  TunedTimes times{{1}, {{100.5}, {100}}};
  EXPECT_EQ(print(chooseRanges(times, 8)), "more:0 ");
}

// One that was not near the best somewhere is not taken there.
TEST(TuneRangesTest, NotMeasured) {
  TunedTimes times{{1, 2}, {{5, std::nullopt}, {std::nullopt, 5}, {15, 15}}};
  EXPECT_EQ(print(chooseRanges(times, 2)), "1:0 more:1 ");
  EXPECT_EQ(print(chooseRanges(times, 1)), "more:0 ");
}

namespace {
struct TuneTest : RuntimeTest {
  std::filesystem::path folder;
  std::string out, err;

  void SetUp() override {
    RuntimeTest::SetUp();
    folder = std::filesystem::temp_directory_path() /
             ("gq-tune-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    // With one size that is free.
    std::string metadata = sampleMetadata();
    const std::string open = "\"bf16\",\"shape\":[-1,-1]";
    metadata.replace(metadata.find(open), open.size(),
                     "\"bf16\",\"shape\":[-1,128]");
    for (const char *file : {"0.gqb", "1.gqb", "chosen.gqb"})
      write(file, writeBundle(metadata, sampleImages()));
    write("candidates.json",
          set("[{\"bundle\":\"0.gqb\",\"config\":\"#c<0>\"},"
              "{\"bundle\":\"1.gqb\",\"config\":\"#c<1>\"}]"));
  }
  void TearDown() override {
    std::filesystem::remove_all(folder);
    RuntimeTest::TearDown();
  }
  static std::string set(const std::string &candidates,
                         const std::string &chosen = "chosen.gqb") {
    return "{\"gridquant_candidates\":2,\"target\":\"h200\",\"key\":\"k\","
           "\"function\":\"linear\",\"chosen\":\"" +
           chosen + "\",\"candidates\":" + candidates + "}";
  }
  std::string path(const char *name) { return (folder / name).string(); }
  void write(const char *name, const std::string &bytes) {
    ASSERT_TRUE(writeFileAtomically(path(name), bytes));
  }
  int run(std::vector<std::string> args) {
    out.clear(), err.clear();
    Streams streams{[&](std::string_view text) { out += text; },
                    [&](std::string_view text) { err += text; }};
    return runTuneTool(args, streams);
  }
  int tune(const char *harness = "flushed") {
    return run({"--rows=64,128", "--harness", harness, "--rep-ms", "1",
                "--rounds", "1", "--quiet", "--flush-mb=0", "--commit", "c",
                "-o", path("t.json"), folder.string()});
  }
};
} // namespace

TEST_F(TuneTest, WritesATable) {
  ASSERT_EQ(tune(), 0) << err;
  Expected<std::string> table = readFile(path("t.json"));
  ASSERT_TRUE(table);
  EXPECT_NE(table->find("\"gridquant_tuned\": 1"), std::string::npos);
  EXPECT_NE(table->find("\"key\": \"k\""), std::string::npos);
  EXPECT_NE(table->find("\"rows\": 128"), std::string::npos);
  // The mock runs both in the same time: one config for all rows.
  EXPECT_NE(out.find("#c<"), std::string::npos) << out;
  // So does the bundle that the compiler chose.
  EXPECT_NE(table->find("\"chosen_us\": "), std::string::npos) << *table;
  EXPECT_NE(out.find("takes 1.000000 times as long as the best on average, "
                     "1.000000 at worst"),
            std::string::npos)
      << out;
  // Again: the entry is replaced.
  ASSERT_EQ(tune(), 0) << err;
  table = readFile(path("t.json"));
  size_t first = table->find("\"key\"");
  EXPECT_EQ(table->find("\"key\"", first + 1), std::string::npos);
}

TEST_F(TuneTest, InGraphs) {
  MockCuda::get().l2Bytes = 1 << 16;
  ASSERT_EQ(tune("graph"), 0) << err;
  EXPECT_GT(MockCuda::get().replays, 0);
  Expected<std::string> table = readFile(path("t.json"));
  ASSERT_TRUE(table) << table.message();
  EXPECT_NE(table->find("graphs of 200 launches"), std::string::npos) << *table;
}

TEST_F(TuneTest, FewRowsInGraphs) {
  MockCuda::get().l2Bytes = 1 << 16;
  ASSERT_EQ(run({"--rows=64,128", "--graph-rows=64", "--rep-ms", "1",
                 "--rounds", "1", "--quiet", "--flush-mb=0", "--commit", "c",
                 "-o", path("t.json"), folder.string()}),
            0)
      << err;
  EXPECT_GT(MockCuda::get().replays, 0);
  Expected<std::string> table = readFile(path("t.json"));
  ASSERT_TRUE(table) << table.message();
  EXPECT_NE(table->find("flush 0 MB, seed 1, normal; up to 64 rows: "),
            std::string::npos)
      << *table;
}

TEST_F(TuneTest, WhatItRefuses) {
  write("t.json", "{\"gridquant_tuned\": 7}");
  EXPECT_EQ(tune(), 1);
  EXPECT_NE(err.find("is no table of this version"), std::string::npos) << err;
  write("t.json", "{");
  EXPECT_EQ(tune(), 1);
  EXPECT_NE(err.find("is not valid json"), std::string::npos) << err;
  std::filesystem::remove(folder / "t.json");
  write("candidates.json", set("[]"));
  EXPECT_EQ(tune(), 1);
  EXPECT_NE(err.find("has no candidates"), std::string::npos) << err;
  write("candidates.json", "{\"gridquant_candidates\":1}");
  EXPECT_EQ(tune(), 1);
  EXPECT_NE(err.find("is not what gq-compile --candidates"), std::string::npos)
      << err;
  write("candidates.json", set("[{\"bundle\":\"2.gqb\",\"config\":\"x\"}]"));
  EXPECT_EQ(tune(), 1);
  EXPECT_NE(err.find("2.gqb"), std::string::npos) << err;
  write("candidates.json",
        set("[{\"bundle\":\"0.gqb\",\"config\":\"x\"}]", "3.gqb"));
  EXPECT_EQ(tune(), 1);
  EXPECT_NE(err.find("3.gqb"), std::string::npos) << err;
  for (std::vector<std::string> wrong : {std::vector<std::string>{},
                                         {"--rows=2,1", "x"},
                                         {"--rows=", "x"},
                                         {"--rounds=0", "x"},
                                         {"--harness=warm", "x"},
                                         {"--graph-rows=-1", "x"},
                                         {"--speed", "x"},
                                         {"-o"}}) {
    EXPECT_EQ(run(wrong), 2);
    EXPECT_NE(err.find("--help"), std::string::npos);
  }
  EXPECT_EQ(run({"--help"}), 0);
}
