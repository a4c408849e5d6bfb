//===- DecodeOperands.h - operands of a product as bf16 ---------*- C++ -*-===//
//
// Blocks along K that no instruction has (Expand.cpp), or so short ones that
// their scales take longer than the products (MatmulDecode.cpp): kernels of
// their own decode both operands, and the product has no scales.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_DECODEOPERANDS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_DECODEOPERANDS_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// Why gq.dequantize cannot make the operands of `op`; empty: it can, of
/// row-major scales.
std::string refuseCodes(ScaledMatmulOp op);

/// The same, or which scales are M-major.
std::string refuseRowMajorCodes(ScaledMatmulOp op);

/// The same, or why kernels of their own cannot stand in front of that of `op`.
std::string refuseDecode(BlockOpInterface op);

/// Why blocks of `op` along K have to be whole instructions, which those of
/// operands of i8 that bf16 holds need not be.
std::string refuseAnyBlock(ScaledMatmulOp op);

/// Whether bf16 holds all that the codes of `op`, with their scales, stand for,
/// in its range: none of them has more bits, and scales are powers of two.
bool decodesExactly(ScaledMatmulOp op);

/// Makes M-major scales of `op`, matrices, row-major ones, their transposes.
void turnScales(RewriterBase &rewriter, ScaledMatmulOp op);

/// Makes `op` a product of a and b in bf16, which a gq.dequantize of each in
/// front of it computes; one, if both are the same. Returns these.
SmallVector<DequantizeOp> decodeOperands(RewriterBase &rewriter,
                                         ScaledMatmulOp op);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_DECODEOPERANDS_H
