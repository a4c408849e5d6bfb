//===- Matmul.cpp - strategy of a scaled matrix multiplication ------------===//
//
// Measured background for the choices (one H100): large FP8 GEMMs are bound by
// power and L2 traffic, so 256x128 tiles beat 128x128 by 10 to 20 %, and bands
// of tiles that touch the fewest operand rows beat plain row order by up to 6
// %.
//
//===----------------------------------------------------------------------===//
#include "gq/Strategy/Matmul.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>
#include <numeric>

using namespace mlir::gq;
using namespace mlir::gq::strategy;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Storage
//===----------------------------------------------------------------------===//

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

static int64_t scalesOf(int64_t extent, int64_t block) {
  return std::max<int64_t>(1, llvm::divideCeil(extent, block));
}

/// Whether the copy engine brings the scales of `extent` rows or columns: a
/// column of more than one row.
static bool byTma(const MatmulConfig &config, int64_t extent, Size2 block) {
  return config.scales == ScalePath::Tma && scalesOf(extent, block[0]) > 1 &&
         scalesOf(config.tile[2], block[1]) == 1;
}

/// Of the scales of one operand in a slot.
static int64_t scaleBytes(const TargetModel &target, const MatmulConfig &config,
                          int64_t extent, Size2 block, int64_t bits) {
  int64_t rows = scalesOf(extent, block[0]);
  if (byTma(config, extent, block))
    return rows * target.tmaAlign;
  return rows * scalesOf(config.tile[2], block[1]) * bits / 8;
}

int64_t strategy::sharedMemory(const TargetModel &target,
                               const MatmulShape &shape,
                               const MatmulConfig &config) {
  // The pattern of the swizzle repeats every 1024 bytes.
  constexpr int64_t kOperandAlign = 1024, kScaleAlign = 128, kBarrier = 8;
  constexpr int64_t kStoreRows = 16, kStoreColumns = 16, kStoreBytes = 128;
  int64_t warps = config.mathGroups * target.warpGroup / 32;
  auto [rows, columns, depth] = config.tile;
  // Each warp stores boxes of 16 rows of at most 128 bytes through TMA.
  int64_t box = kStoreBytes * 8 / shape.resultBits;
  while (columns % box != 0)
    box /= 2;
  // Threads store a transpose, and tiles that are not whole boxes.
  bool staged = !shape.transposed && columns % kStoreColumns == 0;
  int64_t end = staged ? warps * kStoreRows * box * shape.resultBits / 8 : 0;
  auto slots = [&](int64_t bytes, int64_t align) {
    end =
        llvm::alignTo(end, align) + config.stages * llvm::alignTo(bytes, align);
  };
  slots(rows * depth * shape.operandBits / 8, kOperandAlign);
  slots(columns * depth * shape.operandBits / 8, kOperandAlign);
  slots(scaleBytes(target, config, rows, shape.aBlock, shape.aScaleBits),
        kScaleAlign);
  slots(scaleBytes(target, config, columns, shape.bBlock, shape.bScaleBits),
        kScaleAlign);
  return llvm::alignTo(end, kBarrier) + 2 * kBarrier * config.stages;
}

/// Addresses, scales of rows, state of loops.
static constexpr int64_t kOtherRegisters = 32;

/// Registers of a thread for the accumulators of one slab of mmaRows.
static int64_t accumulatorSet(const TargetModel &target,
                              const MatmulConfig &config) {
  return config.tile[1] * target.mmaRows / target.warpGroup;
}

static int64_t slabsOfGroup(const TargetModel &target,
                            const MatmulConfig &config) {
  return config.tile[0] / target.mmaRows / config.mathGroups;
}

/// The accumulators and the product in flight: there is no way around those.
static int64_t leastRegisters(const TargetModel &target,
                              const MatmulConfig &config) {
  return (slabsOfGroup(target, config) + 1) * accumulatorSet(target, config) +
         kOtherRegisters;
}

/// The scales of a step's first blocks are read before its products; those of
/// further blocks along K are others, read while the product runs.
static int64_t scaleRegisters(const TargetModel &target,
                              const MatmulShape &shape,
                              const MatmulConfig &config) {
  int64_t depth = config.tile[2], bn = shape.bBlock[0];
  // A thread holds those of its own columns, or, where blocks are whole groups
  // of columns, those of all blocks.
  int64_t columns =
      bn >= config.tile[1] || bn % target.mmaColsStep == 0
          ? scalesOf(config.tile[1], bn)
          : config.tile[1] * target.mmaColsHeld / target.mmaColsStep;
  int64_t rows = shape.aBlock[0] % target.mmaRows == 0 ? 1 : 2;
  return columns - 1 + (shape.bBlock[1] < depth ? columns : 0) +
         (shape.aBlock[1] < depth ? rows : 0);
}

int64_t strategy::promotedDepth(const MatmulShape &shape, int64_t depth) {
  return std::min({depth, shape.aBlock[1], shape.bBlock[1]});
}

int64_t strategy::mathRegisters(const TargetModel &target,
                                const MatmulShape &shape,
                                const MatmulConfig &config) {
  int64_t loop =
      leastRegisters(target, config) + scaleRegisters(target, shape, config);
  // Beside the accumulators of all slabs, ptxas holds what the epilogue reads
  // for them, of about two tensors at a time.
  int64_t tiles = llvm::count(shape.epilogue, Spread::Tile);
  int64_t epilogue = slabsOfGroup(target, config) *
                         accumulatorSet(target, config) *
                         (1 + std::min<int64_t>(tiles, 2)) +
                     kOtherRegisters;
  return std::max(loop, epilogue);
}

//===----------------------------------------------------------------------===//
// Legality
//===----------------------------------------------------------------------===//

Refusal strategy::refuseAll(const TargetModel &target,
                            const MatmulShape &shape) {
  // A step of K is whole blocks or inside of one, and a block is whole
  // instructions.
  int64_t step = target.swizzleBytes * 8 / shape.operandBits;
  int64_t least = target.mmaDepthBytes * 8 / shape.operandBits;
  for (auto [name, depth] :
       {std::pair("a", shape.aBlock[1]), std::pair("b", shape.bBlock[1])})
    if (depth % step != 0 && (step % depth != 0 || depth % least != 0))
      return ("expects blocks of " + Twine(name) +
              " along K to be a multiple of " + Twine(step) +
              ", or to divide it and be a multiple of " + Twine(least) +
              ", got " + Twine(depth))
          .str();
  return std::nullopt;
}

/// Tile and blocks fit the instructions and one another.
static Refusal refuseTile(const TargetModel &target, const MatmulShape &shape,
                          const MatmulConfig &config) {
  auto [rows, columns, depth] = config.tile;
  if (depth != target.swizzleBytes)
    return ("expects a K step of " + Twine(target.swizzleBytes) + ", got " +
            Twine(depth))
        .str();
  int64_t threads = target.warpGroup * (config.mathGroups + 1);
  if (threads > target.threadsPerBlock)
    return ("uses " + Twine(threads) +
            " threads per thread block, the limit is " +
            Twine(target.threadsPerBlock))
        .str();
  int64_t step = target.mmaRows * config.mathGroups;
  if (rows % step != 0)
    return ("expects tile rows that are a multiple of " + Twine(step) + " (" +
            Twine(target.mmaRows) + " for each of " + Twine(config.mathGroups) +
            " math groups), got " + Twine(rows))
        .str();
  if (rows > target.tmaBox)
    return ("expects at most " + Twine(target.tmaBox) + " tile rows, got " +
            Twine(rows))
        .str();
  if (columns % target.mmaColsStep != 0 || columns > target.mmaColsMax)
    return ("expects tile columns that are a multiple of " +
            Twine(target.mmaColsStep) + ", at most " +
            Twine(target.mmaColsMax) + ", got " + Twine(columns))
        .str();
  int64_t bn = shape.bBlock[0], am = shape.aBlock[0];
  if (columns % bn != 0 && bn % columns != 0)
    return ("expects tile columns and the " + Twine(bn) +
            " rows of a block of b to divide one another, got " +
            Twine(columns))
        .str();
  if (rows % am != 0 && am % rows != 0)
    return ("expects tile rows and the " + Twine(am) +
            " rows of a block of a to divide one another, got " + Twine(rows))
        .str();
  return std::nullopt;
}

/// The copy engine takes rows of scales that begin at multiples of tmaAlign.
static Refusal refuseScales(const TargetModel &target, const MatmulShape &shape,
                            const MatmulConfig &config) {
  auto refuse = [&](llvm::StringRef name, int64_t extent, Size2 block,
                    int64_t bits, int64_t columns) -> Refusal {
    if (!byTma(config, extent, block) ||
        (columns != kUnknown && columns * bits / 8 % target.tmaAlign == 0))
      return std::nullopt;
    return ("has scales = tma, expects rows of " + name +
            " of a static size that is a multiple of " +
            Twine(target.tmaAlign) + " bytes, got " +
            (columns == kUnknown ? Twine("a dynamic one")
                                 : Twine(columns * bits / 8)))
        .str();
  };
  if (Refusal refusal = refuse("a_scales", config.tile[0], shape.aBlock,
                               shape.aScaleBits, shape.aScaleColumns))
    return refusal;
  return refuse("b_scales", config.tile[1], shape.bBlock, shape.bScaleBits,
                shape.bScaleColumns);
}

/// A cluster has tiles for both its thread blocks.
static Refusal refuseCluster(const MatmulShape &shape,
                             const MatmulConfig &config) {
  if (config.cluster == ClusterShare::None)
    return std::nullopt;
  bool isA = config.cluster == ClusterShare::A;
  int64_t extent = isA ? shape.n : shape.m, tile = config.tile[isA ? 1 : 0];
  if (extent != kUnknown && extent <= tile)
    return ("has cluster = " + Twine(isA ? "a" : "b") + ", expects more than " +
            Twine(tile) + (isA ? " columns" : " rows") +
            ", those of one tile, got " + Twine(extent))
        .str();
  return std::nullopt;
}

static Refusal refuseRegisters(const TargetModel &target,
                               const MatmulConfig &config) {
  auto [producer, math] = registersOf(target, config);
  for (int64_t registers : {producer, math})
    if (!target.isRegisterCount(registers))
      return ("expects register counts between " + Twine(target.minRegisters) +
              " and " + Twine(target.maxRegisters) +
              " that are multiples of 8, got " + Twine(registers))
          .str();
  int64_t threads = target.warpGroup * (config.mathGroups + 1);
  int64_t used = target.warpGroup * (producer + config.mathGroups * math);
  int64_t pool = target.registerPool(threads);
  if (used > pool)
    return ("uses " + Twine(used) +
            " registers per thread block, the limit for " + Twine(threads) +
            " threads is " + Twine(pool))
        .str();
  // The producer can only give registers away, and a math group only take some.
  int64_t atLaunch = target.launchRegisters(threads);
  if (producer > atLaunch)
    return ("expects at most " + Twine(atLaunch) +
            " registers for the roles that fill, as many as a thread block "
            "of " +
            Twine(threads) + " threads starts with, got " + Twine(producer))
        .str();
  if (math < atLaunch)
    return ("expects at least " + Twine(atLaunch) +
            " registers for the math groups, as many as a thread block of " +
            Twine(threads) + " threads starts with, got " + Twine(math))
        .str();
  return std::nullopt;
}

static Refusal refuseNeed(const TargetModel &target, int64_t needed,
                          const MatmulConfig &config) {
  int64_t math = registersOf(target, config)[1];
  if (needed <= math)
    return std::nullopt;
  return ("needs about " + Twine(needed) +
          " registers per math thread, the limit is " + Twine(math) +
          " (a smaller tile or more math groups need less)")
      .str();
}

Refusal strategy::refuse(const TargetModel &target, const MatmulShape &shape,
                         const MatmulConfig &config) {
  if (Refusal refusal = refuseTile(target, shape, config))
    return refusal;
  if (Refusal refusal = refuseScales(target, shape, config))
    return refusal;
  if (Refusal refusal = refuseCluster(shape, config))
    return refusal;
  if (int64_t bytes = sharedMemory(target, shape, config);
      bytes > target.sharedMemory)
    return ("uses " + Twine(bytes) + " bytes of shared memory, the limit is " +
            Twine(target.sharedMemory) +
            " (fewer stages or a smaller tile need less)")
        .str();
  if (Refusal refusal = refuseRegisters(target, config))
    return refusal;
  return refuseNeed(target, leastRegisters(target, config), config);
}

Refusal strategy::refuseChoice(const TargetModel &target,
                               const MatmulShape &shape,
                               const MatmulConfig &config) {
  if (Refusal refusal = refuse(target, shape, config))
    return refusal;
  return refuseNeed(target, mathRegisters(target, shape, config), config);
}

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

double strategy::cost(const MatmulShape &shape, const MatmulConfig &config) {
  // A quotient of whole numbers, so that equal costs are equal. Rows that a
  // tile has past the end are multiplied like the others; columns are not
  // counted like that, since products with few of them are rare.
  auto [rows, columns, depth] = config.tile;
  if (shape.m == kUnknown || shape.m <= 0)
    return 1000.0 * static_cast<double>(rows + columns) /
           static_cast<double>(rows * columns);
  return 1000.0 *
         static_cast<double>(llvm::divideCeil(shape.m, rows) *
                             (rows + columns)) /
         static_cast<double>(shape.m * columns);
}

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
        llvm::divideCeil(target.multiprocessors, band) * config.tile[1];
    if (rows < bestCost) {
      bestCost = rows;
      best = band;
    }
  }
  return best;
}

/// Measured on an H200 at K = N = 8192: with the copy engine tiles of 256x128
/// are 10 to 14 % faster, of 128x128 2 to 8 %; 64x128 and 128x64 are 3 to 10 %
/// slower, since its rows of 16 bytes take as long as those of operands.
static ScalePath chooseScales(const TargetModel &target,
                              const MatmulShape &shape, MatmulConfig config) {
  config.scales = ScalePath::Tma;
  bool large = config.tile[0] >= 128 && config.tile[1] >= 128;
  bool any = byTma(config, config.tile[0], shape.aBlock) ||
             byTma(config, config.tile[1], shape.bBlock);
  return large && any && !refuseScales(target, shape, config) ? ScalePath::Tma
                                                              : ScalePath::Copy;
}

Candidates<MatmulConfig> strategy::candidates(const TargetModel &target,
                                              const MatmulShape &shape) {
  // Columns follow the blocks of b where those are no powers of two.
  llvm::SmallVector<int64_t> columns{128};
  if (int64_t blocks = std::lcm<int64_t>(shape.bBlock[0], 16); blocks < 128)
    columns.push_back(blocks);
  for (int64_t smaller : {64, 32, 16})
    if (!llvm::is_contained(columns, smaller))
      columns.push_back(smaller);
  constexpr std::pair<int64_t, int64_t> kRowsAndGroups[] = {
      {256, 2}, {128, 2}, {64, 1}};
  Candidates<MatmulConfig> all;
  for (int64_t width : columns)
    for (auto [rows, groups] : kRowsAndGroups) {
      MatmulConfig config;
      config.tile = {rows, width, target.swizzleBytes};
      config.stages = 8;
      config.mathGroups = groups;
      config.registers = registersOf(target, config);
      config.scales = chooseScales(target, shape, config);
      config.raster = chooseRaster(target, shape.m, config);
      while (config.stages > 1 &&
             sharedMemory(target, shape, config) > target.sharedMemory)
        --config.stages;
      insertCandidate(all, {config, cost(shape, config),
                            mathRegisters(target, shape, config),
                            (*config.registers)[1],
                            sharedMemory(target, shape, config),
                            refuseChoice(target, shape, config)});
    }
  return all;
}
