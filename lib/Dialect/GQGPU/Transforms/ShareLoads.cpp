//===- ShareLoads.cpp - loads that a cluster needs once -------------------===//
//
// A load is the same for all thread blocks of a cluster when its indices do not
// depend on the dimensions of the tile loop along which they have tiles beside
// one another. The copies of threads stay each thread block's own.
//
//===----------------------------------------------------------------------===//
#include "ShareLoads.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-warp-specialize";

/// The thread block that loads for all.
static constexpr int64_t kLoader = 0;

namespace {
/// Values in a tile loop that differ between the thread blocks of a cluster:
/// tile indices, and what is computed from them.
class OwnValues {
public:
  explicit OwnValues(TileLoopOp loop) : loop(loop) {
    for (auto [iv, group] :
         llvm::zip(loop.getInductionVars(), loop.getClusterTiles()))
      if (group > 1)
        own.insert(iv);
    // Loops carry values round, so until there are no more.
    for (size_t before = 0; before != own.size();) {
      before = own.size();
      loop.walk([&](Operation *op) { visit(op); });
    }
  }

  /// `op` uses one, or one decides whether and how often it runs. What a loop
  /// carries does not.
  bool decide(Operation *op) const {
    if (has(op->getOperands()))
      return true;
    for (op = op->getParentOp(); op != loop; op = op->getParentOp())
      if (auto steps = dyn_cast<scf::ForOp>(op);
          steps ? has({steps.getLowerBound(), steps.getUpperBound(),
                       steps.getStep()})
                : has(op->getOperands()))
        return true;
    return false;
  }

private:
  bool has(ValueRange values) const {
    return llvm::any_of(values, [&](Value v) { return own.contains(v); });
  }

  void visit(Operation *op) {
    if (isa<scf::ForOp, TileLoopOp>(op)) {
      auto carrying = cast<LoopLikeOpInterface>(op);
      for (auto [init, arg, yielded, result] :
           llvm::zip(carrying.getInits(), carrying.getRegionIterArgs(),
                     carrying.getYieldedValues(), *carrying.getLoopResults()))
        if (has({init, yielded}))
          own.insert_range(ValueRange{arg, result});
      // Where they go through it in other steps, or more often.
      if (auto forOp = dyn_cast<scf::ForOp>(op);
          forOp && has({forOp.getLowerBound(), forOp.getUpperBound(),
                        forOp.getStep()})) {
        own.insert(forOp.getInductionVar());
        own.insert_range(forOp.getResults());
      }
      return;
    }
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      for (auto [i, result] : llvm::enumerate(branch.getResults()))
        if (has({branch.getCondition(), branch.thenYield().getOperand(i),
                 branch.elseYield().getOperand(i)}))
          own.insert(result);
      return;
    }
    bool differs = has(op->getOperands());
    for (Region &region : op->getRegions())
      region.walk(
          [&](Operation *inner) { differs |= has(inner->getOperands()); });
    if (differs)
      own.insert(op->result_begin(), op->result_end());
  }

  TileLoopOp loop;
  DenseSet<Value> own;
};
} // namespace

FailureOr<SmallVector<Value>> mlir::gqgpu::shareLoads(TileLoopOp loop) {
  auto kernel = loop->getParentOfType<KernelOp>();
  if (kernel.getPeers() == 1)
    return SmallVector<Value>();
  llvm::SetVector<Value> rings;
  OwnValues own(loop);
  loop.walk([&](TmaLoadOp load) {
    if (own.decide(load))
      return;
    load.setMulticast(kLoader);
    rings.insert(load.getRing());
    gq::remarkDecision(load, kPass, "multicast",
                       "tile " + Twine(load.getTile()) +
                           " of a slot is loaded once for " +
                           Twine(kernel.getPeers()) + " thread blocks");
  });
  // Or they share sums, of parts of their own, or maxima.
  bool exchange = loop.walk([](Operation *op) {
                        return isa<SumOverPeersOp, MaxOverPeersOp>(op)
                                   ? WalkResult::interrupt()
                                   : WalkResult::advance();
                      })
                      .wasInterrupted();
  if (rings.empty() && !exchange)
    return loop.emitOpError("has tiles for ")
           << kernel.getPeers()
           << " thread blocks of a cluster at once, but no tma_load brings "
              "them the same";
  loop.walk([&](ReleaseOp release) {
    if (rings.contains(release.getRing()))
      release.setPeers(ArrayRef<int64_t>(kLoader));
  });
  return SmallVector<Value>(rings.getArrayRef());
}

void mlir::gqgpu::shareRing(RingCreateOp ring, int64_t peers) {
  auto own = static_cast<int64_t>(*ring.getEmptyArrivals());
  SmallVector<int64_t> arrivals(peers, own);
  arrivals[kLoader] = own * peers;
  ring.setClusterArrivals(arrivals);
  gq::remarkDecision(ring, kPass, "cluster-arrivals",
                     "thread block " + Twine(kLoader) + " waits for " +
                         Twine(own * peers) + " arrivals, those of " +
                         Twine(peers) + " thread blocks");
}

void mlir::gqgpu::meetAround(WarpSpecializeOp roles) {
  OpBuilder b(roles);
  BarrierOp::create(b, roles.getLoc(), Scope::Cluster);
  b.setInsertionPointAfter(roles);
  BarrierOp::create(b, roles.getLoc(), Scope::Cluster);
}
