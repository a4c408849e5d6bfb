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
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::gq;

namespace {
/// Numbers of rows that a variant is for.
struct RowRange {
  int64_t more;
  std::optional<int64_t> most;
};
} // namespace

/// Ranges that are or are not dual; neighbours are one.
static SmallVector<RowRange> rangesOf(MatmulVariantsAttr variants, bool dual) {
  SmallVector<RowRange> ranges;
  for (auto [number, config] : llvm::enumerate(variants.getConfigs())) {
    if (config.getValue().dual != dual)
      continue;
    auto [more, most] = variants.getRows(number);
    if (!ranges.empty() && ranges.back().most == more)
      ranges.back().most = most;
    else
      ranges.push_back({more, most});
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

/// Whether `rows` are in one of `ranges`.
static Value isIn(OpBuilder &b, Location loc, Value rows,
                  ArrayRef<RowRange> ranges) {
  auto compare = [&](arith::CmpIPredicate predicate, int64_t limit) -> Value {
    Value bound = arith::ConstantIndexOp::create(b, loc, limit);
    return arith::CmpIOp::create(b, loc, predicate, rows, bound);
  };
  Value any;
  for (const RowRange &range : ranges) {
    Value in;
    if (range.most)
      in = compare(arith::CmpIPredicate::sle, *range.most);
    if (range.more > 0 || !in) {
      Value above = compare(arith::CmpIPredicate::sgt, range.more);
      in = in ? arith::AndIOp::create(b, loc, above, in).getResult() : above;
    }
    any = any ? arith::OrIOp::create(b, loc, any, in).getResult() : in;
  }
  return any;
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
  constexpr unsigned kRows = 0;
  auto [operand, dim] = op.getExtent(kRows);
  Value counted = op->getOperand(operand);
  int64_t known = cast<ShapedType>(counted.getType()).getDimSize(dim);
  if (!ShapedType::isDynamic(known)) {
    MatmulConfigAttr config = variants.getConfigFor(known);
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
  Value rows = tensor::DimOp::create(rewriter, loc, counted, dim);
  branchTo(rewriter, op, *parts, configs,
           [&](OpBuilder &b, size_t) { return isIn(b, loc, rows, apart); });
  return true;
}
