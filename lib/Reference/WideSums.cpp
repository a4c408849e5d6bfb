//===- WideSums.cpp - sums of products in f32 -----------------------------===//
#include "WideSums.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::gq;

std::unique_ptr<Region> mlir::gq::widenSum(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0 || op->getNumResults() != 1 ||
      !isHalf(getElementTypeOrSelf(op->getResult(0))))
    return nullptr;
  auto sum = op.getBlock()
                 ->getTerminator()
                 ->getOperand(0)
                 .getDefiningOp<arith::AddFOp>();
  BlockArgument accumulator =
      op.getMatchingBlockArgument(op.getDpsInitOperand(0));
  if (!sum || !accumulator.hasOneUse() || *accumulator.user_begin() != sum)
    return nullptr;
  auto region = std::make_unique<Region>();
  IRMapping mapping;
  op.getBlock()->getParent()->cloneInto(region.get(), mapping);
  auto wideSum = cast<arith::AddFOp>(mapping.lookup(sum.getOperation()));
  auto wideAccumulator =
      cast<BlockArgument>(mapping.lookup<Value>(accumulator));
  OpBuilder b(wideSum);
  Type f32 = b.getF32Type();
  wideAccumulator.setType(f32);
  auto widen = [&](Value value) -> Value {
    return arith::ExtFOp::create(b, value.getLoc(), f32, value);
  };
  Value term =
      wideSum.getLhs() == wideAccumulator ? wideSum.getRhs() : wideSum.getLhs();
  if (auto product = term.getDefiningOp<arith::MulFOp>())
    term = arith::MulFOp::create(b, product.getLoc(), widen(product.getLhs()),
                                 widen(product.getRhs()));
  else
    term = widen(term);
  Value all = arith::AddFOp::create(b, wideSum.getLoc(), wideAccumulator, term);
  wideSum->getBlock()->getTerminator()->setOperand(0, all);
  wideSum->erase();
  return region;
}

FailureOr<RuntimeTensor> mlir::gq::convertFloats(Interpreter &in, Operation *op,
                                                 const RuntimeTensor &tensor,
                                                 Type type) {
  FailureOr<RuntimeTensor> result =
      in.createTensor(op, type, tensor.getShape());
  if (failed(result))
    return failure();
  std::optional<ScalarKind> from = ScalarKind::get(tensor.getElementType()),
                            to = ScalarKind::get(type);
  unsigned char *data = result->getMutableData();
  Lanes lanes;
  int64_t count = tensor.getNumElements();
  for (int64_t i = 0; i < count; i += maxLanes) {
    int64_t part = std::min(maxLanes, count - i);
    loadLanes(*from, tensor.getData() + i * tensor.getElementSize(), 1, part,
              lanes);
    storeLanes(*to, lanes, 1, part, data + i * result->getElementSize());
  }
  return result;
}
