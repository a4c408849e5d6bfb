//===- Choices.h - a config for an op ---------------------------*- C++ -*-===//
//
// Between ops and gq/Strategy, which knows only numbers. An op is known by what
// it says as a BlockOpInterface: one that sums (isSum) has the strategy of
// products, every other that of passes over elements.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_TRANSFORMS_CHOICES_H
#define GQ_DIALECT_GQ_TRANSFORMS_CHOICES_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Strategy/Matmul.h"
#include "gq/Strategy/Quantize.h"

namespace mlir::gq {

/// An op that sums, as its strategy sees it, with the elementwise ops behind
/// it. Loops: rows and columns of the result, then the sum.
strategy::MatmulShape sumShapeOf(BlockOpInterface op);

/// Any other, with the elementwise ops before it. Loops: rows and columns.
strategy::QuantizeShape elementsShapeOf(BlockOpInterface op);

/// Chooses a config for `op`, which has none, or checks and completes the one
/// that it has. An error at `op` says why no config can be had.
LogicalResult select(BlockOpInterface op, const TargetModel &target);

/// The candidate place of a gq op's config; nothing if a person wrote it.
std::optional<int64_t> candidateOf(Operation *op);

/// The config that gq-select-config would take for `op` next, since a kernel of
/// its own choice has spilled registers; null if there is none.
StrategyAttrInterface nextConfig(Operation *op, const TargetModel &target);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_TRANSFORMS_CHOICES_H
