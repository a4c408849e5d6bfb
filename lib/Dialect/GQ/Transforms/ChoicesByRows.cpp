//===- ChoicesByRows.cpp - configs that differ with the rows --------------===//
#include "ChoicesByRows.h"
#include "Branches.h"
#include "Candidates.h"
#include "ChoiceRemarks.h"
#include "EpilogueChoice.h"
#include "SplitElementwise.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Support/Remarks.h"

using namespace mlir;
using namespace mlir::gq;
using strategy::MatmulShape;

static constexpr StringLiteral kPass = "gq-select-config";

std::string mlir::gq::rowsOf(MatmulVariantsAttr variants, size_t number) {
  auto [more, most] = variants.getRows(number);
  return ((most ? "up to " + Twine(*most) : "above " + Twine(more)) + " rows: ")
      .str();
}

/// Variants for an op without config; null if one config does for all rows, or
/// if none can run, which is said where one is chosen.
MatmulVariantsAttr ByRows::variants(MatmulShape shape) {
  std::string refusal;
  if (mostVariants < 2 || shape.m != strategy::kUnknown ||
      !canBranch(op, refusal))
    return {};
  SmallVector<int64_t> limits;
  SmallVector<MatmulConfigAttr> each;
  for (const strategy::MatmulVariant &variant :
       strategy::variants(target, shape, mostVariants, schedule)) {
    if (variant.mostRows != strategy::kUnknown)
      limits.push_back(variant.mostRows);
    each.push_back(MatmulConfigAttr::get(op->getContext(), variant.config));
  }
  if (limits.empty())
    return {};
  auto result = MatmulVariantsAttr::get(op->getContext(), limits, each);
  for (size_t number : llvm::seq(each.size())) {
    shape.mostRows = result.getRows(number).second.value_or(strategy::kUnknown);
    remarkCandidates(op, strategy::candidates(target, shape, schedule),
                     rowsOf(result, number));
  }
  return result;
}

/// What is chosen for `shape`: a config, or several by rows; null where none
/// can run.
StrategyAttrInterface ByRows::configs(const MatmulShape &shape) {
  if (MatmulVariantsAttr several = variants(shape))
    return several;
  auto all = strategy::candidates(target, shape, schedule);
  if (all.empty() || all.front().refusal)
    return {};
  MatmulConfig best = all.front().config;
  best.candidate = 0;
  return attrOf(op->getContext(), best);
}

/// `scaled`, which is chosen for `shape`, or above some number of rows configs
/// that have a and b decoded.
StrategyAttrInterface ByRows::decodeMany(StrategyAttrInterface scaled,
                                         const MatmulShape &shape) {
  std::string refusal;
  bool isKnown = shape.m != strategy::kUnknown;
  if (!shape.decodesExactly || !shape.undecodable.empty() ||
      shape.batchInvariant || (!isKnown && !canBranch(op, refusal)))
    return scaled;
  int64_t rows = strategy::mostRowsScaled(target, shape, schedule);
  if (rows == strategy::kUnknown)
    return scaled;
  StrategyAttrInterface many = configs(strategy::decoded(target, shape));
  if (many && rows > 0)
    many = joinConfigs(scaled, many, rows, mostVariants);
  if (!many)
    return scaled;
  remarkDecision(op, kPass, "decode",
                 (rows > 0 ? "a and b are decoded to bf16 by kernels of their "
                             "own above " +
                                 std::to_string(rows) + " rows"
                           : "a and b are decoded to bf16 by kernels of their "
                             "own") +
                     Twine(": scales of short blocks along K take longer"));
  return many;
}

/// `beside`, which is chosen for `shape`, or above some number of rows configs
/// with which kernels of their own add up rows for zero points.
StrategyAttrInterface ByRows::sumManyApart(StrategyAttrInterface beside,
                                           const MatmulShape &shape) {
  std::string refusal;
  bool isKnown = shape.m != strategy::kUnknown;
  if (!shape.inseparable.empty() || (!isKnown && !canBranch(op, refusal)))
    return beside;
  int64_t rows = strategy::mostRowsBeside(target, shape, schedule);
  if (rows == strategy::kUnknown)
    return beside;
  StrategyAttrInterface many = configs(strategy::summedApart(shape));
  if (many && rows > 0)
    many = joinConfigs(beside, many, rows, mostVariants);
  if (!many)
    return beside;
  remarkDecision(op, kPass, "row sums",
                 (rows > 0 ? "kernels of their own add up rows above " +
                                 std::to_string(rows) + " rows"
                           : "kernels of their own add up rows") +
                     Twine(": beside the product it takes longer"));
  return many;
}

/// What has further kernels in front of the product, for many rows.
StrategyAttrInterface ByRows::prepareMany(StrategyAttrInterface strategy,
                                          const MatmulShape &shape) {
  strategy = decodeMany(strategy, shape);
  return sumManyApart(strategy, shape);
}

/// Above some number of rows, functions behind `op` have a kernel of their own:
/// its config, or those of its variants for so many rows, becomes one that
/// leaves them out.
void ByRows::leaveFunctions(const MatmulShape &shape) {
  std::string refusal;
  bool isKnown = shape.m != strategy::kUnknown;
  if (shape.functions == 0 || (!isKnown && !canBranch(op, refusal)))
    return;
  std::optional<EpilogueCut> cut =
      findCut(op, shape.quantized.has_value(), target);
  if (!cut || cut->mostRows == strategy::kUnknown ||
      (isKnown && shape.m <= cut->mostRows))
    return;
  if (cut->inside) {
    IRRewriter rewriter(op->getContext());
    splitAt(rewriter, cut->inside, cut->value);
  }
  MatmulShape kept = sumShapeOf(op, Taken{.kept = cut->kept});
  StrategyAttrInterface many = configs(kept);
  if (!many)
    return;
  many = prepareMany(many, kept);
  if (isKnown)
    op.setStrategy(many);
  else if (MatmulVariantsAttr both =
               joinConfigs(op.getStrategy(), many, cut->mostRows, mostVariants))
    op.setStrategy(both);
  else
    return;
  remarkDecision(op, kPass, "epilogue",
                 (isKnown ? "functions behind it have a kernel of their own"
                          : "functions behind it have a kernel of their own "
                            "above " +
                                std::to_string(cut->mostRows) + " rows") +
                     Twine(": nothing in its kernel hides them"));
}

/// For few rows a quantisation by blocks of more rows has a kernel of its own.
void ByRows::quantizeFewApart(const MatmulShape &shape) {
  std::string refusal;
  int64_t rows = strategy::mostRowsUnquantized(target, shape);
  if (rows == 0 || shape.m != strategy::kUnknown || shape.batchInvariant ||
      !canBranch(op, refusal))
    return;
  std::optional<int64_t> kept = keptWithoutQuantize(op, target);
  if (!kept)
    return;
  StrategyAttrInterface few = configs(sumShapeOf(op, Taken{.kept = kept}));
  MatmulVariantsAttr both;
  if (few)
    both = joinConfigs(few, op.getStrategy(), rows, mostVariants);
  if (!both)
    return;
  op.setStrategy(both);
  remarkDecision(op, kPass, "quantize",
                 "up to " + Twine(rows) +
                     " rows the quantisation behind it has a kernel of its "
                     "own: tiles that its blocks go into would be few, or "
                     "empty for the most part");
}

/// For `op` without a config: those for it and its other product together.
/// Nothing where there is none, or where a person has given that a config.
std::optional<ByRows::Dual> ByRows::chooseDual(bool quantized) {
  BlockOpInterface other = dualOf(op);
  if (!other || other.getStrategy() || schedule != Schedule::Cooperative ||
      !openRows(op).empty() || !isOnHost(op))
    return std::nullopt;
  MatmulShape shape = sumShapeOf(op, {.quantized = quantized, .dual = true});
  int64_t rows = strategy::mostRowsApart(target, shape);
  std::string refusal;
  if (rows == strategy::kUnknown ||
      (shape.m == strategy::kUnknown ? !canBranch(op, refusal)
                                     : shape.m <= rows))
    return std::nullopt;
  if (StrategyAttrInterface config = configs(shape))
    return Dual{config, rows};
  return std::nullopt;
}

/// Above some number of rows `dual`, beside what `op` has.
void ByRows::takeDual(const Dual &dual) {
  bool isKnown = sumShapeOf(op).m != strategy::kUnknown;
  if (isKnown)
    op.setStrategy(dual.config);
  else if (MatmulVariantsAttr both = joinConfigs(
               op.getStrategy(), dual.config, dual.mostRowsApart, mostVariants))
    op.setStrategy(both);
  else
    return;
  remarkDecision(
      op, kPass, "dual",
      (isKnown ? Twine() : "above " + Twine(dual.mostRowsApart) + " rows ") +
          "the other product that is read with it is computed in "
          "the same tiles");
}

/// For few rows codes of four bits that make an operand are decoded on the way:
/// a kernel of its own would write, and this one read, four times as much. On
/// an H200, microseconds, i4 with scales of bf16 for 128, K = 8192:
///     rows                         1     16    128   256
///     N = 8192    on the way       56    56    72    208
///                 a kernel more    94    95    124   135
///     N = 28672   on the way       142   143   272   438
///                 a kernel more    315   317   327   358
void ByRows::decodeFew() {
  constexpr int64_t kMostRows = 128;
  DequantizeOp decode = fusableDequantize(op);
  if (!decode || decode.getConfig() || schedule != Schedule::Cooperative ||
      takesDual(op) || takesQuantize(op) || !openRows(op).empty())
    return;
  MatmulShape shape = sumShapeOf(op, Taken{.dequantized = true});
  std::string refusal;
  bool isKnown = shape.m != strategy::kUnknown;
  if (shape.batchInvariant || mostKept(op.getStrategy()) ||
      (isKnown ? shape.m > kMostRows : !canBranch(op, refusal)))
    return;
  StrategyAttrInterface few = configs(shape);
  if (few && !isKnown)
    few = joinConfigs(few, op.getStrategy(), kMostRows, mostVariants);
  if (!few)
    return;
  op.setStrategy(few);
  remarkDecision(op, kPass, "dequantize",
                 (isKnown ? Twine("an operand is")
                          : "up to " + Twine(kMostRows) +
                                " rows an operand "
                                "is") +
                     " decoded by the threads that copy it");
}
