//===- TileIndices.h - where tiles begin and end ----------------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_TILEINDICES_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_TILEINDICES_H

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace mlir::gq {

/// Index arithmetic at the insertion point, in dimensions d0 and d1.
struct TileIndices {
  OpFoldResult apply(AffineExpr expr, ArrayRef<OpFoldResult> operands) {
    return affine::makeComposedFoldedAffineApply(b, loc, expr, operands);
  }
  OpFoldResult least(ArrayRef<AffineExpr> exprs,
                     ArrayRef<OpFoldResult> operands) {
    return affine::makeComposedFoldedAffineMin(
        b, loc,
        AffineMap::get(static_cast<unsigned>(operands.size()), 0, exprs,
                       b.getContext()),
        operands);
  }
  /// The size of the tile of `size` elements that begins at `start`, a multiple
  /// of that: what is left of `extent`, if that is less.
  OpFoldResult rest(int64_t size, OpFoldResult extent, OpFoldResult start) {
    std::optional<int64_t> whole = getConstantIntValue(extent);
    if (whole && *whole % size == 0)
      return b.getIndexAttr(size);
    return least({b.getAffineConstantExpr(size), d0 - d1}, {extent, start});
  }
  OpBuilder &b;
  Location loc;
  AffineExpr d0 = b.getAffineDimExpr(0), d1 = b.getAffineDimExpr(1);
};

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_TILEINDICES_H
