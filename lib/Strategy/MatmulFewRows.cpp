//===- MatmulFewRows.cpp - products of few rows ---------------------------===//
//
// Few rows are multiplied at the speed of the memory. What is weighed for them
// has rows of b where an instruction wants 64 and those of a as its columns;
// two thread blocks on a multiprocessor, so that the ring of the next kernel
// fills while this one ends; and parts of K where there would be few thread
// blocks or their loops would be long.
//
// Measured on an H200, launched early and one after another, 1 to 64 rows,
// (K, N) of (2048, 7168), (7168, 2112), (4096, 4096), (7168, 4096),
// (8192, 8192), (8192, 10240), (28672, 8192) and (8192, 57344), in
// benchmarks/results/h200-2026-11-29-few-rows-configs.json; what thread blocks
// publish to their cluster costs 0.5 to 0.7 microseconds since. Up to 16 rows
// two parts take 0.7 of the time of one at (7168, 2112), 0.84 to 0.95 with more
// tiles than multiprocessors, and 0.91 to 1.12 between. 17 to 32 rows: 0.77 to
// 0.97, but 1.11 at (2048, 7168); up to 64: 0.66 to 0.92. Steps of 512 elements
// take up to 13 % less than those of 128 with 8 columns, and as long with 16.
//
// Tiles wider than there are rows take longer than with all rows: 64 columns at
// 32 rows 1.4 times at (8192, 8192), 32 columns at one row 1.1 times at
// (28672, 8192) (h200-2026-11-29-few-rows.json there).
//
// The cost of these is an estimate from the same kernels, L2 flushed: a pass
// over cold weights takes 7.5 microseconds and what nine tenths of the memory's
// rate give, 12 % more or less, and longer the more columns tiles have: with 64
// 1.8 microseconds more than with 8 at (4096, 4096) (1.8), 2.5 (2.5) at
// (8192, 8192), 4.8 (4.9) at (28672, 8192). More rows than a tile has columns
// were not measured, and count as so many passes.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <cmath>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

static constexpr int64_t kBlocksEach = 2;
/// What L2 fetches at once: with 256 bytes large weights took 5 % longer.
static constexpr int64_t kRowOfTile = 128;

/// Elements of K in a step, for so many columns: sums of a step are in flight
/// together, and each slot of the ring is 128 of them.
static int64_t stepFor(const TargetModel &target, const MatmulShape &product,
                       int64_t columns, int64_t part) {
  constexpr int64_t kFewestSteps = 2, kMostSums = 4, kColumns = 16;
  int64_t slot = depthOfSlot(target, product);
  for (int64_t sums = std::min(kMostSums, kMostSums * kColumns / columns);
       sums > 1; sums /= 2)
    if (int64_t depth = sums * slot; part % depth == 0 &&
                                     part / depth >= kFewestSteps &&
                                     isWholeSlots(target, product, depth))
      return depth;
  return slot;
}

/// Parts of K, for so many columns of a tile: few tiles leave multiprocessors
/// without work, and a long K is one long loop. About one tile for each
/// multiprocessor needs no parts if it has few columns. With the accumulators
/// of many columns the loop has to become shorter for it, counted in waves.
static int64_t partsFor(const TargetModel &target, const MatmulShape &product,
                        int64_t columns) {
  constexpr int64_t kTiles = 100, kFewTiles = 64, kLongK = 8192, kNarrow = 16,
                    kWide = 32, kFewestSteps = 4, kParts = 2;
  int64_t tiles = llvm::divideCeil(product.m, target.mmaRows);
  bool splits = tiles <= kTiles || product.k >= kLongK;
  if (columns <= kNarrow)
    splits &= tiles < kFewTiles || tiles > target.multiprocessors;
  if (columns > kWide) {
    int64_t atOnce = kBlocksEach * target.multiprocessors;
    splits &= llvm::divideCeil(kParts * tiles, atOnce) <
              kParts * llvm::divideCeil(tiles, atOnce);
  }
  bool isLong =
      product.k >= kParts * kFewestSteps * depthOfSlot(target, product);
  // A thread block stores as many of the columns.
  bool hasColumns = product.n == kUnknown || product.n > target.mmaColsStep;
  return splits && isLong && hasColumns ? kParts : 1;
}

/// As many slots as fit beside what else the thread block has, and registers.
static MatmulConfig fill(const TargetModel &target, const MatmulShape &shape,
                         MatmulConfig config) {
  constexpr int64_t kMostStages = 24;
  config.stages = kMostStages;
  config.registers.reset();
  while (config.stages > 1 && sharedMemory(target, shape, config) >
                                  target.shareOf(config.occupancy).sharedMemory)
    --config.stages;
  return complete(target, shape, config);
}

static bool canBeSwapped(const MatmulShape &shape) {
  return shape.unswappable.empty() && shape.n != kUnknown &&
         shape.k != kUnknown;
}

/// All keys that follow from a tile's columns and the parts of K.
static MatmulConfig configOf(const TargetModel &target,
                             const MatmulShape &shape, int64_t columns,
                             int64_t parts) {
  MatmulConfig config;
  config.swap = config.streamA = true;
  config.l2Promotion = kRowOfTile;
  config.mathGroups = 1;
  config.splitK = parts;
  MatmulShape product = swapped(shape);
  // Thread blocks of two launches may fit side by side as they are, each with
  // all of the memory.
  int64_t blocks = llvm::divideCeil(product.m, target.mmaRows) * parts;
  config.occupancy =
      kBlocksEach * blocks <= target.multiprocessors ? 1 : kBlocksEach;
  config.tile = {target.mmaRows, columns,
                 stepFor(target, product, columns, product.k / parts)};
  return fill(target, shape, config);
}

llvm::SmallVector<MatmulConfig>
strategy::fewRowsConfigs(const TargetModel &target, const MatmulShape &shape) {
  llvm::SmallVector<MatmulConfig> configs;
  if (!canBeSwapped(shape))
    return configs;
  MatmulShape product = swapped(shape);
  for (int64_t columns : kFewRows) {
    int64_t parts =
        partsFor(target, product, std::max(columns, 2 * target.mmaColsStep));
    configs.push_back(configOf(target, shape, columns, parts));
  }
  return configs;
}

llvm::SmallVector<MatmulConfig>
strategy::fewRowsWays(const TargetModel &target, const MatmulShape &shape) {
  llvm::SmallVector<MatmulConfig> ways;
  if (!canBeSwapped(shape))
    return ways;
  for (int64_t columns : kFewRows)
    for (int64_t parts : {1, 2}) {
      MatmulConfig config = configOf(target, shape, columns, parts);
      for (int64_t depth : {config.tile[2], depthOfSlot(target, shape)})
        for (int64_t blocks : {kBlocksEach, int64_t(1)}) {
          config.tile[2] = depth;
          config.occupancy = blocks;
          config = fill(target, shape, config);
          if (!llvm::is_contained(ways, config))
            ways.push_back(config);
        }
    }
  return ways;
}

double strategy::costOfFewRows(const TargetModel &target,
                               const MatmulShape &product,
                               const MatmulConfig &config) {
  // Microseconds of a step: what none is shorter than, and for each row of
  // operands that wgmma reads, for each thread block of a multiprocessor.
  constexpr double kLeast = 0.09, kPerRow = 0.00105, kTile = 1;
  // An exchange in a cluster, and bytes of sums that go through shared memory.
  constexpr double kExchange = 1, kSumBytes = 4, kPeerRate = 40e3;
  // A pass over cold weights; for each column, its own and a part of the pass.
  constexpr double kShare = 0.55, kStart = 7.5, kLaterShare = 0.9,
                   kColumn = 0.027, kOfPass = 0.0012;
  constexpr double kBeside = 0.1;
  auto [rows, columns, depth] = config.tile;
  auto count = [](int64_t size, int64_t tile) {
    return static_cast<double>(
        llvm::divideCeil(std::max<int64_t>(size, 1), tile));
  };
  double across = count(product.n, columns);
  double blocks = count(product.m, rows) * static_cast<double>(config.splitK);
  double multiprocessors = static_cast<double>(
      std::max<int64_t>(multiprocessorsFor(target, config.splitK), 1));
  double each = std::min(std::ceil(blocks / multiprocessors),
                         static_cast<double>(config.occupancy));
  double waves = std::ceil(
      blocks / (multiprocessors * static_cast<double>(config.occupancy)));
  double steps = count(
      static_cast<int64_t>(count(product.k, depthOfSlot(target, product))),
      config.splitK);
  double slabs = count(rows, target.mmaRows);
  double step =
      std::max(kLeast, each * slabs * kPerRow *
                           static_cast<double>(target.mmaRows + columns));
  double parts = config.splitK == 1
                     ? 0
                     : kExchange + static_cast<double>(rows * columns) *
                                       kSumBytes / kPeerRate;
  double time = waves * (steps * step + kTile + parts);
  double bytes = static_cast<double>(product.m) *
                     static_cast<double>(product.k) *
                     static_cast<double>(product.operandBits) / 8 +
                 static_cast<double>(product.n) *
                     (static_cast<double>(product.k) *
                          static_cast<double>(product.operandBits) +
                      static_cast<double>(product.m) *
                          static_cast<double>(product.resultBits)) /
                     8;
  double atRate =
      bytes /
      (1e3 * static_cast<double>(std::max<int64_t>(target.memoryRate, 1)));
  double pass = std::min(atRate / kShare, kStart + atRate / kLaterShare);
  pass += static_cast<double>(columns - target.mmaColsStep) *
          (kColumn + kOfPass * atRate);
  // Rows of a box that are outside of the tensor take the copy engine longer
  // than others.
  constexpr double kOutside = 0.8, kWidest = 64;
  double outside = columns - std::min(columns, std::max<int64_t>(product.n, 1));
  double idle =
      kOutside * outside * static_cast<double>(columns) / (kWidest * kWidest);
  return across * (1 + idle) *
         (std::max(time, pass) + kBeside * std::min(time, pass));
}
