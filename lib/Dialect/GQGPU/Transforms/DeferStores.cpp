//===- DeferStores.cpp - store a tile under the next one's first product --===//
//
//     tile_loop { for k { mma; mma_wait; promote }  epilogue, store }
// becomes
//     tile_loop (last tile, its sums) {
//       mma; if any { epilogue of the last tile, store }  mma_wait; promote
//       for further k { mma; mma_wait; promote }
//     }
//     if any { epilogue of the last tile, store }
//
// An epilogue that quantises takes longer than one product runs. Of several
// sums, each is then stored under the product that is promoted into it: on an
// H200 that is 1.8 % of the time at 8192 cubed. Others are 1.5 % slower so.
//
// The sums of a tile stay in their registers until the first promotion of the
// next one, which sets them. Of sums from zero that one is multiplied, not
// added: its accumulator is -0, to which adding changes nothing. Sums of
// elements in memory (`outs` of a product that adds) are loaded into the
// registers that the last tile's leave, each behind the store of its own:
//
//       mma; if any { store sum 0 }  load sum 0; if any { store sum 1 }
//       load sum 1; barrier warp; mma_wait; promote
//
// A load may so come before a store of the tile before it. Tiles are computed
// in any order, so none reads what another one writes.
//
// Only stores that are `deferred` are moved, with what they need of all that is
// behind the K loop. Maxima that warps put into slots for one another are found
// in their tile, and what was read there is kept for the stores. What is not
// understood is left where it is, and a remark says why.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/Roles.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::gqgpu {
#define GEN_PASS_DEF_DEFERSTORESPASS
#include "gq/Dialect/GQGPU/Transforms/Passes.h.inc"
} // namespace mlir::gqgpu

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-defer-stores";

/// May run later, in the same order, with the values that it has now.
static bool mayRunLater(Operation *op) {
  if (auto condition = dyn_cast<scf::IfOp>(op))
    return condition.getNumResults() == 0 &&
           llvm::all_of(condition.thenBlock()->without_terminator(),
                        [](Operation &inner) { return mayRunLater(&inner); });
  return isPure(op) || isa<ElementwiseOp, LoadFragmentOp, LoadScalarOp>(op) ||
         (isa<StoreFragmentOp>(op) && cast<StoreFragmentOp>(op).getDeferred());
}

/// Stays with its tile while other ops run later: maxima of its blocks.
static bool mayStay(Operation *op) {
  return isa<AcquireOp, PutMaximaOp, CommitOp, WaitOp, ReadMaximaOp, ReleaseOp,
             AwaitOffersOp, PushMaximaOp, AwaitPushesOp, MaxPushedOp>(op);
}

/// A store, or one under a condition.
static bool isStore(Operation *op) {
  return op->walk([](StoreFragmentOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

/// Adds up by promotion alone.
static bool isSum(scf::ForOp steps, unsigned number) {
  return llvm::all_of(steps.getRegionIterArg(number).getUses(),
                      [](OpOperand &use) {
                        auto promote = dyn_cast<PromoteOp>(use.getOwner());
                        return promote && promote.getAcc() == use.get();
                      });
}

static bool isZero(Value value) {
  auto splat = value.getDefiningOp<SplatOp>();
  return splat && matchPattern(splat.getValue(), m_AnyZeroFloat());
}

/// A load may move past all from `op` up to `end`, or up to a product.
static bool mayLoadBehind(Operation *op, Operation *end) {
  for (; op != end && !isa<MmaAsyncOp>(op); op = op->getNextNode())
    if (!isPure(op) &&
        !isa<LoadFragmentOp, LoadScalarOp, WaitOp, ReadScalesOp, ElementwiseOp>(
            op))
      return false;
  return true;
}

/// What a sum of `steps` starts from, if that is loaded in front of the loop
/// for nothing else, and may be loaded under the first product.
static LoadFragmentOp loadOf(scf::ForOp steps, unsigned number) {
  auto load = steps.getInitArgs()[number].getDefiningOp<LoadFragmentOp>();
  if (!load || !load->hasOneUse() || load->getBlock() != steps->getBlock() ||
      !mayLoadBehind(load, steps) ||
      !mayLoadBehind(&steps.getBody()->front(),
                     steps.getBody()->getTerminator()))
    return nullptr;
  return load;
}

/// What starts the first product that a step adds to a sum, or the first of all
/// where that is not seen.
static Operation *productOf(scf::ForOp steps, unsigned number) {
  Operation *first = nullptr;
  for (OpOperand &use : steps.getRegionIterArg(number).getUses())
    if (auto promote = dyn_cast<PromoteOp>(use.getOwner()))
      if (auto wait = promote.getSum().getDefiningOp<MmaWaitOp>())
        if (auto product = wait.getValue().getDefiningOp<MmaAsyncOp>();
            product && product->getBlock() == steps.getBody() &&
            (!first || product->isBeforeInBlock(first)))
          first = product;
  return first ? first : *steps.getBody()->getOps<MmaAsyncOp>().begin();
}

namespace {
/// The stores behind the K loop of a tile loop, and what they need.
class Epilogue {
public:
  Epilogue(TileLoopOp tiles, scf::ForOp steps) : steps(steps) {
    SmallVector<Operation *> all;
    for (Operation *op = steps->getNextNode();
         !op->hasTrait<OpTrait::IsTerminator>(); op = op->getNextNode()) {
      all.push_back(op);
      reducing |= isa<LaneMaxOp>(op);
      if (!mayRunLater(op) && !mayStay(op))
        refuse(op->getName().getStringRef() + " is among it");
    }
    llvm::SmallDenseSet<Operation *> needed;
    for (Operation *op : llvm::reverse(all))
      if (isStore(op) || (needed.contains(op) && !mayStay(op))) {
        ops.push_back(op);
        op->walk([&](Operation *inner) {
          for (Value operand : inner->getOperands())
            if (Operation *def = operand.getDefiningOp())
              needed.insert(def);
        });
      }
    std::reverse(ops.begin(), ops.end());
    for (Operation *op : ops)
      op->walk([&](Operation *inner) {
        for (Value operand : inner->getOperands())
          need(tiles, operand);
      });
    if (why)
      return;
    llvm::sort(sums);
    llvm::sort(indices);
    if (sums.empty())
      refuse("what is stored needs no sum of the K loop");
  }

  /// Why it cannot run later.
  std::optional<std::string> why;
  /// Numbers of the K loop's results and of the tile loop's indices that it
  /// needs.
  SmallVector<unsigned> sums, indices;
  /// What was read of slots in its tile.
  SmallVector<Value> kept;

  /// Some of it, which stores one or more of these sums and no other one.
  struct Part {
    SmallVector<unsigned> sums;
    llvm::SmallDenseSet<Operation *> ops;
  };
  Part whole() const {
    Part part{sums, {}};
    part.ops.insert(before.begin(), before.end());
    part.ops.insert(ops.begin(), ops.end());
    return part;
  }

  /// A part for each sum, or the whole where a store needs several. What may
  /// read elements that a store before it writes stays in front of that.
  SmallVector<Part> parts() const {
    SmallVector<Part> parts;
    for (unsigned sum : sums)
      parts.push_back({{sum}, {}});
    for (Operation *op : ops) {
      if (auto load = dyn_cast<LoadFragmentOp>(op); load && load.getCoherent())
        return {whole()};
      if (!isStore(op))
        continue;
      Part needed;
      collect(op, needed);
      if (needed.sums.size() != 1)
        return {whole()};
      Part &part = *llvm::find_if(
          parts, [&](const Part &part) { return part.sums == needed.sums; });
      part.ops.insert(needed.ops.begin(), needed.ops.end());
    }
    return parts;
  }

  /// Takes longer than a product runs.
  bool reduces() const { return reducing; }

  /// Makes a part again, with other values for sums and indices.
  void clone(OpBuilder &b, IRMapping &map, const Part &part) const {
    for (Operation *op : llvm::concat<Operation *const>(before, ops))
      if (part.ops.contains(op))
        b.clone(*op, map)->walk(
            [](StoreFragmentOp store) { store.setDeferred(false); });
  }

  /// What maxima are found of, or the next tile needs, stays.
  void erase() {
    for (Operation *op : llvm::reverse(ops))
      if (op->use_empty())
        op->erase();
  }

private:
  /// `op` and what it needs.
  void collect(Operation *op, Part &part) const {
    if (!part.ops.insert(op).second)
      return;
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands()) {
        Operation *def = operand.getDefiningOp();
        if (def == steps) {
          unsigned number = cast<OpResult>(operand).getResultNumber();
          if (!llvm::is_contained(part.sums, number))
            part.sums.push_back(number);
        } else if (llvm::is_contained(ops, def) ||
                   llvm::is_contained(before, def)) {
          collect(def, part);
        }
      }
    });
  }

  void refuse(const Twine &reason) {
    if (!why)
      why = reason.str();
  }

  void need(TileLoopOp tiles, Value value) {
    Block *body = &tiles.getBody().front();
    Operation *def = value.getDefiningOp();
    if (value.getParentBlock() != body || llvm::is_contained(ops, def) ||
        llvm::is_contained(before, def))
      return;
    if (!def) {
      unsigned number = cast<BlockArgument>(value).getArgNumber();
      if (number >= tiles.getSteps().size())
        return refuse("it needs a value that tiles hand on");
      if (!llvm::is_contained(indices, number))
        indices.push_back(number);
      return;
    }
    if (isa<ReadMaximaOp, MaxPushedOp>(def) &&
        def->isBeforeInBlock(body->getTerminator()) &&
        steps->isBeforeInBlock(def)) {
      if (!llvm::is_contained(kept, value))
        kept.push_back(value);
      return;
    }
    if (def == steps) {
      unsigned number = cast<OpResult>(value).getResultNumber();
      if (llvm::is_contained(sums, number))
        return;
      if (!isa<FragmentType>(value.getType()) || !isSum(steps, number) ||
          (!isZero(steps.getInitArgs()[number]) && !loadOf(steps, number)))
        return refuse("it needs a result of the K loop that is no sum which "
                      "starts at zero or at what is loaded for it alone");
      sums.push_back(number);
      return;
    }
    if ((!isPure(def) && !isa<LoadScalarOp>(def)) || def->getNumRegions() != 0)
      return refuse("it needs a result of " + def->getName().getStringRef());
    for (Value operand : def->getOperands())
      need(tiles, operand);
    before.push_back(def);
  }

  scf::ForOp steps;
  SmallVector<Operation *> ops;
  bool reducing = false;
  /// Index arithmetic in front of the K loop, in an order in which it can be
  /// made again.
  SmallVector<Operation *> before;
};

struct DeferStoresPass : gqgpu::impl::DeferStoresPassBase<DeferStoresPass> {
  void runOnOperation() override {
    if (failed(forEachKernel(getOperation(), [&](KernelOp kernel) {
          llvm::SetVector<TileLoopOp> loops;
          kernel.walk([&](StoreFragmentOp store) {
            if (!store.getDeferred())
              return;
            Operation *parent = store->getParentOp();
            if (isa<scf::IfOp>(parent))
              parent = parent->getParentOp();
            if (auto loop = dyn_cast<TileLoopOp>(parent))
              loops.insert(loop);
            else
              missed(store, "it is not in the body of a tile loop");
          });
          for (TileLoopOp loop : loops)
            defer(loop);
          return success();
        })))
      signalPassFailure();
  }

  static void missed(Operation *op, const Twine &why) {
    gq::remarkMissed(op, kPass, "defer",
                     "a tile is stored before the next one begins: " + why);
  }

  static void defer(TileLoopOp tiles) {
    auto stays = [&](const Twine &why) { missed(tiles, why); };
    scf::ForOp steps;
    for (scf::ForOp loop : tiles.getBody().getOps<scf::ForOp>()) {
      if (loop.getBody()->getOps<MmaAsyncOp>().empty())
        continue;
      if (steps)
        return stays("they have more than one K loop");
      steps = loop;
    }
    if (!steps)
      return stays("they have no K loop whose body starts products");
    std::optional<int64_t> lower = getConstantIntValue(steps.getLowerBound()),
                           upper = getConstantIntValue(steps.getUpperBound()),
                           step = getConstantIntValue(steps.getStep());
    if (!lower || !upper || !step || *lower >= *upper)
      return stays("their K loop is not known to have a first step");
    Epilogue epilogue(tiles, steps);
    if (epilogue.why)
      return stays(*epilogue.why);
    gq::remarkDecision(tiles, kPass, "defer",
                       "each tile is stored under the first product of the "
                       "next one");
    IRRewriter b(tiles.getContext());
    rotate(b, tiles, steps, epilogue);
  }

  static void rotate(RewriterBase &b, TileLoopOp tiles, scf::ForOp steps,
                     Epilogue &epilogue) {
    Location loc = tiles.getLoc();
    b.setInsertionPoint(tiles);
    // Sums and indices of the tile that is still to be stored, and whether
    // there is one.
    SmallVector<Value> inits, yields;
    Value none = arith::ConstantIndexOp::create(b, loc, 0);
    for (unsigned number : epilogue.sums) {
      yields.push_back(steps.getResult(number));
      Type type = yields.back().getType();
      inits.push_back(splat(b, loc, cast<FragmentType>(type), 0.0));
    }
    for (unsigned number : epilogue.indices) {
      yields.push_back(tiles.getInductionVars()[number]);
      inits.push_back(none);
    }
    for (Value value : epilogue.kept) {
      yields.push_back(value);
      inits.push_back(splat(b, loc, cast<FragmentType>(value.getType()), 1.0));
    }
    inits.push_back(arith::ConstantIntOp::create(b, loc, 0, 1));
    auto wider = cast<TileLoopOp>(
        tiles
            .replaceWithAdditionalYields(
                b, inits, /*replaceInitOperandUsesInLoop=*/false,
                [&](OpBuilder &b, Location loc, ArrayRef<BlockArgument>) {
                  yields.push_back(arith::ConstantIntOp::create(b, loc, 1, 1));
                  return yields;
                })
            ->getOperation());
    auto storeOf = [&](const Epilogue::Part &part, ValueRange last) {
      auto condition = scf::IfOp::create(b, loc, last.back());
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(&condition.getThenRegion().front());
      IRMapping map;
      ValueRange left = last;
      auto take = [&](size_t count) {
        ValueRange taken = left.take_front(count);
        left = left.drop_front(count);
        return taken;
      };
      for (auto [number, sum] :
           llvm::zip(epilogue.sums, take(epilogue.sums.size())))
        map.map(steps.getResult(number), sum);
      for (auto [number, index] :
           llvm::zip(epilogue.indices, take(epilogue.indices.size())))
        map.map(wider.getInductionVars()[number], index);
      for (auto [value, last] :
           llvm::zip(epilogue.kept, take(epilogue.kept.size())))
        map.map(value, last);
      epilogue.clone(b, map, part);
    };
    DenseMap<unsigned, LoadFragmentOp> loads;
    for (unsigned number : epilogue.sums)
      if (LoadFragmentOp load = loadOf(steps, number))
        loads[number] = load;
    DenseMap<unsigned, Operation *> products =
        peelFirst(b, steps, epilogue.sums);
    b.setInsertionPointAfter(products.lookup(epilogue.sums.front()));
    bool apart = !loads.empty() || epilogue.reduces();
    for (const Epilogue::Part &part :
         apart ? epilogue.parts() : SmallVector{epilogue.whole()}) {
      // What is loaded there needs the time of the first product.
      if (loads.empty())
        b.setInsertionPointAfter(products.lookup(part.sums.front()));
      storeOf(part, wider.getIterArgs().take_back(inits.size()));
      for (unsigned number : part.sums)
        if (LoadFragmentOp load = loads.lookup(number))
          b.moveOpBefore(load, b.getInsertionBlock(), b.getInsertionPoint());
    }
    // ptxas would load later sums behind the promotion of the first.
    if (loads.size() > 1)
      BarrierOp::create(b, loc, Scope::Warp);
    b.setInsertionPointAfter(wider);
    storeOf(epilogue.whole(), wider.getResults().take_back(inits.size()));
    epilogue.erase();
  }

  static Value splat(OpBuilder &b, Location loc, FragmentType type,
                     double value) {
    return SplatOp::create(
        b, loc, type,
        arith::ConstantOp::create(
            b, loc, b.getFloatAttr(type.getElementType(), value)));
  }

  /// The first step, in front of the loop over the others; what starts the
  /// product that it adds to each sum.
  static DenseMap<unsigned, Operation *>
  peelFirst(RewriterBase &b, scf::ForOp steps, ArrayRef<unsigned> sums) {
    Location loc = steps.getLoc();
    b.setInsertionPoint(steps);
    IRMapping map;
    map.map(steps.getInductionVar(), steps.getLowerBound());
    map.map(steps.getRegionIterArgs(), steps.getInitArgs());
    for (unsigned number : sums) {
      Value sum = steps.getRegionIterArg(number);
      if (isZero(steps.getInitArgs()[number]))
        map.map(sum, splat(b, loc, cast<FragmentType>(sum.getType()), -0.0));
    }
    for (Operation &op : steps.getBody()->without_terminator())
      b.clone(op, map);
    DenseMap<unsigned, Operation *> products;
    for (unsigned number : sums)
      products[number] =
          map.lookup(productOf(steps, number)->getResult(0)).getDefiningOp();
    SmallVector<Value> next;
    for (Value value : steps.getBody()->getTerminator()->getOperands())
      next.push_back(map.lookupOrDefault(value));
    Value second =
        arith::AddIOp::create(b, loc, steps.getLowerBound(), steps.getStep());
    b.modifyOpInPlace(steps, [&] {
      steps.setLowerBound(second);
      steps.getInitArgsMutable().assign(next);
    });
    return products;
  }
};
} // namespace
