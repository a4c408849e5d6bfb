//===- ShareInRole.cpp - values that all groups of a role need ------------===//
#include "ShareInRole.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// While one group still reads the values of a tile, another one may put those
/// of the next.
static constexpr int64_t kSlots = 2;

FailureOr<TileLoopOp>
mlir::gqgpu::shareInRole(TileLoopOp loop, Value shared, TileType words,
                         SlotAccess put, SlotAccess read,
                         SmallVectorImpl<RingCreateOp> &rings) {
  Operation *op = shared.getDefiningOp();
  if (op->getParentOp() != loop)
    return op->emitOpError("expects to be in the loop over tiles"), failure();
  Location loc = op->getLoc();
  MLIRContext *context = loop.getContext();
  IRRewriter rewriter(context);
  rewriter.setInsertionPoint(loop);
  auto ring = RingCreateOp::create(
      rewriter, loc, RingType::get(context, kSlots, words), /*bytes=*/0);
  rings.push_back(ring);
  Value start = CursorOp::create(rewriter, loc, CursorType::get(context));
  FailureOr<LoopLikeOpInterface> wider = loop.replaceWithAdditionalYields(
      rewriter, {start, start}, /*replaceInitOperandUsesInLoop=*/false,
      [&](OpBuilder &, Location, ArrayRef<BlockArgument> carried) {
        OpBuilder b(op);
        Type slotType = SlotType::get(context);
        auto advance = [&](Value cursor) -> Value {
          return AdvanceOp::create(b, loc, cursor.getType(), ring.getRing(),
                                   cursor);
        };
        Value slot =
            AcquireOp::create(b, loc, slotType, ring.getRing(), carried[0]);
        put(b, ring.getRing(), slot);
        CommitOp::create(b, loc, ring.getRing(), slot);
        Value filled = advance(carried[0]);
        Value full = WaitOp::create(b, loc, slotType, ring.getRing(),
                                    carried[1], /*when=*/Value());
        Value each = read(b, ring.getRing(), full);
        ReleaseOp::create(b, loc, ring.getRing(), full);
        shared.replaceAllUsesWith(each);
        return SmallVector<Value>{filled, advance(carried[1])};
      });
  if (failed(wider))
    return loop.emitOpError("could not carry cursors"), failure();
  return cast<TileLoopOp>(wider->getOperation());
}
