//===- ElementType.cpp - the element types of tensors ---------------------===//
#include "gq/Support/ElementType.h"

using namespace gridquant;

namespace {

struct TypeInfo {
  const char *name;
  size_t size;
  DLPackCode code;
};

// In the order of the enum.
constexpr TypeInfo typeInfos[numElementTypes] = {
    {"bf16", 2, DLPackBfloat},
    {"f16", 2, DLPackFloat},
    {"f32", 4, DLPackFloat},
    {"f64", 8, DLPackFloat},
    {"i8", 1, DLPackInt},
    {"i32", 4, DLPackInt},
    {"i64", 8, DLPackInt},
    {"f8E4M3FN", 1, DLPackFloat8E4M3FN},
    {"f8E5M2", 1, DLPackFloat8E5M2},
    {"f8E8M0FNU", 1, DLPackFloat8E8M0FNU},
    {"i16", 2, DLPackInt},
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

DLPackCode gridquant::dlpackCode(ElementType type) {
  unsigned index = static_cast<unsigned>(type);
  return index < numElementTypes ? typeInfos[index].code : DLPackUInt;
}
