//===- LayoutTest.cpp - where layouts put the elements of a fragment ------===//
//
// Every value of every thread is enumerated through the interface; each element
// must be found as often as the layout says, and nowhere else.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinAttributes.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

constexpr int64_t kWarp = 32;

class Layouts : public testing::Test {
protected:
  Layouts() {
    context.loadDialect<arith::ArithDialect, GQGPUDialect>();
    f32 = Float32Type::get(&context);
  }

  FragmentType fragment(LayoutInterface layout, ArrayRef<int64_t> shape,
                        ArrayRef<int64_t> block = {}) {
    return FragmentType::get(&context, shape, f32, layout, block);
  }
  BlockedLayoutAttr blocked(int64_t rows, int64_t columns, int64_t chunk,
                            int64_t cluster = 1) {
    return BlockedLayoutAttr::get(&context, {rows, columns}, chunk, cluster);
  }
  MmaLayoutAttr mma(int64_t permuted = 0) {
    return MmaLayoutAttr::get(&context, permuted);
  }

  /// Where value `i` of a thread lies.
  Position positionOf(FragmentType type, int64_t rank, int64_t thread,
                      int64_t i) {
    SmallVector<Attribute> values, first;
    for (int64_t value : {thread, thread / kWarp, thread % kWarp, rank})
      values.push_back(IntegerAttr::get(IndexType::get(&context), value));
    AffineMap map = type.getFirst();
    EXPECT_TRUE(succeeded(map.constantFold(values, first)));
    Position offset = type.getOffset(i);
    return {cast<IntegerAttr>(first[0]).getInt() + offset.row,
            cast<IntegerAttr>(first[1]).getInt() + offset.column};
  }

  /// How often each element is held, row-major.
  std::vector<int64_t> count(FragmentType type) {
    int64_t rows = type.getShape()[0], columns = type.getShape()[1];
    std::vector<int64_t> held(static_cast<size_t>(rows * columns));
    LayoutInterface layout = type.getLayout();
    for (int64_t rank = 0; rank < layout.getCluster(); ++rank)
      for (int64_t thread = 0; thread < layout.getNumThreads(); ++thread)
        for (int64_t i = 0; i < type.getNumValues(); ++i) {
          Position at = positionOf(type, rank, thread, i);
          if (at.row < 0 || at.row >= rows || at.column < 0 ||
              at.column >= columns) {
            ADD_FAILURE() << "thread " << thread << " of block " << rank
                          << " holds (" << at.row << ", " << at.column << ")";
            return held;
          }
          ++held[static_cast<size_t>(at.row * columns + at.column)];
        }
    return held;
  }

  void expectEach(FragmentType type) {
    int64_t copies = type.getLayout().getNumCopies(type.getShape());
    EXPECT_EQ(type.isSpread(), copies == 1);
    std::vector<int64_t> held = count(type);
    for (size_t i = 0; i < held.size(); ++i)
      ASSERT_EQ(held[i], copies) << "element " << i;
  }

  MLIRContext context;
  Type f32;
};

TEST_F(Layouts, MmaHoldsEachElementOnce) {
  for (int64_t columns : {8, 64, 96, 256})
    expectEach(fragment(mma(), {64, columns}));
}

TEST_F(Layouts, MmaHoldsScalesWhereTheyAreNeeded) {
  expectEach(fragment(mma(), {64, 1}));
  for (int64_t columns : {1, 8, 24, 256})
    expectEach(fragment(mma(), {1, columns}));
  // A scale of a row or column stands in the threads that hold elements of it.
  FragmentType elements = fragment(mma(), {64, 16}),
               rows = fragment(mma(), {64, 1}),
               columns = fragment(mma(), {1, 16});
  ASSERT_EQ(rows.getNumValues(), 2);
  ASSERT_EQ(columns.getNumValues(), 4);
  for (int64_t thread = 0; thread < 128; ++thread)
    for (int64_t i = 0; i < elements.getNumValues(); ++i) {
      Position at = positionOf(elements, 0, thread, i);
      auto holds = [&](FragmentType scales, bool row) {
        return llvm::any_of(
            llvm::seq<int64_t>(scales.getNumValues()), [&](int64_t j) {
              Position scale = positionOf(scales, 0, thread, j);
              return row ? scale.row == at.row : scale.column == at.column;
            });
      };
      EXPECT_TRUE(holds(rows, true));
      EXPECT_TRUE(holds(columns, false));
    }
}

TEST_F(Layouts, PermutedMmaHoldsEachElementOnce) {
  for (int64_t permuted : {16, 32})
    for (int64_t columns : {1, 2, 3}) {
      expectEach(fragment(mma(permuted), {64, columns * permuted}));
      expectEach(fragment(mma(permuted), {1, columns * permuted}));
      expectEach(fragment(mma(permuted), {64, 1}));
    }
  FragmentType blocks = fragment(mma(32), {1, 96}, /*block=*/{1, 32});
  ASSERT_EQ(blocks.getNumValues(), 3);
  EXPECT_EQ(positionOf(blocks, 0, 77, 2).column, 64);
  EXPECT_EQ(mma(32).getMatrixRows(), 0);
  EXPECT_EQ(mma(32).getPeriod().column, 32);
}

/// Chunks are consecutive values and columns, and each value is in the register
/// in which the instruction leaves the row of b that lies at its column.
TEST_F(Layouts, PermutedMmaFollowsTheRowsOfB) {
  for (int64_t permuted : {16, 32}) {
    FragmentType plain = fragment(mma(), {64, 96}),
                 type = fragment(mma(permuted), {64, 96});
    int64_t chunk = type.getLayout().getChunk();
    EXPECT_EQ(chunk, permuted / 4);
    ASSERT_EQ(type.getNumValues(), 48);
    std::vector<bool> used(48);
    for (int64_t i = 0; i < 48; ++i) {
      int64_t number = mma(permuted).getRegister(i);
      ASSERT_FALSE(used[static_cast<size_t>(number)]);
      used[static_cast<size_t>(number)] = true;
      EXPECT_EQ(mma().getRegister(i), i);
      for (int64_t thread = 0; thread < 128; ++thread) {
        Position at = positionOf(type, 0, thread, i),
                 place = positionOf(plain, 0, thread, number),
                 first = positionOf(type, 0, thread, i / chunk * chunk);
        EXPECT_EQ(at.row, place.row);
        EXPECT_EQ(at.column, permutedRow(permuted, place.column));
        EXPECT_EQ(place.column, permutedPlace(permuted, at.column));
        EXPECT_EQ(first.row, at.row);
        EXPECT_EQ(first.column + i % chunk, at.column);
        EXPECT_EQ(first.column % chunk, 0);
      }
    }
  }
  EXPECT_EQ(permutedRow(0, 7), 7);
  EXPECT_EQ(permutedPlace(0, 7), 7);
  EXPECT_EQ(permutedRow(32, 32 + 9), 32 + 3);
}

TEST_F(Layouts, MmaWithABlockHasTheValuesOfAllColumns) {
  FragmentType type = fragment(mma(), {1, 96}, /*block=*/{1, 32});
  EXPECT_FALSE(type.isSpread());
  ASSERT_EQ(type.getNumValues(), 3);
  for (int64_t thread = 0; thread < 128; ++thread)
    for (int64_t i = 0; i < 3; ++i) {
      Position at = positionOf(type, 0, thread, i);
      EXPECT_EQ(at.row, 0);
      EXPECT_EQ(at.column, 32 * i);
    }
}

/// PTX ISA, "Register Fragments for wgmma.mma_async.m64nNk32".
TEST_F(Layouts, PermutedMmaWithABlockHasAValuePerRun) {
  for (int64_t group : {16, 32}) {
    FragmentType elements = fragment(mma(group), {64, 128}),
                 blocks = fragment(mma(group), {64, 128}, {1, 64});
    int64_t run = mma(group).getChunk();
    ASSERT_EQ(blocks.getNumValues() * run, elements.getNumValues());
    for (int64_t thread = 0; thread < 128; ++thread)
      for (int64_t i = 0; i < blocks.getNumValues(); ++i) {
        Position value = positionOf(blocks, 0, thread, i),
                 first = positionOf(elements, 0, thread, i * run);
        EXPECT_EQ(value.row, first.row);
        EXPECT_EQ(value.column, first.column);
      }
  }
}

TEST_F(Layouts, LanesOfARowOfAProductShareItsBlocks) {
  BlockSharing rows(fragment(mma(32), {64, 128}, {1, 64}));
  EXPECT_EQ(rows.lanesAlone(), 4);
  // Two rows of two blocks each.
  EXPECT_EQ(rows.getNumGroups(), 4);
}

TEST_F(Layouts, MmaIsTheAccumulatorOfWgmma) {
  FragmentType type = fragment(mma(), {64, 96});
  ASSERT_EQ(type.getNumValues(), 48);
  for (int64_t thread = 0; thread < 128; ++thread)
    for (int64_t i = 0; i < 48; ++i) {
      Position at = positionOf(type, 0, thread, i);
      int64_t warp = thread / 32, lane = thread % 32;
      EXPECT_EQ(at.row, 16 * warp + lane / 4 + (i % 4 < 2 ? 0 : 8));
      EXPECT_EQ(at.row / mma().getMatrixRows(), warp);
      EXPECT_EQ(at.column, 8 * (i / 4) + lane % 4 * 2 + (i & 1));
    }
}

TEST_F(Layouts, BlockedHoldsEachElementOnce) {
  expectEach(fragment(blocked(8, 32, 4), {8, 128}));
  expectEach(fragment(blocked(8, 32, 4), {24, 256}));
  expectEach(fragment(blocked(1, 1, 1), {2, 3}));
  expectEach(fragment(blocked(16, 12, 8), {32, 192}));
  expectEach(fragment(blocked(4, 64, 16, 8), {64, 1024}));
  expectEach(fragment(blocked(3, 5, 2, 2), {12, 20}));
}

TEST_F(Layouts, BlockedWithABlockHasAValuePerChunk) {
  FragmentType type =
      fragment(blocked(8, 4, 16, 2), {32, 128}, /*block=*/{1, 128});
  FragmentType elements = fragment(blocked(8, 4, 16, 2), {32, 128});
  ASSERT_EQ(type.getNumValues() * 16, elements.getNumValues());
  for (int64_t rank : {0, 1})
    for (int64_t thread = 0; thread < 32; ++thread)
      for (int64_t i = 0; i < type.getNumValues(); ++i) {
        Position chunk = positionOf(type, rank, thread, i);
        for (int64_t j = 0; j < 16; ++j) {
          Position at = positionOf(elements, rank, thread, 16 * i + j);
          EXPECT_EQ(at.row, chunk.row);
          EXPECT_EQ(at.column, chunk.column + j);
        }
      }
}

TEST_F(Layouts, BlockedRepeatsWithItsPeriod) {
  LayoutInterface layout = blocked(8, 32, 4, 2);
  EXPECT_EQ(layout.getMatrixRows(), 0);
  Position period = layout.getPeriod();
  EXPECT_EQ(period.row, 8);
  EXPECT_EQ(period.column, 128);
  // Two periods of columns: the second half of a row's values.
  FragmentType type = fragment(layout, {16, 256});
  for (int64_t thread : {0, 17, 255})
    for (int64_t i = 0; i < 4; ++i)
      EXPECT_EQ(positionOf(type, 1, thread, i + 4).column,
                positionOf(type, 1, thread, i).column + period.column);
}

TEST_F(Layouts, NeighboursShareRegisters) {
  Type bf16 = BFloat16Type::get(&context),
       e4m3 = Float8E4M3FNType::get(&context),
       i8 = IntegerType::get(&context, 8);
  auto shared = [&](LayoutInterface layout, Type type) {
    return FragmentType::get(&context, {64, 128}, type, layout, {})
        .getValuesPerRegister();
  };
  for (Type type : {f32, bf16})
    EXPECT_EQ(shared(mma(), type), 1);
  // As many as a thread has side by side, up to a word.
  EXPECT_EQ(shared(mma(), i8), 2);
  EXPECT_EQ(shared(mma(16), i8), 4);
  EXPECT_EQ(shared(mma(32), i8), 4);
  EXPECT_EQ(shared(mma(), e4m3), 2);
  EXPECT_EQ(shared(mma(), Float16Type::get(&context)), 2);
  EXPECT_EQ(
      FragmentType::get(&context, {1, 3}, Float16Type::get(&context), mma(), {})
          .getValuesPerRegister(),
      1);
  LayoutInterface chunks = blocked(8, 8, 16), single = blocked(8, 8, 1);
  EXPECT_EQ(shared(chunks, f32), 1);
  EXPECT_EQ(shared(chunks, bf16), 2);
  EXPECT_EQ(shared(chunks, e4m3), 2);
  EXPECT_EQ(shared(chunks, i8), 4);
  for (Type type : {f32, bf16, e4m3, i8})
    EXPECT_EQ(shared(single, type), 1);
  // Values that share a register are neighbours in a row.
  FragmentType codes = FragmentType::get(&context, {64, 128}, i8, chunks, {});
  for (int64_t i = 0; i < codes.getNumValues(); ++i) {
    Position at = codes.getOffset(i), first = codes.getOffset(i / 4 * 4);
    EXPECT_EQ(at.row, first.row);
    EXPECT_EQ(at.column, first.column + i % 4);
  }
}

} // namespace
