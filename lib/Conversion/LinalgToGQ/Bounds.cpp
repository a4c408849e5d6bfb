//===- Bounds.cpp - values that are kept above or below a number ----------===//
#include "Bounds.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

/// select(a < b, ...) of a value and a number, as a bound.
static std::optional<Bound> matchSelect(const Element *element) {
  if (!isa_and_nonnull<arith::SelectOp>(element->op))
    return std::nullopt;
  const Element *condition = element->operands[0];
  if (!isa_and_nonnull<arith::CmpFOp>(condition->op))
    return std::nullopt;
  const Element *left = condition->operands[0], *right = condition->operands[1];
  using P = arith::CmpFPredicate;
  P predicate = cast<arith::CmpFOp>(condition->op).getPredicate();
  bool less = llvm::is_contained({P::OLT, P::OLE, P::ULT, P::ULE}, predicate),
       greater =
           llvm::is_contained({P::OGT, P::OGE, P::UGT, P::UGE}, predicate);
  if (!less && !greater)
    return std::nullopt;
  const Element *taken = element->operands[1], *other = element->operands[2];
  // As `value < number`.
  if (constantOf(left)) {
    std::swap(left, right);
    std::swap(less, greater);
  }
  std::optional<double> number = constantOf(right);
  if (!number)
    return std::nullopt;
  auto isNumber = [&](const Element *one) { return constantOf(one) == number; };
  if (isNumber(taken) && isSame(other, left))
    return Bound{left, right, /*isLow=*/less};
  if (isNumber(other) && isSame(taken, left))
    return Bound{left, right, /*isLow=*/greater};
  return std::nullopt;
}

std::optional<Bound> raise::matchBound(const Element *element) {
  bool isLow =
           isa_and_nonnull<arith::MaximumFOp, arith::MaxNumFOp>(element->op),
       isHigh =
           isa_and_nonnull<arith::MinimumFOp, arith::MinNumFOp>(element->op);
  if (isLow || isHigh)
    for (unsigned i : {0, 1})
      if (constantOf(element->operands[i]))
        return Bound{element->operands[1 - i], element->operands[i], isLow};
  return matchSelect(element);
}

const Element *raise::stripBounds(const Element *element, Bounds &bounds) {
  while (std::optional<Bound> bound = matchBound(element)) {
    std::optional<double> &side = bound->isLow ? bounds.low : bounds.high;
    // The stricter of two.
    double number = bound->get();
    if (!side || (bound->isLow ? number > *side : number < *side))
      side = number;
    element = bound->value;
  }
  return element;
}
