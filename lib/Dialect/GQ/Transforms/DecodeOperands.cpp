//===- DecodeOperands.cpp - operands of a product as bf16 -----------------===//
//
// In:  a product with `decode = true`.
// Out: a gq.dequantize, with a config, of each operand, and the product in bf16
//      without scales, with the rest of the config.
//
//===----------------------------------------------------------------------===//
#include "DecodeOperands.h"
#include "Branches.h"
#include "ConfigRewrites.h"
#include "gq/Dialect/GQ/Transforms/Choices.h"
#include "gq/Support/Remarks.h"

using namespace mlir;
using namespace mlir::gq;

static std::string named(Operation *op) {
  return "'" + op->getName().getStringRef().str() + "'";
}

std::string mlir::gq::refuseCodes(ScaledMatmulOp op) {
  if (!op.isScaled())
    return "expects operands that have scales";
  if (!op.getOrigin().empty())
    return "expects operands that start at blocks, got an origin";
  if (op.hasZeroPoints())
    return std::string("expects no zero points, got ") +
           (op.getAZeroPoints() ? "a_zero_points" : "b_zero_points");
  if (op.getTransposedAScales() || op.getTransposedBScales())
    return std::string("expects row-major scales, got ") +
           (op.getTransposedAScales() ? "transposed_a_scales"
                                      : "transposed_b_scales");
  return "";
}

std::string mlir::gq::refuseDecode(BlockOpInterface op) {
  auto product = dyn_cast<ScaledMatmulOp>(op.getOperation());
  if (!product)
    return "expects a gq.scaled_matmul, got " + named(op);
  if (std::string why = refuseCodes(product); !why.empty())
    return why;
  if (!isOnHost(op))
    return "expects to be in a function or in an scf.if there, got " +
           named(op->getParentOp());
  return "";
}

bool mlir::gq::decodesExactly(ScaledMatmulOp op) {
  // Codes have at most 7 bits beside their sign, bf16 has 8.
  auto powersOfTwo = [](Value scales) {
    return isa<Float8E8M0FNUType>(getElementTypeOrSelf(scales.getType()));
  };
  return op.isScaled() && powersOfTwo(op.getAScales()) &&
         powersOfTwo(op.getBScales());
}

SmallVector<DequantizeOp> mlir::gq::decodeOperands(RewriterBase &rewriter,
                                                   ScaledMatmulOp op) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  SmallVector<DequantizeOp> made;
  auto decode = [&](Value codes, Value scales, ArrayRef<int64_t> block) {
    made.push_back(DequantizeOp::create(rewriter, op.getLoc(), codes, scales,
                                        block, rewriter.getBF16Type()));
    return made.back().getResult(0);
  };
  Value a = decode(op.getA(), op.getAScales(), *op.getABlock());
  bool square = op.getA() == op.getB() && op.getAScales() == op.getBScales() &&
                op.getABlock() == op.getBBlock();
  Value b = square ? a : decode(op.getB(), op.getBScales(), *op.getBBlock());
  rewriter.modifyOpInPlace(op, [&] {
    op.getAMutable().assign(a);
    op.getBMutable().assign(b);
    op.getAScalesMutable().clear();
    op.getBScalesMutable().clear();
    op.removeABlockAttr();
    op.removeBBlockAttr();
    op.removePromoteAttr();
  });
  return made;
}

FailureOr<bool> mlir::gq::decodeAsAsked(RewriterBase &rewriter,
                                        BlockOpInterface op) {
  auto attr = dyn_cast<MatmulConfigAttr>(op.getStrategy());
  if (!attr || !attr.getValue().decode)
    return false;
  if (failed(op.requireTensors()))
    return failure();
  if (std::string why = refuseDecode(op); !why.empty())
    return op->emitOpError("has a config with decode = true, ") << why,
           failure();
  const TargetModel &target = getTarget(op);
  op.setStrategy(
      MatmulConfigAttr::get(op->getContext(), attr.getValue().afterDecode()));
  for (DequantizeOp decode :
       decodeOperands(rewriter, cast<ScaledMatmulOp>(op.getOperation())))
    if (failed(select(cast<BlockOpInterface>(decode.getOperation()), target)))
      return failure();
  return true;
}
