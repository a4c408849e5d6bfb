//===- WorkspaceTest.cpp - where temporaries lie --------------------------===//
#include "gq/Bundle/Workspace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace gridquant;

namespace {
struct Placed {
  std::vector<uint64_t> offsets;
  uint64_t total;
};
} // namespace

/// Each is {bytes, first launch, last launch}.
static Placed place(std::vector<Temporary> temporaries) {
  Placed placed;
  placed.total = placeTemporaries(temporaries.data(), temporaries.size());
  for (const Temporary &one : temporaries)
    placed.offsets.push_back(one.offset);
  return placed;
}

using Offsets = std::vector<uint64_t>;

TEST(Workspace, NothingToPlace) {
  EXPECT_EQ(place({}).total, 0u);
  // No bytes, and no launch.
  Placed placed = place({{0, 0, 5}, {100}});
  EXPECT_EQ(placed.total, 0u);
  EXPECT_EQ(placed.offsets, (Offsets{0, 0}));
}

TEST(Workspace, LivesThatMeetAreApart) {
  Placed placed = place({{100, 0, 1}, {300, 1, 2}});
  EXPECT_EQ(placed.offsets, (Offsets{512, 0}));
  EXPECT_EQ(placed.total, 768u);
}

TEST(Workspace, LivesThatDoNotMeetShare) {
  Placed placed = place({{100, 0, 1}, {300, 2, 3}});
  EXPECT_EQ(placed.offsets, (Offsets{0, 0}));
  EXPECT_EQ(placed.total, 512u);
}

// x -> quantised -> product -> quantised -> product: the first pair gives way.
TEST(Workspace, ChainOfProducts) {
  Placed placed =
      place({{1024, 0, 1}, {64, 0, 1}, {4096, 1, 2}, {2048, 2, 3}, {64, 2, 3}});
  EXPECT_EQ(placed.offsets, (Offsets{4096, 5120, 0, 4096, 6144}));
  EXPECT_EQ(placed.total, 6400u);
}

TEST(Workspace, SmallestGapThatIsLongEnough) {
  // 0 to 1024 and 1280 to 1792 are free in launch 5 when the last comes.
  std::vector<Temporary> all = {{8192, 5, 5}, {1024, 0, 0}, {512, 9, 9}};
  Placed placed = place(all);
  EXPECT_EQ(placed.total, 8192u);
  // Gaps of 768 and of 512 bytes, in the order of their offsets.
  Placed gaps = place({{4096, 0, 2},  // at 0
                       {2048, 0, 1},  // at 4096
                       {1280, 1, 2},  // at 6144
                       {1024, 0, 0},  // at 6144, and leaves 256
                       {512, 2, 3},   // behind the first: 2048 bytes long
                       {256, 2, 2}}); // behind that one
  EXPECT_EQ(gaps.offsets, (Offsets{0, 4096, 6144, 6144, 4096, 4608}));
  EXPECT_EQ(gaps.total, 7424u);
}

TEST(Workspace, EqualOnesInTheirOrder) {
  EXPECT_EQ(place({{256, 0, 1}, {256, 0, 1}, {256, 1, 1}}).offsets,
            (Offsets{0, 256, 512}));
}

TEST(Workspace, RandomLives) {
  std::mt19937 random(7);
  auto upTo = [&](uint32_t most) { return random() % (most + 1); };
  uint64_t shared = 0;
  for (unsigned round = 0; round < 5000; ++round) {
    std::vector<Temporary> all(1 + upTo(30));
    const uint32_t launches = 1 + upTo(15);
    uint64_t sum = 0, live = 0;
    for (Temporary &one : all) {
      one.bytes = uint64_t(upTo(5000)) << upTo(40);
      for (uint32_t uses = upTo(3); uses; --uses)
        one.usedBy(upTo(launches - 1));
    }
    auto size = [](const Temporary &one) {
      return one.lives() ? (one.bytes + 255) / 256 * 256 : 0;
    };
    for (const Temporary &one : all)
      sum += size(one);
    for (uint32_t launch = 0; launch < launches; ++launch) {
      uint64_t now = 0;
      for (const Temporary &one : all)
        now += one.first <= launch && launch <= one.last ? size(one) : 0;
      live = std::max(live, now);
    }
    const uint64_t total = placeTemporaries(all.data(), all.size());
    ASSERT_GE(total, live) << "round " << round;
    ASSERT_LE(total, sum) << "round " << round;
    shared += total < sum;
    for (size_t i = 0; i < all.size(); ++i) {
      ASSERT_EQ(all[i].offset % 256, 0u);
      ASSERT_LE(all[i].offset + size(all[i]), total);
      for (size_t j = 0; j < i; ++j)
        if (size(all[i]) && size(all[j]) && all[i].meets(all[j]))
          ASSERT_TRUE(all[i].offset + size(all[i]) <= all[j].offset ||
                      all[j].offset + size(all[j]) <= all[i].offset)
              << "round " << round << ", " << j << " and " << i;
    }
  }
  EXPECT_GT(shared, 3000u);
}
