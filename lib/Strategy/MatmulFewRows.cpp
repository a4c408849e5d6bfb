//===- MatmulFewRows.cpp - products of few rows ---------------------------===//
//
// Few rows are multiplied at the speed of the memory. What is weighed for them
// has rows of b where an instruction wants 64 and those of a as its columns;
// several thread blocks on a multiprocessor, so that the ring of the next
// kernel fills while this one ends; and parts of K where there would be few
// thread blocks or their loops would be long.
//
// Measured on an H200, 1 to 64 rows, (K, N) of (2048, 7168), (7168, 2112),
// (4096, 4096), (7168, 4096), (8192, 8192), (8192, 10240), (28672, 8192) and
// (8192, 57344), launched early and one after another, and with L2 flushed, in
// benchmarks/results/h200-2026-11-29-few-rows-configs.json. What is chosen is
// within 2 percent of the best of these on average.
//
// Parts of K: two take 0.56 to 0.7 of the time of one at (7168, 2112), where
// 33 tiles are a quarter of the multiprocessors, 0.94 to 0.98 at 64 tiles, and
// 1.03 to 1.1 at (2048, 7168). With a K of 8192 and more tiles they gain 1 to
// 12 percent one after another and lose up to 4 flushed. With 64 columns they
// pay where thread blocks of all parts fit side by side.
//
// Thread blocks: where those of a launch fit twice on the multiprocessors, or
// those of all launches leave a better last wave so, each has all of the memory
// of one: 0.75 of the time of two at (7168, 2112), 0.92 at (8192, 10240). Two
// are 5 to 9 percent faster where one launch fills them. With 64 columns one is
// always faster, since its ring would be short. Flushed, two are at most 2
// percent slower with fewer columns; with 64 they take 0.95 to 0.99 of the time
// where a launch has a thread block for each multiprocessor, but 1.03 times at
// (7168, 2112) and 1.06 at (8192, 57344) (h200-2026-11-29-few-rows-two.json).
//
// Two math groups that take the steps in turn take 0.92 to 0.97 of the time of
// two parts where thread blocks of all of K fit twice, (4096, 4096) and (7168,
// 4096), and of one group with two parts at (7168, 2112) and 32 columns;
// elsewhere 1.02 to 1.2 times as long.
//
// Memory serves loads in the order in which they come. Where the thread blocks
// of two launches are on the multiprocessors, those of the second fill their
// rings while those of the first multiply, and what the first ones load for
// slots that are free again queues behind: the last step came 4.3 microseconds
// after the kernel in front had ended. A pause behind
// the first four slots takes 0.87 to 0.91 of the time at (2048, 7168) and
// (4096, 4096), where a part of K has up to twice the slots of a ring; with
// a longer K it takes as long or 1.03 times, since most of it is loaded behind
// the wait anyway. Two microseconds are best with 8 columns, 2.5 with 32
// (h200-2026-11-29-few-rows-pause.json).
//
// Steps of 512 elements are as long as those of 256 with 8 columns; with 16
// they take 2 to 4 percent longer, since fewer of the slots are used, and 4
// less where thread blocks have several tiles.
//
// Tiles wider than there are rows take longer than with all rows: 64 columns at
// 32 rows 1.4 times at (8192, 8192), 32 columns at one row 1.1 times at
// (28672, 8192) (h200-2026-11-29-few-rows.json there).
//
// The cost of these is an estimate from the same kernels, L2 flushed: a pass
// over cold weights takes 7.5 microseconds and what nine tenths of the memory's
// rate give, 12 % more or less, and longer the more columns tiles have: with 64
// 1.8 microseconds more than with 8 at (4096, 4096) (1.8), 2.5 (2.5) at
// (8192, 8192), 4.8 (4.9) at (28672, 8192). A multiprocessor takes in 72 bytes
// of cold operands in a nanosecond, 85 with two thread blocks: 29 microseconds
// (29) for two tiles of 64x64 at K = 8192. More rows than a tile has columns
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

static constexpr int64_t kWide = 32, kParts = 2;

/// Elements of K in a step, for so many columns: sums of a step are in flight
/// together, and each slot of the ring is 128 of them. As long as it may be
/// where thread blocks have several tiles.
static int64_t stepFor(const TargetModel &target, const MatmulShape &product,
                       int64_t columns, int64_t part, bool severalTiles) {
  constexpr int64_t kFewestSteps = 2, kMostSums = 4, kNarrow = 8;
  int64_t slot = depthOfSlot(target, product);
  int64_t most = kMostSums * (severalTiles ? 2 : 1) * kNarrow / columns;
  // Threads have the codes of one step in flight.
  if (product.dequantized)
    most = columns > kWide ? kMostSums / 2 : kMostSums;
  for (int64_t sums = std::clamp<int64_t>(most, 1, kMostSums); sums > 1;
       sums /= 2)
    if (int64_t depth = sums * slot;
        endsInLastSlot(target, product, depth) && part % depth == 0 &&
        part / depth >= kFewestSteps && isWholeSlots(target, product, depth))
      return depth;
  return depthOfStep(target, product);
}

static int64_t tilesOf(const TargetModel &target, const MatmulShape &product) {
  return llvm::divideCeil(product.m, target.mmaRows);
}

/// Whether so many thread blocks of two launches are on multiprocessors of
/// their own.
static bool fitTwice(const TargetModel &target, int64_t blocks) {
  return kBlocksEach * blocks <= target.multiprocessors;
}

/// The share of the places for thread blocks that `blocks` fill, in several
/// waves.
static double filled(int64_t blocks, int64_t places) {
  return static_cast<double>(blocks) /
         static_cast<double>(llvm::alignTo(blocks, places));
}

/// Parts of K, for so many columns of a tile: few tiles leave multiprocessors
/// without work, and a long K is one long loop, which the next launch waits
/// for.
static int64_t partsFor(const TargetModel &target, const MatmulShape &product,
                        int64_t columns) {
  constexpr int64_t kTiles = 100, kLongK = 8192;
  constexpr double kClear = 1.05;
  if (product.batchInvariant)
    return product.sumParts;
  if (product.dequantized && product.k % depthOfStep(target, product) != 0)
    return 1;
  int64_t tiles = tilesOf(target, product);
  bool splits = tiles <= kTiles;
  if (columns > kWide)
    splits = kParts * tiles <= target.multiprocessors;
  else if (product.beginsEarly && fitTwice(target, tiles))
    splits = fitTwice(target, kParts * tiles);
  else if (product.beginsEarly)
    splits |= product.k >= kLongK;
  else if (int64_t places = kBlocksEach * target.multiprocessors;
           tiles > places && product.k >= kLongK)
    splits = filled(kParts * tiles, places) > kClear * filled(tiles, places);
  return splits && hasStepsFor(product, depthOfStep(target, product), kParts)
             ? kParts
             : 1;
}

/// Math groups that take the steps in turn: where one has the loop over all of
/// K to itself, or many columns, while the thread blocks of a launch are few.
static int64_t groupsFor(const TargetModel &target, const MatmulShape &product,
                         int64_t columns, int64_t parts) {
  constexpr int64_t kGroups = 2;
  bool pays = columns <= kWide && product.beginsEarly &&
              !product.batchInvariant &&
              fitTwice(target, parts * tilesOf(target, product)) &&
              (parts == 1 || columns == kWide);
  return pays ? kGroups : 1;
}

/// Slots that are filled at once, and how much later the others are, where one
/// launch leaves room for the thread blocks of the next on each multiprocessor.
static std::optional<std::array<int64_t, 2>>
pauseFor(const TargetModel &target, const MatmulShape &product,
         const MatmulConfig &config) {
  constexpr int64_t kSlots = 4, kLeast = 1840, kPerColumn = 20;
  constexpr double kLongest = 2;
  int64_t blocks = tilesOf(target, product) * config.splitK;
  int64_t slots =
      llvm::divideCeil(product.k / config.splitK, depthOfSlot(target, product));
  bool pays = product.beginsEarly && !product.dequantized &&
              config.occupancy == kBlocksEach &&
              blocks <= target.multiprocessors && config.rings() == 1 &&
              config.tile[1] <= kWide && slots > config.stages &&
              static_cast<double>(slots) <=
                  kLongest * static_cast<double>(config.stages) &&
              config.stages > kSlots;
  if (!pays)
    return std::nullopt;
  return std::array<int64_t, 2>{kSlots, kLeast + kPerColumn * config.tile[1]};
}

/// Thread blocks on a multiprocessor, of `blocks` in all.
static int64_t occupancyFor(const TargetModel &target,
                            const MatmulShape &product, int64_t blocks,
                            int64_t columns) {
  int64_t each = target.multiprocessors, both = kBlocksEach * each;
  bool oneEach = blocks <= each && !fitTwice(target, blocks);
  if (columns > kWide)
    return oneEach && !product.beginsEarly ? kBlocksEach : 1;
  if (!product.beginsEarly)
    return kBlocksEach;
  bool fillsBetter = llvm::divideCeil(blocks, each) * each <
                     llvm::divideCeil(blocks, both) * both;
  return fitTwice(target, blocks) || (blocks > both && fillsBetter)
             ? 1
             : kBlocksEach;
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

/// All keys that follow from a tile's columns, the parts of K and the groups
/// that share a part.
static MatmulConfig configOf(const TargetModel &target,
                             const MatmulShape &shape, int64_t columns,
                             int64_t parts, int64_t groups) {
  MatmulConfig config;
  config.swap = config.streamA = true;
  config.decode = shape.codeBits != 0;
  config.rowSums = shape.sumsApart ? RowSums::Apart : RowSums::Beside;
  config.dequantize = shape.dequantized;
  config.epilogue = shape.kept;
  config.l2Promotion = kRowOfTile;
  config.mathGroups = config.kGroups = groups;
  config.splitK = parts;
  MatmulShape product = swapped(shape);
  int64_t blocks = tilesOf(target, product) * parts;
  config.occupancy = occupancyFor(target, product, blocks, columns);
  config.tile = {target.mmaRows, columns,
                 stepFor(target, product, columns, product.k / parts,
                         blocks > config.occupancy * target.multiprocessors)};
  config = fill(target, shape, config);
  config.pause = pauseFor(target, product, config);
  return config;
}

int64_t strategy::partsOfSums(const TargetModel &target, MatmulShape shape) {
  constexpr int64_t kColumns = 16, kMostWaves = 2;
  constexpr double kFull = 0.9;
  if (!canBeSwapped(shape))
    return 1;
  shape.m = shape.mostRows = kUnknown;
  MatmulShape product = swapped(shape);
  int64_t tiles = tilesOf(target, product);
  int64_t each = target.multiprocessors;
  if (product.beginsEarly
          ? tiles > kMostWaves * each || filled(tiles, each) > kFull
          : !fitTwice(target, kParts * tiles))
    return 1;
  product.batchInvariant = false;
  int64_t parts = partsFor(target, product, kColumns);
  if (groupsFor(target, product, kColumns, parts) > 1)
    parts = kParts;
  if (parts == 1)
    return 1;
  shape.sumParts = parts;
  auto all = candidates(target, shape);
  return all.empty() || all.front().refusal ? 1 : parts;
}

llvm::SmallVector<MatmulConfig>
strategy::fewRowsConfigs(const TargetModel &target, const MatmulShape &shape) {
  llvm::SmallVector<MatmulConfig> configs;
  if (!canBeSwapped(shape))
    return configs;
  MatmulShape product = swapped(shape);
  for (int64_t columns : kFewRows) {
    int64_t parts = partsFor(target, product, columns);
    int64_t groups = groupsFor(target, product, columns, parts);
    configs.push_back(configOf(target, shape, columns, parts, groups));
    if (groups == 1)
      continue;
    // Two parts that a pause speeds up are faster than two groups.
    MatmulConfig halves =
        configOf(target, shape, columns, kParts, /*groups=*/1);
    if (halves.pause)
      configs.back() = halves;
    else if (refuseChoice(target, shape, configs.back()))
      configs.back() = configOf(target, shape, columns, parts, /*groups=*/1);
  }
  return configs;
}

llvm::SmallVector<MatmulConfig>
strategy::fewRowsWays(const TargetModel &target, const MatmulShape &shape) {
  llvm::SmallVector<MatmulConfig> ways;
  if (!canBeSwapped(shape))
    return ways;
  MatmulShape product = swapped(shape);
  for (int64_t columns : kFewRows)
    for (int64_t parts : {1, 2}) {
      MatmulConfig config =
          configOf(target, shape, columns, parts, /*groups=*/1);
      for (int64_t depth : {config.tile[2], depthOfStep(target, shape)})
        for (auto [blocks, groups] :
             {std::pair<int64_t, int64_t>(kBlocksEach, 1), {1, 1}, {1, 2}}) {
          config.tile[2] = depth;
          config.occupancy = blocks;
          config.mathGroups = config.kGroups = groups;
          config.pause.reset();
          config = fill(target, shape, config);
          if (!llvm::is_contained(ways, config))
            ways.push_back(config);
          config.pause = pauseFor(target, product, config);
          if (config.pause && !llvm::is_contained(ways, config))
            ways.push_back(config);
        }
    }
  return ways;
}

double strategy::passOfFewRows(const MatmulShape &shape, double atRate) {
  constexpr double kShare = 0.55, kStart = 7.5, kLaterShare = 0.9, kGap = 1;
  if (shape.beginsEarly)
    return kGap + atRate / kLaterShare;
  return std::min(atRate / kShare, kStart + atRate / kLaterShare);
}

double strategy::intakeOfRows(double rows, int64_t bytes, bool alone) {
  constexpr double kOne = 72e3, kSeveral = 85e3;
  return rows * static_cast<double>(bytes) / (alone ? kOne : kSeveral);
}

double strategy::costOfFewRows(const TargetModel &target,
                               const MatmulShape &product,
                               const MatmulConfig &config) {
  // Microseconds of a step: what none is shorter than, and for each row of
  // operands that wgmma reads, for each thread block of a multiprocessor.
  constexpr double kLeast = 0.09, kPerRow = 0.00105, kTile = 1;
  // An exchange in a cluster, and bytes of sums that go through shared memory.
  constexpr double kExchange = 1, kSumBytes = 4, kPeerRate = 40e3;
  // For each column of the pass over weights, its own and a part of the pass.
  constexpr double kColumn = 0.027, kOfPass = 0.0012;
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
      static_cast<int64_t>(count(product.k, depthOfStep(target, product))),
      config.splitK * config.kGroups);
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
  constexpr double kPauseGains = 0.7;
  double pass =
      passOfFewRows(product, atRate) - (config.pause ? kPauseGains : 0);
  pass += static_cast<double>(columns - target.mmaColsStep) *
          (kColumn + kOfPass * atRate);
  double intake =
      intakeOfRows(waves * each * static_cast<double>(rows + columns) /
                       static_cast<double>(config.splitK),
                   product.k * product.operandBits / 8, config.occupancy == 1);
  pass = std::max(pass, kFirstLoads + intake);
  // Rows of a box that are outside of the tensor take the copy engine longer
  // than others.
  constexpr double kOutside = 0.8, kWidest = 64;
  double outside = columns - std::min(columns, std::max<int64_t>(product.n, 1));
  double idle =
      kOutside * outside * static_cast<double>(columns) / (kWidest * kWidest);
  return across * (1 + idle) *
         (std::max(time, pass) + kBeside * std::min(time, pass));
}
