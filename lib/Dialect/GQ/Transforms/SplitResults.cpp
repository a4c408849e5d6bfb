//===- SplitResults.cpp - ops of one result from those of several ---------===//
#include "SplitResults.h"
#include "mlir/Analysis/SliceAnalysis.h"

using namespace mlir;
using namespace mlir::gq;

/// The ops of `body` that compute `value`; none for an argument.
static SetVector<Operation *> opsFor(Value value, Block &body) {
  SetVector<Operation *> slice;
  BackwardSliceOptions options;
  options.omitBlockArguments = true;
  options.inclusive = true;
  options.filter = [&](Operation *each) { return each->getBlock() == &body; };
  if (Operation *last = value.getDefiningOp())
    (void)getBackwardSlice(last, &slice, options);
  return slice;
}

bool mlir::gq::splitResults(RewriterBase &b, linalg::GenericOp op) {
  unsigned inputs = op.getNumDpsInputs();
  Block &body = *op.getBody();
  SmallVector<Value> results(body.getTerminator()->getOperands());
  SmallVector<SetVector<Operation *>> slices;
  for (auto [own, yielded] : llvm::enumerate(results)) {
    slices.push_back(opsFor(yielded, body));
    auto isOfOther = [&, own = own](Value value) {
      auto argument = dyn_cast<BlockArgument>(value);
      return argument && argument.getOwner() == &body &&
             argument.getArgNumber() >= inputs &&
             argument.getArgNumber() != inputs + own;
    };
    if (isOfOther(yielded) || llvm::any_of(slices.back(), [&](Operation *each) {
          return llvm::any_of(each->getOperands(), isOfOther);
        }))
      return false;
  }
  b.setInsertionPoint(op);
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (auto [i, yielded] : llvm::enumerate(results)) {
    SmallVector<AffineMap> own(ArrayRef(maps).take_front(inputs));
    own.push_back(maps[inputs + i]);
    auto one = linalg::GenericOp::create(
        b, op.getLoc(), op.getResultTypes()[i], op.getInputs(),
        op.getOutputs()[i], own, op.getIteratorTypesArray(),
        [&, number = i, value = yielded](OpBuilder &inner, Location at,
                                         ValueRange arguments) {
          IRMapping map;
          map.map(body.getArguments().take_front(inputs),
                  arguments.drop_back());
          map.map(body.getArgument(inputs + number), arguments.back());
          for (Operation &each : body.without_terminator())
            if (slices[number].contains(&each))
              inner.clone(each, map);
          linalg::YieldOp::create(inner, at, map.lookupOrDefault(value));
        });
    yielded = one.getResult(0);
  }
  b.replaceOp(op, results);
  return true;
}
