//===- FourBitsTest.cpp ---------------------------------------------------===//

#include "gq/Numerics/FourBits.h"

#include "TestSupport.h"
#include "gq/Numerics/Convert.h"
#include "gq/Numerics/Generate.h"
#include "gq/Numerics/Quantize.h"

#include <gtest/gtest.h>

using namespace gridquant;
using namespace testsupport;

namespace {

constexpr FourBits formats[] = {FourBits::i4, FourBits::f4E2M1FN};

/// What a float becomes by the definition.
unsigned expectedCode(FourBits format, float x) {
  if (std::isnan(x))
    return format == FourBits::i4 ? 0 : 7;
  if (format == FourBits::f4E2M1FN)
    return e2m1().round(x);
  double clamped = std::clamp(static_cast<double>(x), -7.0, 7.0);
  return static_cast<unsigned>(static_cast<int>(std::nearbyint(clamped))) & 15;
}

bool agree(FourBits format, uint32_t bits) {
  float x = fromBits(bits);
  return floatToFourBits(format, x) == expectedCode(format, x);
}

TEST(FourBits, EveryFloatAroundEveryCodeAndMidpoint) {
  for (FourBits format : formats)
    for (int quarter = 0; quarter <= 40; ++quarter) {
      int64_t center = toBits(static_cast<float>(quarter) / 4);
      for (int64_t bits = std::max<int64_t>(0, center - 300);
           bits <= center + 300; ++bits) {
        uint32_t u = static_cast<uint32_t>(bits);
        ASSERT_TRUE(agree(format, u)) << fromBits(u);
        ASSERT_TRUE(agree(format, u | 0x80000000u)) << fromBits(u);
      }
    }
}

TEST(FourBits, FloatsFromTheWholeRange) {
  for (FourBits format : formats)
    for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 4093)
      ASSERT_TRUE(agree(format, static_cast<uint32_t>(bits))) << bits;
}

TEST(FourBits, SaturationInfinityAndNaN) {
  for (float x : {6.0f, 6.01f, 7.0f, 8.0f, 1e9f, INFINITY}) {
    EXPECT_EQ(floatToFourBits(FourBits::f4E2M1FN, x), 0x7) << x;
    EXPECT_EQ(floatToFourBits(FourBits::f4E2M1FN, -x), 0xf) << x;
  }
  for (float x : {7.0f, 7.5f, 8.0f, 1e9f, INFINITY}) {
    EXPECT_EQ(floatToFourBits(FourBits::i4, x), 0x7) << x;
    EXPECT_EQ(floatToFourBits(FourBits::i4, -x), 0x9) << x;
  }
  for (uint32_t bits : {0x7f800001u, 0x7fffffffu, 0xff800001u, 0xffffffffu}) {
    EXPECT_EQ(floatToFourBits(FourBits::f4E2M1FN, fromBits(bits)), 0x7);
    EXPECT_EQ(floatToFourBits(FourBits::i4, fromBits(bits)), 0x0);
  }
}

TEST(FourBits, PackedCodesAreUnpacked) {
  const float values[] = {0, 0.5, 1, -1.5, 2, -3, 4, -6};
  uint8_t bytes[4], codes[8];
  packFourBits(FourBits::f4E2M1FN, values, 8, bytes);
  EXPECT_EQ(bytes[0], 0x10);
  EXPECT_EQ(bytes[1], 0xb2);
  EXPECT_EQ(bytes[2], 0xd4);
  EXPECT_EQ(bytes[3], 0xf6);
  unpackFourBits(FourBits::f4E2M1FN, bytes, 8, codes);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(f8E4M3FNToFloat(codes[i]), values[i]);
  packFourBits(FourBits::i4, values, 8, bytes);
  unpackFourBits(FourBits::i4, bytes, 8, codes);
  for (int i = 0; i < 8; ++i)
    EXPECT_EQ(static_cast<int8_t>(codes[i]), std::nearbyint(values[i]));
}

/// The codes of a quantisation, one by one, from its scales.
void checkQuantize(FourBits format, ElementType from, const BlockLayout &layout,
                   const ScaleOptions &options, Distribution distribution,
                   int64_t rows, int64_t cols, uint64_t seed) {
  size_t count = static_cast<size_t>(rows * cols);
  std::vector<unsigned char> x(count * elementTypeSize(from));
  GenerateOptions generated;
  generated.distribution = distribution;
  generated.seed = seed;
  ASSERT_TRUE(generate(generated, from, rows * cols, x.data()).ok());
  std::vector<float> wide(count);
  convertToFloat(from, x.data(), rows * cols, wide.data());

  ScaleShape shape;
  ASSERT_TRUE(scaleShape(rows, cols, layout, shape).ok());
  size_t scaleCount = static_cast<size_t>(shape.rows * shape.cols);
  size_t rowBytes = static_cast<size_t>((cols + 1) / 2);
  std::vector<uint8_t> q(static_cast<size_t>(rows) * rowBytes, 0xaa);
  std::vector<float> scales(scaleCount), amax(scaleCount);
  ConstMatrix matrix{x.data(), from, rows, cols};
  Status status =
      quantize(matrix, layout, options, format, q.data(), scales.data());
  ASSERT_TRUE(status.ok()) << status.message();
  ASSERT_TRUE(blockAbsmax(matrix, layout, amax.data()).ok());
  for (size_t i = 0; i < scaleCount; ++i) {
    float largest = std::max(amax[i], options.amaxFloor);
    float quotient = largest / (format == FourBits::i4 ? 7.0f : 6.0f);
    float scale = largest > 0 ? std::max(quotient, 0x1p-126f) : 1.0f;
    if (options.powerOfTwo)
      scale = std::ldexp(1.0f, static_cast<int>(std::ceil(
                                   std::log2(static_cast<double>(scale)))));
    if (options.bf16)
      scale = bf16ToFloat(floatToBf16(scale));
    ASSERT_EQ(toBits(scales[i]), toBits(scale)) << i;
  }
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < cols + cols % 2; ++c) {
      int64_t block = std::min(c, cols - 1) / layout.cols;
      float scale =
          scales[static_cast<size_t>(r / layout.rows * shape.cols + block)];
      float value = c < cols ? wide[static_cast<size_t>(r * cols + c)] : 0.0f;
      float scaled = options.divide ? value / scale : value * (1.0f / scale);
      uint8_t byte =
          q[static_cast<size_t>(r) * rowBytes + static_cast<size_t>(c / 2)];
      ASSERT_EQ(byte >> (c % 2 * 4) & 15u, expectedCode(format, scaled))
          << r << " " << c << " value " << value << " scale " << scale;
    }
  std::vector<uint8_t> cast(q.size());
  ASSERT_TRUE(scaledCast(matrix, layout, scales.data(), format, cast.data(), 1,
                         options.divide)
                  .ok());
  ASSERT_EQ(cast, q);
}

TEST(FourBits, QuantisesAsWritten) {
  const ScaleOptions options[] = {{0, false},
                                  {0, true},
                                  {2.5f, false},
                                  {0, false, true},
                                  {0, false, false, true}};
  uint64_t seed = 1;
  for (FourBits format : formats)
    for (ElementType from :
         {ElementType::bf16, ElementType::f16, ElementType::f32})
      for (const BlockLayout &layout : {BlockLayout{1, 16, false},
                                        {1, 32, false},
                                        {1, 128, false},
                                        {4, 2, false},
                                        {1000, 1000, false}})
        for (const ScaleOptions &option : options)
          for (Distribution distribution :
               {Distribution::normal, Distribution::special})
            for (int64_t cols : {130, 131})
              ASSERT_NO_FATAL_FAILURE(checkQuantize(
                  format, from, layout, option, distribution, 9, cols, seed++));
}

TEST(FourBits, ZerosBehindOddRows) {
  // By a scale of zero they are NaN, as in the row.
  const float x[] = {1.0f, 0.0f, 0.0f}, scales[] = {0.0f, -1.0f};
  uint8_t q[2];
  for (bool divide : {false, true}) {
    ASSERT_TRUE(scaledCast({x, ElementType::f32, 1, 3}, {1, 2, false}, scales,
                           FourBits::f4E2M1FN, q, 1, divide)
                    .ok());
    EXPECT_EQ(q[0], 0x77);
    EXPECT_EQ(q[1], 0x88);
  }
}

} // namespace
