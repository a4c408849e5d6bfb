//===- ThreadBlock.cpp - roles, copies into rings, shared memory ----------===//
#include "ThreadBlock.h"
#include "Cluster.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq::sim;

ThreadBlock::ThreadBlock(Cluster &cluster, int64_t rank)
    : cluster(cluster), launch(cluster.launch), rank(rank),
      index(cluster.index * launch.kernel.getPeers() + rank) {}

std::string ThreadBlock::getName() const {
  return launch.kernel.getPeers() > 1 ? "thread block " + std::to_string(rank)
                                      : "the thread block";
}

std::string ThreadBlock::getSuffix() const {
  return launch.kernel.getPeers() > 1 ? " of " + getName() : "";
}

//===----------------------------------------------------------------------===//
// Roles
//===----------------------------------------------------------------------===//

/// Before gq-distribute a math role works on whole tiles: it stands for what
/// all groups do together.
static bool isCollective(RoleOp role) {
  return role.isMath() && role.getBody()
                              .walk([](Operation *inner) {
                                return llvm::any_of(inner->getResultTypes(),
                                                    llvm::IsaPred<TensorType>)
                                           ? WalkResult::interrupt()
                                           : WalkResult::advance();
                              })
                              .wasInterrupted();
}

std::shared_ptr<Ring> ThreadBlock::createRing(RingCreateOp op) {
  rings.push_back(std::make_shared<Ring>(op, rank));
  return rings.back();
}

std::shared_ptr<Ring> ThreadBlock::getRing(RingCreateOp op) const {
  for (auto &ring : llvm::reverse(rings))
    if (ring->op == op)
      return ring;
  return nullptr;
}

std::shared_ptr<Inbox> ThreadBlock::createInbox(InboxCreateOp op) {
  inboxes.push_back(std::make_shared<Inbox>(op, launch.kernel.getPeers()));
  return inboxes.back();
}

std::shared_ptr<Inbox> ThreadBlock::getInbox(InboxCreateOp op) const {
  for (auto &inbox : llvm::reverse(inboxes))
    if (inbox->op == op)
      return inbox;
  return nullptr;
}

void ThreadBlock::startRoles(WarpSpecializeOp op, const Agent &parent) {
  for (RoleOp role : op.getRoles()) {
    auto start = [&](std::optional<int64_t> group, int64_t arrivals,
                     ArrayRef<RuntimeValue> args) {
      cluster
          .addAgent(*this, role.describe(group) + getSuffix(), role, arrivals)
          .enter(role, role.getBody(), args, &parent);
    };
    if (!role.isMath()) {
      start(std::nullopt, role.getArrivals(), {});
    } else if (isCollective(role)) {
      start(std::nullopt, role.getArrivals(), RuntimeValue(int64_t(0)));
    } else {
      for (uint64_t group = 0; group < role.getGroups(); ++group)
        start(group, role.getArrivalsOfGroup(),
              RuntimeValue(static_cast<int64_t>(group)));
    }
  }
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

LogicalResult ThreadBlock::arriveFull(Operation *op, const SlotToken &token) {
  Ring::Slot &slot = token.ring->slots[token.slot];
  const Agent &agent = cluster.getAgent(token.agent);
  if (slot.full.arrive(token.agent, agent.getArrivals()))
    return success();
  InFlightDiagnostic diag = op->emitOpError("commits slot ")
                            << token.slot << " with " << agent.getArrivals()
                            << " arrivals of " << agent.getName()
                            << ", of which its ring, full after "
                            << slot.full.getCount() << ", does not know";
  diag.attachNote(token.ring->op->getLoc()) << "the ring";
  return diag;
}

LogicalResult ThreadBlock::land(const Copy &copy) {
  SlotToken &token = *copy.token;
  Ring &ring = *copy.ring;
  Ring::Slot &slot = ring.slots[token.slot];
  bool foreign = copy.ring != token.ring;
  if (!slot.readers.empty()) {
    InFlightDiagnostic diag =
        copy.op->emitOpError("lands in slot ")
        << token.slot << " after "
        << cluster.getAgent(slot.readers.front()->agent).getName()
        << " began to read it";
    diag.attachNote(slot.readers.front()->op->getLoc()) << "waited for here";
    return diag;
  }
  Ring::Tile &tile = slot.tiles[copy.tile];
  TileType type = ring.type.getTiles()[copy.tile];
  tile.inFlight = false;
  if (launch.values) {
    std::string why;
    std::optional<RuntimeTensor> data =
        RuntimeTensor::create(type.getElementType(), type.getShape(), why);
    if (!data)
      return copy.op->emitOpError("tile ") << why;
    tile.data = std::move(*data);
  }
  if (copy.scales) {
    auto decoded = cast<CopyLoadOp>(copy.op);
    if (failed(readDecoded(copy.op, index, *copy.source, copy.indices,
                           *copy.scales, copy.scaleIndices,
                           *decoded.getPacked(), *decoded.getBlock(),
                           tile.data)))
      return failure();
  } else if (failed(readTile(copy.op, index, *copy.source, copy.indices,
                             tile.data))) {
    return failure();
  }
  if (launch.values && type.getPermuted())
    tile.data = permuteRows(tile.data, type.getPermuted(), /*back=*/false);
  if (!isa<TmaLoadOp>(copy.op)) {
    if (--token.copiesInFlight == 0 && token.end)
      return arriveFull(token.end, token);
    return success();
  }
  int64_t expected = slot.full.getOutstandingBytes();
  // Another thread block's may come before this one has acquired its slot.
  bool early = foreign && slot.expectations == slot.full.getCompleted();
  if (slot.full.land(type.getNumBytes(), early))
    return success();
  InFlightDiagnostic diag = copy.op->emitOpError("brings ")
                            << type.getNumBytes() << " bytes to slot "
                            << token.slot << getSuffix()
                            << ", which expects only " << expected << " more";
  if (slot.acquired)
    diag.attachNote(slot.acquired->getLoc()) << "acquired here";
  return diag;
}

LogicalResult ThreadBlock::land(const Push &push) {
  Operation *op = push.op;
  Inbox &inbox = *push.inbox;
  if (cluster.hasEnded(*this))
    return op->emitOpError("writes to the inbox of ")
           << getName() << ", which has ended";
  Inbox::Place &place = inbox.of(push.agent, push.from, push.tile);
  if (place.landed != place.read) {
    InFlightDiagnostic diag =
        op->emitOpError("writes tile ")
        << push.tile << " of the inbox of " << getName() << " over what "
        << cluster.getAgent(push.agent).getName() << " has not read";
    diag.attachNote(place.push->getLoc()) << "pushed here before";
    return diag;
  }
  ++place.landed;
  place.part = push.part;
  // All agents of the role have as much of a tile.
  TileType tile = inbox.op.getInbox().getType().getTiles()[push.tile];
  int64_t others = launch.kernel.getPeers() - 1;
  inbox.pushed.land(tile.getNumBytes() / others *
                        cluster.getAgent(push.agent).getArrivals() /
                        static_cast<int64_t>(inbox.op.getArrivals()),
                    /*early=*/true);
  return success();
}

//===----------------------------------------------------------------------===//
// Shared memory
//===----------------------------------------------------------------------===//

std::shared_ptr<SharedBuffer> ThreadBlock::getBuffer(SharedAllocOp op) {
  std::shared_ptr<SharedBuffer> &buffer = buffers[op];
  if (!buffer)
    buffer = std::make_shared<SharedBuffer>(op.getBuffer().getType());
  return buffer;
}

void ThreadBlock::forEachPart(unsigned agent,
                              function_ref<void(SharedState &)> body) {
  for (auto &[op, buffer] : buffers)
    body(buffer->of(agent).state);
}

LogicalResult ThreadBlock::checkBuffers(unsigned agent) {
  for (auto &[op, buffer] : buffers)
    if (auto fault = buffer->of(agent).state.end())
      return fault->second.emit(fault->first);
  return success();
}

//===----------------------------------------------------------------------===//
// The end
//===----------------------------------------------------------------------===//

/// What was filled must have been read, unless it is nothing: the last of the
/// roles that take turns has nobody behind it.
LogicalResult ThreadBlock::checkRings() {
  for (auto &ring : rings)
    for (auto [number, slot] : llvm::enumerate(ring->slots)) {
      if (slot.full.getCompleted() == slot.empty.getCompleted() ||
          ring->type.getTiles().empty())
        continue;
      InFlightDiagnostic diag =
          ring->op.emitOpError("slot ")
          << number << getSuffix() << " has been filled "
          << slot.full.getCompleted() << " times and released "
          << slot.empty.getCompleted() << " times when the kernel ends";
      if (slot.acquired)
        diag.attachNote(slot.acquired->getLoc()) << "last acquired here";
      return diag;
    }
  return success();
}

LogicalResult ThreadBlock::checkInboxes() {
  for (auto &inbox : inboxes)
    for (auto &[key, place] : inbox->places)
      if (place.landed != place.read)
        return place.push->emitOpError("writes to the inbox of ")
               << getName() << " what nobody there reads";
  return success();
}
