//===- FoldScales.cpp - what is decoded is multiplied as codes ------------===//
//
// In:  products of what gq.dequantize makes, transposes of that, and scales
// that
//      a broadcast repeats.
// Out: gq.scaled_matmul of the codes, where decoding rounds nothing that the
//      product would not round as well; gq.dequantize of transposed codes,
//      where its blocks are square; scales as they were before the broadcast.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Target/Target.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::gq {
#define GEN_PASS_DEF_FOLDSCALESPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

//===----------------------------------------------------------------------===//
// Products of decoded operands
//===----------------------------------------------------------------------===//

/// The gq.dequantize that makes an operand of a product at `user`, if the
/// product may read its codes: what it decodes to is exact, but for a rounding
/// in f32, and its blocks are whole instructions along K, or one.
static FailureOr<DequantizeOp> decoded(PatternRewriter &rewriter,
                                       Operation *user, Value operand) {
  auto op = operand.getDefiningOp<DequantizeOp>();
  if (!op || !op.hasPureTensorSemantics())
    return rewriter.notifyMatchFailure(user, "an operand is not decoded");
  if (op.getPacked() || !op.getOrigin().empty())
    return rewriter.notifyMatchFailure(
        user, "codes are packed, or are a part of a block");
  Type scales = getElementTypeOrSelf(op.getScales()),
       result = getElementTypeOrSelf(operand);
  bool powers = isa<Float8E8M0FNUType>(scales);
  if (!powers && !scales.isF32())
    return rewriter.notifyMatchFailure(user, "no product takes such scales");
  // Codes have at most 8 significant bits, as bf16 has.
  if (!result.isF32() && !(powers && result.isBF16()))
    return rewriter.notifyMatchFailure(user, "an operand is rounded");
  int64_t depth = getTarget(user).mmaDepthBytes;
  int64_t block = op.getBlock()[1];
  int64_t extent = cast<ShapedType>(operand.getType()).getDimSize(1);
  bool onlyBlock = !ShapedType::isDynamic(extent) && block >= extent;
  if (block % depth != 0 && !onlyBlock)
    return rewriter.notifyMatchFailure(
        user, "blocks along K are no whole instructions");
  return op;
}

/// `user`, a product of `a` and `b`, as one of their codes that adds to `init`.
static LogicalResult multiplyCodes(PatternRewriter &rewriter, Operation *user,
                                   Value a, Value b, Value init,
                                   UnitAttr batchInvariant) {
  FailureOr<DequantizeOp> left = decoded(rewriter, user, a),
                          right = decoded(rewriter, user, b);
  if (failed(left) || failed(right))
    return failure();
  Type leftCodes = getElementTypeOrSelf(left->getQ()),
       rightCodes = getElementTypeOrSelf(right->getQ());
  if (isFp8(leftCodes) != isFp8(rightCodes))
    return rewriter.notifyMatchFailure(user, "codes of fp8 and of i8");
  rewriter.replaceOpWithNewOp<ScaledMatmulOp>(
      user, TypeRange(init.getType()), left->getQ(), right->getQ(),
      left->getScales(), right->getScales(), /*a_zero_points=*/Value(),
      /*b_zero_points=*/Value(), init, ValueRange(), left->getBlockAttr(),
      right->getBlockAttr(), /*promote=*/IntegerAttr(), batchInvariant,
      /*config=*/Attribute(),
      /*transposed_a_scales=*/UnitAttr(), /*transposed_b_scales=*/UnitAttr(),
      /*padded_a_scales=*/UnitAttr(), /*padded_b_scales=*/UnitAttr(),
      /*zero_points_apart=*/UnitAttr());
  return success();
}

namespace {

struct FoldIntoMatmul : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &rewriter) const override {
    if (op.isScaled() || !op.hasPureTensorSemantics())
      return rewriter.notifyMatchFailure(op, "has scales, or is on memrefs");
    if (op.getConfigAttr())
      return rewriter.notifyMatchFailure(op, "has a strategy of its own");
    return multiplyCodes(rewriter, op, op.getA(), op.getB(), op.getInit(),
                         op.getBatchInvariantAttr());
  }
};

/// Upstream's products a . b^T, both operands with K last.
struct RaiseMatmul : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    if (!linalg::isaContractionOpInterface(op) || op.getNumLoops() != 3 ||
        !op.hasPureTensorSemantics() || op->getNumResults() != 1 ||
        !getElementTypeOrSelf(op->getResult(0)).isF32())
      return rewriter.notifyMatchFailure(op, "is no product into f32");
    MLIRContext *context = op.getContext();
    AffineExpr m = getAffineDimExpr(0, context),
               n = getAffineDimExpr(1, context),
               k = getAffineDimExpr(2, context);
    AffineMap maps[] = {AffineMap::get(3, 0, {m, k}, context),
                        AffineMap::get(3, 0, {n, k}, context),
                        AffineMap::get(3, 0, {m, n}, context)};
    if (op.getIndexingMapsArray() != ArrayRef<AffineMap>(maps))
      return rewriter.notifyMatchFailure(op, "is no product of a and b^T");
    return multiplyCodes(rewriter, op, op.getDpsInputOperand(0)->get(),
                         op.getDpsInputOperand(1)->get(),
                         op.getDpsInitOperand(0)->get(), UnitAttr());
  }
};

//===----------------------------------------------------------------------===//
// Transposes
//===----------------------------------------------------------------------===//

/// Square blocks are square in the transpose. Others would lie across the rows
/// that a product wants them along.
struct TransposeCodes : OpRewritePattern<linalg::TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(linalg::TransposeOp op,
                                PatternRewriter &rewriter) const override {
    auto decode = op.getInput().getDefiningOp<DequantizeOp>();
    if (!decode || !op.hasPureTensorSemantics() ||
        op.getPermutation() != ArrayRef<int64_t>{1, 0} ||
        !op.getInput().hasOneUse())
      return rewriter.notifyMatchFailure(op,
                                         "is not of what is decoded, alone");
    if (decode.getPacked() || !decode.getOrigin().empty())
      return rewriter.notifyMatchFailure(
          op, "codes are packed, or are a part of a block");
    if (decode.getConfigAttr())
      return rewriter.notifyMatchFailure(op, "has a strategy of its own");
    if (decode.getBlock()[0] != decode.getBlock()[1])
      return rewriter.notifyMatchFailure(op, "blocks are not square");
    auto transpose = [&](Value value) -> Value {
      SmallVector<OpFoldResult> sizes =
          tensor::getMixedSizes(rewriter, op.getLoc(), value);
      std::swap(sizes[0], sizes[1]);
      Value init = tensor::EmptyOp::create(rewriter, op.getLoc(), sizes,
                                           getElementTypeOrSelf(value));
      return linalg::TransposeOp::create(rewriter, op.getLoc(), value, init,
                                         op.getPermutation())
          ->getResult(0);
    };
    Value codes = transpose(decode.getQ()),
          scales = transpose(decode.getScales());
    rewriter.replaceOpWithNewOp<DequantizeOp>(
        op, TypeRange(op.getInit().getType()), codes, scales, op.getInit(),
        ValueRange(), decode.getBlockAttr(), QuantizeConfigAttr(), TypeAttr());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Scales that are the same
//===----------------------------------------------------------------------===//

/// Scales that a broadcast repeats along a dimension: blocks as long as it.
struct MergeBlocks : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.isScaled() || !op.hasPureTensorSemantics() ||
        !op.getOrigin().empty() || op.getConfigAttr())
      return rewriter.notifyMatchFailure(
          op, "has no scales, an origin, or a strategy of its own");
    bool a = merge(rewriter, op, op.getA(), op.getAScalesMutable(),
                   *op.getABlock(), op.getTransposedAScales(),
                   [&](ArrayRef<int64_t> block) { op.setABlock(block); });
    bool b = merge(rewriter, op, op.getB(), op.getBScalesMutable(),
                   *op.getBBlock(), op.getTransposedBScales(),
                   [&](ArrayRef<int64_t> block) { op.setBBlock(block); });
    return success(a || b);
  }

private:
  static bool merge(PatternRewriter &rewriter, ScaledMatmulOp op, Value matrix,
                    MutableOperandRange scales, ArrayRef<int64_t> block,
                    bool transposed,
                    function_ref<void(ArrayRef<int64_t>)> setBlock) {
    auto broadcast = scales[0].get().getDefiningOp<linalg::BroadcastOp>();
    if (!broadcast || transposed || broadcast.getDimensions().size() != 1 ||
        !broadcast.hasPureTensorSemantics())
      return false;
    int64_t dim = broadcast.getDimensions().front();
    int64_t extent = cast<ShapedType>(matrix.getType()).getDimSize(dim);
    if (ShapedType::isDynamic(extent) || extent == 0)
      return false;
    auto row = cast<RankedTensorType>(broadcast.getInput().getType());
    SmallVector<int64_t> shape{row.getDimSize(0), row.getDimSize(0)};
    shape[dim] = 1;
    rewriter.setInsertionPoint(op);
    Value once = tensor::ExpandShapeOp::create(
        rewriter, op.getLoc(),
        RankedTensorType::get(shape, row.getElementType()),
        broadcast.getInput(), ArrayRef<ReassociationIndices>{{0, 1}});
    SmallVector<int64_t> merged(block);
    merged[dim] = extent;
    rewriter.modifyOpInPlace(op, [&] {
      scales.assign(once);
      setBlock(merged);
    });
    return true;
  }
};

struct FoldScalesPass : gq::impl::FoldScalesPassBase<FoldScalesPass> {
  using FoldScalesPassBase::FoldScalesPassBase;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldIntoMatmul, RaiseMatmul, TransposeCodes, MergeBlocks>(
        &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
