//===- ElementType.cpp - the element types of tensors ---------------------===//

#include "gq/Numerics/ElementType.h"

using namespace gridquant;

namespace {

struct TypeInfo {
  const char *name;
  size_t size;
};

// In the order of the enum.
constexpr TypeInfo typeInfos[numElementTypes] = {
    {"bf16", 2},     {"f16", 2},    {"f32", 4},       {"f64", 8},
    {"i8", 1},       {"i16", 2},    {"i32", 4},       {"i64", 8},
    {"f8E4M3FN", 1}, {"f8E5M2", 1}, {"f8E8M0FNU", 1},
};

} // namespace

const char *gridquant::elementTypeName(ElementType type) {
  unsigned index = static_cast<unsigned>(type);
  return index < numElementTypes ? typeInfos[index].name : "invalid";
}

size_t gridquant::elementTypeSize(ElementType type) {
  unsigned index = static_cast<unsigned>(type);
  return index < numElementTypes ? typeInfos[index].size : 0;
}

std::optional<ElementType> gridquant::parseElementType(std::string_view name) {
  for (unsigned index = 0; index < numElementTypes; ++index)
    if (name == typeInfos[index].name)
      return static_cast<ElementType>(index);
  return std::nullopt;
}
