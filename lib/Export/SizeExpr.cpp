//===- SizeExpr.cpp - expressions over shapes, for the metadata -----------===//
#include "SizeExpr.h"
#include "gq/Bundle/Expr.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace mlir::gq;
using gridquant::ExprOp;

/// Far above what grids and extents need.
static constexpr unsigned maxSize = 1024;

SizeExpr SizeExpr::constant(int64_t value) { return {value, value >= 0}; }

SizeExpr SizeExpr::dim(StringRef buffer, int64_t dim) {
  return {(buffer + "." + Twine(dim)).str(), true};
}

SizeExpr SizeExpr::numSMs() { return {"num_sms", true}; }

/// Whether the result of `op` on operands of unknown, non-negative or negative
/// sign is known to be non-negative.
static bool keepsSign(ExprOp op, bool a, bool b) {
  switch (op) {
  case ExprOp::Add:
  case ExprOp::Mul:
  case ExprOp::FloorDiv:
  case ExprOp::CeilDiv:
  case ExprOp::Min:
    return a && b;
  case ExprOp::Max:
    return a || b;
  case ExprOp::Mod:
    return b; // has the sign of the divisor
  case ExprOp::Constant:
  case ExprOp::Slot:
  case ExprOp::Sub:
    return false;
  default:
    return true; // comparisons and logic: 0 or 1
  }
}

/// The operand that an operation with a neutral constant returns unchanged.
static const SizeExpr *neutral(ExprOp op, const SizeExpr &a,
                               const SizeExpr &b) {
  std::optional<int64_t> left = a.asConstant(), right = b.asConstant();
  switch (op) {
  case ExprOp::Add:
    return right == 0 ? &a : left == 0 ? &b : nullptr;
  case ExprOp::Sub:
    return right == 0 ? &a : nullptr;
  case ExprOp::Mul:
    return right == 1 ? &a : left == 1 ? &b : nullptr;
  case ExprOp::FloorDiv:
  case ExprOp::CeilDiv:
    return right == 1 ? &a : nullptr;
  default:
    return nullptr;
  }
}

std::optional<SizeExpr> SizeExpr::make(StringRef name, const SizeExpr &a,
                                       const SizeExpr &b) {
  std::optional<ExprOp> op =
      gridquant::parseExprOp(std::string_view(name.data(), name.size()));
  if (!op || *op == ExprOp::Not)
    return std::nullopt;
  if (const SizeExpr *same = neutral(*op, a, b))
    return *same;
  if (a.asConstant() && b.asConstant()) {
    // By the evaluator of the runtime. What it refuses stays as it is: it may
    // be in a part that is never evaluated.
    gridquant::ExprPool pool;
    gridquant::ExprRef ref = pool.binary(*op, pool.constant(*a.asConstant()),
                                         pool.constant(*b.asConstant()));
    gridquant::ExprValue value = pool.evaluate(ref, nullptr);
    if (value.fault == gridquant::ExprFault::None)
      return constant(value.value);
  }
  SizeExpr result(llvm::json::Array{name.str(), a.json, b.json},
                  keepsSign(*op, a.nonNegative, b.nonNegative));
  result.depth = std::max(a.depth, b.depth) + 1;
  result.size = a.size + b.size + 1;
  if (result.depth >= gridquant::ExprPool::maxDepth || result.size > maxSize)
    return std::nullopt;
  return result;
}

std::optional<SizeExpr> SizeExpr::makeNot(const SizeExpr &a) {
  SizeExpr result(llvm::json::Array{"not", a.json}, true);
  result.depth = a.depth + 1;
  result.size = a.size + 1;
  if (result.depth >= gridquant::ExprPool::maxDepth)
    return std::nullopt;
  return result;
}

FailureOr<SizeExpr> mlir::gq::readSizeExpr(
    Attribute attr,
    llvm::function_ref<FailureOr<SizeExpr>(int64_t, int64_t)> dim,
    llvm::function_ref<InFlightDiagnostic()> emitError) {
  auto asInteger = [](Attribute value) -> std::optional<int64_t> {
    auto integer = dyn_cast_or_null<IntegerAttr>(value);
    if (!integer || integer.getValue().getSignificantBits() > 64)
      return std::nullopt;
    return integer.getValue().getSExtValue();
  };
  if (std::optional<int64_t> value = asInteger(attr))
    return SizeExpr::constant(*value);
  if (auto name = dyn_cast_or_null<StringAttr>(attr);
      name && name.getValue() == "num_sms")
    return SizeExpr::numSMs();

  auto list = dyn_cast_or_null<ArrayAttr>(attr);
  auto name = list && !list.empty() ? dyn_cast<StringAttr>(list[0]) : nullptr;
  if (!name)
    return emitError() << "expects an expression (an integer, \"num_sms\" or "
                          "[operator, ...]), got "
                       << attr;
  if (name.getValue() == "dim") {
    std::optional<int64_t> operand, which;
    if (list.size() == 3) {
      operand = asInteger(list[1]);
      which = asInteger(list[2]);
    }
    if (!operand || !which)
      return emitError() << "expects [\"dim\", operand, dimension], got "
                         << attr;
    return dim(*operand, *which);
  }
  std::string_view spelling(name.getValue().data(), name.getValue().size());
  std::optional<ExprOp> op = gridquant::parseExprOp(spelling);
  size_t arity = op == ExprOp::Not ? 1 : 2;
  if (!op || list.size() != arity + 1)
    return emitError() << "expects a known operator with its operands, got "
                       << attr;
  FailureOr<SizeExpr> a = readSizeExpr(list[1], dim, emitError);
  if (failed(a))
    return failure();
  std::optional<SizeExpr> result;
  if (arity == 1) {
    result = SizeExpr::makeNot(*a);
  } else {
    FailureOr<SizeExpr> b = readSizeExpr(list[2], dim, emitError);
    if (failed(b))
      return failure();
    result = SizeExpr::make(name.getValue(), *a, *b);
  }
  if (!result)
    return emitError() << "has an expression that is too large for a bundle";
  return *result;
}
