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
#include "ShareInRole.h"
#include "ShareLoads.h"
#include "StepsInTurn.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Strategy/Matmul.h"
#include "gq/Support/Remarks.h"
#include "gq/Target/Target.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
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

/// Sums of rows are those of one role.
static LogicalResult refuseRowSums(TileLoopOp loop, StringRef what) {
  WalkResult result = loop.walk([&](AddRowSumsOp sums) {
    sums.emitOpError("is beside a product with ")
        << what << ", expects one math role for zero points";
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// Who fills and consumes `ring`, and how many arrivals that makes.
static void nameRoles(RingCreateOp ring, RoleOp fill, RoleOp math) {
  Builder b(ring.getContext());
  ring.setFilledByAttr(b.getStrArrayAttr({fill.getName()}));
  ring.setFullArrivals(fill.getArrivals());
  ring.setConsumedByAttr(b.getStrArrayAttr({math.getName()}));
  ring.setEmptyArrivals(math.getArrivals());
  gq::remarkDecision(ring, kPass, "arrivals",
                     "a slot is empty after " + Twine(math.getArrivals()) +
                         " arrivals, one of each warp of role " +
                         math.getName());
}

namespace {
/// Roles beside one another, each with its slice of a tile loop, which they
/// replace.
class RoleMaker {
public:
  RoleMaker(TileLoopOp loop, const gq::MatmulConfig &config)
      : loop(loop), b(loop),
        // None are given where gq-select-config has not been.
        registers(gq::strategy::registersOf(gq::getTarget(loop), config)) {
    roles = WarpSpecializeOp::create(b, loop.getLoc());
    b.createBlock(&roles.getBody());
    loop.walk([&](TmaLoadOp) { tma = true; });
    loop.walk([&](CopyLoadOp copy) {
      copies = true;
      operands |= copy.getTileType().getSwizzle() != 0;
    });
  }

  /// `map` has the rings of this role.
  RoleOp addMath(StringRef name, int64_t groups, const IRMapping &map,
                 llvm::function_ref<bool(Operation *)> performs = isMath) {
    return add(name, RoleKind::Math, groups, kGroupWarps, registers[1],
               performs, map);
  }
  static bool isMath(Operation *op) {
    return isa<WaitOp, ReleaseOp, StoreOp, SumOverPeersOp, MaxOverPeersOp,
               CombinePartsOp>(op);
  }

  /// One of `roles` that fill.
  RoleOp addFill(StringRef name, const IRMapping &map, int64_t roles = 1,
                 llvm::function_ref<bool(Operation *)> performs = isFill) {
    // One warp for each way that loads travel: gq-split-copies parts them. Of
    // operands there is much to copy, for all warps that there are.
    int64_t warps = operands ? kGroupWarps / roles : tma && copies ? 2 : 1;
    return add(name, RoleKind::Fill, /*groups=*/1, warps, registers[0],
               performs, map);
  }

  WarpSpecializeOp finish(KernelOp kernel) {
    b.setInsertionPointToEnd(&roles.getBody().front());
    YieldOp::create(b, loop.getLoc());
    loop.erase();
    kernel.setThreads(roles.getThreads());
    if (!kernel.getCluster())
      kernel.setCluster(1);
    return roles;
  }

private:
  RoleOp add(StringRef name, RoleKind kind, int64_t groups, int64_t warps,
             int64_t registers, llvm::function_ref<bool(Operation *)> performs,
             IRMapping map) {
    b.setInsertionPointToEnd(&roles.getBody().front());
    auto role =
        RoleOp::create(b, loop.getLoc(), name, kind, groups, warps, registers);
    b.setInsertionPointToEnd(&role.getBody().front());
    RoleSlice(loop.getOperation(), performs).clone(b, map);
    YieldOp::create(b, loop.getLoc());
    return role;
  }

  TileLoopOp loop;
  OpBuilder b;
  std::array<int64_t, 2> registers;
  WarpSpecializeOp roles;
  bool tma = false, copies = false, operands = false;
};
} // namespace

/// Around the stores of a tile by `role`: a slot of `order`, which holds
/// nothing, is taken before and given on after them.
static void storeWith(RingCreateOp order, Value start, RoleOp role) {
  bool fills = order.isFilledBy(role.getName());
  for (auto loop :
       llvm::make_early_inc_range(role.getBody().getOps<TileLoopOp>())) {
    SmallVector<Operation *> stores;
    loop.walk([&](StoreOp store) {
      stores.push_back(loop.getBody().front().findAncestorOpInBlock(*store));
    });
    if (stores.empty())
      continue;
    IRRewriter rewriter(role.getContext());
    Location loc = stores.front()->getLoc();
    (void)loop.replaceWithAdditionalYields(
        rewriter, start, /*replaceInitOperandUsesInLoop=*/false,
        [&](OpBuilder &, Location, ArrayRef<BlockArgument> carried) {
          Value ring = order.getRing(), cursor = carried.front(), slot;
          OpBuilder b(stores.front());
          Type slotType = SlotType::get(b.getContext());
          if (fills)
            slot = AcquireOp::create(b, loc, slotType, ring, cursor);
          else
            slot = WaitOp::create(b, loc, slotType, ring, cursor,
                                  /*when=*/Value());
          b.setInsertionPointAfter(stores.back());
          if (fills)
            CommitOp::create(b, loc, ring, slot);
          else
            ReleaseOp::create(b, loc, ring, slot);
          return SmallVector<Value>{
              AdvanceOp::create(b, loc, cursor.getType(), ring, cursor)};
        });
  }
}

/// Tiles are stored in their order: `second` waits for `first`, which waits for
/// the tile of `second` before.
static void storeInTurn(WarpSpecializeOp roles, RoleOp first, RoleOp second) {
  OpBuilder b(roles);
  Location loc = roles.getLoc();
  auto order = RingCreateOp::create(
      b, loc, RingType::get(b.getContext(), /*stages=*/1, {}), /*bytes=*/0);
  order.setFilledByAttr(b.getStrArrayAttr({first.getName()}));
  order.setFullArrivals(first.getArrivals());
  order.setConsumedByAttr(b.getStrArrayAttr({second.getName()}));
  order.setEmptyArrivals(second.getArrivals());
  Value start = CursorOp::create(b, loc, CursorType::get(b.getContext()));
  storeWith(order, start, first);
  storeWith(order, start, second);
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
      if (config->kGroups > 1)
        return alternate(kernel, loop, *config);
      return cooperate(kernel, loop, *config);
    case gq::Schedule::StreamK: // gq-stream-k has cut the tiles
      return cooperate(kernel, loop, *config);
    case gq::Schedule::PingPong:
      return takeTurns(kernel, loop, *config);
    }
    llvm_unreachable("all schedules are handled");
  }

  /// All math groups work on one tile; one role fills all rings.
  static LogicalResult cooperate(KernelOp kernel, TileLoopOp loop,
                                 const gq::MatmulConfig &config) {
    FailureOr<llvm::SetVector<RingCreateOp>> rings = ringsOf(loop);
    if (failed(rings))
      return failure();
    FailureOr<SmallVector<Value>> shared = shareLoads(loop);
    if (failed(shared))
      return failure();
    // Of values that math groups have found out together.
    SmallVector<RingCreateOp> own;
    FailureOr<TileLoopOp> wider = shareSums(loop, own);
    if (succeeded(wider))
      wider =
          shareMaxima(*wider, config.productsAcross(config.mathGroups), own);
    if (failed(wider))
      return failure();
    RoleMaker maker(*wider, config);
    IRMapping map;
    auto isOwn = [&](Operation *op) {
      return llvm::any_of(own, [&](RingCreateOp ring) {
        return llvm::is_contained(op->getOperands(), ring.getRing());
      });
    };
    RoleOp math =
        maker.addMath("math", config.mathGroups, map, [&](Operation *op) {
          return RoleMaker::isMath(op) ||
                 (isa<AcquireOp, PutSumsOp, PutMaximaOp, CommitOp>(op) &&
                  isOwn(op));
        });
    RoleOp fill = maker.addFill("fill", map, /*roles=*/1, [&](Operation *op) {
      return isFill(op) && !isOwn(op);
    });
    WarpSpecializeOp roles = maker.finish(kernel);
    for (RingCreateOp ring : own)
      nameRoles(ring, math, math);
    for (RingCreateOp ring : *rings) {
      nameRoles(ring, fill, math);
      if (llvm::is_contained(*shared, ring.getRing()))
        shareRing(ring, kernel.getPeers());
    }
    if (!shared->empty())
      meetAround(roles);
    gq::remarkDecision(roles, kPass, "roles",
                       Twine(config.mathGroups) + " groups of role math with " +
                           Twine(math.getRegisters()) +
                           " registers and role fill with " +
                           Twine(fill.getRegisters()) + ", " +
                           Twine(roles.getThreads()) + " threads");
    return success();
  }

  /// A math role for each group, which take the steps of a tile in turn, and
  /// have a ring and a role that fills each. The second one puts its sum into a
  /// slot of a ring for the first one, which goes on with both.
  static LogicalResult alternate(KernelOp kernel, TileLoopOp loop,
                                 const gq::MatmulConfig &config) {
    constexpr int64_t kTurns = 2;
    if (config.kGroups != kTurns || config.mathGroups != kTurns)
      return loop.emitOpError("has a product with k_groups = ")
             << config.kGroups << ", expects " << kTurns << " and as many math "
             << "groups, got " << config.mathGroups;
    FailureOr<llvm::SetVector<RingCreateOp>> rings = ringsOf(loop);
    FailureOr<scf::ForOp> steps = stepsOf(loop);
    if (failed(rings) || failed(steps) ||
        failed(refuseRowSums(loop, "k_groups")))
      return failure();
    auto isTile = [](Value value) { return isa<TensorType>(value.getType()); };
    auto sum = llvm::find_if((*steps).getResults(), isTile);
    if (llvm::count_if((*steps).getResults(), isTile) != 1)
      return steps->emitOpError("is over the steps of a product with k_groups, "
                                "expects one sum");
    auto type = cast<RankedTensorType>((*sum).getType());
    OpBuilder b(loop);
    IRMapping maps[kTurns];
    SmallVector<RingCreateOp> second;
    for (RingCreateOp ring : *rings) {
      second.push_back(cast<RingCreateOp>(b.clone(*ring)));
      maps[1].map(ring.getRing(), second.back().getRing());
    }
    auto sums = RingCreateOp::create(
        b, loop.getLoc(),
        RingType::get(b.getContext(), /*stages=*/1,
                      TileType::get(b.getContext(), type.getShape(),
                                    type.getElementType())),
        /*bytes=*/0);
    FailureOr<TileLoopOp> wider = handOver(loop, *steps, *sum, sums.getRing());
    if (failed(wider))
      return failure();

    RoleMaker maker(*wider, config);
    Value order = sums.getRing();
    // The first one waits for the sum of the second one.
    auto ofSums = [&](Operation *op) {
      return llvm::is_contained(op->getOperands(), order);
    };
    RoleOp maths[] = {
        maker.addMath("math_0", /*groups=*/1, maps[0]),
        maker.addMath("math_1", /*groups=*/1, maps[1], [&](Operation *op) {
          return ofSums(op) ? isa<AcquireOp, PutOp, CommitOp>(op)
                            : isa<WaitOp, ReleaseOp>(op);
        })};
    auto fills = [&](Operation *op) { return isFill(op) && !ofSums(op); };
    RoleOp filling[] = {maker.addFill("fill_0", maps[0], /*roles=*/2, fills),
                        maker.addFill("fill_1", maps[1], /*roles=*/2, fills)};
    WarpSpecializeOp roles = maker.finish(kernel);
    for (int64_t turn = 0; turn < kTurns; ++turn) {
      takeSteps(maths[turn], turn, kTurns);
      takeSteps(filling[turn], turn, kTurns);
      for (RingCreateOp ring :
           turn == 0 ? rings->getArrayRef() : ArrayRef<RingCreateOp>(second))
        nameRoles(ring, filling[turn], maths[turn]);
    }
    nameRoles(sums, maths[1], maths[0]);
    gq::remarkDecision(
        roles, kPass, "roles",
        "roles math_0 and math_1 take steps in turn, each with " +
            Twine(maths[0].getRegisters()) +
            " registers and a role that fills with " +
            Twine(filling[0].getRegisters()) + ", " +
            Twine(roles.getThreads()) + " threads");
    return success();
  }

  /// Each math group has tiles of its own, in turn, which come through rings of
  /// its own from a role of its own: one that filled for both would stand still
  /// with the group that stores, and soon the other group as well. They store
  /// one after the other, so that only one does at a time and the other has the
  /// tensor cores for itself.
  static LogicalResult takeTurns(KernelOp kernel, TileLoopOp loop,
                                 const gq::MatmulConfig &config) {
    constexpr int64_t kTurns = 2;
    if (config.mathGroups != kTurns)
      return loop.emitOpError(
                 "has a product with schedule = pingpong, expects ")
             << kTurns << " math groups, got " << config.mathGroups;
    if (int64_t peers = kernel.getPeers(); peers > 1)
      return loop.emitOpError("has a product with schedule = pingpong, expects "
                              "no cluster, got one of ")
             << peers << " thread blocks";
    if (!loop.getPersistent())
      return loop.emitOpError("has a product with schedule = pingpong, expects "
                              "to be persistent");
    FailureOr<llvm::SetVector<RingCreateOp>> rings = ringsOf(loop);
    if (failed(rings) || failed(refuseRowSums(loop, "schedule = pingpong")))
      return failure();
    for (StoreOp store : loop.getOps<StoreOp>())
      if (store.getDeferred())
        return store.emitOpError("is deferred into the next tile, which with "
                                 "schedule = pingpong is another group's");
    SmallVector<SmallVector<RingCreateOp>> ringsOfTurn;
    OpBuilder b(loop);
    IRMapping maps[kTurns];
    for (IRMapping &map : maps) {
      SmallVector<RingCreateOp> &own = ringsOfTurn.emplace_back();
      for (RingCreateOp ring : *rings) {
        own.push_back(&map == maps ? ring : cast<RingCreateOp>(b.clone(*ring)));
        map.map(ring.getRing(), own.back().getRing());
      }
    }
    RoleMaker maker(loop, config);
    SmallVector<RoleOp> maths, fills;
    auto takeTurn = [&](RoleOp role, int64_t turn) {
      for (auto tiles : role.getBody().getOps<TileLoopOp>()) {
        tiles.setTurn(turn);
        tiles.setTurns(kTurns);
      }
      return role;
    };
    auto named = [](StringRef name, int64_t turn) {
      return (name + "_" + Twine(turn)).str();
    };
    for (int64_t turn = 0; turn < kTurns; ++turn)
      maths.push_back(takeTurn(
          maker.addMath(named("math", turn), /*groups=*/1, maps[turn]), turn));
    for (int64_t turn = 0; turn < kTurns; ++turn)
      fills.push_back(takeTurn(
          maker.addFill(named("fill", turn), maps[turn], kTurns), turn));
    WarpSpecializeOp roles = maker.finish(kernel);
    for (auto [own, fill, math] : llvm::zip(ringsOfTurn, fills, maths))
      for (RingCreateOp ring : own)
        nameRoles(ring, fill, math);
    storeInTurn(roles, maths.front(), maths.back());
    gq::remarkDecision(
        roles, kPass, "roles",
        "roles math_0 and math_1 take tiles in turn, each with " +
            Twine(maths.front().getRegisters()) +
            " registers and a role that fills with " +
            Twine(fills.front().getRegisters()) + ", " +
            Twine(roles.getThreads()) + " threads");
    return success();
  }
};
} // namespace
