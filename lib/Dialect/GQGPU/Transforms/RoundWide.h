//===- RoundWide.h - roundings to bf16 that stay in f32 ---------*- C++ -*-===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_ROUNDWIDE_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_ROUNDWIDE_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gqgpu {

/// What is rounded to bf16 for a quantisation alone has the bits of a bf16 in
/// an f32; where it is rounded for maxima alone, these are rounded.
void populateRoundWidePatterns(RewritePatternSet &patterns);

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_ROUNDWIDE_H
