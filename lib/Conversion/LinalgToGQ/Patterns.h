//===- Patterns.h - what convert-linalg-to-gq raises ------------*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_LINALGTOGQ_PATTERNS_H
#define GQ_LIB_CONVERSION_LINALGTOGQ_PATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq::raise {

inline constexpr StringLiteral kPass = "convert-linalg-to-gq";

/// Each replaces `op` if it is of its kind. A failure that leaves a reason is
/// of an op that nearly is.

/// A contraction of two matrices: gq.scaled_matmul.
LogicalResult raiseProduct(RewriterBase &rewriter, Operation *op,
                           std::string &why);

/// What codes decode to, through a view of more dimensions: gq.dequantize.
LogicalResult raiseDequantize(RewriterBase &rewriter, Operation *op,
                              std::string &why);

/// Largest magnitudes of blocks: gq.block_absmax.
LogicalResult raiseAbsmax(RewriterBase &rewriter, Operation *op,
                          std::string &why);

/// Codes of a matrix by the scales of its blocks: gq.scaled_cast.
LogicalResult raiseCast(RewriterBase &rewriter, Operation *op,
                        std::string &why);

} // namespace mlir::gq::raise

#endif // GQ_LIB_CONVERSION_LINALGTOGQ_PATTERNS_H
