//===- WarpSpecialize.cpp - filling and computing in different warps ------===//
//
// Each role gets the ops it must perform (its effects on rings and memory) and
// whatever those need, its slice of the tile loop. What the roles and their
// rings are is written here, from the config's `schedule`, and nowhere guessed.
//
// Where the thread blocks of a cluster have tiles of their own, so is what they
// do for one another: ShareLoads.cpp.
//
//===----------------------------------------------------------------------===//
#include "RoleSlice.h"
#include "ShareLoads.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Strategy/Matmul.h"
#include "gq/Support/Remarks.h"
#include "gq/Target/Target.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_WARPSPECIALIZEPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-warp-specialize";

/// Everything with effects belongs to one of the roles, and nothing after the
/// loop needs what one role alone would know.
static LogicalResult check(TileLoopOp loop) {
  if (!loop->use_empty())
    return loop.emitOpError("has results that are used after it; the roles "
                            "return none");
  WalkResult result = loop.walk([&](Operation *op) {
    if (isFill(op) || isUse(op) || isOfEachRole(op))
      return WalkResult::advance();
    op->emitOpError("has effects that belong to no role");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// The rings that `loop` fills; failure with an error where that is not known.
static FailureOr<llvm::SetVector<RingCreateOp>> ringsOf(TileLoopOp loop) {
  llvm::SetVector<RingCreateOp> rings;
  WalkResult result = loop.walk([&](AcquireOp acquire) {
    auto ring = acquire.getRing().getDefiningOp<RingCreateOp>();
    if (!ring) {
      acquire.emitOpError("expects the result of a gqgpu.ring_create, on which "
                          "its roles can be written");
      return WalkResult::interrupt();
    }
    if (ring.hasRoles()) {
      ring.emitOpError("names roles, but the kernel has none yet");
      return WalkResult::interrupt();
    }
    rings.insert(ring);
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return rings;
}

namespace {
struct WarpSpecializePass
    : gqgpu::impl::WarpSpecializePassBase<WarpSpecializePass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(),
                             [&](KernelOp kernel) { return run(kernel); })))
      signalPassFailure();
  }

  static LogicalResult run(KernelOp kernel) {
    TileLoopOp loop;
    WalkResult result = kernel.walk([&](TileLoopOp found) {
      bool fills = false;
      found.walk([&](AcquireOp) { fills = true; });
      if (!fills || roleOf(found))
        return WalkResult::advance();
      if (loop || rolesOf(kernel)) {
        found.emitOpError("fills slots besides other loops; expects one tile "
                          "loop that does, in a kernel without roles");
        return WalkResult::interrupt();
      }
      loop = found;
      return WalkResult::advance();
    });
    if (result.wasInterrupted() || (loop && failed(check(loop))))
      return failure();
    if (!loop)
      return success();
    FailureOr<gq::MatmulConfig> config = gq::MatmulConfig();
    loop.walk([&](gq::ScaledMatmulOp op) {
      config = op.requireOneConfig();
      return WalkResult(config);
    });
    if (failed(config))
      return failure();
    // A schedule is a list of roles, and who fills and consumes which ring.
    switch (config->schedule) {
    case gq::Schedule::Cooperative:
      return cooperate(kernel, loop, *config);
    }
    llvm_unreachable("all schedules are handled");
  }

  /// All math groups work on one tile; one role fills all rings.
  static LogicalResult cooperate(KernelOp kernel, TileLoopOp loop,
                                 const gq::MatmulConfig &config) {
    FailureOr<llvm::SetVector<RingCreateOp>> rings = ringsOf(loop);
    if (failed(rings))
      return failure();
    bool tma = false, copies = false;
    loop.walk([&](TmaLoadOp) { tma = true; });
    loop.walk([&](CopyLoadOp) { copies = true; });
    FailureOr<SmallVector<Value>> shared = shareLoads(loop);
    if (failed(shared))
      return failure();
    int64_t groups = config.mathGroups;
    // None are given where gq-select-config has not been.
    auto [fillRegisters, mathRegisters] =
        gq::strategy::registersOf(gq::getTarget(kernel), config);

    OpBuilder b(loop);
    Location loc = loop.getLoc();
    auto roles = WarpSpecializeOp::create(b, loc);
    b.createBlock(&roles.getBody());
    auto addRole = [&](StringRef name, RoleKind kind, int64_t groups,
                       int64_t warps, int64_t registers, auto performs) {
      b.setInsertionPointToEnd(&roles.getBody().front());
      auto role = RoleOp::create(b, loc, name, kind, groups, warps, registers);
      b.setInsertionPointToEnd(&role.getBody().front());
      IRMapping map;
      RoleSlice(loop.getOperation(), performs).clone(b, map);
      YieldOp::create(b, loc);
      return role;
    };
    RoleOp math =
        addRole("math", RoleKind::Math, groups, kGroupWarps, mathRegisters,
                [](Operation *op) {
                  return isa<WaitOp, ReleaseOp, StoreOp, SumOverPeersOp>(op);
                });
    // One warp for each way that loads travel: gq-split-copies parts them.
    RoleOp fill = addRole("fill", RoleKind::Fill, 1, tma && copies ? 2 : 1,
                          fillRegisters, isFill);
    b.setInsertionPointToEnd(&roles.getBody().front());
    YieldOp::create(b, loc);
    loop.erase();
    kernel.setThreads(roles.getThreads());
    if (!kernel.getCluster())
      kernel.setCluster(1);
    for (RingCreateOp ring : *rings) {
      ring.setFilledByAttr(b.getStrArrayAttr({fill.getName()}));
      ring.setFullArrivals(fill.getArrivals());
      ring.setConsumedByAttr(b.getStrArrayAttr({math.getName()}));
      ring.setEmptyArrivals(math.getArrivals());
      gq::remarkDecision(ring, kPass, "arrivals",
                         "a slot is empty after " + Twine(math.getArrivals()) +
                             " arrivals, one of "
                             "each warp of role " +
                             math.getName());
      if (llvm::is_contained(*shared, ring.getRing()))
        shareRing(ring, kernel.getPeers());
    }
    if (!shared->empty())
      meetAround(roles);
    gq::remarkDecision(
        roles, kPass, "roles",
        Twine(groups) + " groups of role math with " + Twine(mathRegisters) +
            " registers and role fill with " + Twine(fillRegisters) + ", " +
            Twine(roles.getThreads()) + " threads");
    return success();
  }
};
} // namespace
