//===- GQGPUPitched.cpp - operands with gaps between rows -----------------===//
#include "GQGPUVerify.h"
#include "gq/Dialect/GQGPU/IR/Dependency.h"
#include "gq/Dialect/GQGPU/IR/Pitched.h"
#include "gq/Support/ArgumentNames.h"
#include "gq/Support/PitchedArguments.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlir::gqgpu;

bool mlir::gqgpu::isPitchedArgument(Value memref) {
  auto arg = dyn_cast<BlockArgument>(memref);
  auto kernel =
      arg ? dyn_cast<KernelOp>(arg.getOwner()->getParentOp()) : KernelOp();
  return kernel && kernel.getArgAttr(arg.getArgNumber(), gq::kPitchedAttr);
}

bool mlir::gqgpu::isPitchedOfFunction(Value tensor) {
  BlockArgument arg = argumentOfFunction(tensor);
  return arg && cast<func::FuncOp>(arg.getOwner()->getParentOp())
                    .getArgAttr(arg.getArgNumber(), gq::kPitchedAttr);
}

LogicalResult mlir::gqgpu::verifyPitched(LaunchOp launch, KernelOp kernel) {
  for (auto [i, operand] : llvm::enumerate(launch->getOperands())) {
    bool pitched = isPitchedOfFunction(operand);
    if (!kernel.getArgAttr(i, gq::kPitchedAttr)) {
      if (pitched)
        return launch.emitOpError("has operand ")
               << i << ", " << gq::describeArgument(argumentOfFunction(operand))
               << " of the function, which is gq.pitched, kernel "
               << launch.getKernelAttr() << " expects rows without gaps";
      continue;
    }
    if (i >= launch.getIns().size())
      return launch.emitOpError("writes operand ")
             << i << ", which kernel " << launch.getKernelAttr()
             << " has as gq.pitched";
    if (!pitched)
      return launch.emitOpError("expects operand ")
             << i << " to be an argument of a function that is gq.pitched, as "
             << "kernel " << launch.getKernelAttr() << " says";
  }
  return success();
}

LogicalResult mlir::gqgpu::verifyPitched(KernelOp kernel) {
  WalkResult result = kernel.walk([&](Operation *op) {
    std::optional<GlobalAccess> access = globalAccessOf(op);
    if (!access || !access->writes || !isPitchedArgument(access->memref))
      return WalkResult::advance();
    op->emitOpError("writes ")
        << describeArgument(access->memref)
        << ", which is gq.pitched; kernels only read such an argument";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}
