//===- Scales.h - tensors that are grids over a matrix ----------*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_LINALGTOGQ_SCALES_H
#define GQ_LIB_CONVERSION_LINALGTOGQ_SCALES_H

#include "ElementExpr.h"
#include "mlir/IR/Builders.h"
#include <array>

namespace mlir::gq::raise {

/// The matrix whose row is d0 and whose column is d1 in trees.
struct Matrix {
  /// Rows and columns; either may be dynamic.
  std::array<int64_t, 2> extents;
  MLIRContext *context;

  SmallVector<AffineExpr> index() const {
    return {getAffineDimExpr(0, context), getAffineDimExpr(1, context)};
  }
};

/// All of a matrix as one block.
std::array<int64_t, 2> wholeBlock(const Matrix &matrix);

/// A tensor that has an element for each block of a matrix, of one element
/// where it is the matrix.
struct Grid {
  Value tensor;
  /// Where the element of (row, column) stands; a number along each dimension.
  SmallVector<AffineExpr> index;
  /// Rows and columns that share an element. What has one element along a
  /// dimension of the matrix has all of that in a block.
  std::array<int64_t, 2> block;
  /// Columns come before rows.
  bool transposed = false;
  /// Does `tensor` tell rows from one another, and columns.
  std::array<bool, 2> varies = {false, false};

  bool isMatrix() const {
    return block[0] == 1 && block[1] == 1 && varies[0] && varies[1];
  }
};

/// What `element` says of the matrix; failure where it stands in no tensor, or
/// in one that is laid out otherwise.
FailureOr<Grid> matchGrid(const Element *element, const Matrix &matrix);

/// The grid as a tensor of rank 2: rows, columns; the other way round where it
/// is transposed. A view, where it is none already.
Value asRankTwo(OpBuilder &b, Location loc, const Grid &grid);

/// The grid as a tensor of rank 2, rows first: with a transpose in front where
/// it is transposed. That of a constant is one.
Value rowMajor(OpBuilder &b, Location loc, const Grid &grid);

/// A tensor of the same shape as what an op computes, which is there before it:
/// its destination, or an operand of an elementwise op.
Value shapeOf(Value computed);

/// A view of `matrix`, of rank 2, rows first, as `grid` has its elements: with
/// the shape of its tensor. Failure where columns come first there.
FailureOr<Value> asShapeOf(OpBuilder &b, Location loc, Value matrix,
                           const Grid &grid);

/// What `element` is for each block, as a tensor of rank 2, and the blocks;
/// failure where it is made of tensors of several grids. `finish` may compute
/// more of it.
struct Blocks {
  Value tensor;
  std::array<int64_t, 2> block;
};
FailureOr<std::array<int64_t, 2>> blockOf(const Element *element,
                                          const Matrix &matrix);
FailureOr<Blocks>
computeBlocks(OpBuilder &b, Location loc, const Element *element,
              const Matrix &matrix,
              function_ref<Value(OpBuilder &, Location, Value)> finish = {});

/// `tensor`, transposed; of rank 2.
Value transpose(OpBuilder &b, Location loc, Value tensor);

/// A tensor of rank 2 with one element.
Value oneScale(OpBuilder &b, Location loc, TypedAttr value);

/// `tensor` with elements of another float: of one narrower than f32 to f32,
/// or of f32 to one.
Value convertFloats(OpBuilder &b, Location loc, Value tensor, Type type);

} // namespace mlir::gq::raise

#endif // GQ_LIB_CONVERSION_LINALGTOGQ_SCALES_H
