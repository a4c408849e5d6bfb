//===- Choices.cpp - a config for an op -----------------------------------===//
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "Branches.h"
#include "Candidates.h"
#include "ChoiceRemarks.h"
#include "ChoicesByRows.h"
#include "DecodeOperands.h"
#include "OuterLoops.h"
#include "RowReductions.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQ/Transforms/TunedConfigs.h"
#include "gq/Support/Remarks.h"
#include "mlir/Support/DebugStringHelper.h"

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
  if (int64_t most = strategy::mostRowsUnquantized(target, shape);
      !refusal && !getOuterLoop(op) && shape.m != strategy::kUnknown &&
      shape.m <= most)
    refusal = ("expects more than " + Twine(most) +
               " rows for tiles that its blocks go into, got " + Twine(shape.m))
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

static LogicalResult selectSum(BlockOpInterface op, const TargetModel &target,
                               size_t mostVariants, const TunedConfigs *tuned,
                               std::optional<Schedule> given) {
  if (StringRef what = op.getUnexpanded(); !what.empty())
    return op->emitOpError("has ") << what << "; run gq-expand first";
  Schedule schedule = given.value_or(Schedule::Cooperative);
  MatmulShape shape = sumShapeOf(op);
  if (shape.sumsRowsOfA || shape.sumsRowsOfB)
    schedule = Schedule::Cooperative;
  if (strategy::Refusal refusal = strategy::refuseAll(target, shape)) {
    InFlightDiagnostic error = op->emitOpError(*refusal);
    auto product = dyn_cast<ScaledMatmulOp>(op.getOperation());
    if (product && getElementTypeOrSelf(product.getA()).isSignlessInteger(8))
      if (std::string why = refuseAnyBlock(product); !why.empty())
        error.attachNote()
            << "operands of i8 in blocks of any size are decoded where a "
               "product "
            << why;
    return error;
  }
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
  ByRows byRows(op, target, mostVariants, schedule);
  std::optional<ByRows::Dual> dual;
  if (!op.getStrategy())
    dual = byRows.chooseDual(quantized);
  auto variants = dyn_cast_or_null<MatmulVariantsAttr>(op.getStrategy());
  if (!op.getStrategy()) {
    variants = byRows.variants(shape);
    if (variants)
      op.setStrategy(variants);
    else if (failed(choose(op, shape, target, schedule)))
      return failure();
    op.setStrategy(byRows.prepareMany(op.getStrategy(), shape));
    byRows.leaveFunctions(shape);
    if (!mostKept(op.getStrategy()))
      byRows.quantizeFewApart(shape);
    if (dual)
      byRows.takeDual(*dual);
    byRows.decodeFew();
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
