//===- EpilogueChoice.h - how much a product's kernel computes --*- C++ -*-===//
//
// Many rows are faster where functions behind a product have a kernel of their
// own; see MatmulEpilogue.cpp for when, and SeparateEpilogue.cpp for how.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_EPILOGUECHOICE_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_EPILOGUECHOICE_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::gq {

/// What the kernel of a product leaves to another one, above so many rows.
struct EpilogueCut {
  int64_t kept;            ///< elementwise ops that it computes
  int64_t mostRows;        ///< with which it computes all, -1 without a bound
  linalg::LinalgOp inside; ///< that is cut in two, the last one kept; or null
  Operation *value;        ///< in its body, that the first half computes
};

/// The cut of `op`, with or without the quantisation behind it in its kernel;
/// none where no function is there, or where none of what is left can have a
/// kernel of its own.
std::optional<EpilogueCut> findCut(BlockOpInterface op, bool quantized,
                                   const TargetModel &target);

/// How many elementwise ops a kernel of `op` computes that leaves just the
/// quantisation behind them to another one; none where it cannot.
std::optional<int64_t> keptWithoutQuantize(BlockOpInterface op,
                                           const TargetModel &target);

/// `few` for up to `rows` rows, `many` for more: each a config or several by
/// rows. At most `mostKernels` in all, of which many rows lose some first; null
/// if that is one.
MatmulVariantsAttr joinConfigs(StrategyAttrInterface few,
                               StrategyAttrInterface many, int64_t rows,
                               size_t mostKernels);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_EPILOGUECHOICE_H
