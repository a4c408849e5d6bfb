//===- DecodeInLoop.h - operands that the steps of a sum decode -*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_DECODEINLOOP_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_DECODEINLOOP_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

/// What is decoded for one quantisation, or one product, in its kernel: it has
/// no config.
bool isDecodedHere(Operation *op);

/// Of operands of `products`, the tiles of one step, that slices of what is
/// decoded here are: each step decodes its part.
LogicalResult decodeInLoop(RewriterBase &rewriter,
                           ArrayRef<Operation *> products);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_DECODEINLOOP_H
