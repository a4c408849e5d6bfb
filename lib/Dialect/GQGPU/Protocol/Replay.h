//===- Replay.h - what roles do with their rings, step by step --*- C++ -*-===//
//
// Roles are deterministic and talk only through rings, so any order of their
// steps leads to the same end: one run shows whether all of them get there. It
// is for given sizes, and goes through loops, cursors and slots only. What it
// cannot evaluate ends it, and nothing is said.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_PROTOCOL_REPLAY_H
#define GQ_LIB_DIALECT_GQGPU_PROTOCOL_REPLAY_H

#include "Protocol.h"
#include "gq/Dialect/GQGPU/IR/TileOrder.h"
#include <map>
#include <set>
#include <variant>

namespace mlir::gqgpu::replay {

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// A slot as one agent took it.
struct Token {
  Value ring;
  int64_t slot, round;
  Operation *op;
  bool skipped = false; ///< a wait whose condition was false
  bool held = true;
};

struct Position {
  int64_t slot, round;
};

/// What is known about a value: nothing, a number, a cursor or a slot.
using Known = std::variant<std::monostate, int64_t, Position, Token *>;

/// Values of one agent. Those of loops and branches are set as it goes; others
/// are worked out from them when they are asked for.
class Values {
public:
  /// `size`: of all dynamic dimensions and operands.
  explicit Values(int64_t size) : size(size) {}

  void set(Value value, Known known) { values[value] = known; }
  Known get(Value value);
  std::optional<int64_t> number(Value value);

private:
  Known compute(Operation *op);
  std::optional<int64_t> computeNumber(Operation *op);

  int64_t size;
  DenseMap<Value, Known> values;
  /// Evaluations in all, and how deep they may nest.
  int64_t fuel = 1 << 20;
  int64_t depth = 0;
};

/// The dynamic sizes that bounds and conditions in `region` depend on: operand
/// and dimension, -1 for the operand itself.
std::set<std::pair<unsigned, int64_t>> sizesIn(Region &region);

//===----------------------------------------------------------------------===//
// Agents
//===----------------------------------------------------------------------===//

/// Where a slot was taken, for whom it holds data.
struct Tile {
  TileLoopOp loop;
  SmallVector<int64_t> at;
  /// Its number among the tiles of the thread block.
  int64_t number = 0;

  /// Both loops go in equal steps, and use coordinates that differ.
  bool differsFrom(const Tile &other) const;
};

struct SlotState {
  /// By agent: how often it has acquired, waited for, committed or released the
  /// slot.
  DenseMap<unsigned, int64_t> acquires, waits, commits, releases;
  /// By agent that fills: for which tile it did so last, and where.
  DenseMap<unsigned, std::pair<Tile, Operation *>> tiles;
};

class Run;

class Agent {
public:
  enum class Status { Blocked, Finished, Unknown, Wrong };

  Agent(Run &run, unsigned id, int64_t rank, RoleOp role,
        std::optional<int64_t> group, int64_t size)
      : run(run), id(id), rank(rank), role(role), group(group), values(size) {}

  void enter(Operation *op, Region &region);
  /// Goes on until it must wait, ends, or does something wrong.
  Status advance();

  std::string describe() const;
  unsigned getId() const { return id; }
  /// The number of its thread block in a cluster of such with own tiles.
  int64_t getRank() const { return rank; }
  RoleOp getRole() const { return role; }
  std::optional<int64_t> getGroup() const { return group; }
  /// What it waits for.
  Operation *waiting = nullptr;
  Position wanted{0, 0};
  /// It has got anywhere since this was reset.
  bool moved = false;

private:
  struct Frame {
    Operation *op;
    Block *block;
    Block::iterator next;
    int64_t iv = 0, end = 0, step = 1;
    SmallVector<int64_t> tiles = {};
    // Of a loop that cuts its tiles; `iv` counts these.
    SmallVector<TileShare> shares = {};

    int64_t tile() const {
      return shares.empty() ? iv : shares[static_cast<size_t>(iv)].tile;
    }
  };
  /// Nothing: go on.
  std::optional<Status> execute(Operation *op);
  std::optional<Status> beginLoop(Operation *op);
  std::optional<Status> beginIteration(Frame frame, ArrayRef<Known> carried);
  std::optional<Status> endBlock();
  std::optional<Status> branch(scf::IfOp op);
  std::optional<Status> take(Operation *op);
  std::optional<Status> finish(Operation *op);
  std::optional<Status> compareTiles(Operation *op, const SlotState &slot);
  std::optional<Status> compareTurns(WaitOp op, const SlotState &slot);
  /// All thread blocks want the same of a multicast.
  std::optional<Status> compareLoads(TmaLoadOp load);
  Tile tile() const;

  Run &run;
  unsigned id;
  int64_t rank;
  RoleOp role;
  std::optional<int64_t> group;
  Values values;
  SmallVector<Frame> frames;
  std::vector<std::unique_ptr<Token>> tokens;
};

//===----------------------------------------------------------------------===//
// Run
//===----------------------------------------------------------------------===//

class Run {
public:
  Run(KernelOp kernel, int64_t size)
      : fuel((int64_t(1) << 15) * kernel.getPeers()), kernel(kernel),
        size(size) {}

  /// Failure with an error when something is wrong.
  LogicalResult go();

  /// Of the ring of thread block `rank`.
  SlotState &slot(Value ring, int64_t number, int64_t rank) {
    return slots[{ring, {number, rank}}];
  }
  /// The agents that fill, or consume, the ring of thread block `rank`.
  SmallVector<Agent *> parties(Value ring, bool fill, int64_t rank);
  /// How often all of them have.
  int64_t completed(Value ring, int64_t number, bool fill, int64_t rank);
  /// The thread blocks whose slots `agent` fills, or releases.
  SmallVector<int64_t> reach(Value ring, bool fill, const Agent &agent);
  /// What a multicast brings: where the tile begins, and who said so first.
  struct Load {
    SmallVector<int64_t> at;
    TmaLoadOp op;
    int64_t rank;
  };
  /// By ring, slot, round and tile.
  std::map<std::tuple<void *, int64_t, int64_t, int64_t>, Load> loads;
  /// Steps that are left; none: the run ends without an opinion.
  int64_t fuel;
  KernelOp kernel;
  /// A note about the sizes, if they were chosen.
  void noteSizes(InFlightDiagnostic &error) const;

private:
  LogicalResult reportDeadlock();
  LogicalResult checkEnd();
  std::string describe(const Agent &agent);
  const SmallVector<Loader> &loaders(Value ring);

  int64_t size;
  bool chosen = false;
  std::vector<std::unique_ptr<Agent>> agents;
  DenseMap<std::pair<Value, std::pair<int64_t, int64_t>>, SlotState> slots;
  DenseMap<Value, SmallVector<Loader>> loadersOfRings;
};

} // namespace mlir::gqgpu::replay

#endif // GQ_LIB_DIALECT_GQGPU_PROTOCOL_REPLAY_H
