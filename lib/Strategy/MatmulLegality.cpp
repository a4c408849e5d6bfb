//===- MatmulLegality.cpp - which configs of a product can be -----------===//
#include "MatmulNeeds.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir::gq;
using namespace mlir::gq::strategy;
using llvm::Twine;

Refusal strategy::refuseAll(const TargetModel &target,
                            const MatmulShape &shape) {
  // A step of K is whole blocks or inside of one, and either is whole
  // instructions.
  int64_t least = target.mmaDepthBytes * 8 / shape.operandBits;
  if (shape.kOrigin % least != 0)
    return ("expects an origin along K that is a multiple of " + Twine(least) +
            ", so that no step crosses a block, got one that is known to be a "
            "multiple of " +
            Twine(shape.kOrigin))
        .str();
  for (auto [name, depth] :
       {std::pair("a", shape.aBlock[1]), std::pair("b", shape.bBlock[1])})
    if (depth % least != 0)
      return ("expects blocks of " + Twine(name) +
              " along K to be a multiple of " + Twine(least) +
              ", or one that is all of a static K, got " + Twine(depth))
          .str();
  return std::nullopt;
}

/// Thread blocks that share tiles each have a place of their own.
static Refusal refuseCut(const MatmulConfig &config) {
  if (config.store == StorePath::Deferred)
    return std::string("has schedule = streamk, expects store = staged or "
                       "direct, got deferred: the next tile may be another "
                       "thread block's");
  if (config.cluster != ClusterShare::None)
    return ("has schedule = streamk, expects cluster = none, got " +
            KeyWords<ClusterShare>::words[static_cast<size_t>(config.cluster)])
        .str();
  if (config.occupancy != 1)
    return ("has schedule = streamk, expects occupancy = 1, got " +
            Twine(config.occupancy))
        .str();
  if (config.splitK != 1)
    return ("has schedule = streamk, which divides K by itself, expects "
            "split_k = 1, got " +
            Twine(config.splitK))
        .str();
  return std::nullopt;
}

/// Which part of a tile a thread block has follows from the number of tiles.
static Refusal refuseCutSums(const TargetModel &target,
                             const MatmulShape &shape,
                             const MatmulConfig &config) {
  if (config.schedule != Schedule::StreamK)
    return std::nullopt;
  int64_t depth = config.tile[2];
  if (shape.k == kUnknown)
    return std::string("has schedule = streamk, expects a static K, got a "
                       "dynamic one");
  if (shape.k <= depth)
    return ("has schedule = streamk, expects a K of more than one step of " +
            Twine(depth) + ", got " + Twine(shape.k))
        .str();
  int64_t steps = llvm::divideCeil(shape.k, depth), waves;
  if (llvm::MulOverflow(2 * target.multiprocessors, steps, waves) ||
      !llvm::isInt<32>(waves))
    return ("has schedule = streamk, expects a K of fewer steps than two waves "
            "can be counted in 32 bits, got " +
            Twine(steps))
        .str();
  if (shape.accumulates)
    return std::string("has schedule = streamk, expects a result that starts "
                       "from zeros, as a linalg.fill says");
  if (shape.batchInvariant)
    return std::string("has schedule = streamk, where sums are taken apart by "
                       "the number of rows; batch_invariant expects another "
                       "one");
  return std::nullopt;
}

/// Math groups that take turns have all for themselves but the result.
Refusal strategy::refuseSchedule(const MatmulConfig &config) {
  if (config.schedule == Schedule::StreamK)
    return refuseCut(config);
  if (config.schedule != Schedule::PingPong)
    return std::nullopt;
  constexpr int64_t kGroups = 2;
  if (config.mathGroups != kGroups)
    return ("has schedule = pingpong, expects " + Twine(kGroups) +
            " math groups, got " + Twine(config.mathGroups))
        .str();
  if (config.store == StorePath::Deferred)
    return std::string("has schedule = pingpong, expects store = staged or "
                       "direct, got deferred: the next tile is that of the "
                       "other group");
  if (config.cluster != ClusterShare::None)
    return ("has schedule = pingpong, expects cluster = none, got " +
            KeyWords<ClusterShare>::words[static_cast<size_t>(config.cluster)])
        .str();
  return std::nullopt;
}

/// Tile and blocks fit the instructions and one another.
static Refusal refuseTile(const TargetModel &target, const MatmulShape &shape,
                          const MatmulConfig &config) {
  auto [rows, columns, depth] = config.tile;
  int64_t slot = depthOfSlot(target, shape);
  if (int64_t step = depthOfStep(target, shape); step < slot && depth != step)
    return ("expects a K step of " + Twine(step) +
            ", the longest that goes into blocks of " + Twine(shape.aBlock[1]) +
            " and " + Twine(shape.bBlock[1]) + " elements of a and b along K" +
            (shape.kOrigin ? ", and into the origin there, a multiple of " +
                                 std::to_string(shape.kOrigin)
                           : std::string()) +
            ", got " + Twine(depth))
        .str();
  else if (step == slot && depth % slot != 0)
    return ("expects a K step that is a multiple of " + Twine(slot) + ", got " +
            Twine(depth))
        .str();
  // A longer step is for a sum that goes on from slot to slot, or for several
  // at once, each in slots of its own.
  if (depth > slot && !isOneSum(shape, depth) &&
      !isWholeSlots(target, shape, depth))
    return ("expects a K step of " + Twine(slot) +
            ", or one that divides promote, " + Twine(shape.promote) +
            ", or is a multiple of it, and of the " + Twine(shape.aBlock[1]) +
            " and " + Twine(shape.bBlock[1]) +
            " elements of blocks of a and b along K, got " + Twine(depth))
        .str();
  if (int64_t slots = slotsOfStep(target, shape, config); slots > config.stages)
    return ("has a K step of " + Twine(depth) + ", which takes " +
            Twine(slots) + " slots; expects at least as many stages, got " +
            Twine(config.stages))
        .str();
  int64_t threads = target.warpGroup * (config.mathGroups + 1);
  if (threads > target.threadsPerBlock)
    return ("uses " + Twine(threads) +
            " threads per thread block, the limit is " +
            Twine(target.threadsPerBlock))
        .str();
  if (int64_t all = threads * config.occupancy;
      all > target.threadsPerMultiprocessor)
    return ("has an occupancy of " + Twine(config.occupancy) +
            ", which takes " + Twine(all) +
            " threads of a multiprocessor, the limit is " +
            Twine(target.threadsPerMultiprocessor))
        .str();
  int64_t groupsDown =
      config.split == GroupSplit::M ? config.groupsOfTile() : 1;
  int64_t step = target.mmaRows * groupsDown;
  if (rows % step != 0)
    return ("expects tile rows that are a multiple of " + Twine(step) + " (" +
            Twine(target.mmaRows) + " for each of " + Twine(groupsDown) +
            " math groups), got " + Twine(rows))
        .str();
  if (columns % target.mmaColsStep != 0 || columns > target.mmaColsMax)
    return ("expects tile columns that are a multiple of " +
            Twine(target.mmaColsStep) + ", at most " +
            Twine(target.mmaColsMax) + ", got " + Twine(columns))
        .str();
  if (int64_t each = target.mmaColsStep * config.productsAcross();
      columns % each != 0)
    return ("expects tile columns that are a multiple of " + Twine(each) +
            " (" + Twine(target.mmaColsStep) + " for each of " +
            Twine(config.productsAcross()) + " products side by side), got " +
            Twine(columns))
        .str();
  return std::nullopt;
}

bool strategy::hasOpenScaleRows(const MatmulShape &shape) {
  return (shape.aScalesTransposed && !shape.aScalesPadded &&
          shape.aScaleColumns == kUnknown) ||
         (shape.bScalesTransposed && !shape.bScalesPadded &&
          shape.bScaleColumns == kUnknown);
}

Refusal strategy::refuseScales(const TargetModel &target,
                               const MatmulShape &shape,
                               const MatmulConfig &config) {
  llvm::StringRef word =
      KeyWords<ScalePath>::words[static_cast<size_t>(config.scales)];
  if (!shape.isScaled() && config.scales != ScalePath::Copy)
    return ("has scales = " + word +
            ", expects operands that have scales in the loop over K")
        .str();
  auto refuse = [&](llvm::StringRef name, const TileSide &side) -> Refusal {
    if (!byTma(target, shape, config, side))
      return std::nullopt;
    // Side by side, those of a tile start where a block does.
    if (side.transposed && side.extent % side.block[0] != 0)
      return ("has scales = " + word + " and transposed " + name +
              ", expects tiles of whole blocks of " + Twine(side.block[0]) +
              ", got " + Twine(side.extent))
          .str();
    if (int64_t bytes = side.scales() * side.scaleBits / 8;
        side.transposed && bytes % target.tmaAlign != 0)
      return ("has scales = " + word + ", expects transposed " + name +
              " of a tile to be a multiple of " + Twine(target.tmaAlign) +
              " bytes, got " + Twine(bytes))
          .str();
    if (side.transposed && side.scales() > target.tmaBox)
      return ("has scales = " + word + ", expects at most " +
              Twine(target.tmaBox) + " transposed " + name +
              " of a tile, got " + Twine(side.scales()))
          .str();
    int64_t columns = side.scaleRow;
    bool open = side.transposed && columns == kUnknown &&
                config.scales == ScalePath::Either;
    if (open || side.padded ||
        (columns != kUnknown &&
         columns * side.scaleBits / 8 % target.tmaAlign == 0))
      return std::nullopt;
    return ("has scales = " + word + ", expects rows of " + name +
            " of a static size that is a multiple of " +
            Twine(target.tmaAlign) + " bytes, got " +
            (columns == kUnknown ? Twine("a dynamic one")
                                 : Twine(columns * side.scaleBits / 8)))
        .str();
  };
  if (Refusal refusal = refuse("a_scales", sideOfA(shape, config)))
    return refusal;
  return refuse("b_scales", sideOfB(shape, config));
}

/// The copy engine permutes whole groups of the rows of b.
Refusal strategy::refuseStore(const TargetModel &target,
                              const MatmulShape &shape,
                              const MatmulConfig &config) {
  if (!config.storesDirectly())
    return std::nullopt;
  llvm::StringRef word =
      KeyWords<StorePath>::words[static_cast<size_t>(config.store)];
  // The tensor cores go on with the accumulators: those of the next tile are
  // the same registers.
  if (config.store == StorePath::Deferred && !shape.promotes)
    return ("has store = " + word +
            ", expects sums that are promoted; those of bf16 and f16, and of "
            "i8 over all of K, stay in the tensor cores")
        .str();
  int64_t group = permutedGroup(target, shape.resultBits);
  if (group == 0)
    return ("has store = " + word +
            ", expects a result of 8, 16 or 32 bits, got " +
            Twine(shape.resultBits))
        .str();
  if (shape.transposed)
    return ("has store = " + word +
            ", which writes rows of the result, expects one that is not "
            "transposed")
        .str();
  if (config.pitch == RowPitch::Any)
    return ("has store = " + word +
            ", expects pitch = aligned or either, got "
            "any: the copy engine permutes rows of b")
        .str();
  if (shape.bCopied)
    return ("has store = " + word +
            ", expects rows of b that start at multiples of " +
            Twine(target.tmaAlign) + " bytes: the copy engine permutes them")
        .str();
  if (shape.bRows == kUnknown || shape.bRows % group != 0)
    return ("has store = " + word +
            ", expects a static number of rows of b that is a multiple of " +
            Twine(group) + ", got " +
            (shape.bRows == kUnknown ? Twine("a dynamic one")
                                     : Twine(shape.bRows)))
        .str();
  if (shape.bStart % group != 0)
    return ("has store = " + word + ", expects b to start at a multiple of " +
            Twine(group) + " rows of its tensor, got one of " +
            Twine(shape.bStart))
        .str();
  if (int64_t columns = columnsOfProduct(config); columns % group != 0)
    return ("has store = " + word + ", expects " +
            (columns == config.tile[1] ? "tile columns" : "products") +
            " that are a multiple of " + Twine(group) +
            (columns == config.tile[1] ? "" : " columns wide") + ", got " +
            Twine(columns))
        .str();
  return std::nullopt;
}

/// A cluster has tiles for both its thread blocks.
static Refusal refuseCluster(const MatmulShape &shape,
                             const MatmulConfig &config) {
  if (config.cluster == ClusterShare::None)
    return std::nullopt;
  bool isA = config.cluster == ClusterShare::A;
  if (config.pitch == RowPitch::Any)
    return ("has cluster = " + Twine(isA ? "a" : "b") +
            ", expects pitch = aligned or either, got any: the copy engine "
            "brings rows to both thread blocks")
        .str();
  if (isA ? shape.aCopied : shape.bCopied)
    return ("has cluster = " + Twine(isA ? "a" : "b") + ", expects rows of " +
            Twine(isA ? "a" : "b") +
            " that start at multiples of 16 bytes: the copy engine brings them "
            "to both thread blocks")
        .str();
  int64_t extent = isA ? shape.n : shape.m, tile = config.tile[isA ? 1 : 0];
  if (extent != kUnknown && extent <= tile)
    return ("has cluster = " + Twine(isA ? "a" : "b") + ", expects more than " +
            Twine(tile) + (isA ? " columns" : " rows") +
            ", those of one tile, got " + Twine(extent))
        .str();
  return std::nullopt;
}

/// Both products of a tile are multiplied by the same groups, one after the
/// other.
static Refusal refuseDual(const MatmulShape &shape,
                          const MatmulConfig &config) {
  if (!config.dual)
    return std::nullopt;
  if (std::optional<std::string> reason = config.notDual())
    return "has dual = true, expects " + *reason;
  if (!shape.dual)
    return std::string("has dual = true, expects a second product, without a "
                       "config, of the same a and of a b of the same type and "
                       "blocks, which starts from a linalg.fill as this one "
                       "and which only the elementwise ops behind this one "
                       "read");
  return std::nullopt;
}

/// Of one math role, beside one product.
Refusal strategy::refuseRowSums(const MatmulConfig &config) {
  const char *why = ": zero points take sums of rows, which one math role adds "
                    "up beside one product";
  if (config.schedule != Schedule::Cooperative)
    return ("has schedule = " +
            KeyWords<Schedule>::words[static_cast<size_t>(config.schedule)] +
            ", expects cooperative" + why)
        .str();
  if (config.kGroups > 1)
    return ("has k_groups = " + Twine(config.kGroups) + ", expects 1" + why)
        .str();
  if (config.dual)
    return std::string("has dual = true, expects false") + why;
  return std::nullopt;
}

static Refusal refuseRegisters(const TargetModel &gpu,
                               const MatmulConfig &config) {
  TargetModel target = gpu.shareOf(config.occupancy);
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

/// ptxas compiles for the registers that threads start with, whatever math
/// groups take later: those of an instruction must be among them.
static Refusal refuseInstruction(const TargetModel &target,
                                 const MatmulConfig &config) {
  constexpr int64_t kBesideSums = 26;
  int64_t threads = target.warpGroup * (config.mathGroups + 1);
  int64_t atLaunch = target.shareOf(config.occupancy).launchRegisters(threads);
  int64_t columns = columnsOfProduct(config);
  int64_t needed = columns * target.mmaRows / target.warpGroup + kBesideSums;
  if (needed <= atLaunch)
    return std::nullopt;
  return ("has products of " + Twine(columns) + " columns, which take " +
          Twine(needed) + " registers; a thread block of " + Twine(threads) +
          " threads starts with " + Twine(atLaunch) +
          " (a narrower tile or fewer math groups need less)")
      .str();
}

/// Threads that decode look up the scales of a tile from where it begins: each
/// side of it is whole blocks, or lies in one.
static Refusal refuseCodes(const MatmulShape &shape,
                           const MatmulConfig &config) {
  const std::optional<Size2> &block =
      shape.aCodes ? shape.aCodes : shape.bCodes;
  if (!block)
    return std::nullopt;
  auto [rows, columns, depth] = config.tile;
  auto refuseSide = [](const char *what, int64_t size, const char *blocks,
                       int64_t side) -> Refusal {
    if (size % side == 0 || side % size == 0)
      return std::nullopt;
    return (Twine("has dequantize = true, expects ") + what +
            " that is a multiple or a divisor of the " + Twine(side) + " " +
            blocks + " of a block of codes, got " + Twine(size))
        .str();
  };
  Refusal refusal = shape.aCodes ? refuseSide("a number of tile rows", rows,
                                              "rows", (*block)[0])
                                 : refuseSide("a number of tile columns",
                                              columns, "rows", (*block)[0]);
  return refusal ? refusal
                 : refuseSide("a K step", depth, "columns", (*block)[1]);
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
  if (config.decode && shape.codeBits == 0) {
    if (!shape.undecodable.empty())
      return "has decode = true, " + shape.undecodable;
    return refuse(target, decoded(target, shape), config);
  }
  if (config.rowSums == RowSums::Apart && !shape.sumsApart) {
    if (!shape.inseparable.empty())
      return "has row_sums = apart, " + shape.inseparable;
    return refuse(target, summedApart(shape), config);
  }
  if (config.dequantize && !shape.dequantized)
    return std::string(
        "has dequantize = true, expects b in bf16 that a gq.dequantize with "
        "packed and without a config makes for this product alone, of blocks "
        "whose sizes are powers of two, of at least 8 columns, with a static, "
        "even K");
  if (int64_t depth = config.tile[2];
      config.dequantize && config.splitK > 1 && shape.k % depth != 0)
    return ("has dequantize = true and split_k = " + Twine(config.splitK) +
            ", expects a K of whole steps of " + Twine(depth) + ", got " +
            Twine(shape.k))
        .str();
  if (config.swap) {
    if (!shape.unswappable.empty())
      return "has swap = true, " + shape.unswappable;
    return refuse(target, swapped(shape), config.afterSwap());
  }
  if (shape.sumsBesideA() || shape.sumsBesideB())
    if (Refusal refusal = refuseRowSums(config))
      return refusal;
  if (Refusal refusal = refuseDual(shape, config))
    return refusal;
  if (Refusal refusal = refuseSchedule(config))
    return refusal;
  if (Refusal refusal = refuseTile(target, shape, config))
    return refusal;
  if (Refusal refusal = refuseCodes(shape, config))
    return refusal;
  if (Refusal refusal = refuseScales(target, shape, config))
    return refusal;
  if (Refusal refusal = refuseStore(target, shape, config))
    return refusal;
  if (Refusal refusal = refuseQuantize(target, shape, config))
    return refusal;
  if (Refusal refusal = refuseCluster(shape, config))
    return refusal;
  if (Refusal refusal = refuseSplit(target, shape, config))
    return refusal;
  if (Refusal refusal = refuseTurns(target, shape, config))
    return refusal;
  if (Refusal refusal = refuseCutSums(target, shape, config))
    return refusal;
  if (config.pause && !shape.beginsEarly)
    return std::string("has a pause, expects a function whose kernels begin "
                       "early (gq.dependent_launch), got one whose kernels "
                       "begin when those in front have ended");
  int64_t room = target.shareOf(config.occupancy).sharedMemory;
  std::string share;
  if (config.occupancy > 1)
    share = (" for each of " + Twine(config.occupancy) +
             " thread blocks of a multiprocessor")
                .str();
  if (int64_t bytes = sharedMemory(target, shape, config); bytes > room)
    return ("uses " + Twine(bytes) + " bytes of shared memory, the limit is " +
            Twine(room) + share + " (fewer stages or a smaller tile need less)")
        .str();
  if (Refusal refusal = refuseRegisters(target, config))
    return refusal;
  if (Refusal refusal =
          refuseNeed(target, leastRegisters(target, shape, config), config))
    return refusal;
  return refuseInstruction(target, config);
}

Refusal strategy::refuseChoice(const TargetModel &target,
                               const MatmulShape &shape,
                               const MatmulConfig &config) {
  if (Refusal refusal = refuse(target, shape, config))
    return refusal;
  if (shape.batchInvariant && !sumsAsAsked(shape, config))
    return std::string("takes sums in another order than other numbers of "
                       "rows, which batch_invariant does not allow");
  return refuseNeed(target, mathRegisters(target, shape, config), config);
}
