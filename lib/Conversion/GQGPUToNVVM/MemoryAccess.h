//===- MemoryAccess.h - global and shared memory ----------------*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_GQGPUTONVVM_MEMORYACCESS_H
#define GQ_LIB_CONVERSION_GQGPUTONVVM_MEMORYACCESS_H

#include "Emitter.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// `bits` from `address + offset` (bytes) if `inside`, else zeros, as i32 words
/// or one i16; one load, so `bits` must be a power of two up to 128 and the
/// address aligned. Read-only memory: the load may move, unless it shall stay
/// `inOrder`, behind the stores and barriers before it.
SmallVector<Value> guardedLoad(Emitter &e, Value address, int64_t offset,
                               Value inside, int64_t bits,
                               Eviction evict = Eviction::Normal,
                               bool inOrder = false);

/// What a load with this eviction says to L2.
ptx::CachePolicy policyOf(Eviction evict);

/// `bits` from shared memory at `address + offset` (bytes), as i32 words or one
/// i16.
SmallVector<Value> loadShared(Emitter &e, Value address, int64_t offset,
                              int64_t bits);

/// The bits of a value of any type, and two 16-bit values in one word, the
/// first in the lower half.
Value bitsOf(Emitter &e, Value value);
Value packHalves(Emitter &e, Value low, Value high);

} // namespace mlir::gqgpu

#endif // GQ_LIB_CONVERSION_GQGPUTONVVM_MEMORYACCESS_H
