//===- ConvertTest.cpp ----------------------------------------------------===//

#include "gq/Numerics/Convert.h"

#include "TestSupport.h"

#include <gtest/gtest.h>

using namespace gridquant;
using namespace testsupport;

namespace {

using Narrow = unsigned (*)(float);
using Widen = float (*)(unsigned);

struct Case {
  const char *name;
  const Format &format;
  Narrow narrow;
  Widen widen;
  unsigned nan;
};

const Case cases[] = {
    {"e4m3", e4m3(), [](float x) -> unsigned { return floatToF8E4M3FN(x); },
     [](unsigned c) { return f8E4M3FNToFloat(static_cast<uint8_t>(c)); }, 0x7f},
    {"e5m2", e5m2(), [](float x) -> unsigned { return floatToF8E5M2(x); },
     [](unsigned c) { return f8E5M2ToFloat(static_cast<uint8_t>(c)); }, 0x7f},
    {"f16", half(), [](float x) -> unsigned { return floatToF16(x); },
     [](unsigned c) { return f16ToFloat(static_cast<uint16_t>(c)); }, 0x7fff},
    {"bf16", bfloat(), [](float x) -> unsigned { return floatToBf16(x); },
     [](unsigned c) { return bf16ToFloat(static_cast<uint16_t>(c)); }, 0x7fff},
};

/// Compares without a macro per float: there are many millions.
bool agree(const Case &c, uint32_t bits) {
  float x = fromBits(bits);
  if (std::isnan(x))
    return c.narrow(x) == c.nan;
  return c.narrow(x) == c.format.round(x);
}

TEST(Convert, FiniteCodesHaveTheirDefinedValueAndRoundTrip) {
  for (const Case &c : cases)
    for (unsigned code = 0; code <= c.format.maxCode; ++code)
      for (unsigned sign : {0u, c.format.signBit}) {
        float expected = static_cast<float>(c.format.values[code]);
        if (sign)
          expected = -expected;
        float value = c.widen(code | sign);
        ASSERT_EQ(toBits(value), toBits(expected)) << c.name << " " << code;
        ASSERT_EQ(c.narrow(value), code | sign) << c.name << " " << code;
      }
}

TEST(Convert, SpecialCodes) {
  for (unsigned code : {0x7fu, 0xffu})
    EXPECT_EQ(toBits(f8E4M3FNToFloat(static_cast<uint8_t>(code))), 0x7fffffffu);
  for (unsigned code : {0x7du, 0x7eu, 0x7fu, 0xfdu, 0xfeu, 0xffu})
    EXPECT_EQ(toBits(f8E5M2ToFloat(static_cast<uint8_t>(code))), 0x7fffffffu);
  EXPECT_EQ(f8E5M2ToFloat(0x7c), INFINITY);
  EXPECT_EQ(f8E5M2ToFloat(0xfc), -INFINITY);
  EXPECT_EQ(f16ToFloat(0x7c00), INFINITY);
  EXPECT_EQ(f16ToFloat(0xfc00), -INFINITY);
  EXPECT_EQ(toBits(f16ToFloat(0xfe01)), 0xffc02000u);
  EXPECT_EQ(bf16ToFloat(0x7f80), INFINITY);
  EXPECT_EQ(toBits(bf16ToFloat(0xffc1)), 0xffc10000u);
}

TEST(Convert, SaturationInfinityAndNaN) {
  for (float sign : {1.0f, -1.0f}) {
    unsigned bit = sign < 0 ? 0x80 : 0;
    for (float x : {448.0f, 449.0f, 464.0f, 480.0f, 1e9f, INFINITY})
      EXPECT_EQ(floatToF8E4M3FN(sign * x), 0x7e | bit) << x;
    for (float x : {57344.0f, 61440.0f, 65536.0f, INFINITY})
      EXPECT_EQ(floatToF8E5M2(sign * x), 0x7b | bit) << x;
    EXPECT_EQ(floatToF16(sign * 65519.996f), 0x7bff | bit << 8);
    EXPECT_EQ(floatToF16(sign * 65520.0f), 0x7c00 | bit << 8);
    EXPECT_EQ(floatToBf16(sign * 0x1.fffffep127f), 0x7f80 | bit << 8);
    EXPECT_EQ(floatToBf16(sign * INFINITY), 0x7f80 | bit << 8);
  }
  for (uint32_t bits : {0x7f800001u, 0x7fc00000u, 0x7fffffffu, 0xff800001u,
                        0xffc00000u, 0xffffffffu})
    for (const Case &c : cases)
      EXPECT_EQ(c.narrow(fromBits(bits)), c.nan) << c.name << " " << bits;
}

TEST(Convert, TruncationDoesNotSaturate) {
  for (float sign : {1.0f, -1.0f}) {
    unsigned bit = sign < 0 ? 0x80 : 0;
    for (float x : {448.0f, 449.0f, 464.0f})
      EXPECT_EQ(truncateToF8E4M3FN(sign * x), 0x7e | bit) << x;
    for (float x : {std::nextafter(464.0f, INFINITY), 480.0f, 1e9f, INFINITY})
      EXPECT_EQ(truncateToF8E4M3FN(sign * x), 0x7f) << x;
    for (float x : {57344.0f, std::nextafter(61440.0f, 0.0f)})
      EXPECT_EQ(truncateToF8E5M2(sign * x), 0x7b | bit) << x;
    for (float x : {61440.0f, 65536.0f, 1e9f, INFINITY})
      EXPECT_EQ(truncateToF8E5M2(sign * x), 0x7c | bit) << x;
    EXPECT_EQ(truncateToF8E4M3FN(sign * NAN), 0x7f);
    EXPECT_EQ(truncateToF8E5M2(sign * NAN), 0x7f);
  }
}

TEST(Convert, EveryFloatAroundEveryMidpointAndCode) {
  for (const Case &c : cases) {
    bool wide = c.format.values.size() > 256;
    int reach = wide ? 3 : 300;
    for (size_t code = 0; code + 1 < c.format.values.size(); ++code) {
      double low = c.format.values[code], high = c.format.values[code + 1];
      for (double at : {low, (low + high) / 2}) {
        int64_t center = toBits(static_cast<float>(at));
        for (int64_t bits = std::max<int64_t>(0, center - reach);
             bits <= center + reach; ++bits) {
          uint32_t u = static_cast<uint32_t>(bits);
          ASSERT_TRUE(agree(c, u)) << c.name << " " << fromBits(u);
          ASSERT_TRUE(agree(c, u | 0x80000000u)) << c.name << " " << u;
        }
      }
    }
  }
}

TEST(Convert, FloatsFromTheWholeRange) {
  for (const Case &c : cases)
    for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 4093)
      ASSERT_TRUE(agree(c, static_cast<uint32_t>(bits)))
          << c.name << " " << bits;
}

#if defined(__FLT16_MAX__) && defined(__clang__)
TEST(Convert, F16AgreesWithTheCompiler) {
  for (uint64_t bits = 0; bits < (uint64_t(1) << 32); bits += 1021) {
    float x = fromBits(static_cast<uint32_t>(bits));
    if (std::isnan(x))
      continue;
    _Float16 h = static_cast<_Float16>(x);
    uint16_t expected;
    std::memcpy(&expected, &h, 2);
    ASSERT_EQ(floatToF16(x), expected) << bits;
  }
}
#endif

TEST(Convert, E8M0) {
  for (unsigned code = 0; code < 255; ++code) {
    float value = f8E8M0FNUToFloat(static_cast<uint8_t>(code));
    EXPECT_EQ(value, std::ldexp(1.0f, static_cast<int>(code) - 127));
    EXPECT_EQ(floatToF8E8M0FNU(value), code);
    if (code < 254) {
      EXPECT_EQ(floatToF8E8M0FNU(std::nextafter(value, INFINITY)), code + 1);
    }
  }
  EXPECT_TRUE(std::isnan(f8E8M0FNUToFloat(0xff)));
  EXPECT_EQ(floatToF8E8M0FNU(0.0f), 0);
  EXPECT_EQ(floatToF8E8M0FNU(0x1p-149f), 0);
  for (float x : {-1.0f, INFINITY, -INFINITY, NAN, 0x1.8p127f})
    EXPECT_EQ(floatToF8E8M0FNU(x), 0xff) << x;
}

TEST(Convert, Int8Symmetric) {
  for (int i = -1300; i <= 1300; ++i) {
    float x = static_cast<float>(i) / 8;
    double expected =
        std::nearbyint(std::clamp(static_cast<double>(x), -127.0, 127.0));
    EXPECT_EQ(floatToInt8Symmetric(x), expected) << x;
  }
  EXPECT_EQ(floatToInt8Symmetric(INFINITY), 127);
  EXPECT_EQ(floatToInt8Symmetric(-INFINITY), -127);
  EXPECT_EQ(floatToInt8Symmetric(NAN), 0);
}

TEST(Convert, PowerOfTwo) {
  for (int e = -126; e <= 126; ++e) {
    float p = std::ldexp(1.0f, e);
    EXPECT_EQ(roundUpToPowerOfTwo(p), p);
    EXPECT_EQ(roundUpToPowerOfTwo(std::nextafter(p, INFINITY)), 2 * p);
    EXPECT_EQ(roundUpToPowerOfTwo(std::nextafter(2 * p, 0.0f)), 2 * p);
  }
}

TEST(Convert, ArraysAgreeWithScalars) {
  std::vector<uint8_t> codes(256);
  for (unsigned i = 0; i < 256; ++i)
    codes[i] = static_cast<uint8_t>(i);
  for (ElementType type : {ElementType::f8E4M3FN, ElementType::f8E5M2,
                           ElementType::f8E8M0FNU, ElementType::i8}) {
    std::vector<float> values(256);
    convertToFloat(type, codes.data(), 256, values.data());
    EXPECT_EQ(0, std::memcmp(values.data(), decodeTable(type), 1024));
  }
  for (unsigned i = 0; i < 256; ++i) {
    EXPECT_EQ(decodeTable(ElementType::i8)[i],
              static_cast<float>(static_cast<int8_t>(codes[i])));
    float expected = fp8Value(true, codes[i]);
    float value = decodeTable(ElementType::f8E4M3FN)[i];
    EXPECT_TRUE(value == expected ||
                (std::isnan(value) && std::isnan(expected)));
  }
  EXPECT_EQ(decodeTable(ElementType::f32), nullptr);

  const float wide[] = {0.5f, 1.5f, -3e9f, 3e9f, NAN, INFINITY, -1e30f};
  int32_t ints[7];
  convertFromFloat(ElementType::i32, wide, 7, ints);
  const int32_t expected[] = {0, 2,         INT32_MIN, INT32_MAX,
                              0, INT32_MAX, INT32_MIN};
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(ints[i], expected[i]) << i;
  int8_t bytes[7];
  convertFromFloat(ElementType::i8, wide, 7, bytes);
  EXPECT_EQ(bytes[1], 2);
  EXPECT_EQ(bytes[2], -128);
  EXPECT_EQ(bytes[3], 127);
  EXPECT_EQ(bytes[4], 0);
}

} // namespace
