//===- IntegerSums.h - products of i8 as sums of integers -------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_INTEGERSUMS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_INTEGERSUMS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq {

/// Products of i8 whose sum over K is one integer, with an init of f32, and
/// those with zero points: the integers, and an elementwise op behind them.
void populateIntegerSumPatterns(RewritePatternSet &patterns);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_INTEGERSUMS_H
