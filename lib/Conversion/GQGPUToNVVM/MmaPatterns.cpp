//===- MmaPatterns.cpp - wgmma --------------------------------------------===//
//
// LLVM does not know that wgmma is asynchronous. Two inline-PTX forms make it
// see what it must: one block with fence, all products of a group and commit,
// whose outputs are the accumulators; and a wait that takes the accumulators in
// and out through tied operands, so that nothing that reads them can move above
// it. With the first product's scale-d false the outputs need no inputs.
//
// Descriptors (PTX ISA, "Matrix-Descriptor Format"): the low word is address >>
// 4; the high word is constant for K-major tiles of 128-byte swizzle: 1024
// bytes from one group of 8 rows to the next (64 << 0) and swizzle mode 1 (1 <<
// 30). 32 elements along K are 32 bytes, 2 in the low word; the hardware
// applies the swizzle to the final address.
//
//===----------------------------------------------------------------------===//
#include "Patterns.h"

using namespace mlir;
using namespace mlir::gqgpu;

static StringRef formatOf(Type type) {
  return isa<Float8E4M3FNType>(type) ? "e4m3" : "e5m2";
}

/// "=f" for each value, then the operands tied to them.
static std::string tiedConstraints(int64_t count) {
  std::string text;
  for (int64_t i = 0; i < count; ++i)
    text += i ? ",=f" : "=f";
  for (int64_t i = 0; i < count; ++i)
    text += "," + std::to_string(i);
  return text;
}

namespace {

struct MmaAsyncPattern : KernelPattern<MmaAsyncOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(MmaAsyncOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getResult().getType());
    RingType ring = op.getRing().getType();
    RingLayout layout = RingLayout::get(ring, 0);
    TileType tileA = ring.getTiles()[op.getA()],
             tileB = ring.getTiles()[op.getB()];
    auto descriptor = [&](int64_t tile, Value row) {
      Value address =
          e.add(e.add(adaptor.getRing(), layout.tiles[tile].offset),
                e.mul(adaptor.getSlot(), layout.tiles[tile].stride));
      if (row)
        address = e.add(address, e.shl(row, 7));
      return e.lshr(address, 4);
    };
    Value a = descriptor(op.getA(), adaptor.getRow());
    Value b = descriptor(op.getB(), Value());

    int64_t count = type.getNumValues();
    bool reuse = static_cast<bool>(adaptor.getReuse());
    int64_t firstInput = reuse ? 2 * count : count;
    std::string registers;
    for (int64_t i = 0; i < count; ++i)
      registers += (i ? ", $" : "$") + std::to_string(i);
    std::string lowA = "$" + std::to_string(firstInput);
    std::string lowB = "$" + std::to_string(firstInput + 1);
    std::string text =
        "{ .reg .b64 da, db; .reg .b32 hi, la, lb; .reg .pred no, "
        "yes; mov.b32 hi, 0x40000040; setp.ne.b32 no, hi, hi; "
        "setp.eq.b32 yes, hi, hi; wgmma.fence.sync.aligned; ";
    std::string instruction = "wgmma.mma_async.sync.aligned.m64n" +
                              std::to_string(type.getShape()[1]) + "k32.f32." +
                              formatOf(tileA.getElementType()).str() + "." +
                              formatOf(tileB.getElementType()).str() + " {" +
                              registers + "}, da, db, ";
    for (int64_t k = op.getK()[0]; k < op.getK()[1]; k += 32) {
      std::string step = std::to_string(k / 16);
      text += "add.s32 la, " + lowA + ", " + step + "; add.s32 lb, " + lowB +
              ", " + step + "; mov.b64 da, {la, hi}; mov.b64 db, {lb, hi}; " +
              instruction + (k == op.getK()[0] ? "no" : "yes") + ", 1, 1; ";
    }
    text += "wgmma.commit_group.sync.aligned; }";

    SmallVector<Value> operands;
    std::string constraints;
    if (reuse) {
      operands = e.members(adaptor.getReuse());
      constraints = tiedConstraints(count);
    } else {
      for (int64_t i = 0; i < count; ++i)
        constraints += i ? ",=f" : "=f";
    }
    constraints += ",r,r";
    operands.push_back(a);
    operands.push_back(b);
    rewriter.replaceOp(op, e.ptx(getTypeConverter()->convertType(type), text,
                                 constraints, operands));
    return success();
  }
};

struct MmaWaitPattern : KernelPattern<MmaWaitOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(MmaWaitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    Value value = adaptor.getValue();
    int64_t count = cast<FragmentType>(op.getValue().getType()).getNumValues();
    rewriter.replaceOp(op, e.ptx(value.getType(),
                                 "wgmma.wait_group.sync.aligned 0;",
                                 tiedConstraints(count), e.members(value)));
    return success();
  }
};

struct PromotePattern : KernelPattern<PromoteOp> {
  using KernelPattern::KernelPattern;
  LogicalResult
  matchAndRewrite(PromoteOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Emitter e(rewriter, op.getLoc());
    auto type = cast<FragmentType>(op.getAcc().getType());
    SmallVector<Value> partial = e.members(adaptor.getPartial()),
                       acc = e.members(adaptor.getAcc()),
                       rows = e.members(adaptor.getRowScales()),
                       cols = e.members(adaptor.getColScales());
    // One product of scales for each row of this thread and part of the
    // columns.
    SmallVector<SmallVector<Value>> scales;
    for (Value row : rows) {
      auto &products = scales.emplace_back();
      for (Value col : cols)
        products.push_back(
            LLVM::FMulOp::create(rewriter, op.getLoc(), row, col));
    }
    int64_t columns = type.getShape()[1];
    int64_t parts = cols.size();
    for (int64_t i = 0; i < static_cast<int64_t>(acc.size()); ++i) {
      int64_t half = (i / 2) % 2, column = i / 4 * 8;
      Value scale =
          scales[rows.size() == 1 ? 0 : half][column * parts / columns];
      acc[i] =
          LLVM::FMAOp::create(rewriter, op.getLoc(), partial[i], scale, acc[i]);
    }
    rewriter.replaceOp(op, e.pack(acc));
    return success();
  }
};

} // namespace

void mlir::gqgpu::populateMmaPatterns(RewritePatternSet &patterns,
                                      const LLVMTypeConverter &converter,
                                      const KernelAbi &abi) {
  patterns.add<MmaAsyncPattern, MmaWaitPattern, PromotePattern>(
      converter, patterns.getContext(), abi);
}
