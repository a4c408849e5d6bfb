//===- Extents.h - what kernels count in 32 bits ----------------*- C++ -*-===//
//
// Addresses have 64 bits; coordinates, tiles and loop counters have 32, with a
// step on top of the last one. What does not fit is refused, by the compiler
// where it is static, else by the checks of a bundle and by the simulator.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_PROTOCOL_EXTENTS_H
#define GQ_DIALECT_GQGPU_PROTOCOL_EXTENTS_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// The largest step of a loop, and with room for one the largest extent and the
/// largest number of tiles.
constexpr int64_t kMaxStep = int64_t(1) << 20;
constexpr int64_t kMaxCount = (int64_t(1) << 31) - kMaxStep;

/// Checks what is static: extents of operands, tiles, steps and constants.
/// Failure with an error at each that does not fit.
LogicalResult verifyExtents(KernelOp kernel);

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_PROTOCOL_EXTENTS_H
