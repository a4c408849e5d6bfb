//===- PeerOps.cpp - sums and maxima over thread blocks of a cluster ------===//
//
// And sums over math roles of one, which put theirs into slots of a ring.
//
// As one op, where whoever comes first waits for the others; or in steps,
// through inboxes. What is pushed comes at some time later, and completes bytes
// of a barrier then; an offer arrives at once.
//
//===----------------------------------------------------------------------===//
#include "Agent.h"
#include "Cluster.h"

#include <cmath>

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq;
using namespace mlir::gq::sim;

template <typename T>
static void addColumnsOf(const RuntimeTensor &part, int64_t column,
                         RuntimeTensor &sum) {
  auto *to = reinterpret_cast<T *>(sum.getMutableData());
  const auto *from = reinterpret_cast<const T *>(part.getData()) + column;
  for (int64_t row = 0; row < sum.getDim(0); ++row, from += part.getDim(1))
    for (int64_t i = 0; i < sum.getDim(1); ++i)
      *to++ += from[i];
}

/// Adds columns of `part` to `sum`; integers modulo 2^32.
static void addColumns(const RuntimeTensor &part, int64_t column,
                       RuntimeTensor &sum) {
  if (sum.getElementType().isInteger())
    addColumnsOf<uint32_t>(part, column, sum);
  else
    addColumnsOf<float>(part, column, sum);
}

//===----------------------------------------------------------------------===//
// As one op
//===----------------------------------------------------------------------===//

/// The tile or fragment that `value` is.
static const RuntimeTensor &valuesOf(const RuntimeValue &value) {
  return value.isTensor()
             ? value.getTensor()
             : std::static_pointer_cast<Fragment>(value.getObject())->values;
}

static SmallVector<int64_t> shapeOf(Type type) {
  if (auto fragment = dyn_cast<FragmentType>(type))
    return SmallVector<int64_t>(fragment.getShape());
  return SmallVector<int64_t>(cast<RankedTensorType>(type).getShape());
}

/// The larger of each value and another one.
static void takeLarger(const RuntimeTensor &others, RuntimeTensor &values) {
  auto *to = reinterpret_cast<float *>(values.getMutableData());
  const auto *from = reinterpret_cast<const float *>(others.getData());
  for (int64_t i = 0; i < values.getNumElements(); ++i)
    to[i] = std::fmax(to[i], from[i]);
}

Exchange *Agent::bringToPeers(Operation *op, Value part) {
  bool values = threadBlock.launch.values;
  Exchange &exchange = threadBlock.cluster.exchangeOf(op, *this);
  auto rank = static_cast<size_t>(threadBlock.rank);
  int64_t round = exchange.taken[rank];
  auto all = [](const std::vector<int64_t> &counts, int64_t least) {
    return llvm::all_of(counts, [&](int64_t n) { return n >= least; });
  };
  auto waitFor = [&](const std::vector<int64_t> &counts,
                     int64_t least) -> Exchange * {
    waiting.op = op;
    until = [&counts, least] {
      return llvm::all_of(counts, [&](int64_t n) { return n >= least; });
    };
    return nullptr;
  };
  if (exchange.brought[rank] == round) {
    // What is there may still be wanted.
    if (!all(exchange.taken, round))
      return waitFor(exchange.taken, round);
    if (values)
      exchange.parts[rank] = valuesOf(get(part));
    ++exchange.brought[rank];
  }
  if (!all(exchange.brought, round + 1))
    return waitFor(exchange.brought, round + 1);
  ++exchange.taken[rank];
  return &exchange;
}

LogicalResult Agent::setValues(Operation *op, RuntimeTensor values) {
  Type type = op->getResult(0).getType();
  if (auto fragment = dyn_cast<FragmentType>(type)) {
    auto result = std::make_shared<Fragment>(fragment);
    if (threadBlock.launch.values)
      result->values = std::move(values);
    return setFragment(op, result);
  }
  if (threadBlock.launch.values)
    return set(op, std::move(values));
  return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(
                     std::make_shared<AbsentTensor>(type))));
}

LogicalResult Agent::execute(SumOverPeersOp op) {
  const Exchange *exchange = bringToPeers(op, op.getPart());
  if (!exchange)
    return success();
  if (!threadBlock.launch.values)
    return setValues(op, RuntimeTensor());
  SmallVector<int64_t> own = shapeOf(op.getInit().getType());
  bool shared = own[1] < shapeOf(op.getPart().getType())[1];
  int64_t column = shared ? threadBlock.rank * own[1] : 0;
  RuntimeTensor sum = valuesOf(get(op.getInit()));
  if (shared || threadBlock.rank == 0)
    for (const RuntimeTensor &part : exchange->parts)
      addColumns(part, column, sum);
  return setValues(op, std::move(sum));
}

LogicalResult Agent::execute(MaxOverPeersOp op) {
  const Exchange *exchange = bringToPeers(op, op.getValue());
  if (!exchange)
    return success();
  if (!threadBlock.launch.values)
    return setValues(op, RuntimeTensor());
  RuntimeTensor most = valuesOf(get(op.getValue()));
  for (const RuntimeTensor &part : exchange->parts)
    takeLarger(part, most);
  return setValues(op, std::move(most));
}

//===----------------------------------------------------------------------===//
// From role to role
//===----------------------------------------------------------------------===//

LogicalResult Agent::execute(PutOp op) {
  auto token = acquiredTokenOf(op, op.getRing(), op.getSlot(), "fills");
  if (failed(token))
    return failure();
  Ring::Tile &tile = (*token)->ring->slots[(*token)->slot].tiles[op.getTile()];
  if (tile.fill && tile.round == (*token)->round) {
    InFlightDiagnostic diag = op.emitOpError("fills tile ")
                              << op.getTile() << " of slot " << (*token)->slot
                              << " a second time";
    diag.attachNote(tile.fill->getLoc()) << "filled here";
    return diag;
  }
  tile.fill = op;
  tile.round = (*token)->round;
  if (threadBlock.launch.values)
    tile.data = valuesOf(get(op.getValue()));
  return success();
}

LogicalResult Agent::execute(AddPutOp op) {
  FailureOr<const Ring::Tile *> tile = tileOf(
      op, op.getRing(), op.getSlot(), static_cast<int64_t>(op.getTile()));
  if (failed(tile))
    return failure();
  if (!threadBlock.launch.values)
    return setValues(op, RuntimeTensor());
  RuntimeTensor sum = valuesOf(get(op.getValue()));
  if (*tile)
    addColumns((*tile)->data, /*column=*/0, sum);
  return setValues(op, std::move(sum));
}

//===----------------------------------------------------------------------===//
// Inboxes
//===----------------------------------------------------------------------===//

LogicalResult Agent::execute(ArriveClusterOp) {
  threadBlock.arrived = threadBlock.cluster.meet(threadBlock);
  return success();
}

LogicalResult Agent::execute(AwaitClusterOp op) {
  if (threadBlock.arrived == 0)
    return op.emitOpError("waits for a barrier of the cluster to which ")
           << threadBlock.getName() << " has not come";
  Cluster &cluster = threadBlock.cluster;
  if (!cluster.haveMet(threadBlock.arrived)) {
    waiting.op = op;
    until = [&cluster, number = threadBlock.arrived] {
      return cluster.haveMet(number);
    };
  }
  return success();
}

LogicalResult Agent::execute(InboxCreateOp op) {
  return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(
                     threadBlock.createInbox(op))));
}

FailureOr<std::shared_ptr<Inbox>> Agent::inboxIn(Operation *op,
                                                 const ThreadBlock &peer,
                                                 const Inbox &inbox,
                                                 StringRef does) {
  std::shared_ptr<Inbox> there = peer.getInbox(inbox.op);
  bool ended = threadBlock.cluster.hasEnded(peer);
  if (there && !ended)
    return there;
  InFlightDiagnostic diag =
      op->emitOpError(does)
      << ' ' << peer.getName() << ", which "
      << (ended ? "has ended" : "has not created its inbox yet");
  InboxCreateOp create = inbox.op;
  diag.attachNote(create.getLoc()) << "the inbox";
  return diag;
}

/// A barrier of \p inbox does not count all of those who come.
static InFlightDiagnostic notCounted(Operation *op, const Inbox &inbox,
                                     int64_t arrivals, StringRef name,
                                     int64_t count) {
  InFlightDiagnostic diag = op->emitOpError("comes with ")
                            << arrivals << " arrivals of " << name
                            << ", of which the inbox, which counts " << count
                            << ", does not know";
  InboxCreateOp create = inbox.op;
  diag.attachNote(create.getLoc()) << "the inbox";
  return diag;
}

LogicalResult Agent::execute(OfferOp op) {
  auto own = object<Inbox>(op.getInbox());
  ++own->offers[id];
  for (auto &peer : threadBlock.cluster.getBlocks()) {
    if (peer->rank == threadBlock.rank || !own->gets(threadBlock.rank))
      continue;
    auto there = inboxIn(op, *peer, *own, "comes to");
    if (failed(there))
      return failure();
    if (!(*there)->offered.arrive(id, arrivals))
      return notCounted(op, *own, arrivals, name, (*there)->offered.getCount());
  }
  return success();
}

LogicalResult Agent::arriveAndWait(Operation *op, std::shared_ptr<Inbox> inbox,
                                   Barrier &barrier, int64_t bytes) {
  if (!phase) {
    phase = barrier.getCompleted() + 1;
    barrier.expect(bytes);
    if (!barrier.arrive(id, arrivals))
      return notCounted(op, *inbox, arrivals, name, barrier.getCount());
  }
  if (barrier.getCompleted() < *phase) {
    waiting.op = op;
    // The inbox outlives the thread block's wait.
    until = [inbox, &barrier, least = *phase] {
      return barrier.getCompleted() >= least;
    };
    return success();
  }
  phase.reset();
  return success();
}

LogicalResult Agent::execute(AwaitOffersOp op) {
  auto own = object<Inbox>(op.getInbox());
  if (!own->pushes(threadBlock.rank))
    return success();
  return arriveAndWait(op, own, own->offered, /*bytes=*/0);
}

LogicalResult Agent::execute(AwaitPushesOp op) {
  auto own = object<Inbox>(op.getInbox());
  if (!own->gets(threadBlock.rank))
    return success();
  int64_t bytes = op.getInbox().getType().getNumBytes() /
                  static_cast<int64_t>(own->op.getArrivals()) * arrivals;
  return arriveAndWait(op, own, own->pushed, bytes);
}

LogicalResult Agent::push(Operation *op, Value inbox, uint64_t tile,
                          Value values) {
  auto own = object<Inbox>(inbox);
  const RuntimeTensor &part = fragment(values).values;
  for (auto &peer : threadBlock.cluster.getBlocks()) {
    if (peer->rank == threadBlock.rank || !own->gets(peer->rank))
      continue;
    auto there = inboxIn(op, *peer, *own, "writes to the inbox of");
    if (failed(there))
      return failure();
    const Agent *to = threadBlock.cluster.peerOf(*this, *peer);
    // It may be written at once: the offer must have come before.
    Inbox::Place *place =
        to ? &(*there)->of(to->getId(), threadBlock.rank, tile) : nullptr;
    if (!to || (*there)->offers[to->getId()] <= place->begun) {
      InFlightDiagnostic diag =
          op->emitOpError("writes tile ")
          << tile << " of the inbox of " << peer->getName() << ", which "
          << (to ? to->getName() : peer->getName()) << " has not offered";
      diag.attachNote(own->op.getLoc()) << "the inbox";
      return diag;
    }
    ++place->begun;
    place->push = op;
    threadBlock.cluster.start(
        Push{op, tile, *there, threadBlock.rank, to->getId(), part});
  }
  return success();
}

LogicalResult Agent::execute(PushOp op) {
  return push(op, op.getInbox(), op.getTile(), op.getPart());
}

LogicalResult Agent::execute(PushMaximaOp op) {
  return push(op, op.getInbox(), op.getTile(), op.getValue());
}

FailureOr<const RuntimeTensor *> Agent::readPushed(Operation *op, Inbox &inbox,
                                                   uint64_t tile,
                                                   const ThreadBlock &from) {
  Inbox::Place &place = inbox.of(id, from.rank, tile);
  if (place.landed == place.read) {
    InFlightDiagnostic diag =
        op->emitOpError("reads tile ")
        << tile << " of the inbox of " << threadBlock.getName() << ", to which "
        << "the part of " << from.getName() << " has not come";
    diag.attachNote(inbox.op.getLoc()) << "the inbox";
    return diag;
  }
  ++place.read;
  return &place.part;
}

LogicalResult Agent::execute(MaxPushedOp op) {
  auto own = object<Inbox>(op.getInbox());
  auto result = std::make_shared<Fragment>(op.getResult().getType());
  result->values = fragment(op.getValue()).values;
  for (auto &peer : threadBlock.cluster.getBlocks()) {
    if (peer->rank == threadBlock.rank)
      continue;
    auto others = readPushed(op, *own, op.getTile(), *peer);
    if (failed(others))
      return failure();
    if (threadBlock.launch.values)
      takeLarger(**others, result->values);
  }
  return setFragment(op, result);
}

LogicalResult Agent::execute(SumPushedOp op) {
  auto own = object<Inbox>(op.getInbox());
  int64_t column =
      own->op.getToFirst()
          ? 0
          : threadBlock.rank * op.getInit().getType().getShape()[1];
  auto result = std::make_shared<Fragment>(op.getResult().getType());
  result->values = fragment(op.getInit()).values;
  if (!own->gets(threadBlock.rank))
    return setFragment(op, result);
  for (auto &peer : threadBlock.cluster.getBlocks()) {
    const RuntimeTensor *part = &fragment(op.getPart()).values;
    if (peer->rank != threadBlock.rank) {
      auto pushed = readPushed(op, *own, op.getTile(), *peer);
      if (failed(pushed))
        return failure();
      part = *pushed;
    }
    if (threadBlock.launch.values)
      addColumns(*part, column, result->values);
  }
  return setFragment(op, result);
}
