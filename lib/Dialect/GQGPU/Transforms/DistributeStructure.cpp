//===- DistributeStructure.cpp - loops and stores of fragments ------------===//
//
// Loop-carried tiles become loop-carried fragments. Also here: the stores, and
// the pattern of all ops that have none of their own.
//
//===----------------------------------------------------------------------===//
#include "Distributor.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// The loop carries what its inits have become, values per element or per
/// block.
struct ForPattern : DistributePattern<scf::ForOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(scf::ForOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    SmallVector<Value> inits;
    SmallVector<size_t> counts;
    TypeConverter::SignatureConversion arguments(
        op.getBody()->getNumArguments());
    arguments.addInputs(0, op.getInductionVar().getType());
    for (auto [i, init] : llvm::enumerate(op.getInitArgsMutable())) {
      FailureOr<SmallVector<Value>> carried =
          carry(op, init, operands.getInitArgs()[i], b);
      if (failed(carried))
        return failure();
      arguments.addInputs(i + 1,
                          llvm::to_vector(ValueRange(*carried).getTypes()));
      counts.push_back(carried->size());
      llvm::append_range(inits, *carried);
    }
    auto loop = scf::ForOp::create(
        b, op.getLoc(), operands.getLowerBound().front(),
        operands.getUpperBound().front(), operands.getStep().front(), inits,
        /*bodyBuilder=*/nullptr, op.getUnsignedCmp());
    loop->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    b.eraseBlock(loop.getBody());
    b.inlineRegionBefore(op.getRegion(), loop.getRegion(),
                         loop.getRegion().end());
    b.applySignatureConversion(loop.getBody(), arguments);
    SmallVector<SmallVector<Value>> results;
    ValueRange rest = loop.getResults();
    for (size_t count : counts) {
      results.emplace_back(rest.take_front(count));
      rest = rest.drop_front(count);
    }
    b.replaceOpWithMultiple(op, std::move(results));
    return success();
  }

private:
  FailureOr<SmallVector<Value>> carry(scf::ForOp op, OpOperand &init,
                                      ValueRange values,
                                      ConversionPatternRewriter &b) const {
    size_t slabs = spread.places.size();
    if (!isa<TensorType>(init.get().getType()) || isRowSums(values))
      return llvm::to_vector(values);
    if (isSpread(values) && values.size() != slabs)
      return op.emitOpError("carries values of a tile that is taken in ")
                 << slabs << " slabs, expects one per element",
             failure();
    return distributor.startOf(b, init, values);
  }
};

struct YieldPattern : DistributePattern<scf::YieldOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(scf::YieldOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    Operation *loop = op->getParentOp();
    SmallVector<Value> yields;
    for (auto [value, values] :
         llvm::zip(op.getOperands(), operands.getOperands())) {
      if (isa<TensorType>(value.getType()) && !isRowSums(values)) {
        if (!isSpread(values))
          return loop->emitOpError(
              "yields a tile that is not computed in the loop");
        if (failed(requireUpright(loop, value)))
          return failure();
      }
      llvm::append_range(yields, values);
    }
    b.replaceOpWithNewOp<scf::YieldOp>(op, yields);
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Other ops
//===----------------------------------------------------------------------===//

struct StorePattern : DistributePattern<StoreOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(StoreOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (!isSpread(operands.getValue()))
      return op.emitOpError("writes a tile that is not computed");
    bool transposed = isTransposed(op.getValue());
    if (spread.product &&
        !cast<FragmentType>(operands.getValue().front().getType())
             .getBlock()
             .empty())
      return storeBlocks(op, operands, transposed, b);
    for (auto [fragment, place] :
         llvm::zip(operands.getValue(), spread.places)) {
      SmallVector<Value> indices(op.getIndices());
      place.addRow(b, op.getLoc(), indices[transposed ? 1 : 0]);
      if (place.column)
        place.addColumn(b, op.getLoc(), indices[transposed ? 0 : 1]);
      StoreFragmentOp::create(b, op.getLoc(), fragment, op.getDest(), indices,
                              op.getEnds(), op.getEndDims(), op.getPathAttr(),
                              transposed, op.getDeferred());
    }
    b.eraseOp(op);
    return success();
  }

private:
  /// Values of blocks of a product: where their blocks lie among all. Those of
  /// several products are stored by the first one.
  LogicalResult storeBlocks(StoreOp op, Operands operands, bool transposed,
                            ConversionPatternRewriter &b) const {
    Location loc = op.getLoc();
    auto tile = cast<RankedTensorType>(op.getValue().getType());
    auto product = cast<FragmentType>(operands.getValue().front().getType());
    int64_t shape[] = {spread.rows * spread.slabs,
                       product.getShape()[1] * spread.across};
    for (auto [fragment, place] :
         llvm::zip(operands.getValue(), spread.places)) {
      SmallVector<Value> indices(op.getIndices());
      Value isFirst;
      auto move = [&](unsigned dim, Value element) {
        if (!element)
          return;
        unsigned index = transposed ? 1 - dim : dim;
        int64_t size = shape[dim] / tile.getDimSize(index);
        Value block = arith::ConstantIndexOp::create(b, loc, size);
        indices[index] = arith::AddIOp::create(
            b, loc, indices[index],
            arith::DivUIOp::create(b, loc, element, block));
        if (size <= product.getShape()[dim])
          return;
        Value within = arith::CmpIOp::create(
            b, loc, arith::CmpIPredicate::eq,
            arith::RemUIOp::create(b, loc, element, block),
            arith::ConstantIndexOp::create(b, loc, 0));
        isFirst =
            isFirst ? arith::AndIOp::create(b, loc, isFirst, within) : within;
      };
      move(0, place.row);
      move(1, place.column);
      OpBuilder::InsertionGuard guard(b);
      if (isFirst)
        b.setInsertionPointToStart(
            scf::IfOp::create(b, loc, isFirst).thenBlock());
      StoreFragmentOp::create(b, loc, fragment, op.getDest(), indices,
                              op.getEnds(), op.getEndDims(), op.getPathAttr(),
                              transposed, op.getDeferred());
    }
    b.eraseOp(op);
    return success();
  }
};

/// The columns of a slab that the thread block has of the sum.
struct SumOverPeersPattern : DistributePattern<SumOverPeersOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(SumOverPeersOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (!isSpread(operands.getPart()))
      return op.emitOpError("adds up a tile that is not computed");
    if (failed(requireUpright(op, op.getPart())))
      return failure();
    SmallVector<Value> sums;
    for (auto [slab, part] : llvm::enumerate(operands.getPart())) {
      FailureOr<Value> init = distributor.fragmentOf(b, op.getInitMutable(),
                                                     operands.getInit(), slab);
      if (failed(init))
        return failure();
      // As what a loop starts from.
      if (auto load = init->getDefiningOp<LoadFragmentOp>())
        load.setCoherent(true);
      sums.push_back(SumOverPeersOp::create(b, op.getLoc(), part, *init));
    }
    b.replaceOpWithMultiple(op, {sums});
    return success();
  }
};

/// What goes from a math role to another one is a slab each.
struct PutPattern : DistributePattern<PutOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(PutOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (!isSpread(operands.getValue()) || operands.getValue().size() != 1)
      return op.emitOpError("puts a tile that is not computed as one slab");
    if (failed(requireUpright(op, op.getValue())))
      return failure();
    b.replaceOpWithNewOp<PutOp>(op, operands.getValue().front(), op.getRing(),
                                operands.getSlot().front(), op.getTile());
    return success();
  }
};

struct AddPutPattern : DistributePattern<AddPutOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(AddPutOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    if (!isSpread(operands.getValue()) || operands.getValue().size() != 1)
      return op.emitOpError("adds to a tile that is not computed as one slab");
    if (failed(requireUpright(op, op.getValue())))
      return failure();
    b.replaceOpWithNewOp<AddPutOp>(op, operands.getValue().front(),
                                   op.getRing(), operands.getSlot().front(),
                                   op.getTile());
    return success();
  }
};

/// All slabs together: they are published at once.
struct CombinePartsPattern : DistributePattern<CombinePartsOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(CombinePartsOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    SmallVector<SmallVector<Value>> results;
    SmallVector<Value> values;
    for (auto [tile, fragments] :
         llvm::zip(op.getValues(), operands.getValues())) {
      if (!isSpread(fragments))
        return op.emitOpError("adds up a tile that is not computed");
      if (failed(requireUpright(op, tile)))
        return failure();
      llvm::append_range(values, fragments);
    }
    auto all = CombinePartsOp::create(
        b, op.getLoc(), operands.getRange().front(), operands.getEnd().front(),
        operands.getOwns().front(), operands.getParts().front(),
        operands.getFlags().front(), values);
    ValueRange rest = all.getResults();
    for (ValueRange fragments : operands.getValues()) {
      results.emplace_back(rest.take_front(fragments.size()));
      rest = rest.drop_front(fragments.size());
    }
    b.replaceOpWithMultiple(op, std::move(results));
    return success();
  }
};

/// Ops without a pattern of their own: elementwise ones, tiles in memory, and
/// what is refused. That is one pattern because the driver may try a pattern
/// of an interface before an op's own, but a pattern of any op with the least
/// benefit last.
class OtherPattern : public ConversionPattern {
public:
  OtherPattern(MLIRContext *context, Distributor &distributor)
      : ConversionPattern(MatchAnyOpTypeTag(), /*benefit=*/0, context),
        distributor(distributor) {}

  LogicalResult matchAndRewrite(Operation *op, ArrayRef<ValueRange> operands,
                                ConversionPatternRewriter &b) const override {
    if (distributor.refused ||
        isa<SlotReadOp, LoadOp, tensor::EmptyOp, tensor::ExtractSliceOp,
            tensor::ConcatOp>(op))
      return failure();
    LogicalResult result = failure();
    if (auto elementwise = dyn_cast<linalg::LinalgOp>(op))
      result = convertElementwise(distributor, elementwise, operands, b);
    else
      op->emitOpError("cannot be spread over threads");
    distributor.refused = failed(result);
    return result;
  }

private:
  Distributor &distributor;
};

} // namespace

void mlir::gqgpu::populateDistributeStructurePatterns(
    RewritePatternSet &patterns, Distributor &distributor) {
  patterns.add<ForPattern, YieldPattern, StorePattern, SumOverPeersPattern,
               PutPattern, AddPutPattern, CombinePartsPattern, OtherPattern>(
      patterns.getContext(), distributor);
}
