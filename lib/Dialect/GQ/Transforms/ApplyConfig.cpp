//===- ApplyConfig.cpp - ops as their config wants them -------------------===//
//
// In:  gq ops with a config.
// Out: the ops that the config asks for, each with one that says only how it is
//      tiled and launched (StrategyAttrInterface::getRewriting is empty).
//
//===----------------------------------------------------------------------===//
#include "ConfigRewrites.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"

namespace mlir::gq {
#define GEN_PASS_DEF_APPLYCONFIGPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

namespace {
struct ApplyConfigPass : gq::impl::ApplyConfigPassBase<ApplyConfigPass> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    for (ConfigRewrite rewrite : kConfigRewrites) {
      SmallVector<BlockOpInterface> ops;
      getOperation()->walk([&](BlockOpInterface op) {
        if (op.getStrategy())
          ops.push_back(op);
      });
      for (BlockOpInterface op : ops) {
        rewriter.setInsertionPoint(op);
        FailureOr<bool> rewritten = rewrite(rewriter, op);
        if (failed(rewritten))
          return signalPassFailure();
        numRewritten += *rewritten;
      }
    }
  }
};
} // namespace
