//===- EpilogueChoice.cpp - how much a product's kernel computes ----------===//
#include "EpilogueChoice.h"
#include "Branches.h"
#include "Functions.h"
#include "SplitElementwise.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"

using namespace mlir;
using namespace mlir::gq;

static int64_t bitsOf(Value value) {
  return cast<ShapedType>(value.getType()).getElementTypeBitWidth();
}

static bool hasFunction(linalg::LinalgOp op) {
  return llvm::any_of(*op.getBlock(), [](Operation &inner) {
    return registersOfFunction(inner) > 0;
  });
}

/// Everything in front of the first function that leaves the fewest bits.
static std::optional<EpilogueCut> firstFunction(BlockOpInterface op) {
  EpilogueCut cut{0, strategy::kUnknown, {}, nullptr};
  int64_t bits = bitsOf(op->getResult(0)), count = 0;
  Operation *last = lastElementwise(op, std::nullopt);
  for (Operation *at = op; at != last;) {
    OpOperand &use = *at->getResult(0).getUses().begin();
    auto next = cast<linalg::LinalgOp>(use.getOwner());
    ++count;
    if (hasFunction(next)) {
      if (Operation *value = findNarrow(next, use, bits - 1)) {
        cut.kept = count;
        cut.inside = next;
        cut.value = value;
      }
      return cut;
    }
    at = next;
    if (lastElementwise(op, count) == at && bitsOf(at->getResult(0)) <= bits) {
      cut.kept = count;
      bits = bitsOf(at->getResult(0));
    }
  }
  return std::nullopt;
}

/// Whether what is behind the cut can have a kernel of its own.
static bool canSeparate(Operation *last, QuantizeOp quantize,
                        const TargetModel &target) {
  if (!quantize)
    return !refuseElementwiseKernel(last);
  auto all = strategy::candidates(target, elementsShapeOf(quantize));
  return !all.empty() && !all.front().refusal;
}

std::optional<EpilogueCut> mlir::gq::findCut(BlockOpInterface op,
                                             bool quantized,
                                             const TargetModel &target) {
  if (op->getNumResults() != 1 || !isOnHost(op) || fusableTranspose(op))
    return std::nullopt;
  std::optional<EpilogueCut> cut = firstFunction(op);
  Operation *last = lastElementwise(op, std::nullopt);
  QuantizeOp quantize = quantized ? fusableQuantize(op) : QuantizeOp();
  if (!cut || !canSeparate(last, quantize, target))
    return std::nullopt;
  strategy::Epilogue epilogue;
  epilogue.columns =
      cast<ShapedType>(last->getResult(0).getType()).getShape()[1];
  Value kept = cut->value ? cut->value->getResult(0)
                          : lastElementwise(op, cut->kept)->getResult(0);
  epilogue.bitsBetween = getElementTypeOrSelf(kept).getIntOrFloatBitWidth();
  epilogue.bitsBeside = 0;
  DenseSet<Value> seen;
  for (FusedOperand operand : fusedOperands(last, op))
    if (operand.map.isIdentity() && seen.insert(operand.value).second)
      epilogue.bitsBeside += bitsOf(operand.value);
  epilogue.bitsStored =
      bitsOf(quantize ? quantize.getInit() : last->getResult(0));
  cut->mostRows = strategy::mostRowsTogether(target, epilogue);
  return cut;
}

std::optional<int64_t>
mlir::gq::keptWithoutQuantize(BlockOpInterface op, const TargetModel &target) {
  QuantizeOp quantize = fusableQuantize(op);
  Operation *last = lastElementwise(op, std::nullopt);
  if (!quantize || !isOnHost(op) || !canSeparate(last, quantize, target))
    return std::nullopt;
  int64_t kept = 0;
  for (Operation *at = op; at != last; at = *at->user_begin())
    ++kept;
  return kept;
}

namespace {
struct RowRange {
  int64_t most; ///< rows; kUnknown: there are no more
  MatmulConfigAttr config;
};
} // namespace

static SmallVector<RowRange> rangesOf(StrategyAttrInterface strategy) {
  SmallVector<RowRange> ranges;
  if (auto variants = dyn_cast<MatmulVariantsAttr>(strategy))
    for (auto [number, config] : llvm::enumerate(variants.getConfigs()))
      ranges.push_back(
          {variants.getRows(number).second.value_or(strategy::kUnknown),
           config});
  else
    ranges.push_back({strategy::kUnknown, cast<MatmulConfigAttr>(strategy)});
  return ranges;
}

MatmulVariantsAttr mlir::gq::joinConfigs(StrategyAttrInterface few,
                                         StrategyAttrInterface many,
                                         int64_t rows, size_t mostKernels) {
  SmallVector<RowRange> ranges;
  for (RowRange range : rangesOf(few)) {
    bool isLast = range.most == strategy::kUnknown || range.most >= rows;
    ranges.push_back({isLast ? rows : range.most, range.config});
    if (isLast)
      break;
  }
  size_t first = ranges.size();
  for (RowRange range : rangesOf(many))
    if (range.most == strategy::kUnknown || range.most > rows)
      ranges.push_back(range);
  while (ranges.size() > mostKernels && ranges.size() > 2) {
    if (ranges.size() - first > 1) {
      ranges.erase(ranges.begin() + first);
      continue;
    }
    ranges[first - 2].most = ranges[first - 1].most;
    ranges.erase(ranges.begin() + --first);
  }
  if (ranges.size() > mostKernels)
    return {};
  SmallVector<int64_t> limits;
  SmallVector<MatmulConfigAttr> configs;
  for (RowRange range : ranges) {
    configs.push_back(range.config);
    if (range.most != strategy::kUnknown)
      limits.push_back(range.most);
  }
  return MatmulVariantsAttr::get(few.getContext(), limits, configs);
}
