//===- PromoteStores.h - how results travel ---------------------*- C++ -*-===//
//
// Of gq-promote-tma: the path of each store, and what it shares with loads.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_PROMOTESTORES_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_PROMOTESTORES_H

#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

int64_t bytesOf(Type elementType, int64_t count);

/// Bytes from one row to the next, if static.
std::optional<int64_t> rowPitch(MemRefType type);

/// Tiles at `indices` start at multiples of this many bytes in a row of
/// `memref`; 0: all at its first.
uint64_t startBytes(const gq::DivisibilitySolver &divisibility, Value memref,
                    ValueRange indices);

/// Gives `store` the path that its tile and its destination allow; failure with
/// an error where the one that a person wrote cannot be.
LogicalResult promoteStore(StoreOp store, KernelOp kernel,
                           const gq::DivisibilitySolver &divisibility);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_PROMOTESTORES_H
