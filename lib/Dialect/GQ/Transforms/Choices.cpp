//===- Choices.cpp - a config for an op -----------------------------------===//
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "Branches.h"
#include "Candidates.h"
#include "ChoiceRemarks.h"
#include "EpilogueChoice.h"
#include "RowReductions.h"
#include "SplitElementwise.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQ/Transforms/TunedConfigs.h"
#include "gq/Support/Remarks.h"
#include "mlir/Support/DebugStringHelper.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::gq;
using strategy::Candidates;
using strategy::MatmulShape;
using strategy::QuantizeShape;

static constexpr StringLiteral kPass = "gq-select-config";

static MatmulConfig given(BlockOpInterface op, const MatmulShape &) {
  return cast<MatmulConfigAttr>(op.getStrategy()).getValue();
}

static QuantizeConfig given(BlockOpInterface op, const QuantizeShape &) {
  return cast<QuantizeConfigAttr>(op.getStrategy()).getValue();
}

/// The config that `op` has, completed, or the best candidate, written on it.
template <typename ShapeT>
static auto choose(BlockOpInterface op, const ShapeT &shape,
                   const TargetModel &target,
                   Schedule schedule = Schedule::Cooperative)
    -> FailureOr<decltype(given(op, shape))> {
  decltype(given(op, shape)) config;
  if (op.getStrategy()) {
    config = given(op, shape);
  } else {
    auto all = weigh(target, shape, schedule);
    remarkCandidates(op, all);
    if (all.empty())
      return op->emitOpError(*strategy::refuseAll(target, shape)), failure();
    if (all.front().refusal)
      return op->emitOpError("config: ") << *all.front().refusal, failure();
    config = all.front().config;
    config.candidate = 0;
  }
  config = strategy::complete(target, shape, config);
  if (strategy::Refusal refusal = strategy::refuse(target, shape, config))
    return op->emitOpError("config: ") << *refusal, failure();
  op.setStrategy(attrOf(op->getContext(), config));
  return config;
}

/// Which rows a variant is for, in a remark.
static std::string rowsOf(MatmulVariantsAttr variants, size_t number) {
  auto [more, most] = variants.getRows(number);
  return ((most ? "up to " + Twine(*most) : "above " + Twine(more)) + " rows: ")
      .str();
}

/// Checks and completes each config; writes them on the op.
static FailureOr<MatmulVariantsAttr>
completeVariants(BlockOpInterface op, MatmulVariantsAttr variants,
                 const TargetModel &target) {
  SmallVector<MatmulConfigAttr> configs;
  bool quantize = takesQuantize(op);
  for (auto [number, given] : llvm::enumerate(variants.getConfigs())) {
    // What is left out has a kernel of its own, the quantisation too.
    if (given.getValue().quantize != quantize && !given.getValue().epilogue)
      return op->emitOpError("config ")
                 << rowsOf(variants, number)
                 << "expects quantize = true as in another range, or an "
                    "epilogue, got false",
             failure();
    MatmulShape shape = sumShapeOf(op, given.getValue());
    MatmulConfig config = strategy::complete(target, shape, given.getValue());
    if (strategy::Refusal refusal = strategy::refuse(target, shape, config))
      return op->emitOpError("config ") << rowsOf(variants, number) << *refusal,
             failure();
    configs.push_back(MatmulConfigAttr::get(op->getContext(), config));
  }
  auto complete =
      MatmulVariantsAttr::get(op->getContext(), variants.getLimits(), configs);
  op.setStrategy(complete);
  return complete;
}

/// Variants for an op without config; null if one config does for all rows, or
/// if none can run, which is said where one is chosen.
static MatmulVariantsAttr chooseVariants(BlockOpInterface op, MatmulShape shape,
                                         const TargetModel &target, size_t most,
                                         Schedule schedule) {
  std::string refusal;
  if (most < 2 || shape.m != strategy::kUnknown || !canBranch(op, refusal))
    return {};
  SmallVector<int64_t> limits;
  SmallVector<MatmulConfigAttr> configs;
  for (const strategy::MatmulVariant &variant :
       strategy::variants(target, shape, most, schedule)) {
    if (variant.mostRows != strategy::kUnknown)
      limits.push_back(variant.mostRows);
    configs.push_back(MatmulConfigAttr::get(op->getContext(), variant.config));
  }
  if (limits.empty())
    return {};
  auto variants = MatmulVariantsAttr::get(op->getContext(), limits, configs);
  for (size_t number : llvm::seq(configs.size())) {
    shape.mostRows =
        variants.getRows(number).second.value_or(strategy::kUnknown);
    remarkCandidates(op, strategy::candidates(target, shape, schedule),
                     rowsOf(variants, number));
  }
  return variants;
}

static void remarkConfig(BlockOpInterface op, MatmulConfigAttr config,
                         const TargetModel &target, const Twine &where = "") {
  MatmulShape shape = sumShapeOf(op, config.getValue());
  remarkDecision(
      op, kPass, "config",
      where + debugString(config) + ", " +
          Twine(strategy::sharedMemory(target, shape, config.getValue())) +
          " bytes of shared memory");
}

/// The only block along K is as long as the shape has it: the scales are the
/// same.
static void lengthenBlocks(BlockOpInterface op, const MatmulShape &shape) {
  const strategy::Size2 lengths[] = {shape.aBlock, shape.bBlock};
  SmallVector<NamedBlock> blocks = op.getBlocks();
  for (auto [named, wanted] : llvm::zip(blocks, lengths)) {
    if (named.sizes == ArrayRef<int64_t>(wanted))
      continue;
    remarkDecision(op, kPass, "block",
                   named.name + ": the only block along K is rounded up to " +
                       Twine(wanted[1]) + ", whole steps");
    op->setAttr(named.name, DenseI64ArrayAttr::get(op->getContext(), wanted));
  }
}

/// Whether the quantisation behind a sum goes into its tiles: where any config
/// can do that, of operands that are copied too if a launch may find rows that
/// are not whole 16 bytes. Otherwise it is a kernel of its own.
static bool choosesQuantize(BlockOpInterface op, const TargetModel &target,
                            Schedule schedule) {
  QuantizeOp quantize = fusableQuantize(op);
  if (!quantize)
    return false;
  MatmulShape shape = sumShapeOf(op, Taken{.quantized = true});
  strategy::Refusal refusal = strategy::refuseQuantized(target, shape);
  if (int64_t most = strategy::mostRowsUnquantized(shape);
      !refusal && shape.m != strategy::kUnknown && shape.m <= most)
    refusal = ("expects more than " + Twine(most) +
               " rows with blocks of so many, got " + Twine(shape.m))
                  .str();
  if (!refusal) {
    std::string loop;
    if (!openRows(op).empty() && canBranch(op, loop))
      shape.aCopied = shape.bCopied = true;
    auto all = strategy::candidates(target, shape, schedule);
    if (all.empty())
      return false;
    refusal = all.front().refusal;
  }
  if (refusal)
    remarkMissed(quantize, kPass, "quantize",
                 "has a kernel of its own, and not that of the product: " +
                     *refusal);
  else
    remarkDecision(quantize, kPass, "quantize",
                   "is computed in the tiles of the product");
  return !refusal;
}

StrategyAttrInterface mlir::gq::withPitch(StrategyAttrInterface strategy,
                                          RowPitch pitch) {
  MLIRContext *context = strategy.getContext();
  auto change = [&](MatmulConfigAttr attr) {
    MatmulConfig config = attr.getValue();
    config.pitch = pitch;
    return MatmulConfigAttr::get(context, config);
  };
  if (auto one = dyn_cast<MatmulConfigAttr>(strategy))
    return change(one);
  auto variants = dyn_cast<MatmulVariantsAttr>(strategy);
  if (!variants)
    return strategy;
  return MatmulVariantsAttr::get(
      context, variants.getLimits(),
      llvm::map_to_vector(variants.getConfigs(), change));
}

/// Rows of unknown lengths need not be whole 16 bytes, unless a person's config
/// says so.
static void openPitch(BlockOpInterface op) {
  if (openRows(op).empty())
    return;
  std::string refusal;
  if (canBranch(op, refusal))
    op.setStrategy(withPitch(op.getStrategy(), RowPitch::Either));
  else
    remarkMissed(op, kPass, "pitch",
                 "rows that are not whole 16 bytes are refused at launch: " +
                     refusal);
}

/// What is chosen for `shape`: a config, or several by rows; null where none
/// can run.
static StrategyAttrInterface chooseFor(BlockOpInterface op,
                                       const MatmulShape &shape,
                                       const TargetModel &target,
                                       size_t mostVariants, Schedule schedule) {
  if (MatmulVariantsAttr several =
          chooseVariants(op, shape, target, mostVariants, schedule))
    return several;
  auto all = strategy::candidates(target, shape, schedule);
  if (all.empty() || all.front().refusal)
    return {};
  MatmulConfig best = all.front().config;
  best.candidate = 0;
  return attrOf(op->getContext(), best);
}

/// `scaled`, which is chosen for `shape`, or above some number of rows configs
/// that have a and b decoded.
static StrategyAttrInterface
decodeMany(BlockOpInterface op, StrategyAttrInterface scaled,
           const MatmulShape &shape, const TargetModel &target,
           size_t mostVariants, Schedule schedule) {
  std::string refusal;
  bool isKnown = shape.m != strategy::kUnknown;
  if (!shape.decodesExactly || !shape.undecodable.empty() ||
      shape.batchInvariant || (!isKnown && !canBranch(op, refusal)))
    return scaled;
  int64_t rows = strategy::mostRowsScaled(target, shape, schedule);
  if (rows == strategy::kUnknown)
    return scaled;
  StrategyAttrInterface many = chooseFor(op, strategy::decoded(target, shape),
                                         target, mostVariants, schedule);
  if (many && rows > 0)
    many = joinConfigs(scaled, many, rows, mostVariants);
  if (!many)
    return scaled;
  remarkDecision(op, kPass, "decode",
                 (rows > 0 ? "a and b are decoded to bf16 by kernels of their "
                             "own above " +
                                 std::to_string(rows) + " rows"
                           : "a and b are decoded to bf16 by kernels of their "
                             "own") +
                     Twine(": scales of short blocks along K take longer"));
  return many;
}

/// `beside`, which is chosen for `shape`, or above some number of rows configs
/// with which kernels of their own add up rows for zero points.
static StrategyAttrInterface
sumManyApart(BlockOpInterface op, StrategyAttrInterface beside,
             const MatmulShape &shape, const TargetModel &target,
             size_t mostVariants, Schedule schedule) {
  std::string refusal;
  bool isKnown = shape.m != strategy::kUnknown;
  if (!shape.inseparable.empty() || (!isKnown && !canBranch(op, refusal)))
    return beside;
  int64_t rows = strategy::mostRowsBeside(target, shape, schedule);
  if (rows == strategy::kUnknown)
    return beside;
  StrategyAttrInterface many = chooseFor(op, strategy::summedApart(shape),
                                         target, mostVariants, schedule);
  if (many && rows > 0)
    many = joinConfigs(beside, many, rows, mostVariants);
  if (!many)
    return beside;
  remarkDecision(op, kPass, "row sums",
                 (rows > 0 ? "kernels of their own add up rows above " +
                                 std::to_string(rows) + " rows"
                           : "kernels of their own add up rows") +
                     Twine(": beside the product it takes longer"));
  return many;
}

/// What has further kernels in front of the product, for many rows.
static StrategyAttrInterface
prepareMany(BlockOpInterface op, StrategyAttrInterface strategy,
            const MatmulShape &shape, const TargetModel &target,
            size_t mostVariants, Schedule schedule) {
  strategy = decodeMany(op, strategy, shape, target, mostVariants, schedule);
  return sumManyApart(op, strategy, shape, target, mostVariants, schedule);
}

/// Above some number of rows, functions behind `op` have a kernel of their own:
/// its config, or those of its variants for so many rows, becomes one that
/// leaves them out.
static void leaveFunctions(BlockOpInterface op, const MatmulShape &shape,
                           const TargetModel &target, size_t mostVariants,
                           Schedule schedule) {
  std::string refusal;
  bool isKnown = shape.m != strategy::kUnknown;
  if (shape.functions == 0 || (!isKnown && !canBranch(op, refusal)))
    return;
  std::optional<EpilogueCut> cut =
      findCut(op, shape.quantized.has_value(), target);
  if (!cut || cut->mostRows == strategy::kUnknown ||
      (isKnown && shape.m <= cut->mostRows))
    return;
  if (cut->inside) {
    IRRewriter rewriter(op->getContext());
    splitAt(rewriter, cut->inside, cut->value);
  }
  MatmulShape kept = sumShapeOf(op, Taken{.kept = cut->kept});
  StrategyAttrInterface many =
      chooseFor(op, kept, target, mostVariants, schedule);
  if (!many)
    return;
  many = prepareMany(op, many, kept, target, mostVariants, schedule);
  if (isKnown)
    op.setStrategy(many);
  else if (MatmulVariantsAttr both =
               joinConfigs(op.getStrategy(), many, cut->mostRows, mostVariants))
    op.setStrategy(both);
  else
    return;
  remarkDecision(op, kPass, "epilogue",
                 (isKnown ? "functions behind it have a kernel of their own"
                          : "functions behind it have a kernel of their own "
                            "above " +
                                std::to_string(cut->mostRows) + " rows") +
                     Twine(": nothing in its kernel hides them"));
}

/// For few rows a quantisation by blocks of more rows has a kernel of its own.
static void quantizeFewApart(BlockOpInterface op, const MatmulShape &shape,
                             const TargetModel &target, size_t mostVariants,
                             Schedule schedule) {
  std::string refusal;
  int64_t rows = strategy::mostRowsUnquantized(shape);
  if (rows == 0 || shape.m != strategy::kUnknown || shape.batchInvariant ||
      !canBranch(op, refusal))
    return;
  std::optional<int64_t> kept = keptWithoutQuantize(op, target);
  if (!kept)
    return;
  StrategyAttrInterface few = chooseFor(op, sumShapeOf(op, Taken{.kept = kept}),
                                        target, mostVariants, schedule);
  MatmulVariantsAttr both;
  if (few)
    both = joinConfigs(few, op.getStrategy(), rows, mostVariants);
  if (!both)
    return;
  op.setStrategy(both);
  remarkDecision(op, kPass, "quantize",
                 "up to " + Twine(rows) +
                     " rows the quantisation behind it has a kernel of its "
                     "own: tiles as high as its blocks would be empty for the "
                     "most part");
}

namespace {
/// A config, or several, that compute another product in the same tiles, and
/// for how many rows they do not pay.
struct Dual {
  StrategyAttrInterface config;
  int64_t mostRowsApart;
};
} // namespace

/// For `op` without a config: those for it and its other product together.
/// Nothing where there is none, or where a person has given that a config.
static std::optional<Dual> chooseDual(BlockOpInterface op,
                                      const TargetModel &target, bool quantized,
                                      size_t mostVariants, Schedule schedule) {
  BlockOpInterface other = dualOf(op);
  if (!other || other.getStrategy() || schedule != Schedule::Cooperative ||
      !openRows(op).empty() || !isOnHost(op))
    return std::nullopt;
  MatmulShape shape = sumShapeOf(op, {.quantized = quantized, .dual = true});
  int64_t rows = strategy::mostRowsApart(target, shape);
  std::string refusal;
  if (rows == strategy::kUnknown ||
      (shape.m == strategy::kUnknown ? !canBranch(op, refusal)
                                     : shape.m <= rows))
    return std::nullopt;
  if (StrategyAttrInterface config =
          chooseFor(op, shape, target, mostVariants, schedule))
    return Dual{config, rows};
  return std::nullopt;
}

/// Above some number of rows `dual`, beside what `op` has.
static void takeDual(BlockOpInterface op, const Dual &dual,
                     size_t mostVariants) {
  bool isKnown = sumShapeOf(op).m != strategy::kUnknown;
  if (isKnown)
    op.setStrategy(dual.config);
  else if (MatmulVariantsAttr both = joinConfigs(
               op.getStrategy(), dual.config, dual.mostRowsApart, mostVariants))
    op.setStrategy(both);
  else
    return;
  remarkDecision(
      op, kPass, "dual",
      (isKnown ? Twine() : "above " + Twine(dual.mostRowsApart) + " rows ") +
          "the other product that is read with it is computed in "
          "the same tiles");
}

/// For few rows codes of four bits that make an operand are decoded on the way:
/// a kernel of its own would write, and this one read, four times as much. On
/// an H200, microseconds, i4 with scales of bf16 for 128, K = 8192:
///     rows                         1     16    128   256
///     N = 8192    on the way       56    56    72    208
///                 a kernel more    94    95    124   135
///     N = 28672   on the way       142   143   272   438
///                 a kernel more    315   317   327   358
static void decodeFew(BlockOpInterface op, const TargetModel &target,
                      size_t mostVariants, Schedule schedule) {
  constexpr int64_t kMostRows = 128;
  DequantizeOp decode = fusableDequantize(op);
  if (!decode || decode.getConfig() || schedule != Schedule::Cooperative ||
      takesDual(op) || takesQuantize(op) || !openRows(op).empty())
    return;
  MatmulShape shape = sumShapeOf(op, Taken{.dequantized = true});
  std::string refusal;
  bool isKnown = shape.m != strategy::kUnknown;
  if (shape.batchInvariant || mostKept(op.getStrategy()) ||
      (isKnown ? shape.m > kMostRows : !canBranch(op, refusal)))
    return;
  StrategyAttrInterface few =
      chooseFor(op, shape, target, mostVariants, schedule);
  if (few && !isKnown)
    few = joinConfigs(few, op.getStrategy(), kMostRows, mostVariants);
  if (!few)
    return;
  op.setStrategy(few);
  remarkDecision(op, kPass, "dequantize",
                 (isKnown ? Twine("an operand is")
                          : "up to " + Twine(kMostRows) +
                                " rows an operand "
                                "is") +
                     " decoded by the threads that copy it");
}

static LogicalResult selectSum(BlockOpInterface op, const TargetModel &target,
                               size_t mostVariants, const TunedConfigs *tuned,
                               std::optional<Schedule> given) {
  if (StringRef what = op.getUnexpanded(); !what.empty())
    return op->emitOpError("has ") << what << "; run gq-expand first";
  Schedule schedule = given.value_or(Schedule::Cooperative);
  MatmulShape shape = sumShapeOf(op);
  if (shape.sumsRowsOfA || shape.sumsRowsOfB)
    schedule = Schedule::Cooperative;
  if (strategy::Refusal refusal = strategy::refuseAll(target, shape))
    return op->emitOpError(*refusal);
  if (shape.isScaled())
    lengthenBlocks(op, shape);
  remarkStep(op, shape, target);
  bool isOwn = !op.getStrategy();
  bool quantized = isOwn && choosesQuantize(op, target, schedule);
  if (quantized)
    shape = sumShapeOf(op, Taken{.quantized = true});
  // What was measured may have another schedule.
  if (tuned && !given && !op.getStrategy())
    takeTuned(op, shape, target, mostVariants, *tuned);
  std::optional<Dual> dual;
  if (!op.getStrategy())
    dual = chooseDual(op, target, quantized, mostVariants, schedule);
  auto variants = dyn_cast_or_null<MatmulVariantsAttr>(op.getStrategy());
  if (!op.getStrategy()) {
    variants = chooseVariants(op, shape, target, mostVariants, schedule);
    if (variants)
      op.setStrategy(variants);
    else if (failed(choose(op, shape, target, schedule)))
      return failure();
    op.setStrategy(prepareMany(op, op.getStrategy(), shape, target,
                               mostVariants, schedule));
    leaveFunctions(op, shape, target, mostVariants, schedule);
    if (!mostKept(op.getStrategy()))
      quantizeFewApart(op, shape, target, mostVariants, schedule);
    if (dual)
      takeDual(op, *dual, mostVariants);
    decodeFew(op, target, mostVariants, schedule);
    variants = dyn_cast<MatmulVariantsAttr>(op.getStrategy());
  }
  shape = sumShapeOf(op);
  FailureOr<MatmulConfig> config = failure();
  if (variants) {
    FailureOr<MatmulVariantsAttr> complete =
        completeVariants(op, variants, target);
    if (failed(complete))
      return failure();
    variants = *complete;
    config = variants.getConfigs().back().getValue();
  } else {
    config = choose(op, shape, target, schedule);
    if (failed(config))
      return failure();
  }
  if (std::optional<int64_t> promote = op.getPromotionStep();
      promote && !config->decode)
    remarkPromotion(op, shape, *config, *promote);
  if (isOwn)
    openPitch(op);
  if (!variants)
    remarkConfig(op, MatmulConfigAttr::get(op->getContext(), *config), target);
  else
    for (auto [number, one] : llvm::enumerate(variants.getConfigs()))
      remarkConfig(op, one, target, rowsOf(variants, number));
  return success();
}

/// Of a block that is larger than a static x, the next power of two: threads
/// would only wait for elements that do not exist. One that is reduced in parts
/// needs no such thing.
static void shrinkBlock(BlockOpInterface op, QuantizeShape &shape) {
  strategy::Size2 block = strategy::blockWithin(shape.x, shape.block);
  if (block == shape.block)
    return;
  remarkDecision(op, kPass, "block",
                 "the only block along a dimension is rounded down to " +
                     Twine(block[0]) + "x" + Twine(block[1]));
  for (const NamedBlock &named : op.getBlocks())
    op->setAttr(named.name, DenseI64ArrayAttr::get(op->getContext(), block));
  shape.block = block;
}

static LogicalResult selectElements(BlockOpInterface op,
                                    const TargetModel &target) {
  QuantizeShape shape = elementsShapeOf(op);
  if (shape.isWhole() && !op.getStrategy())
    shrinkBlock(op, shape);
  FailureOr<QuantizeConfig> config = choose(op, shape, target);
  if (failed(config))
    return failure();
  remarkDecision(op, kPass, "config", debugString(op.getStrategy()));
  remarkDetours(op, shape, *config, target);
  return success();
}

/// Whether the kernels that read what `op` makes of rows compute it, from rows
/// that they hold anyway.
static bool isComputedWhereRead(BlockOpInterface op) {
  if (isa<BlockAbsmaxOp>(op) && rowOf(op) == 0)
    return false;
  std::string refusal;
  bool taken = isTakenAlong(op, refusal);
  if (taken)
    remarkDecision(op, kPass, "rows",
                   "is computed in the kernel that reads it, which holds rows "
                   "of " +
                       Twine(rowOf(op)) + " elements");
  else
    remarkMissed(op, kPass, "rows", "has a kernel of its own: " + refusal);
  return taken;
}

LogicalResult mlir::gq::select(BlockOpInterface op, const TargetModel &target,
                               size_t mostVariants, const TunedConfigs *tuned,
                               std::optional<Schedule> schedule) {
  if (auto quantize = dyn_cast<QuantizeOp>(op.getOperation());
      quantize && takerOf(quantize))
    return success();
  if (auto decode = dyn_cast<DequantizeOp>(op.getOperation());
      decode && takerOf(decode)) {
    remarkDecision(op, kPass, "decode",
                   "is computed in the kernel of the quantisation that reads "
                   "it");
    return success();
  }
  if (BlockOpInterface reduce = asReduction(op);
      reduce && !reduce.getStrategy() && isComputedWhereRead(reduce))
    return success();
  if (auto copy = dyn_cast<CopyOp>(op.getOperation());
      copy && isStoredAlong(copy)) {
    remarkDecision(op, kPass, "rows",
                   "is stored by the kernel that computes these values of "
                   "rows");
    return success();
  }
  return op.isSum() ? selectSum(op, target, mostVariants, tuned, schedule)
                    : selectElements(op, target);
}
