//===- Views.cpp - views of tensors that can be read ----------------------===//
#include "gq/Dialect/GQ/IR/Views.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

/// `few` dimensions are groups of `many`.
static LogicalResult verifyGroups(Operation *op,
                                  ArrayRef<ReassociationIndices> groups,
                                  int64_t few, int64_t many) {
  if (static_cast<int64_t>(groups.size()) != few)
    return op->emitOpError("expects ")
           << few << " groups of dimensions, got " << groups.size();
  int64_t next = 0;
  for (const ReassociationIndices &group : groups)
    for (int64_t dim : group)
      if (dim != next++)
        return op->emitOpError("expects groups of the dimensions 0 to ")
               << many - 1 << " in order, got " << dim << " in place of "
               << next - 1;
  if (few > 0 && next != many)
    return op->emitOpError("expects groups of ")
           << many << " dimensions, got " << next;
  return success();
}

static LogicalResult verify(tensor::ExpandShapeOp op) {
  RankedTensorType type = op.getResultType();
  ArrayRef<int64_t> sizes = op.getStaticOutputShape();
  for (auto [dim, size] : llvm::enumerate(sizes))
    if (dim < static_cast<size_t>(type.getRank()) &&
        ShapedType::isDynamic(size) != type.isDynamicDim(dim))
      return op.emitOpError("expects an output_shape of the sizes of ")
             << type << ", got "
             << (ShapedType::isDynamic(size) ? "an unknown one"
                                             : std::to_string(size))
             << " for dimension " << dim;
  return verifyGroups(op, op.getReassociationIndices(),
                      op.getSrcType().getRank(), type.getRank());
}

static LogicalResult verify(tensor::CollapseShapeOp op) {
  return verifyGroups(op, op.getReassociationIndices(),
                      op.getResultType().getRank(), op.getSrcType().getRank());
}

LogicalResult mlir::gq::verifyViews(Operation *root) {
  WalkResult result = root->walk([](Operation *op) -> WalkResult {
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
      return verify(expand);
    if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
      return verify(collapse);
    return success();
  });
  return failure(result.wasInterrupted());
}
