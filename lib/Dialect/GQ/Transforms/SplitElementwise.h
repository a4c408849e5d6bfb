//===- SplitElementwise.h - one elementwise op as two -----------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_SPLITELEMENTWISE_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_SPLITELEMENTWISE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gq {

/// The first op in the body of `op` whose result has at most `bits` bits,
/// through which all goes that is computed from `operand`, and before which no
/// function is; or null.
Operation *findNarrow(linalg::LinalgOp op, OpOperand &operand, int64_t bits);

/// `op` as two: one that computes `value`, of its body, and one that computes
/// the rest from it. Returns the first one; `op` is erased.
linalg::GenericOp splitAt(RewriterBase &rewriter, linalg::LinalgOp op,
                          Operation *value);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_SPLITELEMENTWISE_H
