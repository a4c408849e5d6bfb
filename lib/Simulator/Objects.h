//===- Objects.h - values that only kernels have ----------------*- C++ -*-===//

#ifndef GQ_LIB_SIMULATOR_OBJECTS_H
#define GQ_LIB_SIMULATOR_OBJECTS_H

#include "Barrier.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "gq/Reference/RuntimeValue.h"

#include "llvm/ADT/SmallBitVector.h"
#include <map>

namespace mlir::gq::sim {

/// A memref: a tensor in global memory, and who has written which element.
class Buffer : public RuntimeObject {
public:
  Buffer(MemRefType type, RuntimeTensor tensor, unsigned operand, bool writable)
      : type(type), tensor(std::move(tensor)), operand(operand),
        writable(writable) {
    if (writable)
      writers.resize(static_cast<size_t>(this->tensor.getNumElements()));
  }
  bool hasType(Type other) const override { return other == type; }
  std::string typeToString() const override;

  /// Forgets who has read and written what.
  void reset() {
    writers.assign(writers.size(), {});
    readers.clear();
    parts.clear();
    flags.clear();
  }

  /// An element's first writer: thread block + 1, and an index into `stores`.
  struct Writer {
    uint32_t block = 0, store = 0;
  };

  MemRefType type;
  RuntimeTensor tensor;
  /// Number of the launch's operand.
  unsigned operand;
  /// What messages to who launches call it.
  std::string name;
  bool writable;
  /// Nothing was in it before the launch.
  bool isFresh = false;
  std::vector<Writer> writers;
  /// Thread block + 1 of an element's first reader; empty before anyone reads.
  std::vector<uint32_t> readers;
  SmallVector<Operation *> stores;

  /// A part of a tile, by where it begins, and the first flag that says it is
  /// there: below 0 until one does.
  struct Part {
    Operation *op;
    Type type;
    int64_t block;
    unsigned agent;
    int64_t flag = -1;
  };
  std::map<std::pair<int64_t, int64_t>, Part> parts;
  /// Flags that are set, and where.
  std::map<int64_t, Operation *> flags;
};

/// A position in a ring: the slot, and how often the ring has wrapped.
class Cursor : public RuntimeObject {
public:
  Cursor(int64_t slot, int64_t round) : slot(slot), round(round) {}
  bool hasType(Type type) const override {
    return isa<gqgpu::CursorType>(type);
  }
  std::string typeToString() const override { return "a cursor"; }
  int64_t getParity() const { return round & 1; }

  int64_t slot;
  int64_t round;
};

class Ring;

/// What acquire and wait return: the right to fill or read a slot.
class SlotToken : public RuntimeObject {
public:
  SlotToken(std::shared_ptr<Ring> ring, int64_t slot, unsigned agent,
            Operation *op)
      : ring(std::move(ring)), slot(slot), agent(agent), op(op) {}
  bool hasType(Type type) const override { return isa<gqgpu::SlotType>(type); }
  std::string typeToString() const override { return "a slot"; }
  bool isAcquired() const { return isa<gqgpu::AcquireOp>(op); }

  std::shared_ptr<Ring> ring;
  int64_t slot;
  unsigned agent;
  Operation *op;
  /// A wait whose condition was false: nothing may be read.
  bool skipped = false;
  /// The commit or release that ended the right; null before.
  Operation *end = nullptr;
  int64_t round = 0;
  /// Copies of this agent that have to land before its arrival counts.
  int64_t copiesInFlight = 0;
};

/// Slots in shared memory.
class Ring : public RuntimeObject {
public:
  struct Tile {
    RuntimeTensor data;
    /// The fill whose data the tile holds, or is to hold; null: never filled.
    Operation *fill = nullptr;
    int64_t round = 0;
    bool inFlight = false;
    /// Rows whose sums have been put into it in this round.
    llvm::SmallBitVector put;
    /// Of a multicast: what is brought, and what this thread block has asked
    /// for. `asked` null: nothing yet.
    SmallVector<int64_t, 2> brought, wanted;
    Operation *asked = nullptr;
    int64_t askedRound = 0;
  };
  struct Slot {
    Barrier full, empty;
    /// How often bytes have been expected.
    int64_t expectations = 0;
    SmallVector<Tile> tiles;
    /// Rights that have not been given back.
    SmallVector<std::shared_ptr<SlotToken>> readers;
    /// The last acquire, for notes.
    Operation *acquired = nullptr;
  };

  /// As many arrivals as the ring says in thread block \p rank of its cluster;
  /// without roles the thread block arrives once.
  Ring(gqgpu::RingCreateOp op, int64_t rank);
  bool hasType(Type other) const override { return other == type; }
  std::string typeToString() const override { return "a ring"; }
  int64_t getNumSlots() const { return static_cast<int64_t>(slots.size()); }

  gqgpu::RingCreateOp op;
  gqgpu::RingType type;
  /// Of the thread block that it belongs to.
  int64_t rank;
  std::vector<Slot> slots;
};

/// Where a thread block gets parts of others of its cluster.
class Inbox : public RuntimeObject {
public:
  Inbox(gqgpu::InboxCreateOp op, int64_t peers)
      : op(op),
        // Where only the first one gets parts, the others hear of it alone.
        offered(static_cast<int64_t>(op.getArrivals()) *
                (op.getToFirst() ? 2 : peers)),
        pushed(static_cast<int64_t>(op.getArrivals())) {}
  bool hasType(Type type) const override {
    return type == gqgpu::InboxCreateOp(op).getInbox().getType();
  }
  std::string typeToString() const override { return "an inbox"; }

  /// What one thread block pushes into a tile for one agent: how often it has
  /// begun, and how often that has come and was read.
  struct Place {
    RuntimeTensor part;
    Operation *push = nullptr;
    int64_t begun = 0, landed = 0, read = 0;
  };
  /// Thread block \p rank gets parts, or pushes them.
  bool gets(int64_t rank) { return !op.getToFirst() || rank == 0; }
  bool pushes(int64_t rank) { return !op.getToFirst() || rank != 0; }
  /// That of agent \p agent, thread block \p rank and tile \p tile.
  Place &of(unsigned agent, int64_t rank, uint64_t tile) {
    return places[{agent, rank, tile}];
  }

  gqgpu::InboxCreateOp op;
  Barrier offered, pushed;
  /// By agent: how often it has offered its places.
  std::map<unsigned, int64_t> offers;
  std::map<std::tuple<unsigned, int64_t, uint64_t>, Place> places;
};

/// A tile in the registers of the agent that holds it. For a fragment with a
/// block there is one value per block.
class Fragment : public RuntimeObject {
public:
  explicit Fragment(gqgpu::FragmentType type) : type(type) {}
  bool hasType(Type other) const override { return other == type; }
  std::string typeToString() const override;

  /// Shape of the values of a fragment of \p type.
  static SmallVector<int64_t> shapeOf(gqgpu::FragmentType type);

  gqgpu::FragmentType type;
  /// Empty while only accesses are checked.
  RuntimeTensor values;
  /// The product these registers are still to receive.
  Operation *product = nullptr;
  /// The product that took these registers over.
  Operation *reusedBy = nullptr;
  /// A number: it is put into the registers of whatever takes it.
  bool isSplat = false;
};

/// Sums of 64 rows of a tile; empty while only accesses are checked.
class RowSums : public RuntimeObject {
public:
  bool hasType(Type type) const override {
    return isa<gqgpu::RowSumsType>(type);
  }
  std::string typeToString() const override { return "sums of rows"; }

  std::vector<uint32_t> values;
};

/// A tensor whose elements are not computed, as only accesses are checked.
class AbsentTensor : public RuntimeObject {
public:
  explicit AbsentTensor(Type type) : type(type) {}
  bool hasType(Type other) const override { return other == type; }
  std::string typeToString() const override { return "a tile"; }

private:
  Type type;
};

} // namespace mlir::gq::sim

#endif // GQ_LIB_SIMULATOR_OBJECTS_H
