//===- ExpandReductions.cpp - the maximum of a block, step by step --------===//
//
// A block_absmax becomes up to four steps, as far as the layout spreads a
// block: over the elements that a thread holds, over lanes, over warps (one
// word of shared memory for each block), and over the thread blocks of a
// cluster (the same words, through distributed shared memory). The maximum does
// not depend on the order, so the choice between them is one of speed alone.
// Other reductions are in ExpandBlockReduce.cpp.
//
//===----------------------------------------------------------------------===//
#include "ExpandBlockReduce.h"
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include <limits>

namespace mlir::gqgpu {
#define GEN_PASS_DEF_EXPANDREDUCTIONSPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-expand-reductions";

/// Slabs of one reduction that may be in registers together.
static constexpr size_t kSlabsAtOnce = 2;

/// Lanes of a warp.
static constexpr int64_t kLanes = 32;

namespace {

/// What is chosen for one block_absmax.
struct Tree {
  int64_t lanes = 1;
  LaneReduction by = LaneReduction::Shuffle;
  /// Lanes alone have all of a block: no shared memory.
  bool lanesOnly = false;

  static Tree get(const BlockSharing &sharing, int64_t threads) {
    Tree tree;
    // A shuffle names all lanes of a warp.
    if (threads % kLanes != 0)
      return tree;
    int64_t inRow = sharing.columns.threads();
    bool group = inRow > 0 && inRow <= kLanes && sharing.lanesShareBlock(inRow);
    if (int64_t alone = sharing.lanesAlone()) {
      tree.lanes = alone;
      tree.lanesOnly = true;
    } else if (sharing.columns.allThreads() &&
               sharing.lanesShareBlock(kLanes)) {
      tree.lanes = kLanes;
      tree.by = LaneReduction::Redux;
    } else if (group) {
      tree.lanes = inRow;
    }
    return tree;
  }
};

class Expansion {
public:
  Expansion(KernelOp kernel, BlockAbsmaxOp op)
      : kernel(kernel), op(op), b(op), loc(op.getLoc()),
        blocks(cast<FragmentType>(op.getResult().getType())), sharing(blocks) {}

  void run() {
    int64_t threads = sharing.threadRows * sharing.threadColumns;
    Tree tree = Tree::get(sharing, threads);
    remark(tree, threads);
    Scope scope = sharing.cluster > 1 ? Scope::Cluster : Scope::Block;
    Value words;
    if (!tree.lanesOnly) {
      // Before the values are needed: the barriers pass while they are loaded.
      // The first one waits for those who read the words of the last tile.
      words = allocateWords();
      BarrierOp::create(b, loc, Scope::Block);
      ClearOp::create(b, loc, words);
      BarrierOp::create(b, loc, scope);
    }
    Value partial = PartialMaxOp::create(b, loc, over(1), reduceThreads(),
                                         op.getAmaxFloorAttr());
    if (tree.lanes > 1)
      partial = LaneMaxOp::create(b, loc, over(tree.lanes), tree.by, partial);
    Value whole;
    if (tree.lanesOnly) {
      whole = WholeBlocksOp::create(b, loc, blocks, partial);
    } else {
      AtomicMaxOp::create(b, loc, scope, partial, words);
      BarrierOp::create(b, loc, scope);
      whole = ReadBlocksOp::create(b, loc, blocks, words);
    }
    op.replaceAllUsesWith(finite(whole));
    op.erase();
  }

private:
  PartialType over(int64_t lanes) const {
    return PartialType::get(b.getContext(), blocks, lanes);
  }

  Value allocateWords() {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&kernel.getBody().front());
    return SharedAllocOp::create(
        b, loc,
        TileType::get(b.getContext(), {sharing.gridRows, sharing.gridColumns},
                      b.getF32Type()),
        IntegerAttr());
  }

  /// One partial maximum for each fragment. One of several slabs is reduced as
  /// soon as it is there, so that its registers are free for another, which
  /// waits for that.
  SmallVector<Value> reduceThreads() {
    SmallVector<Value> partials;
    OperandRange slabs = op.getValues();
    for (auto [i, slab] : llvm::enumerate(slabs)) {
      OpBuilder::InsertionGuard guard(b);
      if (slabs.size() > 1)
        b.setInsertionPointAfterValue(slab);
      partials.push_back(ThreadAbsmaxOp::create(b, loc, over(1), slab));
      if (i < kSlabsAtOnce)
        continue;
      Value first = partials[i - kSlabsAtOnce];
      unsigned waiting = 0;
      loadAfter(slab, first, waiting);
      if (waiting)
        gq::remarkDecision(op, kPass, "order",
                           "slab " + Twine(i) + " is loaded once slab " +
                               Twine(i - kSlabsAtOnce) +
                               " is reduced: registers hold " +
                               Twine(kSlabsAtOnce) + " slabs");
    }
    return partials;
  }

  /// The loads behind `value` that come after `partial` wait for it.
  static void loadAfter(Value value, Value partial, unsigned &waiting) {
    Operation *def = value.getDefiningOp(), *first = partial.getDefiningOp();
    if (!def || def->getBlock() != first->getBlock() ||
        !first->isBeforeInBlock(def))
      return;
    if (auto load = dyn_cast<LoadFragmentOp>(def)) {
      if (!load.getAfter()) {
        load.getAfterMutable().assign(partial);
        ++waiting;
      }
    } else if (isa<ElementwiseOp, MaskOp>(def)) {
      for (Value operand : def->getOperands())
        loadAfter(operand, partial, waiting);
    }
  }

  /// An infinite maximum becomes the largest finite number.
  Value finite(Value maxima) {
    auto clamp = ElementwiseOp::create(b, loc, TypeRange(blocks), maxima);
    Block *body = &clamp.getBody().emplaceBlock();
    Value amax = body->addArgument(b.getF32Type(), loc);
    OpBuilder inner = OpBuilder::atBlockEnd(body);
    Value most = arith::ConstantOp::create(
        inner, loc, inner.getF32FloatAttr(std::numeric_limits<float>::max()));
    amax = arith::MinNumFOp::create(inner, loc, amax, most);
    YieldOp::create(inner, loc, amax);
    return clamp.getResult(0);
  }

  void remark(const Tree &tree, int64_t threads) const {
    std::string text = "blocks of " + std::to_string(blocks.getBlock()[0]) +
                       "x" + std::to_string(blocks.getBlock()[1]) + ": ";
    if (tree.lanesOnly)
      text += tree.lanes == 1 ? "each in one thread"
                              : "each in " + std::to_string(tree.lanes) +
                                    " lanes, by shuffles; no shared memory";
    else if (tree.by == LaneReduction::Redux)
      text += "each warp in one block, by redux, then one atomic of a warp";
    else if (tree.lanes > 1)
      text += std::to_string(tree.lanes) +
              " lanes by shuffles, then one atomic of them";
    else
      text += threads % kLanes
                  ? "an atomic of each thread, as there are no whole warps"
                  : "an atomic of each thread, as no group of lanes lies in "
                    "one block";
    if (!tree.lanesOnly && sharing.cluster > 1)
      text +=
          " in each of " + std::to_string(sharing.cluster) + " thread blocks";
    gq::remarkDecision(op, kPass, "tree", text);
  }

  KernelOp kernel;
  BlockAbsmaxOp op;
  mutable OpBuilder b;
  Location loc;
  FragmentType blocks;
  BlockSharing sharing;
};

struct ExpandReductionsPass
    : gqgpu::impl::ExpandReductionsPassBase<ExpandReductionsPass> {
  void runOnOperation() override {
    getOperation()->walk([](KernelOp kernel) {
      SmallVector<BlockAbsmaxOp> reductions;
      kernel.walk([&](BlockAbsmaxOp op) { reductions.push_back(op); });
      for (BlockAbsmaxOp op : reductions)
        Expansion(kernel, op).run();
    });
    WalkResult others = getOperation()->walk(
        [](BlockReduceOp op) -> WalkResult { return expandBlockReduce(op); });
    if (others.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
