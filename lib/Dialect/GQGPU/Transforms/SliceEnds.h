//===- SliceEnds.h - where the slices of a kernel end -----------*- C++ -*-===//
//
// A tile has a static size; what of it exists is the size of its slice. Loads
// and stores end where the tensor ends. Most slices are shorter than their tile
// there and nowhere else, as tiles of a whole result are. The last tile of one
// matrix of a batch, or of one part of K, is shorter where the tensor goes on:
// that has to be known, or a tile would hold, and write, what is not its own.
//
// The question is answered from the index arithmetic in the IR, written as
// affine expressions, and from the equalities that asserts in front of the
// kernel demand (gq-check-shapes writes them). What cannot be shown to end with
// the tensor is taken to end before it.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SLICEENDS_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SLICEENDS_H

#include "gq/Analysis/LeastOf.h"

namespace mlir::gqgpu {

using gq::LeastOf;

class SliceEnds : public gq::LeastOfExprs {
public:
  /// Of slices in `kernel`, a loop over its tiles.
  explicit SliceEnds(Operation *kernel);

  /// A slice of dimension `dim` of `tensor` from `start` on, of `size`
  /// elements, has all elements of a tile of `tile` that the tensor has.
  bool fillsTile(const LeastOf &start, const LeastOf &size, int64_t tile,
                 Value tensor, unsigned dim);

  /// The size of the longest slice, where a loop in steps of `tile` begins, if
  /// it is a constant.
  std::optional<int64_t> longest(const LeastOf &size, int64_t tile) const;

private:
  Value madeAs(Value tensor) override;
  void assumeTrue(Value condition);
  bool isLeftInLoop(AffineExpr size);
};

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_SLICEENDS_H
