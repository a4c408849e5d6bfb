//===- ExpandPeers.cpp - sums and maxima over a cluster, step by step -----===//
//
// The parts go through shared memory: each thread block writes what others
// store of its part, or its maxima, into their inboxes, and adds up what has
// come to its own. It offers that first thing in a tile, when it has read what
// was in there: the parts are wanted much later, and by then all know.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_EXPANDPEERSPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

/// What of the other thread blocks comes to an inbox for \p op, in a role.
static TileType tileFor(SumOverPeersOp op, RoleOp role, int64_t peers) {
  auto type = cast<FragmentType>(op.getPart().getType());
  // Of all groups, the columns of a thread block.
  int64_t rows = type.getShape()[0] * static_cast<int64_t>(role.getGroups());
  int64_t own = cast<FragmentType>(op.getInit().getType()).getShape()[1];
  return TileType::get(op.getContext(), {rows, own * (peers - 1)},
                       type.getElementType());
}

static TileType tileFor(MaxOverPeersOp op, RoleOp role, int64_t peers) {
  auto type = cast<FragmentType>(op.getValue().getType());
  return TileType::get(op.getContext(),
                       {role.getArrivals(), type.getNumValues() * (peers - 1)},
                       type.getElementType());
}

static void push(OpBuilder &b, SumOverPeersOp op, Value inbox, size_t tile) {
  PushOp::create(b, op.getLoc(), op.getPart(), inbox, tile);
}

static void push(OpBuilder &b, MaxOverPeersOp op, Value inbox, size_t tile) {
  PushMaximaOp::create(b, op.getLoc(), op.getValue(), inbox, tile);
}

static Value read(OpBuilder &b, SumOverPeersOp op, Value inbox, size_t tile) {
  return SumPushedOp::create(b, op.getLoc(), inbox, tile, op.getPart(),
                             op.getInit());
}

static Value read(OpBuilder &b, MaxOverPeersOp op, Value inbox, size_t tile) {
  return MaxPushedOp::create(b, op.getLoc(), inbox, tile, op.getValue());
}

/// Only thread block 0 has the sum.
static bool isToFirst(SumOverPeersOp op) {
  return cast<FragmentType>(op.getInit().getType()).getShape()[1] ==
         cast<FragmentType>(op.getPart().getType()).getShape()[1];
}

static bool isToFirst(MaxOverPeersOp) { return false; }

static StringRef verbOf(SumOverPeersOp) { return " adds up parts of "; }
static StringRef verbOf(MaxOverPeersOp) { return " finds maxima of "; }

/// The barrier in front of `roles` where all thread blocks of a cluster meet;
/// null if there is none.
static BarrierOp meetingBefore(WarpSpecializeOp roles) {
  for (Operation *op = roles->getPrevNode(); op; op = op->getPrevNode())
    if (auto barrier = dyn_cast<BarrierOp>(op);
        barrier && barrier.getScope() == Scope::Cluster)
      return barrier;
  return nullptr;
}

namespace {
class Expansion {
public:
  explicit Expansion(KernelOp kernel)
      : peers(kernel.getPeers()), roles(rolesOf(kernel)),
        meeting(meetingBefore(roles)), b(kernel.getContext()) {}

  /// Those of one tile of `role`, in the order of the code.
  template <typename OpTy> void run(RoleOp role, ArrayRef<OpTy> ops) {
    if (ops.empty())
      return;
    Location loc = ops.front()->getLoc();
    SmallVector<TileType> tiles;
    bool toFirst = false;
    for (OpTy op : ops) {
      tiles.push_back(tileFor(op, role, peers));
      toFirst |= isToFirst(op);
    }
    b.setInsertionPoint(meeting ? meeting.getOperation()
                                : roles.getOperation());
    Value inbox = InboxCreateOp::create(
        b, loc, InboxType::get(b.getContext(), tiles), role.getNameAttr(),
        b.getI64IntegerAttr(role.getArrivals()),
        toFirst ? b.getUnitAttr() : UnitAttr(), IntegerAttr());

    Block *tile = ops.front()->getBlock();
    b.setInsertionPoint(tile, tile->begin());
    if (!meeting && waiting.insert(role).second) {
      b.setInsertionPointToStart(&role.getBody().front());
      auto wait = AwaitClusterOp::create(b, loc);
      if (tile == &role.getBody().front())
        b.setInsertionPointAfter(wait);
      else
        b.setInsertionPoint(tile, tile->begin());
    }
    OfferOp::create(b, loc, inbox);
    // All parts are on their way before anybody waits for those of others.
    b.setInsertionPoint(ops.back());
    AwaitOffersOp::create(b, loc, inbox);
    for (auto [number, op] : llvm::enumerate(ops))
      push(b, op, inbox, number);
    AwaitPushesOp::create(b, loc, inbox);
    for (auto [number, op] : llvm::enumerate(ops))
      OpTy(op)->getResult(0).replaceAllUsesWith(read(b, op, inbox, number));
    gq::remarkDecision(
        roles, "gq-expand-peers", "peers",
        "role " + role.getName() + verbOf(ops.front()) + Twine(peers) +
            " thread blocks, through an inbox of " + Twine(tiles.size()) +
            (tiles.size() == 1 ? " tile" : " tiles"));
    for (OpTy op : ops)
      OpTy(op).erase();
  }

  /// The inboxes of a thread block are there.
  void begin() {
    if (meeting)
      return;
    b.setInsertionPoint(roles);
    ArriveClusterOp::create(b, roles.getLoc());
  }

private:
  int64_t peers;
  WarpSpecializeOp roles;
  BarrierOp meeting;
  OpBuilder b;
  /// Roles that wait until all inboxes are there.
  DenseSet<Operation *> waiting;
};

/// The sums and the maxima of a role.
struct OfRole {
  SmallVector<SumOverPeersOp> sums;
  SmallVector<MaxOverPeersOp> maxima;
};

struct ExpandPeersPass : gqgpu::impl::ExpandPeersPassBase<ExpandPeersPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(), run)))
      signalPassFailure();
  }

  /// Adds `op` to those of its role: what stands between two of them must not
  /// need the first.
  template <typename OpTy>
  static LogicalResult collect(OpTy op, StringRef what,
                               SmallVectorImpl<OpTy> &ops) {
    auto needsOne = [](Operation *other) {
      return llvm::any_of(other->getOperands(), [](Value operand) {
        return operand.getDefiningOp<OpTy>();
      });
    };
    auto follows = [&](OpTy first) {
      for (Operation *at = first->getNextNode(); at && at != op;
           at = at->getNextNode())
        if (!isa<OpTy, LoadFragmentOp>(at) &&
            (!isMemoryEffectFree(at) || needsOne(at)))
          return false;
      return first->getBlock() == op->getBlock() && !needsOne(op);
    };
    if (ops.empty() || follows(ops.front())) {
      ops.push_back(op);
      return success();
    }
    InFlightDiagnostic error =
        op.emitOpError("is apart from another one of its role; expects all ")
        << what << " of a tile one after another";
    error.attachNote(ops.front().getLoc()) << "the other one";
    return error;
  }

  static LogicalResult run(KernelOp kernel) {
    llvm::MapVector<Operation *, OfRole> byRole;
    WalkResult found = kernel.walk([&](Operation *op) {
      if (!isa<SumOverPeersOp, MaxOverPeersOp>(op))
        return WalkResult::advance();
      if (!isa<FragmentType>(op->getResult(0).getType())) {
        op->emitOpError("is on tiles; run gq-distribute first");
        return WalkResult::interrupt();
      }
      if (!roleOf(op)) {
        op->emitOpError("is outside of roles, expects to be in a math role; "
                        "run gq-warp-specialize first");
        return WalkResult::interrupt();
      }
      OfRole &own = byRole[roleOf(op)];
      if (auto sum = dyn_cast<SumOverPeersOp>(op))
        return WalkResult(collect(sum, "sums", own.sums));
      return WalkResult(
          collect(cast<MaxOverPeersOp>(op), "maxima", own.maxima));
    });
    if (found.wasInterrupted())
      return failure();
    if (byRole.empty())
      return success();
    Expansion expansion(kernel);
    for (auto &[role, own] : byRole) {
      expansion.run<SumOverPeersOp>(cast<RoleOp>(role), own.sums);
      expansion.run<MaxOverPeersOp>(cast<RoleOp>(role), own.maxima);
    }
    expansion.begin();
    return success();
  }
};
} // namespace
