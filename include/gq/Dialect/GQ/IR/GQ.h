//===- GQ.h - the gq dialect ------------------------------------*- C++ -*-===//
//
// Block quantisation and block-scaled matrix multiplication on tensors and
// memrefs. The semantics, numerics included, are in GQBase.td and GQOps.td.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_IR_GQ_H
#define GQ_DIALECT_GQ_IR_GQ_H

#include "gq/Config/MatmulConfig.h"
#include "gq/Config/QuantizeConfig.h"
#include "gq/Dialect/GQ/IR/BlockOp.h"
#include "gq/Numerics/FourBits.h"
#include "gq/Support/KnownAttributes.h"
#include "gq/Support/Reduction.h"
#include "gq/Target/Target.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/TilingInterface.h"

#include "gq/Dialect/GQ/IR/GQAttrInterfaces.h.inc"
#include "gq/Dialect/GQ/IR/GQDialect.h.inc"
#define GET_ATTRDEF_CLASSES
#include "gq/Dialect/GQ/IR/GQAttrs.h.inc"
#include "gq/Dialect/GQ/IR/GQOpInterfaces.h.inc"
#define GET_OP_CLASSES
#include "gq/Dialect/GQ/IR/GQOps.h.inc"

namespace mlir::gq {

/// Largest magnitude of a quantised format (f8E4M3FN, f8E5M2 or i8; of four
/// bits i4 or f4E2M1FN), or 0 when the type is none of them.
float formatMax(Type type);

/// Codes of four bits, as `packed` of an op says them; nothing for types that
/// are none. They are no elements of a tensor: bytes of two are.
std::optional<gridquant::FourBits> getFourBits(Type type);

/// True for f8E4M3FN and f8E5M2.
bool isFp8(Type type);

/// True for bf16 and f16: products of them need no promotion.
inline bool isHalf(Type type) { return type.isBF16() || type.isF16(); }

/// True for the formats blocks are quantised to: fp8 and i8.
inline bool isQuantized(Type type) {
  return formatMax(type) != 0 && !getFourBits(type);
}

/// True for what kernels of elementwise ops store: floats of 16 and 32 bits,
/// the formats blocks are quantised to, and f8E8M0FNU.
inline bool isStorable(Type type) {
  return isHalf(type) || type.isF32() || isQuantized(type) ||
         isa<Float8E8M0FNUType>(type);
}

/// True for scales of operands that kernels multiply, and of what they
/// quantise.
inline bool isScale(Type type) {
  return type.isF32() || type.isBF16() || isa<Float8E8M0FNUType>(type);
}

/// Makes the ops of this dialect bufferize with One-Shot Bufferize.
void registerBufferizableOpInterfaceExternalModels(DialectRegistry &registry);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_IR_GQ_H
