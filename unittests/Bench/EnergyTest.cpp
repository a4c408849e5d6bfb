//===- EnergyTest.cpp - joules on a mock driver and a mock meter ----------===//
#include "Session.h"

#include "Fixture.h"

using namespace gridquant;
using namespace gridquant::bench;

namespace {
struct EnergyTest : RuntimeTest {
  void SetUp() override {
    RuntimeTest::SetUp();
    ::setenv("GQ_LIBNVML", GQ_MOCK_NVML, 1);
    ::unsetenv("MOCK_NVML_NO_INIT");
    ::unsetenv("MOCK_NVML_NO_POWER");
    ::setenv("GQ_LIBCUBLASLT", "/nonexistent/libcublasLt.so", 1);
  }
  std::string whyNot() { return PowerMeter::open(0).message(); }
};
} // namespace

TEST_F(EnergyTest, Meter) {
  Expected<PowerMeter> meter = PowerMeter::open(0);
  ASSERT_TRUE(meter) << meter.message();
  EXPECT_EQ(*meter->watts(), 350);
  ::setenv("MOCK_NVML_NO_POWER", "1", 1);
  EXPECT_EQ(meter->watts().message(), "nvml reads no power: status 3");
  EXPECT_EQ(whyNot(), "nvml reads no power: status 3");
  ::setenv("MOCK_NVML_NO_INIT", "1", 1);
  EXPECT_EQ(whyNot(), "nvmlInit failed with status 9");
  ::setenv("GQ_LIBNVML", GQ_MOCK_CUDA, 1);
  EXPECT_NE(whyNot().find(" is no nvml"), std::string::npos) << whyNot();
  ::setenv("GQ_LIBNVML", "/nonexistent/libnvidia-ml.so", 1);
  EXPECT_NE(whyNot().find("/nonexistent/"), std::string::npos) << whyNot();
}

TEST_F(EnergyTest, OfACase) {
  Method method;
  method.warmupMs = 0, method.repMs = 1, method.rounds = 1;
  method.flushBytes = 0;
  method.energyMs = 5;
  auto program =
      Program::open("s.gqb", writeBundle(sampleMetadata(), sampleImages()));
  ASSERT_TRUE(program) << program.message();
  ASSERT_TRUE((*program)->load(0));
  std::vector<std::string> notes;
  {
    Session session(0, method, {});
    session.note = [&](const std::string &text) { notes.push_back(text); };
    auto run = [&] {
      return session.run({{program->get(), &(*program)->functions()[0]}},
                         *parseShapeRequest("64x128"));
    };
    Expected<CaseResult> result = run();
    ASSERT_TRUE(result) << result.message();
    const Steady &steady = result->results[0].steady;
    EXPECT_EQ(steady.watts, 350);
    EXPECT_GT(steady.us, 0);
    EXPECT_DOUBLE_EQ(steady.joules(), steady.us * 350e-6);
    EXPECT_NE(printTable(*result).find("joules"), std::string::npos);
    Report report;
    report.cases.push_back(*result);
    Expected<Report> back = fromJson(toJson(report));
    ASSERT_TRUE(back) << back.message();
    EXPECT_EQ(back->cases[0].results[0].steady.watts, 350);

    // Without a meter everything else is measured.
    ::setenv("GQ_LIBNVML", "/nonexistent/libnvidia-ml.so", 1);
    result = run();
    ASSERT_TRUE(result) << result.message();
    EXPECT_EQ(result->results[0].steady.us, 0);
    EXPECT_EQ(printTable(*result).find("joules"), std::string::npos);
    ASSERT_EQ(notes.size(), 1u);
    EXPECT_EQ(notes[0].find("no energy: "), 0u);
  }
}
