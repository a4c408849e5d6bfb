//===- Passes.h - passes that make and shape kernels ------------*- C++ -*-===//
#ifndef GQ_DIALECT_GQGPU_TRANSFORMS_PASSES_H
#define GQ_DIALECT_GQGPU_TRANSFORMS_PASSES_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::gqgpu {

#define GEN_PASS_DECL
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"

/// Runs `body` on every kernel in `root` (itself included) until one fails. The
/// passes run on whatever holds kernels, so that they can be given by name
/// alone.
LogicalResult forEachKernel(Operation *root,
                            llvm::function_ref<LogicalResult(KernelOp)> body);

/// The rewrites of gq-expand-math.
void populateExpandMathPatterns(RewritePatternSet &patterns);
/// The rewrites of gq-expand-tile-loops, for loops whose grid is known: the
/// pass writes it first.
void populateExpandTileLoopsPatterns(RewritePatternSet &patterns);

#define GEN_PASS_REGISTRATION
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_TRANSFORMS_PASSES_H
