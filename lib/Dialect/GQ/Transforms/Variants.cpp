//===- Variants.cpp - kernels that sizes choose between -------------------===//
//
// In:  an op whose config is a #gq.matmul_variants.
// Out: scf.if on the number of rows, a chain of as many branches as there are
//      different configs; in each branch the op with one of them, the ops that
//      its kernel stores instead of it (the elementwise chain behind it, a
//      transpose) and those that are computed in its tiles. Where the number of
//      rows is static, the op with the config for it.
//
// All of these ops are pure, so those that a branch computes for itself are
// copies, and the originals go where nobody else uses them.
//
//===----------------------------------------------------------------------===//
#include "Variants.h"
#include "ConfigRewrites.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Support/Remarks.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-apply-config";

bool mlir::gq::isOnHost(Operation *op) {
  Operation *parent = op->getParentOp();
  while (isa_and_nonnull<scf::IfOp>(parent))
    parent = parent->getParentOp();
  return isa_and_nonnull<func::FuncOp>(parent);
}

//===----------------------------------------------------------------------===//
// What goes into a branch
//===----------------------------------------------------------------------===//

namespace {
/// The ops of a kernel, in the order of their block.
struct Parts {
  /// Those that the kernel stores instead of: they exist in branches only.
  SmallVector<Operation *> stored;
  /// `stored`, and what is computed for them in each branch.
  SmallVector<Operation *> inside;
  /// What stands behind `root` and is needed in front of the branches.
  SmallVector<Operation *> before;
  /// The last of the elementwise chain, in whose place the branches are: what
  /// uses a result of the stored ops stands behind it.
  Operation *root;
};

/// Finds the parts of `anchor`, whose block they are all in.
class PartFinder {
public:
  explicit PartFinder(BlockOpInterface anchor)
      : anchor(anchor), root(lastFusableConsumer(anchor)) {}

  /// False if something between the parts neither comes before all of them nor
  /// goes into the branches; it is `blocking`.
  bool find(Parts &parts);

  Operation *blocking = nullptr;

private:
  bool visitOperands(Operation *op, bool isInside);
  bool visit(Operation *def, bool isInside);

  BlockOpInterface anchor;
  Operation *root;
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

bool PartFinder::visit(Operation *def, bool isInside) {
  if (isInside && inside.contains(def))
    return true;
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

bool PartFinder::find(Parts &parts) {
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
    if (!visitOperands(op, true))
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
  return true;
}

static std::optional<Parts> partsOf(BlockOpInterface op, std::string &refusal) {
  if (!isOnHost(op)) {
    refusal = ("expects to be in a function or in an scf.if there, got '" +
               op->getParentOp()->getName().getStringRef() + "'")
                  .str();
    return std::nullopt;
  }
  Parts parts;
  PartFinder finder(op);
  if (finder.find(parts))
    return parts;
  refusal = ("expects what its kernel reads to be computed in front of it, got "
             "'" +
             finder.blocking->getName().getStringRef() + "' behind it")
                .str();
  return std::nullopt;
}

bool mlir::gq::canBranchOnRows(BlockOpInterface op, std::string &refusal) {
  return partsOf(op, refusal).has_value();
}

/// The results of stored ops that are used outside of the branches: by other
/// ops, or by those that stay since other ops use them.
static SmallVector<Value> resultsOf(const Parts &parts) {
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

//===----------------------------------------------------------------------===//
// Which branch
//===----------------------------------------------------------------------===//

namespace {
/// A config and the ranges of rows that it is for.
struct Branch {
  MatmulConfigAttr config;
  SmallVector<size_t> variants;
};
} // namespace

/// Whether two configs make the same kernel; how they were found does not
/// matter.
static bool areSame(MatmulConfigAttr a, MatmulConfigAttr b) {
  MatmulConfig first = a.getValue(), second = b.getValue();
  first.candidate = second.candidate = std::nullopt;
  return first == second;
}

/// Configs that are the same are one branch, and so one kernel.
static SmallVector<Branch> branchesOf(MatmulVariantsAttr variants) {
  SmallVector<Branch> branches;
  for (auto [number, config] : llvm::enumerate(variants.getConfigs())) {
    auto *found = llvm::find_if(branches, [config = config](const Branch &b) {
      return areSame(b.config, config);
    });
    if (found == branches.end())
      found = &branches.emplace_back(Branch{config, {}});
    found->variants.push_back(number);
  }
  return branches;
}

/// Whether `rows` are in a range of `branches[number]`, where it is known that
/// they are in none of those before.
static Value isIn(OpBuilder &b, Location loc, Value rows,
                  MatmulVariantsAttr variants, ArrayRef<Branch> branches,
                  size_t number) {
  auto compare = [&](arith::CmpIPredicate predicate, int64_t limit) -> Value {
    Value bound = arith::ConstantIndexOp::create(b, loc, limit);
    return arith::CmpIOp::create(b, loc, predicate, rows, bound);
  };
  // Ranges that are known to be out of the question, or are this branch's.
  llvm::SmallDenseSet<size_t> decided;
  for (const Branch &branch : branches.take_front(number + 1))
    decided.insert_range(branch.variants);
  Value condition;
  for (size_t variant : branches[number].variants) {
    auto [more, most] = variants.getRows(variant);
    bool least = llvm::all_of(llvm::seq(variant), [&](size_t smaller) {
      return decided.contains(smaller);
    });
    Value in = most ? compare(arith::CmpIPredicate::sle, *most) : Value();
    if (!least) {
      Value above = compare(arith::CmpIPredicate::sgt, more);
      in = in ? arith::AndIOp::create(b, loc, above, in).getResult() : above;
    }
    // What a larger range holds as well need not be asked for.
    condition = !condition || least
                    ? in
                    : arith::OrIOp::create(b, loc, condition, in).getResult();
  }
  return condition;
}

FailureOr<bool> mlir::gq::branchOnRows(RewriterBase &rewriter,
                                       BlockOpInterface op) {
  auto variants = dyn_cast<MatmulVariantsAttr>(op.getStrategy());
  if (!variants)
    return false;
  if (failed(op.requireTensors()))
    return failure();
  constexpr unsigned kRows = 0;
  auto [operand, dim] = op.getExtent(kRows);
  Value counted = op->getOperand(operand);
  int64_t known = cast<ShapedType>(counted.getType()).getDimSize(dim);
  SmallVector<Branch> branches = branchesOf(variants);
  if (!ShapedType::isDynamic(known) || branches.size() == 1) {
    op.setStrategy(ShapedType::isDynamic(known) ? branches.front().config
                                                : variants.getConfigFor(known));
    return true;
  }
  std::string refusal;
  std::optional<Parts> parts = partsOf(op, refusal);
  if (!parts)
    return op->emitOpError("has ")
               << branches.size() << " variants, which are chosen at launch; "
               << refusal,
           failure();

  Location loc = op.getLoc();
  for (Operation *before : parts->before)
    rewriter.moveOpBefore(before, parts->root);
  rewriter.setInsertionPoint(parts->root);
  SmallVector<Value> results = resultsOf(*parts);
  Value rows = tensor::DimOp::create(rewriter, loc, counted, dim);
  auto fill = [&](OpBuilder &b, const Branch &branch) {
    IRMapping map;
    for (Operation *part : parts->inside) {
      Operation *copy = b.clone(*part, map);
      if (part == op)
        cast<BlockOpInterface>(copy).setStrategy(branch.config);
    }
    scf::YieldOp::create(b, loc,
                         llvm::map_to_vector(results, [&](Value result) {
                           return map.lookup(result);
                         }));
  };
  std::function<scf::IfOp(OpBuilder &, size_t)> choose = [&](OpBuilder &b,
                                                             size_t number) {
    Value condition = isIn(b, loc, rows, variants, branches, number);
    return scf::IfOp::create(
        b, loc, condition,
        [&](OpBuilder &b, Location) { fill(b, branches[number]); },
        [&](OpBuilder &b, Location) {
          if (number + 2 == branches.size())
            return fill(b, branches.back());
          scf::IfOp others = choose(b, number + 1);
          scf::YieldOp::create(b, loc, others.getResults());
        });
  };
  remarkDecision(op, kPass, "variants",
                 Twine(branches.size()) +
                     " kernels, one of which the number of rows takes");
  scf::IfOp choice = choose(rewriter, 0);
  for (auto [result, replacement] : llvm::zip(results, choice.getResults()))
    rewriter.replaceAllUsesWith(result, replacement);
  for (Operation *part : llvm::reverse(parts->inside))
    if (part->use_empty())
      rewriter.eraseOp(part);
  return true;
}
