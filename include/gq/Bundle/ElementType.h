//===- ElementType.h - element types of operands ----------------*- C++ -*-===//
#ifndef GQ_BUNDLE_ELEMENTTYPE_H
#define GQ_BUNDLE_ELEMENTTYPE_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace gridquant {

/// The values are part of the C ABI of the runtime (gq_type).
enum class ElementType : uint8_t {
  BF16 = 0,
  F16 = 1,
  F32 = 2,
  F64 = 3,
  I8 = 4,
  I32 = 5,
  I64 = 6,
  F8E4M3FN = 7,
  F8E5M2 = 8,
  F8E8M0FNU = 9,
};

/// The spelling of MLIR: "bf16", "f8E4M3FN".
const char *stringify(ElementType type);
std::optional<ElementType> parseElementType(std::string_view name);
unsigned byteWidth(ElementType type);

} // namespace gridquant

#endif // GQ_BUNDLE_ELEMENTTYPE_H
