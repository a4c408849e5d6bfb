//===- QuantizeTiles.cpp - tiles of whole blocks, and of parts ------------===//
//
// Two kinds of tiles. Those of whole blocks need one pass over x, and are taken
// in the order of what was measured. Those of parts of a block (or of as many
// elements as one likes, where a block covers a dimension) need another pass,
// and are weighed.
//
//===----------------------------------------------------------------------===//
#include "QuantizeTiles.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cmath>
#include <tuple>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

int64_t strategy::largestDivisor(int64_t value, int64_t limit) {
  for (int64_t d = std::min(value, limit); d > 1; --d)
    if (value % d == 0)
      return d;
  return 1;
}

int64_t strategy::chunkOf(int64_t blockColumns, int64_t most) {
  while (blockColumns % most != 0)
    most /= 2;
  return most;
}

bool strategy::isCovered(int64_t extent, int64_t block) {
  return extent != kUnknown && extent <= block;
}

//===----------------------------------------------------------------------===//
// Whole blocks
//===----------------------------------------------------------------------===//

namespace {
struct Tile {
  int64_t rows, columns, threadRows, threads;
};
} // namespace

/// A tile of whole blocks for about `wanted` threads.
static Tile chooseTile(const TargetModel &target, const QuantizeShape &shape,
                       Size2 block, int64_t wanted, int64_t least, int64_t most,
                       int64_t rowsWanted) {
  auto [br, bc] = block;
  auto [height, width] = shape.x;
  int64_t chunk = chunkOf(bc, shape.chunk);
  // Elements per thread: enough to keep memory busy, unless x is so small that
  // some multiprocessors would have nothing to do.
  uint64_t smallest = target.multiprocessors * 256 * 8;
  bool few = height != kUnknown && width != kUnknown &&
             llvm::SaturatingMultiply<uint64_t>(height, width) <= smallest;
  least = few ? 16 : least;
  most = few ? 16 : most;
  // Blocks side by side until two warps cover a row of the tile, as long as a
  // thread's share stays small and the tensor is as wide.
  int64_t columns = bc;
  // Rather above one another if neighbouring rows are written side by side;
  // then rows of the tile are still cache lines of codes.
  bool rowsFirst = br < rowsWanted;
  while ((rowsFirst ? 2 * columns <= 128 : 2 * columns / chunk <= 64) &&
         br * 2 * columns <= wanted * most &&
         (width == kUnknown || columns < width))
    columns *= 2;
  int64_t threadColumns = largestDivisor(columns / chunk, wanted);
  // Thread rows must divide the rows of a tile, which is a multiple of br.
  int64_t threadRows = wanted / threadColumns;
  int64_t rows = br;
  if (br % threadRows != 0) {
    if (threadRows % br == 0)
      rows = threadRows;
    else
      threadRows = largestDivisor(br, threadRows);
  }
  int64_t threads = threadRows * threadColumns;
  // Small shares hide no latency.
  while (rows * columns / threads * 2 <= least)
    rows *= 2;
  while (rowsFirst && rows < rowsWanted && rows * columns / threads * 2 <= most)
    rows *= 2;
  return {rows, columns, threadRows, threads};
}

/// A tile with a sector of scales in each row: scales of fewer columns are
/// written as parts of sectors, which costs L2 as much as whole ones. Measured
/// (benchmarks/results/h100-2026-11-22-dual-tiles.json): 64 x 1024 reaches 97.3
/// % of a copy, 32 x 1024 96.9 %, 128 x 512 95.8 %, 128 x 256 95.0 %.
static std::optional<Tile> chooseWideTile(const QuantizeShape &shape,
                                          Size2 block, int64_t share) {
  constexpr int64_t kScales = 8;
  auto [height, width] = shape.x;
  int64_t columns = kScales * block[1];
  int64_t chunk = chunkOf(block[1], shape.chunk);
  int64_t chunks = columns / chunk;
  // Wide elements or narrow chunks take more registers: fewer threads then.
  int64_t rows = chunk == 16 ? 64 : 32;
  int64_t threads = rows * columns / share;
  if (block[0] != 1 || width == kUnknown || width < columns ||
      (height != kUnknown && height < rows) || threads > 512 ||
      threads * share != rows * columns || threads % chunks != 0)
    return std::nullopt;
  return Tile{rows, columns, threads / chunks, threads};
}

WholeBlocks WholeBlocks::ofPass(const TargetModel &target,
                                const QuantizeShape &shape) {
  WholeBlocks limits;
  limits.clusterMax = target.clusterMax;
  limits.share = elementsPerThread(shape, shape.block, shape.chunk);
  if (chunkOf(shape.block[1], shape.chunk) == 1)
    limits.share /= 2; // each element and code takes a register
  // Codes that are decoded: 16 for a thread take 57 us of 8192^2 on one H200,
  // of four bits 49, as long as a copy does; 32 take 65 of i8, 80 of e4m3 and
  // 75 of four bits (benchmarks/results/h200-2026-11-30-coarsen.json).
  if (!shape.writesBlocks && shape.bits <= 8)
    limits.least = 16;
  return limits;
}

WholeBlocks WholeBlocks::of(const TargetModel &target,
                            const QuantizeShape &shape) {
  WholeBlocks limits = ofPass(target, shape);
  // Measured (one H100, f32 blocks of 256x256, loads with .L1::no_allocate):
  // two slabs, one of them parked in shared memory, are faster than four, those
  // than a cluster of two, and that than slabs that are read again from L2.
  limits.slabShare = limits.share;
  limits.mostSlabs = 2;
  // Neighbouring rows are written side by side.
  if (shape.transposedScales && shape.block[0] == 1)
    limits.rowsWanted = 32;
  // Turning codes takes registers that a slab can leave free.
  if (shape.transposedCodes) {
    limits.rowsWanted = 128;
    limits.wholeSectors = !shape.transposedScales;
    limits.slabShare /= 2;
  }
  // So does computing x from several operands, in f32.
  if (shape.computed) {
    limits.share = limits.slabShare = limits.share / 4;
    limits.mostSlabs = 8;
    // Measured (benchmarks/results/h200-2026-11-30-row-kernels.json): SiLU of
    // one bf16 matrix times another, in blocks of 1x128, reaches 1.109 of a
    // copy's bandwidth so, 1.065 by 256 threads, 0.979 with 32 elements each,
    // and 0.944 of these in chunks of 8.
    constexpr int64_t kThreads = 128, kLeast = 16;
    auto [rows, columns] = shape.block;
    if (limits.rowsWanted == 1 && columns <= kThreads * kLeast / rows &&
        chunkOf(columns, shape.chunk) == kNarrowChunk) {
      limits.threads = kThreads;
      limits.least = kLeast;
    }
  }
  return limits;
}

// Measured (one H100, loads with .L1::no_allocate): the exchange between the
// blocks of a cluster costs bandwidth, so one thread block with a larger share
// comes first, even when a multiprocessor has room for only one, then one that
// takes its tile in slabs.
llvm::SmallVector<QuantizeConfig>
strategy::wholeBlocks(const TargetModel &target, const QuantizeShape &shape,
                      const WholeBlocks &limits) {
  constexpr int64_t kSmallShare = 64; // in thread blocks of 256
  constexpr int64_t kLeast = 32;
  const int64_t most =
      std::max(kSmallShare * 256, limits.clusterMax * 512 * limits.share);
  Size2 block = shape.block;
  auto [br, bc] = block;
  llvm::SmallVector<QuantizeConfig> all;
  if (br > most || bc > most || br * bc > most)
    return all;
  auto add = [&](const Tile &tile, int64_t cluster, int64_t slabs = 1) {
    QuantizeConfig &config = all.emplace_back();
    config.tile = {tile.rows, tile.columns};
    config.threads = tile.threads;
    config.cluster = cluster;
    config.slabs = slabs;
  };
  // Rows of less than a sector waste the rest of it.
  auto isNarrow = [&](const Tile &tile) {
    return tile.columns * shape.bits < 32 * 8 &&
           (shape.x[1] == kUnknown || tile.columns < shape.x[1]);
  };
  if (limits.wholeSectors)
    if (std::optional<Tile> wide = chooseWideTile(shape, block, limits.share))
      add(*wide, 1);
  Tile small = chooseTile(target, shape, block, limits.threads, limits.least,
                          kSmallShare, limits.rowsWanted);
  if (small.rows * small.columns / small.threads <= kSmallShare &&
      !isNarrow(small))
    add(small, 1);
  Tile large = chooseTile(target, shape, block, 512, kLeast, limits.share,
                          limits.rowsWanted);
  if (isNarrow(large))
    return all;
  if (large.rows * large.columns / large.threads <= limits.share)
    add(large, 1);
  for (int64_t slabs = 2; large.rows == br && slabs <= limits.mostSlabs;
       slabs *= 2)
    if (br % (slabs * large.threadRows) == 0 &&
        br / slabs * large.columns / large.threads <= limits.slabShare)
      add(large, 1, slabs);
  for (int64_t cluster = 2; cluster <= limits.clusterMax; cluster *= 2) {
    if (large.rows % (cluster * large.threadRows) != 0)
      break;
    if (large.rows / cluster * large.columns / large.threads <= limits.share)
      add(large, cluster);
  }
  return all;
}

llvm::SmallVector<QuantizeConfig>
strategy::unevenBlocks(const TargetModel &target, const QuantizeShape &shape,
                       const WholeBlocks &limits) {
  constexpr size_t kMost = 4;
  constexpr int64_t kMostTurns = 64, kFewThreads = 128, kThreads = 512,
                    kLine = 128 * 8, kShare = 32;
  auto [br, bc] = shape.block;
  auto elements = llvm::SaturatingMultiply<uint64_t>(br, bc);
  if (elements > static_cast<uint64_t>(kMostTurns * kThreads * limits.share))
    return {};
  auto distance = [](int64_t value, int64_t best) {
    return std::abs(
        std::log2(static_cast<double>(value) / static_cast<double>(best)));
  };
  using Cost = std::tuple<bool, bool, int, bool, int64_t, bool, double>;
  llvm::SmallVector<std::pair<Cost, QuantizeConfig>> weighed;
  auto weigh = [&](Size2 tile, int64_t slabs, int64_t cluster,
                   int64_t threads) {
    Size2 slab{tile[0] / slabs, tile[1]};
    int64_t share = slab[0] / cluster * slab[1] / threads;
    if (share > (slabs > 1 ? limits.slabShare : limits.share) ||
        !spreadTile(slab, threads, cluster, shape.block, shape.chunk))
      return;
    QuantizeConfig config;
    config.tile = tile;
    config.threads = threads;
    config.cluster = cluster;
    config.slabs = slabs;
    auto isNarrow = [&](int64_t columns) {
      return columns * shape.bits < 32 * 8 &&
             (shape.x[1] == kUnknown || columns < shape.x[1]);
    };
    // Where there is another way, no turns and tiles that nobody has measured.
    bool isLast = slabs > limits.mostSlabs;
    if (shape.splittable && (isLast || isNarrow(bc)))
      return;
    Cost cost(isLast, isNarrow(tile[1]),
              slabs > 1     ? 1
              : cluster > 1 ? 2
                            : 0,
              threads < kFewThreads, slabs * cluster, threads % 32 != 0,
              distance(threads, limits.threads) + distance(share, kShare));
    auto *place =
        llvm::upper_bound(weighed, cost, [](const Cost &a, const auto &b) {
          return a < b.first;
        });
    if (place == weighed.end() && weighed.size() == kMost)
      return;
    if (refuse(target, shape, complete(target, shape, config)))
      return;
    weighed.insert(place, {cost, config});
    if (weighed.size() > kMost)
      weighed.pop_back();
  };
  int64_t least = br * shape.scaleMultiple;
  for (int64_t columns = bc;; columns *= 2) {
    for (int64_t threads = kThreads; threads >= 1; --threads) {
      for (int64_t rows = least;
           rows == least || rows * columns <= threads * kShare; rows *= 2)
        weigh({rows, columns}, 1, 1, threads);
      for (int64_t slabs = 2; least == br && slabs <= kMostTurns; ++slabs)
        if (br % slabs == 0)
          weigh({br, columns}, slabs, 1, threads);
      for (int64_t cluster = 2; cluster <= limits.clusterMax; cluster *= 2)
        if (least % cluster == 0)
          weigh({least, columns}, 1, cluster, threads);
    }
    if (columns * shape.bits >= kLine ||
        (shape.x[1] != kUnknown && columns >= shape.x[1]))
      break;
  }
  return llvm::map_to_vector(weighed,
                             [](const auto &each) { return each.second; });
}

//===----------------------------------------------------------------------===//
// Parts of blocks
//===----------------------------------------------------------------------===//

/// Tile sizes along one dimension: divisors and multiples of the block.
static llvm::SmallVector<int64_t> sizesAlong(int64_t extent, int64_t block) {
  llvm::SmallVector<int64_t> sizes;
  // Nothing is won past the end of the tensor.
  int64_t most = kPartElements;
  if (extent != kUnknown && extent < most)
    most =
        static_cast<int64_t>(llvm::PowerOf2Ceil(std::max<int64_t>(extent, 1)));
  if (isCovered(extent, block)) {
    for (int64_t size = 1; size <= most; size *= 2)
      sizes.push_back(size);
    return sizes;
  }
  for (int64_t size = 1; size < block && size <= kPartElements; ++size)
    if (block % size == 0)
      sizes.push_back(size);
  for (int64_t size = block; size <= kPartElements; size *= 2) {
    sizes.push_back(size);
    if (size >= most)
      break;
  }
  return sizes;
}

/// The most threads, up to a limit, that `chunks` of a tile are divided among.
static int64_t threadsAlong(const QuantizeShape &shape, int64_t chunks,
                            int64_t block, int64_t most, int64_t chunk) {
  int64_t threads = largestDivisor(chunks, most);
  while (shape.sums && threads > 1 && !isRegular(block, threads, chunk))
    threads = largestDivisor(chunks, threads - 1);
  return threads;
}

llvm::SmallVector<QuantizeConfig>
strategy::partsOfBlocks(const QuantizeShape &shape, bool preferWhole,
                        size_t most) {
  auto distance = [](double value, double best) {
    return std::abs(std::log2(value / best));
  };
  using Cost = std::tuple<int, int, double, double, double, int64_t, double>;
  llvm::SmallVector<std::pair<Cost, QuantizeConfig>> weighed;
  for (int64_t rows : sizesAlong(shape.x[0], shape.block[0])) {
    for (int64_t columns : sizesAlong(shape.x[1], shape.block[1])) {
      if (rows * columns > kPartElements)
        continue;
      Size2 tile{rows, columns};
      std::optional<Size2> whole = blockForTiles(shape.x, shape.block, tile);
      if (!whole)
        continue;
      Size2 part = partOfBlock(*whole, tile);
      bool isWhole = part == *whole;
      if (!isWhole && part[0] * part[1] == 1)
        continue;
      int64_t chunk = chunkOf(part[1], shape.chunk);
      int64_t threadColumns =
          threadsAlong(shape, columns / chunk, part[1], kPartThreads, chunk);
      int64_t threads =
          threadColumns *
          threadsAlong(shape, rows, part[0], kPartThreads / threadColumns, 1);
      std::optional<TileSpread> spread =
          spreadTile(tile, threads, /*cluster=*/1, part, shape.chunk);
      int64_t share = rows * columns / threads;
      if (!spread || share > kPartShare)
        continue;
      // Few launches, unless sectors are wasted; enough threads; rows that fill
      // a cache line; wide accesses; enough work for each thread; few parts for
      // the next pass.
      bool isNarrow = columns * shape.bits < 32 * 8;
      Cost cost(preferWhole && (!isWhole || isNarrow) ? 1 : 0,
                threads >= 192 ? 0 : 1,
                std::max(0.0, std::log2(64.0 / columns)),
                -std::log2(static_cast<double>(spread->chunk)),
                distance(share, 32) +
                    (threads >= 192 ? 0 : 8) * distance(threads, kPartThreads),
                -part[0] * part[1], distance(columns, 512));
      // Of equal ones the first.
      auto place =
          llvm::upper_bound(weighed, cost, [](const Cost &a, const auto &b) {
            return a < b.first;
          });
      QuantizeConfig config;
      config.tile = tile;
      config.threads = threads;
      weighed.insert(place, {cost, config});
      if (weighed.size() > most)
        weighed.pop_back();
    }
  }
  return llvm::map_to_vector(weighed,
                             [](const auto &each) { return each.second; });
}
