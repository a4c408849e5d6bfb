//===- ExpandBatch.cpp - a batch as a loop over thread blocks -------------===//
//
// In:  a product, or a quantisation, whose operands have a dimension more, in
//      front.
// Out: a loop over it with a product of matrices, which becomes one kernel. The
//      matrices lie below one another: tensors of rank 2, of which an iteration
//      takes as many rows as one matrix has. Where all have the same b, and
//      blocks of a end with its matrices, what lies below one another is the a
//      of one product; so it is with rows that are quantised. A slice of one of
//      several matrices is a slice of them below one another.
//
//===----------------------------------------------------------------------===//
#include "ExpandBatch.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;
using namespace mlir::gq;

using OFR = OpFoldResult;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static bool isMany(Value value) {
  return isa<TensorType>(value.getType()) && typeOf(value).getRank() == 3;
}

static const ReassociationIndices kBelowOneAnother[] = {{0, 1}, {2}};

/// `count * rows`.
static OFR times(OpBuilder &b, Location loc, OFR count, OFR rows) {
  AffineExpr product = b.getAffineDimExpr(0) * b.getAffineSymbolExpr(0);
  return affine::makeComposedFoldedAffineApply(
      b, loc, AffineMap::get(1, 1, product), {count, rows});
}

namespace {
/// Matrix `number` of those below one another.
struct Matrix {
  SmallVector<OFR> offsets, sizes, strides;

  Matrix(OpBuilder &b, Location loc, Value number, ArrayRef<OFR> shape)
      : offsets{times(b, loc, number, shape[1]), b.getIndexAttr(0)},
        sizes(shape.drop_front()), strides(2, b.getIndexAttr(1)) {}
};

/// The value that a sum starts from, if it is one for all: no memory holds it.
struct Start {
  Value value;

  explicit Start(Value init) {
    if (auto fill = init.getDefiningOp<linalg::FillOp>())
      value = fill.value();
  }
  explicit operator bool() const { return value != nullptr; }

  Value create(OpBuilder &b, Location loc, ArrayRef<OFR> shape,
               Type element) const {
    Value made = tensor::EmptyOp::create(b, loc, shape, element);
    return linalg::FillOp::create(b, loc, value, made).getResult(0);
  }
};

struct ExpandBatch : OpRewritePattern<ScaledMatmulOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ScaledMatmulOp op,
                                PatternRewriter &b) const override {
    if (!op.hasPureTensorSemantics() || !isBatch(op))
      return b.notifyMatchFailure(op, "is no batch on tensors");
    Location loc = op.getLoc();
    Start start(op.getInit());
    Type element = typeOf(op.getInit()).getElementType();
    SmallVector<OFR> shape = tensor::getMixedSizes(b, loc, op.getInit());
    SmallVector<OFR> stacked{times(b, loc, shape[0], shape[1]), shape[2]};
    auto stack = [&](Value value) -> Value {
      if (!isMany(value))
        return value;
      if (value == op.getInit() && start)
        return start.create(b, loc, stacked, element);
      return tensor::CollapseShapeOp::create(b, loc, value, kBelowOneAnother);
    };
    Value result;
    if (isOneProduct(op)) {
      SmallVector<Value> operands =
          llvm::map_to_vector(op->getOperands(), stack);
      result = clone(b, op,
                     operands[op.getInitMutable().getOperandNumber()].getType(),
                     operands)
                   ->getResult(0);
    } else {
      Value all = tensor::EmptyOp::create(b, loc, stacked, element);
      result = loopOver(b, op, shape, start, all);
    }
    b.replaceOpWithNewOp<tensor::ExpandShapeOp>(
        op, typeOf(op.getInit()), result, kBelowOneAnother, shape);
    return success();
  }

private:
  /// Rows of a below one another have the blocks that they have in theirs, and
  /// all are multiplied with one b; or there is one product.
  static bool isOneProduct(ScaledMatmulOp op) {
    if (typeOf(op.getInit()).getDimSize(0) == 1)
      return true;
    if (isMany(op.getB()))
      return false;
    if (!op.isScaled())
      return true;
    int64_t rows = typeOf(op.getA()).getDimSize(1);
    int64_t block = (*op.getABlock())[0];
    bool whole =
        block == 1 || (!ShapedType::isDynamic(rows) && rows % block == 0);
    return whole && isMany(op.getAScales()) && !isMany(op.getBScales()) &&
           !op.getTransposedAScales();
  }

  static Value loopOver(OpBuilder &b, ScaledMatmulOp op, ArrayRef<OFR> shape,
                        const Start &start, Value all) {
    Location loc = op.getLoc();
    Value init = op.getInit();
    SmallVector<Value> operands;
    SmallVector<SmallVector<OFR>> shapes;
    for (Value operand : op->getOperands()) {
      shapes.push_back(operand == init ? SmallVector<OFR>(shape)
                       : isMany(operand)
                           ? tensor::getMixedSizes(b, loc, operand)
                           : SmallVector<OFR>());
      bool read = isMany(operand) && !(operand == init && start);
      operands.push_back(read ? tensor::CollapseShapeOp::create(
                                    b, loc, operand, kBelowOneAnother)
                                    .getResult()
                              : operand);
    }
    auto mapping = b.getArrayAttr(
        {gpu::GPUBlockMappingAttr::get(b.getContext(), gpu::MappingId::DimZ)});
    auto loop = scf::ForallOp::create(b, loc, ArrayRef<OFR>{shape.front()},
                                      ValueRange{all}, mapping);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Value number = loop.getInductionVars().front();
    SmallVector<Value> inside;
    for (auto [operand, before, shape] :
         llvm::zip(operands, op->getOperands(), shapes)) {
      if (!isMany(before)) {
        inside.push_back(operand);
      } else if (before == init && start) {
        inside.push_back(start.create(b, loc, ArrayRef(shape).drop_front(),
                                      typeOf(init).getElementType()));
      } else {
        Matrix at(b, loc, number, shape);
        inside.push_back(tensor::ExtractSliceOp::create(
            b, loc, operand, at.offsets, at.sizes, at.strides));
      }
    }
    Type type = inside[op.getInitMutable().getOperandNumber()].getType();
    Operation *one = clone(b, op, type, inside);
    Matrix at(b, loc, number, shape);
    b.setInsertionPointToStart(loop.getTerminator().getBody());
    tensor::ParallelInsertSliceOp::create(b, loc, one->getResult(0),
                                          loop.getRegionIterArgs().front(),
                                          at.offsets, at.sizes, at.strides);
    return loop.getResult(0);
  }
};
/// Rows of matrices below one another are quantised as they are.
struct StackQuantize : OpRewritePattern<QuantizeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(QuantizeOp op,
                                PatternRewriter &b) const override {
    if (!op.hasPureTensorSemantics() || !isBatch(op))
      return b.notifyMatchFailure(op, "is no batch on tensors");
    Location loc = op.getLoc();
    SmallVector<Value> operands{
        tensor::CollapseShapeOp::create(b, loc, op.getX(), kBelowOneAnother)};
    SmallVector<SmallVector<OFR>> shapes;
    for (Value init : op.getDpsInits()) {
      SmallVector<OFR> shape = tensor::getMixedSizes(b, loc, init);
      operands.push_back(tensor::EmptyOp::create(
          b, loc, ArrayRef<OFR>{times(b, loc, shape[0], shape[1]), shape[2]},
          typeOf(init).getElementType()));
      shapes.push_back(std::move(shape));
    }
    Operation *one =
        clone(b, op, ValueRange(operands).drop_front().getTypes(), operands);
    SmallVector<Value> results;
    for (auto [result, made, shape] :
         llvm::zip(op->getResults(), one->getResults(), shapes))
      results.push_back(tensor::ExpandShapeOp::create(
          b, loc, typeOf(result), made, kBelowOneAnother, shape));
    b.replaceOp(op, results);
    return success();
  }
};

/// A part of one of several matrices, without the dimension that says which.
struct SliceOfStacked : OpRewritePattern<tensor::ExtractSliceOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(tensor::ExtractSliceOp op,
                                PatternRewriter &b) const override {
    if (!isMany(op.getSource()) || op.getType().getRank() != 2 ||
        !op.hasUnitStride() || op.getStaticSizes().front() != 1 ||
        op.getType().getShape() != op.getStaticSizes().drop_front())
      return b.notifyMatchFailure(op, "is no part of one of several matrices");
    if (!llvm::all_of(op->getUsers(), llvm::IsaPred<BlockOpInterface>))
      return b.notifyMatchFailure(op, "is not read by gq ops alone");
    Location loc = op.getLoc();
    SmallVector<OFR> offsets = op.getMixedOffsets();
    // In front of loops that take one matrix after another.
    Value source = op.getSource(), stacked;
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointAfterValue(source);
      stacked =
          tensor::CollapseShapeOp::create(b, loc, source, kBelowOneAnother);
    }
    OFR rows = tensor::getMixedSize(b, loc, source, 1);
    AffineExpr first = b.getAffineDimExpr(0) * b.getAffineSymbolExpr(0) +
                       b.getAffineDimExpr(1);
    OFR at = affine::makeComposedFoldedAffineApply(
        b, loc, AffineMap::get(2, 1, first), {offsets[0], offsets[1], rows});
    b.replaceOpWithNewOp<tensor::ExtractSliceOp>(
        op, op.getType(), stacked, ArrayRef<OFR>{at, offsets[2]},
        ArrayRef(op.getMixedSizes()).drop_front(),
        ArrayRef(op.getMixedStrides()).drop_front());
    return success();
  }
};
} // namespace

void mlir::gq::populateExpandBatchPatterns(RewritePatternSet &patterns) {
  // In front of those that work on matrices.
  patterns.add<ExpandBatch>(patterns.getContext(), /*benefit=*/3);
  patterns.add<StackQuantize, SliceOfStacked>(patterns.getContext());
}
