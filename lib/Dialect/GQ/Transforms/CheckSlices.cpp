//===- CheckSlices.cpp - slices lie within their tensors ------------------===//
//
// What a function, or an iteration of a loop over thread blocks in it, takes of
// a tensor or puts into one must be there: what constants say is an error or
// nothing, otherwise there is a cf.assert. Where slices of a loop lie is
// arithmetic on induction variables that grows or falls along each of them, so
// that they end within the tensor in all iterations if they do in the first and
// in the last. What a number in memory decides, a launch cannot know.
//
//===----------------------------------------------------------------------===//
#include "OuterLoops.h"
#include "gq/Analysis/LeastOf.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::gq;

using OFR = OpFoldResult;

/// The induction variables of the first and the last iteration along each
/// dimension, in all combinations; none if steps are not constants.
static SmallVector<SmallVector<OFR>> outermost(OpBuilder &b,
                                               scf::ForallOp loop) {
  SmallVector<SmallVector<OFR>> corners(1);
  if (!loop)
    return corners;
  for (auto [lower, upper, step] :
       llvm::zip(loop.getMixedLowerBound(), loop.getMixedUpperBound(),
                 loop.getMixedStep())) {
    std::optional<int64_t> by = getConstantIntValue(step);
    if (!by || *by <= 0)
      return {};
    AffineExpr from = b.getAffineDimExpr(0), to = b.getAffineDimExpr(1);
    OFR last = affine::makeComposedFoldedAffineApply(
        b, loop.getLoc(), from + (to - from - 1).floorDiv(*by) * *by,
        {lower, upper});
    SmallVector<SmallVector<OFR>> more;
    for (const SmallVector<OFR> &corner : corners) {
      SmallVector<OFR> ends{lower};
      if (!isEqualConstantIntOrValue(lower, last))
        ends.push_back(last);
      for (OFR end : ends) {
        more.push_back(corner);
        more.back().push_back(end);
      }
    }
    corners = more;
  }
  return corners;
}

/// `value` in front of `loop`, in an iteration that `map` says; null if it
/// depends on more than that.
static Value valueIn(OpBuilder &b, scf::ForallOp loop, IRMapping &map,
                     Value value) {
  if (Value known = map.lookupOrNull(value))
    return known;
  if (!loop || !loop->isAncestor(value.getParentRegion()->getParentOp()))
    return value;
  Operation *def = value.getDefiningOp();
  if (!def || !isIndexArithmetic(def))
    return {};
  for (Value operand : def->getOperands()) {
    Value known = valueIn(b, loop, map, operand);
    if (!known)
      return {};
    map.map(operand, known);
  }
  return b.clone(*def, map)->getResult(0);
}

/// The number that `index` is, if arithmetic on constants says so.
static std::optional<int64_t> numberOf(OFR index) {
  LeastOf exprs = LeastOfExprs(index.getContext()).of(index);
  std::optional<int64_t> least;
  for (AffineExpr expr : exprs) {
    auto number = dyn_cast<AffineConstantExpr>(expr);
    if (!number)
      return std::nullopt;
    least = std::min(least.value_or(number.getValue()), number.getValue());
  }
  return least;
}

/// Dimension `dim` of `tensor`, which is from outside of `loop` if there is
/// one, holds a slice.
static LogicalResult checkDim(OpBuilder &b, scf::ForallOp loop,
                              OpOperand &sliced, Value tensor, int64_t dim,
                              OFR offset, OFR size) {
  LeastOfExprs exprs(b.getContext());
  if (exprs.areSame(LeastOfExprs::sum(exprs.of(offset), exprs.of(size)),
                    exprs.sizeOf(tensor, dim)))
    return success();
  Location loc = sliced.getOwner()->getLoc();
  AffineExpr sum = b.getAffineDimExpr(0) + b.getAffineDimExpr(1);
  for (const SmallVector<OFR> &corner : outermost(b, loop)) {
    IRMapping map;
    if (loop)
      for (auto [iv, at] : llvm::zip(loop.getInductionVars(), corner))
        map.map(iv, getValueOrCreateConstantIndexOp(b, loc, at));
    SmallVector<OFR> terms;
    for (OFR term : {offset, size}) {
      auto value = dyn_cast<Value>(term);
      Value known = value ? valueIn(b, loop, map, value) : Value();
      if (value && !known)
        return success();
      terms.push_back(value ? OFR(known) : term);
    }
    OFR end = affine::makeComposedFoldedAffineApply(b, loc, sum, terms);
    OFR extent = tensor::getMixedSize(b, loc, tensor, dim);
    std::optional<int64_t> start = numberOf(terms[0]), stop = numberOf(end),
                           most = numberOf(extent);
    bool before = start && *start < 0;
    if (before || (stop && most && *stop > *most)) {
      InFlightDiagnostic diag =
          sliced.getOwner()->emitOpError("expects a slice within dimension ");
      diag << dim << " of " << describeOperand(sliced);
      if (most)
        diag << ", which has size " << *most;
      if (loop)
        diag << ", in each iteration of the loop around it";
      return diag << ", got one that " << (before ? "begins at " : "ends at ")
                  << (before ? *start : *stop);
    }
    if (stop && most)
      continue;
    Value within =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sle,
                              getValueOrCreateConstantIndexOp(b, loc, end),
                              getValueOrCreateConstantIndexOp(b, loc, extent));
    cf::AssertOp::create(b, loc, within,
                         (sliced.getOwner()->getName().getStringRef() +
                          ": the slice must end within dimension " +
                          Twine(dim) + " of " + describeOperand(sliced) +
                          (loop ? " in each iteration" : ""))
                             .str());
  }
  return success();
}

LogicalResult mlir::gq::checkSlice(OffsetSizeAndStrideOpInterface op) {
  OpBuilder b(op);
  auto insert = dyn_cast<tensor::InsertSliceOp>(op.getOperation());
  OpOperand &sliced =
      insert
          ? insert.getDestMutable()
          : cast<tensor::ExtractSliceOp>(op.getOperation()).getSourceMutable();
  auto type = cast<RankedTensorType>(sliced.get().getType());
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (failed(checkDim(b, {}, sliced, sliced.get(), dim,
                        op.getMixedOffsets()[dim], op.getMixedSizes()[dim])))
      return failure();
  return success();
}

LogicalResult mlir::gq::checkSlices(scf::ForallOp loop) {
  OpBuilder b(loop);
  WalkResult walked = loop->walk([&](OffsetSizeAndStrideOpInterface op) {
    auto insert = dyn_cast<tensor::ParallelInsertSliceOp>(op.getOperation());
    auto extract = dyn_cast<tensor::ExtractSliceOp>(op.getOperation());
    if (!insert && !extract)
      return WalkResult::advance();
    OpOperand &sliced =
        insert ? insert.getDestMutable() : extract.getSourceMutable();
    Value tensor = sliced.get();
    if (auto arg = dyn_cast<BlockArgument>(tensor);
        arg && arg.getOwner() == loop.getBody())
      tensor = loop.getTiedLoopInit(arg)->get();
    if (loop->isAncestor(tensor.getParentRegion()->getParentOp()))
      return WalkResult::advance();
    auto type = cast<RankedTensorType>(tensor.getType());
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (failed(checkDim(b, loop, sliced, tensor, dim,
                          op.getMixedOffsets()[dim], op.getMixedSizes()[dim])))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(walked.wasInterrupted());
}
