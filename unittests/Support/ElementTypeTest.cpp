//===- ElementTypeTest.cpp ------------------------------------------------===//

#include "gq/Support/ElementType.h"

#include "gq/Runtime/gq_runtime.h"

#include <gtest/gtest.h>

using namespace gridquant;

TEST(ElementType, NamesAndSizes) {
  for (unsigned i = 0; i < numElementTypes; ++i) {
    ElementType type = static_cast<ElementType>(i);
    EXPECT_EQ(parseElementType(elementTypeName(type)), type);
    EXPECT_GT(elementTypeSize(type), 0u);
  }
  EXPECT_STREQ(elementTypeName(ElementType::f8E8M0FNU), "f8E8M0FNU");
  EXPECT_EQ(elementTypeSize(ElementType::bf16), 2u);
  EXPECT_EQ(elementTypeSize(ElementType::i64), 8u);
  EXPECT_FALSE(parseElementType("F32"));
  EXPECT_FALSE(parseElementType(""));
  EXPECT_STREQ(elementTypeName(static_cast<ElementType>(99)), "invalid");
  EXPECT_EQ(elementTypeSize(static_cast<ElementType>(99)), 0u);
}

// The C interface of the runtime hands out these numbers.
TEST(ElementType, ValuesOfTheCInterface) {
  const struct {
    ElementType type;
    gq_type inC;
  } all[numElementTypes] = {{ElementType::bf16, GQ_BF16},
                            {ElementType::f16, GQ_F16},
                            {ElementType::f32, GQ_F32},
                            {ElementType::f64, GQ_F64},
                            {ElementType::i8, GQ_I8},
                            {ElementType::i16, GQ_I16},
                            {ElementType::i32, GQ_I32},
                            {ElementType::i64, GQ_I64},
                            {ElementType::f8E4M3FN, GQ_F8E4M3FN},
                            {ElementType::f8E5M2, GQ_F8E5M2},
                            {ElementType::f8E8M0FNU, GQ_F8E8M0FNU}};
  for (auto [type, inC] : all) {
    EXPECT_EQ(static_cast<int>(type), static_cast<int>(inC));
    EXPECT_STREQ(gq_type_name(inC), elementTypeName(type));
  }
}

// As numbered by dlpack.h.
TEST(ElementType, CodesOfDLPack) {
  EXPECT_EQ(dlpackCode(ElementType::i16), 0);
  EXPECT_EQ(dlpackCode(ElementType::f64), 2);
  EXPECT_EQ(dlpackCode(ElementType::bf16), 4);
  EXPECT_EQ(dlpackCode(ElementType::f8E4M3FN), 10);
  EXPECT_EQ(dlpackCode(ElementType::f8E5M2), 12);
  EXPECT_EQ(dlpackCode(ElementType::f8E8M0FNU), 14);
}
