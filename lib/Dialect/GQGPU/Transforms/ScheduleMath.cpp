//===- ScheduleMath.cpp - wait for the next slot under the product --------===//
//
//     for k { wait; scales; mma; mma_wait; release; promote; advance }
// becomes
//     wait; scales
//     for k { mma; advance; wait next; next scales; mma_wait; release; promote
//     }
//
// Scales that are read behind the first product stay in their step. Where they
// are read may depend on the step: what computes that is repeated for the next
// one.
//
// A step may take several slots. Then it is the first one that is waited for
// early; each further one is waited for just before it is read, while products
// of the slots before run.
//
// The last iteration has no next slot: its wait is skipped (`when`), and what
// it reads from the slot's memory is never used. A ring with no more slots than
// a step takes has no next one that could be full while these are read; such a
// loop stays as it is.
//
// Rows are added up under the last product of their step, which reads the same
// slots.
//
// A release moves up to the last read of its slot, an op that reads it directly
// or through values read from it, in any region. What is not understood is not
// moved, and a remark says so.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/Protocol/SlotReads.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_SCHEDULEMATHPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-schedule-math";

/// Ring ops in regions of `body`'s ops: a condition or a loop decides.
static Operation *findNested(Block *body) {
  Operation *found = nullptr;
  for (Operation &op : *body)
    for (Region &region : op.getRegions())
      region.walk([&](Operation *inner) {
        if (!found && isa<AcquireOp, WaitOp, ReleaseOp, AdvanceOp, ReadScalesOp,
                          SlotReadOp, MmaAsyncOp, MmaWaitOp>(inner))
          found = inner;
      });
  return found;
}

namespace {
struct ScheduleMathPass : gqgpu::impl::ScheduleMathPassBase<ScheduleMathPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(),
                             [&](KernelOp kernel) { return run(kernel); })))
      signalPassFailure();
  }

  LogicalResult run(KernelOp kernel) {
    SmallVector<scf::ForOp> loops;
    kernel.walk([&](WaitOp wait) {
      auto loop = dyn_cast<scf::ForOp>(wait->getParentOp());
      if (loop && !wait.getWhen() && !llvm::is_contained(loops, loop))
        loops.push_back(loop);
    });
    IRRewriter rewriter(&getContext());
    for (scf::ForOp loop : loops) {
      sumUnderProduct(rewriter, loop.getBody());
      for (auto release : llvm::make_early_inc_range(loop.getOps<ReleaseOp>()))
        releaseEarly(rewriter, release);
      SmallVector<WaitOp> waits(loop.getOps<WaitOp>());
      for (WaitOp wait : llvm::drop_begin(waits))
        waitAtUse(rewriter, wait);
      rotate(rewriter, loop);
    }
    return success();
  }

  /// Sums of rows take the place in front of the first wait for a product.
  static void sumUnderProduct(RewriterBase &rewriter, Block *body) {
    auto waits = body->getOps<MmaWaitOp>();
    SmallVector<MmaAsyncOp> products(body->getOps<MmaAsyncOp>());
    if (waits.empty() || products.empty())
      return;
    Operation *wait = *waits.begin();
    if (!products.back()->isBeforeInBlock(wait))
      return;
    SmallVector<SumSlotRowsOp> sums(body->getOps<SumSlotRowsOp>());
    for (SumSlotRowsOp op : sums)
      if (wait->isBeforeInBlock(op))
        rewriter.moveOpBefore(op, wait);
    if (!sums.empty())
      gq::remarkDecision(sums.front(), kPass, "row sums",
                         "adds up rows under the product of their step");
  }

  /// A slot is free once nothing reads it any more: promotion works on
  /// registers alone.
  static void releaseEarly(RewriterBase &rewriter, ReleaseOp release) {
    auto stays = [&](const Twine &why) {
      gq::remarkMissed(release, kPass, "early-release",
                       "the release stays where it is: " + why);
    };
    SlotReads reads = SlotReads::of(release.getSlot());
    if (reads.unknown)
      return stays("the slot, or what is read from it, goes to " +
                   Twine(reads.unknown->getName().getStringRef()) +
                   ", where it is not followed");
    Block *body = release->getBlock();
    Operation *last = nullptr;
    for (Operation *op : reads.ops) {
      Operation *at = body->findAncestorOpInBlock(*op);
      if (!at || at->hasTrait<OpTrait::IsTerminator>() ||
          release->isBeforeInBlock(at))
        return stays(Twine(op->getName().getStringRef()) +
                     " reads the slot elsewhere");
      if (!last || last->isBeforeInBlock(at))
        last = at;
    }
    if (reads.unfinished)
      return stays("no mma_wait of its own waits for a product that reads the "
                   "slot");
    if (!last || last->getNextNode() == release)
      return;
    rewriter.moveOpAfter(release, last);
    gq::remarkDecision(release, kPass, "early-release",
                       "releases the slot right after the last read of it");
  }

  /// A further slot of a step need not be full before it is read.
  static void waitAtUse(RewriterBase &rewriter, WaitOp wait) {
    Operation *first = nullptr;
    for (Operation *user : wait.getSlot().getUsers()) {
      Operation *at = wait->getBlock()->findAncestorOpInBlock(*user);
      if (at && (!first || at->isBeforeInBlock(first)))
        first = at;
    }
    if (!first || first == wait->getNextNode())
      return;
    rewriter.moveOpBefore(wait, first);
    gq::remarkDecision(wait, kPass, "wait",
                       "waits for a further slot of the step where it is read");
  }

  /// The advances from the first cursor of a step to that of the next one: one
  /// behind each of `waits`, which take their cursors in order.
  static FailureOr<SmallVector<AdvanceOp>> advancesOf(ArrayRef<WaitOp> waits,
                                                      Value next) {
    SmallVector<AdvanceOp> advances;
    WaitOp first = waits.front();
    for (WaitOp wait : llvm::reverse(waits)) {
      auto advance = next.getDefiningOp<AdvanceOp>();
      if (!advance || advance->getBlock() != wait->getBlock() ||
          advance.getRing() != first.getRing() ||
          wait.getRing() != advance.getRing() ||
          wait.getCursor() != advance.getCursor())
        return failure();
      advances.insert(advances.begin(), advance);
      next = advance.getCursor();
    }
    return advances;
  }

  /// Leaves loops of another form as they are.
  void rotate(RewriterBase &rewriter, scf::ForOp loop) {
    Location loc = loop.getLoc();
    Block *body = loop.getBody();
    auto stays = [&](const Twine &why) {
      gq::remarkMissed(
          loop, kPass, "early-wait",
          "waits for a slot after the product of the one before: " + why);
    };
    SmallVector<WaitOp> waits(body->getOps<WaitOp>());
    SmallVector<MmaAsyncOp> products(body->getOps<MmaAsyncOp>());
    if (products.empty())
      return stays("the loop has no product");
    WaitOp wait = waits.front();
    if (wait.getLate())
      return stays(
          "the wait is late, as a config says with early_wait = false");
    // The next slot is none of those that are still being read.
    if (int64_t slots = wait.getRing().getType().getStages();
        slots <= static_cast<int64_t>(waits.size()))
      return stays("a step takes as many slots as the ring has, " +
                   Twine(slots));
    if (Operation *nested = findNested(body))
      return stays(Twine(nested->getName().getStringRef()) +
                   " is in a region of its own");
    auto cursor = dyn_cast<BlockArgument>(wait.getCursor());
    if (!cursor || cursor.getOwner() != body || cursor.getArgNumber() == 0)
      return stays("the loop does not carry its cursor");
    unsigned carried = cursor.getArgNumber() - 1;
    FailureOr<SmallVector<AdvanceOp>> advances =
        advancesOf(waits, body->getTerminator()->getOperand(carried));
    if (failed(advances) || !advances->back()->hasOneUse())
      return stays("the cursor is not advanced once for each slot, at last for "
                   "the next step alone");
    AdvanceOp advance = advances->back();
    if (!waits.back()->isBeforeInBlock(products.back()))
      return stays("the loop waits for a slot behind its last product");
    // What is read once a product runs stays with the product it is for.
    SmallVector<ReadScalesOp> reads;
    for (ReadScalesOp read : body->getOps<ReadScalesOp>())
      if (read->isBeforeInBlock(products.front()))
        reads.push_back(read);
    for (ReadScalesOp read : reads) {
      if (read.getSlot() != wait.getSlot())
        return stays("it reads scales of another slot");
      for (Value at : positionsOf(read))
        if (!loop.isDefinedOutsideOfLoop(at) &&
            !hoist(rewriter, loop, at.getDefiningOp()) &&
            !followsFromStep(loop, at))
          return stays("where it reads scales depends on more than the step");
    }

    // First slot and scales, before the loop.
    rewriter.setInsertionPoint(loop);
    IRMapping first;
    first.map(cursor, loop.getInitArgs()[carried]);
    first.map(loop.getInductionVar(), loop.getLowerBound());
    SmallVector<Value> inits;
    auto firstWait = cast<WaitOp>(rewriter.clone(*wait, first));
    std::optional<int64_t> lower = getConstantIntValue(loop.getLowerBound());
    std::optional<int64_t> upper = getConstantIntValue(loop.getUpperBound());
    if (!lower || !upper || *lower >= *upper) {
      rewriter.setInsertionPoint(firstWait);
      Value any =
          arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::slt,
                                loop.getLowerBound(), loop.getUpperBound());
      firstWait.getWhenMutable().assign(any);
      rewriter.setInsertionPoint(loop);
    }
    inits.push_back(firstWait.getSlot());
    for (ReadScalesOp read : reads)
      inits.push_back(cloneRead(rewriter, loop, read, first));

    // The next ones, after the last product has been started.
    auto wider = loop.replaceWithAdditionalYields(
        rewriter, inits, false,
        [&](OpBuilder &, Location loc, ArrayRef<BlockArgument>) {
          OpBuilder::InsertionGuard guard(rewriter);
          rewriter.moveOpAfter(advance, products.back());
          rewriter.setInsertionPointAfter(advance);
          Value next = arith::AddIOp::create(
              rewriter, loc, loop.getInductionVar(), loop.getStep());
          Value more =
              arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::slt,
                                    next, loop.getUpperBound());
          IRMapping second;
          second.map(cursor, advance.getResult());
          second.map(loop.getInductionVar(), next);
          SmallVector<Value> yields;
          auto nextWait = cast<WaitOp>(rewriter.clone(*wait, second));
          nextWait.getWhenMutable().assign(more);
          yields.push_back(nextWait.getSlot());
          for (ReadScalesOp read : reads)
            yields.push_back(cloneRead(rewriter, loop, read, second));
          return yields;
        });
    if (failed(wider))
      return stays("the loop cannot carry the slot");
    loop = cast<scf::ForOp>(wider->getOperation());
    ValueRange current = loop.getRegionIterArgs().take_back(inits.size());
    for (auto [read, value] : llvm::zip(reads, current.drop_front()))
      rewriter.replaceOp(read, value);
    rewriter.replaceOp(wait, current.front());
    gq::remarkDecision(loop, kPass, "early-wait",
                       "waits for the next slot under the product");
  }

  /// The values that say where scales are read.
  static SmallVector<Value, 2> positionsOf(ReadScalesOp read) {
    SmallVector<Value, 2> positions{read.getFirst()};
    if (read.getPast())
      positions.push_back(read.getPast());
    return positions;
  }

  /// Moves a pure op that depends on nothing in the loop, and what it needs,
  /// out.
  static bool hoist(RewriterBase &rewriter, scf::ForOp loop, Operation *op) {
    if (!op || !isPure(op) || op->getNumRegions() != 0 ||
        op->getParentOp() != loop)
      return false;
    for (Value operand : op->getOperands())
      if (!loop.isDefinedOutsideOfLoop(operand) &&
          !hoist(rewriter, loop, operand.getDefiningOp()))
        return false;
    rewriter.moveOpBefore(op, loop);
    return true;
  }

  /// Whether `value` is computed from the loop's step and what is known before
  /// it.
  static bool followsFromStep(scf::ForOp loop, Value value) {
    if (loop.isDefinedOutsideOfLoop(value) || value == loop.getInductionVar())
      return true;
    Operation *op = value.getDefiningOp();
    return op && isPure(op) && op->getNumRegions() == 0 &&
           op->getParentOp() == loop &&
           llvm::all_of(op->getOperands(), [&](Value operand) {
             return followsFromStep(loop, operand);
           });
  }

  /// Computes `value` of the step that `map` has.
  static void compute(RewriterBase &rewriter, scf::ForOp loop, Value value,
                      IRMapping &map) {
    Operation *op = value.getDefiningOp();
    if (map.contains(value) || loop.isDefinedOutsideOfLoop(value) || !op)
      return;
    for (Value operand : op->getOperands())
      compute(rewriter, loop, operand, map);
    rewriter.clone(*op, map);
  }

  static Value cloneRead(RewriterBase &rewriter, scf::ForOp loop,
                         ReadScalesOp read, IRMapping &map) {
    for (Value at : positionsOf(read))
      compute(rewriter, loop, at, map);
    return rewriter.clone(*read, map)->getResult(0);
  }
};
} // namespace
