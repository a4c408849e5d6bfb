//===- ToolTest.cpp - the command line on a mock driver -------------------===//
#include "gq/Bench/Tool.h"
#include "gq/Bench/Report.h"

#include "Fixture.h"
#include "gq/Bundle/File.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace gridquant;
using namespace gridquant::bench;

namespace {
struct BenchToolTest : RuntimeTest {
  std::string directory, bundle, json, out, err;

  void SetUp() override {
    RuntimeTest::SetUp();
    ::setenv("GQ_LIBCUBLASLT", "/nonexistent/libcublasLt.so", 1);
    char pattern[] = "/tmp/gq-bench-test-XXXXXX";
    directory = ::mkdtemp(pattern);
    bundle = directory + "/s.gqb";
    json = directory + "/out.json";
    ASSERT_TRUE(writeBundleFile(bundle, sampleMetadata(), sampleImages()));
  }
  void TearDown() override {
    ::unlink(bundle.c_str());
    ::unlink(json.c_str());
    EXPECT_EQ(::rmdir(directory.c_str()), 0);
    RuntimeTest::TearDown();
  }

  int run(std::vector<std::string> args) {
    out.clear();
    err.clear();
    return runBenchTool(args, {[&](std::string_view text) { out += text; },
                               [&](std::string_view text) { err += text; }});
  }
  /// With a method that takes no time.
  int time(std::vector<std::string> args) {
    for (const char *option : {"--rep-ms=1", "--warmup-ms=0", "--rounds=1",
                               "--flush-mb=0", "--commit=abc"})
      args.push_back(option);
    args.push_back(bundle);
    return run(args);
  }
  Report report() {
    Expected<std::string> text = readFile(json);
    EXPECT_TRUE(text) << text.message();
    Expected<Report> read = fromJson(text ? *text : "");
    EXPECT_TRUE(read) << read.message();
    return read ? *read : Report();
  }
};
} // namespace

TEST_F(BenchToolTest, WritesAndResumes) {
  ASSERT_EQ(time({"--sizes=64x128", "--json", json}), 0) << err;
  EXPECT_NE(out.find("Mock GPU, driver "), std::string::npos) << out;
  EXPECT_NE(out.find("\nlinear  1500.00"), std::string::npos) << out;
  EXPECT_NE(err.find("[1/1] 64x128: linear, round 1 of 1\n"), std::string::npos)
      << err;
  ASSERT_EQ(report().cases.size(), 1u);
  EXPECT_EQ(report().commit, "abc");
  EXPECT_EQ(report().gpu, "Mock GPU");

  size_t before = MockCuda::get().launches.size();
  ASSERT_EQ(time({"--sizes=64x128", "--json", json, "--resume"}), 0) << err;
  EXPECT_EQ(MockCuda::get().launches.size(), before);
  EXPECT_NE(err.find("taken from "), std::string::npos) << err;
  EXPECT_NE(out.find("\nlinear  1500.00"), std::string::npos) << out;

  ASSERT_EQ(
      time({"--sizes=64x128,32x64", "--json", json, "--resume", "--quiet"}), 0)
      << err;
  EXPECT_EQ(err.find("round"), std::string::npos) << err;
  EXPECT_EQ(report().cases.size(), 2u);
  // Another method is another measurement.
  ASSERT_EQ(time({"--sizes=64x128", "--json", json, "--resume", "--seed=9"}),
            0);
  EXPECT_EQ(report().cases.size(), 3u);
  // Without --resume the file is replaced.
  ASSERT_EQ(time({"--sizes=64x128", "--json", json}), 0);
  EXPECT_EQ(report().cases.size(), 1u);
}

TEST_F(BenchToolTest, BothHarnesses) {
  MockCuda::get().l2Bytes = 1 << 16;
  ASSERT_EQ(time({"--sizes=64x128,32x128", "--harness=graph,flushed", "--json",
                  json, "--graph-launches=5"}),
            0)
      << err;
  EXPECT_NE(out.find("1 rounds, graphs of 5 launches, seed 1, normal; warmup 0 "
                     "ms, rep 1 ms, 1 rounds, flush 0 MB, seed 1, normal\n"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find("\n64x128, graph "), std::string::npos) << out;
  EXPECT_NE(err.find("[1/2] 64x128, graph: linear, behind a late producer\n"),
            std::string::npos)
      << err;
  const Report read = report();
  ASSERT_EQ(read.cases.size(), 4u);
  EXPECT_EQ(read.cases[0].harness, Harness::Graph);
  EXPECT_EQ(read.cases[1].harness, Harness::Flushed);
  EXPECT_EQ(read.cases[1].sizes, "64x128");
  EXPECT_EQ(read.cases[1].results[0].launches, 0u);
  const Result &graph = read.cases[0].results[0];
  // 256 x 128 bytes of weights and twice 64 x 256 of results.
  EXPECT_EQ(graph.copies, 4u);
  EXPECT_EQ(graph.launches, 8u);
  EXPECT_EQ(graph.us.median, 187.5);
  // Each is known by itself.
  const size_t before = MockCuda::get().launches.size();
  ASSERT_EQ(time({"--sizes=32x128", "--harness=graph", "--json", json,
                  "--graph-launches=5", "--resume"}),
            0)
      << err;
  EXPECT_EQ(MockCuda::get().launches.size(), before);
}

TEST_F(BenchToolTest, WhatWasMeasuredIsKept) {
  ASSERT_EQ(time({"--sizes=64x128", "--json", json}), 0);
  // No variant of the sample takes 64 x 16; the case behind it still runs.
  EXPECT_EQ(time({"--sizes=64x16,32x64", "--json", json, "--resume"}), 1);
  EXPECT_NE(err.find("error: 64x16: linear: function linear: launch 1 has no "
                     "kernel variant for a [64, 16]"),
            std::string::npos)
      << err;
  EXPECT_EQ(report().cases.size(), 2u);

  ASSERT_TRUE(writeFileAtomically(json, "{\"version\":1}"));
  EXPECT_EQ(time({"--sizes=64x128", "--json", json, "--resume"}), 1);
  EXPECT_EQ(err, "error: cannot resume from '" + json +
                     "': 'date' is missing or not a string\n");
  EXPECT_EQ(time({"--sizes=64x128", "--json", directory + "/no/out.json"}), 1);
  EXPECT_NE(err.find("error: cannot create"), std::string::npos) << err;
}

TEST_F(BenchToolTest, NamesOfTwoBundles) {
  ASSERT_EQ(time({"--sizes=64x128", "--peers=none", bundle}), 0) << err;
  EXPECT_NE(out.find("linear@s.gqb"), std::string::npos) << out;
}

TEST_F(BenchToolTest, List) {
  ASSERT_EQ(run({"--list", bundle}), 0) << err;
  EXPECT_EQ(out, "s.gqb: linear, sizes a.0 x a.1\n");
  EXPECT_EQ(run({"--list", bundle, "--function=f"}), 1);
  EXPECT_EQ(err, "error: no file has a function 'f'\n");
}

TEST_F(BenchToolTest, ChecksShapesBeforeItTimes) {
  EXPECT_EQ(time({"--sizes=64x128,7"}), 1);
  EXPECT_EQ(err, "error: function linear: got 1 sizes, 2 are free: a.0, a.1\n");
  EXPECT_TRUE(MockCuda::get().launches.empty());
  ASSERT_TRUE(writeFileAtomically(json, "64x128\n32x64 x\n"));
  EXPECT_EQ(time({"--shapes-file", json}), 1);
  EXPECT_NE(err.find("out.json:2: expects sizes"), std::string::npos) << err;
  ASSERT_TRUE(writeFileAtomically(json, "64x128\narg0=32x64\n"));
  EXPECT_EQ(time({"--shapes-file", json, "--shape=arg0=16x32"}), 0) << err;
  for (const char *sizes : {"64x128", "arg0=32x64", "arg0=16x32"})
    EXPECT_NE(out.find(sizes), std::string::npos) << out;
}

TEST_F(BenchToolTest, Usage) {
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_EQ(out.substr(0, 15), "usage: gq-bench");
  auto refused = [&](std::vector<std::string> args, const std::string &text) {
    EXPECT_EQ(run(std::move(args)), 2);
    EXPECT_EQ(err,
              "error: " + text + "\nrun gq-bench --help for the options\n");
  };
  refused({}, "a file is needed");
  refused({"--fast", bundle}, "unknown option '--fast'");
  refused({bundle, "--json"}, "option --json needs a value");
  refused({bundle, "--json="}, "option --json needs a value");
  refused({bundle, "--resume"}, "--resume needs --json");
  refused({bundle, "--harness=graph,warm"},
          "--harness expects flushed, graph or both with a comma between them, "
          "got 'graph,warm'");
  refused({bundle, "--harness=graph,graph"},
          "--harness expects flushed, graph or both with a comma between them, "
          "got 'graph,graph'");
  refused({bundle, "--graph-launches=0"},
          "--graph-launches is '0', a whole number from 1 to 10000 is needed");
  refused({bundle, "--rounds=0"},
          "--rounds is '0', a whole number from 1 to 1000 is needed");
  refused({bundle, "--rounds=1.5"},
          "--rounds is '1.5', a whole number from 1 to 1000 is needed");
  refused({bundle, "--rep-ms=x"},
          "--rep-ms is 'x', a number from 0 to 100000 is needed");
  refused({bundle, "--rep-ms=nan"},
          "--rep-ms is 'nan', a number from 0 to 100000 is needed");
  refused({bundle, "--schedules=pingpong"},
          "--schedules needs a file that is compiled, .mlir");
  refused({"f.mlir", "--schedules=pingpong,pingpong"},
          "--schedules expects different names with commas between them, got "
          "'pingpong,pingpong'");
  refused({"f.mlir", "--schedules=a,"},
          "--schedules expects different names with commas between them, got "
          "'a,'");
  refused({bundle, "--peers=cudnn"},
          "--peers has 'cudnn', expects copy, driver-copy, empty, cublaslt or "
          "none");
  refused({bundle, "--sizes=8x"}, "--sizes expects sizes as in 8192x8192 or "
                                  "arg0=8192x8192, got '8x'");
  refused({bundle, "--shape=8x8"}, "--shape expects argN=AxB, got '8x8'");
  refused({bundle, "--shape=arg0=8", "--shape=arg0=9"},
          "--shape gives arg0 twice");
}

TEST_F(BenchToolTest, Files) {
  EXPECT_EQ(run({directory + "/none.gqb"}), 1);
  EXPECT_NE(err.find("error: cannot open"), std::string::npos) << err;
  EXPECT_EQ(run({directory + "/none.mlir", "--compiler=/nonexistent/cc"}), 1);
  EXPECT_NE(err.find("error: cannot run '/nonexistent/cc' to compile"),
            std::string::npos)
      << err;
  EXPECT_EQ(run({"f.mlir", "--compiler=false"}), 1);
  EXPECT_EQ(err, "error: 'false' did not compile 'f.mlir'\n");
  ASSERT_TRUE(writeFileAtomically(json, "no bundle"));
  EXPECT_EQ(run({json}), 1);
  EXPECT_EQ(err.find("error: out.json: "), 0u) << err;
}

TEST_F(BenchToolTest, Schedules) {
  // A compiler whose output is the sample, and which keeps what it was asked.
  const std::string compiler = directory + "/cc", asked = directory + "/asked";
  ASSERT_TRUE(writeFileAtomically(
      compiler, "#!/bin/sh\n"
                "cp " +
                    bundle + " $4\necho \"$1 $5\" >> " + asked + "\n"));
  ASSERT_EQ(::chmod(compiler.c_str(), 0700), 0);
  ASSERT_EQ(time({"--sizes=64x128", "--peers=none", "--compiler", compiler,
                  "--schedules=cooperative,pingpong", "f.mlir"}),
            0)
      << err;
  for (const char *name :
       {"linear@f.mlir:cooperative", "linear@f.mlir:pingpong", "linear@s.gqb"})
    EXPECT_NE(out.find(name), std::string::npos) << out;
  Expected<std::string> text = readFile(asked);
  ASSERT_TRUE(text) << text.message();
  EXPECT_EQ(*text, "f.mlir --schedule=cooperative\n"
                   "f.mlir --schedule=pingpong\n");
  ::unlink(compiler.c_str());
  ::unlink(asked.c_str());
}

TEST_F(BenchToolTest, NoDevice) {
  MockCuda::get().deviceCount = 0;
  EXPECT_EQ(time({"--sizes=64x128"}), 1);
  EXPECT_EQ(err, "error: the cuda driver sees no device\n");
  MockCuda::get().deviceCount = 1;
  EXPECT_EQ(time({"--sizes=64x128", "--device=3"}), 1);
  EXPECT_NE(err.find("device is 3"), std::string::npos) << err;
}
