//===- TransposedStore.h - codes, columns as rows ---------------*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_GQGPUTONVVM_TRANSPOSEDSTORE_H
#define GQ_LIB_CONVERSION_GQGPUTONVVM_TRANSPOSEDSTORE_H

#include "Patterns.h"

namespace mlir::gqgpu {

/// Stores a blocked fragment of one-byte codes: element (r, c) to
/// `indices + (c, r)`. `members`: its registers.
void storeTransposed(Emitter &e, const KernelAbi &abi, StoreFragmentOp op,
                     ValueRange indices, ArrayRef<Value> members);

} // namespace mlir::gqgpu

#endif // GQ_LIB_CONVERSION_GQGPUTONVVM_TRANSPOSEDSTORE_H
