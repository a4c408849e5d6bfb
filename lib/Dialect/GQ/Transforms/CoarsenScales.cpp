//===- CoarsenScales.cpp - codes under fewer scales along K ---------------===//
//
// In:  products of FP8 with f8E8M0FNU scales of short blocks along K, MXFP8.
// Out: the same of codes that gq.dequantize and gq.quantize bring under one
//      scale for each longer block.
//
// With one scale for each 32 elements of K on both sides, every 32 products
// cost two multiplications for each element of the result, more time than the
// tensor core takes for them. One scale for each 128 costs a quarter. What
// decodes is exact in bf16, scales are powers of two: so an element is rounded
// only where it is subnormal under the longer block's scale.
//
//===----------------------------------------------------------------------===//
#include "DecodeOperands.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Support/Remarks.h"
#include "mlir/IR/TypeUtilities.h"

namespace mlir::gq {
#define GEN_PASS_DEF_COARSENSCALESPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

static constexpr StringLiteral kPass = "gq-coarsen-scales";

namespace {
/// Codes and the scales of their blocks, an operand of a product.
struct Coded {
  Value codes, scales;
  SmallVector<int64_t> block;
};
} // namespace

/// Blocks of `operand` along K that are shorter than `columns`, and go into it.
static bool isFine(const Coded &operand, int64_t columns) {
  int64_t k = cast<RankedTensorType>(operand.codes.getType()).getDimSize(1);
  return isa<Float8E8M0FNUType>(getElementTypeOrSelf(operand.scales)) &&
         operand.block[1] < columns && columns % operand.block[1] == 0 &&
         (ShapedType::isDynamic(k) || operand.block[1] < k);
}

/// The same operand in blocks of `rows` x `columns`.
static Coded coarsened(OpBuilder &b, Location loc, const Coded &fine,
                       int64_t rows, int64_t columns) {
  SmallVector<int64_t> block{rows, columns};
  auto values = DequantizeOp::create(b, loc, fine.codes, fine.scales,
                                     fine.block, b.getBF16Type());
  auto quantize = QuantizeOp::create(b, loc, values.getResult(0), block,
                                     getElementTypeOrSelf(fine.codes));
  quantize.setPow2(true);
  return {quantize.getResult(0), quantize.getResult(1), block};
}

/// Why the blocks of `op` stay as they are; or nothing.
static std::string refuse(ScaledMatmulOp op) {
  if (op.getConfigAttr())
    return "it has a config";
  if (!op.hasPureTensorSemantics() ||
      cast<RankedTensorType>(op.getA().getType()).getRank() != 2)
    return "operands are no matrices";
  if (!isa<FloatType>(getElementTypeOrSelf(op.getA())))
    return "codes are integers, which a longer block would round";
  return refuseRowMajorCodes(op);
}

static void coarsen(ScaledMatmulOp op, int64_t columns) {
  if (!op.isScaled())
    return;
  Coded a{op.getA(), op.getAScales(), llvm::to_vector(*op.getABlock())},
      c{op.getB(), op.getBScales(), llvm::to_vector(*op.getBBlock())};
  bool fineA = isFine(a, columns), fineB = isFine(c, columns);
  if (!fineA && !fineB)
    return;
  if (std::string why = refuse(op); !why.empty()) {
    remarkMissed(op, kPass, "coarsen", "blocks stay as they are: " + why);
    return;
  }
  OpBuilder b(op);
  if (fineA)
    a = coarsened(b, op.getLoc(), a, a.block[0], columns);
  if (fineB) {
    int64_t rows = c.block[0];
    c = coarsened(b, op.getLoc(), c, columns % rows == 0 ? columns : rows,
                  columns);
  }
  op.getAMutable().assign(a.codes);
  op.getAScalesMutable().assign(a.scales);
  op.setABlock(a.block);
  op.getBMutable().assign(c.codes);
  op.getBScalesMutable().assign(c.scales);
  op.setBBlock(c.block);
  auto blockOf = [](const Coded &operand) {
    return std::to_string(operand.block[0]) + "x" +
           std::to_string(operand.block[1]);
  };
  std::string what;
  if (fineA)
    what = "a is brought under scales of blocks of " + blockOf(a);
  if (fineB)
    what += std::string(fineA ? ", b" : "b is brought under scales of blocks") +
            " of " + blockOf(c);
  remarkDecision(op, kPass, "coarsen", what);
}

namespace {
struct CoarsenScalesPass : gq::impl::CoarsenScalesPassBase<CoarsenScalesPass> {
  using CoarsenScalesPassBase::CoarsenScalesPassBase;

  void runOnOperation() override {
    if (columns == 0)
      return;
    if (columns < 0 || columns % 32 != 0) {
      getOperation()->emitError(
          "expects coarsen-scales to be 0, or a multiple of 32, got ")
          << columns.getValue();
      return signalPassFailure();
    }
    getOperation()->walk([&](ScaledMatmulOp op) { coarsen(op, columns); });
  }
};
} // namespace
