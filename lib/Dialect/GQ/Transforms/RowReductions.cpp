//===- RowReductions.cpp - reductions in the kernels that read them -------===//
#include "RowReductions.h"
#include "Branches.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

int64_t mlir::gq::rowOf(BlockReduceOp op) {
  if (!op.hasPureTensorSemantics())
    return 0;
  auto type = cast<RankedTensorType>(op.getX().getType());
  bool whole = op.getBlock()[0] == 1 && !type.isDynamicDim(1) &&
               op.getBlock()[1] >= type.getDimSize(1);
  return whole ? type.getDimSize(1) : 0;
}

SmallVector<BlockReduceOp> mlir::gq::rowReductions(BlockOpInterface anchor) {
  SmallVector<BlockReduceOp> found;
  if (anchor.isSum() || !anchor.hasPureTensorSemantics())
    return found;
  SmallVector<Value> todo{anchor->getOperand(anchor.getExtent(0).first)};
  DenseSet<Operation *> seen;
  while (!todo.empty()) {
    Operation *op = todo.pop_back_val().getDefiningOp();
    if (!op || !seen.insert(op).second)
      continue;
    if (linalg::LinalgOp elementwise = getElementwise(op)) {
      llvm::append_range(todo, elementwise.getDpsInputs());
      continue;
    }
    auto reduce = dyn_cast<BlockReduceOp>(op);
    if (!reduce || reduce.getConfig() || rowOf(reduce) == 0)
      continue;
    found.push_back(reduce);
    todo.push_back(reduce.getX());
  }
  return found;
}

/// Whether a product computes `op` in its tiles.
static bool isBehindSum(Operation *op) {
  SmallVector<Operation *> todo{op};
  DenseSet<Operation *> seen;
  while (!todo.empty()) {
    Operation *at = todo.pop_back_val();
    if (!at || !seen.insert(at).second)
      continue;
    if (getElementwise(at)) {
      for (Value operand : at->getOperands())
        todo.push_back(operand.getDefiningOp());
      continue;
    }
    auto sum = dyn_cast<BlockOpInterface>(at);
    if (!sum || !sum.isSum())
      continue;
    Operation *last = lastElementwise(sum);
    for (Operation *behind = sum; behind != last;) {
      behind = *behind->user_begin();
      if (behind == op)
        return true;
    }
  }
  return false;
}

namespace {
/// Goes from a reduction to the kernels that would compute it.
class Readers {
public:
  Readers(BlockReduceOp op, std::string &refusal)
      : op(op), row(rowOf(op)), refusal(refusal) {}

  bool canTake() {
    if (row == 0)
      return refuse("it makes no value of a whole row of static size");
    if (!isOnHost(op))
      return refuse("it is in a loop");
    for (OpOperand &use : op->getUses()) {
      Operation *user = use.getOwner();
      if (isa<tensor::DimOp>(user))
        continue;
      linalg::LinalgOp elementwise = getElementwise(user);
      if (!elementwise || !readsColumn(elementwise, use))
        return refuse("its result has to be in memory");
      if (!follow(elementwise))
        return false;
    }
    return true;
  }

private:
  bool refuse(const Twine &why) {
    refusal = why.str();
    return false;
  }

  /// The map is (m, n) -> (m, 0), as of one value for each row.
  static bool readsColumn(linalg::LinalgOp user, OpOperand &use) {
    AffineMap map = user.getMatchingIndexingMap(&use);
    return map.getNumResults() == 2 &&
           map.getResult(0) == getAffineDimExpr(0, map.getContext()) &&
           isa<AffineConstantExpr>(map.getResult(1));
  }

  bool follow(linalg::LinalgOp elementwise) {
    if (!seen.insert(elementwise).second)
      return true;
    if (elementwise->getBlock() != op->getBlock())
      return refuse("what reads it is in a branch");
    if (isBehindSum(elementwise))
      return refuse("a product computes what reads it");
    for (OpOperand &use : elementwise->getUses()) {
      Operation *user = use.getOwner();
      if (isa<tensor::DimOp>(user))
        continue;
      if (linalg::LinalgOp next = getElementwise(user)) {
        if (!next.getMatchingIndexingMap(&use).isIdentity())
          return refuse("what reads it is read transposed or repeated");
        if (!follow(next))
          return false;
        continue;
      }
      auto anchor = dyn_cast<BlockOpInterface>(user);
      if (!anchor || !accepts(anchor, use))
        return refusal.empty() ? refuse("what reads it has no kernel of "
                                        "elements")
                               : false;
    }
    return true;
  }

  bool accepts(BlockOpInterface anchor, OpOperand &use) {
    if (anchor.getKernelWord().empty() || anchor.isSum() ||
        !anchor.hasPureTensorSemantics() || !anchor.getOrigin().empty() ||
        use.getOperandNumber() != anchor.getExtent(0).first)
      return false;
    if (anchor->getBlock() != op->getBlock())
      return refuse("the kernel that reads it is in a branch");
    if (auto other = dyn_cast<BlockReduceOp>(anchor.getOperation())) {
      std::string ignored;
      if (!other.getConfig() && isTakenAlong(other, ignored))
        return true;
    }
    if (fusableTranspose(anchor))
      return refuse("the kernel that reads it stores a transpose");
    strategy::QuantizeShape shape = elementsShapeOf(anchor);
    shape.wholeRows = true;
    const TargetModel &target = getTarget(anchor);
    strategy::Refusal reason;
    if (auto given =
            dyn_cast_or_null<QuantizeConfigAttr>(anchor.getStrategy())) {
      reason = strategy::refuse(target, shape, given.getValue());
    } else {
      auto all = strategy::candidates(target, shape);
      reason = all.empty() ? strategy::refuseAll(target, shape)
                           : all.front().refusal;
    }
    return reason ? refuse("the kernel that reads it " + *reason) : true;
  }

  BlockReduceOp op;
  int64_t row;
  std::string &refusal;
  DenseSet<Operation *> seen;
};
} // namespace

bool mlir::gq::isTakenAlong(BlockReduceOp op, std::string &refusal) {
  return Readers(op, refusal).canTake();
}
