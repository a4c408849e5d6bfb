//===- QuantizeTest.cpp ---------------------------------------------------===//

#include "gq/Numerics/Quantize.h"

#include "TestSupport.h"
#include "gq/Numerics/Convert.h"
#include "gq/Numerics/Generate.h"

#include <gtest/gtest.h>

using namespace gridquant;
using namespace testsupport;

namespace {

struct Config {
  ElementType from, to;
  BlockLayout layout;
  ScaleOptions options;
};

/// The input as floats, from independent definitions.
float element(ElementType type, const std::vector<unsigned char> &data,
              int64_t index) {
  if (type == ElementType::f32) {
    float value;
    std::memcpy(&value, &data[static_cast<size_t>(index) * 4], 4);
    return value;
  }
  uint16_t code;
  std::memcpy(&code, &data[static_cast<size_t>(index) * 2], 2);
  const Format &format = type == ElementType::f16 ? half() : bfloat();
  unsigned magnitude = code & 0x7fff;
  float sign = code & 0x8000 ? -1.0f : 1.0f;
  if (magnitude <= format.maxCode)
    return sign * static_cast<float>(format.values[magnitude]);
  return magnitude == format.maxCode + 1 ? sign * INFINITY : NAN;
}

float expectedScale(const std::vector<float> &block, const Config &config) {
  float amax = 0;
  for (float x : block)
    if (!std::isnan(x))
      amax = std::fmax(amax, std::fabs(x));
  if (std::isinf(amax))
    amax = std::numeric_limits<float>::max();
  amax = std::fmax(amax, config.options.amaxFloor);
  if (amax == 0)
    return 1;
  float top = config.to == ElementType::f8E4M3FN ? 448.0f
              : config.to == ElementType::f8E5M2 ? 57344.0f
                                                 : 127.0f;
  // Double division and one more rounding to float is the correctly rounded
  // float quotient, except for denormals, which the bound replaces.
  float scale = static_cast<float>(static_cast<double>(amax) / top);
  scale = std::fmax(scale, std::numeric_limits<float>::min());
  if (config.options.powerOfTwo)
    scale = static_cast<float>(
        std::exp2(std::ceil(std::log2(static_cast<double>(scale)))));
  if (config.options.bf16) { // eight significant bits
    int exponent;
    double fraction = std::frexp(static_cast<double>(scale), &exponent);
    scale = static_cast<float>(
        std::ldexp(std::nearbyint(std::ldexp(fraction, 8)), exponent - 8));
  }
  return scale;
}

unsigned expectedCode(float x, float scale, ElementType to) {
  float inverse = static_cast<float>(1.0 / static_cast<double>(scale));
  float y =
      static_cast<float>(static_cast<double>(x) * static_cast<double>(inverse));
  if (to == ElementType::i8) {
    if (std::isnan(y))
      return 0;
    double rounded = std::nearbyint(static_cast<double>(y));
    return static_cast<uint8_t>(
        static_cast<int8_t>(std::clamp(rounded, -127.0, 127.0)));
  }
  if (std::isnan(y))
    return 0x7f;
  return (to == ElementType::f8E4M3FN ? e4m3() : e5m2()).round(y);
}

void checkAgainstBruteForce(const Config &config, Distribution distribution,
                            int64_t rows, int64_t cols, uint64_t seed) {
  size_t count = static_cast<size_t>(rows * cols);
  std::vector<unsigned char> x(count * elementTypeSize(config.from));
  GenerateOptions generateOptions;
  generateOptions.distribution = distribution;
  generateOptions.seed = seed;
  ASSERT_TRUE(
      generate(generateOptions, config.from, rows * cols, x.data()).ok());

  int64_t br = config.layout.rows, bc = config.layout.cols;
  int64_t sr = (rows + br - 1) / br, sc = (cols + bc - 1) / bc;
  size_t scaleCount = static_cast<size_t>(sr * sc);
  std::vector<uint8_t> q(count, 0xaa);
  std::vector<float> scales(scaleCount, -1.0f);
  ConstMatrix matrix{x.data(), config.from, rows, cols};
  Status status = quantize(matrix, config.layout, config.options, config.to,
                           q.data(), scales.data());
  ASSERT_TRUE(status.ok()) << status.message();

  for (int64_t i = 0; i < sr; ++i)
    for (int64_t j = 0; j < sc; ++j) {
      std::vector<float> block;
      for (int64_t r = i * br; r < std::min(rows, (i + 1) * br); ++r)
        for (int64_t c = j * bc; c < std::min(cols, (j + 1) * bc); ++c)
          block.push_back(element(config.from, x, r * cols + c));
      float scale = expectedScale(block, config);
      size_t at = static_cast<size_t>(config.layout.transposed ? j * sr + i
                                                               : i * sc + j);
      ASSERT_EQ(toBits(scales[at]), toBits(scale)) << i << " " << j;
      size_t next = 0;
      for (int64_t r = i * br; r < std::min(rows, (i + 1) * br); ++r)
        for (int64_t c = j * bc; c < std::min(cols, (j + 1) * bc); ++c) {
          float value = block[next++];
          ASSERT_EQ(q[static_cast<size_t>(r * cols + c)],
                    expectedCode(value, scale, config.to))
              << r << " " << c << " value " << value << " scale " << scale;
        }
    }

  // The two-step path gives the same.
  std::vector<float> amax(scaleCount);
  std::vector<uint8_t> cast(count);
  ASSERT_TRUE(blockAbsmax(matrix, config.layout, amax.data(), 2).ok());
  for (size_t i = 0; i < scaleCount; ++i)
    ASSERT_EQ(scaleFromAmax(amax[i], config.to, config.options), scales[i]);
  ASSERT_TRUE(scaledCast(matrix, config.layout, scales.data(), config.to,
                         cast.data(), 1)
                  .ok());
  ASSERT_EQ(cast, q);
}

TEST(Quantize, AgreesWithBruteForce) {
  const BlockLayout layouts[] = {
      {1, 128, false}, {1, 128, true}, {128, 128, false},  {3, 5, true},
      {1, 1, false},   {7, 1, false},  {1000, 1000, true}, {1, 16, false}};
  const ScaleOptions options[] = {{0, false},
                                  {0, true},
                                  {2.5f, false},
                                  {1e-30f, true},
                                  {0, false, false, true}};
  uint64_t seed = 1;
  for (ElementType from :
       {ElementType::bf16, ElementType::f16, ElementType::f32})
    for (ElementType to :
         {ElementType::f8E4M3FN, ElementType::f8E5M2, ElementType::i8})
      for (const BlockLayout &layout : layouts)
        for (const ScaleOptions &option : options)
          for (Distribution distribution :
               {Distribution::normal, Distribution::special,
                Distribution::codes})
            ASSERT_NO_FATAL_FAILURE(checkAgainstBruteForce(
                {from, to, layout, option}, distribution, 29, 131, seed++));
}

struct OneBlock {
  std::vector<uint8_t> q;
  float scale;
};

OneBlock quantizeRow(const std::vector<float> &x, ElementType to,
                     ScaleOptions options = {}) {
  OneBlock result{std::vector<uint8_t>(x.size()), 0};
  int64_t cols = static_cast<int64_t>(x.size());
  Status status =
      quantize({x.data(), ElementType::f32, 1, cols}, {1, cols, false}, options,
               to, result.q.data(), &result.scale);
  EXPECT_TRUE(status.ok()) << status.message();
  return result;
}

TEST(Quantize, PinnedCorners) {
  // Zeros: scale one, signs kept.
  OneBlock r = quantizeRow({0.0f, -0.0f}, ElementType::f8E4M3FN);
  EXPECT_EQ(r.scale, 1.0f);
  EXPECT_EQ(r.q, (std::vector<uint8_t>{0x00, 0x80}));

  // NaN is ignored by amax and stays NaN.
  r = quantizeRow({NAN, -448.0f, -NAN}, ElementType::f8E4M3FN);
  EXPECT_EQ(r.scale, 1.0f);
  EXPECT_EQ(r.q, (std::vector<uint8_t>{0x7f, 0xfe, 0x7f}));
  r = quantizeRow({NAN, NAN}, ElementType::f8E5M2);
  EXPECT_EQ(r.scale, 1.0f);
  EXPECT_EQ(r.q, (std::vector<uint8_t>{0x7f, 0x7f}));

  // Infinity: amax is the largest float, and finite neighbours vanish.
  r = quantizeRow({INFINITY, 1.0f, -INFINITY}, ElementType::f8E4M3FN);
  EXPECT_EQ(r.scale, 0x1.fffffep127f / 448.0f);
  EXPECT_EQ(r.q, (std::vector<uint8_t>{0x7e, 0x00, 0xfe}));

  // The quotient of a tiny amax is denormal or zero: the bound applies, and no
  // zero turns into NaN.
  for (float tiny : {0x1p-149f, 0x1p-130f, 0x1p-126f}) {
    r = quantizeRow({tiny, 0.0f, -tiny}, ElementType::f8E4M3FN);
    EXPECT_EQ(r.scale, 0x1p-126f) << tiny;
    uint8_t code = floatToF8E4M3FN(tiny * 0x1p126f);
    EXPECT_EQ(r.q, (std::vector<uint8_t>{code, 0x00,
                                         static_cast<uint8_t>(code | 0x80)}));
  }

  // Rounded to bf16, ties to even: down, where codes saturate, and up. The
  // least scale is one of bf16, the largest is finite.
  ScaleOptions bf16;
  bf16.bf16 = true;
  for (float x : {448 * 0x1.01p0f, 448 * 0x1.02p0f, 448 * 0x1.03p0f})
    EXPECT_EQ(quantizeRow({x}, ElementType::f8E4M3FN, bf16).q[0], 0x7e) << x;
  EXPECT_EQ(quantizeRow({448 * 0x1.01p0f}, ElementType::f8E4M3FN, bf16).scale,
            1.0f);
  EXPECT_EQ(quantizeRow({448 * 0x1.03p0f}, ElementType::f8E4M3FN, bf16).scale,
            0x1.04p0f);
  r = quantizeRow({127 * 0x1.01p0f}, ElementType::i8, bf16);
  EXPECT_EQ(r.q, (std::vector<uint8_t>{127}));
  EXPECT_EQ(quantizeRow({0x1p-149f}, ElementType::i8, bf16).scale, 0x1p-126f);
  r = quantizeRow({INFINITY}, ElementType::i8, bf16);
  EXPECT_EQ(r.scale, bf16ToFloat(floatToBf16(0x1.fffffep127f / 127.0f)));
  EXPECT_EQ(r.q, (std::vector<uint8_t>{127}));

  // amax_floor raises the scale; power-of-two mode rounds it up, never down.
  EXPECT_EQ(quantizeRow({0.0f}, ElementType::f8E4M3FN, {448.0f, false}).scale,
            1.0f);
  EXPECT_EQ(quantizeRow({448.0f}, ElementType::f8E4M3FN, {0, true}).scale,
            1.0f);
  EXPECT_EQ(quantizeRow({448.1f}, ElementType::f8E4M3FN, {0, true}).scale,
            2.0f);
  EXPECT_EQ(quantizeRow({100.0f}, ElementType::i8, {0, true}).scale, 1.0f);

  // int8: symmetric.
  r = quantizeRow({-127.0f, 127.0f, 0.5f, 1.5f, -2.5f, NAN}, ElementType::i8);
  EXPECT_EQ(r.scale, 1.0f);
  EXPECT_EQ(r.q, (std::vector<uint8_t>{0x81, 0x7f, 0, 2, 0xfe, 0}));
}

TEST(Quantize, DequantizeRoundsOnce) {
  const int64_t rows = 5, cols = 300;
  std::vector<uint8_t> q(rows * cols);
  std::vector<float> scales(3 * 5);
  GenerateOptions options;
  options.distribution = Distribution::codes;
  ASSERT_TRUE(
      generate(options, ElementType::f8E5M2, rows * cols, q.data()).ok());
  options.distribution = Distribution::uniform;
  options.low = 1e-5;
  ASSERT_TRUE(generate(options, ElementType::f32, 15, scales.data()).ok());
  for (bool transposed : {false, true})
    for (ElementType to :
         {ElementType::bf16, ElementType::f16, ElementType::f32}) {
      std::vector<unsigned char> x(q.size() * elementTypeSize(to));
      Status status =
          dequantize({q.data(), ElementType::f8E5M2, rows, cols},
                     {2, 64, transposed}, scales.data(), to, x.data());
      ASSERT_TRUE(status.ok()) << status.message();
      for (int64_t i = 0; i < rows * cols; ++i) {
        int64_t sr = i / cols / 2, sc = i % cols / 64;
        float scale =
            scales[static_cast<size_t>(transposed ? sc * 3 + sr : sr * 5 + sc)];
        float value = fp8Value(false, q[static_cast<size_t>(i)]) * scale;
        if (to == ElementType::f32) {
          ASSERT_EQ(element(to, x, i), value);
          continue;
        }
        uint16_t code;
        std::memcpy(&code, &x[static_cast<size_t>(i) * 2], 2);
        ASSERT_EQ(code,
                  (to == ElementType::f16 ? half() : bfloat()).round(value))
            << i;
      }
    }
}

TEST(Quantize, ThreadsDoNotChangeResults) {
  const int64_t rows = 64, cols = 512;
  std::vector<float> x(rows * cols);
  GenerateOptions options;
  options.distribution = Distribution::outliers;
  ASSERT_TRUE(generate(options, ElementType::f32, rows * cols, x.data()).ok());
  std::vector<uint8_t> q1(x.size()), q4(x.size());
  std::vector<float> s1(rows * 4), s4(rows * 4);
  ConstMatrix matrix{x.data(), ElementType::f32, rows, cols};
  ASSERT_TRUE(quantize(matrix, {1, 128, false}, {}, ElementType::f8E4M3FN,
                       q1.data(), s1.data(), 1)
                  .ok());
  ASSERT_TRUE(quantize(matrix, {1, 128, false}, {}, ElementType::f8E4M3FN,
                       q4.data(), s4.data(), 4)
                  .ok());
  EXPECT_EQ(q1, q4);
  EXPECT_EQ(s1, s4);
}

TEST(Quantize, RefusesBadInput) {
  float x[4] = {}, scales[4];
  uint8_t q[4];
  ConstMatrix good{x, ElementType::f32, 2, 2};
  auto message = [&](ConstMatrix matrix, BlockLayout layout,
                     ElementType to = ElementType::f8E4M3FN, float floor = 0,
                     float *scale = nullptr) {
    return quantize(matrix, layout, {floor, false}, to, q,
                    scale ? scale : scales)
        .message();
  };
  EXPECT_EQ(message(good, {0, 2, false}),
            "block is 0 x 2, both sizes must be at least 1");
  EXPECT_EQ(message({x, ElementType::i32, 2, 2}, {1, 2, false}),
            "input has element type i32, need bf16, f16 or f32");
  EXPECT_EQ(message(good, {1, 2, false}, ElementType::f16),
            "output has element type f16, need f8E4M3FN, f8E5M2 or i8");
  EXPECT_EQ(message({x, ElementType::f32, -1, 2}, {1, 2, false}),
            "input is -1 x 2, sizes must not be negative");
  EXPECT_EQ(message({nullptr, ElementType::f32, 2, 2}, {1, 2, false}),
            "input is null, need memory for 2 x 2 elements");
  EXPECT_NE(message({x, ElementType::f32, INT64_MAX, 2}, {1, 2, false})
                .find("more bytes than can be addressed"),
            std::string::npos);
  for (float floor : {-1.0f, NAN, INFINITY})
    EXPECT_NE(message(good, {1, 2, false}, ElementType::f8E4M3FN, floor)
                  .find("must be finite and not negative"),
              std::string::npos);
  EXPECT_EQ(message(good, {INT64_MAX, INT64_MAX, true}), "");
  EXPECT_EQ(message({nullptr, ElementType::f32, 0, 5}, {1, 2, false}), "");
}

} // namespace
