//===- Variants.cpp - kernels that the number of rows chooses between -----===//
//
// In:  an op whose config is a #gq.matmul_variants.
// Out: scf.if on the number of rows, a chain of as many branches as there are
//      different configs. Where the number of rows is static, the op with the
//      config for it.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "ConfigRewrites.h"
#include "RowRanges.h"
#include "gq/Support/Remarks.h"

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-apply-config";

namespace {
/// A config and the ranges of rows that it is for.
struct Branch {
  MatmulConfigAttr config;
  SmallVector<size_t> variants;
};
} // namespace

/// How configs were found does not matter.
static bool makeSameKernel(MatmulConfig a, MatmulConfig b) {
  a.candidate = b.candidate = std::nullopt;
  return a == b;
}

/// Configs that are the same are one branch, and so one kernel.
static SmallVector<Branch> branchesOf(MatmulVariantsAttr variants) {
  SmallVector<Branch> branches;
  for (auto [number, config] : llvm::enumerate(variants.getConfigs())) {
    auto *found = llvm::find_if(branches, [config = config](const Branch &b) {
      return makeSameKernel(b.config.getValue(), config.getValue());
    });
    if (found == branches.end())
      found = &branches.emplace_back(Branch{config, {}});
    found->variants.push_back(number);
  }
  return branches;
}

/// What tells the rows of `branches[number]` from those of the branches behind
/// it: those of the branches before may be in the ranges as well.
static SmallVector<RowRange> rangesOf(MatmulVariantsAttr variants,
                                      ArrayRef<Branch> branches,
                                      size_t number) {
  // Variants that are known to be out of the question, or are this branch's.
  llvm::SmallDenseSet<size_t> decided;
  for (const Branch &branch : branches.take_front(number + 1))
    decided.insert_range(branch.variants);
  SmallVector<RowRange> ranges;
  for (size_t variant : branches[number].variants) {
    auto [more, most] = variants.getRows(variant);
    bool least = llvm::all_of(llvm::seq(variant), [&](size_t smaller) {
      return decided.contains(smaller);
    });
    if (least)
      ranges = {{0, most}};
    else
      addRange(ranges, {more, most});
  }
  return ranges;
}

FailureOr<bool> mlir::gq::branchOnRows(RewriterBase &rewriter,
                                       BlockOpInterface op) {
  auto variants = dyn_cast<MatmulVariantsAttr>(op.getStrategy());
  if (!variants)
    return false;
  if (failed(op.requireTensors()))
    return failure();
  RowCount count(op);
  const int64_t known = count.known;
  SmallVector<Branch> branches = branchesOf(variants);
  if (!ShapedType::isDynamic(known) || branches.size() == 1) {
    op.setStrategy(ShapedType::isDynamic(known) ? branches.front().config
                                                : variants.getConfigFor(known));
    return true;
  }
  std::string refusal;
  std::optional<BranchParts> parts = partsOfBranch(op, refusal);
  if (!parts)
    return op->emitOpError("has ")
               << branches.size() << " variants, which are chosen at launch; "
               << refusal,
           failure();

  Location loc = op.getLoc();
  rewriter.setInsertionPoint(parts->root);
  Value rows = count.create(rewriter, loc);
  remarkDecision(op, kPass, "variants",
                 Twine(branches.size()) +
                     " kernels, one of which the number of rows takes");
  SmallVector<StrategyAttrInterface> configs;
  for (const Branch &branch : branches)
    configs.push_back(branch.config);
  branchTo(rewriter, op, *parts, configs, [&](OpBuilder &b, size_t number) {
    return createIsIn(b, loc, rows, rangesOf(variants, branches, number));
  });
  return true;
}
