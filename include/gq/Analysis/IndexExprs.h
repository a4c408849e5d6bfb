//===- IndexExprs.h - index arithmetic as expressions -----------*- C++ -*-===//
//
// Reads arith and affine ops as an expression. What an expression is made of is
// the user's: a kernel's grid is an AffineExpr over sizes of its operands, a
// size on the host is what the bundle's metadata can hold. What the ops mean,
// and when two of them mean the same, is said once, here.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_ANALYSIS_INDEXEXPRS_H
#define GQ_ANALYSIS_INDEXEXPRS_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/OpDefinition.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>

namespace mlir::gq {

/// Divisions round to minus (plus) infinity, the remainder has the sign of the
/// divisor; comparisons and logic give 0 or 1.
enum class IndexOp {
  Add,
  Sub,
  Mul,
  FloorDiv,
  CeilDiv,
  Mod,
  Min,
  Max,
  And,
  Or,
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge
};

/// True for the ops that IndexExprs understands. They do nothing by themselves.
bool isIndexArithmetic(Operation *op);

namespace index {
/// An operator of two operands, and whether it means the same as the op only
/// when neither is negative: unsigned and truncating ops.
struct IndexOperation {
  IndexOp op;
  bool nonNegativeOnly;
};
std::optional<IndexOperation> operationOf(Operation *op);

std::optional<int64_t> constantOf(Value value);
/// The value that a cast of sizes passes on; or null.
Value castOf(Operation *op);
/// The map of affine.apply, affine.min or affine.max and how its results are
/// joined; or nothing.
std::optional<std::pair<AffineMap, IndexOp>> mapOf(Operation *op);
std::optional<IndexOp> opOf(AffineExprKind kind);
} // namespace index

/// Expressions of type `ExprT`, a value type.
template <typename ExprT> class IndexExprs {
public:
  virtual ~IndexExprs() = default;

  /// The expression of an index, an integer or a condition; failure after
  /// `refuse` said why there is none.
  FailureOr<ExprT> get(Value value) {
    if (auto found = known.find(value); found != known.end())
      return found->second;
    if (std::optional<int64_t> number = index::constantOf(value))
      return constant(*number);
    Operation *op = value.getDefiningOp();
    FailureOr<ExprT> result = failure();
    if (!op || op->hasTrait<OpTrait::ConstantLike>() || !isIndexArithmetic(op))
      result = leaf(value);
    else if (depth == maxDepth)
      return refuse(op, "is nested too deep"), failure();
    else {
      ++depth;
      result = compute(op);
      --depth;
    }
    if (succeeded(result))
      known.insert({value, *result});
    return result;
  }

  FailureOr<ExprT> get(OpFoldResult value) {
    if (auto attr = dyn_cast<Attribute>(value))
      return constant(cast<IntegerAttr>(attr).getInt());
    return get(cast<Value>(value));
  }

  /// An affine expression of `operands`, dims first; nothing where `combine`
  /// has nothing.
  std::optional<ExprT> apply(AffineExpr expr, unsigned numDims,
                             ArrayRef<ExprT> operands) {
    if (auto number = dyn_cast<AffineConstantExpr>(expr))
      return constant(number.getValue());
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      return operands[dim.getPosition()];
    if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
      return operands[numDims + symbol.getPosition()];
    auto binary = cast<AffineBinaryOpExpr>(expr);
    std::optional<ExprT> lhs = apply(binary.getLHS(), numDims, operands);
    if (!lhs)
      return std::nullopt;
    std::optional<ExprT> rhs = apply(binary.getRHS(), numDims, operands);
    if (!rhs)
      return std::nullopt;
    return combine(*index::opOf(expr.getKind()), *lhs, *rhs);
  }

  /// The results of a map, joined if there are several.
  std::optional<ExprT> apply(AffineMap map, IndexOp join,
                             ArrayRef<ExprT> operands) {
    std::optional<ExprT> result;
    for (AffineExpr expr : map.getResults()) {
      std::optional<ExprT> value = apply(expr, map.getNumDims(), operands);
      if (value && result)
        value = combine(join, *result, *value);
      if (!value)
        return std::nullopt;
      result = value;
    }
    return result;
  }

protected:
  virtual ExprT constant(int64_t value) = 0;
  /// Nothing if there is no such expression, or if it gets too large.
  virtual std::optional<ExprT> combine(IndexOp op, const ExprT &lhs,
                                       const ExprT &rhs) = 0;
  /// True only if no operand can make the value negative.
  virtual bool isNonNegative(const ExprT &expr) = 0;
  /// What arithmetic starts from: a size, or failure after an error.
  virtual FailureOr<ExprT> leaf(Value value) = 0;
  /// Reports why `op` is in no expression; `why` continues its name.
  virtual void refuse(Operation *op, StringRef why) = 0;

private:
  FailureOr<ExprT> compute(Operation *op) {
    SmallVector<ExprT> operands;
    for (Value operand : op->getOperands()) {
      FailureOr<ExprT> expr = get(operand);
      if (failed(expr))
        return failure();
      operands.push_back(*expr);
    }
    if (index::castOf(op))
      return operands[0];
    std::optional<ExprT> result;
    if (auto map = index::mapOf(op)) {
      result = apply(map->first, map->second, operands);
    } else {
      index::IndexOperation operation = *index::operationOf(op);
      if (operation.nonNegativeOnly &&
          !(isNonNegative(operands[0]) && isNonNegative(operands[1])))
        return refuse(op, "needs operands that cannot be negative"), failure();
      result = combine(operation.op, operands[0], operands[1]);
    }
    if (!result)
      return refuse(op, "makes an expression that is too large"), failure();
    return *result;
  }

  /// Far above what sizes need, and far below what a stack holds.
  static constexpr unsigned maxDepth = 512;

  unsigned depth = 0;
  DenseMap<Value, ExprT> known;
};

} // namespace mlir::gq

#endif // GQ_ANALYSIS_INDEXEXPRS_H
