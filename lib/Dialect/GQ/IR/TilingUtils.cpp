//===- TilingUtils.cpp - shared by the tiling of the gq ops ---------------===//
#include "TilingUtils.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::tiling;

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

BlockOpInterface tiling::cloneTiled(OpBuilder &b, BlockOpInterface op,
                                    ValueRange operands, ValueRange origin,
                                    ValueRange inits) {
  auto tiled = cast<BlockOpInterface>(b.clone(*op));
  for (auto [number, operand] : llvm::enumerate(operands))
    tiled->setOperand(number, operand);
  tiled.getOriginMutable().assign(origin);
  for (auto [result, init] : llvm::zip(tiled->getResults(), inits))
    result.setType(init.getType());
  return tiled;
}

TilingResult tiling::result(Operation *tiled, SmallVector<Operation *> slices) {
  return TilingResult{
      {tiled}, SmallVector<Value>(tiled->getResults()), std::move(slices)};
}
