//===- TileSharesTest.cpp - tiles that thread blocks share ----------------===//
#include "CutTiles.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Dialect/GQGPU/IR/TileOrder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include <gtest/gtest.h>
#include <map>

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

struct Case {
  int64_t tiles, depth, blocks;
};

/// Fewer tiles than thread blocks, as many, a few more, several waves; fewer
/// steps than thread blocks.
constexpr Case kCases[] = {
    {0, 4, 3},     {1, 2, 5},      {1, 7, 3},     {2, 3, 4},  {3, 4, 3},
    {4, 4, 3},     {5, 5, 3},      {6, 2, 3},     {7, 3, 3},  {8, 16, 5},
    {9, 2, 4},     {17, 3, 8},     {32, 7, 1},    {64, 9, 7}, {64, 64, 132},
    {80, 64, 132}, {118, 32, 132}, {320, 64, 132}};

TEST(TileShares, AllStepsOnceInTheOrderOfWhoWaits) {
  for (auto [tiles, depth, blocks] : kCases) {
    SCOPED_TRACE(testing::Message()
                 << tiles << " tiles of " << depth << " on " << blocks);
    std::map<std::pair<int64_t, int64_t>, int64_t> rangeOf; // tile, step
    std::map<int64_t, int64_t> blockOf;                     // range
    int64_t most = 0;
    for (int64_t block = 0; block < blocks; ++block) {
      int64_t steps = 0;
      for (auto [i, share] :
           llvm::enumerate(sharesOf(tiles, depth, block, blocks))) {
        ASSERT_LT(share.tile, tiles);
        ASSERT_LT(share.first, share.last);
        ASSERT_LE(share.last, depth);
        for (int64_t step = share.first; step < share.last; ++step)
          EXPECT_TRUE(rangeOf.insert({{share.tile, step}, share.range}).second);
        blockOf[share.range] = block;
        steps += share.last - share.first;
        // What others wait for is done first.
        EXPECT_TRUE(share.owns() || i == 0);
      }
      most = std::max(most, steps);
    }
    EXPECT_EQ(rangeOf.size(), static_cast<size_t>(tiles * depth));
    // Nobody has more than an eighth above an equal part.
    int64_t equal = (tiles * depth + blocks - 1) / blocks;
    EXPECT_LE(most, equal + equal / 8);
    for (int64_t block = 0; block < blocks; ++block)
      for (const TileShare &share : sharesOf(tiles, depth, block, blocks)) {
        if (!share.owns())
          continue;
        int64_t next = share.last;
        for (int64_t range = share.range + 1; range < share.end; ++range) {
          EXPECT_LT(blockOf.at(range), block);
          ASSERT_LT(next, depth);
          for (int64_t from = next; next < depth; ++next)
            if (rangeOf.at({share.tile, next}) != range) {
              EXPECT_LT(from, next);
              break;
            }
        }
        EXPECT_EQ(next, depth);
      }
  }
}

/// Two ranges to a tile, though there are more thread blocks; one, which is an
/// eighth longer; and neither, where it is more.
TEST(TileShares, RangesDivideTiles) {
  EXPECT_EQ(stepsOfRange(64 * 64, 64, 132), 32);
  EXPECT_EQ(stepsOfRange(118 * 32, 32, 132), 32);
  EXPECT_EQ(stepsOfRange(110 * 32, 32, 132), 27);
  EXPECT_EQ(stepsOfRange(188 * 64, 64, 132), 92);
  EXPECT_EQ(stepsOfRange(3 * 7, 7, 9), 3);
  EXPECT_EQ(stepsOfRange(0, 7, 9), 1);
}

/// What index arithmetic on constants gives.
class Folded {
public:
  explicit Folded(Block &block) {
    for (Operation &op : block) {
      SmallVector<Attribute> operands;
      for (Value operand : op.getOperands())
        operands.push_back(values.lookup(operand));
      SmallVector<OpFoldResult> results;
      if (auto constant = dyn_cast<arith::ConstantOp>(op))
        values[constant] = constant.getValue();
      else if (succeeded(op.fold(operands, results)) && results.size() == 1)
        values[op.getResult(0)] = isa<Attribute>(results[0])
                                      ? cast<Attribute>(results[0])
                                      : values.lookup(cast<Value>(results[0]));
    }
  }
  std::optional<int64_t> operator()(Value value) const {
    auto number = dyn_cast_or_null<IntegerAttr>(values.lookup(value));
    if (!number)
      return std::nullopt;
    return number.getType().isInteger(1) ? int64_t(!number.getValue().isZero())
                                         : number.getInt();
  }

private:
  DenseMap<Value, Attribute> values;
};

TEST(TileShares, AsCode) {
  MLIRContext context;
  context.loadDialect<arith::ArithDialect, GQGPUDialect>();
  Location loc = UnknownLoc::get(&context);
  for (auto [tiles, depth, blocks] : kCases)
    for (int64_t block : {int64_t(0), blocks / 2, blocks - 1}) {
      SCOPED_TRACE(testing::Message()
                   << tiles << " tiles of " << depth << ", thread block "
                   << block << " of " << blocks);
      Block body;
      OpBuilder b(&context);
      b.setInsertionPointToEnd(&body);
      auto constant = [&](int64_t value) -> Value {
        return arith::ConstantIndexOp::create(b, loc, value);
      };
      CutTiles cut(b, loc, constant(tiles), depth, constant(block),
                   constant(blocks));
      SmallVector<TileShare> shares = sharesOf(tiles, depth, block, blocks);
      std::vector<std::pair<Value, SmallVector<Value>>> coded;
      for (size_t i = 0; i < shares.size(); ++i)
        coded.push_back(cut.share(constant(static_cast<int64_t>(i))));
      Folded folded(body);
      ASSERT_EQ(folded(cut.getShares()), static_cast<int64_t>(shares.size()));
      for (auto [share, code] : llvm::zip(shares, coded)) {
        EXPECT_EQ(folded(code.first), share.tile);
        int64_t expected[] = {share.first, share.last, share.range, share.end,
                              share.owns()};
        ASSERT_EQ(code.second.size(), std::size(expected));
        for (auto [value, number] : llvm::zip(code.second, expected))
          EXPECT_EQ(folded(value), number);
      }
    }
}

} // namespace
