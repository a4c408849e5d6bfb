//===- DistributeElementwise.cpp - elementwise ops on fragments -----------===//
#include "Distributor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::gqgpu;

Value mlir::gqgpu::createElementwise(
    OpBuilder &b, Location loc, ValueRange operands, FragmentType type,
    function_ref<Value(OpBuilder &, ValueRange)> body) {
  auto op = ElementwiseOp::create(b, loc, TypeRange(type), operands);
  OpBuilder::InsertionGuard guard(b);
  Block *block = b.createBlock(&op.getBody());
  for (Value operand : operands)
    block->addArgument(cast<FragmentType>(operand.getType()).getElementType(),
                       loc);
  YieldOp::create(b, loc, body(b, block->getArguments()));
  return op.getResult(0);
}

/// The payload of `op` on the fragments of one slab.
static FailureOr<Value> convertSlab(const Distributor &distributor,
                                    linalg::LinalgOp op,
                                    ArrayRef<ValueRange> fragments,
                                    FragmentType type, unsigned slab,
                                    ConversionPatternRewriter &b) {
  SmallVector<Value> operands;
  SmallVector<Value> arguments;
  IRMapping map;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(&operand);
    if (!op.payloadUsesValueFromOperand(&operand))
      continue;
    if (!isa<TensorType>(operand.get().getType())) {
      map.map(argument, operand.get());
      continue;
    }
    FailureOr<Value> fragment = distributor.fragmentOf(
        b, operand, fragments[operand.getOperandNumber()], slab,
        op.getMatchingIndexingMap(&operand));
    if (failed(fragment))
      return failure();
    operands.push_back(*fragment);
    arguments.push_back(argument);
  }
  return createElementwise(
      b, op.getLoc(), operands, type, [&](OpBuilder &b, ValueRange elements) {
        map.map(arguments, elements);
        Block *payload = op.getBlock();
        for (Operation &inner : payload->without_terminator())
          b.clone(inner, map);
        return map.lookupOrDefault(payload->getTerminator()->getOperand(0));
      });
}

/// What is computed of values of rows alone, a column of the tile, has one for
/// each row as these do; null for other ops.
static FragmentType typeOfRowValues(linalg::LinalgOp op,
                                    ArrayRef<ValueRange> fragments) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  FragmentType found;
  for (OpOperand *use : op.getDpsInputOperands()) {
    ValueRange values = fragments[use->getOperandNumber()];
    auto value = isSpread(values) ? cast<FragmentType>(values.front().getType())
                                  : FragmentType();
    if (!value || value.getBlock().empty() || value.getBlock()[0] != 1 ||
        value.getBlock()[1] < value.getShape()[1])
      return {};
    found = value;
  }
  if (!found || type.getDimSize(1) != 1)
    return {};
  return found.cloneWith(type.getElementType());
}

LogicalResult mlir::gqgpu::convertElementwise(Distributor &distributor,
                                              linalg::LinalgOp op,
                                              ArrayRef<ValueRange> operands,
                                              ConversionPatternRewriter &b) {
  if (op->getNumResults() != 1 || op.getNumLoops() != 2 ||
      op.getNumParallelLoops() != 2 ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
    return op.emitOpError("is not an elementwise op on a rank 2 tile");
  if (op.hasIndexSemantics())
    return op.emitOpError("uses linalg.index, which kernels do not support");
  const Spread &spread = distributor.spread;
  FailureOr<FragmentType> type = typeOfRowValues(op, operands);
  if (!*type)
    type = spread.fragment(op, op->getResult(0).getType());
  if (failed(type))
    return failure();
  SmallVector<Value> results;
  for (unsigned slab = 0; slab < spread.places.size(); ++slab) {
    FailureOr<Value> result =
        convertSlab(distributor, op, operands, *type, slab, b);
    if (failed(result))
      return failure();
    results.push_back(*result);
  }
  b.replaceOpWithMultiple(op, {results});
  return success();
}

namespace {

struct FillPattern : DistributePattern<linalg::FillOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(linalg::FillOp op, Operands,
                        ConversionPatternRewriter &b) const override {
    FailureOr<FragmentType> type =
        spread.fragment(op, op.getResult(0).getType());
    if (failed(type))
      return failure();
    Value splat = SplatOp::create(b, op.getLoc(), *type, op.value());
    b.replaceOpWithMultiple(op,
                            {SmallVector<Value>(spread.places.size(), splat)});
    return success();
  }
};

struct MaskPattern : DistributePattern<MaskOp> {
  using DistributePattern::DistributePattern;

  LogicalResult convert(MaskOp op, Operands operands,
                        ConversionPatternRewriter &b) const override {
    SmallVector<Value> results;
    // Sizes are compared as unsigned; the tile may end before a fragment, or be
    // there as a whole.
    ArrayRef<int64_t> tile =
        cast<RankedTensorType>(op.getValue().getType()).getShape();
    auto behind = [&](unsigned dim, Value first, bool several) -> Value {
      Value size = op.getSizes()[dim];
      if (!first || getConstantIntValue(size) == tile[dim])
        return size;
      Value left = arith::SubIOp::create(b, op.getLoc(), size, first);
      if (!several)
        return left;
      return arith::MaxSIOp::create(
          b, op.getLoc(), left,
          arith::ConstantIndexOp::create(b, op.getLoc(), 0));
    };
    for (auto [slab, place] : llvm::enumerate(spread.places)) {
      FailureOr<Value> fragment = distributor.fragmentOf(
          b, op.getValueMutable(), operands.getValue(), slab);
      if (failed(fragment))
        return failure();
      Value rows = behind(0, place.row, spread.slabs > 1);
      Value columns = behind(1, place.column, true);
      results.push_back(MaskOp::create(b, op.getLoc(), fragment->getType(),
                                       *fragment, ValueRange{rows, columns},
                                       op.getFillAttr()));
    }
    b.replaceOpWithMultiple(op, {results});
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateDistributeElementwisePatterns(
    RewritePatternSet &patterns, Distributor &distributor) {
  patterns.add<FillPattern, MaskPattern>(patterns.getContext(), distributor);
}
