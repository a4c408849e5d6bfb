//===- Slots.cpp - a slot is finished once, and not used afterwards -------===//
//
// An acquired slot is finished by a commit, a waited one by a release. A slot
// is followed through loops and branches; what happens to it is counted as at
// least `min` and at most `max` times, whatever the path. Only `min` above one
// and `max` of none are errors.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"
#include "gq/Dialect/GQGPU/Protocol/SlotReads.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Comparing a size of the kernel's operands, or an operand, with a constant
/// can come out either way; an operand that is a condition as well.
static bool canBeEither(Value condition, KernelOp kernel) {
  auto isOperand = [&](Value value) {
    auto arg = dyn_cast<BlockArgument>(value);
    return arg && arg.getOwner() == &kernel.getBody().front();
  };
  if (isOperand(condition))
    return true;
  auto compare = condition.getDefiningOp<arith::CmpIOp>();
  if (!compare)
    return false;
  Value lhs = compare.getLhs(), rhs = compare.getRhs();
  if (getConstantIntValue(lhs))
    std::swap(lhs, rhs);
  auto dim = lhs.getDefiningOp<memref::DimOp>();
  std::optional<int64_t> bound = getConstantIntValue(rhs);
  if (!bound || *bound <= 1 ||
      !(isOperand(lhs) || (dim && isOperand(dim.getSource()))))
    return false;
  if (dim &&
      (!dim.getConstantIndex() || !cast<MemRefType>(dim.getSource().getType())
                                       .isDynamicDim(*dim.getConstantIndex())))
    return false;
  return true;
}

namespace {

/// How often a slot is finished from some point on.
struct Tally {
  int64_t min = 0, max = 0;
  Operation *first = nullptr;   ///< what finishes it
  Operation *missing = nullptr; ///< a branch that may be the one that does not
};

class SlotChecker {
public:
  explicit SlotChecker(KernelOp kernel) : kernel(kernel) {}

  LogicalResult run() {
    kernel.walk([&](Operation *op) {
      if (isa<AcquireOp, WaitOp>(op))
        checkOrigin(op);
      if (slotOf(op))
        checkSide(op);
    });
    kernel.walk([&](Operation *op) {
      if (std::optional<LoopView> loop = LoopView::get(op))
        for (unsigned i = 0; i < loop->args.size(); ++i)
          if (isa<SlotType>(loop->args[i].getType()))
            checkCarried(*loop, i);
    });
    return failure(wrong);
  }

private:
  static StringRef verb(Operation *finisher) {
    return isa<CommitOp>(finisher) ? "committed" : "released";
  }

  void checkOrigin(Operation *origin) {
    Value slot = origin->getResult(0);
    bool acquired = isa<AcquireOp>(origin);
    Tally tally = count(slot, origin->getBlock(), ++origin->getIterator());
    auto wait = dyn_cast<WaitOp>(origin);
    if (wait && wait.getWhen())
      return;
    if (tally.max == 0) {
      wrong = true;
      origin->emitOpError("takes a slot that is never ")
          << (acquired ? "committed" : "released");
    } else if (tally.min == 0 && tally.max == 1 && tally.missing) {
      wrong = true;
      InFlightDiagnostic error =
          origin->emitOpError("takes a slot that is not ")
          << (acquired ? "committed" : "released") << " on every path";
      error.attachNote(tally.missing->getLoc()) << "only one branch does so";
    }
  }

  /// A slot that every iteration is given must go somewhere. Those that come
  /// from an unconditional wait have been reported there.
  void checkCarried(const LoopView &loop, unsigned i) {
    if (!reportable(loop.inits[i]) || !reportable(loop.yields[i]) ||
        loop.yields[i] == loop.args[i] || !loop.mayRepeat() ||
        count(loop.args[i], loop.body, loop.body->begin()).max != 0)
      return;
    wrong = true;
    InFlightDiagnostic error =
        loop.op->emitOpError("carries a slot that its body neither releases "
                             "nor passes on");
    error.attachNote(loop.yields[i].getLoc()) << "the slot is taken here";
  }

  /// A conditional wait whose slot nobody releases.
  bool reportable(Value slot) {
    auto wait = slot.getDefiningOp<WaitOp>();
    return wait && wait.getWhen() &&
           count(slot, wait->getBlock(), ++wait->getIterator()).max == 0;
  }

  /// What may have taken `slot`; false when that is not known.
  bool origins(Value slot, SmallPtrSetImpl<Operation *> &found,
               DenseSet<Value> &seen) {
    if (!seen.insert(slot).second)
      return true;
    if (auto arg = dyn_cast<BlockArgument>(slot)) {
      std::optional<LoopView> loop =
          LoopView::get(arg.getOwner()->getParentOp());
      if (!loop)
        return false;
      for (unsigned i = 0; i < loop->args.size(); ++i)
        if (loop->args[i] == slot)
          return origins(loop->inits[i], found, seen) &&
                 origins(loop->yields[i], found, seen);
      return false;
    }
    Operation *def = slot.getDefiningOp();
    if (isa<AcquireOp, WaitOp>(def)) {
      found.insert(def);
      return true;
    }
    unsigned number = cast<OpResult>(slot).getResultNumber();
    if (std::optional<LoopView> loop = LoopView::get(def))
      return origins(loop->inits[number], found, seen) &&
             origins(loop->yields[number], found, seen);
    if (auto branch = dyn_cast<scf::IfOp>(def))
      return origins(branch.thenYield().getOperand(number), found, seen) &&
             origins(branch.elseYield().getOperand(number), found, seen);
    return false;
  }

  /// Acquired slots are filled, waited ones read; both belong to their ring.
  void checkSide(Operation *op) {
    SmallPtrSet<Operation *, 4> found;
    DenseSet<Value> seen;
    if (!origins(slotOf(op), found, seen) || found.empty())
      return;
    bool fills = isProducerOp(op);
    if (llvm::all_of(found, [&](Operation *origin) {
          return isa<AcquireOp>(origin) != fills;
        })) {
      wrong = true;
      InFlightDiagnostic error =
          op->emitOpError(fills ? "expects a slot that was acquired, got one "
                                  "that was waited for"
                                : "expects a slot that was waited for, got one "
                                  "that was acquired");
      error.attachNote((*found.begin())->getLoc()) << "the slot is taken here";
      return;
    }
    auto isOther = [&](Operation *origin) {
      Value used = ringOf(op), taken = ringOf(origin);
      return used != taken && used.getDefiningOp<RingCreateOp>() &&
             taken.getDefiningOp<RingCreateOp>();
    };
    if (llvm::all_of(found, isOther)) {
      wrong = true;
      InFlightDiagnostic error = op->emitOpError("uses a slot of another ring");
      error.attachNote((*found.begin())->getLoc())
          << "the slot is taken from its ring here";
    }
  }

  /// Follows `slot` from `from` to the end of `block`, and beyond.
  Tally count(Value slot, Block *block, Block::iterator from) {
    // Branches between blocks are not followed, nor slots that change places
    // from iteration to iteration.
    if (!block->getParent()->hasOneBlock() ||
        llvm::is_contained(visiting, std::pair(slot, block)))
      return {0, 2};
    visiting.push_back({slot, block});
    Tally sum;
    for (Operation &op : llvm::make_range(from, block->end())) {
      Tally next = countOp(slot, &op);
      if (next.max == 0)
        continue;
      if (sum.min > 0 && next.min > 0 && reported.insert(next.first).second) {
        wrong = true;
        InFlightDiagnostic error =
            next.first->emitOpError(isa<CommitOp>(next.first) ? "commits"
                                                              : "releases")
            << " a slot that is already " << verb(sum.first);
        error.attachNote(sum.first->getLoc()) << verb(sum.first) << " here";
      }
      checkUses(slot, &op);
      sum.missing = sum.max == 0 ? next.missing : nullptr;
      if (!sum.first || (sum.min == 0 && next.min > 0))
        sum.first = next.first;
      sum.min += next.min;
      sum.max = std::min<int64_t>(2, sum.max + next.max);
    }
    visiting.pop_back();
    return sum;
  }

  /// After `finisher`, in its block, nobody fills or reads the slot, nor what
  /// was read from it. Products in flight are another check's.
  void checkUses(Value slot, Operation *finisher) {
    if (!isa<CommitOp, ReleaseOp>(finisher))
      return;
    for (Operation *user : SlotReads::of(slot).ops) {
      Operation *at = finisher->getBlock()->findAncestorOpInBlock(*user);
      if (!at || isa<MmaWaitOp>(user) || !finisher->isBeforeInBlock(at) ||
          !reported.insert(user).second)
        continue;
      wrong = true;
      InFlightDiagnostic error = user->emitOpError(
          isProducerOp(user) ? "fills a slot that is already "
                             : "reads a slot that is already ");
      error << verb(finisher);
      error.attachNote(finisher->getLoc()) << verb(finisher) << " here";
    }
  }

  Tally countOp(Value slot, Operation *op) {
    if (isa<CommitOp, ReleaseOp>(op))
      return slotOf(op) == slot ? Tally{1, 1, op, nullptr} : Tally();
    if (op->hasTrait<OpTrait::IsTerminator>())
      return countYield(slot, op);
    if (auto branch = dyn_cast<scf::IfOp>(op))
      return countBranch(slot, branch);
    if (std::optional<LoopView> loop = LoopView::get(op))
      return countLoop(slot, *loop);
    if (slotOf(op) == slot)
      return {};
    // Forms that are not known may do anything with it.
    bool used = false;
    op->walk([&](Operation *inner) {
      used |= llvm::is_contained(inner->getOperands(), slot);
    });
    return used ? Tally{0, 2} : Tally();
  }

  Tally countBranch(Value slot, scf::IfOp branch) {
    std::optional<bool> known = constantCondition(branch.getCondition());
    Tally yes, no;
    if (known.value_or(true))
      yes = count(slot, branch.thenBlock(), branch.thenBlock()->begin());
    if (Block *other = branch.elseBlock(); other && !known.value_or(false))
      no = count(slot, other, other->begin());
    if (known)
      return *known ? yes : no;
    Tally either{std::min(yes.min, no.min), std::max(yes.max, no.max),
                 yes.first ? yes.first : no.first, nullptr};
    if (((yes.max == 0 && no.min > 0) || (no.max == 0 && yes.min > 0)) &&
        canBeEither(branch.getCondition(), kernel))
      either.missing = branch;
    return either;
  }

  Tally countLoop(Value slot, const LoopView &loop) {
    std::optional<int64_t> trips = loop.trips();
    Tally body = count(slot, loop.body, loop.body->begin());
    if (trips && *trips >= 2 && body.min > 0 &&
        reported.insert(body.first).second) {
      wrong = true;
      InFlightDiagnostic error = body.first->emitOpError(
          "repeats for a slot that is taken before the loop");
      error.attachNote(slot.getLoc()) << "the slot is taken here";
    }
    Tally sum{trips && *trips > 0 ? body.min : 0,
              trips ? std::min(*trips, body.max) : body.max, body.first,
              nullptr};
    for (unsigned i = 0; i < loop.inits.size(); ++i) {
      if (loop.inits[i] != slot)
        continue;
      Tally carried = count(loop.args[i], loop.body, loop.body->begin());
      bool kept = loop.yields[i] == loop.args[i];
      bool runs = trips && *trips > 0;
      // The result is this slot when the body passes it on unchanged, or does
      // not run.
      Tally after;
      if (kept || !runs)
        after = count(loop.results[i], loop.op->getBlock(),
                      ++loop.op->getIterator());
      if (kept)
        sum.min += after.min;
      else if (runs)
        sum.min += carried.min;
      sum.max += carried.max + after.max;
      for (Operation *first : {carried.first, after.first})
        if (!sum.first)
          sum.first = first;
    }
    return sum;
  }

  Tally countYield(Value slot, Operation *terminator) {
    Tally sum;
    Operation *parent = terminator->getParentOp();
    std::optional<LoopView> loop = LoopView::get(parent);
    for (auto [i, operand] : llvm::enumerate(terminator->getOperands())) {
      if (operand != slot)
        continue;
      if (!loop)
        return {0, 2};
      Tally after =
          count(loop->results[i], parent->getBlock(), ++parent->getIterator());
      Tally next;
      if (loop->args[i] != slot)
        next = count(loop->args[i], loop->body, loop->body->begin());
      // Some iteration hands the slot to the next: a wait for the next
      // iteration's slot takes one only then.
      std::optional<int64_t> trips = loop->trips();
      auto wait = slot.getDefiningOp<WaitOp>();
      auto forOp = dyn_cast<scf::ForOp>(parent);
      bool handed = (trips && *trips >= 2) ||
                    (wait && forOp && saysAnother(wait.getWhen(), forOp));
      sum.min += handed ? next.min : 0;
      sum.max = std::min<int64_t>(2, sum.max + next.max + after.max);
      if (!sum.first)
        sum.first = next.first ? next.first : after.first;
    }
    return sum;
  }

  KernelOp kernel;
  bool wrong = false;
  SmallVector<std::pair<Value, Block *>> visiting;
  DenseSet<Operation *> reported;
};

} // namespace

LogicalResult mlir::gqgpu::verifySlots(KernelOp kernel) {
  return SlotChecker(kernel).run();
}
