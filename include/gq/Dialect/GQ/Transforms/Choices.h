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
/// What else its kernel is to compute: the quantisation behind it, the other
/// product that the elementwise ops read (dualOf), and of these the first
/// `kept`, or all; an operand, of codes (fusableDequantize).
struct Taken {
  bool quantized = false;
  bool dual = false;
  std::optional<int64_t> kept = std::nullopt;
  bool dequantized = false;
};
strategy::MatmulShape sumShapeOf(BlockOpInterface op, const Taken &taken);
/// The same as `config` wants it, one of those of `op`.
strategy::MatmulShape sumShapeOf(BlockOpInterface op,
                                 const MatmulConfig &config);

/// Any other, with the elementwise ops before it. Loops: rows and columns.
strategy::QuantizeShape elementsShapeOf(BlockOpInterface op);

/// A dimension whose length only a launch knows and along which rows of a, b or
/// the result lie, of which `unit` elements are 16 bytes.
struct OpenRow {
  Value tensor;
  int64_t dim, unit;
};

/// Those of a sum that the copy engine brings or stores.
SmallVector<OpenRow> openRows(BlockOpInterface op);

/// The config, or all of several, with this `pitch`; those of other ops as they
/// are.
StrategyAttrInterface withPitch(StrategyAttrInterface strategy, RowPitch pitch);

class TunedConfigs;

/// Chooses a config for `op`, which has none, or at most `mostVariants` where
/// its number of rows decides: what was measured, if `tuned` has it and it can
/// run, else by an estimate, and of `schedule` where one is given; or checks
/// and completes what it has. An error at `op` says why no config can be had.
LogicalResult select(BlockOpInterface op, const TargetModel &target,
                     size_t mostVariants = 1,
                     const TunedConfigs *tuned = nullptr,
                     std::optional<Schedule> schedule = std::nullopt);

/// The configs of a gq op that the compiler has chosen itself.
SmallVector<StrategyAttrInterface> ownConfigs(Operation *op);

/// The config that gq-select-config would take next for `config`, one of its
/// own for `op`, since its kernel spills registers, of which a thread stores
/// `spilled` bytes, or is slow; null if there is none. A few bytes are first
/// made up for by registers of the roles that fill.
StrategyAttrInterface nextConfig(Operation *op, StrategyAttrInterface config,
                                 const TargetModel &target, int64_t spilled);

/// Gives `op` what `next` says instead of each of its configs; null: it stays.
void replaceConfigs(
    Operation *op,
    llvm::function_ref<StrategyAttrInterface(StrategyAttrInterface)> next);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_TRANSFORMS_CHOICES_H
