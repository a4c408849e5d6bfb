//===- InferSizes.h - sizes that follow from others -------------*- C++ -*-===//
#ifndef GQ_LIB_RUN_INFERSIZES_H
#define GQ_LIB_RUN_INFERSIZES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::gq {

/// A shape for each argument; ShapedType::kDynamic where nothing is known.
using ArgumentShapes = SmallVector<SmallVector<int64_t>>;

/// What the ops of a function demand of the sizes of its arguments.
class SizeDemands {
public:
  /// Reads them off \p function, which stays as it is; none where the passes
  /// that write them refuse it, which says so elsewhere.
  explicit SizeDemands(func::FuncOp function);

  /// Sets the sizes that follow from those that are known.
  void infer(ArgumentShapes &shapes) const;

private:
  OwningOpRef<ModuleOp> checked;
  SmallVector<std::pair<Value, Value>> equal;
};

} // namespace mlir::gq

#endif // GQ_LIB_RUN_INFERSIZES_H
