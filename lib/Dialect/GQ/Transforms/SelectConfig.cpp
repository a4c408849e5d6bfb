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
    const TargetModel *target = getTargetModel(chip);
    if (!target) {
      getOperation()->emitError("unknown chip '")
          << chip << "', expects sm_90a";
      return signalPassFailure();
    }
    WalkResult result = getOperation()->walk([&](Operation *op) {
      return TypeSwitch<Operation *, WalkResult>(op)
          .Case<ScaledMatmulOp, QuantizeOp>(
              [&](auto typed) { return select(typed, *target); })
          .Case([&](BlockAbsmaxOp absmax) -> WalkResult {
            return absmax.hasPureTensorSemantics() ? select(absmax, *target)
                                                   : success();
          })
          .Case([&](ScaledCastOp cast) -> WalkResult {
            // With an origin, tiles do not start at blocks.
            bool fixed = cast.getConfig() || cast.getOrigin().empty();
            return cast.hasPureTensorSemantics() && fixed
                       ? select(cast, *target)
                       : success();
          })
          .Default(WalkResult::advance());
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
