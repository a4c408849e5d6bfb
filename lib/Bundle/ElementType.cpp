//===- ElementType.cpp - element types of operands ------------------------===//
#include "gq/Bundle/ElementType.h"

namespace gridquant {

namespace {
struct TypeInfo {
  const char *name;
  unsigned bytes;
};
} // namespace

// Indexed by ElementType.
static constexpr TypeInfo types[] = {
    {"bf16", 2}, {"f16", 2}, {"f32", 4},      {"f64", 8},    {"i8", 1},
    {"i32", 4},  {"i64", 8}, {"f8E4M3FN", 1}, {"f8E5M2", 1}, {"f8E8M0FNU", 1},
};

const char *stringify(ElementType type) {
  return types[static_cast<unsigned>(type)].name;
}

unsigned byteWidth(ElementType type) {
  return types[static_cast<unsigned>(type)].bytes;
}

std::optional<ElementType> parseElementType(std::string_view name) {
  uint8_t index = 0;
  for (const TypeInfo &info : types) {
    if (name == info.name)
      return static_cast<ElementType>(index);
    ++index;
  }
  return std::nullopt;
}

} // namespace gridquant
