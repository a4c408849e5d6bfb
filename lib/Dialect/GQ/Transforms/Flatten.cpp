//===- Flatten.cpp - calls and loops of the host --------------------------===//
//
// In:  functions that call others, and loops around what has kernels.
// Out: the callees' ops in their callers, and each iteration's ops one after
//      another: what the other passes see, and fuse, as a whole. Equal ops are
//      one. A private function that nobody calls is gone: it has no kernels and
//      is in no bundle.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::gq {
#define GEN_PASS_DEF_FLATTENPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-flatten";

/// Iterations that are written out: each has launches of its own.
static constexpr int64_t kMostIterations = 256;

/// In a function, in loops and branches there, and not in a kernel.
static bool isOnHost(scf::ForOp loop) {
  Operation *parent = loop->getParentOp();
  while (isa_and_nonnull<scf::ForOp, scf::IfOp>(parent))
    parent = parent->getParentOp();
  return isa_and_nonnull<func::FuncOp>(parent);
}

/// The loop goes around something that has a kernel, or becomes a linalg op
/// that has one, other than a loop over thread blocks that is one.
static bool hasKernels(scf::ForOp loop) {
  WalkResult found = loop.walk([](Operation *op) {
    auto block = dyn_cast<BlockOpInterface>(op);
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    bool tensors =
        (block && block.hasPureTensorSemantics()) ||
        (linalgOp && linalgOp.hasPureTensorSemantics()) ||
        (OpTrait::hasElementwiseMappableTraits(op) &&
         llvm::any_of(op->getResultTypes(), llvm::IsaPred<RankedTensorType>));
    return tensors ? WalkResult::interrupt() : WalkResult::advance();
  });
  return found.wasInterrupted();
}

static std::optional<int64_t> iterationsOf(scf::ForOp loop) {
  std::optional<int64_t> from = getConstantIntValue(loop.getLowerBound()),
                         to = getConstantIntValue(loop.getUpperBound()),
                         step = getConstantIntValue(loop.getStep());
  if (!from || !to || !step || *step <= 0)
    return std::nullopt;
  return *to <= *from ? 0 : llvm::divideCeilSigned(*to - *from, *step);
}

namespace {
struct FlattenPass : gq::impl::FlattenPassBase<FlattenPass> {
  void runOnOperation() override {
    if (failed(inlineCalls()) || failed(run(createSymbolDCEPass())) ||
        failed(unrollLoops()) ||
        // A later pass would do that where results have places of their own.
        failed(run(createCSEPass())))
      signalPassFailure();
  }

  LogicalResult run(std::unique_ptr<Pass> pass) {
    OpPassManager pipeline(ModuleOp::getOperationName());
    pipeline.addPass(std::move(pass));
    return runPipeline(pipeline, getOperation());
  }

  /// By upstream's inliner.
  LogicalResult inlineCalls() {
    ModuleOp module = getOperation();
    if (!callOfFunction(module))
      return success();
    if (failed(run(createInlinerPass({}, [](OpPassManager &) {}))))
      return failure();
    if (func::CallOp call = callOfFunction(module))
      return call.emitOpError("could not be inlined: expects a callee that "
                              "does not call itself, got @")
             << call.getCallee();
    return success();
  }

  /// A call of a function that has a body; or null.
  static func::CallOp callOfFunction(ModuleOp module) {
    SymbolTableCollection symbols;
    func::CallOp found;
    module.walk([&](func::CallOp call) {
      auto callee = symbols.lookupNearestSymbolFrom<func::FuncOp>(
          call, call.getCalleeAttr());
      if (callee && !callee.isExternal())
        found = call;
      return found ? WalkResult::interrupt() : WalkResult::advance();
    });
    return found;
  }

  /// Inner loops first.
  LogicalResult unrollLoops() {
    SmallVector<scf::ForOp> loops;
    getOperation()->walk([&](scf::ForOp loop) {
      if (isOnHost(loop) && hasKernels(loop))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops) {
      std::optional<int64_t> iterations = iterationsOf(loop);
      if (!iterations || *iterations > kMostIterations) {
        InFlightDiagnostic diag = loop.emitOpError(
            "is around ops that have kernels; expects a static number of at "
            "most ");
        diag << kMostIterations << " iterations, which are written out, got ";
        if (iterations)
          return diag << *iterations;
        return diag << "one that is not known";
      }
      gq::remarkDecision(loop, kPass, "loop",
                         Twine(*iterations) +
                             " iterations are written out, each with launches "
                             "of its own");
      if (*iterations == 0) {
        loop.replaceAllUsesWith(loop.getInits());
        loop.erase();
      } else if (failed(loopUnrollFull(loop))) {
        return loop.emitOpError("could not be unrolled");
      }
    }
    return success();
  }
};
} // namespace
