//===- HostOps.cpp - what no kernel computes ------------------------------===//
#include "gq/Dialect/GQ/Transforms/HostOps.h"
#include "Branches.h"
#include "OuterLoops.h"
#include "RaiseMatmuls.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

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

/// The same of an op of linalg; nothing if its kernel stores to a tensor of
/// something else, of which the exporter speaks.
static std::optional<std::string> refuseLinalg(linalg::LinalgOp op) {
  if (getElementwise(op))
    return refuseElementwiseKernel(op);
  if (linalg::isaContractionOpInterface(op))
    if (std::optional<std::string> why = refuseMatmul(op))
      return "it " + *why;
  if (isa<linalg::TransposeOp>(op))
    return "expects a transpose of a matrix, got one of rank " +
           std::to_string(op.getNumLoops());
  if (op.getNumReductionLoops() > 0)
    return "expects a product of two matrices, or a reduction of a matrix by "
           "one op of arith, along rows, columns or all of it";
  return refuseElementwiseKernel(op);
}

/// An op in `function` whose result is a tensor with elements that it makes.
static Operation *findComputing(func::FuncOp function) {
  Operation *found = nullptr;
  function.walk([&](Operation *op) {
    if (isa<tensor::EmptyOp, tensor::CastOp, tensor::ExtractSliceOp,
            tensor::InsertSliceOp, OffsetSizeAndStrideOpInterface,
            tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op) ||
        op->hasTrait<OpTrait::ConstantLike>() || op->getNumRegions() > 1 ||
        isa<LoopLikeOpInterface>(op))
      return WalkResult::advance();
    if (llvm::none_of(op->getResultTypes(), llvm::IsaPred<TensorType>))
      return WalkResult::advance();
    found = op;
    return WalkResult::interrupt();
  });
  return found;
}

LogicalResult mlir::gq::requireKernels(ModuleOp module) {
  for (Operation *op : computedOnHost(module)) {
    std::optional<std::string> refusal = refuseKernel(op);
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
      refusal = refuseLinalg(linalgOp);
    if (refusal)
      return op->emitOpError("has no kernel: ") << *refusal;
  }
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isExternal())
      continue;
    bool launches =
        function.walk([](gqgpu::LaunchOp) { return WalkResult::interrupt(); })
            .wasInterrupted();
    if (launches)
      continue;
    if (Operation *op = findComputing(function))
      return op->emitOpError("has no kernel: expects ops of gq, linalg, arith "
                             "or math on tensors");
    return function.emitError()
           << "function @" << function.getSymName()
           << " launches no kernel, of which code is made; a function that "
              "is not meant to be called from outside is private";
  }
  return success();
}
