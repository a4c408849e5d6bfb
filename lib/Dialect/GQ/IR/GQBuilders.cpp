//===- GQBuilders.cpp - ops on tensors, with their destinations -----------===//
//
// What a result looks like follows from the operands; the tensors that results
// go into are made here. What is wrong with operands the verifier says: shapes
// that cannot be are made of them all the same.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gq;

static SmallVector<OpFoldResult> sizesOf(OpBuilder &b, Location loc,
                                         Value tensor) {
  return tensor::getMixedSizes(b, loc, tensor);
}

/// How many blocks there are along a dimension.
static OpFoldResult ceilDiv(OpBuilder &b, Location loc, OpFoldResult size,
                            int64_t block) {
  return affine::makeComposedFoldedAffineApply(
      b, loc, getAffineDimExpr(0, b.getContext()).ceilDiv(block), {size});
}

/// Of the last two dimensions; those in front are a batch.
static SmallVector<OpFoldResult>
blocksOf(OpBuilder &b, Location loc, Value tensor, ArrayRef<int64_t> block) {
  SmallVector<OpFoldResult> sizes = sizesOf(b, loc, tensor);
  if (block.size() > sizes.size())
    return sizes;
  for (auto [size, extent] :
       llvm::zip_equal(MutableArrayRef(sizes).take_back(block.size()), block))
    if (extent > 0)
      size = ceilDiv(b, loc, size, extent);
  return sizes;
}

/// A tensor of these sizes for a result of the op, its type with it.
static Value addResult(OpBuilder &b, OperationState &state,
                       ArrayRef<OpFoldResult> sizes, Type element) {
  Value init = tensor::EmptyOp::create(b, state.location, sizes, element);
  state.addTypes(init.getType());
  return init;
}

void BlockAbsmaxOp::build(OpBuilder &b, OperationState &state, Value x,
                          ArrayRef<int64_t> block) {
  Value init = addResult(b, state, blocksOf(b, state.location, x, block),
                         b.getF32Type());
  state.addOperands({x, init});
  state.addAttribute(getBlockAttrName(state.name),
                     b.getDenseI64ArrayAttr(block));
}

void BlockReduceOp::build(OpBuilder &b, OperationState &state,
                          arith::AtomicRMWKind kind, Value x,
                          ArrayRef<int64_t> block) {
  Type from = getElementTypeOrSelf(x.getType());
  Value init = addResult(b, state, blocksOf(b, state.location, x, block),
                         isa<IntegerType>(from) ? from : b.getF32Type());
  state.addOperands({x, init});
  state.addAttribute(getKindAttrName(state.name),
                     arith::AtomicRMWKindAttr::get(b.getContext(), kind));
  state.addAttribute(getBlockAttrName(state.name),
                     b.getDenseI64ArrayAttr(block));
}

void AbsmaxToScaleOp::build(OpBuilder &b, OperationState &state, Value amax,
                            Type format, Type scaleType) {
  Value init = addResult(b, state, sizesOf(b, state.location, amax), scaleType);
  state.addOperands({amax, init});
  state.addAttribute(getFormatAttrName(state.name), TypeAttr::get(format));
  if (isa<Float8E8M0FNUType>(scaleType))
    state.addAttribute(getPow2AttrName(state.name), b.getUnitAttr());
}

void CopyOp::build(OpBuilder &b, OperationState &state, Value x) {
  Value init = addResult(b, state, sizesOf(b, state.location, x),
                         getElementTypeOrSelf(x.getType()));
  state.addOperands({x, init});
}

/// A tensor for the codes of `x`; of four bits, two go into a byte.
static Value addCodes(OpBuilder &b, OperationState &state, Value x, Type format,
                      StringAttr packedName) {
  SmallVector<OpFoldResult> sizes = sizesOf(b, state.location, x);
  if (!getFourBits(format))
    return addResult(b, state, sizes, format);
  state.addAttribute(packedName, TypeAttr::get(format));
  if (!sizes.empty())
    sizes.back() = ceilDiv(b, state.location, sizes.back(), 2);
  return addResult(b, state, sizes, b.getI8Type());
}

void ScaledCastOp::build(OpBuilder &b, OperationState &state, Value x,
                         Value scales, ArrayRef<int64_t> block, Type format) {
  Value init = addCodes(b, state, x, format, getPackedAttrName(state.name));
  state.addOperands({x, scales, init});
  state.addAttribute(getBlockAttrName(state.name),
                     b.getDenseI64ArrayAttr(block));
}

void DequantizeOp::build(OpBuilder &b, OperationState &state, Value q,
                         Value scales, ArrayRef<int64_t> block, Type type,
                         Type packed) {
  SmallVector<OpFoldResult> sizes = sizesOf(b, state.location, q);
  if (packed) // two codes to a byte
    sizes.back() = affine::makeComposedFoldedAffineApply(
        b, state.location, getAffineDimExpr(0, b.getContext()) * 2,
        {sizes.back()});
  Value init = addResult(b, state, sizes, type);
  state.addOperands({q, scales, init});
  state.addAttribute(getBlockAttrName(state.name),
                     b.getDenseI64ArrayAttr(block));
  if (packed)
    state.addAttribute(getPackedAttrName(state.name), TypeAttr::get(packed));
}

void QuantizeOp::build(OpBuilder &b, OperationState &state, Value x,
                       ArrayRef<int64_t> block, Type format, Type scaleType,
                       bool transposedScales) {
  if (!scaleType)
    scaleType = b.getF32Type();
  Value init = addCodes(b, state, x, format, getPackedAttrName(state.name));
  SmallVector<OpFoldResult> blocks = blocksOf(b, state.location, x, block);
  if (transposedScales && blocks.size() > 1)
    std::swap(blocks[blocks.size() - 1], blocks[blocks.size() - 2]);
  Value scales = addResult(b, state, blocks, scaleType);
  state.addOperands({x, init, scales});
  state.addAttribute(getBlockAttrName(state.name),
                     b.getDenseI64ArrayAttr(block));
  if (isa<Float8E8M0FNUType>(scaleType))
    state.addAttribute(getPow2AttrName(state.name), b.getUnitAttr());
  if (transposedScales)
    state.addAttribute(getTransposedScalesAttrName(state.name),
                       b.getUnitAttr());
}

/// A tensor that a product of `a` and `b` goes into: rows of both, in front of
/// them the batch of the operand that has one.
static Value makeProduct(OpBuilder &builder, Location loc, Value a, Value b,
                         Type type) {
  SmallVector<OpFoldResult> sizes = sizesOf(builder, loc, a),
                            others = sizesOf(builder, loc, b);
  if (sizes.size() > 1 && others.size() > 1) {
    OpFoldResult rows = sizes[sizes.size() - 2];
    OpFoldResult columns = others[others.size() - 2];
    if (others.size() > sizes.size())
      sizes = others;
    sizes[sizes.size() - 2] = rows;
    sizes.back() = columns;
  }
  return tensor::EmptyOp::create(builder, loc, sizes, type);
}

void ScaledMatmulOp::build(OpBuilder &builder, OperationState &state, Value a,
                           Value b, Value aScales, Value bScales,
                           ArrayRef<int64_t> aBlock, ArrayRef<int64_t> bBlock,
                           Type type) {
  Value init = makeProduct(builder, state.location, a, b, type);
  build(builder, state, init.getType(), a, b, aScales, bScales,
        /*a_zero_points=*/Value(), /*b_zero_points=*/Value(), init,
        /*origin=*/ValueRange(), builder.getDenseI64ArrayAttr(aBlock),
        builder.getDenseI64ArrayAttr(bBlock), /*promote=*/IntegerAttr(),
        /*batch_invariant=*/UnitAttr(), /*config=*/Attribute(),
        /*transposed_a_scales=*/UnitAttr());
}

void ScaledMatmulOp::build(OpBuilder &builder, OperationState &state, Value a,
                           Value b, Type type) {
  Value init = makeProduct(builder, state.location, a, b, type);
  build(builder, state, init.getType(), a, b, /*a_scales=*/Value(),
        /*b_scales=*/Value(), /*a_zero_points=*/Value(),
        /*b_zero_points=*/Value(), init, /*origin=*/ValueRange(),
        /*a_block=*/DenseI64ArrayAttr(), /*b_block=*/DenseI64ArrayAttr(),
        /*promote=*/IntegerAttr(), /*batch_invariant=*/UnitAttr(),
        /*config=*/Attribute(), /*transposed_a_scales=*/UnitAttr());
}
