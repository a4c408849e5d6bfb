//===- ExpandBlockReduce.cpp - sums of blocks, step by step ---------------===//
//
// Up to three steps, as far as the layout spreads a block: over the elements
// that a thread holds, over lanes, and over the groups of lanes, through shared
// memory. A sum of floats depends on its order: atomics would make it that of a
// race. So each group of lanes has a word of its own, and every thread adds
// these up in the same order.
//
//===----------------------------------------------------------------------===//
#include "ExpandBlockReduce.h"
#include "gq/Dialect/GQGPU/IR/BlockSharing.h"
#include "gq/Support/Remarks.h"
#include "mlir/IR/Dominance.h"

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-expand-reductions";

/// Lanes of a warp.
static constexpr int64_t kLanes = 32;

/// The most lanes that share a block. A shuffle names all lanes of a warp.
static int64_t lanesOf(const BlockSharing &sharing) {
  int64_t lanes = kLanes;
  if (sharing.threadRows * sharing.threadColumns % kLanes != 0)
    return 1;
  while (!sharing.lanesShareBlock(lanes))
    lanes /= 2;
  return lanes;
}

/// The loop may go to the words again while threads still read those of its
/// last iteration.
static bool isRepeated(Operation *op) {
  auto loop = op->getParentOfType<LoopLikeOpInterface>();
  if (auto tiles = dyn_cast_or_null<TileLoopOp>(loop.getOperation()))
    return tiles.getPersistent() || isRepeated(tiles);
  return loop != nullptr;
}

/// Loads behind `op`, which a barrier would hold back, come before it: their
/// memory is read meanwhile. Of what this kernel writes nothing is moved.
static void loadBefore(BlockReduceOp op) {
  DominanceInfo dominance;
  for (Operation *next = op->getNextNode(); next;) {
    Operation *after = next->getNextNode();
    auto load = dyn_cast<LoadFragmentOp>(next);
    if (!load && !isa<BlockReduceOp>(next) && !isMemoryEffectFree(next))
      return;
    if (load && !load.getCoherent() && !load.getAfter() &&
        llvm::all_of(load->getOperands(), [&](Value operand) {
          return dominance.properlyDominates(operand, op);
        }))
      load->moveBefore(op);
    next = after;
  }
}

LogicalResult mlir::gqgpu::expandBlockReduce(BlockReduceOp op) {
  FragmentType blocks = op.getResult().getType();
  BlockSharing sharing(blocks);
  int64_t lanes = lanesOf(sharing);
  std::optional<BlockSharing::Writers> writers = sharing.getWriters(lanes);
  if (!writers)
    // The config of the op that people write decides on both.
    return emitError(op.getLoc())
           << "reduces blocks of " << blocks.getBlock()[0] << "x"
           << blocks.getBlock()[1] << " that lie irregularly over "
           << sharing.threadRows << "x" << sharing.threadColumns
           << " threads; expects a config whose threads go into them";
  if (writers->count() > 1)
    loadBefore(op);
  OpBuilder b(op);
  Location loc = op.getLoc();
  auto over = [&](int64_t count) {
    return PartialType::get(b.getContext(), blocks, count);
  };
  Value partial =
      ThreadReduceOp::create(b, loc, over(1), op.getKind(), op.getValue());
  if (lanes > 1)
    partial = LaneReduceOp::create(b, loc, over(lanes), op.getKind(), partial);
  std::string text =
      lanes > 1 ? (Twine(lanes) + " lanes by shuffles").str() : "each thread";
  Value whole;
  if (writers->count() == 1) {
    whole = WholeBlocksOp::create(b, loc, blocks, partial);
    text += "; no shared memory";
  } else {
    auto kernel = op->getParentOfType<KernelOp>();
    OpBuilder entry = OpBuilder::atBlockBegin(&kernel.getBody().front());
    auto type =
        TileType::get(b.getContext(),
                      {sharing.getNumGroups(),
                       sharing.threadRows * sharing.threadColumns / lanes},
                      blocks.getElementType());
    Value words = SharedAllocOp::create(entry, loc, type, IntegerAttr());
    if (isRepeated(op))
      BarrierOp::create(b, loc, Scope::Block);
    WritePartialsOp::create(b, loc, partial, words);
    BarrierOp::create(b, loc, Scope::Block);
    whole = ReadPartialsOp::create(b, loc, blocks, op.getKind(), words,
                                   static_cast<uint64_t>(lanes));
    text += ", then " + std::to_string(writers->count()) +
            " words of shared memory";
  }
  gq::remarkDecision(op, kPass, "tree",
                     "blocks of " + Twine(blocks.getBlock()[0]) + "x" +
                         Twine(blocks.getBlock()[1]) + ": " + text);
  op.replaceAllUsesWith(whole);
  op.erase();
  return success();
}
