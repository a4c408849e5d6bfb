//===- RaiseReductions.cpp - gq.block_reduce from linalg reductions -------===//
//
// A reduction of linalg computes something of each element and combines that
// with what it has so far. Here it becomes an elementwise op, a
// gq.block_reduce, whose order is free, and an elementwise op for what it
// started from.
//
//===----------------------------------------------------------------------===//
#include "CollapseLoops.h"
#include "InlineOperands.h"
#include "RaiseMatmuls.h"
#include "RowReductions.h"
#include "RowValues.h"
#include "SplitResults.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::gq {
#define GEN_PASS_DEF_RAISEREDUCTIONSPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-raise-reductions";

using Kind = arith::AtomicRMWKind;

/// One block covers a dimension of unknown size, which is this at most.
static constexpr int64_t kMostElements = int64_t(1) << 30;

/// The kind of a combiner; nothing for an op that is none.
static std::optional<Kind> kindOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Kind>>(op)
      .Case([](arith::AddFOp) { return Kind::addf; })
      .Case([](arith::MulFOp) { return Kind::mulf; })
      .Case([](arith::MaximumFOp) { return Kind::maximumf; })
      .Case([](arith::MinimumFOp) { return Kind::minimumf; })
      .Case([](arith::MaxNumFOp) { return Kind::maxnumf; })
      .Case([](arith::MinNumFOp) { return Kind::minnumf; })
      .Case([](arith::AddIOp) { return Kind::addi; })
      .Case([](arith::MulIOp) { return Kind::muli; })
      .Case([](arith::MaxSIOp) { return Kind::maxs; })
      .Case([](arith::MaxUIOp) { return Kind::maxu; })
      .Case([](arith::MinSIOp) { return Kind::mins; })
      .Case([](arith::MinUIOp) { return Kind::minu; })
      .Case([](arith::AndIOp) { return Kind::andi; })
      .Case([](arith::OrIOp) { return Kind::ori; })
      .Case([](arith::XOrIOp) { return Kind::xori; })
      .Default([](Operation *) { return std::nullopt; });
}

namespace {
/// What a generic op with one result reduces.
struct Reduction {
  Kind kind;
  Operation *combiner;
  /// What is combined, computed from inputs alone.
  Value element;
  /// Elements along each of the two loops that share a value.
  SmallVector<int64_t> block;
};
} // namespace

/// Why `op` is no reduction that can be raised, in `refusal`.
static std::optional<Reduction> match(linalg::GenericOp op,
                                      std::string &refusal) {
  auto refuse = [&](const Twine &why) {
    refusal = why.str();
    return std::nullopt;
  };
  if (op.hasIndexSemantics())
    return refuse("uses linalg.index");
  if (op.getNumLoops() != 2)
    return refuse("has " + Twine(op.getNumLoops()) +
                  " loops that are not "
                  "those of a matrix");
  Block &body = *op.getBody();
  BlockArgument sum = body.getArguments().back();
  Operation *combiner = body.getTerminator()->getOperand(0).getDefiningOp();
  std::optional<Kind> kind =
      combiner ? kindOf(combiner) : std::optional<Kind>();
  if (!kind || !sum.hasOneUse() || *sum.user_begin() != combiner)
    return refuse("combines values by other ops than one of arith");
  Type type = reducedType(sum.getType());
  if (!type || !isReduction(*kind, type))
    return refuse("combines values of another type than f32, bf16, f16 and "
                  "i32");
  Reduction reduction{*kind, combiner, {}, {}};
  reduction.element =
      combiner->getOperand(combiner->getOperand(0) == sum ? 1 : 0);
  if (reduction.element == sum)
    return refuse("combines a value with itself");
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (iterator == utils::IteratorType::parallel) {
      reduction.block.push_back(1);
      continue;
    }
    if (sizes[loop] == 0)
      return refuse("reduces an empty dimension");
    reduction.block.push_back(ShapedType::isDynamic(sizes[loop]) ? kMostElements
                                                                 : sizes[loop]);
  }
  for (AffineMap map : op.getIndexingMapsArray())
    if (!map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return refuse("reads or writes through a map that is no projection");
  return reduction;
}

/// What `op` combines, of all elements: a matrix.
static Value elementsOf(RewriterBase &b, linalg::GenericOp op,
                        const Reduction &reduction) {
  MLIRContext *context = op.getContext();
  AffineMap identity = AffineMap::getMultiDimIdentityMap(2, context);
  if (auto input = dyn_cast<BlockArgument>(reduction.element);
      input && input.getOwner() == op.getBody()) {
    OpOperand *operand = op.getMatchingOpOperand(input);
    if (op.getMatchingIndexingMap(operand) == identity)
      return operand->get();
  }
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> sizes;
  for (Range range : cast<linalg::LinalgOp>(*op).createLoopRanges(b, loc))
    sizes.push_back(range.size);
  Value empty =
      tensor::EmptyOp::create(b, loc, sizes, reduction.element.getType());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  maps.back() = identity;
  SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, loc, empty.getType(), op.getInputs(), empty, maps, loops,
             [&](OpBuilder &inner, Location at, ValueRange arguments) {
               IRMapping map;
               map.map(op.getBody()->getArguments().drop_back(),
                       arguments.drop_back());
               for (Operation &each : op.getBody()->without_terminator())
                 if (&each != reduction.combiner)
                   inner.clone(each, map);
               linalg::YieldOp::create(inner, at,
                                       map.lookupOrDefault(reduction.element));
             })
      .getResult(0);
}

/// The fill that `value` is, or is a view of; or null.
static linalg::FillOp fillOf(Value value) {
  while (Operation *view = value.getDefiningOp()) {
    if (!isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(view))
      return dyn_cast<linalg::FillOp>(view);
    value = view->getOperand(0);
  }
  return {};
}

/// Whether a reduction that starts from `init` need not be told.
static bool isNeutral(Kind kind, Value init) {
  Attribute start;
  if (linalg::FillOp fill = fillOf(init))
    matchPattern(fill.getInputs()[0], m_Constant(&start));
  else if (matchPattern(init, m_Constant(&start)))
    if (auto dense = dyn_cast<DenseElementsAttr>(start))
      start = dense.isSplat() ? dense.getSplatValue<Attribute>() : Attribute();
  if (!start)
    return false;
  OpBuilder b(init.getContext());
  Type type = getElementTypeOrSelf(init);
  TypedAttr neutral = arith::getIdentityValueAttr(kind, type, b, init.getLoc());
  auto real = dyn_cast<FloatAttr>(start);
  if (!real)
    return start == neutral;
  APFloat value = real.getValue();
  // Nothing is smaller than this, or larger.
  if (kind == Kind::maxnumf || kind == Kind::minnumf)
    return value.isNaN() || (value.isInfinity() &&
                             value.isNegative() == (kind == Kind::maxnumf));
  return value.bitwiseIsEqual(cast<FloatAttr>(neutral).getValue()) ||
         (kind == Kind::addf && value.isZero());
}

/// An elementwise op on the values of all blocks, `values`: with what `op`
/// started from, and in the type of its result.
static Value finish(RewriterBase &b, linalg::GenericOp op,
                    const Reduction &reduction, Value values) {
  Location loc = op.getLoc();
  Value init = op.getDpsInitOperand(0)->get();
  auto type = cast<RankedTensorType>(values.getType());
  Type element = getElementTypeOrSelf(init);
  bool combines = !isNeutral(reduction.kind, init);
  if (!combines && element == type.getElementType())
    return values;
  MLIRContext *context = op.getContext();
  AffineMap identity = AffineMap::getMultiDimIdentityMap(2, context);
  SmallVector<Value> inputs{values};
  SmallVector<AffineMap> maps{identity};
  // One value for all is no tensor.
  linalg::FillOp fill = fillOf(init);
  if (combines && !fill) {
    // Of dimensions that are reduced there is one value.
    SmallVector<AffineExpr> exprs;
    AffineMap result = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
    for (AffineExpr expr : result.getResults())
      exprs.push_back(expr);
    inputs.push_back(init);
    maps.push_back(AffineMap::get(2, 0, exprs, context));
  }
  Value empty = tensor::EmptyOp::create(
      b, loc, tensor::getMixedSizes(b, loc, values), element);
  maps.push_back(identity);
  SmallVector<utils::IteratorType> loops(2, utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, loc, empty.getType(), inputs, empty, maps, loops,
             [&](OpBuilder &inner, Location at, ValueRange arguments) {
               Value value = arguments[0];
               if (combines) {
                 Value start = fill ? fill.getInputs()[0] : arguments[1];
                 if (start.getType() != value.getType())
                   start =
                       arith::ExtFOp::create(inner, at, value.getType(), start);
                 value = arith::getReductionOp(reduction.kind, inner, at, start,
                                               value);
               }
               if (value.getType() != element)
                 value = arith::TruncFOp::create(inner, at, element, value);
               linalg::YieldOp::create(inner, at, value);
             })
      .getResult(0);
}

/// `values`, one for each block, as the result of `op` has them: without the
/// dimensions that are reduced, or with 1 for them.
static Value viewAsResult(RewriterBase &b, linalg::GenericOp op, Value values) {
  auto type = cast<RankedTensorType>(op.getResult(0).getType());
  if (type.getRank() == 2)
    return values;
  SmallVector<ReassociationIndices> groups;
  if (type.getRank() == 1)
    groups.push_back({0, 1});
  return tensor::CollapseShapeOp::create(b, op.getLoc(), type, values, groups);
}

/// The result has its values in the order of the loops.
static bool isUpright(linalg::GenericOp op) {
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  SmallVector<utils::IteratorType> loops = op.getIteratorTypesArray();
  if (map.getNumResults() == 2) {
    for (auto [i, expr] : llvm::enumerate(map.getResults()))
      if (loops[i] == utils::IteratorType::parallel
              ? expr != getAffineDimExpr(i, op.getContext())
              : expr != getAffineConstantExpr(0, op.getContext()))
        return false;
    return true;
  }
  return map.getNumResults() == op.getNumParallelLoops();
}

/// What is left to the launch: dimensions of unknown size that are reduced have
/// some elements, as a kernel needs, and no more than a block.
static void checkSizes(RewriterBase &b, linalg::GenericOp op) {
  Location loc = op.getLoc();
  SmallVector<int64_t> sizes = op.getStaticLoopRanges();
  SmallVector<utils::IteratorType> loops = op.getIteratorTypesArray();
  for (auto [loop, size] : llvm::enumerate(sizes)) {
    if (!ShapedType::isDynamic(size) ||
        loops[loop] == utils::IteratorType::parallel)
      continue;
    for (OpOperand *input : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(input);
      std::optional<unsigned> dim =
          map.getResultPosition(b.getAffineDimExpr(loop));
      if (!dim)
        continue;
      Value elements = tensor::DimOp::create(b, loc, input->get(), *dim);
      auto demand = [&](arith::CmpIPredicate predicate, int64_t limit,
                        StringRef text) {
        Value bound = arith::ConstantIndexOp::create(b, loc, limit);
        Value holds = arith::CmpIOp::create(b, loc, predicate, elements, bound);
        cf::AssertOp::create(b, loc, holds,
                             ("a reduction: dimension " + Twine(*dim) + " of " +
                              describeOperand(*input) + " must be " + text +
                              " " + Twine(limit))
                                 .str());
      };
      demand(arith::CmpIPredicate::sge, 1, "at least");
      demand(arith::CmpIPredicate::sle, kMostElements, "at most");
      break;
    }
  }
}

static LogicalResult raise(RewriterBase &b, linalg::GenericOp op) {
  std::string refusal;
  std::optional<Reduction> reduction = match(op, refusal);
  if (reduction && !isUpright(op)) {
    reduction = std::nullopt;
    refusal = "writes its values in another order than that of its loops";
  }
  if (!reduction) {
    remarkMissed(op, kPass, "reduction", "stays as it is: it " + refusal);
    return failure();
  }
  b.setInsertionPoint(op);
  checkSizes(b, op);
  Location loc = op.getLoc();
  Value elements = elementsOf(b, op, *reduction);
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, loc, elements);
  for (auto [size, block] : llvm::zip(sizes, reduction->block))
    if (block != 1 || getConstantIntValue(size) == 1)
      size = b.getIndexAttr(1);
  Value empty = tensor::EmptyOp::create(
      b, loc, sizes, reducedType(getElementTypeOrSelf(elements)));
  Value values = BlockReduceOp::create(b, loc, TypeRange(empty.getType()),
                                       reduction->kind, elements, empty,
                                       b.getDenseI64ArrayAttr(reduction->block),
                                       QuantizeConfigAttr())
                     .getResult(0);
  values = finish(b, op, *reduction, values);
  remarkDecision(op, kPass, "reduction",
                 "is " + stringifyEnum(reduction->kind) + " of blocks of " +
                     Twine(reduction->block[0]) + "x" +
                     Twine(reduction->block[1]));
  b.replaceOp(op, viewAsResult(b, op, values));
  return success();
}

namespace {
struct RaiseReductionsPass
    : gq::impl::RaiseReductionsPassBase<RaiseReductionsPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    for (linalg::LinalgOp op : reductions()) {
      rewriter.setInsertionPoint(op);
      if (!isa<linalg::GenericOp>(op))
        op = *linalg::generalizeNamedOp(rewriter, op);
    }
    for (linalg::GenericOp op : severalResults())
      splitResults(rewriter, op);
    readAsMatrices(getOperation());
    for (linalg::LinalgOp op : products())
      (void)raiseMatmul(rewriter, op);
    for (linalg::LinalgOp op : reductions())
      if (op->getNumResults() == 1 &&
          succeeded(raise(rewriter, cast<linalg::GenericOp>(*op))))
        ++numRaised;
    bool any = false;
    getOperation().walk([&](BlockOpInterface op) {
      BlockOpInterface reduce = asReduction(op);
      any |= reduce && rowOf(reduce) != 0;
    });
    if (any)
      readRowValuesAsColumns(getOperation());
    // Functions of a vector that matrices read need no kernel.
    RewritePatternSet inlined(&getContext());
    populateInlineOperandPatterns(inlined);
    (void)applyPatternsGreedily(getOperation(), std::move(inlined));
    readVectorsAsRows(getOperation());
  }

  SmallVector<linalg::LinalgOp> products() {
    SmallVector<linalg::LinalgOp> found;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (op.hasPureTensorSemantics() && linalg::isaContractionOpInterface(op))
        found.push_back(op);
    });
    return found;
  }

  SmallVector<linalg::GenericOp> severalResults() {
    SmallVector<linalg::GenericOp> found;
    getOperation().walk([&](linalg::GenericOp op) {
      if (op.hasPureTensorSemantics() && op->getNumResults() > 1)
        found.push_back(op);
    });
    return found;
  }

  /// On tensors, in the order of the function.
  SmallVector<linalg::LinalgOp> reductions() {
    SmallVector<linalg::LinalgOp> found;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (isa<linalg::GenericOp, linalg::ReduceOp>(op) &&
          op.hasPureTensorSemantics() && op.getNumReductionLoops() > 0 &&
          !linalg::isaContractionOpInterface(op))
        found.push_back(op);
    });
    return found;
  }
};
} // namespace
