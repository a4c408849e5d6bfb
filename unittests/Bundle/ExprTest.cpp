//===- ExprTest.cpp -------------------------------------------------------===//
#include "gq/Bundle/Expr.h"

#include <gtest/gtest.h>

using namespace gridquant;

namespace {
struct ExprTest : ::testing::Test {
  ExprPool pool;

  ExprValue apply(ExprOp op, int64_t a, int64_t b) {
    return pool.evaluate(pool.binary(op, pool.constant(a), pool.constant(b)),
                         nullptr);
  }
  int64_t value(ExprOp op, int64_t a, int64_t b) {
    ExprValue result = apply(op, a, b);
    EXPECT_EQ(result.fault, ExprFault::None);
    return result.value;
  }
  ExprFault fault(ExprOp op, int64_t a, int64_t b) {
    return apply(op, a, b).fault;
  }
};
} // namespace

TEST_F(ExprTest, Arithmetic) {
  EXPECT_EQ(value(ExprOp::Add, 3, 4), 7);
  EXPECT_EQ(value(ExprOp::Sub, 3, 4), -1);
  EXPECT_EQ(value(ExprOp::Mul, -3, 4), -12);
  EXPECT_EQ(value(ExprOp::Min, -3, 4), -3);
  EXPECT_EQ(value(ExprOp::Max, -3, 4), 4);
}

TEST_F(ExprTest, DivisionRounds) {
  const int64_t cases[][5] = {
      // a, b, floordiv, ceildiv, mod
      {7, 2, 3, 4, 1},       {-7, 2, -4, -3, 1}, {7, -2, -4, -3, -1},
      {-7, -2, 3, 4, -1},    {6, 2, 3, 3, 0},    {-6, 2, -3, -3, 0},
      {6, -2, -3, -3, 0},    {0, 5, 0, 0, 0},    {1, 128, 0, 1, 1},
      {-1, 128, -1, 0, 127},
  };
  for (const auto &c : cases) {
    EXPECT_EQ(value(ExprOp::FloorDiv, c[0], c[1]), c[2]) << c[0] << " " << c[1];
    EXPECT_EQ(value(ExprOp::CeilDiv, c[0], c[1]), c[3]) << c[0] << " " << c[1];
    EXPECT_EQ(value(ExprOp::Mod, c[0], c[1]), c[4]) << c[0] << " " << c[1];
  }
}

TEST_F(ExprTest, ComparisonAndLogic) {
  EXPECT_EQ(value(ExprOp::Eq, 3, 3), 1);
  EXPECT_EQ(value(ExprOp::Ne, 3, 3), 0);
  EXPECT_EQ(value(ExprOp::Lt, 3, 4), 1);
  EXPECT_EQ(value(ExprOp::Le, 4, 4), 1);
  EXPECT_EQ(value(ExprOp::Gt, 4, 4), 0);
  EXPECT_EQ(value(ExprOp::Ge, 4, 4), 1);
  EXPECT_EQ(value(ExprOp::And, 5, 7), 1);
  EXPECT_EQ(value(ExprOp::And, 5, 0), 0);
  EXPECT_EQ(value(ExprOp::Or, 0, 0), 0);
  EXPECT_EQ(value(ExprOp::Or, 0, 9), 1);
  EXPECT_EQ(
      pool.evaluate(pool.unary(ExprOp::Not, pool.constant(4)), nullptr).value,
      0);
  EXPECT_EQ(
      pool.evaluate(pool.unary(ExprOp::Not, pool.constant(0)), nullptr).value,
      1);
}

TEST_F(ExprTest, Faults) {
  for (ExprOp op : {ExprOp::FloorDiv, ExprOp::CeilDiv, ExprOp::Mod})
    EXPECT_EQ(fault(op, 3, 0), ExprFault::DivisionByZero);
  EXPECT_EQ(fault(ExprOp::Add, INT64_MAX, 1), ExprFault::Overflow);
  EXPECT_EQ(fault(ExprOp::Sub, -2, INT64_MAX), ExprFault::Overflow);
  EXPECT_EQ(fault(ExprOp::Mul, int64_t(1) << 40, int64_t(1) << 40),
            ExprFault::Overflow);
  EXPECT_EQ(fault(ExprOp::FloorDiv, INT64_MIN, -1), ExprFault::Overflow);
  EXPECT_EQ(fault(ExprOp::CeilDiv, INT64_MIN, -1), ExprFault::Overflow);
  EXPECT_EQ(value(ExprOp::Mod, INT64_MIN, -1), 0);
}

TEST_F(ExprTest, FaultsPropagate) {
  ExprRef bad = pool.binary(ExprOp::Mod, pool.constant(1), pool.constant(0));
  ExprRef left = pool.binary(ExprOp::Add, bad, pool.constant(1));
  ExprRef right = pool.binary(ExprOp::Add, pool.constant(1), bad);
  EXPECT_EQ(pool.evaluate(left, nullptr).fault, ExprFault::DivisionByZero);
  EXPECT_EQ(pool.evaluate(right, nullptr).fault, ExprFault::DivisionByZero);
  EXPECT_EQ(pool.evaluate(pool.unary(ExprOp::Not, bad), nullptr).fault,
            ExprFault::DivisionByZero);
  // The first operand decides: the second is not evaluated.
  ExprValue guarded =
      pool.evaluate(pool.binary(ExprOp::And, pool.constant(0), bad), nullptr);
  EXPECT_EQ(guarded.fault, ExprFault::None);
  EXPECT_EQ(guarded.value, 0);
  guarded =
      pool.evaluate(pool.binary(ExprOp::Or, pool.constant(2), bad), nullptr);
  EXPECT_EQ(guarded.fault, ExprFault::None);
  EXPECT_EQ(guarded.value, 1);
}

TEST_F(ExprTest, Slots) {
  int64_t slots[] = {unknownSlotValue, 300};
  ExprRef rows = pool.slot(1, "arg0.0");
  ExprRef tiles = pool.binary(ExprOp::CeilDiv, rows, pool.constant(128));
  EXPECT_EQ(pool.evaluate(tiles, slots).value, 3);
  EXPECT_EQ(pool.print(tiles), "ceildiv(arg0.0, 128)");
  ExprRef sms = pool.slot(0, "num_sms");
  EXPECT_EQ(pool.evaluate(sms, slots).fault, ExprFault::UnknownSlot);
  EXPECT_EQ(pool.asConstant(tiles), std::nullopt);
  EXPECT_EQ(pool.asConstant(pool.constant(5)), 5);
}

TEST_F(ExprTest, Names) {
  EXPECT_EQ(parseExprOp("ceildiv"), ExprOp::CeilDiv);
  EXPECT_EQ(parseExprOp("not"), ExprOp::Not);
  EXPECT_EQ(parseExprOp("constant"), std::nullopt);
  EXPECT_EQ(parseExprOp("pow"), std::nullopt);
}
