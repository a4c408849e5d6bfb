//===- ChoiceRemarks.h - what is said of choices ----------------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_CHOICEREMARKS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_CHOICEREMARKS_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Strategy/Matmul.h"
#include "gq/Strategy/Quantize.h"

namespace mlir::gq {

/// What was weighed, in a category of its own: it is long.
void remarkCandidates(Operation *op,
                      const strategy::Candidates<MatmulConfig> &candidates,
                      const Twine &where = "");
void remarkCandidates(Operation *op,
                      const strategy::Candidates<QuantizeConfig> &candidates,
                      const Twine &where = "");

/// Ways that cost something and were taken since no better one fits, or since
/// the config of a person says so.
void remarkDetours(Operation *op, const strategy::QuantizeShape &shape,
                   const QuantizeConfig &config, const TargetModel &target);

/// Where sums are promoted at other places than `promote` says.
void remarkPromotion(Operation *op, const strategy::MatmulShape &shape,
                     const MatmulConfig &config, int64_t promote);

/// A step that is shorter than a slot.
void remarkStep(Operation *op, const strategy::MatmulShape &shape,
                const TargetModel &target);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_CHOICEREMARKS_H
