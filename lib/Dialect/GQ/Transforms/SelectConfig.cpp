//===- SelectConfig.cpp - the strategy of each kernel ---------------------===//
//
// In:  gq ops with or without a config.
// Out: each has one that the target can run. What is chosen, and why, is
//      decided in lib/Strategy; OpShapes.cpp translates.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "OuterLoops.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Dialect/GQ/Transforms/TunedConfigs.h"
#include "gq/Support/Remarks.h"
#include "llvm/ADT/StringExtras.h"

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
    if (maxVariants < 1 || maxVariants > kMostVariants) {
      getOperation()->emitError("expects max-variants from 1 to ")
          << kMostVariants << ", got " << maxVariants.getValue();
      return signalPassFailure();
    }
    std::optional<Schedule> wanted;
    if (!schedule.empty()) {
      llvm::ArrayRef<llvm::StringLiteral> words = KeyWords<Schedule>::words;
      const auto *word = llvm::find(words, schedule.getValue());
      if (word == words.end()) {
        getOperation()->emitError("expects schedule to be one of [")
            << llvm::join(words, ", ") << "], got '" << schedule.getValue()
            << "'";
        return signalPassFailure();
      }
      wanted = static_cast<Schedule>(word - words.begin());
    }
    FailureOr<TunedConfigs> table = TunedConfigs();
    if (!tuned.empty())
      table = TunedConfigs::read(getOperation()->getLoc(), tuned);
    if (failed(table))
      return signalPassFailure();
    // A choice may cut the elementwise ops behind an op in two.
    SmallVector<BlockOpInterface> ops;
    getOperation()->walk([&](BlockOpInterface op) { ops.push_back(op); });
    DenseSet<Operation *> chosen;
    std::function<LogicalResult(BlockOpInterface)> choose =
        [&](BlockOpInterface op) -> LogicalResult {
      if (op.getKernelWord().empty() || !chosen.insert(op).second)
        return success();
      // What is left of an op that was tiled, and of those that it took along.
      if (op.hasPureTensorSemantics() && isInTiles(op))
        return success();
      // Whether it needs a config is decided with that of the product that may
      // take it along.
      if (BlockOpInterface taker =
              op.isSum() ? dualTakerOf(op) : BlockOpInterface()) {
        if (failed(choose(taker)))
          return failure();
        if (alwaysTakesDual(taker)) {
          if (!op.getStrategy())
            return success();
          op->emitOpError("has a config, expects none: it is computed in the "
                          "tiles of another product")
                  .attachNote(taker->getLoc())
              << "the other product, with dual = true";
          return failure();
        }
      }
      if (auto decode = dyn_cast<DequantizeOp>(op.getOperation()))
        if (BlockOpInterface product = productOf(decode)) {
          if (failed(choose(product)))
            return failure();
          if (alwaysTakesDequantize(product)) {
            remarkDecision(op, "gq-select-config", "decode",
                           "is decoded by the product that reads it, on the "
                           "way to shared memory");
            return success();
          }
        }
      if (failed(op.requireTensors()))
        return failure();
      // In a loop that is not over thread blocks: another one has chosen.
      if (op.getStrategy() && !isOnHost(op) && !getOuterLoop(op))
        return success();
      // With an origin, tiles of elements do not start at blocks.
      if (!op.isSum() && !op.getStrategy() && !op.getOrigin().empty())
        return success();
      if (auto product = dyn_cast<ScaledMatmulOp>(op.getOperation());
          product && batchInvariant)
        product.setBatchInvariant(true);
      return select(op, target, maxVariants, tuned.empty() ? nullptr : &*table,
                    wanted);
    };
    for (BlockOpInterface op : ops)
      if (failed(choose(op)))
        return signalPassFailure();
  }
};
} // namespace
