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
// A row of a tile in shared memory is as long as its swizzle. A step of K of
// several such rows takes as many slots, one after another, whose tiles a
// tensor.concat puts side by side; what has no swizzle (scales) is the same in
// each of them and is read from the first.
//
//===----------------------------------------------------------------------===//
#include "Products.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/Analysis/TopologicalSortUtils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_PIPELINESTAGESPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

/// The slots that a tile with rows of several swizzles goes to.
static int64_t partsOf(LoadOp load) {
  auto type = cast<RankedTensorType>(load.getResult().getType());
  auto swizzle = static_cast<int64_t>(load.getSwizzle());
  if (swizzle == 0 || type.getRank() == 0 ||
      !type.getElementType().isIntOrFloat())
    return 1;
  int64_t row = type.getShape().back() * type.getElementTypeBitWidth() / 8;
  return row > swizzle && row % swizzle == 0 ? row / swizzle : 1;
}

/// The slots of one step of K.
static FailureOr<int64_t> slotsPerStep(ArrayRef<LoadOp> loads,
                                       gq::ScaledMatmulOp matmul,
                                       const gq::MatmulConfig &config) {
  int64_t slots = 1;
  LoadOp first;
  for (LoadOp load : loads) {
    if (load.getSwizzle() == 0)
      continue;
    int64_t parts = partsOf(load);
    if (first && parts != slots)
      return load.emitOpError("takes ")
                 << parts << " slots for a step of K, expects " << slots
                 << ", as the loads before",
             failure();
    first = load;
    slots = parts;
  }
  if (slots > config.stages)
    return matmul.emitOpError("has steps of K that take ")
               << slots << " slots of the ring, expects at least as many "
               << "stages, got " << config.stages,
           failure();
  return slots;
}

/// The last of `indices` becomes one that is so many further on.
static void move(OpBuilder &b, SmallVector<Value> &indices, int64_t further) {
  if (further == 0)
    return;
  Location loc = indices.back().getLoc();
  Value past = arith::ConstantIndexOp::create(b, loc, further);
  indices.back() = arith::AddIOp::create(b, loc, indices.back(), past);
}

/// Whether `value` is a tile of a slot, a part of one, or several in a row.
static bool isOfSlot(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto slice = dyn_cast_or_null<tensor::ExtractSliceOp>(op))
    return isOfSlot(slice.getSource());
  if (auto row = dyn_cast_or_null<tensor::ConcatOp>(op))
    return llvm::any_of(row.getInputs(), isOfSlot);
  return isa_and_nonnull<SlotReadOp>(op);
}

/// Whether two products are to be computed in the same tiles.
static bool isDualOf(gq::ScaledMatmulOp op, gq::ScaledMatmulOp other) {
  auto config = dyn_cast_or_null<gq::MatmulConfigAttr>(op.getConfigAttr());
  return config && config.getValue().dual && config == other.getConfigAttr();
}

namespace {
struct PipelineStagesPass
    : gqgpu::impl::PipelineStagesPassBase<PipelineStagesPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(),
                             [&](KernelOp kernel) { return run(kernel); })))
      signalPassFailure();
  }

  /// K of one step is not a loop any more: make it one again, around the
  /// products of a tile.
  static void wrapInLoop(ArrayRef<gq::ScaledMatmulOp> matmuls) {
    Operation *first = matmuls.front();
    OpBuilder b(first);
    Location loc = first->getLoc();
    Value zero = arith::ConstantIndexOp::create(b, loc, 0);
    Value one = arith::ConstantIndexOp::create(b, loc, 1);
    SmallVector<Value> inits, sums;
    for (gq::ScaledMatmulOp matmul : matmuls) {
      inits.push_back(matmul.getInit());
      sums.push_back(matmul.getResult(0));
    }
    auto loop = scf::ForOp::create(b, loc, zero, one, one, inits);
    Block *body = loop.getBody();
    if (!body->empty())
      body->back().erase();
    auto isProduct = [&](Operation *op) {
      return llvm::is_contained(matmuls, dyn_cast<gq::ScaledMatmulOp>(op));
    };
    // A step may be some columns of what is loaded.
    auto isInside = [&](Operation *user) {
      return isProduct(user) || (isa<tensor::ExtractSliceOp>(user) &&
                                 llvm::all_of(user->getUsers(), isProduct));
    };
    SmallVector<tensor::ExtractSliceOp> columns;
    for (gq::ScaledMatmulOp matmul : matmuls)
      for (Value operand : matmul.getDpsInputs()) {
        LoadOp load = loadOf(operand);
        if (!load)
          continue;
        if (load->getBlock() == first->getBlock() &&
            llvm::all_of(load->getUsers(), isInside))
          load->moveBefore(body, body->end());
        auto slice = operand.getDefiningOp<tensor::ExtractSliceOp>();
        if (slice && load->getBlock() == body)
          columns.push_back(slice);
      }
    for (tensor::ExtractSliceOp slice : columns)
      slice->moveBefore(body, body->end());
    for (auto [matmul, init, result, sum] : llvm::zip(
             matmuls, loop.getRegionIterArgs(), loop.getResults(), sums)) {
      sum.replaceAllUsesWith(result);
      gq::ScaledMatmulOp(matmul)->moveBefore(body, body->end());
      gq::ScaledMatmulOp(matmul).getInitMutable().assign(init);
    }
    b.setInsertionPointToEnd(body);
    scf::YieldOp::create(b, loc, sums);
    // What reads the sum of the first product, or loads for the second, stood
    // between them.
    if (matmuls.size() > 1)
      sortTopologically(loop->getBlock());
  }

  LogicalResult run(KernelOp kernel) {
    SmallVector<gq::ScaledMatmulOp> single;
    kernel.walk([&](gq::ScaledMatmulOp matmul) {
      if (isa<TileLoopOp>(matmul->getParentOp()) && loadOf(matmul.getA()) &&
          matmul->getNumResults() == 1)
        single.push_back(matmul);
    });
    while (!single.empty()) {
      gq::ScaledMatmulOp first = single.front();
      auto isOther = [&](gq::ScaledMatmulOp op) {
        return op != first &&
               (op->getBlock() != first->getBlock() || !isDualOf(op, first));
      };
      SmallVector<gq::ScaledMatmulOp> others =
          llvm::filter_to_vector(single, isOther);
      llvm::erase_if(single, isOther);
      wrapInLoop(single);
      single = others;
    }
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

  /// Slot `slot` of a step gets tile `number` of `load`, which is not decoded.
  static void fillFrom(OpBuilder &b, LoadOp load, Value ring, Value token,
                       TileType type, int64_t number, int64_t slot) {
    IntegerAttr tile = b.getI64IntegerAttr(number);
    SmallVector<Value> indices(load.getIndices());
    bool further = slot > 0 && partsOf(load) > 1;
    if (further)
      move(b, indices, slot * type.getShape().back());
    if (*load.getPath() == Path::Tma)
      TmaLoadOp::create(b, load.getLoc(), load.getSource(), indices, ring,
                        token, tile, load.getEvictAttr(),
                        /*past_end=*/further ? b.getUnitAttr() : UnitAttr(),
                        load.getL2PromotionAttr());
    else
      CopyLoadOp::create(b, load.getLoc(), load.getSource(), indices, ring,
                         token, tile, load.getEvictAttr(),
                         /*aligned=*/IntegerAttr(),
                         /*past_end=*/further ? b.getUnitAttr() : UnitAttr(),
                         /*scales=*/Value(),
                         /*scale_indices=*/ValueRange(), /*packed=*/TypeAttr(),
                         /*block=*/DenseI64ArrayAttr());
  }

  /// The same of one that is: what it is filled from is computed at once.
  static std::function<void()> decodeTo(OpBuilder &b, LoadOp load, Value ring,
                                        Value token, TileType type,
                                        int64_t number, int64_t slot) {
    SmallVector<Value> indices(load.getIndices()),
        scales(load.getScaleIndices());
    // Two codes are in a byte.
    int64_t columns = partsOf(load) > 1 ? slot * type.getShape().back() : 0;
    UnitAttr pastEnd = columns > 0 ? b.getUnitAttr() : UnitAttr();
    move(b, indices, columns / 2);
    move(b, scales, columns / load.getBlock()->back());
    return [=, &b]() mutable {
      CopyLoadOp::create(b, load.getLoc(), load.getSource(), indices, ring,
                         token, b.getI64IntegerAttr(number),
                         load.getEvictAttr(), /*aligned=*/IntegerAttr(),
                         pastEnd, load.getScales(), scales,
                         load.getPackedAttr(), load.getBlockAttr());
    };
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
        if (matmul && !isDualOf(found, matmul))
          return found.emitOpError("is the second scaled_matmul of one loop; "
                                   "expects one, or two with one config with "
                                   "dual = true");
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

    FailureOr<int64_t> slots = slotsPerStep(loads, matmul, *config);
    if (failed(slots))
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
      SmallVector<int64_t> shape(type.getShape());
      if (int64_t parts = partsOf(load); parts > 1)
        shape.back() /= parts;
      if (failed(TileType::verifyInvariants(
              [&] { return load.emitOpError("cannot go through a ring: "); },
              shape, type.getElementType(), load.getSwizzle(),
              /*band=*/0, load.getPermuted())))
        return failure();
      tiles.push_back(TileType::get(context, shape, type.getElementType(),
                                    load.getSwizzle(), /*band=*/0,
                                    load.getPermuted()));
    }
    IRRewriter rewriter(context);
    auto tileLoop = cast<TileLoopOp>(loop->getParentOp());
    rewriter.setInsertionPoint(tileLoop);
    // What the copy engine brings to a slot.
    int64_t bytes = 0;
    for (auto [tile, load] : llvm::zip(tiles, loads))
      if (*load.getPath() == Path::Tma)
        bytes += tile.getNumBytes();
    if (config->pause)
      loop->getParentOfType<KernelOp>().setPause(*config->pause);
    auto ring = RingCreateOp::create(
        rewriter, loc, RingType::get(context, config->stages, tiles), bytes);
    Type cursorType = CursorType::get(context);
    Value fill = CursorOp::create(rewriter, loc, cursorType);
    Value read = CursorOp::create(rewriter, loc, cursorType);

    // Cursors go from tile to tile, and in each from step to step. Those of the
    // slots of a step, and the one that the next step starts with:
    SmallVector<SmallVector<Value>, 2> cursors;
    FailureOr<LoopLikeOpInterface> inner = failure();
    FailureOr<LoopLikeOpInterface> outer = tileLoop.replaceWithAdditionalYields(
        rewriter, {fill, read}, /*replaceInitOperandUsesInLoop=*/false,
        [&](OpBuilder &, Location, ArrayRef<BlockArgument> carried) {
          inner = loop.replaceWithAdditionalYields(
              rewriter, ValueRange(carried),
              /*replaceInitOperandUsesInLoop=*/false,
              [&](OpBuilder &b, Location loc, ArrayRef<BlockArgument> args) {
                return llvm::map_to_vector(args, [&](Value cursor) -> Value {
                  SmallVector<Value> &steps = cursors.emplace_back();
                  steps.push_back(cursor);
                  for (int64_t slot = 0; slot < *slots; ++slot)
                    steps.push_back(AdvanceOp::create(b, loc, cursorType, ring,
                                                      steps.back()));
                  return steps.back();
                });
              });
          if (failed(inner))
            return SmallVector<Value>(carried);
          return SmallVector<Value>((*inner)->getResults().take_back(2));
        });
    if (failed(inner) || failed(outer))
      return loop.emitOpError("could not carry cursors");
    loop = cast<scf::ForOp>(inner->getOperation());

    bool decodes = llvm::any_of(
        loads, [](LoadOp load) { return load.getScales() != nullptr; });
    // Fills, then reads, where the loads stood.
    Type slotType = SlotType::get(context);
    rewriter.setInsertionPointAfter(loads.back());
    for (SmallVector<Value> &steps : cursors)
      for (Value cursor : ArrayRef(steps).drop_front().drop_back()) {
        Operation *advance = cursor.getDefiningOp();
        rewriter.moveOpBefore(advance, rewriter.getInsertionBlock(),
                              rewriter.getInsertionPoint());
      }
    SmallVector<Value> filled;
    for (auto [slot, cursor] :
         llvm::enumerate(ArrayRef(cursors[0]).drop_back())) {
      filled.push_back(
          AcquireOp::create(rewriter, loc, slotType, ring, cursor));
      for (auto [i, load] : llvm::enumerate(loads))
        if (!load.getScales())
          fillFrom(rewriter, load, ring, filled.back(), tiles[i], i, slot);
      if (!decodes)
        CommitOp::create(rewriter, loc, ring, filled.back());
    }
    // What is decoded comes together: the threads load all of it first.
    if (decodes) {
      SmallVector<std::function<void()>> fills;
      for (auto [slot, token] : llvm::enumerate(filled))
        for (auto [i, load] : llvm::enumerate(loads))
          if (load.getScales())
            fills.push_back(
                decodeTo(rewriter, load, ring, token, tiles[i], i, slot));
      for (std::function<void()> &create : fills)
        create();
      for (Value token : filled)
        CommitOp::create(rewriter, loc, ring, token);
    }
    SmallVector<Value> full;
    for (Value cursor : ArrayRef(cursors[1]).drop_back())
      full.push_back(WaitOp::create(rewriter, loc, slotType, ring, cursor,
                                    Value(), /*late=*/!config->earlyWait));
    for (auto [i, load] : llvm::enumerate(loads)) {
      auto type = cast<RankedTensorType>(load.getResult().getType());
      int64_t parts = partsOf(load);
      auto partType =
          RankedTensorType::get(tiles[i].getShape(), type.getElementType());
      SmallVector<Value> read;
      for (Value slot : ArrayRef(full).take_front(parts))
        read.push_back(SlotReadOp::create(rewriter, load.getLoc(), partType,
                                          ring, slot,
                                          rewriter.getI64IntegerAttr(i)));
      Value tile = read.front();
      if (parts > 1)
        tile = tensor::ConcatOp::create(rewriter, load.getLoc(), type,
                                        /*dim=*/type.getRank() - 1, read);
      rewriter.replaceOp(load, tile);
    }
    // After everything that reads the slots.
    Operation *last = full.back().getDefiningOp();
    for (Operation &op : loop.getBody()->without_terminator())
      if (llvm::any_of(op.getOperands(), isOfSlot))
        last = &op;
    rewriter.setInsertionPointAfter(last);
    for (Value slot : full)
      ReleaseOp::create(rewriter, loc, ring, slot);
    return success();
  }
};
} // namespace
