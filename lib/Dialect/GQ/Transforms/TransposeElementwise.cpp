//===- TransposeElementwise.cpp - ops on matrices, transposed -------------===//
#include "TransposeElementwise.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

bool mlir::gq::canTranspose(linalg::LinalgOp op) {
  return op.getBlock()->getNumArguments() == op->getNumOperands() &&
         !op.hasIndexSemantics() &&
         !op.payloadUsesValueFromOperand(op.getDpsInitOperand(0));
}

Value mlir::gq::transposeElementwise(RewriterBase &rewriter,
                                     linalg::LinalgOp op, OpOperand *operand,
                                     Value transposed) {
  Location loc = op.getLoc();
  AffineMap swap = AffineMap::getPermutationMap(ArrayRef<unsigned>{1, 0},
                                                rewriter.getContext());
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (OpOperand *input : op.getDpsInputOperands()) {
    bool isTurned = input == operand && transposed != operand->get();
    inputs.push_back(isTurned ? transposed : input->get());
    AffineMap map = op.getMatchingIndexingMap(input);
    maps.push_back(isTurned ? map : map.compose(swap));
  }
  maps.push_back(rewriter.getMultiDimIdentityMap(2));
  Value init = op.getDpsInitOperand(0)->get();
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(rewriter, loc, init);
  std::swap(sizes[0], sizes[1]);
  Value empty = tensor::EmptyOp::create(rewriter, loc, sizes,
                                        getElementTypeOrSelf(init.getType()));
  auto generic = linalg::GenericOp::create(
      rewriter, loc, TypeRange(empty.getType()), inputs, ValueRange(empty),
      maps, op.getIteratorTypesArray());
  rewriter.cloneRegionBefore(op->getRegion(0), generic.getRegion(),
                             generic.getRegion().begin());
  return generic.getResult(0);
}

/// Notes which ops have been transposed, those that read others first.
static void transposeProducers(RewriterBase &rewriter, linalg::LinalgOp op,
                               SetVector<Operation *> &transposed) {
  AffineMap swap = AffineMap::getPermutationMap(ArrayRef<unsigned>{1, 0},
                                                rewriter.getContext());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (OpOperand *input : op.getDpsInputOperands()) {
    AffineMap &map = maps[input->getOperandNumber()];
    linalg::LinalgOp producer = getElementwise(input->get().getDefiningOp());
    if (map != swap || !producer || producer->getBlock() != op->getBlock() ||
        !canTranspose(producer))
      continue;
    // That is in memory.
    if (auto stored = dyn_cast<linalg::TransposeOp>(producer.getOperation());
        stored && storerOf(stored))
      continue;
    transposed.insert(producer);
    rewriter.setInsertionPoint(producer);
    Value value = transposeElementwise(rewriter, producer, nullptr, Value());
    transposeProducers(rewriter, cast<linalg::LinalgOp>(value.getDefiningOp()),
                       transposed);
    rewriter.modifyOpInPlace(op, [&] { input->set(value); });
    map = rewriter.getMultiDimIdentityMap(2);
  }
  rewriter.modifyOpInPlace(op, [&] {
    cast<linalg::GenericOp>(op.getOperation())
        .setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
  });
}

void mlir::gq::transposeProducers(RewriterBase &rewriter,
                                  linalg::GenericOp op) {
  OpBuilder::InsertionGuard guard(rewriter);
  SetVector<Operation *> transposed;
  ::transposeProducers(rewriter, op, transposed);
  for (Operation *producer : transposed)
    if (producer->use_empty())
      rewriter.eraseOp(producer);
}
