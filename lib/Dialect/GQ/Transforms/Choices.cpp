//===- Choices.cpp - a config for an op -----------------------------------===//
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Support/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::gq;
using strategy::Candidates;
using strategy::MatmulShape;
using strategy::QuantizeShape;

static constexpr StringLiteral kPass = "gq-select-config",
                               kCandidates = "candidates";

static StrategyAttrInterface attrOf(MLIRContext *context,
                                    const MatmulConfig &config) {
  return MatmulConfigAttr::get(context, config);
}

static StrategyAttrInterface attrOf(MLIRContext *context,
                                    const QuantizeConfig &config) {
  return QuantizeConfigAttr::get(context, config);
}

static MatmulConfig given(BlockOpInterface op, const MatmulShape &) {
  return cast<MatmulConfigAttr>(op.getStrategy()).getValue();
}

static QuantizeConfig given(BlockOpInterface op, const QuantizeShape &) {
  return cast<QuantizeConfigAttr>(op.getStrategy()).getValue();
}

//===----------------------------------------------------------------------===//
// Remarks
//===----------------------------------------------------------------------===//

static std::string text(Attribute config) {
  std::string result;
  llvm::raw_string_ostream(result) << config;
  return result;
}

/// What was weighed, in a category of its own: it is long.
template <typename ConfigT>
static void remarkCandidates(Operation *op,
                             const Candidates<ConfigT> &candidates) {
  if (!op->getContext()->getRemarkEngine())
    return;
  for (auto [i, candidate] : llvm::enumerate(candidates)) {
    std::string name = "candidate " + std::to_string(i);
    std::string config = text(attrOf(op->getContext(), candidate.config));
    if (candidate.refusal)
      remarkMissed(op, kCandidates, name, config + ": " + *candidate.refusal);
    else
      remarkAnalysis(
          op, kCandidates, name,
          config + ": cost " + llvm::formatv("{0:f2}", candidate.cost).str() +
              ", " + Twine(candidate.sharedMemory) +
              " bytes of shared memory, " + Twine(candidate.registers) +
              " of " + Twine(candidate.registersLimit) + " registers");
  }
}

/// Ways that cost something and were taken since no better one fits, or since
/// the config of a person says so.
static void remarkDetours(Operation *op, const QuantizeShape &shape,
                          const QuantizeConfig &config,
                          const TargetModel &target) {
  if (config.isSplit())
    remarkMissed(op, kPass, "passes",
                 config.candidate
                     ? "x is read twice: no tile of whole blocks of " +
                           Twine(shape.block[0]) + "x" + Twine(shape.block[1]) +
                           " fits the registers of a cluster"
                     : Twine("x is read twice, as its config says"));
  if (config.cluster > 1)
    remarkDecision(op, kPass, "cluster",
                   Twine(config.cluster) +
                       " thread blocks share a tile: one has no registers for "
                       "all of it");
  if (config.slabs == 1)
    return;
  if (config.passes == 2)
    return remarkMissed(op, kPass, "park",
                        "every slab is read again: passes = 2 keeps none");
  QuantizeConfig parked = config;
  parked.park = true;
  int64_t bytes = strategy::parkedBytes(shape, parked);
  std::string again = (Twine(config.slabs - 1) + " of " + Twine(config.slabs) +
                       " slabs are read again: ")
                          .str();
  if (config.parks())
    remarkDecision(op, kPass, "park",
                   Twine(bytes) + " bytes wait in shared memory for the cast");
  else if (strategy::canPark(target, shape, config))
    remarkMissed(op, kPass, "park",
                 again + Twine(bytes) +
                     " bytes of them may wait in shared memory, but park is "
                     "false");
  else
    remarkMissed(op, kPass, "park",
                 again + "they take " + Twine(bytes) + " bytes of the " +
                     Twine(target.sharedMemory) + " of shared memory");
}

//===----------------------------------------------------------------------===//
// Selection
//===----------------------------------------------------------------------===//

/// The config that `op` has, completed, or the best candidate, written on it.
template <typename ShapeT>
static auto choose(BlockOpInterface op, const ShapeT &shape,
                   const TargetModel &target)
    -> FailureOr<decltype(given(op, shape))> {
  decltype(given(op, shape)) config;
  if (op.getStrategy()) {
    config = given(op, shape);
  } else {
    auto all = strategy::candidates(target, shape);
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

/// Where sums are promoted at other places than `promote` says.
static void remarkPromotion(Operation *op, const MatmulShape &shape,
                            const MatmulConfig &config, int64_t promote) {
  if (promote > config.tile[2])
    remarkMissed(op, kPass, "promote",
                 "promotes every " + Twine(config.tile[2]) +
                     " elements of K, the step of the loop, not every " +
                     Twine(promote));
  int64_t wanted = std::min(config.tile[2], promote);
  if (int64_t depth = strategy::promotedDepth(shape, wanted); depth < wanted)
    remarkMissed(op, kPass, "promote",
                 "promotes every " + Twine(depth) +
                     " elements of K, where blocks of a or b end, not every " +
                     Twine(wanted) + ": " + Twine(wanted / depth) +
                     " times the multiply-adds outside of the tensor cores");
}

static LogicalResult selectSum(BlockOpInterface op, const TargetModel &target) {
  MatmulShape shape = sumShapeOf(op);
  if (strategy::Refusal refusal = strategy::refuseAll(target, shape))
    return op->emitOpError(*refusal);
  FailureOr<MatmulConfig> config = choose(op, shape, target);
  if (failed(config))
    return failure();
  if (std::optional<int64_t> promote = op.getPromotionStep())
    remarkPromotion(op, shape, *config, *promote);
  remarkDecision(op, kPass, "config",
                 text(op.getStrategy()) + ", " +
                     Twine(strategy::sharedMemory(target, shape, *config)) +
                     " bytes of shared memory");
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
  remarkDecision(op, kPass, "config", text(op.getStrategy()));
  remarkDetours(op, shape, *config, target);
  return success();
}

LogicalResult mlir::gq::select(BlockOpInterface op, const TargetModel &target) {
  return op.isSum() ? selectSum(op, target) : selectElements(op, target);
}

std::optional<int64_t> mlir::gq::candidateOf(Operation *op) {
  auto block = dyn_cast<BlockOpInterface>(op);
  StrategyAttrInterface config = block ? block.getStrategy() : nullptr;
  return config ? config.getCandidate() : std::nullopt;
}

template <typename ShapeT>
static StrategyAttrInterface nextOf(MLIRContext *context, const ShapeT &shape,
                                    int64_t current,
                                    const TargetModel &target) {
  auto all = strategy::candidates(target, shape);
  std::optional<size_t> next = strategy::nextCandidate(all, current);
  if (!next)
    return {};
  auto config = all[*next].config;
  config.candidate = static_cast<int64_t>(*next);
  return attrOf(context, config);
}

StrategyAttrInterface mlir::gq::nextConfig(Operation *op,
                                           const TargetModel &target) {
  std::optional<int64_t> current = candidateOf(op);
  if (!current)
    return {};
  auto block = cast<BlockOpInterface>(op);
  MLIRContext *context = op->getContext();
  return block.isSum()
             ? nextOf(context, sumShapeOf(block), *current, target)
             : nextOf(context, elementsShapeOf(block), *current, target);
}
