//===- HostTensor.h - tensors and sizes of a host function ------*- C++ -*-===//
#ifndef GQ_LIB_EXPORT_HOSTTENSOR_H
#define GQ_LIB_EXPORT_HOSTTENSOR_H

#include "SizeExpr.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include <functional>

namespace mlir::gq {

/// What a tensor value of the host is at run time: a buffer, seen with a shape.
struct HostTensor {
  static constexpr int noBuffer = -1;

  /// An index of HostFunction's buffers, or noBuffer: nothing is in it yet.
  int buffer = noBuffer;
  /// How often the buffer had been written when this value came to be.
  unsigned version = 0;
  Type elementType;
  SmallVector<SizeExpr> shape;
};

/// Sizes and conditions as expressions over the shapes of arguments.
class HostExprs {
public:
  /// `lookup` gives the tensor that a value is, or null.
  explicit HostExprs(std::function<const HostTensor *(Value)> lookup)
      : lookup(std::move(lookup)) {}

  /// The expression of an index or integer value; failure with an error at the
  /// op that has none.
  FailureOr<SizeExpr> get(Value value);
  FailureOr<SizeExpr> get(OpFoldResult value);

private:
  FailureOr<SizeExpr> compute(Operation *op);

  std::function<const HostTensor *(Value)> lookup;
  DenseMap<Value, SizeExpr> known;
};

/// True for the ops that HostExprs understands. They do nothing by themselves.
bool isSizeOp(Operation *op);

} // namespace mlir::gq

#endif // GQ_LIB_EXPORT_HOSTTENSOR_H
