//===- ExpandPeerSums.cpp - sums over a cluster, step by step -------------===//
//
// The parts go through shared memory: each thread block writes what others
// store of its part into their inboxes, and adds up what has come to its own.
// It offers that first thing in a tile, when it has read what was in there: the
// parts are wanted much later, and by then all know.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_EXPANDPEERSUMSPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
class Expansion {
public:
  Expansion(KernelOp kernel, WarpSpecializeOp roles)
      : kernel(kernel), roles(roles), b(kernel.getContext()) {}

  /// The sums of one tile of `role`, in the order of the code.
  void run(RoleOp role, MutableArrayRef<SumOverPeersOp> sums) {
    Location loc = sums.front().getLoc();
    SmallVector<TileType> tiles;
    bool toFirst = false;
    for (SumOverPeersOp sum : sums) {
      auto type = cast<FragmentType>(sum.getPart().getType());
      // Of all groups, what the other thread blocks have.
      int64_t rows =
          type.getShape()[0] * static_cast<int64_t>(role.getGroups());
      int64_t own = cast<FragmentType>(sum.getInit().getType()).getShape()[1];
      int64_t columns = own * (kernel.getPeers() - 1);
      toFirst |= own == type.getShape()[1];
      tiles.push_back(TileType::get(b.getContext(), {rows, columns},
                                    type.getElementType()));
    }
    b.setInsertionPoint(roles);
    Value inbox = InboxCreateOp::create(
        b, loc, InboxType::get(b.getContext(), tiles), role.getNameAttr(),
        b.getI64IntegerAttr(role.getArrivals()),
        toFirst ? b.getUnitAttr() : UnitAttr(), IntegerAttr());

    b.setInsertionPointToStart(&role.getBody().front());
    AwaitClusterOp::create(b, loc);
    b.setInsertionPoint(sums.front()->getBlock(),
                        sums.front()->getBlock()->begin());
    if (sums.front()->getParentOp() == role)
      b.setInsertionPointAfter(&role.getBody().front().front());
    OfferOp::create(b, loc, inbox);
    // All parts are on their way before anybody waits for those of others.
    b.setInsertionPoint(sums.back());
    AwaitOffersOp::create(b, loc, inbox);
    for (auto [tile, sum] : llvm::enumerate(sums))
      PushOp::create(b, loc, sum.getPart(), inbox, tile);
    AwaitPushesOp::create(b, loc, inbox);
    for (auto [tile, sum] : llvm::enumerate(sums))
      sum.replaceAllUsesWith(SumPushedOp::create(b, sum.getLoc(), inbox, tile,
                                                 sum.getPart(), sum.getInit())
                                 .getResult());
    for (SumOverPeersOp sum : sums)
      sum.erase();
    gq::remarkDecision(
        roles, "gq-expand-peer-sums", "peers",
        "role " + role.getName() + " adds up parts of " +
            Twine(kernel.getPeers()) + " thread blocks, through an inbox of " +
            Twine(tiles.size()) + (tiles.size() == 1 ? " tile" : " tiles"));
  }

  /// The inboxes of a thread block are there.
  void begin() {
    b.setInsertionPoint(roles);
    ArriveClusterOp::create(b, roles.getLoc());
  }

private:
  KernelOp kernel;
  WarpSpecializeOp roles;
  OpBuilder b;
};

struct ExpandPeerSumsPass
    : gqgpu::impl::ExpandPeerSumsPassBase<ExpandPeerSumsPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(), run)))
      signalPassFailure();
  }

  static LogicalResult run(KernelOp kernel) {
    llvm::MapVector<Operation *, SmallVector<SumOverPeersOp>> byRole;
    WalkResult found = kernel.walk([&](SumOverPeersOp sum) {
      if (!isa<FragmentType>(sum.getPart().getType())) {
        sum.emitOpError("is on tiles; run gq-distribute first");
        return WalkResult::interrupt();
      }
      if (!roleOf(sum)) {
        sum.emitOpError("is outside of roles, expects to be in a math role; "
                        "run gq-warp-specialize first");
        return WalkResult::interrupt();
      }
      SmallVector<SumOverPeersOp> &sums = byRole[roleOf(sum)];
      // What stands between two of them must not need the first.
      auto needsOne = [&](Operation *op) {
        return llvm::any_of(op->getOperands(), [](Value operand) {
          return operand.getDefiningOp<SumOverPeersOp>();
        });
      };
      auto follows = [&](SumOverPeersOp first) {
        for (Operation *op = first->getNextNode(); op && op != sum;
             op = op->getNextNode())
          if (!isa<SumOverPeersOp, LoadFragmentOp>(op) &&
              (!isMemoryEffectFree(op) || needsOne(op)))
            return false;
        return first->getBlock() == sum->getBlock() && !needsOne(sum);
      };
      if (!sums.empty() && !follows(sums.front())) {
        sum.emitOpError("is apart from another one of its role; expects all "
                        "sums of a tile one after another")
                .attachNote(sums.front().getLoc())
            << "the other one";
        return WalkResult::interrupt();
      }
      sums.push_back(sum);
      return WalkResult::advance();
    });
    if (found.wasInterrupted())
      return failure();
    if (byRole.empty())
      return success();
    Expansion expansion(kernel, rolesOf(kernel));
    for (auto &[role, sums] : byRole)
      expansion.run(cast<RoleOp>(role), sums);
    expansion.begin();
    return success();
  }
};
} // namespace
