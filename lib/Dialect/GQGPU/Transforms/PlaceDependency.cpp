//===- PlaceDependency.cpp - where a kernel waits for the one in front ----===//
//
// In:  launches that are dependent.
// Out: their kernels are dependent too and wait: in front of the first access
//      to global memory in the body of the kernel, or in each role that has
//      one; kernels in front of them trigger, first of all.
//
// What comes before the wait runs beside the kernel in front: barriers are
// initialised, tensor maps fetched, thread blocks of a cluster meet, registers
// move between roles, constants are loaded. A trigger tells nothing of memory,
// the wait behind it does, so the earliest place is right: what is launched
// early takes what room the GPU has left.
//
//===----------------------------------------------------------------------===//
#include "HostLaunches.h"
#include "gq/Dialect/GQGPU/IR/Dependency.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/DependentLaunch.h"
#include "gq/Support/Remarks.h"
#include "llvm/ADT/StringExtras.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_PLACEDEPENDENCYPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-place-dependency";

/// `op`, or something in it, has to wait.
static bool hasToWait(Operation *op) {
  return op
      ->walk([](Operation *inner) {
        return dependentAccessOf(inner) ? WalkResult::interrupt()
                                        : WalkResult::advance();
      })
      .wasInterrupted();
}

/// A wait in front of the first op of `block` that has to, if there is one.
static bool placeIn(Block &block) {
  auto first =
      llvm::find_if(block, [](Operation &op) { return hasToWait(&op); });
  if (first == block.end())
    return false;
  OpBuilder b(&*first);
  DependencyWaitOp::create(b, first->getLoc());
  return true;
}

static void placeWaits(KernelOp kernel) {
  Block &body = kernel.getBody().front();
  SmallVector<StringRef> where;
  bool placed = false;
  if (WarpSpecializeOp roles = rolesOf(kernel);
      roles && llvm::none_of(body, [&](Operation &op) {
        return &op != roles && hasToWait(&op);
      })) {
    for (RoleOp role : roles.getRoles())
      if (placeIn(role.getBody().front()))
        where.push_back(role.getName());
    placed = !where.empty();
  } else {
    placed = placeIn(body);
  }
  // Its end says that what is in front has ended too, whatever it does.
  if (!placed) {
    OpBuilder b(body.getTerminator());
    DependencyWaitOp::create(b, kernel.getLoc());
  }
  kernel.setDependent(true);
  gq::remarkDecision(kernel, kPass, "wait",
                     where.empty()
                         ? Twine("all threads wait")
                         : "these roles wait: " + llvm::join(where, ", "));
}

namespace {
struct PlaceDependencyPass
    : gqgpu::impl::PlaceDependencyPassBase<PlaceDependencyPass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      function.walk([](LaunchOp launch) {
        KernelOp kernel = kernelOf(launch);
        if (launch.getDependent() && kernel && !kernel.getDependent())
          placeWaits(kernel);
      });
      bool callers =
          gq::dependentLaunchOf(function) == gq::DependentLaunch::Callers;
      for (Operation *op : launchesBeforeDependent(function, callers))
        if (KernelOp kernel = kernelOf(cast<LaunchOp>(op)))
          placeTrigger(kernel);
    }
  }

  static void placeTrigger(KernelOp kernel) {
    if (!kernel.getBody().getOps<DependencyTriggerOp>().empty())
      return;
    auto b = OpBuilder::atBlockBegin(&kernel.getBody().front());
    DependencyTriggerOp::create(b, kernel.getLoc());
    gq::remarkDecision(kernel, kPass, "trigger",
                       "the kernel behind may begin when all thread blocks of "
                       "this one run");
  }
};
} // namespace
