//===- QuantizeParts.h - blocks that go on in other tiles -------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_QUANTIZEPARTS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_QUANTIZEPARTS_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// The quantisation that the kernel of a sum takes along, where its blocks are
/// higher than the tiles of the sum's config; null if it has none such.
QuantizeOp quantizeOfParts(BlockOpInterface sum);

/// Quantises, in the loop over tiles that computes its operand, each tile by
/// maxima of the tiles of its cluster (gq.absmax_of_parts).
LogicalResult quantizeParts(RewriterBase &rewriter, QuantizeOp op,
                            StrategyAttrInterface config);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_QUANTIZEPARTS_H
