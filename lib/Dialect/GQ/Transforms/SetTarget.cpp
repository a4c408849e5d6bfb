//===- SetTarget.cpp - the GPU that a module is compiled for --------------===//
//
// In:  any module.
// Out: the same with a gq.target, which all later passes look up.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/IR/Views.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::gq {
#define GEN_PASS_DEF_SETTARGETPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

namespace {
struct SetTargetPass : gq::impl::SetTargetPassBase<SetTargetPass> {
  using SetTargetPassBase::SetTargetPassBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    // The first pass of every pipeline.
    if (failed(verifyViews(module)))
      return signalPassFailure();
    const TargetModel *wanted =
        lookupTarget(name.empty() ? StringRef(kDefaultTarget) : name);
    if (!wanted) {
      module.emitError(unknownTarget(name));
      return signalPassFailure();
    }
    if (auto found = module->getAttrOfType<TargetAttr>(kTargetAttr)) {
      // What the module says is obeyed; what somebody asked for in vain must
      // not pass unnoticed.
      if (!name.empty() && found.getModel().name != name)
        module.emitWarning("has gq.target ")
            << found << ", which is obeyed; target '" << name
            << "' is not used";
      return report(found.getModel());
    }
    module->setAttr(kTargetAttr, TargetAttr::get(&getContext(), *wanted));
    report(*wanted);
  }

  void report(const TargetModel &target) {
    remarkDecision(getOperation(), "gq-set-target", "target",
                   "compiles for " + target.name + " (" + target.chip + "), " +
                       Twine(target.multiprocessors) + " multiprocessors, " +
                       Twine(target.memoryRate) + " GB/s, " +
                       Twine(target.fp8Rate) + " TFLOP/s of FP8");
  }
};
} // namespace
