//===- Matmul.cpp - strategy of a scaled matrix multiplication ------------===//
//
// Which configs are weighed. What one takes MatmulNeeds.cpp counts, whether it
// can be MatmulLegality.cpp says, and what it costs MatmulCost.cpp. Bands of
// tiles that touch the fewest operand rows beat plain row order by up to 6 %
// (one H100).
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

/// Band height that makes the tiles in flight touch the fewest rows of A and B.
static int64_t chooseRaster(const TargetModel &target, int64_t m,
                            const MatmulConfig &config) {
  int64_t best = 1, bestCost = std::numeric_limits<int64_t>::max();
  int64_t most =
      m == kUnknown
          ? 64
          : std::clamp<int64_t>(llvm::divideCeil(m, config.tile[0]), 1, 64);
  for (int64_t band = 1; band <= most; ++band) {
    int64_t rows =
        band * config.tile[0] +
        llvm::divideCeil(target.multiprocessors * config.tilesAtOnce(), band) *
            config.tile[1];
    if (rows < bestCost) {
      bestCost = rows;
      best = band;
    }
  }
  return best;
}

/// As long a step as sums may become. Half of the ring is there for the next
/// one.
static int64_t chooseStep(const TargetModel &target, const MatmulShape &shape,
                          const MatmulConfig &config) {
  int64_t slot = depthOfSlot(target, shape);
  for (int64_t slots = config.stages / 2; slots > 1; --slots)
    if (isOneSum(shape, slots * slot))
      return slots * slot;
  return slot;
}

/// Whether the copy engine can bring a scale that a slot has alone.
static bool isWholeRow(const TargetModel &target, const MatmulConfig &config,
                       Size2 block, int64_t columns, int64_t bits,
                       bool transposed) {
  return !transposed && scalesOf(config.tile[2], block[1]) == 1 &&
         columns != kUnknown && columns * bits / 8 % target.tmaAlign == 0;
}

/// Measured on an H200 at K = N = 8192: with the copy engine tiles of 256x128
/// are 10 to 14 % faster, of 128x128 2 to 8 %; 64x128 and 128x64 are 3 to 10 %
/// slower, since its rows of 16 bytes take as long as those of operands. Scales
/// that lie side by side it brings in one row: 128x64 is 8 % faster. A single
/// scale that no thread has to copy makes 256x128 2 to 3 % faster.
static ScalePath chooseScales(const TargetModel &target,
                              const MatmulShape &shape, MatmulConfig config) {
  config.scales = hasOpenScaleRows(shape) ? ScalePath::Either : ScalePath::Tma;
  bool large = config.tile[0] >= 128 && config.tile[1] >= 128;
  bool a = byTma(config, config.tile[0], shape.aBlock),
       b = byTma(config, config.tile[1], shape.bBlock);
  bool inRows = (!a || shape.aScalesTransposed) && //
                (!b || shape.bScalesTransposed);
  bool engine = a || b ||
                (isWholeRow(target, config, shape.aBlock, shape.aScaleColumns,
                            shape.aScaleBits, shape.aScalesTransposed) &&
                 isWholeRow(target, config, shape.bBlock, shape.bScaleColumns,
                            shape.bScaleBits, shape.bScalesTransposed));
  return engine && (large || inRows) && !refuseScales(target, shape, config)
             ? config.scales
             : ScalePath::Copy;
}

/// Under the next tile's first product where rows of b can be permuted and
/// registers hold it: at K = N = 8192 1 to 4 % faster than through shared
/// memory, which leaves room for one slot less. Where the epilogue reads
/// tensors of the result's size, ptxas has too little left for both tiles. A
/// tile that sums start from is read sixteen bytes at once so, and while a
/// product runs.
static StorePath chooseStore(const TargetModel &target,
                             const MatmulShape &shape, MatmulConfig config) {
  constexpr int64_t kWord = 32;
  if (llvm::is_contained(shape.epilogue, Spread::Tile) ||
      (shape.accumulates && shape.resultBits != kWord))
    return StorePath::Staged;
  for (StorePath path : {StorePath::Deferred, StorePath::Direct}) {
    config.store = path;
    MatmulConfig tried = complete(target, shape, config);
    if (!refuseSchedule(tried) && !refuseStore(target, shape, tried) &&
        mathRegisters(target, shape, tried) <= (*tried.registers)[1])
      return path;
  }
  return StorePath::Staged;
}

/// With one or two rows of tiles those that want the same part of b want it at
/// the same time. On an H200 at K = N = 8192, L2 flushed, 128 rows take 0.92
/// instead of 1.02 of the time so, 256 0.95 instead of 1.02; 512 the same.
static bool streamsB(const MatmulShape &shape, const MatmulConfig &config) {
  int64_t rows = shape.m == kUnknown ? shape.mostRows : shape.m;
  return rows != kUnknown && rows <= 2 * config.tile[0];
}

/// Columns of tiles follow the blocks of b where those are no powers of two.
static llvm::SmallVector<int64_t> columnsFor(const MatmulShape &shape) {
  llvm::SmallVector<int64_t> columns{128};
  if (int64_t blocks = std::lcm<int64_t>(shape.bBlock[0], 16); blocks < 128)
    columns.push_back(blocks);
  for (int64_t smaller : {64, 32, 16})
    if (!llvm::is_contained(columns, smaller))
      columns.push_back(smaller);
  return columns;
}

/// All keys that follow from tile, math groups and schedule.
static MatmulConfig fit(const TargetModel &target, const MatmulShape &shape,
                        MatmulConfig config) {
  config.tile[2] = depthOfSlot(target, shape);
  config.stages = 8;
  config.store = chooseStore(target, shape, config);
  config.scales = chooseScales(target, shape, config);
  config = complete(target, shape, config);
  config.streamB = streamsB(shape, config);
  config.raster = chooseRaster(target, shape.m, config);
  while (config.stages > 1 &&
         sharedMemory(target, shape, config) > target.sharedMemory)
    --config.stages;
  config.tile[2] = chooseStep(target, shape, config);
  return config;
}

namespace {
/// Rows of a tile and math groups.
struct Split {
  int64_t rows, groups;
};
} // namespace

static constexpr Split kCooperative[] = {{256, 2}, {192, 3}, {128, 2}, {64, 1}},
                       kPingPong[] = {{128, 2}, {64, 2}};

Candidates<MatmulConfig> strategy::candidates(const TargetModel &target,
                                              const MatmulShape &shape,
                                              Schedule schedule) {
  llvm::ArrayRef<Split> splits = kCooperative;
  if (schedule == Schedule::PingPong)
    splits = kPingPong;
  Candidates<MatmulConfig> all;
  for (int64_t width : columnsFor(shape))
    for (auto [rows, groups] : splits) {
      MatmulConfig config;
      config.tile = {rows, width, 0};
      config.mathGroups = groups;
      config.schedule = schedule;
      config = fit(target, shape, config);
      insertCandidate(all, {config, cost(target, shape, config),
                            mathRegisters(target, shape, config),
                            (*config.registers)[1],
                            sharedMemory(target, shape, config),
                            refuseChoice(target, shape, config)});
    }
  return all;
}
