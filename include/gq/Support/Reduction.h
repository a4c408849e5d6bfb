//===- Reduction.h - sums, products, maxima, minima -------------*- C++ -*-===//
//
// What reductions there are, of which types, and what two values become: asked
// by verifiers of both dialects, the executors and the lowering.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_SUPPORT_REDUCTION_H
#define GQ_SUPPORT_REDUCTION_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <cstdint>

namespace mlir::gq {

/// What elements of `type` are reduced in: f32 for floats of 16 or 32 bits, i32
/// for itself; null for others.
inline Type reducedType(Type type) {
  if (type.isBF16() || type.isF16() || type.isF32())
    return Float32Type::get(type.getContext());
  return type.isSignlessInteger(32) ? type : Type();
}

/// True if `kind` reduces values of `type`, f32 or i32.
inline bool isReduction(arith::AtomicRMWKind kind, Type type) {
  using Kind = arith::AtomicRMWKind;
  constexpr Kind kFloats[] = {Kind::addf,     Kind::mulf,    Kind::maximumf,
                              Kind::minimumf, Kind::maxnumf, Kind::minnumf};
  constexpr Kind kIntegers[] = {Kind::addi, Kind::muli, Kind::maxs,
                                Kind::maxu, Kind::mins, Kind::minu,
                                Kind::andi, Kind::ori,  Kind::xori};
  if (type.isF32())
    return llvm::is_contained(kFloats, kind);
  return type.isSignlessInteger(32) && llvm::is_contained(kIntegers, kind);
}

/// Two values as one; `kind` is one of floats, isReduction().
inline float combine(arith::AtomicRMWKind kind, float a, float b) {
  using Kind = arith::AtomicRMWKind;
  bool ordered = !std::isnan(a) && !std::isnan(b);
  // Of two zeros the positive one is the larger.
  bool less = a < b || (a == b && std::signbit(a));
  switch (kind) {
  case Kind::addf:
    return a + b;
  case Kind::mulf:
    return a * b;
  case Kind::maximumf:
    return ordered ? (less ? b : a) : std::nanf("");
  case Kind::minimumf:
    return ordered ? (less ? a : b) : std::nanf("");
  case Kind::maxnumf:
    return ordered ? (less ? b : a) : (std::isnan(a) ? b : a);
  default:
    return ordered ? (less ? a : b) : (std::isnan(a) ? b : a);
  }
}

/// The same of integers, which wrap around.
inline int32_t combine(arith::AtomicRMWKind kind, int32_t a, int32_t b) {
  using Kind = arith::AtomicRMWKind;
  auto x = static_cast<uint32_t>(a), y = static_cast<uint32_t>(b);
  switch (kind) {
  case Kind::addi:
    return static_cast<int32_t>(x + y);
  case Kind::muli:
    return static_cast<int32_t>(x * y);
  case Kind::maxs:
    return std::max(a, b);
  case Kind::mins:
    return std::min(a, b);
  case Kind::maxu:
    return static_cast<int32_t>(std::max(x, y));
  case Kind::minu:
    return static_cast<int32_t>(std::min(x, y));
  case Kind::andi:
    return a & b;
  case Kind::ori:
    return a | b;
  default:
    return a ^ b;
  }
}

/// One of `values`, which there are: neighbours are combined, then what these
/// became, until one is left. A last one without a neighbour stays.
template <typename Values, typename Combine>
auto combinePairs(Values values, Combine combine) {
  size_t count = values.size();
  while (count > 1) {
    size_t pairs = count / 2;
    for (size_t i = 0; i < pairs; ++i)
      values[i] = combine(values[2 * i], values[2 * i + 1]);
    if (count % 2)
      values[pairs] = values[count - 1];
    count = pairs + count % 2;
  }
  return values[0];
}

} // namespace mlir::gq

#endif // GQ_SUPPORT_REDUCTION_H
