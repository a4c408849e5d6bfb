//===- SelectConfig.cpp - the strategy of each kernel ---------------------===//
//
// In:  gq ops with or without a config.
// Out: each has one that the target can run. What is chosen, and why, is
//      decided in lib/Strategy; Choices.cpp translates.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "llvm/ADT/TypeSwitch.h"

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
    WalkResult result = getOperation()->walk([&](Operation *op) {
      if (auto block = dyn_cast<BlockOpInterface>(op);
          block && !block.getKernelWord().empty() &&
          failed(block.requireTensors()))
        return WalkResult::interrupt();
      return TypeSwitch<Operation *, WalkResult>(op)
          .Case<ScaledMatmulOp, QuantizeOp, BlockAbsmaxOp>(
              [&](auto typed) { return select(typed, target); })
          .Case([&](ScaledCastOp cast) -> WalkResult {
            // With an origin, tiles do not start at blocks.
            bool fixed = cast.getConfig() || cast.getOrigin().empty();
            return fixed ? select(cast, target) : success();
          })
          .Default(WalkResult::advance());
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
