//===- WarpSpecialize.cpp - filling and computing in different warps ------===//
//
// Each role gets the ops it must perform (its effects on rings and memory) and
// whatever those need: a backward slice through the loops, whose loop-carried
// values are kept only where the slice reaches them.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Strategy/Matmul.h"
#include "gq/Target/TargetModel.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_WARPSPECIALIZEPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static bool isFill(Operation *op) {
  return isa<AcquireOp, TmaLoadOp, CopyLoadOp, CommitOp>(op);
}

/// What only the math groups do.
static bool isUse(Operation *op) {
  return isa<WaitOp, SlotReadOp, ReleaseOp, StoreOp, LoadOp>(op);
}

namespace {

/// The part of a loop nest that one role needs.
class Slice {
public:
  Slice(TileLoopOp root, bool producer) : root(root) {
    root.walk([&](Operation *op) {
      bool mine =
          producer ? isFill(op) : isUse(op) && !isa<LoadOp, SlotReadOp>(op);
      if (mine)
        need(op);
    });
  }

  TileLoopOp clone(OpBuilder &b) {
    IRMapping map;
    return cast<TileLoopOp>(cloneLoop(b, root, map));
  }

private:
  void need(Operation *op) {
    if (!root->isAncestor(op) || !ops.insert(op).second)
      return;
    if (op != root)
      need(op->getParentOp());
    // Loops keep only the values that are needed; other ops need all operands.
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      for (Value bound :
           {loop.getLowerBound(), loop.getUpperBound(), loop.getStep()})
        need(bound);
      return;
    }
    if (isa<TileLoopOp>(op))
      return;
    for (Value operand : op->getOperands())
      need(operand);
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (!op->isAncestor(operand.getParentRegion()->getParentOp()))
          need(operand);
    });
  }

  /// Loop-carried value `i` of `loop`: its start, its next value, its result.
  void needIterArg(Operation *loop, unsigned i) {
    if (!iterArgs.insert({loop, i}).second)
      return;
    need(loop);
    if (auto forOp = dyn_cast<scf::ForOp>(loop)) {
      need(forOp.getInitArgs()[i]);
      need(forOp.getBody()->getTerminator()->getOperand(i));
    } else {
      auto tileLoop = cast<TileLoopOp>(loop);
      need(tileLoop.getInits()[i]);
      need(tileLoop.getBody().front().getTerminator()->getOperand(i));
    }
  }

  void need(Value value) {
    if (auto arg = dyn_cast<BlockArgument>(value)) {
      Operation *parent = arg.getOwner()->getParentOp();
      if (!root->isAncestor(parent))
        return;
      unsigned ivs = 0;
      if (auto tileLoop = dyn_cast<TileLoopOp>(parent))
        ivs = tileLoop.getSteps().size();
      else if (isa<scf::ForOp>(parent))
        ivs = 1;
      else
        return; // argument of an op that is cloned whole
      if (arg.getArgNumber() >= ivs)
        needIterArg(parent, arg.getArgNumber() - ivs);
      return;
    }
    Operation *def = value.getDefiningOp();
    if (!root->isAncestor(def))
      return;
    if (isa<scf::ForOp, TileLoopOp>(def))
      needIterArg(def, cast<OpResult>(value).getResultNumber());
    else
      need(def);
  }

  Operation *cloneLoop(OpBuilder &b, Operation *op, IRMapping &map) {
    auto forOp = dyn_cast<scf::ForOp>(op);
    auto tileLoop = dyn_cast<TileLoopOp>(op);
    ValueRange inits =
        forOp ? ValueRange(forOp.getInitArgs()) : tileLoop.getInits();
    ValueRange args =
        forOp ? ValueRange(forOp.getRegionIterArgs()) : tileLoop.getIterArgs();
    SmallVector<unsigned> kept;
    SmallVector<Value> newInits;
    for (unsigned i = 0; i < inits.size(); ++i)
      if (iterArgs.contains({op, i})) {
        kept.push_back(i);
        newInits.push_back(map.lookupOrDefault(inits[i]));
      }
    Operation *copy;
    Block *from, *to;
    ValueRange newArgs;
    if (forOp) {
      auto loop = scf::ForOp::create(
          b, op->getLoc(), map.lookupOrDefault(forOp.getLowerBound()),
          map.lookupOrDefault(forOp.getUpperBound()),
          map.lookupOrDefault(forOp.getStep()), newInits);
      map.map(forOp.getInductionVar(), loop.getInductionVar());
      copy = loop;
      from = forOp.getBody();
      to = loop.getBody();
      newArgs = loop.getRegionIterArgs();
      if (!to->empty())
        to->back().erase();
    } else {
      SmallVector<Value> ubs;
      for (Value ub : tileLoop.getUbs())
        ubs.push_back(map.lookupOrDefault(ub));
      auto loop = TileLoopOp::create(b, op->getLoc(), ubs, tileLoop.getSteps(),
                                     tileLoop.getRaster(),
                                     tileLoop.getPersistent(), newInits);
      for (auto [iv, newIv] :
           llvm::zip(tileLoop.getInductionVars(), loop.getInductionVars()))
        map.map(iv, newIv);
      copy = loop;
      from = &tileLoop.getBody().front();
      to = &loop.getBody().front();
      newArgs = loop.getIterArgs();
    }
    for (auto [i, arg] : llvm::zip(kept, newArgs))
      map.map(args[i], arg);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(to);
    for (Operation &inner : from->without_terminator()) {
      if (!ops.contains(&inner))
        continue;
      if (isa<scf::ForOp, TileLoopOp>(inner))
        cloneLoop(b, &inner, map);
      else
        b.clone(inner, map);
    }
    SmallVector<Value> yields;
    for (unsigned i : kept)
      yields.push_back(
          map.lookupOrDefault(from->getTerminator()->getOperand(i)));
    if (forOp)
      scf::YieldOp::create(b, op->getLoc(), yields);
    else
      YieldOp::create(b, op->getLoc(), yields);
    for (auto [result, i] : llvm::zip(copy->getResults(), kept))
      map.map(op->getResult(i), result);
    return copy;
  }

  TileLoopOp root;
  DenseSet<Operation *> ops;
  DenseSet<std::pair<Operation *, unsigned>> iterArgs;
};

struct WarpSpecializePass
    : gqgpu::impl::WarpSpecializePassBase<WarpSpecializePass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(),
                             [&](KernelOp kernel) { return run(kernel); })))
      signalPassFailure();
  }

  /// Everything with effects belongs to one of the roles, and nothing after the
  /// loop needs what one role alone would know.
  static LogicalResult check(TileLoopOp loop) {
    if (!loop->use_empty())
      return loop.emitOpError("has results that are used after it; the roles "
                              "return none");
    WalkResult result = loop.walk([&](Operation *op) {
      if (isFill(op) || isUse(op) || isMemoryEffectFree(op) ||
          op->hasTrait<OpTrait::HasRecursiveMemoryEffects>())
        return WalkResult::advance();
      op->emitOpError("has effects that belong to no role");
      return WalkResult::interrupt();
    });
    return failure(result.wasInterrupted());
  }

  LogicalResult run(KernelOp kernel) {
    const gq::TargetModel &target = gq::getTarget(kernel);
    SmallVector<TileLoopOp> loops;
    kernel.walk([&](TileLoopOp loop) {
      bool fills = false;
      loop.walk([&](AcquireOp) { fills = true; });
      if (fills && !loop->getParentOfType<WarpSpecializeOp>())
        loops.push_back(loop);
    });
    for (TileLoopOp loop : loops) {
      if (failed(check(loop)))
        return failure();
      int64_t groups = gq::MatmulConfigAttr::kMathGroups;
      std::optional<std::pair<int64_t, int64_t>> registers;
      loop.walk([&](gq::ScaledMatmulOp op) {
        if (!op.getConfig())
          return;
        groups = op.getConfig()->getMathGroups();
        ArrayRef<int64_t> given = op.getConfig()->getRegisters();
        if (!given.empty())
          registers = {given[0], given[1]};
      });
      // Of a kernel that gq-select-config has not seen.
      if (!registers)
        registers = gq::strategy::defaultRegisters(target, groups);
      OpBuilder b(loop);
      auto roles = WarpSpecializeOp::create(
          b, loop.getLoc(), groups, registers->first, registers->second);
      Block *producer = &roles.getProducer().emplaceBlock();
      Block *math = &roles.getMath().emplaceBlock();
      math->addArgument(b.getIndexType(), loop.getLoc());
      for (auto [block, isProducer] :
           {std::pair(producer, true), std::pair(math, false)}) {
        b.setInsertionPointToEnd(block);
        Slice(loop, isProducer).clone(b);
        YieldOp::create(b, loop.getLoc());
      }
      loop.erase();
      kernel.setThreads((groups + 1) * target.warpGroup);
      kernel.setCluster(1);
    }
    return success();
  }
};
} // namespace
