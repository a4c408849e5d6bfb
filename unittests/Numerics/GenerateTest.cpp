//===- GenerateTest.cpp ---------------------------------------------------===//

#include "gq/Numerics/Generate.h"

#include "gq/Numerics/Convert.h"

#include <cmath>
#include <gtest/gtest.h>
#include <set>
#include <vector>

using namespace gridquant;

namespace {

std::vector<double> make(GenerateOptions options, int64_t count) {
  std::vector<double> values(static_cast<size_t>(count));
  EXPECT_TRUE(generate(options, ElementType::f64, count, values.data()).ok());
  return values;
}

TEST(Generate, NormalHasItsMoments) {
  GenerateOptions options;
  options.mean = 3;
  options.deviation = 2;
  std::vector<double> values = make(options, 400000);
  double moments[5] = {};
  int64_t beyond3 = 0;
  for (double x : values) {
    double z = (x - 3) / 2, power = 1;
    beyond3 += std::fabs(z) > 3;
    for (double &moment : moments) {
      moment += power / static_cast<double>(values.size());
      power *= z;
    }
  }
  EXPECT_NEAR(moments[1], 0, 0.01);
  EXPECT_NEAR(moments[2], 1, 0.02);
  EXPECT_NEAR(moments[3], 0, 0.03);
  EXPECT_NEAR(moments[4], 3, 0.1);
  EXPECT_NEAR(static_cast<double>(beyond3) / 400000, 0.0027, 0.0005);
}

TEST(Generate, SequencesArePinned) {
  // These bits are what makes data reproducible: they must never change.
  GenerateOptions options;
  options.seed = 42;
  std::vector<uint8_t> codes(8);
  options.distribution = Distribution::codes;
  ASSERT_TRUE(generate(options, ElementType::f8E4M3FN, 8, codes.data()).ok());
  EXPECT_EQ(codes, (std::vector<uint8_t>{0xfc, 0xaf, 0xe5, 0x4a, 0x55, 0xc7,
                                         0x93, 0xdf}));
  options.distribution = Distribution::normal;
  std::vector<uint32_t> bits(4);
  ASSERT_TRUE(generate(options, ElementType::f32, 4, bits.data()).ok());
  EXPECT_EQ(bits, (std::vector<uint32_t>{0xc032230c, 0xbf1810d3, 0xbee93064,
                                         0xbebe11c5}));
}

TEST(Generate, ThreadsAndLengthDoNotChangeValues) {
  GenerateOptions options;
  options.distribution = Distribution::outliers;
  options.threads = 1;
  std::vector<double> one = make(options, 20000);
  options.threads = 4;
  EXPECT_EQ(make(options, 20000), one);
  std::vector<double> prefix = make(options, 5000);
  EXPECT_TRUE(std::equal(prefix.begin(), prefix.end(), one.begin()));
  options.seed = 1;
  EXPECT_NE(make(options, 20000), one);
}

TEST(Generate, Outliers) {
  GenerateOptions options;
  options.distribution = Distribution::outliers;
  int64_t large = 0;
  for (double x : make(options, 100000))
    large += std::fabs(x) > 10;
  EXPECT_GT(large, 300);
  EXPECT_LT(large, 500);
}

TEST(Generate, UniformZerosAndPowers) {
  GenerateOptions options;
  options.distribution = Distribution::uniform;
  options.low = 2;
  options.high = 5;
  double sum = 0;
  for (double x : make(options, 100000)) {
    ASSERT_GE(x, 2);
    ASSERT_LT(x, 5);
    sum += x;
  }
  EXPECT_NEAR(sum / 100000, 3.5, 0.02);
  options.distribution = Distribution::zeros;
  for (double x : make(options, 100))
    ASSERT_TRUE(x == 0 && !std::signbit(x));
  options.distribution = Distribution::pow2;
  std::set<double> seen;
  for (double x : make(options, 10000)) {
    int exponent;
    ASSERT_EQ(std::fabs(std::frexp(x, &exponent)), 0.5);
    ASSERT_GE(exponent - 1, -20);
    ASSERT_LE(exponent - 1, 20);
    seen.insert(x);
  }
  EXPECT_EQ(seen.size(), 82u);
}

TEST(Generate, SpecialHasEveryKind) {
  for (ElementType type :
       {ElementType::bf16, ElementType::f16, ElementType::f32}) {
    GenerateOptions options;
    options.distribution = Distribution::special;
    std::vector<unsigned char> data(4 * 2000);
    ASSERT_TRUE(generate(options, type, 2000, data.data()).ok());
    std::vector<float> values(2000);
    convertToFloat(type, data.data(), 2000, values.data());
    float smallest = type == ElementType::f16 ? 0x1p-14f : 0x1p-126f;
    int nan = 0, inf = 0, zero = 0, denormal = 0, normal = 0;
    for (float x : values) {
      nan += std::isnan(x);
      inf += std::isinf(x);
      zero += x == 0;
      denormal += x != 0 && std::fabs(x) < smallest;
      normal += std::fabs(x) >= smallest && std::fabs(x) < 10;
    }
    EXPECT_GT(nan, 50);
    EXPECT_GT(inf, 50);
    EXPECT_GT(zero, 100);
    EXPECT_GT(denormal, 200);
    EXPECT_GT(normal, 500);
  }
}

TEST(Generate, CodesAreFiniteAndComplete) {
  GenerateOptions options;
  options.distribution = Distribution::codes;
  for (auto [type, finite] : {std::pair(ElementType::f8E4M3FN, 254u),
                              std::pair(ElementType::f8E5M2, 248u),
                              std::pair(ElementType::i8, 256u)}) {
    std::vector<uint8_t> codes(10000);
    ASSERT_TRUE(generate(options, type, 10000, codes.data()).ok());
    for (uint8_t code : codes)
      ASSERT_TRUE(std::isfinite(decodeTable(type)[code]));
    EXPECT_EQ(std::set<uint8_t>(codes.begin(), codes.end()).size(), finite);
  }
  std::vector<float> floats(10000);
  ASSERT_TRUE(generate(options, ElementType::f32, 10000, floats.data()).ok());
  for (float x : floats)
    ASSERT_TRUE(std::isfinite(x));
}

TEST(Generate, NamesAndRefusals) {
  for (const char *name :
       {"normal", "outliers", "zeros", "special", "pow2", "uniform", "codes"}) {
    auto parsed = parseDistribution(name);
    ASSERT_TRUE(parsed) << name;
    EXPECT_STREQ(distributionName(*parsed), name);
  }
  EXPECT_FALSE(parseDistribution("gaussian"));
  GenerateOptions options;
  EXPECT_FALSE(generate(options, ElementType::f32, 3, nullptr).ok());
  EXPECT_FALSE(generate(options, ElementType::f32, -1, nullptr).ok());
  EXPECT_TRUE(generate(options, ElementType::f32, 0, nullptr).ok());
  options.deviation = NAN;
  float x;
  EXPECT_FALSE(generate(options, ElementType::f32, 1, &x).ok());
}

} // namespace
