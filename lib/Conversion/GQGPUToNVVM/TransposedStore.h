//===- TransposedStore.h - codes, columns as rows ---------------*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_GQGPUTONVVM_TRANSPOSEDSTORE_H
#define GQ_LIB_CONVERSION_GQGPUTONVVM_TRANSPOSEDSTORE_H

#include "Patterns.h"

namespace mlir::gqgpu {

/// Writes the registers of a blocked fragment of one-byte codes to a tile with
/// bands at `buffer`.
void stageCodes(Emitter &e, const KernelAbi &abi, StageOp op, Value buffer,
                ArrayRef<Value> members);

/// Stores such a tile: element (r, c) to `indices + (c, r)`.
void storeTransposed(Emitter &e, const KernelAbi &abi, StoreSharedOp op,
                     Value buffer, ValueRange indices, ValueRange ends);

} // namespace mlir::gqgpu

#endif // GQ_LIB_CONVERSION_GQGPUTONVVM_TRANSPOSEDSTORE_H
