//===- Rings.cpp - cursors stay with their ring ---------------------------===//
//
// An advance wraps at the number of slots of its ring. Rings with as many slots
// may share a cursor; on a ring with another number it leaves the ring, or
// wraps early, once it has gone far enough.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"

using namespace mlir;
using namespace mlir::gqgpu;

static int64_t stagesOf(Operation *op) {
  return cast<RingType>(ringOf(op).getType()).getStages();
}

namespace {

class RingChecker {
public:
  explicit RingChecker(KernelOp kernel) : kernel(kernel) {}

  LogicalResult run() {
    kernel.walk([&](Operation *op) {
      if (isa<AcquireOp, WaitOp, AdvanceOp>(op))
        checkAdvances(op);
      if (auto cursor = dyn_cast<CursorOp>(op)) {
        DenseSet<Value> seen;
        checkStart(cursor, cursor.getCursor(), seen);
      }
    });
    return failure(wrong);
  }

private:
  /// A cursor must start in the ring.
  void checkStart(CursorOp start, Value cursor, DenseSet<Value> &seen) {
    if (!seen.insert(cursor).second)
      return;
    for (OpOperand &use : cursor.getUses()) {
      Operation *user = use.getOwner();
      if (std::optional<LoopView> loop = LoopView::get(user)) {
        unsigned first = user->getNumOperands() - loop->inits.size();
        if (use.getOperandNumber() >= first)
          checkStart(start, loop->args[use.getOperandNumber() - first], seen);
        continue;
      }
      if (!isa<AcquireOp, WaitOp, AdvanceOp>(user) ||
          static_cast<int64_t>(start.getStage()) < stagesOf(user))
        continue;
      wrong = true;
      InFlightDiagnostic error = user->emitOpError("expects a slot below ")
                                 << stagesOf(user)
                                 << ", the cursor starts at slot "
                                 << start.getStage();
      error.attachNote(start.getLoc()) << "the cursor starts here";
    }
  }

  /// The advance on a ring of another size that a cursor surely went through.
  void checkAdvances(Operation *op) {
    int64_t stages = stagesOf(op);
    Value cursor = op->getOperand(1);
    // Straight on, back to where a loop or the kernel starts.
    SmallVector<AdvanceOp> advances;
    while (auto advance = cursor.getDefiningOp<AdvanceOp>()) {
      advances.push_back(advance);
      cursor = advance.getCursor();
    }
    AdvanceOp other = findOther(advances, stages);
    if (auto start = cursor.getDefiningOp<CursorOp>()) {
      if (other && goesWrong(start, advances, stages))
        report(op, other);
      return;
    }
    // Carried: what the body does to the cursor comes round again.
    auto arg = dyn_cast<BlockArgument>(cursor);
    std::optional<LoopView> loop =
        arg ? LoopView::get(arg.getOwner()->getParentOp()) : std::nullopt;
    if (!loop || !loop->mayRepeat())
      return;
    unsigned number = 0;
    while (number < loop->args.size() && loop->args[number] != cursor)
      ++number;
    if (number == loop->args.size())
      return;
    SmallVector<AdvanceOp> body;
    Value next = loop->yields[number];
    while (auto advance = next.getDefiningOp<AdvanceOp>()) {
      body.push_back(advance);
      next = advance.getCursor();
    }
    other = findOther(body, stages);
    if (next == cursor && other &&
        goesFar(*loop, loop->inits[number], body.size(),
                std::min(stages, stagesOf(other))))
      report(op, other);
  }

  /// The cursor that `loop` starts with `init` comes to the end of the smaller
  /// ring; a short loop may not.
  static bool goesFar(const LoopView &loop, Value init, int64_t advances,
                      int64_t stages) {
    std::optional<int64_t> trips = loop.trips();
    if (!trips)
      return true;
    if (auto start = init.getDefiningOp<CursorOp>())
      return static_cast<int64_t>(start.getStage()) + *trips * advances >
             stages;
    auto arg = dyn_cast<BlockArgument>(init);
    std::optional<LoopView> outer =
        arg ? LoopView::get(arg.getOwner()->getParentOp()) : std::nullopt;
    return outer && outer->mayRepeat();
  }

  static AdvanceOp findOther(ArrayRef<AdvanceOp> advances, int64_t stages) {
    for (AdvanceOp advance : advances)
      if (stagesOf(advance) != stages)
        return advance;
    return {};
  }

  /// Walks from `start` as the ops say, and as the ring would have it.
  static bool goesWrong(CursorOp start, ArrayRef<AdvanceOp> advances,
                        int64_t stages) {
    int64_t stage = start.getStage(), parity = start.getParity();
    int64_t right = stage, rightParity = parity;
    for (AdvanceOp advance : llvm::reverse(advances)) {
      if (++stage == stagesOf(advance)) {
        stage = 0;
        parity ^= 1;
      }
      if (++right == stages) {
        right = 0;
        rightParity ^= 1;
      }
    }
    return stage != right || parity != rightParity;
  }

  void report(Operation *op, AdvanceOp other) {
    wrong = true;
    InFlightDiagnostic error = op->emitOpError("uses a ring of ")
                               << stagesOf(op)
                               << " slots with a cursor that is advanced on "
                                  "one of "
                               << stagesOf(other);
    error.attachNote(other.getLoc()) << "advanced here";
  }

  KernelOp kernel;
  bool wrong = false;
};

} // namespace

LogicalResult mlir::gqgpu::verifyRings(KernelOp kernel) {
  return RingChecker(kernel).run();
}
