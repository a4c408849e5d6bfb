//===- GQGPUVerify.h - what several verifiers ask ---------------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQGPU_IR_GQGPUVERIFY_H
#define GQ_LIB_DIALECT_GQGPU_IR_GQGPUVERIFY_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace mlir::gqgpu {

inline LogicalResult verifyIndices(Operation *op, StringRef name, Type type,
                                   size_t indices) {
  int64_t rank = cast<MemRefType>(type).getRank();
  if (rank == static_cast<int64_t>(indices))
    return success();
  return op->emitOpError("expects ")
         << rank << " indices for operand " << name << " of rank " << rank
         << ", got " << indices;
}

inline LogicalResult verifyElementTypes(Operation *op, StringRef name,
                                        Type found, StringRef otherName,
                                        Type expected) {
  if (found == expected)
    return success();
  return op->emitOpError("expects ")
         << name << " of element type " << expected << " as " << otherName
         << ", got " << found;
}

/// Roles do only what their kind says; outside of roles anything goes.
LogicalResult verifyRoleKind(Operation *op, ArrayRef<RoleKind> kinds);
inline LogicalResult verifyConsumes(Operation *op) {
  return verifyRoleKind(op, RoleKind::Math);
}

inline FailureOr<TileType> ringTile(Operation *op, RingType ring,
                                    int64_t tile) {
  if (tile >= 0 && tile < static_cast<int64_t>(ring.getTiles().size()))
    return ring.getTiles()[tile];
  if (ring.getTiles().empty())
    op->emitOpError("expects a ring whose slots have tiles, got ") << ring;
  else
    op->emitOpError("expects a tile between 0 and ")
        << ring.getTiles().size() - 1 << " of the ring, got " << tile;
  return failure();
}

/// Scales that several threads share are no elements of a tensor.
inline LogicalResult verifyElementPositions(Operation *op, StringRef name,
                                            FragmentType type) {
  if (type.isSpread())
    return success();
  return op->emitOpError("expects ")
         << name << " that has each element in one thread, got " << type;
}

/// An element of a sum of products that thread blocks or roles add up.
inline bool isSum(Type type) {
  return type.isF32() || type.isSignlessInteger(32);
}

/// What is quantised.
inline bool isWideFloat(FragmentType type) {
  Type element = type.getElementType();
  return type.getBlock().empty() &&
         (element.isF32() || element.isBF16() || element.isF16());
}

/// A multiple of `aligned`, as far as the text tells.
template <typename OpTy> LogicalResult verifyAligned(OpTy op) {
  std::optional<int64_t> aligned = op.getAligned();
  if (!aligned)
    return success();
  if (*aligned <= 0)
    return op.emitOpError("expects a positive aligned, got ") << *aligned;
  if (op.getIndices().empty())
    return op.emitOpError("is aligned, but has no index that could be");
  std::optional<int64_t> index = getConstantIntValue(op.getIndices().back());
  if (index && *index % *aligned != 0)
    return op.emitOpError("expects a last index that is a multiple of ")
           << *aligned << " as aligned says, got " << *index;
  return success();
}

/// Where what is stored ends: an index for each of some dimensions of dest.
template <typename OpTy> LogicalResult verifyEnds(OpTy op) {
  ArrayRef<int64_t> dims = op.getEndDims();
  if (dims.size() != op.getEnds().size())
    return op.emitOpError(
               "expects one index for each dimension that ends, got ")
           << op.getEnds().size() << " for " << dims.size();
  int64_t rank = cast<MemRefType>(op.getDest().getType()).getRank(), last = -1;
  for (int64_t dim : dims) {
    if (dim <= last || dim >= rank)
      return op.emitOpError("expects ends of dimensions from 0 to ")
             << rank - 1 << ", in order, got " << dim
             << (last < 0 ? std::string() : " after " + std::to_string(last));
    last = dim;
  }
  return success();
}

/// What waits in registers for the next tile goes straight from there.
template <typename OpTy> LogicalResult verifyDeferred(OpTy op) {
  if (!op.getDeferred() || op.getPath() != Path::Tma)
    return success();
  return op.emitOpError("is deferred and has path tma, through shared memory; "
                        "expects copy");
}

/// Codes that become a tile on the way, if they do. (GQGPUVerifyCodes.cpp)
LogicalResult verifyDecoded(LoadOp op);
LogicalResult verifyDecoded(CopyLoadOp op);

/// What a loop that cuts its tiles says of them, and what its body gets.
/// (GQGPUVerifyParts.cpp)
LogicalResult verifyCut(TileLoopOp loop);
LogicalResult verifyCutArguments(TileLoopOp loop);

/// A kernel that is dependent waits in each thread block. (GQGPUDependency.cpp)
LogicalResult verifyDependency(KernelOp kernel);
/// What is constant in the kernel is so in the function that launches it.
LogicalResult verifyConstants(LaunchOp launch, KernelOp kernel);
/// What is pitched in the kernel is so in the function that launches it, and
/// the other way round; the kernel only reads it. (GQGPUPitched.cpp)
LogicalResult verifyPitched(LaunchOp launch, KernelOp kernel);
LogicalResult verifyPitched(KernelOp kernel);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_IR_GQGPUVERIFY_H
