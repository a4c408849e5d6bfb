//===- ProductTest.cpp - what matrix instructions say ---------------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Diagnostics.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

class Products : public testing::Test {
protected:
  Products() { context.loadDialect<arith::ArithDialect, GQGPUDialect>(); }
  MmaInterface choose(Type a, Type b, int64_t n, int64_t permuted = 0) {
    return WgmmaAttr::choose(
        [&] { return emitError(UnknownLoc::get(&context)); }, a, b, n,
        permuted);
  }

  MLIRContext context;
  ScopedDiagnosticHandler errors{&context, [](Diagnostic &) {}};
};

TEST_F(Products, WgmmaFollowsFromOperands) {
  Type e4m3 = Float8E4M3FNType::get(&context),
       e5m2 = Float8E5M2Type::get(&context), f32 = Float32Type::get(&context);
  MmaInterface product = choose(e4m3, e5m2, 96);
  ASSERT_TRUE(product);
  EXPECT_EQ(product.getM(), 64);
  EXPECT_EQ(product.getN(), 96);
  EXPECT_EQ(product.getK(), 32);
  EXPECT_EQ(product.getNumWarps(), 4);
  // What issues an instruction holds its result.
  EXPECT_EQ(product.getLayout().getNumThreads(), 32 * product.getNumWarps());
  EXPECT_EQ(product.getResultType(),
            FragmentType::get(&context, {64, 96}, f32,
                              MmaLayoutAttr::get(&context), {}));
  EXPECT_EQ(product.getOperandTile(0).rows, 64);
  EXPECT_EQ(product.getOperandTile(1).rows, 96);
  EXPECT_EQ(product.getOperandTile(1).swizzle, 128);
}

TEST_F(Products, ScalesStandWhereTheyAreNeeded) {
  Type e4m3 = Float8E4M3FNType::get(&context), f32 = Float32Type::get(&context);
  MmaInterface product = choose(e4m3, e4m3, 96);
  auto scales = [&](ArrayRef<int64_t> shape, ArrayRef<int64_t> block = {}) {
    return FragmentType::get(&context, shape, f32, MmaLayoutAttr::get(&context),
                             block);
  };
  for (int64_t block : {1, 16, 48})
    EXPECT_EQ(product.getScaleType(Dim::Rows, block), scales({64, 1}));
  for (int64_t block : {64, 256})
    EXPECT_EQ(product.getScaleType(Dim::Rows, block), scales({1, 1}));
  // A thread holds columns of each 8, so all of what 8 columns share.
  for (int64_t block : {1, 4, 12})
    EXPECT_EQ(product.getScaleType(Dim::Cols, block), scales({1, 96}));
  for (int64_t block : {8, 32, 48})
    EXPECT_EQ(product.getScaleType(Dim::Cols, block),
              scales({1, 96}, {1, block}));
  for (int64_t block : {96, 192})
    EXPECT_EQ(product.getScaleType(Dim::Cols, block), scales({1, 1}));
}

TEST_F(Products, PermutedRowsOfBArePermutedColumns) {
  Type e4m3 = Float8E4M3FNType::get(&context);
  MmaInterface product = choose(e4m3, e4m3, 96, /*permuted=*/32);
  ASSERT_TRUE(product);
  EXPECT_EQ(product.getOperandTile(0).permuted, 0);
  EXPECT_EQ(product.getOperandTile(1).permuted, 32);
  EXPECT_EQ(product.getLayout(), MmaLayoutAttr::get(&context, 32));
  // A thread holds columns of each 32, so no longer all of what 16 share.
  EXPECT_TRUE(product.getScaleType(Dim::Cols, 16).getBlock().empty());
  EXPECT_EQ(product.getScaleType(Dim::Cols, 32).getBlock()[1], 32);
  EXPECT_FALSE(choose(e4m3, e4m3, 48, /*permuted=*/32));
  EXPECT_FALSE(choose(e4m3, e4m3, 96, /*permuted=*/8));
}

TEST_F(Products, DepthIs32Bytes) {
  Type bf16 = BFloat16Type::get(&context), i8 = IntegerType::get(&context, 8);
  EXPECT_EQ(choose(bf16, bf16, 8).getK(), 16);
  MmaInterface integers = choose(i8, i8, 32);
  EXPECT_EQ(integers.getK(), 32);
  EXPECT_TRUE(integers.getAcc().isInteger(32));
}

TEST_F(Products, NoneForOtherOperands) {
  Type e4m3 = Float8E4M3FNType::get(&context), f32 = Float32Type::get(&context),
       i8 = IntegerType::get(&context, 8);
  EXPECT_FALSE(choose(f32, f32, 64));
  EXPECT_FALSE(choose(e4m3, i8, 64));
  EXPECT_FALSE(choose(e4m3, e4m3, 12));
  EXPECT_FALSE(choose(e4m3, e4m3, 264));
}

} // namespace
