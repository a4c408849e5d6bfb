//===- TilingUtils.cpp - shared by the tiling of the gq ops ---------------===//
#include "TilingUtils.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::tiling;

static bool isExprMultipleOf(AffineExpr expr, ValueRange operands,
                             unsigned numDims, int64_t factor) {
  if (expr.isMultipleOf(factor))
    return true;
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return isMultipleOf(operands[dim.getPosition()], factor);
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return isMultipleOf(operands[numDims + symbol.getPosition()], factor);
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return false;
  bool lhs = isExprMultipleOf(binary.getLHS(), operands, numDims, factor);
  bool rhs = isExprMultipleOf(binary.getRHS(), operands, numDims, factor);
  if (binary.getKind() == AffineExprKind::Add)
    return lhs && rhs;
  return binary.getKind() == AffineExprKind::Mul && (lhs || rhs);
}

bool tiling::isMultipleOf(OFR value, int64_t factor) {
  if (factor == 1)
    return true;
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return *constant % factor == 0;
  auto v = cast<Value>(value);
  if (auto arg = dyn_cast<BlockArgument>(v)) {
    auto loop =
        dyn_cast_or_null<LoopLikeOpInterface>(arg.getOwner()->getParentOp());
    if (!loop)
      return false;
    auto ivs = loop.getLoopInductionVars();
    auto lowers = loop.getLoopLowerBounds();
    auto steps = loop.getLoopSteps();
    if (!ivs || !lowers || !steps)
      return false;
    for (auto [iv, lower, step] : llvm::zip(*ivs, *lowers, *steps))
      if (iv == v)
        return isMultipleOf(lower, factor) && isMultipleOf(step, factor);
    return false;
  }
  if (auto apply = v.getDefiningOp<affine::AffineApplyOp>())
    return isExprMultipleOf(apply.getAffineMap().getResult(0),
                            apply.getOperands(),
                            apply.getAffineMap().getNumDims(), factor);
  return false;
}

std::optional<int64_t> tiling::upperBound(OFR size) {
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return constant;
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB, size, /*stopCondition=*/nullptr,
      /*closedUB=*/true);
  if (failed(bound))
    return std::nullopt;
  return *bound;
}

OFR tiling::apply(OpBuilder &b, Location loc, AffineExpr expr,
                  ArrayRef<OFR> operands) {
  return affine::makeComposedFoldedAffineApply(b, loc, expr, operands);
}

OFR tiling::sizeOf(OpBuilder &b, Location loc, Value value, int64_t dim) {
  if (isa<MemRefType>(value.getType()))
    return memref::getMixedSize(b, loc, value, dim);
  return tensor::getMixedSize(b, loc, value, dim);
}

Value tiling::slice(OpBuilder &b, Location loc, Value source,
                    ArrayRef<OFR> offsets, ArrayRef<OFR> sizes,
                    SmallVectorImpl<Operation *> &slices) {
  SmallVector<OFR> strides(offsets.size(), b.getIndexAttr(1));
  if (isa<MemRefType>(source.getType())) {
    slices.push_back(
        memref::SubViewOp::create(b, loc, source, offsets, sizes, strides));
  } else {
    slices.push_back(tensor::ExtractSliceOp::create(b, loc, source, offsets,
                                                    sizes, strides));
  }
  return slices.back()->getResult(0);
}

Operation *tiling::cloneTiled(OpBuilder &b, Operation *op, ValueRange operands,
                              ValueRange inits) {
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(operands);
  for (Type type : inits.getTypes())
    if (isa<TensorType>(type))
      state.addTypes(type);
  state.addAttributes(op->getDiscardableAttrDictionary().getValue());
  state.propertiesAttr = op->getPropertiesAsAttribute();
  return b.create(state);
}

TilingResult tiling::result(Operation *tiled, SmallVector<Operation *> slices) {
  return TilingResult{
      {tiled}, SmallVector<Value>(tiled->getResults()), std::move(slices)};
}
