//===- InlineOperands.cpp - operands of elementwise ops, computed ---------===//
//
// In:  elementwise ops that read what other such ops compute from arguments
//      alone: constants of one value, broadcasts, functions of a vector, chains
//      beside a product; destinations that are not read.
// Out: one op that computes all of it, from what is in memory.
//
// What a gq op computes, and the chain behind that, stays as it is: gq-tile
// takes it along op by op. But where several ops of a chain read a product they
// become one: its kernel takes only such a chain along.
//
//===----------------------------------------------------------------------===//
#include "InlineOperands.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::gq;

/// Every element of the result is computed by itself.
static linalg::LinalgOp getParallel(Operation *op) {
  auto linalgOp = dyn_cast_or_null<linalg::LinalgOp>(op);
  if (linalgOp && linalgOp.hasPureTensorSemantics() &&
      linalgOp->getNumResults() == 1 && linalgOp.getNumLoops() > 0 &&
      linalgOp.getNumParallelLoops() == linalgOp.getNumLoops())
    return linalgOp;
  return nullptr;
}

/// Whether `op` reads, maybe through others, what is no elementwise op's result
/// and no argument; or, with `sums`, what is no result of a gq op without sums
/// either.
static bool isBehindOther(Operation *op, bool sums = false) {
  SmallVector<Operation *> todo{op};
  SmallPtrSet<Operation *, 16> seen;
  while (!todo.empty()) {
    Operation *one = todo.pop_back_val();
    if (!seen.insert(one).second ||
        isa<arith::ConstantOp, tensor::EmptyOp>(one))
      continue;
    // Views of memory.
    if (isa<tensor::CastOp, tensor::ExtractSliceOp, tensor::CollapseShapeOp,
            tensor::ExpandShapeOp>(one)) {
      if (Operation *def = one->getOperand(0).getDefiningOp())
        todo.push_back(def);
      continue;
    }
    auto block = dyn_cast<BlockOpInterface>(one);
    if (!getParallel(one) && !(sums && block && !block.isSum()))
      return true;
    for (Value operand : one->getOperands())
      if (Operation *def = operand.getDefiningOp();
          def && isa<TensorType>(operand.getType()))
        todo.push_back(def);
  }
  return false;
}

/// Whether `op` reads a sum that other ops read as well.
static bool readsSharedSum(linalg::LinalgOp op) {
  return llvm::any_of(op.getDpsInputs(), [&](Value input) {
    auto sum = input.getDefiningOp<BlockOpInterface>();
    return sum && sum.isSum() && sum->getBlock() == op->getBlock() &&
           llvm::any_of(sum->getUsers(), [&](Operation *user) {
             return user != op && !isa<tensor::DimOp>(user);
           });
  });
}

/// Whether the op that reads `operand` shall compute it.
static bool isInlined(OpOperand *operand) {
  linalg::LinalgOp user = getElementwise(operand->getOwner());
  linalg::LinalgOp producer = getParallel(operand->get().getDefiningOp());
  if (!user || !producer || isa<linalg::FillOp>(producer) ||
      user->getBlock() != producer->getBlock())
    return false;
  if (isBehindOther(producer))
    return producer->hasOneUse() && getElementwise(producer) &&
           !isa<linalg::TransposeOp>(producer) && readsSharedSum(producer);
  // A chain in front of a quantisation, or beside reductions, is taken along as
  // it is, if each op computes a matrix.
  return isBehindOther(user, /*sums=*/true) || !getElementwise(producer) ||
         isa<linalg::BroadcastOp>(producer);
}

/// The value of all elements of a tensor; or null.
static TypedAttr getSplat(Value value) {
  Attribute splat;
  if (auto constant = value.getDefiningOp<arith::ConstantOp>()) {
    if (auto elements = dyn_cast<SplatElementsAttr>(constant.getValue()))
      splat = elements.getSplatValue<Attribute>();
  } else if (auto fill = value.getDefiningOp<linalg::FillOp>()) {
    matchPattern(fill.value(), m_Constant(&splat));
  }
  return dyn_cast_or_null<TypedAttr>(splat);
}

/// `op` with some of its inputs, and no body yet.
static linalg::GenericOp withInputs(RewriterBase &rewriter,
                                    linalg::GenericOp op,
                                    function_ref<bool(OpOperand *)> keeps) {
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (OpOperand *input : op.getDpsInputOperands())
    if (keeps(input)) {
      inputs.push_back(input->get());
      maps.push_back(op.getMatchingIndexingMap(input));
    }
  for (OpOperand &init : op.getDpsInitsMutable())
    maps.push_back(op.getMatchingIndexingMap(&init));
  return linalg::GenericOp::create(rewriter, op.getLoc(), op.getResultTypes(),
                                   inputs, op.getOutputs(), maps,
                                   op.getIteratorTypesArray());
}

/// `op`, or an op that computes this one of its results.
static linalg::GenericOp withResult(RewriterBase &rewriter,
                                    linalg::GenericOp op, OpResult result) {
  if (op->getNumResults() == 1)
    return op;
  unsigned number = result.getResultNumber(), inputs = op.getNumDpsInputs();
  OpOperand *init = op.getDpsInitOperand(number);
  SmallVector<AffineMap> maps(
      ArrayRef(op.getIndexingMapsArray()).take_front(inputs));
  maps.push_back(op.getMatchingIndexingMap(init));
  return linalg::GenericOp::create(
      rewriter, op.getLoc(), result.getType(), op.getInputs(), init->get(),
      maps, op.getIteratorTypesArray(),
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        IRMapping map;
        map.map(op.getBody()->getArguments().take_front(inputs),
                arguments.drop_back());
        map.map(op.getMatchingBlockArgument(init), arguments.back());
        for (Operation &inner : op.getBody()->without_terminator())
          b.clone(inner, map);
        Value yielded = op.getBody()->getTerminator()->getOperand(number);
        linalg::YieldOp::create(b, loc, map.lookupOrDefault(yielded));
      });
}

namespace {
/// Patterns are for linalg.generic.
struct GeneralizeAround : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    if (isa<linalg::GenericOp, linalg::FillOp>(op) || !getParallel(op))
      return rewriter.notifyMatchFailure(op, "is no named elementwise op");
    auto inlines = [](OpOperand *input) {
      return isInlined(input) ||
             (getElementwise(input->getOwner()) && getSplat(input->get()));
    };
    if (llvm::none_of(op.getDpsInputOperands(), inlines) &&
        llvm::none_of(op->getUses(),
                      [](OpOperand &use) { return isInlined(&use); }))
      return rewriter.notifyMatchFailure(op, "has nothing to be inlined");
    return linalg::generalizeNamedOp(rewriter, op);
  }
};

struct InlineProducer : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    for (OpOperand *input : op.getDpsInputOperands()) {
      if (!isInlined(input) || !linalg::areElementwiseOpsFusable(input))
        continue;
      FailureOr<linalg::ElementwiseOpFusionResult> fused =
          linalg::fuseElementwiseOps(rewriter, input);
      if (failed(fused))
        continue;
      // Of what others read of the producer they keep the producer.
      auto both = cast<linalg::GenericOp>(fused->fusedOp);
      Value result = fused->replacements.lookup(op.getResult(0));
      rewriter.replaceOp(op,
                         withResult(rewriter, both, cast<OpResult>(result)));
      if (both->use_empty())
        rewriter.eraseOp(both);
      return success();
    }
    return rewriter.notifyMatchFailure(op, "reads what is in memory");
  }
};

/// A value of all elements stands in the body; a tensor that is read twice
/// alike is read once.
struct ReadOnce : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementwise(op))
      return rewriter.notifyMatchFailure(op, "is no elementwise op");
    OpOperand *dropped = nullptr;
    Value replacement;
    for (OpOperand *input : op.getDpsInputOperands()) {
      BlockArgument argument = op.getMatchingBlockArgument(input);
      if (TypedAttr splat = getSplat(input->get())) {
        rewriter.setInsertionPointToStart(op.getBody());
        dropped = input;
        replacement = arith::ConstantOp::create(rewriter, op.getLoc(), splat);
      }
      for (OpOperand *other : op.getDpsInputOperands())
        if (other->getOperandNumber() < input->getOperandNumber() &&
            other->get() == input->get() &&
            op.getMatchingIndexingMap(other) ==
                op.getMatchingIndexingMap(input)) {
          dropped = input;
          replacement = op.getMatchingBlockArgument(other);
        }
      if (!dropped)
        continue;
      rewriter.replaceAllUsesWith(argument, replacement);
      break;
    }
    if (!dropped)
      return rewriter.notifyMatchFailure(op, "reads everything once");
    rewriter.setInsertionPoint(op);
    linalg::GenericOp less = withInputs(
        rewriter, op, [&](OpOperand *input) { return input != dropped; });
    unsigned number = dropped->getOperandNumber();
    rewriter.inlineRegionBefore(op.getRegion(), less.getRegion(),
                                less.getRegion().end());
    rewriter.modifyOpInPlace(less,
                             [&] { less.getBody()->eraseArgument(number); });
    rewriter.replaceOp(op, less);
    return success();
  }
};

/// What is computed elsewhere and only overwritten here need not be computed
/// for it. An argument may be meant to hold the result.
struct OverwriteNothing : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementwise(op) ||
        op.payloadUsesValueFromOperand(op.getDpsInitOperand(0)))
      return rewriter.notifyMatchFailure(op, "reads its destination");
    Value init = op.getDpsInitOperand(0)->get();
    auto def = init.getDefiningOp<DestinationStyleOpInterface>();
    if (!def || !def.hasPureTensorSemantics())
      return rewriter.notifyMatchFailure(op, "has a destination of its own");
    Value sized = init;
    while (auto producer = sized.getDefiningOp<DestinationStyleOpInterface>())
      sized = producer.getTiedOpOperand(cast<OpResult>(sized))->get();
    Value empty = tensor::EmptyOp::create(
        rewriter, op.getLoc(),
        tensor::getMixedSizes(rewriter, op.getLoc(), sized),
        getElementTypeOrSelf(init.getType()));
    rewriter.modifyOpInPlace(op,
                             [&] { op.getDpsInitsMutable()[0].set(empty); });
    return success();
  }
};

/// A result is as large as its destination, and need not be there to say so.
struct SizeOfDestination : OpRewritePattern<tensor::DimOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::DimOp op,
                                PatternRewriter &rewriter) const override {
    auto result = dyn_cast<OpResult>(op.getSource());
    auto def = result ? dyn_cast<DestinationStyleOpInterface>(result.getOwner())
                      : nullptr;
    if (!def || !def.hasPureTensorSemantics())
      return rewriter.notifyMatchFailure(op, "has no destination");
    rewriter.modifyOpInPlace(op, [&] {
      op.getSourceMutable().assign(def.getTiedOpOperand(result)->get());
    });
    return success();
  }
};

/// A tensor of one value that is computed.
struct FillForSplat : OpRewritePattern<tensor::SplatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::SplatOp op,
                                PatternRewriter &rewriter) const override {
    auto type = op.getType();
    Value empty =
        tensor::EmptyOp::create(rewriter, op.getLoc(), type.getShape(),
                                type.getElementType(), op.getDynamicSizes());
    rewriter.replaceOpWithNewOp<linalg::FillOp>(op, op.getInput(), empty);
    return success();
  }
};
} // namespace

void mlir::gq::populateInlineOperandPatterns(RewritePatternSet &patterns) {
  patterns.add<GeneralizeAround, InlineProducer, ReadOnce, OverwriteNothing,
               SizeOfDestination, FillForSplat>(patterns.getContext());
}
