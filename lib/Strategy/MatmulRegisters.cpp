//===- MatmulRegisters.cpp - registers of a product's threads -------------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir::gq;
using namespace mlir::gq::strategy;

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

std::optional<std::array<int64_t, 2>>
strategy::moreRegisters(const TargetModel &target, const MatmulConfig &config) {
  int64_t threads = target.warpGroup * (config.mathGroups + 1);
  int64_t all =
      target.shareOf(config.occupancy).registerPool(threads) / target.warpGroup;
  int64_t math =
      std::min<int64_t>((all - target.minRegisters) / config.mathGroups / 8 * 8,
                        target.maxRegisters - 8);
  if (math <= registersOf(target, config)[1])
    return std::nullopt;
  return std::array<int64_t, 2>{target.minRegisters, math};
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
  return config.tile[0] / target.mmaRows / groups * config.parts *
         (config.dual ? 2 : 1);
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

int64_t strategy::summedSlabs(const TargetModel &target,
                              const MatmulShape &shape,
                              const MatmulConfig &config) {
  int64_t slabs = 0;
  if (shape.sumsBesideA())
    slabs += productsOfGroup(target, config) / config.parts;
  if (shape.sumsBesideB())
    slabs += llvm::divideCeil(llvm::divideCeil(config.tile[1], target.mmaRows),
                              config.mathGroups);
  return slabs;
}

/// Sums of rows, two for each 64 of them, and what is read of one.
static int64_t rowSumRegisters(const TargetModel &target,
                               const MatmulShape &shape,
                               const MatmulConfig &config) {
  constexpr int64_t kPerSlab = 2, kRead = 6;
  int64_t slabs = summedSlabs(target, shape, config);
  return slabs == 0 ? 0 : kPerSlab * slabs + kRead;
}

int64_t strategy::leastRegisters(const TargetModel &target,
                                 const MatmulShape &shape,
                                 const MatmulConfig &config) {
  // The scales of a part are read under its product.
  return sumRegisters(target, shape, config) +
         rowSumRegisters(target, shape, config) +
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
  int64_t across = config.dual ? 2 : config.parts;
  return across * (hasOwnColumns(target, shape, config)
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

static bool copiesOperands(const MatmulShape &shape,
                           const MatmulConfig &config) {
  return shape.aCopied || shape.bCopied || config.pitch == RowPitch::Any;
}

/// Warps that copy operands hold an address for each of several loads, where
/// one thread asks the copy engine otherwise: with 40 registers, and scales
/// that are M-major, ptxas spilled. As many more as the math groups can spare.
/// Those that decode hold the codes of a step as well, and have of what nobody
/// does first.
static void spareForCopies(const TargetModel &target, const MatmulShape &shape,
                           MatmulConfig &config) {
  constexpr int64_t kCopies = 72, kDecodes = 128, kUnit = 8;
  int64_t enough = shape.dequantized ? kDecodes : kCopies;
  int64_t threads = target.warpGroup * (config.mathGroups + 1);
  TargetModel share = target.shareOf(config.occupancy);
  int64_t atLaunch = share.launchRegisters(threads);
  if (auto &[fill, math] = *config.registers; shape.dequantized) {
    int64_t left = share.registerPool(threads) / target.warpGroup -
                   math * config.mathGroups;
    fill = std::max(fill, std::min({enough, atLaunch, left / kUnit * kUnit}));
  }
  while ((*config.registers)[0] < enough) {
    MatmulConfig tried = config;
    (*tried.registers)[0] += kUnit * config.mathGroups;
    (*tried.registers)[1] -= kUnit;
    if (mathRegisters(target, shape, tried) > (*tried.registers)[1] ||
        (*tried.registers)[1] < atLaunch || (*tried.registers)[0] > atLaunch)
      return;
    config = tried;
  }
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
  if (!config.registers && copiesOperands(shape, config))
    spareForCopies(target, shape, result);
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
  // Of each operand zero points, and sums of the other one's rows.
  vectors += 2 * (shape.sumsRowsOfA + shape.sumsRowsOfB);
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
