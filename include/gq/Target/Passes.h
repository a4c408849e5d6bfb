//===- Passes.h - passes that end in machine code ---------------*- C++ -*-===//
#ifndef GQ_TARGET_PASSES_H
#define GQ_TARGET_PASSES_H

#include "gq/Target/Serialize.h"
#include "mlir/Pass/Pass.h"

namespace mlir::gq {

enum class SerializeFormat { Ptx, Cubin };

#define GEN_PASS_DECL
#include "gq/Target/Passes.h.inc"

/// The pass, with kernels that spill told to `onSpill` (if it is one) instead
/// of being errors. It fails all the same.
std::unique_ptr<Pass> createSerializePass(const SerializePassOptions &options,
                                          SpillHandler onSpill);

#define GEN_PASS_REGISTRATION
#include "gq/Target/Passes.h.inc"

} // namespace mlir::gq

#endif // GQ_TARGET_PASSES_H
