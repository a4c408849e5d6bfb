//===- DualBranch.cpp - two ops in one kernel, for some rows --------------===//
//
// In:  a product with variants of which some, not all, have `dual = true`; or
//      `dequantize = true`.
// Out: scf.if on the number of rows: the product with the other variants, and
//      the other product, or the gq.dequantize, with a config of its own; or
//      with those that have the key, and the other op without a config.
//
//===----------------------------------------------------------------------===//
#include "Branches.h"
#include "ConfigRewrites.h"
#include "RowRanges.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"

using namespace mlir;
using namespace mlir::gq;

/// Ranges whose configs have or have not `key`; neighbours are one.
static SmallVector<RowRange> rangesOf(MatmulVariantsAttr variants,
                                      bool MatmulConfig::*key, bool has) {
  SmallVector<RowRange> ranges;
  for (auto [number, config] : llvm::enumerate(variants.getConfigs())) {
    if (config.getValue().*key != has)
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

/// In two branches, of variants that have `key` and that have not; `other` has
/// a config in one of them.
static FailureOr<bool> branchOn(RewriterBase &rewriter, BlockOpInterface op,
                                BlockOpInterface other, bool MatmulConfig::*key,
                                StringRef word) {
  auto variants = cast<MatmulVariantsAttr>(op.getStrategy());
  RowCount count(op);
  if (!ShapedType::isDynamic(count.known)) {
    MatmulConfigAttr config = variants.getConfigFor(count.known);
    op.setStrategy(config);
    if (config.getValue().*key)
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
    return op->emitOpError("has variants with ")
               << word << " = true and others, which are chosen at launch; "
               << refusal,
           failure();
  SmallVector<RowRange> apart = rangesOf(variants, key, /*has=*/false);
  StrategyAttrInterface configs[2];
  for (bool has : {false, true})
    configs[has] = keepFor(
        variants, rangesOf(variants, key, has),
        [&](MatmulConfigAttr config) { return config.getValue().*key == has; });
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

FailureOr<bool> mlir::gq::branchOnDual(RewriterBase &rewriter,
                                       BlockOpInterface op) {
  if (!isa<MatmulVariantsAttr>(op.getStrategy()) || !takesDual(op) ||
      alwaysTakesDual(op))
    return false;
  if (failed(op.requireTensors()))
    return failure();
  FailureOr<BlockOpInterface> other = requireDual(op);
  if (failed(other))
    return failure();
  return branchOn(rewriter, op, *other, &MatmulConfig::dual, "dual");
}

FailureOr<bool> mlir::gq::branchOnDequantize(RewriterBase &rewriter,
                                             BlockOpInterface op) {
  if (!isa<MatmulVariantsAttr>(op.getStrategy()) || !takesDequantize(op) ||
      alwaysTakesDequantize(op))
    return false;
  if (failed(op.requireTensors()))
    return failure();
  FailureOr<DequantizeOp> decode = requireDequantize(op);
  if (failed(decode))
    return failure();
  return branchOn(rewriter, op, cast<BlockOpInterface>(decode->getOperation()),
                  &MatmulConfig::dequantize, "dequantize");
}
