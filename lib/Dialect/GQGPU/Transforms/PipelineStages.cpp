//===- PipelineStages.cpp - loads of the K loop through a ring ------------===//
//
// In:  gqgpu.tile_loop { scf.for { gqgpu.load x n; compute } }
// Out: ring_create; tile_loop(cursors) { scf.for(cursors) {
//        acquire; fills; commit;   wait; slot_reads; compute; release; advance
//        } }
//
// One cursor each for filling and for reading: they move in step here and apart
// once the roles run on different warp groups.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_PIPELINESTAGESPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
struct PipelineStagesPass
    : gqgpu::impl::PipelineStagesPassBase<PipelineStagesPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(),
                             [&](KernelOp kernel) { return run(kernel); })))
      signalPassFailure();
  }

  /// K of one step is not a loop any more: make it one again.
  static void wrapInLoop(gq::ScaledMatmulOp matmul) {
    OpBuilder b(matmul);
    Location loc = matmul.getLoc();
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    auto loop = scf::ForOp::create(b, loc, zero, one, one, matmul.getInit());
    Block *body = loop.getBody();
    if (!body->empty())
      body->back().erase();
    for (Value operand : matmul->getOperands().take_front(4))
      if (auto load = operand.getDefiningOp<LoadOp>();
          load && load->getBlock() == matmul->getBlock() && load->hasOneUse())
        load->moveBefore(body, body->end());
    matmul.getResult(0).replaceAllUsesWith(loop.getResult(0));
    matmul->moveBefore(body, body->end());
    matmul.getInitMutable().assign(loop.getRegionIterArg(0));
    b.setInsertionPointToEnd(body);
    scf::YieldOp::create(b, loc, matmul.getResult(0));
  }

  LogicalResult run(KernelOp kernel) {
    SmallVector<gq::ScaledMatmulOp> single;
    kernel.walk([&](gq::ScaledMatmulOp matmul) {
      if (isa<TileLoopOp>(matmul->getParentOp()) &&
          matmul.getA().getDefiningOp<LoadOp>() && matmul->getNumResults() == 1)
        single.push_back(matmul);
    });
    for (gq::ScaledMatmulOp matmul : single)
      wrapInLoop(matmul);
    SmallVector<scf::ForOp> loops;
    kernel.walk([&](gq::ScaledMatmulOp matmul) {
      auto loop = dyn_cast<scf::ForOp>(matmul->getParentOp());
      if (loop && isa<TileLoopOp>(loop->getParentOp()) &&
          !llvm::is_contained(loops, loop))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      if (failed(pipeline(loop)))
        return failure();
    return success();
  }

  LogicalResult pipeline(scf::ForOp loop) {
    MLIRContext *context = &getContext();
    Location loc = loop.getLoc();
    SmallVector<LoadOp> loads;
    gq::ScaledMatmulOp matmul;
    for (Operation &op : *loop.getBody()) {
      if (auto load = dyn_cast<LoadOp>(op))
        loads.push_back(load);
      if (auto found = dyn_cast<gq::ScaledMatmulOp>(op)) {
        if (matmul)
          return found.emitOpError("is the second scaled_matmul of one loop; "
                                   "expects one");
        matmul = found;
      }
    }
    if (loads.empty())
      return success();
    FailureOr<gq::MatmulConfig> config = gq::MatmulConfig();
    if (matmul)
      config = matmul.requireOneConfig();
    if (failed(config))
      return failure();

    SmallVector<TileType> tiles;
    for (LoadOp load : loads) {
      if (!load.getPath())
        return load.emitOpError("expects a path; run gq-promote-tma first");
      // What reads it must come after the fills, which are together.
      for (Operation *user : load->getUsers())
        if (loop.getBody()->findAncestorOpInBlock(*user)->isBeforeInBlock(
                loads.back()))
          return user->emitOpError("uses a tile before the last gqgpu.load of "
                                   "the loop; expects the loads first");
      auto type = cast<RankedTensorType>(load.getResult().getType());
      if (failed(TileType::verifyInvariants(
              [&] { return load.emitOpError("cannot go through a ring: "); },
              type.getShape(), type.getElementType(), load.getSwizzle(),
              /*band=*/0, load.getPermuted())))
        return failure();
      tiles.push_back(TileType::get(context, type.getShape(),
                                    type.getElementType(), load.getSwizzle(),
                                    /*band=*/0, load.getPermuted()));
    }
    IRRewriter rewriter(context);
    auto tileLoop = cast<TileLoopOp>(loop->getParentOp());
    rewriter.setInsertionPoint(tileLoop);
    // What the copy engine brings to a slot.
    int64_t bytes = 0;
    for (auto [tile, load] : llvm::zip(tiles, loads))
      if (*load.getPath() == Path::Tma)
        bytes += tile.getNumBytes();
    auto ring = RingCreateOp::create(
        rewriter, loc, RingType::get(context, config->stages, tiles), bytes);
    Type cursorType = CursorType::get(context);
    Value fill = CursorOp::create(rewriter, loc, cursorType);
    Value read = CursorOp::create(rewriter, loc, cursorType);

    // Cursors go from tile to tile, and in each from step to step.
    FailureOr<LoopLikeOpInterface> inner = failure();
    FailureOr<LoopLikeOpInterface> outer = tileLoop.replaceWithAdditionalYields(
        rewriter, {fill, read}, /*replaceInitOperandUsesInLoop=*/false,
        [&](OpBuilder &, Location, ArrayRef<BlockArgument> carried) {
          inner = loop.replaceWithAdditionalYields(
              rewriter, ValueRange(carried),
              /*replaceInitOperandUsesInLoop=*/false,
              [&](OpBuilder &b, Location loc, ArrayRef<BlockArgument> args) {
                return llvm::map_to_vector(args, [&](Value cursor) -> Value {
                  return AdvanceOp::create(b, loc, cursorType, ring, cursor);
                });
              });
          if (failed(inner))
            return SmallVector<Value>(carried);
          return SmallVector<Value>((*inner)->getResults().take_back(2));
        });
    if (failed(inner) || failed(outer))
      return loop.emitOpError("could not carry cursors");
    loop = cast<scf::ForOp>(inner->getOperation());

    // Fills, then reads, where the loads stood.
    Value fillCursor = loop.getRegionIterArgs().take_back(2)[0];
    Value readCursor = loop.getRegionIterArgs().take_back(2)[1];
    Type slotType = SlotType::get(context);
    rewriter.setInsertionPointAfter(loads.back());
    Value filled = AcquireOp::create(rewriter, loc, slotType, ring, fillCursor);
    for (auto [i, load] : llvm::enumerate(loads)) {
      auto tile = rewriter.getI64IntegerAttr(i);
      if (*load.getPath() == Path::Tma)
        TmaLoadOp::create(rewriter, load.getLoc(), load.getSource(),
                          load.getIndices(), ring, filled, tile,
                          load.getEvictAttr());
      else
        CopyLoadOp::create(rewriter, load.getLoc(), load.getSource(),
                           load.getIndices(), ring, filled, tile,
                           load.getEvictAttr(), /*aligned=*/IntegerAttr());
    }
    CommitOp::create(rewriter, loc, ring, filled);
    Value full = WaitOp::create(rewriter, loc, slotType, ring, readCursor,
                                Value(), /*late=*/!config->earlyWait);
    for (auto [i, load] : llvm::enumerate(loads)) {
      Value tile = SlotReadOp::create(rewriter, load.getLoc(),
                                      load.getResult().getType(), ring, full,
                                      rewriter.getI64IntegerAttr(i));
      rewriter.replaceOp(load, tile);
    }
    // After everything that reads the slot.
    Operation *last = full.getDefiningOp();
    for (Operation &op : loop.getBody()->without_terminator())
      for (Value operand : op.getOperands()) {
        if (auto slice = operand.getDefiningOp<tensor::ExtractSliceOp>())
          operand = slice.getSource();
        if (operand.getDefiningOp<SlotReadOp>())
          last = &op;
      }
    rewriter.setInsertionPointAfter(last);
    ReleaseOp::create(rewriter, loc, ring, full);
    return success();
  }
};
} // namespace
