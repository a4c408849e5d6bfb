//===- VerifyProtocolPass.cpp - the ring protocol, checked statically -----===//
#include "Protocol.h"
#include "gq/Dialect/GQGPU/Protocol/Budgets.h"
#include "gq/Dialect/GQGPU/Protocol/Extents.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_VERIFYPROTOCOLPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
struct VerifyProtocolPass
    : gqgpu::impl::VerifyProtocolPassBase<VerifyProtocolPass> {
  void runOnOperation() override {
    bool wrong = false;
    getOperation()->walk([&](KernelOp kernel) {
      bool bad = false;
      for (auto check :
           {verifySlots, verifyFills, verifyCursors, verifyFragments,
            verifyRings, verifyCounts, verifyStarts, verifyRoles, verifyTurns,
            verifyClusters, verifyInboxes, verifyPartsOfTiles,
            verifyDependencies, verifySharedMemory, verifyThreads,
            verifyBudgets, verifyExtents})
        bad |= failed(check(kernel));
      // Goes through what the others have found right, one by one.
      wrong |= bad || failed(verifyReplay(kernel));
    });
    if (wrong)
      return signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
