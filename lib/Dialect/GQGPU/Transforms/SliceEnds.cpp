//===- SliceEnds.cpp - where the slices of a kernel end -------------------===//
#include "SliceEnds.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

using namespace mlir;
using namespace mlir::gqgpu;
using gq::IndexOp;

/// Expressions that one index is the least of; more are not followed.
static constexpr size_t kMostExprs = 16;

//===----------------------------------------------------------------------===//
// Indices as expressions
//===----------------------------------------------------------------------===//

LeastOf SliceEnds::constant(int64_t value) {
  return {getAffineConstantExpr(value, context)};
}

/// An induction variable is where the loop starts, and so many steps.
FailureOr<LeastOf> SliceEnds::leaf(Value value) {
  auto arg = dyn_cast<BlockArgument>(value);
  auto loop = arg ? dyn_cast<LoopLikeOpInterface>(arg.getOwner()->getParentOp())
                  : LoopLikeOpInterface();
  auto ivs =
      loop ? loop.getLoopInductionVars() : std::optional<SmallVector<Value>>();
  auto found = ivs ? llvm::find(*ivs, value) : nullptr;
  if (!ivs || found == ivs->end()) {
    symbols.push_back(value);
    return LeastOf{getAffineSymbolExpr(symbols.size() - 1, context)};
  }
  AffineExpr iv = getAffineDimExpr(numLoops++, context);
  auto lowers = loop.getLoopLowerBounds(), steps = loop.getLoopSteps();
  size_t which = found - ivs->begin();
  if (!lowers || !steps)
    return LeastOf{iv};
  std::optional<int64_t> lower = getConstantIntValue((*lowers)[which]),
                         step = getConstantIntValue((*steps)[which]);
  return LeastOf{lower && step ? iv * *step + *lower : iv};
}

/// `expr / by`, rounded down or up, with what divides evenly taken out.
static AffineExpr divide(AffineExpr expr, int64_t by, bool up) {
  AffineExpr even = getAffineConstantExpr(0, expr.getContext()), rest = even;
  SmallVector<AffineExpr> todo{expr};
  while (!todo.empty()) {
    AffineExpr part = todo.pop_back_val();
    if (part.getKind() == AffineExprKind::Add) {
      auto add = cast<AffineBinaryOpExpr>(part);
      todo.append({add.getLHS(), add.getRHS()});
    } else if (part.isMultipleOf(by)) {
      even = even + part.floorDiv(by);
    } else {
      rest = rest + part;
    }
  }
  return even + (up ? rest.ceilDiv(by) : rest.floorDiv(by));
}

std::optional<LeastOf> SliceEnds::combine(IndexOp op, const LeastOf &lhs,
                                          const LeastOf &rhs) {
  if (op == IndexOp::Min) {
    LeastOf all(lhs);
    llvm::append_range(all, rhs);
    if (all.size() > kMostExprs)
      return std::nullopt;
    return all;
  }
  if (op == IndexOp::Add)
    return lhs.size() * rhs.size() > kMostExprs ? std::optional<LeastOf>()
                                                : sum(lhs, rhs);
  // What follows keeps the order of the left side.
  if (rhs.size() != 1)
    return std::nullopt;
  auto number = dyn_cast<AffineConstantExpr>(rhs.front());
  int64_t by = number ? number.getValue() : 0;
  LeastOf result;
  for (AffineExpr expr : lhs) {
    switch (op) {
    case IndexOp::Sub:
      result.push_back(simplify(expr - rhs.front()));
      continue;
    case IndexOp::Mul:
      if ((lhs.size() != 1 && (!number || by < 0)) ||
          !(expr.isSymbolicOrConstant() || rhs.front().isSymbolicOrConstant()))
        return std::nullopt;
      result.push_back(expr * rhs.front());
      continue;
    case IndexOp::FloorDiv:
    case IndexOp::CeilDiv:
      if (by <= 0)
        return std::nullopt;
      result.push_back(divide(expr, by, op == IndexOp::CeilDiv));
      continue;
    case IndexOp::Mod:
      if (by <= 0 || lhs.size() != 1)
        return std::nullopt;
      result.push_back(expr % by);
      continue;
    default:
      return std::nullopt;
    }
  }
  return result;
}

/// Of ops on unsigned numbers: a number in a kernel is none below zero unless
/// something is taken from it.
bool SliceEnds::isNonNegative(const LeastOf &exprs) {
  return llvm::all_of(exprs, [](AffineExpr expr) {
    return !expr.walk([](AffineExpr part) {
                  auto number = dyn_cast<AffineConstantExpr>(part);
                  return number && number.getValue() < 0
                             ? WalkResult::interrupt()
                             : WalkResult::advance();
                })
                .wasInterrupted();
  });
}

AffineExpr SliceEnds::simplify(AffineExpr expr) const {
  return simplifyAffineExpr(expr, numLoops, symbols.size());
}

LeastOf SliceEnds::sum(const LeastOf &lhs, const LeastOf &rhs) {
  LeastOf result;
  for (AffineExpr left : lhs)
    for (AffineExpr right : rhs)
      result.push_back(left + right);
  return result;
}

//===----------------------------------------------------------------------===//
// Ends
//===----------------------------------------------------------------------===//

void SliceEnds::addOperand(RankedTensorType type) {
  for (int64_t size : type.getShape())
    if (!ShapedType::isDynamic(size))
      sizes.insert(size);
}

/// `end` is the size of dimension `dim` of `tensor`, as far as the program says
/// what it is. Where a size is dynamic the shapes of operands were made to
/// agree before there were tiles (gq-check-shapes), so the size of another
/// tensor, or its number of blocks, is that of this one.
bool SliceEnds::endsWith(AffineExpr end, Value tensor, unsigned dim) const {
  int64_t size = cast<RankedTensorType>(tensor.getType()).getDimSize(dim);
  if (auto number = dyn_cast<AffineConstantExpr>(end))
    return ShapedType::isDynamic(size) ? sizes.contains(number.getValue())
                                       : number.getValue() == size;
  // Blocks of a part are blocks of blocks.
  AffineExpr counted = end;
  while (counted.getKind() == AffineExprKind::CeilDiv)
    counted = cast<AffineBinaryOpExpr>(counted).getLHS();
  auto symbol = dyn_cast<AffineSymbolExpr>(counted);
  auto extent =
      symbol ? symbols[symbol.getPosition()].getDefiningOp<tensor::DimOp>()
             : tensor::DimOp();
  if (!extent)
    return false;
  return counted == end || extent.getSource() != tensor ||
         extent.getConstantIndex() != static_cast<int64_t>(dim);
}

bool SliceEnds::fillsTile(const LeastOf &start, const LeastOf &size,
                          int64_t tile, Value tensor, unsigned dim) const {
  if (size.empty())
    return false;
  return llvm::all_of(size, [&](AffineExpr expr) {
    auto number = dyn_cast<AffineConstantExpr>(expr);
    // Of a loop that goes on while something is left, whole tiles.
    if ((number && number.getValue() >= tile) || expr.isMultipleOf(tile))
      return true;
    if (start.size() != 1)
      return false;
    AffineExpr end = simplify(start.front() + expr);
    for (unsigned loop = 0; loop < numLoops; ++loop)
      if (end.isFunctionOfDim(loop))
        return false;
    return endsWith(end, tensor, dim);
  });
}

std::optional<int64_t> SliceEnds::longest(const LeastOf &size) const {
  SmallVector<AffineExpr> zeros(numLoops, getAffineConstantExpr(0, context));
  std::optional<int64_t> least;
  for (AffineExpr expr : size) {
    auto number =
        dyn_cast<AffineConstantExpr>(simplify(expr.replaceDims(zeros)));
    if (!number)
      return std::nullopt;
    least = std::min(least.value_or(number.getValue()), number.getValue());
  }
  return least;
}
