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

std::array<int64_t, 2> strategy::registersOf(const TargetModel &target,
                                             const MatmulConfig &config) {
  if (config.registers)
    return *config.registers;
  int64_t groups = config.mathGroups;
  int64_t threads = target.warpGroup * (groups + 1);
  TargetModel share = target.shareOf(config.occupancy);
  int64_t producer = std::max(
      std::min<int64_t>(groups <= 2 ? 40 : 32, share.launchRegisters(threads)),
      target.minRegisters);
  int64_t left = share.registerPool(threads) / target.warpGroup - producer;
  // 256 of them would leave none for ptxas to work with.
  return {producer,
          std::min<int64_t>(left / groups / 8 * 8, target.maxRegisters - 8)};
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
    slots(columns * rowBytes, kOperandAlign);
    for (const TileSide &side :
         {sideOfA(shape, config), sideOfB(shape, config)})
      if (int64_t bytes = scaleBytes(target, shape, config, side))
        slots(bytes, kScaleAlign);
    end = llvm::alignTo(end, kBarrier) + 2 * kBarrier * config.stages;
  }
  // What says whose turn it is to store.
  if (config.tilesAtOnce() > 1)
    return end + 2 * kBarrier;
  // A slot for the sum of the second one.
  if (config.kGroups > 1)
    end = llvm::alignTo(end, kOperandAlign) + rows * columns * kSumBytes +
          2 * kBarrier;
  // What other thread blocks have of its columns, in f32, and two barriers.
  if (config.splitK > 1)
    end = llvm::alignTo(end, kInboxAlign) +
          rows * columns / config.sharers() * (config.splitK - 1) * kSumBytes +
          2 * kBarrier;
  return end;
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

bool strategy::keepsProductsApart(int64_t sums, int64_t products,
                                  int64_t columns, int64_t registers) {
  return sums + products + 2 * columns + kOtherRegisters <= registers;
}

int64_t strategy::columnsOfProduct(const MatmulConfig &config) {
  return config.tile[1] / config.productsAcross();
}

int64_t strategy::productsOfGroup(const TargetModel &target,
                                  const MatmulConfig &config) {
  int64_t groups = config.split == GroupSplit::M ? config.groupsOfTile() : 1;
  return config.tile[0] / target.mmaRows / groups * config.parts;
}

/// Registers of a thread for the accumulators of one product.
static int64_t accumulatorSet(const TargetModel &target,
                              const MatmulConfig &config) {
  return columnsOfProduct(config) * target.mmaRows / target.warpGroup;
}

/// Sums of a step that are multiplied before the first one is promoted: all, if
/// they lie in slots of their own. None where the tensor cores go on with the
/// accumulators.
static int64_t sumsInFlight(const TargetModel &target, const MatmulShape &shape,
                            const MatmulConfig &config) {
  if (!shape.promotes)
    return 0;
  if (slotsOfStep(target, shape, config) == 1)
    return 1;
  int64_t depth = config.tile[2];
  return llvm::divideCeil(depth,
                          promotedDepth(shape, std::min(depth, shape.promote)));
}

/// The accumulators and the products in flight.
static int64_t sumRegisters(const TargetModel &target, const MatmulShape &shape,
                            const MatmulConfig &config) {
  return (productsOfGroup(target, config) +
          sumsInFlight(target, shape, config)) *
         accumulatorSet(target, config);
}

int64_t strategy::leastRegisters(const TargetModel &target,
                                 const MatmulShape &shape,
                                 const MatmulConfig &config) {
  // The scales of a part are read under its product.
  return sumRegisters(target, shape, config) +
         (config.parts > 1 ? kFewOtherRegisters : kOtherRegisters);
}

int64_t strategy::groupOfColumns(const TargetModel &target,
                                 const MatmulShape &shape,
                                 const MatmulConfig &config) {
  int64_t permuted = permutedGroup(target, shape.resultBits);
  return config.storesDirectly() && permuted != 0 ? permuted
                                                  : target.mmaColsStep;
}

/// Columns of one product that share a scale.
static int64_t sharedOfProduct(const MatmulShape &shape,
                               const MatmulConfig &config) {
  return std::gcd(sideOfB(shape, config).shared(), columnsOfProduct(config));
}

/// Otherwise those that share one are whole groups of columns, and a thread
/// holds one for each of these.
bool strategy::hasOwnColumns(const TargetModel &target,
                             const MatmulShape &shape,
                             const MatmulConfig &config) {
  int64_t shared = sharedOfProduct(shape, config);
  return shared < columnsOfProduct(config) &&
         shared % groupOfColumns(target, shape, config) != 0;
}

/// Of all products side by side in a group.
static int64_t columnScales(const TargetModel &target, const MatmulShape &shape,
                            const MatmulConfig &config) {
  int64_t columns = columnsOfProduct(config);
  return config.parts * (hasOwnColumns(target, shape, config)
                             ? columns * target.mmaColsHeld / target.mmaColsStep
                             : columns / sharedOfProduct(shape, config));
}

/// A thread reads the scales of its own columns, or of a part, under the
/// product that they are for.
static bool takesColumnsLate(const TargetModel &target,
                             const MatmulShape &shape,
                             const MatmulConfig &config) {
  return shape.isScaled() &&
         (hasOwnColumns(target, shape, config) || config.parts > 1) &&
         readsColumnsLate(sumRegisters(target, shape, config),
                          columnScales(target, shape, config),
                          registersOf(target, config)[1]);
}

MatmulConfig strategy::complete(const TargetModel &target,
                                const MatmulShape &shape,
                                const MatmulConfig &config) {
  MatmulConfig result = config;
  if (config.swap) {
    result.registers =
        complete(target, swapped(shape), config.afterSwap()).registers;
    return result;
  }
  result.registers = registersOf(target, config);
  auto &[fill, math] = *result.registers;
  // Beside the scales of columns there is no register to spare: those that
  // fill go down to the least.
  if (config.registers || !takesColumnsLate(target, shape, config))
    return result;
  int64_t spare = (fill - target.minRegisters) / config.mathGroups / 8 * 8;
  spare = std::min(spare, target.maxRegisters - 8 - math);
  if (spare <= 0)
    return result;
  math += spare;
  fill -= spare * config.mathGroups;
  return result;
}

/// The scales of a step's first blocks are read before its products; those of
/// further blocks along K are others, read while the product runs.
static int64_t scaleRegisters(const TargetModel &target,
                              const MatmulShape &shape,
                              const MatmulConfig &config) {
  if (!shape.isScaled())
    return 0;
  int64_t depth = config.tile[2];
  int64_t columns = columnScales(target, shape, config);
  int64_t rows = sideOfA(shape, config).shared() % target.mmaRows == 0 ? 1 : 2;
  int64_t further =
      std::max<int64_t>(sumsInFlight(target, shape, config) - 1, 1);
  return columns - 1 + (shape.bBlock[1] < depth ? columns * further : 0) +
         (shape.aBlock[1] < depth ? rows * further : 0);
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
  // Parts of any whole number of steps begin at the same elements.
  bool evenParts =
      config.splitK == 1 ||
      (shape.k != kUnknown && shape.k % (config.splitK * config.tile[2]) == 0);
  return config.splitK == shape.sumParts && evenParts && config.kGroups == 1 &&
         config.schedule != Schedule::StreamK &&
         (!shape.promotes ||
          promotedDepth(shape, step) == promotedDepth(shape, shape.promote));
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

int64_t strategy::mathRegisters(const TargetModel &target,
                                const MatmulShape &shape,
                                const MatmulConfig &config) {
  if (config.swap)
    return mathRegisters(target, swapped(shape), config.afterSwap());
  int64_t loop = leastRegisters(target, shape, config) +
                 scaleRegisters(target, shape, config);
  if (takesColumnsLate(target, shape, config))
    loop = sumRegisters(target, shape, config) + 1 +
           scaleRegisters(target, shape, config) -
           columnScales(target, shape, config) / config.parts *
               (config.parts - 1) +
           kFewOtherRegisters;
  // Beside the accumulators of all slabs, ptxas holds what the epilogue reads
  // for them, of about two tensors at a time, and some of what it reads for
  // rows and columns. Sixteen bytes side by side stay as they are read.
  constexpr int64_t kVector = 8, kRegister = 32;
  int64_t tiles = llvm::count(shape.epilogue, Spread::Tile);
  int64_t vectors = llvm::count_if(shape.epilogue, [](Spread spread) {
    return spread == Spread::Row || spread == Spread::Column;
  });
  // What a division takes is there anyway, if no tensor as large is read.
  int64_t functions =
      tiles > 0 || shape.functions > kDivisionRegisters ? shape.functions : 0;
  int64_t sums =
      productsOfGroup(target, config) * accumulatorSet(target, config);
  bool packed = config.store == StorePath::Direct;
  int64_t read =
      packed ? shape.tileBits : std::min<int64_t>(tiles, 2) * kRegister;
  int64_t epilogue = sums + sums * read / kRegister + vectors * kVector +
                     functions +
                     (config.parts > 1 ? kFewOtherRegisters : kOtherRegisters);
  // The product of the next tile is in flight.
  if (config.store == StorePath::Deferred)
    epilogue += accumulatorSet(target, config);
  return std::max(loop, epilogue);
}
