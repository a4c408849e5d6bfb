//===- ExpandPeerSums.cpp - sums over a cluster, step by step -------------===//
//
// The parts go through shared memory: each thread block writes its own, all of
// its columns, and reads its columns of all. The math roles of the cluster meet
// once all parts are there, and at the end of the tile, when all are read: what
// stores need of the sums they have by then, and whoever is late there has its
// stores under way.
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
    SmallVector<Value> buffers;
    b.setInsertionPointToStart(&kernel.getBody().front());
    for (SumOverPeersOp sum : sums) {
      auto type = cast<FragmentType>(sum.getPart().getType());
      SmallVector<int64_t> shape(type.getShape());
      shape[0] *= static_cast<int64_t>(role.getGroups());
      buffers.push_back(SharedAllocOp::create(
          b, loc, TileType::get(b.getContext(), shape, type.getElementType()),
          IntegerAttr()));
    }
    b.setInsertionPoint(roles);
    Value meeting = MeetingCreateOp::create(
        b, loc, MeetingType::get(b.getContext()), role.getNameAttr(),
        b.getI64IntegerAttr(role.getArrivals()), IntegerAttr());

    // All parts are written before anybody waits for those of others.
    b.setInsertionPoint(sums.back());
    for (auto [sum, buffer] : llvm::zip(sums, buffers))
      ShareOp::create(b, loc, sum.getPart(), buffer);
    MeetOp::create(b, loc, meeting);
    b.setInsertionPoint(sums.back()->getBlock()->getTerminator());
    MeetOp::create(b, loc, meeting);
    for (auto [sum, buffer] : llvm::zip(sums, buffers)) {
      b.setInsertionPoint(sums.back());
      sum.replaceAllUsesWith(SumSharedOp::create(b, sum.getLoc(), buffer,
                                                 sum.getColumn(), sum.getInit())
                                 .getResult());
    }
    for (SumOverPeersOp sum : sums)
      sum.erase();
    gq::remarkDecision(roles, "gq-expand-peer-sums", "peers",
                       "role " + role.getName() + " adds up parts of " +
                           Twine(kernel.getPeers()) +
                           " thread blocks, through " + Twine(buffers.size()) +
                           (buffers.size() == 1 ? " buffer" : " buffers"));
  }

  /// The meetings are there in all thread blocks before anybody comes.
  void begin() {
    b.setInsertionPoint(roles);
    BarrierOp::create(b, roles.getLoc(), Scope::Cluster);
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
