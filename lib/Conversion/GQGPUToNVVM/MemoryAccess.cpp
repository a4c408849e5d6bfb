//===- MemoryAccess.cpp - global and shared memory ------------------------===//
#include "MemoryAccess.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// A list of `n` placeholders from `$first`, in braces if there are more than
/// one.
static std::string placeholders(int64_t first, int64_t n) {
  std::string text;
  for (int64_t i = 0; i < n; ++i)
    text += (i ? ", $" : "$") + std::to_string(first + i);
  return n > 1 ? "{" + text + "}" : text;
}

static std::string vectorSuffix(int64_t words, int64_t bits) {
  std::string suffix = ".b" + std::to_string(bits);
  return words > 1 ? ".v" + std::to_string(words) + suffix : suffix;
}

/// "[$3]" or "[$3+64]".
static std::string memoryAt(int64_t operand, int64_t offset) {
  std::string text = "[$" + std::to_string(operand);
  if (offset != 0)
    text += (offset > 0 ? "+" : "") + std::to_string(offset);
  return text + "]";
}

int64_t mlir::gqgpu::policyOf(Eviction evict) {
  switch (evict) {
  case Eviction::Normal:
    return 0x1000000000000000;
  case Eviction::First:
    return 0x12F0000000000000;
  case Eviction::Last:
    return 0x14F0000000000000;
  }
  return 0;
}

SmallVector<Value> mlir::gqgpu::guardedLoad(Emitter &e, Value address,
                                            int64_t offset, Value inside,
                                            int64_t bits, Eviction evict,
                                            bool inOrder) {
  int64_t words = std::max<int64_t>(1, bits / 32),
          wordBits = std::min<int64_t>(32, bits);
  Type word = wordBits == 32 ? e.i32() : e.i16();
  std::string text = "{ .reg .pred p; setp.ne.u32 p, $" +
                     std::to_string(words + 1) + ", 0; ",
              constraints;
  for (int64_t i = 0; i < words; ++i) {
    text += "mov.b" + std::string(wordBits == 32 ? "32" : "16") + " $" +
            std::to_string(i) + ", 0; ";
    constraints += wordBits == 32 ? "=&r," : "=&h,";
  }
  bool hint = evict != Eviction::Normal;
  // Without .nc, ptxas must assume that a store before it changes the memory.
  // Lanes load sectors of 32 bytes in halves, which L1 must keep meanwhile:
  // with .L1::no_allocate some come from L2 twice, see docs/architecture.md.
  text += "@p ld.global" + std::string(inOrder ? "" : ".nc") +
          std::string(hint ? ".L2::cache_hint" : "") +
          vectorSuffix(words, wordBits) + " " + placeholders(0, words) + ", " +
          memoryAt(words, offset) +
          (hint ? ", $" + std::to_string(words + 2) : "") + "; }";
  Type resultType = words == 1 ? word : Type(Emitter::structOf(word, words));
  SmallVector<Value> operands{address, e.zext(e.i32(), inside)};
  if (hint)
    operands.push_back(e.c64(policyOf(evict)));
  Value loaded = e.ptx(resultType, text, constraints + (hint ? "l,r,l" : "l,r"),
                       operands, /*effects=*/inOrder);
  return words == 1 ? SmallVector<Value>{loaded} : e.members(loaded);
}

void mlir::gqgpu::guardedStore(Emitter &e, Value address, int64_t offset,
                               Value inside, ValueRange words) {
  int64_t bits = words[0].getType().getIntOrFloatBitWidth();
  SmallVector<Value> operands{address, e.zext(e.i32(), inside)};
  std::string constraints = "l,r";
  for (Value value : words) {
    operands.push_back(bits == 8 ? e.zext(e.i16(), value) : value);
    constraints += bits == 32 ? ",r" : ",h";
  }
  e.ptx("{ .reg .pred p; setp.ne.u32 p, $1, 0; @p st.global" +
            vectorSuffix(words.size(), bits) + " " + memoryAt(0, offset) +
            ", " + placeholders(2, words.size()) + "; }",
        constraints, operands);
}

void mlir::gqgpu::storeShared(Emitter &e, Value address, int64_t offset,
                              ArrayRef<Value> words) {
  int64_t bits = words[0].getType().getIntOrFloatBitWidth();
  SmallVector<Value> operands{address};
  llvm::append_range(operands, words);
  std::string constraints = "r";
  for (size_t i = 0; i < words.size(); ++i)
    constraints += bits == 32 ? ",r" : ",h";
  e.ptx("st.shared" + vectorSuffix(words.size(), bits) + " " +
            memoryAt(0, offset) + ", " + placeholders(1, words.size()) + ";",
        constraints, operands);
}

SmallVector<Value> mlir::gqgpu::loadShared(Emitter &e, Value address,
                                           int64_t offset, int64_t bits) {
  int64_t words = std::max<int64_t>(1, bits / 32),
          wordBits = std::min<int64_t>(32, bits);
  Type word = wordBits == 32 ? e.i32() : e.i16();
  std::string constraints;
  for (int64_t i = 0; i < words; ++i)
    constraints += wordBits == 32 ? "=r," : "=h,";
  Value loaded =
      e.ptx(words == 1 ? word : Type(Emitter::structOf(word, words)),
            "ld.shared" + vectorSuffix(words, wordBits) + " " +
                placeholders(0, words) + ", " + memoryAt(words, offset) + ";",
            constraints + "r", address);
  return words == 1 ? SmallVector<Value>{loaded} : e.members(loaded);
}
