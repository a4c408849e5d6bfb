//===- Cursors.cpp - cursors advance once per slot ------------------------===//
//
// What one loop body does with a cursor it carries: the positions it takes
// slots at, as numbers of advances from the carried value, and the position it
// hands to the next iteration.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"
#include <numeric>
#include <set>

using namespace mlir;
using namespace mlir::gqgpu;

/// The cursor that a slot is taken at; null for other ops.
static Value cursorOf(Operation *op) {
  if (auto acquire = dyn_cast<AcquireOp>(op))
    return acquire.getCursor();
  if (auto wait = dyn_cast<WaitOp>(op))
    return wait.getCursor();
  return Value();
}

static StringRef taken(Operation *op) {
  return isa<AcquireOp>(op) ? "acquired" : "waited for";
}

/// Takes a slot whenever its block runs: a wait for the next iteration's slot
/// does as well, but for the last one.
static bool isUnconditional(Operation *op) {
  auto wait = dyn_cast<WaitOp>(op);
  if (!wait || !wait.getWhen())
    return true;
  auto loop = dyn_cast<scf::ForOp>(op->getParentOp());
  return loop && saysAnother(wait.getWhen(), loop);
}

namespace {

class CursorChecker {
public:
  explicit CursorChecker(KernelOp kernel) : kernel(kernel) {}

  LogicalResult run() {
    kernel.walk([&](Block *block) { checkBlock(block); });
    kernel.walk([&](Operation *op) {
      if (isa<AcquireOp, WaitOp>(op))
        checkCaptured(op);
      if (std::optional<LoopView> loop = LoopView::get(op))
        for (unsigned i = 0; i < loop->args.size(); ++i)
          if (isa<CursorType>(loop->args[i].getType()) && loop->mayRepeat())
            checkCarried(*loop, i);
    });
    return failure(wrong);
  }

private:
  /// The same slot twice in a row.
  void checkBlock(Block *block) {
    SmallVector<Operation *> before;
    for (Operation &op : *block) {
      if (!isa<AcquireOp, WaitOp>(op) || !isUnconditional(&op))
        continue;
      auto same = llvm::find_if(before, [&](Operation *other) {
        return other->getName() == op.getName() &&
               cursorOf(other) == cursorOf(&op) && ringOf(other) == ringOf(&op);
      });
      if (same == before.end()) {
        before.push_back(&op);
        continue;
      }
      wrong = true;
      InFlightDiagnostic error =
          op.emitOpError("takes a slot that is ")
          << taken(&op) << " already; expects an advance of the cursor between";
      error.attachNote((*same)->getLoc()) << taken(&op) << " here";
    }
  }

  /// A loop that takes slots at a cursor from outside, itself or in a loop
  /// inside that starts there.
  void checkCaptured(Operation *op) {
    if (auto wait = dyn_cast<WaitOp>(op); wait && wait.getWhen())
      return;
    Value cursor = rootOf(cursorOf(op));
    for (Operation *parent = op->getParentOp(); !isa<KernelOp>(parent);
         parent = parent->getParentOp()) {
      std::optional<LoopView> loop = LoopView::get(parent);
      if (!loop && !isa<WarpSpecializeOp, RoleOp>(parent))
        return; // whether it runs depends on a condition
      if (!loop)
        continue;
      if (Value init = initOf(cursor, *loop)) {
        cursor = rootOf(init);
        continue;
      }
      if (!loop->mayRepeat() || startsIn(cursor, *loop))
        continue;
      SmallVector<Operation *> all, takes;
      loop->op->walk([&](Operation *other) {
        if (other->getName() != op->getName() || ringOf(other) != ringOf(op))
          return;
        all.push_back(other);
        if (rootIn(cursorOf(other), *loop) == cursor)
          takes.push_back(other);
      });
      if (comesRound(*loop, takes) || comesRound(*loop, all))
        continue;
      wrong = true;
      InFlightDiagnostic error =
          op->emitOpError("starts every iteration at "
                          "the same slot; expects a "
                          "cursor that the loop carries");
      error.attachNote(loop->op->getLoc()) << "the loop";
      error.attachNote(cursor.getLoc()) << "the cursor comes from here";
      return;
    }
  }

  static Value rootOf(Value cursor) {
    while (auto advance = cursor.getDefiningOp<AdvanceOp>())
      cursor = advance.getCursor();
    return cursor;
  }

  /// Where a cursor that `loop` carries starts; null if it does not carry it.
  static Value initOf(Value cursor, const LoopView &loop) {
    for (auto [arg, init] : llvm::zip(loop.args, loop.inits))
      if (arg == cursor)
        return init;
    return Value();
  }

  /// The root of a cursor in the first iterations of the loops inside `loop`.
  static Value rootIn(Value cursor, const LoopView &loop) {
    while (true) {
      cursor = rootOf(cursor);
      auto arg = dyn_cast<BlockArgument>(cursor);
      std::optional<LoopView> inner =
          arg ? LoopView::get(arg.getOwner()->getParentOp()) : std::nullopt;
      if (!inner || inner->op == loop.op || !loop.op->isAncestor(inner->op))
        return cursor;
      Value init = initOf(cursor, *inner);
      if (!init)
        return cursor;
      cursor = init;
    }
  }

  /// One iteration may take so many slots that the next starts where it did:
  /// in the same slot, in a round of the same parity.
  static bool comesRound(const LoopView &loop, ArrayRef<Operation *> takes) {
    int64_t sum = 0, rounds = 1;
    for (Operation *op : takes) {
      int64_t times = 1;
      auto wait = dyn_cast<WaitOp>(op);
      bool another = wait && wait.getWhen();
      if (another && !isUnconditional(op))
        return true;
      for (Operation *parent = op->getParentOp(); parent != loop.op;
           parent = parent->getParentOp()) {
        std::optional<LoopView> inner = LoopView::get(parent);
        if (!inner)
          return true; // a condition decides
        std::optional<int64_t> trips = inner->trips();
        if (!trips)
          return false;
        times *= another && parent == op->getParentOp()
                     ? std::max<int64_t>(*trips - 1, 0)
                     : *trips;
      }
      sum += times;
      rounds = 2 * cast<RingType>(ringOf(op).getType()).getStages();
    }
    return sum % rounds == 0;
  }

  static bool startsIn(Value cursor, const LoopView &loop) {
    return loop.op->isAncestor(cursor.getParentRegion()->getParentOp());
  }

  void checkCarried(const LoopView &loop, unsigned i) {
    Value arg = loop.args[i], yield = loop.yields[i];
    SmallVector<Operation *> takes;
    loop.op->walk([&](Operation *op) {
      if (isa<AcquireOp, WaitOp>(op) && isUnconditional(op) &&
          comesFrom(cursorOf(op), arg, op, loop))
        takes.push_back(op);
    });
    if (takes.empty())
      return;
    // The next iteration starts where this one did, or all but the first at
    // one place.
    bool fixed = !startsIn(yield, loop) || yield.getDefiningOp<CursorOp>();
    if (fixed && yield != loop.inits[i] && loop.trips() == 2)
      return;
    if (yield == arg || fixed) {
      Operation *first = takes.front();
      llvm::erase_if(takes, [&](Operation *op) {
        return op->getName() != first->getName() || ringOf(op) != ringOf(first);
      });
      if (comesRound(loop, takes))
        return;
      wrong = true;
      InFlightDiagnostic error =
          loop.body->getTerminator()->emitOpError(
              yield == arg ? "hands on a cursor that the body does not advance"
                           : "hands on a cursor that does not come from the "
                             "body's own")
          << ", operand " << i;
      error.attachNote(first->getLoc())
          << "a slot is " << taken(first) << " here";
      return;
    }
    if (std::optional<int64_t> step = advancesBetween(arg, yield)) {
      checkStep<AcquireOp>(loop, arg, *step);
      checkStep<WaitOp>(loop, arg, *step);
    }
  }

  /// `cursor`, used by `op`, is `arg`, advanced any number of times by the body
  /// or by loops in it that run unconditionally.
  static bool comesFrom(Value cursor, Value arg, Operation *op,
                        const LoopView &loop) {
    for (Operation *parent = op->getParentOp(); parent != loop.op;
         parent = parent->getParentOp())
      if (std::optional<LoopView> inner = LoopView::get(parent);
          !inner || inner->trips().value_or(1) == 0)
        return false;
    while (cursor != arg) {
      if (auto advance = cursor.getDefiningOp<AdvanceOp>()) {
        cursor = advance.getCursor();
        continue;
      }
      auto carried = dyn_cast<BlockArgument>(cursor);
      std::optional<LoopView> inner =
          carried ? LoopView::get(carried.getOwner()->getParentOp())
                  : std::nullopt;
      if (!inner || inner->op == loop.op || !loop.op->isAncestor(inner->op))
        return false;
      bool found = false;
      for (unsigned i = 0; i < inner->args.size() && !found; ++i)
        if (inner->args[i] == cursor) {
          cursor = inner->inits[i];
          found = true;
        }
      if (!found)
        return false;
    }
    return true;
  }

  /// Every round of the ring must take the same slots, each of them once: with
  /// `step` advances an iteration and `S` slots, the positions modulo `step`
  /// are the same after a shift by gcd(S, step).
  template <typename OpTy>
  void checkStep(const LoopView &loop, Value arg, int64_t step) {
    std::set<int64_t> positions;
    Operation *last = nullptr;
    Value ring;
    int64_t count = 0, stages = 0;
    bool known = true;
    loop.op->walk([&](OpTy op) {
      // All that may take slots on this chain must be in the body itself.
      Value cursor = op.getCursor();
      std::optional<int64_t> at = advancesBetween(arg, cursor);
      if (!at || op->getBlock() != loop.body || !isUnconditional(op)) {
        known &= isCursorOfOther(cursor, arg, loop);
        return;
      }
      positions.insert(*at % step);
      known &= !ring || ring == op.getRing(); // a cursor of two rings
      ring = op.getRing();
      stages = op.getRing().getType().getStages();
      last = op;
      ++count;
    });
    if (!known || count == 0)
      return;
    int64_t shift = std::gcd(stages, step);
    bool regular = llvm::all_of(positions, [&](int64_t position) {
      return positions.count((position + shift) % step) != 0;
    });
    if (regular && count == static_cast<int64_t>(positions.size()))
      return;
    wrong = true;
    InFlightDiagnostic error =
        loop.body->getTerminator()->emitOpError("hands on a cursor after ")
        << step << (step == 1 ? " advance, " : " advances, ") << count
        << (count == 1 ? " slot is " : " slots are ") << taken(last)
        << " in the body";
    error.attachNote(last->getLoc())
        << "the last one is " << taken(last) << " here";
  }

  /// `cursor` provably belongs to another chain of the same loop.
  static bool isCursorOfOther(Value cursor, Value arg, const LoopView &loop) {
    while (auto advance = cursor.getDefiningOp<AdvanceOp>())
      cursor = advance.getCursor();
    auto other = dyn_cast<BlockArgument>(cursor);
    return other && other != arg && other.getOwner() == loop.body;
  }

  KernelOp kernel;
  bool wrong = false;
};

} // namespace

LogicalResult mlir::gqgpu::verifyCursors(KernelOp kernel) {
  return CursorChecker(kernel).run();
}
