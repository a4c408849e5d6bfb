//===- GQOps.cpp - the operands of the gq ops -----------------------------===//
//
// Which loops each operand runs along. BlockOp.cpp and BlockOpTiling.cpp derive
// sizes, shapes and tiles from it.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::gq;

#define GET_OP_CLASSES
#include "gq/Dialect/GQ/IR/GQOps.cpp.inc"

namespace {
/// The loops of a matrix and of a product.
enum : unsigned { Rows, Columns };
enum : unsigned { M, N, K };
} // namespace

/// One value per block of a matrix.
static OperandSpec blocksOf(StringRef name, OperandRole role,
                            ArrayRef<int64_t> block) {
  return OperandSpec::ofBlocks(name, role,
                               {{Rows, block[0]}, {Columns, block[1]}});
}

SmallVector<OperandSpec> BlockAbsmaxOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}).asReduced(),
          blocksOf("init", OperandRole::Maxima, getBlock())};
}

/// The elements are those of the maxima.
SmallVector<OperandSpec> AbsmaxToScaleOp::getOperandSpecs() {
  return {OperandSpec::elements("amax", {Rows, Columns}, OperandRole::Maxima),
          OperandSpec::elements("init", {Rows, Columns}, OperandRole::Scales)};
}

SmallVector<OperandSpec> CopyOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}),
          OperandSpec::elements("init", {Rows, Columns})};
}

SmallVector<OperandSpec> ScaledCastOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}),
          blocksOf("scales", OperandRole::Scales, getBlock()),
          OperandSpec::elements("init", {Rows, Columns})};
}

SmallVector<OperandSpec> DequantizeOp::getOperandSpecs() {
  return {getPacked() ? OperandSpec::packedElements("q", {Rows, Columns}, 2)
                      : OperandSpec::elements("q", {Rows, Columns}),
          blocksOf("scales", OperandRole::Scales, getBlock()),
          OperandSpec::elements("init", {Rows, Columns})};
}

SmallVector<OperandSpec> QuantizeOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}).asReduced(),
          OperandSpec::elements("init", {Rows, Columns}),
          blocksOf("scales_init", OperandRole::Scales, getBlock())
              .transposedIf(getTransposedScales())
              .paddedIf(getPaddedScales(), getScalesInit().getType())};
}

SmallVector<NamedBlock> ScaledMatmulOp::getBlocks() {
  SmallVector<NamedBlock> blocks;
  if (getAScales())
    blocks.push_back({"a_block", getABlock().value_or(ArrayRef<int64_t>())});
  if (getBScales())
    blocks.push_back({"b_block", getBBlock().value_or(ArrayRef<int64_t>())});
  return blocks;
}

SmallVector<OperandSpec> ScaledMatmulOp::getOperandSpecs() {
  SmallVector<OperandSpec> specs{
      OperandSpec::elements("a", {M, K}).asReduced(),
      OperandSpec::elements("b", {N, K}).asReduced()};
  if (Value scales = getAScales()) {
    ArrayRef<int64_t> block = *getABlock();
    specs.push_back(OperandSpec::ofBlocks("a_scales", OperandRole::Scales,
                                          {{M, block[0]}, {K, block[1]}})
                        .transposedIf(getTransposedAScales())
                        .paddedIf(getPaddedAScales(), scales.getType()));
  }
  if (Value scales = getBScales()) {
    ArrayRef<int64_t> block = *getBBlock();
    specs.push_back(OperandSpec::ofBlocks("b_scales", OperandRole::Scales,
                                          {{N, block[0]}, {K, block[1]}})
                        .transposedIf(getTransposedBScales())
                        .paddedIf(getPaddedBScales(), scales.getType()));
  }
  specs.push_back(OperandSpec::elements("init", {M, N}));
  return specs;
}

std::optional<int64_t> ScaledMatmulOp::getPromotionStep() {
  if (!isScaled() && isHalf(getElementTypeOrSelf(getA().getType())))
    return std::nullopt;
  return getPromote();
}

ArrayRef<StringLiteral> ScaledMatmulOp::getLoopNames() {
  static constexpr StringLiteral names[] = {"M", "N", "K"};
  return names;
}
