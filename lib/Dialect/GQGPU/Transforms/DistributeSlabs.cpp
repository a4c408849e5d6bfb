//===- DistributeSlabs.cpp - tiles that are read in turns -----------------===//
//
// A tile too large for the registers of a thread block is taken in slabs of its
// rows, each of which is one fragment. One block_absmax reduces all of them;
// what it has seen of a slab is then forgotten, and the slab is read again for
// its cast: from where the thread parked it, or from global memory. At most one
// slab of elements, or one of codes, may be in registers at a time, so ops come
// slab by slab: everything that makes a fragment, in the first reading, and up
// to the stores of its codes, in the second.
//
//===----------------------------------------------------------------------===//
#include "Distributor.h"
#include "gq/Support/Remarks.h"

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-distribute";

/// The last slab stays in registers, unless both passes shall read everything.
static bool keepsSlab(gq::QuantizeOp op) {
  return !op.getConfig() || op.getConfig()->getValue().passes == 1;
}

namespace {

/// One reading of slabs: for their maxima, or for the cast of one.
struct Reading {
  OpBuilder &b;
  Eviction evict;
  /// What was made, in order.
  SmallVector<Operation *> made;
  /// Loads that were made, and what they stand for.
  SmallVector<std::pair<LoadFragmentOp, LoadFragmentOp>> loads;
  IRMapping map;

  /// Makes `source` here, from loads that are made here as well, or from what
  /// was parked. `again` is the second reading.
  Value compute(Value source, const Slabs *again) {
    Operation *op = source.getDefiningOp();
    if (map.contains(source) ||
        !isa_and_nonnull<LoadFragmentOp, ElementwiseOp, MaskOp>(op))
      return map.lookupOrDefault(source);
    if (Value waiting = again ? again->parked.lookup(source) : Value()) {
      Value unparked =
          UnparkOp::create(b, op->getLoc(), source.getType(), waiting);
      map.map(source, unparked);
      made.push_back(unparked.getDefiningOp());
      return unparked;
    }
    for (Value operand : op->getOperands())
      if (isa<FragmentType>(operand.getType()))
        compute(operand, again);
    Operation *clone = b.clone(*op, map);
    if (auto load = dyn_cast<LoadFragmentOp>(clone)) {
      load.setEvict(evict);
      // Registers were given up for it to be loaded this late.
      load.setCoherent(again != nullptr);
      loads.push_back({cast<LoadFragmentOp>(op), load});
    }
    made.push_back(clone);
    return map.lookup(source);
  }
};

} // namespace

/// What is loaded again waits in shared memory, of which the config knows that
/// there is room. Of a tile that all rows or all columns share, every thread
/// would have copies; it is small, and is loaded again.
static void park(gq::QuantizeOp op, ArrayRef<Reading> readings, Slabs &slabs,
                 OpBuilder &b) {
  auto kernel = op->getParentOfType<KernelOp>();
  int64_t bytes = 0;
  for (const Reading &reading : readings)
    for (auto [source, load] : reading.loads) {
      if (!load.getMap().isIdentity())
        continue;
      auto type = cast<FragmentType>(load.getType());
      auto place =
          TileType::get(b.getContext(), type.getShape(), type.getElementType());
      bytes += place.getNumBytes();
      OpBuilder::InsertionGuard guard(b);
      Location loc = load.getLoc();
      b.setInsertionPointToStart(&kernel.getBody().front());
      Value buffer = SharedAllocOp::create(b, loc, place, IntegerAttr());
      b.setInsertionPointAfter(load);
      slabs.parked[source.getResult()] =
          ParkOp::create(b, loc, ParkedType::get(b.getContext(), type),
                         load.getResult(), buffer);
      load.removeEvictAttr();
    }
  gq::remarkDecision(op, kPass, "park",
                     "slabs are loaded once: " + Twine(bytes) +
                         " bytes of them wait in shared memory");
}

FailureOr<Slabs> mlir::gqgpu::readSlabs(const Distributor &distributor,
                                        gq::QuantizeOp op, ValueRange fragments,
                                        OpBuilder &b) {
  const Spread &spread = distributor.spread;
  int64_t count = spread.slabs;
  Slabs slabs;
  if (count == 1 || spread.product) {
    FailureOr<Value> value =
        distributor.elementsOf(b, op.getXMutable(), fragments);
    if (failed(value))
      return failure();
    slabs.values.push_back(*value);
    return slabs;
  }
  if (failed(spread.fragment(op, op.getX().getType())))
    return failure();
  if (op.getBlock()[0] != spread.rows * count)
    return op.emitOpError("in ")
               << count << " slabs expects blocks of all "
               << spread.rows * count << " rows of its tile, got "
               << op.getBlock()[0],
           failure();
  SmallVector<Reading> repeated;
  for (int64_t slab = 0; slab < count; ++slab) {
    // What computes all slabs at once is dead afterwards, if nothing else uses
    // it.
    FailureOr<Value> source =
        distributor.fragmentOf(b, op.getXMutable(), fragments, slab);
    if (failed(source))
      return failure();
    slabs.sources.push_back(*source);
    // L2 should hold on to what is read again.
    bool kept = keepsSlab(op) && slab == count - 1;
    Reading reading{b, kept ? Eviction::First : Eviction::Last, {}, {}, {}};
    slabs.values.push_back(reading.compute(*source, /*again=*/nullptr));
    if (!kept)
      repeated.push_back(std::move(reading));
  }
  // Where nobody reads the codes, nothing is read again.
  if (op->getResult(0).use_empty())
    return slabs;
  if (op.getConfig() && op.getConfig()->getValue().parks())
    park(op, repeated, slabs, b);
  else
    gq::remarkMissed(op, kPass, "park",
                     "slabs are loaded twice, as its config says");
  return slabs;
}

FailureOr<SmallVector<Value>>
mlir::gqgpu::castSlabs(Distributor &distributor, gq::QuantizeOp op,
                       const Slabs &slabs, Value scales, OpBuilder &b) {
  size_t count = slabs.values.size();
  SmallVector<Value> codes(count);
  for (size_t turn = 0; turn < count; ++turn) {
    // The slab in registers first: its place is needed for the others.
    bool keeps = keepsSlab(op);
    size_t slab = keeps ? (turn + count - 1) % count : turn;
    Value value = slabs.values[slab];
    Reading reading{b, Eviction::First, {}, {}, {}};
    if (count > 1 && (!keeps || turn > 0))
      value = reading.compute(slabs.sources[slab], &slabs);
    auto type = cast<FragmentType>(value.getType());
    FailureOr<FragmentType> made = codesOf(op, type, op.getFormat());
    if (failed(made))
      return failure();
    auto cast = ScaledCastOp::create(
        b, op.getLoc(), *made, value, scales, op.getDivide(),
        /*normal=*/!op.getDivide(), op.getPackedAttr());
    codes[slab] = cast.getResult();
    reading.made.push_back(cast);
    if (count > 1)
      distributor.turns.push_back(std::move(reading.made));
  }
  return codes;
}

/// Ops that the stores of codes may move past, and that do not need the codes.
static bool isIndifferent(Operation *op) {
  return isMemoryEffectFree(op) ||
         isa<LoadFragmentOp, StoreFragmentOp, BlockAbsmaxOp, BlockReduceOp,
             ElementwiseOp, UnparkOp>(op);
}

void mlir::gqgpu::storeInTurns(ArrayRef<SmallVector<Operation *>> turns) {
  if (turns.empty())
    return;
  Block *body = turns.front().back()->getBlock();
  // Stores come tile by tile so far: move them, and what they store, behind the
  // last one, unless something else is done with the codes.
  SmallVector<SmallVector<Operation *>> stores;
  Operation *last = nullptr;
  bool movable = true;
  for (ArrayRef<Operation *> turn : turns) {
    SmallVector<Operation *> &mine = stores.emplace_back();
    for (Operation *user : turn.back()->getUsers()) {
      movable &= isa<StoreFragmentOp>(user) && user->getBlock() == body;
      mine.push_back(user);
    }
    if (!movable)
      break;
    llvm::sort(
        mine, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
    if (!mine.empty() && (!last || last->isBeforeInBlock(mine.back())))
      last = mine.back();
  }
  for (Operation *op = turns.front().front(); movable && last && op != last;
       op = op->getNextNode())
    movable &= isIndifferent(op);
  if (movable && last) {
    Operation *end = last->getNextNode();
    for (auto [turn, mine] : llvm::zip(turns, stores))
      for (Operation *op : llvm::concat<Operation *const>(turn, mine))
        op->moveBefore(end);
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*body)))
    if (isOpTriviallyDead(&op))
      op.erase();
}
