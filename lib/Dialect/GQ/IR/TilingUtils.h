//===- TilingUtils.h - shared by the tiling of the gq ops -------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_IR_TILINGUTILS_H
#define GQ_LIB_DIALECT_GQ_IR_TILINGUTILS_H

#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq::tiling {

using OFR = OpFoldResult;
using Iter = utils::IteratorType;

/// The largest value `size` can have when that is known.
std::optional<int64_t> upperBound(OFR size);

/// `expr` of `operands`, folded.
OFR apply(OpBuilder &b, Location loc, AffineExpr expr, ArrayRef<OFR> operands);

/// Dimension `dim` of a tensor or memref.
OFR sizeOf(OpBuilder &b, Location loc, Value value, int64_t dim);

/// A slice of a tensor or a subview of a memref, which is added to `slices`.
Value slice(OpBuilder &b, Location loc, Value source, ArrayRef<OFR> offsets,
            ArrayRef<OFR> sizes, SmallVectorImpl<Operation *> &slices);

/// Clones `op` onto new operands and another origin; results take the types of
/// the new inits, and there are none on memrefs.
BlockOpInterface cloneTiled(OpBuilder &b, BlockOpInterface op,
                            ValueRange operands, ValueRange origin,
                            ValueRange inits);

TilingResult result(Operation *tiled, SmallVector<Operation *> slices);

} // namespace mlir::gq::tiling

#endif // GQ_LIB_DIALECT_GQ_IR_TILINGUTILS_H
