//===- GlobalMemory.h - guarded accesses to global memory -------*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_GQGPUTONVVM_GLOBALMEMORY_H
#define GQ_LIB_CONVERSION_GQGPUTONVVM_GLOBALMEMORY_H

#include "Emitter.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// `count` values of `type` from `address` if `inside`, else zeros; one load,
/// so `count * sizeof(type)` must be a power of two up to 16 and aligned.
/// Read-only memory: the load may move.
SmallVector<Value> guardedLoad(Emitter &e, Value address, Value inside,
                               Type type, int64_t count,
                               Eviction evict = Eviction::Normal);

/// An L2 policy as createpolicy makes it, see the PTX ISA.
int64_t policyOf(Eviction evict);

/// Stores `words` (all i32, or one i16 or i8) to `address` if `inside`.
void guardedStore(Emitter &e, Value address, Value inside, ValueRange words);

} // namespace mlir::gqgpu

#endif // GQ_LIB_CONVERSION_GQGPUTONVVM_GLOBALMEMORY_H
