//===- Choices.cpp - a config for an op -----------------------------------===//
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Support/Remarks.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::gq;
using strategy::Candidates;
using strategy::MatmulShape;
using strategy::QuantizeShape;

static_assert(strategy::kUnknown == ShapedType::kDynamic);

static constexpr StringLiteral kPass = "gq-select-config",
                               kCandidates = "candidates";

static ShapedType typeOf(Value value) {
  return cast<ShapedType>(value.getType());
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

static strategy::Spread spreadOf(AffineMap map) {
  bool rows = map.isFunctionOfDim(0), columns = map.isFunctionOfDim(1);
  using strategy::Spread;
  return rows && columns ? Spread::Tile
         : rows          ? Spread::Row
         : columns       ? Spread::Column
                         : Spread::Scalar;
}

MatmulShape mlir::gq::shapeOf(ScaledMatmulOp op) {
  MatmulShape shape;
  shape.m = typeOf(op.getA()).getDimSize(0);
  shape.operandBits = typeOf(op.getA()).getElementTypeBitWidth();
  shape.aBlock = sizesOf(op.getABlock());
  shape.bBlock = sizesOf(op.getBBlock());
  shape.resultBits = typeOf(op.getInit()).getElementTypeBitWidth();
  if (op->getNumResults() != 1)
    return shape;
  Operation *last = lastFusableConsumer(op);
  shape.resultBits = typeOf(last->getResult(0)).getElementTypeBitWidth();
  shape.transposed = transposeOf(last) && last->hasOneUse();
  DenseSet<Value> seen;
  for (FusedOperand operand : fusedOperands(last, op))
    if (seen.insert(operand.value).second)
      shape.epilogue.push_back(spreadOf(operand.map));
  return shape;
}

template <typename OpTy>
static QuantizeShape shapeOfKind(OpTy op, QuantizeShape::Kind kind) {
  QuantizeShape shape;
  shape.kind = kind;
  shape.x = sizesOf(typeOf(op.getX()).getShape());
  shape.bits = typeOf(op.getX()).getElementTypeBitWidth();
  shape.block = sizesOf(op.getBlock());
  Operation *producer = op.getX().getDefiningOp();
  shape.computed = isa_and_nonnull<linalg::LinalgOp>(producer);
  if (getElementwise(producer))
    for (FusedOperand operand : fusedOperands(producer, op))
      shape.inputBits.push_back(typeOf(operand.value).getElementTypeBitWidth());
  else
    shape.inputBits.push_back(shape.bits);
  return shape;
}

QuantizeShape mlir::gq::shapeOf(QuantizeOp op) {
  QuantizeShape shape = shapeOfKind(op, QuantizeShape::Kind::Quantize);
  shape.transposedScales = op.getTransposedScales();
  shape.transposedCodes = transposeOf(op) != nullptr;
  shape.splittable = op.hasPureTensorSemantics() && !op.getTransposedScales() &&
                     typeOf(op.getScalesInit()).getElementType().isF32();
  return shape;
}

QuantizeShape mlir::gq::shapeOf(BlockAbsmaxOp op) {
  return shapeOfKind(op, QuantizeShape::Kind::Absmax);
}

QuantizeShape mlir::gq::shapeOf(ScaledCastOp op) {
  QuantizeShape shape = shapeOfKind(op, QuantizeShape::Kind::Cast);
  shape.transposedCodes = transposeOf(op) != nullptr;
  return shape;
}

//===----------------------------------------------------------------------===//
// Remarks
//===----------------------------------------------------------------------===//

static Attribute attrOf(MLIRContext *context, const MatmulConfig &config) {
  return MatmulConfigAttr::get(context, config);
}

static Attribute attrOf(MLIRContext *context, const QuantizeConfig &config) {
  return QuantizeConfigAttr::get(context, config);
}

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

LogicalResult mlir::gq::select(ScaledMatmulOp op, const TargetModel &target) {
  MatmulShape shape = shapeOf(op);
  if (strategy::Refusal refusal = strategy::refuse(target, shape))
    return op.emitOpError(*refusal);
  MatmulConfig config;
  if (op.getConfig()) {
    config = op.getConfig()->getValue();
  } else {
    Candidates<MatmulConfig> all = strategy::candidates(target, shape);
    remarkCandidates(op, all);
    if (all.front().refusal)
      return op.emitOpError("config: ") << *all.front().refusal;
    config = all.front().config;
    config.candidate = 0;
  }
  config = strategy::complete(target, config);
  if (strategy::Refusal refusal = strategy::refuse(target, shape, config))
    return op.emitOpError("config: ") << *refusal;
  op.setConfigAttr(MatmulConfigAttr::get(op.getContext(), config));
  if (static_cast<int64_t>(op.getPromote()) > config.tile[2])
    remarkMissed(op, kPass, "promote",
                 "promotes every " + Twine(config.tile[2]) +
                     " elements of K, the step of the loop, not every " +
                     Twine(op.getPromote()));
  remarkDecision(op, kPass, "config",
                 text(op.getConfigAttr()) + ", " +
                     Twine(strategy::sharedMemory(target, shape, config)) +
                     " bytes of shared memory");
  return success();
}

template <typename OpTy>
static LogicalResult selectQuantize(OpTy op, const TargetModel &target) {
  QuantizeShape shape = shapeOf(op);
  QuantizeConfig config;
  if (op.getConfig()) {
    config = op.getConfig()->getValue();
  } else {
    Candidates<QuantizeConfig> all = strategy::candidates(target, shape);
    remarkCandidates(op, all);
    if (all.empty())
      return op.emitOpError(strategy::refuseAll(target, shape));
    if (all.front().refusal)
      return op.emitOpError("config: ") << *all.front().refusal;
    config = all.front().config;
    config.candidate = 0;
  }
  config = strategy::complete(target, shape, config);
  if (strategy::Refusal refusal = strategy::refuse(target, shape, config))
    return op.emitOpError("config: ") << *refusal;
  op.setConfigAttr(QuantizeConfigAttr::get(op.getContext(), config));
  remarkDecision(op, kPass, "config", text(op.getConfigAttr()));
  remarkDetours(op, shape, config, target);
  return success();
}

LogicalResult mlir::gq::select(QuantizeOp op, const TargetModel &target) {
  // A block that is larger than a static x is that of the next power of two:
  // threads would only wait for elements that do not exist.
  strategy::Size2 block = sizesOf(op.getBlock());
  if (!op.getConfig())
    block = strategy::blockWithin(sizesOf(typeOf(op.getX()).getShape()), block);
  if (block != sizesOf(op.getBlock())) {
    remarkDecision(op, kPass, "block",
                   "the only block along a dimension is rounded down to " +
                       Twine(block[0]) + "x" + Twine(block[1]));
    op.setBlock(block);
  }
  return selectQuantize(op, target);
}

LogicalResult mlir::gq::select(BlockAbsmaxOp op, const TargetModel &target) {
  return selectQuantize(op, target);
}

LogicalResult mlir::gq::select(ScaledCastOp op, const TargetModel &target) {
  return selectQuantize(op, target);
}

std::optional<int64_t> mlir::gq::candidateOf(Operation *op) {
  auto block = dyn_cast<BlockOpInterface>(op);
  StrategyAttrInterface config = block ? block.getStrategy() : nullptr;
  return config ? config.getCandidate() : std::nullopt;
}

Attribute mlir::gq::nextConfig(Operation *op, const TargetModel &target) {
  std::optional<int64_t> current = candidateOf(op);
  if (!current)
    return {};
  return TypeSwitch<Operation *, Attribute>(op)
      .Case<ScaledMatmulOp, QuantizeOp, BlockAbsmaxOp, ScaledCastOp>(
          [&](auto typed) -> Attribute {
            auto all = strategy::candidates(target, shapeOf(typed));
            std::optional<size_t> next = strategy::nextCandidate(all, *current);
            if (!next)
              return {};
            auto config = all[*next].config;
            config.candidate = static_cast<int64_t>(*next);
            return attrOf(op->getContext(), config);
          })
      .Default(Attribute());
}
