//===- LeastOf.h - indices as the least of affine expressions ---*- C++ -*-===//
//
// What can be shown of two indices from the arithmetic in the IR: that they are
// the same, that one ends where another does. Sizes of tensors are seen through
// to what the tensors were made with.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_ANALYSIS_LEASTOF_H
#define GQ_ANALYSIS_LEASTOF_H

#include "gq/Analysis/IndexExprs.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::gq {

/// An index as the least of some expressions; none if it is not known. Their
/// dimensions are induction variables, counted in steps, and their symbols what
/// arithmetic does not reach into: sizes of tensors, numbers that are loaded.
using LeastOf = SmallVector<AffineExpr, 2>;

class LeastOfExprs : protected IndexExprs<LeastOf> {
public:
  explicit LeastOfExprs(MLIRContext *context) : context(context) {}

  LeastOf of(OpFoldResult index) {
    FailureOr<LeastOf> exprs = get(index);
    return failed(exprs) ? LeastOf() : *exprs;
  }
  /// The size of dimension `dim` of `tensor`.
  LeastOf sizeOf(Value tensor, int64_t dim);
  static LeastOf sum(const LeastOf &lhs, const LeastOf &rhs);

  /// Both are known, and the least of the same.
  bool areSame(const LeastOf &lhs, const LeastOf &rhs);

  /// From here on `lhs` and `rhs` are the same: the program demands it.
  void assume(const LeastOf &lhs, const LeastOf &rhs);

protected:
  /// The tensor whose sizes those of `tensor` are; null if that is itself.
  virtual Value madeAs(Value tensor);

  LeastOf constant(int64_t value) override;
  std::optional<LeastOf> combine(IndexOp op, const LeastOf &lhs,
                                 const LeastOf &rhs) override;
  bool isNonNegative(const LeastOf &exprs) override;
  FailureOr<LeastOf> leaf(Value value) override;
  void refuse(Operation *, StringRef) override {} // then it is not known

  AffineExpr simplify(AffineExpr expr) const {
    return simplifyAffineExpr(expr, loops.size(), numSymbols);
  }
  /// With what is assumed; equal expressions become one.
  AffineExpr normalize(AffineExpr expr) const;
  /// The induction variable that dimension `dim` of expressions counts.
  Value inductionVariable(unsigned dim) const { return loops[dim]; }
  unsigned getNumLoops() const { return loops.size(); }

  MLIRContext *context;

private:
  AffineExpr newSymbol() { return getAffineSymbolExpr(numSymbols++, context); }

  SmallVector<Value> loops;
  unsigned numSymbols = 0;
  DenseMap<std::pair<Value, int64_t>, AffineExpr> sizes;
  /// Symbols that are something else, none of which is in any of these.
  llvm::MapVector<AffineExpr, AffineExpr> assumed;
};

} // namespace mlir::gq

#endif // GQ_ANALYSIS_LEASTOF_H
