//===- RaiseMatmuls.h - gq.scaled_matmul from linalg products ---*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_RAISEMATMULS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_RAISEMATMULS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gq {

/// Replaces `op`, a product of two matrices (or batches of them, with K last),
/// by gq.scaled_matmul without scales of operands with K last; one of f32 by
/// several of bf16. Fails, with a remark that says why, where there is none.
LogicalResult raiseMatmul(RewriterBase &rewriter, linalg::LinalgOp op);

/// Why `op`, a contraction, is not replaced, with `op` as the subject; nothing
/// if it is.
std::optional<std::string> refuseMatmul(linalg::LinalgOp op);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_RAISEMATMULS_H
