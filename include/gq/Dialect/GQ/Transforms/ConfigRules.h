//===- ConfigRules.h - what a #gq.config means ------------------*- C++ -*-===//
//
// What follows from a config and is not written in it: config selection and the
// passes that obey it ask here, so a config a person wrote means the same.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_TRANSFORMS_CONFIGRULES_H
#define GQ_DIALECT_GQ_TRANSFORMS_CONFIGRULES_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Target/TargetModel.h"

namespace mlir::gq {

/// Most elements of x one thread holds: more would spill. 16-bit floats are
/// held two to a register; where rows do not consist of whole chunks, known
/// before the kernel runs, elements are loaded one by one, each with its
/// address.
int64_t quantizeElementsPerThread(QuantizeOp op);

/// A config for `op`, or failure with an error when no tile of whole blocks
/// fits the registers of the largest cluster.
FailureOr<ConfigAttr> chooseQuantizeConfig(QuantizeOp op,
                                           const TargetModel &target);

/// Checks a config a person (or the function above) wrote on `op`.
LogicalResult checkQuantizeConfig(QuantizeOp op, ConfigAttr config,
                                  const TargetModel &target);

/// The layout of a tile of `tile` elements of type `element`: chunks of the
/// widest power of two that no block boundary cuts, as many thread columns as
/// the chunks of a row allow. Null when the threads cannot be arranged.
gqgpu::BlockedLayoutAttr quantizeLayout(MLIRContext *context,
                                        ArrayRef<int64_t> tile, int64_t threads,
                                        int64_t cluster,
                                        ArrayRef<int64_t> block, Type element);

/// Registers per thread of the producer and of the math groups of a matmul.
std::pair<int64_t, int64_t> defaultRegisters(ConfigAttr config);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_TRANSFORMS_CONFIGRULES_H
