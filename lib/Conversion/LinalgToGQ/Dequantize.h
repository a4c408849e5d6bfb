//===- Dequantize.h - the formula of a dequantised element ------*- C++ -*-===//
#ifndef GQ_LIB_CONVERSION_LINALGTOGQ_DEQUANTIZE_H
#define GQ_LIB_CONVERSION_LINALGTOGQ_DEQUANTIZE_H

#include "Scales.h"

namespace mlir::gq::raise {

/// `(codes - zero) * scale`, or either alone, in a float.
struct Dequantized {
  /// The matrix of codes: f8E4M3FN, f8E5M2 or i8.
  Grid codes;
  Type format;
  /// Null: 1. As narrow as the program has it in memory.
  const Element *scale = nullptr;
  /// The tensor that has the scale; none if it is a constant.
  std::optional<Grid> scales;
  /// Null: 0. An integer of which nobody needs to know more than that it is in
  /// the range of i8.
  const Element *zero = nullptr;
  std::optional<Grid> zeros;
  /// The element type of the value, and whether it was rounded to that: not in
  /// f32, nor in bf16 or f16 if every value is exact.
  Type type;
  bool rounded = false;

  /// Elements that have one scale.
  std::array<int64_t, 2> block;

  /// Would no value be rounded in this float: codes have at most 8 significant
  /// bits, as bf16 has, and powers of two leave these alone.
  bool isExactIn(Type other) const;
};

/// Reads `element` as a dequantised element of `matrix`. What has codes in it
/// but is none leaves a reason in `why`.
FailureOr<Dequantized> matchDequantized(const Element *element,
                                        const Matrix &matrix, std::string &why);

/// The codes of an operand of a product of integers, less a zero point of any
/// size: `format` is i8, `type` the integer type.
FailureOr<Dequantized> matchShifted(const Element *element,
                                    const Matrix &matrix, std::string &why);

/// The scales as a tensor for gq ops, rows first.
Value makeScales(OpBuilder &b, Location loc, const Dequantized &value);

/// gq.dequantize of `value`, which has no zero points, to `type`.
Value makeDequantize(OpBuilder &b, Location loc, const Dequantized &value,
                     Type type);

} // namespace mlir::gq::raise

#endif // GQ_LIB_CONVERSION_LINALGTOGQ_DEQUANTIZE_H
