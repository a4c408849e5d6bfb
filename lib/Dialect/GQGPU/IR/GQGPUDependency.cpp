//===- GQGPUDependency.cpp - what a kernel has of the one before ----------===//
#include "GQGPUVerify.h"
#include "gq/Dialect/GQGPU/IR/Dependency.h"
#include "gq/Support/DependentLaunch.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::gqgpu;

std::optional<GlobalAccess> mlir::gqgpu::globalAccessOf(Operation *op) {
  if (op->getNumRegions() != 0 || isa<memref::DimOp>(op))
    return std::nullopt;
  std::optional<GlobalAccess> access;
  for (Value operand : op->getOperands())
    if (isa<MemRefType>(operand.getType())) {
      // What is not known to read may write.
      access = GlobalAccess{
          operand,
          !isa<LoadOp, LoadScalarOp, LoadFragmentOp, TmaLoadOp, CopyLoadOp>(
              op)};
      // Of codes and their scales, the one that has to be waited for.
      if (access->writes || !isConstantArgument(operand))
        return access;
    }
  return access;
}

bool mlir::gqgpu::isConstantArgument(Value memref) {
  auto arg = dyn_cast<BlockArgument>(memref);
  auto kernel =
      arg ? dyn_cast<KernelOp>(arg.getOwner()->getParentOp()) : KernelOp();
  return kernel && kernel.getArgAttr(arg.getArgNumber(), gq::kConstantAttr);
}

std::string mlir::gqgpu::describeArgument(Value memref) {
  auto arg = dyn_cast<BlockArgument>(memref);
  if (!arg || !isa<KernelOp>(arg.getOwner()->getParentOp()))
    return "a memref";
  return "argument " + std::to_string(arg.getArgNumber()) + " of the kernel";
}

std::optional<GlobalAccess> mlir::gqgpu::dependentAccessOf(Operation *op) {
  std::optional<GlobalAccess> access = globalAccessOf(op);
  if (access && !access->writes && isConstantArgument(access->memref))
    return std::nullopt;
  return access;
}

bool mlir::gqgpu::runsOnce(Operation *op) {
  return isa<KernelOp, RoleOp>(op->getParentOp());
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

LogicalResult DependencyWaitOp::verify() {
  auto kernel = (*this)->getParentOfType<KernelOp>();
  if (kernel && kernel.getDependent())
    return success();
  return emitOpError("expects a kernel that is dependent, only such a kernel "
                     "begins before the one in front has completed");
}

LogicalResult DependencyTriggerOp::verify() {
  if (failed(verifyWholeBlock(*this)))
    return failure();
  auto kernel = dyn_cast<KernelOp>((*this)->getParentOp());
  if (!kernel)
    return emitOpError("expects to be in the body of a kernel, under no loop "
                       "or branch: all threads run it once");
  auto all = kernel.getBody().getOps<DependencyTriggerOp>();
  if (*all.begin() == *this)
    return success();
  InFlightDiagnostic error = emitOpError("is the second of its kernel");
  error.attachNote((*all.begin()).getLoc()) << "the first";
  return error;
}

LogicalResult PauseOp::verify() {
  constexpr int64_t kLongest = 1000000;
  if (int64_t time = getNanoseconds(); time < 1 || time > kLongest)
    return emitOpError("expects from 1 to ")
           << kLongest << " nanoseconds, got " << time;
  RoleOp role = roleOf(*this);
  auto create = getRing().getDefiningOp<RingCreateOp>();
  if (!role || role.getKind() != RoleKind::Tma || !create ||
      !create.isFilledBy(role.getName()))
    return emitOpError("expects to be in a role of kind tma that fills the "
                       "ring, whose loads it holds back");
  return success();
}

LogicalResult mlir::gqgpu::verifyDependency(KernelOp kernel) {
  if (!kernel.getDependent())
    return success();
  bool waits = kernel.getBody()
                   .walk([](DependencyWaitOp wait) {
                     return runsOnce(wait) ? WalkResult::interrupt()
                                           : WalkResult::advance();
                   })
                   .wasInterrupted();
  if (waits)
    return success();
  return kernel.emitOpError(
      "is dependent, expects a gqgpu.dependency_wait in its body or in that of "
      "a role, under no loop or branch: the kernel behind it counts on its end "
      "to be behind the end of the one in front");
}

BlockArgument mlir::gqgpu::argumentOfFunction(Value tensor) {
  while (auto cast = tensor.getDefiningOp<CastOpInterface>()) {
    if (cast->getNumOperands() != 1)
      return {};
    tensor = cast->getOperand(0);
  }
  auto arg = dyn_cast<BlockArgument>(tensor);
  return arg && arg.getOwner()->isEntryBlock() &&
                 isa<func::FuncOp>(arg.getOwner()->getParentOp())
             ? arg
             : BlockArgument();
}

bool mlir::gqgpu::isConstantOfFunction(Value tensor) {
  BlockArgument arg = argumentOfFunction(tensor);
  return arg && cast<func::FuncOp>(arg.getOwner()->getParentOp())
                    .getArgAttr(arg.getArgNumber(), gq::kConstantAttr);
}

LogicalResult mlir::gqgpu::verifyConstants(LaunchOp launch, KernelOp kernel) {
  for (auto [i, operand] : llvm::enumerate(launch->getOperands())) {
    if (!kernel.getArgAttr(i, gq::kConstantAttr))
      continue;
    if (i >= launch.getIns().size())
      return launch.emitOpError("writes operand ")
             << i << ", which kernel " << launch.getKernelAttr()
             << " has as gq.constant";
    if (!isConstantOfFunction(operand))
      return launch.emitOpError("expects operand ")
             << i << " to be an argument of a function that is gq.constant, as "
             << "kernel " << launch.getKernelAttr() << " says";
  }
  return success();
}
