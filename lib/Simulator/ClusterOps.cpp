//===- ClusterOps.cpp - what agents do to other thread blocks -------------===//
//
// A multicast, a release to a peer, a barrier of the cluster. What another
// thread block has must be there: its ring created, and itself not at its end.
//
//===----------------------------------------------------------------------===//
#include "Agent.h"
#include "Cluster.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq::sim;

FailureOr<std::shared_ptr<Ring>> Agent::ringIn(Operation *op,
                                               const ThreadBlock &peer,
                                               const Ring &ring,
                                               StringRef does) {
  std::shared_ptr<Ring> there = peer.getRing(ring.op);
  bool ended = threadBlock.cluster.hasEnded(peer);
  if (there && !ended)
    return there;
  InFlightDiagnostic diag =
      op->emitOpError(does)
      << ' ' << peer.getName() << ", which "
      << (ended ? "has ended" : "has not created the ring yet");
  diag.attachNote(ring.op->getLoc()) << "the ring";
  return diag;
}

//===----------------------------------------------------------------------===//
// Multicast
//===----------------------------------------------------------------------===//

static std::string toString(ArrayRef<int64_t> at) {
  std::string text = "(";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(at, os);
  return text + ")";
}

/// What comes must be what the thread block has asked for, in whichever order
/// the two happen.
static LogicalResult checkWanted(Operation *op, const ThreadBlock &block,
                                 const Ring::Tile &tile, int64_t number) {
  if (!tile.fill || !tile.asked || tile.round != tile.askedRound ||
      tile.brought == tile.wanted)
    return success();
  InFlightDiagnostic diag = op->emitOpError("brings tile ")
                            << number << " from " << toString(tile.brought)
                            << " to " << block.getName() << ", which wants "
                            << toString(tile.wanted);
  diag.attachNote(tile.asked->getLoc()) << "wanted here";
  return diag;
}

static bool isMulticast(Operation *fill) {
  auto load = dyn_cast<TmaLoadOp>(fill);
  return load && load.getMulticast();
}

static LogicalResult filledTwice(TmaLoadOp op, const SlotToken &token,
                                 const ThreadBlock &block,
                                 const Ring::Tile &tile) {
  InFlightDiagnostic diag = op.emitOpError("fills tile ")
                            << op.getTile() << " of slot " << token.slot
                            << " of " << block.getName() << " a second time";
  diag.attachNote(tile.fill->getLoc()) << "filled here";
  return diag;
}

LogicalResult Agent::multicast(TmaLoadOp op, std::shared_ptr<SlotToken> token,
                               std::shared_ptr<Buffer> buffer,
                               ArrayRef<int64_t> at) {
  auto number = static_cast<int64_t>(op.getTile());
  Ring::Tile &own = token->ring->slots[token->slot].tiles[number];
  // By a load of its own; by a multicast it may be before this op is there.
  if (own.fill && own.round == token->round && !isMulticast(own.fill))
    return filledTwice(op, *token, threadBlock, own);
  if (own.asked && own.askedRound == token->round) {
    InFlightDiagnostic diag = op.emitOpError("asks for tile ")
                              << number << " of slot " << token->slot
                              << " a second time";
    diag.attachNote(own.asked->getLoc()) << "asked for here";
    return diag;
  }
  own.asked = op;
  own.askedRound = token->round;
  own.wanted.assign(at.begin(), at.end());
  if (static_cast<int64_t>(*op.getMulticast()) != threadBlock.rank)
    return checkWanted(op, threadBlock, own, number);
  for (auto &peer : threadBlock.cluster.getBlocks())
    if (failed(bring(op, token, buffer, at, *peer)))
      return failure();
  return success();
}

LogicalResult Agent::bring(TmaLoadOp op, std::shared_ptr<SlotToken> token,
                           std::shared_ptr<Buffer> buffer, ArrayRef<int64_t> at,
                           const ThreadBlock &peer) {
  auto ring = ringIn(op, peer, *token->ring, "loads into the shared memory of");
  if (failed(ring))
    return failure();
  Ring::Slot &slot = (*ring)->slots[token->slot];
  auto number = static_cast<int64_t>(op.getTile());
  Ring::Tile &tile = slot.tiles[number];
  if (!slot.readers.empty() || slot.empty.getCompleted() < token->round) {
    InFlightDiagnostic diag = op.emitOpError("loads into slot ")
                              << token->slot << " of " << peer.getName()
                              << " in round " << token->round << ", which ";
    if (slot.readers.empty()) {
      diag << "has been released there " << slot.empty.getCompleted()
           << " times";
      return diag;
    }
    const SlotToken &reader = *slot.readers.front();
    diag << threadBlock.cluster.getAgent(reader.agent).getName()
         << " still reads";
    diag.attachNote(reader.op->getLoc()) << "waited for here";
    return diag;
  }
  if (tile.inFlight || (tile.fill && tile.round == token->round))
    return filledTwice(op, *token, peer, tile);
  tile.fill = op;
  tile.inFlight = true;
  tile.round = token->round;
  tile.brought.assign(at.begin(), at.end());
  if (failed(checkWanted(op, peer, tile, number)))
    return failure();
  threadBlock.cluster.start(
      {op, token, *ring, number, buffer, SmallVector<int64_t>(at), {}, {}});
  return success();
}

//===----------------------------------------------------------------------===//
// Releases and barriers
//===----------------------------------------------------------------------===//

LogicalResult Agent::releaseIn(ReleaseOp op, const SlotToken &token,
                               const ThreadBlock &peer) {
  auto ring = ringIn(op, peer, *token.ring, "releases a slot of");
  if (failed(ring))
    return failure();
  Barrier &empty = (*ring)->slots[token.slot].empty;
  // A barrier knows phases, not who has arrived: one too many counts for
  // another thread block.
  if (empty.getCompleted() != token.round) {
    InFlightDiagnostic diag =
        op.emitOpError("releases slot ")
        << token.slot << " of " << peer.getName() << " in round " << token.round
        << ", in which it has been released there " << empty.getCompleted()
        << " times, expected " << token.round;
    diag.attachNote(token.op->getLoc()) << "waited for here";
    return diag;
  }
  if (empty.arrive(id, arrivals))
    return success();
  InFlightDiagnostic diag = op.emitOpError("releases slot ")
                            << token.slot << " of " << peer.getName()
                            << " with " << arrivals << " arrivals of " << name
                            << ", of which its ring, empty after "
                            << empty.getCount() << ", does not know";
  diag.attachNote(token.ring->op->getLoc()) << "the ring";
  return diag;
}

LogicalResult Agent::meet(BarrierOp op) {
  Cluster &cluster = threadBlock.cluster;
  if (meeting == 0)
    meeting = cluster.meet(threadBlock);
  if (!cluster.haveMet(meeting)) {
    waiting.op = op;
    return success();
  }
  meeting = 0;
  return success();
}
