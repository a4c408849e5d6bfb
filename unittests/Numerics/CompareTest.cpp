//===- CompareTest.cpp ----------------------------------------------------===//

#include "gq/Numerics/Compare.h"

#include "gq/Numerics/Convert.h"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

using namespace gridquant;

namespace {

TEST(Compare, ReportsErrorsAndTheFirstViolation) {
  const double reference[] = {3, 4, 0, -8, 100, 0};
  const double sumAbs[] = {3, 4, 2048, 8, 100, 0};
  // Off by: nothing, nothing, 1 (on its bound), nothing, 1 (over), nothing.
  const float d[] = {3, 4, 1, -8, 101, 0};
  ErrorReport report;
  ConstMatrix matrix{d, ElementType::f32, 2, 3};
  ASSERT_TRUE(compareWithReference(matrix, reference, sumAbs, {}, report).ok());
  EXPECT_EQ(report.violations, 1);
  EXPECT_EQ(report.firstRow, 1);
  EXPECT_EQ(report.firstCol, 1);
  EXPECT_EQ(report.firstValue, 101);
  EXPECT_EQ(report.firstReference, 100);
  EXPECT_EQ(report.maxAbsolute, 1);
  EXPECT_EQ(report.maxExcess, 1 - 100.0 / 256 - 100.0 / 2048);
  EXPECT_DOUBLE_EQ(report.relativeFrobenius,
                   std::sqrt(2.0 / (9 + 16 + 64 + 10000)));

  // Without sumAbs element (0, 2) is a violation too, and comes first.
  ASSERT_TRUE(
      compareWithReference(matrix, reference, nullptr, {}, report).ok());
  EXPECT_EQ(report.violations, 2);
  EXPECT_EQ(report.firstRow, 0);
  EXPECT_EQ(report.firstCol, 2);
}

TEST(Compare, NonFiniteElements) {
  const double reference[] = {NAN, INFINITY, INFINITY, 1, NAN, 1};
  const float d[] = {NAN, INFINITY, -INFINITY, NAN, 1, 1};
  ErrorReport report;
  ASSERT_TRUE(compareWithReference({d, ElementType::f32, 1, 6}, reference,
                                   nullptr, {}, report)
                  .ok());
  EXPECT_EQ(report.violations, 3);
  EXPECT_EQ(report.firstCol, 2);
  EXPECT_EQ(report.relativeFrobenius, 0);
}

TEST(Compare, WhatIsAllowedOfSubnormals) {
  const double reference[] = {0x1.8p-24, -0x1.9p-24, 0x1p-26};
  const uint16_t d[] = {floatToF16(0x1p-23f), floatToF16(-0x1p-24f), 0};
  ErrorBound bound;
  bound.absolute = 0x1p-25;
  ErrorReport report;
  ConstMatrix matrix{d, ElementType::f16, 1, 3};
  ASSERT_TRUE(
      compareWithReference(matrix, reference, nullptr, bound, report).ok());
  EXPECT_EQ(report.violations, 1);
  EXPECT_EQ(report.firstCol, 1);
  EXPECT_EQ(report.maxAbsolute, 0x1.2p-25);

  // Of many elements the norm has what is too much.
  std::vector<double> many(100, -0x1.9p-24);
  std::vector<uint16_t> results(100, floatToF16(-0x1p-24f));
  ASSERT_TRUE(compareWithReference({results.data(), ElementType::f16, 1, 100},
                                   many.data(), nullptr, bound, report)
                  .ok());
  EXPECT_DOUBLE_EQ(report.frobeniusOfMany, 0x1p-28 / 0x1.9p-24);
  EXPECT_DOUBLE_EQ(report.relativeFrobenius, 0x1.2p-25 / 0x1.9p-24);
}

TEST(Compare, OtherElementTypes) {
  const double reference[] = {1.5, -2};
  const uint16_t d[] = {floatToBf16(1.5f), floatToBf16(-2.5f)};
  ErrorReport report;
  ASSERT_TRUE(compareWithReference({d, ElementType::bf16, 1, 2}, reference,
                                   nullptr, {}, report)
                  .ok());
  EXPECT_EQ(report.violations, 1);
  EXPECT_EQ(report.maxAbsolute, 0.5);
  // A difference that only f64 shows.
  const double exact[] = {1, 1 + 0x1p-40};
  const double ones[] = {1, 1};
  ASSERT_TRUE(compareWithReference({exact, ElementType::f64, 1, 2}, ones,
                                   nullptr, {0, 0}, report)
                  .ok());
  EXPECT_EQ(report.violations, 1);
  const float zero[] = {0, 1};
  const double zeros[] = {0, 0};
  ASSERT_TRUE(compareWithReference({zero, ElementType::f32, 2, 1}, zeros,
                                   nullptr, {}, report)
                  .ok());
  EXPECT_TRUE(std::isinf(report.relativeFrobenius));
  EXPECT_EQ(report.firstRow, 1);
}

TEST(Compare, Bitwise) {
  const float a[] = {1, 0.0f, NAN, 4}, b[] = {1, -0.0f, NAN, 5};
  BitwiseReport report;
  ConstMatrix x{a, ElementType::f32, 2, 2}, y{b, ElementType::f32, 2, 2};
  ASSERT_TRUE(compareBitwise(x, y, report).ok());
  EXPECT_EQ(report.mismatches, 2);
  EXPECT_EQ(report.firstRow, 0);
  EXPECT_EQ(report.firstCol, 1);
  EXPECT_EQ(report.firstA, 0u);
  EXPECT_EQ(report.firstB, 0x80000000u);
  ASSERT_TRUE(compareBitwise(x, x, report).ok());
  EXPECT_EQ(report.mismatches, 0);
  EXPECT_EQ(report.firstRow, -1);
  y.type = ElementType::i32;
  EXPECT_EQ(compareBitwise(x, y, report).message(),
            "element types are f32 and i32, need the same");
  y = {b, ElementType::f32, 1, 4};
  EXPECT_EQ(compareBitwise(x, y, report).message(),
            "shapes are 2 x 2 and 1 x 4, need the same");
  y = {nullptr, ElementType::f32, 2, 2};
  EXPECT_FALSE(compareBitwise(x, y, report).ok());
}

// A hundred ones, of which each is 1/8 off, and one element that hides that in
// the norm of all.
TEST(Compare, NormOfMany) {
  std::vector<float> d(101, 1.125f);
  std::vector<double> reference(101, 1.0);
  reference.back() = 1e6;
  d.back() = 1e6f;
  ErrorReport report;
  ASSERT_TRUE(compareWithReference({d.data(), ElementType::f32, 1, 101},
                                   reference.data(), nullptr, {}, report)
                  .ok());
  EXPECT_LT(report.relativeFrobenius, 1e-5);
  EXPECT_DOUBLE_EQ(report.frobeniusOfMany, 0.125);
}

// Of less than 64 there are not many; the elements have bounds.
TEST(Compare, NormOfFew) {
  std::vector<float> d(63, 1.125f);
  std::vector<double> reference(63, 1.0);
  ErrorReport report;
  ASSERT_TRUE(compareWithReference({d.data(), ElementType::f32, 63, 1},
                                   reference.data(), nullptr, {}, report)
                  .ok());
  EXPECT_DOUBLE_EQ(report.relativeFrobenius, 0.125);
  EXPECT_EQ(report.frobeniusOfMany, 0);
  EXPECT_EQ(report.violations, 63);
}

} // namespace
