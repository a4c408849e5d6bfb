//===- LeastOf.cpp - indices as the least of affine expressions -----------===//
#include "gq/Analysis/LeastOf.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::gq;

/// Expressions that one index is the least of; more are not followed.
static constexpr size_t kMostExprs = 16;

//===----------------------------------------------------------------------===//
// What arithmetic starts from
//===----------------------------------------------------------------------===//

LeastOf LeastOfExprs::constant(int64_t value) {
  return {getAffineConstantExpr(value, context)};
}

/// Through destination-style ops, casts and loops to what a tensor was made as.
Value LeastOfExprs::madeAs(Value tensor) {
  if (auto arg = dyn_cast<BlockArgument>(tensor)) {
    auto loop =
        dyn_cast_or_null<LoopLikeOpInterface>(arg.getOwner()->getParentOp());
    OpOperand *init = loop ? loop.getTiedLoopInit(arg) : nullptr;
    return init ? init->get() : Value();
  }
  Operation *def = tensor.getDefiningOp();
  auto result = cast<OpResult>(tensor);
  if (auto op = dyn_cast<DestinationStyleOpInterface>(def))
    return op.hasPureTensorSemantics() ? op.getTiedOpOperand(result)->get()
                                       : Value();
  if (auto loop = dyn_cast<LoopLikeOpInterface>(def)) {
    OpOperand *init = loop.getTiedLoopInit(result);
    return init ? init->get() : Value();
  }
  if (auto cast = dyn_cast<tensor::CastOp>(def);
      cast && isa<RankedTensorType>(cast.getSource().getType()))
    return cast.getSource();
  return {};
}

LeastOf LeastOfExprs::sizeOf(Value tensor, int64_t dim) {
  while (true) {
    auto type = cast<RankedTensorType>(tensor.getType());
    if (!type.isDynamicDim(dim))
      return constant(type.getDimSize(dim));
    if (auto empty = tensor.getDefiningOp<tensor::EmptyOp>())
      return of(empty.getMixedSizes()[dim]);
    if (auto slice = tensor.getDefiningOp<tensor::ExtractSliceOp>();
        slice && slice.getSourceType().getRank() == type.getRank())
      return of(slice.getMixedSizes()[dim]);
    // Of a branch, where both ways come to the same.
    if (auto branch = tensor.getDefiningOp<scf::IfOp>()) {
      unsigned number = cast<OpResult>(tensor).getResultNumber();
      LeastOf size = sizeOf(branch.thenYield().getOperand(number), dim);
      if (!size.empty() &&
          size == sizeOf(branch.elseYield().getOperand(number), dim))
        return size;
    }
    Value from = madeAs(tensor);
    if (!from)
      break;
    tensor = from;
  }
  AffineExpr &size = sizes[{tensor, dim}];
  if (!size)
    size = newSymbol();
  return {size};
}

/// An induction variable is where the loop starts, and so many steps.
FailureOr<LeastOf> LeastOfExprs::leaf(Value value) {
  if (auto dim = value.getDefiningOp<tensor::DimOp>()) {
    auto type = dyn_cast<RankedTensorType>(dim.getSource().getType());
    std::optional<int64_t> which = dim.getConstantIndex();
    if (type && which && *which >= 0 && *which < type.getRank()) {
      LeastOf size = sizeOf(dim.getSource(), *which);
      return size.empty() ? FailureOr<LeastOf>(failure()) : size;
    }
  }
  auto arg = dyn_cast<BlockArgument>(value);
  auto loop =
      arg ? dyn_cast_or_null<LoopLikeOpInterface>(arg.getOwner()->getParentOp())
          : LoopLikeOpInterface();
  auto ivs =
      loop ? loop.getLoopInductionVars() : std::optional<SmallVector<Value>>();
  auto found = ivs ? llvm::find(*ivs, value) : nullptr;
  if (!ivs || found == ivs->end())
    return LeastOf{newSymbol()};
  AffineExpr iv = getAffineDimExpr(loops.size(), context);
  loops.push_back(value);
  auto lowers = loop.getLoopLowerBounds(), steps = loop.getLoopSteps();
  size_t which = found - ivs->begin();
  if (!lowers || !steps)
    return LeastOf{iv};
  std::optional<int64_t> lower = getConstantIntValue((*lowers)[which]),
                         step = getConstantIntValue((*steps)[which]);
  return LeastOf{lower && step ? iv * *step + *lower : iv};
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

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

std::optional<LeastOf> LeastOfExprs::combine(IndexOp op, const LeastOf &lhs,
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
bool LeastOfExprs::isNonNegative(const LeastOf &exprs) {
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

LeastOf LeastOfExprs::sum(const LeastOf &lhs, const LeastOf &rhs) {
  LeastOf result;
  for (AffineExpr left : lhs)
    for (AffineExpr right : rhs)
      result.push_back(left + right);
  return result;
}

//===----------------------------------------------------------------------===//
// What is the same
//===----------------------------------------------------------------------===//

/// Blocks of blocks are blocks.
static AffineExpr joinBlocks(AffineExpr expr) {
  auto outer = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!outer)
    return expr;
  AffineExpr lhs = joinBlocks(outer.getLHS()), rhs = joinBlocks(outer.getRHS());
  auto by = dyn_cast<AffineConstantExpr>(rhs);
  auto inner = dyn_cast<AffineBinaryOpExpr>(lhs);
  if (expr.getKind() == AffineExprKind::CeilDiv && by && inner &&
      inner.getKind() == AffineExprKind::CeilDiv)
    if (auto size = dyn_cast<AffineConstantExpr>(inner.getRHS()))
      return inner.getLHS().ceilDiv(size.getValue() * by.getValue());
  return getAffineBinaryOpExpr(expr.getKind(), lhs, rhs);
}

AffineExpr LeastOfExprs::normalize(AffineExpr expr) const {
  DenseMap<AffineExpr, AffineExpr> known;
  for (auto [symbol, other] : assumed)
    known[symbol] = other;
  return simplify(joinBlocks(expr.replace(known)));
}

bool LeastOfExprs::areSame(const LeastOf &lhs, const LeastOf &rhs) {
  auto normal = [&](const LeastOf &exprs) {
    DenseSet<AffineExpr> set;
    for (AffineExpr expr : exprs)
      set.insert(normalize(expr));
    return set;
  };
  return !lhs.empty() && !rhs.empty() && normal(lhs) == normal(rhs);
}

void LeastOfExprs::assume(const LeastOf &lhs, const LeastOf &rhs) {
  if (lhs.size() != 1 || rhs.size() != 1)
    return;
  AffineExpr symbol = normalize(lhs.front()), other = normalize(rhs.front());
  auto isNew = [](AffineExpr symbol, AffineExpr other) {
    auto number = dyn_cast<AffineSymbolExpr>(symbol);
    return number && !other.isFunctionOfSymbol(number.getPosition());
  };
  if (!isNew(symbol, other))
    std::swap(symbol, other);
  if (!isNew(symbol, other))
    return;
  for (auto &[before, expr] : assumed)
    expr = simplify(joinBlocks(expr.replace(symbol, other)));
  assumed.insert({symbol, other});
}
