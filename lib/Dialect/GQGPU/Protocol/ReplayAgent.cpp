//===- ReplayAgent.cpp - one role goes through its loops ------------------===//
#include "Replay.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;
using namespace mlir::gqgpu::replay;

using Status = Agent::Status;

std::string Agent::describe() const {
  std::string where = run.kernel.getPeers() > 1
                          ? "thread block " + std::to_string(rank)
                          : "the thread block";
  if (!role)
    return where;
  std::string text = RoleOp(role).describe(group);
  return run.kernel.getPeers() > 1 ? text + " of " + where : text;
}

void Agent::enter(Operation *op, Region &region) {
  if (role && RoleOp(role).getGroup())
    values.set(RoleOp(role).getGroup(), group.value_or(0));
  frames.push_back({op, &region.front(), region.front().begin()});
}

Status Agent::advance() {
  waiting = nullptr;
  while (!frames.empty()) {
    if (--run.fuel < 0)
      return Status::Unknown;
    Operation *op = &*frames.back().next;
    std::optional<Status> stop;
    if (op->hasTrait<OpTrait::IsTerminator>()) {
      stop = endBlock();
    } else {
      ++frames.back().next;
      stop = execute(op);
      // It comes back to an op that it waits for.
      if (stop == Status::Blocked)
        --frames.back().next;
    }
    if (stop)
      return *stop;
    moved = true;
  }
  return Status::Finished;
}

/// Rings, or their cursors and slots, in the regions of `op` or its results.
static bool matters(Operation *op) {
  auto isProtocol = [](Type type) {
    return isa<RingType, CursorType, SlotType>(type);
  };
  return op
      ->walk([&](Operation *inner) {
        return WalkResult(
            failure(llvm::any_of(inner->getOperandTypes(), isProtocol) ||
                    llvm::any_of(inner->getResultTypes(), isProtocol)));
      })
      .wasInterrupted();
}

std::optional<Status> Agent::execute(Operation *op) {
  if (isa<scf::ForOp, TileLoopOp>(op))
    return matters(op) ? beginLoop(op) : std::nullopt;
  if (auto taken = dyn_cast<scf::IfOp>(op))
    return branch(taken);
  if (isa<AcquireOp, WaitOp>(op))
    return take(op);
  if (isa<CommitOp, ReleaseOp>(op))
    return finish(op);
  if (auto load = dyn_cast<TmaLoadOp>(op); load && load.getMulticast())
    return compareLoads(load);
  if (isa<WarpSpecializeOp>(op)) // a run without roles has none
    return Status::Unknown;
  // What else has regions is not gone into.
  if (op->getNumRegions() != 0 && matters(op))
    return Status::Unknown;
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Loops and branches
//===----------------------------------------------------------------------===//

std::optional<Status> Agent::beginLoop(Operation *op) {
  LoopView view = *LoopView::get(op);
  Frame frame{op, view.body, {}};
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    std::optional<int64_t> lower = values.number(loop.getLowerBound());
    std::optional<int64_t> upper = values.number(loop.getUpperBound());
    std::optional<int64_t> step = values.number(loop.getStep());
    if (!lower || !upper || !step || *step <= 0)
      return Status::Unknown;
    frame.iv = *lower;
    frame.end = *upper;
    frame.step = *step;
  } else {
    auto tiles = cast<TileLoopOp>(op);
    int64_t total = 1;
    for (auto [ub, step, group] :
         llvm::zip(tiles.getUbs(), tiles.getSteps(), tiles.getClusterTiles())) {
      std::optional<int64_t> extent = values.number(ub);
      if (!extent || *extent < 0)
        return Status::Unknown;
      frame.tiles.push_back(llvm::divideCeil(*extent, step * group));
      if (llvm::MulOverflow(total, frame.tiles.back(), total))
        return Status::Unknown;
    }
    // One thread block takes all tiles; without `persistent` each has one.
    frame.end = tiles.getPersistent() ? total : std::min<int64_t>(total, 1);
    frame.iv = tiles.getTurn();
    frame.step = tiles.getTurns();
    if (tiles.isCut()) {
      // Those of a few thread blocks, one after the other: tiles that are cut
      // twice, and whole ones.
      constexpr int64_t kBlocks = 3;
      for (int64_t block = 0; block < kBlocks; ++block)
        llvm::append_range(frame.shares,
                           sharesOf(total,
                                    static_cast<int64_t>(*tiles.getDepth()),
                                    block, kBlocks));
      frame.end = static_cast<int64_t>(frame.shares.size());
    }
  }
  SmallVector<Known> carried;
  for (Value init : view.inits)
    carried.push_back(values.get(init));
  return beginIteration(std::move(frame), carried);
}

std::optional<Status> Agent::beginIteration(Frame frame,
                                            ArrayRef<Known> carried) {
  LoopView view = *LoopView::get(frame.op);
  if (frame.iv >= frame.end) {
    for (auto [result, known] : llvm::zip_equal(view.results, carried))
      values.set(result, known);
    return std::nullopt;
  }
  if (auto loop = dyn_cast<scf::ForOp>(frame.op)) {
    values.set(loop.getInductionVar(), frame.iv);
  } else {
    auto tiles = cast<TileLoopOp>(frame.op);
    for (auto [iv, at, step] :
         llvm::zip(tiles.getInductionVars(),
                   tileOfBlock(frame.tile(), rank, frame.tiles,
                               tiles.getRaster(), tiles.getClusterTiles()),
                   tiles.getSteps()))
      values.set(iv, at * step);
    if (tiles.isCut()) {
      const TileShare &share = frame.shares[static_cast<size_t>(frame.iv)];
      for (auto [which, number] : llvm::enumerate(ArrayRef<int64_t>{
               share.first, share.last, share.range, share.end, share.owns()}))
        values.set(tiles.getCutArg(static_cast<TileLoopOp::CutArg>(which)),
                   number);
    }
  }
  for (auto [arg, known] : llvm::zip_equal(view.args, carried))
    values.set(arg, known);
  frame.next = frame.block->begin();
  frames.push_back(std::move(frame));
  return std::nullopt;
}

std::optional<Status> Agent::endBlock() {
  Frame frame = frames.pop_back_val();
  SmallVector<Known> yielded;
  for (Value value : frame.block->getTerminator()->getOperands())
    yielded.push_back(values.get(value));
  if (isa<scf::ForOp, TileLoopOp>(frame.op)) {
    frame.iv += frame.step;
    return beginIteration(std::move(frame), yielded);
  }
  if (isa<scf::IfOp>(frame.op))
    for (auto [result, known] :
         llvm::zip_equal(frame.op->getResults(), yielded))
      values.set(result, known);
  return std::nullopt;
}

std::optional<Status> Agent::branch(scf::IfOp op) {
  std::optional<int64_t> condition = values.number(op.getCondition());
  if (!condition) {
    if (matters(op))
      return Status::Unknown;
    for (Value result : op.getResults())
      values.set(result, {});
    return std::nullopt;
  }
  Region &taken = *condition ? op.getThenRegion() : op.getElseRegion();
  if (!taken.empty())
    frames.push_back({op, &taken.front(), taken.front().begin()});
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

Tile Agent::tile() const {
  for (const Frame &frame : llvm::reverse(frames))
    if (auto loop = dyn_cast<TileLoopOp>(frame.op)) {
      Tile tile{loop,
                tileOfBlock(frame.tile(), rank, frame.tiles, loop.getRaster(),
                            loop.getClusterTiles()),
                frame.iv};
      for (auto [at, step] : llvm::zip(tile.at, loop.getSteps()))
        at *= step;
      return tile;
    }
  return {};
}

bool Tile::differsFrom(const Tile &other) const {
  TileLoopOp mine = loop, theirs = other.loop;
  if (!mine || !theirs || mine.getSteps() != theirs.getSteps())
    return false;
  for (auto [a, b, mineIv, theirIv] : llvm::zip(
           at, other.at, mine.getInductionVars(), theirs.getInductionVars()))
    if (a != b && !mineIv.use_empty() && !theirIv.use_empty())
      return true;
  return false;
}

static std::string toString(ArrayRef<int64_t> at) {
  std::string text = "(";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(at, os);
  return text + ")";
}

/// A slot that comes to a role at another tile than it was filled for.
std::optional<Status> Agent::compareTiles(Operation *op,
                                          const SlotState &slot) {
  Tile mine = tile();
  for (auto &[filler, filled] : slot.tiles) {
    if (!mine.differsFrom(filled.first))
      continue;
    InFlightDiagnostic error = op->emitOpError("takes, for tile ")
                               << toString(mine.at)
                               << ", a slot that is filled for tile "
                               << toString(filled.first.at);
    error.attachNote(filled.second->getLoc()) << "filled here";
    error.attachNote(TileLoopOp(filled.first.loop).getLoc())
        << "the tiles of what fills";
    error.attachNote(mine.loop.getLoc()) << "the tiles of " << describe();
    run.noteSizes(error);
    return Status::Wrong;
  }
  return std::nullopt;
}

/// A slot without tiles that goes from one turn to the next one.
std::optional<Status> Agent::compareTurns(WaitOp op, const SlotState &slot) {
  Tile mine = tile();
  if (!mine.loop || mine.loop.getTurns() == 1)
    return std::nullopt;
  for (auto &[filler, filled] : slot.tiles) {
    TileLoopOp before = filled.first.loop;
    if (!before || before.getTurns() != mine.loop.getTurns())
      continue;
    int64_t turns = mine.loop.getTurns(), number = filled.first.number;
    int64_t expected =
        number + (mine.loop.getTurn() - before.getTurn() + turns - 1) % turns +
        1;
    if (mine.number == expected)
      continue;
    InFlightDiagnostic error = op.emitOpError("waits, at tile number ")
                               << mine.number << " of " << describe()
                               << ", for tile number " << number
                               << ", which comes before number " << expected;
    error.attachNote(filled.second->getLoc()) << "the slot is filled here";
    run.noteSizes(error);
    return Status::Wrong;
  }
  return std::nullopt;
}

std::optional<Status> Agent::compareLoads(TmaLoadOp load) {
  Known known = values.get(load.getSlot());
  auto *token = std::get_if<Token *>(&known);
  SmallVector<int64_t> at;
  for (Value index : load.getIndices())
    if (std::optional<int64_t> number = values.number(index))
      at.push_back(*number);
  // Where it is not known, the simulator sees.
  if (!token || at.size() != load.getIndices().size())
    return std::nullopt;
  auto [first, isNew] = run.loads.try_emplace(
      std::tuple((*token)->ring.getAsOpaquePointer(), (*token)->slot,
                 (*token)->round, load.getTile()),
      Run::Load{at, load, rank});
  const Run::Load &other = first->second;
  if (isNew || other.at == at)
    return std::nullopt;
  InFlightDiagnostic error = load.emitOpError("is to bring the tile at ")
                             << toString(at) << " for thread block " << rank
                             << ", and the one at " << toString(other.at)
                             << " for thread block " << other.rank
                             << "; expects the same for all";
  error.attachNote(TmaLoadOp(other.op).getLoc()) << "the other";
  run.noteSizes(error);
  return Status::Wrong;
}

std::optional<Status> Agent::take(Operation *op) {
  Value ring = ringOf(op);
  if (!ring.getDefiningOp<RingCreateOp>())
    return Status::Unknown;
  Known known = values.get(op->getOperand(1));
  auto *at = std::get_if<Position>(&known);
  auto type = cast<RingType>(ring.getType());
  int64_t stages = type.getStages();
  if (!at || at->slot >= stages)
    return Status::Unknown;
  bool fills = isa<AcquireOp>(op);
  SlotState &slot = run.slot(ring, at->slot, rank);
  // Barriers know the parity of a round alone; which round it is, is how often
  // the agent has come here.
  auto &takes = fills ? slot.acquires : slot.waits;
  int64_t round = takes.lookup(id);
  auto token = std::make_unique<Token>(Token{ring, at->slot, round, op});
  auto wait = dyn_cast<WaitOp>(op);
  if (wait && wait.getWhen()) {
    std::optional<int64_t> condition = values.number(wait.getWhen());
    if (!condition)
      return Status::Unknown;
    token->skipped = *condition == 0;
  }
  if (!token->skipped) {
    if ((round & 1) != (at->round & 1)) {
      InFlightDiagnostic error = op->emitOpError("takes slot ")
                                 << at->slot << " in a round of parity "
                                 << (at->round & 1) << ", " << describe()
                                 << " has taken it " << round
                                 << " times; expects parity " << (round & 1);
      run.noteSizes(error);
      return Status::Wrong;
    }
    // A slot is full once more than it was empty before.
    if (run.completed(ring, at->slot, /*fill=*/!fills, rank) <
        round + (fills ? 0 : 1)) {
      waiting = op;
      wanted = {at->slot, round};
      return Status::Blocked;
    }
    ++takes[id];
    if (fills)
      slot.tiles[id] = {tile(), op};
    else if (std::optional<Status> wrong = type.getTiles().empty()
                                               ? compareTurns(wait, slot)
                                               : compareTiles(op, slot))
      return wrong;
  }
  values.set(op->getResult(0), token.get());
  tokens.push_back(std::move(token));
  return std::nullopt;
}

std::optional<Status> Agent::finish(Operation *op) {
  Known known = values.get(slotOf(op));
  auto *token = std::get_if<Token *>(&known);
  if (!token)
    return Status::Unknown;
  Token &taken = **token;
  if (taken.skipped) {
    InFlightDiagnostic error = op->emitOpError("releases slot ")
                               << taken.slot << ", which " << describe()
                               << " has not waited for";
    error.attachNote(taken.op->getLoc()) << "the condition is false here";
    run.noteSizes(error);
    return Status::Wrong;
  }
  if (!taken.held)
    return Status::Unknown; // another check's
  taken.held = false;
  bool fills = isa<CommitOp>(op);
  for (int64_t to : run.reach(taken.ring, fills, *this)) {
    SlotState &slot = run.slot(taken.ring, taken.slot, to);
    ++(fills ? slot.commits : slot.releases)[id];
  }
  return std::nullopt;
}
