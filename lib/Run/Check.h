//===- Check.h - a backend's results against the reference's ----*- C++ -*-===//
//
// The rule, per result:
//
// - Bit for bit, when the function pins the bits: the result is fp8 or integer,
//   or the scales or magnitudes of a quantisation, and nothing it is computed
//   from is open to rounding, as gq.scaled_matmul and math functions are.
// - Otherwise element by element,
//     |d - ref| <= 2^-8 |ref| + 2^-11 sumabs
//   for a result that is a gq.scaled_matmul itself, ref being its value in f64
//   before the rounding to its type and sumabs the sum of the magnitudes of its
//   products, and
//     |d - ref| <= 2^-7 (largest |ref| of the row)
//   for others, as cancellation makes a bound relative to the element unsound;
//   rows of fewer than 64 elements are taken together. What is subnormal in the
//   result's type is rounded to whole steps: half of one more, or a whole one
//   where ref has been rounded as well.
//   On top of that 2.5e-3 in the relative Frobenius norm of the elements of
//   which none outweighs 63 others, errors beyond that step.
// - Codes (fp8, and i8 that floats were rounded to) of rounded values: each may
//   be the next one, or within that bound of values, and one of 32 another at
//   all, as values lie where two codes meet.
// - A gq.scaled_matmul of such codes may be past its bound in one row, or one
//   element of 16, and there by the root of the sum of squares of what a step
//   of each code makes of it. The limit of the norm grows by what one code of
//   32 makes of that. Of what is computed from such a product as many elements
//   may be off by the norm of these roots, relative to that of the product, of
//   the largest of the row, and the limit grows alike.
// - Integers that depend on rounded values in other ways: 2^-2 of the row's
//   largest magnitude, and 2^-4 in the norm.
//
// Where the reference is NaN or infinite, so must the result be; where
// something within the bounds overflows in the result's type, the result may be
// infinite.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_RUN_CHECK_H
#define GQ_LIB_RUN_CHECK_H

#include "CodeSteps.h"
#include "gq/Reference/RuntimeValue.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::gq {

struct CheckOutcome {
  bool passed = false;
  /// One line: which rule, and how far off.
  std::string summary;
};

/// True if every bit of result \p index is pinned.
bool isBitExact(func::FuncOp function, unsigned index);

/// Visits every op that \p value is computed from, ops in regions included.
/// False if \p visit ever says so.
bool walkSources(Value value, function_ref<bool(Operation *)> visit);

/// True if nothing that \p value is computed from is open to rounding.
bool isComputedExactly(Value value);

/// Result \p index of \p function. \p reference may carry sumAbs; \p steps: of
/// a product of codes of rounded values.
CheckOutcome checkResult(func::FuncOp function, unsigned index,
                         const RuntimeTensor &result,
                         const RuntimeTensor &reference,
                         const ResultSteps &steps);

} // namespace mlir::gq

#endif // GQ_LIB_RUN_CHECK_H
