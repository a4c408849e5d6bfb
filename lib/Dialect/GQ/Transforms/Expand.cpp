//===- Expand.cpp - convenience forms as simpler ops ----------------------===//
#include "CollapseElementwise.h"
#include "CopyResults.h"
#include "DecodeOperands.h"
#include "ExpandBatch.h"
#include "InlineOperands.h"
#include "IntegerSums.h"
#include "QuantizeSteps.h"
#include "ShortenBlocks.h"
#include "StoreSplats.h"
#include "TransposeElementwise.h"
#include "gq/Dialect/GQ/IR/ScaleArith.h"
#include "gq/Dialect/GQ/Transforms/Fusion.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Target/Target.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::gq {
#define GEN_PASS_DEF_EXPANDPASS
#include "gq/Dialect/GQ/Transforms/Passes.h.inc"
} // namespace mlir::gq

using namespace mlir;
using namespace mlir::gq;

/// `value`, element by element, in `elementType`.
static Value convert(OpBuilder &b, Location loc, Value value, Type elementType,
                     Value init) {
  auto identity = b.getMultiDimIdentityMap(2);
  SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b, loc, init.getType(), value, init,
      ArrayRef<AffineMap>{identity, identity}, parallel,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        Value result;
        if (elementType.isF32())
          result = arith::ExtFOp::create(b, loc, elementType, args[0]);
        else
          result = arith::TruncFOp::create(b, loc, elementType, args[0]);
        linalg::YieldOp::create(b, loc, result);
      });
  return generic.getResult(0);
}

static Value emptyLike(OpBuilder &b, Location loc, Value value,
                       Type elementType) {
  return tensor::EmptyOp::create(b, loc, tensor::getMixedSizes(b, loc, value),
                                 elementType);
}

/// A 16-bit init that is known to hold zeros, so that f32 zeros can replace it.
static std::optional<Value> zeroFill(Value init) {
  auto fill = init.getDefiningOp<linalg::FillOp>();
  if (!fill || !matchPattern(fill.value(), m_AnyZeroFloat()))
    return std::nullopt;
  return fill.getDpsInitOperand(0)->get();
}

namespace {

struct ExpandMatmul : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<RankedTensorType>(op.getInit().getType());
    if (!type || type.getElementType().isF32() ||
        type.getElementType().isInteger())
      return rewriter.notifyMatchFailure(op, "init is f32, i32 or no tensor");
    Location loc = op.getLoc();
    Type f32 = rewriter.getF32Type();
    Value wide = emptyLike(rewriter, loc, op.getInit(), f32);
    Value target = op.getInit();
    if (std::optional<Value> dest = zeroFill(op.getInit())) {
      Value zero = arith::ConstantOp::create(rewriter, loc,
                                             rewriter.getF32FloatAttr(0.0f));
      wide = linalg::FillOp::create(rewriter, loc, zero, wide).getResult(0);
      target = *dest;
    } else {
      wide = convert(rewriter, loc, op.getInit(), f32, wide);
    }
    auto sum = ScaledMatmulOp::create(
        rewriter, loc, TypeRange(wide.getType()), op.getA(), op.getB(),
        op.getAScales(), op.getBScales(), op.getAZeroPoints(),
        op.getBZeroPoints(), wide, op.getOrigin(), op.getABlockAttr(),
        op.getBBlockAttr(), op.getPromoteAttr(), op.getBatchInvariantAttr(),
        op.getConfigAttr(), op.getTransposedAScalesAttr(),
        op.getTransposedBScalesAttr(), op.getPaddedAScalesAttr(),
        op.getPaddedBScalesAttr(), op.getZeroPointsApartAttr());
    rewriter.replaceOp(op, convert(rewriter, loc, sum.getResult(0),
                                   type.getElementType(), target));
    return success();
  }
};

/// Sums that are added to what nobody wrote start from zeros.
struct StartFromZeros : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &rewriter) const override {
    auto empty = op.getInit().getDefiningOp<tensor::EmptyOp>();
    if (!empty)
      return rewriter.notifyMatchFailure(op, "adds to what is there");
    auto type = dyn_cast<FloatType>(empty.getType().getElementType());
    if (!type)
      return rewriter.notifyMatchFailure(op, "has no init of floats");
    Value zero = arith::ConstantOp::create(rewriter, op.getLoc(),
                                           rewriter.getFloatAttr(type, 0.0));
    Value zeros =
        linalg::FillOp::create(rewriter, op.getLoc(), zero, empty.getResult())
            .getResult(0);
    rewriter.modifyOpInPlace(op, [&] { op.getInitMutable().assign(zeros); });
    return success();
  }
};

/// Sums that are added to one value everywhere: no kernel reads it from memory.
struct StartFromSplat : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &rewriter) const override {
    auto constant = op.getInit().getDefiningOp<arith::ConstantOp>();
    auto splat = constant ? dyn_cast<SplatElementsAttr>(constant.getValue())
                          : SplatElementsAttr();
    if (!splat)
      return rewriter.notifyMatchFailure(op, "adds to no splat");
    Value value = arith::ConstantOp::create(
        rewriter, constant.getLoc(),
        cast<TypedAttr>(splat.getSplatValue<Attribute>()));
    Value empty = tensor::EmptyOp::create(rewriter, op.getLoc(),
                                          splat.getType().getShape(),
                                          splat.getElementType());
    Value filled = linalg::FillOp::create(rewriter, op.getLoc(), value, empty)
                       .getResult(0);
    rewriter.modifyOpInPlace(op, [&] { op.getInitMutable().assign(filled); });
    return success();
  }
};

/// Codes of i8 whose blocks along K are no whole instructions: what they stand
/// for is exact in bf16, as the codes have 7 bits and the scales are powers of
/// two, and is multiplied without scales.
struct DecodeOperands : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics() || !op.isScaled())
      return rewriter.notifyMatchFailure(op, "is no product of scaled codes");
    if (std::string why = refuseAnyBlock(op); !why.empty())
      return rewriter.notifyMatchFailure(op, why);
    int64_t depth = getTarget(op).mmaDepthBytes;
    if ((*op.getABlock())[1] % depth == 0 && (*op.getBBlock())[1] % depth == 0)
      return rewriter.notifyMatchFailure(op, "has blocks of instructions");
    turnScales(rewriter, op);
    decodeOperands(rewriter, op);
    return success();
  }
};

/// Scales that are transposed for a product: it takes them as they are.
struct TakeTransposedScales : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.isScaled())
      return rewriter.notifyMatchFailure(op, "reads no scales");
    // The rows of what padded ones are the transpose of are not padded.
    auto sourceOf = [](Value scales, bool padded) -> Value {
      auto transpose = scales.getDefiningOp<linalg::TransposeOp>();
      return transpose && !padded &&
                     transpose.getPermutation() == ArrayRef<int64_t>{1, 0}
                 ? transpose.getInput()
                 : Value();
    };
    Value a = sourceOf(op.getAScales(), op.getPaddedAScales()),
          b = sourceOf(op.getBScales(), op.getPaddedBScales());
    if (!a && !b)
      return rewriter.notifyMatchFailure(op, "reads no transposed scales");
    rewriter.modifyOpInPlace(op, [&] {
      if (a) {
        op.getAScalesMutable().assign(a);
        op.setTransposedAScales(!op.getTransposedAScales());
      }
      if (b) {
        op.getBScalesMutable().assign(b);
        op.setTransposedBScales(!op.getTransposedBScales());
      }
    });
    return success();
  }
};

/// Scales of fewer bits that are widened for an op, which reads them as they
/// are.
struct TakeEncodedScales : OpInterfaceRewritePattern<BlockOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(BlockOpInterface op,
                                PatternRewriter &rewriter) const override {
    bool taken = false;
    for (auto [number, spec] : llvm::enumerate(op.getOperandSpecs())) {
      OpOperand &operand = op->getOpOperand(number);
      // Rows of padded ones are as long as their bits want it.
      if (spec.role != OperandRole::Scales || op.isDpsInit(&operand) ||
          spec.dims.back().multiple > 1)
        continue;
      if (Value encoded = encodedScales(operand.get())) {
        rewriter.modifyOpInPlace(op, [&] { operand.set(encoded); });
        taken = true;
      }
    }
    return success(taken);
  }

private:
  /// What `scales` are the f32 of, if that is bf16 or f8E8M0FNU; or null.
  static Value encodedScales(Value scales) {
    auto generic = scales.getDefiningOp<linalg::GenericOp>();
    if (!generic || !getElementwise(generic) ||
        generic.getNumDpsInputs() != 1 ||
        !generic.getMatchingIndexingMap(generic.getDpsInputOperand(0))
             .isIdentity())
      return {};
    auto extend = generic.getBody()
                      ->getTerminator()
                      ->getOperand(0)
                      .getDefiningOp<arith::ExtFOp>();
    Value encoded = generic.getDpsInputOperand(0)->get();
    bool widens = extend && extend.getType().isF32() &&
                  extend.getIn() == generic.getBody()->getArgument(0) &&
                  isScale(extend.getIn().getType());
    return widens ? encoded : Value();
  }
};

/// Scales of maxima that no block_absmax leaves: an elementwise op.
struct ExpandScale : OpRewritePattern<AbsmaxToScaleOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AbsmaxToScaleOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics() ||
        isa_and_nonnull<BlockAbsmaxOp, AbsmaxOfPartsOp>(
            op.getAmax().getDefiningOp()))
      return rewriter.notifyMatchFailure(op, "is a part of a quantisation, or "
                                             "not on tensors");
    Type stored = getElementTypeOrSelf(op.getInit().getType());
    auto identity = rewriter.getMultiDimIdentityMap(2);
    SmallVector<utils::IteratorType> parallel(2, utils::IteratorType::parallel);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, op->getResultTypes(), op.getAmax(), op.getInit(),
        ArrayRef<AffineMap>{identity, identity}, parallel,
        [&](OpBuilder &b, Location loc, ValueRange args) {
          Value scale =
              scaleFromAmax(b, loc, args[0], op.getFormat(), op.getPow2());
          if (!stored.isF32())
            scale = arith::TruncFOp::create(b, loc, stored, scale);
          linalg::YieldOp::create(b, loc, scale);
        });
    return success();
  }
};

/// `value` is a product, or what elementwise ops make of one, and nothing but
/// one op reads it.
static bool isOfProduct(Value value) {
  if (!value.hasOneUse())
    return false;
  if (value.getDefiningOp<ScaledMatmulOp>())
    return true;
  linalg::LinalgOp op = getElementwise(value.getDefiningOp());
  return op && llvm::any_of(op.getDpsInputOperands(), [&](OpOperand *operand) {
           return op.getMatchingIndexingMap(operand).isIdentity() &&
                  isOfProduct(operand->get());
         });
}

/// An elementwise op that reads the transpose of a product: in the order of the
/// product, with the transpose behind it. Then it works on what the kernel of
/// the product has in registers.
struct SinkTranspose : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementwise(op) || isa<linalg::TransposeOp>(op))
      return rewriter.notifyMatchFailure(op, "is not elementwise");
    if (!canTranspose(op))
      return rewriter.notifyMatchFailure(op, "computes with more than elements "
                                             "of its inputs");
    AffineMap swap = AffineMap::getPermutationMap(ArrayRef<unsigned>{1, 0},
                                                  rewriter.getContext());
    linalg::TransposeOp transpose;
    OpOperand *turned = nullptr;
    for (OpOperand *operand : op.getDpsInputOperands()) {
      AffineMap map = op.getMatchingIndexingMap(operand);
      auto found = operand->get().getDefiningOp<linalg::TransposeOp>();
      if (found && found->hasOneUse() && map.isIdentity() &&
          found.getPermutation() == ArrayRef<int64_t>{1, 0} &&
          isOfProduct(found.getInput())) {
        turned = operand;
        transpose = found;
      } else if (map == swap && isOfProduct(operand->get())) {
        turned = operand;
      }
    }
    if (!turned)
      return rewriter.notifyMatchFailure(op, "reads no transpose of a product");
    Value input = transpose ? transpose.getInput() : turned->get();
    Value result = transposeElementwise(rewriter, op, turned, input);
    rewriter.replaceOpWithNewOp<linalg::TransposeOp>(
        op, result, op.getDpsInitOperand(0)->get(), ArrayRef<int64_t>{1, 0});
    return success();
  }
};

/// A sum over no elements is what it starts from, in a kernel: elementwise ops
/// get one where they need it, anything else is copied.
struct CopyEmptySum : OpInterfaceRewritePattern<BlockOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(BlockOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics() || !isEmptySum(op))
      return rewriter.notifyMatchFailure(op, "is no empty sum on tensors");
    Value init = op.getDpsInits().front();
    if (!getElementwise(init.getDefiningOp())) {
      Value copy =
          emptyLike(rewriter, op.getLoc(), init, getElementTypeOrSelf(init));
      init = CopyOp::create(rewriter, op.getLoc(), TypeRange(init.getType()),
                            init, copy, QuantizeConfigAttr())
                 .getResult(0);
    }
    rewriter.replaceOp(op, init);
    return success();
  }
};

/// What is computed, as a part of an argument of the function, which that does
/// not write: of a copy of it.
struct InsertIntoCopy : OpRewritePattern<tensor::InsertSliceOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::InsertSliceOp op,
                                PatternRewriter &rewriter) const override {
    auto argument = dyn_cast<BlockArgument>(op.getDest());
    if (!argument || !isa<func::FuncOp>(argument.getOwner()->getParentOp()))
      return rewriter.notifyMatchFailure(op, "is no part of an argument");
    Operation *producer = op.getSource().getDefiningOp();
    if (!isa_and_nonnull<BlockOpInterface, linalg::LinalgOp>(producer))
      return rewriter.notifyMatchFailure(op, "is not computed");
    Type element = op.getDestType().getElementType();
    if (op.getDestType().getRank() != 2 ||
        !(element.isBF16() || element.isF16() || element.isF32()))
      return rewriter.notifyMatchFailure(op, "is of a type that is not copied");
    Value init = emptyLike(rewriter, op.getLoc(), argument, element);
    auto copy = CopyOp::create(rewriter, op.getLoc(), TypeRange(init.getType()),
                               argument, init, QuantizeConfigAttr());
    rewriter.modifyOpInPlace(
        op, [&] { op.getDestMutable().assign(copy.getResult(0)); });
    return success();
  }
};

struct SplitQuantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics())
      return rewriter.notifyMatchFailure(op, "not on tensors");
    if (op.getPaddedScales())
      return rewriter.notifyMatchFailure(op, "has scales that are padded");
    // Fused again, the config is that of one op. Steps take no turns: a tile of
    // several slabs is too large for them.
    QuantizeConfigAttr config;
    if (op.getConfig() && op.getConfig()->getValue().slabs == 1)
      config = QuantizeConfigAttr::get(
          getContext(), op.getConfig()->getValue().withoutPasses());
    QuantizeSteps steps =
        makeQuantizeSteps(rewriter, op, config, QuantizeConfigAttr());
    rewriter.replaceOp(op, {steps.cast.getResult(0), steps.scales});
    return success();
  }
};

struct ExpandPass : gq::impl::ExpandPassBase<ExpandPass> {
  using ExpandPassBase::ExpandPassBase;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateExpandPatterns(patterns, quantize);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))) ||
        failed(requireStoredSplats(getOperation())))
      signalPassFailure();
  }
};

} // namespace

void mlir::gq::populateExpandPatterns(RewritePatternSet &patterns,
                                      bool quantize) {
  populateExpandBatchPatterns(patterns);
  populateCollapseElementwisePatterns(patterns);
  populateInlineOperandPatterns(patterns);
  patterns.add<ExpandMatmul, DecodeOperands, TakeTransposedScales,
               TakeEncodedScales, ExpandScale, SinkTranspose, InsertIntoCopy>(
      patterns.getContext());
  patterns.add<StartFromZeros, StartFromSplat>(patterns.getContext(),
                                               /*benefit=*/4);
  populateIntegerSumPatterns(patterns);
  populateStoreSplatPatterns(patterns);
  populateShortenBlocksPatterns(patterns);
  populateCopyResultPatterns(patterns);
  // What an empty sum is multiplied from does not matter, and it has no scales
  // that one of integers could read: before populateIntegerSumPatterns.
  patterns.add<CopyEmptySum>(patterns.getContext(), /*benefit=*/3);
  if (quantize)
    patterns.add<SplitQuantize>(patterns.getContext());
}
