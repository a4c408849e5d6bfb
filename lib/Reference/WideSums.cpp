//===- WideSums.cpp - sums of products in f32 -----------------------------===//
#include "WideSums.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::gq;

/// What result `number` adds up in bf16 or f16, in the body of `op`, or null.
static arith::AddFOp halfSumOf(linalg::LinalgOp op, unsigned number) {
  if (!isHalf(getElementTypeOrSelf(op->getResult(number))))
    return nullptr;
  auto sum = op.getBlock()
                 ->getTerminator()
                 ->getOperand(number)
                 .getDefiningOp<arith::AddFOp>();
  BlockArgument accumulator =
      op.getMatchingBlockArgument(op.getDpsInitOperand(number));
  if (!sum || !sum->hasOneUse() || !accumulator.hasOneUse() ||
      *accumulator.user_begin() != sum)
    return nullptr;
  return sum;
}

/// Result `number`, which `sum` adds up, in f32.
static void widen(arith::AddFOp sum, BlockArgument accumulator,
                  unsigned number) {
  OpBuilder b(sum);
  Type f32 = b.getF32Type();
  accumulator.setType(f32);
  auto widen = [&](Value value) -> Value {
    return arith::ExtFOp::create(b, value.getLoc(), f32, value);
  };
  Value term = sum.getLhs() == accumulator ? sum.getRhs() : sum.getLhs();
  if (auto product = term.getDefiningOp<arith::MulFOp>())
    term = arith::MulFOp::create(b, product.getLoc(), widen(product.getLhs()),
                                 widen(product.getRhs()));
  else
    term = widen(term);
  Value all = arith::AddFOp::create(b, sum.getLoc(), accumulator, term);
  sum->getBlock()->getTerminator()->setOperand(number, all);
  sum->erase();
}

std::unique_ptr<Region> mlir::gq::widenSums(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0)
    return nullptr;
  std::unique_ptr<Region> region;
  IRMapping mapping;
  for (unsigned number = 0; number < op->getNumResults(); ++number) {
    arith::AddFOp sum = halfSumOf(op, number);
    if (!sum)
      continue;
    if (!region) {
      region = std::make_unique<Region>();
      op.getBlock()->getParent()->cloneInto(region.get(), mapping);
    }
    BlockArgument accumulator =
        op.getMatchingBlockArgument(op.getDpsInitOperand(number));
    widen(cast<arith::AddFOp>(mapping.lookup(sum.getOperation())),
          cast<BlockArgument>(mapping.lookup<Value>(accumulator)), number);
  }
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
