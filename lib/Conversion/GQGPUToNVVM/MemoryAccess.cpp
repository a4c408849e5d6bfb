//===- MemoryAccess.cpp - global and shared memory ------------------------===//
#include "MemoryAccess.h"

using namespace mlir;
using namespace mlir::gqgpu;

ptx::CachePolicy mlir::gqgpu::policyOf(Eviction evict) {
  switch (evict) {
  case Eviction::Normal:
    return ptx::CachePolicy::EvictNormal;
  case Eviction::First:
    return ptx::CachePolicy::EvictFirst;
  case Eviction::Last:
    return ptx::CachePolicy::EvictLast;
  }
  llvm_unreachable("all evictions are handled");
}

/// The words that hold `bits`, which one access moves.
static std::pair<Type, int64_t> wordsOf(Emitter &e, int64_t bits) {
  if (bits < 32)
    return {e.b.getIntegerType(bits), 1};
  return {e.i32(), bits / 32};
}

SmallVector<Value> mlir::gqgpu::guardedLoad(Emitter &e, Value address,
                                            int64_t offset, Value inside,
                                            int64_t bits, Eviction evict,
                                            bool inOrder) {
  auto [word, count] = wordsOf(e, bits);
  ptx::GlobalLoad how;
  how.readOnly = !inOrder;
  if (evict != Eviction::Normal)
    how.policy = policyOf(evict);
  return ptx::loadGlobal(e.b, e.loc, address, offset, word, count, inside, how);
}

SmallVector<Value> mlir::gqgpu::loadShared(Emitter &e, Value address,
                                           int64_t offset, int64_t bits) {
  auto [word, count] = wordsOf(e, bits);
  return ptx::loadShared(e.b, e.loc, address, offset, word, count);
}

Value mlir::gqgpu::bitsOf(Emitter &e, Value value) {
  unsigned width = value.getType().getIntOrFloatBitWidth();
  Type type = e.b.getIntegerType(width);
  return value.getType() == type
             ? value
             : LLVM::BitcastOp::create(e.b, e.loc, type, value).getResult();
}

Value mlir::gqgpu::packHalves(Emitter &e, Value low, Value high) {
  auto type = VectorType::get({2}, low.getType());
  Value vector = LLVM::PoisonOp::create(e.b, e.loc, type);
  vector = LLVM::InsertElementOp::create(e.b, e.loc, vector, low, e.c32(0));
  vector = LLVM::InsertElementOp::create(e.b, e.loc, vector, high, e.c32(1));
  return LLVM::BitcastOp::create(e.b, e.loc, e.i32(), vector);
}
