//===- RowRanges.h - numbers of rows that branches are for ------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWRANGES_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWRANGES_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// More than `more` rows, and `most` at most, if there is one.
struct RowRange {
  int64_t more;
  std::optional<int64_t> most;
};

/// What the rows of an op are counted by; `known` is ShapedType::kDynamic where
/// it is found at launch.
struct RowCount {
  explicit RowCount(BlockOpInterface op);
  Value create(OpBuilder &b, Location loc) const;

  Value tensor;
  int64_t dim, known;
};

/// Adds one that lies behind all others; neighbours are one.
void addRange(SmallVectorImpl<RowRange> &ranges, RowRange range);

/// Whether `rows` are in one of `ranges`, of which there are some.
Value createIsIn(OpBuilder &b, Location loc, Value rows,
                 ArrayRef<RowRange> ranges);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_ROWRANGES_H
