//===- KernelBody.cpp - tensor code as loads, tiles and stores ------------===//
#include "KernelBuilder.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::gqgpu;

using OFR = OpFoldResult;

/// Largest value of a slice size, or failure with an error.
static FailureOr<int64_t> boundOf(Operation *op, OFR size) {
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return *constant;
  FailureOr<int64_t> bound = ValueBoundsConstraintSet::computeConstantBound(
      presburger::BoundType::UB, size, nullptr, /*closedUB=*/true);
  if (failed(bound))
    return op->emitOpError("has a size without a constant upper bound, which a "
                           "tile needs");
  return bound;
}

LogicalResult KernelBuilder::convertBlock(Block &block) {
  for (Operation &op : block)
    if (failed(convert(&op)))
      return failure();
  return success();
}

LogicalResult KernelBuilder::convert(Operation *op) {
  if (auto extract = dyn_cast<tensor::ExtractOp>(op))
    return convert(extract);
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return convert(slice);
  if (auto cast = dyn_cast<tensor::CastOp>(op))
    return convert(cast);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return convert(insert);
  if (auto insert = dyn_cast<tensor::ParallelInsertSliceOp>(op))
    return convert(insert);
  if (auto parallel = dyn_cast<scf::InParallelOp>(op))
    return convertBlock(*parallel.getBody());
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return convert(loop);
  if (auto sum = dyn_cast<gq::SumOfPartsOp>(op))
    return convert(sum);
  if (auto parts = dyn_cast<gq::AbsmaxOfPartsOp>(op))
    return convert(parts);
  if (auto empty = dyn_cast<tensor::EmptyOp>(op)) {
    SmallVector<int64_t> shape;
    SmallVector<OFR> sizes;
    for (OFR size : empty.getMixedSizes()) {
      FailureOr<int64_t> bound = boundOf(op, size);
      if (failed(bound))
        return failure();
      shape.push_back(*bound);
      sizes.push_back(mapped(size));
    }
    Value tile = tensor::EmptyOp::create(b, op->getLoc(), paddedResult(shape),
                                         empty.getType().getElementType());
    tiles[empty.getResult()] = {tile, sizes};
    return success();
  }
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> which = dim.getConstantIndex();
    auto view = views.find(dim.getSource());
    auto tile = tiles.find(dim.getSource());
    OFR size;
    if (which && view != views.end() && !view->second.sizes.empty())
      size = view->second.sizes[*which];
    else if (which && tile != tiles.end())
      size = tile->second.sizes[*which];
    if (which && view != views.end() && !size) {
      map.map(dim.getResult(),
              memref::DimOp::create(b, op->getLoc(), view->second.memref,
                                    index(*which))
                  .getResult());
      return success();
    }
    if (!size)
      return op->emitOpError("asks for the size of something that is neither a "
                             "tile nor an operand");
    map.map(dim.getResult(),
            getValueOrCreateConstantIndexOp(b, op->getLoc(), size));
    return success();
  }
  if (auto dps = dyn_cast<DestinationStyleOpInterface>(op);
      dps && isa<linalg::LinalgOp, gq::BlockOpInterface>(op))
    return convertCompute(dps);
  if (isPure(op) && op->getNumRegions() == 0 &&
      llvm::none_of(op->getOperandTypes(),
                    [](Type t) { return isa<TensorType>(t); })) {
    b.clone(*op, map);
    return success();
  }
  return op->emitOpError("is not supported inside a kernel");
}

/// A number that is in memory, such as which weights a tile belongs to.
LogicalResult KernelBuilder::convert(tensor::ExtractOp op) {
  View view = views.lookup(op.getTensor());
  if (!view.memref)
    return op.emitOpError(
        "reads an element of something that is not an operand "
        "of the kernel");
  if (!op.getType().isInteger(32) && !op.getType().isInteger(64))
    return op.emitOpError("reads an element of type ")
           << op.getType() << " inside a kernel, expects i32 or i64";
  SmallVector<Value> indices;
  for (auto [offset, index] : llvm::zip(view.offsets, op.getIndices())) {
    Value at = map.lookup(index);
    indices.push_back(
        offset ? arith::AddIOp::create(b, op.getLoc(), offset, at).getResult()
               : at);
  }
  map.map(op.getResult(), LoadScalarOp::create(b, op.getLoc(), op.getType(),
                                               view.memref, indices)
                              .getResult());
  return success();
}

/// A slice of at most `shape` elements, of `sizes`, leaves out nothing of a
/// tile but padding. Values of blocks are not padded as elements are.
static bool isAllOf(RankedTensorType tile, ArrayRef<int64_t> shape,
                    ArrayRef<OFR> sizes, ArrayRef<OFR> existing) {
  return llvm::all_of(llvm::seq<size_t>(0, shape.size()), [&](size_t dim) {
    return shape[dim] == tile.getDimSize(dim) ||
           isEqualConstantIntOrValue(sizes[dim], existing[dim]);
  });
}

LogicalResult KernelBuilder::convert(tensor::ExtractSliceOp op) {
  if (!llvm::all_of(op.getMixedStrides(),
                    [](OFR s) { return getConstantIntValue(s) == 1; }))
    return op.emitOpError("expects unit strides inside a kernel");
  if (op.getType().getRank() != op.getSourceType().getRank())
    return op.emitOpError(
        "expects a slice of the source's rank inside a kernel");
  SmallVector<int64_t> shape;
  SmallVector<OFR> sizes;
  for (OFR size : op.getMixedSizes()) {
    FailureOr<int64_t> bound = boundOf(op, size);
    if (failed(bound))
      return failure();
    shape.push_back(*bound);
    sizes.push_back(mapped(size));
  }
  Value source = op.getSource();
  if (auto tile = tiles.find(source); tile != tiles.end()) {
    auto type = cast<RankedTensorType>(tile->second.value.getType());
    bool whole = (type.getShape() == ArrayRef<int64_t>(paddedResult(shape)) ||
                  isAllOf(type, shape, sizes, tile->second.sizes)) &&
                 llvm::all_of(op.getMixedOffsets(), [](OFR o) {
                   return getConstantIntValue(o) == 0;
                 });
    if (!whole)
      return op.emitOpError(
          "takes a part of what the kernel itself computes; expects all of it, "
          "or a part of an argument or of what another kernel has computed");
    Tile same = tile->second;
    tiles[op.getResult()] = same;
    return success();
  }
  if (isEmpty(source)) {
    Value tile = tensor::EmptyOp::create(b, op.getLoc(), paddedResult(shape),
                                         op.getType().getElementType());
    tiles[op.getResult()] = {tile, sizes};
    return success();
  }
  View view = views.lookup(source);
  if (!view.memref)
    return op.emitOpError(
        "slices something that is neither a tile nor an operand");
  for (auto [dim, offset] : llvm::enumerate(op.getMixedOffsets())) {
    Value value = index(offset);
    view.offsets[dim] =
        view.offsets[dim]
            ? arith::AddIOp::create(b, op.getLoc(), view.offsets[dim], value)
            : value;
    view.starts[dim] = SliceEnds::sum(view.starts[dim], ends.of(offset));
  }
  view.tile = shape;
  view.sizes = sizes;
  view.counts.clear();
  for (OFR size : op.getMixedSizes())
    view.counts.push_back(ends.of(size));
  views[op.getResult()] = view;
  return success();
}

/// Of sizes that are known: a tile has its own.
LogicalResult KernelBuilder::convert(tensor::CastOp op) {
  if (auto tile = tiles.find(op.getSource()); tile != tiles.end()) {
    Tile same = tile->second;
    tiles[op.getResult()] = same;
    return success();
  }
  View view = views.lookup(op.getSource());
  if (!view.memref)
    return op.emitOpError(
        "casts something that is neither a tile nor an operand");
  views[op.getResult()] = view;
  return success();
}

/// Whether nothing is left of the slice that `op` writes to.
static bool writesWhole(tensor::InsertSliceOp op) {
  auto slice = op.getDest().getDefiningOp<tensor::ExtractSliceOp>();
  auto all = [](ArrayRef<OFR> values, int64_t wanted) {
    return llvm::all_of(values, [&](OFR value) {
      return getConstantIntValue(value) == wanted;
    });
  };
  return slice && all(op.getMixedOffsets(), 0) &&
         all(op.getMixedStrides(), 1) &&
         op.getMixedSizes() == slice.getMixedSizes();
}

LogicalResult KernelBuilder::convert(tensor::InsertSliceOp op) {
  FailureOr<Tile> tile = tileOf(op, op.getSource(), true);
  if (succeeded(tile) && writesWhole(op)) {
    tiles[op.getResult()] = *tile;
    return success();
  }
  FailureOr<Tile> dest = tileOf(op, op.getDest(), false);
  if (failed(tile) || failed(dest))
    return failure();
  auto all = [](ArrayRef<OFR> values, int64_t wanted) {
    return llvm::all_of(values, [&](OFR value) {
      return getConstantIntValue(value) == wanted;
    });
  };
  bool whole =
      all(op.getMixedOffsets(), 0) && all(op.getMixedStrides(), 1) &&
      op.getMixedSizes().size() == dest->sizes.size() &&
      llvm::all_of(llvm::zip(op.getMixedSizes(), dest->sizes), [&](auto pair) {
        auto [written, size] = pair;
        return isEqualConstantIntOrValue(mapped(written), size);
      });
  if (tile->value.getType() != dest->value.getType() || !whole)
    return op.emitOpError("writes into a part of what the kernel itself "
                          "computes; expects to write all of it");
  tiles[op.getResult()] = *tile;
  return success();
}

LogicalResult KernelBuilder::convert(tensor::ParallelInsertSliceOp op) {
  if (!llvm::all_of(op.getMixedStrides(),
                    [](OFR s) { return getConstantIntValue(s) == 1; }))
    return op.emitOpError("expects unit strides inside a kernel");
  if (op.getSourceType().getRank() != op.getDestType().getRank())
    return op.emitOpError(
        "expects a source of the destination's rank inside a kernel");
  FailureOr<Tile> tile = tileOf(op, op.getSource(), true);
  if (failed(tile))
    return failure();
  View view = views.lookup(op.getDest());
  if (!view.memref)
    return op.emitOpError("writes something that is not an operand");
  SmallVector<Value> offsets, stops;
  SmallVector<LeastOf> starts;
  SmallVector<int64_t> stopDims;
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(tile->value.getType()).getShape();
  for (auto [dim, offset, size] :
       llvm::enumerate(op.getMixedOffsets(), op.getMixedSizes())) {
    offsets.push_back(index(offset));
    starts.push_back(ends.of(offset));
    if (ends.fillsTile(starts.back(), ends.of(size), shape[dim], view.tensor,
                       dim))
      continue;
    stopDims.push_back(dim);
    stops.push_back(
        arith::AddIOp::create(b, op.getLoc(), offsets.back(), index(size)));
  }
  OpBuilder::InsertionGuard guard(b);
  for (Value condition : {stores, inside})
    if (condition)
      b.setInsertionPointToStart(
          scf::IfOp::create(b, op.getLoc(), condition, /*withElse=*/false)
              .thenBlock());
  StoreOp::create(b, op.getLoc(), tile->value, view.memref, offsets, stops,
                  stopDims, PathAttr(), /*deferred=*/false);
  written[view.memref] = starts;
  return success();
}

/// Loads stand in front of what reads them, all of a step together, as they
/// fill a slot.
static void loadFirst(Block *body) {
  Operation *first = nullptr;
  IRRewriter rewriter(body->getParentOp()->getContext());
  auto readsTile = [&](Operation &op) {
    return llvm::any_of(op.getOperands(), [](Value operand) {
      return operand.getDefiningOp<LoadOp>() != nullptr;
    });
  };
  for (Operation &op : llvm::make_early_inc_range(*body)) {
    if (!first && readsTile(op))
      first = &op;
    if (first && isa<LoadOp>(op) &&
        succeeded(moveOperationDependencies(rewriter, &op, first)))
      rewriter.moveOpBefore(&op, first);
  }
}

LogicalResult KernelBuilder::convert(scf::ForOp op) {
  if (std::optional<int64_t> step = getConstantIntValue(op.getStep());
      step && *step <= 0)
    return op.emitOpError("expects a positive step, got ") << *step;
  SmallVector<Value> inits;
  SmallVector<Tile> initTiles;
  for (Value init : op.getInitArgs()) {
    if (isa<TensorType>(init.getType())) {
      // What a sum starts from, of whole tiles.
      View view = views.lookup(init);
      ArrayRef<int64_t> shape =
          view.tile.empty() ? cast<RankedTensorType>(init.getType()).getShape()
                            : ArrayRef<int64_t>(view.tile);
      FailureOr<Tile> tile = tileOf(op, init, true, paddedResult(shape));
      if (failed(tile))
        return failure();
      initTiles.push_back(*tile);
      inits.push_back(tile->value);
    } else {
      initTiles.push_back({});
      inits.push_back(map.lookup(init));
    }
  }
  auto loop = scf::ForOp::create(b, op.getLoc(), map.lookup(op.getLowerBound()),
                                 map.lookup(op.getUpperBound()),
                                 map.lookup(op.getStep()), inits);
  map.map(op.getInductionVar(), loop.getInductionVar());
  auto bind = [&](ValueRange from, ValueRange to) {
    for (auto [f, t, tile] : llvm::zip(from, to, initTiles)) {
      if (isa<TensorType>(f.getType()))
        tiles[f] = {t, tile.sizes};
      else
        map.map(f, t);
    }
  };
  bind(op.getRegionIterArgs(), loop.getRegionIterArgs());
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(loop.getBody());
    for (Operation &inner : op.getBody()->without_terminator())
      if (failed(convert(&inner)))
        return failure();
    SmallVector<Value> yields;
    for (Value value : op.getBody()->getTerminator()->getOperands()) {
      if (!isa<TensorType>(value.getType())) {
        yields.push_back(map.lookup(value));
        continue;
      }
      FailureOr<Tile> tile = tileOf(op, value, true);
      if (failed(tile))
        return failure();
      yields.push_back(tile->value);
    }
    // ForOp::create adds an empty yield only when there are no results.
    if (!loop.getBody()->empty() &&
        loop.getBody()->back().hasTrait<OpTrait::IsTerminator>())
      loop.getBody()->back().erase();
    scf::YieldOp::create(b, op.getLoc(), yields);
    loadFirst(loop.getBody());
  }
  bind(op.getResults(), loop.getResults());
  return success();
}

/// `value` as a tile; a view is loaded if `read`, else it is only a
/// destination.
FailureOr<Tile> KernelBuilder::tileOf(Operation *user, Value value, bool read,
                                      ArrayRef<int64_t> atLeast) {
  if (auto tile = tiles.find(value); tile != tiles.end())
    return tile->second;
  auto padTo = [&](SmallVectorImpl<int64_t> &shape) {
    if (shape.size() == atLeast.size())
      for (auto [size, least] : llvm::zip(shape, atLeast))
        size = std::max(size, least);
  };
  // A destination from outside that the loop uses whole.
  if (auto type = cast<RankedTensorType>(value.getType());
      isEmpty(value) && type.hasStaticShape()) {
    SmallVector<OFR> sizes =
        getAsIndexOpFoldResult(b.getContext(), type.getShape());
    SmallVector<int64_t> shape(type.getShape());
    padTo(shape);
    return Tile{tensor::EmptyOp::create(b, user->getLoc(), shape,
                                        type.getElementType()),
                sizes};
  }
  auto found = views.find(value);
  if (found == views.end() ||
      (found->second.tile.empty() &&
       !cast<MemRefType>(found->second.memref.getType()).hasStaticShape()))
    return user->emitOpError("uses a tensor that is not sliced to a tile"),
           failure();
  View view = found->second;
  auto type = cast<RankedTensorType>(value.getType());
  if (view.tile.empty()) { // the whole of a small static operand
    view.tile.assign(type.getShape().begin(), type.getShape().end());
    for (int64_t size : view.tile)
      view.sizes.push_back(b.getIndexAttr(size));
    for (Value &offset : view.offsets)
      offset = index(0);
    for (int64_t size : view.tile)
      view.counts.push_back(ends.of(b.getIndexAttr(size)));
  }
  padTo(view.tile);
  auto tileType = RankedTensorType::get(view.tile, type.getElementType());
  if (!read)
    return Tile{tensor::EmptyOp::create(b, user->getLoc(), view.tile,
                                        type.getElementType()),
                view.sizes};
  Value load =
      LoadOp::create(b, user->getLoc(), tileType, view.memref, view.offsets);
  Tile tile{load, view.sizes, {}, view.counts};
  for (unsigned dim = 0; dim < view.tile.size(); ++dim)
    tile.zeroPadded.push_back(ends.fillsTile(view.starts[dim], view.counts[dim],
                                             view.tile[dim], view.tensor, dim));
  if (llvm::is_contained(forall.getRegionIterArgs(), view.tensor))
    resultReads.push_back({user, view});
  return tile;
}

bool KernelBuilder::hasTilesOfOthers(TileLoopOp loop) {
  if (loop.getSteps().size() <= 2)
    return false;
  for (auto [ub, step, group] :
       llvm::zip(loop.getUbs(), loop.getSteps(), loop.getClusterTiles()))
    if (std::optional<int64_t> extent = getConstantIntValue(ub);
        group > 1 && (!extent || llvm::divideCeil(*extent, step) % group != 0))
      return true;
  return false;
}

/// Other thread blocks write the rest of a result at the same time.
LogicalResult KernelBuilder::verifyResultReads(TileLoopOp loop) {
  for (auto &[user, view] : resultReads) {
    if (hasTilesOfOthers(loop))
      return user->emitOpError("reads a part of a result, of which ")
             << kernel.getPeers()
             << " thread blocks of a cluster may take tiles past its end, "
                "where others write; expects a static, whole number of tiles "
                "for them, or no clusters";
    ArrayRef<LeastOf> starts = written[view.memref];
    for (unsigned dim = 0; dim < view.tile.size(); ++dim) {
      if (starts.empty() || !ends.areSame(view.starts[dim], starts[dim]))
        return user->emitOpError(
                   "reads a part of a result that is not shown to "
                   "be the one that it writes along dimension ")
               << dim << ", where others write; expects the same part";
      if (!ends.fillsTile(view.starts[dim], view.counts[dim], view.tile[dim],
                          view.tensor, dim))
        return user->emitOpError("reads a part of a result that ends inside a "
                                 "tile of ")
               << view.tile[dim] << " along dimension " << dim
               << ", where others write; expects parts of whole tiles, or one "
                  "that ends with the result";
    }
  }
  return success();
}
