//===- Cluster.cpp - who goes next, and who waits for ever ----------------===//
#include "Cluster.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gq::sim;

Cluster::Cluster(LaunchState &launch, int64_t index)
    : launch(launch), index(index),
      random(launch.interleaving * 1000003 + static_cast<uint64_t>(index)) {
  for (int64_t rank = 0; rank < launch.kernel.getPeers(); ++rank)
    blocks.push_back(std::make_unique<ThreadBlock>(*this, rank));
  meetings.assign(blocks.size(), 0);
}

Agent &Cluster::addAgent(ThreadBlock &block, std::string name, RoleOp role,
                         int64_t arrivals) {
  unsigned id = agents.size();
  agents.push_back(
      std::make_unique<Agent>(block, id, std::move(name), role, arrivals));
  priorities.push_back(random.next());
  return *agents.back();
}

// The first agents are the thread blocks as a whole.

bool Cluster::rolesAreFinished(const ThreadBlock &block) const {
  return llvm::all_of(
      ArrayRef(agents).drop_front(blocks.size()), [&](auto &agent) {
        return &agent->getBlock() != &block || agent->isFinished();
      });
}

bool Cluster::hasEnded(const ThreadBlock &block) const {
  return agents[block.rank]->isFinished();
}

int64_t Cluster::meet(const ThreadBlock &block) {
  return ++meetings[block.rank];
}

bool Cluster::haveMet(int64_t number) const {
  return llvm::all_of(blocks, [&](auto &block) {
    return meetings[block->rank] >= number || hasEnded(*block);
  });
}

size_t Cluster::placeOf(const Agent &agent) const {
  size_t place = 0;
  for (auto &other : agents) {
    if (other.get() == &agent)
      break;
    place += &other->getBlock() == &agent.getBlock();
  }
  return place;
}

const Agent *Cluster::peerOf(const Agent &agent,
                             const ThreadBlock &peer) const {
  size_t place = placeOf(agent);
  for (auto &other : agents)
    if (&other->getBlock() == &peer && place-- == 0)
      return other.get();
  return nullptr;
}

Exchange &Cluster::exchangeOf(Operation *op, const Agent &agent) {
  return exchanges.try_emplace({op, placeOf(agent)}, blocks.size())
      .first->second;
}

//===----------------------------------------------------------------------===//
// Interleaving
//===----------------------------------------------------------------------===//

/// Three ways to be nasty. Any candidate with equal chance; or the one with the
/// highest priority, priorities changing now and then, so that one agent runs
/// far ahead of another; or copies land as late as possible.
size_t Cluster::choose(ArrayRef<Candidate> candidates) {
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

LogicalResult Cluster::land(const std::variant<Copy, Push> &copy) {
  if (const auto *push = std::get_if<Push>(&copy))
    return blocks[getAgent(push->agent).getBlock().rank]->land(*push);
  const Copy &load = std::get<Copy>(copy);
  return blocks[load.ring->rank]->land(load);
}

LogicalResult Cluster::run() {
  for (auto &block : blocks)
    addAgent(*block, block->getName(), RoleOp(), /*arrivals=*/1)
        .enter(launch.kernel, launch.kernel.getBody(), launch.args, nullptr);
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
      std::variant<Copy, Push> copy = std::move(copies[next.index]);
      copies.erase(copies.begin() + static_cast<ptrdiff_t>(next.index));
      if (failed(land(copy)))
        return failure();
    } else if (agents[next.index]->step() == Agent::Status::Failed) {
      return failure();
    }
  }
  if (!llvm::all_of(agents, [](auto &agent) { return agent->isFinished(); }))
    return reportDeadlock();
  for (auto &block : blocks)
    if (failed(block->checkRings()) || failed(block->checkInboxes()))
      return failure();
  return success();
}

/// "math group 1 waits for the tma producer to commit slot 0 in phase 1".
void Cluster::describe(llvm::raw_ostream &os, const Agent &agent) const {
  const Agent::Waiting &wait = agent.getWaiting();
  if (isa<CombinePartsOp, AwaitPartOp>(wait.op)) {
    os << agent.getName()
       << " waits for a part that no thread block before it has published";
    return;
  }
  if (!wait.ring) {
    os << agent.getName() << " waits for other thread blocks";
    if (isa<AwaitOffersOp>(wait.op))
      os << " to offer their inboxes";
    else if (isa<AwaitPushesOp>(wait.op))
      os << " to push their parts";
    return;
  }
  const Ring::Slot &slot = wait.ring->slots[wait.slot];
  const Barrier &barrier = wait.full ? slot.full : slot.empty;
  SmallVector<StringRef> missing;
  // Once there are roles, the thread block as a whole only waits for them.
  bool roles = agents.size() > blocks.size();
  for (auto &other : ArrayRef(agents).drop_front(roles ? blocks.size() : 0))
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

LogicalResult Cluster::reportDeadlock() {
  // Those that fill first: the others wait for them.
  SmallVector<const Agent *> blocked;
  for (bool full : {false, true})
    for (auto &agent : agents)
      if (!agent->isFinished() && agent->getWaiting().ring &&
          agent->getWaiting().full == full)
        blocked.push_back(agent.get());
  for (auto &agent : agents)
    if (agent->waitsForPeers())
      blocked.push_back(agent.get());
  auto text = [&](const Agent &agent) {
    std::string result;
    llvm::raw_string_ostream os(result);
    describe(os, agent);
    return result;
  };
  InFlightDiagnostic diag = blocked.front()->getWaiting().op->emitOpError(
                                "never returns, a deadlock: ")
                            << text(*blocked.front());
  for (const Agent *agent : ArrayRef(blocked).drop_front())
    diag.attachNote(agent->getWaiting().op->getLoc()) << text(*agent);
  for (auto &agent : ArrayRef(agents).drop_front(blocks.size())) {
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
