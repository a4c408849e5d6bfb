//===- ShareMaxima.cpp - maxima of blocks, for all groups of a role -------===//
#include "QuantizeSteps.h"
#include "ShareInRole.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Rows of an accumulator that a warp holds.
static constexpr int64_t kRowsOfWarp = 16;

FailureOr<TileLoopOp>
mlir::gqgpu::shareMaxima(TileLoopOp loop, int64_t across,
                         SmallVectorImpl<RingCreateOp> &rings) {
  SmallVector<gq::QuantizeOp> quantized;
  loop.walk([&](gq::QuantizeOp op) {
    if (op.getBlock()[0] > 1)
      quantized.push_back(op);
  });
  for (gq::QuantizeOp op : quantized) {
    ArrayRef<int64_t> block = op.getBlock(),
                      shape = cast<ShapedType>(op.getX().getType()).getShape();
    if (shape[0] % block[0] != 0 || shape[1] % block[1] != 0)
      return op.emitOpError("has blocks of ")
                 << block[0] << "x" << block[1]
                 << ", expects some that divide the tile of " << shape[0] << "x"
                 << shape[1],
             failure();
    OpBuilder b(op);
    op->replaceAllUsesWith(makeQuantizeSteps(b, op, op.getX()));
    op.erase();
  }
  SmallVector<gq::BlockAbsmaxOp> reductions;
  loop.walk([&](gq::BlockAbsmaxOp op) { reductions.push_back(op); });
  for (gq::BlockAbsmaxOp op : reductions) {
    Location loc = op.getLoc();
    ArrayRef<int64_t> block = op.getBlock(),
                      shape = cast<ShapedType>(op.getX().getType()).getShape();
    int64_t columns = shape[1] / across, width = std::min(columns, block[1]);
    if (columns % width != 0 || block[1] % width != 0)
      return op.emitOpError("has blocks of ")
                 << block[1] << " columns, expects those to go into the "
                 << columns << " of a product, or these into them",
             failure();
    // Rows past the end of the tensor are no matter of elements.
    Value x = op.getX(), rows;
    if (auto mask = x.getDefiningOp<MaskOp>();
        mask && !mask.getFill() &&
        getConstantIntValue(mask.getSizes()[1]) == shape[1]) {
      x = mask.getValue();
      rows = mask.getSizes()[0];
    }
    auto words = TileType::get(op.getContext(),
                               {shape[1] / width, shape[0] / kRowsOfWarp},
                               Float32Type::get(op.getContext()));
    FailureOr<TileLoopOp> wider = shareInRole(
        loop, op.getResult(0), words,
        [&](OpBuilder &b, Value ring, Value slot) {
          PutMaximaOp::create(b, loc, x, /*at=*/ValueRange(), rows, ring, slot,
                              /*tile=*/0);
          return Value();
        },
        [&](OpBuilder &b, Value ring, Value slot) -> Value {
          return ReadMaximaOp::create(b, loc, op.getResult(0).getType(), ring,
                                      slot, /*tile=*/0, block,
                                      op.getAmaxFloor(),
                                      /*at=*/ValueRange());
        },
        rings);
    if (failed(wider))
      return failure();
    loop = *wider;
    op.erase();
  }
  return loop;
}
