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
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Support/DebugStringHelper.h"

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
  return "";
}

std::string mlir::gq::refuseRowMajorCodes(ScaledMatmulOp op) {
  if (std::string why = refuseCodes(op); !why.empty())
    return why;
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
  if (std::string why = refuseRowMajorCodes(product); !why.empty())
    return why;
  if (!isOnHost(op))
    return "expects to be in a function or in an scf.if there, got " +
           named(op->getParentOp());
  return "";
}

static bool arePowersOfTwo(Value scales) {
  return isa<Float8E8M0FNUType>(getElementTypeOrSelf(scales.getType()));
}

bool mlir::gq::decodesExactly(ScaledMatmulOp op) {
  // Codes have at most 7 bits beside their sign, bf16 has 8.
  return op.isScaled() && arePowersOfTwo(op.getAScales()) &&
         arePowersOfTwo(op.getBScales());
}

std::string mlir::gq::refuseAnyBlock(ScaledMatmulOp op) {
  if (std::string why = refuseCodes(op); !why.empty())
    return why;
  if (Type type = getElementTypeOrSelf(op.getA()); !type.isSignlessInteger(8))
    return "expects operands a and b of element type i8, got " +
           debugString(type);
  for (auto [name, scales] :
       {std::pair("a_scales", op.getAScales()), {"b_scales", op.getBScales()}})
    if (!arePowersOfTwo(scales))
      return std::string("expects operand ") + name +
             " of element type f8E8M0FNU, got " +
             debugString(getElementTypeOrSelf(scales));
  // Transposes are of matrices, and a loop over thread blocks has one kernel.
  if (isBatch(op) && (op.getTransposedAScales() || op.getTransposedBScales()))
    return std::string("expects row-major scales in a batch, got ") +
           (op.getTransposedAScales() ? "transposed_a_scales"
                                      : "transposed_b_scales");
  if (!isOnHost(op))
    return "expects to be in a function or in an scf.if there, got " +
           named(op->getParentOp()) +
           ", which a batch is too unless scales are row-major and b is one";
  return "";
}

/// The transpose of `scales`, M-major ones of `codes` in blocks of `rows`.
static Value transposeOf(RewriterBase &rewriter, Location loc, Value scales,
                         Value codes, int64_t rows, bool padded) {
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(rewriter, loc, scales);
  if (padded) {
    sizes[1] = affine::makeComposedFoldedAffineApply(
        rewriter, loc, rewriter.getAffineDimExpr(0).ceilDiv(rows),
        {tensor::getMixedSize(rewriter, loc, codes, 0)});
    SmallVector<OpFoldResult> offsets(2, rewriter.getIndexAttr(0)),
        strides(2, rewriter.getIndexAttr(1));
    scales = tensor::ExtractSliceOp::create(rewriter, loc, scales, offsets,
                                            sizes, strides);
  }
  std::swap(sizes[0], sizes[1]);
  Value init = tensor::EmptyOp::create(rewriter, loc, sizes,
                                       getElementTypeOrSelf(scales));
  return linalg::TransposeOp::create(rewriter, loc, scales, init,
                                     ArrayRef<int64_t>{1, 0})
      ->getResult(0);
}

void mlir::gq::turnScales(RewriterBase &rewriter, ScaledMatmulOp op) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  Value a, b;
  bool square = op.getA() == op.getB() && op.getAScales() == op.getBScales() &&
                op.getABlock() == op.getBBlock() &&
                op.getTransposedAScales() == op.getTransposedBScales();
  if (op.getTransposedAScales())
    a = transposeOf(rewriter, op.getLoc(), op.getAScales(), op.getA(),
                    (*op.getABlock())[0], op.getPaddedAScales());
  if (op.getTransposedBScales())
    b = square ? a
               : transposeOf(rewriter, op.getLoc(), op.getBScales(), op.getB(),
                             (*op.getBBlock())[0], op.getPaddedBScales());
  rewriter.modifyOpInPlace(op, [&] {
    if (a)
      op.getAScalesMutable().assign(a);
    if (b)
      op.getBScalesMutable().assign(b);
    op.setTransposedAScales(false);
    op.setTransposedBScales(false);
    op.dropPadding();
  });
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
