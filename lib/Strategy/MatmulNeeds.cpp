//===- MatmulNeeds.cpp - shared memory and registers of a product -------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

/// Bits of an element that threads alone can store.
static constexpr int64_t kByte = 8;

MatmulShape strategy::swapped(const MatmulShape &shape) {
  MatmulShape result = shape;
  result.m = shape.n;
  result.mostRows = kUnknown;
  result.n = shape.m;
  result.bRows = shape.m;
  result.bStart = 0;
  result.transposed = !shape.transposed;
  std::swap(result.aCopied, result.bCopied);
  std::swap(result.aCodes, result.bCodes);
  std::swap(result.sumsRowsOfA, result.sumsRowsOfB);
  std::swap(result.aBlock, result.bBlock);
  std::swap(result.aScaleBits, result.bScaleBits);
  std::swap(result.aOrigin, result.bOrigin);
  std::swap(result.aScaleColumns, result.bScaleColumns);
  std::swap(result.aScalesTransposed, result.bScalesTransposed);
  std::swap(result.aScalesPadded, result.bScalesPadded);
  for (Spread &spread : result.epilogue)
    if (spread == Spread::Row || spread == Spread::Column)
      spread = spread == Spread::Row ? Spread::Column : Spread::Row;
  return result;
}

int64_t TileSide::shared() const {
  return std::gcd(std::gcd(extent, origin), block[0]);
}

int64_t TileSide::scales() const {
  if (block == kNoBlock)
    return 0;
  return llvm::divideCeil(block[0] - shared() + extent, block[0]);
}

TileSide strategy::sideOfA(const MatmulShape &shape,
                           const MatmulConfig &config) {
  return {config.tile[0],     shape.aBlock,        shape.aOrigin,
          shape.aScaleBits,   shape.aScaleColumns, shape.aScalesTransposed,
          shape.aScalesPadded};
}

TileSide strategy::sideOfB(const MatmulShape &shape,
                           const MatmulConfig &config) {
  return {config.tile[1],     shape.bBlock,        shape.bOrigin,
          shape.bScaleBits,   shape.bScaleColumns, shape.bScalesTransposed,
          shape.bScalesPadded};
}

/// Blocks along K in a step, which starts one or is inside of one.
static int64_t blocksOfStep(const MatmulConfig &config, const TileSide &side) {
  if (side.block == kNoBlock)
    return 0;
  return llvm::divideCeil(config.tile[2], side.block[1]);
}

bool strategy::byTma(const TargetModel &target, const MatmulShape &shape,
                     const MatmulConfig &config, const TileSide &side) {
  if (config.scales == ScalePath::Copy || side.scales() == 0)
    return false;
  int64_t blocks = blocksOfStep(config, side);
  if (blocks == 1)
    return side.scales() > 1;
  // Of a step of several slots, those of all blocks in each row.
  return slotsOfStep(target, shape, config) > 1 && !side.transposed &&
         blocks * side.scaleBits / 8 % target.tmaAlign == 0;
}

/// Of the scales of one operand in a slot.
static int64_t scaleBytes(const TargetModel &target, const MatmulShape &shape,
                          const MatmulConfig &config, const TileSide &side) {
  if (byTma(target, shape, config, side) && !side.transposed)
    return side.scales() *
           llvm::alignTo(blocksOfStep(config, side) * side.scaleBits / 8,
                         target.tmaAlign);
  return side.scales() * blocksOfStep(config, side) * side.scaleBits / 8;
}

int64_t strategy::depthOfSlot(const TargetModel &target,
                              const MatmulShape &shape) {
  return target.swizzleBytes * 8 / shape.operandBits;
}

/// Elements of K of an instruction.
static int64_t depthOfProduct(const TargetModel &target,
                              const MatmulShape &shape) {
  return target.mmaDepthBytes * 8 / shape.operandBits;
}

/// The first of steps of `depth` ends where a block does, or lies inside of
/// one.
static bool startsWithSteps(const MatmulShape &shape, int64_t depth,
                            int64_t block) {
  return shape.kOrigin == 0 || shape.kOrigin % std::min(depth, block) == 0;
}

/// Whether steps of `depth` are whole blocks, which are whole instructions, or
/// lie inside of one.
static bool goesInto(const TargetModel &target, const MatmulShape &shape,
                     int64_t depth, int64_t block) {
  return startsWithSteps(shape, depth, block) &&
         (block % depth == 0 ||
          (depth % block == 0 && block % depthOfProduct(target, shape) == 0));
}

int64_t strategy::depthOfStep(const TargetModel &target,
                              const MatmulShape &shape) {
  int64_t least = depthOfProduct(target, shape);
  int64_t depth = depthOfSlot(target, shape);
  while (depth > least && !(goesInto(target, shape, depth, shape.aBlock[1]) &&
                            goesInto(target, shape, depth, shape.bBlock[1])))
    depth -= least;
  return depth;
}

int64_t strategy::depthOfOnlyBlock(const TargetModel &target,
                                   const MatmulShape &shape, int64_t block) {
  int64_t slot = depthOfSlot(target, shape);
  if (shape.k == kUnknown || block < shape.k ||
      goesInto(target, shape, slot, block))
    return block;
  return static_cast<int64_t>(
      llvm::alignTo(std::max<int64_t>(shape.k, 1), slot));
}

int64_t strategy::slotsOfStep(const TargetModel &target,
                              const MatmulShape &shape,
                              const MatmulConfig &config) {
  return llvm::divideCeil(config.tile[2], depthOfSlot(target, shape));
}

int64_t strategy::sharedMemory(const TargetModel &target,
                               const MatmulShape &shape,
                               const MatmulConfig &config) {
  if (config.swap)
    return sharedMemory(target, swapped(shape), config.afterSwap());
  // The pattern of the swizzle repeats every 1024 bytes.
  constexpr int64_t kOperandAlign = 1024, kScaleAlign = 128, kBarrier = 8;
  constexpr int64_t kStoreRows = 16, kStoreColumns = 16, kStoreBytes = 128;
  constexpr int64_t kSumBytes = 4, kInboxAlign = 16;
  // One of several that take steps in turn stores.
  int64_t warps = config.mathGroups / config.kGroups * target.warpGroup / 32;
  auto [rows, columns, depth] = config.tile;
  // Each warp stores boxes of 16 rows of at most 128 bytes through TMA.
  // Of a tile in parts a thread block stores so many-th of the columns.
  int64_t stored = columnsOfProduct(config) / config.sharers();
  int64_t box = kStoreBytes * 8 / shape.resultBits;
  while (stored % box != 0)
    box /= 2;
  // Threads store a transpose, and products that are not whole boxes.
  bool staged = !config.storesDirectly() && !shape.transposed &&
                shape.resultBits > kByte && stored % kStoreColumns == 0;
  int64_t end = staged ? warps * kStoreRows * box * shape.resultBits / 8 : 0;
  auto slots = [&](int64_t bytes, int64_t align) {
    end =
        llvm::alignTo(end, align) + config.stages * llvm::alignTo(bytes, align);
  };
  // A step of less than a slot has one nevertheless.
  int64_t rowBytes = target.swizzleBytes;
  for (int64_t ring = 0; ring < config.rings(); ++ring) {
    slots(rows * rowBytes, kOperandAlign);
    int64_t products = config.dual ? 2 : 1;
    for (int64_t product = 0; product < products; ++product)
      slots(columns * rowBytes, kOperandAlign);
    auto scales = [&](const TileSide &side) {
      if (int64_t bytes = scaleBytes(target, shape, config, side))
        slots(bytes, kScaleAlign);
    };
    scales(sideOfA(shape, config));
    for (int64_t product = 0; product < products; ++product)
      scales(sideOfB(shape, config));
    end = llvm::alignTo(end, kBarrier) + 2 * kBarrier * config.stages;
  }
  // What says whose turn it is to store.
  if (config.tilesAtOnce() > 1)
    return end + 2 * kBarrier;
  // A slot for the sum of the second one.
  if (config.kGroups > 1)
    end = llvm::alignTo(end, kOperandAlign) + rows * columns * kSumBytes +
          2 * kBarrier;
  // Two slots for what all groups read of one another: sums of rows of b, and
  // maxima of blocks, a word for each warp's rows of each part of columns.
  auto shared = [&](int64_t words) {
    constexpr int64_t kSlots = 2;
    end =
        llvm::alignTo(end, kOperandAlign) +
        kSlots * (llvm::alignTo(words * kSumBytes, kScaleAlign) + 2 * kBarrier);
  };
  if (shape.sumsBesideB())
    shared(columns);
  if (config.quantize && shape.quantized && (*shape.quantized)[0] > 1) {
    constexpr int64_t kWordRows = 16;
    int64_t width = std::min(columnsOfProduct(config) / config.splitK,
                             (*shape.quantized)[1]);
    int64_t words =
        llvm::divideCeil(columns, width) * llvm::divideCeil(rows, kWordRows);
    shared(words);
    // Those of the other thread block for each warp, and two barriers.
    if (isOfCluster(shape, config))
      end = llvm::alignTo(end, kInboxAlign) + words * kSumBytes + 2 * kBarrier;
  }
  // What other thread blocks have of its columns, in f32, and two barriers.
  if (config.splitK > 1)
    end = llvm::alignTo(end, kInboxAlign) +
          rows * columns / config.sharers() * (config.splitK - 1) * kSumBytes +
          2 * kBarrier;
  return end;
}

int64_t strategy::permutedGroup(const TargetModel &target, int64_t resultBits) {
  constexpr int64_t kStoreBits = 128;
  // Bytes: half of that, so that the four threads of a row write a sector.
  int64_t elements = kStoreBits / std::max<int64_t>(resultBits, 2 * kByte);
  if (resultBits != kByte && resultBits != 16 && resultBits != 32)
    return 0;
  return elements * target.mmaColsStep / target.mmaColsHeld;
}

int64_t strategy::promotedDepth(const MatmulShape &shape, int64_t depth) {
  if (!shape.isScaled())
    return depth;
  return std::min({depth, shape.aBlock[1], shape.bBlock[1]});
}

bool strategy::sumsAsAsked(const MatmulShape &shape,
                           const MatmulConfig &config) {
  int64_t step = std::min(config.tile[2], shape.promote);
  return config.splitK == shape.sumParts && config.hasEvenParts(shape.k) &&
         config.kGroups == 1 && config.schedule != Schedule::StreamK &&
         (!shape.promotes ||
          promotedDepth(shape, step) == promotedDepth(shape, shape.promote));
}

bool strategy::hasStepsFor(const MatmulShape &shape, int64_t depth,
                           int64_t parts) {
  constexpr int64_t kFewestSteps = 4;
  return shape.k != kUnknown && shape.k >= parts * kFewestSteps * depth;
}

int64_t strategy::multiprocessorsFor(const TargetModel &target,
                                     int64_t blocks) {
  constexpr int64_t kPairs = 2, kLeftOver = 4;
  return blocks <= kPairs ? target.multiprocessors
                          : target.multiprocessors - kLeftOver;
}

bool strategy::isWholeSlots(const TargetModel &target, const MatmulShape &shape,
                            int64_t depth) {
  int64_t slot = depthOfSlot(target, shape);
  if (!shape.promotes)
    return depth % slot == 0;
  return shape.promote % slot == 0 && depth % shape.promote == 0 &&
         llvm::all_of(llvm::ArrayRef{shape.aBlock[1], shape.bBlock[1]},
                      [&](int64_t block) {
                        return block % shape.promote == 0 &&
                               shape.kOrigin % shape.promote == 0 &&
                               startsWithSteps(shape, depth, block) &&
                               (block % depth == 0 || depth % block == 0);
                      });
}

bool strategy::endsInLastSlot(const TargetModel &target,
                              const MatmulShape &shape, int64_t depth) {
  if (!shape.aCopied && !shape.bCopied)
    return true;
  return shape.k != kUnknown &&
         static_cast<int64_t>(llvm::alignTo(shape.k, depth)) -
                 depthOfSlot(target, shape) <
             shape.k;
}

bool strategy::isOneSum(const MatmulShape &shape, int64_t depth) {
  return (!shape.promotes || depth <= shape.promote) &&
         shape.kOrigin % depth == 0 && shape.aBlock[1] % depth == 0 &&
         shape.bBlock[1] % depth == 0;
}
