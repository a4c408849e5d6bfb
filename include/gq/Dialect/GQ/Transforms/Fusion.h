//===- Fusion.h - what is tiled together with a gq op -----------*- C++ -*-===//
//
// gq-tile obeys these rules, and config selection reads from them what a kernel
// will have to hold.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_TRANSFORMS_FUSION_H
#define GQ_DIALECT_GQ_TRANSFORMS_FUSION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gq {

/// An elementwise op on rank-2 results whose result 0 has one value per
/// element; or null.
linalg::LinalgOp getElementwise(Operation *op);

/// The last op of the elementwise chain that only `anchor` feeds; `anchor`, if
/// there is none.
Operation *lastFusableConsumer(Operation *anchor);

/// The `linalg.transpose` of what `op` computes, the codes of a quantisation or
/// a product with what follows it, which is stored by the same kernel; or null.
Operation *transposeOf(Operation *op);

/// A tensor that fused elementwise ops read: one entry for each use.
struct FusedOperand {
  Value value;
  AffineMap map; ///< from the loops of the op that reads it
};

/// What the elementwise ops that compute `root`, itself included, read from
/// outside, up to `anchor`. Empty if `root` is no elementwise op.
SmallVector<FusedOperand> fusedOperands(Operation *root, Operation *anchor);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_TRANSFORMS_FUSION_H
