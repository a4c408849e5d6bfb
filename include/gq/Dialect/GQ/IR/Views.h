//===- Views.h - views of tensors that can be read --------------*- C++ -*-===//
#ifndef GQ_DIALECT_GQ_IR_VIEWS_H
#define GQ_DIALECT_GQ_IR_VIEWS_H

#include "mlir/IR/Operation.h"

namespace mlir::gq {

/// An error at each tensor.expand_shape and tensor.collapse_shape in `root`
/// whose groups are not the dimensions of the tensor with more of them, in
/// order, or whose sizes are known where those of its result are not, or the
/// other way round. Upstream verifies neither, and its patterns rely on both.
LogicalResult verifyViews(Operation *root);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_IR_VIEWS_H
