//===- ThreadBlock.cpp - who goes next, and what is left at the end -------===//
#include "ThreadBlock.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq::sim;

ThreadBlock::ThreadBlock(LaunchState &launch, int64_t index)
    : launch(launch), index(index),
      random(launch.interleaving * 1000003 + static_cast<uint64_t>(index)) {}

unsigned ThreadBlock::addAgent(std::string name, RoleOp role,
                               int64_t arrivals) {
  unsigned id = agents.size();
  agents.push_back(
      std::make_unique<Agent>(*this, id, std::move(name), role, arrivals));
  priorities.push_back(random.next());
  return id;
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
  rings.push_back(std::make_shared<Ring>(op));
  return rings.back();
}

void ThreadBlock::startRoles(WarpSpecializeOp op, const Agent &parent) {
  for (RoleOp role : op.getRoles()) {
    auto start = [&](std::optional<int64_t> group, int64_t arrivals,
                     ArrayRef<RuntimeValue> args) {
      agents[addAgent(role.describe(group), role, arrivals)]->enter(
          role, role.getBody(), args, &parent);
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

bool ThreadBlock::rolesAreFinished() const {
  return llvm::all_of(ArrayRef(agents).drop_front(),
                      [](auto &agent) { return agent->isFinished(); });
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

LogicalResult ThreadBlock::arriveFull(Operation *op, const SlotToken &token) {
  Ring::Slot &slot = token.ring->slots[token.slot];
  const Agent &agent = getAgent(token.agent);
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
  Ring::Slot &slot = token.ring->slots[token.slot];
  if (!slot.readers.empty()) {
    InFlightDiagnostic diag = copy.op->emitOpError("lands in slot ")
                              << token.slot << " after "
                              << getAgent(slot.readers.front()->agent).getName()
                              << " began to read it";
    diag.attachNote(slot.readers.front()->op->getLoc()) << "waited for here";
    return diag;
  }
  Ring::Tile &tile = slot.tiles[copy.tile];
  TileType type = token.ring->type.getTiles()[copy.tile];
  tile.inFlight = false;
  if (launch.values) {
    std::string why;
    std::optional<RuntimeTensor> data =
        RuntimeTensor::create(type.getElementType(), type.getShape(), why);
    if (!data)
      return copy.op->emitOpError("tile ") << why;
    tile.data = std::move(*data);
  }
  if (failed(readTile(copy.op, index, *copy.source, copy.indices, tile.data)))
    return failure();
  if (launch.values && type.getPermuted())
    tile.data = permuteRows(tile.data, type.getPermuted(), /*back=*/false);
  if (!isa<TmaLoadOp>(copy.op)) {
    if (--token.copiesInFlight == 0 && token.end)
      return arriveFull(token.end, token);
    return success();
  }
  int64_t expected = slot.full.getOutstandingBytes();
  if (slot.full.land(type.getNumBytes()))
    return success();
  InFlightDiagnostic diag = copy.op->emitOpError("brings ")
                            << type.getNumBytes() << " bytes to slot "
                            << token.slot << ", which expects only " << expected
                            << " more";
  diag.attachNote(token.op->getLoc()) << "acquired here";
  return diag;
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
// Interleaving
//===----------------------------------------------------------------------===//

/// Three ways to be nasty. Any candidate with equal chance; or the one with the
/// highest priority, priorities changing now and then, so that one agent runs
/// far ahead of another; or copies land as late as possible.
size_t ThreadBlock::choose(ArrayRef<Candidate> candidates) {
  switch (launch.interleaving % 3) {
  case 0:
    return random.below(candidates.size());
  case 1: {
    if (random.below(16) == 0)
      priorities[random.below(priorities.size())] = random.next();
    size_t best = 0;
    uint64_t bestPriority = 0;
    for (auto [i, candidate] : llvm::enumerate(candidates)) {
      uint64_t priority =
          candidate.isCopy ? random.next() : priorities[candidate.index];
      if (priority >= bestPriority) {
        best = i;
        bestPriority = priority;
      }
    }
    return best;
  }
  default: {
    size_t runnable = llvm::count_if(
        candidates, [](const Candidate &c) { return !c.isCopy; });
    return random.below(runnable ? runnable : candidates.size());
  }
  }
}

LogicalResult ThreadBlock::run() {
  addAgent("the thread block", RoleOp(), /*arrivals=*/1);
  agents.front()->enter(launch.kernel, launch.kernel.getBody(), launch.args,
                        nullptr);
  SmallVector<Candidate> candidates;
  while (true) {
    candidates.clear();
    for (auto [i, agent] : llvm::enumerate(agents))
      if (agent->isEnabled())
        candidates.push_back({false, i});
    for (size_t i = 0; i < copies.size(); ++i)
      candidates.push_back({true, i});
    if (candidates.empty())
      break;
    Candidate next = candidates[choose(candidates)];
    if (next.isCopy) {
      Copy copy = std::move(copies[next.index]);
      copies.erase(copies.begin() + static_cast<ptrdiff_t>(next.index));
      if (failed(land(copy)))
        return failure();
    } else if (agents[next.index]->step() == Agent::Status::Failed) {
      return failure();
    }
  }
  if (llvm::all_of(agents, [](auto &agent) { return agent->isFinished(); }))
    return checkRings();
  return reportDeadlock();
}

/// "math group 1 waits for the tma producer to commit slot 0 in phase 1".
template <typename Stream>
static void describe(Stream &os, const Agent &agent,
                     ArrayRef<std::unique_ptr<Agent>> agents) {
  const Agent::Waiting &wait = agent.getWaiting();
  const Ring::Slot &slot = wait.ring->slots[wait.slot];
  const Barrier &barrier = wait.full ? slot.full : slot.empty;
  SmallVector<StringRef> missing;
  // Once there are roles, the thread block as a whole only waits for them.
  for (auto &other : agents.drop_front(agents.size() > 1))
    if (other->takesPart(*wait.ring, wait.full) &&
        !llvm::is_contained(barrier.getArrived(), other->getId()))
      missing.push_back(other->getName());
  int64_t bytes = wait.full ? barrier.getOutstandingBytes() : 0;
  os << agent.getName() << " waits for ";
  // All have come, and the ring asks for more.
  if (missing.empty() && bytes == 0)
    os << barrier.getCount() << " arrivals of "
       << (wait.full ? "commits" : "releases") << " of slot " << wait.slot;
  llvm::interleave(
      missing, [&](StringRef name) { os << name; }, [&] { os << " and "; });
  if (!missing.empty())
    os << " to " << (wait.full ? "commit" : "release") << " slot " << wait.slot;
  if (bytes != 0)
    os << (missing.empty() ? "" : " and for ") << bytes
       << " bytes to land in slot " << wait.slot;
  os << " in phase " << wait.parity;
}

LogicalResult ThreadBlock::reportDeadlock() {
  // Those that fill first: the others wait for them.
  SmallVector<const Agent *> blocked;
  for (bool full : {false, true})
    for (auto &agent : agents)
      if (!agent->isFinished() && agent->getWaiting().ring &&
          agent->getWaiting().full == full)
        blocked.push_back(agent.get());
  InFlightDiagnostic diag = blocked.front()->getWaiting().op->emitOpError(
      "never returns, a deadlock: ");
  describe(diag, *blocked.front(), agents);
  for (const Agent *agent : ArrayRef(blocked).drop_front())
    describe(diag.attachNote(agent->getWaiting().op->getLoc()), *agent, agents);
  for (auto &agent : ArrayRef(agents).drop_front()) {
    for (auto &token : agent->getTokens())
      diag.attachNote(token->op->getLoc())
          << agent->getName() << " has slot " << token->slot
          << " since here and has not "
          << (token->isAcquired() ? "committed" : "released") << " it";
    if (agent->isFinished())
      diag.attachNote(launch.kernel.getLoc())
          << agent->getName() << " has finished";
  }
  return diag;
}

/// What was filled must have been read.
LogicalResult ThreadBlock::checkRings() {
  for (auto &ring : rings)
    for (auto [number, slot] : llvm::enumerate(ring->slots)) {
      if (slot.full.getCompleted() == slot.empty.getCompleted())
        continue;
      InFlightDiagnostic diag =
          ring->op.emitOpError("slot ")
          << number << " has been filled " << slot.full.getCompleted()
          << " times and released " << slot.empty.getCompleted()
          << " times when the kernel ends";
      if (slot.acquired)
        diag.attachNote(slot.acquired->getLoc()) << "last acquired here";
      return diag;
    }
  return success();
}
