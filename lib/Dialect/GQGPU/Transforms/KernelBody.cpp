//===- KernelBody.cpp - tensor code as loads, tiles and stores ------------===//
#include "KernelBuilder.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

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
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return convert(slice);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return convert(insert);
  if (auto insert = dyn_cast<tensor::ParallelInsertSliceOp>(op))
    return convert(insert);
  if (auto parallel = dyn_cast<scf::InParallelOp>(op))
    return convertBlock(*parallel.getBody());
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return convert(loop);
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
    tiles[empty.getResult()] = {tile, sizes, false};
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
    bool whole = type.getShape() == ArrayRef<int64_t>(paddedResult(shape)) &&
                 llvm::all_of(op.getMixedOffsets(), [](OFR o) {
                   return getConstantIntValue(o) == 0;
                 });
    if (!whole)
      return op.emitOpError("takes a part of a tile, which lies in registers");
    Tile same = tile->second;
    tiles[op.getResult()] = same;
    return success();
  }
  if (isEmpty(source)) {
    Value tile = tensor::EmptyOp::create(b, op.getLoc(), paddedResult(shape),
                                         op.getType().getElementType());
    tiles[op.getResult()] = {tile, sizes, false};
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
  }
  view.tile = shape;
  view.sizes = sizes;
  views[op.getResult()] = view;
  return success();
}

LogicalResult KernelBuilder::convert(tensor::InsertSliceOp op) {
  FailureOr<Tile> tile = tileOf(op, op.getSource(), true);
  FailureOr<Tile> dest = tileOf(op, op.getDest(), false);
  if (failed(tile) || failed(dest))
    return failure();
  if (tile->value.getType() != dest->value.getType())
    return op.emitOpError("writes a part of a tile, which lies in registers");
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
  SmallVector<Value> offsets;
  for (OFR offset : op.getMixedOffsets())
    offsets.push_back(index(offset));
  StoreOp::create(b, op.getLoc(), tile->value, view.memref, offsets,
                  PathAttr());
  return success();
}

LogicalResult KernelBuilder::convert(scf::ForOp op) {
  SmallVector<Value> inits;
  SmallVector<Tile> initTiles;
  for (Value init : op.getInitArgs()) {
    if (isa<TensorType>(init.getType())) {
      FailureOr<Tile> tile = tileOf(op, init, true);
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
        tiles[f] = {t, tile.sizes, false};
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
                sizes, false};
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
  }
  padTo(view.tile);
  auto tileType = RankedTensorType::get(view.tile, type.getElementType());
  if (!read)
    return Tile{tensor::EmptyOp::create(b, user->getLoc(), view.tile,
                                        type.getElementType()),
                view.sizes, false};
  Value load =
      LoadOp::create(b, user->getLoc(), tileType, view.memref, view.offsets,
                     PathAttr(), IntegerAttr(), EvictionAttr());
  return Tile{load, view.sizes, true};
}

/// A tile of the space that the kernel's loop runs over.
SmallVector<int64_t> KernelBuilder::paddedResult(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> padded(shape);
  if (!wholeTile.empty() && shape.size() == 2 && shape[0] <= wholeTile[0] &&
      shape[1] <= wholeTile[1])
    padded.assign({wholeTile[0], wholeTile[1]});
  return padded;
}

/// The kernel's tile along the loops of `op`: what the kernel's loop runs over,
/// or for an op that has no kernel of its own, what it is computed from. Empty
/// if nothing is known.
SmallVector<int64_t> KernelBuilder::tileOfLoops(gq::BlockOpInterface op) {
  unsigned loops = op.getNumLoops();
  if (!op.getKernelWord().empty())
    return wholeTile.size() < loops
               ? SmallVector<int64_t>()
               : SmallVector<int64_t>(
                     ArrayRef<int64_t>(wholeTile).take_front(loops));
  for (auto [number, operand] : llvm::enumerate(op.getOperandSpecs())) {
    Value value = op->getOperand(number);
    auto producer = value.getDefiningOp<gq::BlockOpInterface>();
    if (!producer || operand.perBlock || operand.dims.size() != loops)
      continue;
    SmallVector<int64_t> from = tileOfLoops(producer);
    if (from.empty())
      continue;
    SmallVector<int64_t> shape = producer.getTileShape(
        producer.getTiedOpOperand(cast<OpResult>(value))->getOperandNumber(),
        from);
    SmallVector<int64_t> tile(loops);
    for (auto [size, dim] : llvm::zip(shape, operand.dims))
      tile[dim.loop] = size;
    return tile;
  }
  return {};
}

/// The sizes an operand of an op in the kernel must have at least.
SmallVector<int64_t>
KernelBuilder::paddedOperand(DestinationStyleOpInterface op,
                             OpOperand &operand) {
  if (wholeTile.empty())
    return {};
  if (auto block = dyn_cast<gq::BlockOpInterface>(op.getOperation())) {
    SmallVector<int64_t> tile = tileOfLoops(block);
    return tile.empty() ? tile
                        : block.getTileShape(operand.getOperandNumber(), tile);
  }
  int64_t m = wholeTile[0], n = wholeTile[1];
  // The kernel's loop runs over its input.
  if (isa<linalg::TransposeOp>(op.getOperation()))
    return operand.getOperandNumber() == 0 ? SmallVector<int64_t>{m, n}
                                           : SmallVector<int64_t>{n, m};
  SmallVector<int64_t> sizes;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation());
      linalgOp && linalgOp.getNumLoops() == 2)
    for (AffineExpr expr :
         linalgOp.getMatchingIndexingMap(&operand).getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      sizes.push_back(dim ? wholeTile[dim.getPosition()] : 1);
    }
  return sizes;
}

/// A linalg or gq op on tiles: the same op on their static types.
LogicalResult KernelBuilder::convertCompute(DestinationStyleOpInterface op) {
  auto block = dyn_cast<gq::BlockOpInterface>(op.getOperation());
  SmallVector<gq::OperandSpec> specs;
  if (block)
    specs = block.getOperandSpecs();
  IRMapping operands = map;
  Tile init;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<TensorType>(operand.get().getType()))
      continue;
    bool reads = true;
    if (op.isDpsInit(&operand)) {
      if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation()))
        reads = linalgOp.payloadUsesValueFromOperand(&operand);
      else
        reads = block && block.readsInit();
    }
    FailureOr<Tile> tile =
        tileOf(op, operand.get(), reads, paddedOperand(op, operand));
    if (failed(tile))
      return failure();
    // A destination inside the kernel has the size of its own op's tiles, not
    // of those that the loop runs over.
    SmallVector<int64_t> padded = paddedOperand(op, operand);
    if (auto type = cast<RankedTensorType>(tile->value.getType());
        (block || isa<linalg::TransposeOp>(op.getOperation())) &&
        op.isDpsInit(&operand) && !reads && !padded.empty() &&
        type.getShape() != ArrayRef<int64_t>(padded))
      tile->value = tensor::EmptyOp::create(b, op.getLoc(), padded,
                                            type.getElementType());
    // A reduction over elements that do not exist must see zeros.
    if (block && specs[operand.getOperandNumber()].reduced &&
        !tile->zeroPadded) {
      SmallVector<Value> sizes;
      for (OFR size : tile->sizes)
        sizes.push_back(getValueOrCreateConstantIndexOp(b, op.getLoc(), size));
      bool whole = llvm::all_of_zip(
          tile->sizes, cast<RankedTensorType>(tile->value.getType()).getShape(),
          [](OFR size, int64_t full) {
            return getConstantIntValue(size) == full;
          });
      if (!whole)
        tile->value = MaskOp::create(b, op.getLoc(), tile->value, sizes);
    }
    operands.map(operand.get(), tile->value);
    if (op.isDpsInit(&operand))
      init = *tile;
  }
  Operation *clone = b.clone(*op, operands);
  auto cloned = cast<DestinationStyleOpInterface>(clone);
  for (auto [i, result] : llvm::enumerate(clone->getResults())) {
    OpOperand *tied = cloned.getDpsInitOperand(i);
    result.setType(tied->get().getType());
    FailureOr<Tile> original =
        tileOf(op, op.getDpsInitOperand(i)->get(), false,
               paddedOperand(op, *op.getDpsInitOperand(i)));
    tiles[op->getResult(i)] = {
        result, failed(original) ? init.sizes : original->sizes, false};
  }
  return success();
}
