//===- AnchorElementwise.h - kernels of elementwise ops alone ---*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_ANCHORELEMENTWISE_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_ANCHORELEMENTWISE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gq {

/// Uses of `op`, which is elementwise, that need its result in memory read a
/// gq.copy of it. `why` has it a kernel of its own.
void addCopy(OpBuilder &b, linalg::LinalgOp op, StringRef why);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_ANCHORELEMENTWISE_H
