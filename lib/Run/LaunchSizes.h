//===- LaunchSizes.h - sizes of a call as numbers ---------------*- C++ -*-===//
#ifndef GQ_LIB_RUN_LAUNCHSIZES_H
#define GQ_LIB_RUN_LAUNCHSIZES_H

#include "gq/Analysis/IndexExprs.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gq {

/// Sizes, numbers and shapes of one call of a function, or of one launch of a
/// kernel, from those of its arguments. What does not follow from them has
/// none: failure, without an error.
class LaunchSizes : public IndexExprs<int64_t> {
public:
  using Shape = SmallVector<int64_t>;

  void setShape(Value tensor, Shape shape) {
    shapes[tensor] = std::move(shape);
  }
  void setNumber(Value value, int64_t number) { numbers[value] = number; }

  /// Of a tensor or a memref.
  FailureOr<Shape> shapeOf(Value value);

  /// The launches that a call with these sizes takes, in order.
  LogicalResult launchesOf(Block &block,
                           SmallVectorImpl<gqgpu::LaunchOp> &launches);

protected:
  int64_t constant(int64_t value) override { return value; }
  std::optional<int64_t> combine(IndexOp op, const int64_t &lhs,
                                 const int64_t &rhs) override;
  bool isNonNegative(const int64_t &expr) override { return expr >= 0; }
  FailureOr<int64_t> leaf(Value value) override;
  void refuse(Operation *, StringRef) override {}

private:
  FailureOr<Shape> derive(Value value);

  DenseMap<Value, Shape> shapes;
  DenseMap<Value, int64_t> numbers;
};

} // namespace mlir::gq

#endif // GQ_LIB_RUN_LAUNCHSIZES_H
