//===- RoleSlice.cpp - the part of some code that one role needs ----------===//
#include "RoleSlice.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace mlir::gqgpu;

bool mlir::gqgpu::isFill(Operation *op) {
  return isa<AcquireOp, TmaLoadOp, CopyLoadOp, CommitOp>(op);
}

Value mlir::gqgpu::ringFilledBy(Operation *fill) {
  if (auto acquire = dyn_cast<AcquireOp>(fill))
    return acquire.getRing();
  if (auto commit = dyn_cast<CommitOp>(fill))
    return commit.getRing();
  if (auto load = dyn_cast<TmaLoadOp>(fill))
    return load.getRing();
  return cast<CopyLoadOp>(fill).getRing();
}

bool mlir::gqgpu::isUse(Operation *op) {
  return isa<WaitOp, SlotReadOp, ReleaseOp, StoreOp, LoadOp, SumOverPeersOp,
             MaxOverPeersOp, CombinePartsOp>(op);
}

bool mlir::gqgpu::isOfEachRole(Operation *op) {
  return isa<LoadScalarOp>(op) || isMemoryEffectFree(op) ||
         op->hasTrait<OpTrait::HasRecursiveMemoryEffects>();
}

/// What a slice takes apart; other ops with regions go whole.
static bool isTakenApart(Operation *op) {
  return isa<scf::ForOp, scf::IfOp, TileLoopOp>(op);
}

RoleSlice::RoleSlice(ArrayRef<Operation *> code,
                     llvm::function_ref<bool(Operation *)> performs)
    : code(code) {
  for (Operation *op : code)
    op->walk([&](Operation *inner) {
      if (performs(inner))
        need(inner);
    });
}

bool RoleSlice::contains(Operation *op) const {
  for (; op; op = op->getParentOp())
    if (llvm::is_contained(code, op))
      return true;
  return false;
}

//===----------------------------------------------------------------------===//
// What is needed
//===----------------------------------------------------------------------===//

void RoleSlice::need(Operation *op) {
  if (!contains(op) || !ops.insert(op).second)
    return;
  if (!llvm::is_contained(code, op))
    need(op->getParentOp());
  // Loops keep only the values that are needed; other ops need all operands.
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    need(loop.getLowerBound());
    need(loop.getUpperBound());
    need(loop.getStep());
    return;
  }
  if (auto loop = dyn_cast<TileLoopOp>(op)) {
    for (Value bound : loop.getUbs())
      need(bound);
    return;
  }
  for (Value operand : op->getOperands())
    need(operand);
  if (isTakenApart(op))
    return;
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands())
      if (!op->isAncestor(operand.getParentRegion()->getParentOp()))
        need(operand);
  });
}

/// Value `i` that a loop carries, or a branch returns: where it starts, its
/// next value, its result.
void RoleSlice::needCarried(Operation *op, unsigned i) {
  if (!carried.insert({op, i}).second)
    return;
  need(op);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    need(loop.getInitArgs()[i]);
  if (auto loop = dyn_cast<TileLoopOp>(op))
    need(loop.getInits()[i]);
  for (Region &region : op->getRegions())
    if (!region.empty())
      need(region.front().getTerminator()->getOperand(i));
}

void RoleSlice::need(Value value) {
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    Operation *parent = arg.getOwner()->getParentOp();
    if (!contains(parent))
      return;
    unsigned ivs = 0;
    if (auto loop = dyn_cast<TileLoopOp>(parent))
      ivs = loop.getNumIndices();
    else if (isa<scf::ForOp>(parent))
      ivs = 1;
    else
      return; // argument of an op that is cloned whole
    if (arg.getArgNumber() >= ivs)
      needCarried(parent, arg.getArgNumber() - ivs);
    return;
  }
  Operation *def = value.getDefiningOp();
  if (!contains(def))
    return;
  if (isTakenApart(def))
    needCarried(def, cast<OpResult>(value).getResultNumber());
  else
    need(def);
}

//===----------------------------------------------------------------------===//
// Clones
//===----------------------------------------------------------------------===//

SmallVector<unsigned> RoleSlice::keptOf(Operation *op) const {
  SmallVector<unsigned> kept;
  for (unsigned i = 0; i < op->getNumResults(); ++i)
    if (carried.contains({op, i}))
      kept.push_back(i);
  return kept;
}

static SmallVector<Value> lookup(IRMapping &map, ValueRange values,
                                 ArrayRef<unsigned> which) {
  SmallVector<Value> found;
  for (unsigned i : which)
    found.push_back(map.lookupOrDefault(values[i]));
  return found;
}

void RoleSlice::clone(OpBuilder &b, IRMapping &map) {
  for (Operation *op : code)
    if (ops.contains(op))
      cloneOp(b, op, map);
}

void RoleSlice::cloneOp(OpBuilder &b, Operation *op, IRMapping &map) {
  if (isa<scf::ForOp>(op))
    cloneFor(b, op, map);
  else if (isa<TileLoopOp>(op))
    cloneTileLoop(b, op, map);
  else if (isa<scf::IfOp>(op))
    cloneIf(b, op, map);
  else
    b.clone(*op, map);
}

/// The ops of a block but its terminator.
void RoleSlice::cloneBlock(OpBuilder &b, Block &from, IRMapping &map) {
  for (Operation &inner : from.without_terminator())
    if (ops.contains(&inner))
      cloneOp(b, &inner, map);
}

void RoleSlice::cloneFor(OpBuilder &b, Operation *op, IRMapping &map) {
  auto loop = cast<scf::ForOp>(op);
  SmallVector<unsigned> kept = keptOf(op);
  auto copy = scf::ForOp::create(b, op->getLoc(),
                                 map.lookupOrDefault(loop.getLowerBound()),
                                 map.lookupOrDefault(loop.getUpperBound()),
                                 map.lookupOrDefault(loop.getStep()),
                                 lookup(map, loop.getInitArgs(), kept));
  copy->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  map.map(loop.getInductionVar(), copy.getInductionVar());
  for (auto [i, arg, result] :
       llvm::zip(kept, copy.getRegionIterArgs(), copy.getResults())) {
    map.map(loop.getRegionIterArgs()[i], arg);
    map.map(loop.getResult(i), result);
  }
  if (!copy.getBody()->empty())
    copy.getBody()->back().erase();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(copy.getBody());
  cloneBlock(b, *loop.getBody(), map);
  scf::YieldOp::create(
      b, op->getLoc(),
      lookup(map, loop.getBody()->getTerminator()->getOperands(), kept));
}

void RoleSlice::cloneTileLoop(OpBuilder &b, Operation *op, IRMapping &map) {
  auto loop = cast<TileLoopOp>(op);
  SmallVector<unsigned> kept = keptOf(op);
  SmallVector<Value> ubs;
  for (Value ub : loop.getUbs())
    ubs.push_back(map.lookupOrDefault(ub));
  auto copy = TileLoopOp::create(
      b, op->getLoc(), ubs, loop.getSteps(), loop.getRaster(),
      loop.getPersistent(), lookup(map, loop.getInits(), kept), loop.getTurn(),
      loop.getTurns(), loop.getDepth(), loop.getRanges());
  copy->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  map.map(loop.getBody().getArguments().take_front(loop.getNumIndices()),
          copy.getBody().getArguments().take_front(copy.getNumIndices()));
  for (auto [i, arg, result] :
       llvm::zip(kept, copy.getIterArgs(), copy.getResults())) {
    map.map(loop.getIterArgs()[i], arg);
    map.map(loop.getResult(i), result);
  }
  OpBuilder::InsertionGuard guard(b);
  Block &body = loop.getBody().front();
  b.setInsertionPointToEnd(&copy.getBody().front());
  cloneBlock(b, body, map);
  YieldOp::create(b, op->getLoc(),
                  lookup(map, body.getTerminator()->getOperands(), kept));
}

void RoleSlice::cloneIf(OpBuilder &b, Operation *op, IRMapping &map) {
  auto branch = cast<scf::IfOp>(op);
  SmallVector<unsigned> kept = keptOf(op);
  SmallVector<Type> types;
  for (unsigned i : kept)
    types.push_back(op->getResult(i).getType());
  auto copy = scf::IfOp::create(b, op->getLoc(), types,
                                map.lookupOrDefault(branch.getCondition()),
                                /*addThenBlock=*/true,
                                /*addElseBlock=*/branch.elseBlock() != nullptr);
  copy->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  for (auto [i, result] : llvm::zip(kept, copy.getResults()))
    map.map(branch.getResult(i), result);
  OpBuilder::InsertionGuard guard(b);
  for (auto [from, to] : llvm::zip(op->getRegions(), copy->getRegions())) {
    if (from.empty())
      continue;
    if (!to.front().empty())
      to.front().back().erase();
    b.setInsertionPointToEnd(&to.front());
    cloneBlock(b, from.front(), map);
    scf::YieldOp::create(
        b, op->getLoc(),
        lookup(map, from.front().getTerminator()->getOperands(), kept));
  }
}
