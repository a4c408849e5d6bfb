//===- IntegerSums.h - products of i8 as sums of integers -------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_INTEGERSUMS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_INTEGERSUMS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq {

/// Products of i8 whose sum over K is one integer, with an init of f32, and
/// those with zero points: the integers, and an elementwise op behind them.
void populateIntegerSumPatterns(RewritePatternSet &patterns);

/// The zero point that all rows have, if it is known.
std::optional<int32_t> knownZeroPoint(Value points);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_INTEGERSUMS_H
