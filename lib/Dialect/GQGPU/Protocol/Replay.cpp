//===- Replay.cpp - all roles together ------------------------------------===//
//
// Sizes that are not static are chosen: large enough for several rounds of
// every ring, and 1. They are the same for all dynamic dimensions, and only
// where all roles ask for the same ones, since operands may have no others.
//
//===----------------------------------------------------------------------===//
#include "Replay.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gqgpu::replay;

const SmallVector<Loader> &Run::loaders(Value ring) {
  auto known = loadersOfRings.find(ring);
  if (known == loadersOfRings.end())
    known = loadersOfRings.insert({ring, loadersOf(ring)}).first;
  return known->second;
}

SmallVector<int64_t> Run::reach(Value ring, bool fill, const Agent &agent) {
  llvm::SmallSetVector<int64_t, 2> ranks;
  ranks.insert(agent.getRank());
  for (const Loader &loader : loaders(ring)) {
    if (!fill) {
      ranks.insert(loader.rank);
      continue;
    }
    if (loader.rank == agent.getRank() && loader.role == agent.getRole())
      for (int64_t rank = 0; rank < kernel.getPeers(); ++rank)
        ranks.insert(rank);
  }
  return SmallVector<int64_t>(ranks.getArrayRef());
}

SmallVector<Agent *> Run::parties(Value ring, bool fill, int64_t rank) {
  auto create = ring.getDefiningOp<RingCreateOp>();
  SmallVector<Agent *> found;
  for (auto &agent : agents) {
    RoleOp role = agent->getRole();
    bool takes = !role || (fill ? create.isFilledBy(role.getName())
                                : create.isConsumedBy(role.getName()));
    if (takes && (agent->getRank() == rank ||
                  llvm::is_contained(reach(ring, fill, *agent), rank)))
      found.push_back(agent.get());
  }
  return found;
}

int64_t Run::completed(Value ring, int64_t number, bool fill, int64_t rank) {
  SlotState &state = slot(ring, number, rank);
  int64_t least = INT64_MAX;
  for (Agent *agent : parties(ring, fill, rank))
    least = std::min(
        least, (fill ? state.commits : state.releases).lookup(agent->getId()));
  return least;
}

void Run::noteSizes(InFlightDiagnostic &error) const {
  if (chosen)
    error.attachNote(KernelOp(kernel).getLoc())
        << "with operands whose dynamic sizes are " << size;
}

LogicalResult Run::go() {
  // In each thread block of a cluster.
  auto addAgents = [&](RoleOp role, std::optional<int64_t> group, Operation *op,
                       Region &region) {
    for (int64_t rank = 0; rank < kernel.getPeers(); ++rank) {
      agents.push_back(std::make_unique<Agent>(*this, agents.size(), rank, role,
                                               group, size));
      agents.back()->enter(op, region);
    }
  };
  WarpSpecializeOp roles = rolesOf(kernel);
  std::optional<std::set<std::pair<unsigned, int64_t>>> sizes;
  for (RoleOp role : roles ? roles.getRoles() : SmallVector<RoleOp>()) {
    auto mine = sizesIn(role.getBody());
    if (sizes && *sizes != mine)
      return success();
    sizes = std::move(mine);
    for (uint64_t group = 0; group < role.getGroups(); ++group)
      addAgents(role,
                role.isMath() ? std::optional<int64_t>(group) : std::nullopt,
                role, role.getBody());
  }
  if (!roles) {
    sizes = sizesIn(kernel.getBody());
    addAgents({}, std::nullopt, kernel, kernel.getBody());
  }
  chosen = !sizes->empty();

  bool moved = true;
  size_t finished = 0;
  while (moved && finished < agents.size()) {
    moved = false;
    finished = 0;
    for (auto &agent : agents) {
      agent->moved = false;
      switch (agent->advance()) {
      case Agent::Status::Blocked:
        break;
      case Agent::Status::Finished:
        ++finished;
        break;
      case Agent::Status::Unknown:
        return success();
      case Agent::Status::Wrong:
        return failure();
      }
      moved |= agent->moved;
    }
  }
  return finished == agents.size() ? checkEnd() : reportDeadlock();
}

/// "math group 1 waits for the tma role to commit slot 0 in round 1".
std::string Run::describe(const Agent &agent) {
  Value ring = ringOf(agent.waiting);
  bool fill = isa<WaitOp>(agent.waiting);
  SlotState &state = slot(ring, agent.wanted.slot, agent.getRank());
  std::string text = agent.describe() + " waits for ";
  llvm::raw_string_ostream os(text);
  SmallVector<std::string> missing;
  for (Agent *other : parties(ring, fill, agent.getRank()))
    if ((fill ? state.commits : state.releases).lookup(other->getId()) <
        agent.wanted.round + (fill ? 1 : 0))
      missing.push_back(other == &agent ? "itself" : other->describe());
  llvm::interleave(missing, os, " and ");
  os << (fill ? " to commit" : " to release") << " slot " << agent.wanted.slot
     << " in round " << agent.wanted.round;
  return text;
}

LogicalResult Run::reportDeadlock() {
  SmallVector<Agent *> blocked;
  // Those that fill first: the others wait for them.
  for (bool fills : {true, false})
    for (auto &agent : agents)
      if (agent->waiting && isa<AcquireOp>(agent->waiting) == fills)
        blocked.push_back(agent.get());
  InFlightDiagnostic error =
      blocked.front()->waiting->emitOpError("never returns, a deadlock: ")
      << describe(*blocked.front());
  for (Agent *agent : ArrayRef(blocked).drop_front())
    error.attachNote(agent->waiting->getLoc()) << describe(*agent);
  for (auto &agent : agents)
    if (!agent->waiting)
      error.attachNote(kernel.getLoc()) << agent->describe() << " has finished";
  noteSizes(error);
  return failure();
}

/// What was filled must have been released, unless it is nothing: the last of
/// the roles that take turns has nobody behind it.
LogicalResult Run::checkEnd() {
  for (auto &agent : agents)
    for (auto &[key, state] : slots) {
      auto &[ring, where] = key;
      auto [number, rank] = where;
      if (!llvm::is_contained(parties(ring, /*fill=*/false, rank), agent.get()))
        continue;
      int64_t filled = completed(ring, number, /*fill=*/true, rank);
      int64_t released = state.releases.lookup(agent->getId());
      if (filled == released ||
          cast<RingType>(ring.getType()).getTiles().empty())
        continue;
      InFlightDiagnostic error = ring.getDefiningOp()->emitOpError("slot ")
                                 << number << " is filled " << filled
                                 << " times, " << agent->describe()
                                 << " releases it " << released << " times";
      noteSizes(error);
      return failure();
    }
  return success();
}

LogicalResult mlir::gqgpu::verifyReplay(KernelOp kernel) {
  if (!partiesOf(kernel) || partiesOf(kernel)->empty())
    return success();
  for (int64_t size : {1000, 1})
    if (failed(Run(kernel, size).go()))
      return failure();
  return success();
}
