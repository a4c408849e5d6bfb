//===- Passes.h - passes on the gq dialect ----------------------*- C++ -*-===//
#ifndef GQ_DIALECT_GQ_TRANSFORMS_PASSES_H
#define GQ_DIALECT_GQ_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
namespace affine {
class AffineDialect;
}
namespace arith {
class ArithDialect;
}
namespace cf {
class ControlFlowDialect;
}
namespace func {
class FuncOp;
}
namespace gpu {
class GPUDialect;
}
namespace linalg {
class LinalgDialect;
}
namespace math {
class MathDialect;
}
namespace scf {
class SCFDialect;
}
namespace tensor {
class TensorDialect;
}
class RewritePatternSet;

namespace gqgpu {
class GQGPUDialect;
}

namespace gq {
class GQDialect;

#define GEN_PASS_DECL
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"

/// What gq-expand applies; `quantize` also splits gq.quantize.
void populateExpandPatterns(RewritePatternSet &patterns, bool quantize);

/// What gq-fuse-quantize applies.
void populateFuseQuantizePatterns(RewritePatternSet &patterns);

#define GEN_PASS_REGISTRATION
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"

} // namespace gq
} // namespace mlir

#endif // GQ_DIALECT_GQ_TRANSFORMS_PASSES_H
