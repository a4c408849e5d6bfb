//===- Lanes.h - registers of the scalar machine ----------------*- C++ -*-===//
//
// Scalar code is interpreted for many elements at a time, so that the cost of
// looking at an instruction is shared: a register holds one value for each of
// up to `maxLanes` elements.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_REFERENCE_LANES_H
#define GQ_LIB_REFERENCE_LANES_H

#include "gq/Reference/RuntimeValue.h"

namespace mlir::gq {

inline constexpr int64_t maxLanes = 256;

/// How values of a type are held in a register.
struct ScalarKind {
  enum Bank : uint8_t { F32, F64, Int };
  Bank bank = Int;
  /// Of an integer: its bits. Registers hold it sign-extended.
  unsigned width = 64;
  /// The type in memory; f32 for float types that are narrower only for those
  /// the numerics library knows. Unused for integers.
  gridquant::ElementType element = gridquant::ElementType::i64;

  /// None for types scalar code cannot handle.
  static std::optional<ScalarKind> get(Type type);

  bool isFloat() const { return bank != Int; }
  /// True if results computed in the bank need a rounding.
  bool isNarrow() const {
    return bank == F32 && element != gridquant::ElementType::f32;
  }
};

union alignas(64) Lanes {
  float f[maxLanes];
  double d[maxLanes];
  int64_t i[maxLanes];
};

/// Sign-extends the low \p width bits.
inline int64_t signExtend(uint64_t value, unsigned width) {
  unsigned shift = 64 - width;
  return static_cast<int64_t>(value << shift) >> shift;
}
/// The same bits without the sign's copies.
inline uint64_t zeroExtend(int64_t value, unsigned width) {
  return static_cast<uint64_t>(value) & (~UINT64_C(0) >> (64 - width));
}

/// Rounds a double to a float such that rounding that to a type of at most 22
/// bits of precision rounds the double correctly: an inexact result is odd.
float roundToOdd(double value);

/// Rounds floats held in the F32 bank to the narrow type of \p kind.
void roundLanes(const ScalarKind &kind, Lanes &lanes, int64_t count);
/// Rounds one double to \p kind, which is a float.
double roundDouble(const ScalarKind &kind, double value);

/// Reads \p count elements \p stride elements apart, beginning at \p from.
void loadLanes(const ScalarKind &kind, const unsigned char *from,
               int64_t stride, int64_t count, Lanes &to);
/// The inverse; \p from holds values of \p kind already.
void storeLanes(const ScalarKind &kind, const Lanes &from, int64_t stride,
                int64_t count, unsigned char *to);

/// All lanes with one value, and the value of lane 0.
void splatLanes(const ScalarKind &kind, const RuntimeValue &value, Lanes &to);
RuntimeValue getLane(const ScalarKind &kind, const Lanes &from);

} // namespace mlir::gq

#endif // GQ_LIB_REFERENCE_LANES_H
