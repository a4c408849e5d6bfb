//===- PromoteRefusals.h - what the copy engine cannot bring ----*- C++ -*-===//
//
// Of gq-promote-tma: why a load cannot go by the copy engine, and the errors
// where a person or a config says that it does, or how.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_PROMOTEREFUSALS_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_PROMOTEREFUSALS_H

#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// Why the copy engine cannot bring rows of a memref, if that is known: of a
/// dynamic pitch the launch sees. Empty: it can.
std::string refusePitch(LoadOp load);

/// The same of the places in a row where tiles start.
std::string refuseStart(LoadOp load,
                        const gq::DivisibilitySolver &divisibility);

/// A single scale goes with the others where its rows allow it: without one,
/// no thread has to copy.
bool hasWholeRows(LoadOp load);

/// Refuses what a person wrote on a load that is not for the copy engine.
LogicalResult expectCopy(LoadOp load, const Twine &why);

/// The same of scales, and an eviction priority.
LogicalResult expectCopiedScales(LoadOp load, StringRef name);

/// Fails with an error that begins with `what` and says `why`, if not empty.
LogicalResult expectTma(gq::ScaledMatmulOp matmul, const Twine &what,
                        StringRef why);

/// Refuses rows of scales that the copy engine does not bring as they are.
LogicalResult expectRowOfScales(LoadOp load, gq::ScaledMatmulOp matmul,
                                StringRef name,
                                const gq::DivisibilitySolver &divisibility);

/// Refuses permuted rows whose tiles may start inside of a group.
LogicalResult expectWholeGroups(LoadOp load,
                                const gq::DivisibilitySolver &divisibility);

/// Refuses another swizzle than that of an operand of the tensor core.
LogicalResult expectSwizzle(LoadOp load, StringRef name, int64_t swizzle);

/// Refuses tile rows of an operand that are not whole swizzles: of several,
/// each goes to a slot of its own. `depth`: bytes of one product along K.
LogicalResult expectSlots(LoadOp load, gq::ScaledMatmulOp matmul,
                          StringRef name, int64_t swizzle, int64_t depth);

/// Refuses slots of an operand that no boxes of the copy engine make up.
LogicalResult expectBoxes(LoadOp load, gq::ScaledMatmulOp matmul,
                          StringRef name, int64_t swizzle);

/// Threads copy rows of b as they are.
LogicalResult expectInOrder(LoadOp load, gq::ScaledMatmulOp matmul,
                            StringRef why);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_PROMOTEREFUSALS_H
