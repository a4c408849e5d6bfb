//===- ExpandMath.h - patterns of gq-expand-math ----------------*- C++ -*-===//
//
// What the pass puts together, each in a file of its own.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_EXPANDMATH_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_EXPANDMATH_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::gqgpu {

/// Ops on floats that have no instruction of their type: computed in f32, and
/// rounded once (ExpandNarrowFloats.cpp).
void populateNarrowFloatPatterns(RewritePatternSet &patterns);

/// Conversions between floats that take several steps: rounding modes, and f64
/// from and to narrow floats (ExpandConversions.cpp).
void populateConversionPatterns(RewritePatternSet &patterns);

/// The error function of f32 (ExpandErf.cpp).
void populateErfPatterns(RewritePatternSet &patterns);

/// Exponentials, logarithms and powers of f32, and of integers
/// (ExpandPowers.cpp).
void populatePowerPatterns(RewritePatternSet &patterns);

/// Trigonometric and hyperbolic functions of f32 (ExpandTrigonometry.cpp).
void populateTrigonometryPatterns(RewritePatternSet &patterns);

/// Says how many elements an op that divides computes at once, if it does not
/// say so (SideBySide.cpp).
void computeSideBySide(ElementwiseOp op);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_EXPANDMATH_H
