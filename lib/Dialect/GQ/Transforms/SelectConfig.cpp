//===- SelectConfig.cpp - the strategy of each kernel ---------------------===//
//
// In:  gq ops with or without a config.
// Out: each has one that the target can run. What is chosen, and why, is
//      decided in lib/Strategy; OpShapes.cpp translates.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"

namespace mlir::gq {
#define GEN_PASS_DEF_SELECTCONFIGPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

namespace {
struct SelectConfigPass : gq::impl::SelectConfigPassBase<SelectConfigPass> {
  using SelectConfigPassBase::SelectConfigPassBase;

  void runOnOperation() override {
    const TargetModel &target = getTarget(getOperation());
    WalkResult result =
        getOperation()->walk([&](BlockOpInterface op) -> WalkResult {
          if (op.getKernelWord().empty())
            return success();
          if (failed(op.requireTensors()))
            return failure();
          // With an origin, tiles of elements do not start at blocks.
          if (!op.isSum() && !op.getStrategy() && !op.getOrigin().empty())
            return success();
          return select(op, target);
        });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
