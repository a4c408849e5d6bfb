//===- RowReductions.cpp - reductions in the kernels that read them -------===//
#include "RowReductions.h"
#include "Branches.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::gq;

BlockOpInterface mlir::gq::asReduction(Operation *op) {
  return isa_and_nonnull<BlockReduceOp, BlockAbsmaxOp>(op)
             ? cast<BlockOpInterface>(op)
             : BlockOpInterface();
}

int64_t mlir::gq::rowOf(BlockOpInterface op) {
  if (!op.hasPureTensorSemantics())
    return 0;
  auto type = cast<RankedTensorType>(op->getOperand(0).getType());
  SmallVector<int64_t> block = op.getLoopBlocks();
  bool whole =
      block[0] == 1 && !type.isDynamicDim(1) && block[1] >= type.getDimSize(1);
  return whole ? type.getDimSize(1) : 0;
}

bool mlir::gq::makesRowValues(Operation *op) {
  if (BlockOpInterface reduce = asReduction(op))
    return rowOf(reduce) != 0;
  linalg::LinalgOp elementwise = getElementwise(op);
  if (!elementwise || elementwise.getNumDpsInputs() == 0 ||
      cast<RankedTensorType>(op->getResult(0).getType()).getDimSize(1) != 1 ||
      elementwise.payloadUsesValueFromOperand(elementwise.getDpsInitOperand(0)))
    return false;
  return llvm::all_of(elementwise.getDpsInputOperands(), [&](OpOperand *use) {
    return elementwise.getMatchingIndexingMap(use).isIdentity() &&
           makesRowValues(use->get().getDefiningOp());
  });
}

/// The values of rows that `op`, without a config, copies; or null.
static Operation *copiedRowValues(Operation *op) {
  auto copy = dyn_cast_or_null<CopyOp>(op);
  if (!copy || copy.getConfig() || !copy.hasPureTensorSemantics())
    return nullptr;
  Operation *from = copy.getX().getDefiningOp();
  return makesRowValues(from) ? from : nullptr;
}

/// The scales of `anchor`, if there is one for each of its rows; or null.
static OpOperand *scalesOfRows(BlockOpInterface anchor) {
  auto cast = dyn_cast<ScaledCastOp>(anchor.getOperation());
  if (!cast || !cast.getOrigin().empty())
    return nullptr;
  auto type = mlir::cast<RankedTensorType>(cast.getX().getType());
  bool whole = cast.getBlock()[0] == 1 && !type.isDynamicDim(1) &&
               cast.getBlock()[1] >= type.getDimSize(1);
  return whole ? &cast.getScalesMutable() : nullptr;
}

SmallVector<BlockOpInterface> mlir::gq::rowReductions(BlockOpInterface anchor) {
  SmallVector<BlockOpInterface> found;
  if (anchor.isSum() || !anchor.hasPureTensorSemantics())
    return found;
  SmallVector<Value> todo{anchor->getOperand(anchor.getExtent(0).first)};
  if (OpOperand *scales = scalesOfRows(anchor))
    todo.push_back(scales->get());
  DenseSet<Operation *> seen;
  while (!todo.empty()) {
    Operation *op = todo.pop_back_val().getDefiningOp();
    if (Operation *copied = copiedRowValues(op))
      op = copied;
    if (!op || !seen.insert(op).second)
      continue;
    if (linalg::LinalgOp elementwise = getElementwise(op)) {
      llvm::append_range(todo, elementwise.getDpsInputs());
      continue;
    }
    BlockOpInterface reduce = asReduction(op);
    if (!reduce || reduce.getStrategy() || rowOf(reduce) == 0)
      continue;
    found.push_back(reduce);
    todo.push_back(op->getOperand(0));
  }
  return found;
}

bool mlir::gq::isStoredAlong(CopyOp op) {
  Operation *from = copiedRowValues(op);
  if (!from)
    return false;
  SmallVector<Operation *> todo{from};
  while (!todo.empty()) {
    Operation *at = todo.pop_back_val();
    if (BlockOpInterface reduce = asReduction(at)) {
      if (reduce.getStrategy())
        return false;
      continue;
    }
    for (Value input : cast<linalg::LinalgOp>(at).getDpsInputs())
      todo.push_back(input.getDefiningOp());
  }
  return true;
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

/// Whether what `from` computes, an op of the block of `to`, is read by `to`.
static bool leadsTo(Operation *from, Operation *to) {
  SmallVector<Operation *> todo{from};
  DenseSet<Operation *> seen;
  while (!todo.empty()) {
    Operation *at = todo.pop_back_val();
    if (at == to)
      return true;
    if (!at || !seen.insert(at).second)
      continue;
    for (Operation *user : at->getUsers())
      todo.push_back(to->getBlock()->findAncestorOpInBlock(*user));
  }
  return false;
}

namespace {
/// Goes from a reduction to the kernels that would compute it.
class Readers {
public:
  Readers(BlockOpInterface op, std::string &refusal)
      : op(op), refusal(refusal) {}

  bool canTake() {
    if (rowOf(op) == 0)
      return refuse("it makes no value of a whole row of static size");
    if (!isOnHost(op))
      return refuse("it is in a loop");
    if (!followValue(op))
      return false;
    if (outside.empty())
      return true;
    if (anchors.size() != 1)
      return refuse(anchors.empty() ? "its result has to be in memory"
                                    : "its result has to be in memory, and "
                                      "several kernels read it");
    for (Operation *user : outside)
      if (leadsTo(user, anchors.front()))
        return refuse("the kernel that reads it reads what others compute of "
                      "it, too");
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

  /// Who reads a value of each row: kernels of rows, or others, from memory.
  bool followValue(Operation *value) {
    for (OpOperand &use : value->getUses()) {
      Operation *user = use.getOwner();
      if (isa<tensor::DimOp>(user))
        continue;
      linalg::LinalgOp elementwise = getElementwise(user);
      auto anchor = dyn_cast<BlockOpInterface>(user);
      if (copiedRowValues(user) == value ||
          (elementwise && makesRowValues(user))) {
        if (user->getBlock() != op->getBlock())
          return refuse("what reads it is in a branch");
        if (seen.insert(user).second && !followValue(user))
          return false;
      } else if (elementwise && readsColumn(elementwise, use)) {
        if (!follow(elementwise))
          return false;
      } else if (anchor && scalesOfRows(anchor) == &use) {
        if (!accepts(anchor))
          return false;
      } else if (Operation *reader =
                     op->getBlock()->findAncestorOpInBlock(*user)) {
        outside.insert(reader);
      } else {
        return refuse("its result has to be in memory");
      }
    }
    return true;
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
      bool reads = anchor && !anchor.isSum() &&
                   use.getOperandNumber() == anchor.getExtent(0).first;
      if (!reads || !accepts(anchor))
        return refusal.empty() ? refuse("what reads it has no kernel of "
                                        "elements")
                               : false;
    }
    return true;
  }

  bool accepts(BlockOpInterface anchor) {
    if (anchor.getKernelWord().empty() || !anchor.hasPureTensorSemantics() ||
        !anchor.getOrigin().empty())
      return false;
    if (anchor->getBlock() != op->getBlock())
      return refuse("the kernel that reads it is in a branch");
    if (BlockOpInterface other = asReduction(anchor);
        other && !other.getStrategy()) {
      std::string ignored;
      Readers readers(other, ignored);
      if (readers.canTake()) {
        anchors.insert_range(readers.anchors);
        return true;
      }
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
    if (reason)
      return refuse("the kernel that reads it " + *reason);
    anchors.insert(anchor);
    return true;
  }

  BlockOpInterface op;
  std::string &refusal;
  DenseSet<Operation *> seen;
  /// The kernels, and what else reads values of rows.
  llvm::SmallSetVector<Operation *, 4> anchors, outside;
};
} // namespace

bool mlir::gq::isTakenAlong(BlockOpInterface op, std::string &refusal) {
  return Readers(op, refusal).canTake();
}
