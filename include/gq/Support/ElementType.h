//===- ElementType.h - the element types of tensors -------------*- C++ -*-===//
//
// The one table of them for everything that is free of LLVM: the reference, the
// bundle, the runtime and gq-bench. Names are spelled as MLIR spells the types,
// so that a type can cross from the compiler as text.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_SUPPORT_ELEMENTTYPE_H
#define GQ_SUPPORT_ELEMENTTYPE_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gridquant {

/// The values are part of the C ABI of the runtime (gq_type).
enum class ElementType : uint8_t {
  bf16 = 0,
  f16 = 1,
  f32 = 2,
  f64 = 3,
  i8 = 4,
  i32 = 5,
  i64 = 6,
  f8E4M3FN = 7,
  f8E5M2 = 8,
  f8E8M0FNU = 9,
  i16 = 10,
};

inline constexpr unsigned numElementTypes = 11;

/// The MLIR spelling, e.g. "f8E4M3FN"; "invalid" for a value outside the enum.
const char *elementTypeName(ElementType type);

/// Bytes per element; 0 for a value outside the enum.
size_t elementTypeSize(ElementType type);

/// The inverse of elementTypeName. Exact match only.
std::optional<ElementType> parseElementType(std::string_view name);

/// The type code of DLPack (DLDataTypeCode); its bits are 8 elementTypeSize().
/// FP8 has codes since DLPack 1.1.
enum DLPackCode : uint8_t {
  DLPackInt = 0,
  DLPackUInt = 1,
  DLPackFloat = 2,
  DLPackBfloat = 4,
  DLPackFloat8E4M3FN = 10,
  DLPackFloat8E5M2 = 12,
  DLPackFloat8E8M0FNU = 14,
};
DLPackCode dlpackCode(ElementType type);

/// Types of one byte that frameworks without FP8 hand over as bytes.
constexpr bool isFloat8OrScale(ElementType type) {
  return type == ElementType::f8E4M3FN || type == ElementType::f8E5M2 ||
         type == ElementType::f8E8M0FNU;
}

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

/// Multiplied as they are, without scales.
constexpr bool isHalf(ElementType type) {
  return type == ElementType::bf16 || type == ElementType::f16;
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

#endif // GQ_SUPPORT_ELEMENTTYPE_H
