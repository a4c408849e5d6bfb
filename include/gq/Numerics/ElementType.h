//===- ElementType.h - the element types of tensors -------------*- C++ -*-===//
//
// Names are spelled as MLIR spells the types, so that a type can cross from the
// compiler to this library as text.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_NUMERICS_ELEMENTTYPE_H
#define GQ_NUMERICS_ELEMENTTYPE_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gridquant {

enum class ElementType : uint8_t {
  bf16,
  f16,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  f8E4M3FN,
  f8E5M2,
  f8E8M0FNU,
};

inline constexpr unsigned numElementTypes = 11;

/// The MLIR spelling, e.g. "f8E4M3FN"; "invalid" for a value outside the enum.
const char *elementTypeName(ElementType type);

/// Bytes per element; 0 for a value outside the enum.
size_t elementTypeSize(ElementType type);

/// The inverse of elementTypeName. Exact match only.
std::optional<ElementType> parseElementType(std::string_view name);

constexpr bool isFloat8(ElementType type) {
  return type == ElementType::f8E4M3FN || type == ElementType::f8E5M2;
}

constexpr bool isInteger(ElementType type) {
  return type == ElementType::i8 || type == ElementType::i16 ||
         type == ElementType::i32 || type == ElementType::i64;
}

/// The types blocks are quantised from.
constexpr bool isQuantizeSource(ElementType type) {
  return type == ElementType::bf16 || type == ElementType::f16 ||
         type == ElementType::f32;
}

/// The types blocks are quantised to, and scaled matmuls read.
constexpr bool isQuantized(ElementType type) {
  return isFloat8(type) || type == ElementType::i8;
}

/// The largest magnitude a quantised element takes: 448, 57344 or 127 (int8 is
/// used symmetrically). 0 for a type that is not isQuantized().
constexpr float quantizedMax(ElementType type) {
  return type == ElementType::f8E4M3FN ? 448.0f
         : type == ElementType::f8E5M2 ? 57344.0f
         : type == ElementType::i8     ? 127.0f
                                       : 0.0f;
}

} // namespace gridquant

#endif // GQ_NUMERICS_ELEMENTTYPE_H
