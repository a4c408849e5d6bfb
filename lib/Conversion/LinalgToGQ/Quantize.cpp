//===- Quantize.cpp - casts by scales to gq.scaled_cast -------------------===//
//
// Codes are x / s, x * (1 / s) or, nearly, x * (fmt_max / amax), converted with
// a bound that is the format's largest. Without one a cast of what is too large
// is no largest code (f8E4M3FN has NaN for it), unless nothing is too large:
// scales that come from the largest magnitude of the same block leave nothing
// above the format's, but for a rounding that the conversion undoes.
//
// What makes the three ops one, and which formulas of scales are
// gq.absmax_to_scale to the bit, is gq-fuse-quantize's.
//
//===----------------------------------------------------------------------===//
#include "Quantize.h"
#include "Bounds.h"
#include "Patterns.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

//===----------------------------------------------------------------------===//
// Formulas
//===----------------------------------------------------------------------===//

namespace {

struct Cast {
  Matrix matrix;
  unsigned rows = 0;
  Grid x;
  Type format;
  /// The scale of an element; or, where it is `inverse`, fmt_max over it.
  const Element *scale = nullptr;
  bool inverse = false;
  bool divide = false;
  Bounds bounds;
};

} // namespace

/// `fmt_max / amax`, which codes are multiplied with.
static const Element *matchInverse(const Element *factor, Type format) {
  if (!isa_and_nonnull<arith::DivFOp>(factor->op) ||
      constantOf(factor->operands[0]) != formatMax(format))
    return nullptr;
  return factor->operands[1];
}

/// The formula of an element of codes. No cast by a scale: failure; a reason
/// where it nearly is one.
static LogicalResult matchFormula(const Element *element, Cast &cast,
                                  std::string &why) {
  cast.format = element->type;
  if (isFp8(cast.format)) {
    const Element *value = element->of<arith::TruncFOp>();
    if (!value || (!value->type.isF32() && !value->type.isBF16()))
      return failure();
    if (mlir::cast<arith::TruncFOp>(element->op).getRoundingmode())
      return failure();
    element = stripBounds(value, cast.bounds);
  } else {
    const Element *value = element->of<arith::FPToSIOp>();
    if (!value || !value->type.isF32() || !cast.format.isSignlessInteger(8))
      return failure();
    value = stripBounds(value, cast.bounds);
    const Element *unrounded = value->of<math::RoundEvenOp>();
    if (!unrounded) {
      why = "is cast to i8 without math.roundeven, toward zero";
      return failure();
    }
    element = stripBounds(unrounded, cast.bounds);
  }
  auto setInput = [&](const Element *x) {
    FailureOr<Grid> grid = matchInput(x, cast.matrix);
    if (succeeded(grid))
      cast.x = *grid;
    return succeeded(grid);
  };
  if (isa_and_nonnull<arith::DivFOp>(element->op)) {
    cast.scale = element->operands[1];
    if (const Element *code = cast.scale->of<arith::ExtFOp>();
        code && isScale(code->type))
      cast.scale = code;
    // In bf16 only a quotient by a power of two is exact; what it loses below
    // the least of bf16 are codes of 0.
    if (!element->type.isF32() && !isa<Float8E8M0FNUType>(cast.scale->type)) {
      why = "divides in bf16 by what is no power of two";
      return failure();
    }
    cast.divide = true;
    return success(setInput(element->operands[0]));
  }
  if (!isa_and_nonnull<arith::MulFOp>(element->op) || !element->type.isF32())
    return failure();
  for (unsigned side : {0, 1}) {
    const Element *factor = element->operands[1 - side];
    if (!setInput(element->operands[side]))
      continue;
    if (isa_and_nonnull<arith::DivFOp>(factor->op) &&
        constantOf(factor->operands[0]) == 1.0) {
      cast.scale = factor->operands[1];
      return success();
    }
    if (const Element *amax = matchInverse(factor, cast.format)) {
      cast.scale = amax;
      cast.inverse = true;
      return success();
    }
  }
  return failure();
}

/// Is `element` the largest magnitude of the block of `cast`, or more: a
/// maximum of the same matrix, which stands at the same place.
static bool isAmaxOrMore(const Element *element, const Cast &cast,
                         std::array<int64_t, 2> block) {
  if (std::optional<Bound> bound = matchBound(element); bound && bound->isLow)
    return isAmaxOrMore(bound->value, cast, block);
  if (const Element *narrow = element->of<arith::ExtFOp>())
    return isAmaxOrMore(narrow, cast, block);
  if (!element->isLeaf() || !element->tensor)
    return false;
  FailureOr<Grid> grid = matchGrid(element, cast.matrix);
  if (failed(grid) || grid->block != block)
    return false;
  Operation *op = element->tensor.getDefiningOp();
  if (auto absmax = dyn_cast_or_null<BlockAbsmaxOp>(op))
    return absmax.getX() == cast.x.tensor && !grid->transposed &&
           absmax.getBlock()[0] == block[0] && absmax.getBlock()[1] == block[1];
  std::string ignored;
  FailureOr<Absmax> absmax = matchAbsmax(op, ignored);
  return succeeded(absmax) && absmax->x.tensor == cast.x.tensor &&
         absmax->x.index == cast.x.index && absmax->result.index == grid->index;
}

/// What a scale, or the largest magnitude that it comes from, is at least by
/// its bounds.
static double leastOf(const Element *element) {
  if (std::optional<Bound> bound = matchBound(element); bound && bound->isLow)
    return std::max(bound->get(), leastOf(bound->value));
  if (const Element *narrow = element->of<arith::ExtFOp>())
    return leastOf(narrow);
  if (isa_and_nonnull<arith::DivFOp>(element->op))
    if (std::optional<double> divisor = constantOf(element->operands[1]);
        divisor && *divisor > 0)
      return leastOf(element->operands[0]) / *divisor;
  if (!element->isLeaf() || !element->tensor)
    return 0;
  Operation *op = element->tensor.getDefiningOp();
  if (auto absmax = dyn_cast_or_null<BlockAbsmaxOp>(op))
    return absmax.getAmaxFloor().convertToDouble();
  std::string ignored;
  FailureOr<Absmax> absmax = matchAbsmax(op, ignored);
  return succeeded(absmax) ? absmax->floor : 0;
}

/// Is `element` at least the largest magnitude over the format's largest, so
/// that nothing is above that.
static bool isScaleOrMore(const Element *element, const Cast &cast,
                          std::array<int64_t, 2> block) {
  if (std::optional<Bound> bound = matchBound(element); bound && bound->isLow)
    return isScaleOrMore(bound->value, cast, block);
  if (const Element *code = element->of<arith::ExtFOp>())
    return isScaleOrMore(code, cast, block);
  // Rounds up to a power of two; or a normal number to bf16, so that what is
  // above the format's largest is rounded to it.
  if (const Element *wide = element->of<arith::TruncFOp>()) {
    bool nearest =
        element->type.isBF16() &&
        !mlir::cast<arith::TruncFOp>(element->op).getRoundingmode() &&
        leastOf(wide) >= 0x1p-126;
    return (isa<Float8E8M0FNUType>(element->type) || nearest) &&
           isScaleOrMore(wide, cast, block);
  }
  return isa_and_nonnull<arith::DivFOp>(element->op) &&
         constantOf(element->operands[1]) == formatMax(cast.format) &&
         isAmaxOrMore(element->operands[0], cast, block);
}

/// Why values that are too large are not cast as gq.scaled_cast has it; empty:
/// they are, or there are none.
static std::string refuseRange(const Cast &cast, bool fits) {
  double largest = formatMax(cast.format);
  const Bounds &bounds = cast.bounds;
  if (bounds.low == -largest && bounds.high == largest)
    return "";
  bool harmless = (!bounds.low || *bounds.low <= -largest) &&
                  (!bounds.high || *bounds.high >= largest);
  if (!harmless)
    return "has bounds that are not those of the format";
  return fits ? ""
              : "has no bounds of the format, and scales that may be smaller "
                "than the largest magnitude of a block over the format's";
}

//===----------------------------------------------------------------------===//
// The rewrite
//===----------------------------------------------------------------------===//

/// Where codes are computed: with scales that the program has in a tensor, just
/// in front of that, so that all that reads it may read the scales of the
/// codes.
static Operation *placeOf(Operation *op, const Cast &cast) {
  const Element *scale = cast.scale;
  if (cast.inverse || !scale->op || !scale->tensor)
    return op;
  Operation *place = scale->tensor.getDefiningOp();
  return DominanceInfo().properlyDominates(cast.x.tensor, place) ? place : op;
}

static Value makeCodes(RewriterBase &rewriter, Location loc, const Cast &cast,
                       const Blocks &blocks) {
  Value x = rowMajor(rewriter, loc, cast.x);
  Value init = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, x), cast.format);
  return ScaledCastOp::create(rewriter, loc, TypeRange(init.getType()), x,
                              blocks.tensor, init, ValueRange(),
                              rewriter.getDenseI64ArrayAttr(blocks.block),
                              QuantizeConfigAttr(),
                              cast.divide ? rewriter.getUnitAttr() : UnitAttr(),
                              /*packed=*/TypeAttr())
      .getResult(0);
}

static void emit(RewriterBase &rewriter, Operation *op, const Cast &cast) {
  Location loc = op->getLoc();
  Operation *place = placeOf(op, cast);
  rewriter.setInsertionPoint(place);
  auto divide = [&](OpBuilder &b, Location loc, Value amax) -> Value {
    Value largest = arith::ConstantOp::create(
        b, loc, b.getF32FloatAttr(formatMax(cast.format)));
    return arith::DivFOp::create(b, loc, amax, largest);
  };
  Blocks blocks =
      cast.inverse
          ? *computeBlocks(rewriter, loc, cast.scale, cast.matrix, divide)
          : *computeBlocks(rewriter, loc, cast.scale, cast.matrix);
  Value codes = makeCodes(rewriter, loc, cast, blocks);
  if (place != op) {
    Value tensor = cast.scale->tensor;
    FailureOr<Value> view = failure();
    if (FailureOr<Grid> grid = matchGrid(cast.scale, cast.matrix);
        succeeded(grid)) {
      grid->tensor = shapeOf(tensor);
      view = asShapeOf(rewriter, loc, blocks.tensor, *grid);
    }
    if (succeeded(view) && view->getType() == tensor.getType())
      rewriter.replaceAllUsesWith(tensor, *view);
  }
  auto type = mlir::cast<RankedTensorType>(op->getResult(0).getType());
  if (type.getRank() == 2)
    return rewriter.replaceOp(op, codes);
  SmallVector<ReassociationIndices> groups(2);
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    groups[dim >= cast.rows].push_back(dim);
  Value shape = shapeOf(op->getResult(0));
  rewriter.setInsertionPoint(op);
  rewriter.replaceOpWithNewOp<tensor::ExpandShapeOp>(
      op, type, codes, groups, tensor::getMixedSizes(rewriter, loc, shape));
}

LogicalResult raise::raiseCast(RewriterBase &rewriter, Operation *op,
                               std::string &why) {
  if (op->getNumResults() != 1 ||
      !isa<linalg::LinalgOp, arith::TruncFOp, arith::FPToSIOp>(op))
    return failure();
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !isQuantized(type.getElementType()))
    return failure();
  // The view that a program takes next is the matrix that it means.
  SmallVector<unsigned> views = matrixViews(type.getShape());
  for (Operation *user : op->getUsers())
    if (auto view = dyn_cast<tensor::CollapseShapeOp>(user);
        view && view.getResultType().getRank() == 2)
      views.insert(views.begin(), view.getReassociationIndices()[0].size());
  for (unsigned rows : views) {
    Elements elements(op->getContext());
    Cast cast;
    cast.matrix = matrixOf(type.getShape(), rows, op->getContext());
    cast.rows = rows;
    const Element *element = elements.getComputed(
        op->getResult(0), placesOf(type.getShape(), rows, cast.matrix));
    std::string reason;
    if (failed(matchFormula(element, cast, reason))) {
      why = reason;
      continue;
    }
    FailureOr<std::array<int64_t, 2>> block = blockOf(cast.scale, cast.matrix);
    if (failed(block))
      continue;
    bool fits = cast.inverse ? isAmaxOrMore(cast.scale, cast, *block)
                             : isScaleOrMore(cast.scale, cast, *block);
    // A cast by given scales, on a matrix, is a part of the kernel that
    // computes x, or has one of its own, as it is.
    if (!fits && !elements.hasViews())
      return failure();
    // Almost the formula of codes, but a rounding: only of a quantisation.
    if (cast.inverse && !fits) {
      why = "multiplies with what is no reciprocal of a scale of its blocks";
      return failure();
    }
    why = refuseRange(cast, fits);
    if (!why.empty())
      return failure();
    Type scales = cast.scale->type;
    if (!isScale(scales))
      return failure();
    emit(rewriter, op, cast);
    return success();
  }
  return failure();
}
