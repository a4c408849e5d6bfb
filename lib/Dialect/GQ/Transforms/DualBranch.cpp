//===- DualBranch.cpp - two products in one kernel, for some rows ---------===//
//
// In:  a product with variants of which some, not all, have `dual = true`.
// Out: scf.if on the number of rows: the product with the other variants, and
//      the other product with a config of its own; or with those that are dual,
//      and the other product without a config.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "ConfigRewrites.h"
#include "RowRanges.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"

using namespace mlir;
using namespace mlir::gq;

/// Ranges that are or are not dual.
static SmallVector<RowRange> rangesOf(MatmulVariantsAttr variants, bool dual) {
  SmallVector<RowRange> ranges;
  for (auto [number, config] : llvm::enumerate(variants.getConfigs())) {
    if (config.getValue().dual != dual)
      continue;
    auto [more, most] = variants.getRows(number);
    addRange(ranges, {more, most});
  }
  return ranges;
}

/// `strategy` without variants for rows that are in none of `ranges`. The rows
/// of one that goes belong to the one behind it then, or to the last.
static StrategyAttrInterface
keepFor(StrategyAttrInterface strategy, ArrayRef<RowRange> ranges,
        llvm::function_ref<bool(MatmulConfigAttr)> keeps) {
  auto variants = dyn_cast_or_null<MatmulVariantsAttr>(strategy);
  if (!variants)
    return strategy;
  SmallVector<int64_t> limits;
  SmallVector<MatmulConfigAttr> configs;
  for (auto [number, config] : llvm::enumerate(variants.getConfigs())) {
    auto [more, most] = variants.getRows(number);
    bool meets =
        llvm::any_of(ranges, [&, more = more, most = most](RowRange in) {
          return (!in.most || more < *in.most) && (!most || in.more < *most);
        });
    if (!meets || !keeps(config))
      continue;
    configs.push_back(config);
    limits.push_back(most.value_or(ShapedType::kDynamic));
  }
  if (configs.size() == 1)
    return configs.front();
  limits.pop_back();
  return MatmulVariantsAttr::get(strategy.getContext(), limits, configs);
}

FailureOr<bool> mlir::gq::branchOnDual(RewriterBase &rewriter,
                                       BlockOpInterface op) {
  auto variants = dyn_cast<MatmulVariantsAttr>(op.getStrategy());
  if (!variants || !takesDual(op) || alwaysTakesDual(op))
    return false;
  if (failed(op.requireTensors()))
    return failure();
  FailureOr<BlockOpInterface> found = requireDual(op);
  if (failed(found))
    return failure();
  BlockOpInterface other = *found;
  RowCount count(op);
  if (!ShapedType::isDynamic(count.known)) {
    MatmulConfigAttr config = variants.getConfigFor(count.known);
    op.setStrategy(config);
    if (config.getValue().dual)
      other.setStrategy({});
    return true;
  }
  if (!other.getStrategy())
    return other->emitOpError("has no config, and is not computed in the tiles "
                              "of another product for all numbers of rows; run "
                              "gq-select-config first"),
           failure();
  std::string refusal;
  std::optional<BranchParts> parts = partsOfBranch(op, refusal);
  if (!parts)
    return op->emitOpError("has variants with dual = true and others, which "
                           "are chosen at launch; ")
               << refusal,
           failure();
  SmallVector<RowRange> apart = rangesOf(variants, /*dual=*/false);
  StrategyAttrInterface configs[2];
  for (bool dual : {false, true})
    configs[dual] = keepFor(variants, rangesOf(variants, dual),
                            [&](MatmulConfigAttr config) {
                              return config.getValue().dual == dual;
                            });
  other.setStrategy(keepFor(other.getStrategy(), apart,
                            [](MatmulConfigAttr) { return true; }));
  rewriter.setInsertionPoint(parts->root);
  Location loc = op.getLoc();
  Value rows = count.create(rewriter, loc);
  branchTo(rewriter, op, *parts, configs, [&](OpBuilder &b, size_t) {
    return createIsIn(b, loc, rows, apart);
  });
  return true;
}
