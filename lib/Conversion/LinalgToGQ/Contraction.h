//===- Contraction.h - structured ops as products of matrices ---*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_LINALGTOGQ_CONTRACTION_H
#define GQ_LIB_CONVERSION_LINALGTOGQ_CONTRACTION_H

#include "Scales.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::gq::raise {

/// One side of a contraction: the loops that its rows are, and its values.
struct Side {
  Value value;
  SmallVector<unsigned> rows;
  Matrix matrix;
  const Element *element = nullptr;
};

/// The sum over `inner` of the products of `sides`, whose result has the rows
/// of the first, then those of the second.
struct Contraction {
  linalg::LinalgOp op;
  std::array<Side, 2> sides;
  SmallVector<unsigned> inner;
  bool integers = false;
};

/// A contraction of two sides, or failure; `why` says what is missing where it
/// is one in the first place.
FailureOr<Contraction> matchContraction(linalg::LinalgOp op, Elements &elements,
                                        std::string &why);

/// What sums start from, as a matrix.
Value startAsMatrix(OpBuilder &b, Location loc, const Contraction &product);

/// Replaces the contraction by `matmul`, seen with its dimensions.
void replaceByMatmul(RewriterBase &rewriter, const Contraction &product,
                     Value matmul);

} // namespace mlir::gq::raise

#endif // GQ_LIB_CONVERSION_LINALGTOGQ_CONTRACTION_H
