//===- TimerTest.cpp - statistics, and the timer on a mock driver ---------===//
#include "gq/Bench/Timer.h"
#include "gq/Bench/Statistics.h"

#include "Fixture.h"

#include <algorithm>

using namespace gridquant;
using namespace gridquant::bench;
using TimerTest = RuntimeTest;

TEST(StatisticsTest, Quantiles) {
  Summary summary = summarise({5, 1, 4, 2, 3});
  EXPECT_EQ(summary.median, 3);
  EXPECT_EQ(summary.min, 1);
  EXPECT_DOUBLE_EQ(summary.p20, 1.8);
  EXPECT_DOUBLE_EQ(summary.p80, 4.2);
  EXPECT_EQ(summary.count, 5u);
  EXPECT_EQ(quantile({1, 2}, 0.5), 1.5);
  EXPECT_EQ(quantile({7}, 0.2), 7);
  EXPECT_EQ(summarise({}).median, 0);
  EXPECT_EQ(summarise({}).count, 0u);
}

TEST(StatisticsTest, RoundOrder) {
  std::vector<size_t> order = roundOrder(6, 1, 0), sorted = order;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, (std::vector<size_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(order, roundOrder(6, 1, 0));
  EXPECT_NE(order, roundOrder(6, 1, 1));
  EXPECT_NE(order, roundOrder(6, 2, 0));
  EXPECT_TRUE(roundOrder(0, 1, 0).empty());
}

TEST(StatisticsTest, Method) {
  EXPECT_EQ(Method().describe(),
            "warmup 25 ms, rep 100 ms, 3 rounds, flush 256 "
            "MB, seed 1, normal");
  Method graph;
  graph.harness = Harness::Graph;
  EXPECT_EQ(graph.describe(), "warmup 25 ms, rep 100 ms, 3 rounds, graphs of "
                              "200 launches, seed 1, normal");
}

// The clock of the mock advances by 1.5 ms with every event.
TEST_F(TimerTest, Round) {
  Method method;
  method.warmupMs = 0.9; // three runs of 0.3 ms: five took one tick
  method.repMs = 2.4;
  method.flushBytes = 1 << 20;
  size_t launches = 0;
  std::vector<double> samples;
  {
    Timer timer(0, method);
    Launch launch = [&](gq_stream) -> Status {
      ++launches;
      return Status();
    };
    Status status = timer.round(launch, samples);
    ASSERT_TRUE(status) << status.message();
    // One to load code, five to estimate, three to warm up, eight timed.
    EXPECT_EQ(launches, 1u + 5 + 3 + 8);
    EXPECT_EQ(samples, std::vector<double>(8, 1500.0));
    EXPECT_EQ(MockCuda::get().liveEvents, 16);
    ASSERT_TRUE(timer.round(launch, samples));
    EXPECT_EQ(samples.size(), 16u);
    EXPECT_EQ(MockCuda::get().liveEvents, 16); // used again
    EXPECT_EQ(MockCuda::get().allocations, 1);

    Expected<double> host = timer.hostTime(launch);
    ASSERT_TRUE(host);
    EXPECT_GE(*host, 0);
    EXPECT_LT(*host, 100);
  }
  EXPECT_EQ(MockCuda::get().liveEvents, 0);
}

TEST_F(TimerTest, Failures) {
  Method method;
  method.flushBytes = 1 << 10;
  std::vector<double> samples;
  Launch fails = [](gq_stream) -> Status { return Error{"no"}; };
  Timer timer(0, method);
  EXPECT_EQ(timer.round(fails, samples).message(), "no");
  EXPECT_EQ(timer.hostTime(fails).message(), "no");
  EXPECT_TRUE(samples.empty());
  MockCuda::get().allocResult = 2;
  Timer poor(0, method);
  EXPECT_NE(poor.round(fails, samples)
                .message()
                .find("cannot allocate 1024 bytes on the device"),
            std::string::npos);
}
