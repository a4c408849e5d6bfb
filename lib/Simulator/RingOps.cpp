//===- RingOps.cpp - rings, their cursors and slots -----------------------===//
#include "Agent.h"
#include "Cluster.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq::sim;
using mlir::gq::RuntimeObject;
using mlir::gq::RuntimeValue;

static RuntimeValue valueOf(std::shared_ptr<RuntimeObject> object) {
  return RuntimeValue(std::move(object));
}

LogicalResult Agent::execute(RingCreateOp op) {
  return set(op, valueOf(threadBlock.createRing(op)));
}

LogicalResult Agent::execute(CursorOp op) {
  return set(op,
             valueOf(std::make_shared<Cursor>(op.getStage(), op.getParity())));
}

LogicalResult Agent::execute(AdvanceOp op) {
  auto next = std::make_shared<Cursor>(*object<Cursor>(op.getCursor()));
  // As the lowering: only the slot after the last wraps.
  if (++next->slot == op.getRing().getType().getStages()) {
    next->slot = 0;
    ++next->round;
  }
  return set(op, valueOf(next));
}

FailureOr<std::shared_ptr<Cursor>> Agent::cursorOn(Operation *op, Value value,
                                                   const Ring &ring) {
  auto cursor = object<Cursor>(value);
  if (cursor->slot < ring.getNumSlots())
    return cursor;
  InFlightDiagnostic diag = op->emitOpError("uses a cursor at slot ")
                            << cursor->slot << " of a ring of "
                            << ring.getNumSlots() << " slots";
  if (Operation *def = value.getDefiningOp())
    diag.attachNote(def->getLoc()) << "the cursor";
  return diag;
}

FailureOr<std::shared_ptr<SlotToken>> Agent::tokenOf(Operation *op, Value ring,
                                                     Value slot) {
  auto token = object<SlotToken>(slot);
  if (token->ring == object<Ring>(ring))
    return token;
  InFlightDiagnostic diag = op->emitOpError("uses a slot of another ring");
  diag.attachNote(token->op->getLoc()) << "the slot";
  return diag;
}

//===----------------------------------------------------------------------===//
// Roles that fill
//===----------------------------------------------------------------------===//

/// Whose arrivals a ring does not count must not take its slots.
LogicalResult Agent::checkPart(Operation *op, const Ring &ring, bool fills) {
  if (takesPart(ring, fills))
    return success();
  InFlightDiagnostic diag = op->emitOpError("takes a slot of a ring that ")
                            << name << " does not "
                            << (fills ? "fill" : "consume");
  diag.attachNote(ring.op->getLoc()) << "the ring";
  return diag;
}

LogicalResult Agent::execute(AcquireOp op) {
  auto ring = object<Ring>(op.getRing());
  auto cursor = cursorOn(op, op.getCursor(), *ring);
  if (failed(cursor) || failed(checkPart(op, *ring, /*fills=*/true)))
    return failure();
  int64_t number = (*cursor)->slot, round = (*cursor)->round;
  Ring::Slot &slot = ring->slots[number];
  // On a fresh barrier the wait for parity 1 passes: all slots begin empty.
  int64_t parity = (*cursor)->getParity() ^ 1;
  if (!slot.empty.passes(parity))
    return block(op, ring, number, parity, /*full=*/false);
  if (slot.empty.getCompleted() != round || !slot.readers.empty()) {
    InFlightDiagnostic diag = op.emitOpError("acquires slot ")
                              << number << " in round " << round
                              << ", in which it ";
    if (slot.readers.empty())
      diag << "has been released " << slot.empty.getCompleted()
           << " times, expected " << round << "; the phase is wrong";
    else
      diag << "is still read by "
           << threadBlock.cluster.getAgent(slot.readers.front()->agent)
                  .getName();
    if (!slot.readers.empty())
      diag.attachNote(slot.readers.front()->op->getLoc()) << "waited for here";
    else if (slot.acquired)
      diag.attachNote(slot.acquired->getLoc()) << "last acquired here";
    return diag;
  }
  for (auto &held : tokens)
    if (held->isAcquired() && held->ring == ring && held->slot == number) {
      InFlightDiagnostic diag = op.emitOpError("acquires slot ")
                                << number << ", which " << name
                                << " has acquired and not committed";
      diag.attachNote(held->op->getLoc()) << "acquired here";
      return diag;
    }
  auto token = std::make_shared<SlotToken>(ring, number, id, op);
  token->round = round;
  slot.acquired = op;
  if (drivesCopyEngine()) {
    int64_t bytes = op.getBytesOf(ring->op);
    slot.full.expect(bytes);
    ++slot.expectations;
    if (int64_t more = -slot.full.getOutstandingBytes(); more > 0)
      return op.emitOpError("expects ")
             << bytes << " bytes in slot " << number << " of "
             << threadBlock.getName() << ", to which " << more
             << " more have been brought";
  }
  tokens.push_back(token);
  return set(op, valueOf(token));
}

FailureOr<std::shared_ptr<SlotToken>>
Agent::acquiredTokenOf(Operation *op, Value ring, Value slot, StringRef does) {
  auto token = tokenOf(op, ring, slot);
  if (failed(token) || ((*token)->isAcquired() && !(*token)->end))
    return token;
  bool ended = (*token)->end;
  InFlightDiagnostic diag = op->emitOpError()
                            << does << " slot " << (*token)->slot << ", which "
                            << name
                            << (ended ? " has committed" : " has not acquired");
  diag.attachNote((ended ? (*token)->end : (*token)->op)->getLoc())
      << (ended ? "committed here" : "the slot");
  return diag;
}

/// The copy engine counts groups of rows that it permutes, not rows.
static LogicalResult checkGroups(Operation *op, const Buffer &buffer,
                                 ArrayRef<int64_t> at, int64_t group) {
  if (group == 0 || at.front() % group == 0)
    return success();
  return op->emitOpError("starts at row ")
         << at.front() << " of operand " << buffer.operand
         << " of the launch, whose rows are permuted in groups of " << group;
}

LogicalResult Agent::fill(Operation *op, Value source, ValueRange indices,
                          Value ringValue, Value slotValue, int64_t number) {
  auto token = acquiredTokenOf(op, ringValue, slotValue, "fills");
  if (failed(token))
    return failure();
  Ring &ring = *(*token)->ring;
  Ring::Tile &tile = ring.slots[(*token)->slot].tiles[number];
  auto load = dyn_cast<TmaLoadOp>(op);
  bool forAll = load && load.getMulticast();
  if (!forAll &&
      (tile.inFlight || (tile.fill && tile.round == (*token)->round))) {
    InFlightDiagnostic diag = op->emitOpError("fills tile ")
                              << number << " of slot " << (*token)->slot
                              << " a second time";
    diag.attachNote(tile.fill->getLoc()) << "filled here";
    return diag;
  }
  auto buffer = object<Buffer>(source);
  bool outside = isOutside();
  auto copy = dyn_cast<CopyLoadOp>(op);
  bool pastEnd = load ? load.getPastEnd() : copy.getPastEnd();
  SmallVector<int64_t> at;
  for (auto [dim, index] : llvm::enumerate(indices)) {
    at.push_back(getInt(index));
    int64_t extent = buffer->tensor.getDim(dim);
    if (at.back() >= 0 && (at.back() < extent || outside))
      continue;
    if (pastEnd && dim + 1 == indices.size() && at.back() >= 0)
      continue;
    return op->emitOpError("loads a tile that lies outside of operand ")
           << buffer->operand << " of the launch: index " << dim << " is "
           << at.back() << ", the size is " << extent;
  }
  if (copy && failed(checkAligned(copy, at)))
    return failure();
  if (load && (failed(checkTma(op, *buffer, at)) ||
               failed(checkGroups(op, *buffer, at,
                                  ring.type.getTiles()[number].getPermuted()))))
    return failure();
  if (copy && copy.getScales() && !pastEnd && !outside &&
      failed(checkScalesInside(copy, *object<Buffer>(copy.getScales()),
                               copy.getScaleIndices())))
    return failure();
  if (forAll)
    return multicast(load, *token, buffer, at);
  tile.fill = op;
  tile.inFlight = true;
  tile.round = (*token)->round;
  if (!load)
    ++(*token)->copiesInFlight;
  Copy started{op, *token, (*token)->ring, number, buffer, at, {}, {}};
  if (copy && copy.getScales()) {
    started.scales = object<Buffer>(copy.getScales());
    for (Value index : copy.getScaleIndices())
      started.scaleIndices.push_back(getInt(index));
  }
  threadBlock.cluster.start(std::move(started));
  return success();
}

LogicalResult Agent::execute(CommitOp op) {
  auto token = acquiredTokenOf(op, op.getRing(), op.getSlot(), "commits");
  if (failed(token))
    return failure();
  (*token)->end = op;
  llvm::erase(tokens, *token);
  if ((*token)->copiesInFlight > 0)
    return success();
  return threadBlock.arriveFull(op, **token);
}

//===----------------------------------------------------------------------===//
// Roles that consume
//===----------------------------------------------------------------------===//

LogicalResult Agent::execute(WaitOp op) {
  auto ring = object<Ring>(op.getRing());
  auto cursor = cursorOn(op, op.getCursor(), *ring);
  if (failed(cursor) || failed(checkPart(op, *ring, /*fills=*/false)))
    return failure();
  int64_t number = (*cursor)->slot, round = (*cursor)->round;
  auto token = std::make_shared<SlotToken>(ring, number, id, op);
  token->round = round;
  if (op.getWhen() && getInt(op.getWhen()) == 0) {
    token->skipped = true;
    return set(op, valueOf(token));
  }
  Ring::Slot &slot = ring->slots[number];
  int64_t parity = (*cursor)->getParity();
  if (!slot.full.passes(parity))
    return block(op, ring, number, parity, /*full=*/true);
  for (auto &held : slot.readers)
    if (held->agent == id) {
      InFlightDiagnostic diag = op.emitOpError("waits for slot ")
                                << number << ", which " << name
                                << " holds already";
      diag.attachNote(held->op->getLoc()) << "waited for here";
      return diag;
    }
  if (slot.full.getCompleted() != round + 1) {
    InFlightDiagnostic diag = op.emitOpError("passes on slot ")
                              << number << " in round " << round
                              << ", in which it has been filled "
                              << slot.full.getCompleted() << " times, expected "
                              << round + 1 << "; the phase is wrong";
    if (slot.acquired)
      diag.attachNote(slot.acquired->getLoc()) << "last acquired here";
    return diag;
  }
  slot.readers.push_back(token);
  tokens.push_back(token);
  return set(op, valueOf(token));
}

LogicalResult Agent::execute(ReleaseOp op) {
  auto token = tokenOf(op, op.getRing(), op.getSlot());
  if (failed(token))
    return failure();
  if ((*token)->isAcquired() || (*token)->skipped)
    return op.emitOpError("releases slot ")
           << (*token)->slot << ", which " << name << " has not waited for";
  if ((*token)->end) {
    InFlightDiagnostic diag = op.emitOpError("releases slot ")
                              << (*token)->slot << " a second time";
    diag.attachNote((*token)->end->getLoc()) << "released here";
    return diag;
  }
  for (auto &[product, read] : products)
    if (read == *token) {
      InFlightDiagnostic diag = op.emitOpError("releases slot ")
                                << (*token)->slot
                                << " while a product still reads it";
      diag.attachNote(product->getLoc()) << "the product";
      return diag;
    }
  (*token)->end = op;
  llvm::erase(tokens, *token);
  Ring::Slot &slot = (*token)->ring->slots[(*token)->slot];
  llvm::erase(slot.readers, *token);
  if (slot.empty.arrive(id, arrivals)) {
    for (int64_t rank : op.getPeers().value_or(ArrayRef<int64_t>()))
      if (rank != threadBlock.rank &&
          failed(
              releaseIn(op, **token, *threadBlock.cluster.getBlocks()[rank])))
        return failure();
    return success();
  }
  InFlightDiagnostic diag = op.emitOpError("releases slot ")
                            << (*token)->slot << " with " << arrivals
                            << " arrivals of " << name
                            << ", of which its ring, empty after "
                            << slot.empty.getCount() << ", does not know";
  diag.attachNote((*token)->ring->op->getLoc()) << "the ring";
  return diag;
}

FailureOr<const Ring::Tile *> Agent::tileOf(Operation *op, Value ring,
                                            Value slotValue, int64_t number) {
  auto token = tokenOf(op, ring, slotValue);
  if (failed(token))
    return failure();
  if ((*token)->skipped)
    return static_cast<const Ring::Tile *>(nullptr);
  auto error = [&](const Twine &what, Operation *other,
                   StringRef note) -> LogicalResult {
    InFlightDiagnostic diag = op->emitOpError("reads tile ")
                              << number << " of slot " << (*token)->slot
                              << ", which " << what;
    if (other)
      diag.attachNote(other->getLoc()) << note;
    return diag;
  };
  if ((*token)->isAcquired())
    return error(name + " has not waited for", (*token)->op, "the slot");
  if ((*token)->end)
    return error(name + " has released", (*token)->end, "released here");
  const Ring::Tile &tile = (*token)->ring->slots[(*token)->slot].tiles[number];
  if (!tile.fill)
    return error("was never filled", nullptr, "");
  if (tile.inFlight)
    return error("is still being filled", tile.fill, "the copy in flight");
  if (tile.round != (*token)->round)
    return error("was not filled in round " + Twine((*token)->round) +
                     ", but in round " + Twine(tile.round),
                 tile.fill, "filled here");
  return &tile;
}
