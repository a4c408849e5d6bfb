//===- DimIndex.h - dimensions that exist -----------------------*- C++ -*-===//
//
// No verifier looks at the index of tensor.dim or memref.dim, and what asks for
// bounds of sizes relies on it: passes that may meet one ask here first.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_SUPPORT_DIMINDEX_H
#define GQ_SUPPORT_DIMINDEX_H

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/Interfaces/ShapedOpInterfaces.h"

namespace mlir::gq {

/// Fails with an error at a dim op in `root` whose constant index is no
/// dimension of its operand.
inline LogicalResult verifyDimIndices(Operation *root) {
  WalkResult result = root->walk([](ShapedDimOpInterface op) {
    auto type = dyn_cast<ShapedType>(op.getShapedValue().getType());
    std::optional<int64_t> index = getConstantIntValue(op.getDimension());
    if (!type || !type.hasRank() || !index ||
        (*index >= 0 && *index < type.getRank()))
      return WalkResult::advance();
    op->emitOpError("expects an index below the rank ")
        << type.getRank() << ", got " << *index;
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

} // namespace mlir::gq

#endif // GQ_SUPPORT_DIMINDEX_H
