//===- ElementExpr.h - what an element of a tensor is made of ---*- C++ -*-===//
//
// Front ends spell one formula in many ways: generics on views of more
// dimensions, broadcasts and named ops, elementwise ops on tensors, all in one
// body. This reads any of them as the formula of one element: a tree of scalar
// ops over elements of tensors whose places are affine in the row and the
// column of a matrix. What raises a program matches these trees, and knows no
// spelling.
//
// A tree ends at what is in memory or must be: arguments, results of ops that
// do more than elementwise work, and tensors of codes that are computed, since
// these are what a quantisation stores.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_CONVERSION_LINALGTOGQ_ELEMENTEXPR_H
#define GQ_LIB_CONVERSION_LINALGTOGQ_ELEMENTEXPR_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"
#include <deque>

namespace mlir::gq::raise {

/// A node: a constant, or what `op` computes of `operands`, or, without
/// either, an element of `tensor` (or `tensor` itself, a scalar that is not
/// known).
struct Element {
  Type type;
  TypedAttr constant;
  Operation *op = nullptr;
  SmallVector<const Element *, 2> operands;
  /// Where it stands in memory; null where it does not, as in the middle of a
  /// body. Places are affine in d0, d1 ... of whoever asked.
  Value tensor;
  SmallVector<AffineExpr> index;

  bool isLeaf() const { return !constant && !op; }
  /// The operand if this is an op of type `OpT` with one; or null.
  template <typename OpT> const Element *of() const {
    return op && isa<OpT>(op) && operands.size() == 1 ? operands[0] : nullptr;
  }
};

/// Makes trees and owns them.
class Elements {
public:
  explicit Elements(MLIRContext *context) : context(context) {}

  /// The element of `tensor` at `index`.
  const Element *get(Value tensor, ArrayRef<AffineExpr> index);

  /// The same, of a tensor of codes that is computed: as what it is made of.
  const Element *getComputed(Value tensor, ArrayRef<AffineExpr> index);

  /// The arguments of the body of `op` in the iteration `loops`; those that
  /// nothing reads are placeholders.
  SmallVector<const Element *> getArguments(linalg::LinalgOp op,
                                            ArrayRef<AffineExpr> loops);

  /// What `value` in a body is, whose arguments are `args`.
  const Element *evaluate(Value value, Block *body,
                          ArrayRef<const Element *> args);

  /// An element of no tensor, which stands for an argument of a body.
  const Element *placeholder(Type type);

  /// True once a tree went through a view of other dimensions.
  bool hasViews() const { return views; }

private:
  Element *make(Type type);
  Element *leaf(Value tensor, ArrayRef<AffineExpr> index);
  const Element *compute(Value tensor, ArrayRef<AffineExpr> index,
                         bool throughCodes);
  const Element *evaluate(Value value, Block *body,
                          ArrayRef<const Element *> args,
                          DenseMap<Value, const Element *> &known);

  /// Formulas are small. A program that is not ends in leaves.
  static constexpr unsigned kMaxNodes = 128;

  MLIRContext *context;
  std::deque<Element> nodes;
  bool views = false;
};

/// Do both compute the same of the same elements.
bool isSame(const Element *a, const Element *b);

/// The number that a node is, if it is a constant one.
std::optional<double> constantOf(const Element *element);

/// The number that tells of an element's place along dimensions of these
/// `sizes` as one place; null where that needs a size that is dynamic.
AffineExpr linearize(ArrayRef<AffineExpr> index, ArrayRef<int64_t> sizes,
                     MLIRContext *context);
/// The reverse. A dynamic size, other than the first, is the symbol that
/// `names` has for it.
SmallVector<AffineExpr> delinearize(AffineExpr place, ArrayRef<int64_t> sizes,
                                    ArrayRef<unsigned> names = {});

/// `expr` as a quotient: what is divided, and by what (1: by nothing).
std::pair<AffineExpr, int64_t> quotient(AffineExpr expr);

/// How many places there are; dynamic where a size is.
int64_t countOf(ArrayRef<int64_t> sizes);

/// All sizes but the first are known, and there are elements.
bool canLinearize(ArrayRef<int64_t> sizes);

} // namespace mlir::gq::raise

#endif // GQ_LIB_CONVERSION_LINALGTOGQ_ELEMENTEXPR_H
