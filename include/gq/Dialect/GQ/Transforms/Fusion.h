//===- Fusion.h - what is tiled together with a gq op -----------*- C++ -*-===//
//
// gq-tile obeys these rules, and config selection reads from them what a kernel
// will have to hold.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_TRANSFORMS_FUSION_H
#define GQ_DIALECT_GQ_TRANSFORMS_FUSION_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gq {

/// An elementwise op on rank-2 results whose result 0 has one value per
/// element; or null.
linalg::LinalgOp getElementwise(Operation *op);

/// The elementwise op that alone reads `op`, of the chain of `anchor`; or null.
linalg::LinalgOp nextElementwise(Operation *op, Operation *anchor);

/// How many ops of the chain a config keeps, or the variants that keep most;
/// nothing: all.
std::optional<int64_t> mostKept(StrategyAttrInterface strategy);

/// The last op of the elementwise chain that only `anchor` feeds, of elements
/// that a kernel can store, among the first `most`; `anchor`, if there is none.
Operation *lastElementwise(Operation *anchor, std::optional<int64_t> most);
/// The same of as many as the config of `anchor` says, of variants those that
/// say the most.
Operation *lastElementwise(Operation *anchor);

/// The quantisation, without a config, that alone reads what the chain of a sum
/// computes, in which a kernel may compute it; or null.
QuantizeOp fusableQuantize(BlockOpInterface anchor);
/// Whether the config of `anchor` says that its kernel does.
bool takesQuantize(BlockOpInterface anchor);
/// The sum whose config takes `op` along; or null.
BlockOpInterface takerOf(QuantizeOp op);

/// The quantisation that alone reads what `op` decodes, or an elementwise chain
/// of it, in one pass, and decodes it in its kernel: its blocks are of whole
/// ones of `op`, which has no config. Or null.
QuantizeOp takerOf(DequantizeOp op);

/// The gq.dequantize of codes of four bits that makes an operand of `anchor`
/// alone, which its kernel may decode on the way; of two the one without a
/// config. Or null.
DequantizeOp fusableDequantize(BlockOpInterface anchor);
/// Whether the config of `anchor` says that it does, or one of its variants, or
/// all.
bool takesDequantize(StrategyAttrInterface config);
bool takesDequantize(BlockOpInterface anchor);
bool alwaysTakesDequantize(BlockOpInterface anchor);
/// The one that the config of `anchor` asks for, which has none of its own
/// where all variants do; failure with an error if there is none.
FailureOr<DequantizeOp> requireDequantize(BlockOpInterface anchor);
/// The product that might take `op` along, as its config says; or null.
BlockOpInterface productOf(DequantizeOp op);

/// The other product that only the elementwise chain of `anchor` reads and that
/// multiplies the same a with a b of the same type: both may be computed in the
/// same tiles. Or null.
BlockOpInterface dualOf(BlockOpInterface anchor);
/// The same where the config of `anchor` asks for it; failure with an error if
/// there is none.
FailureOr<BlockOpInterface> requireDual(BlockOpInterface anchor);
/// Whether the config of `anchor` says that they are, or one of its variants,
/// or all.
bool takesDual(StrategyAttrInterface config);
bool takesDual(BlockOpInterface anchor);
bool alwaysTakesDual(BlockOpInterface anchor);
/// The product behind `op` of which it is the other one; or null.
BlockOpInterface dualTakerOf(BlockOpInterface op);

/// What the kernel of `anchor` stores: the last of its elementwise chain, or
/// the quantisation that it takes along.
Operation *lastFusableConsumer(Operation *anchor);

/// The `linalg.transpose` of what the kernel of `anchor` computes, which that
/// stores as well or instead: of a sum with the elementwise chain behind it, or
/// of codes of one byte; or null.
Operation *fusableTranspose(BlockOpInterface anchor);
/// The sum whose kernel stores `op`; or null.
BlockOpInterface storerOf(linalg::TransposeOp op);

/// A tensor that fused elementwise ops read: one entry for each use.
struct FusedOperand {
  Value value;
  AffineMap map; ///< from the loops of the op that reads it
};

/// What the elementwise ops that compute `root`, itself included, read from
/// outside, up to `anchor`, if there is one. Empty if `root` is no elementwise
/// op.
SmallVector<FusedOperand> fusedOperands(Operation *root, Operation *anchor);

/// Why there can be no kernel of the elementwise chain that ends with `op`
/// alone; or nothing.
std::optional<std::string> refuseElementwiseKernel(Operation *op);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_TRANSFORMS_FUSION_H
