//===- Choices.h - a config for an op ---------------------------*- C++ -*-===//
//
// Between ops and gq/Strategy, which knows only numbers.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_TRANSFORMS_CHOICES_H
#define GQ_DIALECT_GQ_TRANSFORMS_CHOICES_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Strategy/Matmul.h"
#include "gq/Strategy/Quantize.h"

namespace mlir::gq {

strategy::MatmulShape shapeOf(ScaledMatmulOp op);
strategy::QuantizeShape shapeOf(QuantizeOp op);
strategy::QuantizeShape shapeOf(BlockAbsmaxOp op);
strategy::QuantizeShape shapeOf(ScaledCastOp op);

inline strategy::Size2 sizesOf(ArrayRef<int64_t> list) {
  return {list[0], list[1]};
}

/// Chooses a config for `op`, which has none, or checks and completes the one
/// that it has. An error at `op` says why no config can be had.
LogicalResult select(ScaledMatmulOp op, const TargetModel &target);
LogicalResult select(QuantizeOp op, const TargetModel &target);
LogicalResult select(BlockAbsmaxOp op, const TargetModel &target);
LogicalResult select(ScaledCastOp op, const TargetModel &target);

/// The candidate place of a gq op's config; nothing if a person wrote it.
std::optional<int64_t> candidateOf(Operation *op);

/// The config that gq-select-config would take for `op` next, since a kernel of
/// its own choice has spilled registers; null if there is none.
Attribute nextConfig(Operation *op, const TargetModel &target);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_TRANSFORMS_CHOICES_H
