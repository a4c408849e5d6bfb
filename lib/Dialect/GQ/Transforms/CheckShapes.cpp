//===- CheckShapes.cpp - size demands as assertions -----------------------===//
//
// Where sizes of operands must agree and only a launch can tell, a cf.assert
// says so: for gq ops as their shape rules demand, for linalg ops where
// dimensions share a loop. Sizes that are one value need none. Of an op in a
// loop over thread blocks they must agree in all iterations: what can be shown
// needs no assertion either, what is the same in all is asserted in front of
// the loop, and what is left is refused.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "OuterLoops.h"
#include "gq/Analysis/LeastOf.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Dialect/GQGPU/Protocol/Extents.h"
#include "gq/Support/ArgumentNames.h"
#include "gq/Support/DimIndex.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gq {
#define GEN_PASS_DEF_CHECKSHAPESPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

namespace {
/// A size: a constant or a value, or else a dimension of a tensor.
struct Size {
  OpFoldResult known;
  Value tensor;
  int64_t dim = 0;

  bool operator==(const Size &other) const {
    return known || other.known ? isEqualConstantIntOrValue(known, other.known)
                                : tensor == other.tensor && dim == other.dim;
  }
  OpFoldResult get(OpBuilder &b, Location loc) const {
    return known ? known : tensor::getMixedSize(b, loc, tensor, dim);
  }
};
} // namespace

static Size sizeOf(Value value, int64_t dim);

/// A size that the program computes, seen through tensor.dim.
static Size sizeOf(OpFoldResult size) {
  auto value = dyn_cast<Value>(size);
  auto dim = value ? value.getDefiningOp<tensor::DimOp>() : nullptr;
  std::optional<int64_t> which = dim ? dim.getConstantIndex() : std::nullopt;
  auto type = dim ? dyn_cast<RankedTensorType>(dim.getSource().getType())
                  : RankedTensorType();
  if (!which || !type || *which < 0 || *which >= type.getRank())
    return {size, {}, 0};
  return sizeOf(dim.getSource(), *which);
}

/// A dimension of `value`, seen through destination-style ops and casts to the
/// tensor it was made as.
static Size sizeOf(Value value, int64_t dim) {
  while (true) {
    auto type = cast<RankedTensorType>(value.getType());
    if (!type.isDynamicDim(dim))
      return {IntegerAttr::get(IndexType::get(value.getContext()),
                               type.getDimSize(dim)),
              {},
              0};
    if (auto empty = value.getDefiningOp<tensor::EmptyOp>())
      return sizeOf(empty.getMixedSizes()[dim]);
    if (auto slice = value.getDefiningOp<tensor::ExtractSliceOp>();
        slice && slice.getSourceType().getRank() == type.getRank())
      return sizeOf(slice.getMixedSizes()[dim]);
    if (auto op = value.getDefiningOp<DestinationStyleOpInterface>();
        op && op.hasPureTensorSemantics()) {
      value = op.getTiedOpOperand(cast<OpResult>(value))->get();
      continue;
    }
    auto from = value.getDefiningOp<tensor::CastOp>();
    if (!from || !isa<RankedTensorType>(from.getSource().getType()))
      return {{}, value, dim};
    value = from.getSource();
  }
}

/// Sizes computed from the same by the same affine expression are the same.
static bool areSame(OpFoldResult a, OpFoldResult b) {
  if (sizeOf(a) == sizeOf(b))
    return true;
  auto apply = [](OpFoldResult size) {
    auto value = dyn_cast<Value>(size);
    return value ? value.getDefiningOp<affine::AffineApplyOp>() : nullptr;
  };
  auto lhs = apply(a), rhs = apply(b);
  return lhs && rhs && lhs.getAffineMap() == rhs.getAffineMap() &&
         llvm::all_of_zip(lhs.getOperands(), rhs.getOperands(),
                          [](Value l, Value r) { return areSame(l, r); });
}

/// Ops that nobody needs any more.
static void eraseDead(ArrayRef<OpFoldResult> sizes) {
  for (OpFoldResult size : sizes)
    if (auto value = dyn_cast<Value>(size))
      if (Operation *def = value.getDefiningOp(); def && isOpTriviallyDead(def))
        def->erase();
}

/// Both sizes are the same in each iteration of a loop.
static bool areShownSame(MLIRContext *context, OpFoldResult a, OpFoldResult b) {
  LeastOfExprs exprs(context);
  return exprs.areSame(exprs.of(a), exprs.of(b));
}

/// Dimension `dim` of `operand` must be dimension `otherDim` of `other`, or its
/// number of blocks of `block`, rounded up to a multiple of `multiple`.
static LogicalResult checkSize(Operation *op, OpOperand &operand, int64_t dim,
                               OpOperand &other, int64_t otherDim,
                               int64_t block, int64_t multiple = 1) {
  Size found = sizeOf(operand.get(), dim);
  Size size = sizeOf(other.get(), otherDim);
  bool equal = block == 1 && multiple == 1;
  if (equal && found == size)
    return success();
  OpBuilder b(op);
  Location loc = op->getLoc();
  OpFoldResult expected = affine::makeComposedFoldedAffineApply(
      b, loc, b.getAffineDimExpr(0).ceilDiv(block * multiple) * multiple,
      {size.get(b, loc)});
  std::string demand =
      equal ? std::string("equal")
            : "be the number of blocks of " + std::to_string(block) + " in";
  if (multiple > 1)
    demand = "be padded to a multiple of " + std::to_string(multiple) +
             " from" + demand.substr(2);
  std::string reason = demand + " dimension " + std::to_string(otherDim) +
                       " of " + describeOperand(other);
  std::optional<int64_t> foundConstant =
      found.known ? getConstantIntValue(found.known) : std::nullopt;
  std::optional<int64_t> expectedConstant = getConstantIntValue(expected);
  if (foundConstant && expectedConstant) {
    // The verifier sees static types, not the sizes that tensors are made with.
    if (*foundConstant == *expectedConstant)
      return success();
    return op->emitOpError("expects dimension ")
           << dim << " of " << describeOperand(operand) << " to " << reason
           << ", which is " << *expectedConstant << ", got " << *foundConstant;
  }
  OpFoldResult seen = found.get(b, loc);
  scf::ForallOp loop = getOuterLoop(op);
  bool shown = areSame(seen, expected) ||
               (loop && areShownSame(op->getContext(), seen, expected));
  if (!shown) {
    IRRewriter rewriter(op->getContext());
    for (OpFoldResult size : {seen, expected})
      if (auto value = dyn_cast<Value>(size);
          loop && value && !hoistOutOf(rewriter, loop, value))
        return op->emitOpError("expects dimension ")
               << dim << " of " << describeOperand(operand) << " to " << reason
               << " in each iteration of the loop around it, which cannot be "
                  "shown";
    if (loop)
      b.setInsertionPoint(loop);
    Value same = arith::CmpIOp::create(
        b, loc, arith::CmpIPredicate::eq,
        getValueOrCreateConstantIndexOp(b, loc, seen),
        getValueOrCreateConstantIndexOp(b, loc, expected));
    cf::AssertOp::create(b, loc, same,
                         (op->getName().getStringRef() + ": dimension " +
                          Twine(dim) + " of " + describeOperand(operand) +
                          " must " + reason)
                             .str());
    return success();
  }
  eraseDead({expected, seen});
  return success();
}

/// From an origin on there is a scale for each block that is touched, and there
/// may be more.
static LogicalResult checkTouched(BlockOpInterface op, const ShapeRule &rule) {
  if (getOuterLoop(op))
    return success(); // the origin may be another in each iteration
  OpOperand &operand = op->getOpOperand(rule.operand),
            &other = op->getOpOperand(rule.other);
  OpBuilder b(op);
  Location loc = op.getLoc();
  OpFoldResult found = sizeOf(operand.get(), rule.dim).get(b, loc);
  OpFoldResult size = sizeOf(other.get(), rule.otherDim).get(b, loc);
  AffineExpr extent = b.getAffineDimExpr(0), begin = b.getAffineDimExpr(1);
  OpFoldResult needed = affine::makeComposedFoldedAffineApply(
      b, loc, (extent + begin % rule.block).ceilDiv(rule.block),
      {size, OpFoldResult(op.getOrigin()[rule.loop])});
  std::optional<int64_t> given = getConstantIntValue(found),
                         least = getConstantIntValue(needed);
  std::string reason = "at least the number of blocks of " +
                       std::to_string(rule.block) + " that dimension " +
                       std::to_string(rule.otherDim) + " of " +
                       describeOperand(other) + " touches from the origin on";
  if (given && least && *given < *least)
    return op->emitOpError("expects dimension ")
           << rule.dim << " of " << describeOperand(operand) << " to be "
           << reason << ", which is " << *least << ", got " << *given;
  if (!given || !least) {
    Value enough =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge,
                              getValueOrCreateConstantIndexOp(b, loc, found),
                              getValueOrCreateConstantIndexOp(b, loc, needed));
    cf::AssertOp::create(b, loc, enough,
                         (op->getName().getStringRef() + ": dimension " +
                          Twine(rule.dim) + " of " + describeOperand(operand) +
                          " must be " + reason)
                             .str());
  }
  return success();
}

static LogicalResult checkBlockOp(BlockOpInterface op) {
  SmallVector<OperandSpec> specs = op.getOperandSpecs();
  for (const ShapeRule &rule : op.getShapeRules())
    if (failed(rule.perBlock && !specs[rule.operand].packed &&
                       !op.getOrigin().empty()
                   ? checkTouched(op, rule)
                   : checkSize(op, op->getOpOperand(rule.operand), rule.dim,
                               op->getOpOperand(rule.other), rule.otherDim,
                               rule.block, rule.multiple)))
      return failure();
  return success();
}

/// Dimensions that a loop of `op` indexes alone are as long as the loop.
static LogicalResult checkLoops(linalg::LinalgOp op) {
  SmallVector<std::pair<OpOperand *, int64_t>> first(op.getNumLoops());
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
      auto loop = dyn_cast<AffineDimExpr>(expr);
      if (!loop)
        continue;
      auto &[other, otherDim] = first[loop.getPosition()];
      if (!other) {
        other = &operand;
        otherDim = static_cast<int64_t>(dim);
      } else if (failed(checkSize(op, operand, dim, *other, otherDim, 1))) {
        return failure();
      }
    }
  }
  return success();
}

/// Kernels get tensors and their sizes; a scalar of the caller's is in neither.
static LogicalResult checkScalars(linalg::LinalgOp op) {
  auto refuse = [&](Value value) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (!argument || !isa<func::FuncOp>(argument.getOwner()->getParentOp()) ||
        !argument.getType().isIntOrFloat())
      return false;
    op->emitOpError("reads ")
        << describeArgument(argument) << " of type " << argument.getType()
        << ": kernels read tensors, such as a "
        << RankedTensorType::get({}, argument.getType());
    return true;
  };
  if (llvm::any_of(op->getOperands(), refuse))
    return failure();
  return failure(op.getBlock()
                     ->walk([&](Operation *inner) {
                       return llvm::any_of(inner->getOperands(), refuse)
                                  ? WalkResult::interrupt()
                                  : WalkResult::advance();
                     })
                     .wasInterrupted());
}

/// A size that no kernel counts to.
static LogicalResult checkExtents(DestinationStyleOpInterface op) {
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!type)
      continue;
    for (auto [dim, size] : llvm::enumerate(type.getShape()))
      if (size > gqgpu::kMaxCount)
        return op->emitOpError("has in dimension ")
               << dim << " of " << describeOperand(operand) << " a size of "
               << size << ", kernels count up to " << gqgpu::kMaxCount
               << " in 32 bits";
  }
  return success();
}

/// What tensor.empty makes has sizes and no elements that could be read.
static LogicalResult checkWritten(DestinationStyleOpInterface op) {
  for (OpOperand *operand : op.getDpsInputOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand->get().getType());
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation());
    if (!type || llvm::is_contained(type.getShape(), 0) ||
        (linalgOp && !linalgOp.payloadUsesValueFromOperand(operand)))
      continue;
    Operation *source = operand->get().getDefiningOp();
    while (
        isa_and_nonnull<tensor::CastOp, tensor::CollapseShapeOp,
                        tensor::ExpandShapeOp, tensor::ExtractSliceOp>(source))
      source = source->getOperand(0).getDefiningOp();
    if (isa_and_nonnull<tensor::EmptyOp>(source))
      return op->emitOpError("reads ")
             << describeOperand(*operand)
             << ", which is a tensor.empty; expects a tensor that has values";
  }
  return success();
}

namespace {
struct CheckShapesPass : gq::impl::CheckShapesPassBase<CheckShapesPass> {
  void runOnOperation() override {
    if (failed(verifyDimIndices(getOperation())))
      return signalPassFailure();
    SmallVector<DestinationStyleOpInterface> ops;
    SetVector<scf::ForallOp> loops;
    // Ops inside other loops are tiles of something that was checked as a
    // whole.
    getOperation().walk([&](DestinationStyleOpInterface op) {
      scf::ForallOp loop = getOuterLoop(op);
      if (!isOnHost(loop ? loop.getOperation() : op.getOperation()))
        return;
      if (op.hasPureTensorSemantics())
        ops.push_back(op);
      if (loop)
        loops.insert(loop);
    });
    SmallVector<OffsetSizeAndStrideOpInterface> slices;
    getOperation().walk([&](OffsetSizeAndStrideOpInterface op) {
      if (isOnHost(op) &&
          isa<tensor::ExtractSliceOp, tensor::InsertSliceOp>(op.getOperation()))
        slices.push_back(op);
    });
    for (OffsetSizeAndStrideOpInterface slice : slices)
      if (failed(checkSlice(slice)))
        return signalPassFailure();
    for (scf::ForallOp loop : loops)
      if (failed(checkSlices(loop)))
        return signalPassFailure();
    for (DestinationStyleOpInterface op : ops) {
      if (failed(checkExtents(op)) || failed(checkWritten(op)))
        return signalPassFailure();
      LogicalResult result = success();
      if (auto block = dyn_cast<BlockOpInterface>(op.getOperation()))
        result = checkBlockOp(block);
      else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation()))
        result = success(succeeded(checkScalars(linalgOp)) &&
                         succeeded(checkLoops(linalgOp)));
      if (failed(result))
        return signalPassFailure();
    }
  }
};
} // namespace
