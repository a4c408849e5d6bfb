//===- MatmulNeeds.cpp - shared memory and registers of a product -------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

std::array<int64_t, 2> strategy::registersOf(const TargetModel &target,
                                             const MatmulConfig &config) {
  if (config.registers)
    return *config.registers;
  int64_t groups = config.mathGroups;
  int64_t threads = target.warpGroup * (groups + 1);
  int64_t producer = groups <= 2 ? 40 : 32;
  int64_t left = target.registerPool(threads) / target.warpGroup - producer;
  // 256 of them would leave none for ptxas to work with.
  return {producer,
          std::min<int64_t>(left / groups / 8 * 8, target.maxRegisters - 8)};
}

MatmulConfig strategy::complete(const TargetModel &target, const MatmulShape &,
                                const MatmulConfig &config) {
  MatmulConfig result = config;
  result.registers = registersOf(target, config);
  return result;
}

int64_t strategy::scalesOf(int64_t extent, int64_t block) {
  return std::max<int64_t>(1, llvm::divideCeil(extent, block));
}

bool strategy::byTma(const MatmulConfig &config, int64_t extent, Size2 block) {
  return config.scales != ScalePath::Copy && scalesOf(extent, block[0]) > 1 &&
         scalesOf(config.tile[2], block[1]) == 1;
}

/// Of the scales of one operand in a slot.
static int64_t scaleBytes(const TargetModel &target, const MatmulConfig &config,
                          int64_t extent, Size2 block, int64_t bits,
                          bool transposed) {
  int64_t rows = scalesOf(extent, block[0]);
  if (byTma(config, extent, block) && !transposed)
    return rows * target.tmaAlign;
  return rows * scalesOf(config.tile[2], block[1]) * bits / 8;
}

int64_t strategy::depthOfSlot(const TargetModel &target,
                              const MatmulShape &shape) {
  return target.swizzleBytes * 8 / shape.operandBits;
}

int64_t strategy::slotsOfStep(const TargetModel &target,
                              const MatmulShape &shape,
                              const MatmulConfig &config) {
  return llvm::divideCeil(config.tile[2], depthOfSlot(target, shape));
}

int64_t strategy::sharedMemory(const TargetModel &target,
                               const MatmulShape &shape,
                               const MatmulConfig &config) {
  // The pattern of the swizzle repeats every 1024 bytes.
  constexpr int64_t kOperandAlign = 1024, kScaleAlign = 128, kBarrier = 8;
  constexpr int64_t kStoreRows = 16, kStoreColumns = 16, kStoreBytes = 128;
  constexpr int64_t kSumBytes = 4;
  int64_t warps = config.mathGroups * target.warpGroup / 32;
  auto [rows, columns, depth] = config.tile;
  // Each warp stores boxes of 16 rows of at most 128 bytes through TMA.
  // Of a tile in parts a thread block stores so many-th of the columns.
  int64_t stored = columns / config.splitK;
  int64_t box = kStoreBytes * 8 / shape.resultBits;
  while (stored % box != 0)
    box /= 2;
  // Threads store a transpose, and tiles that are not whole boxes.
  bool staged = !config.storesDirectly() && !shape.transposed &&
                stored % kStoreColumns == 0;
  int64_t end = staged ? warps * kStoreRows * box * shape.resultBits / 8 : 0;
  // A part in f32, and where the thread blocks meet.
  if (config.splitK > 1)
    end += rows * columns * kSumBytes;
  auto slots = [&](int64_t bytes, int64_t align) {
    end =
        llvm::alignTo(end, align) + config.stages * llvm::alignTo(bytes, align);
  };
  int64_t rowBytes =
      std::min(depth * shape.operandBits / 8, target.swizzleBytes);
  slots(rows * rowBytes, kOperandAlign);
  slots(columns * rowBytes, kOperandAlign);
  slots(scaleBytes(target, config, rows, shape.aBlock, shape.aScaleBits,
                   shape.aScalesTransposed),
        kScaleAlign);
  slots(scaleBytes(target, config, columns, shape.bBlock, shape.bScaleBits,
                   shape.bScalesTransposed),
        kScaleAlign);
  return llvm::alignTo(end, kBarrier) + 2 * kBarrier * config.stages +
         (config.splitK > 1 ? kBarrier : 0);
}

/// Addresses, scales of rows, state of loops.
static constexpr int64_t kOtherRegisters = 32;

/// The same while the scales of columns take what there is: most are computed
/// anew then, and scales of rows are read late as well. ptxas needs 8 or 10.
static constexpr int64_t kFewOtherRegisters = 10;

bool strategy::readsColumnsLate(int64_t sums, int64_t columns,
                                int64_t registers) {
  return sums + 2 * columns + kOtherRegisters > registers;
}

/// Registers of a thread for the accumulators of one slab of mmaRows.
static int64_t accumulatorSet(const TargetModel &target,
                              const MatmulConfig &config) {
  return config.tile[1] * target.mmaRows / target.warpGroup;
}

static int64_t slabsOfGroup(const TargetModel &target,
                            const MatmulConfig &config) {
  return config.tile[0] / target.mmaRows / config.mathGroups;
}

/// The accumulators and the product in flight.
static int64_t sumRegisters(const TargetModel &target,
                            const MatmulConfig &config) {
  return (slabsOfGroup(target, config) + 1) * accumulatorSet(target, config);
}

int64_t strategy::leastRegisters(const TargetModel &target,
                                 const MatmulConfig &config) {
  return sumRegisters(target, config) + kOtherRegisters;
}

/// A thread holds the scales of its own columns, or, where blocks are whole
/// groups of columns, those of all blocks.
static bool hasOwnColumns(const TargetModel &target, const MatmulShape &shape,
                          const MatmulConfig &config) {
  int64_t step = config.storesDirectly()
                     ? permutedGroup(target, shape.resultBits)
                     : target.mmaColsStep;
  return shape.bBlock[0] < config.tile[1] && shape.bBlock[0] % step != 0;
}

static int64_t columnScales(const TargetModel &target, const MatmulShape &shape,
                            const MatmulConfig &config) {
  return hasOwnColumns(target, shape, config)
             ? config.tile[1] * target.mmaColsHeld / target.mmaColsStep
             : scalesOf(config.tile[1], shape.bBlock[0]);
}

/// The scales of a step's first blocks are read before its products; those of
/// further blocks along K are others, read while the product runs.
static int64_t scaleRegisters(const TargetModel &target,
                              const MatmulShape &shape,
                              const MatmulConfig &config) {
  int64_t depth = config.tile[2];
  int64_t columns = columnScales(target, shape, config);
  int64_t rows = shape.aBlock[0] % target.mmaRows == 0 ? 1 : 2;
  return columns - 1 + (shape.bBlock[1] < depth ? columns : 0) +
         (shape.aBlock[1] < depth ? rows : 0);
}

int64_t strategy::permutedGroup(const TargetModel &target, int64_t resultBits) {
  constexpr int64_t kStoreBits = 128;
  if (resultBits != 16 && resultBits != 32)
    return 0;
  return kStoreBits / resultBits * target.mmaColsStep / target.mmaColsHeld;
}

int64_t strategy::promotedDepth(const MatmulShape &shape, int64_t depth) {
  return std::min({depth, shape.aBlock[1], shape.bBlock[1]});
}

int64_t strategy::multiprocessorsFor(const TargetModel &target,
                                     int64_t blocks) {
  constexpr int64_t kPairs = 2, kLeftOver = 4;
  return blocks <= kPairs ? target.multiprocessors
                          : target.multiprocessors - kLeftOver;
}

llvm::SmallVector<int64_t>
strategy::partsWorthwhile(const TargetModel &target, const MatmulShape &shape,
                          const MatmulConfig &config) {
  constexpr int64_t kFewestSteps = 4;
  llvm::SmallVector<int64_t> parts{1};
  if (shape.n == kUnknown || shape.k == kUnknown)
    return parts;
  int64_t tiles = llvm::divideCeil(shape.n, config.tile[1]);
  int64_t steps = llvm::divideCeil(shape.k, config.tile[2]);
  for (int64_t more = 2; more <= target.clusterMax &&
                         more * tiles <= multiprocessorsFor(target, more) &&
                         more * kFewestSteps <= steps;
       more *= 2)
    parts.push_back(more);
  return parts;
}

bool strategy::isOneSum(const MatmulShape &shape, int64_t depth) {
  return depth <= shape.promote && shape.aBlock[1] % depth == 0 &&
         shape.bBlock[1] % depth == 0;
}

int64_t strategy::mathRegisters(const TargetModel &target,
                                const MatmulShape &shape,
                                const MatmulConfig &config) {
  int64_t loop =
      leastRegisters(target, config) + scaleRegisters(target, shape, config);
  if (int64_t sums = sumRegisters(target, config),
      columns = columnScales(target, shape, config);
      hasOwnColumns(target, shape, config) &&
      readsColumnsLate(sums, columns, registersOf(target, config)[1]))
    loop =
        sums + 1 + scaleRegisters(target, shape, config) + kFewOtherRegisters;
  // Beside the accumulators of all slabs, ptxas holds what the epilogue reads
  // for them, of about two tensors at a time, and some of what it reads for
  // rows and columns.
  constexpr int64_t kVector = 8;
  int64_t tiles = llvm::count(shape.epilogue, Spread::Tile);
  int64_t vectors = llvm::count_if(shape.epilogue, [](Spread spread) {
    return spread == Spread::Row || spread == Spread::Column;
  });
  int64_t epilogue = slabsOfGroup(target, config) *
                         accumulatorSet(target, config) *
                         (1 + std::min<int64_t>(tiles, 2)) +
                     vectors * kVector + kOtherRegisters;
  // The product of the next tile is in flight.
  if (config.store == StorePath::Deferred)
    epilogue += accumulatorSet(target, config);
  return std::max(loop, epilogue);
}
