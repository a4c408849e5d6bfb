//===- MarkDependent.cpp - which launches begin early ---------------------===//
//
// In:  launches of functions that say gq.dependent_launch.
// Out: those with one of the function in front of them, or with "callers" all,
//      are dependent; what is gq.constant of the function is so in the kernels.
//
// With "within" the first launch begins when all before the function has ended,
// so that kernels of two calls never run side by side.
//
//===----------------------------------------------------------------------===//
#include "HostLaunches.h"
#include "gq/Dialect/GQGPU/IR/Dependency.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/DependentLaunch.h"
#include "gq/Support/Remarks.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_MARKDEPENDENTPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;
using gq::DependentLaunch;

namespace {
struct MarkDependentPass
    : gqgpu::impl::MarkDependentPassBase<MarkDependentPass> {
  using MarkDependentPassBase::MarkDependentPassBase;

  void runOnOperation() override {
    std::optional<DependentLaunch> wanted = gq::parseDependentLaunch(launch);
    if (!wanted) {
      getOperation().emitError("expects a dependent-launch of none, within or "
                               "callers, got '")
          << launch << "'";
      return signalPassFailure();
    }
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      DependentLaunch how = gq::dependentLaunchOf(function, *wanted);
      if (how != DependentLaunch::None)
        mark(function, how);
    }
    getOperation().walk([&](LaunchOp op) {
      if (KernelOp kernel = kernelOf(op))
        launchesOf[kernel].push_back(op);
    });
    for (auto &[kernel, launches] : launchesOf)
      markConstants(kernel, launches);
    launchesOf.clear();
  }

  void mark(func::FuncOp function, DependentLaunch how) {
    // What the exporter of the bundle and gq-place-dependency go by.
    function->setAttr(
        gq::kDependentLaunchAttr,
        StringAttr::get(&getContext(), how == DependentLaunch::Callers
                                           ? "callers"
                                           : "within"));
    llvm::SetVector<Operation *> first;
    if (how == DependentLaunch::Within)
      first = firstLaunches(function);
    function.walk([&](LaunchOp op) {
      if (first.contains(op))
        return;
      op.setDependent(true);
      gq::remarkDecision(op, "gq-mark-dependent", "launch",
                         "kernel " +
                             op.getKernelAttr().getLeafReference().getValue() +
                             " begins before the one in front has completed");
    });
  }

  /// A kernel may rely on what holds at all of its launches.
  static void markConstants(KernelOp kernel, ArrayRef<LaunchOp> launches) {
    if (llvm::none_of(launches, [](LaunchOp op) { return op.getDependent(); }))
      return;
    for (unsigned i = 0; i < kernel.getNumArguments(); ++i)
      if (llvm::all_of(launches, [&](LaunchOp op) {
            return i < op.getIns().size() &&
                   isConstantOfFunction(op.getIns()[i]);
          }))
        kernel.setArgAttr(i, gq::kConstantAttr,
                          UnitAttr::get(kernel.getContext()));
  }

  llvm::MapVector<KernelOp, SmallVector<LaunchOp>> launchesOf;
};
} // namespace
