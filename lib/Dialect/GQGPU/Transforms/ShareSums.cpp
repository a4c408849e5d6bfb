//===- ShareSums.cpp - sums of columns, for all groups of a role ----------===//
#include "ShareSums.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// While one group still reads the sums of a tile, another one may put those of
/// the next.
static constexpr int64_t kSlots = 2;

FailureOr<TileLoopOp>
mlir::gqgpu::shareSums(TileLoopOp loop, SmallVectorImpl<RingCreateOp> &rings) {
  SmallVector<SpreadSumsOp> spreads;
  loop.walk([&](SpreadSumsOp spread) {
    if (spread.getDim() == Dim::Cols)
      spreads.push_back(spread);
  });
  IRRewriter rewriter(loop.getContext());
  for (SpreadSumsOp spread : spreads) {
    if (spread->getParentOp() != loop)
      return spread.emitOpError("expects to be in the loop over tiles"),
             failure();
    Location loc = spread.getLoc();
    auto column = cast<RankedTensorType>(spread.getSums().getType());
    rewriter.setInsertionPoint(loop);
    MLIRContext *context = loop.getContext();
    auto ring = RingCreateOp::create(
        rewriter, loc,
        RingType::get(
            context, kSlots,
            TileType::get(context, column.getShape(), column.getElementType())),
        /*bytes=*/0);
    rings.push_back(ring);
    Value start = CursorOp::create(rewriter, loc, CursorType::get(context));
    FailureOr<LoopLikeOpInterface> wider = loop.replaceWithAdditionalYields(
        rewriter, {start, start}, /*replaceInitOperandUsesInLoop=*/false,
        [&](OpBuilder &, Location, ArrayRef<BlockArgument> carried) {
          OpBuilder b(spread);
          Type slotType = SlotType::get(context);
          auto advance = [&](Value cursor) -> Value {
            return AdvanceOp::create(b, loc, cursor.getType(), ring.getRing(),
                                     cursor);
          };
          Value slot =
              AcquireOp::create(b, loc, slotType, ring.getRing(), carried[0]);
          PutSumsOp::create(b, loc, spread.getSums(), /*first=*/Value(),
                            ring.getRing(), slot, /*tile=*/0);
          CommitOp::create(b, loc, ring.getRing(), slot);
          Value filled = advance(carried[0]);
          Value full = WaitOp::create(b, loc, slotType, ring.getRing(),
                                      carried[1], /*when=*/Value());
          Value each = ReadSumsOp::create(b, loc, spread.getResult().getType(),
                                          ring.getRing(), full, /*tile=*/0,
                                          /*first=*/Value());
          ReleaseOp::create(b, loc, ring.getRing(), full);
          spread.getResult().replaceAllUsesWith(each);
          return SmallVector<Value>{filled, advance(carried[1])};
        });
    if (failed(wider))
      return loop.emitOpError("could not carry cursors"), failure();
    loop = cast<TileLoopOp>(wider->getOperation());
    rewriter.eraseOp(spread);
  }
  return loop;
}
