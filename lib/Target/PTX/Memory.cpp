//===- Memory.cpp - loads, stores and reductions --------------------------===//
#include "Assembly.h"
#include "gq/Target/PTX/PTX.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::gq;
using Effects = ptx::Assembly::Effects;

/// The type of the register that a word is loaded into, and the words in one.
static Type registerType(OpBuilder &b, Type word) {
  return word.isInteger(8) ? b.getI16Type() : word;
}
static SmallVector<Value> wordsOf(OpBuilder &b, Location loc, Value loaded,
                                  Type word) {
  SmallVector<Value> words = ptx::membersOf(b, loc, loaded);
  if (word.isInteger(8))
    for (Value &value : words)
      value = LLVM::TruncOp::create(b, loc, word, value);
  return words;
}

SmallVector<Value> ptx::loadGlobal(OpBuilder &b, Location loc, Value address,
                                   int64_t offset, Type word, int64_t count,
                                   Value when, const GlobalLoad &how) {
  Assembly assembly(b, loc);
  std::string zeros, size = std::to_string(word.getIntOrFloatBitWidth());
  // Zeros are there before the address is used.
  std::string words =
      assembly.results(registerType(b, word), count, /*early=*/true);
  for (int64_t i = 0; i < count; ++i)
    zeros += "mov.b" + std::string(size == "8" ? "16" : size) + " $" +
             std::to_string(i) + ", 0; ";
  std::string from = memoryAt(assembly.operand(address), offset);
  std::string guard = assembly.guard(when);
  std::string policy;
  if (how.policy)
    policy =
        ", " + assembly.operand(constantInt(b, loc, b.getI64Type(),
                                            static_cast<int64_t>(*how.policy)));
  // Without .nc, ptxas must assume that a store before it changes the memory.
  // Lanes load sectors of 32 bytes in halves, which L1 must keep meanwhile:
  // with .L1::no_allocate some come from L2 twice, see docs/architecture.md.
  Value loaded = assembly.emit(
      "{ " + zeros + guard + "ld.global" + Twine(how.readOnly ? ".nc" : "") +
          (how.policy ? ".L2::cache_hint" : "") + wordSuffix(word, count) +
          " " + words + ", " + from + policy + "; }",
      how.readOnly ? Effects::No : Effects::Yes);
  return wordsOf(b, loc, loaded, word);
}

/// A store of `words` of type `word` in state space `space`.
static void store(OpBuilder &b, Location loc, StringRef space, Value address,
                  int64_t offset, Type word, ValueRange words, Value when) {
  ptx::Assembly assembly(b, loc);
  std::string to = ptx::memoryAt(assembly.operand(address), offset),
              list = assembly.operands(words);
  assembly.emit(assembly.guard(when) + "st." + space +
                    ptx::wordSuffix(word, words.size()) + " " + to + ", " +
                    list + ";",
                Effects::Yes);
}

/// Bits are stored: a float needs no conversion.
static Type bitsOf(OpBuilder &b, ValueRange words) {
  return b.getIntegerType(words[0].getType().getIntOrFloatBitWidth());
}

void ptx::storeGlobal(OpBuilder &b, Location loc, Value address, int64_t offset,
                      ValueRange words, Value when) {
  store(b, loc, "global", address, offset, bitsOf(b, words), words, when);
}

void ptx::storeRelease(OpBuilder &b, Location loc, Value address, Value word,
                       Value when) {
  Assembly assembly(b, loc);
  std::string to = memoryAt(assembly.operand(address), 0),
              value = assembly.operand(word);
  assembly.emit(assembly.guard(when) + "st.release.gpu.global.b32 " + to +
                    ", " + value + ";",
                Effects::Yes);
}

void ptx::waitNonZero(OpBuilder &b, Location loc, Value address) {
  Assembly assembly(b, loc);
  std::string from = memoryAt(assembly.operand(address), 0);
  assembly.emit("{ .reg .pred P; .reg .b32 W; "
                "WAIT: ld.acquire.gpu.global.b32 W, " +
                    from +
                    "; setp.ne.b32 P, W, 0; @P bra DONE; bra WAIT; DONE: }",
                Effects::Yes);
}

void ptx::storeLowByte(OpBuilder &b, Location loc, Value address,
                       int64_t offset, Value word, Value when) {
  store(b, loc, "global", address, offset, b.getI8Type(), word, when);
}

void ptx::storeShared(OpBuilder &b, Location loc, Value address, int64_t offset,
                      ValueRange words, Value when) {
  store(b, loc, "shared", address, offset, bitsOf(b, words), words, when);
}

SmallVector<Value> ptx::loadShared(OpBuilder &b, Location loc, Value address,
                                   int64_t offset, Type word, int64_t count) {
  Assembly assembly(b, loc);
  std::string words = assembly.results(registerType(b, word), count);
  std::string from = memoryAt(assembly.operand(address), offset);
  Value loaded = assembly.emit("ld.shared" + wordSuffix(word, count) + " " +
                                   words + ", " + from + ";",
                               Effects::Yes);
  return wordsOf(b, loc, loaded, word);
}

void ptx::storeAsync(OpBuilder &b, Location loc, Value address, int64_t offset,
                     ValueRange words, Value barrier, Value when) {
  Assembly assembly(b, loc);
  std::string to = memoryAt(assembly.operand(address), offset),
              list = assembly.operands(words),
              at = memoryAt(assembly.operand(barrier), 0);
  assembly.emit(
      assembly.guard(when) +
          "st.async.weak.shared::cluster.mbarrier::complete_tx::bytes" +
          wordSuffix(bitsOf(b, words), words.size()) + " " + to + ", " + list +
          ", " + at + ";",
      Effects::Yes);
}

Value ptx::loadShared(OpBuilder &b, Location loc, Value address, Type word) {
  return loadShared(b, loc, address, /*offset=*/0, word, /*count=*/1).front();
}

static void reduceMax(OpBuilder &b, Location loc, StringRef space,
                      Value address, Value word, Value when) {
  ptx::Assembly assembly(b, loc);
  std::string at = ptx::memoryAt(assembly.operand(address), 0),
              value = assembly.operand(word);
  assembly.emit(assembly.guard(when) + "red." + space + ".max.u32 " + at +
                    ", " + value + ";",
                Effects::Yes);
}

void ptx::maxShared(OpBuilder &b, Location loc, Value address, Value word,
                    Value when) {
  reduceMax(b, loc, "shared", address, word, when);
}

void ptx::maxCluster(OpBuilder &b, Location loc, Value address, Value word,
                     Value when) {
  reduceMax(b, loc, "shared::cluster", address, word, when);
}

Value ptx::mapToBlock(OpBuilder &b, Location loc, Value address, int64_t rank) {
  return mapToBlock(b, loc, address, constant32(b, loc, rank));
}

Value ptx::mapToBlock(OpBuilder &b, Location loc, Value address, Value rank) {
  Value mapped = NVVM::MapaOp::create(
      b, loc, LLVM::LLVMPointerType::get(b.getContext(), kClusterSpace),
      sharedPointer(b, loc, address), rank);
  return LLVM::PtrToIntOp::create(b, loc, b.getI32Type(), mapped);
}

void ptx::storeMatrices(OpBuilder &b, Location loc, Value address,
                        ValueRange words) {
  MLIRContext *context = b.getContext();
  NVVM::StMatrixOp::create(b, loc, sharedPointer(b, loc, address), words,
                           NVVM::MMALayout::row,
                           NVVM::LdStMatrixShapeAttr::get(context, 8, 8),
                           NVVM::LdStMatrixEltType::B16);
}
