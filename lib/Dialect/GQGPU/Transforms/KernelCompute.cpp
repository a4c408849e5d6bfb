//===- KernelCompute.cpp - linalg and gq ops of a kernel, on tiles --------===//
//
// The same ops on static types: padded to whole tiles where the config says how
// large these are, and with zeros where a reduction would see more than exists.
//
//===----------------------------------------------------------------------===//
#include "KernelBuilder.h"
#include "QuantizeSteps.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace mlir::gqgpu;

using OFR = OpFoldResult;

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
  // What a sum reads is computed in the tiles of its operand.
  if (op->hasOneUse()) {
    OpOperand &use = *op->getUses().begin();
    if (auto sum = dyn_cast<gq::BlockOpInterface>(use.getOwner());
        sum && sum.isSum() && wholeTile.size() >= sum.getNumLoops())
      return sum.getTileShape(use.getOperandNumber(), tileOfLoops(sum));
  }
  if (!op.getKernelWord().empty())
    return wholeTile.size() < loops
               ? SmallVector<int64_t>()
               : SmallVector<int64_t>(
                     ArrayRef<int64_t>(wholeTile).take_front(loops));
  for (auto [number, operand] : llvm::enumerate(op.getOperandSpecs())) {
    Value value = op->getOperand(number);
    // Maxima of a row of blocks, which a tile is in.
    if (auto parts = value.getDefiningOp<gq::AbsmaxOfPartsOp>();
        parts && value == parts.getAmax() && loops == 2 && wholeTile.size() > 1)
      return {1, static_cast<int64_t>(
                     llvm::divideCeil(wholeTile[1], parts.getBlock()[1]))};
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

/// Whether `op` computes values of rows from such that the kernel has computed:
/// a column, where its tiles have several.
bool KernelBuilder::isOfColumn(DestinationStyleOpInterface op) {
  auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation());
  if (!linalgOp || wholeTile.size() < 2 || wholeTile[1] == 1 ||
      linalgOp.getNumLoops() != 2 || linalgOp.getStaticLoopRanges()[1] != 1)
    return false;
  return llvm::any_of(linalgOp.getDpsInputOperands(), [&](OpOperand *use) {
    auto tile = tiles.find(use->get());
    return tile != tiles.end() &&
           linalgOp.getMatchingIndexingMap(use).isIdentity() &&
           cast<RankedTensorType>(tile->second.value.getType()).getDimSize(1) ==
               1;
  });
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
  int64_t m = wholeTile[0], n = isOfColumn(op) ? 1 : wholeTile[1];
  // The kernel's loop runs over its input, or the kernel has computed it.
  if (auto transpose = dyn_cast<linalg::TransposeOp>(op.getOperation())) {
    if (auto tile = tiles.find(transpose.getInput()); tile != tiles.end()) {
      ArrayRef<int64_t> shape =
          cast<RankedTensorType>(tile->second.value.getType()).getShape();
      m = shape[0];
      n = shape[1];
    }
    return operand.getOperandNumber() == 0 ? SmallVector<int64_t>{m, n}
                                           : SmallVector<int64_t>{n, m};
  }
  SmallVector<int64_t> sizes;
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op.getOperation());
      linalgOp && linalgOp.getNumLoops() == 2)
    for (AffineExpr expr :
         linalgOp.getMatchingIndexingMap(&operand).getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      sizes.push_back(!dim ? 1 : dim.getPosition() == 0 ? m : n);
    }
  return sizes;
}

/// Positive zero, which is what tiles hold where a tensor ends.
static bool isZeroAttr(TypedAttr attr) {
  if (auto value = dyn_cast<FloatAttr>(attr))
    return value.getValue().isPosZero();
  auto value = dyn_cast<IntegerAttr>(attr);
  return value && value.getValue().isZero();
}

/// A reduction over elements that do not exist must see zeros, or what it does
/// not notice.
LogicalResult KernelBuilder::maskPadding(gq::BlockOpInterface op,
                                         unsigned operand, Tile &tile) {
  SmallVector<gq::OperandSpec> specs = op.getOperandSpecs();
  const gq::OperandSpec &spec = specs[operand];
  SmallVector<utils::IteratorType> loops = op.getIteratorTypes();
  // Loops along which neighbours go into one value of a result, or into those
  // that it is padded with.
  llvm::SmallBitVector joined(loops.size());
  for (auto [loop, type] : llvm::enumerate(loops))
    joined[loop] = type == utils::IteratorType::reduction;
  for (OpOperand &init : op.getDpsInitsMutable())
    for (gq::BlockDim dim : specs[init.getOperandNumber()].dims)
      if (dim.block > 1 || dim.multiple > 1)
        joined.set(dim.loop);
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(tile.value.getType()).getShape();
  // Zeros, of which nothing need be said, or what the op does not notice.
  TypedAttr neutral = op.getNeutral();
  if (neutral && isZeroAttr(neutral))
    neutral = {};
  bool needed = false;
  for (unsigned dim = 0; dim < shape.size(); ++dim) {
    if (getConstantIntValue(tile.sizes[dim]) == shape[dim])
      continue;
    unsigned loop = spec.dims[dim].loop;
    bool summed = loops[loop] == utils::IteratorType::reduction;
    // What is computed may be anything; what is loaded is the neighbour's.
    if (!joined[loop] ||
        (!tile.zeroPadded.empty() && tile.zeroPadded[dim] && !neutral))
      continue;
    // A tile that goes through a ring is multiplied as it is.
    if (summed && !tile.zeroPadded.empty()) {
      InFlightDiagnostic diag = op->emitOpError("operand ");
      diag << spec.name << " is a part of its tensor";
      if (!op.getLoopNames().empty())
        diag << " along " << op.getLoopNames()[loop];
      std::optional<int64_t> longest =
          dim < tile.counts.size() ? ends.longest(tile.counts[dim], shape[dim])
                                   : std::nullopt;
      diag << " with ";
      if (longest)
        diag << *longest;
      else
        diag << "an unknown number of";
      return diag << " elements, expects a multiple of " << shape[dim]
                  << ", or a part that ends with the tensor";
    }
    needed = true;
  }
  if (!needed)
    return success();
  SmallVector<Value> sizes;
  for (OFR size : tile.sizes)
    sizes.push_back(getValueOrCreateConstantIndexOp(b, op.getLoc(), size));
  tile.value = MaskOp::create(b, op.getLoc(), tile.value, sizes, neutral);
  return success();
}

/// A tile of whole blocks, with a scale for each.
static bool hasWholeBlocks(gq::QuantizeOp op) {
  ArrayRef<int64_t> x = cast<ShapedType>(op.getX().getType()).getShape(),
                    block = op.getBlock();
  SmallVector<int64_t> scales(
      cast<ShapedType>(op.getScalesInit().getType()).getShape());
  if (op.getTransposedScales())
    std::swap(scales[0], scales[1]);
  return x[0] == block[0] * scales[0] && x[1] == block[1] * scales[1];
}

/// A linalg or gq op on tiles: the same op on their static types.
LogicalResult KernelBuilder::convertCompute(DestinationStyleOpInterface op) {
  auto block = dyn_cast<gq::BlockOpInterface>(op.getOperation());
  SmallVector<gq::OperandSpec> specs;
  if (block)
    specs = block.getOperandSpecs();
  // One tensor may be several operands, with tiles of their own.
  SmallVector<std::pair<unsigned, Value>> operands;
  Tile init;
  std::optional<Tile> codes;
  Value unmasked;
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
        (block || isa<linalg::TransposeOp>(op.getOperation()) ||
         isOfColumn(op)) &&
        op.isDpsInit(&operand) && !reads && !padded.empty() &&
        type.getShape() != ArrayRef<int64_t>(padded))
      tile->value = tensor::EmptyOp::create(b, op.getLoc(), padded,
                                            type.getElementType());
    if (operand.getOperandNumber() == 0)
      unmasked = tile->value;
    if (block && specs[operand.getOperandNumber()].reduced &&
        failed(maskPadding(block, operand.getOperandNumber(), *tile)))
      return failure();
    operands.push_back({operand.getOperandNumber(), tile->value});
    if (auto decode = dyn_cast<gq::DequantizeOp>(op.getOperation());
        decode && decode.getPacked() && &operand == &decode.getQMutable())
      codes = *tile;
    if (op.isDpsInit(&operand))
      init = *tile;
  }
  IRMapping scope = map;
  Operation *clone = b.clone(*op, scope);
  for (auto [number, value] : operands)
    clone->setOperand(number, value);
  auto cloned = cast<DestinationStyleOpInterface>(clone);
  for (auto [i, result] : llvm::enumerate(clone->getResults())) {
    OpOperand *tied = cloned.getDpsInitOperand(i);
    result.setType(tied->get().getType());
    FailureOr<Tile> original =
        tileOf(op, op.getDpsInitOperand(i)->get(), false,
               paddedOperand(op, *op.getDpsInitOperand(i)));
    tiles[op->getResult(i)] = {result,
                               failed(original) ? init.sizes : original->sizes};
  }
  // Of blocks of several rows behind a sum warps share maxima. What is past the
  // end of the tensor counts in none, and its codes are not stored.
  if (auto quantize = dyn_cast<gq::QuantizeOp>(clone);
      quantize && ofSum && quantize.getBlock()[0] > 1 &&
      hasWholeBlocks(quantize)) {
    for (auto [result, value] :
         llvm::zip(op->getResults(), makeQuantizeSteps(b, quantize, unmasked)))
      tiles[result].value = value;
    clone->erase();
  }
  // Zeros decode to zeros; those of an odd row would not all be there.
  if (auto decode = dyn_cast<gq::DequantizeOp>(op.getOperation());
      decode && codes)
    tiles[decode->getResult(0)].zeroPadded = codes->zeroPadded;
  return success();
}
