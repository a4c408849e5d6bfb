//===- HostTensor.h - tensors and sizes of a host function ------*- C++ -*-===//
#ifndef GQ_LIB_EXPORT_HOSTTENSOR_H
#define GQ_LIB_EXPORT_HOSTTENSOR_H

#include "SizeExpr.h"
#include "gq/Analysis/IndexExprs.h"
#include "mlir/IR/BuiltinTypes.h"
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
  /// Elements from a row to the next, where that is not the length of a row.
  std::optional<SizeExpr> pitch;
};

/// Sizes and conditions as expressions over the shapes of arguments; an error
/// stands at the op that has none.
class HostExprs : public IndexExprs<SizeExpr> {
public:
  /// `lookup` gives the tensor that a value is, or null.
  explicit HostExprs(std::function<const HostTensor *(Value)> lookup = {})
      : lookup(std::move(lookup)) {}

protected:
  SizeExpr constant(int64_t value) override {
    return SizeExpr::constant(value);
  }
  std::optional<SizeExpr> combine(IndexOp op, const SizeExpr &lhs,
                                  const SizeExpr &rhs) override;
  bool isNonNegative(const SizeExpr &expr) override {
    return expr.isNonNegative();
  }
  FailureOr<SizeExpr> leaf(Value value) override;
  void refuse(Operation *op, StringRef why) override;

private:
  std::function<const HostTensor *(Value)> lookup;
};

} // namespace mlir::gq

#endif // GQ_LIB_EXPORT_HOSTTENSOR_H
