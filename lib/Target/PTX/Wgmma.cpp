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
// 30). An instruction takes 32 bytes along K, 2 in the low word; the hardware
// applies the swizzle to the final address.
//
//===----------------------------------------------------------------------===//
#include "Assembly.h"
#include "gq/Target/PTX/PTX.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::gq;
using Effects = ptx::Assembly::Effects;

static constexpr int64_t kDepthBytes = 32, kDescriptorUnit = 16;

/// What PTX calls an element type.
static StringRef nameOf(Type type) {
  return TypeSwitch<Type, StringRef>(type)
      .Case([](Float8E4M3FNType) { return "e4m3"; })
      .Case([](Float8E5M2Type) { return "e5m2"; })
      .Case([](BFloat16Type) { return "bf16"; })
      .Case([](Float16Type) { return "f16"; })
      .Case([](Float32Type) { return "f32"; })
      .Case([](IntegerType integer) {
        return integer.getWidth() == 8 ? "s8" : "s32";
      });
}

/// What follows the operands: floats can be negated, which is none of our
/// business, and operands of 16 bits transposed, which their tiles are not.
static StringRef immediatesOf(Type operand) {
  if (isa<IntegerType>(operand))
    return "";
  return operand.getIntOrFloatBitWidth() == 16 ? ", 1, 1, 0, 0" : ", 1, 1";
}

Value ptx::multiply(OpBuilder &builder, Location loc, const Wgmma &shape,
                    Value a, Value b, ValueRange reuse, bool accumulate) {
  Assembly assembly(builder, loc);
  // A thread holds two of each eight values of a row, of two rows in 16; two of
  // f16 share a register.
  bool pairs = shape.acc.isF16();
  std::string registers =
      !reuse.empty() ? assembly.tied(reuse)
      : pairs        ? assembly.results(builder.getI32Type(), shape.columns / 4)
                     : assembly.results(shape.acc, shape.columns / 2);
  std::string lowA = assembly.operand(a), lowB = assembly.operand(b);
  std::string text = "{ .reg .b64 da, db; .reg .b32 hi, la, lb; .reg .pred no, "
                     "yes; mov.b32 hi, 0x40000040; setp.ne.b32 no, hi, hi; "
                     "setp.eq.b32 yes, hi, hi; wgmma.fence.sync.aligned; ";
  int64_t bits = shape.a.getIntOrFloatBitWidth(),
          depth = kDepthBytes * 8 / bits;
  std::string instruction =
      ("wgmma.mma_async.sync.aligned.m64n" + Twine(shape.columns) + "k" +
       Twine(depth) + "." + nameOf(shape.acc) + "." + nameOf(shape.a) + "." +
       nameOf(shape.b) + " " + registers + ", da, db, ")
          .str();
  StringRef immediates = immediatesOf(shape.a);
  for (int64_t k = shape.begin; k < shape.end; k += depth) {
    std::string step = std::to_string(k * bits / 8 / kDescriptorUnit);
    text += "add.s32 la, " + lowA + ", " + step + "; add.s32 lb, " + lowB +
            ", " + step + "; mov.b64 da, {la, hi}; mov.b64 db, {lb, hi}; " +
            instruction + (k == shape.begin && !accumulate ? "no" : "yes") +
            immediates.str() + "; ";
  }
  return assembly.emit(text + "wgmma.commit_group.sync.aligned; }",
                       Effects::Yes);
}

Value ptx::waitProducts(OpBuilder &b, Location loc, ValueRange accumulators) {
  Assembly assembly(b, loc);
  assembly.tied(accumulators);
  return assembly.emit("wgmma.wait_group.sync.aligned 0;", Effects::Yes);
}
