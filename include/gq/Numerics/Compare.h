//===- Compare.h - how far a result is from the reference -------*- C++ -*-===//

#ifndef GQ_NUMERICS_COMPARE_H
#define GQ_NUMERICS_COMPARE_H

#include "gq/Numerics/Quantize.h"

namespace gridquant {

/// Element (i, j) is within bounds when
///   |d - ref| <= relative * |ref| + accumulated * sumAbs + absolute
/// The defaults allow one rounding to bf16 and the f32 accumulation of a tensor
/// core, of numbers that are not subnormal.
struct ErrorBound {
  double relative = 0x1p-8;
  double accumulated = 0x1p-11;
  double absolute = 0;
};

struct ErrorReport {
  /// |d - ref| / |ref| in the Frobenius norm, over the elements where both are
  /// finite. 0 when d equals ref, even if ref is all zeros; inf when ref is all
  /// zeros and d is not.
  double relativeFrobenius = 0;
  /// The same over the many: without elements that alone are more than a 64th
  /// of the square of the norm of what is left, and of errors what is more than
  /// `absolute`. A norm says nothing of a few, which have their own bounds. 0
  /// where none is left.
  double frobeniusOfMany = 0;
  /// The largest |d - ref| over the same elements.
  double maxAbsolute = 0;
  /// The largest |d - ref| minus its bound: positive if there is a violation
  /// among the finite elements.
  double maxExcess = 0;
  int64_t violations = 0;
  /// The first violation in row-major order; -1 if there is none.
  int64_t firstRow = -1, firstCol = -1;
  double firstValue = 0, firstReference = 0;
};

/// Compares \p d, of any element type, with a reference of the same shape.
/// Where the reference is NaN or infinite, d must be NaN or the same infinity.
/// A null
/// \p sumAbs counts as zeros.
Status compareWithReference(const ConstMatrix &d, const double *reference,
                            const double *sumAbs, const ErrorBound &bound,
                            ErrorReport &report);

struct BitwiseReport {
  int64_t mismatches = 0;
  /// The first mismatch in row-major order; -1 if there is none.
  int64_t firstRow = -1, firstCol = -1;
  /// The two elements there, zero-extended.
  uint64_t firstA = 0, firstB = 0;
};

/// Compares two matrices of the same shape and type bit by bit: -0 differs from
/// +0, and NaNs of different payload differ.
Status compareBitwise(const ConstMatrix &a, const ConstMatrix &b,
                      BitwiseReport &report);

} // namespace gridquant

#endif // GQ_NUMERICS_COMPARE_H
