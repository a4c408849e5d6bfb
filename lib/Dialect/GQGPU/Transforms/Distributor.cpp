//===- Distributor.cpp - the conversion of tiles to fragments -------------===//
#include "Distributor.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gqgpu;

void Place::addRow(OpBuilder &b, Location loc, Value &index) const {
  index = arith::AddIOp::create(b, loc, index, row);
}

void Place::addColumn(OpBuilder &b, Location loc, Value &index) const {
  if (column)
    index = arith::AddIOp::create(b, loc, index, column);
}

FailureOr<FragmentType> Spread::fragment(Operation *user, Type tile) const {
  auto type = dyn_cast<RankedTensorType>(tile);
  int64_t all = rows * slabs;
  if (!type || type.getRank() != 2 || type.getDimSize(0) != all)
    return user->emitOpError("computes ")
               << tile << ", expects a tile of rank 2 with " << all
               << " rows, as the kernel's",
           failure();
  if (type.getDimSize(1) % across != 0)
    return user->emitOpError("computes ")
               << tile << ", expects a multiple of " << across
               << " columns, as many as products are side by side",
           failure();
  return fragment(user, type.getDimSize(1) / across, type.getElementType());
}

FailureOr<FragmentType> Spread::fragment(Operation *user, int64_t columns,
                                         Type element) const {
  if (failed(FragmentType::verifyInvariants(
          [&] { return user->emitOpError("cannot be spread over threads: "); },
          {rows, columns}, element, layout, {})))
    return failure();
  return FragmentType::get(user->getContext(), {rows, columns}, element, layout,
                           {});
}

FragmentType Spread::perBlock(FragmentType x, ArrayRef<int64_t> block) const {
  MLIRContext *context = x.getContext();
  return FragmentType::get(context, x.getShape(), Float32Type::get(context),
                           layout, block);
}

FailureOr<FragmentType> mlir::gqgpu::codesOf(Operation *op, FragmentType values,
                                             Type format) {
  if (!gq::getFourBits(format))
    return values.cloneWith(format);
  auto layout = dyn_cast<BlockedLayoutAttr>(values.getLayout());
  if (!layout || layout.getChunk() == 1)
    return op->emitOpError("expects threads that make both codes of each byte, "
                           "got elements spread as ")
               << values,
           failure();
  MLIRContext *context = op->getContext();
  ArrayRef<int64_t> shape = values.getShape();
  auto half = BlockedLayoutAttr::get(
      context, layout.getThreads(), layout.getChunk() / 2, layout.getCluster());
  return FragmentType::get(context, {shape[0], shape[1] / 2},
                           IntegerType::get(context, 8), half, {});
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

LogicalResult mlir::gqgpu::requireUpright(Operation *user, Value tile) {
  if (isTransposed(tile))
    return user->emitOpError("reads a transposed tile, which can only be "
                             "stored");
  return success();
}

/// `map` reads a column of which threads hold a value for each row, in blocks
/// that are as long: what a reduction along rows makes.
static bool isValueOfRow(Type fragment, AffineMap map) {
  auto type = cast<FragmentType>(fragment);
  ArrayRef<int64_t> block = type.getBlock();
  return block.size() == 2 && block[0] == 1 && block[1] >= type.getShape()[1] &&
         map.getNumResults() == 2 && map.getResult(0).isFunctionOfDim(0) &&
         isa<AffineDimExpr>(map.getResult(0)) &&
         isa<AffineConstantExpr>(map.getResult(1));
}

FailureOr<Value> Distributor::fragmentOf(OpBuilder &b, OpOperand &operand,
                                         ValueRange fragments,
                                         unsigned slab) const {
  return fragmentOf(b, operand, fragments, slab, b.getMultiDimIdentityMap(2));
}

FailureOr<Value> Distributor::fragmentOf(OpBuilder &b, OpOperand &operand,
                                         ValueRange fragments, unsigned slab,
                                         AffineMap map) const {
  Operation *user = operand.getOwner();
  Value tile = operand.get();
  if (isSpread(fragments)) {
    if (isValueOfRow(fragments.front().getType(), map) && slab == 0)
      return fragments.front();
    if (!map.isIdentity())
      return user->emitOpError("reads a computed tile through map ")
                 << AffineMapAttr::get(map) << ", expects the identity",
             failure();
    if (failed(requireUpright(user, tile)))
      return failure();
    // Scales are those of all slabs.
    if (slab >= fragments.size())
      return user->emitOpError("reads values of a tile that is taken in ")
                 << spread.places.size() << " slabs, expects one per element",
             failure();
    return fragments[slab];
  }
  auto load = tile.getDefiningOp<LoadOp>();
  if (!load)
    return user->emitOpError(
               "reads a tile that is neither computed nor loaded"),
           failure();
  if (!map.isProjectedPermutation(/*allowZeroInResults=*/true))
    return user->emitOpError("reads a tile through map ")
               << AffineMapAttr::get(map)
               << ", expects a projected permutation, or zeros in it",
           failure();
  auto type = cast<RankedTensorType>(tile.getType());
  if (map.isIdentity() && failed(spread.fragment(user, type)))
    return failure();
  // Its place in the tile moves the indices that follow rows and columns.
  SmallVector<Value> indices(load.getIndices());
  std::optional<int64_t> columns;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    const Place &place = spread.places[slab];
    if (isa<AffineConstantExpr>(expr))
      continue;
    if (cast<AffineDimExpr>(expr).getPosition() == 0) {
      place.addRow(b, load.getLoc(), indices[i]);
      continue;
    }
    place.addColumn(b, load.getLoc(), indices[i]);
    columns = type.getDimSize(i) / spread.across;
  }
  // A vector along the rows is broadcast to the columns of the op it is used
  // in.
  if (!columns)
    for (Value result : user->getResults())
      if (auto computed = dyn_cast<RankedTensorType>(result.getType()))
        columns = computed.getDimSize(1) / spread.across;
  FailureOr<FragmentType> fragment =
      spread.fragment(user, columns.value_or(1), type.getElementType());
  if (failed(fragment))
    return failure();
  // Several ops that read one tile hold it once, however far apart they are: a
  // reduction and what is computed with its value.
  auto create = [&] {
    return LoadFragmentOp::create(b, load.getLoc(), *fragment, load.getSource(),
                                  indices, map, load.getEvictAttr())
        .getResult();
  };
  // Each of several slabs is read by itself, in its turn.
  if (spread.product || spread.slabs != 1)
    return create();
  for (Loaded &known : loaded)
    if (known.load == load && known.slab == slab && known.map == map &&
        known.value.getType() == *fragment &&
        known.value.getParentBlock() == b.getInsertionBlock())
      return known.value;
  loaded.push_back({load, slab, map, create()});
  return loaded.back().value;
}

FailureOr<SmallVector<Value>> Distributor::startOf(OpBuilder &b,
                                                   OpOperand &operand,
                                                   ValueRange fragments) const {
  Operation *user = operand.getOwner();
  if (isSpread(fragments)) {
    if (failed(requireUpright(user, operand.get())))
      return failure();
    return llvm::to_vector(fragments);
  }
  auto load = operand.get().getDefiningOp<LoadOp>();
  if (!load)
    return user->emitOpError("starts from a tile that is neither computed nor "
                             "loaded before it"),
           failure();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(load);
  SmallVector<Value> loaded;
  for (unsigned slab = 0; slab < spread.places.size(); ++slab) {
    FailureOr<Value> fragment = fragmentOf(b, operand, fragments, slab);
    if (failed(fragment))
      return failure();
    // The result may be written to the memory that a sum starts from: the
    // kernel's own, or an argument that is passed as the result as well.
    fragment->getDefiningOp<LoadFragmentOp>().setCoherent(true);
    loaded.push_back(*fragment);
  }
  return loaded;
}

FailureOr<Value> Distributor::elementsOf(OpBuilder &b, OpOperand &operand,
                                         ValueRange fragments) const {
  Operation *user = operand.getOwner();
  if (spread.product)
    return user->emitOpError("is not supported inside a math role"), failure();
  if (spread.slabs != 1)
    return user->emitOpError("is not supported in a tile of ")
               << spread.slabs << " slabs",
           failure();
  FailureOr<Value> value = fragmentOf(b, operand, fragments, 0);
  if (failed(value) || failed(spread.fragment(user, operand.get().getType())))
    return failure();
  return value;
}

//===----------------------------------------------------------------------===//
// Conversion
//===----------------------------------------------------------------------===//

/// Tiles are operands or results of `op`, or are computed somewhere in a region
/// of it that they cannot get out of. In a math role, where nothing is put in
/// another order, `branches` may hold what they compute and store.
static bool hasTiles(Operation *op, bool branches) {
  auto usesTensors = [](Operation *user) {
    auto isTensor = [](Type type) { return isa<TensorType>(type); };
    return llvm::any_of(user->getOperandTypes(), isTensor) ||
           llvm::any_of(user->getResultTypes(), isTensor);
  };
  if (isa<scf::ForOp, TileLoopOp>(op) || (branches && isa<scf::IfOp>(op)))
    return usesTensors(op);
  WalkResult result = op->walk([&](Operation *inner) {
    return usesTensors(inner) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return result.wasInterrupted();
}

LogicalResult Distributor::run(Block &block) {
  MLIRContext *context = block.getParentOp()->getContext();
  RewritePatternSet patterns(context);
  populateDistributeElementwisePatterns(patterns, *this);
  populateDistributeMatmulPatterns(patterns, *this);
  populateDistributeQuantizePatterns(patterns, *this);
  populateDistributeMaximaPatterns(patterns, *this);
  populateDistributeRowSumPatterns(patterns, *this);
  populateDistributeStructurePatterns(patterns, *this);

  // Ops on tiles are not illegal, or the driver would have its say on one that
  // a pattern has refused already.
  ConversionTarget target(*context);
  target.markUnknownOpDynamicallyLegal(
      [&](Operation *op) -> std::optional<bool> {
        if (hasTiles(op, /*branches=*/spread.product != nullptr))
          return std::nullopt;
        return true;
      });
  ConversionConfig config;
  config.foldingMode = DialectConversionFoldingMode::Never;
  // Only what was refused is left without its fragments.
  config.buildMaterializations = false;
  // Patterns look at the ops that their operands came from.
  config.allowPatternRollback = true;
  SmallVector<Operation *> ops;
  for (Operation &op : block)
    ops.push_back(&op);
  if (failed(
          applyPartialConversion(ops, target, std::move(patterns), config)) ||
      refused)
    return failure();

  // Nobody reads tiles in memory as tensors any more, but for slices of them
  // and what puts them side by side.
  SmallVector<Operation *> inMemory;
  block.walk([&](Operation *op) {
    if (isa<LoadOp, SlotReadOp, tensor::EmptyOp, tensor::ExtractSliceOp,
            tensor::ConcatOp>(op))
      inMemory.push_back(op);
  });
  for (Operation *op : llvm::reverse(inMemory))
    op->erase();
  storeInTurns(turns);
  return success();
}
