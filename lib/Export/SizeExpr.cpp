//===- SizeExpr.cpp - expressions over shapes, for the metadata -----------===//
#include "SizeExpr.h"
#include "gq/Bundle/Expr.h"

using namespace mlir;
using namespace mlir::gq;
using gridquant::ExprOp;

/// Far above what grids and extents need.
static constexpr unsigned maxSize = 1024;

SizeExpr SizeExpr::constant(int64_t value) { return {value, value >= 0}; }

SizeExpr SizeExpr::dim(StringRef buffer, int64_t dim) {
  return {(buffer + "." + Twine(dim)).str(), true};
}

SizeExpr SizeExpr::pitch(StringRef buffer) {
  return {(buffer + ".pitch").str(), true};
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
