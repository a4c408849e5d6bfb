//===- Candidates.h - strategies of both kinds, by one name -----*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_CANDIDATES_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_CANDIDATES_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Strategy/Matmul.h"
#include "gq/Strategy/Quantize.h"

namespace mlir::gq {

inline StrategyAttrInterface attrOf(MLIRContext *context,
                                    const MatmulConfig &config) {
  return MatmulConfigAttr::get(context, config);
}

inline StrategyAttrInterface attrOf(MLIRContext *context,
                                    const QuantizeConfig &config) {
  return QuantizeConfigAttr::get(context, config);
}

inline strategy::Candidates<MatmulConfig>
weigh(const TargetModel &target, const strategy::MatmulShape &shape,
      Schedule schedule) {
  return strategy::candidates(target, shape, schedule);
}

/// Elements have no schedule.
inline strategy::Candidates<QuantizeConfig>
weigh(const TargetModel &target, const strategy::QuantizeShape &shape,
      Schedule) {
  return strategy::candidates(target, shape);
}

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_CANDIDATES_H
