//===- CustomCalls.cpp - stablehlo.custom_call to gq ops ------------------===//
//
// A framework that knows no op of this dialect can call one by its name. The op
// comes in its generic form, since its dialect is not here; what the dictionary
// backend_config says are the op's attributes, under their names, and operands
// are the op's without its destinations, which follow from the results.
//
//===----------------------------------------------------------------------===//
#include "CallConfig.h"
#include "gq/Conversion/LinalgToGQ/LinalgToGQ.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::gq;
using namespace mlir::gq::raise;

static constexpr StringLiteral kPrefix = "gq.";

namespace {

/// One call.
class Call : public CallConfig {
public:
  Call(RewriterBase &b, Operation *op)
      : CallConfig(b, op), b(b), loc(op->getLoc()) {}

  LogicalResult raise();

private:
  Value empty(unsigned result, ArrayRef<OpFoldResult> sizes);
  SmallVector<OpFoldResult> sizesOf(Value value) {
    return tensor::getMixedSizes(b, loc, value);
  }
  /// One for each block.
  SmallVector<OpFoldResult> blocksOf(Value value, ArrayRef<int64_t> block);
  SmallVector<OpFoldResult> codesOf(Value value, TypeAttr packed);
  LogicalResult replace(Operation *by);

  LogicalResult quantize();
  LogicalResult dequantize();
  LogicalResult cast();
  LogicalResult absmax();
  LogicalResult matmul();

  RewriterBase &b;
  Location loc;
};

} // namespace

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// A destination for a result. Sizes are those that the result's type has,
/// else `sizes`.
Value Call::empty(unsigned result, ArrayRef<OpFoldResult> sizes) {
  auto type = mlir::cast<RankedTensorType>(op->getResult(result).getType());
  SmallVector<OpFoldResult> shape;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    shape.push_back(ShapedType::isDynamic(size) && dim < sizes.size()
                        ? sizes[dim]
                        : OpFoldResult(b.getIndexAttr(size)));
  SmallVector<Value> dynamic;
  for (auto [dim, size] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(size))
      dynamic.push_back(getValueOrCreateConstantIndexOp(b, loc, shape[dim]));
  return tensor::EmptyOp::create(b, loc, type, dynamic);
}

SmallVector<OpFoldResult> Call::blocksOf(Value value, ArrayRef<int64_t> block) {
  SmallVector<OpFoldResult> sizes = sizesOf(value);
  size_t first = sizes.size() - std::min<size_t>(sizes.size(), block.size());
  for (auto [size, extent] :
       llvm::zip(MutableArrayRef(sizes).drop_front(first), block)) {
    if (extent <= 0)
      continue; // the verifier's to say
    AffineExpr count = b.getAffineDimExpr(0).ceilDiv(extent);
    size = affine::makeComposedFoldedAffineApply(b, loc, count, {size});
  }
  return sizes;
}

/// Of the codes of `value`: two to a byte, if `packed`.
SmallVector<OpFoldResult> Call::codesOf(Value value, TypeAttr packed) {
  SmallVector<OpFoldResult> sizes = sizesOf(value);
  if (packed && !sizes.empty())
    sizes.back() = affine::makeComposedFoldedAffineApply(
        b, loc, b.getAffineDimExpr(0).ceilDiv(2), {sizes.back()});
  return sizes;
}

LogicalResult Call::replace(Operation *by) {
  if (failed(verify(by)))
    return failure();
  b.replaceOp(op, by->getResults());
  return success();
}

LogicalResult Call::quantize() {
  FailureOr<DenseI64ArrayAttr> block = this->block("block", true);
  FailureOr<UnitAttr> pow2 = flag("pow2"),
                      transposed = flag("transposed_scales"),
                      divide = flag("divide");
  FailureOr<FloatAttr> floor = this->floor();
  FailureOr<TypeAttr> packed = this->packed();
  if (failed(block) || failed(pow2) || failed(transposed) || failed(divide) ||
      failed(floor) || failed(packed) || failed(expect(1, 2)))
    return failure();
  Value x = op->getOperand(0);
  SmallVector<OpFoldResult> blocks = blocksOf(x, *block);
  if (*transposed && blocks.size() == 2)
    std::swap(blocks[0], blocks[1]);
  Value codes = empty(0, codesOf(x, *packed)), scales = empty(1, blocks);
  return replace(QuantizeOp::create(b, loc, op->getResultTypes(), x, codes,
                                    scales, *block, *pow2, *transposed,
                                    /*padded_scales=*/UnitAttr(), *floor,
                                    /*config=*/QuantizeConfigAttr(), *divide,
                                    *packed));
}

LogicalResult Call::dequantize() {
  FailureOr<DenseI64ArrayAttr> block = this->block("block", true);
  FailureOr<TypeAttr> packed = this->packed();
  if (failed(block) || failed(packed) || failed(expect(2, 1)))
    return failure();
  auto type = mlir::cast<RankedTensorType>(op->getResult(0).getType());
  if (*packed && type.getRank() > 0 && type.isDynamicDim(type.getRank() - 1))
    return error() << "expects a result of a static number of columns beside "
                      "packed, got "
                   << type;
  Value init = empty(0, sizesOf(op->getOperand(0)));
  return replace(DequantizeOp::create(
      b, loc, op->getResultTypes(), op->getOperand(0), op->getOperand(1), init,
      ValueRange(), *block, QuantizeConfigAttr(), *packed));
}

LogicalResult Call::cast() {
  FailureOr<DenseI64ArrayAttr> block = this->block("block", true);
  FailureOr<UnitAttr> divide = flag("divide");
  FailureOr<TypeAttr> packed = this->packed();
  if (failed(block) || failed(divide) || failed(packed) || failed(expect(2, 1)))
    return failure();
  Value init = empty(0, codesOf(op->getOperand(0), *packed));
  return replace(ScaledCastOp::create(
      b, loc, op->getResultTypes(), op->getOperand(0), op->getOperand(1), init,
      ValueRange(), *block, QuantizeConfigAttr(), *divide, *packed));
}

LogicalResult Call::absmax() {
  FailureOr<DenseI64ArrayAttr> block = this->block("block", true);
  FailureOr<FloatAttr> floor = this->floor();
  if (failed(block) || failed(floor) || failed(expect(1, 1)))
    return failure();
  Value init = empty(0, blocksOf(op->getOperand(0), *block));
  return replace(BlockAbsmaxOp::create(b, loc, op->getResultTypes(),
                                       op->getOperand(0), init, *block, *floor,
                                       QuantizeConfigAttr()));
}

LogicalResult Call::matmul() {
  FailureOr<DenseI64ArrayAttr> aBlock = block("a_block", false),
                               bBlock = block("b_block", false);
  FailureOr<UnitAttr> aPoints = flag("a_zero_points"),
                      bPoints = flag("b_zero_points"), adds = flag("init"),
                      invariant = flag("batch_invariant"),
                      aTransposed = flag("transposed_a_scales"),
                      bTransposed = flag("transposed_b_scales");
  FailureOr<IntegerAttr> promote = integer("promote");
  if (failed(aBlock) || failed(bBlock) || failed(aPoints) || failed(bPoints) ||
      failed(adds) || failed(invariant) || failed(aTransposed) ||
      failed(bTransposed) || failed(promote))
    return failure();
  if (!*aBlock != !*bBlock)
    return error() << "expects both a_block and b_block in backend_config, or "
                      "neither, got "
                   << (*aBlock ? "a_block" : "b_block") << " alone";
  unsigned count = 2 + (*aBlock ? 2 : 0) + !!*aPoints + !!*bPoints + !!*adds;
  if (failed(expect(count, 1)))
    return failure();
  unsigned next = 0;
  auto take = [&](bool present) {
    return present ? op->getOperand(next++) : Value();
  };
  Value a = take(true), bOperand = take(true), aScales = take(!!*aBlock),
        bScales = take(!!*bBlock), aZeros = take(!!*aPoints),
        bZeros = take(!!*bPoints), init = take(!!*adds);
  if (!init) {
    auto type = mlir::cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<OpFoldResult> sizes = sizesOf(a), ofB = sizesOf(bOperand);
    // The rows of a, of its batch or of b's, and as many columns as b has rows.
    if (sizes.size() >= 2 && ofB.size() >= 2) {
      sizes.back() = ofB[ofB.size() - 2];
      if (ofB.size() > sizes.size())
        sizes.insert(sizes.begin(), ofB.front());
    }
    Type element = type.getElementType();
    if (!element.isIntOrFloat())
      return error() << "expects a result of integers or floats, got " << type;
    Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(element));
    init = linalg::FillOp::create(b, loc, zero, empty(0, sizes)).getResult(0);
  }
  return replace(ScaledMatmulOp::create(
      b, loc, op->getResultTypes(), a, bOperand, aScales, bScales, aZeros,
      bZeros, init, ValueRange(), *aBlock, *bBlock, *promote, *invariant,
      /*config=*/Attribute(), *aTransposed, *bTransposed,
      /*padded_a_scales=*/UnitAttr(), /*padded_b_scales=*/UnitAttr(),
      /*zero_points_apart=*/UnitAttr()));
}

LogicalResult Call::raise() {
  if (failed(read()) || failed(checkRest()))
    return failure();
  using Raise = LogicalResult (Call::*)();
  constexpr std::pair<StringLiteral, Raise> kTargets[] = {
      {"gq.quantize", &Call::quantize},
      {"gq.dequantize", &Call::dequantize},
      {"gq.scaled_cast", &Call::cast},
      {"gq.block_absmax", &Call::absmax},
      {"gq.scaled_matmul", &Call::matmul}};
  SmallVector<StringRef> names;
  for (auto [name, apply] : kTargets) {
    if (target == name)
      return (this->*apply)();
    names.push_back(name);
  }
  return op->emitOpError("calls ")
         << target << ", expects one of " << llvm::join(names, ", ");
}

LogicalResult mlir::gq::raiseCustomCalls(Operation *root) {
  SmallVector<Operation *> calls;
  root->walk([&](Operation *op) {
    if (targetOf(op).starts_with(kPrefix))
      calls.push_back(op);
  });
  IRRewriter rewriter(root->getContext());
  for (Operation *op : calls) {
    rewriter.setInsertionPoint(op);
    if (failed(Call(rewriter, op).raise()))
      return failure();
  }
  return success();
}
