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

FailureOr<Value> Distributor::compute(Operation *user, Value tile,
                                      AffineMap map, Reading &reading) {
  Operation *def = tile.getDefiningOp();
  if (auto load = dyn_cast_or_null<LoadOp>(def)) {
    if (reading.again)
      if (Value waiting = parked.lookup({tile, map, reading.slab})) {
        auto type = cast<ParkedType>(waiting.getType());
        auto unpark =
            UnparkOp::create(b, load.getLoc(), type.getFragment(), waiting);
        reading.made.push_back(unpark);
        return unpark.getResult();
      }
    FailureOr<Value> value = fragmentOf(user, tile, reading.slab, map);
    if (failed(value))
      return failure();
    auto made = value->getDefiningOp<LoadFragmentOp>();
    made.setEvict(reading.evict);
    // Registers were given up for it to be loaded this late.
    made.setCoherent(reading.again);
    reading.made.push_back(made);
    reading.loads.push_back({tile, map, made});
    return made.getResult();
  }
  Value result;
  if (auto mask = dyn_cast_or_null<MaskOp>(def)) {
    FailureOr<Value> value = compute(mask, mask.getValue(), map, reading);
    if (failed(value))
      return failure();
    result = this->mask(mask, *value, reading.slab);
  } else if (auto op = dyn_cast_or_null<linalg::LinalgOp>(def);
             op && !isa<linalg::FillOp, linalg::TransposeOp>(def) &&
             fragments.contains(tile)) {
    FailureOr<FragmentType> type = spread.fragment(op, tile.getType());
    if (failed(type))
      return failure();
    FailureOr<Value> value =
        elementwise(op, *type, [&](Value operand, AffineMap through) {
          return compute(op, operand, through, reading);
        });
    if (failed(value))
      return failure();
    result = *value;
  } else {
    return fragmentOf(user, tile, reading.slab, map);
  }
  reading.made.push_back(result.getDefiningOp());
  return result;
}

/// What is loaded again waits in shared memory, of which the config knows that
/// there is room. Of a tile that all rows or all columns share, every thread
/// would have copies; it is small, and is loaded again.
void Distributor::park(gq::QuantizeOp op, ArrayRef<Reading> readings) {
  auto kernel = op->getParentOfType<KernelOp>();
  int64_t bytes = 0;
  for (const Reading &reading : readings)
    for (auto [tile, map, load] : reading.loads) {
      if (!map.isIdentity())
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
      parked[{tile, map, reading.slab}] =
          ParkOp::create(b, loc, ParkedType::get(b.getContext(), type),
                         load.getResult(), buffer);
      load.removeEvictAttr();
    }
  gq::remarkDecision(op, kPass, "park",
                     "slabs are loaded once: " + Twine(bytes) +
                         " bytes of them wait in shared memory");
}

FailureOr<SmallVector<Value>> Distributor::slabsOf(gq::QuantizeOp op) {
  int64_t slabs = spread.slabs;
  if (slabs == 1 || spread.product) {
    FailureOr<Value> value = elements(op, op.getX());
    if (failed(value))
      return failure();
    return SmallVector<Value>{*value};
  }
  if (failed(spread.fragment(op, op.getX().getType())))
    return failure();
  if (op.getBlock()[0] != spread.rows * slabs)
    return op.emitOpError("in ")
               << slabs << " slabs expects blocks of all "
               << spread.rows * slabs << " rows of its tile, got "
               << op.getBlock()[0],
           failure();
  SmallVector<Value> values;
  SmallVector<Reading> repeated;
  for (int64_t slab = 0; slab < slabs; ++slab) {
    // L2 should hold on to what is read again. Ops that computed all slabs at
    // once are dead now if nothing else uses them.
    bool kept = keepsSlab(op) && slab == slabs - 1;
    Reading reading{static_cast<unsigned>(slab),
                    /*again=*/false,
                    kept ? Eviction::First : Eviction::Last,
                    {},
                    {}};
    FailureOr<Value> value =
        compute(op, op.getX(), b.getMultiDimIdentityMap(2), reading);
    if (failed(value))
      return failure();
    values.push_back(*value);
    if (!kept)
      repeated.push_back(std::move(reading));
  }
  if (op.getConfig() && op.getConfig()->getValue().parks())
    park(op, repeated);
  else
    gq::remarkMissed(op, kPass, "park",
                     "slabs are loaded twice, as its config says");
  return values;
}

LogicalResult Distributor::castSlabs(gq::QuantizeOp op, ArrayRef<Value> values,
                                     Value scales) {
  Type format = cast<RankedTensorType>(op.getInit().getType()).getElementType();
  size_t count = values.size();
  SmallVector<Value> codes(count);
  for (size_t turn = 0; turn < count; ++turn) {
    // The slab in registers first: its place is needed for the others.
    bool keeps = keepsSlab(op);
    size_t slab = keeps ? (turn + count - 1) % count : turn;
    Value value = values[slab];
    Reading reading{static_cast<unsigned>(slab),
                    /*again=*/true,
                    Eviction::First,
                    {},
                    {}};
    if (count > 1 && (!keeps || turn > 0)) {
      FailureOr<Value> again =
          compute(op, op.getX(), b.getMultiDimIdentityMap(2), reading);
      if (failed(again))
        return failure();
      value = *again;
    }
    auto type = cast<FragmentType>(value.getType());
    auto cast = ScaledCastOp::create(b, op.getLoc(), type.cloneWith(format),
                                     value, scales);
    codes[slab] = cast.getResult();
    reading.made.push_back(cast);
    if (count > 1)
      turns.push_back(std::move(reading.made));
  }
  fragments[op.getResult(0)] = codes;
  return success();
}

/// Ops that the stores of codes may move past, and that do not need the codes.
static bool isIndifferent(Operation *op) {
  return isMemoryEffectFree(op) ||
         isa<LoadFragmentOp, StoreFragmentOp, BlockAbsmaxOp, ElementwiseOp,
             UnparkOp>(op);
}

void Distributor::storeInTurns() {
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
      for (Operation *op : llvm::concat<Operation *>(turn, mine))
        op->moveBefore(end);
  }
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*body)))
    if (isOpTriviallyDead(&op))
      op.erase();
}
