//===- ScheduleMath.cpp - wait for the next slot under the product --------===//
//
//     for k { wait; scales; mma; mma_wait; release; promote; advance }
// becomes
//     wait; scales
//     for k { mma; advance; wait next; next scales; mma_wait; release; promote
//     }
//
// The last iteration has no next slot: its wait is skipped (`when`), and what
// it reads from the slot's memory is never used. A ring of one slot has no next
// one that could be full while this one is read; such a loop stays as it is.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_SCHEDULEMATHPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

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
      releaseEarly(rewriter, loop);
      auto early = loop->getAttrOfType<BoolAttr>(kEarlyWaitAttr);
      if (!early || early.getValue())
        rotate(rewriter, loop);
    }
    return success();
  }

  /// A slot is free once the products that read it are done: promotion works on
  /// registers alone.
  static void releaseEarly(RewriterBase &rewriter, scf::ForOp loop) {
    for (auto release : llvm::make_early_inc_range(loop.getOps<ReleaseOp>())) {
      Operation *last = nullptr;
      for (Operation &op : *loop.getBody()) {
        if (&op == release)
          break;
        auto wait = dyn_cast<MmaWaitOp>(op);
        auto product =
            wait ? wait.getValue().getDefiningOp<MmaAsyncOp>() : nullptr;
        bool uses = false;
        if (!isa<MmaAsyncOp>(op))
          op.walk([&](Operation *inner) {
            uses |= llvm::is_contained(inner->getOperands(), release.getSlot());
          });
        if (uses || (product && product.getSlot() == release.getSlot()))
          last = &op;
      }
      if (last)
        rewriter.moveOpAfter(release, last);
    }
  }

  /// Leaves loops of another form as they are.
  void rotate(RewriterBase &rewriter, scf::ForOp loop) {
    Location loc = loop.getLoc();
    Block *body = loop.getBody();
    SmallVector<WaitOp> waits(body->getOps<WaitOp>());
    SmallVector<MmaAsyncOp> products(body->getOps<MmaAsyncOp>());
    if (waits.size() != 1 || products.empty())
      return;
    WaitOp wait = waits.front();
    // The next slot of a ring of one is the one that is still being read.
    if (wait.getRing().getType().getStages() < 2)
      return;
    auto cursor = dyn_cast<BlockArgument>(wait.getCursor());
    if (!cursor || cursor.getOwner() != body || cursor.getArgNumber() == 0)
      return;
    unsigned carried = cursor.getArgNumber() - 1;
    auto advance =
        body->getTerminator()->getOperand(carried).getDefiningOp<AdvanceOp>();
    if (!advance || advance.getCursor() != cursor || !advance->hasOneUse() ||
        advance->getBlock() != body)
      return;
    SmallVector<ReadScalesOp> reads;
    for (auto read : body->getOps<ReadScalesOp>()) {
      if (read.getSlot() != wait.getSlot())
        return;
      // Its position must be known before the loop.
      if (!loop.isDefinedOutsideOfLoop(read.getFirst()))
        if (!hoist(rewriter, loop, read.getFirst().getDefiningOp()))
          return;
      reads.push_back(read);
    }

    // First slot and scales, before the loop.
    rewriter.setInsertionPoint(loop);
    IRMapping first;
    first.map(cursor, loop.getInitArgs()[carried]);
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
      inits.push_back(rewriter.clone(*read, first)->getResult(0));

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
          SmallVector<Value> yields;
          auto nextWait = cast<WaitOp>(rewriter.clone(*wait, second));
          nextWait.getWhenMutable().assign(more);
          yields.push_back(nextWait.getSlot());
          for (ReadScalesOp read : reads)
            yields.push_back(rewriter.clone(*read, second)->getResult(0));
          return yields;
        });
    if (failed(wider))
      return;
    loop = cast<scf::ForOp>(wider->getOperation());
    ValueRange current = loop.getRegionIterArgs().take_back(inits.size());
    for (auto [read, value] : llvm::zip(reads, current.drop_front()))
      rewriter.replaceOp(read, value);
    rewriter.replaceOp(wait, current.front());
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
};
} // namespace
