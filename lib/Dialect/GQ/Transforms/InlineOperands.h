//===- InlineOperands.h - operands of elementwise ops, computed -*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_INLINEOPERANDS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_INLINEOPERANDS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq {

/// What elementwise ops read besides what a gq op computes, and other ops make
/// element by element, they compute themselves: constants, broadcasts, chains.
void populateInlineOperandPatterns(RewritePatternSet &patterns);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_INLINEOPERANDS_H
