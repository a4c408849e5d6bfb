//===- GQGPU.h - the gqgpu dialect ------------------------------*- C++ -*-===//
//
// Kernels between tiled tensor code and NVVM: tiles, rings, roles, fragments.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPU_H
#define GQ_DIALECT_GQGPU_IR_GQGPU_H

#include "gq/Dialect/GQGPU/IR/SharedAccess.h"
#include "gq/Support/KnownAttributes.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::gqgpu {
class FragmentType;

/// A row and a column of a fragment.
struct Position {
  int64_t row, column;
};

/// What a matrix instruction needs of a tile in shared memory: so many rows at
/// least, each of as many bytes as its swizzle, permuted in groups of so many.
struct OperandTile {
  int64_t rows, swizzle, permuted;
};

/// Bytes that L2 fetches at once of what the copy engine brings, where nothing
/// else is said.
constexpr int64_t kL2Promotion = 256;

/// The row of a tile that lies at row `place` in memory, of rows that are
/// permuted in groups of `group`; 0: none are. In a group, place `8j + 2q + e`,
/// with e < 2 and q < 4, has row `(group / 4) q + 2j + e`: the quarter of a
/// group that thread q of a row holds, when the places are columns of wgmma.
int64_t permutedRow(int64_t group, int64_t place);
/// The place of such a row.
int64_t permutedPlace(int64_t group, int64_t row);
/// Whether rows can be permuted in such groups; 0 is one.
bool isPermutation(int64_t group);
} // namespace mlir::gqgpu

#include "gq/Dialect/GQGPU/IR/GQGPUDialect.h.inc"
#include "gq/Dialect/GQGPU/IR/GQGPUEnums.h.inc"
// Between enums, which it uses, and attributes, which implement it.
#include "gq/Dialect/GQGPU/IR/GQGPUInterfaces.h.inc"
#define GET_ATTRDEF_CLASSES
#include "gq/Dialect/GQGPU/IR/GQGPUAttrs.h.inc"
#define GET_TYPEDEF_CLASSES
#include "gq/Dialect/GQGPU/IR/GQGPUTypes.h.inc"

#include "gq/Dialect/GQGPU/IR/GQGPUOpInterfaces.h.inc"
#define GET_OP_CLASSES
#include "gq/Dialect/GQGPU/IR/GQGPUOps.h.inc"

#endif // GQ_DIALECT_GQGPU_IR_GQGPU_H
