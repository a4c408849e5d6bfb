//===- HostOps.cpp - what no kernel computes ------------------------------===//
#include "gq/Dialect/GQ/Transforms/HostOps.h"
#include "Branches.h"
#include "OuterLoops.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::gq;

/// Ops of upstream's that compute elements, or are gq's.
static bool computesTensors(Operation *op) {
  if (isa<linalg::LinalgOp, BlockOpInterface>(op))
    return true;
  return OpTrait::hasElementwiseMappableTraits(op) &&
         llvm::any_of(op->getResultTypes(), llvm::IsaPred<TensorType>);
}

SmallVector<Operation *> mlir::gq::computedOnHost(Operation *root) {
  SmallVector<Operation *> found;
  root->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa<gpu::GPUModuleOp, gqgpu::KernelOp>(op))
      return WalkResult::skip();
    if (computesTensors(op) && !isOpTriviallyDead(op)) {
      found.push_back(op);
      return WalkResult::skip();
    }
    return WalkResult::advance();
  });
  return found;
}

/// Why `op`, which is no elementwise op of linalg, has no kernel.
static std::string refuseKernel(Operation *op) {
  if (!isOnHost(op) && !getOuterLoop(op))
    return ("is in '" + op->getParentOp()->getName().getStringRef() +
            "', expects to be in a function, in an scf.if there or in a loop "
            "over thread blocks")
        .str();
  return "no pass made one";
}

LogicalResult mlir::gq::requireKernels(ModuleOp module) {
  for (Operation *op : computedOnHost(module)) {
    std::string refusal;
    if (isa<linalg::LinalgOp>(op)) {
      std::optional<std::string> why = refuseElementwiseKernel(op);
      if (!why) // its tensor is that of something else, which the exporter says
        continue;
      refusal = *why;
    } else {
      refusal = refuseKernel(op);
    }
    return op->emitOpError("has no kernel: ") << refusal;
  }
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    bool launches =
        function.walk([](gqgpu::LaunchOp) { return WalkResult::interrupt(); })
            .wasInterrupted();
    if (!launches)
      return function.emitError()
             << "function @" << function.getSymName()
             << " launches no kernel, of which code is made; a function that "
                "is not meant to be called from outside is private";
  }
  return success();
}
