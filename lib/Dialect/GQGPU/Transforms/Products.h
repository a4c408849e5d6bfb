//===- Products.h - the instruction for a product --------------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_PRODUCTS_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_PRODUCTS_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// The matrix instruction that computes tiles of `op`, or failure with an error
/// at `op`. It depends on the element types and the columns of the tile, and on
/// the order of the rows of b, so all passes get the same one.
FailureOr<MmaInterface> productFor(gq::ScaledMatmulOp op);

/// The load of `tile`, or of the tile whose columns it is; null if there is
/// none.
LoadOp loadOf(Value tile);

/// The groups in which the rows of b are permuted in shared memory, as what
/// loads or reads its tile says; 0: they are not.
int64_t permutationOf(gq::ScaledMatmulOp op);

/// The slots that a tile lies in, along K, which is operand `name` of `op`; or
/// failure with an error there.
FailureOr<SmallVector<SlotReadOp>> slotsOf(Operation *op, Value tile,
                                           StringRef name);
/// Columns of a tile in one slot.
int64_t columnsOf(SlotReadOp read);

/// A product's tile goes to memory by TMA if its columns are a multiple of
/// this: boxes are as wide as that at least.
constexpr int64_t kTmaStoreColumns = 16;

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_PRODUCTS_H
