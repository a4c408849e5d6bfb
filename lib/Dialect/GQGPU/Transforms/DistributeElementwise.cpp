//===- DistributeElementwise.cpp - elementwise ops on fragments -----------===//
#include "Distributor.h"

using namespace mlir;
using namespace mlir::gqgpu;

LogicalResult Distributor::distribute(linalg::FillOp op) {
  FailureOr<FragmentType> type = spread.fragment(op, op.getResult(0).getType());
  if (failed(type))
    return failure();
  Value splat = SplatOp::create(b, op.getLoc(), *type, op.value());
  fragments[op.getResult(0)].assign(spread.firstRow.size(), splat);
  return success();
}

LogicalResult Distributor::distribute(linalg::LinalgOp op) {
  if (op->getNumResults() != 1 || op.getNumLoops() != 2 ||
      op.getNumParallelLoops() != 2 ||
      !op.getMatchingIndexingMap(op.getDpsInitOperand(0)).isIdentity())
    return op.emitOpError("is not an elementwise op on a rank 2 tile");
  if (op.hasIndexSemantics())
    return op.emitOpError("uses linalg.index, which kernels do not support");
  FailureOr<FragmentType> type =
      spread.fragment(op, op->getResult(0).getType());
  if (failed(type))
    return failure();
  SmallVector<Value> results;
  for (unsigned slab = 0; slab < spread.firstRow.size(); ++slab) {
    FailureOr<Value> result =
        elementwise(op, *type, [&](Value operand, AffineMap map) {
          return fragmentOf(op, operand, slab, map);
        });
    if (failed(result))
      return failure();
    results.push_back(*result);
  }
  fragments[op->getResult(0)] = results;
  return success();
}

FailureOr<Value> Distributor::elementwise(
    linalg::LinalgOp op, FragmentType type,
    function_ref<FailureOr<Value>(Value, AffineMap)> operandOf) {
  SmallVector<Value> operands;
  SmallVector<BlockArgument> args;
  IRMapping map;
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument arg = op.getMatchingBlockArgument(&operand);
    if (!op.payloadUsesValueFromOperand(&operand))
      continue;
    if (!isa<TensorType>(operand.get().getType())) {
      map.map(arg, operand.get());
      continue;
    }
    FailureOr<Value> fragment =
        operandOf(operand.get(), op.getMatchingIndexingMap(&operand));
    if (failed(fragment))
      return failure();
    operands.push_back(*fragment);
    args.push_back(arg);
  }
  auto body = ElementwiseOp::create(b, op.getLoc(), TypeRange(type), operands);
  OpBuilder::InsertionGuard guard(b);
  Block *block = &body.getBody().emplaceBlock();
  for (BlockArgument arg : args)
    map.map(arg, block->addArgument(arg.getType(), op.getLoc()));
  b.setInsertionPointToEnd(block);
  Block *payload = op.getBlock();
  for (Operation &inner : payload->without_terminator())
    b.clone(inner, map);
  YieldOp::create(b, op.getLoc(),
                  map.lookupOrDefault(payload->getTerminator()->getOperand(0)));
  return body.getResult(0);
}

Value Distributor::elementwise(
    Location loc, ValueRange operands, FragmentType type,
    function_ref<Value(OpBuilder &, ValueRange)> body) {
  auto op = ElementwiseOp::create(b, loc, TypeRange(type), operands);
  Block *block = &op.getBody().emplaceBlock();
  for (Value operand : operands)
    block->addArgument(cast<FragmentType>(operand.getType()).getElementType(),
                       loc);
  OpBuilder inner = OpBuilder::atBlockEnd(block);
  YieldOp::create(inner, loc, body(inner, block->getArguments()));
  return op.getResult(0);
}

Value Distributor::mask(MaskOp op, Value fragment, unsigned slab) {
  Value rows = arith::SubIOp::create(b, op.getLoc(), op.getSizes()[0],
                                     spread.firstRow[slab]);
  // Sizes are compared as unsigned; the tile may end above a slab.
  if (spread.slabs > 1)
    rows =
        arith::MaxSIOp::create(b, op.getLoc(), rows, constant(op.getLoc(), 0));
  return MaskOp::create(b, op.getLoc(), fragment.getType(), fragment,
                        ValueRange{rows, op.getSizes()[1]});
}

LogicalResult Distributor::distribute(MaskOp op) {
  SmallVector<Value> results;
  AffineMap identity = b.getMultiDimIdentityMap(2);
  for (unsigned slab = 0; slab < spread.firstRow.size(); ++slab) {
    FailureOr<Value> fragment = fragmentOf(op, op.getValue(), slab, identity);
    if (failed(fragment))
      return failure();
    results.push_back(mask(op, *fragment, slab));
  }
  fragments[op.getResult()] = results;
  return success();
}
