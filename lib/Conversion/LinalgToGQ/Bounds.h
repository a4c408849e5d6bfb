//===- Bounds.h - values that are kept above or below a number --*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_LINALGTOGQ_BOUNDS_H
#define GQ_LIB_CONVERSION_LINALGTOGQ_BOUNDS_H

#include "ElementExpr.h"

namespace mlir::gq::raise {

/// One bound of a value: max(value, number) if it is from below.
struct Bound {
  const Element *value;
  const Element *number;
  bool isLow;

  double get() const { return *constantOf(number); }
};

/// A bound, whether by a maximum or minimum, or by a comparison and a choice.
/// These differ for NaN alone.
std::optional<Bound> matchBound(const Element *element);

struct Bounds {
  std::optional<double> low, high;
};

/// `element` without bounds, which go to `bounds`.
const Element *stripBounds(const Element *element, Bounds &bounds);

} // namespace mlir::gq::raise

#endif // GQ_LIB_CONVERSION_LINALGTOGQ_BOUNDS_H
