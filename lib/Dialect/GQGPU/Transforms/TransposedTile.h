//===- TransposedTile.h - tiles with rows and columns swapped ---*- C++ -*-===//
//
// A tile that is stored transposed stays in its layout: the store turns it. So
// its fragment has the rows of the tile as columns, and nothing else reads it.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_TRANSPOSEDTILE_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_TRANSPOSEDTILE_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gqgpu {

/// `tile` is the transpose of what its kernel computes, or holds scales in that
/// order.
inline bool isTransposed(Value tile) {
  if (tile.getDefiningOp<linalg::TransposeOp>())
    return true;
  auto quantize = tile.getDefiningOp<gq::QuantizeOp>();
  return quantize && quantize.getTransposedScales() &&
         tile == quantize.getResult(1);
}

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_TRANSPOSEDTILE_H
