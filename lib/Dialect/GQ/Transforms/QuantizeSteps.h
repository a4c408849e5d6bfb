//===- QuantizeSteps.h - a quantisation in three ops ------------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_QUANTIZESTEPS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_QUANTIZESTEPS_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// What computes the results of a gq.quantize.
struct QuantizeSteps {
  BlockAbsmaxOp absmax;
  AbsmaxToScaleOp scale;
  ScaledCastOp cast;
  Value scales; ///< as the quantize returns them
};

/// Writes the steps of `op`, on tensors, before it. Transposed scales are
/// computed row-major and transposed at the end.
QuantizeSteps makeQuantizeSteps(OpBuilder &b, QuantizeOp op,
                                QuantizeConfigAttr absmaxConfig,
                                QuantizeConfigAttr castConfig);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_QUANTIZESTEPS_H
