//===- CheckShapes.cpp - size demands as assertions -----------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gq {
#define GEN_PASS_DEF_CHECKSHAPESPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

/// The size of `value`, seen through destination-style ops to the tensor it was
/// made as: sizes that are one SSA value need no check.
static OpFoldResult sizeOf(OpBuilder &b, Location loc, Value value,
                           int64_t dim) {
  while (auto op = value.getDefiningOp<DestinationStyleOpInterface>()) {
    if (!op.hasPureTensorSemantics())
      break;
    value = op.getTiedOpOperand(cast<OpResult>(value))->get();
  }
  if (auto empty = value.getDefiningOp<tensor::EmptyOp>())
    return empty.getMixedSizes()[dim];
  return tensor::getMixedSize(b, loc, value, dim);
}

namespace {

class Checker {
public:
  explicit Checker(Operation *op)
      : b(op), loc(op->getLoc()), name(op->getName().getStringRef()) {}

  /// Dimension `dim` of `operand` must be that of `other`, or its number of
  /// blocks of `block`.
  void sizes(StringRef operand, Value value, int64_t dim,
             StringRef otherOperand, Value other, int64_t otherDim,
             int64_t block = 1) {
    OpFoldResult found = sizeOf(b, loc, value, dim);
    OpFoldResult expected = sizeOf(b, loc, other, otherDim);
    if (block != 1)
      expected = affine::makeComposedFoldedAffineApply(
          b, loc, b.getAffineDimExpr(0).ceilDiv(block), {expected});
    // Static sizes are the verifier's.
    if (isEqualConstantIntOrValue(found, expected) ||
        (getConstantIntValue(found) && getConstantIntValue(expected)))
      return;
    // A size computed by the same expression is the same size.
    auto apply = [](OpFoldResult size) {
      auto v = dyn_cast<Value>(size);
      return v ? v.getDefiningOp<affine::AffineApplyOp>() : nullptr;
    };
    if (auto lhs = apply(found), rhs = apply(expected);
        lhs && rhs && lhs.getAffineMap() == rhs.getAffineMap() &&
        lhs.getOperands() == rhs.getOperands())
      return;
    Value same = arith::CmpIOp::create(
        b, loc, arith::CmpIPredicate::eq,
        getValueOrCreateConstantIndexOp(b, loc, found),
        getValueOrCreateConstantIndexOp(b, loc, expected));
    std::string message =
        (name + ": dimension " + Twine(dim) + " of operand " + operand +
         " must " +
         (block == 1 ? "equal"
                     : "be the number of blocks of " + Twine(block) + " in") +
         " dimension " + Twine(otherDim) + " of operand " + otherOperand)
            .str();
    cf::AssertOp::create(b, loc, same, message);
  }

  void sameShape(StringRef operand, Value value, StringRef other,
                 Value otherValue) {
    for (int64_t dim : {0, 1})
      sizes(operand, value, dim, other, otherValue, dim);
  }

  void scales(StringRef operand, Value value, StringRef other, Value otherValue,
              ArrayRef<int64_t> block, bool transposed = false) {
    for (int64_t dim : {0, 1}) {
      int64_t otherDim = transposed ? 1 - dim : dim;
      sizes(operand, value, dim, other, otherValue, otherDim, block[otherDim]);
    }
  }

private:
  OpBuilder b;
  Location loc;
  StringRef name;
};

struct CheckShapesPass : gq::impl::CheckShapesPassBase<CheckShapesPass> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    // Ops inside loops are tiles of something that was checked as a whole.
    for (Operation &op : getOperation().getOps())
      if (isa_and_nonnull<GQDialect>(op.getDialect()) &&
          cast<DestinationStyleOpInterface>(op).hasPureTensorSemantics())
        ops.push_back(&op);
    for (Operation *op : ops)
      check(op);
  }

  static void check(Operation *op) {
    Checker c(op);
    if (auto absmax = dyn_cast<BlockAbsmaxOp>(op)) {
      c.scales("init", absmax.getInit(), "x", absmax.getX(), absmax.getBlock());
    } else if (auto scale = dyn_cast<AbsmaxToScaleOp>(op)) {
      c.sameShape("init", scale.getInit(), "amax", scale.getAmax());
    } else if (auto cast = dyn_cast<ScaledCastOp>(op)) {
      c.sameShape("init", cast.getInit(), "x", cast.getX());
      if (cast.getOrigin().empty())
        c.scales("scales", cast.getScales(), "x", cast.getX(), cast.getBlock());
    } else if (auto dequantize = dyn_cast<DequantizeOp>(op)) {
      c.sameShape("init", dequantize.getInit(), "q", dequantize.getQ());
      if (dequantize.getOrigin().empty())
        c.scales("scales", dequantize.getScales(), "q", dequantize.getQ(),
                 dequantize.getBlock());
    } else if (auto quantize = dyn_cast<QuantizeOp>(op)) {
      c.sameShape("init", quantize.getInit(), "x", quantize.getX());
      c.scales("scales_init", quantize.getScalesInit(), "x", quantize.getX(),
               quantize.getBlock(), quantize.getTransposedScales());
    } else if (auto matmul = dyn_cast<ScaledMatmulOp>(op)) {
      c.sizes("b", matmul.getB(), 1, "a", matmul.getA(), 1);
      c.sizes("init", matmul.getInit(), 0, "a", matmul.getA(), 0);
      c.sizes("init", matmul.getInit(), 1, "b", matmul.getB(), 0);
      if (!matmul.getOrigin().empty())
        return;
      c.scales("a_scales", matmul.getAScales(), "a", matmul.getA(),
               matmul.getABlock());
      c.scales("b_scales", matmul.getBScales(), "b", matmul.getB(),
               matmul.getBBlock());
    }
  }
};

} // namespace
