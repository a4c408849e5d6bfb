//===- ScaledMatmulTest.cpp -----------------------------------------------===//

#include "gq/Numerics/ScaledMatmul.h"

#include "TestSupport.h"
#include "gq/Numerics/Convert.h"
#include "gq/Numerics/Generate.h"

#include <gtest/gtest.h>

using namespace gridquant;
using namespace testsupport;

namespace {

/// A random operand with its scales, and the two lookups written down from the
/// definition.
struct TestOperand {
  ElementType type;
  BlockLayout layout;
  int64_t rows, k, originRow, originK, scaleRows, scaleCols;
  std::vector<uint8_t> data;
  std::vector<float> scales;

  TestOperand(ElementType type, BlockLayout layout, int64_t rows, int64_t k,
              int64_t originRow, int64_t originK, uint64_t seed)
      : type(type), layout(layout), rows(rows), k(k), originRow(originRow),
        originK(originK), data(static_cast<size_t>(rows * k)) {
    ScaleShape shape;
    EXPECT_TRUE(
        matmulScaleShape(layout, originRow, originK, rows, k, shape).ok());
    scaleRows = shape.rows;
    scaleCols = shape.cols;
    scales.resize(static_cast<size_t>(scaleRows * scaleCols));
    GenerateOptions options;
    options.seed = seed;
    options.distribution = Distribution::codes;
    EXPECT_TRUE(generate(options, type, rows * k, data.data()).ok());
    options.distribution = Distribution::uniform;
    options.low = -0.125; // signs must survive as well
    options.high = 2;
    EXPECT_TRUE(generate(options, ElementType::f32, scaleRows * scaleCols,
                         scales.data())
                    .ok());
  }

  float value(int64_t row, int64_t kk) const {
    uint8_t code = data[static_cast<size_t>(row * k + kk)];
    if (type == ElementType::i8)
      return static_cast<int8_t>(code);
    return fp8Value(type == ElementType::f8E4M3FN, code);
  }

  int64_t block(int64_t kk) const {
    return (originK % layout.cols + kk) / layout.cols;
  }

  float scale(int64_t row, int64_t kk) const {
    int64_t r = (originRow % layout.rows + row) / layout.rows;
    int64_t c = block(kk);
    return scales[static_cast<size_t>(layout.transposed ? c * scaleRows + r
                                                        : r * scaleCols + c)];
  }

  MatmulOperand operand() const {
    return {data.data(), type, layout, scales.data()};
  }
};

struct Expected {
  double d = 0, sumAbs = 0;
};

Expected bruteF64(const TestOperand &a, const TestOperand &b, int64_t i,
                  int64_t j, double init) {
  Expected e;
  // Long doubles, element by element: another order, more bits.
  long double sum = init;
  for (int64_t kk = 0; kk < a.k; ++kk) {
    long double term = static_cast<long double>(a.scale(i, kk)) *
                       b.scale(j, kk) * a.value(i, kk) * b.value(j, kk);
    sum += term;
    e.sumAbs += static_cast<double>(std::fabs(term));
  }
  e.d = static_cast<double>(sum);
  return e;
}

float bruteF32(const TestOperand &a, const TestOperand &b, int64_t i, int64_t j,
               float init, int64_t promote) {
  float d = init;
  volatile float partial = 0; // no fusing, no wider registers
  int64_t count = 0;
  for (int64_t kk = 0; kk < a.k; ++kk) {
    volatile float product = a.value(i, kk) * b.value(j, kk);
    partial = partial + product;
    ++count;
    bool cut = kk + 1 == a.k || count == promote ||
               a.block(kk) != a.block(kk + 1) || b.block(kk) != b.block(kk + 1);
    if (!cut)
      continue;
    volatile float scale = a.scale(i, kk) * b.scale(j, kk);
    d = std::fma(scale, partial, d);
    partial = 0;
    count = 0;
  }
  return d;
}

void check(const TestOperand &a, const TestOperand &b, MatmulOptions options,
           bool withInit, uint64_t seed) {
  int64_t m = a.rows, n = b.rows;
  size_t count = static_cast<size_t>(m * n);
  std::vector<double> init(count), d(count, NAN), sumAbs(count, NAN);
  std::vector<float> initF(count), dF(count, NAN);
  GenerateOptions generateOptions;
  generateOptions.seed = seed;
  generateOptions.deviation = 100;
  ASSERT_TRUE(
      generate(generateOptions, ElementType::f32, m * n, initF.data()).ok());
  for (size_t i = 0; i < count; ++i)
    init[i] = withInit ? initF[i] : 0;

  options.accumulation = Accumulation::f64;
  Status status = scaledMatmul(a.operand(), b.operand(), m, n, a.k, options,
                               ElementType::f64, d.data(),
                               withInit ? init.data() : nullptr, sumAbs.data());
  ASSERT_TRUE(status.ok()) << status.message();
  // In place: init is the output.
  if (withInit)
    dF = initF;
  options.accumulation = Accumulation::f32;
  status =
      scaledMatmul(a.operand(), b.operand(), m, n, a.k, options,
                   ElementType::f32, dF.data(), withInit ? dF.data() : nullptr);
  ASSERT_TRUE(status.ok()) << status.message();

  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      size_t at = static_cast<size_t>(i * n + j);
      Expected e = bruteF64(a, b, i, j, init[at]);
      ASSERT_NEAR(sumAbs[at], e.sumAbs, 1e-13 * e.sumAbs) << i << " " << j;
      ASSERT_NEAR(d[at], e.d, 1e-14 * (e.sumAbs + std::fabs(init[at])))
          << i << " " << j;
      ASSERT_EQ(toBits(dF[at]),
                toBits(bruteF32(a, b, i, j, static_cast<float>(init[at]),
                                options.promote)))
          << i << " " << j;
    }
}

TEST(ScaledMatmul, AgreesWithBruteForce) {
  const ElementType types[] = {ElementType::f8E4M3FN, ElementType::f8E5M2};
  Random random(7);
  for (int round = 0; round < 150; ++round) {
    int64_t m = 1 + random.below(40), n = 1 + random.below(70),
            k = random.below(6) == 0 ? 1 + random.below(900)
                                     : 1 + random.below(300);
    auto side = [&](int64_t full) {
      const int64_t sizes[] = {1, 2, 3, 16, 37, 128, full, 1000};
      return sizes[random.below(8)];
    };
    MatmulOptions options;
    const int64_t promotes[] = {128, 1, 32, 100, 100000};
    options.promote = promotes[random.below(5)];
    options.threads = static_cast<unsigned>(1 + random.below(3));
    options.portable = random.below(2);
    if (random.below(2)) {
      options.originM = random.below(500);
      options.originN = random.below(500);
      options.originK = random.below(500);
    }
    BlockLayout al{side(m), side(k), random.below(2) == 0};
    BlockLayout bl{side(n), side(k), random.below(2) == 0};
    TestOperand a(types[random.below(2)], al, m, k, options.originM,
                  options.originK, random.next());
    TestOperand b(types[random.below(2)], bl, n, k, options.originN,
                  options.originK, random.next());
    ASSERT_NO_FATAL_FAILURE(
        check(a, b, options, random.below(2), random.next()))
        << "round " << round;
  }
}

TEST(ScaledMatmul, TilesBeyondOneGroupAndOneSegment) {
  // More columns than a group, more rows than a tile, intervals longer than a
  // segment; checked on a sample of elements.
  const int64_t m = 201, n = 2500, k = 700;
  TestOperand a(ElementType::f8E4M3FN, {1, 600, false}, m, k, 0, 77, 1);
  TestOperand b(ElementType::f8E5M2, {128, 650, true}, n, k, 300, 77, 2);
  MatmulOptions options;
  options.originN = 300;
  options.originK = 77;
  options.promote = 400;
  std::vector<double> d(m * n);
  std::vector<float> dF(m * n);
  ASSERT_TRUE(scaledMatmul(a.operand(), b.operand(), m, n, k, options,
                           ElementType::f64, d.data())
                  .ok());
  options.accumulation = Accumulation::f32;
  ASSERT_TRUE(scaledMatmul(a.operand(), b.operand(), m, n, k, options,
                           ElementType::f32, dF.data())
                  .ok());
  Random random(3);
  for (int sample = 0; sample < 3000; ++sample) {
    int64_t i = random.below(m), j = random.below(n);
    size_t at = static_cast<size_t>(i * n + j);
    Expected e = bruteF64(a, b, i, j, 0);
    ASSERT_NEAR(d[at], e.d, 1e-14 * e.sumAbs) << i << " " << j;
    ASSERT_EQ(dF[at], bruteF32(a, b, i, j, 0, 400)) << i << " " << j;
  }
}

TEST(ScaledMatmul, Int8SumsAreExact) {
  const int64_t m = 13, n = 21, k = 3000;
  TestOperand a(ElementType::i8, {1, k, false}, m, k, 0, 0, 1);
  TestOperand b(ElementType::i8, {n, k, false}, n, k, 0, 0, 2);
  // One huge product per row first, so that sums in f32 would lose bits.
  for (int64_t kk = 0; kk < 1500; ++kk) {
    for (int64_t i = 0; i < m; ++i)
      a.data[static_cast<size_t>(i * k + kk)] = 127;
    for (int64_t j = 0; j < n; ++j)
      b.data[static_cast<size_t>(j * k + kk)] = 127;
  }
  MatmulOptions options;
  options.accumulation = Accumulation::f32;
  options.promote = k;
  std::vector<float> d(m * n);
  ASSERT_TRUE(scaledMatmul(a.operand(), b.operand(), m, n, k, options,
                           ElementType::f32, d.data())
                  .ok());
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      int64_t sum = 0;
      for (int64_t kk = 0; kk < k; ++kk)
        sum += static_cast<int64_t>(a.value(i, kk)) *
               static_cast<int64_t>(b.value(j, kk));
      volatile float scale = a.scale(i, 0) * b.scale(j, 0);
      ASSERT_EQ(d[static_cast<size_t>(i * n + j)],
                scale * static_cast<float>(sum));
    }
}

TEST(ScaledMatmul, HalvesAreAddedToTheResult) {
  const int64_t m = 13, n = 37, k = 700;
  for (ElementType type : {ElementType::bf16, ElementType::f16}) {
    std::vector<uint16_t> a(m * k), b(n * k);
    std::vector<float> wideA(m * k), wideB(n * k), d(m * n), init(m * n);
    GenerateOptions random;
    ASSERT_TRUE(generate(random, type, m * k, a.data()).ok());
    random.seed = 1;
    ASSERT_TRUE(generate(random, type, n * k, b.data()).ok());
    ASSERT_TRUE(generate(random, ElementType::f32, m * n, init.data()).ok());
    convertToFloat(type, a.data(), m * k, wideA.data());
    convertToFloat(type, b.data(), n * k, wideB.data());
    MatmulOperand x{a.data(), type, {m, k, false}, nullptr};
    MatmulOperand y{b.data(), type, {n, k, false}, nullptr};
    std::vector<double> d64(m * n), init64(init.begin(), init.end()),
        sumAbs(m * n);
    MatmulOptions options;
    ASSERT_TRUE(scaledMatmul(x, y, m, n, k, options, ElementType::f64,
                             d64.data(), init64.data(), sumAbs.data())
                    .ok());
    options.accumulation = Accumulation::f32;
    ASSERT_TRUE(scaledMatmul(x, y, m, n, k, options, ElementType::f32, d.data(),
                             init.data())
                    .ok());
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < n; ++j) {
        auto at = static_cast<size_t>(i * n + j);
        float sum = init[at];
        double exact = init[at], magnitudes = 0;
        for (int64_t kk = 0; kk < k; ++kk) {
          double product = static_cast<double>(wideA[i * k + kk]) *
                           static_cast<double>(wideB[j * k + kk]);
          sum = static_cast<float>(sum + product); // the product is an f32
          exact += product;
          magnitudes += std::abs(product);
        }
        ASSERT_EQ(d[at], sum) << i << " " << j;
        ASSERT_NEAR(d64[at], exact, 1e-12 * magnitudes);
        ASSERT_NEAR(sumAbs[at], magnitudes, 1e-12 * magnitudes);
      }
  }
}

TEST(ScaledMatmul, SpecialValuesPropagate) {
  // Row 0 holds a NaN, row 1 an infinity, row 2 infinities of both signs.
  const int64_t k = 4;
  std::vector<uint8_t> a = {0x3c, 0x7f, 0x3c, 0x3c, //
                            0x3c, 0x7c, 0x3c, 0x3c, //
                            0x7c, 0xfc, 0x3c, 0x3c, //
                            0x3c, 0x3c, 0x3c, 0x3c};
  std::vector<uint8_t> b(7 * k, 0x3c);
  MatmulOperand x{a.data(), ElementType::f8E5M2, {1, 4, false}, nullptr};
  MatmulOperand y{b.data(), ElementType::f8E5M2, {1, 4, false}, nullptr};
  for (Accumulation mode : {Accumulation::f64, Accumulation::f32}) {
    MatmulOptions options;
    options.accumulation = mode;
    std::vector<float> d(4 * 7);
    ASSERT_TRUE(
        scaledMatmul(x, y, 4, 7, k, options, ElementType::f32, d.data()).ok());
    for (size_t j = 0; j < 7; ++j) {
      EXPECT_TRUE(std::isnan(d[j]));
      EXPECT_EQ(d[7 + j], INFINITY);
      EXPECT_TRUE(std::isnan(d[14 + j]));
      EXPECT_EQ(d[21 + j], 4.0f); // scales of ones
    }
  }
}

TEST(ScaledMatmul, EmptyShapes) {
  MatmulOperand x{nullptr, ElementType::f8E4M3FN, {1, 128, false}, nullptr};
  std::vector<uint8_t> rows(9 * 64);
  MatmulOperand y = x;
  y.data = rows.data();
  double d[2] = {5, 6}, init[2] = {7, 8};
  EXPECT_TRUE(scaledMatmul(x, y, 0, 9, 64, {}, ElementType::f64, nullptr).ok());
  EXPECT_TRUE(scaledMatmul(y, x, 9, 0, 64, {}, ElementType::f64, nullptr).ok());
  EXPECT_TRUE(scaledMatmul(x, x, 1, 2, 0, {}, ElementType::f64, d, init).ok());
  EXPECT_EQ(d[0], 7);
  EXPECT_EQ(d[1], 8);
  EXPECT_TRUE(scaledMatmul(x, x, 1, 2, 0, {}, ElementType::f64, d).ok());
  EXPECT_EQ(d[0], 0);
}

TEST(ScaledMatmul, RefusesBadInput) {
  uint8_t data[64] = {};
  float d[64];
  MatmulOperand good{data, ElementType::f8E4M3FN, {1, 4, false}, nullptr};
  auto message = [&](MatmulOperand a, MatmulOptions options = {},
                     ElementType out = ElementType::f32, int64_t k = 4) {
    return scaledMatmul(a, good, 2, 3, k, options, out, d).message();
  };
  EXPECT_EQ(message(good), "");
  MatmulOperand bad = good;
  bad.type = ElementType::bf16;
  EXPECT_EQ(message(bad), "a is bf16 and b is f8E4M3FN, need both fp8 or both "
                          "of one type");
  float scales[2] = {1, 1};
  bad.scales = scales;
  EXPECT_EQ(message(bad), "a: element type is bf16, need f8E4M3FN, f8E5M2 or "
                          "i8, or without scales bf16 or f16");
  bad = good;
  bad.type = ElementType::i8;
  EXPECT_EQ(message(bad),
            "a is i8 and b is f8E4M3FN, need both fp8 or both of one type");
  bad = good;
  bad.layout.cols = 0;
  EXPECT_EQ(message(bad), "a: block is 1 x 0, both sizes must be at least 1");
  bad = good;
  bad.data = nullptr;
  EXPECT_EQ(message(bad), "a is null, need memory for 2 x 4 elements");
  MatmulOptions options;
  options.promote = 0;
  EXPECT_EQ(message(good, options), "promote is 0, must be at least 1");
  options = {};
  options.originK = -3;
  EXPECT_EQ(message(good, options),
            "a: origin is (0, -3), must not be negative");
  EXPECT_EQ(message(good, {}, ElementType::bf16),
            "output has element type bf16, need f32 or f64");
  EXPECT_EQ(message(good, {}, ElementType::f32, -1),
            "a is 2 x -1, sizes must not be negative");
  bad = good;
  bad.layout = {INT64_MAX, INT64_MAX, false};
  options = {};
  options.originM = INT64_MAX - 1;
  EXPECT_NE(message(bad, options).find("exceeds 63 bits"), std::string::npos);
}

} // namespace
