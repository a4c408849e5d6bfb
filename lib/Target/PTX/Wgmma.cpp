//===- Wgmma.cpp - products of a warp group -------------------------------===//
//
// LLVM does not know that wgmma is asynchronous. Two inline-PTX forms make it
// see what it must: one block with fence, all products of a group and commit,
// whose outputs are the accumulators; and a wait that takes the accumulators in
// and out through tied operands, so that nothing that reads them can move above
// it. With the first product's scale-d false the outputs need no inputs.
//
// nvvm.wgmma.mma_async is one inline block per product, with fence, commit and
// wait as ops beside it that do not mention the accumulators.
//
// Descriptors (PTX ISA, "Matrix-Descriptor Format"): the low word is address >>
// 4; the high word is constant for K-major tiles of 128-byte swizzle: 1024
// bytes from one group of 8 rows to the next (64 << 0) and swizzle mode 1 (1 <<
// 30). 32 elements along K are 32 bytes, 2 in the low word; the hardware
// applies the swizzle to the final address.
//
//===----------------------------------------------------------------------===//
#include "Assembly.h"
#include "gq/Target/PTX/PTX.h"

using namespace mlir;
using namespace mlir::gq;
using Effects = ptx::Assembly::Effects;

static std::string formatOf(Type type) {
  return isa<Float8E4M3FNType>(type) ? "e4m3" : "e5m2";
}

Value ptx::multiply(OpBuilder &builder, Location loc, const Wgmma &shape,
                    Value a, Value b, ValueRange reuse) {
  Assembly assembly(builder, loc);
  // A thread holds two of each four values of a row, of two rows in 16.
  std::string registers =
      reuse.empty() ? assembly.results(builder.getF32Type(), shape.columns / 2)
                    : assembly.tied(reuse);
  std::string lowA = assembly.operand(a), lowB = assembly.operand(b);
  std::string text = "{ .reg .b64 da, db; .reg .b32 hi, la, lb; .reg .pred no, "
                     "yes; mov.b32 hi, 0x40000040; setp.ne.b32 no, hi, hi; "
                     "setp.eq.b32 yes, hi, hi; wgmma.fence.sync.aligned; ";
  std::string instruction = "wgmma.mma_async.sync.aligned.m64n" +
                            std::to_string(shape.columns) + "k32.f32." +
                            formatOf(shape.a) + "." + formatOf(shape.b) + " " +
                            registers + ", da, db, ";
  for (int64_t k = shape.begin; k < shape.end; k += 32) {
    std::string step = std::to_string(k / 16);
    text += "add.s32 la, " + lowA + ", " + step + "; add.s32 lb, " + lowB +
            ", " + step + "; mov.b64 da, {la, hi}; mov.b64 db, {lb, hi}; " +
            instruction + (k == shape.begin ? "no" : "yes") + ", 1, 1; ";
  }
  return assembly.emit(text + "wgmma.commit_group.sync.aligned; }",
                       Effects::Yes);
}

Value ptx::waitProducts(OpBuilder &b, Location loc, ValueRange accumulators) {
  Assembly assembly(b, loc);
  assembly.tied(accumulators);
  return assembly.emit("wgmma.wait_group.sync.aligned 0;", Effects::Yes);
}
