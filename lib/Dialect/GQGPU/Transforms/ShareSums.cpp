//===- ShareSums.cpp - sums of columns, for all groups of a role ----------===//
#include "ShareInRole.h"

using namespace mlir;
using namespace mlir::gqgpu;

FailureOr<TileLoopOp>
mlir::gqgpu::shareSums(TileLoopOp loop, SmallVectorImpl<RingCreateOp> &rings) {
  SmallVector<SpreadSumsOp> spreads;
  loop.walk([&](SpreadSumsOp spread) {
    if (spread.getDim() == Dim::Cols)
      spreads.push_back(spread);
  });
  for (SpreadSumsOp spread : spreads) {
    Location loc = spread.getLoc();
    auto column = cast<RankedTensorType>(spread.getSums().getType());
    FailureOr<TileLoopOp> wider = shareInRole(
        loop, spread.getResult(),
        TileType::get(loop.getContext(), column.getShape(),
                      column.getElementType()),
        [&](OpBuilder &b, Value ring, Value slot) {
          PutSumsOp::create(b, loc, spread.getSums(), /*first=*/Value(), ring,
                            slot, /*tile=*/0);
          return Value();
        },
        [&](OpBuilder &b, Value ring, Value slot) -> Value {
          return ReadSumsOp::create(b, loc, spread.getResult().getType(), ring,
                                    slot, /*tile=*/0, /*first=*/Value());
        },
        rings);
    if (failed(wider))
      return failure();
    loop = *wider;
    spread.erase();
  }
  return loop;
}
