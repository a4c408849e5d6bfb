//===- SliceEnds.h - where the slices of a kernel end -----------*- C++ -*-===//
//
// A tile has a static size; what of it exists is the size of its slice. Loads
// and stores end where the tensor ends. Most slices are shorter than their tile
// there and nowhere else, as tiles of a whole result are. The last tile of one
// matrix of a batch, or of one part of K, is shorter where the tensor goes on:
// that has to be known, or a tile would hold, and write, what is not its own.
//
// The question is answered from the index arithmetic in the IR, written as
// affine expressions. What cannot be shown to end with the tensor is taken to
// end before it.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SLICEENDS_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SLICEENDS_H

#include "gq/Analysis/IndexExprs.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::gqgpu {

/// An index as the least of some expressions; none if it is not known. Their
/// dimensions are induction variables, counted in steps, and their symbols what
/// arithmetic does not reach into: sizes of tensors, numbers that are loaded.
using LeastOf = SmallVector<AffineExpr, 2>;

class SliceEnds : gq::IndexExprs<LeastOf> {
public:
  explicit SliceEnds(MLIRContext *context) : context(context) {}

  LeastOf of(OpFoldResult index) {
    FailureOr<LeastOf> exprs = get(index);
    return failed(exprs) ? LeastOf() : *exprs;
  }
  static LeastOf sum(const LeastOf &lhs, const LeastOf &rhs);

  /// The kernel has an operand of `type`: a slice may end where that does.
  void addOperand(RankedTensorType type);

  /// A slice of dimension `dim` of `tensor` from `start` on, of `size`
  /// elements, has all elements of a tile of `tile` that the tensor has.
  bool fillsTile(const LeastOf &start, const LeastOf &size, int64_t tile,
                 Value tensor, unsigned dim) const;

  /// The size of the longest slice, where a loop begins, if it is a constant.
  std::optional<int64_t> longest(const LeastOf &size) const;

private:
  LeastOf constant(int64_t value) override;
  std::optional<LeastOf> combine(gq::IndexOp op, const LeastOf &lhs,
                                 const LeastOf &rhs) override;
  bool isNonNegative(const LeastOf &exprs) override;
  FailureOr<LeastOf> leaf(Value value) override;
  void refuse(Operation *, StringRef) override {} // then it is not known

  AffineExpr simplify(AffineExpr expr) const;
  bool endsWith(AffineExpr end, Value tensor, unsigned dim) const;

  MLIRContext *context;
  unsigned numLoops = 0;
  SmallVector<Value> symbols;
  DenseSet<int64_t> sizes; ///< of operands, where they are static
};

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SLICEENDS_H
