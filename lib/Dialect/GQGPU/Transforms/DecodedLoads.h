//===- DecodedLoads.h - operands decoded as they are loaded -----*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_DECODEDLOADS_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_DECODEDLOADS_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

/// Of an operand of a product that a gq.dequantize makes of loads: one load,
/// which says so. Failure with an error where it cannot.
LogicalResult decodeOnTheWay(KernelOp kernel);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_DECODEDLOADS_H
