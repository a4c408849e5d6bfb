//===- QuantizeRows.cpp - tiles of whole rows -----------------------------===//
//
// A reduction along rows is computed in the kernel that reads its values where
// a thread block has whole rows in its registers. So a tile is as wide as x, or
// wider: threads that go into it evenly are worth some elements that do not
// exist.
//
//===----------------------------------------------------------------------===//
#include "QuantizeTiles.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cmath>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

namespace {
struct Weighed {
  double cost;
  QuantizeConfig config;
};

/// What is computed of an element takes several registers, and more thread
/// blocks hide the barriers of one another. Narrow elements wait for these in
/// half a register each, and few threads take the more of them: on an H200
/// (benchmarks/results/h200-2026-11-30-row-kernels.json) rows of 4096 bf16 by
/// 64, 128 and 256 threads reach 1.05, 1.03 and 0.96 of a copy's bandwidth
/// where there are many, 0.92, 0.93 and 0.87 where there are few; rows of 8192
/// by 128, 256 and 512 threads 1.06, 1.01 and 0.88.
struct Shares {
  double threads, share;
  int64_t most; ///< elements of a thread

  static Shares of(int64_t width, int64_t chunk) {
    bool narrow = chunk == kNarrowChunk && width % chunk == 0;
    return narrow ? Shares{128, 32, 64} : Shares{256, 16, 32};
  }
};

/// Chunks of which rows are whole move at once, others element by element: the
/// longest up to `most`, or that where the length of rows is odd.
int64_t chunkWithin(int64_t width, int64_t most) {
  int64_t whole = chunkOf(width, most);
  return whole > 1 ? whole : most;
}
} // namespace

/// Few columns past the end of x, whole warps, and what is best for them.
static double costOf(const QuantizeShape &shape, const Shares &best,
                     const QuantizeConfig &config, int64_t share) {
  auto distance = [](auto value, double best) {
    return std::abs(std::log2(static_cast<double>(value) / best));
  };
  return (config.threads % 32 ? 4 : 0) +
         4 * distance(config.tile[1], static_cast<double>(shape.x[1])) +
         distance(config.threads, best.threads) +
         0.7 * distance(share, best.share) +
         0.01 * static_cast<double>(config.tile[0]);
}

llvm::SmallVector<QuantizeConfig>
strategy::wholeRows(const TargetModel &target, const QuantizeShape &shape) {
  constexpr size_t kMost = 6;
  auto [height, width] = shape.x;
  llvm::SmallVector<Weighed> weighed;
  if (width == kUnknown || width <= 0 || width > kMostRow)
    return {};
  // A block that covers rows is as wide as the tile.
  bool blocks = shape.hasBlocks && !isCovered(width, shape.block[1]);
  // Rows of odd length move element by element, in one kernel as in two, of
  // which the second finds half of the work done: at 32768 x 1003 on an H200 86
  // microseconds in two, 152 in one.
  if (shape.hasBlocks && !blocks && width % 2 != 0)
    return {};
  int64_t most = chunkWithin(width, shape.chunk);
  int64_t chunk = chunkOf(blocks ? shape.block[1] : kNarrowChunk, most);
  Shares best = Shares::of(width, chunk);
  int64_t unit = blocks ? shape.block[1] : chunk;
  int64_t least = shape.isWhole() ? shape.block[0] * shape.scaleMultiple : 1;
  // Whole warps, even of narrow chunks.
  int64_t mostSeveral = std::max<int64_t>(32, 32 * kNarrowChunk / unit);
  for (int64_t several = 1; several <= mostSeveral; several *= 2) {
    auto columns = static_cast<int64_t>(
        llvm::alignTo(static_cast<uint64_t>(width), unit * several));
    for (int64_t rows = least; rows <= 128 * least; rows *= 2) {
      if (rows > least && height != kUnknown && rows >= 2 * height)
        break;
      for (int64_t share = chunk; share <= best.most; share *= 2) {
        int64_t threads = rows * columns / share;
        if (rows * columns % share != 0 || threads > kRowThreads ||
            threads > target.threadsPerBlock)
          continue;
        QuantizeConfig config;
        config.tile = {rows, columns};
        config.threads = threads;
        if (most != shape.chunk)
          config.chunk = most;
        if (refuse(target, shape, config))
          continue;
        Weighed one{costOf(shape, best, config, share), config};
        auto *place = llvm::upper_bound(
            weighed, one,
            [](const Weighed &a, const Weighed &b) { return a.cost < b.cost; });
        weighed.insert(place, one);
        if (weighed.size() > kMost)
          weighed.pop_back();
      }
    }
  }
  llvm::SmallVector<QuantizeConfig> all;
  for (const Weighed &one : weighed)
    all.push_back(one.config);
  return all;
}
