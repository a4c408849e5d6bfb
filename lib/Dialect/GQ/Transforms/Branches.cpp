//===- Branches.cpp - what goes into the branches around an op ------------===//
//
// The op with one of its configs, the ops that its kernel stores instead of it
// (the elementwise chain behind it, a transpose) and those that are computed in
// its tiles.
//
// All of these ops are pure, so those that a branch computes for itself are
// copies, and the originals go where nobody else uses them.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "OuterLoops.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::gq;

bool mlir::gq::isOnHost(Operation *op) {
  Operation *parent = op->getParentOp();
  while (isa_and_nonnull<scf::IfOp>(parent))
    parent = parent->getParentOp();
  return isa_and_nonnull<func::FuncOp>(parent);
}

bool mlir::gq::isInTiles(BlockOpInterface op) {
  if (getOuterLoop(op))
    return false;
  auto loop = op->getParentOfType<scf::ForallOp>();
  for (; loop; loop = loop->getParentOfType<scf::ForallOp>()) {
    std::optional<ArrayAttr> mapping = loop.getMapping();
    if (!mapping || mapping->empty() ||
        !llvm::all_of(*mapping, llvm::IsaPred<gpu::GPUBlockMappingAttr>))
      continue;
    WalkResult decided = loop.getBody()->walk([](BlockOpInterface other) {
      return !other.getKernelWord().empty() && other.getStrategy()
                 ? WalkResult::interrupt()
                 : WalkResult::advance();
    });
    if (decided.wasInterrupted())
      return true;
  }
  return false;
}

namespace {
/// Finds the parts of `anchor`, whose block they are all in.
class PartFinder {
public:
  explicit PartFinder(BlockOpInterface anchor)
      : anchor(anchor), root(lastFusableConsumer(anchor)),
        dual(takesDual(anchor) ? dualOf(anchor) : BlockOpInterface()),
        decode(takesDequantize(anchor) ? fusableDequantize(anchor)
                                       : DequantizeOp()) {}

  /// False if something between the parts neither comes before all of them nor
  /// goes into the branches; it is `blocking`.
  bool find(BranchParts &parts);

  Operation *blocking = nullptr;

private:
  bool visitProduct(Operation *op);
  bool visitOperands(Operation *op, bool isInside);
  bool visit(Operation *def, bool isInside);

  BlockOpInterface anchor;
  Operation *root;
  BlockOpInterface dual;
  DequantizeOp decode;
  DenseSet<Operation *> dependents; ///< on a result of the root
  SetVector<Operation *> inside, before;
};
} // namespace

/// Values that `op` uses, in its regions as well.
static void forEachOperand(Operation *op,
                           llvm::function_ref<void(Value)> body) {
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      body(operand);
  });
}

/// Made in the tiles of the kernel that needs it; see gq-tile.
static bool isMadeInTiles(Operation *op) {
  return getElementwise(op) || isa<linalg::FillOp, tensor::EmptyOp>(op);
}

bool PartFinder::visitOperands(Operation *op, bool isInside) {
  bool fine = true;
  forEachOperand(op, [&](Value operand) {
    Operation *def = operand.getDefiningOp();
    if (fine && def && def->getBlock() == anchor->getBlock())
      fine = visit(def, isInside);
  });
  return fine;
}

/// What a product reads lies in memory: a kernel of its own makes it, before
/// the branches.
bool PartFinder::visitProduct(Operation *op) {
  auto product = cast<BlockOpInterface>(op);
  return llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
    Operation *def = operand.get().getDefiningOp();
    return !def || def->getBlock() != anchor->getBlock() ||
           visit(def, product.isDpsInit(&operand) || def == decode);
  });
}

bool PartFinder::visit(Operation *def, bool isInside) {
  if (isInside && inside.contains(def))
    return true;
  if (isInside && ((dual && def == dual) || (decode && def == decode))) {
    inside.insert(def);
    return visitProduct(def);
  }
  bool depends = dependents.contains(def);
  if (isInside && (isMadeInTiles(def) ||
                   (depends && isPure(def) && def->getNumRegions() == 0 &&
                    !isa<BlockOpInterface>(def)))) {
    inside.insert(def);
    return visitOperands(def, true);
  }
  if (def->isBeforeInBlock(root) || before.contains(def))
    return true;
  if (depends || !isMemoryEffectFree(def)) {
    blocking = def;
    return false;
  }
  before.insert(def);
  return visitOperands(def, false);
}

bool PartFinder::find(BranchParts &parts) {
  parts.root = root;
  parts.stored.push_back(anchor);
  for (Operation *op = anchor; op != root;) {
    op = *op->user_begin();
    parts.stored.push_back(op);
  }
  if (Operation *transpose = fusableTranspose(anchor))
    parts.stored.push_back(transpose);

  dependents.insert(root);
  for (Operation *op = root->getNextNode(); op; op = op->getNextNode())
    forEachOperand(op, [&](Value operand) {
      if (dependents.contains(operand.getDefiningOp()))
        dependents.insert(op);
    });
  inside.insert_range(parts.stored);
  for (Operation *op : parts.stored)
    if (op == anchor ? !visitProduct(op) : !visitOperands(op, true))
      return false;

  auto inOrder = [](const SetVector<Operation *> &ops) {
    SmallVector<Operation *> sorted(ops.begin(), ops.end());
    llvm::sort(sorted, [](Operation *a, Operation *b) {
      return a->isBeforeInBlock(b);
    });
    return sorted;
  };
  parts.inside = inOrder(inside);
  parts.before = inOrder(before);
  parts.dual = dual;
  parts.decode = decode;
  return true;
}

std::optional<BranchParts> mlir::gq::partsOfBranch(BlockOpInterface op,
                                                   std::string &refusal) {
  if (!isOnHost(op)) {
    refusal = ("expects to be in a function or in an scf.if there, got '" +
               op->getParentOp()->getName().getStringRef() + "'")
                  .str();
    return std::nullopt;
  }
  BranchParts parts;
  PartFinder finder(op);
  if (finder.find(parts))
    return parts;
  refusal = ("expects what its kernel reads to be computed in front of it, got "
             "'" +
             finder.blocking->getName().getStringRef() + "' behind it")
                .str();
  return std::nullopt;
}

bool mlir::gq::canBranch(BlockOpInterface op, std::string &refusal) {
  return partsOfBranch(op, refusal).has_value();
}

/// The results of stored ops that are used outside of the branches: by other
/// ops, or by those that stay since other ops use them.
static SmallVector<Value> resultsOf(const BranchParts &parts) {
  DenseSet<Operation *> stored(parts.stored.begin(), parts.stored.end());
  DenseSet<Operation *> gone(parts.inside.begin(), parts.inside.end());
  auto isUsed = [&](Operation *op) {
    return llvm::any_of(op->getUsers(), [&](Operation *user) {
      return !gone.contains(op->getBlock()->findAncestorOpInBlock(*user));
    });
  };
  for (Operation *op : llvm::reverse(parts.inside))
    if (!stored.contains(op) && isUsed(op))
      gone.erase(op);
  SmallVector<Value> results;
  for (Operation *op : parts.stored)
    if (isUsed(op))
      llvm::append_range(results, op->getResults());
  return results;
}

void mlir::gq::branchTo(
    RewriterBase &rewriter, BlockOpInterface op, const BranchParts &parts,
    ArrayRef<StrategyAttrInterface> configs,
    llvm::function_ref<Value(OpBuilder &, size_t)> condition) {
  Location loc = op.getLoc();
  for (Operation *before : parts.before)
    rewriter.moveOpBefore(before, parts.root);
  rewriter.setInsertionPoint(parts.root);
  SmallVector<Value> results = resultsOf(parts);
  auto fill = [&](OpBuilder &b, StrategyAttrInterface config) {
    IRMapping map;
    for (Operation *part : parts.inside) {
      Operation *copy = b.clone(*part, map);
      if (part == op)
        cast<BlockOpInterface>(copy).setStrategy(config);
      if ((part == parts.dual && takesDual(config)) ||
          (part == parts.decode && takesDequantize(config)))
        cast<BlockOpInterface>(copy).setStrategy({});
    }
    scf::YieldOp::create(b, loc,
                         llvm::map_to_vector(results, [&](Value result) {
                           return map.lookup(result);
                         }));
  };
  std::function<scf::IfOp(OpBuilder &, size_t)> choose = [&](OpBuilder &b,
                                                             size_t number) {
    return scf::IfOp::create(
        b, loc, condition(b, number),
        [&](OpBuilder &b, Location) { fill(b, configs[number]); },
        [&](OpBuilder &b, Location) {
          if (number + 2 == configs.size())
            return fill(b, configs.back());
          scf::IfOp others = choose(b, number + 1);
          scf::YieldOp::create(b, loc, others.getResults());
        });
  };
  scf::IfOp choice = choose(rewriter, 0);
  for (auto [result, replacement] : llvm::zip(results, choice.getResults()))
    rewriter.replaceAllUsesWith(result, replacement);
  for (Operation *part : llvm::reverse(parts.inside))
    if (part->use_empty())
      rewriter.eraseOp(part);
}
