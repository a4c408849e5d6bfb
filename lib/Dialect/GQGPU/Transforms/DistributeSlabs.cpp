//===- DistributeSlabs.cpp - tiles that are read in turns -----------------===//
//
// A tile too large for the registers of a thread block is taken in slabs of its
// rows, each of which is one fragment. One block_absmax reduces all of them;
// what it has seen of a slab is then forgotten, and the slab is read again for
// its cast. At most one slab of elements, or one of codes, may be in registers
// at a time, so ops come slab by slab: everything that makes a fragment, in the
// first reading, and up to the stores of its codes, in the second.
//
//===----------------------------------------------------------------------===//
#include "Distributor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Clones what `fragment` is computed from, as far as that is loads and
/// elementwise ops, to where `b` is. The clones are added to `made`.
static Value computeAgain(OpBuilder &b, Value fragment, Eviction evict,
                          IRMapping &map, SmallVectorImpl<Operation *> &made) {
  Operation *def = fragment.getDefiningOp();
  if (map.contains(fragment) ||
      !isa_and_nonnull<LoadFragmentOp, ElementwiseOp, MaskOp, SplatOp>(def))
    return map.lookupOrDefault(fragment);
  for (Value operand : def->getOperands())
    if (isa<FragmentType>(operand.getType()))
      computeAgain(b, operand, evict, map, made);
  Operation *clone = b.clone(*def, map);
  if (auto load = dyn_cast<LoadFragmentOp>(clone)) {
    if (load.getParked())
      load.setParked(false); // that is where it comes from
    else
      load.setEvict(evict);
  }
  made.push_back(clone);
  return map.lookup(fragment);
}

/// The last slab stays in registers, unless both passes shall read everything.
static bool keepsSlab(gq::QuantizeOp op) {
  return !op.getConfig() || op.getConfig()->getPasses() == 1;
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
  SmallVector<LoadFragmentOp> repeated;
  for (int64_t slab = 0; slab < slabs; ++slab) {
    FailureOr<Value> value =
        fragmentOf(op, op.getX(), slab, b.getMultiDimIdentityMap(2));
    if (failed(value))
      return failure();
    // L2 should hold on to what is read again. The ops that are cloned computed
    // all slabs at once; they are dead now if nothing else uses them.
    bool kept = keepsSlab(op) && slab == slabs - 1;
    IRMapping map;
    SmallVector<Operation *> made;
    values.push_back(computeAgain(
        b, *value, kept ? Eviction::First : Eviction::Last, map, made));
    if (kept)
      continue;
    for (Operation *again : made)
      if (auto load = dyn_cast<LoadFragmentOp>(again))
        repeated.push_back(load);
  }
  if (op.getConfig() && op.getConfig()->parks())
    for (LoadFragmentOp load : repeated) {
      load.setParked(true);
      load.removeEvictAttr();
    }
  return values;
}

void Distributor::castSlabs(gq::QuantizeOp op, ArrayRef<Value> values,
                            Value scales) {
  Type format = cast<RankedTensorType>(op.getInit().getType()).getElementType();
  size_t count = values.size();
  SmallVector<Value> codes(count);
  for (size_t turn = 0; turn < count; ++turn) {
    // The slab in registers first: its place is needed for the others.
    bool keeps = keepsSlab(op);
    size_t slab = keeps ? (turn + count - 1) % count : turn;
    Value value = values[slab];
    SmallVector<Operation *> made;
    IRMapping map;
    if (count > 1 && (!keeps || turn > 0))
      value = computeAgain(b, value, Eviction::First, map, made);
    auto type = cast<FragmentType>(value.getType());
    auto cast = ScaledCastOp::create(b, op.getLoc(), type.cloneWith(format),
                                     value, scales);
    codes[slab] = cast.getResult();
    made.push_back(cast);
    if (count > 1)
      turns.push_back(made);
  }
  fragments[op.getResult(0)] = codes;
}

/// Ops that the stores of codes may move past, and that do not need the codes.
static bool isIndifferent(Operation *op) {
  return isMemoryEffectFree(op) ||
         isa<LoadFragmentOp, StoreFragmentOp, BlockAbsmaxOp, ElementwiseOp>(op);
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
