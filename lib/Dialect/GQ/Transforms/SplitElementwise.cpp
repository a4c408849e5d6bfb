//===- SplitElementwise.cpp - one elementwise op as two -------------------===//
//
// In:  an elementwise op, and a value of its body.
// Out: an elementwise op that computes this value, and one that reads it.
//
//===----------------------------------------------------------------------===//
#include "SplitElementwise.h"
#include "Functions.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::gq;

/// `value` and the ops of its block that compute it.
static SetVector<Operation *> computing(Operation *value) {
  SetVector<Operation *> ops;
  SmallVector<Operation *> todo{value};
  while (!todo.empty()) {
    Operation *op = todo.pop_back_val();
    if (!ops.insert(op))
      continue;
    for (Value operand : op->getOperands())
      if (Operation *def = operand.getDefiningOp();
          def && def->getBlock() == value->getBlock())
        todo.push_back(def);
  }
  return ops;
}

Operation *mlir::gq::findNarrow(linalg::LinalgOp op, OpOperand &operand,
                                int64_t bits) {
  Block *body = op.getBlock();
  // What is computed from the operand so far.
  DenseSet<Value> from{op.getMatchingBlockArgument(&operand)};
  for (Operation &inner : body->without_terminator()) {
    if (registersOfFunction(inner) > 0)
      return nullptr;
    if (llvm::none_of(inner.getOperands(),
                      [&](Value value) { return from.contains(value); }))
      continue;
    if (inner.getNumResults() != 1 || inner.getNumRegions() != 0)
      return nullptr;
    from.insert(inner.getResult(0));
    Type type = inner.getResult(0).getType();
    if (!type.isIntOrFloat() || type.getIntOrFloatBitWidth() > bits ||
        !isa<FloatType>(type))
      continue;
    SetVector<Operation *> ops = computing(&inner);
    bool isOnly = llvm::all_of(from, [&](Value value) {
      return value == inner.getResult(0) ||
             llvm::all_of(value.getUsers(),
                          [&](Operation *user) { return ops.contains(user); });
    });
    if (isOnly)
      return &inner;
  }
  return nullptr;
}

/// An elementwise op on those operands of `op` whose values `ops`, of its body,
/// read, and on `more`, which stands for `known`; it yields `result`.
static linalg::GenericOp createPart(RewriterBase &rewriter, linalg::LinalgOp op,
                                    ArrayRef<Operation *> ops, Value result,
                                    Value init, Value known, Value more) {
  SmallVector<Value> inputs, arguments;
  SmallVector<AffineMap> maps;
  auto isRead = [&](Value argument) {
    return argument == result || llvm::any_of(ops, [&](Operation *inner) {
             return llvm::is_contained(inner->getOperands(), argument);
           });
  };
  for (OpOperand &operand : op->getOpOperands()) {
    Value argument = op.getMatchingBlockArgument(&operand);
    if (!isRead(argument))
      continue;
    inputs.push_back(operand.get());
    arguments.push_back(argument);
    maps.push_back(op.getMatchingIndexingMap(&operand));
  }
  AffineMap identity = rewriter.getMultiDimIdentityMap(op.getNumLoops());
  if (more) {
    inputs.push_back(more);
    arguments.push_back(known);
    maps.push_back(identity);
  }
  maps.push_back(identity);
  return linalg::GenericOp::create(
      rewriter, op.getLoc(), TypeRange(init.getType()), inputs, init, maps,
      op.getIteratorTypesArray(),
      [&](OpBuilder &b, Location loc, ValueRange own) {
        IRMapping map;
        map.map(arguments, own.drop_back());
        for (Operation *inner : ops)
          b.clone(*inner, map);
        linalg::YieldOp::create(b, loc, map.lookupOrDefault(result));
      });
}

linalg::GenericOp mlir::gq::splitAt(RewriterBase &rewriter, linalg::LinalgOp op,
                                    Operation *value) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  Value known = value->getResult(0);
  Value result = op.getBlock()->getTerminator()->getOperand(0);
  SetVector<Operation *> before = computing(value), behind;
  if (Operation *last = result.getDefiningOp();
      last && last->getBlock() == op.getBlock()) {
    // What computes the rest, but not through the value.
    SmallVector<Operation *> todo{last};
    while (!todo.empty()) {
      Operation *inner = todo.pop_back_val();
      if (inner == value || !behind.insert(inner))
        continue;
      for (Value operand : inner->getOperands())
        if (Operation *def = operand.getDefiningOp();
            def && def->getBlock() == op.getBlock())
          todo.push_back(def);
    }
  }
  auto inOrder = [&](const SetVector<Operation *> &ops) {
    SmallVector<Operation *> sorted;
    for (Operation &inner : *op.getBlock())
      if (ops.contains(&inner))
        sorted.push_back(&inner);
    return sorted;
  };
  Value init = op.getDpsInitOperand(0)->get();
  Value between = tensor::EmptyOp::create(
      rewriter, op.getLoc(), tensor::getMixedSizes(rewriter, op.getLoc(), init),
      known.getType());
  linalg::GenericOp first = createPart(rewriter, op, inOrder(before), known,
                                       between, Value(), Value());
  linalg::GenericOp second = createPart(rewriter, op, inOrder(behind), result,
                                        init, known, first.getResult(0));
  rewriter.replaceOp(op, second);
  return first;
}
