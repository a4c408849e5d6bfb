//===- Starts.cpp - all parties go through a ring alike -------------------===//
//
// Where a role takes its first slot: back from that op through the first
// iterations of loops to a gqgpu.cursor. How far it goes in each iteration: in
// loops that carry the cursor and take one slot.
//
//===----------------------------------------------------------------------===//
#include "Protocol.h"

using namespace mlir;
using namespace mlir::gqgpu;

namespace {
struct Start {
  int64_t stage, parity;
  Operation *op;
};
} // namespace

/// A wait that takes a slot if any is taken: one without a condition, or for
/// the first step of a loop behind it.
static bool isFirst(WaitOp wait) {
  if (!wait.getWhen())
    return true;
  return llvm::any_of(
      wait->getBlock()->getOps<scf::ForOp>(), [&](scf::ForOp loop) {
        return wait->isBeforeInBlock(loop) && saysAny(wait.getWhen(), loop);
      });
}

/// Where `op` takes a slot when it runs first; nothing when that depends on
/// more than the first iterations of loops.
static std::optional<Start> startOf(Operation *op) {
  for (Operation *parent = op->getParentOp(); !isa<KernelOp>(parent);
       parent = parent->getParentOp())
    if (!LoopView::get(parent) && !isa<WarpSpecializeOp, RoleOp>(parent))
      return std::nullopt;
  if (auto wait = dyn_cast<WaitOp>(op); wait && !isFirst(wait))
    return std::nullopt;
  Value cursor = op->getOperand(1);
  int64_t stages = cast<RingType>(ringOf(op).getType()).getStages();
  int64_t advances = 0;
  while (true) {
    if (auto arg = dyn_cast<BlockArgument>(cursor)) {
      std::optional<LoopView> loop =
          LoopView::get(arg.getOwner()->getParentOp());
      if (!loop)
        return std::nullopt;
      const auto *at = llvm::find(arg.getOwner()->getArguments(), arg);
      unsigned ivs = arg.getOwner()->getNumArguments() - loop->args.size();
      unsigned number = at - arg.getOwner()->getArguments().begin();
      if (number < ivs)
        return std::nullopt;
      cursor = loop->inits[number - ivs];
    } else if (auto advance = cursor.getDefiningOp<AdvanceOp>()) {
      if (cast<RingType>(advance.getRing().getType()).getStages() != stages)
        return std::nullopt;
      cursor = advance.getCursor();
      ++advances;
    } else if (auto start = cursor.getDefiningOp<CursorOp>()) {
      int64_t stage = start.getStage(), parity = start.getParity();
      if (stage >= stages)
        return std::nullopt;
      return Start{(stage + advances) % stages,
                   (parity + (stage + advances) / stages) % 2, op};
    } else {
      return std::nullopt;
    }
  }
}

/// Slots from one iteration to the next, where `op` is the only one of its kind
/// to take a slot of its ring in a loop that carries the cursor.
static std::optional<int64_t> strideOf(Operation *op) {
  std::optional<LoopView> loop = LoopView::get(op->getParentOp());
  if (!loop || !loop->mayRepeat())
    return std::nullopt;
  auto wait = dyn_cast<WaitOp>(op);
  auto forOp = dyn_cast<scf::ForOp>(loop->op);
  if (wait && wait.getWhen() && !(forOp && saysAnother(wait.getWhen(), forOp)))
    return std::nullopt;
  WalkResult others = loop->op->walk([&](Operation *other) {
    return WalkResult(success(other == op || ringOf(other) != ringOf(op) ||
                              other->getName() != op->getName()));
  });
  if (others.wasInterrupted())
    return std::nullopt;
  for (auto [arg, yield] : llvm::zip(loop->args, loop->yields))
    if (advancesBetween(arg, op->getOperand(1)))
      return advancesBetween(arg, yield);
  return std::nullopt;
}

/// The stride of a party, if one op takes all its slots, but for the first one
/// of a rotated loop.
static std::optional<std::pair<int64_t, Operation *>>
strideOf(const Party &party) {
  std::optional<std::pair<int64_t, Operation *>> found;
  int64_t others = 0;
  for (Operation *op : party.takes) {
    std::optional<int64_t> stride = strideOf(op);
    if (stride && !found)
      found = {*stride, op};
    else
      ++others;
  }
  auto wait = dyn_cast_or_null<WaitOp>(found ? found->second : nullptr);
  bool rotated = wait && wait.getWhen();
  return others == (rotated ? 1 : 0) ? found : std::nullopt;
}

/// `party` starts where the one that fills does, and goes on alike.
static bool verifyAlike(const Party &filler, const Party &party,
                        RingType ring) {
  std::optional<Start> fills = startOf(filler.takes.front()),
                       takes = startOf(party.takes.front());
  if (!fills || !takes)
    return true;
  if (fills->stage != takes->stage || fills->parity != takes->parity) {
    InFlightDiagnostic error = takes->op->emitOpError("starts at slot ")
                               << takes->stage << " and parity "
                               << takes->parity << ", " << filler.describe()
                               << " at slot " << fills->stage << " and parity "
                               << fills->parity;
    error.attachNote(fills->op->getLoc())
        << filler.describe() << " starts here";
    return false;
  }
  auto stride = strideOf(party), fillStride = strideOf(filler);
  int64_t round = 2 * ring.getStages();
  if (!stride || !fillStride ||
      stride->first % round == fillStride->first % round)
    return true;
  InFlightDiagnostic error = stride->second->emitOpError("advances by ")
                             << stride->first << " in each step, "
                             << filler.describe() << " by "
                             << fillStride->first;
  error.attachNote(fillStride->second->getLoc())
      << filler.describe() << " takes its slots here";
  return false;
}

LogicalResult mlir::gqgpu::verifyStarts(KernelOp kernel) {
  auto rings = partiesOf(kernel);
  if (!rings)
    return success();
  bool right = true;
  for (auto &[ring, parties] : *rings) {
    if (parties.size() < 2 || !parties.front().fills)
      continue;
    bool late = false;
    for (const Party &party : parties) {
      std::optional<Start> start = startOf(party.takes.front());
      if (!party.fills || !start || start->parity == 0)
        continue;
      // All slots of a fresh ring are empty in the round of parity 0.
      late = true;
      start->op->emitOpError(
          "starts in a round of parity 1, which a fresh ring "
          "has not come to; expects parity 0");
    }
    right &= !late;
    if (late)
      continue;
    for (const Party &party : ArrayRef(parties).drop_front())
      right &=
          verifyAlike(parties.front(), party, cast<RingType>(ring.getType()));
  }
  return success(right);
}
