//===- Passes.h - conversions -----------------------------------*- C++ -*-===//
#ifndef GQ_CONVERSION_PASSES_H
#define GQ_CONVERSION_PASSES_H

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
namespace gq {
class GQDialect;
}
namespace linalg {
class LinalgDialect;
}
namespace LLVM {
class LLVMDialect;
}
namespace NVVM {
class NVVMDialect;
}
namespace scf {
class SCFDialect;
}
namespace tensor {
class TensorDialect;
}

#define GEN_PASS_DECL
#include "gq/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "gq/Conversion/Passes.h.inc"

} // namespace mlir

#endif // GQ_CONVERSION_PASSES_H
