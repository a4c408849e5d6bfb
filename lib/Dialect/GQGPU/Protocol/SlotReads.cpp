//===- SlotReads.cpp - everything that reads a slot -----------------------===//
#include "gq/Dialect/GQGPU/Protocol/SlotReads.h"
#include "Protocol.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {

class Collector {
public:
  explicit Collector(SlotReads &reads) : reads(reads) {}

  void follow(Value value) {
    if (!seen.insert(value).second)
      return;
    for (OpOperand &use : value.getUses())
      followUse(use);
  }

private:
  void followUse(OpOperand &use) {
    Operation *user = use.getOwner();
    if (followThrough(use))
      return;
    if (isa<SlotType>(use.get().getType()))
      return useSlot(user);
    if (isa<FragmentType>(use.get().getType())) {
      add(user); // the wait, or a read too early
      if (auto product = dyn_cast<MmaAsyncOp>(user);
          product && product.getAccumulate())
        follow(product.getResult()); // in flight until that is waited for
      return;
    }
    // A tile of the slot.
    if (isa<tensor::DimOp>(user))
      return;
    add(user);
    if (isa<tensor::ExtractSliceOp, tensor::CastOp, tensor::CollapseShapeOp,
            tensor::ExpandShapeOp, tensor::ConcatOp>(user))
      return follow(user->getResult(0));
    // Everything else makes a new tile, unless it makes memory of this one.
    for (Type type : user->getResultTypes())
      if (isa<BaseMemRefType>(type))
        reads.unknown = user;
  }

  void useSlot(Operation *user) {
    if (isa<CommitOp, ReleaseOp>(user))
      return;
    if (!slotOf(user)) {
      reads.unknown = user;
      return;
    }
    add(user);
    if (auto read = dyn_cast<SlotReadOp>(user))
      follow(read.getResult());
    if (auto product = dyn_cast<MmaAsyncOp>(user)) {
      size_t before = reads.ops.size();
      follow(product.getResult());
      if (llvm::none_of(ArrayRef(reads.ops).drop_front(before),
                        llvm::IsaPred<MmaWaitOp>))
        reads.unfinished = product;
    }
  }

  /// Loops and branches hand the value on.
  bool followThrough(OpOperand &use) {
    Operation *user = use.getOwner();
    unsigned number = use.getOperandNumber();
    if (std::optional<LoopView> loop = LoopView::get(user)) {
      unsigned first = user->getNumOperands() - loop->inits.size();
      if (number < first)
        return false;
      follow(loop->args[number - first]);
      follow(loop->results[number - first]);
      return true;
    }
    if (!user->hasTrait<OpTrait::IsTerminator>())
      return false;
    Operation *parent = user->getParentOp();
    if (std::optional<LoopView> loop = LoopView::get(parent)) {
      follow(loop->args[number]);
      follow(loop->results[number]);
    } else if (isa<scf::IfOp>(parent)) {
      follow(parent->getResult(number));
    } else if (isa<SlotType>(use.get().getType())) {
      reads.unknown = user;
    } else {
      add(user);
    }
    return true;
  }

  void add(Operation *op) { reads.ops.push_back(op); }

  SlotReads &reads;
  DenseSet<Value> seen;
};

} // namespace

SlotReads SlotReads::of(Value slot) {
  SlotReads reads;
  Collector(reads).follow(slot);
  return reads;
}
